//! The names of a text: which are full, what each is, and the fullest form of a shorter one.
//! Knows not who speaks.

use super::reader::Reader;
use super::words::*;
use crate::document::{Paragraph, TokenSpan};

/// What a name or role stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sort {
    Person,
    Role,
    Thing,
}

/// A full name of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    pub(super) span: TokenSpan,
    /// Its last word, suffix and possessive left out.
    last: &'a str,
}

/// A word without the ending of a possessive.
pub(super) fn plain(word: &str) -> &str {
    if word.as_bytes().last() != Some(&b's') {
        return word;
    }
    let mut stem = word;
    while let Some(rest) = stem.strip_suffix("’s") {
        stem = rest;
    }
    while let Some(rest) = stem.strip_suffix("'s") {
        stem = rest;
    }
    stem
}

impl Reader<'_> {
    /// Names of at least two words in a paragraph, without titles.
    pub(super) fn read_names(&mut self, paragraph: &Paragraph) {
        let mut at = paragraph.tokens.start;
        while at < paragraph.tokens.end {
            if !self.is_name(at) {
                at += 1;
                continue;
            }
            let start = at;
            while at + 1 < paragraph.tokens.end && self.joins(at) && !self.is_possessive(at) {
                let link = self.class(at + 1) & LINK != 0 && self.class(at) & (TITLE | INSTITUTION) != 0;
                let mut next = at + 1 + u32::from(link);
                while !link && next < at + 3 && self.spans.len() > next as usize && self.class(next) & PARTICLE != 0 {
                    next += 1;
                }
                if next >= paragraph.tokens.end || !self.is_name(next) || !(at + 1..next).all(|t| self.joins(t)) {
                    break;
                }
                at = next;
            }
            at += 1;
            let name = self.without_title(TokenSpan::new(start, at));
            if name.start > start && self.class(name.start - 1) & TITLE != 0 {
                let of_another = name.start > start + 1 && self.class(name.start - 2) & TITLE != 0;
                if !of_another {
                    self.titled.push((name.start - 1, name.end - 1));
                }
            }
            let shouted = name.range().all(|t| self.word(t as u32).chars().all(|c| !c.is_lowercase()));
            // "his wife, X": the last name alone means him.
            let relative = name.start > paragraph.tokens.start && self.class(name.start - 1) & RELATION != 0;
            // Headlines are all capitals: "Marant Has Won" is no name.
            let headline = name.len() > 5
                || name.range().any(|t| {
                    self.classes[t] & (BE | AUXILIARY) != 0
                        && !matches!(self.word(t as u32), "Will" | "May" | "A" | "Do")
                });
            if name.len() >= 2 && !shouted && !relative && !headline {
                let suffix = name.len() > 2 && self.class(name.end - 1) & SUFFIX != 0;
                let last = plain(self.word(name.end - 1 - u32::from(suffix)));
                self.names.push(Known { span: name, last });
            }
        }
    }

    /// A name without the titles before it. What ends as a title or an institution keeps them.
    pub(super) fn without_title(&self, name: TokenSpan) -> TokenSpan {
        let last = name.end - 1;
        if self.class(last) & (TITLE | INSTITUTION) != 0 {
            return name;
        }
        let mut start = name.start;
        while start + 1 < last && self.is_shouted(start) {
            start += 1;
        }
        let mut at = start;
        while at < last {
            let general = at > name.start && self.word(at) == "General";
            if self.class(at) & TITLE != 0 || general {
                start = at + 1;
                // Secretary of State X; President of Y alone is no name.
                if self.word(at + 1) == "of" && at + 2 < last {
                    start = at + 3;
                    at += 2;
                }
            }
            at += 1;
        }
        TokenSpan::new(start.min(last), name.end)
    }

    /// What a name or role is. Of "the X" no person is told.
    pub(super) fn sort(&self, span: TokenSpan, the: bool) -> Sort {
        let last = span.end - 1;
        let shouted = span.len() == 1 && self.word(last).len() > 1 && !self.word(last).chars().any(char::is_lowercase);
        let institution = span.range().any(|t| self.classes[t] & (INSTITUTION | OUTLET) != 0)
            || (span.len() == 1 && self.class(last) & PLACE != 0);
        if !self.is_name(last) && self.class(last) & (DOCUMENT | INSTITUTION) == 0 {
            Sort::Role
        } else if institution || shouted || the || self.class(last) & (DOCUMENT | INSTITUTION) != 0 {
            Sort::Thing
        } else {
            Sort::Person
        }
    }

    pub(super) fn is_outlet(&self, span: TokenSpan) -> bool {
        span.range().any(|t| self.classes[t] & OUTLET != 0) && self.class(span.end - 1) & ROLE == 0
    }

    /// Whether the first word of a name is of this class.
    pub(super) fn first_is(&self, name: TokenSpan, class: Class) -> bool {
        self.class(name.start) & class != 0
    }

    /// Whether it may be one "he" or "she".
    pub(super) fn is_one(&self, &(span, sort): &(TokenSpan, Sort)) -> bool {
        let role = span.range().any(|t| self.classes[t] & (ROLE | TITLE) != 0);
        sort == Sort::Person || (sort == Sort::Role && role && !self.is_plural(span))
    }

    pub(super) fn is_plural(&self, span: TokenSpan) -> bool {
        let word = self.word(span.end - 1);
        self.sort(span, false) == Sort::Role && (word.ends_with('s') || class_of(word) & PLURAL != 0)
    }

    /// The full name of which `name` is the last part, if the text knows one and no other.
    pub(super) fn full(&self, name: TokenSpan, the: bool) -> TokenSpan {
        if name.len() != 1 || the {
            return name;
        }
        let last = plain(self.word(name.start));
        let mut found: Option<TokenSpan> = None;
        for candidate in self.names.iter().filter(|known| known.last == last).map(|known| known.span) {
            match found {
                None => found = Some(candidate),
                Some(other) => {
                    let first = |span: TokenSpan| self.word(span.start);
                    let holds = |a: TokenSpan, b: TokenSpan| a.range().any(|t| self.word(t as u32) == first(b));
                    if !holds(other, candidate) && !holds(candidate, other) {
                        return name;
                    }
                    if candidate.len() < other.len() {
                        found = Some(candidate);
                    }
                }
            }
        }
        found.unwrap_or(name)
    }

    /// The fuller form of a role or document with "the" in front: what was named before with the same last word.
    pub(super) fn fuller(&self, role: TokenSpan) -> TokenSpan {
        let same = |a: u32, b: u32| self.word(a).eq_ignore_ascii_case(self.word(b));
        let holds = |long: &TokenSpan| {
            long.len() > role.len()
                && same(long.end - 1, role.end - 1)
                && role.range().all(|word| long.range().any(|other| same(word as u32, other as u32)))
        };
        let known = self.recent.iter().rev().map(|r| r.0).find(holds);
        let names = || self.names.iter().map(|known| known.span);
        let named = || names().rev().filter(|name| name.end <= role.start).chain(names()).find(holds);
        let same_document = |document: &&(u32, TokenSpan)| role.len() == 1 && same(document.0, role.start);
        let issued = || self.documents.iter().rev().find(same_document).map(|document| document.1);
        let holder = || self.holder(role).map(|name| self.full(name, false));
        known.or_else(holder).or_else(named).or_else(issued).unwrap_or(role)
    }

    /// Who "the president" is: the only one whom the text names with that title.
    fn holder(&self, role: TokenSpan) -> Option<TokenSpan> {
        let mut found: Option<u32> = None;
        for &(title, name) in &self.titled {
            if role.len() != 1 || !self.word(title).eq_ignore_ascii_case(self.word(role.start)) {
                continue;
            }
            let plain = |token: u32| plain(self.word(token));
            match found {
                Some(other) if plain(other) != plain(name) => return None,
                Some(other) if !self.is_possessive(other) => {}
                _ => found = Some(name),
            }
        }
        found.map(|name| TokenSpan::new(name, name + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::check;

    #[test]
    fn a_name_stands_without_its_titles_and_as_full_as_the_text_has_it() {
        check(&[
            ("President Ilva Marant came. “We pay,” Marant said.", "Ilva Marant"),
            ("“We pay,” Secretary of State Piet van der Hallam said.", "Piet van der Hallam"),
            ("Rescue chief Halvard Stenning left. “We pay,” said Stenning.", "Halvard Stenning"),
            ("“We pay,” palace press secretary Piet Hallam said.", "Piet Hallam"),
            ("“We pay,” said Gov. Piet K. Hallam Jr., a farmer.", "Piet K. Hallam Jr"),
            ("Ada Finck and Emil Finck came. “We pay,” Finck said.", "Finck"),
            ("“We pay,” said Senator Ada A. Finck.", "Ada A. Finck"),
            ("“We pay,” said Sheikh Omar al-Tarsi.", "Omar al-Tarsi"),
            ("“We pay,” said Professor Lumm of Aldermere.", "Lumm"),
        ]);
    }
}
