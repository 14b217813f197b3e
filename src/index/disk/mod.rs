//! Segments and their manifest on disk. `FORMAT.md` tells them byte by byte.
//!
//! Nothing in a file is trusted: lengths are checked before anything is allocated or read, and bytes against their
//! checksum when they are first touched.

pub(crate) mod bits;
pub(crate) mod blocks;
mod faulty;
pub(crate) mod file;
pub(crate) mod manifest;
pub(crate) mod postings;
pub(crate) mod record;
pub(crate) mod sections;
pub(crate) mod sorter;
pub(crate) mod spool;
pub(crate) mod storage;
pub(crate) mod texts;
pub(crate) mod writer;

use crate::error::Result;
use std::borrow::Cow;
use std::path::Path;

/// A file of which any piece can be read.
pub(crate) trait Bytes {
    /// The `len` bytes from `start`, neither more nor fewer: an error where the file ends before or is damaged.
    fn bytes(&self, start: u64, len: usize) -> Result<Cow<'_, [u8]>>;

    /// Where the file is, for messages.
    fn path(&self) -> &Path;
}
