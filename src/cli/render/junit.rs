//! JUnit, which every CI server shows: a suite an outlet, a case an article. No time of any clock.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;

use anyhow::{Context as _, Result};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use wirecopy::check::{CheckedArticle, FailOn, Finding};

use super::{QUOTED, Spot, View, excerpt, line};
use crate::cli::terminal::count;

/// Suite of articles that name no outlet.
const NO_OUTLET: &str = "articles";
/// Suite of what was not read.
const UNREADABLE: &str = "unreadable input";

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> Result<()> {
    let mut suites: BTreeMap<String, Vec<TestCase>> = BTreeMap::new();
    for article in &view.verdict.articles {
        let outlet = line(&view.verdict.report.index.metadata(article.document).source);
        let outlet = if outlet.is_empty() { NO_OUTLET.to_owned() } else { outlet };
        let mut case = case(view, article);
        case.set_classname(xml(&outlet));
        suites.entry(outlet).or_default().push(case);
    }
    let mut report = Report::new("wirecopy check");
    for (outlet, cases) in suites {
        let mut suite = TestSuite::new(xml(&outlet));
        suite.add_test_cases(cases);
        report.add_test_suite(suite);
    }
    let losses = view.losses();
    if !losses.is_empty() {
        let mut suite = TestSuite::new(UNREADABLE);
        for warning in losses {
            let name = Spot { path: &warning.input, record: warning.record, ..Spot::default() }.name();
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type(warning.reason.name()).set_message(xml(&line(&warning.to_string())));
            let mut case = TestCase::new(xml(&line(&name)), status);
            case.set_classname(UNREADABLE);
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    report.serialize(out).context("JUnit")
}

fn case(view: &View<'_>, article: &CheckedArticle) -> TestCase {
    let fails = !article.failures.is_empty() && view.gates.fail_on != FailOn::None;
    let status = if fails {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        let gates: Vec<&str> = article.failures.iter().map(|failure| failure.gate.name()).collect();
        status.set_type(gates.join(" ")).set_message(xml(&view.whys(article)));
        status.set_description(xml(&passages(view, article)));
        status
    } else {
        TestCaseStatus::success()
    };
    let name = Spot { path: &article.path, record: article.record, ..Spot::default() }.name();
    let mut case = TestCase::new(xml(&line(&name)), status);
    let mut said = String::new();
    if !fails && !article.failures.is_empty() {
        let _ = writeln!(said, "Over the limit, which fails nothing: {}", view.whys(article));
    }
    for finding in article.findings.iter().filter(|finding| view.is_excused(finding)) {
        let _ = writeln!(said, "{}", passage(view, article, finding));
    }
    if !said.is_empty() {
        case.set_system_out(xml(&said));
    }
    case
}

/// The passages for which an article fails; where none of them counts, what is reused in it.
fn passages(view: &View<'_>, article: &CheckedArticle) -> String {
    let mut findings: Vec<&Finding> = article.findings.iter().filter(|finding| article.is_error(finding)).collect();
    if findings.is_empty() {
        findings = article.findings.iter().filter(|finding| !view.is_excused(finding)).collect();
    }
    let mut out = String::new();
    for finding in findings {
        let _ = writeln!(out, "{}", passage(view, article, finding));
    }
    out
}

fn passage(view: &View<'_>, article: &CheckedArticle, finding: &Finding) -> String {
    let place = match article.record {
        Some(_) => format!("line {} of its text", finding.start.line),
        None => format!("line {}", finding.start.line),
    };
    let source = view.source(finding);
    let words = count(finding.words.into(), "word");
    let quote = excerpt(view.text(article.document, finding.bytes), 2 * QUOTED);
    let excuse = view.excuse(finding).map(|excuse| format!(" ({excuse})")).unwrap_or_default();
    format!("{place}: {words}, as in {}{}: “{quote}”{excuse}", source.label(), source.facts())
}

/// Without the two characters that XML cannot hold and that are no controls.
fn xml(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use quick_xml::events::{BytesStart, Event};
    use quick_xml::{Reader, XmlVersion};

    use super::*;
    use crate::cli::args::OutputFormat;
    use crate::cli::render::fixture::Room;

    /// A case as a CI server reads it: its suite, what became of it, what is said.
    #[derive(Debug, Default)]
    struct Case {
        suite: String,
        status: String,
        message: String,
        text: String,
    }

    fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
        let attribute = tag.try_get_attribute(name).unwrap();
        attribute.map_or_else(String::new, |a| a.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned())
    }

    fn read(xml: &str) -> (BTreeMap<String, Case>, BytesStart<'static>) {
        let mut reader = Reader::from_str(xml);
        let (mut cases, mut root) = (BTreeMap::new(), None);
        let (mut suite, mut name) = (String::new(), String::new());
        loop {
            let event = reader.read_event().unwrap();
            let is_end = matches!(event, Event::Empty(_));
            match event {
                Event::Eof => break,
                Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                    b"testsuites" => root = Some(tag.into_owned()),
                    b"testsuite" => suite = attribute(&tag, "name"),
                    b"testcase" => {
                        name = attribute(&tag, "name");
                        assert_eq!(attribute(&tag, "time") + &attribute(&tag, "timestamp"), "");
                        assert_eq!(attribute(&tag, "classname"), suite);
                        let case = Case { suite: suite.clone(), ..Case::default() };
                        assert!(cases.insert(name.clone(), case).is_none(), "{name}");
                    }
                    b"failure" | b"error" | b"skipped" => {
                        let case = cases.get_mut(&name).unwrap();
                        case.status = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
                        case.message = attribute(&tag, "message");
                        assert!(!attribute(&tag, "type").is_empty());
                    }
                    _ => assert!(!is_end),
                },
                Event::Text(text) => {
                    if let Some(case) = cases.get_mut(&name) {
                        case.text += &text.decode().unwrap();
                    }
                }
                Event::GeneralRef(entity) => {
                    if let Some(case) = cases.get_mut(&name) {
                        case.text += &format!("&{};", entity.decode().unwrap());
                    }
                }
                _ => {}
            }
        }
        (cases, root.unwrap())
    }

    #[test]
    fn a_suite_is_an_outlet_and_a_case_an_article() {
        let room = Room::full();
        let (cases, root) = read(&room.written(OutputFormat::Junit));
        assert_eq!(cases.len(), room.verdict.articles.len() + 1, "{cases:?}");
        assert_eq!(attribute(&root, "tests"), cases.len().to_string());
        let copy = &cases["new/copy.md"];
        assert_eq!((copy.suite.as_str(), copy.status.as_str()), (NO_OUTLET, "failure"));
        assert!(copy.message.contains("neither quoted nor credited (at most 10 %)"), "{copy:?}");
        assert!(
            copy.text.contains(
                "line 5: 42 words, as in archive/Lisk Herald/weir 1.md:7 (Lisk Herald, 2031-03-02): “The parish"
            ),
            "{copy:?}"
        );
        let record = &cases["new/desk.jsonl:2"];
        assert_eq!((record.suite.as_str(), record.status.as_str()), ("Desk <b>&]]>", "failure"));
        let lost = &cases["new/desk.jsonl:3"];
        assert_eq!((lost.suite.as_str(), lost.status.as_str()), (UNREADABLE, "error"));
    }

    #[test]
    fn what_is_accepted_is_a_success_and_is_told() {
        let (cases, _) = read(&Room::full().written(OutputFormat::Junit));
        for (name, says) in [
            ("accepted", "accepted in the baseline"),
            ("allowed", "allowed by a rule: licensed"),
            ("ignored", "comment"),
        ] {
            let case = &cases[&format!("new/{name}.md")];
            assert!(case.status.is_empty() && case.text.contains(says), "{case:?}");
        }
        assert_eq!(cases["new/clean.md"].status, "");
    }

    #[test]
    fn what_xml_cannot_hold_does_not_break_it() {
        let mut room = Room::full();
        room.verdict.articles[0].path = "a\0b\u{1b}[1m\u{fffe}\u{ffff}]]>&<c>\"'\u{85}.md".to_owned();
        let text = room.written(OutputFormat::Junit);
        let (cases, _) = read(&text);
        assert!(cases.contains_key("ab\u{fffd}\u{fffd}]]>&<c>\"' .md"), "{cases:?}");
        let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
        assert!(text.chars().all(allowed) && !text.contains("]]>"), "{text}");
    }

    #[test]
    fn where_nothing_is_to_fail_nothing_does() {
        let mut room = Room::full();
        room.gates.fail_on = FailOn::None;
        let (cases, _) = read(&room.written(OutputFormat::Junit));
        assert!(cases.values().all(|case| case.status != "failure"));
        assert!(cases["new/copy.md"].text.contains("Over the limit, which fails nothing"));
    }
}
