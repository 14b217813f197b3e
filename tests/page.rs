//! The page, and other forms of a report: the same on every run, drawn again from what was saved, with nothing in it that
//! was to be left out. What a browser makes of it is asked by `browser/`.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;
use wirecopy::report::{HtmlPage, PageLimits, TABLES};

use crate::corpus::{FILES, TEXTS};
use crate::harness::{Corpus, Dice, article, copy, dated, names, number, own_words, root, rows, scan, unpacked};

const RUN: &str = "the harbour master counted forty barges before the ice came down the river again on Tuesday";

/// Two articles of two outlets, one with the words of the other, and a third of its own.
fn small() -> Corpus {
    let corpus = Corpus::new();
    corpus.file(
        "in/herald/a.md",
        format!("---\ntitle: Barges\ndate: 2031-02-01\n---\n\nHe said {RUN}.\n\n{}", own_words(40)),
    );
    corpus.file("in/post/b.md", format!("---\ntitle: Ice\ndate: 2031-02-03\n---\n\nYes, {RUN}.\n\n{}", own_words(40)));
    corpus.file("in/echo/c.md", format!("---\ntitle: Other\ndate: 2031-02-04\n---\n\n{}", own_words(60)));
    corpus
}

fn read(corpus: &Corpus, name: &str) -> Vec<u8> {
    fs::read(corpus.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn packed(json: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(json).expect("memory");
    out.finish().expect("memory")
}

#[test]
fn a_page_is_the_same_for_any_threads_and_order_and_when_drawn_again() {
    let corpus = Corpus::new();
    copy(&root().join("corpus"), &corpus.path().join("in"));
    let folders = names(&corpus.path().join("in"));
    let folders: Vec<String> =
        folders.iter().map(|name| format!("in/{name}")).filter(|p| corpus.path().join(p).is_dir()).collect();
    let forward: Vec<&str> = folders.iter().map(String::as_str).collect();
    let backward: Vec<&str> = forward.iter().rev().copied().collect();
    corpus.run(&[&["scan", "-q", "-j1", "-o", "one"], forward.as_slice()].concat()).exits(0);
    corpus.run(&[&["scan", "-q", "-j4", "-o", "two"], backward.as_slice()].concat()).exits(0);
    for name in ["report.html", "page.json.gz"] {
        assert!(read(&corpus, &format!("one/{name}")) == read(&corpus, &format!("two/{name}")), "{name}");
    }
    corpus.run(&["report", "one", "-o", "again.html"]).exits(0);
    assert!(read(&corpus, "one/report.html") == read(&corpus, "again.html"));
    let ran = corpus.run(&["report", "one", "-o", "-"]).exits(0);
    assert!(ran.out.as_bytes() == read(&corpus, "again.html"));
    fs::remove_file(corpus.path().join("one/report.html")).expect("a file");
    let ran = corpus.run(&["report", "one"]).exits(0);
    assert!(
        ran.out.starts_with("one/report.html: ") && read(&corpus, "one/report.html") == read(&corpus, "again.html")
    );
}

#[test]
fn the_page_of_the_sample_corpus_names_every_article_and_fetches_nothing() {
    let corpus = Corpus::new();
    copy(&root().join("corpus"), &corpus.path().join("in"));
    corpus.scan(&["in"], 0);
    let page = String::from_utf8(read(&corpus, "report/report.html")).expect("UTF-8");
    for row in rows(&FILES["articles.csv"]) {
        assert!(page.contains(&format!("<code><bdi>{}</bdi></code>", row["id"])), "{}", row["id"]);
    }
    assert!(page.contains("default-src 'none'") && !page.contains("unsafe-inline"));
    for fetching in ["<img", "<link", "<iframe", "@import", "src=", "fetch(", "XMLHttpRequest", "WebSocket"] {
        assert!(!page.contains(fetching), "{fetching}");
    }
    assert_eq!(page.matches("url(").count(), page.matches("url(#").count());
    // The sentence stands in a longer passage of the press release, which came first.
    assert!(page.contains("first, in a longer passage: <bdi>Bright Current</bdi>, <bdi>2031-09-11 08:00 +01:00</bdi>"));
    let words: usize = rows(&FILES["articles.csv"]).iter().map(|row| number(row, "words")).sum();
    assert!(words > 10_000 && page.contains(&format!("{},{:03} words, of which", words / 1000, words % 1000)));
}

#[test]
fn a_large_report_tells_all_about_the_worst_and_says_so() {
    let mut articles = vec![dated("first", "Herald", "2031-02-01", RUN)];
    articles.extend((0..9).map(|at| dated(&format!("own{at}"), "Echo", "2031-02-01", &own_words(50))));
    articles.push(dated("taken", "Post", "2031-02-02", RUN));
    let report = scan(articles);
    let page = |limits: PageLimits| {
        let page = HtmlPage::new(&report, &limits);
        let mut out = Vec::new();
        page.write(&mut out).expect("memory");
        (page.articles(), String::from_utf8(out).expect("UTF-8"))
    };
    let (counts, html) = page(PageLimits { articles: 5, worst: 2, ..PageLimits::default() });
    assert_eq!(counts, (11, 2));
    assert!(
        html.contains("This page tells all about 2 articles: those least of their own. The tables (CSV) hold all 11")
    );
    assert!(html.contains("<code><bdi>taken</bdi></code>") && html.contains("11 articles of 3 outlets"));
    let (counts, html) = page(PageLimits::default());
    assert!(counts == (11, 11) && !html.contains("This page tells all about"));
    let (_, html) = page(PageLimits { overlaps: 0, ..PageLimits::default() });
    assert!(html.contains("1 overlap of fewer words"));
}

#[test]
fn a_report_without_a_saved_page_says_what_next() {
    let corpus = small();
    let ran = corpus.run(&["report", "in"]).exits(2);
    assert!(ran.err.contains("no page.json.gz in it; `wirecopy scan ARTICLES -o in` writes one"), "{}", ran.err);
    corpus.scan(&["in"], 0);
    for wrong in ["report/articles.csv", "report/page.json.gz", "report/run.json"] {
        let before = read(&corpus, wrong);
        corpus.run(&["report", "report", "-o", wrong]).exits(2);
        assert!(read(&corpus, wrong) == before, "{wrong}");
    }
}

#[test]
fn a_saved_page_that_is_damaged_is_refused_and_never_breaks_anything() {
    let corpus = small();
    corpus.scan(&["in"], 0);
    let saved = read(&corpus, "report/page.json.gz");
    let json = unpacked(&saved);
    let text = String::from_utf8(json.clone()).expect("UTF-8");
    let newer = text.replacen("{\"version\":2,", "{\"version\":9,", 1);
    let refused = [
        saved[..saved.len() / 2].to_vec(),
        packed(&json[..json.len() / 2]),
        packed(newer.as_bytes()),
        packed(b"[]"),
        packed(&[b' '; 4 << 20]),
        b"{}".to_vec(),
        Vec::new(),
    ];
    let before = read(&corpus, "report/report.html");
    for (at, bytes) in refused.into_iter().enumerate() {
        corpus.file("report/page.json.gz", bytes);
        let ran = corpus.run(&["report", "report"]).exits(2);
        assert!(ran.err.contains("page.json.gz"), "{at}: {}", ran.err);
        assert!(read(&corpus, "report/report.html") == before, "{at}");
    }
}

/// Puts something else in place of the number that `left` counts down to.
fn replace_number(value: &mut Value, left: &mut usize, with: &Value) {
    match value {
        Value::Number(_) => {
            if *left == 0 {
                *value = with.clone();
            }
            *left = left.wrapping_sub(1);
        }
        Value::Array(values) => values.iter_mut().for_each(|value| replace_number(value, left, with)),
        Value::Object(fields) => fields.values_mut().for_each(|value| replace_number(value, left, with)),
        _ => {}
    }
}

#[test]
fn no_number_in_a_saved_page_makes_it_panic() {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = small();
    corpus.scan(&["in"], 0);
    let json = unpacked(&read(&corpus, "report/page.json.gz"));
    let page: Value = serde_json::from_slice(&json).expect("JSON");
    let mut numbers = usize::MAX;
    replace_number(&mut page.clone(), &mut numbers, &Value::Null);
    let numbers = usize::MAX - numbers;
    let mut dice = Dice::new(7);
    let (mut refused, mut drawn) = (0, 0);
    for round in 0..600 {
        let with = [0, 1, 7, 1 << 27, u64::from(u32::MAX), u64::MAX][round % 6];
        let mut broken = page.clone();
        replace_number(&mut broken, &mut dice.below(numbers), &with.into());
        let path = folder.path().join("page.json.gz");
        // Fields of objects are sorted when they are read as a value: the version comes first all the same.
        let mut text = format!("{{\"version\":{},", broken["version"]);
        broken.as_object_mut().expect("an object").remove("version");
        text.push_str(&broken.to_string()[1..]);
        fs::write(&path, packed(text.as_bytes())).expect("a file");
        match HtmlPage::read(&path) {
            Ok(page) => {
                page.write(&mut std::io::sink()).expect("nothing to fail");
                drawn += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 50 && drawn > 50, "{refused} refused, {drawn} drawn");
}

/// Runs of five words of the texts that stand in no title, id or outlet.
fn fives(texts: &[String], known: &str) -> BTreeSet<String> {
    let runs = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.windows(5).map(|run| run.join(" ")).collect::<Vec<_>>()
    };
    texts.iter().flat_map(|text| runs(text)).filter(|run| !known.contains(run.as_str())).collect()
}

#[test]
fn a_redacted_report_has_no_five_words_of_an_article_in_a_row() {
    let corpus = Corpus::new();
    copy(&root().join("corpus"), &corpus.path().join("in"));
    let outputs = ["--format", "jsonl=lines", "--format", "json=all.json", "--format", "graphml=g.xml"];
    let ran = corpus.run(&[&["scan", "in", "--redact", "-o", "report"], outputs.as_slice()].concat()).exits(0);
    corpus.run(&["scan", "in", "-q", "-o", "whole"]).exits(0);
    corpus.run(&["report", "whole", "--redact", "-o", "redacted.html"]).exits(0);
    let titles: String =
        rows(&FILES["articles.csv"]).iter().map(|row| format!("{}\n{}\n", row["title"], row["credit"])).collect();
    let body = |text: &String| match text.strip_prefix("---\n").and_then(|text| text.split_once("\n---\n")) {
        Some((_, body)) => body.to_owned(),
        None => text.clone(),
    };
    let fives = fives(&TEXTS.values().map(body).collect::<Vec<_>>(), &titles);
    assert!(fives.len() > 5_000);
    let mut outputs = vec![("terminal".to_owned(), ran.out)];
    for folder in ["report", "lines"] {
        for name in names(&corpus.path().join(folder)) {
            let bytes = read(&corpus, &format!("{folder}/{name}"));
            let bytes = if name.ends_with(".gz") { unpacked(&bytes) } else { bytes };
            outputs.push((name, String::from_utf8(bytes).expect("UTF-8")));
        }
    }
    for name in ["all.json", "g.xml", "redacted.html"] {
        outputs.push((name.to_owned(), String::from_utf8(read(&corpus, name)).expect("UTF-8")));
    }
    for (name, text) in outputs {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let leaked = fives.iter().find(|run| text.contains(run.as_str()));
        assert_eq!(leaked, None, "{name}");
    }
    assert_eq!(read(&corpus, "report/report.html"), read(&corpus, "redacted.html"));
}

#[test]
fn a_scan_is_written_in_every_form_that_is_asked_for() {
    let corpus = small();
    let formats =
        ["jsonl=lines", "parquet=columns", "gephi=graph", "graphml=graph.xml", "html=page.html", "json=all.json"];
    let flags: Vec<&str> = formats.iter().flat_map(|format| ["--format", format]).collect();
    let ran = corpus.run(&[&["scan", "in", "-o", "report"], flags.as_slice()].concat()).exits(0);
    assert!(ran.out.contains("lines"), "{}", ran.out);
    let all: Value = serde_json::from_slice(&read(&corpus, "all.json")).expect("JSON");
    for table in TABLES {
        let lines = String::from_utf8(read(&corpus, &format!("lines/{}.jsonl", table.name))).expect("UTF-8");
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(Some(&lines), all[table.name].as_array(), "{}", table.name);
        let file = File::open(corpus.path().join(format!("columns/{}.parquet", table.name))).expect("a table");
        let parquet = SerializedFileReader::new(file).expect("Parquet");
        let rows = parquet.get_row_iter(None).expect("rows").map(|row| row.expect("a row").into_columns());
        let first = |row: Vec<(String, Field)>| (row[0].0.clone(), row[0].1.to_string().trim_matches('"').to_owned());
        let firsts: Vec<_> = rows.map(first).collect();
        let expected = lines.iter().map(|line| (table.columns[0], line[table.columns[0]].as_str().unwrap_or_default()));
        assert_eq!(firsts, expected.map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect::<Vec<_>>());
    }
    assert!(read(&corpus, "lines/run.json") == read(&corpus, "report/run.json"));
    corpus.run(&["scan", "in", "-q", "-o", "plain"]).exits(0);
    corpus.run(&["scan", "in", "-q", "--format", "csv=plain"]).exits(0);
    let mut tables = names(&corpus.path().join("report"));
    tables.retain(|name| name != "report.html" && name != "page.json.gz");
    assert_eq!(names(&corpus.path().join("plain")), tables, "the page of the run before is gone");
    assert!(
        tables.iter().all(|name| read(&corpus, &format!("plain/{name}")) == read(&corpus, &format!("report/{name}")))
    );
    assert!(read(&corpus, "page.html") == read(&corpus, "report/report.html"));
    let nodes = rows(&read(&corpus, "graph/nodes.csv"));
    assert_eq!(nodes.iter().map(|row| row["Id"].as_str()).collect::<Vec<_>>(), ["echo", "herald", "post"]);
    let edges = rows(&read(&corpus, "graph/edges.csv"));
    assert_eq!(edges.len(), 1);
    assert_eq!((edges[0]["Source"].as_str(), edges[0]["Target"].as_str()), ("herald", "post"));
    assert_eq!((edges[0]["Type"].as_str(), edges[0]["Kind"].as_str()), ("Directed", "first"));
    assert!(
        String::from_utf8(read(&corpus, "graph.xml")).expect("UTF-8").contains("<data key=\"label\">herald</data>")
    );
    let ran = corpus.run(&["scan", "in", "--format", "graphml"]).exits(0);
    assert!(ran.out.as_bytes() == read(&corpus, "graph.xml"));
    // What was written is a report: it is replaced, and never taken for articles.
    corpus.run(&["scan", "in", "-q", "--format", "jsonl=lines", "--format", "gephi=graph"]).exits(0);
    let ran = corpus.run(&["scan", "lines"]).exits(2);
    assert!(ran.err.contains("a report of wirecopy"), "{}", ran.err);
}

#[test]
fn a_check_shows_its_articles_and_their_sources_and_knows_no_more() {
    let corpus = Corpus::new();
    let (shared, other) = (own_words(60), own_words(30));
    corpus.file("in/herald/a.txt", format!("{shared} {other}"));
    corpus.file("in/post/b.txt", format!("{other} {}", own_words(9)));
    corpus.file("new/d.md", format!("---\ntitle: Fresh\nsource: Gazette\n---\n\n{shared} {}", own_words(20)));
    corpus.run(&["check", "new", "--corpus", "in", "--format", "html=check.html", "-q"]).exits(1);
    let page = String::from_utf8(read(&corpus, "check.html")).expect("UTF-8");
    assert!(
        page.contains("Checked: 1 article of 1 outlet") && page.contains("<strong>does not pass</strong>"),
        "{page}"
    );
    assert!(
        page.contains("60 of its 90 words are in articles that were checked too; what else it shares is not known")
    );
    assert!(!page.contains("own90x"), "an article that shares nothing with what was checked is on the page");
}

#[test]
fn articles_without_words_dates_or_outlets_have_a_page_too() {
    for articles in [vec![], vec![article("empty", "", "")], vec![article("a", "", RUN), article("b", "", RUN)]] {
        let report = scan(articles.clone());
        let mut out = Vec::new();
        HtmlPage::new(&report, &PageLimits::default()).write(&mut out).expect("memory");
        let html = String::from_utf8(out).expect("UTF-8");
        assert!(html.ends_with("</html>\n") && !html.contains("NaN"), "{} articles", articles.len());
    }
}
