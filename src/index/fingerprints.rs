//! Fingerprints of all articles → those that stand in more than one place, grouped.

use super::numbers::{read_number, write_number};
use super::repeated::RepeatFilter;
use super::section::temporary;
use crate::document::DocumentIndex;
use crate::error::{ErrorKind, Result};
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use xxhash_rust::xxh3::xxh3_64;

/// One place of a fingerprint that has several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FingerprintRow {
    /// The upper 49 bits of the hash of the shingle, which tell it from others well enough: what two places really
    /// share is told by their words.
    pub hash: u64,
    /// The article.
    pub document: DocumentIndex,
    /// Position of its first token.
    pub position: u32,
}

impl FingerprintRow {
    /// What a row keeps of a hash.
    pub(crate) fn kept(hash: u64) -> u64 {
        hash & HASH_MASK
    }
}

/// Bits of the hash that name its partition: each is filtered and sorted in the cache, and all in parallel.
const PARTITION_BITS: u32 = 9;
/// Bits of the hash that are kept beside those.
const KEPT_BITS: u32 = 40;
/// Bits of the hash that are kept.
const HASH_BITS: u32 = PARTITION_BITS + KEPT_BITS;
/// What is left of a hash.
const HASH_MASK: u64 = !0 << (64 - HASH_BITS);

/// Takes fingerprints article by article.
#[derive(Debug)]
pub(super) struct Fingerprints {
    partitions: Vec<Partition>,
    /// Bytes in memory.
    held: usize,
    spilled: Option<Spilled>,
}

/// Fingerprints with the same first bits. Half of what rows of fixed width take, and most of what reading writes: the
/// hash in five bytes, how far the article is from the one before, and the position.
#[derive(Clone, Debug, Default)]
struct Partition {
    bytes: Vec<u8>,
    /// Article of the last row.
    last: u32,
    rows: usize,
}

/// A place of a fingerprint, of an article by its place in the segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    hash: u64,
    place: u32,
    position: u32,
}

impl Partition {
    /// Appends a row; returns how many bytes it took.
    #[inline]
    fn push(&mut self, row: Row) -> usize {
        // Nearly always a step below 128 and a position below 16,384: put together in one number, they are one write.
        let step = row.place - self.last;
        self.last = row.place;
        self.rows += 1;
        let kept = row.hash << PARTITION_BITS >> (64 - KEPT_BITS);
        let position = u64::from(row.position);
        if step < 0x80 && position < 0x4000 {
            let (low, high) = (position & 0x7F, position >> 7);
            let long = high > 0;
            let number = kept | u64::from(step) << 40 | (low | u64::from(long) << 7) << 48 | high << 56;
            let len = 7 + usize::from(long);
            self.bytes.extend_from_slice(&number.to_le_bytes());
            self.bytes.truncate(self.bytes.len() - (8 - len));
            return len;
        }
        let before = self.bytes.len();
        self.bytes.extend_from_slice(&kept.to_le_bytes()[..5]);
        write_number(step, &mut self.bytes);
        write_number(row.position, &mut self.bytes);
        self.bytes.len() - before
    }
}

/// The rows in the bytes of a partition.
struct Rows<'a> {
    bytes: &'a [u8],
    partition: u64,
    last: u32,
}

impl<'a> Rows<'a> {
    fn new(partition: usize, bytes: &'a [u8]) -> Self {
        Self { bytes, partition: (partition as u64) << (64 - PARTITION_BITS), last: 0 }
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    #[inline]
    fn next(&mut self) -> Option<Row> {
        let (kept, rest) = self.bytes.split_first_chunk::<5>()?;
        let kept = kept.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte));
        self.bytes = rest;
        self.last = self.last.wrapping_add(read_number(&mut self.bytes)?);
        let position = read_number(&mut self.bytes)?;
        Some(Row { hash: self.partition | kept << (64 - HASH_BITS), place: self.last, position })
    }
}

/// Rows in a temporary file, piece by piece of a partition.
#[derive(Debug)]
struct Spilled {
    folder: PathBuf,
    file: Mutex<File>,
    len: u64,
    /// Pieces of each partition.
    pieces: Vec<Vec<Piece>>,
}

/// Rows that were written together.
#[derive(Clone, Copy, Debug)]
struct Piece {
    start: u64,
    bytes: usize,
    /// XXH3-64 of the bytes.
    sum: u64,
}

impl Default for Fingerprints {
    fn default() -> Self {
        Self { partitions: vec![Partition::default(); 1 << PARTITION_BITS], held: 0, spilled: None }
    }
}

impl Fingerprints {
    /// Takes a fingerprint of the article at `place`, which none after it may be before.
    #[inline]
    pub(super) fn push(&mut self, hash: u64, place: u32, position: u32) {
        let partition = &mut self.partitions[(hash >> (64 - PARTITION_BITS)) as usize];
        self.held += partition.push(Row { hash, place, position });
    }

    /// Writes all rows to a file in `folder` if they take more than `memory` bytes.
    pub(super) fn settle(&mut self, memory: usize, folder: &Path) -> Result<()> {
        if self.held <= memory {
            return Ok(());
        }
        let in_folder = |error: io::Error| temporary(folder, &error);
        let spilled = match &mut self.spilled {
            Some(spilled) => spilled,
            none => none.insert(Spilled::new(folder).map_err(in_folder)?),
        };
        for (number, partition) in self.partitions.iter_mut().enumerate() {
            spilled.write(number, &partition.bytes).map_err(in_folder)?;
            partition.bytes.clear();
        }
        self.held = 0;
        Ok(())
    }

    /// Those that stand in more than one place, sorted. `ranks` tells the article of each place.
    pub(super) fn repeated(self, ranks: &[DocumentIndex]) -> Result<Vec<FingerprintRow>> {
        let spilled = self.spilled.as_ref();
        let parts: Vec<Vec<FingerprintRow>> = self
            .partitions
            .into_par_iter()
            .enumerate()
            .map(|(number, partition)| {
                let bytes = match spilled {
                    None => partition.bytes,
                    Some(spilled) => {
                        spilled.read(number, &partition.bytes).map_err(|e| temporary(&spilled.folder, &e))?
                    }
                };
                Ok(repeated(|| Rows::new(number, &bytes), partition.rows, ranks))
            })
            .collect::<Result<_>>()?;
        let count = parts.iter().map(Vec::len).sum();
        if u32::try_from(count).is_err() {
            let what = format!("{count} places of words that recur; at most 4,294,967,295 fit: scan in parts");
            return Err(ErrorKind::Limit(what).into());
        }
        let mut out = Vec::with_capacity(count);
        for part in parts {
            out.extend(part);
        }
        Ok(out)
    }
}

impl Spilled {
    fn new(folder: &Path) -> io::Result<Self> {
        let file = Mutex::new(tempfile::tempfile_in(folder)?);
        Ok(Self { folder: folder.to_owned(), file, len: 0, pieces: vec![Vec::new(); 1 << PARTITION_BITS] })
    }

    fn write(&mut self, partition: usize, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.file.get_mut().unwrap_or_else(PoisonError::into_inner).write_all(bytes)?;
        self.pieces[partition].push(Piece { start: self.len, bytes: bytes.len(), sum: xxh3_64(bytes) });
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// The rows of a partition: those in the file, then `last`.
    fn read(&self, partition: usize, last: &[u8]) -> io::Result<Vec<u8>> {
        let pieces = &self.pieces[partition];
        let mut out = Vec::with_capacity(pieces.iter().map(|piece| piece.bytes).sum::<usize>() + last.len());
        for piece in pieces {
            let before = out.len();
            out.resize(before + piece.bytes, 0);
            let bytes = &mut out[before..];
            {
                let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(piece.start))?;
                file.read_exact(bytes)?;
            }
            if xxh3_64(bytes) != piece.sum {
                let what = "a temporary file was not read back as it was written";
                return Err(io::Error::new(io::ErrorKind::InvalidData, what));
            }
        }
        out.extend_from_slice(last);
        Ok(out)
    }
}

/// Of one partition, which has `count` rows.
fn repeated<'a>(rows: impl Fn() -> Rows<'a>, count: usize, ranks: &[DocumentIndex]) -> Vec<FingerprintRow> {
    let mut filter = RepeatFilter::new(count);
    let spread = |row: &Row| row.hash >> (64 - HASH_BITS);
    rows().for_each(|row| filter.see(spread(&row)));
    let mut ranked: Vec<FingerprintRow> = rows()
        .filter(|row| filter.is_repeated(spread(row)))
        .map(|Row { hash, place, position }| FingerprintRow { hash, document: ranks[place as usize], position })
        .collect();
    drop(filter);
    ranked.sort_unstable();
    // What the filter took along by chance.
    let mut kept = 0;
    let mut at = 0;
    while at < ranked.len() {
        let len = ranked[at..].iter().take_while(|row| row.hash == ranked[at].hash).count();
        if len > 1 {
            ranked.copy_within(at..at + len, kept);
            kept += len;
        }
        at += len;
    }
    ranked.truncate(kept);
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use xxhash_rust::xxh3::xxh3_64;

    /// Fingerprints of which about a third recur, and all their rows, in the order of the articles.
    fn fingerprints(memory: Option<usize>, folder: &Path) -> (Fingerprints, Vec<FingerprintRow>, Vec<DocumentIndex>) {
        let documents = 700u32;
        let ranks: Vec<DocumentIndex> = (0..documents).rev().map(DocumentIndex).collect();
        let mut fingerprints = Fingerprints::default();
        let mut all = Vec::new();
        for place in 0..documents {
            for position in 0..20u32 {
                let few = (place + position) % 3 == 0;
                let number = if few { place * 7 % 500 + position } else { place << 8 | position << 1 };
                let hash = xxh3_64(&number.to_le_bytes());
                fingerprints.push(hash, place, position);
                all.push(FingerprintRow {
                    hash: FingerprintRow::kept(hash),
                    document: ranks[place as usize],
                    position,
                });
            }
            if let Some(memory) = memory {
                fingerprints.settle(memory, folder).unwrap();
            }
        }
        all.sort();
        (fingerprints, all, ranks)
    }

    proptest! {
        #[test]
        fn a_partition_gives_the_rows_that_it_was_given(
            rows in prop::collection::vec((any::<u64>(), 0u32..1 << 20, 0u32..1 << 22, 0u32..40), 0..60),
        ) {
            let (mut partition, mut place, mut given, mut bytes) = (Partition::default(), 0, Vec::new(), 0);
            for (hash, step, position, shift) in rows {
                place += step >> shift.min(31);
                let row = Row { hash: hash >> PARTITION_BITS, place, position: position >> (shift / 2) };
                bytes += partition.push(row);
                given.push(Row { hash: FingerprintRow::kept(row.hash), ..row });
            }
            prop_assert_eq!((partition.bytes.len(), partition.rows), (bytes, given.len()));
            prop_assert_eq!(Rows::new(0, &partition.bytes).collect::<Vec<_>>(), given);
        }
    }

    #[test]
    fn all_places_of_what_recurs_come_out_in_the_order_of_the_articles() {
        let folder = tempfile::tempdir().unwrap();
        for memory in [None, Some(1 << 30), Some(50_000), Some(0)] {
            let (fingerprints, all, ranks) = fingerprints(memory, folder.path());
            assert_eq!(fingerprints.spilled.is_some(), memory.is_some_and(|memory| memory < 1 << 30));
            let several = |row: &FingerprintRow| all.iter().filter(|other| other.hash == row.hash).count() > 1;
            let expected: Vec<FingerprintRow> = all.iter().copied().filter(several).collect();
            assert!(expected.len() > 1000 && expected.len() < all.len());
            assert_eq!(fingerprints.repeated(&ranks).unwrap(), expected, "{memory:?}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no file is left");
    }

    #[test]
    fn a_damaged_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let (fingerprints, _, ranks) = fingerprints(Some(50_000), folder.path());
        let spilled = fingerprints.spilled.as_ref().unwrap();
        {
            let mut file = spilled.file.lock().unwrap();
            file.seek(SeekFrom::Start(spilled.len / 2)).unwrap();
            file.write_all(b"x").unwrap();
        }
        let error = fingerprints.repeated(&ranks).unwrap_err().to_string();
        assert!(error.contains("not read back as it was written"), "{error}");
        let nowhere = Path::new("no such folder");
        let mut fingerprints = Fingerprints::default();
        fingerprints.push(1, 2, 3);
        assert!(fingerprints.settle(0, nowhere).unwrap_err().to_string().starts_with("no such folder: "));
    }
}
