//! Signing: text to tokens, fingerprints and 128-lane signatures of the article and its paragraphs, one thread.
//! `cargo bench --bench sign`; the counter is bytes of text.

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use wirecopy::minhash::Signature;
use wirecopy::text::{Tokenizer, Tokens};
use wirecopy::{Document, Preparer, read};

fn main() {
    divan::main();
}

/// The articles of `corpus/`.
fn corpus() -> Vec<Document> {
    let found = read::discover(&["corpus".into()]).unwrap();
    let settings = read::ReadSettings::default();
    let mut reader = read::Reader::new(found.inputs, settings.clone());
    let mut out = Vec::new();
    while let Some(batch) = reader.next_batch().unwrap() {
        out.extend(batch.records().iter().filter_map(|record| record.parse(&settings).document));
    }
    out
}

fn bytes(documents: &[Document]) -> BytesCount {
    BytesCount::new(documents.iter().map(|d| d.text.len()).sum::<usize>())
}

#[divan::bench]
fn text_to_tokens(bencher: Bencher) {
    let documents = corpus();
    let (mut tokenizer, mut tokens) = (Tokenizer::default(), Tokens::default());
    bencher.counter(bytes(&documents)).bench_local(|| {
        for d in &documents {
            tokenizer.tokenize(&d.text, d.body_start as usize, &mut tokens);
            divan::black_box(&tokens);
        }
    });
}

#[divan::bench]
fn text_to_signatures(bencher: Bencher) {
    let documents = corpus();
    let mut preparer = Preparer::default();
    bencher.counter(bytes(&documents)).counter(ItemsCount::new(documents.len())).bench_local(|| {
        for d in &documents {
            divan::black_box(preparer.prepare(d));
        }
    });
}

#[divan::bench(args = [10, 60, 400, 2000])]
fn shingles_to_signature(bencher: Bencher, shingles: u64) {
    let set: Vec<u64> = (0..shingles).map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
    bencher.counter(ItemsCount::new(1usize)).bench(|| Signature::of(divan::black_box(&set)));
}
