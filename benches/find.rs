//! From prepared articles to tables, room by room, on invented articles with planted reuse. `cargo bench --bench find`;
//! the counters are bytes of text, or what a room makes.

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use wirecopy::align::{Aligned, align};
use wirecopy::candidate::Candidates;
use wirecopy::cluster::clusters;
use wirecopy::document::{Metadata, Time};
use wirecopy::index::{Index, Prepared, SegmentBuilder};
use wirecopy::judge::{Furniture, Grouped, judge, read_credits};
use wirecopy::passage::passages;
use wirecopy::report::{ReportOptions, write_csv};
use wirecopy::{Detector, Document, Outlets, Preparer, Settings};

const ARTICLES: usize = 3000;

fn main() {
    divan::main();
}

/// A small generator of numbers: the articles are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }

    /// A word; the frequent ones are as frequent as in a language.
    fn word(&mut self) -> String {
        let mut number = (40_000.0_f64).powf(self.below(1 << 20) as f64 / (1 << 20) as f64) as usize;
        let mut word = String::new();
        loop {
            word.push(char::from(b"bcdfghklmnprstvw"[number % 16]));
            word.push(char::from(b"aeiou"[number / 16 % 5]));
            number /= 80;
            if number == 0 {
                return word;
            }
        }
    }

    fn words(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.word()).collect()
    }
}

/// Articles of 400 words from twelve outlets; each fourth holds a quotation that others hold too, each tenth is an
/// earlier one with some words changed.
fn documents() -> Vec<Document> {
    let mut dice = Dice(7);
    let quotations: Vec<String> = (0..150).map(|_| dice.words(40).join(" ")).collect();
    let mut texts: Vec<Vec<String>> = Vec::new();
    for at in 0..ARTICLES {
        let mut paragraphs: Vec<String> = (0..8).map(|_| dice.words(50).join(" ") + ".").collect();
        if at % 10 == 9 {
            paragraphs.clone_from(&texts[dice.below(at)]);
            let changed = dice.below(paragraphs.len());
            paragraphs[changed] = dice.words(50).join(" ") + ".";
        }
        if at % 4 == 3 {
            let quotation = &quotations[dice.below(quotations.len())];
            paragraphs.insert(3, format!("“{quotation},” said Mara Tolvin, the harbour master."));
        }
        texts.push(paragraphs);
    }
    let document = |(at, paragraphs): (usize, Vec<String>)| Document {
        id: format!("{at:05}"),
        metadata: Metadata {
            source: format!("Outlet {}", at % 12),
            time: Time::parse(&format!("2031-{:02}-{:02}T08:00:00Z", 1 + at / 28 % 12, 1 + at % 28)),
            ..Metadata::default()
        },
        text: paragraphs.join("\n\n"),
        ..Document::default()
    };
    texts.into_iter().enumerate().map(document).collect()
}

fn bytes(documents: &[Document]) -> BytesCount {
    BytesCount::new(documents.iter().map(|d| d.text.len()).sum::<usize>())
}

fn prepared(documents: &[Document]) -> Vec<Prepared> {
    let mut preparer = Preparer::default();
    documents.iter().map(|document| preparer.prepare(document)).collect()
}

fn index(documents: &[Document], prepared: &[Prepared]) -> Index {
    let mut builder = SegmentBuilder::default();
    for (document, prepared) in documents.iter().zip(prepared) {
        builder.push(document, prepared).unwrap();
    }
    let described = documents.iter().map(|d| (d.id.clone(), d.metadata.clone())).collect();
    Index::new(builder, described, &Outlets::builtin()).unwrap()
}

#[divan::bench]
fn prepared_to_index(bencher: Bencher) {
    let documents = documents();
    let prepared = prepared(&documents);
    bencher.counter(bytes(&documents)).bench_local(|| index(&documents, &prepared));
}

#[divan::bench]
fn index_to_candidates(bencher: Bencher) {
    let documents = documents();
    let index = index(&documents, &prepared(&documents));
    bencher.counter(bytes(&documents)).bench_local(|| Candidates::find(&index, &Settings::news()));
}

#[divan::bench]
fn candidates_to_overlaps(bencher: Bencher) {
    let documents = documents();
    let (index, settings) = (index(&documents, &prepared(&documents)), Settings::news());
    let candidates = Candidates::find(&index, &settings);
    let overlaps = align(&index, &candidates, &settings, &()).found.len();
    bencher.counter(ItemsCount::new(overlaps)).bench_local(|| align(&index, &candidates, &settings, &()));
}

#[divan::bench]
fn overlaps_to_passages_and_clusters(bencher: Bencher) {
    let documents = documents();
    let (index, settings) = (index(&documents, &prepared(&documents)), Settings::news());
    let Aligned { found, .. } = align(&index, &Candidates::find(&index, &settings), &settings, &());
    let count = ItemsCount::new(found.len());
    bencher.counter(count).bench_local(|| (passages(&index, &found), clusters(&index, &found)));
}

#[divan::bench]
fn text_to_credits(bencher: Bencher) {
    let documents = documents();
    let index = index(&documents, &prepared(&documents));
    bencher.counter(bytes(&documents)).bench_local(|| read_credits(&index, &Outlets::builtin()));
}

#[divan::bench]
fn overlaps_to_kinds(bencher: Bencher) {
    let documents = documents();
    let (index, settings) = (index(&documents, &prepared(&documents)), Settings::news());
    let Aligned { found, .. } = align(&index, &Candidates::find(&index, &settings), &settings, &());
    let ((passages, passage_of), clusters) = (passages(&index, &found), clusters(&index, &found));
    let grouped = Grouped { passages: &passages, passage_of: &passage_of, clusters: &clusters };
    let credits = read_credits(&index, &settings.outlets);
    bencher.counter(ItemsCount::new(found.len())).with_inputs(|| credits.clone()).bench_local_values(|credits| {
        let furniture = Furniture::learn(&index, &found, &clusters, &settings.boilerplate);
        judge(&index, &found, grouped, credits, &furniture, &settings)
    });
}

#[divan::bench]
fn report_to_tables(bencher: Bencher) {
    let mut detector = Detector::new(Settings::news()).unwrap();
    documents().into_iter().try_for_each(|document| detector.add(document)).unwrap();
    let report = detector.report(&()).unwrap();
    let out = tempfile::tempdir().unwrap();
    let write = || {
        write_csv(&report, out.path(), ReportOptions::default(), &[]).unwrap();
        std::fs::read_dir(out.path()).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum::<u64>()
    };
    bencher.counter(BytesCount::new(write())).bench_local(write);
}
