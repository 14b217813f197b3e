//! Bytes that are collected while something else is written to the file: in memory first, then in a nameless temporary
//! file of the same folder.

use crate::error::{Error, Result};
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Bytes held in memory.
const IN_MEMORY: usize = 4 << 20;

/// A growing sequence of bytes, read back from the start.
pub(crate) struct Spool {
    folder: PathBuf,
    tail: Vec<u8>,
    file: Option<File>,
    len: u64,
}

impl Spool {
    /// An empty one, that goes to `folder` when it grows.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), tail: Vec::new(), file: None, len: 0 }
    }

    /// Appends bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.tail.extend_from_slice(bytes);
        self.len += bytes.len() as u64;
        if self.tail.len() >= IN_MEMORY {
            let io = |error| Error::io(&self.folder, error);
            if self.file.is_none() {
                self.file = Some(tempfile::tempfile_in(&self.folder).map_err(io)?);
            }
            if let Some(file) = &mut self.file {
                file.write_all(&self.tail).map_err(io)?;
            }
            self.tail.clear();
        }
        Ok(())
    }

    /// Copies all of it to `out`, the file at `path`.
    pub(crate) fn copy_to(self, out: &mut impl Write, path: &Path) -> Result<()> {
        let mut reader = self.read()?;
        let mut chunk = vec![0; 256 << 10];
        loop {
            let len = reader.fill(&mut chunk)?;
            if len == 0 {
                return Ok(());
            }
            out.write_all(&chunk[..len]).map_err(|error| Error::io(path, error))?;
        }
    }

    /// Reads it from the start.
    pub(crate) fn read(mut self) -> Result<SpoolReader> {
        if let Some(file) = &mut self.file {
            file.seek(SeekFrom::Start(0)).map_err(|e| Error::io(&self.folder, e))?;
        }
        let in_file = self.len - self.tail.len() as u64;
        Ok(SpoolReader { spool: self, in_file, read: 0 })
    }
}

/// Reads a [`Spool`] front to back.
pub(crate) struct SpoolReader {
    spool: Spool,
    in_file: u64,
    read: u64,
}

impl SpoolReader {
    /// Fills as much of `out` as there is left; returns how much.
    pub(crate) fn fill(&mut self, out: &mut [u8]) -> Result<usize> {
        let mut done = 0;
        while done < out.len() && self.read < self.spool.len {
            let room = &mut out[done..];
            let len = if self.read < self.in_file {
                let len = room.len().min((self.in_file - self.read) as usize);
                match &mut self.spool.file {
                    Some(file) => file.read_exact(&mut room[..len]).map_err(|e| Error::io(&self.spool.folder, e))?,
                    None => return Ok(done),
                }
                len
            } else {
                let from = (self.read - self.in_file) as usize;
                let len = room.len().min(self.spool.tail.len() - from);
                room[..len].copy_from_slice(&self.spool.tail[from..from + len]);
                len
            };
            self.read += len as u64;
            done += len;
        }
        Ok(done)
    }

    /// Passes over `len` bytes.
    pub(crate) fn skip(&mut self, len: u64) -> Result<()> {
        let to = (self.read + len).min(self.spool.len);
        if self.read < self.in_file
            && let Some(file) = &mut self.spool.file
        {
            file.seek(SeekFrom::Start(to.min(self.in_file))).map_err(|e| Error::io(&self.spool.folder, e))?;
        }
        self.read = to;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_in_memory_and_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        for len in [0usize, 5, IN_MEMORY - 1, IN_MEMORY, 2 * IN_MEMORY + 77] {
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
                let mut part = vec![0; 3000];
                let got = reader.fill(&mut part).unwrap();
                assert_eq!(part[..got], bytes[skip.min(len)..len.min(skip + 3000)], "{len} {skip}");
            }
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no file is left");
    }
}
