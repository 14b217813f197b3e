//! The configuration file: where it is found, what it says, what wins over it; completions and manual pages.

use std::fs;

use crate::harness::{Corpus, Ran, column, number};

const A: &str = "The old ferry crosses the wide river every morning at nine.\n";
const B: &str = "We hear the old ferry crosses the wide river every morning at ten.\n";

/// Two articles that share ten words, and this configuration file.
fn two(config: &str) -> Corpus {
    Corpus::with(&[("in/herald/a.txt", A), ("in/post/b.md", B), ("wirecopy.toml", config)])
}

/// Overlaps that a scan finds.
#[track_caller]
fn overlaps(corpus: &Corpus, flags: &[&str]) -> usize {
    corpus.scan(&[&["in"], flags].concat(), 0);
    corpus.table("overlaps").len()
}

/// Asks for a line of `config show`.
#[track_caller]
fn shows(ran: &Ran, line: &str) {
    assert!(ran.out.lines().any(|shown| shown == line), "not shown: {line}\n{}", ran.out);
}

// ------------------------------------------------------------------------------------------------------ which file holds

#[test]
fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
    let corpus = two("[match]\nmin_words = 11\n");
    assert_eq!(overlaps(&corpus, &[]), 0);
    assert_eq!(overlaps(&corpus, &["--min-words", "10"]), 1);
    assert_eq!(overlaps(&corpus, &["--isolated"]), 1);
}

#[test]
fn the_file_is_searched_upward() {
    let corpus = Corpus::with(&[("wirecopy.toml", "[match]\nmin_words = 11\n"), ("desk/in/a.txt", A)]);
    let show = |folder: &str| {
        let output = corpus.command(&["config", "show"]).current_dir(corpus.path().join(folder)).output();
        let output = output.expect("the command");
        Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    };
    let ran = show("desk/in").exits(0);
    assert!(ran.out.starts_with("# ../../wirecopy.toml\n"), "{}", ran.out);
    shows(&ran, "match.min_words = 11   # ../../wirecopy.toml:2");
    corpus.file("desk/.wirecopy.toml", "");
    let ran = show("desk/in").exits(0);
    assert!(ran.out.starts_with("# ../.wirecopy.toml\n"), "{}", ran.out);
    shows(&ran, "match.min_words = 8   # default");
}

#[test]
fn two_files_in_one_folder_are_an_error_that_names_both() {
    let corpus = two("");
    corpus.file(".wirecopy.toml", "");
    corpus.run(&["scan", "in"]).exits(2).says("wirecopy.toml and .wirecopy.toml");
    corpus.run(&["scan", "in", "--isolated"]).exits(0);
    corpus.run(&["scan", "in", "--config", "wirecopy.toml"]).exits(0);
}

#[test]
fn a_file_that_is_named_is_the_one_that_holds() {
    let corpus = two("[match]\nmin_words = 11\n");
    corpus.file("other/w.toml", "[match]\nmin_words = 9\n[check]\ncorpus = \"news\"\n");
    assert_eq!(overlaps(&corpus, &["--config", "other/w.toml"]), 1);
    let ran = corpus.run(&["config", "show", "--config", "other/w.toml"]).exits(0);
    shows(&ran, "# other/w.toml");
    shows(&ran, "check.corpus = \"other/news\"   # other/w.toml:4");
    corpus.run(&["scan", "in", "--config", "nowhere.toml"]).exits(2).says("--config nowhere.toml");
    corpus.run(&["scan", "in", "--config", "w.toml", "--isolated"]).exits(2).says("--isolated");
}

#[test]
fn what_needs_no_file_does_not_mind_a_broken_one() {
    let corpus = two("[check\n");
    corpus.run(&["scan", "in"]).exits(2).says("wirecopy.toml:1: ");
    corpus.run(&["config", "show"]).exits(2).says("wirecopy.toml:1: ");
    corpus.run(&["completions", "bash"]).exits(0);
    corpus.run(&["man"]).exits(0);
    corpus.run(&["config", "init", "--force"]).exits(0);
    corpus.run(&["scan", "in"]).exits(0);
}

#[test]
fn a_file_that_is_not_utf8_is_named() {
    let corpus = two("");
    corpus.file("wirecopy.toml", b"# fine\n# \xff\n");
    corpus.run(&["scan", "in"]).exits(2).says("wirecopy.toml: line 2 is not UTF-8");
    corpus.file("wirecopy.toml", "\u{feff}[match]\r\nmin_words = 11\r\n");
    assert_eq!(overlaps(&corpus, &[]), 0);
}

// ------------------------------------------------------------------------------------------------------------ what it says

#[test]
fn a_key_that_is_not_known_is_refused_with_the_nearest_one() {
    let corpus = two("[check]\nmax_unatributed = '5%'\n");
    let ran = corpus.run(&["scan", "in"]).exits(2);
    let ran = ran.says("wirecopy.toml:2: [check] has no key `max_unatributed`; did you mean `max_unattributed`?");
    assert_eq!(ran.out, "");
}

#[test]
fn a_wrong_value_of_the_file_names_the_file_and_not_a_flag() {
    let ran = two("[match]\nmin_words = 7\n").run(&["scan", "in"]).exits(2);
    let ran = ran.says("wirecopy.toml:2: match.min_words = 7: a whole number of words, 8 or more, is expected");
    assert!(!ran.err.contains("--min-words"), "{}", ran.err);
    // Even if a flag says otherwise: the file is wrong.
    two("[match]\nmin_words = 7\n").run(&["scan", "in", "--min-words", "9"]).exits(2).says("wirecopy.toml:2");
    two("").run(&["scan", "in", "--min-words", "7"]).exits(2).says("--min-words 7");
}

#[test]
fn inputs_are_read_as_the_file_says() {
    let records = format!("{{\"raw\":{0:?},\"n\":\"a\"}}\n{{\"raw\":{1:?},\"n\":\"b\"}}\n", A.trim(), B.trim());
    let corpus = Corpus::with(&[("in.jsonl", &records)]);
    let config = "[input]\nsource = \"Lisk Herald\"\nfields = { text = [\"none\", \"raw\"], id = \"n\" }\n";
    corpus.file("wirecopy.toml", config).scan(&["in.jsonl"], 0);
    let articles = corpus.table("articles");
    assert_eq!(column(&articles, "id"), ["a", "b"]);
    assert_eq!(column(&articles, "source"), ["Lisk Herald"; 2]);
    corpus.scan(&["in.jsonl", "--source", "Sorrel Post"], 0);
    assert_eq!(column(&corpus.table("articles"), "source"), ["Sorrel Post"; 2]);
    corpus.run(&["index", "add", "x.index", "in.jsonl"]).exits(0);
    corpus.scan(&["--corpus", "x.index"], 0);
    assert_eq!(column(&corpus.table("articles"), "source"), ["Lisk Herald"; 2]);
    let line = corpus.run(&["sign", "in.jsonl"]).exits(0).out;
    assert!(line.starts_with("{\"id\":\"a\""), "{line}");
}

#[test]
fn judging_follows_the_file() {
    let corpus = two("[source.Herald]\ngroup = \"Lisk Media\"\n[source.Post]\ngroup = \"Lisk Media\"\n");
    let self_words = |flags: &[&str]| {
        corpus.scan(&[&["in"], flags].concat(), 0);
        corpus.table("articles").iter().map(|row| number(row, "self_words")).collect::<Vec<_>>()
    };
    assert_eq!(self_words(&[]), [10, 10]);
    assert_eq!(self_words(&["--isolated"]), [0, 0]);
    assert_eq!(self_words(&["--same-source", "count"]), [0, 0]);
    corpus.file("owners.toml", "[source.Post]\ngroup = \"Sorrel Press\"\n");
    assert_eq!(self_words(&["--outlets", "owners.toml"]), [0, 0], "the command line has the last word");
}

#[test]
fn boilerplate_lies_beside_the_file() {
    let corpus = Corpus::with(&[
        ("in/herald/a.txt", A),
        ("in/post/b.md", B),
        ("set/wirecopy.toml", "[boilerplate]\nfiles = [\"texts.txt\"]\n"),
        ("set/texts.txt", "The old ferry crosses the wide river every morning at\n"),
    ]);
    let words = |flags: &[&str]| {
        corpus.scan(&[&["in"], flags].concat(), 0);
        corpus.table("articles").iter().map(|row| number(row, "boilerplate_words")).collect::<Vec<_>>()
    };
    let with = ["--config", "set/wirecopy.toml"];
    assert_eq!((words(&[]), words(&with)), (vec![0, 0], vec![10, 10]));
    corpus.file("other.txt", "Quite another text.\n");
    assert_eq!(words(&[&with[..], &["--boilerplate", "other.txt"]].concat()), [0, 0], "a flag replaces the list");
    fs::remove_file(corpus.path().join("set/texts.txt")).expect("a file");
    let ran = corpus.run(&[&["scan", "in"], &with[..]].concat()).exits(2);
    ran.says("set/wirecopy.toml:2: boilerplate.files set/texts.txt: ");
}

#[test]
fn a_query_follows_the_file() {
    let corpus = two("[match]\nmin_words = 11\n");
    let nothing = |flags: &[&str]| {
        let all = [&["query", "in/herald/a.txt", "--corpus", "in/post"], flags].concat();
        corpus.run(&all).exits(0).out.contains("none of them found")
    };
    assert!(nothing(&[]) && !nothing(&["--isolated"]) && !nothing(&["--min-words", "10"]));
}

#[test]
fn the_file_is_not_replaced_by_a_report() {
    let corpus = two("[match]\nmin_words = 9\n");
    corpus.run(&["scan", "in", "--format", "json=wirecopy.toml"]).exits(2).says("is an input");
}

// ---------------------------------------------------------------------------------------------------- config init and show

#[test]
fn init_writes_a_file_that_changes_nothing() {
    let corpus = Corpus::new();
    let before = corpus.run(&["config", "show"]).exits(0);
    assert!(before.out.starts_with("# no configuration file\n"), "{}", before.out);
    corpus.run(&["config", "init"]).exits(0);
    let after = corpus.run(&["config", "show"]).exits(0);
    assert!(after.out.starts_with("# wirecopy.toml\n"), "{}", after.out);
    let values = |ran: &Ran| ran.out.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(values(&before), values(&after));
    assert!(values(&after).iter().all(|line| line.ends_with("# default") || line.ends_with(" is not set")));
}

#[test]
fn init_replaces_nothing_unless_told_to() {
    let corpus = two("[match]\nmin_words = 9\n");
    corpus.run(&["config", "init"]).exits(2).says("wirecopy.toml: is there already; --force replaces it");
    assert_eq!(fs::read_to_string(corpus.path().join("wirecopy.toml")).expect("a file"), "[match]\nmin_words = 9\n");
    corpus.run(&["config", "init", "--force", "-q"]).exits(0);
    let shown = corpus.run(&["config", "show"]).exits(0);
    shows(&shown, "match.min_words = 8   # default");
    fs::rename(corpus.path().join("wirecopy.toml"), corpus.path().join(".wirecopy.toml")).expect("a file");
    corpus.run(&["config", "init", "--force"]).exits(2).says(".wirecopy.toml: is there already");
    assert_eq!(corpus.names(), [".wirecopy.toml", "in"]);
}

#[test]
fn show_prints_every_value_its_place_and_the_rules() {
    let config = "[check]\nmax_run = 40\nmax_unattributed = 0.05\n[[allow]]\nsource = \"Lisk Herald\"\n\
                  reason = \"licensed\"\nuntil = 2027-01-01\n";
    let ran = two(config).run(&["config", "show"]).exits(0);
    shows(&ran, "check.max_run = 40   # wirecopy.toml:2");
    shows(&ran, "check.max_unattributed = \"5%\"   # wirecopy.toml:3");
    shows(&ran, "check.max_resemblance = 0.8   # default");
    let rule = "{ source = \"Lisk Herald\", reason = \"licensed\", until = 2027-01-01 }";
    shows(&ran, &format!("allow = {rule}   # wirecopy.toml:4"));
    let ran = two(config).run(&["config", "show", "--isolated"]).exits(0);
    shows(&ran, "check.max_run = 30   # default");
    assert!(!ran.out.contains("allow"), "{}", ran.out);
}

// ------------------------------------------------------------------------------------------------- completions and manual

#[test]
fn every_shell_has_completions() {
    let corpus = Corpus::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = corpus.run(&["completions", shell]).exits(0);
        assert!(ran.out.contains("min-words") && ran.out.contains("baseline"), "{shell}");
        assert_eq!(ran.err, "");
    }
    corpus.run(&["completions", "tcl"]).exits(2).says("tcl").says("zsh");
    corpus.run(&["completions"]).exits(2);
}

#[test]
fn the_manual_is_one_page_or_one_for_every_command() {
    let corpus = Corpus::new();
    let page = corpus.run(&["man"]).exits(0).out;
    assert!(page.contains(".TH wirecopy 1") && page.contains("wirecopy\\-scan(1)"), "{page}");
    assert_eq!(corpus.run(&["man", "-o", "share/man1"]).exits(0).out, "");
    let names = crate::harness::names(&corpus.path().join("share/man1"));
    for name in ["wirecopy.1", "wirecopy-scan.1", "wirecopy-index-add.1", "wirecopy-baseline-write.1", "wirecopy-man.1"]
    {
        assert!(names.iter().any(|there| there == name), "{name}: {names:?}");
    }
    let scan = fs::read_to_string(corpus.path().join("share/man1/wirecopy-scan.1")).expect("a page");
    assert!(scan.contains("\\-\\-min\\-words"), "{scan}");
    corpus.file("taken", "").run(&["man", "-o", "taken"]).exits(2).says("taken: ");
}

// ------------------------------------------------------------------------------------------------------- flags of a check

#[test]
fn a_check_says_what_it_lacks_before_it_begins() {
    let corpus = two("");
    corpus.run(&["check"]).exits(2).says("PATH");
    corpus.run(&["check", "in"]).exits(2).says("--corpus").says("[check]");
    corpus.run(&["baseline", "write", "in"]).exits(2).says("--corpus");
    let check = |flags: &[&str]| corpus.run(&[&["check", "in", "--corpus", "in"], flags].concat()).exits(2);
    check(&["--max-unattributed", "10"]).says("--max-unattributed").says("as in 10% or 0.1");
    check(&["--fail-on", "some"]).says("new, any, none");
    check(&["--exit-code", "0"]).says("--exit-code");
    check(&["--format", "xml"]).says("no format is called xml; there are text, github, sarif, junit");
    check(&["--format", "text", "--format", "json"]).says("--format text and --format json");
    check(&["--format", "json=out", "--format", "csv=./out"]).says("json=out").says("csv=./out");
}
