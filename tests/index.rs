//! An index on disk: the same truth however it came to be, asked or reported on, and nothing of it lost or made up.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use wirecopy::store::{Added, Stats};
use wirecopy::{
    Answer, Detector, Document, Report, Settings, Store, StoreOptions, StoreWriter, query, query_files, read,
    report::OverlapRow,
};

use crate::harness::{Corpus, Dice, article, assert_same_files, copy, dated, files_of, names, own_words, scan};

// ---------------------------------------------------------------------------------------------------------- fixtures

fn writer(folder: &Path) -> StoreWriter {
    StoreWriter::open(folder, StoreOptions::default()).expect("an index to write to")
}

fn add<'a>(folder: &Path, documents: impl IntoIterator<Item = &'a Document>) -> Added {
    let mut writer = writer(folder);
    let mut addition = writer.begin().expect("an addition");
    documents.into_iter().for_each(|document| addition.add(document).expect("an article that fits"));
    addition.commit().expect("a commit")
}

fn remove(folder: &Path, ids: &[&str]) -> u64 {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    writer(folder).remove(&ids).expect("a removal").removed
}

fn open(folder: &Path) -> Store {
    Store::open(folder).expect("an index")
}

fn stats(folder: &Path) -> Stats {
    open(folder).stats().expect("its numbers")
}

fn report_on(folder: &Path) -> Report {
    let mut detector = Detector::new(Settings::news()).expect("settings in their range");
    detector.read_store(&open(folder), &()).expect("an index that can be read");
    detector.report(&()).expect("a report")
}

fn ask(folder: &Path, text: &str) -> Answer {
    query(&open(folder), article("asked", "", text), &Settings::news()).expect("an answer")
}

/// Ids of the articles that were found, the best first.
fn found(answer: &Answer) -> Vec<String> {
    answer.sources().iter().map(|source| answer.report.index.id(source.document).to_owned()).collect()
}

const OUTLETS: [&str; 5] = ["Herald", "Post", "Quay Mail", "Gull Gazette", ""];
const LINE: &str = "Readers may ring our night desk about whatever they saw near the harbour";

/// Articles that share passages, quotations and closing lines with one another.
struct Newsroom {
    dice: Dice,
    passages: Vec<String>,
}

impl Newsroom {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let passages = (0..12).map(|_| Self::words(&mut dice, 60, 8, 30)).collect();
        Self { dice, passages }
    }

    fn words(dice: &mut Dice, vocabulary: usize, least: usize, more: usize) -> String {
        let count = least + dice.below(more);
        let word = |dice: &mut Dice| format!("w{}e", dice.below(vocabulary * 40));
        (0..count).map(|_| word(dice)).collect::<Vec<_>>().join(" ")
    }

    fn text(&mut self) -> String {
        let mut paragraphs = Vec::new();
        for _ in 0..1 + self.dice.below(5) {
            let own = Self::words(&mut self.dice, 60, 3, 40);
            let passage = &self.passages[self.dice.below(12)];
            let paragraph = match self.dice.below(5) {
                0 => own,
                1 => format!("{own}. “{passage},” said Maud Trevane."),
                2 => {
                    let at = passage.split(' ').count() / 2;
                    let changed: Vec<&str> =
                        passage.split(' ').enumerate().map(|(i, w)| if i == at { "changed" } else { w }).collect();
                    format!("{} {own}", changed.join(" "))
                }
                _ => format!("{own} {passage}. {}", Self::words(&mut self.dice, 60, 1, 20)),
            };
            paragraphs.push(paragraph);
        }
        if self.dice.chance(0.3) {
            paragraphs.push(format!("{LINE}."));
        }
        paragraphs.join("\n\n")
    }

    fn article(&mut self, id: usize) -> Document {
        let (text, outlet) = (self.text(), self.dice.pick(&OUTLETS));
        let mut document = match self.dice.below(6) {
            0 => article(&format!("news/{id}"), outlet, &text),
            day => dated(&format!("news/{id}"), outlet, &format!("2031-05-0{day}"), &text),
        };
        if self.dice.chance(0.5) {
            document.metadata.title = format!("Title {}", self.dice.below(9));
        }
        document
    }
}

// --------------------------------------------------------------------------------- one truth, however it came to be

#[test]
fn after_any_additions_changes_and_removals_a_report_on_the_index_is_that_of_its_articles() {
    for seed in 0..12 {
        let corpus = Corpus::new();
        let folder = corpus.path().join("index");
        let mut news = Newsroom::new(seed);
        let mut model: BTreeMap<String, Document> = BTreeMap::new();
        for step in 0..14 {
            match news.dice.below(5) {
                0 if !model.is_empty() => {
                    let ids: Vec<String> = model.keys().cloned().collect();
                    let gone: BTreeSet<&str> =
                        (0..1 + news.dice.below(3)).map(|_| ids[news.dice.below(ids.len())].as_str()).collect();
                    assert_eq!(remove(&folder, &gone.iter().copied().collect::<Vec<_>>()), gone.len() as u64);
                    model.retain(|id, _| !gone.contains(id.as_str()));
                }
                1 if step > 0 => drop(writer(&folder).compact().expect("a compact index")),
                _ => {
                    let mut batch: BTreeMap<String, Document> = BTreeMap::new();
                    for _ in 0..1 + news.dice.below(6) {
                        let id = news.dice.below(25);
                        let document = match model.get(&format!("news/{id}")) {
                            Some(known) if news.dice.chance(0.5) => known.clone(),
                            _ => news.article(id),
                        };
                        batch.insert(document.id.clone(), document);
                    }
                    let mut documents: Vec<&Document> = batch.values().collect();
                    news.dice.shuffle(&mut documents);
                    let added = add(&folder, documents);
                    let is = |document: &&Document| model.get(&document.id);
                    let unchanged = batch.values().filter(|d| is(d) == Some(d)).count() as u64;
                    let replaced = batch.values().filter(|d| is(d).is_some_and(|known| known != *d)).count() as u64;
                    let new = batch.len() as u64 - unchanged - replaced;
                    assert_eq!((added.new, added.replaced, added.unchanged), (new, replaced, unchanged), "seed {seed}");
                    model.extend(batch);
                }
            }
            let store = open(&folder);
            store.verify(&mut |_| ()).expect("an index as it was written");
            assert_eq!(store.len(), model.len() as u64, "seed {seed}, step {step}");
        }
        let batch = files_of(&scan(model.into_values()));
        assert_same_files(&batch, &files_of(&report_on(&folder)), &format!("seed {seed}"));
    }
}

#[test]
fn eight_segments_of_a_size_become_one_and_so_do_eight_of_those() {
    let corpus = Corpus::new();
    let folder = corpus.path().join("index");
    for at in 0..64 {
        add(&folder, [&article(&format!("{at:02}"), "Herald", &own_words(30))]);
        assert!(stats(&folder).segments < 15, "{at}");
    }
    assert_eq!((stats(&folder).documents, stats(&folder).segments), (64, 1));
    assert_eq!(names(&folder).len(), 3, "lock, manifest, one segment");
}

#[test]
fn a_segment_of_which_most_is_removed_is_written_anew_and_one_that_is_empty_is_dropped() {
    let corpus = Corpus::new();
    let folder = corpus.path().join("index");
    let articles: Vec<Document> = (0..9).map(|at| article(&format!("{at}"), "Herald", &own_words(20))).collect();
    add(&folder, &articles);
    remove(&folder, &["0", "1", "2", "3"]);
    assert_eq!((stats(&folder).documents, stats(&folder).removed), (5, 4));
    remove(&folder, &["4"]);
    assert_eq!((stats(&folder).documents, stats(&folder).removed), (4, 0));
    assert_eq!(remove(&folder, &["5", "6", "7", "8"]), 4);
    assert_eq!((stats(&folder).documents, stats(&folder).segments), (0, 0));
    assert!(ask(&folder, &articles[5].text).sources().is_empty());
}

#[test]
fn articles_of_one_id_in_one_addition_are_told_apart_and_adding_them_again_changes_nothing() {
    let corpus = Corpus::new();
    let folder = corpus.path().join("index");
    let texts: Vec<String> = (0..3).map(|_| own_words(30)).collect();
    let all: Vec<Document> = texts.iter().map(|text| article("a", "Herald", text)).collect();
    let added = add(&folder, [&all[0], &all[1], &all[0], &all[2]]);
    assert_eq!((added.new, added.warnings.len()), (3, 3), "{:?}", added.warnings);
    let batch = files_of(&scan([all[0].clone(), all[1].clone(), all[0].clone(), all[2].clone()]));
    let tables = |report: &Report| files_of(report)["articles.csv"].clone();
    let listed = |report: &Report| String::from_utf8(tables(report)).unwrap().replace(" duplicate-id", "");
    let expected = String::from_utf8(batch["articles.csv"].clone()).unwrap().replace(" duplicate-id", "");
    assert_eq!(listed(&report_on(&folder)), expected);
    // In whatever order they come again.
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let again = add(&folder, order.map(|at| &all[at]));
        assert_eq!((again.new, again.replaced, again.unchanged), (0, 0, 3), "{order:?}");
    }
    assert_eq!(stats(&folder).documents, 3);
    // One alone takes the place of the one that has the plain id.
    let other = article("a", "Herald", &own_words(30));
    assert_eq!(add(&folder, [&other]).replaced, 1);
    assert_eq!(stats(&folder).documents, 3);
    assert_eq!(found(&ask(&folder, &other.text)), ["a"]);
    // Two of which one is there under another name.
    let both = add(&folder, [&all[0], &all[1], &all[2]]);
    assert_eq!(both.new + both.replaced + both.unchanged, 3);
    assert_eq!(listed(&report_on(&folder)), expected);
}

#[test]
fn an_article_whose_own_id_looks_like_a_given_one_is_never_replaced_by_it() {
    let corpus = Corpus::new();
    let folder = corpus.path().join("index");
    let own = article("a#2", "Herald", &own_words(30));
    add(&folder, [&own]);
    let texts: Vec<Document> = (0..2).map(|_| article("a", "Post", &own_words(30))).collect();
    assert_eq!(add(&folder, &texts).new, 2);
    for compact in [false, true] {
        if compact {
            writer(&folder).compact().expect("a compact index");
        }
        let again = add(&folder, &texts);
        assert_eq!((again.new, again.replaced, again.unchanged), (0, 0, 2), "compact: {compact}");
        assert_eq!(found(&ask(&folder, &own.text)), ["a#2"]);
        let ids: BTreeSet<String> = texts.iter().flat_map(|document| found(&ask(&folder, &document.text))).collect();
        assert_eq!(ids, ["a", "a#3"].map(str::to_owned).into());
        // One of them alone is there already, whatever name it was given.
        for document in &texts {
            assert_eq!(add(&folder, [document]).unchanged, 1);
        }
    }
}

#[test]
fn what_is_known_of_an_article_is_part_of_it() {
    let corpus = Corpus::new();
    let folder = corpus.path().join("index");
    let text = own_words(30);
    add(&folder, [&dated("a", "Herald", "2031-05-01", &text)]);
    let corrected = dated("a", "Herald", "2031-05-02", &text);
    assert_eq!(add(&folder, [&corrected]).replaced, 1, "another date");
    assert_eq!(add(&folder, [&corrected]).unchanged, 1);
    let report = report_on(&folder);
    assert_eq!(report.index.metadata(report.articles[0].document), &corrected.metadata);
}

// --------------------------------------------------------------------------------------------- an answer is a scan

/// Rows of an article, told by what they are and not by where their articles stand.
fn rows_of(report: &Report, id: &str) -> BTreeSet<(String, [u32; 4], u32)> {
    let name = |document| report.index.id(document).to_owned();
    let of = |row: &OverlapRow| -> Option<(String, [u32; 4], u32)> {
        let (own, other) = if name(row.a.document) == id { (&row.a, &row.b) } else { (&row.b, &row.a) };
        (name(own.document) == id && name(other.document) != id).then(|| {
            let spans = [own.bytes.start, own.bytes.end, other.bytes.start, other.bytes.end];
            (name(other.document), spans, row.matched_words)
        })
    };
    report.overlaps.iter().filter_map(of).collect()
}

#[test]
fn an_answer_has_the_rows_of_a_scan_of_all() {
    for seed in 0..20 {
        let corpus = Corpus::new();
        let folder = corpus.path().join("index");
        let mut news = Newsroom::new(100 + seed);
        let articles: Vec<Document> = (0..50).map(|id| news.article(id)).collect();
        for part in articles.chunks(17) {
            add(&folder, part);
        }
        remove(&folder, &["news/3", "news/30"]);
        let asked = Document { id: "asked".into(), ..news.article(99) };
        let answer = query(&open(&folder), asked.clone(), &Settings::news()).expect("an answer");
        let live = articles.into_iter().filter(|d| !["news/3", "news/30"].contains(&d.id.as_str()));
        let whole = scan(live.chain([asked]));
        let (few, all) = (rows_of(&answer.report, "asked"), rows_of(&whole, "asked"));
        assert_eq!(few, all, "seed {seed}");
        assert_eq!(answer.searched, 48);
    }
}

#[test]
fn a_passage_in_very_many_articles_is_found_whoever_of_them_is_removed() {
    let passage = "seven old ferries left the eastern harbour before noon on Sunday";
    let corpus = Corpus::new();
    let folder = corpus.path().join("index");
    // Three wordings of what goes before and after; the last is in few, late articles.
    let text = |at: usize| {
        let (before, after) =
            (["today", "yesterday", "said that"][at % 50 / 24], ["and", "but", "until"][at % 50 / 24]);
        format!("{} {before} {passage} {after} {}", own_words(9), own_words(9))
    };
    let articles: Vec<Document> = (0..200)
        .map(|at| dated(&format!("{at:03}"), OUTLETS[at % 4], &format!("2031-05-{:02}", 1 + at / 10), &text(at)))
        .collect();
    add(&folder, &articles);
    assert!(stats(&folder).hubs > 0);
    let mut removed = 0;
    for round in 0..30 {
        let answer = ask(&folder, &format!("Hear this: {passage}, no more."));
        let sources = found(&answer);
        assert!(!sources.is_empty(), "round {round}");
        let (unique, words) = answer.unique_words();
        assert_eq!(words - unique, 11, "round {round}");
        for wording in ["today", "said that"] {
            let answer = ask(&folder, &format!("It is told {wording} {passage}."));
            let (unique, words) = answer.unique_words();
            assert_eq!(words - unique, 11 + wording.split(' ').count() as u32, "round {round}, {wording}");
        }
        // Those that stand for the others go first.
        let ids: Vec<&str> = sources.iter().take(5).map(String::as_str).collect();
        removed += remove(&folder, &ids);
    }
    assert!(removed >= 150, "{removed}");
}

#[test]
fn of_words_in_very_many_articles_files_name_all_and_an_index_says_that_there_are_more() {
    let passage = "seven old ferries left the eastern harbour before noon on Sunday";
    for (copies, crowded) in [(64, false), (65, true), (300, true)] {
        let corpus = Corpus::new();
        let articles: Vec<Document> = (0..copies)
            .map(|at| article(&format!("{at:03}.txt"), "", &format!("{} {passage} {}", own_words(9), own_words(9))))
            .collect();
        articles.iter().for_each(|article| {
            corpus.file(&format!("files/{}", article.id), &article.text);
        });
        let folder = corpus.path().join("index");
        add(&folder, &articles);
        let answer = ask(&folder, passage);
        assert_eq!((answer.has_more, answer.unique_words()), (crowded, (0, 11)), "{copies}");
        let sources = found(&answer);
        assert_eq!(sources[0], "000.txt");
        assert!(if crowded { sources.len() >= 3 } else { sources.len() == copies }, "{copies}: {}", sources.len());

        let inputs = read::discover_from(None, &[corpus.path().join("files")]).expect("inputs").inputs;
        let asked = article("asked", "", passage);
        let answer =
            query_files(inputs, Default::default(), asked, &Settings::news(), &()).expect("an answer from files");
        assert_eq!((answer.has_more, found(&answer).len()), (false, copies), "{copies}");
    }
}

#[test]
fn an_edited_paragraph_without_a_run_of_five_words_is_found_by_its_bands() {
    let corpus = Corpus::new();
    let folder = corpus.path().join("index");
    let words: Vec<String> = (0..120).map(|at| format!("word{at}")).collect();
    let mut articles = vec![article("source", "Herald", &words.join(" "))];
    articles.extend((0..30).map(|at| article(&format!("{at}"), "Post", &own_words(100))));
    add(&folder, &articles);
    let changed: Vec<String> =
        words.iter().enumerate().map(|(at, w)| if at % 5 == 4 { format!("other{at}") } else { w.clone() }).collect();
    assert_eq!(found(&ask(&folder, &changed.join(" "))), ["source"]);
}

#[test]
fn an_article_that_is_there_itself_is_its_own_best_source() {
    let corpus = Corpus::new();
    let folder = corpus.path().join("index");
    let text = own_words(40);
    add(&folder, [&article("asked", "Herald", &text), &article("b", "Post", &own_words(40))]);
    assert_eq!(found(&ask(&folder, &text)), ["asked"]);
}

// ------------------------------------------------------------------------------------------------------ without texts

#[test]
fn an_index_without_texts_gives_the_same_places_and_no_text_away() {
    for seed in 0..6 {
        let corpus = Corpus::new();
        let (with, without) = (corpus.path().join("with"), corpus.path().join("without"));
        let mut news = Newsroom::new(200 + seed);
        let articles: Vec<Document> = (0..40).map(|id| news.article(id)).collect();
        add(&with, &articles);
        let mut options = StoreOptions::default();
        options.without_text = true;
        // Merged on the way, so that what is kept is enough to make a segment of.
        for part in articles.chunks(5) {
            let mut writer = StoreWriter::open(&without, options.clone()).expect("an index");
            let mut addition = writer.begin().expect("an addition");
            part.iter().for_each(|document| addition.add(document).expect("an article"));
            addition.commit().expect("a commit");
        }
        assert_eq!(stats(&without).segments, 1);
        assert!(!stats(&without).text);
        let text = news.text();
        let shared = |folder: &Path| {
            let answer = ask(folder, &text);
            let rows = rows_of(&answer.report, "asked");
            rows.into_iter().map(|(id, _, words)| (id, words)).collect::<BTreeSet<_>>()
        };
        // Without punctuation an edge may be trimmed otherwise.
        let (known, hashed) = (shared(&with), shared(&without));
        let ids = |rows: &BTreeSet<(String, u32)>| rows.iter().map(|row| row.0.clone()).collect::<BTreeSet<_>>();
        assert_eq!(ids(&known), ids(&hashed), "seed {seed}");
        let bytes: Vec<u8> = names(&without).iter().flat_map(|n| fs::read(without.join(n)).expect("a file")).collect();
        let word = news.passages[0].split(' ').next().expect("a word").as_bytes();
        assert!(!bytes.windows(word.len()).any(|window| window == word), "a word of the texts");
        let refused = Detector::new(Settings::news()).expect("settings").read_store(&open(&without), &());
        assert!(refused.is_err_and(|error| error.to_string().contains("keeps no texts")));
        let mixed = StoreWriter::open(&with, options.clone()).err().expect("an index with texts");
        assert!(mixed.to_string().contains("it keeps texts"), "{mixed}");
    }
}

// ------------------------------------------------------------------------------------------------------------- damage

/// Whether whoever opens, reads and asks the index is told that something is wrong.
fn is_noticed(folder: &Path) -> bool {
    let asked = || -> wirecopy::Result<()> {
        let store = Store::open(folder)?;
        query(&store, article("asked", "", LINE), &Settings::news())?;
        store.verify(&mut |_| ())
    };
    asked().is_err()
}

#[test]
fn every_cut_and_a_flipped_bit_in_every_byte_of_an_index_are_noticed() {
    let corpus = Corpus::new();
    let folder = corpus.path().join("index");
    add(&folder, [&article("a", "Herald", &format!("{LINE} {}", own_words(20)))]);
    add(&folder, [&article("b", "Post", &format!("{} {LINE}", own_words(20)))]);
    remove(&folder, &["a"]);
    assert!(!is_noticed(&folder));
    let mut dice = Dice::new(7);
    for name in names(&folder).iter().filter(|name| *name != "lock") {
        let path = folder.join(name);
        let whole = fs::read(&path).expect("a file");
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1 << dice.below(8);
            fs::write(&path, &damaged).expect("a file");
            assert!(is_noticed(&folder), "a bit of byte {at} of {name}");
            if at % 7 == 0 || at + 100 > whole.len() || at < 100 {
                fs::write(&path, &whole[..at]).expect("a file");
                assert!(is_noticed(&folder), "{name} cut at {at}");
            }
        }
        fs::write(&path, [&whole[..], &[0]].concat()).expect("a file");
        assert!(is_noticed(&folder), "a byte behind {name}");
        fs::write(&path, vec![0; whole.len()]).expect("a file");
        assert!(is_noticed(&folder), "{name} of zeros");
        fs::write(&path, &whole).expect("a file");
    }
    assert!(!is_noticed(&folder));
}

#[test]
fn files_swapped_missing_doubled_or_of_another_time_or_index_are_noticed() {
    let corpus = Corpus::new();
    let folder = corpus.path().join("index");
    let other = corpus.path().join("other");
    let one = |id: &str| article(id, "Herald", &format!("{LINE} {}", own_words(20)));
    for (index, ids) in [(&folder, ["a", "b", "c"]), (&other, ["a", "b", "c"])] {
        ids.iter().for_each(|id| drop(add(index, [&one(id)])));
    }
    let segments: Vec<String> = names(&folder).into_iter().filter(|name| name.starts_with("segment")).collect();
    assert_eq!(segments.len(), 3);
    let damaged = |what: &str, damage: &dyn Fn(&Path)| {
        let at = corpus.path().join("damaged");
        let _ = fs::remove_dir_all(&at);
        copy(&folder, &at);
        damage(&at);
        assert!(is_noticed(&at), "{what}");
    };
    let put = |from: &Path, to: &Path| {
        fs::copy(from, to).expect("a file");
    };
    damaged("swapped", &|at| {
        put(&folder.join(&segments[0]), &at.join(&segments[1]));
        put(&folder.join(&segments[1]), &at.join(&segments[0]));
    });
    damaged("doubled", &|at| put(&folder.join(&segments[0]), &at.join(&segments[1])));
    damaged("missing", &|at| fs::remove_file(at.join(&segments[1])).expect("a file"));
    damaged("of another index", &|at| put(&other.join(&segments[1]), &at.join(&segments[1])));
    damaged("the manifest of another index", &|at| put(&other.join("manifest"), &at.join("manifest")));
    damaged("without a manifest", &|at| {
        fs::remove_file(at.join("manifest")).expect("a file");
        assert!(StoreWriter::open(at, StoreOptions::default()).is_err(), "a writer must not take it for a new one");
    });
    let single = corpus.path().join("single");
    add(&single, [&one("a")]);
    fs::remove_file(single.join("manifest")).expect("a file");
    assert!(is_noticed(&single) && StoreWriter::open(&single, StoreOptions::default()).is_err());
    fs::create_dir(corpus.path().join("empty")).expect("a folder");
    assert!(is_noticed(&corpus.path().join("empty")), "an empty folder, as of a disk that is not mounted");
    let old = fs::read(folder.join("manifest")).expect("a manifest");
    add(&folder, [&one("d")]);
    add(&folder, [&one("e")]);
    damaged("an older manifest", &|at| fs::write(at.join("manifest"), &old).expect("a file"));
}

#[test]
fn a_reader_keeps_the_generation_it_opened() {
    let corpus = Corpus::new();
    let folder = corpus.path().join("index");
    let first = article("a", "Herald", &own_words(30));
    add(&folder, [&first]);
    let before = open(&folder);
    let second = article("b", "Herald", &own_words(30));
    add(&folder, [&second]);
    remove(&folder, &["a"]);
    writer(&folder).compact().expect("a compact index");
    let ask = |store: &Store, text: &str| {
        found(&query(store, article("asked", "", text), &Settings::news()).expect("an answer"))
    };
    assert_eq!((ask(&before, &first.text), ask(&before, &second.text)), (vec!["a".to_owned()], vec![]));
    let now = open(&folder);
    assert_eq!((ask(&now, &first.text), ask(&now, &second.text)), (vec![], vec!["b".to_owned()]));
}

// ---------------------------------------------------------------------------------------------------- command line

const FERRY: &str =
    "The ferry to Brannoc Point will stop on Friday after the harbour board refused to renew its licence.";

#[test]
fn an_index_is_made_asked_reported_on_and_counted_from_the_command_line() {
    let corpus = Corpus::with(&[
        ("articles/herald/ferry.txt", FERRY),
        (
            "articles/post/pier.txt",
            "Divers who went under the old pier in April found nine of its piles eaten by worm.",
        ),
        ("draft.txt", &format!("We hear: {FERRY}")),
    ]);
    let added = corpus.run(&["index", "add", "news.index", "articles"]).exits(0);
    assert_eq!(added.out, "news.index: 2 articles added; 2 in all\n");
    let again = corpus.run(&["index", "add", "news.index", "articles"]).exits(0);
    assert_eq!(again.out, "news.index: 0 articles added, 2 unchanged; 2 in all\n");
    let answer = corpus.run(&["query", "draft.txt", "--corpus", "news.index"]).exits(0);
    assert!(
        answer.out.contains("herald/ferry.txt") && answer.out.contains("The ferry to Brannoc Point"),
        "{}",
        answer.out
    );
    let json =
        corpus.run_with(&["query", "-", "--corpus", "news.index", "--format", "json"], FERRY.as_bytes()).exits(0);
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(json["sources"][0]["id"], "herald/ferry.txt");
    assert_eq!(json["sources"][0]["overlaps"][0]["text"], FERRY.trim_end_matches('.'));
    assert_eq!((&json["words"], &json["unique_words"], &json["searched"]), (&18.into(), &0.into(), &2.into()));
    let folder = corpus.run(&["query", "draft.txt", "--corpus", "articles"]).exits(0);
    assert_eq!(folder.out, answer.out, "a folder answers as its index does");
    corpus.run(&["scan", "draft.txt", "--corpus", "news.index", "-o", "report", "-q"]).exits(0);
    assert_eq!(corpus.ids(), ["draft.txt", "herald/ferry.txt", "post/pier.txt"]);
    assert!(corpus.run(&["index", "verify", "news.index"]).exits(0).out.contains("2 articles and "));
    let stats = corpus.run(&["index", "stats", "news.index", "--format", "json"]).exits(0);
    let stats: serde_json::Value = serde_json::from_str(&stats.out).expect("JSON");
    assert_eq!((&stats["documents"], &stats["segments"]), (&2.into(), &1.into()));
    assert!(corpus.run(&["index", "stats", "news.index"]).exits(0).out.starts_with("articles "));
    let removed = corpus.run(&["index", "remove", "news.index", "--", "post/pier.txt", "-none"]).exits(0);
    assert_eq!(removed.out, "news.index: 1 article removed; 1 in all\n");
    removed.says("-none: not in the index");
    assert!(corpus.run(&["index", "compact", "news.index"]).exits(0).out.contains("1 article in all"));
    assert_eq!(
        corpus.run(&["index", "compact", "news.index"]).exits(0).out,
        "news.index: compact already; 1 article in all\n"
    );
}

#[test]
fn what_is_no_index_is_refused_and_left_alone() {
    let corpus = Corpus::with(&[("a.txt", FERRY), ("articles/b.txt", FERRY)]);
    corpus.run(&["index", "add", "articles", "a.txt"]).exits(2).says("not an index of wirecopy");
    corpus.run(&["index", "add", "a.txt", "articles"]).exits(2).says("a.txt");
    for command in [
        &["index", "verify", "none"][..],
        &["index", "stats", "none"],
        &["index", "compact", "none"],
        &["index", "remove", "none", "x"],
        &["scan", "--corpus", "none", "-o", "r"],
    ] {
        corpus.run(command).exits(2).says("none: there is no index");
    }
    corpus.run(&["index", "verify", "articles"]).exits(2).says("articles: not an index of wirecopy");
    corpus.run(&["query", "a.txt", "--corpus", "none"]).exits(2).says("none");
    corpus.run(&["index", "add", "i", "missing"]).exits(2).says("missing");
    corpus.run(&["index", "add", "i", "a.txt", "--memory", "1M"]).exits(2).says("at least 256M");
    corpus.run(&["index", "add", "i", "a.txt", "--memory", "much"]).exits(2).says("not a size");
    corpus.run(&["query", "articles", "--corpus", "articles"]).exits(0);
    assert_eq!(corpus.names(), ["a.txt", "articles"], "nothing was made");
    corpus.file("bad.jsonl", "{\"text\": \"fine words of one article\"}\n{broken\n");
    corpus.run(&["index", "add", "i", "bad.jsonl", "--strict"]).exits(2).says("strict");
    let lossy = corpus.run(&["index", "add", "i", "bad.jsonl"]).exits(3);
    assert_eq!(lossy.out, "i: 1 article added; 1 in all\n");
}

#[test]
fn a_second_writer_is_told_at_once() {
    let corpus = Corpus::with(&[("a.txt", FERRY)]);
    let held = writer(&corpus.path().join("i"));
    corpus.run(&["index", "add", "i", "a.txt"]).exits(2).says("another wirecopy is writing");
    drop(held);
    corpus.run(&["index", "add", "i", "a.txt"]).exits(0);
}
