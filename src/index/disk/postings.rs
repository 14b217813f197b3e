//! An immutable table from keys to postings, read in place: which articles have a key, and where.
//!
//! Keys are hashes, evenly spread, so the top bits of a key are its slot and need not be stored. Three sections:
//!
//! - slots: for each slot, a one for each of its rows, then a zero (unary);
//! - samples: for every 512th slot, the bit of the slots at which it begins, as u64;
//! - rows: low bits of the key, article, position, bit-packed.
//!
//! What keys mean is not known here, nor how a file is laid out or checked. After Elias, "Efficient storage and
//! retrieval by content and address of static files" (1974), Fano (1971) and Vigna, "Quasi-succinct indices" (2013).

use super::Bytes;
use super::bits::{BitWriter, mask, read_bits, width, word};
use crate::error::{Error, Result};
use std::borrow::Cow;
use std::io;
use std::ops::Range;

/// Most bits of a key that tell its slot.
const MOST_SLOT_BITS: u32 = 40;
/// Most bits of a key that are stored in its row; with those of the slot never more than a key has.
const MOST_LOW_BITS: u32 = 24;
/// One slot in so many has its begin written down.
const SAMPLED: u64 = 512;
/// Bytes of slots read at a time when one is sought.
const PIECE: u64 = 256;
/// Bytes read at a time when many rows are wanted, and written at a time.
const CHUNK: u64 = 64 << 10;
/// Slots with more rows are searched by halving.
const FEW_ROWS: u64 = 64;

/// How large a table is and how wide its columns are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Number of rows.
    pub(crate) rows: u64,
    /// The number of slots is two to this power.
    pub(crate) slot_bits: u32,
    /// Bits of the key stored in a row.
    pub(crate) low_bits: u32,
    /// Bits of an article number.
    pub(crate) document_bits: u32,
    /// Bits of a position; 0 where rows have none.
    pub(crate) position_bits: u32,
}

impl Shape {
    /// The shape for `rows` rows of which `low_bits` bits, at most 24, tell apart keys of one slot, with articles below
    /// `documents` and positions up to `greatest_position`.
    pub(crate) fn new(rows: u64, low_bits: u32, documents: u32, greatest_position: u32) -> Self {
        Self {
            rows,
            slot_bits: slot_bits(rows),
            low_bits: low_bits.min(MOST_LOW_BITS),
            document_bits: width(u64::from(documents.saturating_sub(1))),
            position_bits: width(u64::from(greatest_position)),
        }
    }

    /// Whether this is a shape that could have been written with `documents` articles.
    pub(crate) fn check(&self, documents: u32) -> bool {
        let mut expected = Self::new(self.rows, self.low_bits, documents, 0);
        expected.position_bits = self.position_bits.min(32);
        *self == expected
            && (documents > 0 || self.rows == 0)
            && self.rows_len().is_some()
            && self.slots_len().is_some()
            && self.samples_len().is_some()
    }

    /// Length of the section of slots in bytes, unless absurd.
    pub(crate) fn slots_len(&self) -> Option<u64> {
        Some(self.rows.checked_add(self.slots()?)?.div_ceil(8))
    }

    /// Length of the section of samples in bytes, unless absurd.
    pub(crate) fn samples_len(&self) -> Option<u64> {
        self.slots()?.div_ceil(SAMPLED).checked_mul(8)
    }

    /// Length of the section of rows in bytes, unless absurd.
    pub(crate) fn rows_len(&self) -> Option<u64> {
        Some(self.rows.checked_mul(u64::from(self.row_bits()?))?.div_ceil(8))
    }

    fn slots(&self) -> Option<u64> {
        1u64.checked_shl(self.slot_bits)
    }

    fn row_bits(&self) -> Option<u32> {
        self.low_bits.checked_add(self.document_bits)?.checked_add(self.position_bits)
    }

    /// The bits of `key` that are stored: those of the slot, then the low ones.
    #[inline]
    pub(crate) fn stored(&self, key: u64) -> u64 {
        key.checked_shr(64 - self.slot_bits - self.low_bits).unwrap_or(0)
    }
}

/// Writes a table from its rows, given in order.
pub(crate) struct PostingsWriter<'a> {
    shape: Shape,
    out: &'a mut dyn io::Write,
    rows: BitWriter,
    slots: BitWriter,
    samples: Vec<u8>,
    /// The slot now being written.
    slot: u64,
    written: u64,
    last: u64,
}

impl<'a> PostingsWriter<'a> {
    /// A writer that sends the section of rows to `out` and keeps the other two, about two bits a row.
    pub(crate) fn new(shape: Shape, out: &'a mut dyn io::Write) -> Self {
        let room = |bytes: Option<u64>| bytes.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(0);
        Self {
            shape,
            out,
            rows: BitWriter::with_capacity(CHUNK as usize + 16),
            slots: BitWriter::with_capacity(room(shape.slots_len()).saturating_add(8)),
            samples: {
                let mut samples = Vec::with_capacity(room(shape.samples_len()));
                samples.extend_from_slice(&0u64.to_le_bytes());
                samples
            },
            slot: 0,
            written: 0,
            last: 0,
        }
    }

    /// Appends a row. Rows come in the order of their keys; an error where they do not, where the row is more than the
    /// shape allows, or where it cannot be written.
    pub(crate) fn push(&mut self, key: u64, document: u32, position: u32) -> io::Result<()> {
        let shape = &self.shape;
        let stored = shape.stored(key);
        let fits = u64::from(document) <= mask(shape.document_bits) && u64::from(position) <= mask(shape.position_bits);
        if stored < self.last || self.written == shape.rows || !fits {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a posting that does not fit its table"));
        }
        self.last = stored;
        self.end_slots_before(stored >> shape.low_bits);
        self.slots.push(1, 1);
        let shape = &self.shape;
        let low = stored & mask(shape.low_bits);
        self.rows.push(low | u64::from(document) << shape.low_bits, shape.low_bits + shape.document_bits);
        self.rows.push(u64::from(position), shape.position_bits);
        self.written += 1;
        if self.rows.complete().len() as u64 >= CHUNK {
            self.out.write_all(self.rows.complete())?;
            self.rows.clear_complete();
        }
        Ok(())
    }

    /// Writes what remains of the rows; returns the sections of slots and of samples.
    pub(crate) fn finish(mut self) -> io::Result<(Vec<u8>, Vec<u8>)> {
        if self.written != self.shape.rows {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "fewer postings than their table was made for"));
        }
        self.end_slots_before(mask(self.shape.slot_bits));
        self.slots.push(0, 1);
        self.out.write_all(&self.rows.finish())?;
        Ok((self.slots.finish(), self.samples))
    }

    #[inline]
    fn end_slots_before(&mut self, slot: u64) {
        while self.slot < slot {
            self.slots.push(0, 1);
            self.slot += 1;
            if self.slot.is_multiple_of(SAMPLED) {
                self.samples.extend_from_slice(&(self.written + self.slot).to_le_bytes());
            }
        }
    }
}

/// Where a section is in its file: first byte and length.
pub(crate) type Section = (u64, u64);

/// A table in a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    shape: Shape,
    documents: u32,
    slots: Section,
    samples: Section,
    rows: Section,
    row_bits: u64,
}

impl Table {
    /// The table of the given shape and sections in `file`, over `documents` articles. An error where these do not fit
    /// each other; nothing is read.
    pub(crate) fn new<B: Bytes>(
        file: &B,
        shape: Shape,
        documents: u32,
        slots: Section,
        samples: Section,
        rows: Section,
    ) -> Result<Self> {
        let ends = |(start, len): Section| start.checked_add(len).is_some();
        let fits = shape.check(documents)
            && shape.slots_len() == Some(slots.1)
            && shape.samples_len() == Some(samples.1)
            && shape.rows_len() == Some(rows.1)
            && ends(slots)
            && ends(samples)
            && ends(rows);
        match shape.row_bits() {
            Some(row_bits) if fits => Ok(Self { shape, documents, slots, samples, rows, row_bits: row_bits.into() }),
            _ => Err(damaged(file, "its sections do not have the lengths their counts ask for")),
        }
    }

    /// Appends (article, position) of all rows whose stored bits of the key are those of `key`, in the order of
    /// writing: rows of different keys that are stored alike follow each other.
    pub(crate) fn find<B: Bytes>(&self, file: &B, key: u64, out: &mut Vec<(u32, u32)>) -> Result<()> {
        self.find_until(file, key, out, |_| false)
    }

    /// As [`Self::find`], until `is_enough` says so of the rows found so far; it is asked now and then.
    pub(crate) fn find_until<B: Bytes>(
        &self,
        file: &B,
        key: u64,
        out: &mut Vec<(u32, u32)>,
        is_enough: impl Fn(&[(u32, u32)]) -> bool,
    ) -> Result<()> {
        let low = self.shape.stored(key) & mask(self.shape.low_bits);
        let rows = self.narrow(file, self.slot(file, key)?, low)?;
        let mut at = rows.start;
        while at < rows.end {
            let next = rows.end.min(at + 4 * FEW_ROWS);
            self.scan(file, at..next, |found, document, position| {
                if found == low {
                    out.push((document, position));
                }
                Ok(())
            })?;
            if next < rows.end && is_enough(out) {
                break;
            }
            at = next;
        }
        Ok(())
    }

    /// Calls `visit` with the stored bits of the key, the article and the position of each row, in order. An error of
    /// `visit` ends it.
    pub(crate) fn for_each<B: Bytes>(
        &self,
        file: &B,
        mut visit: impl FnMut(u64, u32, u32) -> Result<()>,
    ) -> Result<()> {
        let mut slots = SlotCursor::new(self, file);
        self.scan(file, 0..self.shape.rows, |low, document, position| match slots.next()? {
            Some(slot) => visit(slot << self.shape.low_bits | low, document, position),
            None => Err(damaged(file, "it has more postings than its slots tell")),
        })?;
        match slots.next()? {
            None => Ok(()),
            Some(_) => Err(damaged(file, "it has fewer postings than its slots tell")),
        }
    }

    /// The rows of the slot of `key`.
    fn slot<B: Bytes>(&self, file: &B, key: u64) -> Result<Range<u64>> {
        let slot = self.shape.stored(key) >> self.shape.low_bits;
        let group = slot / SAMPLED;
        // The last group has no next one, whose begin would be its end.
        let sample = file.bytes(self.samples.0 + group * 8, (self.samples.1 - group * 8).min(16) as usize)?;
        let start = word(&sample);
        let end = sample.get(8..).filter(|next| !next.is_empty()).map_or(self.bits(), word);
        if start < group * SAMPLED || start > end || end > self.bits() {
            return Err(damaged(file, "a slot begins outside its table"));
        }
        let bits = self.seek(file, start..end, (slot % SAMPLED) as u32)?;
        // Ones before a bit are the bits before it but for the zeros, one for each slot.
        let rows = bits.start.saturating_sub(slot)..bits.end.saturating_sub(slot);
        if bits.start < slot || rows.end > self.shape.rows {
            return Err(damaged(file, "a slot has rows outside its table"));
        }
        Ok(rows)
    }

    /// The bits between the zero before the `nth`, or the start, and the `nth` zero.
    fn seek<B: Bytes>(&self, file: &B, bits: Range<u64>, nth: u32) -> Result<Range<u64>> {
        let mut begin = (nth == 0).then_some(bits.start);
        let mut seen = 0;
        let last = bits.end.div_ceil(8);
        let mut at = bits.start / 8;
        while at < last {
            let piece = file.bytes(self.slots.0 + at, (last - at).min(PIECE) as usize)?;
            for (base, eight) in (at..).step_by(8).map(|byte| byte * 8).zip(piece.chunks(8)) {
                let inside =
                    mask(bits.end.saturating_sub(base).min(64) as u32) & !mask(bits.start.saturating_sub(base) as u32);
                let zeros = !word(eight) & inside;
                let count = zeros.count_ones();
                if begin.is_none() && seen + count >= nth {
                    begin = Some(base + select(zeros, nth - seen - 1) + 1);
                }
                if seen + count > nth {
                    return Ok(begin.unwrap_or(bits.start)..base + select(zeros, nth - seen));
                }
                seen += count;
            }
            at += PIECE;
        }
        Err(damaged(file, "it has fewer slots than its shape tells"))
    }

    /// Those of the rows of a slot that have the given low bits; where they are few, with others.
    fn narrow<B: Bytes>(&self, file: &B, rows: Range<u64>, low: u64) -> Result<Range<u64>> {
        if rows.end - rows.start <= FEW_ROWS {
            return Ok(rows);
        }
        let bound = |rows: Range<u64>, is_before: &dyn Fn(u64) -> bool| -> Result<u64> {
            let Range { mut start, mut end } = rows;
            while start < end {
                let middle = start + (end - start) / 2;
                let (byte, bit) = (middle * self.row_bits / 8, middle * self.row_bits % 8);
                let len = (bit + u64::from(self.shape.low_bits)).div_ceil(8);
                let piece = file.bytes(self.rows.0 + byte, len as usize)?;
                if is_before(read_bits(&piece, bit, self.shape.low_bits)) { start = middle + 1 } else { end = middle }
            }
            Ok(start)
        };
        let start = bound(rows.clone(), &|found| found < low)?;
        let end = bound(start..rows.end, &|found| found <= low)?;
        Ok(start..end)
    }

    /// Calls `visit` with low bits of the key, article and position of each of `rows`, which are rows of the table.
    fn scan<B: Bytes>(
        &self,
        file: &B,
        rows: Range<u64>,
        mut visit: impl FnMut(u64, u32, u32) -> Result<()>,
    ) -> Result<()> {
        let Shape { low_bits, document_bits, position_bits, .. } = self.shape;
        let each = CHUNK * 8 / self.row_bits.max(1);
        let mut at = rows.start;
        while at < rows.end {
            let next = rows.end.min(at.saturating_add(each));
            let byte = at * self.row_bits / 8;
            let len = (next * self.row_bits).div_ceil(8) - byte;
            let piece = file.bytes(self.rows.0 + byte, len as usize)?;
            let mut bit = at * self.row_bits % 8;
            for _ in at..next {
                let head = read_bits(&piece, bit, low_bits + document_bits);
                let document = (head >> low_bits) as u32;
                let position = read_bits(&piece, bit + u64::from(low_bits + document_bits), position_bits) as u32;
                if document >= self.documents {
                    return Err(damaged(file, "a posting of an article that there is not"));
                }
                visit(head & mask(low_bits), document, position)?;
                bit += self.row_bits;
            }
            at = next;
        }
        Ok(())
    }

    /// Length of the slots in bits; the shape has been checked.
    fn bits(&self) -> u64 {
        self.shape.rows + (1 << self.shape.slot_bits)
    }
}

/// Walks over the slots and tells of each row the slot it is in.
struct SlotCursor<'a, B: Bytes> {
    table: &'a Table,
    file: &'a B,
    piece: Cow<'a, [u8]>,
    /// Place in the piece of the next word.
    at: usize,
    /// Byte of the slots at which the next piece begins.
    next_piece: u64,
    /// Bits not yet walked over, `left` of them.
    word: u64,
    left: u64,
    /// Bits after those.
    beyond: u64,
    slot: u64,
}

impl<'a, B: Bytes> SlotCursor<'a, B> {
    fn new(table: &'a Table, file: &'a B) -> Self {
        let (piece, beyond) = (Cow::Borrowed(&[][..]), table.bits());
        Self { table, file, piece, at: 0, next_piece: 0, word: 0, left: 0, beyond, slot: 0 }
    }

    /// The slot of the next row; none after the last.
    #[inline]
    fn next(&mut self) -> Result<Option<u64>> {
        loop {
            let zeros = u64::from(self.word.trailing_zeros()).min(self.left);
            self.slot += zeros;
            self.left -= zeros;
            if self.left > 0 {
                // `zeros` is below 64, and a one is next.
                self.word = self.word >> zeros >> 1;
                self.left -= 1;
                return Ok(Some(self.slot));
            }
            if self.beyond == 0 {
                return Ok(None);
            }
            self.load()?;
        }
    }

    fn load(&mut self) -> Result<()> {
        if self.at >= self.piece.len() {
            let (start, len) = self.table.slots;
            let next = (len - self.next_piece).min(CHUNK);
            self.piece = self.file.bytes(start + self.next_piece, next as usize)?;
            self.next_piece += next;
            self.at = 0;
        }
        self.left = self.beyond.min(64);
        self.beyond -= self.left;
        self.word = word(self.piece.get(self.at..).unwrap_or_default()) & mask(self.left as u32);
        self.at += 8;
        Ok(())
    }
}

/// About one slot for each row.
fn slot_bits(rows: u64) -> u32 {
    rows.checked_ilog2().unwrap_or(0).min(MOST_SLOT_BITS)
}

/// Place of the `nth` one of `word`, from 0.
#[inline]
fn select(mut word: u64, nth: u32) -> u64 {
    for _ in 0..nth {
        word &= word.wrapping_sub(1);
    }
    u64::from(word.trailing_zeros())
}

#[cold]
fn damaged<B: Bytes>(file: &B, what: &str) -> Error {
    Error::damaged(file.path(), format!("a table of postings is damaged: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use proptest::prelude::*;
    use std::cell::Cell;
    use std::collections::BTreeMap;
    use std::path::Path;
    use xxhash_rust::xxh3::xxh3_64;

    /// A file in memory that remembers the most that was asked of it at a time.
    struct Memory(Vec<u8>, Cell<usize>);

    impl Bytes for Memory {
        fn bytes(&self, start: u64, len: usize) -> Result<Cow<'_, [u8]>> {
            self.1.set(self.1.get().max(len));
            let bytes = usize::try_from(start).ok().and_then(|start| self.0.get(start..start.checked_add(len)?));
            bytes.map(Cow::Borrowed).ok_or_else(|| Error::damaged(self.path(), "it ends early"))
        }

        fn path(&self) -> &Path {
            Path::new("memory")
        }
    }

    type Row = (u64, u32, u32);

    struct Written {
        file: Memory,
        shape: Shape,
        documents: u32,
        sections: [Section; 3],
    }

    impl Written {
        fn table(&self) -> Result<Table> {
            let [slots, samples, rows] = self.sections;
            Table::new(&self.file, self.shape, self.documents, slots, samples, rows)
        }
    }

    fn write(rows: &[Row], low_bits: u32, documents: u32) -> Written {
        let greatest = rows.iter().map(|row| row.2).max().unwrap_or(0);
        let shape = Shape::new(rows.len() as u64, low_bits, documents, greatest);
        let mut packed = Vec::new();
        let mut writer = PostingsWriter::new(shape, &mut packed);
        for &(key, document, position) in rows {
            writer.push(key, document, position).unwrap();
        }
        let (slots, samples) = writer.finish().unwrap();
        // Something before each, so that a wrong place is noticed.
        let (mut bytes, mut sections) = (Vec::new(), [(0, 0); 3]);
        for (section, part) in sections.iter_mut().zip([slots, samples, packed]) {
            bytes.extend([0xaa; 5]);
            *section = (bytes.len() as u64, part.len() as u64);
            bytes.extend(part);
        }
        Written { file: Memory(bytes, Cell::new(0)), shape, documents, sections }
    }

    fn naive(shape: &Shape, rows: &[Row]) -> BTreeMap<u64, Vec<(u32, u32)>> {
        let mut found: BTreeMap<u64, Vec<(u32, u32)>> = BTreeMap::new();
        for &(key, document, position) in rows {
            found.entry(shape.stored(key)).or_default().push((document, position));
        }
        found
    }

    fn agrees_with_naive(rows: &[Row], low_bits: u32, documents: u32, others: &[u64]) {
        let written = write(rows, low_bits, documents);
        let table = written.table().unwrap();
        let (file, expected) = (&written.file, naive(&written.shape, rows));
        for &key in rows.iter().map(|(key, ..)| key).chain(others).chain(&[0, u64::MAX]) {
            let mut found = vec![(9, 9)];
            table.find(file, key, &mut found).unwrap();
            let expected = expected.get(&table.shape.stored(key)).map_or(&[][..], Vec::as_slice);
            assert_eq!(found[0], (9, 9));
            assert_eq!(&found[1..], expected);
        }
        let mut all = Vec::new();
        table
            .for_each(file, |key, document, position| {
                all.push((key, document, position));
                Ok(())
            })
            .unwrap();
        let expected: Vec<Row> = rows.iter().map(|&(key, d, p)| (table.shape.stored(key), d, p)).collect();
        assert_eq!(all, expected);
        assert!(file.1.get() <= CHUNK as usize + 16);
    }

    fn mixed(count: u64, keys: u64, documents: u32) -> Vec<Row> {
        let hash = |i: u64| xxh3_64(&i.to_le_bytes());
        let mut rows: Vec<Row> =
            (0..count).map(|i| (hash(hash(i) % keys), hash(!i) as u32 % documents, i as u32 % 5)).collect();
        rows.sort();
        rows
    }

    fn any_rows() -> impl Strategy<Value = (Vec<Row>, u32)> {
        let key = prop_oneof![any::<u64>(), 0..4u64, Just(u64::MAX), (0..9u64).prop_map(|key| key << 60)];
        let documents = prop_oneof![Just(1), 2..100u32, Just(u32::MAX)];
        (documents, prop_oneof![Just(0), Just(7), Just(u32::MAX)]).prop_flat_map(move |(documents, greatest)| {
            let row = (key.clone(), 0..documents, 0..=greatest);
            (prop::collection::vec((row, prop_oneof![20 => Just(1), 1 => 60..200usize]), 0..60), Just(documents))
                .prop_map(|(rows, documents)| {
                    let mut rows: Vec<Row> =
                        rows.into_iter().flat_map(|(row, times)| std::iter::repeat_n(row, times)).collect();
                    rows.sort();
                    (rows, documents)
                })
        })
    }

    proptest! {
        #[test]
        fn the_naive_table_finds_the_same(
            (rows, documents) in any_rows(), low_bits in 0..=24u32, others in prop::collection::vec(any::<u64>(), 9),
        ) {
            agrees_with_naive(&rows, low_bits, documents, &others);
        }
    }

    #[test]
    fn tables_of_no_one_and_many_rows_find_the_same_as_naive() {
        agrees_with_naive(&[], 10, 0, &[5]);
        agrees_with_naive(&[(1 << 60, 3, 0)], 10, 4, &[5, 1 << 61]);
        agrees_with_naive(&mixed(20_000, u64::MAX, 1000), 10, 1000, &[5]);
        agrees_with_naive(&mixed(5_000, 40, 1000), 4, 1000, &[5]);
    }

    #[test]
    fn all_rows_may_be_in_one_slot() {
        let rows: Vec<Row> = (0..3000).map(|i| (5 << 53 | i << 30, 1, 1)).collect();
        agrees_with_naive(&rows, 24, 2, &[4 << 53, 6 << 53, 5 << 53 | 3000 << 30, 5 << 53 | 1 << 29]);
    }

    #[test]
    fn a_key_of_very_many_articles_is_found_and_so_are_its_neighbours() {
        let hub = 0x5555_5555_5555_5555;
        let mut rows = mixed(3000, u64::MAX, 100_000);
        rows.extend((0..100_000).map(|document| (hub, document, 0)));
        rows.extend([(hub - (1 << 40), 1, 2), (hub + (1 << 40), 3, 4)]);
        rows.sort();
        let written = write(&rows, 10, 100_000);
        let (table, file) = (written.table().unwrap(), &written.file);
        let expected = naive(&written.shape, &rows);
        for key in
            rows.iter().map(|row| row.0).step_by(500).chain([hub, hub - (1 << 40), hub + (1 << 40), hub ^ 1 << 38])
        {
            let mut found = Vec::new();
            table.find(file, key, &mut found).unwrap();
            let expected = expected.get(&table.shape.stored(key)).cloned().unwrap_or_default();
            assert_eq!(found, expected);
        }
        assert!(file.1.get() <= CHUNK as usize + 16);
    }

    #[test]
    fn a_key_that_is_not_there_gives_nothing() {
        let written = write(&[(1 << 63, 0, 0), (3 << 62, 1, 0)], 16, 2);
        let mut found = Vec::new();
        written.table().unwrap().find(&written.file, 1 << 50, &mut found).unwrap();
        assert_eq!(found, []);
    }

    #[test]
    fn sections_are_as_long_as_the_shape_says() {
        for count in [0, 1, 2, 511, 512, 513, 5000] {
            let written = write(&mixed(count, u64::MAX, 70), 10, 70);
            let shape = written.shape;
            let lengths = [shape.slots_len(), shape.samples_len(), shape.rows_len()];
            assert_eq!(lengths, written.sections.map(|(_, len)| Some(len)));
        }
    }

    /// Asks everything of a table; what matters is that there is an answer, or an error that blames the file.
    fn ask(written: &Written, keys: &[u64]) -> bool {
        let is_fault = |error: Error| {
            assert!(matches!(error.kind(), ErrorKind::Damaged { .. }), "{error}");
            true
        };
        let table = match written.table() {
            Ok(table) => table,
            Err(error) => return is_fault(error),
        };
        let mut faults = false;
        for &key in keys {
            let mut found = Vec::new();
            faults |= table.find(&written.file, key, &mut found).is_err_and(is_fault);
            assert!(found.len() as u64 <= table.shape.rows);
        }
        faults | table.for_each(&written.file, |_, _, _| Ok(())).is_err_and(is_fault)
    }

    #[test]
    fn a_table_with_any_bit_flipped_or_cut_anywhere_gives_an_answer_or_an_error() {
        let mut rows = mixed(1100, u64::MAX, 70);
        rows.extend([(1 << 61, 5, 1); 90]);
        rows.sort();
        for rows in [&rows[..], &rows[..3], &[]] {
            let mut written = write(rows, 4, 70);
            let keys: Vec<u64> = (0..8).map(|i| i << 61).chain(rows.iter().map(|row| row.0).step_by(100)).collect();
            assert!(!ask(&written, &keys));
            for bit in 0..written.file.0.len() * 8 {
                written.file.0[bit / 8] ^= 1 << (bit % 8);
                ask(&written, &keys);
                written.file.0[bit / 8] ^= 1 << (bit % 8);
            }
            let whole = written.file.0.clone();
            for len in 0..whole.len() {
                written.file.0.truncate(whole.len() - 1 - len);
                assert!(ask(&written, &keys) || rows.is_empty());
            }
        }
    }

    #[test]
    fn a_table_of_other_counts_is_refused_or_gives_an_answer_or_an_error() {
        let rows = mixed(600, u64::MAX, 70);
        let written = write(&rows, 4, 70);
        let other = |change: &dyn Fn(&mut Shape), documents| {
            let mut shape = written.shape;
            change(&mut shape);
            let file = Memory(written.file.0.clone(), Cell::new(0));
            Written { file, shape, documents, sections: written.sections }
        };
        for bit in 0..64 {
            assert!(ask(&other(&|shape| shape.rows ^= 1 << bit, 70), &[0]));
        }
        for wrong in [0, 1, 3, 5, 31, 40, 63, 64, 65, u32::MAX] {
            assert!(ask(&other(&|shape| shape.slot_bits = wrong, 70), &[0]));
            assert!(ask(&other(&|shape| shape.low_bits = wrong, 70), &[0]));
            assert!(ask(&other(&|shape| shape.document_bits = wrong, 70), &[0]));
            assert!(wrong == 3 || ask(&other(&|shape| shape.position_bits = wrong, 70), &[0]));
        }
        // As wide, but not as many: seen only where such an article is met.
        assert!(ask(&other(&|_| (), 65), &[]));
        assert!(ask(&other(&|_| (), 0), &[]));
    }

    #[test]
    fn sections_that_cannot_be_are_refused() {
        let mut written = write(&mixed(600, u64::MAX, 70), 4, 70);
        for i in 0..3 {
            let kept = written.sections[i];
            for wrong in [(kept.0, kept.1 + 1), (kept.0, 0), (u64::MAX, kept.1)] {
                written.sections[i] = wrong;
                assert!(written.table().is_err());
            }
            written.sections[i] = kept;
        }
    }

    #[test]
    fn rows_that_do_not_fit_are_not_written() {
        let shape = Shape::new(2, 4, 8, 1);
        for wrong in [[(2 << 60, 0, 0), (1 << 60, 0, 0)], [(0, 0, 0), (0, 8, 0)], [(0, 0, 0), (0, 0, 2)]] {
            let mut out = Vec::new();
            let mut writer = PostingsWriter::new(shape, &mut out);
            let mut push = |(key, document, position): Row| writer.push(key, document, position);
            assert!(push(wrong[0]).is_ok());
            assert!(push(wrong[1]).is_err());
            assert!(writer.finish().is_err());
        }
        let mut out = Vec::new();
        let mut writer = PostingsWriter::new(shape, &mut out);
        assert!((0..3).map(|_| writer.push(0, 0, 0).is_ok()).eq([true, true, false]));
        assert!(writer.finish().is_ok());
    }

    #[test]
    fn an_error_of_the_visitor_ends_the_walk() {
        let written = write(&mixed(600, u64::MAX, 70), 4, 70);
        let mut seen = 0;
        let outcome = written.table().unwrap().for_each(&written.file, |_, _, _| {
            seen += 1;
            if seen == 3 { Err(Error::input("x", "enough")) } else { Ok(()) }
        });
        assert!(outcome.is_err() && seen == 3);
    }

    #[test]
    fn select_counts_ones_from_the_lowest() {
        assert_eq!([0, 1, 2].map(|nth| select(0b1001_0100, nth)), [2, 4, 7]);
        assert_eq!(select(u64::MAX, 63), 63);
    }
}
