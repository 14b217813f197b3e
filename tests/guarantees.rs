//! G1 to G4 of the design against brute force. The oracles know the words of each text because they made them: nothing
//! of the crate is asked how a text is cut or compared.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::LazyLock;

use wirecopy::report::Excerpt;
use wirecopy::{Channels, Detector, Document, MemoryLimit, Pairs, Report, Settings};

use crate::harness::{Corpus, Dice, Files, article, assert_same_files, dated, files_of, scan, scan_paths, scan_with};

/// The shortest run that must be found.
const LEAST: usize = 8;

/// Texts of known words.
struct World {
    name: String,
    words: Vec<Vec<u32>>,
    /// Bytes of each word in its text.
    spans: Vec<Vec<Range<usize>>>,
    documents: Vec<Document>,
}

/// How texts are written.
#[derive(Clone, Copy, PartialEq)]
enum Noise {
    Plain,
    Unix,
    Windows,
}

/// A maximal run of equal words: `len` words from `i` on in article `d` and from `j` on in article `e`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Run {
    d: usize,
    i: usize,
    e: usize,
    j: usize,
    len: usize,
}

fn spelling(word: u32) -> String {
    match word {
        w if w % 7 != 0 => format!("w{w}x"),
        w if w % 2 == 1 => format!("caf\u{e9}{w}s"),
        w => format!("l'ami{w}"),
    }
}

/// A text of the words, and the bytes of each.
fn render(dice: &mut Dice, words: &[u32], noise: Noise) -> (String, Vec<Range<usize>>) {
    let (mut text, mut spans) = (String::new(), Vec::new());
    let line_end = if noise == Noise::Windows { "\r\n" } else { "\n" };
    for (at, &word) in words.iter().enumerate() {
        if at > 0 {
            match dice.unit() {
                x if x < 0.02 => text.extend([line_end, line_end]),
                x if x < 0.03 => text.push_str(line_end),
                x if x < 0.08 && noise != Noise::Plain => {
                    let gaps = [", ", " — ", " “", "” ", ". ", "; ", "\u{a0}", " (", ") ", "… "];
                    text.push_str(dice.pick(&gaps[..]));
                }
                _ => text.push(' '),
            }
        }
        let mut word = spelling(word);
        if noise != Noise::Plain {
            let second = word.char_indices().nth(2).map_or(1, |(at, _)| at);
            match dice.unit() {
                x if x < 0.05 => word = word.to_uppercase(),
                x if x < 0.10 => word[..1].make_ascii_uppercase(),
                x if x < 0.12 => word.insert(second, '\u{ad}'),
                x if x < 0.13 => word.insert(1, '\u{200b}'),
                x if x < 0.20 => word = word.replace('\u{e9}', "e\u{301}"),
                x if x < 0.60 => word = word.replace('\'', "\u{2019}"),
                _ => {}
            }
        }
        spans.push(text.len()..text.len() + word.len());
        text.push_str(&word);
    }
    (text, spans)
}

/// Throws a word.
type Throw = fn(&mut Dice) -> u32;

/// Forty texts with thirty planted runs of 8 to 60 words, of words that `word` throws.
fn world(name: &str, seed: u64, noise: Noise, word: Throw) -> World {
    let mut dice = Dice::new(seed);
    let throw = |dice: &mut Dice, n: usize| (0..n).map(|_| word(dice)).collect::<Vec<u32>>();
    let mut words: Vec<Vec<u32>> = Vec::new();
    for _ in 0..40 {
        let length = dice.pick(&[8, 12, 30, 120, 300]);
        words.push(throw(&mut dice, length));
    }
    for _ in 0..30 {
        let length = dice.pick(&[8, 8, 9, 10, 11, 12, 15, 20, 40, 60]);
        let run = throw(&mut dice, length);
        let copies = dice.pick(&[1, 2, 2, 2, 3, 5, 20]);
        for d in dice.sample(words.len(), copies) {
            for _ in 0..dice.pick(&[1, 1, 1, 2]) {
                let anywhere = dice.below(words[d].len() + 1);
                let at = dice.pick(&[0, words[d].len(), anywhere]);
                words[d].splice(at..at, run.iter().copied());
            }
        }
    }
    let (texts, spans): (Vec<_>, Vec<_>) = words.iter().map(|words| render(&mut dice, words, noise)).unzip();
    let documents = texts.iter().enumerate().map(|(d, text)| article(&format!("d{d:03}"), "", text)).collect();
    World { name: name.into(), words, spans, documents }
}

/// Pareto: a few words very often, most words once.
fn frequent(dice: &mut Dice, shape: f64) -> u32 {
    let rank = (1.0 - dice.unit()).powf(-1.0 / shape).min(4000.0) as u32;
    rank + dice.below(3) as u32
}

/// Worlds, their shared runs by exhaustive comparison, and what the crate reports of them.
static WORLDS: LazyLock<Vec<(World, Vec<Run>, Report)>> = LazyLock::new(|| {
    let mut worlds = Vec::new();
    let noises = [Noise::Plain, Noise::Unix, Noise::Windows];
    for (seed, noise) in (1..7).zip(noises.into_iter().cycle()) {
        let letters: [(&str, Throw); 5] = [
            ("four words", |dice| 1 + dice.below(4) as u32),
            ("thirty words", |dice| 1 + dice.below(30) as u32),
            ("many words", |dice| 1 + dice.below(5000) as u32),
            ("a few frequent words", |dice| frequent(dice, 1.1)),
            ("some frequent words", |dice| frequent(dice, 0.5)),
        ];
        for (at, (name, word)) in letters.into_iter().enumerate() {
            worlds.push(world(&format!("{name}, seed {seed}"), 100 * seed + at as u64, noise, word));
        }
    }
    worlds
        .into_iter()
        .map(|world| {
            let report = scan(world.documents.iter().cloned());
            let runs = runs(&world.words, LEAST);
            (world, runs, report)
        })
        .collect()
});

/// All maximal runs of at least so many equal words, of two articles or inside one. Of the latter those that overlap
/// themselves are left out.
fn runs(words: &[Vec<u32>], least: usize) -> Vec<Run> {
    let mut places: HashMap<&[u32], Vec<(usize, usize)>> = HashMap::new();
    for (d, words) in words.iter().enumerate() {
        for (at, gram) in words.windows(least).enumerate() {
            places.entry(gram).or_default().push((d, at));
        }
    }
    let mut out = BTreeSet::new();
    for places in places.values() {
        for (at, &(d, i)) in places.iter().enumerate() {
            for &(e, j) in &places[at + 1..] {
                if i > 0 && j > 0 && words[d][i - 1] == words[e][j - 1] {
                    continue; // met from its first word
                }
                let len = words[d][i..].iter().zip(&words[e][j..]).take_while(|(x, y)| x == y).count();
                if d != e || j - i >= len {
                    out.insert(Run { d, i, e, j, len });
                }
            }
        }
    }
    out.into_iter().collect()
}

impl World {
    fn article(&self, report: &Report, side: &Excerpt) -> usize {
        report.index.id(side.document)[1..].parse().expect("an id of this world")
    }

    /// The words that a side of an overlap spans.
    fn side(&self, report: &Report, side: &Excerpt) -> (usize, Range<usize>) {
        let d = self.article(report, side);
        let bytes = side.bytes.range();
        let first = self.spans[d].partition_point(|span| span.end <= bytes.start);
        let last = self.spans[d].partition_point(|span| span.start < bytes.end);
        (d, first..last)
    }
}

/// Words of each article that the report's overlaps span, by the other article.
fn spanned(world: &World, report: &Report) -> HashMap<(usize, usize), Vec<bool>> {
    let mut out: HashMap<(usize, usize), Vec<bool>> = HashMap::new();
    for row in &report.overlaps {
        let (a, b) = (world.side(report, &row.a), world.side(report, &row.b));
        for ((d, span), e) in [(a.clone(), b.0), (b, a.0)] {
            out.entry((d, e)).or_insert_with(|| vec![false; world.words[d].len()])[span].fill(true);
        }
    }
    out
}

/// Length of a longest common subsequence, by the textbook.
fn common(x: &[u32], y: &[u32]) -> usize {
    let mut row = vec![0; y.len() + 1];
    for a in x {
        let mut diagonal = 0;
        for (j, b) in y.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if a == b { diagonal + 1 } else { above.max(row[j]) };
            diagonal = above;
        }
    }
    row[y.len()]
}

/// The first few of many.
#[track_caller]
fn assert_none(failures: Vec<String>, checked: usize) {
    assert!(checked > 0, "nothing was checked");
    let some: Vec<&String> = failures.iter().take(5).collect();
    assert!(failures.is_empty(), "{} of {checked} fail, as {some:#?}", failures.len());
}

// ---------------------------------------------------------------------------------------------------------------- G1

#[test]
fn no_run_of_eight_words_between_two_articles_is_missed() {
    let (mut failures, mut checked) = (Vec::new(), 0);
    for (world, runs, report) in WORLDS.iter() {
        let spanned = spanned(world, report);
        for run in runs.iter().filter(|run| run.d != run.e) {
            checked += 1;
            let whole =
                |d, i, e| spanned.get(&(d, e)).is_some_and(|s: &Vec<bool>| s[i..i + run.len].iter().all(|&w| w));
            if !whole(run.d, run.i, run.e) || !whole(run.e, run.j, run.d) {
                failures.push(format!("{}: {run:?}", world.name));
            }
        }
    }
    assert_none(failures, checked);
}

#[test]
fn no_run_of_eight_words_that_an_article_repeats_is_missed() {
    let (mut failures, mut checked) = (Vec::new(), 0);
    for (world, runs, report) in WORLDS.iter() {
        let spanned = spanned(world, report);
        for run in runs.iter().filter(|run| run.d == run.e) {
            checked += 1;
            let own = spanned.get(&(run.d, run.d));
            let whole = |i: usize| own.is_some_and(|s| s[i..i + run.len].iter().all(|&word| word));
            if !whole(run.i) || !whole(run.j) {
                failures.push(format!("{}: {run:?}", world.name));
            }
        }
    }
    assert_none(failures, checked);
}

#[test]
fn every_word_of_a_shared_run_counts_as_not_unique() {
    let (mut failures, mut checked) = (Vec::new(), 0);
    for (world, runs, report) in WORLDS.iter() {
        let mut shared: Vec<Vec<bool>> = world.words.iter().map(|words| vec![false; words.len()]).collect();
        for run in runs {
            shared[run.e][run.j..run.j + run.len].fill(true);
            if run.d != run.e {
                shared[run.d][run.i..run.i + run.len].fill(true); // the earlier of two places in one article is its own
            }
        }
        for row in &report.articles {
            checked += 1;
            let d: usize = report.index.id(row.document)[1..].parse().expect("a number");
            let least = shared[d].iter().filter(|&&word| word).count();
            if ((row.words - row.unique_words) as usize) < least || row.words as usize != world.words[d].len() {
                failures.push(format!("{}: d{d:03} counts {row:?}, shares {least}", world.name));
            }
        }
    }
    assert_none(failures, checked);
}

#[test]
fn the_fingerprint_channel_alone_carries_the_guarantee() {
    let world = world("fingerprints", 7, Noise::Unix, |dice| 1 + dice.below(5000) as u32);
    let mut settings = Settings::news();
    settings.candidates = Channels::Fingerprints;
    let report = scan_with(settings, world.documents.iter().cloned());
    let pairs: BTreeSet<(usize, usize)> =
        report.overlaps.iter().map(|row| (world.article(&report, &row.a), world.article(&report, &row.b))).collect();
    let runs = runs(&world.words, LEAST);
    let missed = runs.iter().filter(|run| !pairs.contains(&(run.d, run.e))).map(|run| format!("{run:?}")).collect();
    assert_none(missed, runs.len());
    assert_eq!(report.run.counts.lsh.proposed, 0);
}

#[test]
fn with_a_higher_least_length_only_longer_overlaps_are_reported_and_none_of_those_is_missed() {
    let world = world("twelve", 9, Noise::Unix, |dice| 1 + dice.below(5000) as u32);
    let mut settings = Settings::news();
    settings.min_words = 12;
    let report = scan_with(settings, world.documents.iter().cloned());
    assert!(report.overlaps.iter().all(|row| row.matched_words >= 12));
    let spanned = spanned(&world, &report);
    let runs: Vec<Run> = runs(&world.words, 12);
    let missed = runs.iter().filter(|run| {
        let whole = |d, i, e| spanned.get(&(d, e)).is_some_and(|s: &Vec<bool>| s[i..i + run.len].iter().all(|&w| w));
        !whole(run.d, run.i, run.e) || !whole(run.e, run.j, run.d)
    });
    assert_none(missed.map(|run| format!("{run:?}")).collect(), runs.len());
}

// ---------------------------------------------------------------------------------------------------------------- G2

/// `copies` articles that carry one run between words of their own, every fourth with one word changed where the run
/// is long; and how many of the run's words each has in pieces of 11 or more.
fn hub(copies: usize, length: usize) -> (Vec<Document>, Vec<usize>) {
    let mut dice = Dice::new(copies as u64 * 1000 + length as u64);
    let throw = |dice: &mut Dice, n: usize| (0..n).map(|_| format!("q{}x", dice.below(1_000_000))).collect::<Vec<_>>();
    let run = throw(&mut dice, length);
    let (mut documents, mut kept) = (Vec::new(), Vec::new());
    for d in 0..copies {
        let mut body = run.clone();
        if d % 4 == 3 && length >= 23 {
            let at = 11 + dice.below(length - 22);
            body[at] = throw(&mut dice, 1).remove(0);
        }
        kept.push(length - usize::from(body != run));
        let (before, after) = (dice.below(30), dice.below(30));
        let words = [throw(&mut dice, before), body, throw(&mut dice, after)].concat();
        documents.push(article(&format!("h{d:03}"), "", &words.join(" ")));
    }
    (documents, kept)
}

/// Whether every copy counts its words, whatever their number.
#[track_caller]
fn assert_hub(copies: usize) {
    for length in [11, 12, 17, 24, 33, 40] {
        let (documents, kept) = hub(copies, length);
        let report = scan(documents);
        let failures: Vec<String> = report
            .articles
            .iter()
            .zip(&kept)
            .filter(|(row, kept)| {
                let counted = (row.words - row.unique_words) as usize;
                let in_a_row =
                    report.overlaps.iter().any(|o| o.a.document == row.document || o.b.document == row.document);
                !(**kept - 4..=**kept + 2).contains(&counted) || !in_a_row
            })
            .map(|(row, kept)| format!("{length} words: {} of {kept}, {row:?}", row.words - row.unique_words))
            .collect();
        assert_none(failures, copies);
    }
}

#[test]
fn a_passage_in_63_articles_is_counted_in_all_of_them() {
    assert_hub(63);
}

#[test]
fn a_passage_in_64_articles_is_counted_in_all_of_them() {
    assert_hub(64);
}

#[test]
fn a_passage_in_65_articles_is_counted_in_all_of_them() {
    assert_hub(65);
}

#[test]
fn a_passage_in_101_articles_is_counted_in_all_of_them() {
    assert_hub(101);
}

#[test]
fn a_passage_in_130_articles_is_counted_in_all_of_them() {
    assert_hub(130);
}

#[test]
fn a_short_passage_in_very_many_articles_is_counted_in_all_of_them() {
    // Most of its fingerprints stand in hundreds of contexts, since each article goes on in its own words.
    for copies in 300..306 {
        for length in [8, 9, 10, 11, 12, 13] {
            let report = scan(hub(copies, length).0);
            let shared = |words: u32, unique: u32| (words - unique) as usize;
            let lost = report.articles.iter().filter(|row| shared(row.words, row.unique_words) < length).count();
            assert_eq!(lost, 0, "of {copies} copies of {length} words");
        }
    }
}

#[test]
fn up_to_64_articles_have_a_row_a_pair_and_more_have_stars() {
    let rows = |copies| {
        let report = scan(hub(copies, 20).0);
        (report.overlaps.len(), report.run.counts.star_fingerprints > 0, report.passages.len())
    };
    assert_eq!(rows(64), (64 * 63 / 2, false, 1));
    let (found, stars, passages) = rows(65);
    assert!((64..65 * 64 / 2).contains(&found), "{found} rows");
    assert_eq!((stars, passages), (true, 1));
}

#[test]
fn rows_of_a_passage_in_very_many_articles_grow_with_the_articles() {
    for copies in [600, 1200] {
        let report = scan(hub(copies, 40).0);
        let rows = report.overlaps.len();
        assert!(rows < 8 * copies, "{rows} rows of {copies} copies");
        assert_eq!(report.passages.iter().map(|row| row.articles as usize).max(), Some(copies));
    }
}

#[test]
fn all_pairs_are_written_where_they_are_asked_for() {
    let mut settings = Settings::news();
    settings.pairs = Pairs::All;
    let report = scan_with(settings, hub(70, 20).0);
    assert_eq!(report.overlaps.len(), 70 * 69 / 2);
    assert_eq!(report.run.counts.star_fingerprints, 0);
}

#[test]
fn a_member_of_a_star_has_a_row_with_another_outlet_even_if_the_first_is_of_its_own() {
    let documents = hub(80, 20).0.into_iter().enumerate().map(|(d, mut document)| {
        document.metadata.source = if d % 5 == 4 { "Post" } else { "Herald" }.into();
        document
    });
    let report = scan(documents);
    let mut foreign = BTreeSet::new();
    for row in &report.overlaps {
        if report.index.metadata(row.a.document).source != report.index.metadata(row.b.document).source {
            foreign.extend([row.a.document, row.b.document]);
        }
    }
    let lonely: Vec<&str> =
        report.index.documents().filter(|d| !foreign.contains(d)).map(|d| report.index.id(d)).collect();
    assert_eq!(lonely, [""; 0], "no row with another outlet");
    assert!(report.articles.iter().all(|row| row.unattributed_words >= 16), "shared with another outlet");
}

// ---------------------------------------------------------------------------------------------------------------- G3

#[test]
fn every_overlap_shares_eight_words_in_order_and_three_fifths_of_its_longer_side() {
    let (mut failures, mut checked) = (Vec::new(), 0);
    for (world, _, report) in WORLDS.iter() {
        for row in &report.overlaps {
            checked += 1;
            let ((d, x), (e, y)) = (world.side(report, &row.a), world.side(report, &row.b));
            let longer = x.len().max(y.len());
            let shared = common(&world.words[d][x], &world.words[e][y]);
            let matched = row.matched_words as usize;
            if shared < LEAST
                || 10 * shared < 6 * longer
                || matched > shared
                || matched < LEAST
                || 10 * matched < 6 * longer
            {
                failures.push(format!("{}: {shared} of {longer} are equal, {row:?}", world.name));
            }
        }
    }
    assert_none(failures, checked);
}

#[test]
fn spans_of_overlaps_begin_and_end_with_a_word_and_count_their_words() {
    let (mut failures, mut checked) = (Vec::new(), 0);
    for (world, _, report) in WORLDS.iter() {
        for side in report.overlaps.iter().flat_map(|row| [&row.a, &row.b]) {
            checked += 1;
            let (d, span) = world.side(report, side);
            let bytes = world.spans[d][span.start].start..world.spans[d][span.end - 1].end;
            if bytes != side.bytes.range() || span.len() != side.words as usize {
                failures.push(format!("{}: {bytes:?}, {side:?}", world.name));
            }
        }
    }
    assert_none(failures, checked);
}

#[test]
fn an_overlap_is_exact_only_if_its_sides_are_the_same_words() {
    let (mut failures, mut checked) = (Vec::new(), 0);
    for (world, _, report) in WORLDS.iter() {
        for row in &report.overlaps {
            checked += 1;
            let ((d, x), (e, y)) = (world.side(report, &row.a), world.side(report, &row.b));
            if row.exact != (world.words[d][x] == world.words[e][y]) {
                failures.push(format!("{}: {row:?}", world.name));
            }
        }
    }
    assert_none(failures, checked);
}

#[test]
fn overlaps_inside_one_article_lie_apart_and_in_order() {
    let (mut failures, mut checked) = (Vec::new(), 0);
    for (world, _, report) in WORLDS.iter() {
        for row in report.overlaps.iter().filter(|row| row.a.document == row.b.document) {
            checked += 1;
            if row.a.bytes.end > row.b.bytes.start {
                failures.push(format!("{}: {row:?}", world.name));
            }
        }
    }
    assert_none(failures, checked);
}

// ---------------------------------------------------------------------------------------------------------------- G4

/// Articles of six outlets, two thirds of them dated, with planted runs, a star, identical and empty ones.
fn mixture() -> Vec<Document> {
    let outlets = ["amber", "birch", "cedar", "dune", "elm", "fern"];
    let world = world("mixture", 11, Noise::Unix, |dice| frequent(dice, 0.5));
    let mut dice = Dice::new(12);
    let mut documents: Vec<Document> = world.documents;
    documents.extend(hub(70, 25).0);
    let again: Vec<Document> =
        documents[..5].iter().map(|d| Document { id: format!("again-{}", d.id), ..d.clone() }).collect();
    documents.extend(again);
    documents.push(article("empty", "", " \n"));
    for document in &mut documents {
        let outlet = dice.pick(&outlets);
        let dates = ["2031-05-01", "2031-05-02T09:30:00Z", "2031-05-02T11:30:00+02:00", "2031-05-03"];
        let time = if dice.chance(0.66) { Some(dice.pick(&dates)) } else { None };
        let id = format!("{outlet}/{}.txt", document.id);
        *document = match time {
            Some(time) => dated(&id, outlet, time, &document.text),
            None => article(&id, outlet, &document.text),
        };
    }
    documents
}

fn with_threads(threads: usize, work: impl FnOnce() -> Files + Send) -> Files {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool").install(work)
}

fn jsonl(documents: &[Document]) -> String {
    let line = |d: &Document| {
        let time = d.metadata.time.as_ref().map(|time| time.given());
        let fields = serde_json::json!({ "id": d.id, "source": d.metadata.source, "date": time, "text": d.text });
        fields.to_string() + "\n"
    };
    documents.iter().map(line).collect()
}

#[test]
fn any_number_of_threads_writes_the_same_bytes() {
    let documents = mixture();
    let one = with_threads(1, || files_of(&scan(documents.iter().cloned())));
    assert!(one["overlaps.csv"].len() > 10_000 && one["clusters.csv"].len() > 200, "enough to differ in");
    for threads in [2, 8] {
        let other = with_threads(threads, || files_of(&scan(documents.iter().cloned())));
        assert_same_files(&one, &other, &format!("1 and {threads} threads"));
    }
}

#[test]
fn any_order_of_the_input_gives_the_same_bytes() {
    let mut documents = mixture();
    let one = files_of(&scan(documents.iter().cloned()));
    for seed in 1..4 {
        Dice::new(seed).shuffle(&mut documents);
        assert_same_files(&one, &files_of(&scan(documents.iter().cloned())), &format!("shuffled by {seed}"));
    }
}

#[test]
fn one_record_file_or_many_plain_files_give_the_same_bytes() {
    let mut documents = mixture();
    documents.retain(|document| !document.text.trim().is_empty());
    for document in &mut documents {
        document.metadata.time = None; // plain files say theirs in front matter, which moves offsets
    }
    let corpus = Corpus::new();
    for document in &documents {
        corpus.file(&format!("plain/{}", document.id), &document.text);
    }
    Dice::new(5).shuffle(&mut documents);
    corpus.file("all.jsonl", jsonl(&documents));
    let plain = files_of(&scan_paths(&[&corpus.path().join("plain")]));
    let records = files_of(&scan_paths(&[&corpus.path().join("all.jsonl")]));
    let added = files_of(&scan(documents));
    assert_same_files(&plain, &records, "plain files and JSONL");
    assert_same_files(&plain, &added, "plain files and one by one");
}

#[test]
fn how_records_are_spread_over_files_and_batches_does_not_matter() {
    let mut documents = mixture();
    let mut dice = Dice::new(21);
    // More than one batch of the reader.
    for at in 0..300 {
        let words: Vec<u32> = (0..700).map(|_| dice.next() as u32 >> 4).collect();
        documents.push(article(&format!("more/{at}"), "gorse", &render(&mut dice, &words, Noise::Unix).0));
    }
    documents.retain(|document| !document.text.trim().is_empty());
    let corpus = Corpus::new();
    corpus.file("all.jsonl", jsonl(&documents));
    dice.shuffle(&mut documents);
    for (at, part) in documents.chunks(90).enumerate() {
        corpus.file(&format!("parts/{at}.jsonl"), jsonl(part));
    }
    let one = with_threads(1, || files_of(&scan_paths(&[&corpus.path().join("all.jsonl")])));
    let many = with_threads(8, || files_of(&scan_paths(&[&corpus.path().join("parts")])));
    assert_same_files(&one, &many, "one file and many");
}

#[test]
fn articles_that_do_not_fit_the_memory_give_the_same_bytes() {
    let mut documents = mixture();
    let one = files_of(&scan(documents.iter().cloned()));
    for (seed, memory) in [(31, 0), (32, 100_000), (33, 400_000)] {
        Dice::new(seed).shuffle(&mut documents);
        let folder = tempfile::tempdir().expect("a folder");
        let limit = MemoryLimit { bytes: memory, folder: folder.path().to_owned() };
        let mut detector = Detector::new(Settings::news()).expect("settings").with_memory_limit(limit);
        documents.iter().cloned().try_for_each(|document| detector.add(document)).expect("room on the disk");
        let other = with_threads(3, || files_of(&detector.report(&()).expect("a report")));
        assert_same_files(&one, &other, &format!("{memory} bytes of memory"));
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "no file is left");
    }
}

// ------------------------------------------------------------------------------------------------------------- window

/// Days between articles up to which they are compared.
const DAYS: u32 = 20;

/// Texts of half a year with planted runs, and one run of each of these lengths in very many of them. Most are dated,
/// to the second, to the day or to the month; most tell their outlet.
fn half_a_year(seed: u64, lengths: &[usize]) -> World {
    let mut world = world(&format!("half a year, seed {seed}"), seed, Noise::Plain, |dice| 1 + dice.below(5000) as u32);
    let mut dice = Dice::new(seed + 1000);
    let mut next = 1_000_000;
    let mut throw = |n: usize| {
        next += n as u32;
        (next - n as u32..next).collect::<Vec<u32>>()
    };
    for &length in lengths {
        let run = throw(length);
        for _ in 0..70 + dice.below(80) {
            let body = if dice.chance(0.2) { [throw(2), run.clone()].concat() } else { Vec::new() };
            let (before, after) = (throw(dice.below(20)), throw(dice.below(20)));
            world.words.push([before, run.clone(), body, after].concat());
        }
    }
    let (texts, spans): (Vec<_>, Vec<_>) =
        world.words.iter().map(|words| render(&mut dice, words, Noise::Plain)).unzip();
    world.spans = spans;
    world.documents = texts
        .iter()
        .enumerate()
        .map(|(d, text)| {
            let outlet = dice.pick(&["amber", "amber", "birch", "cedar", ""]);
            let day = format!("2031-{:02}-{:02}", 1 + dice.below(6), 1 + dice.below(28));
            let id = format!("d{d:03}");
            match dice.unit() {
                x if x < 0.1 => article(&id, outlet, text),
                x if x < 0.2 => dated(&id, outlet, &day[..7], text),
                x if x < 0.5 => dated(&id, outlet, &day, text),
                _ => dated(&id, outlet, &format!("{day}T{:02}:{:02}:07Z", dice.below(24), dice.below(60)), text),
            }
        })
        .collect();
    world
}

/// Whether two articles may have come out at most so many days apart.
fn near(x: &Document, y: &Document, days: u32) -> bool {
    match (&x.metadata.time, &y.metadata.time) {
        (Some(x), Some(y)) => (y.start() - x.end() + 1).max(x.start() - y.end() + 1) <= i64::from(days) * 86_400,
        _ => true,
    }
}

fn same_outlet(x: &Document, y: &Document) -> bool {
    !x.metadata.source.is_empty() && x.metadata.source == y.metadata.source
}

fn within(days: u32) -> Settings {
    let mut settings = Settings::news();
    settings.window_days = Some(days);
    settings
}

#[test]
fn in_a_window_no_run_of_eight_words_is_missed_and_beyond_it_nothing_is_compared() {
    let (mut failures, mut checked, mut left_out) = (Vec::new(), 0, 0);
    for (seed, lengths) in [(1, [8, 11, 40]), (2, [9, 13, 24]), (3, [8, 10, 70])] {
        let world = half_a_year(seed, &lengths);
        let report = scan_with(within(DAYS), world.documents.iter().cloned());
        assert!(report.run.counts.star_fingerprints > 0);
        let near = |d: usize, e: usize| near(&world.documents[d], &world.documents[e], DAYS);
        let mut rows_with: BTreeSet<(usize, bool)> = BTreeSet::new();
        for row in &report.overlaps {
            let (d, e) = (world.article(&report, &row.a), world.article(&report, &row.b));
            let foreign = d != e && !same_outlet(&world.documents[d], &world.documents[e]);
            rows_with.extend([(d, foreign), (e, foreign)]);
            if !near(d, e) {
                failures.push(format!("{}: too far apart: {row:?}", world.name));
            }
        }
        // In how many articles each run of eight words stands.
        let mut articles: HashMap<&[u32], BTreeSet<usize>> = HashMap::new();
        for (d, words) in world.words.iter().enumerate() {
            for gram in words.windows(LEAST) {
                articles.entry(gram).or_default().insert(d);
            }
        }
        let spanned = spanned(&world, &report);
        let mut whole: Vec<Vec<bool>> = world.words.iter().map(|words| vec![false; words.len()]).collect();
        for ((d, _), words) in &spanned {
            whole[*d].iter_mut().zip(words).for_each(|(all, &one)| *all |= one);
        }
        for run in runs(&world.words, LEAST).into_iter().filter(|run| run.d != run.e) {
            if !near(run.d, run.e) {
                left_out += 1;
                continue;
            }
            checked += 1;
            let often = world.words[run.d][run.i..run.i + run.len].windows(LEAST).any(|gram| articles[gram].len() > 64);
            let told = |d: usize, i: usize, e: usize| {
                let words = if often { Some(&whole[d]) } else { spanned.get(&(d, e)) };
                words.is_some_and(|words| words[i..i + run.len].iter().all(|&word| word))
            };
            if !told(run.d, run.i, run.e) || !told(run.e, run.j, run.d) {
                failures.push(format!("{}: {run:?}, in a hub: {often}", world.name));
            }
            let foreign = !same_outlet(&world.documents[run.d], &world.documents[run.e]);
            if [run.d, run.e].iter().any(|&d| foreign && !rows_with.contains(&(d, true))) {
                failures.push(format!("{}: no row with another outlet: {run:?}", world.name));
            }
        }
    }
    assert!(left_out > 10_000, "{left_out} further apart");
    assert_none(failures, checked);
}

#[test]
fn what_only_articles_without_a_date_share_with_a_dated_one_is_told_in_a_window() {
    // Ten of the copies are dated, two of one outlet a year.
    let documents = hub(80, 20).0.into_iter().enumerate().map(|(d, document)| match d {
        0..10 => dated(&document.id, "Herald", &format!("203{}-05-0{}", d / 2, 1 + d % 2), &document.text),
        _ => article(&document.id, "Post", &document.text),
    });
    let report = scan_with(within(DAYS), documents);
    assert!(report.run.counts.star_fingerprints > 0);
    let of = |side: &Excerpt, outlet: &str| report.index.metadata(side.document).source == outlet;
    let told: BTreeSet<&str> = report
        .overlaps
        .iter()
        .filter(|row| of(&row.a, "Herald") && of(&row.b, "Post"))
        .map(|row| report.index.id(row.a.document))
        .collect();
    assert_eq!(told.len(), 10, "{told:?}");
}

#[test]
fn rows_of_a_passage_grow_with_the_articles_in_a_window_too() {
    for copies in [600, 1200] {
        let mut dice = Dice::new(copies as u64);
        let documents = hub(copies, 40).0.into_iter().map(|document| {
            let day = format!("2031-{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(28));
            dated(&document.id, dice.pick(&["amber", "birch", "cedar"]), &day, &document.text)
        });
        let rows = scan_with(within(30), documents).overlaps.len();
        assert!(rows < 8 * copies, "{rows} rows of {copies} copies");
    }
}

#[test]
fn a_window_over_everything_changes_nothing() {
    let world = half_a_year(5, &[8, 20, 33]);
    let tables = |settings| {
        let mut files = files_of(&scan_with(settings, world.documents.iter().cloned()));
        files.remove("run.json").expect("run.json");
        files
    };
    assert_same_files(&tables(Settings::news()), &tables(within(1000)), "without a window and with a wide one");
}

#[test]
fn in_a_window_any_number_of_threads_and_any_order_give_the_same_bytes() {
    let mut documents = half_a_year(6, &[8, 20]).documents;
    let scan = |documents: &[Document]| files_of(&scan_with(within(DAYS), documents.iter().cloned()));
    let one = with_threads(1, || scan(&documents));
    assert!(one["overlaps.csv"].len() > 10_000, "enough to differ in");
    for threads in [2, 8] {
        assert_same_files(&one, &with_threads(threads, || scan(&documents)), &format!("1 and {threads} threads"));
    }
    for seed in 1..4 {
        Dice::new(seed).shuffle(&mut documents);
        assert_same_files(&one, &scan(&documents), &format!("shuffled by {seed}"));
    }
}

#[test]
fn signatures_keep_to_the_window_and_leave_no_copy_alone() {
    // Copies of one text, more than a bucket compares pair by pair; each has its words from some other, or nobody has.
    let mut dice = Dice::new(8);
    let text = (0..200).map(|at| format!("v{at}x")).collect::<Vec<_>>().join(" ");
    let documents: Vec<Document> = (0..150)
        .map(|d| {
            let day = format!("2031-{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(28));
            dated(&format!("d{d:03}"), dice.pick(&["amber", "birch"]), &day, &text)
        })
        .collect();
    for days in [0, 1, 3] {
        let mut settings = within(days);
        settings.candidates = Channels::Lsh;
        let report = scan_with(settings, documents.iter().cloned());
        assert!(report.run.counts.star_buckets > 0);
        let at = |side: &Excerpt| report.index.id(side.document)[1..].parse::<usize>().expect("a number");
        let pairs: Vec<(usize, usize)> = report.overlaps.iter().map(|row| (at(&row.a), at(&row.b))).collect();
        let far = pairs.iter().filter(|&&(d, e)| !near(&documents[d], &documents[e], days)).count();
        assert_eq!(far, 0, "rows of articles more than {days} days apart");
        let told: BTreeSet<usize> = pairs.iter().flat_map(|&(d, e)| [d, e]).collect();
        let has_copy = |d: usize| (0..documents.len()).any(|e| e != d && near(&documents[d], &documents[e], days));
        let wanted: BTreeSet<usize> = (0..documents.len()).filter(|&d| has_copy(d)).collect();
        assert_eq!(told, wanted, "{days} days");
    }
}

// --------------------------------------------------------------------------------------------------------------- LSH

fn shingles(words: &[u32], k: usize) -> BTreeSet<&[u32]> {
    words.windows(k).collect()
}

fn resemblance(x: &[u32], y: &[u32], k: usize) -> f64 {
    let (x, y) = (shingles(x, k), shingles(y, k));
    x.intersection(&y).count() as f64 / x.union(&y).count() as f64
}

/// How likely two units of resemblance `j` share a bucket.
fn meet(j: f64, bands: i32, rows: i32) -> f64 {
    1.0 - (1.0 - j.powi(rows)).powi(bands)
}

/// The words of a text, and of its edited copy.
type Edited = (Vec<u32>, Vec<u32>);

/// So many pairs of texts of 210 words of their own, each word of the second changed with this probability; each line
/// holds `line` words and is a paragraph.
fn edited_pairs(pairs: usize, rate: f64, line: usize) -> (Vec<Document>, Vec<Edited>) {
    let mut dice = Dice::new((rate * 1000.0) as u64 + line as u64);
    let mut next = 0;
    let mut fresh = || {
        next += 1;
        next
    };
    let (mut documents, mut words) = (Vec::new(), Vec::new());
    for at in 0..pairs {
        let x: Vec<u32> = (0..210).map(|_| fresh()).collect();
        let y: Vec<u32> = x.iter().map(|&word| if dice.chance(rate) { fresh() } else { word }).collect();
        for (side, words) in [("a", &x), ("b", &y)] {
            let lines: Vec<String> =
                words.chunks(line).map(|l| l.iter().map(|w| format!("v{w}x")).collect::<Vec<_>>().join(" ")).collect();
            documents.push(article(&format!("{at:03}{side}"), "", &lines.join("\n")));
        }
        words.push((x, y));
    }
    (documents, words)
}

fn pairs_found(report: &Report) -> BTreeSet<&str> {
    report.overlaps.iter().map(|row| &report.index.id(row.a.document)[..3]).collect()
}

fn lsh() -> Settings {
    let mut settings = Settings::news();
    settings.candidates = Channels::Lsh;
    settings
}

#[test]
fn bands_of_articles_propose_pairs_as_often_as_the_formula_says() {
    // Paragraphs of seven words are too short for bands of their own.
    let (documents, words) = edited_pairs(300, 0.10, 7);
    let report = scan_with(lsh(), documents);
    let found = pairs_found(&report).len() as f64;
    let (mut least, mut most, mut variance) = (0.0, 0.0, 0.0);
    for (x, y) in &words {
        let j = resemblance(x, y, 5);
        let (wide, narrow) = (meet(j, 32, 4), meet(j, 16, 8));
        least += wide.max(narrow);
        most += 1.0 - (1.0 - wide) * (1.0 - narrow);
        variance += wide * (1.0 - wide);
    }
    let play = 4.0 * f64::sqrt(variance);
    assert!((0.2 * 300.0..0.95 * 300.0).contains(&least), "a rate that tells something: {least} of 300");
    assert!((least - play..=most + play).contains(&found), "{found} of 300, expected {least:.1} to {most:.1}");
    assert_eq!(report.run.counts.fingerprint.proposed, 0);
}

#[test]
fn bands_of_paragraphs_propose_pairs_as_often_as_the_formula_says() {
    // One paragraph of 30 words among much else: the articles as wholes do not resemble one another.
    let mut dice = Dice::new(31);
    let mut next = 0;
    let mut fresh = || {
        next += 1;
        next
    };
    let (mut documents, mut expected, mut variance) = (Vec::new(), 0.0, 0.0);
    for at in 0..300 {
        let x: Vec<u32> = (0..40).map(|_| fresh()).collect();
        let y: Vec<u32> = x.iter().map(|&word| if dice.chance(0.12) { fresh() } else { word }).collect();
        let p = meet(resemblance(&x, &y, 3), 42, 3);
        expected += p;
        variance += p * (1.0 - p);
        for (side, words) in [("a", &x), ("b", &y)] {
            let text = |words: &[u32]| words.iter().map(|w| format!("v{w}x")).collect::<Vec<_>>().join(" ");
            let around: Vec<u32> = (0..400).map(|_| fresh()).collect();
            documents.push(article(&format!("{at:03}{side}"), "", &format!("{}\n{}", text(&around), text(words))));
        }
    }
    let found = pairs_found(&scan_with(lsh(), documents)).len() as f64;
    let play = 4.0 * f64::sqrt(variance) + 1.0;
    assert!((found - expected).abs() <= play, "{found} of 300, expected {expected:.1} ± {play:.1}");
}

#[test]
fn near_duplicates_are_found_by_signatures_alone() {
    let (documents, words) = edited_pairs(100, 0.01, 70);
    let report = scan_with(lsh(), documents);
    assert!(words.iter().all(|(x, y)| resemblance(x, y, 5) > 0.6), "near-duplicates, all of them");
    assert_eq!(pairs_found(&report).len(), 100);
    let relations: BTreeMap<&str, usize> = report.clusters.iter().fold(BTreeMap::new(), |mut all, row| {
        *all.entry(row.relation.name()).or_default() += 1;
        all
    });
    assert_eq!(relations.get("leader"), Some(&100), "{relations:?}");
}
