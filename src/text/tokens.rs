//! Tokens: word-like items with a stable hash and their bytes in the original text.
//!
//! The rules follow Unicode Standard Annex 29 (word boundaries) with these differences, made for comparing
//! articles: hyphens, underscores and colons split; a dot joins only digits (`3.5`) and single letters
//! (`U.S.`, where it is dropped), so that `Kyiv.The` is two words; a comma joins only as a thousands separator,
//! where it is dropped; scripts without spaces give one token a grapheme.

use super::normalize::{Class, Folded, fold, folded_text};
use super::xxh3::hash_word;
use crate::document::ByteSpan;
use crate::simd::lower_word;
use xxhash_rust::xxh3::xxh3_64;

/// Hash of a folded token: XXH3-64 of its UTF-8 bytes, with the lowest bit telling graphemes from words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash(pub u64);

impl TokenHash {
    fn word(text: &[u8]) -> Self {
        Self(xxh3_64(text) & !1)
    }

    fn grapheme(text: &[u8]) -> Self {
        Self(xxh3_64(text) | 1)
    }

    /// Whether this is a grapheme of a script that is written without spaces.
    pub fn is_dense(self) -> bool {
        self.0 & 1 == 1
    }

    /// The half that a segment stores; its lowest bit is kept.
    pub fn short(self) -> u32 {
        self.0 as u32
    }
}

/// The tokens of one text, in order: `hashes[i]` stands at `spans[i]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Hash of each token.
    pub hashes: Vec<TokenHash>,
    /// Bytes of each token in the text.
    pub spans: Vec<ByteSpan>,
}

impl Tokens {
    /// Number of tokens.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    fn push(&mut self, hash: TokenHash, start: usize, end: usize) {
        self.hashes.push(hash);
        self.spans.push(ByteSpan::new(start as u32, end as u32));
    }

    fn clear(&mut self) {
        self.hashes.clear();
        self.spans.clear();
    }

    fn truncate(&mut self, len: usize) {
        self.hashes.truncate(len);
        self.spans.truncate(len);
    }
}

/// Cuts texts into tokens. Holds buffers only: reuse one for many texts.
#[derive(Debug, Default)]
pub struct Tokenizer {
    word: Vec<u8>,
    folded: Vec<Folded>,
}

/// What an ASCII byte means to the fast path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Byte {
    Space,
    Letter,
    Digit,
    Apostrophe,
    Dot,
    Comma,
    Other,
    Wide,
}

const BYTES: [Byte; 256] = {
    let mut table = [Byte::Other; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = match b as u8 {
            b' ' | b'\t'..=b'\r' => Byte::Space,
            b'a'..=b'z' | b'A'..=b'Z' => Byte::Letter,
            b'0'..=b'9' => Byte::Digit,
            b'\'' => Byte::Apostrophe,
            b'.' => Byte::Dot,
            b',' => Byte::Comma,
            0x80..=0xFF => Byte::Wide,
            _ => Byte::Other,
        };
        b += 1;
    }
    table
};

/// ASCII letters and digits in lower case, 0 for all else.
const LOWER: [u8; 256] = {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 256 {
        if (b as u8).is_ascii_alphanumeric() {
            table[b] = (b as u8).to_ascii_lowercase();
        }
        b += 1;
    }
    table
};

/// Bytes that a plain word has at most.
const PLAIN: usize = 16;

/// Length and hash of the word of ASCII letters and digits at the start of `bytes`, if it is short and nothing follows
/// that may join it to what comes next: nearly every word.
#[inline]
fn plain_word(bytes: &[u8]) -> Option<(usize, TokenHash)> {
    let bytes: &[u8; PLAIN + 2] = bytes.first_chunk()?;
    let (word, len) = lower_word(bytes.first_chunk()?);
    let ends = match BYTES[bytes[len] as usize] {
        Byte::Space | Byte::Other => true,
        // These join letters and digits alone; what is wide may be one.
        Byte::Apostrophe | Byte::Dot | Byte::Comma => {
            !matches!(BYTES[bytes[len + 1] as usize], Byte::Letter | Byte::Digit | Byte::Wide)
        }
        Byte::Letter | Byte::Digit | Byte::Wide => false,
    };
    ends.then(|| (len, TokenHash(hash_word(word, len) & !1)))
}

/// Usual punctuation beyond ASCII, which the fast path takes as the general path would.
fn wide_punctuation(bytes: &[u8]) -> Option<(Byte, usize)> {
    match bytes {
        [0xE2, 0x80, 0x98 | 0x99, ..] => Some((Byte::Apostrophe, 3)), // ‘ ’
        [0xE2, 0x80, 0x9C..=0x9E | 0x93 | 0x94 | 0xA6 | 0xA2, ..] => Some((Byte::Other, 3)), // “ ” „ – — … •
        [0xC2, 0xA0 | 0xA3 | 0xA7 | 0xAB | 0xBB, ..] => Some((Byte::Other, 2)), // no-break space £ § « »
        _ => None,
    }
}

impl Tokenizer {
    /// Fills `out` with the tokens of `text` from byte `from` on. Spans count in the whole `text`.
    pub fn tokenize(&mut self, text: &str, from: usize, out: &mut Tokens) {
        out.clear();
        let bytes = text.as_bytes();
        let mut at = from;
        // A chunk is what stands between two ASCII spaces: no rule looks over a space, so a chunk that the
        // fast path cannot take is done again from its start by the general path.
        let (mut chunk, mut chunk_tokens) = (at, 0);
        while at < bytes.len() {
            match BYTES[bytes[at] as usize] {
                Byte::Space => {
                    at += 1;
                    (chunk, chunk_tokens) = (at, out.len());
                }
                Byte::Letter | Byte::Digit => {
                    if let Some((len, hash)) = plain_word(&bytes[at..]) {
                        out.push(hash, at, at + len);
                        at += len;
                        continue;
                    }
                    match self.ascii_word(bytes, at) {
                        Some(end) => {
                            out.push(TokenHash::word(&self.word), at, end);
                            at = end;
                        }
                        None => {
                            out.truncate(chunk_tokens);
                            at = self.general_chunk(text, chunk, out);
                            (chunk, chunk_tokens) = (at, out.len());
                        }
                    }
                }
                Byte::Wide => match wide_punctuation(&bytes[at..]) {
                    Some((_, len)) => at += len,
                    None => {
                        out.truncate(chunk_tokens);
                        at = self.general_chunk(text, chunk, out);
                        (chunk, chunk_tokens) = (at, out.len());
                    }
                },
                _ => at += 1,
            }
        }
    }

    /// Folds the word that begins at `at` into `self.word` and returns its end, or `None` where it takes
    /// the general path to tell.
    fn ascii_word(&mut self, bytes: &[u8], start: usize) -> Option<usize> {
        let kind = |at: usize| bytes.get(at).map_or(Byte::Space, |&b| BYTES[b as usize]);
        self.word.clear();
        let mut at = start;
        let mut group = start; // where the letters and digits since the last joiner begin
        let mut abbreviation = true; // only single letters and dropped dots so far
        let mut number = true; // only digits and dropped commas so far
        loop {
            for &byte in &bytes[at..] {
                let lower = LOWER[byte as usize];
                if lower == 0 {
                    break;
                }
                number &= lower <= b'9';
                self.word.push(lower);
                at += 1;
            }
            abbreviation &= at - group == 1 && kind(group) == Byte::Letter;
            let (mark, len) = match kind(at) {
                Byte::Wide => wide_punctuation(&bytes[at..])?,
                other => (other, 1),
            };
            let next = at + len;
            let after = kind(next);
            match mark {
                Byte::Apostrophe | Byte::Dot | Byte::Comma => {
                    // What follows may be a letter, or an ignorable, that only the general path knows.
                    if after == Byte::Wide && wide_punctuation(&bytes[next..]).is_none() {
                        return None;
                    }
                }
                _ => return Some(at),
            }
            let follows_word = matches!(after, Byte::Letter | Byte::Digit);
            match mark {
                Byte::Apostrophe if follows_word => {
                    self.word.push(b'\'');
                    abbreviation = false;
                    number = false;
                }
                Byte::Dot if after == Byte::Digit && kind(at - 1) == Byte::Digit => {
                    self.word.push(b'.');
                    abbreviation = false;
                    number = false;
                }
                Byte::Dot if abbreviation && after == Byte::Letter => match kind(next + 1) {
                    Byte::Letter | Byte::Digit => return Some(at),
                    Byte::Wide if wide_punctuation(&bytes[next + 1..]).is_none() => return None,
                    _ => {}
                },
                Byte::Comma if number && (at - group <= 3) => {
                    let digits = (0..4).take_while(|&i| kind(next + i) == Byte::Digit).count();
                    // What ends the digits may be one more, or invisible: only the general path knows.
                    if digits < 4 && kind(next + digits) == Byte::Wide {
                        wide_punctuation(&bytes[next + digits..])?;
                    }
                    if digits != 3 {
                        return Some(at);
                    }
                }
                _ => return Some(at),
            }
            at = next;
            group = next;
        }
    }

    /// Takes the chunk that begins at `start` by the general path; returns where it ends.
    fn general_chunk(&mut self, text: &str, start: usize, out: &mut Tokens) -> usize {
        let end = chunk_end(text, start);
        self.folded.clear();
        fold(&text[start..end], start, &mut self.folded);
        self.general(out);
        end
    }

    /// Tokens of `self.folded`.
    fn general(&mut self, out: &mut Tokens) {
        let folded = &self.folded;
        let class = |at: usize| folded.get(at).map_or(Class::Other, |f| f.class);
        let is_word = |at: usize| matches!(class(at), Class::Letter | Class::Digit);
        let mut utf8 = [0; 4];
        let mut at = 0;
        while at < folded.len() {
            let start = at;
            self.word.clear();
            let mut push = |word: &mut Vec<u8>, c: char| word.extend_from_slice(c.encode_utf8(&mut utf8).as_bytes());
            match class(at) {
                Class::Dense => {
                    push(&mut self.word, folded[at].char);
                    at += 1;
                    while class(at) == Class::Mark {
                        push(&mut self.word, folded[at].char);
                        at += 1;
                    }
                    out.push(
                        TokenHash::grapheme(&self.word),
                        folded[start].start as usize,
                        folded[at - 1].end as usize,
                    );
                    continue;
                }
                Class::Letter | Class::Digit => {}
                _ => {
                    at += 1;
                    continue;
                }
            }
            let mut group = at;
            let mut abbreviation = true;
            let mut number = true;
            loop {
                let mut letters = 0;
                while is_word(at) || class(at) == Class::Mark {
                    number &= class(at) == Class::Digit;
                    letters += usize::from(class(at) != Class::Mark);
                    push(&mut self.word, folded[at].char);
                    at += 1;
                }
                abbreviation &= letters == 1 && class(group) == Class::Letter;
                let joins = match class(at) {
                    Class::Apostrophe if is_word(at + 1) => {
                        push(&mut self.word, '\'');
                        abbreviation = false;
                        number = false;
                        true
                    }
                    Class::Dot if class(at - 1) == Class::Digit && class(at + 1) == Class::Digit => {
                        push(&mut self.word, '.');
                        abbreviation = false;
                        number = false;
                        true
                    }
                    Class::Dot if abbreviation && class(at + 1) == Class::Letter => {
                        let mut next = at + 2;
                        while class(next) == Class::Mark {
                            next += 1;
                        }
                        !is_word(next)
                    }
                    Class::Comma if number && letters <= 3 => {
                        (1..=3).all(|i| class(at + i) == Class::Digit) && class(at + 4) != Class::Digit
                    }
                    _ => false,
                };
                if !joins {
                    break;
                }
                at += 1;
                group = at;
            }
            out.push(TokenHash::word(&self.word), folded[start].start as usize, folded[at - 1].end as usize);
        }
    }

    /// Whether two token texts are the same word once folded: the proof behind every reported equal token.
    pub fn same_word(a: &str, b: &str) -> bool {
        a == b || a.eq_ignore_ascii_case(b) || folded_word(a) == folded_word(b)
    }
}

fn folded_word(token: &str) -> String {
    let folded = folded_text(token);
    let chars: Vec<char> = folded.chars().collect();
    // A dot between digits is part of the number, one between single letters is not part of the word.
    let digit = |c: Option<&char>| c.is_some_and(|c| c.is_numeric());
    (0..chars.len())
        .filter(|&i| chars[i] != '.' || i > 0 && digit(chars.get(i - 1)) && digit(chars.get(i + 1)))
        .map(|i| chars[i])
        .collect()
}

/// Where the chunk that begins at `start` ends: at the next ASCII space, or, in long text without any, between
/// two characters that no rule joins.
fn chunk_end(text: &str, start: usize) -> usize {
    const LONG: usize = 16 << 10;
    let bytes = &text.as_bytes()[start..];
    let space = bytes.iter().position(|&b| BYTES[b as usize] == Byte::Space);
    let end = start + space.unwrap_or(bytes.len());
    if end - start <= LONG {
        return end;
    }
    let mut from = start + LONG;
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let mut before = None;
    for (at, c) in text[from..end].char_indices() {
        if before.is_some_and(super::normalize::is_dense) && super::normalize::is_dense(c) {
            return from + at;
        }
        before = Some(c);
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tokens(text: &str) -> Tokens {
        let mut out = Tokens::default();
        Tokenizer::default().tokenize(text, 0, &mut out);
        out
    }

    /// The general path over the whole text: the oracle of the fast path.
    fn general(text: &str) -> Tokens {
        let mut out = Tokens::default();
        let mut tokenizer = Tokenizer::default();
        let mut start = 0;
        for (at, _) in
            text.char_indices().filter(|(_, c)| BYTES[(*c as u32).min(255) as usize] == Byte::Space && c.is_ascii())
        {
            tokenizer.folded.clear();
            fold(&text[start..at], start, &mut tokenizer.folded);
            tokenizer.general(&mut out);
            start = at + 1;
        }
        tokenizer.folded.clear();
        fold(&text[start..], start, &mut tokenizer.folded);
        tokenizer.general(&mut out);
        out
    }

    fn words(text: &str) -> Vec<String> {
        let t = tokens(text);
        t.spans.iter().map(|s| text[s.range()].to_string()).collect()
    }

    fn same(a: &str, b: &str) {
        assert_eq!(tokens(a).hashes, tokens(b).hashes, "{a:?} and {b:?}");
    }

    #[test]
    fn words_are_cut_at_spaces_and_punctuation() {
        assert_eq!(words("The mayor, on Monday: resigned."), ["The", "mayor", "on", "Monday", "resigned"]);
    }

    #[test]
    fn case_does_not_matter() {
        same("MAYOR Mayor mayor", "mayor mayor mayor");
        same("STRASSE", "straße");
        same("ΣΊΣΥΦΟΣ", "σίσυφος");
    }

    #[test]
    fn apostrophes_join_and_their_form_does_not_matter() {
        assert_eq!(words("Russia’s l'ami dogs' 'tis"), ["Russia’s", "l'ami", "dogs", "tis"]);
        same("Russia’s", "russia's");
        same("Russia‘s", "russia's");
        same("Russiaʼs", "russia's");
    }

    #[test]
    fn hyphens_and_underscores_split() {
        assert_eq!(
            words("de-escalation [some_poll] well–known"),
            ["de", "escalation", "some", "poll", "well", "known"]
        );
    }

    #[test]
    fn dots_between_single_letters_are_dropped() {
        same("U.S. e.g. a.m.", "US eg am");
        assert_eq!(words("the U.S.-led U.S.A."), ["the", "U.S", "led", "U.S.A"]);
    }

    #[test]
    fn a_missing_space_after_a_full_stop_does_not_join_words() {
        assert_eq!(
            words("Kyiv.The J.Smith example.com U.S.The"),
            ["Kyiv", "The", "J", "Smith", "example", "com", "U.S", "The"]
        );
    }

    #[test]
    fn numbers_keep_their_point_and_lose_their_thousands_separators() {
        same("3,000 1,234,567 10,000.5", "3000 1234567 10000.5");
        assert_eq!(
            words("3.5 1,2,3 12,34 1234,567 3,0000"),
            ["3.5", "1", "2", "3", "12", "34", "1234", "567", "3", "0000"]
        );
    }

    #[test]
    fn invisible_characters_leave_no_trace() {
        same("may\u{AD}or m\u{200B}ayor mayor\u{FEFF}", "mayor mayor mayor");
        assert_eq!(words("m\u{200B}ayor"), ["m\u{200B}ayor"]);
    }

    #[test]
    fn composed_and_decomposed_letters_are_one() {
        same("cafe\u{301} Zu\u{308}rich", "café Zürich");
        same("\u{1112}\u{1161}\u{11AB}", "한");
    }

    #[test]
    fn compatibility_forms_are_one() {
        same("ﬁnance ＡＢＣ １２", "finance abc 12");
    }

    #[test]
    fn no_break_spaces_and_dashes_separate() {
        assert_eq!(words("the\u{A0}mayor—resigned…today"), ["the", "mayor", "resigned", "today"]);
    }

    #[test]
    fn scripts_without_spaces_give_a_token_a_grapheme() {
        let t = tokens("漢書 ใน abc");
        assert_eq!(t.hashes.iter().map(|h| h.is_dense()).collect::<Vec<_>>(), [true, true, true, true, false]);
        assert_eq!(words("กี่"), ["กี่"]);
    }

    #[test]
    fn long_text_without_a_space_is_one_stream() {
        let text = "漢書曰".repeat(20_000);
        assert_eq!(tokens(&text), general(&text));
        assert_eq!(tokens(&text).len(), 60_000);
    }

    #[test]
    fn tokens_begin_where_the_article_begins() {
        let mut out = Tokens::default();
        Tokenizer::default().tokenize("---\nid: x\n---\nThe mayor", 14, &mut out);
        assert_eq!(out.spans, [ByteSpan::new(14, 17), ByteSpan::new(18, 23)]);
    }

    #[test]
    fn equal_hashes_mean_equal_words() {
        for (a, b) in [("U.S", "us"), ("3,000", "3000"), ("Russia’s", "RUSSIA'S"), ("cafe\u{301}", "Café")] {
            assert!(Tokenizer::same_word(a, b), "{a} {b}");
        }
        assert!(!Tokenizer::same_word("mayor", "major"));
        assert!(!Tokenizer::same_word("3.5", "35"));
    }

    /// Changing one of these changes every stored index: it takes a new TOKENIZER_ID.
    #[test]
    fn golden_token_hashes() {
        let golden = [
            ("mayor", xxh3_64(b"mayor") & !1),
            ("Russia’s", xxh3_64(b"russia's") & !1),
            ("U.S.", xxh3_64(b"us") & !1),
            ("3,000", xxh3_64(b"3000") & !1),
            ("漢", xxh3_64("漢".as_bytes()) | 1),
        ];
        for (text, hash) in golden {
            assert_eq!(tokens(text).hashes, [TokenHash(hash)], "{text}");
        }
        assert_eq!(tokens("mayor").hashes[0].0, GOLDEN_MAYOR);
    }
    const GOLDEN_MAYOR: u64 = 12_652_466_046_401_824_834;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn the_fast_path_equals_the_general_path(text in "([a-zA-Z]{1,4}|[0-9]{1,4}|[.,']{1,2}|[ \n]|’|‘|“|”|–|…|\u{A0}|«|é|ß|\u{AD}|\u{200B}|\u{301}|漢|_|-){0,24}") {
            prop_assert_eq!(tokens(&text), general(&text));
        }

        #[test]
        fn any_text_gives_ordered_spans_on_character_borders(text in "\\PC{0,60}") {
            let t = tokens(&text);
            let mut last = 0;
            for s in &t.spans {
                prop_assert!(text.get(s.range()).is_some_and(|w| !w.is_empty()));
                prop_assert!(s.start >= last || s.end >= last);
                last = s.start;
            }
        }

        #[test]
        fn a_token_folds_to_its_own_hash(text in "([a-zA-Z]{1,4}|[0-9]{1,4}|[.,']|[ ]|’|é|ß|\u{AD}|漢){0,16}") {
            let t = tokens(&text);
            for (h, s) in t.hashes.iter().zip(&t.spans) {
                let w = folded_word(&text[s.range()]);
                let hash = xxh3_64(w.as_bytes());
                prop_assert!(h.0 & !1 == hash & !1, "{:?}", &text[s.range()]);
            }
        }
    }
}
