//! Noun phrases: where the subject of a verb begins and ends, and who it is. Knows no other sentence.

use super::items::Item;
use super::reader::Reader;
use super::words::*;
use crate::document::TokenSpan;

/// A noun phrase is at most so many words: what a text of nothing but "of" may cost.
const LONGEST_PHRASE: usize = 40;

/// A noun phrase as a speaker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Who {
    /// A proper name, and whether "the" stands before it.
    Name(TokenSpan, bool),
    /// A role or a document, and whether "the" stands before it.
    Role(TokenSpan, bool),
    He,
    She,
    They,
    It,
    /// The subject of the verb before: `… and said`.
    Same,
    /// Somebody whom the text does not name here: `we`, `I`.
    Nobody,
}

/// A noun phrase with the items that it takes, determiner included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phrase {
    pub(super) who: Who,
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Reader<'_> {
    /// The subject of the verb at `verb`, which stands before it.
    pub(super) fn subject_before(&self, items: &[Item], verb: usize) -> Option<Phrase> {
        let mut end = verb;
        while end > 0 {
            let class = self.item_class(items.get(end - 1));
            if class & CAPITAL == 0 && class & (AUXILIARY | ADVERB | BE) != 0 {
                end -= 1;
            } else if class & TIME != 0 {
                end -= 1;
                if end > 0 && self.item_class(items.get(end - 1)) & BEFORE_TIME != 0 {
                    end -= 1;
                }
            } else if items[end - 1] == Item::Close {
                end = items[..end].iter().rposition(|&item| item == Item::Open)?;
            } else {
                break;
            }
        }
        let last = end.checked_sub(1)?;
        let class = self.item_class(items.get(last));
        match items[last] {
            Item::Comma | Item::Dash => self.before_apposition(items, last),
            Item::Word(_) if class & JOINS != 0 => Some(Phrase { who: Who::Same, from: last, to: verb }),
            Item::Word(_) if class & RELATIVE != 0 => {
                let end = last.checked_sub(1)?;
                let end = if items[end] == Item::Comma { end.checked_sub(1)? } else { end };
                self.phrase_before(items, end, 0)
            }
            Item::Word(_) => {
                let phrase = self.phrase_before(items, last, 0)?;
                // `X, president of Y said`, the second comma forgotten.
                let bare = self.item_class(items.get(phrase.from)) & DETERMINER == 0;
                if matches!(phrase.who, Who::Role(..))
                    && bare
                    && phrase.from > 1
                    && items[phrase.from - 1] == Item::Comma
                    && let Some(name) = self.phrase_before(items, phrase.from - 2, 0)
                    && matches!(name.who, Who::Name(name, false) if name.len() > 1)
                    && !matches!(name.from.checked_sub(1).and_then(|at| items.get(at)), Some(Item::Word(_)))
                {
                    return Some(name);
                }
                Some(phrase)
            }
            _ => None,
        }
    }

    /// The noun phrase that begins with the item `first`.
    pub(super) fn subject_after(&self, items: &[Item], first: usize) -> Option<Phrase> {
        if let Some(who) = pronoun(self.item_class(items.get(first))) {
            return Some(Phrase { who, from: first, to: first + 1 });
        }
        let mut end = first;
        while self.item_class(items.get(end)) & DETERMINER != 0 {
            end += 1;
        }
        let start = end;
        let mut capitals = 0;
        let mut joined = None; // `said commentator and activist X`
        while let Some(&Item::Word(token)) = items.get(end) {
            let class = self.class(token);
            let before = if end > start { self.item_class(items.get(end - 1)) } else { 0 };
            if end > start && class & LINK != 0 {
                // "of" after a person only says where from, and after a document what about.
                if before & DOCUMENT != 0 || (before & CAPITAL != 0 && before & (INSTITUTION | TITLE) == 0) {
                    break;
                }
                end += 1;
                while self.item_class(items.get(end)) & DETERMINER != 0 {
                    end += 1;
                }
                capitals = 0;
                continue;
            }
            if end > start && before & CLOSE_TO != 0 && class & PREPOSITION != 0 {
                end += 1;
                while matches!(items.get(end), Some(Item::Word(_))) && end < start + 9 {
                    end += 1;
                }
                break;
            }
            if class & JOINS != 0 && end > start && before & CAPITAL == 0 && joined.is_none() {
                joined = Some(end);
                capitals = 0;
                end += 1;
                continue;
            }
            if class & CAPITAL == 0 {
                let person = capitals >= 2 && before & (INSTITUTION | OUTLET) == 0 && class & ROLE == 0;
                let particle = capitals > 0 && class & PARTICLE != 0;
                if !particle && (person || class & (NEVER_NAME | SAYS | SAYING | CALLS | AUXILIARY | BE) != 0) {
                    break;
                }
                capitals = if particle { capitals } else { 0 };
            } else if class & NEVER_NAME != 0 {
                break;
            } else {
                capitals += 1;
            }
            end += 1;
        }
        // A trailing "of" or article belongs to nothing.
        while end > start && self.item_class(items.get(end - 1)) & (LINK | DETERMINER) != 0 {
            end -= 1;
        }
        let mut phrase = self.phrase_before(items, end.checked_sub(1).filter(|&last| last >= start)?, first);
        if let Some(joined) = joined
            && !matches!(phrase, Some(Phrase { who: Who::Name(..), .. }))
        {
            end = joined;
            phrase = self.phrase_before(items, end.checked_sub(1)?, first);
        }
        let phrase = phrase?;
        let phrase = Phrase { from: first, to: end, ..phrase };
        let Who::Role(role, _) = phrase.who else { return Some(phrase) };
        if self.class(role.end - 1) & DOCUMENT != 0
            && let Some(author) = self.author(items, end - 1)
        {
            return Some(Phrase { from: first, ..author });
        }
        // the senior physician, Agathe Lumm
        if items.get(end) == Some(&Item::Comma) {
            let mut last = end + 1;
            while let Some(&Item::Word(token)) = items.get(last)
                && (self.is_name(token) || self.class(token) & PARTICLE != 0)
            {
                last += 1;
            }
            let ends = items.get(last).is_none_or(|item| !matches!(item, Item::Word(_)))
                || self.item_class(items.get(last)) & NEVER_NAME != 0;
            if last > end + 2
                && ends
                && let Some(name) = self.phrase_before(items, last - 1, end + 1)
                && matches!(name.who, Who::Name(..))
            {
                return Some(Phrase { from: first, ..name });
            }
        }
        Some(phrase)
    }

    /// The name with which a sentence begins, a role before it or not.
    pub(super) fn sentence_subject(&self, items: &[Item]) -> Option<Who> {
        let mut at = 0;
        while self.item_class(items.get(at)) & DETERMINER != 0 {
            at += 1;
        }
        let start = at;
        while let Some(&Item::Word(token)) = items.get(at) {
            let particle = self.class(token) & PARTICLE != 0 && at > start;
            let role = self.class(token) & ROLE != 0 && at < start + 6;
            if self.is_name(token) || particle || role {
                at += 1;
            } else {
                break;
            }
        }
        let phrase = self.phrase_before(items, at.checked_sub(1)?, start)?;
        matches!(phrase.who, Who::Name(..) | Who::Role(..)).then_some(phrase.who)
    }

    /// Whose a document is: `in a statement released by X`, `a letter from X`.
    pub(super) fn author(&self, items: &[Item], document: usize) -> Option<Phrase> {
        let mut at = document + 1;
        if self.item_class(items.get(at)) & ISSUED != 0 {
            at += 1;
        }
        let by = self.is(items.get(at), "by") || self.is(items.get(at), "from");
        if by { self.subject_after(items, at + 1) } else { None }
    }

    /// The noun phrase that ends with the item `last`.
    pub(super) fn phrase_before(&self, items: &[Item], last: usize, floor: usize) -> Option<Phrase> {
        self.phrase(items, last, floor.max(last.saturating_sub(LONGEST_PHRASE)))
    }

    /// The name that ends with the possessive at `last`.
    pub(super) fn owner(&self, items: &[Item], last: usize, floor: usize) -> Option<Phrase> {
        let &Item::Word(token) = items.get(last)? else { return None };
        if !self.is_possessive(token) || !self.is_name(token) {
            return None;
        }
        let mut from = last;
        while from > floor
            && let Item::Word(before) = items[from - 1]
            && self.is_name(before)
            && self.joins(before)
        {
            from -= 1;
        }
        let whole = TokenSpan::new(token - (last - from) as u32, token + 1);
        Some(Phrase { who: Who::Name(self.without_title(whole), false), from, to: last + 1 })
    }

    /// Whether it is a full name, or a last name of which the text has the full one; a party and state are none.
    pub(super) fn is_full(&self, who: Who) -> bool {
        let Who::Name(name, the) = who else { return false };
        let full = self.full(name, the);
        full.len() > 1 && self.word(full.start).len() > 1
    }

    /// The subject before `X, the mayor of Y, said` or `her spokesman, X, said`; `comma` is the last one.
    fn before_apposition(&self, items: &[Item], comma: usize) -> Option<Phrase> {
        let mut fallback = None;
        let mut end = comma;
        for round in 0..5 {
            let from = items[..end].iter().rposition(|item| !matches!(item, Item::Word(_) | Item::Open | Item::Close));
            let Some(from) = from.filter(|&from| matches!(items[from], Item::Comma | Item::Dash) && from > 0) else {
                break;
            };
            let head = self.phrase_before(items, from - 1, 0);
            let inner = if end > from + 1 { self.phrase_before(items, end - 1, from + 1) } else { None };
            if round == 0
                && let Some(inner) = inner.filter(|inner| inner.from == from + 1 && self.is_full(inner.who))
                && let Some(Phrase { who: Who::Role(..), .. }) = head
            {
                return Some(inner);
            }
            if let Some(head) = head {
                match head.who {
                    // Dayton, Ohio, or R-Ohio
                    Who::Name(name, _)
                        if self.class(name.start) & (ABBREVIATION | PLACE) != 0
                            || (!self.is_full(head.who)
                                && head.from > 1
                                && items[head.from - 1] == Item::Comma
                                && matches!(items[head.from - 2], Item::Word(_))) => {}
                    Who::Name(..) => return Some(head),
                    Who::Role(span, _) if self.spans.get(span.start as usize).is_some() => {
                        let determined = head.from < from && self.item_class(items.get(head.from)) & DETERMINER != 0;
                        if determined && fallback.is_none() {
                            fallback = Some(head);
                        }
                    }
                    _ => {}
                }
            }
            end = from;
        }
        fallback
    }

    fn phrase(&self, items: &[Item], last: usize, floor: usize) -> Option<Phrase> {
        let &Item::Word(token) = items.get(last)? else { return None };
        let class = self.class(token);
        let to = last + 1;
        if let Some(who) = pronoun(class) {
            return Some(Phrase { who, from: last, to });
        }
        let number = self.word(token).starts_with(|c: char| c.is_ascii_digit());
        if number || self.is_possessive(token) || class & (NEVER_NAME | NO_SPEAKER) != 0 {
            return None;
        }
        let mut from = last;
        let mut phrase = if self.is_name(token) {
            while from > floor {
                let Item::Word(before) = items[from - 1] else { break };
                if !self.joins(before) || self.is_possessive(before) {
                    break;
                }
                if self.is_name(before) {
                    from -= 1;
                    continue;
                }
                // van der, of
                let link = self.class(before) & LINK != 0;
                let mut first = from - 1;
                while !link && first > floor && from - first < 3 && self.item_class(items.get(first)) & PARTICLE != 0 {
                    first -= 1;
                }
                first -= usize::from(link && first > floor);
                match items[first] {
                    Item::Word(name)
                        if first + 1 < from
                            && self.is_name(name)
                            && self.joins(name)
                            && !self.is_possessive(name)
                            && (!link || self.class(name) & (INSTITUTION | TITLE) != 0) =>
                    {
                        from = first;
                    }
                    _ => break,
                }
            }
            let whole = TokenSpan::new(token - (last - from) as u32, token + 1);
            let the = from > floor && self.item_class(items.get(from - 1)) & DETERMINER != 0;
            let name = self.without_title(whole);
            let title =
                self.class(token) & TITLE != 0 || (whole.len() == 1 && self.class(token) & (ROLE | DOCUMENT) != 0);
            from -= usize::from(the);
            Phrase { who: if title { Who::Role(whole, the) } else { Who::Name(name, the) }, from, to }
        } else {
            let mut definite = false;
            let mut first = last;
            while first > floor {
                let Item::Word(before) = items[first - 1] else { break };
                let class = self.class(before);
                let hyphen = self.text[self.spans[before as usize].end as usize..].starts_with('-');
                if class & DETERMINER != 0 && !hyphen {
                    definite = class & DEFINITE != 0;
                    from = first - 1;
                    break;
                }
                let ends = (NEVER_NAME | SAYS | CALLS | AUXILIARY | BE) & !(ADVERB | CAPITAL);
                if self.is_possessive(before) || (class & ends != 0 && !hyphen) {
                    break;
                }
                first -= 1;
                if last - first > 7 {
                    return None;
                }
            }
            from = from.min(first);
            // The office of somebody speaks for him.
            if first == last && class & SPEAKS_FOR != 0 && last > floor {
                let Item::Word(owner) = items[last - 1] else { return None };
                if self.class(owner) & HIS != 0 {
                    let who = if self.word(owner).eq_ignore_ascii_case("her") { Who::She } else { Who::He };
                    return Some(Phrase { who, from, to });
                }
                if let Some(owner) = self.owner(items, last - 1, floor) {
                    return Some(Phrase { to, ..owner });
                }
            }
            Phrase { who: Who::Role(TokenSpan::new(token - (last - first) as u32, token + 1), definite), from, to }
        };
        // What it belongs to: `a spokesman for X`, `Y of X`, `a source close to X`.
        if phrase.from > floor + 1 && self.item_class(items.get(phrase.from - 1)) & PREPOSITION != 0 {
            let link = self.item_class(items.get(phrase.from - 1)) & LINK != 0;
            let head = self.phrase(items, phrase.from - 2, floor)?;
            phrase = match head.who {
                Who::Role(span, definite) => {
                    let document = self.class(span.end - 1) & DOCUMENT != 0;
                    let open = self.class(span.end - 1) & CLOSE_TO != 0;
                    let next = head.to == phrase.from - 1 && items.get(head.to - 1) == Some(&Item::Word(span.end - 1));
                    let end = if next && (open || (link && !document)) { token + 1 } else { span.end };
                    Phrase { who: Who::Role(TokenSpan::new(span.start, end), definite), ..head }
                }
                Who::Name(..) => head,
                _ => return None,
            };
            phrase.to = to;
        } else if phrase.from > floor && self.item_class(items.get(phrase.from - 1)) & PREPOSITION != 0 {
            return None;
        }
        Some(phrase)
    }
}

fn pronoun(class: Class) -> Option<Who> {
    match class {
        _ if class & HE != 0 => Some(Who::He),
        _ if class & SHE != 0 => Some(Who::She),
        _ if class & THEY != 0 => Some(Who::They),
        _ if class & IT != 0 => Some(Who::It),
        _ if class & FIRST_PERSON != 0 => Some(Who::Nobody),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::check;

    #[test]
    fn a_document_speaks() {
        check(&[
            (
                "The call was on “the closing of the Sound,” according to an Amber Palace readout.",
                "Amber Palace readout",
            ),
            ("It was on “the Sound,” according to the Amber Palace.", "Amber Palace"),
            (
                "It was on “the Sound,” according to an Amber Palace readout of the call.\n“We pay,” the readout said.",
                "Amber Palace readout|Amber Palace readout",
            ),
            ("“We pay,” the ministry said in a statement.", "ministry"),
            ("“The beam is split,” the report says.", "report"),
            ("“He took the money,” reads the indictment.", "indictment"),
            ("It was “a mistake,” in a statement released by Ilva Marant.", "Ilva Marant"),
            ("“We pay,” read a statement from the Amber Palace.", "Amber Palace"),
            ("It was “late,” said a letter from Ilva Marant. “We pay,” the letter said.", "Ilva Marant|Ilva Marant"),
        ]);
    }

    #[test]
    fn a_role_speaks() {
        check(&[
            (
                "A senior palace official said it was “civil.”\n“We pay,” the official added.",
                "senior palace official|senior palace official",
            ),
            ("“We pay,” said a source close to the talks.", "source close to the talks"),
            ("“We pay,” a source close to the talks said.", "source close to the talks"),
            ("“We pay,” one resident said.", "resident"),
            ("“We pay,” a spokesman for the ministry said.", "spokesman for the ministry"),
            ("“We pay,” said a spokesman for the ministry, who left.", "spokesman for the ministry"),
            ("Odile Branagh is ill. “We pay,” her spokesman, Piet Hallam, said.", "Piet Hallam"),
            ("“We pay,” said the senior physician, Agathe Lumm.", "Agathe Lumm"),
        ]);
    }
}
