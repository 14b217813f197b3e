//! One input read whole, as `wirecopy scan` would.

use std::fs;
use std::sync::OnceLock;
use tempfile::TempDir;
use wirecopy::read::{Field, Limits, ReadSettings, Reader, discover};
use wirecopy::{Document, Reason, Warning};

/// All that an input gives.
#[derive(Debug, PartialEq, Eq)]
pub struct All {
    pub documents: Vec<Document>,
    pub warnings: Vec<Warning>,
}

impl All {
    pub fn has(&self, reason: Reason) -> bool {
        self.warnings.iter().any(|warning| warning.reason == reason)
    }
}

/// Settings of the kinds that people ask for; bounds are such that a bomb is cheap.
pub fn settings(choice: u8) -> ReadSettings {
    let record_bytes = [64 << 10, 1000, 40, 64 << 10][usize::from(choice % 4)];
    let limits = Limits { record_bytes, file_bytes: 2 << 20, ratio: 200 };
    let fields = match choice / 4 % 4 {
        1 => vec![(Field::Text, "words".to_owned()), (Field::Text, "text".to_owned())],
        2 => vec![(Field::Id, "url".to_owned()), (Field::Source, "desk".to_owned())],
        _ => Vec::new(),
    };
    let default_source = if choice & 16 == 0 { String::new() } else { "Harbour Post".to_owned() };
    ReadSettings { fields, default_source, limits }
}

/// Reads `bytes` as a file of that name; `None` where it is refused as a whole.
pub fn read(name: &str, bytes: &[u8], settings: &ReadSettings) -> Option<All> {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let path = FOLDER.get_or_init(|| tempfile::tempdir().expect("a folder")).path().join(name);
    fs::write(&path, bytes).expect("a file written");
    let found = discover(&[path]).expect("a file that is there");
    let mut all = All { documents: Vec::new(), warnings: found.warnings };
    let mut reader = Reader::new(found.inputs, settings.clone());
    let mut told = 0;
    while let Some(mut batch) = reader.next_batch().ok()? {
        told += batch.bytes();
        all.warnings.append(&mut batch.warnings());
        for record in batch.records() {
            let mut parsed = record.parse(settings);
            assert!(parsed.document.is_some() || !parsed.warnings.is_empty(), "lost without a word");
            all.documents.extend(parsed.document.take());
            all.warnings.append(&mut parsed.warnings);
        }
    }
    assert_eq!(told, reader.total_bytes());
    assert!(bytes.is_empty() || !all.documents.is_empty() || !all.warnings.is_empty() || is_blank(bytes));
    for document in &all.documents {
        assert!(document.text.is_char_boundary(document.body_start as usize));
        assert!(document.text.len() <= 3 * settings.limits.record_bytes + 4);
        assert!(document.metadata.time.is_none() || document.metadata.unread_time.is_empty());
    }
    for warning in &all.warnings {
        assert!(!warning.to_string().is_empty());
    }
    Some(all)
}

/// Nothing but white space and marks of encodings, or the packed form of it.
fn is_blank(bytes: &[u8]) -> bool {
    let blank = |byte: &u8| byte.is_ascii_whitespace() || [0, 0xef, 0xbb, 0xbf, 0xfe, 0xff].contains(byte);
    let packed: [&[u8]; 3] = [&[0x1f, 0x8b], &[0x28, 0xb5, 0x2f, 0xfd], &[0x2a, 0x4d, 0x18]];
    bytes.iter().all(blank) || packed.iter().any(|magic| bytes.starts_with(magic) || bytes[1..].starts_with(magic))
}
