//! The quoted words of an article, one after the other, with what stands between them.
//! Knows one text at a time; never compares texts.

use super::speaker::Voice;
use crate::document::{ByteSpan, DocumentIndex, Paragraph};
use crate::index::{Index, is_dense};
use crate::text::{Boundaries, Tokenizer, Tokens};
use std::sync::LazyLock;

/// Letters from which on a word tells something: no list of common words for any language.
const LONG: usize = 5;
/// Graphemes of a script without spaces in a gram.
const DENSE_GRAM: usize = 6;

/// A quoted word. "per cent" is one; so are "%" and "[w]e".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Equal where the words are, whatever their case; 1 is one and % is percent.
    pub(super) key: u32,
    /// Where it stands.
    pub(super) bytes: ByteSpan,
    /// Its quotation.
    pub(super) quotation: u32,
    /// It is the first of its quotation: of the words between a pair of marks, in one paragraph.
    pub(super) first: bool,
    /// It is, and the quotation does not just go on from the paragraph before.
    pub(super) interrupted: bool,
    /// An ellipsis stands before it.
    pub(super) ellipsis: bool,
    /// An ellipsis stands after it, and its quotation ends.
    pub(super) trails: bool,
    /// A sentence, paragraph or quotation begins with it.
    pub(super) edge: bool,
    /// It stands in brackets or parentheses: an editor's word.
    pub(super) bracketed: bool,
    /// It tells something.
    pub(super) long: bool,
    /// It is a grapheme of a script without spaces.
    pub(super) dense: bool,
}

impl Word {
    /// 2, or 1 for a grapheme.
    pub(super) fn half_words(self) -> u32 {
        if self.dense { 1 } else { 2 }
    }
}

/// All quoted words of an article.
#[derive(Debug, Default)]
pub(super) struct Quoted {
    /// In the order of the text.
    pub(super) words: Vec<Word>,
    /// Grams that tell something and where they stand, sorted: at most one begins at a word.
    pub(super) grams: Vec<(u64, u32)>,
    /// A bit for what each gram's hash begins with: most grams of another article are not in it.
    filter: Vec<u64>,
    /// Beginnings of quotations before each word and at the end.
    firsts: Vec<u32>,
    /// Interruptions and ellipses before each word and at the end.
    skips: Vec<u32>,
}

impl Quoted {
    /// The quoted words of `document`.
    pub(super) fn new(index: &Index, document: DocumentIndex, voice: &Voice) -> Self {
        let words = words(index, document, voice);
        let mut grams: Vec<(u64, u32)> =
            (0..words.len()).filter_map(|at| Some((gram(&words[at..])?, at as u32))).collect();
        grams.sort_unstable();
        let mut filter = vec![0; (grams.len() / 8).next_power_of_two()];
        for &(gram, _) in &grams {
            let (word, bit) = bit(gram, filter.len());
            filter[word] |= bit;
        }
        let sums = |counts: &dyn Fn(&Word) -> bool| {
            let mut sum = 0;
            let mut sums = Vec::with_capacity(words.len() + 1);
            sums.push(0);
            for word in &words {
                sum += u32::from(counts(word));
                sums.push(sum);
            }
            sums
        };
        let firsts = sums(&|w| w.first);
        let skips = sums(&|w| w.interrupted || w.ellipsis);
        Self { words, grams, filter, firsts, skips }
    }

    /// Whether `gram` may be among the grams.
    pub(super) fn may_quote(&self, gram: u64) -> bool {
        let (word, bit) = bit(gram, self.filter.len());
        self.filter.get(word).is_some_and(|bits| bits & bit != 0)
    }

    /// Whether a quotation begins with a word from `start` to `end`, `end` included.
    pub(super) fn begins(&self, start: u32, end: u32) -> bool {
        Self::any(&self.firsts, start, end)
    }

    /// Whether it is interrupted, or words are left out for an ellipsis, right before a word from `start` to `end`.
    pub(super) fn skips(&self, start: u32, end: u32) -> bool {
        Self::any(&self.skips, start, end)
    }

    fn any(sums: &[u32], start: u32, end: u32) -> bool {
        let end = end as usize + 1;
        end >= sums.len() || sums[end] > sums[start as usize]
    }
}

/// Where the bit of a gram stands in a filter of `len` words, a power of two.
fn bit(gram: u64, len: usize) -> (usize, u64) {
    ((gram >> 6) as usize & len.wrapping_sub(1), 1 << (gram & 63))
}

/// Whether a word has so many letters that it tells something.
fn is_long(word: &str) -> bool {
    word.len() >= LONG && (word.len() > 4 * (LONG - 1) || word.chars().nth(LONG - 1).is_some())
}

/// Two long words, or else three words of which one is long.
fn gram(words: &[Word]) -> Option<u64> {
    let len = match words {
        [x, y, ..] if x.long && y.long => 2,
        [x, y, z, ..] if x.long || y.long || z.long => 3,
        [x, ..] if x.dense && words.get(..DENSE_GRAM)?.iter().all(|w| w.dense) => DENSE_GRAM,
        _ => return None,
    };
    let mut hash = len as u64;
    for word in &words[..len] {
        hash = (hash ^ u64::from(word.key)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    }
    Some(hash)
}

/// Keys of words that are written in several ways.
struct Keys {
    /// Of "one" to "twelve", with those of "1" to "12", sorted.
    numbers: Vec<(u32, u32)>,
    per: u32,
    cent: u32,
    percent: u32,
}

static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let mut numbers: Vec<(u32, u32)> = words.iter().zip(1..).map(|(w, n)| (key(w), key(&n.to_string()))).collect();
    numbers.sort_unstable();
    Keys { numbers, per: key("per"), cent: key("cent"), percent: key("percent") }
});

/// Key of a word.
fn key(word: &str) -> u32 {
    let mut tokens = Tokens::default();
    Tokenizer::default().tokenize(word, 0, &mut tokens);
    tokens.hashes.first().map_or(0, |hash| hash.short())
}

fn words(index: &Index, document: DocumentIndex, voice: &Voice) -> Vec<Word> {
    let text = index.text(document);
    let tokens = index.tokens(document);
    let mut spans = Vec::new();
    index.spans(document, &mut spans);
    let paragraphs: Vec<Paragraph> = index.paragraphs(document).collect();
    let boundaries = Boundaries { text, spans: &spans, paragraphs: &paragraphs };
    let mut out: Vec<Word> = Vec::new();
    let mut before: Option<u32> = None; // token after the last quotation
    for (quotation, q) in voice.quotations.iter().enumerate() {
        let mut brackets = Brackets { text, end: q.bytes.end, until: 0, closes: true };
        let mut from = q.bytes.start;
        for at in q.tokens.range() {
            let (Some(&span), Some(token)) = (spans.get(at), tokens.get(at)) else { break };
            let first = at as u32 == q.tokens.start;
            let gap = text.get(from as usize..span.start as usize).unwrap_or("");
            let mut word = Word {
                key: token.get(),
                bytes: span,
                quotation: quotation as u32,
                first,
                interrupted: first && !(q.continues && before == Some(q.tokens.start)),
                ellipsis: false,
                trails: false,
                edge: first,
                bracketed: false,
                long: is_long(text.get(span.range()).unwrap_or_default()),
                dense: is_dense(token),
            };
            if first || gap != " " {
                brackets.read(gap, from);
                if let Some(percent) = gap.find('%').filter(|_| !first) {
                    push_percent(&mut out, from + percent as u32, quotation as u32);
                }
                word.ellipsis = is_ellipsis(gap);
                word.edge |= begins_sentence(&boundaries, at);
            }
            word.bracketed = span.start < brackets.until;
            from = span.end.max(from);
            if !first
                && !gap.is_empty()
                && gap.bytes().all(|b| matches!(b, b'[' | b']' | b'(' | b')'))
                && let Some(last) = out.last_mut()
            {
                glue(last, word, text); // "[w]e", "say[s]"
                continue;
            }
            let keys = &*KEYS;
            if let Ok(number) = keys.numbers.binary_search_by_key(&word.key, |n| n.0) {
                word.key = keys.numbers[number].1;
            }
            if word.key == keys.percent {
                word.long = false;
            }
            match out.last_mut() {
                Some(last) if !first && word.key == keys.cent && last.key == keys.per => {
                    (last.key, last.long, last.bytes.end) = (keys.percent, false, word.bytes.end);
                }
                _ => out.push(word),
            }
        }
        let rest = text.get(from as usize..q.bytes.end as usize).unwrap_or("");
        if let Some(percent) = rest.find('%') {
            push_percent(&mut out, from + percent as u32, quotation as u32);
        }
        if let Some(last) = out.last_mut().filter(|last| last.quotation == quotation as u32) {
            last.trails = is_ellipsis(rest);
        }
        before = Some(q.tokens.end);
    }
    out
}

/// Whether a sentence or paragraph begins with token `at`. A boundary that is only a mark inside a quotation is none.
pub(super) fn begins_sentence(boundaries: &Boundaries, at: usize) -> bool {
    let end = at.checked_sub(1).and_then(|before| boundaries.spans.get(before)).map_or(0, |span| span.end);
    let start = boundaries.spans.get(at).map_or(end, |span| span.start);
    let gap = boundaries.text.get(end as usize..start as usize).unwrap_or("");
    gap.contains(['.', '!', '?', '…', '。', '！', '？', '\n', '\r']) && boundaries.before(at).stops_rim()
}

/// `…`, `...`, `. . .`
fn is_ellipsis(gap: &str) -> bool {
    gap.contains('…') || gap.bytes().filter(|&b| b == b'.').count() >= 2
}

fn push_percent(out: &mut Vec<Word>, at: u32, quotation: u32) {
    out.push(Word {
        key: KEYS.percent,
        bytes: ByteSpan::new(at, at + 1),
        quotation,
        first: false,
        interrupted: false,
        ellipsis: false,
        trails: false,
        edge: false,
        bracketed: false,
        long: false,
        dense: false,
    });
}

/// Adds the second half of a word that an editor's bracket cuts in two.
fn glue(first: &mut Word, second: Word, text: &str) {
    if text[..first.bytes.start as usize].ends_with(['[', '(']) {
        first.bytes.start -= 1;
    }
    first.bytes.end = second.bytes.end;
    let whole: String = text[first.bytes.range()].chars().filter(|c| !matches!(c, '[' | ']' | '(' | ')')).collect();
    first.key = key(&whole);
    first.long = is_long(&whole);
    first.bracketed = true;
}

/// Follows the brackets of a quotation.
struct Brackets<'a> {
    text: &'a str,
    /// Byte at which the quotation ends.
    end: u32,
    /// Byte at which the open bracket closes.
    until: u32,
    /// Whether a closing one may still come: the rest is searched in vain at most once.
    closes: bool,
}

impl Brackets<'_> {
    /// Reads what stands from byte `from` on between two words.
    fn read(&mut self, gap: &str, from: u32) {
        for (at, _) in gap.match_indices(['[', '(']) {
            let at = from + at as u32;
            if at < self.until || !self.closes {
                continue;
            }
            match self.text.get(at as usize..self.end as usize).and_then(|rest| rest.find([']', ')'])) {
                Some(len) => self.until = at + len as u32,
                None => self.closes = false,
            }
        }
    }
}
