//! What the fuzz targets of `tests/fuzz` reach behind the public items; there only under `--cfg fuzzing`.
//! Decides nothing: what must hold is asserted over there.

use crate::document::{ByteSpan, Document, Paragraph};
use crate::error::{Error, Result};
use crate::index::disk::blocks::BlockFile;
use crate::index::disk::file::{Postings, SegmentFile};
use crate::index::disk::manifest::{MANIFEST, Manifest, SegmentEntry};
use crate::index::disk::record::{self, Words};
use crate::index::disk::sections::kind;
use crate::settings::Settings;
use std::fs;
use std::path::Path;

/// The manifest that `bytes` hold, written anew.
pub fn manifest(bytes: &[u8]) -> Result<Vec<u8>> {
    let path = Path::new(MANIFEST);
    Manifest::decode(path, bytes)?.encode(path)
}

/// An article as a segment stores it.
#[derive(Debug, PartialEq, Eq)]
pub struct Record(record::Record);

impl Record {
    /// Reads one; `None` where the bytes are not exactly one.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        record::read(bytes).map(Self)
    }

    /// Its bytes.
    pub fn write(self) -> Vec<u8> {
        let record::Record { id, metadata, words } = self.0;
        let mut document = Document { id, metadata, ..Document::default() };
        let mut out = Vec::new();
        match words {
            Words::Text { text, body_start } => {
                document = Document { text, body_start, ..document };
                record::write_text(&document, &mut out);
            }
            Words::Hashes { tokens, paragraphs } => {
                let paragraph = |tokens| Paragraph { bytes: ByteSpan::default(), tokens };
                let paragraphs: Vec<Paragraph> = paragraphs.into_iter().map(paragraph).collect();
                record::write_hashes(&document, &tokens, &paragraphs, &mut out);
            }
        }
        out
    }
}

/// Bytes of the manifest of an index whose one segment is the file at `path`. Of the file it says what the file says of
/// itself; `removed` are the numbers of the articles that are gone.
pub fn manifest_of(path: &Path, has_text: bool, removed: &[u32]) -> Result<Vec<u8>> {
    let entry = SegmentEntry { removed: removed.to_vec(), ..entry(path)? };
    let settings = Settings::format_ids().map(|(name, id)| (name.to_owned(), id)).to_vec();
    let manifest = Manifest { generation: entry.generation, settings, has_text, segments: vec![entry] };
    manifest.encode(Path::new(MANIFEST))
}

/// Does with the segment at `path` all that a reader may: each article, each of `keys` in each table, each of `ids`, then
/// all of it. Fails as opening or verifying does. Returns how many articles were read and how many postings found.
pub fn read_segment(path: &Path, keys: &[u64], ids: &[&str]) -> Result<(usize, usize)> {
    let file = SegmentFile::open(path, &entry(path)?)?;
    let mut unpacker = file.unpacker()?;
    let mut records = 0;
    for number in 0..file.documents() {
        // What one of them fails with says nothing of the others.
        let _ = (file.article(number), file.signature(number));
        records += usize::from(file.record(number, &mut unpacker).is_ok());
    }
    let mut found = Vec::new();
    for table in
        [Postings::Ids, Postings::Fingerprints, Postings::ArticleBands, Postings::ParagraphBands, Postings::Hubs]
    {
        for &key in keys {
            let _ = file.find(table, key, &mut found);
        }
    }
    for id in ids {
        let _ = file.with_id(id);
    }
    let _ = (file.has_text(), file.hubs(), file.sizes());
    file.verify(&mut |_| ())?;
    Ok((records, found.len()))
}

/// What the manifest of an index with the file at `path` would say of it.
fn entry(path: &Path) -> Result<SegmentEntry> {
    let bytes = fs::read(path).map_err(|error| Error::io(path, error))?;
    let from_end = |back: usize| bytes.len().checked_sub(back).and_then(|at| bytes.get(at..)).unwrap_or_default();
    let number = |bytes: &[u8]| bytes.first_chunk().copied().map_or(0, u64::from_le_bytes);
    let file = BlockFile::open(path)?;
    let plan = file.section(kind::PLAN).map(|(start, len)| file.bytes(start, len.min(4) as usize)).transpose()?;
    Ok(SegmentEntry {
        id: number(from_end(24)),
        len: bytes.len() as u64,
        root: from_end(16).first_chunk().copied().unwrap_or_default(),
        generation: number(bytes.get(24..).unwrap_or_default()),
        documents: plan.unwrap_or_default().first_chunk().copied().map_or(0, u32::from_le_bytes),
        removed: Vec::new(),
    })
}
