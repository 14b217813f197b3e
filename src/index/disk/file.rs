//! A segment file, read in place: opening it reads a few kilobytes, asking it reads what the answer needs.

use super::blocks::BlockFile;
use super::postings::{Section, Shape, Table};
use super::record::{self, Record};
use super::sections::{ArticleRow, LOW_BITS, Plan, SIGNATURE, kind};
use super::texts::{BlockRow, Dictionary, Unpacker};
use super::writer::id_key;
use super::{Bytes, manifest::SegmentEntry};
use crate::error::{Error, Result};
use crate::index::numbers::read_number;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;
use xxhash_rust::xxh3::xxh3_64;
use zerocopy::FromBytes;

/// Which table of postings is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Postings {
    /// Articles of an id.
    Ids = 0,
    /// Articles and positions of a fingerprint.
    Fingerprints = 1,
    /// Articles of a band.
    ArticleBands = 2,
    /// Articles of a band of one of their paragraphs.
    ParagraphBands = 3,
    /// Who stands for a context of a hub.
    Hubs = 4,
}

/// Bytes of each part of a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// Fingerprints and hubs.
    pub(crate) fingerprints: u64,
    /// Signatures.
    pub(crate) signatures: u64,
    /// Bands.
    pub(crate) bands: u64,
    /// Records and what they are packed with.
    pub(crate) text: u64,
    /// Table of articles, and ids.
    pub(crate) articles: u64,
    /// Checksums, headers, padding.
    pub(crate) overhead: u64,
}

/// An open segment.
pub(crate) struct SegmentFile {
    file: BlockFile,
    plan: Plan,
    tables: [Table; 5],
    articles: Section,
    texts: Section,
    blocks: Section,
    signatures: Section,
    dictionary_at: Section,
    dictionary: OnceLock<Dictionary>,
    aliases: BTreeMap<u32, String>,
}

impl SegmentFile {
    /// Opens the file at `path`, which must be the one that `entry` tells of.
    pub(crate) fn open(path: &Path, entry: &SegmentEntry) -> Result<Self> {
        let file = BlockFile::open(path)?;
        file.must_be(entry.id, entry.generation, entry.len, entry.root)?;
        let section =
            |kind: u32| file.section(kind).ok_or_else(|| Error::damaged(path, format!("section {kind} is not there")));
        let plan_at = section(kind::PLAN)?;
        let plan = Plan::read_from_bytes(&read(&file, plan_at)?)
            .map_err(|_| Error::damaged(path, "its plan does not have the right length"))?;
        let documents = plan.documents.get();
        let mut tables = Vec::with_capacity(kind::TABLES.len());
        for ((kind, shape), low_bits) in kind::TABLES.into_iter().zip(plan.shapes).zip(LOW_BITS) {
            let shape = Shape::from(shape);
            if shape.low_bits != low_bits {
                return Err(Error::damaged(path, format!("table {kind} keeps {} bits of its keys", shape.low_bits)));
            }
            let (slots, samples, rows) = (section(kind)?, section(kind + 1)?, section(kind + 2)?);
            tables.push(Table::new(&file, shape, documents, slots, samples, rows)?);
        }
        let tables = <[Table; 5]>::try_from(tables).map_err(|_| Error::damaged(path, "it lacks a table"))?;
        let (articles, signatures) = (section(kind::ARTICLES)?, section(kind::SIGNATURES)?);
        let is = |section: Section, row: usize| u64::from(documents).checked_mul(row as u64) == Some(section.1);
        if documents != entry.documents || !is(articles, size_of::<ArticleRow>()) || !is(signatures, SIGNATURE) {
            return Err(Error::damaged(path, "it does not have the articles that the manifest tells of"));
        }
        let blocks = section(kind::BLOCKS)?;
        if blocks.1 % size_of::<BlockRow>() as u64 != 0 {
            return Err(Error::damaged(path, "its table of blocks does not have the right length"));
        }
        let aliases = aliases(&read(&file, section(kind::ALIASES)?)?, documents)
            .ok_or_else(|| Error::damaged(path, "its table of aliases cannot be read"))?;
        Ok(Self {
            plan,
            tables,
            articles,
            texts: section(kind::TEXTS)?,
            blocks,
            signatures,
            dictionary_at: section(kind::DICTIONARY)?,
            dictionary: OnceLock::new(),
            aliases,
            file,
        })
    }

    /// Number of articles, removed ones included.
    pub(crate) fn documents(&self) -> u32 {
        self.plan.documents.get()
    }

    /// Whether texts are kept.
    pub(crate) fn has_text(&self) -> bool {
        self.plan.text.get() != 0
    }

    /// Number of fingerprints in very many articles.
    pub(crate) fn hubs(&self) -> u64 {
        self.plan.hubs.get()
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        Bytes::path(&self.file)
    }

    /// Row of an article.
    pub(crate) fn article(&self, number: u32) -> Result<ArticleRow> {
        self.row(self.articles, u64::from(number))
    }

    /// The low bytes of an article's signature.
    pub(crate) fn signature(&self, number: u32) -> Result<[u8; SIGNATURE]> {
        self.row(self.signatures, u64::from(number))
    }

    /// Appends (article, position) of all postings of a key.
    pub(crate) fn find(&self, postings: Postings, key: u64, out: &mut Vec<(u32, u32)>) -> Result<()> {
        self.tables[postings as usize].find(&self.file, key, out)
    }

    /// The same, until `is_enough` says so of what was found so far.
    pub(crate) fn find_until(
        &self,
        postings: Postings,
        key: u64,
        out: &mut Vec<(u32, u32)>,
        is_enough: impl Fn(&[(u32, u32)]) -> bool,
    ) -> Result<()> {
        self.tables[postings as usize].find_until(&self.file, key, out, is_enough)
    }

    /// What unpacks records; each thread takes one.
    pub(crate) fn unpacker(&self) -> Result<Unpacker<'_>> {
        let dictionary = match self.dictionary.get() {
            Some(dictionary) => dictionary,
            None => {
                let bytes = read(&self.file, self.dictionary_at)?;
                let dictionary = Dictionary::new(&bytes, self.path())?;
                self.dictionary.get_or_init(|| dictionary)
            }
        };
        Unpacker::new(dictionary, self.path())
    }

    /// Id under which an article is kept, where it is not that of its record.
    pub(crate) fn alias(&self, number: u32) -> Option<&str> {
        self.aliases.get(&number).map(String::as_str)
    }

    /// The record of an article, as it came.
    pub(crate) fn record(&self, number: u32, unpacker: &mut Unpacker<'_>) -> Result<Record> {
        let bad = || Error::damaged(self.path(), format!("the record of article {number} cannot be read"));
        let row = self.article(number)?;
        let block = row.block.get();
        if !unpacker.holds(block) {
            let place: BlockRow = self.row(self.blocks, u64::from(block))?;
            let end = place.start.get().checked_add(u64::from(place.packed.get()));
            if end.is_none_or(|end| end > self.texts.1) {
                return Err(bad());
            }
            let packed = self.file.bytes(self.texts.0 + place.start.get(), place.packed.get() as usize)?;
            unpacker.unpack(block, &packed, place.unpacked.get(), self.path())?;
        }
        let start = row.start.get() as usize;
        let bytes = start.checked_add(row.len.get() as usize).and_then(|end| unpacker.bytes().get(start..end));
        let bytes = bytes.filter(|bytes| xxh3_64(bytes) == row.hash.get()).ok_or_else(bad)?;
        record::read(bytes).ok_or_else(bad)
    }

    /// Articles that are kept under `id`, removed ones included.
    pub(crate) fn with_id(&self, id: &str) -> Result<Vec<u32>> {
        let mut rows = Vec::new();
        self.find(Postings::Ids, id_key(id), &mut rows)?;
        let mut out = Vec::new();
        if !rows.is_empty() {
            let mut unpacker = self.unpacker()?;
            for (number, _) in rows {
                let is_it = match self.alias(number) {
                    Some(alias) => alias == id,
                    None => self.record(number, &mut unpacker)?.id == id,
                };
                if is_it && !out.contains(&number) {
                    out.push(number);
                }
            }
        }
        Ok(out)
    }

    /// Reads every byte and every record, and compares them with what they promise. `progress` hears of bytes.
    pub(crate) fn verify(&self, progress: &mut dyn FnMut(u64)) -> Result<()> {
        self.file.verify(progress)?;
        let mut unpacker = self.unpacker()?;
        for number in 0..self.documents() {
            let record = self.record(number, &mut unpacker)?;
            if !self.with_id(self.alias(number).unwrap_or(&record.id))?.contains(&number) {
                return Err(Error::damaged(self.path(), format!("article {number} is not found by its id")));
            }
        }
        for table in &self.tables {
            table.for_each(&self.file, |_, _, _| Ok(()))?;
        }
        Ok(())
    }

    /// How many bytes each part takes.
    pub(crate) fn sizes(&self) -> Sizes {
        let section = |kind| self.file.section(kind).map_or(0, |(_, len)| len);
        let table =
            |postings: Postings| (0..3).map(|part| section(kind::TABLES[postings as usize] + part)).sum::<u64>();
        let mut sizes = Sizes {
            fingerprints: table(Postings::Fingerprints) + table(Postings::Hubs),
            signatures: section(kind::SIGNATURES),
            bands: table(Postings::ArticleBands) + table(Postings::ParagraphBands),
            text: section(kind::TEXTS) + section(kind::BLOCKS) + section(kind::DICTIONARY),
            articles: section(kind::ARTICLES) + section(kind::ALIASES) + table(Postings::Ids),
            overhead: 0,
        };
        let parts = sizes.fingerprints + sizes.signatures + sizes.bands + sizes.text + sizes.articles;
        sizes.overhead = self.file.len().saturating_sub(parts);
        sizes
    }

    fn row<T: FromBytes>(&self, (start, len): Section, number: u64) -> Result<T> {
        let bad = || Error::damaged(self.path(), format!("row {number} lies beyond its section"));
        let size = size_of::<T>() as u64;
        let at = number.checked_mul(size).filter(|at| at.checked_add(size).is_some_and(|end| end <= len));
        let bytes = self.file.bytes(start + at.ok_or_else(bad)?, size_of::<T>())?;
        T::read_from_bytes(&bytes).map_err(|_| bad())
    }
}

/// A whole section, which is short.
fn read(file: &BlockFile, (start, len): Section) -> Result<Vec<u8>> {
    let len = usize::try_from(len).map_err(|_| Error::damaged(Bytes::path(file), "a section is too long"))?;
    file.bytes(start, len)
}

fn aliases(mut bytes: &[u8], documents: u32) -> Option<BTreeMap<u32, String>> {
    let mut out = BTreeMap::new();
    while !bytes.is_empty() {
        let number = read_number(&mut bytes).filter(|&number| number < documents)?;
        let len = read_number(&mut bytes)? as usize;
        let (id, rest) = bytes.split_at_checked(len)?;
        out.insert(number, std::str::from_utf8(id).ok()?.to_owned());
        bytes = rest;
    }
    Some(out)
}
