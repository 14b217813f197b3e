//! Records in compressed blocks: small enough to read one article without its neighbours' cost.
//! Knows nothing of what a record holds.
//!
//! Blocks of 8 KiB alone would compress badly; with a dictionary cut from the segment's own records they come close to
//! one stream (news, bytes an article of 2,400: 951 against 917 as one stream, and 1,253 without). zstd, RFC 8878.

use super::spool::Spool;
use crate::error::{Error, Result};
use rayon::prelude::*;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use zerocopy::byteorder::{LE, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

/// Bytes of records from which on a block is full.
const BLOCK: usize = 8 << 10;
/// zstd's level. 6 takes three times the time, most of what an addition takes then, for 2 % of the index.
const LEVEL: i32 = 3;
/// Greatest dictionary, in bytes.
const DICTIONARY: usize = 256 << 10;
/// Slices that a dictionary is made of.
const SLICES: usize = 64;
/// Bytes of records that a dictionary is cut from.
const SAMPLE: usize = 8 << 20;
/// Most bytes that a byte of a zstd frame unpacks to: four of them may repeat one byte 128 KiB long (RFC 8878, 3.1.1.2).
const MOST_UNPACKED: u64 = 32 << 10;
/// Blocks that are compressed together.
const TOGETHER: usize = 128;

/// Where a block lies in the section of texts.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct BlockRow {
    /// First byte in the section.
    pub(crate) start: U64<LE>,
    /// Bytes in the section.
    pub(crate) packed: U32<LE>,
    /// Bytes once unpacked.
    pub(crate) unpacked: U32<LE>,
}

/// Where a record lies: its block, and its first byte in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Number of the block.
    pub(crate) block: u32,
    /// First byte in the unpacked block.
    pub(crate) start: u32,
}

/// Packs records.
pub(crate) struct TextWriter {
    path: PathBuf,
    dictionary: Option<Vec<u8>>,
    prepared: Option<EncoderDictionary<'static>>,
    /// Full blocks that wait, and their bytes.
    waiting: Vec<Vec<u8>>,
    waiting_bytes: usize,
    /// The block that is being filled.
    open: Vec<u8>,
    blocks: u32,
    rows: Spool,
    written: u64,
}

impl TextWriter {
    /// For the file at `path`, which errors name; buffers beyond some bytes go to `folder`.
    pub(crate) fn new(folder: &Path, path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            dictionary: None,
            prepared: None,
            waiting: Vec::new(),
            waiting_bytes: 0,
            open: Vec::new(),
            blocks: 0,
            rows: Spool::new(folder),
            written: 0,
        }
    }

    /// Appends a record; full blocks go to `out`.
    pub(crate) fn push(&mut self, record: &[u8], out: &mut impl Write) -> Result<Place> {
        let place = Place { block: self.blocks, start: self.open.len() as u32 };
        self.open.extend_from_slice(record);
        if self.open.len() >= BLOCK {
            self.close_block();
            let ready = match self.dictionary {
                None => self.waiting_bytes >= SAMPLE,
                Some(_) => self.waiting.len() >= TOGETHER || self.waiting_bytes >= SAMPLE,
            };
            if ready {
                self.write(out)?;
            }
        }
        Ok(place)
    }

    /// Writes what is left; returns the rows of the blocks, and the dictionary.
    pub(crate) fn finish(mut self, out: &mut impl Write) -> Result<(Spool, Vec<u8>)> {
        if !self.open.is_empty() {
            self.close_block();
        }
        self.write(out)?;
        Ok((self.rows, self.dictionary.unwrap_or_default()))
    }

    fn close_block(&mut self) {
        self.waiting_bytes += self.open.len();
        let next = Vec::with_capacity(BLOCK + 4096);
        self.waiting.push(std::mem::replace(&mut self.open, next));
        self.blocks += 1;
    }

    fn write(&mut self, out: &mut impl Write) -> Result<()> {
        let dictionary = self.dictionary.get_or_insert_with(|| dictionary(&self.waiting, self.waiting_bytes));
        let prepared = self.prepared.get_or_insert_with(|| EncoderDictionary::copy(dictionary, LEVEL));
        let compressor = || Compressor::with_prepared_dictionary(prepared);
        let packed: Vec<io::Result<Vec<u8>>> =
            self.waiting.par_iter().map_init(compressor, |compressor, block| pack(compressor, block)).collect();
        for (block, packed) in self.waiting.iter().zip(packed) {
            let packed = packed
                .and_then(|packed| out.write_all(&packed).map(|()| packed.len()))
                .map_err(|error| Error::io(&self.path, error))?;
            let row = BlockRow {
                start: self.written.into(),
                packed: (packed as u32).into(),
                unpacked: (block.len() as u32).into(),
            };
            self.rows.write(row.as_bytes())?;
            self.written += packed as u64;
        }
        self.waiting.clear();
        self.waiting_bytes = 0;
        Ok(())
    }
}

fn pack(compressor: &mut io::Result<Compressor<'_>>, block: &[u8]) -> io::Result<Vec<u8>> {
    match compressor {
        Ok(compressor) => compressor.compress(block),
        Err(error) => Err(io::Error::other(error.to_string())),
    }
}

/// Slices of records from all over the sample: at most a sixteenth of it, so that a small segment does not carry its
/// text twice.
fn dictionary(blocks: &[Vec<u8>], bytes: usize) -> Vec<u8> {
    let slice = DICTIONARY.min(bytes / 16) / SLICES;
    if slice < 256 {
        return Vec::new();
    }
    let mut out = Vec::with_capacity(slice * SLICES);
    for at in 0..SLICES {
        let block = &blocks[at * blocks.len() / SLICES];
        out.extend_from_slice(&block[..slice.min(block.len())]);
    }
    out
}

/// Unpacks blocks of one segment. Threads take one each.
pub(crate) struct Unpacker<'a> {
    decompressor: Decompressor<'a>,
    block: Option<u32>,
    bytes: Vec<u8>,
}

/// A dictionary ready for [`Unpacker`]s.
pub(crate) struct Dictionary(DecoderDictionary<'static>);

impl Dictionary {
    /// Of the bytes of the section, of the file at `path`.
    pub(crate) fn new(bytes: &[u8], path: &Path) -> Result<Self> {
        let bad = |_| Error::damaged(path, "the dictionary of the texts cannot be read");
        DecoderDictionary::try_copy(bytes).map(Self).map_err(bad)
    }
}

impl<'a> Unpacker<'a> {
    /// With the dictionary of a segment, whose file is named in errors.
    pub(crate) fn new(dictionary: &'a Dictionary, path: &Path) -> Result<Self> {
        let decompressor = Decompressor::with_prepared_dictionary(&dictionary.0).map_err(|e| Error::io(path, e))?;
        Ok(Self { decompressor, block: None, bytes: Vec::new() })
    }

    /// Whether block `number` is the one that was unpacked last.
    pub(crate) fn holds(&self, number: u32) -> bool {
        self.block == Some(number)
    }

    /// Unpacks `packed`, which is block `number`. Fails where it does not unpack to `unpacked` bytes.
    pub(crate) fn unpack(&mut self, number: u32, packed: &[u8], unpacked: u32, path: &Path) -> Result<()> {
        let bad = || Error::damaged(path, format!("block {number} of the texts does not unpack"));
        self.block = None;
        // The frame names its size, and a frame so short cannot hold more: neither a forged row nor a forged frame makes
        // this allocate what is not there.
        let named = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten();
        if named != Some(u64::from(unpacked)) || u64::from(unpacked) / MOST_UNPACKED > packed.len() as u64 {
            return Err(bad());
        }
        self.bytes.clear();
        self.bytes.try_reserve_exact(unpacked as usize).map_err(|_| bad())?;
        let len = self.decompressor.decompress_to_buffer(packed, &mut self.bytes).map_err(|_| bad())?;
        if len != unpacked as usize {
            return Err(bad());
        }
        self.block = Some(number);
        Ok(())
    }

    /// The block that was unpacked last.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(records: &[Vec<u8>]) -> (Vec<u8>, Vec<BlockRow>, Vec<u8>, Vec<Place>) {
        let mut out = Vec::new();
        let mut writer = TextWriter::new(Path::new("."), Path::new("x"));
        let places = records.iter().map(|record| writer.push(record, &mut out).unwrap()).collect();
        let (rows, dictionary) = writer.finish(&mut out).unwrap();
        let mut bytes = Vec::new();
        rows.copy_to(&mut bytes, Path::new("x")).unwrap();
        let rows = <[BlockRow]>::ref_from_bytes(&bytes).unwrap().to_vec();
        (out, rows, dictionary, places)
    }

    fn records(count: usize, words: usize) -> Vec<Vec<u8>> {
        let mut state = 7u64;
        let mut word = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            format!("w{} ", (state >> 33) % 5000)
        };
        (0..count).map(|_| (0..words).map(|_| word()).collect::<String>().into_bytes()).collect()
    }

    #[test]
    fn every_record_comes_back_from_its_block() {
        for (count, words) in [(0, 0), (1, 1), (3, 10), (900, 400), (3, 100_000)] {
            let records = records(count, words);
            let (texts, rows, dictionary, places) = packed(&records);
            let dictionary = Dictionary::new(&dictionary, Path::new("x")).unwrap();
            let mut unpacker = Unpacker::new(&dictionary, Path::new("x")).unwrap();
            for (record, place) in records.iter().zip(places) {
                let row = rows[place.block as usize];
                let start = row.start.get() as usize;
                let packed = &texts[start..start + row.packed.get() as usize];
                unpacker.unpack(place.block, packed, row.unpacked.get(), Path::new("x")).unwrap();
                let start = place.start as usize;
                assert_eq!(&unpacker.bytes()[start..start + record.len()], &record[..]);
            }
        }
    }

    #[test]
    fn a_large_corpus_has_a_dictionary_and_a_small_one_has_none() {
        assert_eq!(packed(&records(900, 400)).2.len() / SLICES, packed(&records(900, 400)).2.len().div_ceil(SLICES));
        assert!(!packed(&records(900, 400)).2.is_empty());
        assert!(packed(&records(20, 400)).2.is_empty());
    }

    #[test]
    fn a_block_that_lies_about_its_size_is_refused() {
        let (texts, rows, dictionary, _) = packed(&records(3, 10));
        let dictionary = Dictionary::new(&dictionary, Path::new("x")).unwrap();
        let mut unpacker = Unpacker::new(&dictionary, Path::new("x")).unwrap();
        let packed = &texts[..rows[0].packed.get() as usize];
        assert!(unpacker.unpack(0, packed, u32::MAX, Path::new("x")).is_err());
        assert!(unpacker.unpack(0, &packed[..packed.len() - 1], rows[0].unpacked.get(), Path::new("x")).is_err());
    }

    #[test]
    fn a_frame_that_is_too_short_for_its_size_asks_for_no_memory_and_a_long_one_of_one_letter_is_read() {
        let dictionary = Dictionary::new(&[], Path::new("x")).unwrap();
        let mut unpacker = Unpacker::new(&dictionary, Path::new("x")).unwrap();
        // One block that repeats a letter, in a frame that says it holds 3 GiB.
        let size = 3u32 << 30;
        let forged = [b"\x28\xb5\x2f\xfd\xa0", &size.to_le_bytes()[..], b"\x23\x03\x00a"].concat();
        assert_eq!(zstd::zstd_safe::get_frame_content_size(&forged).unwrap(), Some(u64::from(size)));
        assert!(unpacker.unpack(0, &forged, size, Path::new("x")).is_err());
        assert_eq!(unpacker.bytes.capacity(), 0);
        let letters = vec![b'a'; 8 << 20];
        let packed = zstd::bulk::compress(&letters, 19).unwrap();
        unpacker.unpack(0, &packed, letters.len() as u32, Path::new("x")).unwrap();
        assert_eq!(unpacker.bytes(), letters);
    }

    #[test]
    fn a_dictionary_that_zstd_refuses_is_damage() {
        // zstd's own magic number, and then none of its tables.
        let refused = Dictionary::new(b"\x37\xa4\x30\xec\x01\0\0\0\xff\xff\xff\xff", Path::new("x"));
        assert!(matches!(refused.err().unwrap().kind(), crate::error::ErrorKind::Damaged { .. }));
    }
}
