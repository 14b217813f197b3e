//! Sorts postings in bounded memory.
//!
//! Rows that fit the budget are sorted where they are. Of more, sorted runs go to a temporary file without a name and
//! are merged from there. The order is that of the whole row, so it depends neither on the budget nor on the order of
//! arrival. Knows nothing of what is done with the rows.
//!
//! A run is rows as little-endian u128 in blocks; after each block stands its XXH3-64, seeded with its place. External
//! merge sort with a tree of losers: Knuth, "The Art of Computer Programming", volume 3, 5.4.1 and 5.4.9. Rows are
//! first dealt out in place by their top byte: McIlroy, Bostic and McIlroy, "Engineering radix sort" (1993).

use crate::error::{Error, Result};
use rayon::prelude::*;
use std::fs::File;
use std::hint::select_unpredictable;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64_with_seed;
use zerocopy::IntoBytes;

/// Bytes of a row, in memory as on disk.
const ROW: usize = size_of::<u128>();
/// Smallest budget that is kept to.
const LEAST_BUDGET: usize = 1 << 10;
/// Most runs merged at once.
const MOST_RUNS: usize = 64;
/// Most rows of a block: with its checksum a mebibyte.
const MOST_BLOCK: usize = (1 << 20) / ROW - 1;
/// Rows for which memory is first asked.
const FIRST_ROWS: usize = 1 << 12;

/// A posting with its key. Ordered by key, then article, then position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    /// Hash.
    pub(crate) key: u64,
    /// Number of the article.
    pub(crate) document: u32,
    /// Position in it; 0 where there is none.
    pub(crate) position: u32,
}

/// Takes rows in any order.
#[derive(Debug)]
pub(crate) struct Sorter {
    plan: Plan,
    folder: PathBuf,
    /// Not yet on disk, in the order of arrival.
    rows: Vec<u128>,
    spill: Option<Spill>,
    runs: Vec<Run>,
    len: u64,
    peak: usize,
}

impl Sorter {
    /// A sorter that keeps up to about `budget` bytes, at least a kibibyte, in memory and all else in `folder`.
    pub(crate) fn new(budget: usize, folder: &Path) -> Self {
        let plan = Plan::new(budget);
        Self { plan, folder: folder.to_owned(), rows: Vec::new(), spill: None, runs: Vec::new(), len: 0, peak: 0 }
    }

    /// Number of rows so far.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Takes a row. An error where the folder cannot be written.
    #[inline]
    pub(crate) fn push(&mut self, row: Row) -> Result<()> {
        if self.rows.len() == self.rows.capacity() {
            self.make_room()?;
        }
        self.rows.push(pack(row));
        self.len += 1;
        Ok(())
    }

    /// Sorts. An error where the folder cannot be written or read.
    pub(crate) fn finish(mut self) -> Result<Sorted> {
        let in_folder = |error| Error::io(&self.folder, error);
        let Some(mut spill) = self.spill.take() else {
            sort(&mut self.rows);
            let (folder, peak) = (self.folder, self.peak);
            return Ok(Sorted { folder, peak, rows: Source::Memory(self.rows.into_iter()) });
        };
        if !self.rows.is_empty() {
            sort(&mut self.rows);
            self.runs.push(spill.write_run(&mut self.rows, self.plan.block).map_err(in_folder)?);
        }
        self.rows = Vec::new();
        while self.runs.len() > self.plan.fan_in {
            // So many that the last merge has as many as it can.
            let some = self.plan.fan_in.min(self.runs.len() - self.plan.fan_in + 1);
            let mut merge = Merge::new(self.runs.drain(..some), &mut spill, self.plan.block).map_err(in_folder)?;
            self.peak = self.peak.max(merge.buffered() + self.plan.block_bytes());
            let run = merge.write_run(&mut spill, self.plan.block).map_err(in_folder)?;
            self.runs.push(run);
        }
        let merge = Merge::new(self.runs.drain(..), &mut spill, self.plan.block).map_err(in_folder)?;
        let peak = self.peak.max(merge.buffered());
        Ok(Sorted { folder: self.folder, peak, rows: Source::Disk(merge, spill) })
    }

    #[cold]
    fn make_room(&mut self) -> Result<()> {
        let has = self.rows.capacity();
        if has < self.plan.rows {
            self.rows.reserve_exact(has.max(FIRST_ROWS).min(self.plan.rows - has));
            self.peak = self.peak.max(self.rows.capacity() * ROW);
            return Ok(());
        }
        sort(&mut self.rows);
        let run = self.write_run().map_err(|error| Error::io(&self.folder, error))?;
        self.runs.push(run);
        self.rows.clear();
        Ok(())
    }

    fn write_run(&mut self) -> io::Result<Run> {
        let spill = match &mut self.spill {
            Some(spill) => spill,
            none => none.insert(Spill { file: tempfile::tempfile_in(&self.folder)?, len: 0 }),
        };
        spill.write_run(&mut self.rows, self.plan.block)
    }
}

/// Gives rows in order.
#[derive(Debug)]
pub(crate) struct Sorted {
    folder: PathBuf,
    rows: Source,
    peak: usize,
}

impl Sorted {
    /// The next row, none after the last. An error where a run cannot be read back as it was written; nothing that
    /// comes after one means anything.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Option<Row>> {
        match &mut self.rows {
            Source::Memory(rows) => Ok(rows.next().map(unpack)),
            Source::Disk(merge, spill) => match merge.next(spill) {
                Ok(row) => Ok(row.map(unpack)),
                Err(error) => Err(Error::io(&self.folder, error)),
            },
        }
    }

    #[cfg_attr(not(test), expect(dead_code, reason = "the promise on memory is tested"))]
    /// Most bytes that rows and buffers took at a time so far.
    pub(crate) fn peak(&self) -> usize {
        self.peak
    }
}

#[derive(Debug)]
enum Source {
    Memory(std::vec::IntoIter<u128>),
    Disk(Merge, Spill),
}

/// What a budget is spent on.
#[derive(Clone, Copy, Debug)]
struct Plan {
    /// Rows kept before they become a run.
    rows: usize,
    /// Rows of a block.
    block: usize,
    /// Runs merged at once; there is room for a block of each and one to be written.
    fan_in: usize,
}

impl Plan {
    fn new(budget: usize) -> Self {
        let rows = budget.max(LEAST_BUDGET) / ROW;
        let block = (rows / (MOST_RUNS + 1)).saturating_sub(1).clamp(1, MOST_BLOCK);
        let fan_in = (rows / (block + 1)).saturating_sub(1).clamp(2, MOST_RUNS);
        Self { rows, block, fan_in }
    }

    fn block_bytes(&self) -> usize {
        (self.block + 1) * ROW
    }
}

/// Runs one after the other in a temporary file.
#[derive(Debug)]
struct Spill {
    file: File,
    len: u64,
}

impl Spill {
    /// Appends sorted rows as a run. Leaves them in the byte order of the file.
    fn write_run(&mut self, rows: &mut [u128], block: usize) -> io::Result<Run> {
        let run = Run { start: self.len, rows: rows.len() as u64 };
        for rows in rows.chunks_mut(block) {
            self.write_block(rows)?;
        }
        Ok(run)
    }

    fn write_block(&mut self, rows: &mut [u128]) -> io::Result<()> {
        rows.iter_mut().for_each(|row| *row = row.to_le());
        let bytes = rows.as_bytes();
        let check = u128::from(xxh3_64_with_seed(bytes, self.len));
        self.file.seek(SeekFrom::Start(self.len))?;
        self.file.write_all(bytes)?;
        self.file.write_all(&check.to_le_bytes())?;
        self.len += (bytes.len() + ROW) as u64;
        Ok(())
    }

    /// Fills `rows` with the block of so many rows at `start`.
    fn read_block(&mut self, start: u64, len: usize, rows: &mut Vec<u128>) -> io::Result<()> {
        rows.resize(len + 1, 0);
        self.file.seek(SeekFrom::Start(start))?;
        self.file.read_exact(rows.as_mut_bytes())?;
        let check = rows.pop().map(u128::from_le);
        if check != Some(u128::from(xxh3_64_with_seed(rows.as_bytes(), start))) {
            let what = "a temporary file was not read back as it was written";
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        rows.iter_mut().for_each(|row| *row = u128::from_le(*row));
        Ok(())
    }
}

/// Sorted rows in a temporary file.
#[derive(Clone, Copy, Debug)]
struct Run {
    start: u64,
    rows: u64,
}

/// A run being read.
#[derive(Debug)]
struct RunReader {
    /// What is not in the buffer yet.
    rest: Run,
    buffer: Vec<u128>,
    at: usize,
}

impl RunReader {
    /// The next row; the greatest of all after the last.
    #[inline]
    fn next(&mut self, spill: &mut Spill, block: usize) -> io::Result<u128> {
        if self.at == self.buffer.len() {
            if self.rest.rows == 0 {
                return Ok(u128::MAX);
            }
            self.fill(spill, block)?;
        }
        let row = self.buffer.get(self.at).copied().unwrap_or(u128::MAX);
        self.at += 1;
        Ok(row)
    }

    #[cold]
    fn fill(&mut self, spill: &mut Spill, block: usize) -> io::Result<()> {
        let rows = self.rest.rows.min(block as u64);
        spill.read_block(self.rest.start, rows as usize, &mut self.buffer)?;
        self.rest.start += (rows + 1) * ROW as u64;
        self.rest.rows -= rows;
        self.at = 0;
        Ok(())
    }
}

/// Several runs read as one.
#[derive(Debug)]
struct Merge {
    runs: Vec<RunReader>,
    /// At each node of the tree the row, and its run, that lost there. The leaf of run `i` is node `runs.len() + i`,
    /// the parent of node `n` is node `n / 2`, the root is node 1.
    losers: Vec<(u128, usize)>,
    winner: (u128, usize),
    /// Rows still to come. A run that has ended still plays, with a row that wins only against its like: which of the
    /// two is given out makes no difference, as long as the number is right.
    left: u64,
    block: usize,
}

impl Merge {
    fn new(runs: impl Iterator<Item = Run>, spill: &mut Spill, block: usize) -> io::Result<Self> {
        let mut runs: Vec<_> = runs
            .map(|rest| {
                let most = rest.rows.min(block as u64) as usize;
                RunReader { rest, buffer: Vec::with_capacity(most + 1), at: 0 }
            })
            .collect();
        let left = runs.iter().map(|run| run.rest.rows).sum();
        let count = runs.len();
        let mut winners = vec![(u128::MAX, 0); 2 * count.max(1)];
        for (i, run) in runs.iter_mut().enumerate() {
            winners[count + i] = (run.next(spill, block)?, i);
        }
        let mut losers = vec![(u128::MAX, 0); count];
        for node in (1..count).rev() {
            let (a, b) = (winners[2 * node], winners[2 * node + 1]);
            (winners[node], losers[node]) = if b.0 < a.0 { (b, a) } else { (a, b) };
        }
        Ok(Self { runs, losers, winner: winners[1], left, block })
    }

    #[inline]
    fn next(&mut self, spill: &mut Spill) -> io::Result<Option<u128>> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let (row, run) = self.winner;
        let mut winner = (self.runs[run].next(spill, self.block)?, run);
        let mut node = (self.runs.len() + run) / 2;
        while node > 0 {
            let other = self.losers[node];
            // Which wins is as good as random, and a branch mispredicted costs more than all else here.
            let wins = other.0 < winner.0;
            self.losers[node] =
                (select_unpredictable(wins, winner.0, other.0), select_unpredictable(wins, winner.1, other.1));
            winner = (select_unpredictable(wins, other.0, winner.0), select_unpredictable(wins, other.1, winner.1));
            node /= 2;
        }
        self.winner = winner;
        Ok(Some(row))
    }

    /// Merges into one run.
    fn write_run(&mut self, spill: &mut Spill, block: usize) -> io::Result<Run> {
        let run = Run { start: spill.len, rows: self.left };
        let mut buffer = Vec::with_capacity(block);
        while let Some(row) = self.next(spill)? {
            buffer.push(row);
            if buffer.len() == block || self.left == 0 {
                spill.write_block(&mut buffer)?;
                buffer.clear();
            }
        }
        Ok(run)
    }

    /// Bytes of the buffers.
    fn buffered(&self) -> usize {
        self.runs.iter().map(|run| run.buffer.capacity() * ROW).sum()
    }
}

#[inline]
fn pack(row: Row) -> u128 {
    u128::from(row.key) << 64 | u128::from(row.document) << 32 | u128::from(row.position)
}

#[inline]
fn unpack(row: u128) -> Row {
    Row { key: (row >> 64) as u64, document: (row >> 32) as u32, position: row as u32 }
}

/// Parts with fewer rows are sorted by comparison.
const SMALL: usize = 1 << 11;

/// Sorts in place.
fn sort(rows: &mut [u128]) {
    if rows.len() < SMALL {
        return rows.sort_unstable();
    }
    let large = rows.len() / 8;
    deal(rows, 120).into_par_iter().for_each(|part| {
        if part.len() > large {
            // Keys are not spread evenly: one part must not keep the others waiting.
            part.par_sort_unstable();
        } else if part.len() < SMALL {
            part.sort_unstable();
        } else {
            deal(part, 112).into_iter().for_each(<[u128]>::sort_unstable);
        }
    });
}

/// Moves rows to the parts of their byte at bit `shift`; parts in order.
fn deal(rows: &mut [u128], shift: u32) -> Vec<&mut [u128]> {
    let digit = |row: u128| (row >> shift) as usize & 0xff;
    let mut counts = [0; 256];
    for &row in &*rows {
        counts[digit(row)] += 1;
    }
    let (mut heads, mut ends) = ([0; 256], [0; 256]);
    let mut sum = 0;
    for part in 0..256 {
        heads[part] = sum;
        sum += counts[part];
        ends[part] = sum;
    }
    // Each step brings one row to its part. That the rows to be moved are next to each other, not chained by who is in
    // whose place, lets the processor fetch several at once; what comes in return is left for the next round.
    while heads != ends {
        for part in 0..256 {
            for from in heads[part]..ends[part] {
                let to = &mut heads[digit(rows[from])];
                rows.swap(from, *to);
                *to += 1;
            }
        }
    }
    let mut rest = rows;
    counts
        .iter()
        .map(|&count| {
            let (part, after) = std::mem::take(&mut rest).split_at_mut(count);
            rest = after;
            part
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(key: u64, document: u32, position: u32) -> Row {
        Row { key, document, position }
    }

    fn filled(budget: usize, folder: &Path, rows: &[Row]) -> Sorter {
        let mut sorter = Sorter::new(budget, folder);
        for &row in rows {
            sorter.push(row).unwrap();
        }
        assert_eq!(sorter.len(), rows.len() as u64);
        sorter
    }

    fn read(mut sorted: Sorted) -> Result<Vec<Row>> {
        std::iter::from_fn(|| sorted.next().transpose()).collect()
    }

    fn sorted(budget: usize, rows: &[Row]) -> Vec<Row> {
        let folder = tempfile::tempdir().unwrap();
        let sorted = filled(budget, folder.path(), rows).finish().unwrap();
        let peak = sorted.peak();
        assert!(peak <= budget.max(LEAST_BUDGET), "{peak} of {budget}");
        read(sorted).unwrap()
    }

    fn naive(rows: &[Row]) -> Vec<Row> {
        let mut rows = rows.to_vec();
        rows.sort();
        rows
    }

    /// Rows in no order; `keys` is how many different keys there may be.
    fn mixed(count: u64, keys: u64) -> Vec<Row> {
        let hash = |i: u64| xxh3_64_with_seed(&i.to_le_bytes(), 7);
        (0..count).map(|i| row(hash(hash(i) % keys), (hash(i) >> 40) as u32, i as u32 % 3)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn the_order_does_not_depend_on_the_budget(
            count in 0..9000u64, keys in prop::sample::select(vec![1, 2, 100, u64::MAX]), budget in 0..100_000usize,
        ) {
            let rows = mixed(count, keys);
            let expected = naive(&rows);
            prop_assert_eq!(&sorted(budget, &rows), &expected);
            prop_assert_eq!(&sorted(1 << 24, &rows), &expected);
        }

        #[test]
        fn a_plan_keeps_to_its_budget(budget in 0..1usize << 40) {
            for budget in [budget, budget >> 20, budget >> 28] {
                let plan = Plan::new(budget);
                let budget = budget.max(LEAST_BUDGET);
                prop_assert!(plan.rows * ROW <= budget && plan.fan_in >= 2);
                prop_assert!((plan.fan_in + 1) * plan.block_bytes() <= budget, "{:?}", plan);
            }
        }
    }

    #[test]
    fn no_rows_are_no_rows() {
        assert_eq!(sorted(0, &[]), []);
    }

    #[test]
    fn one_row_is_that_row() {
        let one = row(u64::MAX, u32::MAX, u32::MAX);
        assert_eq!(sorted(0, &[one]), [one]);
    }

    #[test]
    fn the_greatest_rows_are_not_lost_nor_added() {
        let mut rows = vec![row(u64::MAX, u32::MAX, u32::MAX); 5000];
        rows.extend(mixed(300, 10));
        assert_eq!(sorted(0, &rows), naive(&rows));
    }

    #[test]
    fn equal_rows_are_all_kept() {
        let rows = vec![row(3, 2, 1); 20_000];
        assert_eq!(sorted(4096, &rows), rows);
    }

    #[test]
    fn large_inputs_are_sorted_whether_keys_are_spread_or_not() {
        for keys in [1, 3, 1000, u64::MAX] {
            let mut rows = mixed(700_000, keys);
            assert_eq!(sorted(1 << 30, &rows), naive(&rows));
            rows.iter_mut().for_each(|row| row.key >>= 9);
            assert_eq!(sorted(1 << 30, &rows), naive(&rows));
        }
    }

    #[test]
    fn runs_are_merged_in_passes() {
        // A kibibyte is 64 rows and merges 31 runs at a time: these take three passes.
        let rows = mixed(64 * 31 * 31 + 1000, u64::MAX);
        assert_eq!(sorted(0, &rows), naive(&rows));
    }

    #[test]
    fn rows_that_fit_do_not_touch_the_disk() {
        let nowhere = Path::new("no such folder");
        let rows = mixed(64, 9);
        assert_eq!(read(filled(1024, nowhere, &rows).finish().unwrap()).unwrap(), naive(&rows));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let mut sorter = filled(1024, Path::new("no such folder"), &mixed(64, 9));
        let message = sorter.push(row(0, 0, 0)).unwrap_err().to_string();
        assert!(message.starts_with("no such folder: "), "{message}");
    }

    #[test]
    fn a_damaged_run_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let rows = mixed(300, 50);
        let whole = filled(1024, folder.path(), &rows).spill.unwrap().len;
        for at in 0..whole {
            let mut sorter = filled(1024, folder.path(), &rows);
            let spill = sorter.spill.as_mut().unwrap();
            let mut byte = [0];
            spill.file.seek(SeekFrom::Start(at)).unwrap();
            spill.file.read_exact(&mut byte).unwrap();
            spill.file.seek(SeekFrom::Start(at)).unwrap();
            spill.file.write_all(&[byte[0] ^ 1 << (at % 8)]).unwrap();
            let error = sorter.finish().and_then(read).unwrap_err().to_string();
            assert!(error.contains("not read back as it was written"), "{error}");
        }
    }

    #[test]
    fn a_run_cut_short_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let mut sorted = filled(1024, folder.path(), &mixed(300, 50)).finish().unwrap();
        let Source::Disk(_, spill) = &mut sorted.rows else { panic!("in memory") };
        spill.file.set_len(spill.len - 1).unwrap();
        assert!(read(sorted).unwrap_err().to_string().starts_with(&folder.path().display().to_string()));
    }

    #[test]
    fn a_block_in_the_place_of_another_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let mut spill = Spill { file: tempfile::tempfile_in(folder.path()).unwrap(), len: 0 };
        let run = spill.write_run(&mut [1, 2, 3, 4], 2).unwrap();
        let mut block = [0; 3 * ROW];
        spill.file.seek(SeekFrom::Start(0)).unwrap();
        spill.file.read_exact(&mut block).unwrap();
        spill.file.write_all(&block).unwrap();
        assert!(spill.read_block(run.start, 2, &mut Vec::new()).is_ok());
        assert!(spill.read_block(3 * ROW as u64, 2, &mut Vec::new()).is_err());
    }
}
