//! Signing: text to tokens, fingerprints and 128-lane signatures of the article and its paragraphs, one thread.
//! `cargo bench --bench sign`; the counter is bytes of text.

use std::fmt::Write as _;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use wirecopy::minhash::Signature;
use wirecopy::shingle::WordShingles;
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

/// Invented articles of 400 words in seven paragraphs: words as long and as often repeated as those of English.
fn invented() -> Vec<Document> {
    let mut state = 1u64;
    let mut below = |limit: u64| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) % limit
    };
    let word = |number: u64| {
        let length = 2 + (number * 7 + number / 11) % 9;
        (0..length).map(|at| char::from(b'a' + ((number + 3) * (at + 5) * 37 % 26) as u8)).collect::<String>()
    };
    let mut article = || {
        let mut text = String::new();
        for at in 1..=400 {
            // The least of three: few words stand often, many seldom.
            let number = below(8000).min(below(8000)).min(below(8000));
            let end = match at % 58 {
                0 => ".\n\n",
                13 | 31 => ". ",
                7 | 22 | 40 => ", ",
                _ => " ",
            };
            let _ = write!(text, "{}{end}", word(number));
        }
        Document { text, ..Document::default() }
    };
    (0..1000).map(|_| article()).collect()
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

/// Articles a second, one signature each: what a signer without paragraphs and fingerprints does.
#[divan::bench]
fn text_to_signature_of_the_article(bencher: Bencher) {
    let documents = invented();
    let (mut tokenizer, mut tokens, mut shingles) = (Tokenizer::default(), Tokens::default(), WordShingles::default());
    bencher.counter(ItemsCount::new(documents.len())).bench_local(|| {
        for document in &documents {
            tokenizer.tokenize(&document.text, 0, &mut tokens);
            shingles.cut(&tokens.hashes);
            divan::black_box(Signature::of(shingles.article()));
        }
    });
}

/// Articles a second, with the signatures of their paragraphs, their fingerprints and all else that an index holds.
#[divan::bench]
fn text_to_all_that_an_index_holds(bencher: Bencher) {
    let documents = invented();
    let mut preparer = Preparer::default();
    bencher.counter(ItemsCount::new(documents.len())).bench_local(|| {
        for document in &documents {
            divan::black_box(preparer.prepare(document));
        }
    });
}

#[divan::bench(args = [10, 60, 400, 2000])]
fn shingles_to_signature(bencher: Bencher, shingles: u64) {
    let set: Vec<u64> = (0..shingles).map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
    bencher.counter(ItemsCount::new(1usize)).bench(|| Signature::of(divan::black_box(&set)));
}
