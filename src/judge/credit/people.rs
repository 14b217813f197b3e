//! Lists of people and outlets: "Jane Roe of X and Reuters contributed to this report".
//! Whom people work for is a credit; people are none.

use super::finder::Finder;
use super::names::Takes;
use super::split::*;
use super::words::*;

impl<'t> Finder<'t> {
    /// "The Associated Press contributed to this report", "Jane Roe of X contributed reporting".
    pub(super) fn contributed(&mut self, words: &[Word<'t>], verb: usize) {
        let after = &words[verb + 1..];
        let object = |w: &Word| w.is_in(NOUNS) || w.is_any("reporting coverage reports stories");
        // "contributed $500 to this campaign" is none.
        let tied = match after.first() {
            None => words[verb].raw.ends_with('.') || verb + 1 == words.len(),
            Some(w) if w.is_any(GIFTS) => true,
            Some(w) if w.is_any(TO_WHAT) => {
                after.len() > 2 && after[1].is_any("this the these our") && after[2..].iter().take(2).any(object)
            }
            Some(_) => false,
        };
        if tied {
            let bytes = self.whole(words);
            self.people(&words[..verb], bytes);
        }
    }

    /// The outlets in a list of people and outlets.
    pub(super) fn people(&mut self, words: &[Word<'t>], bytes: Range) {
        let splits = |w: &Word| w.is_any("and und et y") || w.core.is_empty();
        let mut from = 0;
        while from < words.len() {
            let to = (from..words.len()).find(|&at| splits(&words[at]) || words[at].closes());
            let to = to.unwrap_or(words.len());
            let end = if to < words.len() && !splits(&words[to]) { to + 1 } else { to };
            self.person(&words[from..end], &bytes);
            from = to + 1;
        }
    }

    /// The outlet in one part of such a list: "Reuters", "NBC News", "Jane Roe of X", "X's Jane Roe", "X reporter Jane
    /// Roe".
    fn person(&mut self, words: &[Word<'t>], bytes: &Range) {
        let agency = (0..words.len()).find_map(|at| {
            let (name, next) = self.agency_at(words, at)?;
            // "Ivo Bloomberg" is a person.
            let surname = at > 0 && next == at + 1 && words[at - 1].is_capital();
            (!surname).then_some(name)
        });
        if let Some(name) = agency {
            return self.give(name, bytes.clone(), false);
        }
        let owner = words.iter().position(|w| possessor(w).is_some());
        if let Some(at) = owner
            && words.get(at + 1).is_some_and(|w| w.is_capital())
            && words[..=at].iter().all(|w| w.is_capital() || w.is_in(JOINERS))
        {
            let end = words[at].core_start + possessor(&words[at]).unwrap_or_default().len();
            let name = self.trim_the(words[0].core_start..end);
            if self.takes(&name, Takes::NoPerson) {
                self.give(name, bytes.clone(), false);
            }
            return;
        }
        let Some(at) = words.iter().position(|w| w.is_any("of for from with at in")) else {
            return self.title(words, bytes);
        };
        if at == 0 || words[at].is("in") {
            return self.title(&words[..at], bytes);
        }
        // "of X" is an employer, "from X" mostly a place.
        let takes = if words[at].is_any("of for") { Takes::NoPerson } else { Takes::Outlet };
        match self.name(words, at + 1) {
            Some((name, _)) if self.takes(&name, takes) => self.give(name, bytes.clone(), false),
            _ => self.title(&words[..at], bytes),
        }
    }

    /// An outlet at the start of a part of a list: its name ends in a word that outlets have in their names and people
    /// have not, or is an abbreviation in capitals before words that are not.
    fn title(&mut self, words: &[Word<'t>], bytes: &Range) {
        let capitals = |w: &Word| w.core.len() > 2 && w.core.chars().all(char::is_uppercase);
        let the = usize::from(words.first().is_some_and(|w| w.is("the")));
        let count = words.iter().take(5).take_while(|w| w.is_capital() || w.is("the")).count();
        let named = |w: &Word| w.is_in(OUTLET_WORDS) && (the == 1 || !w.is_in(DOUBTFUL));
        let end = match (1 + the..count).rfind(|&at| named(&words[at])) {
            Some(at) => at,
            None if the < count && capitals(&words[the]) && words[the + 1..].iter().any(|w| w.is_in(STAFF)) => the,
            None => return,
        };
        let name = self.trim_the(words[0].core_start..words[end].core_end());
        self.give(name, bytes.clone(), false);
    }

    /// The longest name of an agency, or of an outlet in the tables, that begins at a word.
    pub(super) fn agency_at(&self, words: &[Word<'t>], at: usize) -> Option<(Range, usize)> {
        if !words[at].is_capital() && !words[at].is_any("dpa efe afp the") {
            return None;
        }
        for next in (at + 1..=words.len().min(at + 5)).rev() {
            let inner = &words[at..next - 1];
            if inner.iter().any(|w| !w.after().is_empty() && !w.after().starts_with('.')) {
                continue;
            }
            let last = &words[next - 1];
            let core = last.core.trim_end_matches("'s").trim_end_matches("’s");
            if last.core.is_empty() || last.is("the") {
                continue;
            }
            let name = words[at].core_start..last.core_start + core.len();
            if self.outlets.is_known(&self.text[name.clone()]) {
                let name = self.trim_the(name);
                return (!name.is_empty()).then_some((name, next));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::foot;

    #[test]
    fn contributors_count_by_their_outlet() {
        for (line, name) in [
            ("The Associated Press contributed to this report.", "*The Associated Press"),
            ("Reuters and AFP contributed to this story.", "*Reuters|*AFP"),
            ("Ivo Brandt of the Associated Press contributed to this report.", "*Associated Press"),
            ("Ivo Brandt of Estrel contributed reporting.", "Estrel"),
            (
                "Dock News' Ivo Brandt and The Associated Press contributed to this report.",
                "Dock News|*The Associated Press",
            ),
            ("Harbour TV's Ivo Brandt contributed to this report.", "Harbour TV"),
            (
                "Associated Press writers Ivo Brandt in Lisk and Ana Moll contributed to this report.",
                "*Associated Press",
            ),
            ("Brandt reported from Lisk. Associated Press writer Ana Moll contributed.", "*Associated Press"),
            ("Associated Press writer Ana Moll reported from Lisk.", "*Associated Press"),
            ("Contributing: Ana Moll; Associated Press", "*Associated Press"),
            (
                "Moll wrote from Lisk. Contributing: Ivo Brandt from Ansley; Harbour TV; Associated Press",
                "Harbour TV|*Associated Press",
            ),
            ("“It sank.”The Associated Press contributed to this report.", "*The Associated Press"),
            ("With reporting by Reuters and Ana Moll", "*Reuters"),
            ("With files from The Canadian Press", "*The Canadian Press"),
            ("Material from the Associated Press was used in this report.", "*Associated Press"),
            ("Information from: Dunmarrow Gazette, http://www.dunmarrowgazette.example", "Dunmarrow Gazette"),
            ("Mit Material von dpa und AFP", "*dpa|*AFP"),
            ("Con información de EFE", "*EFE"),
            ("CNN Harbour Editor Ivo Brandt contributed to this report.", "CNN"),
            ("NBC News contributed to this report.", "NBC News"),
        ] {
            assert_eq!(foot(line), name, "{line}");
        }
        for line in [
            "The secretary of State Ana Moll contributed to this report.",
            "Ana Moll contributed to a decline that the report calls steep.",
            "Ivo Brandt and Ana Moll contributed to this report.",
            "Ivo Brandt in Lisk and Ana Post contributed to this report.",
            "Ivo Brandt contributed from Lisk.",
            "Michael Bloomberg contributed to this report.",
            "NASA engineer Ivo Brandt contributed to this article.",
            "The Associated Press contributed 500 crowns to the fund.",
            "Material from the quarry was carried to Lisk.",
            "Information from Reuters terminals moved the market.",
        ] {
            assert_eq!(foot(line), "", "{line}");
        }
    }
}
