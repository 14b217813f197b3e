//! Fingerprints of all articles → those that stand in more than one place, grouped.

use super::repeated::keep_repeated;
use crate::document::DocumentIndex;
use crate::error::{Error, ErrorKind, Result};
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use xxhash_rust::xxh3::xxh3_64;
use zerocopy::{FromBytes, Immutable, IntoBytes};

/// One place of a fingerprint that has several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FingerprintRow {
    /// Hash of the shingle.
    pub hash: u64,
    /// The article.
    pub document: DocumentIndex,
    /// Position of its first token.
    pub position: u32,
}

/// Bits of the hash that name its partition: each is filtered and sorted in the cache, and all in parallel.
const PARTITION_BITS: u32 = 9;

/// Takes fingerprints in any order, article by article.
#[derive(Debug)]
pub(super) struct Fingerprints {
    partitions: Vec<Vec<Row>>,
    /// Rows in memory.
    held: usize,
    spilled: Option<Spilled>,
}

/// A place of a fingerprint, of an article by its place in the segment.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct Row {
    hash: u64,
    place: u32,
    position: u32,
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
    rows: usize,
    /// XXH3-64 of the bytes.
    sum: u64,
}

impl Default for Fingerprints {
    fn default() -> Self {
        Self { partitions: vec![Vec::new(); 1 << PARTITION_BITS], held: 0, spilled: None }
    }
}

impl Fingerprints {
    /// Takes a fingerprint.
    #[inline]
    pub(super) fn push(&mut self, hash: u64, place: u32, position: u32) {
        self.partitions[(hash >> (64 - PARTITION_BITS)) as usize].push(Row { hash, place, position });
        self.held += 1;
    }

    /// Writes all rows to a file in `folder` if they take more than `memory` bytes.
    pub(super) fn settle(&mut self, memory: usize, folder: &Path) -> Result<()> {
        if self.held * size_of::<Row>() <= memory {
            return Ok(());
        }
        let in_folder = |error| Error::io(folder, error);
        let spilled = match &mut self.spilled {
            Some(spilled) => spilled,
            none => none.insert(Spilled::new(folder).map_err(in_folder)?),
        };
        for (number, partition) in self.partitions.iter_mut().enumerate() {
            spilled.write(number, partition).map_err(in_folder)?;
            partition.clear();
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
                let rows = match spilled {
                    None => partition,
                    Some(spilled) => spilled.read(number, &partition).map_err(|e| Error::io(&spilled.folder, e))?,
                };
                Ok(repeated(rows, ranks))
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

    fn write(&mut self, partition: usize, rows: &[Row]) -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let bytes = rows.as_bytes();
        self.file.get_mut().unwrap_or_else(PoisonError::into_inner).write_all(bytes)?;
        self.pieces[partition].push(Piece { start: self.len, rows: rows.len(), sum: xxh3_64(bytes) });
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// The rows of a partition: those in the file, then `last`.
    fn read(&self, partition: usize, last: &[Row]) -> io::Result<Vec<Row>> {
        let pieces = &self.pieces[partition];
        let rows = pieces.iter().map(|piece| piece.rows).sum::<usize>();
        let mut out = Vec::with_capacity(rows + last.len());
        for piece in pieces {
            let before = out.len();
            out.resize(before + piece.rows, Row { hash: 0, place: 0, position: 0 });
            let bytes = out[before..].as_mut_bytes();
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

/// Of one partition.
fn repeated(mut rows: Vec<Row>, ranks: &[DocumentIndex]) -> Vec<FingerprintRow> {
    keep_repeated(&mut rows, 0, |row| row.hash);
    let ranked =
        |row: &Row| FingerprintRow { hash: row.hash, document: ranks[row.place as usize], position: row.position };
    let mut ranked: Vec<FingerprintRow> = rows.iter().map(ranked).collect();
    drop(rows);
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
                all.push(FingerprintRow { hash, document: ranks[place as usize], position });
            }
            if let Some(memory) = memory {
                fingerprints.settle(memory, folder).unwrap();
            }
        }
        all.sort();
        (fingerprints, all, ranks)
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
