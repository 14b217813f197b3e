//! Sentences: who says something in one, and which of its quotations.
//! Knows of the sentences before it only whom they named.

use super::items::Item;
use super::names::{Sort, plain};
use super::phrase::{Phrase, Who};
use super::reader::{Reader, Way};
use super::words::*;
use crate::document::TokenSpan;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Manner {
    /// The subject before the verb.
    Says,
    /// The verb before the subject, or "according to": belongs to what stands before it.
    Inverted,
    /// An outlet, or a document that is only named: counts where nobody else does.
    Weak,
}

/// Somebody says something.
#[derive(Clone, Copy, Debug)]
struct Act {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) manner: Manner,
    pub(super) speaker: Option<TokenSpan>,
}

impl Reader<'_> {
    /// Reads a sentence: who says something in it, and which of its quotations. Tells whether anybody does.
    pub(super) fn sentence(&mut self, items: &[Item], last: &mut Option<Option<TokenSpan>>) -> bool {
        let acts = self.acts(items);
        let words = items.iter().any(|item| matches!(item, Item::Word(_)));
        for (at, item) in items.iter().enumerate() {
            let &Item::Quote(q) = item else { continue };
            if !words {
                // A sentence of nothing but quotation goes on with whoever spoke before it in the paragraph.
                if let &mut Some(Some(speaker)) = last {
                    self.found[q] = (Way::Paragraph, Some(speaker));
                }
            } else if self.is_work(items, at, q) {
                self.found[q] = (Way::Sentence, None);
            } else if let Some(act) = attribute(items, at, &acts, &self.classes) {
                self.found[q] = (Way::Sentence, act.speaker);
            } else if let Some(speaker) = self.before_colon(items, at) {
                self.found[q] = (Way::Sentence, Some(speaker));
            }
        }
        if let Some(act) = acts.iter().rev().find(|act| act.manner != Manner::Weak) {
            *last = Some(act.speaker);
        }
        // The subject of a sentence may be the "he" of the next one; its speaker is more likely.
        for at in 0..items.len() {
            if self.begins_clause(items, at)
                && let Some(subject) = self.sentence_subject(&items[at..])
            {
                self.remember(subject);
            }
        }
        for act in &acts {
            if let Some(speaker) = act.speaker {
                self.recent.push((speaker, self.sort(speaker, false)));
            }
        }
        !acts.is_empty()
    }

    /// Whether a subject may stand at `at`: at the start, after "and", after `In March,`, as `the mayor, X, left`.
    fn begins_clause(&self, items: &[Item], at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return items.len() > 6 };
        let first_comma = items[before] == Item::Comma && !items[..before].contains(&Item::Comma);
        let joins = self.item_class(items.get(before)) & (JOINS | BREAK) != 0;
        match items[before] {
            Item::Comma if before > 0 => {
                let adverbial =
                    first_comma && self.item_class(items.first()) & (PREPOSITION | BREAK | TIME | ADVERB) != 0;
                let role = self.item_class(items.get(before - 1)) & ROLE != 0
                    && items[at..].iter().position(|i| !matches!(i, Item::Word(_))).is_some_and(|end| end < 5);
                adverbial || role
            }
            _ => joins && (before == 0 || items[before - 1] == Item::Comma),
        }
    }

    /// Whether a quotation is the title of a work or a word that is only mentioned, by what stands before it.
    fn is_work(&self, items: &[Item], at: usize, q: usize) -> bool {
        let tokens = self.quotations[q].tokens;
        let large = |t: usize| self.classes[t] & CAPITAL != 0;
        let small = |t: usize| self.classes[t] & (ARTICLE | PREPOSITION | JOINS) != 0;
        let title = large(tokens.start as usize)
            && large(tokens.end as usize - 1)
            && tokens.range().all(|t| large(t) || small(t));
        // her book, “…”
        let after_comma = at > 1 && items[at - 1] == Item::Comma && self.item_class(items.get(at - 2)) & WORK != 0;
        let Some(&Item::Word(token)) = at.checked_sub(1).and_then(|at| items.get(at)) else {
            return after_comma && title;
        };
        let owner = plain(self.word(token)).trim_end_matches(['’', '\'']);
        if self.class(token) & WORK != 0 || (self.is_possessive(token) && class_of_token(owner) & OUTLET != 0) {
            return true;
        }
        (2..=7).contains(&tokens.len()) && title && self.class(token) & (SAYS | CALLS | SAYING | RELATIVE) == 0
    }

    /// The name of `X: “…”`, where it begins the sentence.
    fn before_colon(&self, items: &[Item], at: usize) -> Option<TokenSpan> {
        let colon = at.checked_sub(1).filter(|&colon| items[colon] == Item::Colon)?;
        let end = items[..colon].iter().position(|item| !matches!(item, Item::Word(_))).unwrap_or(colon);
        let phrase = self.phrase_before(items, end.checked_sub(1)?, 0)?;
        match phrase.who {
            Who::Name(name, false) if phrase.from == 0 && !self.is_outlet(name) => {
                let full = self.full(name, false);
                let alone = end == colon || (items[end] == Item::Comma && colon - end < 6);
                let shouted = name.range().all(|t| !self.word(t as u32).chars().any(char::is_lowercase));
                (alone && !shouted && full.len() > 1 && self.sort(full, false) == Sort::Person).then_some(full)
            }
            _ => None,
        }
    }

    fn remember(&mut self, who: Who) {
        if let Who::Role(role, true) = who
            && self.sort(role, true) == Sort::Thing
        {
            self.recent.push((self.fuller(role), Sort::Thing));
        }
        if let Who::Name(name, the) = who {
            let full = self.full(name, the);
            let sort = self.sort(name, the);
            if sort == Sort::Person && self.is_full(who) {
                self.recent.push((full, sort));
            }
        }
    }

    /// Everybody who says something in a sentence.
    fn acts(&mut self, items: &[Item]) -> Vec<Act> {
        let mut acts: Vec<Act> = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let &Item::Word(token) = item else { continue };
            let class = self.class(token);
            if class & (SAYS | CALLS | SAYING | REPORTS | ACCORDING | DOCUMENT | COMMENT) == 0 {
                continue;
            }
            if let Some((phrase, manner)) = self.act(items, at, class) {
                let speaker = self.resolve(phrase.who, items, at, &acts).filter(|_| self.may_speak(&phrase, items));
                let outlet = match phrase.who {
                    Who::Name(span, _) | Who::Role(span, _) => self.is_outlet(span),
                    _ => false,
                };
                if let Some(speaker) = speaker.filter(|_| class & DOCUMENT != 0) {
                    self.documents.push((token, speaker));
                }
                let manner = if outlet || class & REPORTS != 0 { Manner::Weak } else { manner };
                let (from, to) = (phrase.from.min(at), phrase.to.max(at + 1));
                acts.push(Act { from, to, manner, speaker });
            }
        }
        acts
    }

    /// Whether a noun may speak: by its meaning, as a plural, or with an article, not any word before a verb.
    fn may_speak(&self, phrase: &Phrase, items: &[Item]) -> bool {
        let Who::Role(span, _) = phrase.who else { return true };
        let known = |t: usize| self.classes[t] & (ROLE | TITLE | DOCUMENT | INSTITUTION | PLURAL) != 0;
        span.range().any(known)
            || self.word(span.end - 1).ends_with('s')
            || self.item_class(items.get(phrase.from)) & DETERMINER != 0
            || phrase.from.checked_sub(1).is_some_and(
                |before| matches!(items.get(before), Some(&Item::Word(owner)) if self.is_possessive(owner)),
            )
    }

    /// The act of the verb at `at`, if it is one.
    fn act(&self, items: &[Item], at: usize, class: Class) -> Option<(Phrase, Manner)> {
        let before = at.checked_sub(1).and_then(|at| items.get(at));
        let before2 = at.checked_sub(2).and_then(|at| items.get(at));
        if class & ACCORDING != 0 {
            let first = if self.is(items.get(at), "according") { at + 2 } else { at + 1 };
            if first == at + 2 && !self.is(items.get(at + 1), "to") {
                return None;
            }
            return Some((self.subject_after(items, first)?, Manner::Inverted));
        }
        // `X’s claim that “…”`, but not `said that X’s claim was “…”`.
        let quoted = self.is(items.get(at + 1), "that") || matches!(items.get(at + 1), Some(Item::Quote(_)));
        if class & COMMENT != 0
            && quoted
            && let Some(owner) = at.checked_sub(1).and_then(|last| self.owner(items, last, 0))
        {
            return Some((owner, Manner::Says));
        }
        if class & DOCUMENT != 0 && class & (SAYS | CALLS | SAYING | REPORTS) == 0 {
            return Some((self.author(items, at)?, Manner::Weak));
        }
        if class & (SAYS | CALLS | SAYING | REPORTS) == 0 {
            return None;
        }
        if self.is(before, "to") {
            let goes_on = self.is(before2, "on");
            return goes_on
                .then_some((Phrase { who: Who::Same, from: at.saturating_sub(2), to: at + 1 }, Manner::Says));
        }
        if class & CAPITAL != 0 && at > 0 {
            return None;
        }
        if self.is(before, "as") && self.is(before2, "quoted") {
            return Some((self.subject_before(items, at - 2)?, Manner::Says));
        }
        let denied = self.is(before, "not") || self.is(before, "never") || self.item_class(before) & DENIAL != 0;
        let passive = self.item_class(before) & BE != 0 && class & SAYING == 0;
        let noun = self.item_class(before) & DETERMINER != 0 && class & FOREIGN == 0;
        // Only "as X put it" says something, not "X put forward".
        let puts = self.is(items.get(at), "put") && !self.is(items.get(at + 1), "it");
        let noun = noun || matches!(before, Some(&Item::Word(owner)) if self.is_possessive(owner));
        if denied || passive || noun || puts || self.is(before, "so") {
            return None;
        }
        // Verb first: `“…,” said X`, `« …», a dit X`, `Said X: “…”`.
        if class & (SAYS | REPORTS) != 0 {
            let mut quote = at;
            while quote > 0 && self.item_class(items.get(quote - 1)) & AUXILIARY != 0 {
                quote -= 1;
            }
            while quote > 0 && matches!(items[quote - 1], Item::Comma | Item::Ask | Item::Dash) {
                quote -= 1;
            }
            let follows = quote > 0 && matches!(items[quote - 1], Item::Quote(_));
            if follows || (at == 0 && class & CAPITAL != 0) {
                let nobody = Phrase { who: Who::Nobody, from: at, to: at + 1 };
                let phrase = self.subject_after(items, at + 1).unwrap_or(nobody);
                return (follows || phrase.who != Who::Nobody).then_some((phrase, Manner::Inverted));
            }
        }
        if class & SAYING != 0 && self.item_class(before) & BE == 0 {
            return Some((Phrase { who: Who::Same, from: at, to: at + 1 }, Manner::Says));
        }
        if let Some(subject) = self.subject_before(items, at) {
            if class & REPORTS != 0 && matches!(subject.who, Who::Role(_, false)) {
                return None; // `more reports that …`
            }
            return Some((subject, Manner::Says));
        }
        // An aside: `Otherwise, says the palace, it “…”`.
        let aside = class & SAYS != 0 && matches!(before, Some(Item::Comma));
        let phrase = if aside { self.subject_after(items, at + 1)? } else { return None };
        let ends = phrase.who != Who::Nobody && !matches!(items.get(phrase.to), Some(Item::Word(_)));
        ends.then_some((Phrase { from: at, ..phrase }, Manner::Says))
    }

    /// The fullest name of a speaker in the text.
    fn resolve(&self, who: Who, items: &[Item], at: usize, acts: &[Act]) -> Option<TokenSpan> {
        let earlier = acts.iter().rev().find_map(|act| act.speaker.filter(|_| act.to <= at));
        let recent = |fits: &dyn Fn(&(TokenSpan, Sort)) -> bool| {
            let before = self.recent.iter().rev().find(|r| fits(r)).map(|r| r.0);
            earlier.filter(|&e| fits(&(e, self.sort(e, false)))).or(before)
        };
        match who {
            Who::Name(name, the) => Some(self.full(name, the)),
            Who::Role(role, definite) => Some(if definite { self.fuller(role) } else { role }),
            Who::He => recent(&|r| self.is_one(r) && !self.first_is(r.0, FEMALE)),
            Who::She => recent(&|r| self.is_one(r) && !self.first_is(r.0, MALE)),
            Who::They => recent(&|_| true).filter(|&last| self.is_plural(last)),
            Who::It => recent(&|_| true).filter(|&last| self.sort(last, false) == Sort::Thing),
            Who::Same if earlier.is_some() => earlier,
            Who::Same => match self.sentence_subject(items)? {
                Who::Name(name, the) => Some(self.full(name, the)),
                Who::Role(role, true) => Some(self.fuller(role)),
                Who::Role(role, false) => Some(role),
                _ => None,
            },
            Who::Nobody => None,
        }
    }
}

/// The act that the quotation at `at` belongs to.
fn attribute<'a>(items: &[Item], at: usize, acts: &'a [Act], classes: &[Class]) -> Option<&'a Act> {
    let mut after = at + 1;
    while matches!(items.get(after), Some(Item::Comma | Item::Ask | Item::Dash)) {
        after += 1;
    }
    let parted = after > at + 1;
    // Nothing but the words of a role stands before the name: `“…,” press secretary X said`.
    let part_of_role =
        |item: &Item| matches!(item, &Item::Word(t) if classes[t as usize] & (BREAK | PREPOSITION | RELATIVE) == 0);
    let next_to = |act: &&Act| {
        let between = items.get(after..act.from).unwrap_or(&[Item::Stop]);
        between.iter().all(|item| part_of_role(item) || (act.manner == Manner::Weak && matches!(item, Item::Word(_))))
    };
    let adjacent = acts.iter().find(next_to).filter(|act| parted || act.manner == Manner::Inverted);
    let before = acts.iter().rev().find(|act| {
        act.to <= at
            && match act.manner {
                Manner::Inverted => matches!(items[at - 1], Item::Comma | Item::Colon | Item::Dash),
                _ => true,
            }
    });
    let trailing = acts.iter().find(|act| act.from > after && matches!(items[act.from - 1], Item::Comma));
    let strong = |act: &&Act| act.manner != Manner::Weak;
    adjacent.filter(strong).or(before.filter(strong)).or(trailing.filter(strong)).or(adjacent).or(before)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::check;

    #[test]
    fn a_name_before_inside_or_after_the_quotation() {
        check(&[
            ("“We pay,” said Ilva Marant.", "Ilva Marant"),
            ("Ilva Marant said, “We pay.”", "Ilva Marant"),
            ("“We pay,” Ilva Marant said.", "Ilva Marant"),
            ("Ilva Marant told Dorin Hask that “we pay.”", "Ilva Marant"),
            ("Dorin Hask wrote in a letter: “We pay.”", "Dorin Hask"),
            ("“We pay,” Ilva Marant, the mayor of Lisk, said.", "Ilva Marant"),
            ("“We pay,” said Ilva Marant, a spokeswoman for the port.", "Ilva Marant"),
            ("Dorin Hask has called it “a long winter.”", "Dorin Hask"),
            ("“We pay,” Marant added. Later Ilva Marant left.", "Ilva Marant"),
            ("“We pay,” Ilva Marant (R-Lisk) said.", "Ilva Marant"),
            ("“We pay,” Ilva Marant, R-Lisk, said.", "Ilva Marant"),
            ("“We pay,” Ilva Marant, 51, a baker in Lisk, said.", "Ilva Marant"),
            ("“We pay,” the palace said. “We pay all.”", "palace|palace"),
            ("“If it snows,” Ilva Marant said, “we pay.”", "Ilva Marant|Ilva Marant"),
            ("“Who pays?” asked Ilva Marant.", "Ilva Marant"),
            ("“We pay,” Ilva Marant on Tuesday told a crowd.", "Ilva Marant"),
            ("On Friday, Ilva Marant said “we pay” and left.", "Ilva Marant"),
            ("Ilva Marant, who called the toll “absurd,” left.", "Ilva Marant"),
            ("Ilva Marant left the hall, calling the toll “absurd.”", "Ilva Marant"),
            ("Ilva Marant said the toll was “absurd” and called the bridge “old.”", "Ilva Marant|Ilva Marant"),
            ("It would be “absurd” to pay, Ilva Marant said.", "Ilva Marant"),
            ("They had flour, said Ilva Marant, who bakes. “It lasts a week.”", "Ilva Marant"),
            ("The toll, says the palace, is “absurd.”", "palace"),
            ("Ilva Marant went on to say: “We pay.”", "Ilva Marant"),
            ("Ilva Marant, R-Lisk: “We pay.”", "Ilva Marant"),
            ("“We pay,” Ilva Marant, president of Pell Bank told a paper.", "Ilva Marant"),
            ("“We pay,” said radio commentator and farmer Ilva Marant. “All.”", "Ilva Marant|Ilva Marant"),
            ("“We pay,” Ilva Marant, a baker in Dayton, Ohio, said.", "Ilva Marant"),
            ("Piet Hallam mocked Ilva Marant’s claim that “we pay.”", "Ilva Marant"),
            ("“We pay,” Marant, R-Lisk, said. Ilva Marant left.", "Ilva Marant"),
            ("“We pay,” Marant, who bakes, said. Ilva Marant left.", "Ilva Marant"),
            ("Piet Hallam tweeted that Ilva Marant’s claim was “wrong.”", "Piet Hallam"),
            ("It said “we pay,” after the clerk asked.", "-"),
            ("Pressed on this, Ilva Marant said “we pay.”", "Ilva Marant"),
            ("“We pay,” a clerk was quoted as saying.", "clerk"),
        ]);
    }

    #[test]
    fn a_pronoun_is_the_last_who_spoke_or_was_named() {
        check(&[
            ("Ilva Marant came late to the old hall. “We pay,” she said.", "Ilva Marant"),
            ("“We pay,” said Ilva Marant.\n“We pay all,” she added.", "Ilva Marant|Ilva Marant"),
            ("Ilva Marant left the old hall at noon. Pauli was ill, she said. “We pay.”", "Ilva Marant"),
            ("“We pay,” we were told. “We pay,” he said.", "-|-"),
            ("Dorin Hask came late to the old hall. “We pay,” his office said.", "Dorin Hask"),
            (
                "Ilva Marant came late to the hall. Dorin Hask spoke first to the crowd. “We pay,” she said.",
                "Ilva Marant",
            ),
            ("In March, Ilva Marant left the old hall. “We pay,” she said.", "Ilva Marant"),
            ("In March the mayor, Ilva Marant, left the old hall. “We pay,” she said.", "Ilva Marant"),
            ("President Ilva Marant came. “We pay,” the president said.", "Ilva Marant"),
            ("President Ilva Marant met President Dorin Hask. “We pay,” the president said.", "president"),
            ("Ilva Marant’s office spoke of “a long winter.”", "Ilva Marant"),
        ]);
    }

    #[test]
    fn an_outlet_that_reports_is_no_speaker_beside_another() {
        check(&[
            (
                "A palace official termed it “civil” but saw “no movement,” CNN reported.",
                "palace official|palace official",
            ),
            ("“We pay,” Ilva Marant told Reuters.", "Ilva Marant"),
            ("Ilva Marant called it “civil,” according to The Washington Post.", "Ilva Marant"),
        ]);
    }

    #[test]
    fn titles_and_words_that_nobody_says_have_no_speaker() {
        check(&[
            ("The so-called “long winter” begins.", "-"),
            ("Dorin Hask played in the film “A Long Winter” last year.", "-"),
            ("Ilva Marant spoke of it on Estrel TV’s “Late Bell” and said “we pay.”", "-|Ilva Marant"),
            ("The plan was called “a long winter” once.", "-"),
            ("A sign with “Closed” hung there.", "-"),
            ("Dorin Hask refused to say “sorry” again.", "-"),
        ]);
    }
}
