//! What is a quotation, what is credited, what is furniture, asked from outside: laws over invented corpora, and examples.

use std::collections::{BTreeMap, BTreeSet};

use wirecopy::judge::{Basis, Direction};
use wirecopy::report::{ArticleRow, Flag, OverlapRow};
use wirecopy::{Document, Kind, Report, SameSource, Settings};

use crate::harness::{Dice, Files, article, assert_same_files, dated, files_of, own_words, scan, scan_with};

// ------------------------------------------------------------------------------------------------------------ corpora

const OUTLETS: [&str; 5] = ["Lisk Herald", "Sorrel Post", "Aldermere Times", "Orrin Gazette", ""];

/// Words that an outlet prints below its articles.
fn closing(outlet: &str) -> String {
    format!("Sign up here for the morning letter that the {outlet} sends to all its readers.")
}

/// Sentences that articles may share, and how they write them.
struct News {
    dice: Dice,
    passages: Vec<String>,
}

impl News {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let passages = (0..8).map(|_| words(&mut dice, 8, 30)).collect();
        Self { dice, passages }
    }

    fn paragraph(&mut self) -> String {
        let passage = self.dice.below(self.passages.len());
        let passage = self.passages[passage].clone();
        let own = words(&mut self.dice, 3, 25);
        match self.dice.below(8) {
            0 | 1 => format!("{passage}."),
            2 => format!("{own} {passage}, {own}."),
            3 => format!("“{passage},” said Ada Venn of the ferry guild."),
            4 => format!("Ada Venn said {own}: \"{passage}\""),
            5 => "It was signed by Prime Minister Ada Venn, Mayor Jonas Orrin and Governor Mira Sorrel of Lisk County."
                .into(),
            _ => format!("{own}. {}.", words(&mut self.dice, 3, 25)),
        }
    }

    fn time(&mut self) -> String {
        let day = 1 + self.dice.below(9);
        match self.dice.below(4) {
            0 => String::new(),
            1 => format!("2031-05-0{day}T0{day}:30:00Z"),
            _ => format!("2031-05-0{day}"),
        }
    }

    fn article(&mut self, id: &str) -> Document {
        let outlet = self.dice.pick(&OUTLETS);
        let mut paragraphs: Vec<String> = (0..1 + self.dice.below(6)).map(|_| self.paragraph()).collect();
        let named = self.dice.pick(&OUTLETS[..4]);
        match self.dice.below(5) {
            0 => paragraphs.push(format!("This article was first published by the {named}.")),
            1 => paragraphs[0].insert_str(0, "LISK (Reuters) - "),
            _ => {}
        }
        if self.dice.chance(0.6) && !outlet.is_empty() {
            paragraphs.push(closing(outlet));
        }
        let mut document = article(id, outlet, &paragraphs.join("\n\n"));
        let time = self.time();
        if !time.is_empty() {
            document = dated(id, outlet, &time, &document.text);
        }
        document.metadata.title = words(&mut self.dice, 2, 4);
        let address = |n: usize| format!("https://{n}.example/story");
        if self.dice.chance(0.6) {
            document.metadata.url = address(self.dice.below(6));
        }
        if self.dice.chance(0.2) {
            document.metadata.canonical = address(self.dice.below(6));
        }
        document
    }

    fn articles(&mut self, n: usize) -> Vec<Document> {
        (0..n).map(|at| self.article(&format!("d{at:03}"))).collect()
    }
}

/// Some words that hardly ever meet by chance.
fn words(dice: &mut Dice, least: usize, most: usize) -> String {
    let n = least + dice.below(most + 1 - least);
    (0..n).map(|_| format!("w{}x", dice.below(1_000_000))).collect::<Vec<_>>().join(" ")
}

/// The row of an article.
#[track_caller]
fn row<'a>(report: &'a Report, id: &str) -> &'a ArticleRow {
    report.articles.iter().find(|row| report.index.id(row.document) == id).expect("an article of this id")
}

/// The overlaps between two articles.
fn between<'a>(report: &'a Report, a: &str, b: &str) -> Vec<&'a OverlapRow> {
    let id = |document| report.index.id(document);
    report.overlaps.iter().filter(|row| (id(row.a.document), id(row.b.document)) == (a, b)).collect()
}

/// Words that an article shares with others or itself, by kind.
fn kinds(row: &ArticleRow) -> BTreeMap<&'static str, u32> {
    [
        ("unique", row.unique_words),
        ("quotation", row.quotation_words),
        ("credited", row.credited_words),
        ("boilerplate", row.boilerplate_words),
        ("self", row.self_words),
        ("unattributed", row.unattributed_words),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .collect()
}

// --------------------------------------------------------------------------------------------------------------- laws

#[test]
fn the_kinds_of_every_article_sum_to_its_words_and_so_do_its_paragraphs() {
    for seed in 0..60 {
        let report = scan(News::new(seed).articles(12));
        for row in &report.articles {
            let sum: u32 = kinds(row).values().sum();
            assert_eq!(sum, row.words, "seed {seed}, {}", report.index.id(row.document));
            let of_row = report.paragraphs.iter().filter(|p| p.document == row.document);
            let (words, unique) = of_row.fold((0, 0), |sum, p| (sum.0 + p.words, sum.1 + p.unique_words));
            assert_eq!(
                (words, unique),
                (row.words, row.unique_words),
                "seed {seed}, {}",
                report.index.id(row.document)
            );
        }
    }
}

#[test]
fn one_more_copy_of_a_copied_article_takes_no_word_from_any_other() {
    for seed in 0..60 {
        let mut news = News::new(1000 + seed);
        let mut documents = news.articles(10);
        // Copied by an outlet, then by one more that comes after all.
        let first = documents[0].clone();
        let copy = |id: &str, outlet: &str, day: &str| dated(id, outlet, day, &first.text);
        documents.push(copy("e-copy", "Estrel Star", "2031-06-01"));
        let one = scan(documents.clone());
        documents.push(copy("f-copy", "Brannoch Sun", "2031-07-01"));
        let other = scan(documents);
        let unique = |report: &Report| {
            let rows = report.articles.iter().filter(|row| report.index.id(row.document) != "f-copy");
            rows.map(|row| (report.index.id(row.document).to_owned(), row.unique_words)).collect::<Vec<_>>()
        };
        assert_eq!(unique(&one), unique(&other), "seed {seed}");
    }
}

#[test]
fn the_same_bytes_for_any_order_and_any_number_of_threads_with_all_kinds_present() {
    let with_threads = |threads: usize, documents: Vec<Document>| -> Files {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| files_of(&scan(documents)))
    };
    let mut seen = BTreeSet::new();
    for seed in 0..6 {
        let mut documents = News::new(2000 + seed).articles(40);
        let report = scan(documents.clone());
        seen.extend(report.overlaps.iter().map(|row| row.judged.kind.name()));
        let files = files_of(&report);
        let mut dice = Dice::new(seed);
        for threads in [1, 2] {
            dice.shuffle(&mut documents);
            let what = format!("seed {seed}, {threads} threads, another order");
            assert_same_files(&files, &with_threads(threads, documents.clone()), &what);
        }
    }
    assert_eq!(seen, Kind::ALL.into_iter().map(Kind::name).collect(), "kinds that the corpora show");
}

#[test]
fn without_its_marks_a_quotation_is_unattributed_on_that_side_and_on_that_side_alone() {
    for seed in 0..40 {
        let mut dice = Dice::new(3000 + seed);
        let passage = words(&mut dice, 8, 30);
        let count = passage.split(' ').count() as u32;
        let marks = dice.pick(&[["“", "”"], ["\"", "\""], ["«", "»"], ["„", "“"], ["「", "」"]]);
        let text = |dice: &mut Dice, [open, close]: [&str; 2]| {
            format!("{}\n\n{}: {open}{passage}{close}. {}.", words(dice, 0, 40), words(dice, 1, 40), words(dice, 0, 40))
        };
        for marked in [[true, true], [true, false], [false, true], [false, false]] {
            let mut document = |id: &str, outlet: &str, marked: bool| {
                let text = text(&mut dice, if marked { marks } else { ["", ""] });
                dated(id, outlet, "2031-05-01", &text)
            };
            let documents = [document("a", "Lisk Herald", marked[0]), document("b", "Sorrel Post", marked[1])];
            let report = scan(documents);
            for (id, marked) in ["a", "b"].into_iter().zip(marked) {
                let row = row(&report, id);
                let expected = if marked { (count, 0) } else { (0, count) };
                assert_eq!((row.quotation_words, row.unattributed_words), expected, "seed {seed}, {marks:?}, {id}");
            }
        }
    }
}

#[test]
fn a_credit_of_the_right_outlet_credits_the_words_on_both_sides_and_one_of_another_does_not() {
    for seed in 0..20 {
        let mut dice = Dice::new(4000 + seed);
        let passage = words(&mut dice, 8, 30);
        let count = passage.split(' ').count() as u32;
        for (credit, from, credited) in [
            ("", 1, false),
            ("This article was first published by the Lisk Herald.", 1, true),
            ("This article was first published by the Lisk Herald.", 0, false), // its own name is no credit
            ("This article was first published by the Sorrel Post.", 0, true),
            ("This article was first published by the Orrin Gazette.", 1, false),
        ] {
            let mut document = |id: &str, outlet: &str, line: &str| {
                let text = format!("{} {passage}, {}.\n\n{line}", words(&mut dice, 1, 40), words(&mut dice, 1, 40));
                dated(id, outlet, "2031-05-01", &text)
            };
            let lines = if from == 0 { [credit, ""] } else { ["", credit] };
            let report = scan([document("a", "Lisk Herald", lines[0]), document("b", "www.sorrelpost.com", lines[1])]);
            for id in ["a", "b"] {
                let row = row(&report, id);
                let expected = if credited { (count, 0) } else { (0, count) };
                assert_eq!(
                    (row.credited_words, row.unattributed_words),
                    expected,
                    "seed {seed}, {credit} by {from}, {id}"
                );
            }
            let kind = between(&report, "a", "b")[0].judged.kind;
            assert_eq!(kind, if credited { Kind::Credited } else { Kind::Unattributed });
        }
    }
}

// ----------------------------------------------------------------------------------------------------------- examples

#[test]
fn an_agencys_words_are_credited_where_the_agency_is_named_and_only_there() {
    let story = own_words(60);
    let report = scan([
        dated("a", "Lisk Herald", "2031-05-01", &format!("LISK (Reuters) - {story}.")),
        dated("b", "Sorrel Post", "2031-05-02", &format!("{story}.")),
    ]);
    assert_eq!((row(&report, "a").credited_words, row(&report, "a").unattributed_words), (60, 0));
    assert_eq!((row(&report, "b").credited_words, row(&report, "b").unattributed_words), (0, 60));
}

#[test]
fn who_writes_for_nobody_equals_nobody() {
    let story = own_words(40);
    let report = scan([article("a", "", &story), article("b", "", &story)]);
    assert_eq!(row(&report, "b").unattributed_words, 40);
}

#[test]
fn an_article_that_says_a_thing_twice_says_it_again_itself() {
    let line = own_words(12);
    let report = scan([article("a", "Lisk Herald", &format!("{line}. {}. {line}.", own_words(30)))]);
    assert_eq!(kinds(row(&report, "a")), BTreeMap::from([("self", 12), ("unique", 42)]));
}

#[test]
fn another_headline_over_the_same_body_is_flagged_on_the_later_article() {
    let body = own_words(200);
    let changed = |title: &str, text: &str| {
        let mut first = dated("a", "Lisk Herald", "2031-05-01", &body);
        let mut second = dated("b", "Sorrel Post", "2031-05-02", text);
        first.metadata.title = "Nine barges lost".into();
        second.metadata.title = title.into();
        let report = scan([first, second]);
        assert!(!row(&report, "a").flags.contains(&Flag::HeadlineChanged));
        row(&report, "b").flags.contains(&Flag::HeadlineChanged)
    };
    assert!(changed("A river in rage", &body));
    assert!(changed("A river in rage", &format!("{body}\n\nThis article was first published by the Lisk Herald.")));
    assert!(!changed("Nine Barges Lost!", &body), "the same words are the same headline");
    assert!(!changed("", &body), "no headline is none that was changed");
    assert!(!changed("A river in rage", &format!("{body} {}", own_words(100))), "an article of its own");
    assert!(!changed("A river in rage", &body[..body.len() / 2]), "half of it");
}

#[test]
fn a_revision_is_no_copying() {
    let body = own_words(100);
    let version = |id: &str, outlet: &str, day: &str| {
        let mut document = dated(id, outlet, day, &body);
        document.metadata.url = "https://herald.example/story".into();
        document
    };
    let report = scan([version("a", "Lisk Herald", "2031-05-01"), version("b", "Lisk Herald", "2031-05-02")]);
    assert_eq!(between(&report, "a", "b")[0].judged.kind, Kind::Revision);
    assert_eq!(kinds(row(&report, "b")), BTreeMap::from([("self", 100)]));
    let report = scan([version("a", "Lisk Herald", "2031-05-01"), version("b", "Sorrel Post", "2031-05-02")]);
    assert_eq!(between(&report, "a", "b")[0].judged.kind, Kind::Unattributed);
}

#[test]
fn both_sides_of_what_a_third_party_said_have_it_from_there() {
    let quote = own_words(20);
    let text = || format!("{}: “{quote}.” {}.", own_words(30), own_words(30));
    let documents =
        [dated("a", "Lisk Herald", "2031-05-01", &text()), dated("b", "Sorrel Post", "2031-05-02", &text())];
    let judged = between(&scan(documents), "a", "b")[0].judged;
    assert_eq!((judged.direction, judged.basis), (Direction::Common, Some(Basis::Quotation)));
}

// ---------------------------------------------------------------------------------------------------- the same source

fn same_source(same_source: SameSource) -> Settings {
    let mut settings = Settings::news();
    settings.same_source = same_source;
    settings
}

#[test]
fn what_an_outlet_shares_with_itself_is_apart_or_anybodys_or_left_out() {
    let story = own_words(40);
    let text = || format!("{} {story} {}", own_words(30), own_words(30));
    let documents =
        [dated("a", "Lisk Herald", "2031-05-01", &text()), dated("b", "The Lisk Herald", "2031-05-02", &text())];
    for (setting, kind, rows) in
        [(SameSource::Separate, "self", 1), (SameSource::Count, "unattributed", 1), (SameSource::Skip, "unique", 0)]
    {
        let report = scan_with(same_source(setting), documents.clone());
        let words =
            if rows == 0 { BTreeMap::from([("unique", 100)]) } else { BTreeMap::from([(kind, 40), ("unique", 60)]) };
        assert_eq!(kinds(row(&report, "b")), words, "{}", setting.name());
        assert_eq!(report.overlaps.len(), rows, "{}", setting.name());
    }
}

#[test]
fn what_it_shares_with_others_is_the_same_whatever_becomes_of_its_own() {
    let story = own_words(40);
    let text = || format!("{} {story} {}", own_words(30), own_words(30));
    let documents = ["Lisk Herald", "Lisk Herald", "Sorrel Post"].into_iter().enumerate();
    let documents: Vec<Document> = documents
        .map(|(at, outlet)| dated(&format!("d{at}"), outlet, &format!("2031-05-0{}", at + 1), &text()))
        .collect();
    for setting in [SameSource::Separate, SameSource::Count, SameSource::Skip] {
        let report = scan_with(same_source(setting), documents.clone());
        for id in ["d0", "d1", "d2"] {
            assert_eq!(row(&report, id).unattributed_words, 40, "{}, {id}", setting.name());
        }
    }
}

#[test]
fn versions_of_one_text_are_no_furniture_even_where_an_outlets_own_words_are_left_out() {
    let body = own_words(200);
    let version = |at: usize| {
        dated(&format!("d{at}"), "Lisk Herald", &format!("2031-05-0{}", at + 1), &format!("{body} {}", own_words(3)))
    };
    let documents: Vec<Document> = (0..6).map(version).collect();
    let report = scan_with(same_source(SameSource::Skip), documents);
    for row in &report.articles {
        assert_eq!(kinds(row), BTreeMap::from([("unique", 203)]));
    }
    assert!(report.overlaps.is_empty() && report.clusters.is_empty());
}
