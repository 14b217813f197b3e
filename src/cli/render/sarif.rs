//! SARIF 2.1.0: a result a finding, for code hosts. Every path in it is relative, so it says nothing of the machine.

use std::io::Write;

use anyhow::Result;
use serde_json::{Map, Value, json};
use wirecopy::check::{Finding, State};

use super::{Item, Level, Other, Rule, Says, Spot, View, portable};
use crate::cli::terminal::thousands;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Results that hosts show.
const MAX_RESULTS: usize = 5_000;
/// Name of the fingerprint.
const FINGERPRINT: &str = "reusePassage/v1";

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> Result<()> {
    let items = view.items();
    let shown = &items[..items.len().min(MAX_RESULTS)];
    let left = items.len() - shown.len();
    let comments = view.verdict.comments.iter().map(|(path, line, what)| {
        let region = json!({"startLine": line});
        let location = json!({"physicalLocation": {"artifactLocation": {"uri": uri(path)}, "region": region}});
        json!({"level": "warning", "message": {"text": escaped(what)}, "locations": [location]})
    });
    let mut invocation = json!({
        "executionSuccessful": !view.incomplete,
        "exitCode": view.exit_code,
        "toolConfigurationNotifications": comments.collect::<Vec<_>>(),
        "toolExecutionNotifications": [],
    });
    if left > 0 {
        let text = format!(
            "{} of {} results are listed, those with most words; {} are not",
            thousands(shown.len() as u64),
            thousands(items.len() as u64),
            thousands(left as u64)
        );
        invocation["toolExecutionNotifications"] = json!([{"level": "warning", "message": {"text": text}}]);
    }
    let run = json!({
        "tool": {"driver": {
            "name": "wirecopy",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": Rule::ALL.map(rule),
        }},
        "automationDetails": {"id": "wirecopy/check/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation],
        "results": shown.iter().map(|item| result(view, item)).collect::<Vec<_>>(),
        "properties": {
            "failed": view.verdict.failed(),
            "articles": view.verdict.articles.len(),
            "results": items.len(),
            "resultsNotListed": left,
        },
    });
    serde_json::to_writer_pretty(&mut *out, &json!({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}))?;
    writeln!(out)?;
    Ok(())
}

fn rule(rule: Rule) -> Value {
    let (name, level, short, help) = match rule {
        Rule::Unattributed => (
            "UnattributedReuse",
            Level::Error,
            "Words of another outlet, neither quoted nor credited",
            "Quote the words and say whose they are, credit the outlet or agency that they come from, or write them \
             anew. It is an error where the article has more of them than is allowed, else a note. \
             What is licensed is allowed by a rule of the configuration or accepted in a baseline.",
        ),
        Rule::Credited => (
            "CreditedReuse",
            Level::Note,
            "Words of another outlet, with credit",
            "Nothing has to be done: the article credits the outlet or agency that the words come from.",
        ),
        Rule::Quoted => (
            "QuotedReuse",
            Level::Note,
            "Words in quotation marks that others have too",
            "Nothing has to be done: the words stand in quotation marks.",
        ),
        Rule::AlteredQuote => (
            "AlteredQuotation",
            Level::Warning,
            "A quotation in other words than elsewhere",
            "Compare both with a recording or a transcript: what stands in quotation marks are the speaker's words. \
             In the difference, [-…-] are the earlier article's words and {+…+} the later one's.",
        ),
        Rule::LowUnique => (
            "LowUniqueShare",
            Level::Error,
            "An article with too few words of its own",
            "Most of the article stands elsewhere, quoted and credited words included. Add reporting of your own, or \
             lower the limit for such articles.",
        ),
        Rule::NearDuplicate => (
            "NearDuplicate",
            Level::Error,
            "An article that is nearly that of another outlet",
            "The article as a whole resembles another one that it does not credit. Credit it, or write it anew.",
        ),
        Rule::Unreadable => (
            "UnreadableInput",
            Level::Error,
            "Input that could not be read",
            "What is in it was not checked. Repair the file or the record, or leave it out of what is checked.",
        ),
    };
    json!({
        "id": rule.id(),
        "name": name,
        "shortDescription": {"text": short},
        "fullDescription": {"text": help},
        "help": {"text": help},
        "defaultConfiguration": {"level": level_name(level)},
    })
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

fn result(view: &View<'_>, item: &Item<'_>) -> Value {
    let mut result = json!({
        "ruleId": item.rule.id(),
        "ruleIndex": Rule::ALL.iter().position(|rule| *rule == item.rule),
        "level": level_name(item.level),
        "message": {"text": message(&item.says)},
        "locations": [location(item)],
        "partialFingerprints": {FINGERPRINT: item.fingerprint},
    });
    if let Some(other) = &item.says.other {
        result["relatedLocations"] = json!([related(other)]);
    }
    if let Some(finding) = item.finding {
        result["properties"] = properties(finding);
        if let Some(suppression) = suppression(view, finding) {
            result["suppressions"] = json!([suppression]);
        }
    }
    if view.baseline.is_some() {
        let known = item.finding.is_some_and(|finding| finding.state == State::Accepted);
        result["baselineState"] = if known { "unchanged" } else { "new" }.into();
    }
    result
}

/// Code points count in the article's text, which of a record is not its file.
fn properties(finding: &Finding) -> Value {
    json!({
        "words": finding.words,
        "kind": finding.kind.name(),
        "state": finding.state.name(),
        "charStart": finding.chars.0,
        "charEnd": finding.chars.1,
        "articles": finding.carriers.len(),
    })
}

/// At most one: hosts refuse more.
fn suppression(view: &View<'_>, finding: &Finding) -> Option<Value> {
    let justification = view.excuse(finding).filter(|_| view.is_excused(finding))?;
    let kind = if finding.state == State::Ignored { "inSource" } else { "external" };
    Some(json!({"kind": kind, "status": "accepted", "justification": justification}))
}

fn location(item: &Item<'_>) -> Value {
    let Spot { path, record, lines, columns } = item.spot;
    let mut physical = json!({"artifactLocation": {"uri": uri(path)}});
    if let Some((start, end)) = lines {
        let mut region = json!({"startLine": start, "endLine": end});
        if let Some((start, end)) = columns {
            region["startColumn"] = start.into();
            region["endColumn"] = end.into();
        }
        physical["region"] = region;
    }
    let mut location = json!({"physicalLocation": physical});
    if record.is_some() {
        let name = item.article.map_or("", |article| portable(&article.name));
        let full = portable(&item.spot.name()).to_owned();
        let name = if name.is_empty() { full.as_str() } else { name };
        location["logicalLocations"] = json!([{"name": name, "fullyQualifiedName": full}]);
    }
    location
}

fn related(other: &Other<'_>) -> Value {
    let mut physical = json!({"artifactLocation": {"uri": uri(other.path)}});
    if let Some(start) = other.start {
        physical["region"] = json!({"startLine": start.line, "startColumn": start.column});
    }
    let mut location = Map::new();
    location.insert("id".to_owned(), 1.into());
    location.insert("message".to_owned(), json!({"text": escaped(&format!("{}{}", other.label(), other.facts()))}));
    location.insert("physicalLocation".to_owned(), physical);
    if let Some(id) = other.id {
        let full = format!("{}:{id}", other.path);
        location.insert("logicalLocations".to_owned(), json!([{"name": id, "fullyQualifiedName": full}]));
    }
    location.into()
}

/// The sentence, with a link to the related location.
fn message(says: &Says<'_>) -> String {
    let link = says.other.as_ref().map(|other| format!("[{}](1)", escaped(&other.label()))).unwrap_or_default();
    format!("{}{link}{}", escaped(&says.before), escaped(&says.after))
}

/// Text without links and without places for arguments.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '[' | ']' => out.extend(['\\', c]),
            '{' | '}' => out.extend([c, c]),
            c => out.push(c),
        }
    }
    out
}

/// A path, an address or any other id as a reference: valid, and never taken for a scheme that it is not.
fn uri(path: &str) -> String {
    let path = portable(path);
    if path.is_empty() {
        return "-".to_owned();
    }
    match path.split_once("://") {
        Some((scheme @ ("http" | "https"), rest))
            if is_host(rest.split(['/', '?', '#']).next().unwrap_or_default()) =>
        {
            format!("{scheme}://{}", address(rest))
        }
        _ => encoded(path, |byte| matches!(byte, b'/' | b'@' | b'!' | b'$' | b'&'..=b',' | b';' | b'=')),
    }
}

/// A name and perhaps a port.
fn is_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "0"));
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    !name.is_empty() && name.bytes().all(is_name) && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// What follows the scheme of an address: what is encoded stays so.
fn address(rest: &str) -> String {
    let (before, fragment) = rest.split_once('#').map_or((rest, None), |(before, after)| (before, Some(after)));
    let of = |part: &str| {
        let mut out = String::new();
        for (at, piece) in part.split('%').enumerate() {
            let is_code = piece.len() >= 2 && piece.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
            if at > 0 {
                out.push_str(if is_code { "%" } else { "%25" });
            }
            out += &encoded(piece, |byte| {
                matches!(byte, b'/' | b'?' | b'@' | b':' | b'!' | b'$' | b'&'..=b',' | b';' | b'=')
            });
        }
        out
    };
    of(before) + &fragment.map(|fragment| format!("#{}", of(fragment))).unwrap_or_default()
}

/// The text with all bytes encoded that are neither letters, digits and `-._~`, nor kept.
fn encoded(text: &str, keep: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') || keep(byte) {
            out.push(byte.into());
        } else {
            out += &format!("%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::OutputFormat;
    use crate::cli::render::fixture::Room;

    const OURS: &str = include_str!("../../../tests/sarif-2.1.0.json");

    /// What of JSON Schema our schema uses; anything else is refused.
    fn check(value: &Value, schema: &Value, root: &Value, place: &str) {
        if let Some(reference) = schema.get("$ref") {
            let name = reference.as_str().unwrap().strip_prefix('#').unwrap();
            return check(value, root.pointer(name).unwrap(), root, place);
        }
        for (word, asked) in schema.as_object().unwrap() {
            let size = || value.as_array().map_or(0, Vec::len) as u64;
            let holds = match word.as_str() {
                "$schema" | "title" | "definitions" => true,
                "type" => match asked.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_u64(),
                    "boolean" => value.is_boolean(),
                    other => panic!("{other}"),
                },
                "enum" => asked.as_array().unwrap().contains(value),
                "required" => asked.as_array().unwrap().iter().all(|key| value.get(key.as_str().unwrap()).is_some()),
                "additionalProperties" => {
                    let known = schema["properties"].as_object().unwrap();
                    *asked == json!(false) && value.as_object().unwrap().keys().all(|key| known.contains_key(key))
                }
                "properties" => {
                    for (key, schema) in asked.as_object().unwrap() {
                        if let Some(value) = value.get(key) {
                            check(value, schema, root, &format!("{place}/{key}"));
                        }
                    }
                    true
                }
                "items" => {
                    for (at, value) in value.as_array().unwrap().iter().enumerate() {
                        check(value, asked, root, &format!("{place}/{at}"));
                    }
                    true
                }
                "minItems" => size() >= asked.as_u64().unwrap(),
                "maxItems" => size() <= asked.as_u64().unwrap(),
                "uniqueItems" => {
                    let items = value.as_array().unwrap();
                    items.iter().enumerate().all(|(at, item)| !items[..at].contains(item))
                }
                "minimum" => value.as_u64() >= asked.as_u64(),
                "minLength" => value.as_str().unwrap().chars().count() as u64 >= asked.as_u64().unwrap(),
                "format" => is_reference(value.as_str().unwrap(), asked == "uri"),
                other => panic!("{other}"),
            };
            assert!(holds, "{place}: {word} {asked}: {value}");
        }
    }

    /// RFC 3986, as far as characters go: no other than it allows, and a colon in the first part only after a scheme.
    fn is_reference(text: &str, absolute: bool) -> bool {
        let bytes = text.as_bytes();
        let characters = bytes.iter().enumerate().all(|(at, byte)| match byte {
            b'%' => bytes.get(at + 1..at + 3).is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit)),
            byte => byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=".contains(byte),
        });
        let first = text.split(['/', '?', '#']).next().unwrap_or_default();
        let scheme = first.ends_with(':') && ["http:", "https:"].contains(&first);
        characters && (scheme || (!absolute && !first.contains(':'))) && text.matches('#').count() < 2
    }

    fn written(room: &Room) -> Value {
        let value: Value = serde_json::from_str(&room.written(OutputFormat::Sarif)).unwrap();
        let schema = serde_json::from_str(OURS).unwrap();
        check(&value, &schema, &schema, "");
        value["runs"][0].clone()
    }

    fn of<'a>(run: &'a Value, path: &str, rule: &str) -> Vec<&'a Value> {
        let at = |result: &Value| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == path;
        run["results"].as_array().unwrap().iter().filter(|result| at(result) && result["ruleId"] == rule).collect()
    }

    #[test]
    fn a_result_has_its_place_its_fingerprint_and_a_link_to_the_source() {
        let run = written(&Room::full());
        let results = of(&run, "new/copy.md", "reuse/unattributed");
        assert_eq!(results.len(), 2);
        let result =
            results.iter().find(|r| r["locations"][0]["physicalLocation"]["region"]["startLine"] == 5).unwrap();
        assert_eq!(result["level"], "error");
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(region, &json!({"startLine": 5, "endLine": 5, "startColumn": 1, "endColumn": 218}));
        let related = &result["relatedLocations"][0];
        assert_eq!(related["physicalLocation"]["artifactLocation"]["uri"], "archive/Lisk%20Herald/weir%201.md");
        assert_eq!(related["physicalLocation"]["region"]["startLine"], 7);
        let message = result["message"]["text"].as_str().unwrap();
        assert!(message.contains("as in [archive/Lisk Herald/weir 1.md:7](1) (Lisk Herald, 2031-03-02)"), "{message}");
        assert!(result["partialFingerprints"][FINGERPRINT].as_str().unwrap().ends_with(":1"));
        assert_eq!(result["baselineState"], "new");
        assert!(result.get("suppressions").is_none());
    }

    #[test]
    fn what_is_excused_stays_with_one_suppression() {
        let run = written(&Room::full());
        let [accepted] = of(&run, "new/accepted.md", "reuse/unattributed")[..] else { panic!() };
        assert_eq!((&accepted["level"], &accepted["baselineState"]), (&json!("note"), &json!("unchanged")));
        assert_eq!(accepted["suppressions"][0]["kind"], "external");
        let [allowed] = of(&run, "new/allowed.md", "reuse/unattributed")[..] else { panic!() };
        assert_eq!(allowed["suppressions"][0]["justification"], "allowed by a rule: licensed | @all");
        let [ignored] = of(&run, "new/ignored.md", "reuse/unattributed")[..] else { panic!() };
        assert_eq!(ignored["suppressions"][0]["kind"], "inSource");
        assert_eq!(ignored["baselineState"], "new");
    }

    #[test]
    fn quotations_and_little_reuse_are_notes_and_altered_quotations_warnings() {
        let run = written(&Room::full());
        assert!(of(&run, "new/quote.md", "reuse/quoted").iter().all(|result| result["level"] == "note"));
        assert_eq!(of(&run, "new/quote.md", "reuse/altered-quote")[0]["level"], "warning");
        assert_eq!(of(&run, "new/below.md", "reuse/unattributed")[0]["level"], "note");
        assert_eq!(of(&run, "new/desk.jsonl", "input/unreadable")[0]["level"], "error");
        assert_eq!(of(&run, "new/copy.md", "article/low-unique")[0]["level"], "error");
        assert_eq!(of(&run, "new/copy.md", "article/near-duplicate")[0]["level"], "error");
        assert_eq!(run["invocations"][0]["toolConfigurationNotifications"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn a_record_has_its_line_and_its_name() {
        let run = written(&Room::full());
        let [record] = of(&run, "new/desk.jsonl", "reuse/unattributed")[..] else { panic!() };
        let location = &record["locations"][0];
        assert_eq!(location["physicalLocation"]["region"], json!({"startLine": 2, "endLine": 2}));
        assert_eq!(location["logicalLocations"][0]["name"], "=desk\u{7}7");
        let related = &record["relatedLocations"][0];
        assert_eq!(related["logicalLocations"][0]["name"], "quay:12");
        assert!(related["physicalLocation"].get("region").is_none());
    }

    #[test]
    fn text_of_an_article_is_neither_link_nor_argument() {
        let run = written(&Room::full());
        let path = "new/odd%2C%2050%25%3A%20%60a%60%7Cb%0A%3A%3Ax.md".replace("%2C", ",");
        let results = of(&run, &path, "reuse/unattributed");
        assert!(!results.is_empty(), "{run}");
        assert_eq!(escaped("[x](y) {0} \\"), "\\[x\\](y) {{0}} \\\\");
    }

    #[test]
    fn ids_of_all_sorts_are_valid_references() {
        for (id, shown) in [
            ("new/a b.md", "new/a%20b.md"),
            ("quay:12", "quay%3A12"),
            ("https://lisk.example/a?b=ü#c#d", "https://lisk.example/a?b=%C3%BC#c%23d"),
            ("https://lisk.example:80/50%/a%20b[1]", "https://lisk.example:80/50%25/a%20b%5B1%5D"),
            ("https://no host/x", "https%3A//no%20host/x"),
            ("mailto:x@y", "mailto%3Ax@y"),
            ("/srv/archive/a.md", "a.md"),
            ("//evil/x", "x"),
            ("", "-"),
            ("C:\\a", "C%3A%5Ca"),
        ] {
            assert_eq!(uri(id), shown);
            assert!(is_reference(&uri(id), false), "{id}");
        }
    }

    #[test]
    fn of_too_many_results_the_gravest_are_listed_and_the_cut_is_told() {
        let run = written(&Room::full().times(600));
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), MAX_RESULTS);
        let notification = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
        assert!(notification.as_str().unwrap().starts_with("5,000 of "), "{notification}");
        assert!(run["properties"]["resultsNotListed"].as_u64().unwrap() > 0);
        assert_eq!(results[0]["level"], "error");
    }

    #[test]
    fn without_a_baseline_nothing_is_compared_with_one() {
        let room = Room::full();
        let mut out = Vec::new();
        write(&View { baseline: None, incomplete: false, ..room.view() }, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.contains("baselineState") && text.contains("\"executionSuccessful\": true"), "{text}");
    }
}
