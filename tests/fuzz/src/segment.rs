//! Segment files forged: taken apart, changed, put together again under checksums that are right.
//!
//! Written from the description of the format alone, so that it holds the writer to it too.

use crate::{Input, edit};
use std::fs;
use std::path::Path;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

const BLOCK: usize = 4096;
const ALIGN: usize = 64;
/// Kinds of sections.
const PLAN: u32 = 1;
const ARTICLES: u32 = 2;
const TEXTS: u32 = 3;
const BLOCKS: u32 = 4;
/// Sections of slots; those of samples and of rows follow.
const TABLES: [u32; 5] = [16, 20, 24, 28, 32];
/// Bytes of rows.
const ARTICLE_ROW: usize = 24;
const PLAN_HEAD: usize = 24;
const SHAPE_ROW: usize = 24;

/// A segment file taken apart.
#[derive(Clone, Debug)]
pub struct Segment {
    pub has_text: bool,
    header: Vec<u8>,
    id: u64,
    sections: Vec<(u32, Vec<u8>)>,
}

fn number_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

fn small(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

impl Segment {
    /// The one segment of the index in `folder`, which is a sound one.
    pub fn of(folder: &Path, has_text: bool) -> Self {
        let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let is_segment = |path: &std::path::PathBuf| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("segment-"))
        };
        let segments: Vec<_> = files.filter(is_segment).collect();
        let [path] = &segments[..] else { panic!("{} segments", segments.len()) };
        let bytes = fs::read(path).expect("a segment");
        let footer = &bytes[bytes.len() - 64..];
        let table = number_at(footer, 8) as usize;
        let sections = (0..small(&bytes, table) as usize).map(|at| {
            let row = &bytes[table + 8 + 24 * at..];
            let (start, len) = (number_at(row, 8) as usize, number_at(row, 16) as usize);
            (small(row, 0), bytes[start..start + len].to_vec())
        });
        let sections = sections.collect();
        let this = Self { has_text, header: bytes[..64].to_vec(), id: number_at(footer, 40), sections };
        let (data, table) = this.lay_out();
        assert!(this.seal(&data, table) == bytes, "the writer does not write what the format says");
        this
    }

    fn section(&mut self, kind: u32) -> Option<&mut Vec<u8>> {
        self.sections.iter_mut().find(|section| section.0 == kind).map(|section| &mut section.1)
    }

    /// Number of articles that the plan tells of.
    fn documents(&mut self) -> u32 {
        self.section(PLAN).filter(|plan| plan.len() >= 4).map_or(0, |plan| small(plan, 0))
    }

    /// Changes something of what is in the sections.
    pub fn change(&mut self, input: &mut Input<'_>) {
        let place = usize::from(input.byte()) % self.sections.len().max(1);
        match input.byte() % 16 {
            0..9 => {
                if let Some((_, bytes)) = self.sections.get_mut(place) {
                    edit(bytes, input);
                }
            }
            9 => {
                if let Some((_, bytes)) = self.sections.get_mut(place) {
                    let len = usize::from(input.short() % 2048);
                    *bytes = input.take(len).to_vec();
                }
            }
            10 => {
                if let Some((kind, _)) = self.sections.get_mut(place) {
                    *kind = u32::from(input.byte());
                }
            }
            11 | 12 => self.forge_shape(input),
            13 => {
                let number = usize::from(input.byte());
                let mut record = self.record(number).unwrap_or_default();
                for _ in 0..=input.byte() % 4 {
                    edit(&mut record, input);
                }
                self.put_record(number, &record);
            }
            _ => {
                let (number, len, stretch) =
                    (usize::from(input.byte()), usize::from(input.short() % 2048), input.byte());
                let mut record = input.take(len).to_vec();
                if stretch > 250 {
                    let (&last, len) = (record.last().unwrap_or(&0), record.len());
                    record.resize(len + (usize::from(stretch - 250) << 12), last);
                }
                self.put_record(number, &record);
            }
        }
    }

    /// Gives a table another shape, and its sections the lengths that go with it.
    fn forge_shape(&mut self, input: &mut Input<'_>) {
        let table = usize::from(input.byte()) % TABLES.len();
        let documents = self.documents();
        let rows = u64::from(input.short() % 8192);
        let slot_bits = rows.checked_ilog2().unwrap_or(0);
        let low_bits = u32::from(input.byte() % 26);
        let document_bits = 32 - documents.saturating_sub(1).leading_zeros();
        let position_bits = u32::from(input.byte() % 34);
        let Some(shape) = self.section(PLAN).and_then(|plan| plan.get_mut(PLAN_HEAD + table * SHAPE_ROW..)) else {
            return;
        };
        let row: Vec<u8> = [slot_bits, low_bits, document_bits, position_bits].map(u32::to_le_bytes).concat();
        shape.iter_mut().zip(rows.to_le_bytes().into_iter().chain(row)).for_each(|(old, new)| *old = new);
        let slots = 1_u64 << slot_bits;
        let row_bits = u64::from(low_bits + document_bits + position_bits);
        let lens = [(rows + slots).div_ceil(8), 8 * slots.div_ceil(512), (rows * row_bits).div_ceil(8)];
        let fill = input.byte();
        for (kind, len) in (TABLES[table]..).zip(lens) {
            if let Some(section) = self.section(kind) {
                section.resize(len as usize, fill);
            }
        }
    }

    /// The record of an article, while nothing was done to it.
    fn record(&mut self, number: usize) -> Option<Vec<u8>> {
        let articles = self.section(ARTICLES)?;
        let at = number % (articles.len() / ARTICLE_ROW).max(1) * ARTICLE_ROW;
        let row = articles.get(at..at + ARTICLE_ROW)?;
        let (block, start, len) = (small(row, 0) as usize, small(row, 4) as usize, small(row, 8) as usize);
        let row = self.section(BLOCKS)?.get(block.checked_mul(16)?..)?.get(..16)?.to_vec();
        let (at, packed) = (usize::try_from(number_at(&row, 0)).ok()?, small(&row, 8) as usize);
        let texts = self.section(TEXTS)?.get(at..)?.get(..packed)?;
        let block = zstd::bulk::decompress(texts, 1 << 20).ok()?;
        Some(block.get(start..)?.get(..len)?.to_vec())
    }

    /// Has an article be this record, in a block of its own.
    fn put_record(&mut self, number: usize, record: &[u8]) {
        let packed = zstd::bulk::compress(record, 1).expect("bytes that are packed");
        let start = self.section(TEXTS).map_or(0, |texts| {
            texts.extend_from_slice(&packed);
            texts.len() - packed.len()
        });
        let Some(blocks) = self.section(BLOCKS) else { return };
        let block = (blocks.len() / 16) as u32;
        blocks.extend_from_slice(&(start as u64).to_le_bytes());
        blocks.extend_from_slice(&(packed.len() as u32).to_le_bytes());
        blocks.extend_from_slice(&(record.len() as u32).to_le_bytes());
        let Some(articles) = self.section(ARTICLES) else { return };
        let at = number % (articles.len() / ARTICLE_ROW).max(1) * ARTICLE_ROW;
        let row = [block, 0, record.len() as u32, 1].map(u32::to_le_bytes).concat();
        let row = row.into_iter().chain(xxh3_64(record).to_le_bytes());
        articles.iter_mut().skip(at).zip(row).for_each(|(old, new)| *old = new);
    }

    /// Header, sections and table; and where the table begins.
    pub fn lay_out(&self) -> (Vec<u8>, usize) {
        let mut data = self.header.clone();
        let mut rows = Vec::new();
        for (kind, bytes) in &self.sections {
            data.resize(data.len().next_multiple_of(ALIGN), 0);
            rows.extend_from_slice(&u64::from(*kind).to_le_bytes());
            rows.extend_from_slice(&(data.len() as u64).to_le_bytes());
            rows.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            data.extend_from_slice(bytes);
        }
        data.resize(data.len().next_multiple_of(ALIGN), 0);
        let table = data.len();
        data.extend_from_slice(&(self.sections.len() as u64).to_le_bytes());
        data.extend_from_slice(&rows);
        data.resize(data.len().next_multiple_of(ALIGN), 0);
        (data, table)
    }

    /// The file of this data: its checksums and its footer are right.
    pub fn seal(&self, data: &[u8], table: usize) -> Vec<u8> {
        let sums_of =
            |bytes: &[u8]| -> Vec<u8> { bytes.chunks(BLOCK).flat_map(|block| xxh3_64(block).to_le_bytes()).collect() };
        let mut sums = sums_of(data);
        sums.resize(sums.len().next_multiple_of(ALIGN), 0);
        let mut tail = sums_of(&sums);
        let tops = tail.len();
        for number in [data.len(), table, sums.len(), tops] {
            tail.extend_from_slice(&(number as u64).to_le_bytes());
        }
        tail.extend_from_slice(&1_u64.to_le_bytes());
        tail.extend_from_slice(&self.id.to_le_bytes());
        let root = xxh3_128(&tail).to_le_bytes();
        tail.extend_from_slice(&root);
        [data, &sums, &tail].concat()
    }

    /// Name of its file.
    pub fn name(&self) -> String {
        format!("segment-{:016x}", self.id)
    }
}
