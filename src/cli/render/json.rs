//! One JSON object with all that is known, for programs. Texts are as the articles have them. Lines, columns, code
//! points and bytes count in the article's text, which of a record is not its file.

use std::io::Write;

use anyhow::Result;
use serde::Serialize;
use wirecopy::Warning;
use wirecopy::check::{CheckedArticle, Entry, Failure, Finding};
use wirecopy::document::{ByteSpan, DocumentIndex};

use super::{Altered, Rule, View, fail_on, four_decimals};

/// Version of the object: raised when a key changes its meaning or goes.
const VERSION: u32 = 1;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> Result<()> {
    let verdict = view.verdict;
    let left_out = verdict.left_out.iter();
    let object = Object {
        version: VERSION,
        failed: verdict.failed(),
        complete: !view.incomplete,
        gates: GatesEntry {
            max_unattributed: four_decimals(view.gates.max_unattributed),
            max_run: view.gates.max_run,
            min_unique: four_decimals(view.gates.min_unique),
            max_resemblance: four_decimals(view.gates.max_resemblance),
            fail_on: fail_on(view.gates),
        },
        baseline: view.baseline,
        searched: verdict.searched,
        has_more: verdict.has_more,
        articles: verdict.articles.iter().map(|article| ArticleEntry::of(view, article)).collect(),
        altered_quotes: view.altered().map(|altered| AlteredEntry::of(view, &altered)).collect(),
        left_out: left_out
            .map(|left| LeftOutEntry { path: &left.path, same: &left.same, because: left.because })
            .collect(),
        skipped: view.warnings().into_iter().map(SkippedEntry::of).collect(),
        gone: &verdict.gone,
    };
    serde_json::to_writer_pretty(&mut *out, &object)?;
    writeln!(out)?;
    Ok(())
}

#[derive(Serialize)]
struct Object<'a> {
    version: u32,
    failed: bool,
    complete: bool,
    gates: GatesEntry,
    baseline: Option<&'a str>,
    /// Articles of the corpus.
    searched: u64,
    /// Whether words stand in so many articles of an index that not all were looked at.
    has_more: bool,
    articles: Vec<ArticleEntry<'a>>,
    altered_quotes: Vec<AlteredEntry<'a>>,
    left_out: Vec<LeftOutEntry<'a>>,
    skipped: Vec<SkippedEntry<'a>>,
    /// Entries of the baseline that are no more.
    gone: &'a [Entry],
}

#[derive(Serialize)]
struct GatesEntry {
    max_unattributed: f64,
    max_run: u32,
    min_unique: f64,
    max_resemblance: f64,
    fail_on: &'static str,
}

#[derive(Serialize)]
struct ArticleEntry<'a> {
    path: &'a str,
    record: Option<u64>,
    name: &'a str,
    words: u32,
    unattributed_words: u32,
    unattributed_share: f64,
    longest_run: u32,
    unique_share: f64,
    resemblance: Option<Resemblance<'a>>,
    accepted_words: u32,
    failures: Vec<FailureEntry<'a>>,
    findings: Vec<FindingEntry<'a>>,
}

#[derive(Serialize)]
struct Resemblance<'a> {
    with: &'a str,
    share: f64,
}

#[derive(Serialize)]
struct FailureEntry<'a> {
    gate: &'static str,
    figure: f64,
    limit: f64,
    with: Option<&'a str>,
}

#[derive(Serialize)]
struct FindingEntry<'a> {
    key: &'a str,
    rule: &'static str,
    kind: &'static str,
    state: &'static str,
    error: bool,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    char_start: u32,
    char_end: u32,
    byte_start: u32,
    byte_end: u32,
    words: u32,
    text: &'a str,
    source: Source<'a>,
    /// How many have about as many of the words.
    articles: usize,
    reason: Option<&'a str>,
}

/// An article on the other side.
#[derive(Serialize)]
struct Source<'a> {
    path: &'a str,
    id: &'a str,
    outlet: &'a str,
    time: &'a str,
    line: u32,
    column: u32,
    /// Words of a finding that it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<u32>,
    text: &'a str,
}

#[derive(Serialize)]
struct AlteredEntry<'a> {
    path: &'a str,
    record: Option<u64>,
    name: &'a str,
    rule: &'static str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    char_start: u32,
    char_end: u32,
    byte_start: u32,
    byte_end: u32,
    speaker: &'a str,
    text: &'a str,
    diff: &'a str,
    source: Source<'a>,
}

#[derive(Serialize)]
struct LeftOutEntry<'a> {
    path: &'a str,
    same: &'a str,
    because: &'static str,
}

#[derive(Serialize)]
struct SkippedEntry<'a> {
    input: &'a str,
    record: Option<u64>,
    reason: &'static str,
    detail: &'a str,
}

impl<'a> ArticleEntry<'a> {
    fn of(view: &View<'a>, article: &'a CheckedArticle) -> Self {
        let verdict = view.verdict;
        let figures = &article.figures;
        let path = |document: DocumentIndex| verdict.path(document);
        let failure = |failure: &Failure| FailureEntry {
            gate: failure.gate.name(),
            figure: four_decimals(failure.figure),
            limit: four_decimals(failure.limit),
            with: failure.with.map(path),
        };
        Self {
            path: &article.path,
            record: article.record,
            name: &article.name,
            words: figures.words,
            unattributed_words: figures.unattributed_words,
            unattributed_share: four_decimals(figures.unattributed_share()),
            longest_run: figures.longest_run,
            unique_share: four_decimals(figures.unique_share()),
            resemblance: figures
                .resemblance
                .map(|(with, share)| Resemblance { with: path(with), share: four_decimals(share) }),
            accepted_words: figures.accepted_words,
            failures: article.failures.iter().map(failure).collect(),
            findings: article.findings.iter().map(|finding| FindingEntry::of(view, article, finding)).collect(),
        }
    }
}

impl<'a> FindingEntry<'a> {
    fn of(view: &View<'a>, article: &'a CheckedArticle, finding: &'a Finding) -> Self {
        let start = (finding.source_start.line, finding.source_start.column);
        Self {
            key: &finding.key,
            rule: Rule::of(finding.kind).id(),
            kind: finding.kind.name(),
            state: finding.state.name(),
            error: article.is_error(finding),
            line: finding.start.line,
            column: finding.start.column,
            end_line: finding.end.line,
            end_column: finding.end.column,
            char_start: finding.chars.0,
            char_end: finding.chars.1,
            byte_start: finding.bytes.start,
            byte_end: finding.bytes.end,
            words: finding.words,
            text: view.text(article.document, finding.bytes),
            source: Source::of(view, finding.source, start, Some(finding.source_words), finding.source_bytes),
            articles: finding.carriers.len(),
            reason: view.reason(finding),
        }
    }
}

impl<'a> Source<'a> {
    fn of(
        view: &View<'a>,
        document: DocumentIndex,
        (line, column): (u32, u32),
        words: Option<u32>,
        bytes: ByteSpan,
    ) -> Self {
        let other = view.other(document, None);
        Self {
            path: view.verdict.path(document),
            id: view.verdict.report.index.id(document),
            outlet: other.outlet,
            time: other.time,
            line,
            column,
            words,
            text: view.text(document, bytes),
        }
    }
}

impl<'a> AlteredEntry<'a> {
    fn of(view: &View<'a>, altered: &Altered<'a>) -> Self {
        let (start, end) = altered.place;
        let other = (altered.other_start.line, altered.other_start.column);
        Self {
            path: &altered.article.path,
            record: altered.article.record,
            name: &altered.article.name,
            rule: Rule::AlteredQuote.id(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            char_start: altered.chars.0,
            char_end: altered.chars.1,
            byte_start: altered.bytes.start,
            byte_end: altered.bytes.end,
            speaker: altered.speaker,
            text: view.text(altered.article.document, altered.bytes),
            diff: altered.diff,
            source: Source::of(view, altered.other, other, None, altered.other_bytes),
        }
    }
}

impl<'a> SkippedEntry<'a> {
    fn of(warning: &'a Warning) -> Self {
        Self { input: &warning.input, record: warning.record, reason: warning.reason.name(), detail: &warning.detail }
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::args::OutputFormat;
    use crate::cli::render::fixture::Room;
    use serde_json::{Value, json};

    fn written(room: &Room) -> Value {
        serde_json::from_str(&room.written(OutputFormat::Json)).unwrap()
    }

    fn article<'a>(value: &'a Value, name: &str) -> &'a Value {
        value["articles"].as_array().unwrap().iter().find(|article| article["path"] == name).unwrap()
    }

    #[test]
    fn one_object_tells_all() {
        let value = written(&Room::full());
        assert_eq!((&value["version"], &value["failed"], &value["complete"]), (&json!(1), &json!(true), &json!(false)));
        assert_eq!(value["gates"]["fail_on"], "new");
        let copy = article(&value, "new/copy.md");
        assert_eq!(copy["failures"][0]["gate"], "max-unattributed");
        let finding = &copy["findings"][0];
        assert_eq!((&finding["line"], &finding["error"]), (&json!(3), &json!(true)));
        assert_eq!(finding["source"]["path"], "archive/Lisk Herald/weir 1.md");
        assert_eq!(finding["source"]["time"], "2031-03-02");
        assert!(copy["resemblance"]["share"].is_number());
        assert_eq!(article(&value, "new/clean.md")["findings"], json!([]));
        assert_eq!(article(&value, "new/clean.md")["unique_share"], json!(1.0));
        assert_eq!(article(&value, "new/allowed.md")["findings"][0]["reason"], "licensed | @all \u{1b}[1m");
        assert_eq!(value["skipped"][0]["record"], json!(3));
        assert!(value["altered_quotes"][0]["diff"].as_str().unwrap().contains("forty"));
        assert_eq!(article(&value, "new/desk.jsonl")["name"], "=desk\u{7}7");
    }

    #[test]
    fn places_lead_to_the_words() {
        let room = Room::full();
        let value = written(&room);
        for (article, entry) in room.verdict.articles.iter().zip(value["articles"].as_array().unwrap()) {
            let text = room.verdict.report.index.text(article.document);
            for finding in entry["findings"].as_array().unwrap() {
                let number = |key: &str| finding[key].as_u64().unwrap() as usize;
                assert_eq!(text[number("byte_start")..number("byte_end")], *finding["text"].as_str().unwrap());
                let chars: String = text.chars().take(number("char_end")).skip(number("char_start")).collect();
                assert_eq!(chars, *finding["text"].as_str().unwrap());
                let line = text.split('\n').nth(number("line") - 1).unwrap();
                let from: String = line.chars().skip(number("column") - 1).collect();
                assert!(from.starts_with(finding["text"].as_str().unwrap().lines().next().unwrap()));
            }
        }
    }
}
