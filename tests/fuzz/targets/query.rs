//! Bytes as the text of a question, asked of a small index with texts and of one without. Bytes that are in no UTF-8
//! stand for sentences of the index, so that much is found.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;
use wirecopy::document::Time;
use wirecopy::{Channels, Document, Metadata, Preparer, SameSource, Settings, Store, query};
use wirecopy_fuzz::Input;
use wirecopy_fuzz::articles::{self, SENTENCES};

struct Asked {
    stores: [Store; 2],
    settings: Settings,
}

fn asked() -> &'static Asked {
    static ASKED: OnceLock<Asked> = OnceLock::new();
    ASKED.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder").keep();
        let stores = [true, false].map(|text| {
            let index = folder.join(format!("index-{text}"));
            articles::index(&index, 6, text);
            Store::open(&index).expect("an index")
        });
        articles::alone();
        Asked { stores, settings: Settings::news() }
    })
}

fuzz_target!(|data: &[u8]| {
    let Asked { stores, settings } = asked();
    let mut input = Input(data);
    let (choice, more) = (input.byte(), input.byte());
    let mut settings = settings.clone();
    settings.candidates =
        [Channels::Both, Channels::Both, Channels::Fingerprints, Channels::Lsh][choice as usize / 2 % 4];
    settings.same_source = [SameSource::Separate, SameSource::Count, SameSource::Skip][choice as usize / 8 % 3];
    settings.window_days = (choice & 64 != 0).then_some(u32::from(more) / 16);
    settings.min_words = 8 + u32::from(more % 4);
    let mut document = Document::default();
    if more & 8 != 0 {
        let source = ["Harbour Post", "Estrel Press Agency"][usize::from(choice / 128)].to_owned();
        let len = usize::from(input.byte() % 40);
        let given = String::from_utf8_lossy(input.take(len)).into_owned();
        document.metadata = Metadata { source, time: Time::parse(&given), ..Metadata::default() };
        if let Some(time) = &document.metadata.time {
            assert!(time.start() < time.end());
            assert_eq!(Time::parse(time.given()).as_ref(), Some(time));
        }
    }
    document.text = text(input.0);
    document.id = ["a0", "asked"][usize::from(choice & 1)].to_owned();

    let prepared = Preparer::default().prepare(&document);
    assert!(prepared.fingerprints.iter().all(|print| (print.position as usize) < prepared.tokens.len()));
    // Each word stands in a paragraph: an index without texts lays its words out by them.
    let ends = prepared.paragraphs.iter().map(|paragraph| paragraph.tokens.end);
    let starts: Vec<u32> = std::iter::once(0).chain(ends).collect();
    assert!(prepared.paragraphs.iter().zip(&starts).all(|(paragraph, start)| paragraph.tokens.start == *start));
    assert_eq!(starts.last().copied(), u32::try_from(prepared.tokens.len()).ok());
    let units = Preparer::default().sign(&document);
    assert_eq!(units.len(), 1 + prepared.paragraphs.len());

    let answer = query(&stores[usize::from(choice & 1)], document.clone(), &settings).expect("an answer");
    let (unique, words) = answer.unique_words();
    assert!(unique <= words && words as usize == prepared.tokens.len());
    for source in answer.sources() {
        assert!(source.words <= words);
        for row in source.overlaps {
            let (own, other) = answer.asked_side(row);
            assert!(document.text.get(own.bytes.range()).is_some_and(|text| !text.is_empty()));
            assert!(answer.report.index.text(other.document).get(other.bytes.range()).is_some());
            assert!(!answer.direction(row).is_empty());
        }
    }
    let mut out = Vec::new();
    wirecopy::report::write_json(&answer.report, &mut out).expect("a report");
});

/// The bytes as text, with sentences of the index in place of those that are in no UTF-8.
fn text(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte >= 0xf8) {
        out.push_str(&String::from_utf8_lossy(&rest[..at]));
        if out.len() < 8192 {
            out.push_str(SENTENCES[usize::from(rest[at] - 0xf8)]);
        }
        rest = &rest[at + 1..];
    }
    out.push_str(&String::from_utf8_lossy(rest));
    out
}
