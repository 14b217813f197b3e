//! What is behind a pair, in sentences: as the library says it, whoever asks.

use super::{Explanation, Missed, Pair, Run, Why};
use crate::judge::{Basis, Direction, Kind};
use crate::report::OverlapRow;
use crate::settings::Settings;

/// How words of very many articles are linked.
pub const STARS: &str =
    "each article that has one is compared with the first that has the same eight words, not with all";

impl Run {
    /// How long a run is.
    pub fn says(&self) -> String {
        if !self.graphemes {
            return count(self.words.into(), "word");
        }
        let words = f64::from(self.half_words) / 2.0;
        format!("{} of a script without spaces, which count as {words} words", count(self.words.into(), "sign"))
    }
}

impl Pair {
    /// What kept a pair from being found, in a sentence.
    pub fn missed_says(&self, found: &Explanation, missed: Missed) -> String {
        let settings = &self.report.run.settings;
        let needed = settings.min_words;
        let run = found.longest.map(|run| run.says()).unwrap_or_default();
        match missed {
            Missed::OneArticle => "both are one article (same id, same text), and it does not repeat itself".to_owned(),
            Missed::NoWords => "one of them has no words".to_owned(),
            Missed::Window(days) => {
                format!(
                    "they came out more than {} apart, and --window leaves such pairs out",
                    count(days.into(), "day")
                )
            }
            Missed::OneOutlet => {
                "they are of one outlet, or of outlets of one owner, and --same-source skip leaves these out".to_owned()
            }
            Missed::NothingEqual => "they have no word in common".to_owned(),
            Missed::TooShort => {
                let asked = if needed > Settings::MIN_WORDS { " (--min-words)" } else { "" };
                format!(
                    "the longest shared run is {run}; {needed} are needed{asked}, in one run or in several that stand \
                     close together in the same order"
                )
            }
            Missed::BelowSetting => format!("the longest shared run is {run}; --min-words {needed} asks for more"),
            Missed::Stars => format!("what they share stands in more than 64 articles: {STARS}"),
            Missed::NotProposed => {
                format!("the longest shared run is {run}, but no fingerprint or band proposes the pair")
            }
            Missed::Unknown => {
                format!("the longest shared run is {run}; its words are told by overlaps with other articles")
            }
        }
    }

    /// Why a row is of its kind, in a sentence.
    pub fn why_says(&self, row: &OverlapRow) -> String {
        let letter = |document| if document == row.a.document { "a" } else { "b" };
        match self.why(row) {
            Why::QuotedOnBoth => "inside quotation marks on both sides".to_owned(),
            Why::QuotedInB => "inside quotation marks in b".to_owned(),
            Why::Furniture => {
                "furniture, which an outlet repeats over days, or a text that --boilerplate names".to_owned()
            }
            Why::SetPhrase => "names, titles or a set phrase".to_owned(),
            Why::OneArticle => "two places of one article".to_owned(),
            Why::OneOutlet => "same outlet, or outlets of one owner".to_owned(),
            Why::OneAddress => "same outlet and same address: two versions of one article".to_owned(),
            Why::Credits(names) => {
                let said: Vec<String> =
                    names.iter().map(|(document, name)| format!("{} credits {}", letter(*document), name)).collect();
                said.join(", ")
            }
            Why::Canonical => "a canonical link names the original".to_owned(),
            Why::Neither => "two outlets, neither quoted nor credited".to_owned(),
            Why::NeitherNamed => {
                "neither quoted nor credited; an article without an outlet is of no other's outlet".to_owned()
            }
        }
    }
}

/// What a direction rests on, in a sentence.
pub fn basis_says(row: &OverlapRow) -> &'static str {
    let (direction, common) = (row.judged.direction, row.judged.direction == Direction::Common);
    match row.judged.basis {
        None if matches!(row.judged.kind, Kind::Boilerplate | Kind::Formula) => "nobody's words in particular",
        None => "two places of one article",
        Some(Basis::Credit) if common => "both credit a third",
        Some(Basis::Agency) if common => "both credit an agency",
        Some(Basis::Credit) => "one credits the other's outlet",
        Some(Basis::Agency) => "one credits the other, an agency",
        Some(Basis::Canonical) => "a canonical link names the original",
        Some(Basis::Date) if direction == Direction::Backward => "b came out earlier",
        Some(Basis::Date) => "a came out earlier",
        Some(Basis::Quotation) => "both quote: the words are a third party's",
        Some(Basis::Conflict) => "what the articles say contradicts itself",
        Some(Basis::Tie) => "both came out at the same time, as far as it is known",
        Some(Basis::NoDate) => "a date is missing",
    }
}

/// A number of things: `1 article`, `1,200 articles`.
pub fn count(number: u64, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", thousands(number))
}

/// A number with a comma before every three digits.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
