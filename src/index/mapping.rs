//! A temporary file, read as if it were memory. One of two places of unsafe code.

#![allow(unsafe_code, reason = "mapping a file; both uses are argued below")]

use memmap2::Mmap;
use std::fs::File;
use std::io;
use std::ops::{Deref, Range};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The bytes of a nameless temporary file, which only this process can reach and which nobody writes to any more.
#[derive(Debug)]
pub(super) struct Mapping {
    map: Mmap,
    file: File,
    /// A bit for each [`WINDOW`] that was looked at since its memory was last given back.
    looked_at: Box<[AtomicU64]>,
}

/// Bytes that the system maps around a place that is looked at, or nearly: it may begin elsewhere.
const WINDOW: usize = 64 << 10;

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
        let windows = map.len().div_ceil(WINDOW);
        let looked_at = (0..windows.div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Ok(Self { map, file, looked_at })
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

    /// Bytes of memory that a look at `range` takes, by estimate: none where one looked nearby before.
    #[inline]
    pub(super) fn look(&self, range: Range<usize>) -> usize {
        let windows = range.start / WINDOW..range.end.min(self.map.len()).div_ceil(WINDOW);
        let new = |window: &usize| {
            let bit = 1 << (window % 64);
            let Some(bits) = self.looked_at.get(window / 64) else { return false };
            // Nearly always it is set, and nothing is written.
            bits.load(Relaxed) & bit == 0 && bits.fetch_or(bit, Relaxed) & bit == 0
        };
        windows.filter(new).count() * WINDOW
    }

    /// Gives back the memory that its pages take; they come back from the file when they are read again.
    pub(super) fn release(&self) {
        self.looked_at.iter().for_each(|bits| bits.store(0, Relaxed));
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

    #[test]
    fn looks_near_one_another_take_memory_once() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![1; 3 * WINDOW + 5]).unwrap();
        let mapping = Mapping::of(file).unwrap();
        assert_eq!([mapping.look(10..20), mapping.look(WINDOW - 1..WINDOW), mapping.look(30..30)], [WINDOW, 0, 0]);
        assert_eq!([mapping.look(9..2 * WINDOW + 1), mapping.look(3 * WINDOW..9 * WINDOW)], [2 * WINDOW, WINDOW]);
        assert_eq!(mapping.look(0..3 * WINDOW + 5), 0);
        mapping.release();
        assert_eq!(mapping.look(0..3 * WINDOW + 5), 4 * WINDOW);
    }
}
