//! A segment file, raw or forged under checksums that are right, and all that a reader does with it: open, verify, each
//! record, postings, ids; then the index around it: numbers, a question, compaction.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;
use wirecopy::{Document, Settings, Store, StoreOptions, StoreWriter};
use wirecopy_fuzz::articles::{self, SENTENCES};
use wirecopy_fuzz::segment::Segment;
use wirecopy_fuzz::{Input, edit};
use xxhash_rust::xxh3::xxh3_64;

struct Sound {
    folder: TempDir,
    segments: Vec<Segment>,
    settings: Settings,
}

fn sound() -> &'static Sound {
    static SOUND: OnceLock<Sound> = OnceLock::new();
    SOUND.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        // Three articles, the same without their texts, and so many that what they share is a hub.
        let kinds = [(3, true), (3, false), (70, true)];
        let segments = kinds.map(|(articles, text)| {
            let index = folder.path().join(format!("index-{articles}-{text}"));
            articles::index(&index, articles, text);
            Segment::of(&index, text)
        });
        articles::alone();
        Sound { folder, segments: segments.to_vec(), settings: Settings::news() }
    })
}

fuzz_target!(|data: &[u8]| {
    let Sound { folder, segments, settings } = sound();
    let mut input = Input(data);
    let (choice, ask) = (input.byte(), input.byte());
    let mut segment = segments[usize::from(choice % 3)].clone();
    let keys: Vec<u64> = (0..8).map(|_| input.number()).collect();
    let mut changed = !input.is_empty();
    let bytes = match choice / 3 % 8 {
        0 => input.0.to_vec(),
        1 => {
            // The input is header, sections and table.
            let table = usize::from(input.short()) * 64;
            let mut data = input.0.to_vec();
            data.resize(data.len().next_multiple_of(64).max(128), 0);
            segment.seal(&data, table)
        }
        2 | 3 => {
            let (mut data, table) = segment.lay_out();
            while !input.is_empty() {
                edit(&mut data, &mut input);
            }
            data.resize(data.len().next_multiple_of(64), 0);
            segment.seal(&data, table)
        }
        _ => {
            while !input.is_empty() {
                segment.change(&mut input);
            }
            let (data, table) = segment.lay_out();
            segment.seal(&data, table)
        }
    };
    changed |= choice / 3 % 8 < 2;
    let index = Index::new(folder.path(), &segment, &bytes);
    let keys: Vec<u64> = keys.into_iter().chain([xxh3_64(b"a0"), xxh3_64(b"a2"), 0, u64::MAX]).collect();
    let read = wirecopy::fuzzing::read_segment(&index.segment, &keys, &["a0", "a1", "a69", "b"]);
    if !changed {
        let (records, found) = read.expect("a sound segment");
        assert!(records >= 3 && found >= 2);
    }
    // A question takes twenty times as long as all before it, and of many articles longer still.
    if ask & 7 != 7 || (choice % 3 == 2 && ask < 0xf0) {
        return;
    }
    let asked = index.ask(segment.has_text, ask, settings);
    if !changed {
        assert!(asked.expect("a sound index"));
    }
});

/// A folder with one segment file; its manifest comes when it is asked for.
struct Index {
    folder: PathBuf,
    segment: PathBuf,
}

impl Index {
    fn new(folder: &Path, segment: &Segment, bytes: &[u8]) -> Self {
        let folder = folder.join("forged");
        fs::create_dir_all(&folder).expect("a folder");
        let segment = folder.join(segment.name());
        fs::write(&segment, bytes).expect("a file written");
        Self { folder, segment }
    }

    /// Asks the index for articles that have words of the first ones; whether there are any.
    fn ask(&self, has_text: bool, ask: u8, settings: &Settings) -> wirecopy::Result<bool> {
        let removed: &[u32] = if ask & 16 == 0 { &[] } else { &[0] };
        let manifest = wirecopy::fuzzing::manifest_of(&self.segment, has_text, removed)?;
        fs::write(self.folder.join("manifest"), manifest).expect("a file written");
        let store = Store::open(&self.folder)?;
        let _ = (store.stats(), store.len(), store.bytes());
        let text = [SENTENCES[0], SENTENCES[1], SENTENCES[5]].join("\n\n");
        let document = Document { id: "a0".into(), text, ..Document::default() };
        let answer = wirecopy::query(&store, document, settings);
        if ask & 15 == 15 {
            let mut options = StoreOptions::default();
            options.memory = Some(256 << 20);
            let _ = StoreWriter::open(&self.folder, options).and_then(|mut writer| writer.compact());
        }
        Ok(!answer?.sources().is_empty())
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
