//! The report as one JSON object: run.json under `run`, then every table as a list of objects. Streamed, not guarded.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::io::Write;
use std::ops::Range;

use serde::{Serialize, Serializer};

use super::csv::join;
use super::table::{write_int, write_share};
use super::write::in_order;
use super::{Cell, Channel, Report, RowId, TABLES, Table};
use crate::error::Warning;
use crate::lsh::Banding;
use crate::outlet::Outlets;
use crate::settings::Settings;
use crate::shingle::{ShingleSize, WINDOW};

/// Skipped inputs that are listed; all are counted.
const MAX_LISTED: usize = 10_000;

/// Writes the whole report, with a line end after it.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"{\"run\":")?;
    serde_json::to_writer(&mut *out, &Run::of(report))?;
    for table in TABLES {
        write!(out, ",\n\"{}\":[", table.name)?;
        in_order(table.len(report), |rows, limit| render(table, report, rows, limit, LIST), &mut |bytes| {
            out.write_all(bytes)
        })?;
        out.write_all(b"]")?;
    }
    out.write_all(b"}\n")
}

/// Writes one table as JSON lines.
pub(super) fn write_lines(table: &Table, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    in_order(table.len(report), |rows, limit| render(table, report, rows, limit, LINES), &mut |bytes| {
        out.write_all(bytes)
    })
}

/// Writes run.json.
pub(super) fn write_run(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Run::of(report))?;
    out.write_all(b"\n")
}

/// run.json as a value.
#[cfg(feature = "html")]
pub(super) fn run(report: &Report) -> serde_json::Value {
    serde_json::to_value(Run::of(report)).unwrap_or_default()
}

/// What stands before the first row, before each other one, and after each.
type Parting = [&'static [u8]; 3];
const LIST: Parting = [b"\n", b",\n", b""];
const LINES: Parting = [b"", b"", b"\n"];

/// Rows of the table until they fill `limit` bytes, each on a line; how many fitted.
fn render(
    table: &Table,
    report: &Report,
    rows: Range<usize>,
    limit: usize,
    [first, next, end]: Parting,
) -> io::Result<(Vec<u8>, usize)> {
    let (mut out, mut cells) = (Vec::new(), Vec::new());
    let mut done = 0;
    for at in rows {
        if out.len() > limit {
            break;
        }
        table.row(report, at, &mut cells);
        out.extend_from_slice(if at == 0 { first } else { next });
        for (place, (column, cell)) in table.columns.iter().zip(&cells).enumerate() {
            out.extend_from_slice(if place == 0 { b"{\"" } else { b",\"" });
            out.extend_from_slice(column.as_bytes());
            out.extend_from_slice(b"\":");
            value(*cell, &mut out)?;
        }
        out.push(b'}');
        out.extend_from_slice(end);
        done += 1;
    }
    Ok((out, done))
}

fn value(cell: Cell<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    match cell {
        Cell::Text(text) | Cell::Word(text) => serde_json::to_writer(out, text)?,
        Cell::Id(id) => {
            out.push(b'"');
            id.write(out);
            out.push(b'"');
        }
        Cell::Int(number) => write_int(number, out),
        Cell::Share(share) if share.is_finite() => {
            write_share(share, out);
            // Always a fraction, so that a reader that guesses types does not take 1 for an integer.
            while out.ends_with(b"0") && !out.ends_with(b".0") {
                out.pop();
            }
        }
        Cell::Share(_) | Cell::Empty => out.extend_from_slice(b"null"),
        Cell::Bool(truth) => write!(out, "{truth}")?,
        Cell::Flags(flags) => {
            out.push(b'"');
            join(flags, out);
            out.push(b'"');
        }
    }
    Ok(())
}

/// run.json. Fields are written in this order.
#[derive(Serialize)]
struct Run<'a> {
    wirecopy: &'static str,
    settings: SettingsEntry,
    settings_id: String,
    /// Said only where texts are left out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    redacted: bool,
    #[serde(serialize_with = "as_map")]
    ids: [(&'static str, String); 4],
    counts: CountsEntry,
    rows_cut: u64,
    skipped_counts: BTreeMap<&'static str, u64>,
    skipped: Vec<Skipped<'a>>,
    notes: Vec<&'static str>,
}

#[derive(Serialize)]
struct SettingsEntry {
    min_words: u32,
    candidates: &'static str,
    pairs: &'static str,
    same_source: &'static str,
    window_days: Option<u32>,
    /// Number of texts given.
    boilerplate: usize,
    /// Outlets known beyond the built-in ones; none where only these are known.
    outlets: Option<usize>,
    fingerprints: Fingerprints,
    bands: Bands,
}

#[derive(Serialize)]
struct Fingerprints {
    words: Winnowing,
    graphemes: Winnowing,
}

#[derive(Serialize)]
struct Winnowing {
    k: usize,
    w: usize,
}

#[derive(Serialize)]
struct Bands {
    articles: [BandingEntry; 2],
    paragraphs: [BandingEntry; 1],
}

#[derive(Serialize)]
struct BandingEntry {
    bands: usize,
    rows: usize,
}

#[derive(Serialize)]
struct CountsEntry {
    articles: u64,
    words: u64,
    paragraphs: u64,
    fingerprints: u64,
    overlaps: usize,
    passages: usize,
    clusters: usize,
    candidates: Candidates,
    stars: Stars,
}

#[derive(Serialize)]
struct Candidates {
    lsh: ChannelEntry,
    fingerprints: ChannelEntry,
}

#[derive(Serialize)]
struct ChannelEntry {
    proposed: u64,
    survived: u64,
}

#[derive(Serialize)]
struct Stars {
    fingerprints: u64,
    buckets: u64,
    repeats: u64,
    bounded_pairs: u64,
}

#[derive(Serialize)]
struct Skipped<'a> {
    input: &'a str,
    record: Option<u64>,
    reason: &'static str,
    detail: &'a str,
}

impl<'a> Run<'a> {
    fn of(report: &'a Report) -> Self {
        let (run, counts) = (&report.run, &report.run.counts);
        let mut warnings: Vec<&Warning> = run.warnings.iter().collect();
        warnings.sort_unstable();
        let mut skipped_counts = BTreeMap::new();
        for warning in &warnings {
            *skipped_counts.entry(warning.reason.name()).or_insert(0) += 1;
        }
        let clusters: BTreeSet<RowId> = report.clusters.iter().map(|row| row.cluster_id).collect();
        let mut notes = Vec::new();
        if counts.star_fingerprints > 0 || counts.star_buckets > 0 {
            notes.push("hub reuse in sources.csv and outlets.csv is counted through the rows of stars");
        }
        if counts.bounded_pairs > 0 {
            notes.push("of bounded_pairs, which share very many places, not every one was looked at");
        }
        if warnings.len() > MAX_LISTED {
            notes.push("the first 10000 of skipped are listed; skipped_counts counts all");
        }
        Self {
            wirecopy: env!("CARGO_PKG_VERSION"),
            settings: SettingsEntry::of(&run.settings),
            settings_id: Settings::id(),
            redacted: report.redacted,
            ids: Settings::format_ids(),
            counts: CountsEntry {
                articles: counts.articles,
                words: counts.words,
                paragraphs: counts.paragraphs,
                fingerprints: counts.fingerprints,
                overlaps: report.overlaps.len(),
                passages: report.passages.len(),
                clusters: clusters.len(),
                candidates: Candidates { lsh: counts.lsh.into(), fingerprints: counts.fingerprint.into() },
                stars: Stars {
                    fingerprints: counts.star_fingerprints,
                    buckets: counts.star_buckets,
                    repeats: counts.repeats,
                    bounded_pairs: counts.bounded_pairs,
                },
            },
            rows_cut: counts.rows_cut,
            skipped_counts,
            skipped: warnings.into_iter().take(MAX_LISTED).map(Skipped::of).collect(),
            notes,
        }
    }
}

impl SettingsEntry {
    fn of(settings: &Settings) -> Self {
        Self {
            min_words: settings.min_words,
            candidates: settings.candidates.name(),
            pairs: settings.pairs.name(),
            same_source: settings.same_source.name(),
            window_days: settings.window_days,
            boilerplate: settings.boilerplate.len(),
            outlets: added_outlets(&settings.outlets),
            fingerprints: Fingerprints {
                words: Winnowing { k: ShingleSize::ARTICLE.words, w: WINDOW.words },
                graphemes: Winnowing { k: ShingleSize::ARTICLE.graphemes, w: WINDOW.graphemes },
            },
            bands: Bands {
                articles: [Banding::ARTICLE_WIDE.into(), Banding::ARTICLE_NARROW.into()],
                paragraphs: [Banding::PARAGRAPH.into()],
            },
        }
    }
}

fn added_outlets(outlets: &Outlets) -> Option<usize> {
    let builtin = Outlets::builtin();
    (*outlets != builtin).then(|| outlets.known_names().len().saturating_sub(builtin.known_names().len()))
}

impl From<Banding> for BandingEntry {
    fn from(banding: Banding) -> Self {
        Self { bands: banding.bands(), rows: banding.rows() }
    }
}

impl From<Channel> for ChannelEntry {
    fn from(channel: Channel) -> Self {
        Self { proposed: channel.proposed, survived: channel.survived }
    }
}

impl<'a> Skipped<'a> {
    fn of(warning: &'a Warning) -> Self {
        Self { input: &warning.input, record: warning.record, reason: warning.reason.name(), detail: &warning.detail }
    }
}

fn as_map<S: Serializer>(ids: &[(&'static str, String); 4], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(ids.iter().map(|(name, id)| (name, id)))
}

#[cfg(test)]
mod tests {
    use super::super::table::tests::{empty, small};
    use super::*;
    use crate::error::Reason;
    use crate::settings::SameSource;
    use serde_json::{Value, json};

    fn written(report: &Report) -> Value {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    fn run_text(report: &Report) -> String {
        let mut out = Vec::new();
        write_run(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn json_has_every_table_under_its_name_and_every_column_under_its() {
        let report = small();
        let value = written(&report);
        assert_eq!(value.as_object().unwrap().len(), TABLES.len() + 1);
        for table in TABLES {
            let rows = value[table.name].as_array().unwrap();
            assert_eq!(rows.len(), table.len(&report));
            let mut keys: Vec<&str> = rows[0].as_object().unwrap().keys().map(String::as_str).collect();
            let mut columns = table.columns.to_vec();
            columns.sort_unstable();
            keys.sort_unstable();
            assert_eq!(keys, columns);
        }
    }

    #[test]
    fn json_is_not_guarded_and_has_numbers_truths_and_nulls() {
        let value = written(&small());
        assert_eq!(value["articles"][0]["id"], json!("=first.txt"));
        assert_eq!(value["articles"][0]["unique_share"], json!(0.25));
        assert_eq!(value["articles"][1]["unique_share"], Value::Null);
        assert_eq!(value["articles"][1]["cluster_id"], json!(""));
        assert_eq!(value["articles"][0]["flags"], json!("no-date graphemes"));
        assert_eq!(value["overlaps"][0]["exact"], json!(true));
        assert_eq!(value["overlaps"][0]["b_text"], json!("ten little\r\nwords"));
        assert_eq!(value["occurrences"][0]["similarity"], json!(0.6667));
        assert_eq!(value["outlets"][0]["words"], json!(5_000_000_000_u64));
    }

    #[test]
    fn shares_have_up_to_four_decimals_and_at_least_one() {
        let shown = |share| {
            let mut out = Vec::new();
            value(Cell::Share(share), &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!([0.0, 1.0, 0.5, 2.0 / 3.0, f64::INFINITY].map(shown), ["0.0", "1.0", "0.5", "0.6667", "null"]);
    }

    #[test]
    fn a_report_of_nothing_is_valid_json_with_empty_lists() {
        let value = written(&empty());
        assert_eq!(value["overlaps"], json!([]));
        assert_eq!(value["run"]["skipped"], json!([]));
    }

    #[test]
    fn keys_of_the_run_stand_in_a_fixed_order() {
        let text = run_text(&small());
        let place = |key: &str| text.find(&format!("\"{key}\":")).unwrap_or_else(|| panic!("no {key}"));
        let keys = [
            "wirecopy",
            "settings",
            "min_words",
            "candidates",
            "pairs",
            "same_source",
            "window_days",
            "boilerplate",
            "outlets",
            "bands",
            "settings_id",
            "ids",
            "tokenizer",
            "unicode",
            "signatures",
            "counts",
            "articles",
            "overlaps",
            "clusters",
            "lsh",
            "stars",
            "rows_cut",
            "skipped_counts",
            "skipped",
            "notes",
        ];
        // "candidates", "articles" and the like stand twice: the first place tells the order all the same.
        let places: Vec<usize> = keys.iter().filter(|k| **k != "articles").map(|k| place(k)).collect();
        assert!(places.is_sorted(), "{text}");
        assert!(text.ends_with("}\n"));
    }

    #[test]
    fn the_run_says_what_was_asked_and_what_each_channel_proposed() {
        let mut report = small();
        report.run.counts.lsh = Channel { proposed: 9, survived: 4 };
        let run: Value = serde_json::from_str(&run_text(&report)).unwrap();
        assert_eq!(run["settings"]["min_words"], json!(8));
        assert_eq!(run["settings"]["fingerprints"]["words"], json!({"k": 5, "w": 4}));
        assert_eq!(run["settings"]["fingerprints"]["graphemes"], json!({"k": 9, "w": 8}));
        assert_eq!(run["settings"]["bands"]["articles"][0], json!({"bands": 32, "rows": 4}));
        assert_eq!(run["counts"]["candidates"]["lsh"], json!({"proposed": 9, "survived": 4}));
        assert_eq!(run["counts"]["clusters"], json!(1));
        assert_eq!(run["settings_id"], json!(Settings::id()));
    }

    #[test]
    fn the_run_says_how_it_was_judged() {
        let mut report = small();
        let shown = |report: &Report| {
            let run: Value = serde_json::from_str(&run_text(report)).unwrap();
            ["same_source", "window_days", "boilerplate", "outlets"].map(|key| run["settings"][key].clone())
        };
        assert_eq!(shown(&report), [json!("separate"), Value::Null, json!(0), Value::Null]);
        let settings = &mut report.run.settings;
        settings.same_source = SameSource::Count;
        settings.window_days = Some(30);
        settings.boilerplate = vec!["Sign up.".into(), "All rights reserved.".into()];
        settings.outlets.extend("[source.\"Quay Mail\"]\ngroup = \"Saltmarsh\"").unwrap();
        assert_eq!(shown(&report), [json!("count"), json!(30), json!(2), json!(1)]);
    }

    #[test]
    fn skipped_inputs_are_sorted_counted_whole_and_listed_up_to_a_limit() {
        let mut report = small();
        let warning = |record| Warning {
            input: "a.jsonl".into(),
            record: Some(record),
            reason: Reason::TooLarge,
            detail: String::new(),
        };
        report.run.warnings.extend((0..10_100).rev().map(warning));
        let run: Value = serde_json::from_str(&run_text(&report)).unwrap();
        assert_eq!(run["skipped_counts"], json!({"bad record": 1, "too large": 10_100}));
        assert_eq!(run["skipped"].as_array().unwrap().len(), 10_000);
        assert_eq!(run["skipped"][0]["record"], json!(0));
    }

    #[test]
    fn stars_come_with_a_note_and_their_absence_without() {
        let mut report = small();
        assert!(!run_text(&report).contains("hub reuse"));
        report.run.counts.star_fingerprints = 1;
        assert!(run_text(&report).contains("hub reuse"));
    }
}
