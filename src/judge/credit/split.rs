//! Text cut into words at white space, and where sentences begin. Knows nothing of credits.

use super::words::{ABBREVIATION, Class, Cue, PICTURES, class_of, cue_of};

pub(super) type Range = std::ops::Range<usize>;

/// What stands between two white spaces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'t> {
    pub(super) raw: &'t str,
    /// Without what is no letter or digit at both ends.
    pub(super) core: &'t str,
    pub(super) start: usize,
    pub(super) core_start: usize,
    /// What it announces.
    pub(super) cue: Option<Cue>,
    /// Whether a sentence, or a line that is no soft wrap, begins here.
    pub(super) begins: bool,
}

impl Word<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.raw.len()
    }

    pub(super) fn core_end(&self) -> usize {
        self.core_start + self.core.len()
    }

    pub(super) fn is(&self, word: &str) -> bool {
        self.core.eq_ignore_ascii_case(word)
    }

    /// Whether it is one of a few words with spaces between them.
    pub(super) fn is_any(&self, words: &str) -> bool {
        is_any(self.core, words)
    }

    /// Whether one of these lists holds it.
    pub(super) fn is_in(&self, lists: Class) -> bool {
        class_of(self.core) & lists != 0
    }

    /// Whether a bracket opens before it.
    pub(super) fn is_bracketed(&self) -> bool {
        self.core_start > self.start && self.before().contains(['(', '['])
    }

    /// What follows the core inside the word.
    pub(super) fn after(&self) -> &str {
        &self.raw[self.core_start - self.start + self.core.len()..]
    }

    pub(super) fn before(&self) -> &str {
        &self.raw[..self.core_start - self.start]
    }

    /// Whether it may be part of a name: capitalised, or of a script that has no capitals.
    pub(super) fn is_capital(&self) -> bool {
        self.core.chars().next().is_some_and(|c| !c.is_lowercase())
    }

    fn is_abbreviation(&self) -> bool {
        self.is_in(ABBREVIATION) || self.core.chars().nth(1).is_none() && !self.core.is_empty()
    }

    /// Whether punctuation after it ends a name. A dot does not after an initial or a common abbreviation.
    pub(super) fn closes(&self) -> bool {
        let after = self.after();
        match after.chars().next() {
            None => false,
            Some('.') => after.len() > 1 || !self.is_abbreviation(),
            Some('\'' | '’' | '*' | '_') => after.chars().any(|c| matches!(c, ',' | ';' | ':' | '.' | ')')),
            Some(_) => true,
        }
    }
}

/// Splits `range` into words, and marks where sentences begin.
pub(super) fn split<'t>(text: &'t str, range: Range, out: &mut Vec<Word<'t>>) {
    out.clear();
    let Some(zone) = text.get(range) else { return };
    let offset = zone.as_ptr() as usize - text.as_ptr() as usize;
    let mut end = 0;
    let mut line = 0;
    while let Some((at, raw)) = next_word(zone, end) {
        let gap = &zone.as_bytes()[end..at];
        let mut begins = out.last().is_none_or(|last| ends_sentence(last, raw));
        if gap != b" " && !out.is_empty() {
            // A line of this length may be wrapped; a shorter one ends on purpose. Two spaces are a lost line end.
            let wrapped = at - line >= 50;
            let breaks = memchr::memchr2(b'\n', b'\r', gap).is_some();
            begins |= breaks && !wrapped || gap.iter().filter(|&&b| b != b'\n' && b != b'\r').count() > 1;
            if breaks {
                line = at;
            }
        }
        end = at + raw.len();
        let start = offset + at;
        match glued(raw) {
            Some(cut) => {
                out.push(word(&raw[..cut], start, begins));
                out.push(word(&raw[cut..], start + cut, true));
            }
            None => out.push(word(raw, start, begins)),
        }
    }
}

/// Whether a word is one of a list with spaces between them.
pub(super) fn is_any(word: &str, words: &str) -> bool {
    if words.is_empty() {
        false
    } else if word.is_ascii() {
        words.split(' ').any(|w| w.eq_ignore_ascii_case(word))
    } else {
        let word = word.to_lowercase();
        words.split(' ').any(|w| w == word)
    }
}

/// Whether each word is in one of the lists, or one of some others, or mere punctuation.
pub(super) fn all_in(words: &[Word], lists: Class, others: &str) -> bool {
    words.iter().all(|w| w.core.is_empty() || w.is_in(lists) || w.is_any(others))
}

/// Where the clause of a word begins: the sentence, or what follows a colon, a dash or a star.
pub(super) fn clause_start(words: &[Word], at: usize) -> usize {
    words[..at]
        .iter()
        .rposition(|w| {
            w.core.is_empty() && w.raw != "&" || w.after().contains([':', ';', '—', '–']) || w.raw.ends_with(')')
        })
        .map_or(0, |before| before + 1)
}

/// The word without the ending of a possessive, if it has one.
pub(super) fn possessor<'t>(word: &Word<'t>) -> Option<&'t str> {
    let stem = word.core.strip_suffix("'s").or_else(|| word.core.strip_suffix("’s"));
    stem.or_else(|| word.after().starts_with(['\'', '’']).then_some(word.core))
}

/// "©", "(c)", "©2031"
pub(super) fn is_sign(word: &Word) -> bool {
    word.raw.eq_ignore_ascii_case("(c)") || !word.raw.is_ascii() && word.raw.contains('©')
}

pub(super) fn is_year(core: &str) -> bool {
    let year =
        |y: &str| y.len() == 4 && y.bytes().all(|b| b.is_ascii_digit()) && (y.starts_with("19") || y.starts_with("20"));
    match core.split_once(['-', '–']) {
        Some((a, b)) => year(a) && (year(b) || b.len() == 2 && b.bytes().all(|b| b.is_ascii_digit())),
        None => year(core),
    }
}

pub(super) fn is_picture(words: &[Word]) -> bool {
    words.iter().any(|w| {
        w.is_in(PICTURES) || w.core.contains('/') && w.core.split('/').any(|part| class_of(part) & PICTURES != 0)
    })
}

/// The next word from a byte on, and where it begins.
fn next_word(zone: &str, from: usize) -> Option<(usize, &str)> {
    let bytes = zone.as_bytes();
    let mut start = from;
    while start < bytes.len() {
        match space(zone, start) {
            0 => break,
            length => start += length,
        }
    }
    let mut end = start;
    while end < bytes.len() && (!MAY_BE_SPACE[bytes[end] as usize] || space(zone, end) == 0) {
        end += 1;
    }
    (start < end).then(|| (start, &zone[start..end]))
}

/// Bytes with which white space can begin.
const MAY_BE_SPACE: [bool; 256] = {
    let mut table = [false; 256];
    let first = [b' ', b'\t', b'\n', 0x0B, 0x0C, b'\r', 0xC2, 0xE1, 0xE2, 0xE3];
    let mut at = 0;
    while at < first.len() {
        table[first[at] as usize] = true;
        at += 1;
    }
    table
};

/// How many bytes of white space stand at a byte.
fn space(zone: &str, at: usize) -> usize {
    match zone.as_bytes()[at] {
        b' ' | b'\t'..=b'\r' => 1,
        0..0x80 => 0,
        // Inside a character there is none.
        _ => {
            zone.get(at..).and_then(|rest| rest.chars().next()).filter(|c| c.is_whitespace()).map_or(0, char::len_utf8)
        }
    }
}

fn word(raw: &str, start: usize, begins: bool) -> Word<'_> {
    let clean = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    if clean(raw.as_bytes().first()) && clean(raw.as_bytes().last()) {
        return Word { raw, core: raw, start, core_start: start, cue: cue_of(raw), begins };
    }
    let core = raw.trim_start_matches(|c: char| !c.is_alphanumeric());
    let core_start = start + raw.len() - core.len();
    let core = core.trim_end_matches(|c: char| !c.is_alphanumeric());
    Word { raw, core, start, core_start, cue: cue_of(core), begins }
}

/// Where a sentence begins inside a word, its space lost: `it.”The Associated Press contributed`.
fn glued(raw: &str) -> Option<usize> {
    // Words are short: to call for the search of a byte costs more than it saves.
    let before = raw.len().checked_sub(4)?;
    let at = raw.as_bytes()[..before].iter().position(|&byte| byte == b'.')? + 1;
    let rest = raw[at..].trim_start_matches(['"', '”', '’', '\'']);
    let opens = ["The", "This", "Associated", "Copyright", "Material", "Originally"];
    opens.contains(&rest).then_some(raw.len() - rest.len())
}

fn ends_sentence(last: &Word, next: &str) -> bool {
    // Nearly every word ends in a letter or a comma.
    if last.raw.as_bytes().last().is_some_and(|&b| b.is_ascii_alphanumeric() || b == b',') {
        return false;
    }
    let ended = last.raw.trim_end_matches(['"', '”', '’', '\'', ')', ']', '»', '*', '_']);
    if matches!(last.raw, "|" | "•" | "·" | "———") {
        return true;
    }
    match ended.chars().next_back() {
        Some('!' | '?' | '…' | '。') => true,
        Some('.') => {
            let first = next.trim_start_matches(|c: char| !c.is_alphanumeric()).chars().next();
            let lower = first.is_some_and(char::is_lowercase) && !next.contains("/t");
            next == "This" || !lower && !last.is_abbreviation()
        }
        _ => false,
    }
}
