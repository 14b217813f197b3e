//! The command line: exit codes, messages, what is read and what is written. `cases/` holds those that read as a manual.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::harness::{Corpus, column, copy, names, number, root, unpacked};

const A: &str = "The old ferry crosses the wide river every morning at nine.\n";
const B: &str = "We hear the old ferry crosses the wide river every morning at ten.\n";

/// Two articles that share ten words.
fn two() -> Corpus {
    Corpus::with(&[("in/herald/a.txt", A), ("in/post/b.md", B)])
}

fn records(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).expect("bytes");
    encoder.finish().expect("bytes")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

// ------------------------------------------------------------------------------------------------------------- cases

/// Runs a folder of `cases/`: its `in` is copied, its `cmd` is run there, and what comes of it must be `stdout`,
/// `stderr`, `code` and every file under `files`.
#[track_caller]
fn case(name: &str) {
    let folder = root().join("tests/cases").join(name);
    let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap_or_default();
    let corpus = Corpus::new();
    copy(&folder.join("in"), corpus.path());
    let command = read("cmd");
    let mut arguments = command.split_whitespace();
    assert_eq!(arguments.next(), Some("wirecopy"), "cmd begins with the command");
    let ran = corpus.run(&arguments.collect::<Vec<_>>());
    let code = read("code").trim().parse().unwrap_or(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), (read("stdout").as_str(), read("stderr").as_str()), "{name}");
    assert_eq!(ran.code, Some(code), "{name}");
    if folder.join("files").is_dir() {
        compare(&folder.join("files"), corpus.path());
    }
}

#[track_caller]
fn compare(wanted: &Path, found: &Path) {
    for name in names(wanted) {
        let (wanted, found) = (wanted.join(&name), found.join(&name));
        if wanted.is_dir() {
            compare(&wanted, &found);
        } else {
            let read = |path: &Path| fs::read_to_string(path).unwrap_or_else(|error| format!("{name}: {error}"));
            assert_eq!(read(&found).replace("\r\n", "\n"), read(&wanted).replace("\r\n", "\n"), "{name}");
        }
    }
}

#[test]
fn case_two_papers_print_one_sentence() {
    case("two-papers-print-one-sentence");
}

#[test]
fn case_tables_go_into_a_folder() {
    case("tables-go-into-a-folder");
}

#[test]
fn case_a_broken_record_is_named_and_the_rest_is_read() {
    case("a-broken-record-is-named");
}

#[test]
fn case_strict_stops_at_a_broken_record() {
    case("strict-stops-at-a-broken-record");
}

#[test]
fn case_a_path_that_is_not_there_is_named() {
    case("a-path-that-is-not-there");
}

#[test]
fn every_case_is_run() {
    let source = fs::read_to_string(root().join("tests/cli.rs")).expect("this file");
    for name in names(&root().join("tests/cases")) {
        assert!(source.contains(&format!("case(\"{name}\")")), "cases/{name} is run by nobody");
    }
}

// -------------------------------------------------------------------------------------------------- usage and streams

#[test]
fn a_scan_that_finds_something_exits_0() {
    let corpus = two();
    let ran = corpus.scan(&["in"], 0);
    assert_eq!(ran.err, "");
    let overlaps = corpus.table("overlaps");
    assert_eq!(overlaps.len(), 1);
    assert_eq!(overlaps[0]["a_text"], "The old ferry crosses the wide river every morning at");
    assert_eq!((overlaps[0]["a_source"].as_str(), overlaps[0]["b_source"].as_str()), ("herald", "post"));
}

#[test]
fn an_unknown_flag_is_usage_trouble() {
    two().run(&["scan", "in", "--frobnicate"]).exits(2).says("--frobnicate");
    two().run(&["frobnicate"]).exits(2).says("frobnicate");
}

#[test]
fn a_scan_of_nothing_is_usage_trouble() {
    two().run(&["scan"]).exits(2).says("PATH");
    let corpus = Corpus::with(&[("in/picture.png", "none")]);
    corpus.run(&["scan", "in"]).exits(2).says("no article in in");
}

#[test]
fn fewer_words_than_the_guarantee_are_refused() {
    let corpus = two();
    corpus.scan(&["in", "--min-words", "7"], 2).says("--min-words 7");
    assert_eq!(corpus.names(), ["in"], "nothing was written");
    corpus.scan(&["in", "--min-words", "11"], 0);
    assert_eq!(corpus.table("overlaps").len(), 0);
    corpus.scan(&["in", "--min-words", "10"], 0);
    assert_eq!(corpus.table("overlaps").len(), 1);
}

#[test]
fn no_thread_at_all_is_refused() {
    two().run(&["scan", "in", "-j", "0"]).exits(2).says("--threads");
}

#[test]
fn a_file_is_no_report_folder() {
    let corpus = two();
    corpus.file("taken", "mine");
    corpus.run(&["scan", "in", "-o", "taken"]).exits(2).says("taken");
    assert_eq!(fs::read_to_string(corpus.path().join("taken")).expect("a file"), "mine");
}

#[test]
fn a_report_replaces_a_report_and_nothing_else() {
    let corpus = two();
    corpus.file("mine/articles.csv", "id,text\n1,mine\n").file("mine/run.json", "{}");
    corpus.run(&["scan", "in", "-o", "mine"]).exits(2).says("articles.csv: is not of a report");
    corpus.run(&["scan", "mine/articles.csv", "-o", "mine"]).exits(2).says("is an input");
    assert_eq!(names(&corpus.path().join("mine")), ["articles.csv", "run.json"]);
    corpus.run(&["scan", "in", "-o", "./in/../in"]).exits(2).says("is the folder that is scanned").says("in/report");
    corpus.run(&["scan", "in/herald/a.txt", "--format", "json=in/herald/a.txt"]).exits(2).says("is an input");
    corpus.run(&["sign", "in/herald/a.txt", "--format", "json=in/herald/a.txt"]).exits(2).says("is an input");
    assert_eq!(fs::read_to_string(corpus.path().join("in/herald/a.txt")).expect("a file"), A);
    // Twice into one folder, beside files that are none of ours.
    corpus.file("report/notes.txt", "mine");
    for _ in 0..2 {
        corpus.run(&["scan", "in", "-o", "report"]).exits(0);
    }
    corpus.run(&["scan", "in", "report/overlaps.csv", "-o", "report"]).exits(2).says("is an input");
}

#[test]
fn a_file_that_two_arguments_bring_is_read_once_and_named() {
    let corpus = two();
    corpus.scan(&["in", "in/herald/a.txt", "./in/herald/a.txt"], 0);
    assert_eq!(corpus.ids(), ["herald/a.txt", "post/b.md"]);
    let skipped = &corpus.run_json()["skipped"];
    assert_eq!((skipped[0]["reason"].as_str(), skipped.as_array().map(Vec::len)), (Some("repeated"), Some(1)));
}

#[test]
fn a_date_that_is_not_understood_is_shown_as_given_and_orders_nothing() {
    let corpus = Corpus::with(&[
        ("in/a.md", &format!("---\ndate: the ides of March\n---\n{A}")),
        ("in/b.jsonl", &records(&[&format!("{{\"id\":\"b\",\"date\":\"2031-03-04\",\"text\":{:?}}}", B)])),
    ]);
    corpus.scan(&["in"], 0);
    let overlap = &corpus.table("overlaps")[0];
    assert_eq!((overlap["a_time"].as_str(), overlap["b_time"].as_str()), ("2031-03-04", "the ides of March"));
}

#[test]
fn help_and_version_go_to_standard_output() {
    let help = two().run(&["--help"]).exits(0);
    assert!(help.out.contains("scan") && help.out.contains("sign") && help.err.is_empty(), "{help:?}");
    let scan = two().run(&["scan", "--help"]).exits(0);
    for flag in [
        "--output",
        "--format",
        "--min-words",
        "--candidates",
        "--pairs",
        "--field",
        "--files-from",
        "--strict",
        "--csv-raw",
        "--same-source",
        "--boilerplate",
        "--outlets",
        "--window",
    ] {
        assert!(scan.out.contains(flag), "{flag}");
    }
    let version = two().run(&["--version"]).exits(0);
    assert_eq!(version.out, format!("wirecopy {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn quiet_says_nothing_unless_input_is_lost() {
    let corpus = two();
    let ran = corpus.run(&["scan", "in", "-q"]).exits(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""));
    corpus.file("in/bad.jsonl", "{\"text\":\"Fine.\"}\n{\n");
    let ran = corpus.run(&["scan", "in", "-q"]).exits(3).says("bad.jsonl:2");
    assert_eq!(ran.out, "");
}

#[test]
fn no_colour_goes_where_no_terminal_is_unless_it_is_asked_for() {
    let plain = two().run(&["scan", "in"]).exits(0);
    assert!(!plain.out.contains('\u{1b}'));
    let always = two().run(&["scan", "in", "--color", "always"]).exits(0);
    assert!(always.out.contains('\u{1b}'));
}

#[test]
fn what_articles_call_themselves_does_not_steer_the_terminal() {
    let corpus = Corpus::with(&[("in.jsonl", "")]);
    let record = |id: &str| serde_json::json!({ "id": id, "source": "\u{1b}[31mred", "text": A }).to_string();
    corpus.file("in.jsonl", records(&[&record("\u{1b}]0;title\u{7}x"), &record("y\r\n")]));
    let ran = corpus.run(&["scan", "in.jsonl"]).exits(0);
    assert!(!ran.out.contains(['\u{1b}', '\u{7}', '\r']), "{:?}", ran.out);
}

#[test]
fn a_reader_that_goes_away_is_no_trouble() {
    let corpus = Corpus::new();
    for at in 0..200 {
        corpus.file(&format!("in/{at}.txt"), format!("{A}Number {at}.\n"));
    }
    for arguments in [&["scan", "in"][..], &["scan", "in", "--format", "json"], &["sign", "in"]] {
        let mut child = corpus.command(arguments).spawn().expect("the command");
        drop(child.stdout.take());
        drop(child.stdin.take());
        let output = child.wait_with_output().expect("its end");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    }
}

#[test]
fn json_on_standard_output_is_json_and_nothing_else() {
    let ran = two().run(&["scan", "in", "--format", "json"]).exits(0);
    let report = json(&ran.out);
    assert_eq!(report["overlaps"][0]["matched_words"], 10);
    assert_eq!(report["articles"].as_array().map(Vec::len), Some(2));
    assert_eq!(report["run"]["counts"]["articles"], 2);
    two().run(&["scan", "in", "--format", "xml"]).exits(2).says("xml");
}

#[test]
fn json_goes_to_a_file_beside_the_tables_where_both_are_asked_for() {
    let corpus = two();
    corpus.scan(&["in", "--format", "json=out.json"], 0);
    let report = json(&fs::read_to_string(corpus.path().join("out.json")).expect("out.json"));
    assert_eq!(report["overlaps"].as_array().map(Vec::len), Some(corpus.table("overlaps").len()));
    assert_eq!(corpus.names(), ["in", "out.json", "report"]);
}

// ------------------------------------------------------------------------------------------------------- what is lost

#[test]
fn a_broken_line_is_named_by_file_and_line_and_the_rest_is_read() {
    let corpus = Corpus::new();
    corpus.file(
        "in/wire.jsonl",
        records(&["{\"id\":\"one\",\"text\":\"Fine.\"}", "", "{\"id\":", "{\"id\":\"two\",\"text\":\"Good.\"}"]),
    );
    corpus.scan(&["in"], 3).says("wire.jsonl:3: bad record");
    assert_eq!(corpus.ids(), ["one", "two"]);
    let skipped = &corpus.run_json()["skipped"][0];
    assert_eq!((&skipped["input"], &skipped["record"]), (&Value::from("wire.jsonl"), &Value::from(3)));
}

#[test]
fn strict_turns_a_loss_into_exit_2_and_writes_nothing() {
    let corpus = two();
    corpus.file("in/bad.jsonl", "not json\n");
    corpus.scan(&["in", "--strict", "--format", "json=out.json"], 2).says("bad.jsonl:1");
    assert_eq!(corpus.names(), ["in"]);
    fs::remove_file(corpus.path().join("in/bad.jsonl")).expect("a file");
    corpus.scan(&["in", "--strict"], 0);
}

#[test]
fn a_missing_path_is_named_and_nothing_is_written() {
    let corpus = two();
    corpus.scan(&["in", "not/there.txt"], 2).says("not/there.txt");
    assert_eq!(corpus.names(), ["in"]);
}

#[test]
fn a_file_that_is_not_text_is_lost_and_named() {
    let corpus = two();
    corpus.file("in/photo.txt", [0x89, b'P', b'N', b'G', 0, 0, 0, 13, 0, 1, 0xFF, 0xFE, 0, 7]);
    corpus.scan(&["in"], 3).says("photo.txt: not text");
    assert_eq!(corpus.ids(), ["herald/a.txt", "post/b.md"]);
}

#[test]
fn empty_files_are_articles_without_words_and_no_trouble() {
    let corpus = two();
    corpus.file("in/herald/empty.txt", "").file("in/herald/blank.md", " \n\n").file("in/none.jsonl", "");
    corpus.scan(&["in"], 0);
    let articles = corpus.table("articles");
    let flagged: Vec<&str> =
        articles.iter().filter(|row| row["flags"].contains("empty")).map(|row| row["id"].as_str()).collect();
    assert_eq!(flagged, ["herald/blank.md", "herald/empty.txt"]);
}

#[test]
fn a_message_names_an_empty_article_once() {
    let corpus = Corpus::with(&[("a.txt", ""), ("in/b.txt", "")]);
    let err = corpus.run(&["scan", "a.txt", "in/b.txt", "-v"]).exits(0).err;
    assert_eq!(err, "warning: a.txt: empty\nwarning: b.txt: empty: in/b.txt\n");
}

#[test]
fn a_damaged_archive_is_lost_and_named() {
    let corpus = two();
    let whole = gzip(&records(&["{\"id\":\"one\",\"text\":\"Fine.\"}"; 50]));
    corpus.file("in/wire.jsonl.gz", &whole[..whole.len() / 2]);
    corpus.scan(&["in"], 3).says("wire.jsonl: damaged");
    corpus.file("in/wire.jsonl.gz", "no archive at all");
    corpus.scan(&["in"], 3).says("wire.jsonl");
}

// ------------------------------------------------------------------------------------------------------- what is read

#[test]
fn text_tables_and_records_of_one_folder_are_read_together() {
    let corpus = two();
    corpus.file("in/wire/records.jsonl", records(&["{\"id\":\"r1\",\"outlet\":\"Wire\",\"body\":\"Rain today.\"}"]));
    corpus.file("in/wire/table.csv", "key,content,published,headline\nt1,\"Snow, then\nsun.\",2031-03-01,Weather\n");
    corpus.scan(&["in"], 0);
    assert_eq!(corpus.ids(), ["herald/a.txt", "post/b.md", "r1", "t1"]);
    let articles = corpus.table("articles");
    assert_eq!(column(&articles, "words"), ["11", "13", "2", "3"]);
    assert_eq!(articles[2]["source"], "Wire");
    assert_eq!((articles[3]["time"].as_str(), articles[3]["title"].as_str()), ("2031-03-01", "Weather"));
}

#[test]
fn gzip_and_zstandard_are_unpacked_and_leave_no_trace_in_ids() {
    let corpus = two();
    corpus.file("in/herald/c.txt.gz", gzip(A));
    corpus.file("in/post/d.md.zst", zstd::encode_all(B.as_bytes(), 3).expect("bytes"));
    corpus.file("in/wire.jsonl.gz", gzip(&records(&["{\"text\":\"Fine.\"}"])));
    corpus.scan(&["in"], 0);
    assert_eq!(corpus.ids(), ["herald/a.txt", "herald/c.txt", "post/b.md", "post/d.md", "wire.jsonl:1"]);
    assert!(column(&corpus.table("articles"), "unique_words").starts_with(&["0"]));
}

#[test]
fn records_without_an_id_are_named_by_file_and_number() {
    let corpus = Corpus::new();
    corpus.file("in/wire.jsonl", records(&["{\"text\":\"One.\"}", "", "{\"text\":\"Two.\"}"]));
    corpus.scan(&["in"], 0);
    assert_eq!(corpus.ids(), ["wire.jsonl:1", "wire.jsonl:2"]);
}

#[test]
fn ids_may_be_numbers() {
    let corpus = Corpus::new();
    corpus.file("in.jsonl", records(&["{\"id\":12,\"text\":\"One.\"}", "{\"id\":9007199254740993,\"text\":\"Two.\"}"]));
    corpus.scan(&["in.jsonl"], 0);
    assert_eq!(corpus.ids(), ["12", "9007199254740993"]);
}

#[test]
fn an_id_that_comes_again_with_another_text_is_kept_under_a_name_of_its_own() {
    let corpus = Corpus::new();
    let line = |text: &str| serde_json::json!({ "id": "x", "text": text }).to_string();
    corpus.file("in.jsonl", records(&[&line("One."), &line("Two, three."), &line("One.")]));
    let ran = corpus.scan(&["in.jsonl"], 0);
    assert_eq!(corpus.ids(), ["x", "x#2"]);
    assert!(ran.out.contains("1 duplicate id") && ran.out.contains("1 repeated"), "{}", ran.out);
    let flags = corpus.table("articles");
    assert_eq!(flags.iter().filter(|row| row["flags"].contains("duplicate-id")).count(), 1);
}

#[test]
fn fields_of_other_names_are_read_where_they_are_told() {
    let corpus = Corpus::new();
    corpus.file("in.jsonl", records(&["{\"nr\":\"n1\",\"raw\":\"One two.\",\"paper\":\"Echo\",\"text\":\"\"}"]));
    corpus.scan(&["in.jsonl", "--field", "text=raw", "--field", "id=nr", "--field", "source=paper"], 0);
    let articles = corpus.table("articles");
    let row = &articles[0];
    assert_eq!((row["id"].as_str(), row["source"].as_str(), number(row, "words")), ("n1", "Echo", 2));
    corpus.scan(&["in.jsonl", "--field", "colour=raw"], 2).says("colour");
}

#[test]
fn a_table_without_text_is_an_error_where_it_is_named_and_news_where_it_is_met() {
    let corpus = two();
    corpus.file("in/prices.csv", "ware,price\nsalt,3\n");
    corpus.scan(&["in"], 0);
    assert_eq!(corpus.ids().len(), 2);
    assert_eq!(corpus.run_json()["skipped"][0]["reason"], "not an article");
    corpus.run(&["scan", "in/prices.csv"]).exits(2).says("no text field");
}

#[test]
fn what_is_no_article_is_refused_with_what_would_help() {
    let corpus = two();
    corpus.file("semi.csv", "id;text\n1;x\n").file("tabs.csv", "id\ttext\n1\tx\n").file("rows.csv", "id,text\n");
    corpus.file("page.HTM", "text").file("page.txt", "\n<!DOCTYPE HTML>\n<p>text").file("docs/a.docx", "x");
    let one = "its header is one column: separated by";
    corpus.run(&["scan", "semi.csv"]).exits(2).says(one).says("semicolons? only commas (.csv) and tabs (.tsv)");
    corpus.run(&["scan", "tabs.csv"]).exits(2).says(one).says("tabs?");
    corpus.run(&["scan", "rows.csv"]).exits(2).says("rows.csv: empty: no rows");
    for page in ["page.HTM", "page.txt"] {
        corpus.run(&["scan", page]).exits(2).says(&format!("{page}: is HTML: extract the article's text first"));
    }
    corpus.run(&["scan", "docs"]).exits(2).says("*.docx: not an article: 1 file of a type that is not read");
}

#[test]
fn standard_input_may_be_an_article_or_records() {
    let corpus = two();
    let read = |input: &str| {
        let ran = corpus.run_with(&["scan", "-", "--format", "json"], input.as_bytes()).exits(0);
        let rows = json(&ran.out)["articles"].clone();
        rows.as_array()
            .expect("a list")
            .iter()
            .map(|row| row["id"].as_str().expect("an id").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(read(A), ["-"]);
    assert_eq!(read("{\"text\":\"One.\"}\n{\"text\":\"Two.\"}\n"), ["-:1", "-:2"]);
    assert_eq!(read("{\"id\":\"x\",\"text\":\"One.\"}\n"), ["x"]);
}

#[test]
fn paths_may_come_from_a_list() {
    let corpus = two();
    corpus.file("list", "in/herald/a.txt\r\n\nin/post/b.md\n");
    corpus.scan(&["--files-from", "list"], 0);
    assert_eq!(corpus.ids(), ["in/herald/a.txt", "in/post/b.md"]);
    let ran = corpus.run_with(&["scan", "--files-from", "-", "--format", "json"], b"in/post/b.md\n").exits(0);
    assert_eq!(json(&ran.out)["articles"][0]["id"], "in/post/b.md");
    corpus.run(&["scan", "--files-from", "nowhere"]).exits(2).says("nowhere");
}

#[test]
fn ids_are_relative_to_the_folder_and_as_typed_where_two_would_be_the_same() {
    let corpus = Corpus::with(&[("one/a.txt", "One."), ("two/a.txt", "Two."), ("two/b.txt", "Three.")]);
    corpus.scan(&["./two"], 0);
    assert_eq!(corpus.ids(), ["a.txt", "b.txt"]);
    corpus.scan(&["./one", "two/"], 0);
    assert_eq!(corpus.ids(), ["one/a.txt", "two/a.txt", "two/b.txt"]);
    corpus.scan(&["./one/a.txt"], 0);
    assert_eq!(corpus.ids(), ["one/a.txt"]);
}

#[test]
fn an_absolute_path_is_told_nowhere() {
    let corpus = two();
    let folder = corpus.path().to_str().expect("a path in UTF-8").to_owned();
    corpus.scan(&[&format!("{folder}/in/herald/a.txt"), &format!("{folder}/in/post")], 0);
    assert_eq!(corpus.ids(), ["b.md", "in/herald/a.txt"]);
    for name in names(&corpus.path().join("report")) {
        let mut bytes = fs::read(corpus.path().join("report").join(&name)).expect("a file");
        if name.ends_with(".gz") {
            bytes = unpacked(&bytes);
        }
        assert!(!String::from_utf8(bytes).expect("UTF-8").contains(&folder), "{name}");
    }
}

#[test]
fn the_first_folder_is_the_outlet_only_if_there_are_several() {
    let corpus = two();
    corpus.scan(&["in"], 0);
    assert_eq!(column(&corpus.table("articles"), "source"), ["herald", "post"]);
    corpus.scan(&["in/herald"], 0);
    assert_eq!(column(&corpus.table("articles"), "source"), [""]);
    corpus.scan(&["in/herald", "--source", "The Herald"], 0);
    assert_eq!(column(&corpus.table("articles"), "source"), ["The Herald"]);
}

#[test]
fn front_matter_tells_of_an_article_and_is_no_text() {
    let corpus = Corpus::new();
    corpus.file(
        "in/a.md",
        format!("---\nid: first\ntitle: \"Ferry: on time\"\ndate: 2031-03-04T05:06:00Z\nsource: Echo\n---\n{A}"),
    );
    corpus.file("in/b.md", format!("+++\ntitle = \"Ferry\"\ndate = 2031-03-05\n+++\n{B}"));
    corpus.scan(&["in"], 0);
    let articles = corpus.table("articles");
    assert_eq!(column(&articles, "id"), ["b.md", "first"]);
    assert_eq!(column(&articles, "title"), ["Ferry", "Ferry: on time"]);
    assert_eq!(column(&articles, "time"), ["2031-03-05", "2031-03-04T05:06:00Z"]);
    assert_eq!(column(&articles, "words"), ["13", "11"]);
    let overlaps = corpus.table("overlaps");
    assert_eq!((overlaps[0]["a_id"].as_str(), overlaps[0]["a_line"].as_str()), ("first", "7"));
}

#[test]
fn encodings_are_told_apart_and_offsets_count_the_decoded_text() {
    let corpus = Corpus::new();
    let text = "Près de la gare, le vieux café a fermé ses portes après vingt ans.";
    let wide =
        |bytes: fn(u16) -> [u8; 2]| format!("\u{feff}{text}").encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    corpus.file("in/bom.txt", format!("\u{feff}{text}"));
    corpus.file("in/latin1.txt", text.chars().map(|c| c as u8).collect::<Vec<u8>>());
    corpus.file("in/plain.txt", text);
    corpus.file("in/utf16be.txt", wide(u16::to_be_bytes));
    corpus.file("in/utf16le.txt", wide(u16::to_le_bytes));
    corpus.scan(&["in"], 0);
    assert_eq!(column(&corpus.table("articles"), "unique_words"), ["0"; 5]);
    let end = text.len() - 1; // without the full stop
    for row in corpus.table("overlaps") {
        for side in ["a", "b"] {
            let at = |what: &str| number(&row, &format!("{side}_{what}"));
            assert_eq!((at("byte_start"), at("byte_end")), (0, end), "{row:?}");
            assert_eq!((at("char_start"), at("char_end")), (0, text.chars().count() - 1), "{row:?}");
        }
    }
}

#[test]
fn windows_line_ends_are_kept_and_counted() {
    let corpus = Corpus::with(&[("in/a.txt", "One.\r\n\r\n"), ("in/b.txt", B)]);
    corpus.file("in/a.txt", format!("One.\r\n\r\n{A}"));
    corpus.scan(&["in"], 0);
    let overlaps = corpus.table("overlaps");
    assert_eq!((number(&overlaps[0], "a_byte_start"), number(&overlaps[0], "a_line")), (8, 3));
    assert_eq!(number(&overlaps[0], "a_paragraph"), 2);
}

#[test]
fn hidden_ignored_and_furniture_files_are_left_out() {
    let corpus = two();
    for name in [
        "in/.hidden.txt",
        "in/.git/a.txt",
        "in/drafts/d.txt",
        "in/x.bak.txt",
        "in/README.md",
        "in/LICENSE.txt",
        "in/CHANGELOG.md",
    ] {
        corpus.file(name, A);
    }
    corpus.file("in/.ignore", "drafts/\n").file("in/.gitignore", "*.bak.txt\n").file("in/notes.pdf", "none");
    corpus.scan(&["in"], 0);
    assert_eq!(corpus.ids(), ["herald/a.txt", "post/b.md"]);
}

#[test]
fn a_report_that_lies_in_the_folder_is_not_read_as_input() {
    let corpus = two();
    corpus.run(&["scan", "in", "-o", "in/report"]).exits(0);
    let first = fs::read(corpus.path().join("in/report/articles.csv")).expect("a table");
    corpus.run(&["scan", "in", "-o", "in/report"]).exits(0);
    assert_eq!(fs::read(corpus.path().join("in/report/articles.csv")).expect("a table"), first);
}

// ---------------------------------------------------------------------------------------------------- how it is found

#[test]
fn the_channels_can_be_asked_for_one_by_one() {
    let corpus = two();
    let proposed = |how: &str| {
        corpus.scan(&["in", "--candidates", how], 0);
        let run = corpus.run_json();
        assert_eq!(run["settings"]["candidates"], how);
        let count = |channel: &str| run["counts"]["candidates"][channel]["proposed"].as_u64().expect("a number");
        (count("lsh"), count("fingerprints"))
    };
    assert_eq!(proposed("fingerprints"), (0, 1));
    assert_eq!(proposed("lsh"), (1, 0));
    assert_eq!(proposed("both"), (1, 1));
    corpus.scan(&["in", "--candidates", "guesses"], 2).says("guesses");
}

#[test]
fn all_pairs_say_how_many_rows_they_make() {
    two().run(&["scan", "in", "--pairs", "all"]).exits(0).says("--pairs all: 1 row");
    let corpus = two();
    corpus.scan(&["in", "--pairs", "all"], 0);
    assert_eq!(corpus.run_json()["settings"]["pairs"], "all");
}

// --------------------------------------------------------------------------------------------------- how it is judged

/// An article in the record form of `in/all.jsonl`.
fn record(id: &str, source: &str, date: &str, text: &str) -> String {
    serde_json::json!({ "id": id, "source": source, "date": date, "text": text }).to_string() + "\n"
}

const BAKERS: &str = "All seven bakers of upper Lisk signed the letter to the mayor.";

/// Two titles that print the same twelve words, and a word or two of their own.
fn titles(first: &str, second: &str) -> Corpus {
    let corpus = Corpus::new();
    let lines = [
        record("a", first, "2031-05-01", &format!("Lisk wakes. {BAKERS}")),
        record("b", second, "2031-05-02", &format!("Flour rose. {BAKERS}")),
    ];
    corpus.file("in/all.jsonl", lines.concat());
    corpus
}

/// Words of the later article by kind: unique, credited, boilerplate, self, unattributed.
fn kinds(corpus: &Corpus, flags: &[&str]) -> [usize; 5] {
    corpus.scan(&[&["in"], flags].concat(), 0);
    let row = corpus.table("articles").into_iter().find(|row| row["id"] == "b").expect("an article b");
    ["unique", "credited", "boilerplate", "self", "unattributed"].map(|kind| number(&row, &format!("{kind}_words")))
}

#[test]
fn words_of_the_own_outlet_are_counted_apart_or_as_anybodys_or_left_out() {
    let corpus = titles("Quay Mail", "Quay Mail");
    assert_eq!(kinds(&corpus, &[]), [2, 0, 0, 12, 0]);
    assert_eq!(corpus.run_json()["settings"]["same_source"], "separate");
    assert_eq!(kinds(&corpus, &["--same-source", "separate"]), [2, 0, 0, 12, 0]);
    assert_eq!(kinds(&corpus, &["--same-source", "count"]), [2, 0, 0, 0, 12]);
    assert_eq!(column(&corpus.table("overlaps"), "kind"), ["unattributed"]);
    assert_eq!(kinds(&corpus, &["--same-source", "skip"]), [14, 0, 0, 0, 0]);
    assert_eq!(corpus.table("overlaps").len(), 0);
    assert_eq!(corpus.run_json()["settings"]["same_source"], "skip");
    let other = titles("Quay Mail", "Gull Gazette");
    assert_eq!(kinds(&other, &["--same-source", "skip"]), [2, 0, 0, 0, 12], "another outlet is another outlet");
    corpus.run(&["scan", "in", "--same-source", "maybe"]).exits(2).says("maybe").says("separate, count, skip");
}

#[test]
fn co_owned_titles_are_one_outlet() {
    let corpus = titles("Quay Mail", "Gull Gazette");
    assert_eq!(kinds(&corpus, &[]), [2, 0, 0, 0, 12]);
    assert_eq!(corpus.run_json()["settings"]["outlets"], Value::Null);
    // As a Windows editor saves it.
    let group = "group = \"Saltmarsh Media\"\r\n";
    let owners = format!("\u{feff}[source.\"Quay Mail\"]\r\n{group}[source.\"Gull Gazette\"]\r\n{group}");
    corpus.file("owners.toml", owners);
    assert_eq!(kinds(&corpus, &["--outlets", "owners.toml"]), [2, 0, 0, 12, 0]);
    assert_eq!(column(&corpus.table("overlaps"), "kind"), ["self"]);
    assert_eq!(corpus.run_json()["settings"]["outlets"], 2);
    assert_eq!(kinds(&corpus, &["--outlets", "owners.toml", "--same-source", "skip"]), [14, 0, 0, 0, 0]);
}

#[test]
fn a_credit_may_name_an_outlet_by_any_of_its_names() {
    let corpus = Corpus::new();
    let lines = [
        record("a", "Quay Mail", "2031-05-01", &format!("Lisk wakes. {BAKERS}")),
        record("b", "Gull Gazette", "2031-05-02", &format!("{BAKERS} First published by The Lisk Observer.")),
    ];
    corpus.file("in/all.jsonl", lines.concat());
    let [_, credited, _, _, unattributed] = kinds(&corpus, &[]);
    assert_eq!((credited, unattributed), (0, 12), "nobody knows that name");
    corpus.file("names.toml", "[source.\"Quay Mail\"]\naliases = [\"The Lisk Observer\"]\n");
    let [_, credited, _, _, unattributed] = kinds(&corpus, &["--outlets", "names.toml"]);
    assert_eq!((credited, unattributed), (12, 0));
    let row = &corpus.table("overlaps")[0];
    assert_eq!(
        (row["kind"].as_str(), row["direction"].as_str(), row["basis"].as_str()),
        ("credited", "a->b", "credit")
    );
}

#[test]
fn texts_of_a_file_are_boilerplate_wherever_they_stand() {
    let corpus = titles("Quay Mail", "Gull Gazette");
    corpus.file(
        "furniture.txt",
        "\u{feff}Never seen anywhere.\r\n\r\nAll seven bakers of upper Lisk\r\nsigned the letter to\r\n",
    );
    corpus.file("more.txt", "to the mayor");
    assert_eq!(kinds(&corpus, &["--boilerplate", "furniture.txt"]), [2, 0, 10, 0, 2]);
    assert_eq!(corpus.run_json()["settings"]["boilerplate"], 2);
    assert_eq!(kinds(&corpus, &["--boilerplate", "furniture.txt", "--boilerplate", "more.txt"]), [2, 0, 12, 0, 0]);
    assert_eq!(column(&corpus.table("overlaps"), "kind"), ["boilerplate"]);
    let run = fs::read_to_string(corpus.path().join("report/run.json")).expect("run.json");
    assert!(!run.contains("furniture.txt") && run.contains("\"boilerplate\": 3"), "{run}");
}

#[test]
fn files_of_settings_that_are_none_are_refused_by_name() {
    let corpus = titles("Quay Mail", "Gull Gazette");
    corpus.file("empty.txt", "").file("blank.txt", "\n \n———\n").file("latin.txt", b"fine\nd\xe9j\xe0 vu\n");
    let scan = |flag: &str, file: &str| corpus.scan(&["in", flag, file], 2);
    for flag in ["--boilerplate", "--outlets"] {
        scan(flag, "nowhere").says(&format!("{flag} nowhere: "));
        scan(flag, "in").says(&format!("{flag} in: "));
        scan(flag, "empty.txt").says(&format!("{flag} empty.txt: no "));
        scan(flag, "latin.txt").says(&format!("{flag} latin.txt: line 2 is not UTF-8; save the file as UTF-8"));
    }
    scan("--boilerplate", "blank.txt").says("blank.txt: no text in it; it takes texts parted by blank lines");
    corpus.file("note.toml", "# to be done\n\n");
    scan("--outlets", "note.toml").says("note.toml: no outlet in it; it takes [source.\"NAME\"] tables");
    corpus.file("typo.toml", "# ours\n[source.\"Quay Mail\"]\nalias = [\"Mail\"]\n");
    scan("--outlets", "typo.toml")
        .says("--outlets typo.toml: line 3: unknown field `alias`")
        .says("tables with aliases");
    corpus.file("broken.toml", "[source.\"Quay Mail\"]\naliases = [\n");
    scan("--outlets", "broken.toml").says("--outlets broken.toml: line ");
    corpus.file("twice.toml", "[source.Mail]\naliases = [\"Post\"]\n[source.Post]\n");
    scan("--outlets", "twice.toml").says("twice.toml: \"post\" is claimed by \"Mail\" and by \"Post\"; keep it in one");
    assert!(!corpus.path().join("report").exists(), "nothing was written");
    // Nor is one replaced by what is found.
    corpus.file("furniture.json", BAKERS);
    let replaced = ["scan", "in", "--boilerplate", "furniture.json", "--format", "json=furniture.json"];
    corpus.run(&replaced).exits(2).says("furniture.json: is an input");
}

#[test]
fn a_window_compares_only_what_came_out_within_so_many_days() {
    let corpus = Corpus::new();
    let dates = [("a", "2031-05-01"), ("b", "2031-05-03"), ("c", "2031-06-30"), ("d", "")];
    let lines = dates.map(|(id, date)| record(id, "", date, &format!("Of {id}: {BAKERS}")));
    corpus.file("in/all.jsonl", lines.concat());
    let pairs = |flags: &[&str]| {
        corpus.scan(&[&["in"], flags].concat(), 0);
        let rows = corpus.table("overlaps");
        let mut pairs: Vec<String> = rows.iter().map(|row| format!("{}{}", row["a_id"], row["b_id"])).collect();
        pairs.sort();
        pairs.join(" ")
    };
    assert_eq!(pairs(&[]), "ab ac ad bc bd cd");
    assert_eq!(corpus.run_json()["settings"]["window_days"], Value::Null);
    assert_eq!(pairs(&["--window", "2"]), "ab ad bd cd", "what has no date is compared with all");
    assert_eq!(corpus.run_json()["settings"]["window_days"], 2);
    assert_eq!(corpus.run_json()["rows_cut"], 0);
    assert_eq!(pairs(&["--window", "1"]), "ad bd cd");
    assert_eq!(pairs(&["--window", "0"]), "ad bd cd");
    assert_eq!(pairs(&["--window", "60"]), "ab ac ad bc bd cd");
    for wrong in ["-1", "2.5", "week"] {
        corpus.run(&["scan", "in", &format!("--window={wrong}")]).exits(2).says("--window").says(wrong);
    }
}

#[test]
fn one_thread_and_two_write_the_same_bytes() {
    let corpus = Corpus::new();
    let sample = root().join("corpus");
    let sample = sample.to_str().expect("a path in UTF-8");
    corpus.run(&["scan", sample, "-j", "1", "-q", "-o", "one"]).exits(0);
    corpus.run(&["scan", sample, "-j", "2", "-q", "-o", "two"]).exits(0);
    let files = names(&corpus.path().join("one"));
    assert_eq!(files, names(&corpus.path().join("two")));
    for name in files {
        let read = |folder: &str| fs::read(corpus.path().join(folder).join(&name)).expect("a file");
        assert!(read("one") == read("two"), "{name} differs");
    }
}

#[test]
fn cells_that_a_spreadsheet_would_run_are_guarded_unless_raw_ones_are_asked_for() {
    let corpus = Corpus::new();
    let record = serde_json::json!({ "id": "=HYPERLINK(\"x\")", "title": "@now", "text": "-1 degree." });
    corpus.file("in.jsonl", records(&[&record.to_string()]));
    corpus.scan(&["in.jsonl"], 0);
    assert_eq!(corpus.ids(), ["'=HYPERLINK(\"x\")"]);
    assert_eq!(corpus.table("articles")[0]["title"], "'@now");
    corpus.scan(&["in.jsonl", "--csv-raw"], 0);
    assert_eq!(corpus.ids(), ["=HYPERLINK(\"x\")"]);
    let ran = corpus.run(&["scan", "in.jsonl", "--format", "json"]).exits(0);
    assert_eq!(json(&ran.out)["articles"][0]["id"], "=HYPERLINK(\"x\")");
}

// -------------------------------------------------------------------------------------------------------------- sign

#[test]
fn sign_writes_a_json_line_a_unit_with_128_lanes() {
    let corpus = Corpus::with(&[("in/b.txt", "Rain fell on Lisk.\n\nThe ferry waited.\n"), ("in/a.txt", A)]);
    let ran = corpus.run(&["sign", "in", "--format", "json"]).exits(0);
    let lines: Vec<Value> = ran.out.lines().map(json).collect();
    let unit = |line: &Value| {
        (
            line["id"].as_str().unwrap_or("?").to_owned(),
            line["unit"].as_str().unwrap_or("?").to_owned(),
            line["paragraph"].as_u64(),
        )
    };
    let wanted = [("a.txt", "article", None), ("a.txt", "paragraph", Some(1))];
    let wanted_b = [("b.txt", "article", None), ("b.txt", "paragraph", Some(1)), ("b.txt", "paragraph", Some(2))];
    let wanted: Vec<_> =
        wanted.iter().chain(&wanted_b).map(|(id, unit, n)| (id.to_string(), unit.to_string(), *n)).collect();
    assert_eq!(lines.iter().map(unit).collect::<Vec<_>>(), wanted);
    for line in &lines {
        assert_eq!(line["shingle"], if line["unit"] == "article" { 5 } else { 3 });
        assert_eq!(line["hash_id"], lines[0]["hash_id"]);
        let lanes = line["signature"].as_array().expect("a list");
        assert_eq!(lanes.len(), 128);
        assert!(lanes.iter().all(|lane| lane.as_u64().is_some_and(|lane| u32::try_from(lane).is_ok())));
        let mut keys: Vec<&String> = line.as_object().expect("an object").keys().collect();
        keys.sort();
        assert_eq!(keys, ["hash_id", "id", "paragraph", "shingle", "signature", "unit"]);
    }
}

#[test]
fn sign_keeps_the_order_of_the_input_whatever_the_threads() {
    let corpus = Corpus::new();
    let lines: Vec<String> =
        (0..300).rev().map(|at| format!("{{\"id\":\"{at}\",\"text\":\"Word {at} here.\"}}")).collect();
    corpus.file("in.jsonl", records(&lines.iter().map(String::as_str).collect::<Vec<_>>()));
    let one = corpus.run(&["sign", "in.jsonl", "-j", "1"]).exits(0).out;
    let two = corpus.run(&["sign", "in.jsonl", "-j", "2"]).exits(0).out;
    assert!(one == two);
    let ids: Vec<String> = one
        .lines()
        .map(json)
        .filter(|l| l["unit"] == "article")
        .map(|l| l["id"].as_str().expect("an id").to_owned())
        .collect();
    assert_eq!(ids, (0..300).rev().map(|at| at.to_string()).collect::<Vec<_>>());
}

#[test]
fn signatures_agree_as_often_as_texts_resemble_one_another() {
    let corpus = Corpus::new();
    let words = |from: usize, to: usize| (from..to).map(|at| format!("w{at}x")).collect::<Vec<_>>().join(" ");
    corpus
        .file("in/a.txt", words(0, 1004))
        .file("in/b.txt", words(500, 1504))
        .file("in/c.txt", words(0, 1004).to_uppercase());
    let ran = corpus.run(&["sign", "in"]).exits(0);
    let lines: Vec<Value> = ran.out.lines().map(json).filter(|line| line["unit"] == "article").collect();
    let agree = |x: usize, y: usize| {
        let lanes = |at: usize| lines[at]["signature"].as_array().expect("a list");
        lanes(x).iter().zip(lanes(y)).filter(|(x, y)| x == y).count()
    };
    // 500 of 1500 shingles are in both: 43 of 128 lanes, with a standard error of 5.3.
    assert!((22..=64).contains(&agree(0, 1)), "{}", agree(0, 1));
    assert_eq!(agree(0, 2), 128);
}
