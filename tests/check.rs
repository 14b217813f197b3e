//! New articles against a corpus: what counts, what is accepted, what is left out.

use std::path::{Path, PathBuf};

use wirecopy::check::{
    Allow, Allowed, Baseline, CheckedArticle, Corpus as Against, FailOn, Finding, Gate, Gates, Rules, State, Verdict,
    check,
};
use wirecopy::read::{self, Discovery, ReadSettings};
use wirecopy::{Kind, Settings, Store, StoreOptions, StoreWriter};

use crate::harness::{Corpus, Dice, own_words};

// ---------------------------------------------------------------------------------------------------------- fixtures

/// A folder with an archive and new articles.
struct Desk(Corpus);

impl Desk {
    fn new(files: &[(&str, &str)]) -> Self {
        Self(Corpus::with(files))
    }

    fn put(&self, name: &str, text: impl AsRef<str>) -> &Self {
        self.0.file(name, text.as_ref());
        self
    }

    fn inputs(&self, path: &str) -> Discovery {
        read::discover_from(None, &[self.0.path().join(path)]).expect("a path that is there")
    }

    fn check(&self, rules: &Rules) -> Verdict {
        self.check_these("new", Against::Files(self.inputs("archive"), ReadSettings::default()), rules)
    }

    fn check_these(&self, new: &str, corpus: Against, rules: &Rules) -> Verdict {
        let here = Some(self.0.path());
        check(self.inputs(new), ReadSettings::default(), corpus, here, &Settings::news(), rules, &())
            .expect("a verdict")
    }

    /// The archive as an index, built with these paths.
    fn index(&self, paths: &[&str]) -> Against {
        let folder = self.0.path().join("index");
        let paths: Vec<PathBuf> = paths.iter().map(|path| self.0.path().join(path)).collect();
        let mut writer = StoreWriter::open(&folder, StoreOptions::default()).expect("an index");
        let mut addition = writer.begin().expect("an addition");
        let inputs = read::discover_from(Some(self.0.path()), &paths).expect("paths").inputs;
        addition.read(inputs, ReadSettings::default(), &()).expect("articles");
        addition.commit().expect("a commit");
        Against::Index(Store::open(&folder).expect("an index"))
    }
}

fn only(verdict: &Verdict) -> &CheckedArticle {
    let [article] = &verdict.articles[..] else { panic!("{} articles", verdict.articles.len()) };
    article
}

fn gates(article: &CheckedArticle) -> Vec<Gate> {
    article.failures.iter().map(|failure| failure.gate).collect()
}

fn accepting(baseline: Baseline) -> Rules {
    Rules { baseline, ..Rules::default() }
}

fn text<'a>(verdict: &'a Verdict, article: &CheckedArticle, finding: &Finding) -> &'a str {
    &verdict.report.index.text(article.document)[finding.bytes.range()]
}

const PROSE: &str = "Carters who had waited since dawn said that the detour over the fen road would cost them a whole \
                     barrel of oil a week, and that nobody at the harbour office had thought to ask them about it first.";
const QUOTE: &str = "“We have sealed this sluice nine times and nine times the eels have found their way around it, so \
                     I will not seal it again,” said Orla Venn, who keeps the gate.";

fn archive() -> Desk {
    let text = format!("{}\n\n{PROSE}\n\n{QUOTE}\n\n{}\n", own_words(60), own_words(60));
    Desk::new(&[("archive/herald/sluice.md", &text), ("archive/post/other.md", &own_words(80))])
}

fn article_with(passage: &str) -> String {
    format!("{}\n\n{passage}\n\n{}\n", own_words(50), own_words(50))
}

// -------------------------------------------------------------------------------------------------------------- gates

#[test]
fn an_attributed_quotation_passes_and_prose_does_not() {
    let desk = archive();
    let verdict = desk.put("new/a.md", article_with(QUOTE)).check(&Rules::default());
    assert!(!verdict.failed(), "{:?}", only(&verdict).failures);
    let [finding] = &only(&verdict).findings[..] else { panic!("{:?}", only(&verdict).findings) };
    assert_eq!((finding.kind, finding.counts), (Kind::Quotation, false));

    let verdict = desk.put("new/a.md", article_with(PROSE)).check(&Rules::default());
    let article = only(&verdict);
    assert!(verdict.failed());
    assert_eq!(gates(article), [Gate::MaxUnattributed, Gate::MaxRun]);
    let [finding] = &article.findings[..] else { panic!("{:?}", article.findings) };
    assert_eq!(text(&verdict, article, finding), PROSE.trim_end_matches('.'));
    assert_eq!((finding.start.line, finding.start.column, finding.end.line), (3, 1, 3));
    assert_eq!(verdict.path(finding.source), "archive/herald/sluice.md");
    assert_eq!((finding.source_start.line, finding.carriers.len()), (3, 1));
    assert_eq!((&*article.path, &*article.name), ("new/a.md", "new/a.md"));
    assert_eq!(article.figures.unattributed_words, 39);
}

#[test]
fn words_of_the_own_outlet_never_fail_and_those_had_first_neither() {
    let with = |source: &str, date: &str, passage: &str| {
        format!("---\nsource: {source}\ndate: {date}\n---\n{}\n\n{passage}\n\n{}\n", own_words(40), own_words(40))
    };
    let desk = Desk::new(&[("archive/a.md", &with("Lisk Herald", "2031-05-02", PROSE))]);
    let mine = |source: &str, date: &str| {
        let verdict = desk.put("new/b.md", with(source, date, PROSE)).check(&Rules::default());
        let states: Vec<State> = only(&verdict).findings.iter().map(|finding| finding.state).collect();
        (verdict.failed(), states)
    };
    assert_eq!(mine("Sorrel Post", "2031-05-03"), (true, vec![State::New]));
    assert_eq!(mine("Lisk Herald", "2031-05-03"), (false, vec![]));
    assert_eq!(mine("Sorrel Post", "2031-05-01"), (false, vec![State::First]));
    assert_eq!(mine("Sorrel Post", "2031-05-02"), (true, vec![State::New]), "the same day tells nothing");
}

#[test]
fn an_article_that_lies_in_the_corpus_is_of_the_outlet_that_it_has_there() {
    for (path, fails) in [("archive/herald/again.md", false), ("archive/post/copy.md", true)] {
        let desk = archive();
        desk.put(path, article_with(PROSE));
        let failed = |corpus: Against| desk.check_these(path, corpus, &Rules::default()).failed();
        let files = Against::Files(desk.inputs("archive"), ReadSettings::default());
        assert_eq!((failed(files), failed(desk.index(&["archive"]))), (fails, fails), "{path}");
    }
}

#[test]
fn a_record_lends_its_outlet_to_no_other_record_of_its_file() {
    let record = |id: &str, source: &str, text: &str| {
        format!("{{\"id\": \"{id}\", \"source\": \"{source}\", \"text\": \"{text}\"}}\n")
    };
    let (known, own) = (own_words(40), own_words(20));
    let old = record("h-1", "Lisk Herald", &known) + &record("h-2", "Lisk Herald", PROSE);
    let desk = Desk::new(&[("archive/all.jsonl", &old)]);
    desk.put("new/day.jsonl", record("h-1", "", &known) + &record("x-9", "", &format!("{own} {PROSE}")));
    let verdict = desk.check_these("new", desk.index(&["archive"]), &Rules::default());
    assert_eq!(verdict.left_out[0].same, "h-1");
    assert!(verdict.failed(), "x-9 is nobody's, and has words of the Lisk Herald");
}

#[test]
fn new_articles_are_compared_with_one_another() {
    let desk = archive();
    let said = article_with(
        "Nine herons stood on the wet straw of the carters while the bell of the east gate rang for \
                             the last boat of the year, and not one of them moved before it had gone.",
    );
    desk.put("new/x/a.md", format!("{}\n\n{said}", own_words(5))).put("new/y/b.md", said);
    let verdict = desk.check(&Rules::default());
    assert!(verdict.articles.iter().all(|article| gates(article).contains(&Gate::MaxUnattributed)));
    assert_eq!(verdict.path(verdict.articles[0].findings[0].source), "new/y/b.md");
}

#[test]
fn a_near_duplicate_fails_only_for_what_is_not_credited_or_quoted() {
    let lines: Vec<String> =
        (0..12).map(|_| format!("The {} was told of {} again.", own_words(3), own_words(4))).collect();
    let desk = Desk::new(&[("archive/herald/a.md", &lines.join(" ")), ("archive/post/b.md", &own_words(20))]);
    let rules = Rules { gates: Gates { max_unattributed: 1.0, max_run: 9999, ..Gates::default() }, ..Rules::default() };
    let verdict = desk.put("new/c.md", format!("{} {}", lines.join(" "), own_words(5))).check(&rules);
    let article = only(&verdict);
    assert_eq!(gates(article), [Gate::MaxResemblance]);
    let with = article.failures[0].with.map(|document| verdict.path(document));
    assert_eq!(with, Some("archive/herald/a.md"));
    let quoted = format!("“{},” said the clerk of the board, Ivo Lant.", lines.join(" "));
    desk.put("archive/herald/a.md", &quoted);
    let verdict = desk.put("new/c.md", &quoted).check(&rules);
    assert!(!verdict.failed(), "{:?}", only(&verdict).failures);
}

#[test]
fn nothing_fails_where_nothing_is_asked_to() {
    let desk = archive();
    desk.put("new/a.md", article_with(PROSE));
    let of = |fail_on| desk.check(&Rules { gates: Gates { fail_on, ..Gates::default() }, ..Rules::default() });
    assert!(!of(FailOn::None).failed() && of(FailOn::New).failed());
    let baseline = Baseline::of(&of(FailOn::New));
    let with = |fail_on| Rules { gates: Gates { fail_on, ..Gates::default() }, ..accepting(baseline.clone()) };
    assert!(!desk.check(&with(FailOn::New)).failed() && desk.check(&with(FailOn::Any)).failed());
}

// -------------------------------------------------------------------------------------------------- what is the same

#[test]
fn a_file_of_the_corpus_does_not_match_itself_and_is_listed() {
    let desk = archive();
    let corpus = || Against::Files(desk.inputs("archive"), ReadSettings::default());
    let verdict = desk.check_these("archive/herald/sluice.md", corpus(), &Rules::default());
    assert!(!verdict.failed() && verdict.searched == 1);
    let [left_out] = &verdict.left_out[..] else { panic!("{:?}", verdict.left_out) };
    assert_eq!((&*left_out.same, left_out.because), ("archive/herald/sluice.md", "the same file"));
}

#[test]
fn an_article_of_the_same_file_name_is_another() {
    let desk = archive();
    let sluice = std::fs::read_to_string(desk.0.path().join("archive/herald/sluice.md")).unwrap();
    desk.put("new/herald/sluice.md", &sluice);
    assert!(desk.check(&Rules::default()).failed());
    let verdict = desk.check_these("new", desk.index(&["archive/herald/sluice.md"]), &Rules::default());
    assert!(verdict.failed(), "archive/herald/sluice.md is not the end of new/herald/sluice.md");
}

#[test]
fn an_article_of_an_index_is_known_by_its_path_and_half_of_its_words() {
    let desk = archive();
    let edited = std::fs::read_to_string(desk.0.path().join("archive/herald/sluice.md")).unwrap() + &own_words(60);
    let corpus = desk.index(&["archive"]);
    desk.put("archive/herald/sluice.md", edited);
    let verdict = desk.check_these("archive/herald", corpus, &Rules::default());
    assert!(!verdict.failed());
    assert_eq!(verdict.left_out[0].same, "herald/sluice.md");

    let corpus = desk.index(&["archive"]);
    desk.put("archive/herald/sluice.md", format!("{} {PROSE}", own_words(150)));
    let verdict = desk.check_these("archive/herald", corpus, &Rules::default());
    assert!(verdict.failed() && verdict.left_out.is_empty(), "another article has taken its place");
}

#[test]
fn an_article_of_another_outlet_is_not_the_same_whatever_its_path() {
    let of = |source: &str| format!("---\nsource: {source}\n---\n{PROSE}\n\nA shared closing line of the two.\n");
    let desk = Desk::new(&[("archive/sluice.md", &of("Lisk Herald")), ("archive/other.md", "Nothing of it at all.")]);
    let corpus = || desk.index(&["archive"]);
    for (source, fails) in [("Sorrel Post", true), ("Lisk Herald", false)] {
        desk.put("new/sluice.md", of(source));
        assert_eq!(desk.check_these("new", corpus(), &Rules::default()).failed(), fails, "{source}");
    }
}

#[test]
fn an_article_that_says_its_id_is_known_by_it() {
    let record = |id: &str, text: &str| format!("{{\"id\": \"{id}\", \"text\": \"{text}\"}}\n");
    let text = format!("{} {PROSE}", own_words(40));
    let desk = Desk::new(&[("archive/all.jsonl", &(record("h-1", &text) + &record("h-2", &own_words(30))))]);
    desk.put("new/one.md", format!("---\nid: h-1\n---\n{text}\n"));
    let verdict = desk.check(&Rules::default());
    assert!(!verdict.failed());
    assert_eq!((&*verdict.left_out[0].same, verdict.left_out[0].because), ("archive/all.jsonl", "the same id"));
    assert_eq!(only(&verdict).name, "h-1");
    let verdict = desk.check_these("new", desk.index(&["archive"]), &Rules::default());
    assert!(!verdict.failed());
    assert_eq!(verdict.left_out[0].same, "h-1");
    desk.put("new/one.md", format!("---\nid: h-3\n---\n{text}\n"));
    assert!(desk.check(&Rules::default()).failed());

    // An id that is the path of another article is no excuse, not even where every letter is the same.
    let stolen = format!("---\nid: plain/sluice.md\n---\n{text}\n");
    desk.put("archive/plain/sluice.md", stolen.replace("id:", "title:")).put("archive/other/x.md", own_words(20));
    desk.put("new/one.md", &stolen);
    assert!(desk.check(&Rules::default()).failed());
    desk.put("archive/plain/sluice.md", &text)
        .put("new/one.md", "")
        .put("new/one.jsonl", record("plain/sluice.md", &text));
    let verdict = desk.check(&Rules::default());
    assert!(verdict.failed() && verdict.articles.len() == 2);
}

#[test]
fn an_index_and_its_files_give_the_same_findings() {
    let newsroom = Newsroom::new(3);
    let files = newsroom.desk.check(&Rules::default());
    let index = newsroom.desk.check_these("new", newsroom.desk.index(&["archive"]), &Rules::default());
    let of = |verdict: &Verdict| -> Vec<(String, u32, Kind)> {
        only(verdict).findings.iter().map(|f| (f.key.clone(), f.words, f.kind)).collect()
    };
    assert_eq!(of(&files), of(&index));
    assert!(of(&files).len() >= 3);
}

// ------------------------------------------------------------------------------------------------- rules and comments

#[test]
fn a_rule_takes_a_finding_out_of_every_gate_and_is_known_to_be_used() {
    let desk = archive();
    let verdict = desk.put("new/a.md", article_with(PROSE)).check(&Rules::default());
    let key = only(&verdict).findings[0].key.clone();
    for (what, allows) in [
        (Allowed::Phrase("over the FEN road would".into()), true),
        (Allowed::Phrase("over the moor road would".into()), false),
        (Allowed::Key(key), true),
        (Allowed::Key("0123456789abcdef".into()), false),
        (Allowed::Source("Herald".into()), true),
        (Allowed::Source("Post".into()), false),
        (Allowed::Pair("new/a.md".into(), "herald".into()), true),
        (Allowed::Pair("archive/herald/sluice.md".into(), "new/a.md".into()), true),
        (Allowed::Pair("herald".into(), "herald/sluice.md".into()), false),
    ] {
        let rules = Rules { allow: vec![Allow::new(what.clone()).expect("a rule")], ..Rules::default() };
        let verdict = desk.check(&rules);
        assert_eq!((verdict.failed(), verdict.used[0]), (!allows, allows), "{what:?}");
        let accepted = only(&verdict).figures.accepted_words;
        assert_eq!(accepted, if allows { 39 } else { 0 }, "{what:?}");
    }
}

#[test]
fn a_comment_leaves_out_a_stretch_of_markdown_and_of_nothing_else() {
    let desk = archive();
    let marked = format!("<!-- wirecopy:ignore-start licensed -->\n{PROSE}\n<!-- wirecopy:ignore-end -->");
    let verdict = desk.put("new/a.md", article_with(&marked)).check(&Rules::default());
    assert!(!verdict.failed());
    assert_eq!(only(&verdict).findings[0].state, State::Ignored);
    std::fs::remove_file(desk.0.path().join("new/a.md")).unwrap();
    let verdict = desk.put("new/a.txt", article_with(&marked)).check(&Rules::default());
    assert!(verdict.failed());
    std::fs::remove_file(desk.0.path().join("new/a.txt")).unwrap();
    let half = format!("<!-- wirecopy:ignore-start -->\n{PROSE}");
    let verdict = desk.put("new/a.md", article_with(&half)).check(&Rules::default());
    assert!(verdict.failed());
    assert_eq!((&*verdict.comments[0].0, verdict.comments[0].1), ("new/a.md", 3));
}

// ----------------------------------------------------------------------------------------------------------- baseline

/// An archive of prose, and a new article with passages of it.
struct Newsroom {
    desk: Desk,
    dice: Dice,
    /// Sentences of the archive that are in no new article yet.
    fresh: Vec<String>,
    /// Paragraphs of the new article, with whether they hold a copied passage.
    paragraphs: Vec<(String, bool)>,
}

const COMMON: [&str; 12] = ["the", "of", "and", "to", "in", "was", "that", "it", "for", "with", "on", "had"];

/// Words of which every third is a common one: a text of its own.
fn prose(dice: &mut Dice, words: usize) -> String {
    let syllables = ["ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "zu", "pe", "da"];
    let mut out = Vec::new();
    for _ in 0..words {
        if dice.chance(0.35) {
            out.push(dice.pick(&COMMON).to_owned());
        } else {
            out.push((0..4).map(|_| dice.pick(&syllables)).collect());
        }
    }
    out.join(" ")
}

impl Newsroom {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let desk = Desk::new(&[]);
        let mut fresh = Vec::new();
        for (outlet, file) in [("herald", "a"), ("herald", "b"), ("post", "c"), ("post", "d"), ("mail", "e")] {
            let passages: Vec<String> = (0..12)
                .map(|_| {
                    let n = 20 + dice.below(40);
                    prose(&mut dice, n) + "."
                })
                .collect();
            desk.put(&format!("archive/{outlet}/{file}.md"), passages.join("\n\n"));
            fresh.extend(passages);
        }
        dice.shuffle(&mut fresh);
        let mut room = Self { desk, dice, fresh, paragraphs: Vec::new() };
        for copied in [false, true, false, true, false, true, false] {
            let paragraph = room.paragraph(copied);
            room.paragraphs.push((paragraph, copied));
        }
        room.write();
        room
    }

    /// A paragraph of its own words, with a copied passage among them or without.
    fn paragraph(&mut self, copied: bool) -> String {
        let before = 35 + self.dice.below(30);
        let before = prose(&mut self.dice, before);
        if !copied {
            return before;
        }
        let passage = self.fresh.pop().expect("a passage left");
        let after = 35 + self.dice.below(30);
        format!("{before}. {passage} {}", prose(&mut self.dice, after))
    }

    fn write(&self) {
        let paragraphs: Vec<&str> = self.paragraphs.iter().map(|paragraph| &*paragraph.0).collect();
        self.desk.put("new/a.md", paragraphs.join("\n\n"));
    }

    /// One edit at least 30 words from what is copied.
    fn edit(&mut self) {
        let at = self.dice.below(self.paragraphs.len());
        match self.dice.below(5) {
            0 => {
                let n = 1 + self.dice.below(60);
                let own = prose(&mut self.dice, n);
                self.paragraphs.insert(at, (own, false));
            }
            1 if !self.paragraphs[at].1 && self.paragraphs.len() > 4 => drop(self.paragraphs.remove(at)),
            2 => {
                let (mut paragraphs, dice) = (std::mem::take(&mut self.paragraphs), &mut self.dice);
                dice.shuffle(&mut paragraphs);
                self.paragraphs = paragraphs;
            }
            3 => {
                // Re-wrapped, the copied words too.
                let dice = &mut self.dice;
                let wrapped = |word: &str| format!("{word}{}", if dice.chance(0.1) { "\n" } else { " " });
                let text: String = self.paragraphs[at].0.split_whitespace().map(wrapped).collect();
                self.paragraphs[at].0 = text.trim_end().to_owned();
            }
            _ => {
                // Words before and after the first and the last few of a paragraph.
                let own = prose(&mut self.dice, 3);
                let paragraph = &mut self.paragraphs[at].0;
                *paragraph =
                    if self.dice.chance(0.5) { format!("{own} {paragraph}") } else { format!("{paragraph} {own}") };
            }
        }
        self.write();
    }
}

fn unattributed(verdict: &Verdict) -> Vec<&Finding> {
    only(verdict).findings.iter().filter(|finding| finding.kind == Kind::Unattributed).collect()
}

#[test]
fn an_accepted_finding_keeps_its_key_through_edits_elsewhere() {
    for seed in 0..10 {
        let mut room = Newsroom::new(seed);
        let first = room.desk.check(&Rules::default());
        assert!(first.failed());
        let baseline = Baseline::of(&first);
        let mut keys: Vec<&str> = unattributed(&first).iter().map(|finding| &*finding.key).collect();
        keys.sort_unstable();
        assert_eq!(keys.len(), 3, "seed {seed}");
        for edit in 0..20 {
            room.edit();
            let verdict = room.desk.check(&accepting(baseline.clone()));
            let found = unattributed(&verdict);
            let mut now: Vec<&str> = found.iter().map(|finding| &*finding.key).collect();
            now.sort_unstable();
            assert_eq!(now, keys, "seed {seed}, edit {edit}");
            assert!(found.iter().all(|finding| finding.state == State::Accepted), "seed {seed}, edit {edit}");
            assert!(!verdict.failed() && verdict.gone.is_empty(), "seed {seed}, edit {edit}");
        }
    }
}

#[test]
fn every_passage_that_is_added_is_new() {
    let mut added = 0;
    for seed in 100..110 {
        let mut room = Newsroom::new(seed);
        let mut baseline = Baseline::of(&room.desk.check(&Rules::default()));
        for step in 0..20 {
            let known = baseline.entries.len();
            let (passage, again) = match step % 4 {
                // A second copy of what was accepted once.
                3 => (baseline.entries[room.dice.below(known)].text.clone(), true),
                _ => (room.fresh.pop().expect("a passage left"), false),
            };
            let at = room.dice.below(room.paragraphs.len() + 1);
            let before = prose(&mut room.dice, 12);
            room.paragraphs.insert(at, (format!("{before}. {passage}"), true));
            room.write();
            // However long the article grows.
            let strict = Gates { max_run: 8, ..Gates::default() };
            let rules = |baseline: &Baseline| Rules { gates: strict, ..accepting(baseline.clone()) };
            let verdict = room.desk.check(&rules(&baseline));
            let new: Vec<&Finding> = unattributed(&verdict).into_iter().filter(|f| f.state == State::New).collect();
            let [finding] = new[..] else { panic!("seed {seed}, step {step}, again {again}: {new:?}") };
            let words = passage.split_whitespace().count() as u32;
            assert!(finding.words + 4 >= words && finding.words <= words + 1, "seed {seed}, step {step}: {passage}");
            assert!(verdict.failed(), "seed {seed}, step {step}");
            added += 1;
            baseline = baseline.updated(&verdict, true);
            assert!(!room.desk.check(&rules(&baseline)).failed(), "seed {seed}, step {step}");
        }
    }
    assert_eq!(added, 200);
}

#[test]
fn passages_that_are_joined_cut_or_lengthened_stay_accepted_as_far_as_they_were() {
    let desk = archive();
    let more = "and the eels went on as they always had below the mill that nobody has run since the flood";
    let whole = format!("{PROSE} They had a point, they thought, {more}.");
    desk.put("archive/herald/sluice.md", format!("{}\n\n{whole}\n", own_words(60)));
    let baseline = Baseline::of(&desk.put("new/a.md", article_with(PROSE)).check(&Rules::default()));
    let verdict = desk.put("new/a.md", article_with(&whole)).check(&accepting(baseline.clone()));
    let states: Vec<(State, u32)> = only(&verdict).findings.iter().map(|f| (f.state, f.words)).collect();
    assert_eq!(states, [(State::Accepted, 39), (State::New, 25)], "what came to it is new");

    let short: Vec<&str> = PROSE.split(' ').take(25).collect();
    let verdict = desk.put("new/a.md", article_with(&short.join(" "))).check(&accepting(baseline.clone()));
    assert!(!verdict.failed());
    assert_eq!(only(&verdict).findings[0].state, State::Accepted, "a part of what was accepted");
}

#[test]
fn what_is_gone_is_named_and_pruned() {
    let desk = archive();
    let baseline = Baseline::of(&desk.put("new/a.md", article_with(PROSE)).check(&Rules::default()));
    assert_eq!((baseline.entries.len(), baseline.entries[0].source.as_str()), (1, "herald"));
    let verdict = desk.put("new/a.md", own_words(100)).check(&accepting(baseline.clone()));
    assert_eq!(verdict.gone, baseline.entries);
    assert_eq!(baseline.updated(&verdict, false), Baseline::default());
    desk.put("new/a.md", article_with(PROSE)).put("new/b.md", article_with(PROSE));
    let verdict = desk.check(&accepting(baseline.clone()));
    assert!(verdict.failed(), "the same words in another article are not accepted");
    assert_eq!(baseline.updated(&verdict, false), baseline);
    assert_eq!(baseline.updated(&verdict, true).entries.len(), 2);
}

#[test]
fn order_of_new_articles_and_threads_change_nothing() {
    let newsroom = Newsroom::new(7);
    newsroom.desk.put("new/b.md", article_with(PROSE)).put("archive/herald/z.md", article_with(PROSE));
    let corpus = || Against::Files(newsroom.desk.inputs("archive"), ReadSettings::default());
    let of = |inputs: Discovery| {
        let here = Some(Path::new(newsroom.desk.0.path()));
        let rules = Rules::default();
        let verdict = check(inputs, ReadSettings::default(), corpus(), here, &Settings::news(), &rules, &()).unwrap();
        let articles = verdict.articles.iter();
        articles.map(|a| (a.path.clone(), a.figures, a.failures.clone(), a.findings.clone())).collect::<Vec<_>>()
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let one = pool.install(|| of(newsroom.desk.inputs("new")));
    let mut inputs = newsroom.desk.inputs("new");
    inputs.inputs.reverse();
    assert_eq!(one, of(inputs));
}

// -------------------------------------------------------------------------------------------------------- the command

#[test]
fn the_exit_code_is_the_one_that_is_asked_for() {
    let desk = archive();
    let check = |flags: &[&str]| desk.0.run(&[&["check", "new", "--corpus", "archive"], flags].concat());
    desk.put("new/a.md", article_with(QUOTE));
    check(&[]).exits(0);
    desk.put("new/b.md", article_with(PROSE));
    let ran = check(&[]).exits(1);
    assert!(ran.out.contains("new/b.md: 39 of 139 words unattributed, 28 % (--max-unattributed 10 %)"), "{}", ran.out);
    assert!(ran.out.contains("\n  line 3: 39 words of herald, archive/herald/sluice.md:3\n"), "{}", ran.out);
    assert!(ran.out.contains("2 articles compared with 2 articles: 1 over the limit"), "{}", ran.out);
    assert!(!ran.out.contains("new/a.md"), "{}", ran.out);
    check(&["--exit-zero"]).exits(0);
    check(&["--exit-code", "9"]).exits(9);
    check(&["--max-unattributed", "30%", "--max-run", "39"]).exits(0);
    check(&["--fail-on", "none"]).exits(0);
    desk.put("new/c.jsonl", "{\"id\": \"x\", \"text\": \n");
    let ran = check(&[]).exits(1).says("c.jsonl:1");
    assert!(ran.out.contains("something could not be read"), "both are said: {}", ran.out);
    check(&["--exit-zero"]).exits(3);
    check(&["--strict"]).exits(2);
    desk.0.run(&["check", "new", "--corpus", "nowhere"]).exits(2).says("nowhere");
    desk.0.run(&["check", "nothing", "--corpus", "archive"]).exits(2).says("nothing");
    desk.0.run(&["check", "new"]).exits(2).says("--corpus");
}

#[test]
fn a_corpus_without_words_is_an_error_and_lets_nothing_pass() {
    let desk = archive();
    desk.put("new/b.md", article_with(PROSE))
        .put("empty/a.md", "")
        .put("empty.jsonl", "")
        .put("header.csv", "id,text\n");
    for corpus in ["empty", "empty.jsonl", "header.csv"] {
        desk.0.run(&["check", "new", "--corpus", corpus]).exits(2).says(corpus);
    }
    desk.put("zero.jsonl", "");
    desk.0.run(&["check", "zero.jsonl", "--corpus", "archive"]).exits(2).says("no article in zero.jsonl");
    let ran = desk.0.run(&["check", "empty", "--corpus", "archive"]).exits(0);
    assert!(ran.out.contains("without a word: 1 article"), "{}", ran.out);
}

#[test]
fn a_fence_of_code_is_no_quotation() {
    let desk = archive();
    desk.put("new/b.md", article_with(&format!("```\n{PROSE}\n```")));
    desk.0.run(&["check", "new", "--corpus", "archive"]).exits(1);
}

#[test]
fn files_may_be_named_on_standard_input_and_a_list_of_none_is_checked_too() {
    let desk = archive();
    desk.put("new/b.md", article_with(PROSE)).put("new/c.md", article_with(QUOTE));
    let list = ["check", "--files-from", "-", "--corpus", "archive"];
    desk.0.run_with(&list, b"new/c.md\n").exits(0);
    desk.0.run_with(&list, b"new/b.md\nnew/c.md\n").exits(1);
    desk.0.run_with(&list, b"").exits(0);
}

#[test]
fn a_baseline_is_written_brought_up_to_date_and_pruned() {
    let desk = archive();
    let run =
        |arguments: &[&str]| desk.0.run(&[arguments, &["new", "--corpus", "archive", "--baseline", "b.json"]].concat());
    desk.put("new/b.md", article_with(PROSE));
    run(&["check"]).exits(2).says("`wirecopy baseline write` makes it");
    let ran = run(&["baseline", "write"]).exits(0);
    assert_eq!(ran.out, "b.json: 1 finding accepted, 0 before\n");
    run(&["baseline", "write"]).exits(2).says("baseline update");
    let ran = run(&["check"]).exits(0);
    assert!(ran.out.contains("accepted by the baseline: 1 finding of 39 words"), "{}", ran.out);
    run(&["check", "--fail-on", "any"]).exits(1);
    desk.put("new/c.md", article_with(PROSE));
    run(&["check"]).exits(1);
    assert_eq!(
        run(&["baseline", "prune"]).exits(0).out,
        "b.json: 1 finding accepted, 1 finding before\n".replace("1 finding before", "1 before")
    );
    assert_eq!(run(&["baseline", "update"]).exits(0).out, "b.json: 2 findings accepted, 1 before\n");
    std::fs::remove_file(desk.0.path().join("new/b.md")).unwrap();
    desk.put("new/c.md", article_with(QUOTE));
    let ran = run(&["check"]).exits(0);
    assert!(ran.out.contains("no longer found: 1 of the baseline"), "{}", ran.out);
    assert_eq!(run(&["baseline", "prune"]).exits(0).out, "b.json: 0 findings accepted, 2 before\n");
    desk.put("b.json", "{}");
    run(&["check"]).exits(2).says("b.json: is not a baseline");
}

#[test]
fn rules_that_expired_or_allow_nothing_are_named_with_their_line() {
    let desk = archive();
    desk.put("new/b.md", article_with(PROSE));
    let rule = |until: &str| format!("[[allow]]\nphrase = \"the detour over the fen road\"\nuntil = {until}\n");
    let check = || desk.0.run(&["check", "new", "--corpus", "archive"]);
    desk.put("wirecopy.toml", rule("2999-12-31"));
    let ran = check().exits(0);
    assert!(
        ran.out.contains("allowed by rules: 1 finding of 39 words") && ran.err.is_empty(),
        "{}{}",
        ran.out,
        ran.err
    );
    desk.put("wirecopy.toml", rule("2001-01-01"));
    check().exits(1).says("warning: wirecopy.toml:1: this rule expired on 2001-01-01");
    desk.put("wirecopy.toml", "\n[[allow]]\nsource = \"nobody\"\n");
    check().exits(1).says("wirecopy.toml:2: this rule allowed nothing");
    desk.put("wirecopy.toml", "[[allow]]\nphrase = \"the fen road\"\n");
    check().exits(2).says("wirecopy.toml:1: a phrase of fewer than four words");
}

#[test]
fn settings_of_the_file_are_relative_to_it() {
    let desk = archive();
    desk.put("new/b.md", article_with(PROSE));
    desk.put("wirecopy.toml", "[check]\ncorpus = \"archive\"\nmax_unattributed = \"50%\"\nmax_run = 40\n");
    let check = |flags: &[&str]| {
        let output = desk.0.command(&[&["check", "."], flags].concat()).current_dir(desk.0.path().join("new")).output();
        output.expect("the command").status.code()
    };
    assert_eq!(check(&[]), Some(0));
    assert_eq!(check(&["--max-run", "30"]), Some(1));
    assert_eq!(check(&["--isolated"]), Some(2));
}
