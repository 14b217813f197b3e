//! A paragraph as words, quotations and marks. Knows no grammar beyond where a sentence ends.

use super::names::plain;
use super::reader::Reader;
use super::words::{ABBREVIATION, CAPITAL, Class, NEVER_NAME};
use crate::document::Paragraph;

/// A sentence as the reader sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Item {
    /// A token outside quotations.
    Word(u32),
    /// A quotation.
    Quote(usize),
    Comma,
    Colon,
    Dash,
    /// ? or ! at the end of a quotation: the sentence may go on.
    Ask,
    Stop,
    Open,
    Close,
}

impl<'a> Reader<'a> {
    /// The items of a paragraph. Takes its quotations.
    pub(super) fn items(&mut self, paragraph: &Paragraph, out: &mut Vec<Item>) {
        out.clear();
        let mut token = paragraph.tokens.start;
        let mut from = paragraph.bytes.start;
        while token < paragraph.tokens.end {
            let quotation = self.quotations.get(self.next).filter(|q| q.tokens.start == token);
            let span = self.spans[token as usize];
            if let Some(quotation) = quotation {
                self.gap(from, quotation.bytes.start, token, out);
                out.push(Item::Quote(self.next));
                let inside = self.text[quotation.bytes.range()].trim_end();
                let end = inside.trim_end_matches(['’', '\'', '”', ')']).chars().next_back();
                let follows = self.text[quotation.bytes.end as usize..paragraph.bytes.end as usize]
                    .chars()
                    .find(|c| c.is_alphanumeric());
                match end {
                    Some(',') => out.push(Item::Comma),
                    Some('—' | '–' | '-') => out.push(Item::Dash),
                    Some('?' | '!') => out.push(Item::Ask),
                    Some('.' | '…') if follows.is_none_or(|c| !c.is_lowercase()) => out.push(Item::Stop),
                    Some('.' | '…') => out.push(Item::Comma),
                    _ => {}
                }
                (token, from) = (quotation.tokens.end, quotation.bytes.end);
                self.next += 1;
            } else {
                self.gap(from, span.start, token, out);
                out.push(Item::Word(token));
                (token, from) = (token + 1, span.end);
            }
        }
        self.gap(from, paragraph.bytes.end, token, out);
    }

    pub(super) fn word(&self, token: u32) -> &'a str {
        &self.text[self.spans[token as usize].range()]
    }

    pub(super) fn class(&self, token: u32) -> Class {
        self.classes[token as usize]
    }

    pub(super) fn is(&self, item: Option<&Item>, word: &str) -> bool {
        matches!(item, Some(&Item::Word(token)) if self.word(token).eq_ignore_ascii_case(word))
    }

    /// The class of an item; nothing for what is no word.
    pub(super) fn item_class(&self, item: Option<&Item>) -> Class {
        match item {
            Some(&Item::Word(token)) => self.class(token),
            _ => 0,
        }
    }

    /// Whether a token may be part of a name: a capital, and no word that only begins a sentence.
    pub(super) fn is_name(&self, token: u32) -> bool {
        self.class(token) & CAPITAL != 0 && self.class(token) & NEVER_NAME == 0
    }

    pub(super) fn is_possessive(&self, token: u32) -> bool {
        let word = self.word(token);
        word.as_bytes().last() == Some(&b's') && plain(word).len() < word.len()
    }

    /// Whether a word is an acronym: three capitals or more.
    pub(super) fn is_shouted(&self, token: u32) -> bool {
        let word = self.word(token);
        word.len() > 2 && word.chars().all(char::is_uppercase)
    }

    /// Whether nothing but a space, a hyphen, an & or the dot of an initial or title stands between a token and the next.
    pub(super) fn joins(&self, token: u32) -> bool {
        let (Some(a), Some(b)) = (self.spans.get(token as usize), self.spans.get(token as usize + 1)) else {
            return false;
        };
        if let Some(&[gap]) = self.text.as_bytes().get(a.end as usize..b.start as usize)
            && gap != b'.'
        {
            return matches!(gap, b' ' | b'-' | b'\n');
        }
        let gap = self.text.get(a.end as usize..b.start as usize).unwrap_or("\n\n");
        matches!(gap, " & " | "\u{A0}")
            || (matches!(gap, ". " | ".") && !self.ends_sentence("", u32::MAX, Some(&Item::Word(token))))
    }

    /// The marks between two items.
    fn gap(&self, from: u32, to: u32, token: u32, out: &mut Vec<Item>) {
        if matches!(self.text.as_bytes().get(from as usize..to as usize), None | Some([] | [b' '])) {
            return;
        }
        let gap = self.text.get(from as usize..to as usize).unwrap_or_default();
        let mut before = ' ';
        for (at, c) in gap.char_indices() {
            let item = match c {
                ',' => Some(Item::Comma),
                ':' => Some(Item::Colon),
                '—' | '–' => Some(Item::Dash),
                '-' if before == '-' || (before == ' ' && gap.len() > 1) => Some(Item::Dash),
                '(' | '[' => Some(Item::Open),
                ')' | ']' => Some(Item::Close),
                ';' | '!' | '?' | '•' => Some(Item::Stop),
                '.' if !gap[at + 1..].starts_with(')') && self.ends_sentence(&gap[at + 1..], token, out.last()) => {
                    Some(Item::Stop)
                }
                _ => None,
            };
            before = c;
            if let Some(item) = item.filter(|&item| out.last() != Some(&item)) {
                out.push(item);
            }
        }
    }

    /// Whether a full stop before `token` ends a sentence, not an abbreviation.
    fn ends_sentence(&self, rest: &str, token: u32, before: Option<&Item>) -> bool {
        let lower = self.spans.get(token as usize).is_some_and(|span| {
            rest.chars().all(char::is_whitespace) && self.text[span.range()].starts_with(char::is_lowercase)
        });
        match before {
            _ if lower => false,
            Some(&Item::Word(token)) => {
                let word = self.word(token);
                let last = word.rsplit('.').next().unwrap_or(word);
                !(last.chars().nth(1).is_none() && last.starts_with(char::is_alphabetic))
                    && self.class(token) & (ABBREVIATION | CAPITAL) != ABBREVIATION | CAPITAL
            }
            _ => true,
        }
    }
}
