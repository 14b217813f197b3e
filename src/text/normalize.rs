//! Folding of characters, with a way back to the original bytes: the general path of the tokenizer.
//!
//! Order (Unicode Standard Annexes 15 and 44): default-ignorable characters are dropped; each combining
//! sequence goes through NFKC, full case folding and NFKC again; quotation marks that serve as
//! apostrophes become `'`. Every folded character carries the bytes of the sequence it came from.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

/// Name of this folding and of the token rules, part of the settings id.
pub const TOKENIZER_ID: &str = "words-1";

/// Version of the Unicode tables that folding follows, part of the settings id.
pub const UNICODE_VERSION: (u8, u8, u8) = unicode_normalization::UNICODE_VERSION;

/// What a folded character means to the tokenizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Letter,
    Digit,
    /// A letter of a script that is written without spaces.
    Dense,
    /// A combining mark: belongs to what stands before it.
    Mark,
    Apostrophe,
    Dot,
    Comma,
    Other,
}

/// A folded character and the bytes it stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Folded {
    pub(super) char: char,
    pub(super) class: Class,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Appends the folded characters of `text`, whose first byte is byte `offset` of the document.
pub(super) fn fold(text: &str, offset: usize, out: &mut Vec<Folded>) {
    let mut chars = text
        .char_indices()
        .filter(|&(_, c)| !is_ignorable(c))
        .map(|(at, c)| (c, (offset + at) as u32, (offset + at + c.len_utf8()) as u32))
        .peekable();
    let mut sequence = String::new();
    while let Some((first, start, mut end)) = chars.next() {
        if chars.peek().is_none_or(|&(next, ..)| !joins_previous(next)) && is_plain(first) {
            let char = if first.is_ascii_uppercase() { first.to_ascii_lowercase() } else { first };
            out.push(Folded { char, class: class(char), start, end });
            continue;
        }
        sequence.clear();
        sequence.push(first);
        while let Some(&(next, _, next_end)) = chars.peek() {
            if !joins_previous(next) {
                break;
            }
            sequence.push(next);
            end = next_end;
            chars.next();
        }
        let once = sequence.nfkc();
        let folded = once.default_case_fold();
        for char in folded.nfkc().filter(|&c| !is_ignorable(c)) {
            let char = if matches!(char, '\u{2018}' | '\u{2019}' | '\u{02BC}') { '\'' } else { char };
            out.push(Folded { char, class: class(char), start, end });
        }
    }
}

/// Folds one token's text, for showing and for proving that two tokens are equal.
pub(super) fn folded_text(token: &str) -> String {
    let mut folded = Vec::new();
    fold(token, 0, &mut folded);
    let keep = |f: &&Folded| !matches!(f.class, Class::Other | Class::Comma);
    folded.iter().filter(keep).map(|f| f.char).collect()
}

/// Characters that folding leaves alone or only lowers, whatever follows that is no mark.
fn is_plain(c: char) -> bool {
    c.is_ascii() || is_unified_ideograph(c)
}

fn is_unified_ideograph(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}')
}

/// Whether `c` may compose with, or belongs to, the character before it.
fn joins_previous(c: char) -> bool {
    if c.is_ascii() {
        return false;
    }
    is_combining_mark(c)
        || matches!(c,
            '\u{1160}'..='\u{11FF}' | '\u{D7B0}'..='\u{D7FF}' // Hangul jamo, vowels and finals
            | '\u{FF9E}' | '\u{FF9F}') // half-width voicing marks
}

fn class(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '0'..='9' => Class::Digit,
        '\'' => Class::Apostrophe,
        '.' => Class::Dot,
        ',' => Class::Comma,
        c if c.is_ascii() => Class::Other,
        c if is_combining_mark(c) => Class::Mark,
        c if c.is_alphabetic() => {
            if is_dense(c) {
                Class::Dense
            } else {
                Class::Letter
            }
        }
        c if c.is_numeric() => Class::Digit,
        _ => Class::Other,
    }
}

/// Letters of scripts that are written without spaces between words.
pub(super) fn is_dense(c: char) -> bool {
    if is_unified_ideograph(c) || c == '\u{30FC}' {
        return true;
    }
    matches!(
        c.script(),
        Script::Han
            | Script::Hiragana
            | Script::Katakana
            | Script::Bopomofo
            | Script::Yi
            | Script::Thai
            | Script::Lao
            | Script::Khmer
            | Script::Myanmar
            | Script::Javanese
            | Script::Balinese
            | Script::New_Tai_Lue
            | Script::Tai_Tham
            | Script::Tai_Viet
            | Script::Tangut
    )
}

/// Default_Ignorable_Code_Point (Unicode Character Database, DerivedCoreProperties): leaves no trace in a token.
pub(super) fn is_ignorable(c: char) -> bool {
    !c.is_ascii()
        && matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}')
}
