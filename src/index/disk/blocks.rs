//! A file that is written once, front to back, and read in place at random, no byte of it unchecked.
//!
//! Knows sections by number only; what is in them is the business of others. Does not make files durable or rename
//! them: whoever owns the folder does.
//!
//! All numbers are little-endian. All of the data is a multiple of 64 bytes; what is not written is zero.
//!
//! | part     | bytes                                                                                               |
//! |----------|-----------------------------------------------------------------------------------------------------|
//! | header   | `WIRECOPS`, major u16, minor u16, u32 zero, segment u64, generation u64, zero up to 64              |
//! | sections | any bytes, one after the other, each beginning at the next multiple of 64                           |
//! | table    | count u32, u32 zero; for each section kind u32, u32 zero, start u64, length u64; zero padding to 64 |
//! | sums     | XXH3-64 of every 4,096 bytes of all the above (the last may be fewer), zero padding to 64           |
//! | tops     | XXH3-64 of every 4,096 bytes of the sums, their padding included                                    |
//! | footer   | length of header to table u64, start of table u64, length of sums u64, of tops u64,                 |
//! |          | major u16, minor u16, u32 zero, segment u64, root: XXH3-128 of the tops and the 48 bytes before it  |
//!
//! The checksums are a tree of two levels (Merkle, "A digital signature based on a conventional encryption function",
//! CRYPTO 1987) below a root that the manifest repeats: opening reads and checks the root and the tops, 6 kB for
//! 1.5 GB; a block is checked when it is first touched, and the block of sums that vouches for it before it. Blocks
//! are as small as a page because a query touches some 600 places far from each other: that reads 2.4 MB, where
//! blocks of 64 KiB would read 40 MB. Their sums are then 3 MB for 1.5 GB, too much to read at every opening; hence
//! the second level, so that only those are read that vouch for something wanted.
//!
//! The checksums notice accidents. They are no defence against somebody who forges them too, so what they cover is
//! still not trusted: a forged file gives wrong answers or errors, never a panic or memory out of proportion.
//!
//! Source: XXH3, as specified by the xxHash project (`doc/xxhash_spec.md`), seed 0.

use super::Bytes;
use crate::error::{Error, ErrorKind, Result};
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};
use zerocopy::byteorder::{LE, U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Version of the layout: a reader refuses a newer major. A newer minor only adds kinds of sections.
pub(crate) const MAJOR: u16 = 1;
const MINOR: u16 = 0;
const MAGIC: [u8; 8] = *b"WIRECOPS";
/// Bytes below one checksum.
const BLOCK: u64 = 4096;
/// Sums in a block of them.
const SUMS: u64 = BLOCK / 8;
/// Sections, table, sums and their paddings are multiples of this: a cache line, and the header.
const ALIGN: u64 = 64;
/// What is written at once: a whole number of blocks.
const CHUNK: usize = 256 << 10;
/// More sections than any segment has; bounds what a table may ask for.
const MAX_SECTIONS: usize = 1024;
/// Header, empty table, one sum, one top, footer.
const MIN_LEN: u64 = 64 + 64 + 64 + 8 + 64;
/// Blocks kept where a file is not mapped: 4 MiB.
const CACHED: u64 = 1024;
/// A read of more blocks than this goes past the cache, in one piece.
const FEW: u64 = 8;

/// What identifies a finished file: the manifest records both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Length in bytes.
    pub(crate) len: u64,
    /// Checksum over all checksums.
    pub(crate) root: [u8; 16],
}

/// Writes a file front to back, keeping 8 bytes of every 4,096 in memory.
///
/// After [`begin`](Self::begin) it is a [`Write`] into that section, cheap for single bytes. Calls out of turn are
/// [`io::ErrorKind::InvalidInput`]. After any other error the file is of no use, and neither is the writer.
pub(crate) struct BlockWriter<W> {
    out: W,
    /// Not written yet.
    chunk: Vec<u8>,
    /// Bytes taken, those in the chunk included.
    len: u64,
    /// Of what has been written.
    sums: Vec<u8>,
    sections: Vec<Section>,
    /// The last section has not ended.
    open: bool,
    segment: u64,
}

impl<W: Write> BlockWriter<W> {
    /// A file with no sections yet.
    pub(crate) fn new(out: W, segment: u64, generation: u64) -> io::Result<Self> {
        let chunk = Vec::with_capacity(CHUNK);
        let mut writer = Self { out, chunk, len: 0, sums: Vec::new(), sections: Vec::new(), open: false, segment };
        writer.put(Header::new(segment, generation).as_bytes())?;
        Ok(writer)
    }

    /// Begins a section. No two have one kind.
    pub(crate) fn begin(&mut self, kind: u32) -> io::Result<()> {
        if self.open || self.sections.len() >= MAX_SECTIONS || self.sections.iter().any(|s| s.kind == kind) {
            return Err(misuse("a section begun within another, twice, or one too many"));
        }
        self.align()?;
        self.sections.push(Section { kind, start: self.len, len: 0 });
        self.open = true;
        Ok(())
    }

    /// Ends the section that was begun.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        match self.sections.last_mut() {
            Some(section) if self.open => section.len = self.len - section.start,
            _ => return Err(misuse("a section ended that was not begun")),
        }
        self.open = false;
        Ok(())
    }

    /// Writes table, checksums and footer. Returns what was written to, flushed but not synced.
    pub(crate) fn finish(mut self) -> io::Result<(W, Summary)> {
        if self.open {
            return Err(misuse("a file finished within a section"));
        }
        self.align()?;
        let table = self.len;
        let head = TableHead { count: (self.sections.len() as u32).into(), zero: U32::ZERO };
        self.put(head.as_bytes())?;
        for section in std::mem::take(&mut self.sections) {
            self.put(Row::from(section).as_bytes())?;
        }
        self.align()?;
        emit(&mut self.out, &mut self.sums, &self.chunk)?;

        let mut sums = self.sums;
        sums.resize(sums.len().next_multiple_of(ALIGN as usize), 0);
        let mut tail = Vec::new();
        emit(&mut self.out, &mut tail, &sums)?;
        let mut footer = Footer {
            data: self.len.into(),
            table: table.into(),
            sums: (sums.len() as u64).into(),
            tops: (tail.len() as u64).into(),
            major: MAJOR.into(),
            minor: MINOR.into(),
            zero: U32::ZERO,
            segment: self.segment.into(),
            root: [0; 16],
        };
        let (vouched, _) = footer.as_bytes().split_at(ROOT_AT);
        tail.extend_from_slice(vouched);
        footer.root = root_of(&tail);
        tail.extend_from_slice(&footer.root);
        self.out.write_all(&tail)?;
        self.out.flush()?;
        let len = self.len + sums.len() as u64 + tail.len() as u64;
        Ok((self.out, Summary { len, root: footer.root }))
    }

    fn align(&mut self) -> io::Result<()> {
        let padding = self.len.next_multiple_of(ALIGN) - self.len;
        let (zeros, _) = [0; ALIGN as usize].split_at(padding as usize);
        self.put(zeros)
    }

    fn put(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        self.len += bytes.len() as u64;
        while !bytes.is_empty() {
            if self.chunk.is_empty() && bytes.len() >= CHUNK {
                let (now, later) = bytes.split_at(CHUNK);
                emit(&mut self.out, &mut self.sums, now)?;
                bytes = later;
                continue;
            }
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.chunk.len()));
            self.chunk.extend_from_slice(now);
            if self.chunk.len() == CHUNK {
                emit(&mut self.out, &mut self.sums, &self.chunk)?;
                self.chunk.clear();
            }
            bytes = later;
        }
        Ok(())
    }
}

impl<W: Write> Write for BlockWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.open {
            return Err(misuse("bytes written outside a section"));
        }
        self.put(bytes)?;
        Ok(bytes.len())
    }

    /// Does nothing: only whole blocks have checksums. What remains goes out with [`BlockWriter::finish`].
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A file written by [`BlockWriter`], open for reading by any number of threads.
pub(crate) struct BlockFile {
    path: PathBuf,
    file: Reader,
    cache: Cache,
    shape: Shape,
    tops: Vec<U64<LE>>,
    root: [u8; 16],
    id: u64,
    generation: u64,
    sections: Vec<Section>,
}

impl BlockFile {
    /// Opens a file, reading and checking no more than its footer, tops, header and table.
    ///
    /// A newer format is [`ErrorKind::Format`]; whatever else is not as it would be written, [`ErrorKind::Damaged`].
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let damaged = |what: &str| Error::damaged(path, what);
        // Asked before it is opened: to open a pipe could wait for ever.
        if !std::fs::metadata(path).map_err(|e| Error::io(path, e))?.is_file() {
            return Err(damaged("not a regular file"));
        }
        let file = File::open(path).map_err(|e| Error::io(path, e))?;
        let len = file.metadata().map_err(|e| Error::io(path, e))?.len();
        if len < MIN_LEN {
            return Err(damaged(&format!("{len} bytes are too few for a segment")));
        }
        let file = Reader::new(file);
        let end = len - size_of::<Footer>() as u64;
        let mut bytes = [0; size_of::<Footer>()];
        file.read(&mut bytes, end).map_err(|e| unread(path, e))?;
        let footer = Footer::read_from_bytes(&bytes).map_err(|_| damaged("it has no footer"))?;

        // The root comes first: what it does not vouch for is not worth a closer look. Newer formats keep the footer,
        // so that they are told from damage. There is one top to 2 MiB, and at most two for what is left over.
        let size = footer.tops.get();
        if size > 8 * (len / (BLOCK * SUMS) + 2) || size % 8 != 0 || size > end {
            return Err(damaged("its end is not that of a segment; it may have been cut short"));
        }
        let mut tail = vec![0; size as usize + ROOT_AT];
        file.read(&mut tail, end - size).map_err(|e| unread(path, e))?;
        if root_of(&tail) != footer.root {
            return Err(damaged("its end does not match its checksum; it may have been cut short"));
        }
        let major = footer.major.get();
        if major > MAJOR {
            let what = format!(
                "written by a newer wirecopy (segment format {major}; this one reads up to {MAJOR}): \
                 use that one, or build the index anew"
            );
            return Err(ErrorKind::Format { path: path.to_owned(), what }.into());
        }
        let shape = Shape::of(&footer, len).ok_or_else(|| damaged("its footer contradicts itself"))?;
        tail.truncate(size as usize);
        let tops = <[U64<LE>]>::ref_from_bytes(&tail).map(<[U64<LE>]>::to_vec).unwrap_or_default();

        let mut this = Self {
            path: path.to_owned(),
            file,
            cache: Cache::new(shape.blocks().min(CACHED)),
            shape,
            tops,
            root: footer.root,
            id: footer.segment.get(),
            generation: 0,
            sections: Vec::new(),
        };
        this.generation = this.read_header()?;
        this.sections = this.read_table()?;
        Ok(this)
    }

    /// Compares the file with what the manifest says of it. A difference is [`ErrorKind::Damaged`].
    pub(crate) fn must_be(&self, id: u64, generation: u64, len: u64, root: [u8; 16]) -> Result<()> {
        let differ = |what: &str, is: &str, said: &str| {
            let what = format!("is of another index or an older state: its {what} is {is}, the manifest says {said}");
            Err(Error::damaged(&self.path, what))
        };
        let numbers =
            [("number", self.id, id), ("generation", self.generation, generation), ("length", self.len(), len)];
        for (what, is, said) in numbers {
            if is != said {
                return differ(what, &is.to_string(), &said.to_string());
            }
        }
        if self.root != root {
            let hex = |root: [u8; 16]| format!("{:032x}", u128::from_be_bytes(root));
            return differ("checksum", &hex(self.root), &hex(root));
        }
        Ok(())
    }

    /// First byte and length of the section of a kind.
    pub(crate) fn section(&self, kind: u32) -> Option<(u64, u64)> {
        self.sections.iter().find(|s| s.kind == kind).map(|s| (s.start, s.len))
    }

    /// The `len` bytes from byte `start` of the file on, checked. What reaches beyond the data, or is not as written,
    /// is [`ErrorKind::Damaged`].
    pub(crate) fn bytes(&self, start: u64, len: usize) -> Result<Vec<u8>> {
        let Some(end) = start.checked_add(len as u64).filter(|&end| end <= self.shape.data) else {
            let what = format!("{len} bytes from byte {start} on reach beyond its {} bytes of data", self.shape.data);
            return Err(Error::damaged(&self.path, what));
        };
        if len == 0 {
            return Ok(Vec::new());
        }
        let (first, last) = (start / BLOCK, (end - 1) / BLOCK);
        if last - first >= FEW {
            return self.read_past_cache(start, len);
        }
        let mut out = Vec::with_capacity(len);
        for block in first..=last {
            let (at, size) = self.shape.block(block);
            // Both below `BLOCK`.
            let (from, to) = (start.saturating_sub(at) as usize, (end - at).min(size as u64) as usize);
            let copied = self.cache.with(block, |bytes| out.extend_from_slice(bytes.get(from..to).unwrap_or_default()));
            if copied.is_none() {
                let bytes = self.read(at, size)?;
                self.check(block, &bytes)?;
                out.extend_from_slice(bytes.get(from..to).unwrap_or_default());
                self.cache.put(block, bytes);
            }
        }
        Ok(out)
    }

    /// Reads every byte in order and checks it, whatever was checked before; also that padding is zero. `progress` is
    /// told the bytes read since it was last called, [`len`](Self::len) in all.
    pub(crate) fn verify(&self, progress: &mut dyn FnMut(u64)) -> Result<()> {
        let len = self.file.len().map_err(|e| Error::io(&self.path, e))?;
        if len != self.len() {
            return Err(self.damaged(format!("it has {len} bytes; {} were written", self.len())));
        }
        self.read_header()?;
        self.read_table()?;
        let mut data = Vec::new();
        for (group, top) in (0..).zip(&self.tops) {
            let (start, len) = self.shape.block(self.shape.data_blocks() + group);
            let sums = self.read(start, len)?;
            self.compare(start, &sums, top.get())?;
            let start = group * SUMS * BLOCK;
            data.resize((SUMS * BLOCK).min(self.shape.data - start) as usize, 0);
            self.file.read(&mut data, start).map_err(|e| unread(&self.path, e))?;
            let starts = (start..).step_by(BLOCK as usize);
            for ((start, block), sum) in starts.zip(data.chunks(BLOCK as usize)).zip(sums.chunks_exact(8)) {
                self.compare(start, block, number(sum))?;
            }
            progress((data.len() + sums.len()) as u64);
        }
        let tail = self.read(self.shape.tail(), (self.len() - self.shape.tail()) as usize)?;
        match tail.split_last_chunk() {
            Some((vouched, root)) if *root == self.root && root_of(vouched) == self.root => (),
            _ => return Err(self.damaged("its end does not match its checksum")),
        }
        progress(tail.len() as u64);

        let mut gaps: Vec<(u64, u64)> =
            self.sections.iter().map(|s| (s.start + s.len, aligned(s.start + s.len))).collect();
        gaps.push((self.shape.table + table_len(self.sections.len()), self.shape.data));
        gaps.push((self.shape.data + 8 * self.shape.data_blocks(), self.shape.tail()));
        for (start, end) in gaps {
            if self.read(start, (end - start) as usize)?.iter().any(|&byte| byte != 0) {
                return Err(self.damaged(format!("the padding at byte {start} is not zero")));
            }
        }
        Ok(())
    }

    /// Length of the file in bytes.
    pub(crate) fn len(&self) -> u64 {
        self.shape.len
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Checks the header; returns the generation.
    fn read_header(&self) -> Result<u64> {
        let bytes = self.bytes(0, size_of::<Header>())?;
        let header = Header::read_from_bytes(&bytes).map_err(|_| self.damaged("it has no header"))?;
        let generation = header.generation.get();
        let expected = Header { minor: header.minor, ..Header::new(self.id, generation) };
        if header.magic != MAGIC {
            return Err(self.damaged("it does not begin as a segment does"));
        }
        if header.as_bytes() != expected.as_bytes() || header.minor.get() != self.shape.minor {
            return Err(self.damaged("its header contradicts its footer"));
        }
        Ok(generation)
    }

    /// Checks the table: sections follow each other as they are written, so that none overlap and nothing lies between.
    fn read_table(&self) -> Result<Vec<Section>> {
        let contradiction = || self.damaged("its table of sections contradicts itself");
        let head = self.bytes(self.shape.table, size_of::<TableHead>())?;
        let head = TableHead::read_from_bytes(&head).map_err(|_| contradiction())?;
        let count = head.count.get() as usize;
        if head.zero != U32::ZERO
            || count > MAX_SECTIONS
            || aligned(self.shape.table + table_len(count)) != self.shape.data
        {
            return Err(contradiction());
        }
        let rows = self.bytes(self.shape.table + table_len(0), count * size_of::<Row>())?;
        let rows = <[Row]>::ref_from_bytes(&rows).map_err(|_| contradiction())?;
        let mut sections: Vec<Section> = Vec::with_capacity(count);
        let mut next = size_of::<Header>() as u64;
        for row in rows {
            let section = Section { kind: row.kind.get(), start: row.start.get(), len: row.len.get() };
            let end = section.start.checked_add(section.len).filter(|&end| end <= self.shape.table);
            match end {
                Some(end) if section.start == next && row.zero == U32::ZERO => next = aligned(end),
                _ => return Err(contradiction()),
            }
            if sections.iter().any(|s| s.kind == section.kind) {
                return Err(contradiction());
            }
            sections.push(section);
        }
        if next != self.shape.table {
            return Err(contradiction());
        }
        Ok(sections)
    }

    fn read_past_cache(&self, start: u64, len: usize) -> Result<Vec<u8>> {
        let end = start + len as u64;
        let first = start / BLOCK;
        let before = (start - first * BLOCK) as usize;
        let covering = end.next_multiple_of(BLOCK).min(self.shape.data) - first * BLOCK;
        let size = usize::try_from(covering).map_err(|_| self.damaged("it is too large for this machine"))?;
        let mut bytes = self.read(first * BLOCK, size)?;
        for (block, bytes) in (first..).zip(bytes.chunks(BLOCK as usize)) {
            self.check(block, bytes)?;
        }
        bytes.truncate(before + len);
        bytes.drain(..before);
        Ok(bytes)
    }

    /// Checks a block of data.
    fn check(&self, block: u64, bytes: &[u8]) -> Result<()> {
        self.compare(block * BLOCK, bytes, self.sum(block)?)
    }

    /// The checksum of a block of data, itself checked.
    fn sum(&self, block: u64) -> Result<u64> {
        let group = block / SUMS;
        let place = (8 * (block % SUMS)) as usize;
        let pick = |sums: &[u8]| number(sums.get(place..).unwrap_or_default());
        let vouching = self.shape.data_blocks() + group;
        let (start, len) = self.shape.block(vouching);
        if let Some(sum) = self.cache.with(vouching, pick) {
            return Ok(sum);
        }
        let sums = self.read(start, len)?;
        let top = self.tops.get(group as usize).ok_or_else(|| self.damaged("checksums are missing"))?;
        self.compare(start, &sums, top.get())?;
        let sum = pick(&sums);
        self.cache.put(vouching, sums);
        Ok(sum)
    }

    fn compare(&self, start: u64, bytes: &[u8], sum: u64) -> Result<()> {
        if xxh3_64(bytes) == sum {
            return Ok(());
        }
        Err(self.damaged(format!("the {} bytes from byte {start} on do not match their checksum", bytes.len())))
    }

    fn read(&self, start: u64, len: usize) -> Result<Vec<u8>> {
        let mut bytes = vec![0; len];
        self.file.read(&mut bytes, start).map_err(|e| unread(&self.path, e))?;
        Ok(bytes)
    }

    fn damaged(&self, what: impl Into<String>) -> Error {
        Error::damaged(&self.path, what)
    }
}

impl Bytes for BlockFile {
    fn bytes(&self, start: u64, len: usize) -> Result<Cow<'_, [u8]>> {
        self.bytes(start, len).map(Cow::Owned)
    }

    fn path(&self) -> &Path {
        self.path()
    }
}

impl std::fmt::Debug for BlockFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlockFile").field("path", &self.path).field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Section {
    kind: u32,
    start: u64,
    len: u64,
}

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Header {
    magic: [u8; 8],
    major: U16<LE>,
    minor: U16<LE>,
    zero: U32<LE>,
    segment: U64<LE>,
    generation: U64<LE>,
    zeros: [u8; 32],
}

impl Header {
    fn new(segment: u64, generation: u64) -> Self {
        Self {
            magic: MAGIC,
            major: MAJOR.into(),
            minor: MINOR.into(),
            zero: U32::ZERO,
            segment: segment.into(),
            generation: generation.into(),
            zeros: [0; 32],
        }
    }
}

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct TableHead {
    count: U32<LE>,
    zero: U32<LE>,
}

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Row {
    kind: U32<LE>,
    zero: U32<LE>,
    start: U64<LE>,
    len: U64<LE>,
}

impl From<Section> for Row {
    fn from(section: Section) -> Self {
        Self { kind: section.kind.into(), zero: U32::ZERO, start: section.start.into(), len: section.len.into() }
    }
}

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Footer {
    data: U64<LE>,
    table: U64<LE>,
    sums: U64<LE>,
    tops: U64<LE>,
    major: U16<LE>,
    minor: U16<LE>,
    zero: U32<LE>,
    segment: U64<LE>,
    root: [u8; 16],
}

/// Bytes of the footer before its root.
const ROOT_AT: usize = size_of::<Footer>() - 16;

/// Where the parts of a file lie: header, sections and table in `0..data`, then the sums up to [`tail`](Self::tail),
/// tops and footer up to `len`.
#[derive(Clone, Copy, Debug)]
struct Shape {
    data: u64,
    table: u64,
    sums: u64,
    len: u64,
    minor: u16,
}

impl Shape {
    /// What a footer says of a file of `len` bytes, or nothing where it cannot be true.
    fn of(footer: &Footer, len: u64) -> Option<Self> {
        let (data, table) = (footer.data.get(), footer.table.get());
        let (sums, tops) = (footer.sums.get(), footer.tops.get());
        let total = data.checked_add(sums)?.checked_add(tops)?.checked_add(size_of::<Footer>() as u64)?;
        // `data` is smaller than the file from here on, and the rest cannot overflow.
        let fits = total == len
            && sums == aligned(8 * data.div_ceil(BLOCK))
            && tops == 8 * sums.div_ceil(BLOCK)
            && data % ALIGN == 0
            && table % ALIGN == 0
            && table >= size_of::<Header>() as u64
            && table < data
            && footer.major == MAJOR
            && footer.zero == U32::ZERO;
        fits.then_some(Self { data, table, sums, len, minor: footer.minor.get() })
    }

    fn data_blocks(&self) -> u64 {
        self.data.div_ceil(BLOCK)
    }

    /// All blocks with checksums: those of the data, then those of the sums.
    fn blocks(&self) -> u64 {
        self.data_blocks() + self.sums.div_ceil(BLOCK)
    }

    /// First byte and length of a block. Only the last of the data and the last of the sums may be short.
    fn block(&self, block: u64) -> (u64, usize) {
        let (start, end) = match block.checked_sub(self.data_blocks()) {
            None => (block * BLOCK, self.data),
            Some(group) => (self.data + group * BLOCK, self.tail()),
        };
        (start, end.saturating_sub(start).min(BLOCK) as usize)
    }

    /// First byte of the tops.
    fn tail(&self) -> u64 {
        self.data + self.sums
    }
}

/// Checked blocks lately read, each in the one slot its number gives it. No slot is locked while a file is read.
struct Cache(Vec<Mutex<Slot>>);

/// Number of a block, and its bytes; none are kept at first.
type Slot = (u64, Vec<u8>);

impl Cache {
    fn new(slots: u64) -> Self {
        Self((0..slots).map(|_| Mutex::new((u64::MAX, Vec::new()))).collect())
    }

    /// What `look` makes of a block, if it is here.
    fn with<T>(&self, block: u64, look: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let slot = self.slot(block)?;
        (slot.0 == block).then(|| look(&slot.1))
    }

    fn put(&self, block: u64, bytes: Vec<u8>) {
        if let Some(mut slot) = self.slot(block) {
            *slot = (block, bytes);
        }
    }

    fn slot(&self, block: u64) -> Option<MutexGuard<'_, Slot>> {
        // Binary searches touch blocks at powers of two from each other: they must not share a slot, hence the
        // golden ratio (Knuth, "The Art of Computer Programming" 3, 6.4) rather than a remainder.
        let mixed = block.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let slot = self.0.get(((mixed * self.0.len() as u64) >> 32) as usize)?;
        Some(slot.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Reads anywhere in a file, from any thread.
#[cfg(unix)]
struct Reader(File);

#[cfg(unix)]
impl Reader {
    fn new(file: File) -> Self {
        Self(file)
    }

    /// Fills `bytes` from byte `start` on.
    fn read(&self, bytes: &mut [u8], start: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.0, bytes, start)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }
}

/// Reads anywhere in a file, from one thread at a time: there is one position to seek.
#[cfg(not(unix))]
struct Reader(Mutex<File>);

#[cfg(not(unix))]
impl Reader {
    fn new(file: File) -> Self {
        Self(Mutex::new(file))
    }

    /// Fills `bytes` from byte `start` on.
    fn read(&self, bytes: &mut [u8], start: u64) -> io::Result<()> {
        use std::io::{Read, Seek, SeekFrom};
        let mut file = self.file();
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(bytes)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.file().metadata()?.len())
    }

    fn file(&self) -> MutexGuard<'_, File> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes bytes and notes the checksums of their blocks.
fn emit(out: &mut impl Write, sums: &mut Vec<u8>, bytes: &[u8]) -> io::Result<()> {
    for block in bytes.chunks(BLOCK as usize) {
        sums.extend_from_slice(&xxh3_64(block).to_le_bytes());
    }
    out.write_all(bytes)
}

fn root_of(vouched: &[u8]) -> [u8; 16] {
    xxh3_128(vouched).to_le_bytes()
}

/// The number in the first 8 bytes.
fn number(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// Of lengths in a file, far below where this overflows.
fn aligned(len: u64) -> u64 {
    len.next_multiple_of(ALIGN)
}

/// Length of the table without its padding.
fn table_len(sections: usize) -> u64 {
    (size_of::<TableHead>() + sections * size_of::<Row>()) as u64
}

fn misuse(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}

/// A file that ends early, or was found to have another length, is damaged; the rest is trouble of the system.
fn unread(path: &Path, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => Error::damaged(path, "it was cut short"),
        _ => Error::io(path, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{Seek, SeekFrom};
    use tempfile::NamedTempFile;

    /// Bytes without a pattern that blocks could share.
    fn noise(len: usize, seed: u64) -> Vec<u8> {
        let words =
            (0..len.div_ceil(8) as u64).flat_map(|n| (n + (seed << 40)).wrapping_mul(seed | 0x9e37_79b9).to_le_bytes());
        words.map(|byte| byte | 1).take(len).collect()
    }

    fn written(sections: &[(u32, Vec<u8>)]) -> (Vec<u8>, Summary) {
        let mut writer = BlockWriter::new(Vec::new(), 7, 3).unwrap();
        for (kind, bytes) in sections {
            writer.begin(*kind).unwrap();
            writer.write_all(bytes).unwrap();
            writer.end().unwrap();
        }
        writer.finish().unwrap()
    }

    fn on_disk(bytes: &[u8]) -> NamedTempFile {
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        file
    }

    fn poke(disk: &NamedTempFile, at: u64, bytes: &[u8]) {
        let mut file = disk.as_file();
        file.seek(SeekFrom::Start(at)).unwrap();
        file.write_all(bytes).unwrap();
    }

    fn checked(path: &Path) -> Result<BlockFile> {
        let file = BlockFile::open(path)?;
        file.verify(&mut |_| ())?;
        Ok(file)
    }

    fn is_damaged<T>(result: Result<T>) -> bool {
        result.is_err_and(|e| matches!(e.kind(), ErrorKind::Damaged { .. }))
    }

    fn pad(bytes: &mut Vec<u8>) {
        bytes.resize(bytes.len().next_multiple_of(64), 0);
    }

    /// Header, sections and table, number by number, as the table above tells them; and where the table begins.
    fn naive_data(sections: &[(u32, Vec<u8>)]) -> (Vec<u8>, u64) {
        let mut data = b"WIRECOPS\x01\0\0\0\0\0\0\0\x07\0\0\0\0\0\0\0\x03".to_vec();
        pad(&mut data);
        let mut rows = Vec::new();
        for (kind, bytes) in sections {
            rows.extend(u64::from(*kind).to_le_bytes());
            rows.extend((data.len() as u64).to_le_bytes());
            rows.extend((bytes.len() as u64).to_le_bytes());
            data.extend(bytes);
            pad(&mut data);
        }
        let table = data.len() as u64;
        data.extend((sections.len() as u64).to_le_bytes());
        data.extend(rows);
        pad(&mut data);
        (data, table)
    }

    /// Adds checksums that are right, whatever the data.
    fn naive_seal(data: &[u8], table: u64, version: u64) -> Vec<u8> {
        let sums_of = |bytes: &[u8]| bytes.chunks(4096).flat_map(|b| xxh3_64(b).to_le_bytes()).collect::<Vec<u8>>();
        let mut sums = sums_of(data);
        pad(&mut sums);
        let tops = sums_of(&sums);
        let mut tail = tops.clone();
        for number in [data.len() as u64, table, sums.len() as u64, tops.len() as u64, version, 7] {
            tail.extend(number.to_le_bytes());
        }
        let root = xxh3_128(&tail).to_le_bytes();
        [data, &sums, &tail, &root].concat()
    }

    fn odd_sections() -> Vec<(u32, Vec<u8>)> {
        let lens = [0, 1, 63, 64, 4095, 4096, 4097, 100_000, 3 << 20];
        (0..).zip(lens).map(|(n, len)| (n * 10, noise(len, u64::from(n)))).collect()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let sections = odd_sections();
        let (bytes, summary) = written(&sections);
        assert_eq!(summary.len, bytes.len() as u64);
        let disk = on_disk(&bytes);
        let file = BlockFile::open(disk.path()).unwrap();
        assert_eq!((file.id, file.generation, file.len(), file.root), (7, 3, summary.len, summary.root));
        file.must_be(7, 3, summary.len, summary.root).unwrap();
        for (kind, bytes) in &sections {
            let (start, len) = file.section(*kind).unwrap();
            assert_eq!((start % 64, len), (0, bytes.len() as u64));
            assert_eq!(&*file.bytes(start, bytes.len()).unwrap(), bytes);
        }
        assert_eq!(file.section(5), None);
        let mut read = 0;
        file.verify(&mut |bytes| read += bytes).unwrap();
        assert_eq!(read, file.len());
    }

    #[test]
    fn a_file_without_sections_is_one() {
        let (bytes, _) = written(&[]);
        assert_eq!(bytes.len() as u64, MIN_LEN);
        assert_eq!(checked(on_disk(&bytes).path()).unwrap().section(0), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_file_is_laid_out_as_the_table_says_and_read_as_a_slice(
            lens in prop::collection::vec(prop_oneof![0..200usize, 3900..4300usize, 0..600_000usize], 0..5),
            piece in 1..9000usize,
            ranges in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![0..100usize, 0..90_000usize]), 1..30),
        ) {
            let sections: Vec<_> = (0..).zip(&lens).map(|(n, &len)| (n, noise(len, u64::from(n)))).collect();
            let (data, table) = naive_data(&sections);
            let naive = naive_seal(&data, table, 1);
            let mut writer = BlockWriter::new(Vec::new(), 7, 3).unwrap();
            for (kind, bytes) in &sections {
                writer.begin(*kind).unwrap();
                for bytes in bytes.chunks(piece) {
                    writer.write_all(bytes).unwrap();
                }
                writer.end().unwrap();
            }
            let (bytes, _) = writer.finish().unwrap();
            prop_assert!(bytes == naive);
            let disk = on_disk(&bytes);
            let file = BlockFile::open(disk.path()).unwrap();
            for (at, len) in &ranges {
                let start = at.index(data.len());
                let end = (start + len).min(data.len());
                prop_assert!(*file.bytes(start as u64, end - start).unwrap() == data[start..end]);
            }
            file.verify(&mut |_| ()).unwrap();
        }
    }

    #[test]
    fn calls_out_of_turn_are_refused() {
        let is_misuse = |result: io::Result<()>| result.is_err_and(|e| e.kind() == io::ErrorKind::InvalidInput);
        let mut writer = BlockWriter::new(Vec::new(), 7, 3).unwrap();
        assert!(is_misuse(writer.write_all(b"late news")));
        assert!(is_misuse(writer.end()));
        writer.begin(1).unwrap();
        assert!(is_misuse(writer.begin(2)));
        writer.end().unwrap();
        assert!(is_misuse(writer.begin(1)));
        assert!(is_misuse(writer.end()));
        writer.begin(2).unwrap();
        assert!(is_misuse(writer.finish().map(|_| ())));
    }

    #[test]
    fn an_error_of_the_system_while_writing_is_passed_on() {
        struct Full(usize);
        impl Write for Full {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let full = |room| {
            let mut writer = BlockWriter::new(Full(room), 7, 3)?;
            writer.begin(1)?;
            writer.write_all(&noise(1 << 20, 1))?;
            writer.end()?;
            writer.finish().map(|_| ())
        };
        for room in [0, CHUNK, 1 << 20, (1 << 20) + 1000] {
            assert_eq!(full(room).unwrap_err().kind(), io::ErrorKind::StorageFull);
        }
        full(2 << 20).unwrap();
    }

    /// Of three blocks, the last one short.
    fn small() -> Vec<u8> {
        let (bytes, _) = written(&[(1, noise(70, 1)), (2, noise(6000, 2)), (3, Vec::new()), (4, noise(3000, 3))]);
        assert!(bytes.len() > 9000 && bytes.len() < 3 * 4096);
        bytes
    }

    #[test]
    fn every_truncation_is_noticed() {
        let bytes = small();
        let disk = on_disk(&bytes);
        for len in (0..bytes.len()).rev() {
            disk.as_file().set_len(len as u64).unwrap();
            assert!(is_damaged(BlockFile::open(disk.path())), "{len} bytes left");
        }
    }

    #[test]
    fn bytes_put_before_or_after_are_noticed() {
        let bytes = small();
        for len in [1, 8, 64, 4096] {
            assert!(is_damaged(checked(on_disk(&[&bytes[..], &vec![0; len]].concat()).path())));
            assert!(is_damaged(checked(on_disk(&[&vec![0; len], &bytes[..]].concat()).path())));
        }
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let bytes = small();
        let disk = on_disk(&bytes);
        for (at, &byte) in bytes.iter().enumerate() {
            for bit in 0..8 {
                poke(&disk, at as u64, &[byte ^ 1 << bit]);
                assert!(is_damaged(checked(disk.path())), "bit {bit} of byte {at}");
            }
            poke(&disk, at as u64, &[byte]);
        }
        assert!(checked(disk.path()).is_ok());
    }

    #[test]
    fn a_flipped_bit_is_noticed_by_whoever_touches_its_block_and_nobody_else() {
        let bytes = written(&[(1, noise(40_000, 1))]).0;
        // Blocks 0 and 9 hold header and table and are read at opening.
        for at in (4096..36_864).step_by(555) {
            let mut flipped = bytes.clone();
            flipped[at as usize] ^= 16;
            let disk = on_disk(&flipped);
            let file = BlockFile::open(disk.path()).unwrap();
            for block in (0..10).filter(|&block| block != at / 4096) {
                let start = block * 4096;
                assert_eq!(*file.bytes(start, 4).unwrap(), bytes[start as usize..][..4]);
            }
            for _ in 0..2 {
                assert!(is_damaged(file.bytes(at / 4096 * 4096, 1)));
                assert!(is_damaged(file.bytes(at / 4096 * 4096 + 4095, 1)));
                assert!(is_damaged(file.bytes(4000, 36_000)));
            }
            assert!(is_damaged(file.verify(&mut |_| ())));
        }
    }

    #[test]
    fn a_flipped_bit_of_a_checksum_is_noticed_by_what_it_vouches_for() {
        // Three blocks of sums. Opening reads the first, for the header, and the last, for the table.
        let section = noise(5 << 20, 1);
        let (bytes, _) = written(&[(1, section.clone())]);
        let data = naive_data(&[(1, section)]).0.len();
        let open = |at: usize| {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1;
            BlockFile::open(on_disk(&flipped).path())
        };
        assert!(is_damaged(open(data + 300)));
        assert!(is_damaged(open(data + 8192)));
        let file = open(data + 4096 + 300).unwrap();
        for (start, len) in
            [(64, 1 << 20), (64, 2 << 20), (2 << 20, 64), (3 << 20, 1 << 20), ((4 << 20) - 1, 1), (4 << 20, 9000)]
        {
            let touches = start < 4 << 20 && start + len as u64 > 2 << 20;
            assert_eq!(is_damaged(file.bytes(start, len)), touches, "{len} bytes from {start}");
        }
        assert!(is_damaged(file.verify(&mut |_| ())));
    }

    #[test]
    fn a_file_changed_after_it_was_read_is_noticed_by_a_full_check() {
        let bytes = small();
        let disk = on_disk(&bytes);
        let file = checked(disk.path()).unwrap();
        file.bytes(0, 9000).unwrap();
        poke(&disk, 5000, &[0]);
        assert!(is_damaged(file.verify(&mut |_| ())));
        poke(&disk, 0, &bytes);
        file.verify(&mut |_| ()).unwrap();
        disk.as_file().set_len(bytes.len() as u64 + 1).unwrap();
        assert!(is_damaged(file.verify(&mut |_| ())));
    }

    #[test]
    fn what_lies_outside_the_data_is_not_handed_out() {
        let bytes = small();
        let disk = on_disk(&bytes);
        let end =
            naive_data(&[(1, noise(70, 1)), (2, noise(6000, 2)), (3, Vec::new()), (4, noise(3000, 3))]).0.len() as u64;
        let file = BlockFile::open(disk.path()).unwrap();
        assert!(file.bytes(end - 1, 1).is_ok() && file.bytes(end, 0).is_ok());
        for (start, len) in [(end, 1), (end - 1, 2), (end + 1, 0), (0, usize::MAX), (u64::MAX, 1), (u64::MAX, 0)] {
            assert!(is_damaged(file.bytes(start, len)), "{len} bytes from {start}");
        }
    }

    #[test]
    fn tables_that_lie_are_refused_though_their_checksums_are_right() {
        let sections = [(1, noise(100, 1)), (2, noise(5000, 2))];
        let (data, table) = naive_data(&sections);
        let (t, end) = (table as usize, data.len() as u64);
        assert!(checked(on_disk(&naive_seal(&data, table, 1)).path()).is_ok());
        let forge = |at: usize, number: u64, len: usize| {
            let mut forged = data.clone();
            forged[at..at + len].copy_from_slice(&number.to_le_bytes()[..len]);
            naive_seal(&forged, table, 1)
        };
        let (first, second) = (t + 8, t + 32);
        let mut forged = vec![
            // Counts.
            forge(t, u64::from(u32::MAX), 4),
            forge(t, 0, 4),
            forge(t, 1, 4),
            forge(t, 3, 4),
            forge(t, 4, 4),
            // Reserved numbers, and a kind twice.
            forge(t + 4, 1, 4),
            forge(first + 4, 1, 4),
            forge(second, 1, 4),
            // The header, and that of another segment.
            forge(0, 0, 8),
            forge(8, 2, 2),
            forge(10, 1, 2),
            forge(12, 1, 4),
            forge(16, 8, 8),
            forge(63, 1, 1),
            // Padding.
            forge(64 + 100, 1, 1),
            forge(data.len() - 1, 1, 1),
        ];
        for number in [0, 1, 63, 65, 129, 256, table, end, end + 1, end + 64, 1 << 40, 1 << 63, u64::MAX - 63, u64::MAX]
        {
            forged.extend([first + 8, first + 16, second + 8, second + 16].map(|at| forge(at, number, 8)));
        }
        for bytes in forged {
            assert!(is_damaged(checked(on_disk(&bytes).path())));
        }
    }

    #[test]
    fn footers_that_lie_are_refused_though_their_checksums_are_right() {
        let (data, table) = naive_data(&[(1, noise(9000, 1))]);
        let sealed = naive_seal(&data, table, 1);
        let footer = sealed.len() - 64;
        for at in (footer..footer + 48).step_by(8) {
            let old = number(&sealed[at..]);
            for new in [0, 1, old + 1, old.wrapping_sub(1), old + 8, old + 64, old + 4096, 1 << 20, 1 << 63, u64::MAX] {
                let mut forged = sealed.clone();
                forged[at..at + 8].copy_from_slice(&new.to_le_bytes());
                // The root is made right for whatever tops this footer claims.
                let tops = number(&forged[footer + 24..]).min(footer as u64) as usize;
                let root = root_of(&forged[footer - tops..footer + 48]);
                forged[footer + 48..].copy_from_slice(&root);
                let result = checked(on_disk(&forged).path());
                assert!(new == old || result.is_err(), "{new} for {old} at {}", at - footer);
            }
        }
    }

    #[test]
    fn a_newer_format_is_told_from_damage_and_a_newer_minor_is_read() {
        let (mut data, table) = naive_data(&[(1, noise(9000, 1))]);
        let newer = naive_seal(&data, table, 2);
        let error = BlockFile::open(on_disk(&newer).path()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Format { .. }));
        assert!(error.to_string().contains("segment format 2; this one reads up to 1"));
        let mut broken = newer;
        let at = broken.len() - 1;
        broken[at] ^= 1;
        assert!(is_damaged(BlockFile::open(on_disk(&broken).path())));
        assert!(is_damaged(BlockFile::open(on_disk(&naive_seal(&data, table, 0)).path())));
        data[10] = 9;
        checked(on_disk(&naive_seal(&data, table, 9 << 16 | 1)).path()).unwrap();
    }

    #[test]
    fn another_file_than_the_manifest_lists_is_named_as_such() {
        let (bytes, summary) = written(&[]);
        let disk = on_disk(&bytes);
        let file = BlockFile::open(disk.path()).unwrap();
        let message = |id, generation, len, root| file.must_be(id, generation, len, root).unwrap_err().to_string();
        let Summary { len, root } = summary;
        assert!(message(8, 3, len, root).contains("older state: its number is 7, the manifest says 8"));
        assert!(message(7, 4, len, root).contains("its generation is 3, the manifest says 4"));
        assert!(message(7, 3, 1, root).contains("its length is 264, the manifest says 1"));
        assert!(message(7, 3, len, [0; 16]).contains("the manifest says 00000000000000000000000000000000"));
        assert!(is_damaged(file.must_be(7, 3, len, [0; 16])));
    }

    #[test]
    fn a_file_that_is_not_there_or_none_is_an_error_of_the_system() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path().join("none"), folder.path().to_owned()] {
            let error = BlockFile::open(&path).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Io { .. } | ErrorKind::Damaged { .. }));
        }
    }

    #[test]
    fn many_threads_read_one_file() {
        fn shareable<T: Send + Sync>(_: &T) {}
        let section = noise(6 << 20, 1);
        let disk = on_disk(&written(&[(1, section.clone())]).0);
        let file = BlockFile::open(disk.path()).unwrap();
        shareable(&file);
        let (file, section) = (&file, &section);
        std::thread::scope(|scope| {
            for thread in 0..8_usize {
                scope.spawn(move || {
                    for n in 0..4000 {
                        let start = (n * 7919 + thread * 104_729) * 331 % (section.len() - 9000);
                        let len = [1, 64, 4097, 9000][n % 4];
                        assert!(*file.bytes(64 + start as u64, len).unwrap() == section[start..start + len]);
                    }
                });
            }
        });
    }

    #[test]
    fn the_cache_keeps_blocks_apart_and_spreads_powers_of_two() {
        let cache = Cache::new(CACHED);
        for block in 0..5000 {
            cache.put(block, vec![block as u8; 3]);
            assert_eq!(cache.with(block, |bytes| bytes.to_vec()), Some(vec![block as u8; 3]));
        }
        for block in 0..5000 {
            assert!(cache.with(block, |bytes| bytes[0] == block as u8) != Some(false));
        }
        let halves: Vec<u64> = (0..19).map(|bit| 1 << bit).collect();
        halves.iter().for_each(|&block| cache.put(block, vec![1]));
        assert!(halves.iter().filter(|&&block| cache.with(block, |_| ()).is_some()).count() >= 17);
        assert_eq!(Cache::new(0).with(0, |_| ()), None);
    }
}
