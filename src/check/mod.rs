//! New articles against a corpus and against one another: what of them is reused, what of that is accepted, and whether
//! the rest is more than is allowed. Policy only: what is shared is found and judged by the rooms before, and what a
//! person or a program is told of it is written elsewhere.

mod allow;
mod baseline;
mod finding;
mod gate;
mod take_in;

pub use allow::{Allow, Allowed};
pub use baseline::{Baseline, Entry};
pub use finding::{Finding, Position, State};
pub use gate::{FailOn, Failure, Figures, Gate, Gates};
pub use take_in::{Corpus, LeftOut};

use crate::document::DocumentIndex;
use crate::error::Result;
use crate::progress::Progress;
use crate::read::{Discovery, ReadSettings};
use crate::report::Report;
use crate::settings::Settings;
use finding::Rows;
use std::path::Path;
use take_in::TakenIn;

/// What is allowed, and what was accepted before.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// How much is too much.
    pub gates: Gates,
    /// Findings that were accepted.
    pub baseline: Baseline,
    /// Reuse that is allowed by a rule. Rules that have expired are left out by the caller.
    pub allow: Vec<Allow>,
}

/// What a check found.
#[derive(Debug)]
pub struct Verdict {
    /// A report on the pairs of the new articles.
    pub report: Report,
    /// The new articles, by path and record.
    pub articles: Vec<CheckedArticle>,
    /// Articles of the corpus that are new ones themselves.
    pub left_out: Vec<LeftOut>,
    /// Articles of the corpus that have a word.
    pub searched: u64,
    /// Whether words of a new article stand in so many articles of an index that not all were looked at.
    pub has_more: bool,
    /// Whether each rule of [`Rules::allow`] allowed anything.
    pub used: Vec<bool>,
    /// Findings of the baseline that are no more, of the articles that were checked.
    pub gone: Vec<Entry>,
    /// Comments that leave out a stretch without an end, and ends without a start: path, line, what is wrong.
    pub comments: Vec<(String, u32, &'static str)>,
    /// Whether too much reuse fails the check, [`FailOn::None`] aside.
    fail_on: FailOn,
    paths: Vec<String>,
}

/// A new article and what is said of it.
#[derive(Clone, Debug)]
pub struct CheckedArticle {
    /// Its file, relative to the working folder, `/` between folders; `-` is standard input.
    pub path: String,
    /// Line (JSONL) or row (CSV) of its record, from 1; `None` where it is the whole file.
    pub record: Option<u64>,
    /// What keys and the baseline call it: its own id where it says one, else its place.
    pub name: String,
    /// The article in the report.
    pub document: DocumentIndex,
    /// What the gates look at.
    pub figures: Figures,
    /// Gates that it does not pass, in their order.
    pub failures: Vec<Failure>,
    /// Its reused words, by place.
    pub findings: Vec<Finding>,
}

impl CheckedArticle {
    /// Whether a finding is why the article fails: reuse that nobody accepted, credited or quoted.
    pub fn is_error(&self, finding: &Finding) -> bool {
        let by_words = self.failures.iter().any(|failure| failure.gate != Gate::MinUnique);
        by_words && finding.counts
    }
}

impl Verdict {
    /// Whether any article has more reuse than is allowed.
    pub fn failed(&self) -> bool {
        self.fail_on != FailOn::None && self.articles.iter().any(|article| !article.failures.is_empty())
    }

    /// Where an article is, for people and programs: its file relative to the working folder, or its id where it comes
    /// from an index.
    pub fn path(&self, document: DocumentIndex) -> &str {
        self.paths.get(document.at()).map_or("", String::as_str)
    }

    /// Whether an article is one of the new ones.
    pub fn is_new(&self, document: DocumentIndex) -> bool {
        self.articles.iter().any(|article| article.document == document)
    }
}

/// Checks the articles of `new` against `corpus` and against one another. `here` is the working folder, to which paths
/// are relative.
pub fn check(
    new: Discovery,
    read: ReadSettings,
    corpus: Corpus,
    here: Option<&Path>,
    settings: &Settings,
    rules: &Rules,
    progress: &dyn Progress,
) -> Result<Verdict> {
    settings.check()?;
    let TakenIn { report, new, left_out, searched, has_more, paths } =
        take_in::take_in(new, read, corpus, here, settings, progress)?;
    let rows = Rows::new(&report, new.iter().map(|article| article.document));
    let mut used = vec![false; rules.allow.len()];
    let mut comments = Vec::new();
    let mut accepted = rules.baseline.open(&settings.outlets);
    let mut articles: Vec<CheckedArticle> = Vec::with_capacity(new.len());
    for article in new {
        let document = article.document;
        let mut words = finding::Words::new(&report, &rows, document);
        if article.is_markdown() {
            let found = allow::ignored(report.index.text(document));
            words.ignore(&found.stretches);
            comments.extend(found.trouble.into_iter().map(|(line, what)| (article.path.clone(), line, what)));
        }
        let mut findings = words.findings(&settings.outlets, &article.name);
        for finding in &mut findings {
            let rule =
                rules.allow.iter().position(|rule| rule.allows(finding, document, &report, &paths, &settings.outlets));
            if let Some(rule) = rule.filter(|_| finding.state == State::New) {
                finding.state = State::Allowed(rule);
                used[rule] = true;
            }
        }
        accepted.accept(&article.name, &words, &mut findings);
        let (figures, failures) = rules.gates.judge(&words, &mut findings);
        articles.push(CheckedArticle {
            path: article.path,
            record: article.record,
            name: article.name,
            document,
            figures,
            failures,
            findings,
        });
    }
    let checked: Vec<&str> = articles.iter().map(|article| article.name.as_str()).collect();
    let gone = accepted.gone(&checked);
    let fail_on = rules.gates.fail_on;
    drop(rows);
    Ok(Verdict { report, articles, left_out, searched, has_more, used, gone, comments, fail_on, paths })
}
