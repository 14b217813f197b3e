//! Bytes that are collected while something else is written to the file: in memory first, then in a nameless temporary
//! file of the same folder.

use crate::error::{Error, Result};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;

/// Bytes that go to the file together, and come back together.
const PIECE: usize = 4 << 20;

/// A growing sequence of bytes, read back from the start.
pub(crate) struct Spool {
    folder: PathBuf,
    tail: Vec<u8>,
    file: Option<File>,
    /// XXH3-64 of each piece in the file: what comes back otherwise than it went must not be sealed as if it were right.
    sums: Vec<u64>,
}

impl Spool {
    /// An empty one, that goes to `folder` when it grows.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), tail: Vec::new(), file: None, sums: Vec::new() }
    }

    /// Appends bytes.
    pub(crate) fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.tail.len()));
            self.tail.extend_from_slice(now);
            if self.tail.len() == PIECE {
                self.put_away().map_err(|error| Error::io(&self.folder, error))?;
            }
            bytes = later;
        }
        Ok(())
    }

    fn put_away(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(&self.folder)?),
        };
        file.write_all(&self.tail)?;
        self.sums.push(xxh3_64(&self.tail));
        self.tail.clear();
        Ok(())
    }

    /// Copies all of it to `out`, the file at `path`.
    pub(crate) fn copy_to(self, out: &mut impl Write, path: &Path) -> Result<()> {
        let mut reader = self.read()?;
        while !reader.is_at_end() {
            out.write_all(reader.rest()).map_err(|error| Error::io(path, error))?;
            reader.next_piece()?;
        }
        Ok(())
    }

    /// Reads it from the start.
    pub(crate) fn read(self) -> Result<SpoolReader> {
        let mut reader = SpoolReader { piece: Vec::new(), number: 0, at: 0, spool: self };
        reader.load()?;
        Ok(reader)
    }
}

/// Reads a [`Spool`] front to back.
pub(crate) struct SpoolReader {
    spool: Spool,
    /// The piece at hand, and its number; the tail comes after those in the file.
    piece: Vec<u8>,
    number: usize,
    /// Bytes of the piece that were read.
    at: usize,
}

impl SpoolReader {
    /// Fills `out`; fails where there is not so much left.
    pub(crate) fn fill(&mut self, mut out: &mut [u8]) -> Result<()> {
        while !out.is_empty() {
            if self.is_at_end() {
                return Err(self.trouble("is shorter than what was written"));
            }
            let len = out.len().min(self.rest().len());
            let (now, later) = out.split_at_mut(len);
            now.copy_from_slice(&self.rest()[..len]);
            self.at += len;
            out = later;
            if self.rest().is_empty() {
                self.next_piece()?;
            }
        }
        Ok(())
    }

    /// Passes over `len` bytes.
    pub(crate) fn skip(&mut self, len: u64) -> Result<()> {
        let to = self.at as u64 + len;
        let pieces = to / PIECE as u64;
        if pieces > 0 {
            self.number = self.number.saturating_add(usize::try_from(pieces).unwrap_or(usize::MAX));
            self.load()?;
        }
        self.at = ((to % PIECE as u64) as usize).min(self.piece.len());
        Ok(())
    }

    fn rest(&self) -> &[u8] {
        &self.piece[self.at..]
    }

    fn is_at_end(&self) -> bool {
        self.number >= self.spool.sums.len() && self.rest().is_empty()
    }

    fn next_piece(&mut self) -> Result<()> {
        self.number += 1;
        self.load()
    }

    fn load(&mut self) -> Result<()> {
        self.at = 0;
        self.piece.clear();
        match (self.spool.sums.get(self.number), &mut self.spool.file) {
            (Some(&sum), Some(file)) => {
                let io = |error| Error::io(&self.spool.folder, error);
                self.piece.resize(PIECE, 0);
                file.seek(SeekFrom::Start(self.number as u64 * PIECE as u64)).map_err(io)?;
                file.read_exact(&mut self.piece).map_err(io)?;
                if xxh3_64(&self.piece) != sum {
                    return Err(self.trouble("does not hold what was written"));
                }
            }
            _ if self.number == self.spool.sums.len() => self.piece = std::mem::take(&mut self.spool.tail),
            _ => {}
        }
        Ok(())
    }

    fn trouble(&self, what: &str) -> Error {
        let error = io::Error::new(io::ErrorKind::InvalidData, format!("a temporary file {what}"));
        Error::io(&self.spool.folder, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_in_memory_and_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        for len in [0usize, 5, PIECE - 1, PIECE, 2 * PIECE + 77] {
            let bytes: Vec<u8> = (0..len).map(|at| (at * 31 % 251) as u8).collect();
            let spool = || {
                let mut spool = Spool::new(folder.path());
                bytes.chunks(1000).for_each(|chunk| spool.write(chunk).unwrap());
                spool
            };
            let mut out = Vec::new();
            spool().copy_to(&mut out, folder.path()).unwrap();
            assert!(out == bytes, "{len}");
            for skip in [0, 3, len / 2, len.saturating_sub(2)] {
                let mut reader = spool().read().unwrap();
                reader.skip(skip as u64).unwrap();
                let mut part = vec![0; (len - skip.min(len)).min(3000)];
                reader.fill(&mut part).unwrap();
                assert_eq!(part[..], bytes[skip.min(len)..len.min(skip + 3000)], "{len} {skip}");
                if len <= skip + 3000 {
                    assert!(reader.fill(&mut [0]).is_err());
                }
            }
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no file is left");
    }
}
