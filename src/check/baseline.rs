//! Findings that were accepted before: they stay visible, and fail nothing. Known by their words, their article and the
//! outlet of their source, never by where they stand; one copy that is accepted excuses one copy.

use super::finding::{Finding, State, Words, core};
use super::{CheckedArticle, Gate, Verdict};
use crate::document::TokenSpan;
use crate::error::{Error, ErrorKind, Result};
use crate::index::ShortToken;
use crate::judge::Kind;
use crate::outlet::Outlets;
use crate::prepare::Preparer;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Version of the file.
const VERSION: u32 = 1;
/// Words beside accepted ones that are too few to be a copy of their own.
const REST: u32 = 8;

/// Accepted findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// By article, then by key; no two with the same of both.
    pub entries: Vec<Entry>,
}

/// A finding that is accepted so many times.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The article, by its own id or by its path.
    pub article: String,
    /// Key of the finding.
    pub key: String,
    /// Outlet of the earliest article that has the words.
    pub source: String,
    /// How many times the article may have it.
    pub count: u32,
    /// Its words, as the article has them.
    pub text: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    accepted: Vec<Entry>,
}

impl Baseline {
    /// Reads a file. `path` is for messages.
    pub fn parse(path: &Path, json: &str) -> Result<Self> {
        let refuse = |what: String| Error::from(ErrorKind::Format { path: path.to_owned(), what });
        let file: File = serde_json::from_str(json)
            .map_err(|error| refuse(format!("is not a baseline: {error}; `wirecopy baseline write` makes one")))?;
        if file.version != VERSION {
            let version = file.version;
            return Err(refuse(format!("is a baseline of version {version}, and this wirecopy reads {VERSION}")));
        }
        let mut out = Self { entries: file.accepted };
        out.settle();
        Ok(out)
    }

    /// The file: sorted, one entry after the other, so that a change of one is a change of a few lines.
    pub fn to_json(&self) -> String {
        let file = File { version: VERSION, accepted: self.entries.clone() };
        // Strings and numbers are always written.
        serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
    }

    /// What a check found that could fail it: reuse without attribution; of articles with too little of their own, all.
    pub fn of(verdict: &Verdict) -> Self {
        let mut out = Self::default();
        for article in &verdict.articles {
            let all = article.failures.iter().any(|failure| failure.gate == Gate::MinUnique);
            let wanted = |finding: &&Finding| {
                let state = matches!(finding.state, State::New | State::Accepted);
                state && (all || finding.kind == Kind::Unattributed || finding.state == State::Accepted)
            };
            out.entries.extend(article.findings.iter().filter(wanted).map(|finding| entry(verdict, article, finding)));
        }
        out.settle();
        out
    }

    /// The same without what is gone, and, with `add`, with what is new.
    pub fn updated(&self, verdict: &Verdict, add: bool) -> Self {
        let found = Self::of(verdict);
        let checked = |entry: &Entry| verdict.articles.iter().any(|article| article.name == entry.article);
        let mut out = Self { entries: self.entries.iter().filter(|entry| !checked(entry)).cloned().collect() };
        if add {
            out.entries.extend(found.entries);
        } else {
            for entry in self.entries.iter().filter(|entry| checked(entry)) {
                let gone = verdict.gone.iter().find(|gone| (&gone.article, &gone.key) == (&entry.article, &entry.key));
                let count = entry.count - gone.map_or(0, |gone| gone.count.min(entry.count));
                if count > 0 {
                    out.entries.push(Entry { count, ..entry.clone() });
                }
            }
        }
        out.settle();
        out
    }

    fn settle(&mut self) {
        self.entries.retain(|entry| entry.count > 0);
        self.entries.sort();
        self.entries.dedup_by(|next, first| {
            let same = (&next.article, &next.key) == (&first.article, &first.key);
            if same {
                first.count = first.count.saturating_add(next.count);
            }
            same
        });
    }

    /// The entries, ready to be compared with findings.
    pub(super) fn open<'a>(&'a self, outlets: &'a Outlets) -> Accepted<'a> {
        let mut preparer = Preparer::default();
        let mut by_article: BTreeMap<&str, Vec<Open<'_>>> = BTreeMap::new();
        for entry in &self.entries {
            let all = preparer.tokens(&entry.text, 0);
            let tokens = core(&all).to_vec();
            let left = entry.count.saturating_mul(tokens.len() as u32);
            let open = Open { entry, outlet: outlets.key(&entry.source), all, tokens, left };
            by_article.entry(&entry.article).or_default().push(open);
        }
        Accepted { outlets, by_article }
    }
}

fn entry(verdict: &Verdict, article: &CheckedArticle, finding: &Finding) -> Entry {
    let index = &verdict.report.index;
    let text = index.text(article.document).get(finding.bytes.range()).unwrap_or_default();
    Entry {
        article: article.name.clone(),
        key: finding.key.clone(),
        source: index.metadata(finding.source).source.clone(),
        count: 1,
        text: text.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// Entries while they are compared with findings.
pub(super) struct Accepted<'a> {
    outlets: &'a Outlets,
    by_article: BTreeMap<&'a str, Vec<Open<'a>>>,
}

struct Open<'a> {
    entry: &'a Entry,
    outlet: String,
    all: Vec<ShortToken>,
    /// The words that its key is made of.
    tokens: Vec<ShortToken>,
    /// Words that it still excuses.
    left: u32,
}

impl Open<'_> {
    fn has(&self, words: usize) -> bool {
        !self.tokens.is_empty() && self.left as usize >= words
    }

    /// Where its words stand among others: from and to.
    fn place_in(&self, tokens: &[ShortToken]) -> Option<(usize, usize)> {
        let mut from = place_of(&self.tokens, tokens)?;
        let mut to = from + self.tokens.len();
        // Common words at its ends are in no key, but they are its own.
        let first = place_of(&self.tokens, &self.all).unwrap_or_default();
        let (before, after) = (&self.all[..first], &self.all[first + self.tokens.len()..]);
        from -= before.iter().rev().zip(tokens[..from].iter().rev()).take_while(|(x, y)| x == y).count();
        to += after.iter().zip(&tokens[to..]).take_while(|(x, y)| x == y).count();
        Some((from, to))
    }
}

impl Accepted<'_> {
    /// Tells which findings of an article are accepted. One that holds more than what is accepted is split.
    pub(super) fn accept(&mut self, name: &str, words: &Words<'_>, findings: &mut Vec<Finding>) {
        let Some(open) = self.by_article.get_mut(name) else { return };
        for finding in findings.iter_mut().filter(|finding| finding.state == State::New) {
            let known = open.iter_mut().find(|open| open.entry.key == finding.key && open.has(open.tokens.len()));
            if let Some(known) = known {
                known.left -= known.tokens.len() as u32;
                finding.state = State::Accepted;
            }
        }
        // What an edit joined, cut or shortened: the longest entries first.
        open.sort_by_key(|open| std::cmp::Reverse(open.tokens.len()));
        let mut work: Vec<Finding> = std::mem::take(findings);
        work.reverse();
        while let Some(mut finding) = work.pop() {
            if finding.state != State::New {
                findings.push(finding);
                continue;
            }
            let outlet = self.outlets.key(&words.index().metadata(finding.source).source);
            let alike = |open: &Open<'_>| open.outlet.is_empty() || outlet.is_empty() || open.outlet == outlet;
            let own = words.tokens(finding.tokens);
            let own_core = core(own);
            let joined = open.iter_mut().filter(|open| alike(open) && open.has(open.tokens.len())).find_map(|open| {
                let (from, to) = open.place_in(own)?;
                open.left -= open.tokens.len() as u32;
                Some((from as u32, to as u32))
            });
            if let Some((from, to)) = joined {
                let TokenSpan { start, end } = finding.tokens;
                let (mut from, mut to) = (start + from, start + to);
                let outlets = self.outlets;
                let mut rest = |from: u32, to: u32| {
                    let part = words.part(&finding, TokenSpan::new(from, to), outlets, name)?;
                    work.push(part);
                    Some(())
                };
                // The later one waits longer.
                if end - to < REST || rest(to, end).is_none() {
                    to = end;
                }
                if from - start < REST || rest(start, from).is_none() {
                    from = start;
                }
                if let Some(part) = words.part(&finding, TokenSpan::new(from, to), outlets, name) {
                    findings.push(Finding { state: State::Accepted, ..part });
                }
                continue;
            }
            let part_of = open
                .iter_mut()
                .find(|open| alike(open) && open.has(own_core.len()) && place_of(own_core, &open.tokens).is_some());
            if let Some(open) = part_of {
                open.left -= own_core.len() as u32;
                finding.state = State::Accepted;
            }
            findings.push(finding);
        }
        findings.sort_by_key(|finding| finding.tokens);
    }

    /// What was accepted of the articles that were checked, and is no more.
    pub(super) fn gone(&self, checked: &[&str]) -> Vec<Entry> {
        let mut out = Vec::new();
        for open in checked.iter().filter_map(|name| self.by_article.get(name)).flatten() {
            let count = open.left / (open.tokens.len() as u32).max(1);
            if count > 0 || open.tokens.is_empty() {
                out.push(Entry { count: count.max(1), ..open.entry.clone() });
            }
        }
        out.sort();
        out.dedup();
        out
    }
}

/// Where `part` stands in `all`.
fn place_of(part: &[ShortToken], all: &[ShortToken]) -> Option<usize> {
    if part.is_empty() { None } else { all.windows(part.len()).position(|window| window == part) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(article: &str, key: &str, count: u32) -> Entry {
        let (source, text) = ("Lisk Herald".to_owned(), "herons above the wet straw".to_owned());
        Entry { article: article.to_owned(), key: key.to_owned(), source, count, text }
    }

    #[test]
    fn a_file_is_read_as_it_was_written_sorted_and_with_counts_added_up() {
        let mut baseline = Baseline { entries: vec![entry("b", "2", 1), entry("a", "1", 1), entry("b", "2", 2)] };
        baseline.settle();
        assert_eq!(baseline.entries, [entry("a", "1", 1), entry("b", "2", 3)]);
        assert_eq!(Baseline::parse(Path::new("x.json"), &baseline.to_json()).unwrap(), baseline);
    }

    #[test]
    fn another_file_is_refused_by_name() {
        for (json, says) in
            [("", "is not a baseline"), ("{}", "is not a baseline"), (r#"{"version": 9, "accepted": []}"#, "version 9")]
        {
            let error = Baseline::parse(Path::new("x.json"), json).unwrap_err().to_string();
            assert!(error.starts_with("x.json: ") && error.contains(says), "{error}");
        }
    }
}
