//! Names: where one ends, and whether it may be that of an outlet. Knows not why it stands there.

use super::finder::Finder;
use super::split::*;
use super::words::*;
use crate::outlet;

/// A name has at most so many words.
const NAME: usize = 7;

/// Which names a form takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Any capitalised one: only an outlet stands here.
    Any,
    /// Agencies, known outlets, names that look like an outlet's or have an article, and single words: people have two.
    NoPerson,
    /// Agencies, known outlets and names that look like an outlet's.
    Outlet,
    /// Agencies, by their doubtful short forms too.
    Agency,
}

impl<'t> Finder<'t> {
    /// Gives a credit to each name of the list that begins at `from`.
    pub(super) fn names(&mut self, words: &[Word<'t>], from: usize, takes: Takes, bytes: Range) {
        let mut at = lead_in(words, from);
        let mut first = true;
        while let Some((name, next)) = self.name(words, at) {
            for name in self.parts(name) {
                // After the first of a list, words may be about something else.
                let takes = if first || takes == Takes::Agency { takes } else { Takes::Outlet };
                if self.takes(&name, takes) {
                    self.give(name, bytes.clone(), takes == Takes::Agency);
                }
            }
            first = false;
            let closed = words[next - 1].after();
            if !(closed.is_empty() || closed == "," || closed == ";") {
                return;
            }
            at = next;
            if words.get(at).is_some_and(|w| w.is_any("and und et y &") || w.raw == "/" || w.raw == "&") {
                at += 1;
            } else if closed.is_empty() {
                return;
            }
        }
    }

    /// The name that begins at a word, and the word after it.
    pub(super) fn name(&self, words: &[Word<'t>], from: usize) -> Option<(Range, usize)> {
        let mut at = from;
        // "the" of the sentence; "The" may belong to the name.
        if words.get(at).is_some_and(|w| matches!(w.core, "the" | "our" | "el" | "la" | "der" | "le" | "l'")) {
            at += 1;
        }
        let begin = at;
        let mut end = None;
        while let Some(word) = words.get(at).filter(|_| at < begin + NAME) {
            if at > begin && word.begins {
                break;
            }
            let known = || word.core.chars().any(char::is_lowercase) && self.outlets.is_agency(word.core);
            let address = word.core.contains('.') && outlet::host(possessor(word).unwrap_or(word.core)).is_some();
            if word.core.is_empty() {
                let joins = word.raw == "&" && words.get(at + 1).is_some_and(|w| w.is_capital());
                if !joins || end.is_none() {
                    break;
                }
                at += 1;
                continue;
            }
            if at > begin && word.before().contains(['(', '[', '"', '“']) {
                break;
            }
            if word.is_in(STOPS) || is_year(word.core) {
                break;
            }
            if word.is_capital() || known() || address {
                // "The Lantern's website", "Salt Post's May issue"; but "Reader's Digest" and "Harper's".
                let next = words.get(at + 1).filter(|w| !w.begins);
                let inside = next.is_none_or(|w| w.is_capital() && !w.is_in(TIMES) || w.is("magazine"));
                let early = !address && (at == begin || at == begin + 1 && words[begin].is("the"));
                let core = possessor(word).filter(|_| !(inside && early)).unwrap_or(word.core);
                end = Some((word.core_start + core.len(), at + 1));
                if address
                    || word.closes()
                    || core.len() < word.core.len()
                    || possessor(word).is_some() && !(inside && early)
                {
                    break;
                }
            } else {
                let joins = at > begin && (word.is_in(JOINERS) || word.is_any("and und et y"));
                let next = words[at + 1..].iter().find(|w| !w.is_in(JOINERS));
                if !joins || word.closes() || !next.is_some_and(|w| w.is_capital() && !w.begins && !w.is_in(STOPS)) {
                    break;
                }
            }
            at += 1;
        }
        let (end, next) = end?;
        let name = words[begin].core_start..end;
        let shown = self.text.get(name.clone())?;
        let first = words[begin].core;
        let refused = words[begin].is_in(TIMES) && next == begin + 1
            || words[begin].is_in(TIMES)
                && words.get(begin + 1).is_some_and(|w| w.core.starts_with(|c: char| c.is_ascii_digit()))
            || words[begin].is_in(NO_OUTLETS)
            || !first.contains(char::is_alphabetic)
                && (next == begin + 1 || words.get(begin + 1).is_some_and(|w| w.is_in(TIMES)))
            || class_of(shown) & JOINERS != 0
            || shown.split(' ').any(|w| is_any(w, "getty shutterstock photo photos images"));
        (!refused).then_some((name, next))
    }

    pub(super) fn takes(&self, name: &Range, takes: Takes) -> bool {
        match takes {
            Takes::Any => true,
            Takes::NoPerson => {
                let shown = &self.text[name.clone()];
                let the = shown.starts_with("The ") || self.text[..name.start].ends_with(" the ");
                the || !shown.contains(' ') || self.is_outlet(name, false)
            }
            Takes::Outlet => self.is_outlet(name, false),
            Takes::Agency => self.outlets.is_agency_mark(&self.text[name.clone()]),
        }
    }

    /// Whether the names that begin at `from` are all that the words still hold.
    pub(super) fn reaches_end(&self, words: &[Word<'t>], from: usize) -> bool {
        let mut at = from;
        while let Some((_, next)) = self.name(words, at) {
            at = next;
            while words.get(at).is_some_and(|w| w.core.is_empty() || w.is_any("and und et y")) {
                at += 1;
            }
        }
        at > from && words[at..].iter().all(|w| w.raw.contains("://") || w.raw.starts_with("www."))
    }

    /// "Reuters/AFP" and "AP and Reuters" are two names, "Salt and Tide" is one.
    fn parts(&self, name: Range) -> Vec<Range> {
        let shown = &self.text[name.clone()];
        for joint in ["/", " and ", " & ", " und ", " et "] {
            if let Some((a, b)) = shown.split_once(joint)
                && !self.outlets.is_known(shown)
                && (joint == "/" || self.outlets.is_known(a) || self.outlets.is_known(b))
            {
                let mut parts = self.parts(name.end - b.len()..name.end);
                parts.insert(0, name.start..name.start + a.len());
                return parts;
            }
        }
        vec![name]
    }

    pub(super) fn trim_the(&self, name: Range) -> Range {
        match self.text[name.clone()].strip_prefix("the ") {
            Some(rest) => name.end - rest.len()..name.end,
            None => name,
        }
    }

    pub(super) fn is_agency(&self, name: &Range) -> bool {
        self.outlets.is_agency(&self.text[name.clone()])
    }

    /// Whether a name is known or looks like that of an outlet. Among people, words that are also surnames count less.
    pub(super) fn is_outlet(&self, name: &Range, among_people: bool) -> bool {
        let shown = &self.text[name.clone()];
        if self.outlets.is_known(shown) || outlet::host(shown).is_some() {
            return true;
        }
        let mut words = shown.split([' ', '-']).map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()));
        if words.clone().any(|w| class_of(w) & INSTITUTIONS != 0) {
            return false;
        }
        let capitals = |w: &str| w.len() > 2 && w.chars().all(char::is_uppercase);
        let many = words.clone().count() > 1;
        words.any(|w| {
            class_of(w) & OUTLET_WORDS != 0
                && (!among_people || class_of(w) & DOUBTFUL == 0 || shown.starts_with("The "))
                || capitals(w) && many && !shown.chars().all(|c| !c.is_lowercase())
        })
    }
}

/// Passes over what may stand before a name: "the June issue of", "page A4 of", "the website of".
fn lead_in(words: &[Word], from: usize) -> usize {
    const WHERE: &str = "issue edition page pages section website site blog version newsletter";
    let zone = &words[from.min(words.len())..words.len().min(from + 8)];
    // What belongs to a name is capitalised, other than months: "the Guardian website as part of a series".
    let name = |w: &Word| w.is_capital() && !w.is_in(TIMES) && !w.core.contains(|c: char| c.is_ascii_digit());
    let of = zone.iter().position(|w| w.is("of"));
    match of {
        Some(of) if zone[..of].iter().any(|w| w.is_any(WHERE)) && !zone[..of].iter().any(name) => from + of + 1,
        _ => from,
    }
}
