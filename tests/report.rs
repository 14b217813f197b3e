//! Do the tables say what they promise to say? Asked of the report on the sample corpus, and of small ones.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;
use wirecopy::report::{ReportOptions, write_csv, write_json};

use crate::corpus::{FILES, REPORT, TEXTS};
use crate::harness::{
    Corpus, Row, article, assert_same_files, column, copy, dated, files_of, names, number, own_words, root, rows, scan,
    scan_paths,
};

/// The outputs of the design, copied.
const TABLES: [(&str, &str); 10] = [
    (
        "overlaps",
        "overlap_id, passage_id, a_id, a_source, a_time, a_paragraph, a_line, a_char_start, a_char_end, a_byte_start, \
         a_byte_end, b_id, b_source, b_time, b_paragraph, b_line, b_char_start, b_char_end, b_byte_start, b_byte_end, \
         a_words, b_words, matched_words, similarity, exact, a_quoted, b_quoted, kind, direction, basis, a_text, b_text, \
         role, speaker",
    ),
    (
        "articles",
        "id, source, time, title, words, unique_words, unique_share, first_seen_share, quotation_words, credited_words, \
         boilerplate_words, self_words, unattributed_words, unattributed_share, longest_run, top_source_id, \
         top_source_share, cluster_id, relation, credit, flags",
    ),
    (
        "paragraphs",
        "id, paragraph, char_start, char_end, words, unique_words, unique_share, kind, best_id, best_paragraph, \
         resemblance",
    ),
    (
        "passages",
        "passage_id, articles, sources, words, first_id, first_source, first_time, last_time, kind, text, origins",
    ),
    ("occurrences", "passage_id, id, source, time, char_start, char_end, byte_start, byte_end, exact, similarity"),
    ("clusters", "cluster_id, id, source, time, relation, resemblance, containment, leader_id"),
    ("sources", "id, other_id, full_words, full_share, allocated_words, allocated_share"),
    ("outlets", "source, other_source, articles, passages, words, earlier, later, undetermined"),
    ("altered_quotes", "speaker, a_id, a_char_start, a_char_end, b_id, b_char_start, b_char_end, a_text, b_text, diff"),
    ("statements", "statement_id, speaker, order, text, articles, ids"),
];

const PARTS: [&str; 6] =
    ["unique_words", "quotation_words", "credited_words", "boilerplate_words", "self_words", "unattributed_words"];

/// A table of the report on the sample corpus, of which there is something to see.
fn sample(name: &str) -> Vec<Row> {
    let rows = rows(&FILES[&format!("{name}.csv")]);
    assert!(rows.len() > 10, "{name} has {} rows", rows.len());
    rows
}

/// Both sides of all overlaps, and all occurrences: a row and the prefix of its columns.
fn places<'a>(overlaps: &'a [Row], occurrences: &'a [Row]) -> impl Iterator<Item = (&'a Row, &'static str)> {
    overlaps.iter().flat_map(|row| [(row, "a_"), (row, "b_")]).chain(occurrences.iter().map(|row| (row, "")))
}

/// Asks for a share in four decimals, and for nothing where there is no whole.
#[track_caller]
fn assert_share(cell: &str, part: usize, whole: usize) {
    if whole == 0 {
        return assert_eq!(cell, "");
    }
    let share: f64 = cell.parse().unwrap_or_else(|_| panic!("no share: {cell:?}"));
    let off = (share - part as f64 / whole as f64).abs();
    assert!(off < 0.000_050_1 && cell.len() == 6, "{cell} is not {part} of {whole}");
}

// ------------------------------------------------------------------------------------------------------------- shape

#[test]
fn a_report_is_its_tables_and_the_run() {
    let mut wanted: Vec<String> = TABLES.iter().map(|(name, _)| format!("{name}.csv")).collect();
    wanted.push("run.json".into());
    wanted.sort();
    assert_eq!(FILES.keys().cloned().collect::<Vec<_>>(), wanted);
}

#[test]
fn the_columns_are_those_of_the_design_in_its_order() {
    for (name, columns) in TABLES {
        let text = String::from_utf8(FILES[&format!("{name}.csv")].clone()).expect("UTF-8");
        assert_eq!(text.split("\r\n").next(), Some(columns.replace(", ", ",").as_str()), "{name}");
    }
}

#[test]
fn tables_of_a_report_without_rows_are_their_headers() {
    let files = files_of(&scan([article("a", "", "Short.")]));
    for (name, columns) in TABLES.iter().filter(|(name, _)| !["articles", "paragraphs"].contains(name)) {
        assert_eq!(String::from_utf8_lossy(&files[&format!("{name}.csv")]), columns.replace(", ", ",") + "\r\n");
    }
    assert_eq!(rows(&files["articles.csv"]).len(), 1);
}

#[test]
fn every_table_is_sorted_by_its_first_columns() {
    fn sorted<K: Ord + std::fmt::Debug>(name: &str, key: impl Fn(&Row) -> K) {
        let keys: Vec<K> = sample(name).iter().map(key).collect();
        let wrong = keys.windows(2).find(|pair| pair[0] > pair[1]);
        assert!(wrong.is_none(), "{name}: {wrong:?}");
    }
    let text = |row: &Row, column: &str| row[column].clone();
    sorted("overlaps", |r| (text(r, "a_id"), number(r, "a_byte_start"), text(r, "b_id"), number(r, "b_byte_start")));
    sorted("articles", |r| text(r, "id"));
    sorted("paragraphs", |r| (text(r, "id"), number(r, "paragraph")));
    sorted("passages", |r| text(r, "passage_id"));
    sorted("occurrences", |r| (text(r, "passage_id"), text(r, "id"), number(r, "byte_start")));
    sorted("clusters", |r| (text(r, "cluster_id"), text(r, "id")));
    sorted("sources", |r| (text(r, "id"), text(r, "other_id")));
    sorted("outlets", |r| (text(r, "source"), text(r, "other_source")));
}

#[test]
fn ids_are_sixteen_hex_digits_and_each_stands_for_one_thing() {
    for (table, id) in [("overlaps", "overlap_id"), ("passages", "passage_id")] {
        let rows = sample(table);
        let ids = column(&rows, id);
        let hex = |id: &&str| id.len() == 16 && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        assert!(ids.iter().all(hex), "{table}");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{table}");
    }
}

#[test]
fn shares_and_similarities_have_four_decimals_and_lie_between_0_and_1() {
    let columns = [
        ("overlaps", "similarity"),
        ("overlaps", "a_quoted"),
        ("overlaps", "b_quoted"),
        ("articles", "unique_share"),
        ("articles", "first_seen_share"),
        ("articles", "unattributed_share"),
        ("articles", "top_source_share"),
        ("paragraphs", "unique_share"),
        ("paragraphs", "resemblance"),
        ("occurrences", "similarity"),
        ("clusters", "resemblance"),
        ("clusters", "containment"),
        ("sources", "full_share"),
        ("sources", "allocated_share"),
    ];
    for (table, column) in columns {
        for row in sample(table).iter().filter(|row| !row[column].is_empty()) {
            let share: f64 = row[column].parse().expect("a number");
            assert!((0.0..=1.0).contains(&share) && row[column].len() == 6, "{table}.{column}: {}", row[column]);
        }
    }
}

#[test]
fn words_of_closed_lists_are_those_of_the_list() {
    let overlaps = sample("overlaps");
    let among = |column: &str, list: &[&str]| {
        let other = overlaps.iter().map(|row| &row[column]).find(|value| !list.contains(&value.as_str()));
        assert_eq!(other, None, "{column}");
    };
    among("kind", &["quotation", "credited", "boilerplate", "formula", "self", "revision", "unattributed"]);
    among("direction", &["a->b", "b->a", "common", "unknown"]);
    among("basis", &["credit", "agency", "canonical", "date", "quotation", "conflict", "tie", "no-date", ""]);
    among("role", &["main", "repeat"]);
    among("exact", &["true", "false"]);
    let flags = [
        "empty",
        "no-date",
        "zone-assumed",
        "invalid-bytes",
        "duplicate-id",
        "graphemes",
        "headline-changed",
        "unmarked-quotation",
    ];
    for row in sample("articles") {
        assert!(row["flags"].split_whitespace().all(|flag| flags.contains(&flag)), "{}", row["flags"]);
    }
    for row in overlaps {
        let (direction, basis) = (row["direction"].as_str(), row["basis"].as_str());
        let allowed: &[&str] = match direction {
            "a->b" | "b->a" => &["credit", "agency", "canonical", "date"],
            "common" => &["credit", "agency", "canonical", "quotation"],
            _ => &["conflict", "tie", "no-date", ""],
        };
        assert!(allowed.contains(&basis), "{direction} by {basis}");
    }
}

// ------------------------------------------------------------------------------------------------------------ places

#[test]
fn every_document_is_an_article_and_every_id_is_known() {
    let ids: BTreeSet<String> = sample("articles").into_iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, TEXTS.keys().cloned().collect());
    let (overlaps, occurrences) = (sample("overlaps"), sample("occurrences"));
    for (row, side) in places(&overlaps, &occurrences) {
        assert!(ids.contains(&row[&format!("{side}id")]));
    }
    for (table, column) in [
        ("paragraphs", "id"),
        ("passages", "first_id"),
        ("clusters", "id"),
        ("clusters", "leader_id"),
        ("sources", "id"),
        ("sources", "other_id"),
    ] {
        assert!(sample(table).iter().all(|row| ids.contains(&row[column])), "{table}.{column}");
    }
}

#[test]
fn offsets_in_bytes_and_in_characters_name_the_same_text() {
    let (overlaps, occurrences) = (sample("overlaps"), sample("occurrences"));
    for (row, side) in places(&overlaps, &occurrences) {
        let text = &TEXTS[&row[&format!("{side}id")]];
        let at = |what: &str| number(row, &format!("{side}{what}"));
        let chars: String = text.chars().take(at("char_end")).skip(at("char_start")).collect();
        assert!(!chars.is_empty());
        assert_eq!(text.get(at("byte_start")..at("byte_end")), Some(chars.as_str()), "{row:?}");
        if !side.is_empty() {
            assert_eq!(row[&format!("{side}text")].trim_start_matches('\''), chars);
        }
    }
}

#[test]
fn line_and_paragraph_are_those_in_which_a_span_begins() {
    let paragraphs = sample("paragraphs");
    let overlaps = sample("overlaps");
    for (row, side) in places(&overlaps, &[]) {
        let id = &row[&format!("{side}id")];
        let start = number(row, &format!("{side}byte_start"));
        let line = TEXTS[id][..start].matches('\n').count() + 1;
        assert_eq!(number(row, &format!("{side}line")), line, "{row:?}");
        let paragraph = paragraphs
            .iter()
            .find(|p| &p["id"] == id && number(p, "paragraph") == number(row, &format!("{side}paragraph")))
            .expect("a paragraph that is there");
        let at = number(row, &format!("{side}char_start"));
        assert!((number(paragraph, "char_start")..number(paragraph, "char_end")).contains(&at), "{row:?}");
    }
}

#[test]
fn side_a_is_the_earlier_article_and_an_undated_one_is_the_last() {
    let shared = "eleven fishing boats left the narrow stone harbour";
    let report = scan([
        dated("c", "", "2031-01-01T08:00:00Z", shared),
        dated("b", "", "2031-01-01T09:30:00+02:00", shared),
        article("a", "", shared),
        dated("d", "", "2031-01-01", shared),
    ]);
    let files = files_of(&report);
    let pairs: Vec<(String, String)> =
        rows(&files["overlaps.csv"]).into_iter().map(|row| (row["a_id"].clone(), row["b_id"].clone())).collect();
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        pairs,
        [pair("b", "a"), pair("b", "c"), pair("c", "a"), pair("d", "a"), pair("d", "b"), pair("d", "c")],
        "d begins at midnight, b is half an hour before c, a has no date"
    );
}

// -------------------------------------------------------------------------------------------------------------- sums

#[test]
fn the_parts_of_every_article_sum_to_its_words() {
    for row in sample("articles") {
        assert_eq!(PARTS.iter().map(|part| number(&row, part)).sum::<usize>(), number(&row, "words"), "{row:?}");
        assert_share(&row["unique_share"], number(&row, "unique_words"), number(&row, "words"));
        assert_share(&row["unattributed_share"], number(&row, "unattributed_words"), number(&row, "words"));
    }
}

#[test]
fn the_paragraphs_of_every_article_sum_to_its_words() {
    let mut sums: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for row in sample("paragraphs") {
        let sum = sums.entry(row["id"].clone()).or_default();
        sum.0 += number(&row, "words");
        sum.1 += number(&row, "unique_words");
        assert_share(&row["unique_share"], number(&row, "unique_words"), number(&row, "words"));
    }
    for row in sample("articles") {
        assert_eq!(sums[&row["id"]], (number(&row, "words"), number(&row, "unique_words")), "{}", row["id"]);
    }
}

#[test]
fn words_shared_with_others_are_allocated_once_and_the_best_source_is_the_top() {
    let articles: BTreeMap<String, Row> = sample("articles").into_iter().map(|row| (row["id"].clone(), row)).collect();
    let mut allocated: BTreeMap<String, usize> = BTreeMap::new();
    let mut best: BTreeMap<String, usize> = BTreeMap::new();
    for row in sample("sources") {
        let (full, given) = (number(&row, "full_words"), number(&row, "allocated_words"));
        assert!(given <= full && full > 0 && row["id"] != row["other_id"], "{row:?}");
        *allocated.entry(row["id"].clone()).or_default() += given;
        let top = best.entry(row["id"].clone()).or_default();
        *top = full.max(*top);
    }
    for (id, row) in &articles {
        // Words of a formula are shared, and yet unique.
        assert!(allocated.get(id).copied().unwrap_or(0) <= number(row, "words"), "{row:?}");
        match best.get(id) {
            Some(&full) => assert_share(&row["top_source_share"], full, number(row, "words")),
            None => assert_eq!(row["top_source_share"], ""),
        }
        assert!(number(row, "longest_run") <= number(row, "words"));
    }
}

#[test]
fn what_one_outlet_has_earlier_the_other_has_later() {
    let rows = sample("outlets");
    for row in &rows {
        let back = rows
            .iter()
            .find(|r| r["source"] == row["other_source"] && r["other_source"] == row["source"])
            .expect("the other direction");
        assert_eq!((&row["earlier"], &row["later"]), (&back["later"], &back["earlier"]));
        assert_eq!((&row["passages"], &row["undetermined"]), (&back["passages"], &back["undetermined"]));
        assert_ne!(row["source"], row["other_source"]);
    }
}

#[test]
fn similarity_follows_from_the_words_of_an_overlap() {
    for row in sample("overlaps") {
        let (a, b, matched) = (number(&row, "a_words"), number(&row, "b_words"), number(&row, "matched_words"));
        assert_share(&row["similarity"], 2 * matched, a + b);
        assert!(matched >= 8 && matched <= a.min(b), "{row:?}");
        if row["exact"] == "true" {
            assert_eq!((a, b), (matched, matched), "{row:?}");
        }
    }
}

#[test]
fn an_article_without_words_has_no_shares_and_one_without_a_date_no_first_seen_share() {
    let text = own_words(10);
    let files =
        files_of(&scan([article("empty", "", " \n"), article("undated", "", &text), dated("z", "", "2031", &text)]));
    let articles = rows(&files["articles.csv"]);
    let shares = |row: &Row| ["unique_share", "first_seen_share", "unattributed_share"].map(|share| row[share].clone());
    assert_eq!(shares(&articles[0]), ["", "", ""]);
    assert_eq!(shares(&articles[1]), ["0.0000", "", "1.0000"]);
    assert_eq!(shares(&articles[2]), ["0.0000", "1.0000", "1.0000"]);
}

#[test]
fn first_seen_counts_words_that_no_demonstrably_earlier_article_has() {
    let (first, second) = (own_words(10), own_words(10));
    let files = files_of(&scan([
        dated("a", "", "2031-01-01", &first),
        dated("b", "", "2031-01-02T10:00:00Z", &format!("{first} {second}")),
        dated("c", "", "2031-01-02", &second),
    ]));
    let articles = rows(&files["articles.csv"]);
    assert_eq!(column(&articles, "first_seen_share"), ["1.0000", "0.5000", "1.0000"], "the same day is a tie");
}

// --------------------------------------------------------------------------------------------- passages and clusters

#[test]
fn a_passage_has_as_many_articles_and_outlets_as_its_occurrences() {
    let mut articles: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut sources: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in sample("occurrences") {
        articles.entry(row["passage_id"].clone()).or_default().insert(row["id"].clone());
        sources.entry(row["passage_id"].clone()).or_default().insert(row["source"].clone());
    }
    let passages = sample("passages");
    assert_eq!(passages.len(), articles.len());
    for row in &passages {
        assert_eq!(number(row, "articles"), articles[&row["passage_id"]].len(), "{row:?}");
        assert_eq!(number(row, "sources"), sources[&row["passage_id"]].len(), "{row:?}");
        assert!(articles[&row["passage_id"]].contains(&row["first_id"]));
    }
}

#[test]
fn both_articles_of_an_overlap_are_in_its_passage() {
    let occurrences = sample("occurrences");
    let members: BTreeSet<(&str, &str)> =
        occurrences.iter().map(|row| (row["passage_id"].as_str(), row["id"].as_str())).collect();
    for row in sample("overlaps") {
        for side in ["a_id", "b_id"] {
            assert!(members.contains(&(row["passage_id"].as_str(), row[side].as_str())), "{row:?}");
        }
    }
}

#[test]
fn the_text_of_a_passage_is_that_of_one_of_its_occurrences_and_of_its_first_article() {
    let occurrences = sample("occurrences");
    for passage in sample("passages") {
        let mut own = occurrences.iter().filter(|row| row["passage_id"] == passage["passage_id"]);
        let found = own.any(|row| {
            let text = &TEXTS[&row["id"]][number(row, "byte_start")..number(row, "byte_end")];
            row["id"] == passage["first_id"]
                && text == passage["text"].trim_start_matches('\'')
                && (row["exact"].as_str(), row["similarity"].as_str()) == ("true", "1.0000")
        });
        assert!(found, "{passage:?}");
    }
}

#[test]
fn a_cluster_has_one_leader_and_at_least_one_member_more() {
    let mut clusters: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in sample("clusters") {
        clusters.entry(row["cluster_id"].clone()).or_default().push(row);
    }
    for members in clusters.values() {
        let leaders: Vec<&Row> = members.iter().filter(|row| row["relation"] == "leader").collect();
        assert_eq!(leaders.len(), 1, "{members:?}");
        assert!(members.len() > 1);
        assert!(members.iter().all(|row| row["leader_id"] == leaders[0]["id"]));
    }
}

#[test]
fn articles_and_clusters_tell_the_same_relations() {
    let of = |rows: Vec<Row>| {
        let facts = |row: &Row| (row["id"].clone(), row["cluster_id"].clone(), row["relation"].clone());
        rows.iter().map(facts).filter(|facts| !facts.1.is_empty()).collect::<BTreeSet<_>>()
    };
    assert_eq!(of(sample("articles")), of(sample("clusters")));
}

// ------------------------------------------------------------------------------------------------------------- guard

/// Two articles whose id, outlet, title and text a spreadsheet would run.
fn dangerous() -> wirecopy::Report {
    let shared = "-eleven fishing boats left the narrow stone harbour";
    let mut one = article("=1+1", "@SUM(A1)", &format!("=cmd {shared}"));
    one.metadata.title = "+title".into();
    let mut other = article("plain", "\tPost", shared);
    other.metadata.title = "harmless = title".into();
    scan([one, other])
}

#[test]
fn cells_that_a_spreadsheet_would_run_are_guarded_in_the_file() {
    let articles = rows(&files_of(&dangerous())["articles.csv"]);
    assert_eq!(column(&articles, "id"), ["'=1+1", "plain"]);
    assert_eq!(column(&articles, "source"), ["'@SUM(A1)", "'\tPost"]);
    assert_eq!(column(&articles, "title"), ["'+title", "harmless = title"]);
    assert_eq!(column(&articles, "top_source_id"), ["plain", "'=1+1"]);
}

#[test]
fn rows_sort_by_what_stands_behind_the_guard() {
    let texts = ["&a", "=b", "<c"]; // with its guard, the second would be the first
    let files = files_of(&scan(texts.map(|id| article(id, "", "Word."))));
    assert_eq!(column(&rows(&files["articles.csv"]), "id"), ["&a", "<c", "'=b"]);
}

#[test]
fn raw_cells_are_not_guarded() {
    let folder = tempfile::tempdir().expect("a folder");
    write_csv(&dangerous(), folder.path(), ReportOptions { raw: true }, &[]).expect("a report");
    let articles = crate::harness::table(folder.path(), "articles");
    assert_eq!(column(&articles, "id"), ["=1+1", "plain"]);
    assert_eq!(column(&articles, "title"), ["+title", "harmless = title"]);
}

// -------------------------------------------------------------------------------------------------------------- JSON

fn json_of(report: &wirecopy::Report) -> Value {
    let mut out = Vec::new();
    write_json(report, &mut out).expect("JSON");
    serde_json::from_slice(&out).expect("JSON that can be read")
}

#[test]
fn json_holds_the_same_cells_as_the_tables() {
    for report in [&*REPORT, &dangerous()] {
        let folder = tempfile::tempdir().expect("a folder");
        write_csv(report, folder.path(), ReportOptions { raw: true }, &[]).expect("a report");
        let json = json_of(report);
        for (name, columns) in TABLES {
            let (table, list) = (crate::harness::table(folder.path(), name), json[name].as_array().expect("a list"));
            assert_eq!(table.len(), list.len(), "{name}");
            for (row, object) in table.iter().zip(list) {
                assert_eq!(object.as_object().expect("an object").len(), row.len(), "{name}");
                for column in columns.split(", ") {
                    let shown = match &object[column] {
                        Value::Null => String::new(),
                        Value::String(text) => text.clone(),
                        Value::Number(number) if number.is_f64() => {
                            format!("{:.4}", number.as_f64().expect("a number"))
                        }
                        other => other.to_string(),
                    };
                    assert_eq!(row[column], shown, "{name}.{column}");
                }
            }
        }
    }
}

#[test]
fn json_is_not_guarded_and_keeps_the_order_of_rows() {
    let json = json_of(&dangerous());
    let ids: Vec<&str> =
        json["articles"].as_array().expect("a list").iter().filter_map(|row| row["id"].as_str()).collect();
    assert_eq!(ids, ["=1+1", "plain"]);
}

// ---------------------------------------------------------------------------------------------------------- run.json

#[test]
fn run_json_tells_settings_ids_and_counts_that_agree_with_the_tables() {
    let run: Value = serde_json::from_slice(&FILES["run.json"]).expect("JSON");
    assert_eq!(run["settings"]["min_words"], 8);
    assert_eq!(run["settings_id"].as_str().map(str::len), Some(16));
    assert_eq!(run["counts"]["articles"], TEXTS.len());
    for (count, table) in [("overlaps", "overlaps"), ("passages", "passages"), ("paragraphs", "paragraphs")] {
        assert_eq!(run["counts"][count], sample(table).len(), "{count}");
    }
    let words: usize = sample("articles").iter().map(|row| number(row, "words")).sum();
    assert_eq!(run["counts"]["words"], words);
    for channel in ["lsh", "fingerprints"] {
        let counts = &run["counts"]["candidates"][channel];
        let (proposed, survived) = (counts["proposed"].as_u64(), counts["survived"].as_u64());
        assert!(survived > Some(0) && survived <= proposed, "{channel}: {counts}");
    }
}

#[test]
fn a_report_does_not_tell_where_when_or_on_what_machine_it_was_made() {
    // The same corpus from another place, by a pool of another size.
    let other = Corpus::new();
    copy(&root().join("corpus"), &other.path().join("elsewhere/texts"));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().expect("a pool");
    let files = pool.install(|| files_of(&scan_paths(&[&other.path().join("elsewhere/texts")])));
    assert_same_files(&FILES, &files, "the same corpus elsewhere");
    let place = root().to_str().expect("a path in UTF-8");
    for (name, bytes) in FILES.iter() {
        assert!(!String::from_utf8_lossy(bytes).contains(place), "{name} names {place}");
    }
}

// ------------------------------------------------------------------------------------------------------------ folder

#[test]
fn a_report_folder_that_is_there_is_replaced_file_by_file_and_the_rest_left_alone() {
    let corpus = Corpus::with(&[("in/a.txt", "One."), ("report/notes.txt", "mine")]);
    corpus.scan(&["in"], 0);
    corpus.file("in/b.txt", "Two.");
    corpus.scan(&["in"], 0);
    assert_eq!(corpus.ids(), ["a.txt", "b.txt"]);
    assert_eq!(corpus.table("overlaps").len(), 0);
    let kept = fs::read_to_string(corpus.path().join("report/notes.txt")).expect("a file");
    assert_eq!(kept, "mine");
    // Tables, run.json, the page, what it is drawn from, and the notes.
    assert_eq!(names(&corpus.path().join("report")).len(), TABLES.len() + 4, "no temporary file is left");
}

#[test]
fn nothing_is_written_unless_a_folder_is_named() {
    let corpus = Corpus::with(&[("in/a.txt", "One."), ("in/b.txt", "Two.")]);
    let ran = corpus.run(&["scan", "in"]).exits(0);
    assert!(ran.out.contains("Nothing was written"), "{}", ran.out);
    assert_eq!(corpus.names(), ["in"]);
    assert_eq!(names(&corpus.path().join("in")), ["a.txt", "b.txt"]);
}
