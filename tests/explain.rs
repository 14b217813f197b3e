//! Two articles: why they share words or do not (`explain`), and both beside one another (`diff`).

use serde_json::Value;
use wirecopy::Settings;
use wirecopy::document::DocumentIndex;
use wirecopy::explain::Corpus::Files;
use wirecopy::explain::{Asked, Missed, Pair, Scope, pair};
use wirecopy::read::{self, ReadSettings};

use crate::harness::{Corpus, Row, copy, own_words, root, table};

/// The sample corpus in a folder of its own, scanned into `report`.
fn sample() -> Corpus {
    let corpus = Corpus::new();
    copy(&root().join("corpus"), &corpus.path().join("corpus"));
    corpus.scan(&["corpus"], 0);
    corpus
}

#[track_caller]
fn explained(corpus: &Corpus, arguments: &[&str]) -> Value {
    let all: Vec<&str> = ["explain"].iter().chain(arguments).chain(&["--format", "json"]).copied().collect();
    let ran = corpus.run(&all).exits(0);
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}\n{}", ran.out))
}

/// What a cell of a CSV says, of a value of JSON.
fn cell(column: &str, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) if ["similarity", "a_quoted", "b_quoted"].contains(&column) => {
            format!("{:.4}", number.as_f64().expect("a number"))
        }
        other => other.to_string(),
    }
}

/// Every column of each overlap is that of the row that a scan wrote.
#[track_caller]
fn same_as(rows: &[&Row], explained: &Value) {
    let overlaps = explained["overlaps"].as_array().expect("a list");
    assert_eq!(overlaps.len(), rows.len());
    assert_eq!(explained["found"], !rows.is_empty());
    for (row, overlap) in rows.iter().zip(overlaps) {
        for (column, wanted) in *row {
            let cell = cell(column, &overlap[column]);
            // A spreadsheet's guard stands in CSV alone.
            assert!(cell == *wanted || format!("'{cell}") == *wanted, "{column}: {cell}, and not {wanted}");
        }
        assert!(!overlap["why"].as_str().expect("a reason").is_empty());
    }
}

fn of_pair<'a>(rows: &'a [Row], a: &str, b: &str) -> Vec<&'a Row> {
    let of_pair = |row: &&Row| {
        [row["a_id"].as_str(), row["b_id"].as_str()] == [a, b] || [row["b_id"].as_str(), row["a_id"].as_str()] == [a, b]
    };
    rows.iter().filter(of_pair).collect()
}

const READOUT: &str = "amber-palace/readout-4-march.txt";
const QUOTED: &str = "orchard-standard/marant-hask-call.txt";

#[test]
fn figures_are_those_of_overlaps_csv() {
    let corpus = sample();
    let rows = table(&corpus.path().join("report"), "overlaps");
    let pairs = [
        (READOUT, QUOTED),
        (QUOTED, "capital-dispatch/marant-hask-call.txt"),
        ("bright-current-1", "bright-current-2"),
        ("estrel/tolvane-bridge.md", "estrel/tolvane-bridge-update.md"),
        ("bright-current-1", "lowmarket-echo/market-hall.md"),
    ];
    let mut kinds = std::collections::BTreeSet::new();
    for (a, b) in pairs {
        let wanted = of_pair(&rows, a, b);
        kinds.extend(wanted.iter().map(|row| row["kind"].clone()));
        same_as(&wanted, &explained(&corpus, &[a, b, "--corpus", "corpus"]));
        same_as(&wanted, &explained(&corpus, &[b, a, "--corpus", "corpus"]));
    }
    assert!(kinds.contains("quotation") && kinds.len() > 1, "{kinds:?}");
}

#[test]
fn a_file_that_the_corpus_has_is_that_article() {
    let corpus = sample();
    let rows = corpus.table("overlaps");
    let wanted = of_pair(&rows, READOUT, QUOTED);
    assert!(!wanted.is_empty());
    let files = [READOUT, QUOTED].map(|id| format!("corpus/{id}"));
    same_as(&wanted, &explained(&corpus, &[&files[0], &files[1], "--corpus", "corpus"]));
    same_as(&wanted, &explained(&corpus, &[READOUT, &files[1], "--corpus", "corpus"]));
}

#[test]
fn an_index_gives_the_same_figures() {
    let corpus = sample();
    corpus.run(&["index", "add", "news.index", "corpus"]).exits(0);
    let rows = corpus.table("overlaps");
    let wanted = of_pair(&rows, READOUT, QUOTED);
    same_as(&wanted, &explained(&corpus, &[READOUT, QUOTED, "--corpus", "news.index"]));
    let file = format!("corpus/{QUOTED}");
    same_as(&wanted, &explained(&corpus, &[READOUT, &file, "--corpus", "news.index"]));
    corpus
        .run(&["explain", READOUT, "nobody.txt", "--corpus", "news.index"])
        .exits(2)
        .says("nobody.txt: no article of");
    corpus.run(&["index", "add", "hashes.index", "corpus", "--no-text"]).exits(0);
    corpus.run(&["explain", READOUT, QUOTED, "--corpus", "hashes.index"]).exits(2).says("keeps no texts");
    corpus.run(&["diff", READOUT, QUOTED, "--corpus", "hashes.index"]).exits(2).says("keeps no texts");
}

#[test]
fn a_new_file_is_judged_as_a_scan_of_it_with_the_corpus_would() {
    let corpus = sample();
    let text = std::fs::read_to_string(corpus.path().join("corpus").join(READOUT)).expect("the readout");
    let body = text.split("---").nth(2).expect("a text after front matter");
    corpus.file("draft.txt", format!("A draft of today.\n{body}"));
    corpus.run(&["index", "add", "news.index", "corpus"]).exits(0);
    corpus.scan(&["draft.txt", "--corpus", "news.index"], 0);
    let rows = corpus.table("overlaps");
    let wanted = of_pair(&rows, READOUT, "draft.txt");
    assert!(!wanted.is_empty());
    same_as(&wanted, &explained(&corpus, &["draft.txt", READOUT, "--corpus", "news.index"]));
    same_as(&wanted, &explained(&corpus, &["draft.txt", READOUT, "--corpus", "corpus"]));
}

/// The sample corpus, judged once; which two articles are asked about may be changed.
fn judged() -> Pair {
    let found = read::discover(&[root().join("corpus")]).expect("the corpus");
    let asked = [READOUT, QUOTED].map(|id| Asked::Id(id.to_owned()));
    let corpus = Files(found.inputs, ReadSettings::default());
    pair(asked, corpus, Scope::Corpus, &Settings::news(), found.warnings, &()).expect("a pair")
}

#[test]
fn every_pair_of_the_corpus_gives_an_answer() {
    let mut pair = judged();
    let documents: Vec<DocumentIndex> = pair.report.index.documents().collect();
    let mut rows = 0;
    for &a in &documents {
        for &b in documents.iter().filter(|&&b| b > a) {
            pair.asked = [b, a];
            let answer = pair.explain();
            assert_eq!((answer.a, answer.b), (a, b));
            assert_eq!(answer.overlaps.is_empty(), !answer.missed.is_empty());
            let half_words = answer.longest.map_or(0, |run| run.half_words);
            assert_eq!(answer.missed.first().is_some_and(|missed| *missed == Missed::TooShort), {
                answer.overlaps.is_empty() && (1..16).contains(&half_words)
            });
            if half_words >= 16 {
                assert!(!answer.overlaps.is_empty() && answer.by_fingerprints(), "{answer:?}");
                assert!(answer.longest.is_some_and(|run| run.outside <= 4), "{answer:?}");
            }
            rows += answer.overlaps.len();
        }
    }
    let all = pair.report.overlaps.iter().filter(|row| row.a.document != row.b.document).count();
    assert!(rows == all && all > 100, "{rows} of {all}");
}

#[test]
fn marked_runs_begin_and_end_where_rows_do() {
    let mut pair = judged();
    for other in [QUOTED, "capital-dispatch/marant-hask-call.txt", "meridian-ledger/palace-call.md"] {
        let index = &pair.report.index;
        let of = |id: &str| index.documents().find(|&d| index.id(d) == id).expect("an article");
        pair.asked = [of(READOUT), of(other)];
        let (rows, shared) = (pair.rows(), pair.shared());
        assert!(!rows.is_empty() && rows.len() == shared.runs.len());
        for (row, runs) in rows.iter().map(|&at| &pair.report.overlaps[at]).zip(&shared.runs) {
            for (excerpt, runs) in [&row.a, &row.b].into_iter().zip(runs) {
                let ends = (runs[0].start, runs[runs.len() - 1].end);
                assert_eq!((excerpt.bytes.start, excerpt.bytes.end), ends);
            }
        }
        assert_eq!(shared.paragraphs.values().sum::<u32>(), {
            rows.iter().map(|&at| pair.report.overlaps[at].matched_words).sum::<u32>()
        });
    }
}

const RUN: &str = "seven green ferries left the eastern harbour";

/// Two articles that share a run of seven words, and no other word.
fn seven() -> Corpus {
    let text = |more: &str| format!("{}\n{} {RUN} {more}", own_words(20), own_words(5));
    Corpus::with(&[("in/herald/a.txt", &text("pelicans")), ("in/post/b.txt", &text("herons"))])
}

#[test]
fn a_run_of_seven_words_says_seven_and_eight() {
    let corpus = seven();
    let ran = corpus.run(&["explain", "in/herald/a.txt", "in/post/b.txt"]).exits(0);
    assert!(ran.out.contains("Nothing found"), "{}", ran.out);
    assert!(ran.out.contains("the longest shared run is 7 words; 8 are needed"), "{}", ran.out);
    assert!(ran.out.contains("7 words, from line 2 of a and line 2 of b") && ran.out.contains(RUN), "{}", ran.out);
    let json = explained(&corpus, &["in/herald/a.txt", "in/post/b.txt"]);
    assert_eq!((&json["longest_run"]["words"], &json["longest_run"]["text"]), (&7.into(), &RUN.into()));
    assert_eq!((&json["missed"][0]["reason"], &json["min_words"]), (&"too-short".into(), &8.into()));
}

#[test]
fn the_flag_that_leaves_a_pair_out_is_named() {
    let front =
        |source: &str, day: &str| format!("---\nsource: {source}\ndate: {day}\n---\n{RUN} before noon with grain\n");
    let corpus = Corpus::with(&[
        ("a.txt", &front("Lisk Herald", "2031-05-01")),
        ("b.txt", &front("Sorrel Post", "2031-05-09")),
        ("c.txt", &front("Lisk Herald", "2031-05-02")),
    ]);
    let says = |arguments: &[&str], words: &str| {
        let ran = corpus.run(&[&["explain"], arguments].concat()).exits(0);
        assert!(ran.out.replace("\n    ", " ").contains(words), "{words}\n{}", ran.out);
    };
    says(&["a.txt", "b.txt"], "unattributed: two outlets, neither quoted nor credited");
    says(&["a.txt", "b.txt"], "a came out earlier");
    says(&["b.txt", "a.txt"], "a came out earlier");
    says(&["a.txt", "b.txt", "--min-words", "12"], "the longest shared run is 11 words; --min-words 12 asks for more");
    says(&["a.txt", "b.txt", "--window", "2"], "more than 2 days apart, and --window leaves such pairs out");
    says(&["a.txt", "c.txt", "--same-source", "skip"], "--same-source skip leaves these out");
    says(&["a.txt", "c.txt"], "self: same outlet");
    says(&["a.txt", "a.txt"], "both are one article");
    corpus.run(&["explain", "a.txt", "b.txt", "--min-words", "7"]).exits(2).says("--min-words 7");
}

#[test]
fn words_in_very_many_articles_are_told_of_the_first_alone() {
    let corpus = Corpus::new();
    for at in 0..80 {
        let day = 1 + at % 28;
        let own = own_words(30);
        let text = format!(
            "---\nsource: Outlet {at}\ndate: 2031-0{}-{day:02}\n---\n{own} {RUN} before noon {own}\n",
            1 + at / 28
        );
        corpus.file(&format!("in/{at:02}.txt"), text);
    }
    let ran = corpus.run(&["explain", "40.txt", "60.txt", "--corpus", "in"]).exits(0);
    assert!(ran.out.contains("stands in more than 64 articles"), "{}", ran.out);
    let first = explained(&corpus, &["00.txt", "60.txt", "--corpus", "in"]);
    assert_eq!(first["overlaps"][0]["matched_words"], 9);
}

#[test]
fn a_name_that_is_neither_file_nor_id_is_an_error_that_helps() {
    let corpus = seven();
    let both = |command: &str| {
        corpus.run(&[command, "in/herald/a.txt", "b.txt"]).exits(2).says("b.txt: no such file; with --corpus");
        let unknown = ["in/herald/a.txt", "b.txt", "--corpus", "in"];
        let ran = corpus.run(&[&[command], &unknown[..]].concat());
        ran.exits(2).says("b.txt: no file, and no article of this id in the corpus; there is post/b.txt");
        corpus.run(&[command, "herald/a.txt", "post/b.txt", "--corpus", "in"]).exits(0);
        corpus.run(&[command, "a", "post/b.txt", "--corpus", "nowhere"]).exits(2).says("nowhere");
        corpus.run(&[command, "-", "-"]).exits(2).says("stands for both");
    };
    both("explain");
    both("diff");
}

#[test]
fn a_file_wins_over_an_id_and_is_said_to() {
    let corpus = seven();
    corpus.file("herald/a.txt", format!("{} {RUN} before noon", own_words(10)));
    let ran = corpus.run(&["explain", "herald/a.txt", "post/b.txt", "--corpus", "in"]).exits(0);
    assert!(ran.out.contains("this is the file: the corpus has another text under its id"), "{}", ran.out);
}

#[test]
fn texts_of_one_id_are_found_by_the_ids_that_a_scan_gives_them() {
    let line = |text: &str| format!("{{\"id\":\"x\",\"text\":\"{text}\"}}\n");
    let corpus =
        Corpus::with(&[("in.jsonl", &(line(&format!("{RUN} before noon")) + &line(&format!("{RUN} after noon"))))]);
    corpus.scan(&["in.jsonl"], 0);
    let mut ids = corpus.ids();
    ids.sort();
    assert_eq!(ids, ["x", "x#2"]);
    for command in ["explain", "diff"] {
        corpus.run(&[command, "x", "x#2", "--corpus", "in.jsonl"]).exits(0);
        corpus.run(&[command, "x", "x#3", "--corpus", "in.jsonl"]).exits(2).says("x#3");
    }
}

#[test]
fn nothing_in_an_article_commands_the_terminal() {
    let text = |more: &str| format!("\u{1b}[31m{RUN} \u{1b}]0;title\u{7}before noon\u{202e} {more}\u{9b}2J \u{8}end");
    let corpus = Corpus::with(&[("in/a\u{1b}[2Jb/a.txt", &text("one")), ("in/post/b.txt", &text("two"))]);
    let ids = ["a\u{1b}[2Jb/a.txt", "post/b.txt", "--corpus", "in"];
    for command in ["explain", "diff"] {
        for width in ["70", "120"] {
            let all: Vec<&str> = [command].iter().chain(&ids).copied().collect();
            let output = corpus.command(&all).env("COLUMNS", width).output().expect("the command");
            assert!(output.status.success());
            let out = String::from_utf8(output.stdout).expect("UTF-8");
            assert!(out.contains("ferries"));
            assert!(out.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'), "{out:?}");
        }
    }
    let ran = corpus.run(&["explain", "no\u{1b}[31mne", "post/b.txt", "--corpus", "in"]).exits(2);
    assert!(ran.err.chars().all(|c| c == '\n' || !c.is_control()), "{:?}", ran.err);
}

/// What `diff` shows in so many columns.
fn shown(corpus: &Corpus, arguments: &[&str], columns: &str) -> String {
    let all: Vec<&str> = ["diff"].iter().chain(arguments).copied().collect();
    let output = corpus.command(&all).env("COLUMNS", columns).output().expect("the command");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Two articles that share ten words in their second and first paragraphs.
fn ferry() -> Corpus {
    let shared = "the old ferry crosses the wide river every morning at";
    let front = "---\nsource: Lisk Herald\ndate: 2031-05-01\n---\n";
    let one = format!("{front}Nothing of this is anywhere else.\n\nWe know {shared} nine.\n");
    Corpus::with(&[("a.txt", &one), ("b.txt", &format!("Today {shared} ten, they say.\n\nOther words follow here.\n"))])
}

#[test]
fn a_wide_terminal_shows_both_side_by_side() {
    let out = shown(&ferry(), &["a.txt", "b.txt"], "120");
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].starts_with("a.txt ") && lines[0].ends_with("│ b.txt"), "{out}");
    assert!(lines[1].starts_with("Lisk Herald · 2031-05-01 "), "{out}");
    assert!(lines[2].starts_with("53 % of 19 words shared") && lines[2].ends_with("56 % of 18 words shared"), "{out}");
    let row = lines.iter().find(|line| line.contains("[1|the old")).expect("the shared words");
    let (left, right) = row.split_once('│').expect("two columns");
    assert!(left.starts_with("We know [1|the old ferry") && right.starts_with(" Today [1|the old ferry"), "{out}");
    assert_eq!(out.matches("[1|").count(), 2);
    assert!(lines.iter().all(|line| line.chars().count() <= 120), "{out}");
    let turned = shown(&ferry(), &["b.txt", "a.txt"], "120");
    assert!(turned.lines().any(|line| line.starts_with("Today [1|the old ferry")), "{turned}");
}

#[test]
fn a_narrow_terminal_shows_one_below_the_other() {
    let out = shown(&ferry(), &["a.txt", "b.txt"], "60");
    assert!(!out.contains('│'), "{out}");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "A a.txt");
    let first = lines.iter().position(|line| line.starts_with("A We know [1|the old ferry")).expect("the left");
    let second = lines.iter().position(|line| line.starts_with("B Today [1|the old ferry")).expect("the right");
    assert!(first < second && second - first <= 2, "{out}");
    assert!(lines.iter().all(|line| line.chars().count() <= 60), "{out}");
}

#[test]
fn colour_takes_the_place_of_brackets() {
    let corpus = ferry();
    let mut command = corpus.command(&["diff", "a.txt", "b.txt", "--color", "always"]);
    let output = command.env_remove("NO_COLOR").env("COLUMNS", "120").output().expect("the command");
    let out = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(out.contains("\u{1b}[1m\u{1b}[") && out.contains("1|") && !out.contains("[1|"), "{out:?}");
}

#[test]
fn articles_that_share_nothing_are_shown_all_the_same() {
    let corpus = seven();
    let out = shown(&corpus, &["herald/a.txt", "post/b.txt", "--corpus", "in"], "120");
    assert!(out.contains("0 % of 33 words shared") && out.contains("`wirecopy explain` tells why"), "{out}");
    corpus.run(&["diff", "in/herald/a.txt", "in/herald/a.txt"]).exits(2).says("one article");
    corpus.run(&["diff", "in/herald/a.txt", "in/post/b.txt", "--format", "json"]).exits(2);
}
