//! How much reuse is too much.

use super::finding::{Finding, State, Words};
use crate::document::DocumentIndex;
use crate::judge::Kind;

/// Words without attribution below which their share of an article tells nothing.
const FEW: u32 = 20;

/// The most, or the least, that an article may have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gates {
    /// Most of its words, as a share, that another outlet has, neither quoted nor credited; from 20 such words on.
    pub max_unattributed: f64,
    /// Longest run of such words.
    pub max_run: u32,
    /// Least share of words that nobody else has.
    pub min_unique: f64,
    /// Most resemblance to an article of another outlet that is not credited: common words ÷ words of either.
    pub max_resemblance: f64,
    /// Which findings count.
    pub fail_on: FailOn,
}

impl Default for Gates {
    fn default() -> Self {
        Self { max_unattributed: 0.1, max_run: 30, min_unique: 0.0, max_resemblance: 0.8, fail_on: FailOn::New }
    }
}

/// Which findings count against the gates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// Those that are not in the baseline.
    New,
    /// Those in the baseline as well.
    Any,
    /// As new, but no article fails the check.
    None,
}

/// A limit that an article may break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gate {
    /// [`Gates::max_unattributed`]
    MaxUnattributed,
    /// [`Gates::max_run`]
    MaxRun,
    /// [`Gates::min_unique`]
    MinUnique,
    /// [`Gates::max_resemblance`]
    MaxResemblance,
}

impl Gate {
    /// Name on the command line, without hyphens before.
    pub fn name(self) -> &'static str {
        match self {
            Self::MaxUnattributed => "max-unattributed",
            Self::MaxRun => "max-run",
            Self::MinUnique => "min-unique",
            Self::MaxResemblance => "max-resemblance",
        }
    }
}

/// A gate that an article does not pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Failure {
    /// The gate.
    pub gate: Gate,
    /// The article's figure: words for a run, else a share.
    pub figure: f64,
    /// The limit.
    pub limit: f64,
    /// The article that it resembles.
    pub with: Option<DocumentIndex>,
}

/// What the gates look at. Words that are accepted, allowed or ignored, or that the article had first, are in none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Words of the article.
    pub words: u32,
    /// Words that another outlet has, neither quoted nor credited.
    pub unattributed_words: u32,
    /// Longest run of such words.
    pub longest_run: u32,
    /// Words that nobody else has, and those that are accepted.
    pub unique_words: u32,
    /// Words of findings that are accepted, allowed or ignored.
    pub accepted_words: u32,
    /// Words in quotations that others have too.
    pub quotation_words: u32,
    /// Words that are credited.
    pub credited_words: u32,
    /// The article of another outlet that it resembles most without credit, and how much.
    pub resemblance: Option<(DocumentIndex, f64)>,
}

impl Figures {
    /// Share of the words.
    pub fn unattributed_share(&self) -> f64 {
        f64::from(self.unattributed_words) / f64::from(self.words.max(1))
    }

    /// Share of the words; of an article without words, 1.
    pub fn unique_share(&self) -> f64 {
        if self.words == 0 { 1.0 } else { f64::from(self.unique_words) / f64::from(self.words) }
    }
}

impl Gates {
    /// What of an article counts, and which gates it does not pass. Tells the findings whether they count.
    pub(super) fn judge(&self, words: &Words<'_>, findings: &mut [Finding]) -> (Figures, Vec<Failure>) {
        let mut figures = Figures { words: words.len() as u32, ..Figures::default() };
        let mut counted = vec![false; words.len()];
        let mut excused = vec![false; words.len()];
        for finding in findings {
            let excuse = match finding.state {
                State::New | State::First => false,
                State::Accepted => self.fail_on != FailOn::Any,
                State::Allowed(_) | State::Ignored => true,
            };
            finding.counts = finding.kind == Kind::Unattributed && !excuse && finding.state != State::First;
            for at in finding.tokens.range() {
                excused[at] = excuse;
                counted[at] = finding.counts && words.kind(at) == Some(finding.kind);
            }
        }
        let mut run = 0;
        for at in 0..words.len() {
            let kind = words.kind(at);
            figures.quotation_words += u32::from(kind == Some(Kind::Quotation));
            figures.credited_words += u32::from(kind == Some(Kind::Credited));
            figures.accepted_words += u32::from(excused[at] && kind.is_some());
            figures.unique_words += u32::from(excused[at] || matches!(kind, None | Some(Kind::Formula)));
            figures.unattributed_words += u32::from(counted[at]);
            run = if counted[at] { run + 1 } else { 0 };
            figures.longest_run = figures.longest_run.max(run);
        }
        figures.resemblance = resemblance(words, &counted, &excused);
        let failures = self.failures(&figures);
        (figures, failures)
    }

    fn failures(&self, figures: &Figures) -> Vec<Failure> {
        let mut out = Vec::new();
        let mut fail = |gate, figure, limit, with| out.push(Failure { gate, figure, limit, with });
        let share = figures.unattributed_share();
        if figures.unattributed_words >= FEW && share > self.max_unattributed {
            fail(Gate::MaxUnattributed, share, self.max_unattributed, None);
        }
        if figures.longest_run > self.max_run {
            fail(Gate::MaxRun, figures.longest_run.into(), self.max_run.into(), None);
        }
        if figures.unique_share() < self.min_unique {
            fail(Gate::MinUnique, figures.unique_share(), self.min_unique, None);
        }
        if let Some((with, resemblance)) = figures.resemblance
            && resemblance > self.max_resemblance
        {
            fail(Gate::MaxResemblance, resemblance, self.max_resemblance, Some(with));
        }
        out
    }
}

/// The article of another outlet that this one resembles most. One with which it shares few words that count is none: what
/// they have in common is quoted, credited or accepted.
fn resemblance(words: &Words<'_>, counted: &[bool], excused: &[bool]) -> Option<(DocumentIndex, f64)> {
    let mut best: Option<(DocumentIndex, f64)> = None;
    for (other, shared) in words.by_other_outlet() {
        let counts = shared.iter().zip(counted).filter(|((_, bare), counted)| *bare && **counted).count();
        if counts < FEW as usize {
            continue;
        }
        let common = shared.iter().zip(excused).filter(|((shared, _), excused)| *shared && !**excused).count();
        let all = words.len() + words.index().words(other) as usize;
        let resemblance = common as f64 / all.saturating_sub(common).max(1) as f64;
        if best.is_none_or(|(_, most)| resemblance > most) {
            best = Some((other, resemblance));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gates_broken(figures: Figures) -> Vec<Gate> {
        let gates = Gates { min_unique: 0.2, ..Gates::default() };
        gates.failures(&figures).into_iter().map(|failure| failure.gate).collect()
    }

    #[test]
    fn a_limit_is_broken_only_beyond_it() {
        let at_limit = Figures {
            words: 300,
            unattributed_words: 30,
            longest_run: 30,
            unique_words: 60,
            resemblance: Some((DocumentIndex(0), 0.8)),
            ..Figures::default()
        };
        assert_eq!(gates_broken(at_limit), []);
        let beyond = Figures {
            unattributed_words: 31,
            longest_run: 31,
            unique_words: 59,
            resemblance: Some((DocumentIndex(0), 0.81)),
            ..at_limit
        };
        assert_eq!(gates_broken(beyond), [Gate::MaxUnattributed, Gate::MaxRun, Gate::MinUnique, Gate::MaxResemblance]);
    }

    #[test]
    fn a_few_words_of_a_short_article_are_no_share() {
        let short =
            Figures { words: 40, unattributed_words: 19, longest_run: 19, unique_words: 21, ..Figures::default() };
        assert_eq!(gates_broken(short), []);
        assert_eq!(gates_broken(Figures { unattributed_words: 20, ..short }), [Gate::MaxUnattributed]);
        assert_eq!(gates_broken(Figures::default()), [], "an article without words");
    }
}
