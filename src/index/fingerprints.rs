//! Fingerprints of all articles → those that stand in more than one place, grouped.

use super::repeated::keep_repeated;
use crate::document::DocumentIndex;
use rayon::prelude::*;

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
}

/// A place of a fingerprint, of an article by its place in the segment.
#[derive(Clone, Copy, Debug)]
struct Row {
    hash: u64,
    place: u32,
    position: u32,
}

impl Default for Fingerprints {
    fn default() -> Self {
        Self { partitions: vec![Vec::new(); 1 << PARTITION_BITS] }
    }
}

impl Fingerprints {
    /// Takes a fingerprint.
    #[inline]
    pub(super) fn push(&mut self, hash: u64, place: u32, position: u32) {
        self.partitions[(hash >> (64 - PARTITION_BITS)) as usize].push(Row { hash, place, position });
    }

    /// Those that stand in more than one place, sorted. `ranks` tells the article of each place.
    pub(super) fn repeated(self, ranks: &[DocumentIndex]) -> Vec<FingerprintRow> {
        let parts: Vec<Vec<FingerprintRow>> =
            self.partitions.into_par_iter().map(|partition| repeated(partition, ranks)).collect();
        let mut out = Vec::with_capacity(parts.iter().map(Vec::len).sum());
        for part in parts {
            out.extend(part);
        }
        out
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

    #[test]
    fn all_places_of_what_recurs_come_out_in_the_order_of_the_articles() {
        let documents = 700u32;
        let ranks: Vec<DocumentIndex> = (0..documents).rev().map(DocumentIndex).collect();
        let mut fingerprints = Fingerprints::default();
        let mut all = Vec::new();
        for place in 0..documents {
            for position in 0..20u32 {
                // One in three is drawn from few.
                let number =
                    if (place + position) % 3 == 0 { place * 7 % 500 + position } else { place << 8 | position << 1 };
                let hash = xxh3_64(&number.to_le_bytes());
                fingerprints.push(hash, place, position);
                all.push(FingerprintRow { hash, document: ranks[place as usize], position });
            }
        }
        all.sort();
        let several = |row: &FingerprintRow| all.iter().filter(|other| other.hash == row.hash).count() > 1;
        let expected: Vec<FingerprintRow> = all.iter().copied().filter(several).collect();
        assert!(expected.len() > 1000 && expected.len() < all.len());
        assert_eq!(fingerprints.repeated(&ranks), expected);
    }
}
