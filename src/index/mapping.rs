//! A temporary file, read as if it were memory. One of two places of unsafe code.

#![allow(unsafe_code, reason = "mapping a file; both uses are argued below")]

use memmap2::Mmap;
use std::fs::File;
use std::io;
use std::ops::{Deref, Range};

/// The bytes of a nameless temporary file, which only this process can reach and which nobody writes to any more.
#[derive(Debug)]
pub(super) struct Mapping {
    map: Mmap,
    file: File,
}

impl Mapping {
    /// All of `file`, which must have been made by `tempfile::tempfile_in`: it has no name, so nobody else opens it.
    /// Taken by value: nobody writes to it any more.
    pub(super) fn of(file: File) -> io::Result<Self> {
        // SAFETY: a mapping must not change while it is borrowed. The file has no name and its only handle is kept here,
        // where it is only read, so nothing can write to it or cut it, in this process or in another.
        let map = unsafe { Mmap::map(&file)? };
        // A page that is looked at is to bring its neighbours, not two million bytes: what takes memory is counted.
        #[cfg(target_os = "linux")]
        let _ = map.advise(memmap2::Advice::NoHugePage);
        Ok(Self { map, file })
    }

    /// The bytes at `range`, read into `buffer`: for places far apart that costs less than to map the pages around
    /// each. Empty where there are none.
    pub(super) fn read<'a>(&self, range: Range<usize>, buffer: &'a mut Vec<u8>) -> &'a [u8] {
        buffer.clear();
        let Some(mapped) = self.map.get(range.clone()) else { return buffer };
        #[cfg(unix)]
        {
            use std::os::unix::fs::FileExt as _;
            buffer.resize(range.len(), 0);
            if self.file.read_exact_at(buffer, range.start as u64).is_ok() {
                return buffer;
            }
            buffer.clear();
        }
        // Where a disk fails this fails as any look at a mapping does, and not in silence.
        buffer.extend_from_slice(mapped);
        buffer
    }

    /// Gives back the memory that its pages take; they come back from the file when they are read again.
    pub(super) fn release(&self) {
        // SAFETY: the advice would lose what was written to a mapping; this one is shared with its file and read only,
        // so the same bytes come back. Where it is refused, nothing happens.
        #[cfg(unix)]
        let _ = unsafe { self.map.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
    }
}

impl Deref for Mapping {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.map
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn the_bytes_are_those_of_the_file_before_and_after_their_memory_is_given_back() {
        let mut file = tempfile::tempfile().unwrap();
        let bytes: Vec<u8> = (0..100_000u32).flat_map(u32::to_le_bytes).collect();
        file.write_all(&bytes).unwrap();
        let mapping = Mapping::of(file).unwrap();
        assert!(*mapping == bytes[..]);
        mapping.release();
        assert!(*mapping == bytes[..]);
        let mut buffer = vec![9];
        assert_eq!(mapping.read(5_000..9_000, &mut buffer), &bytes[5_000..9_000]);
        assert_eq!(mapping.read(399_000..400_001, &mut buffer), b"");
    }
}
