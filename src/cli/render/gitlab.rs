//! Code Quality of GitLab: a list of what wants an eye, each with its own fingerprint.

use std::io::Write;

use anyhow::Result;
use serde::Serialize;

use super::{Item, Level, Rule, View, hash};

#[derive(Serialize)]
struct Entry<'a> {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> Result<()> {
    let items: Vec<Item<'_>> = view.items().into_iter().filter(Item::is_news).collect();
    let entries: Vec<Entry<'_>> = items.iter().map(entry).collect();
    serde_json::to_writer_pretty(&mut *out, &entries)?;
    writeln!(out)?;
    Ok(())
}

fn entry<'a>(item: &Item<'a>) -> Entry<'a> {
    // A line is asked for: of a table, the first.
    let (begin, end) = item.spot.lines.unwrap_or((1, 1));
    let record = item.spot.record.filter(|_| item.spot.lines.is_none());
    let place = record.map(|record| format!("Record {record}: ")).unwrap_or_default();
    Entry {
        description: format!("{}: {place}{}", item.title(), item.says.plain()),
        check_name: item.rule.id(),
        fingerprint: hash(&[item.rule.id(), &item.fingerprint]),
        severity: match (item.level, item.rule) {
            (Level::Error, Rule::Unattributed) => "major",
            (Level::Error, _) => "critical",
            (Level::Warning, _) => "minor",
            (Level::Note, _) => "info",
        },
        location: Location { path: item.spot.path, lines: Lines { begin, end } },
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::args::OutputFormat;
    use crate::cli::render::fixture::Room;
    use serde_json::Value;
    use std::collections::BTreeSet;

    #[test]
    fn every_entry_has_what_the_host_asks_for() {
        let entries: Vec<Value> = serde_json::from_str(&Room::full().written(OutputFormat::Gitlab)).unwrap();
        let mut fingerprints = BTreeSet::new();
        for entry in &entries {
            assert!(!entry["description"].as_str().unwrap().is_empty() && entry["check_name"].is_string());
            assert!(fingerprints.insert(entry["fingerprint"].as_str().unwrap()), "{entry}");
            let severities = ["info", "minor", "major", "critical", "blocker"];
            assert!(severities.contains(&entry["severity"].as_str().unwrap()), "{entry}");
            let lines = &entry["location"]["lines"];
            assert!(lines["begin"].as_u64().unwrap() >= 1 && lines["end"].as_u64() >= lines["begin"].as_u64());
        }
        let of = |path: &str| entries.iter().filter(|entry| entry["location"]["path"] == path).collect::<Vec<_>>();
        assert!(
            of("new/copy.md")
                .iter()
                .any(|entry| entry["severity"] == "major" && entry["location"]["lines"]["begin"] == 3)
        );
        assert_eq!(of("new/below.md")[0]["severity"], "info");
        assert_eq!(of("new/quote.md")[0]["check_name"], "reuse/altered-quote");
        assert_eq!((of("new/accepted.md").len(), of("new/allowed.md").len(), of("new/ignored.md").len()), (0, 0, 0));
    }

    #[test]
    fn without_trouble_the_list_is_empty() {
        let mut room = Room::full();
        room.verdict.articles.clear();
        room.verdict.report.run.warnings.clear();
        assert_eq!(room.written(OutputFormat::Gitlab), "[]\n");
    }
}
