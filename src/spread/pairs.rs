//! Candidates → the overlaps of each pair of articles.

use super::code::{decode, encode};
use super::part::{Part, number};
use super::rows::{Group, RowRef, Rows, Stream};
use super::{Walk, near};
use crate::align::{AlignedPair, Block, Found, Overlap, Role, align_pairs};
use crate::candidate::Seed;
use crate::cluster::relate;
use crate::document::DocumentIndex;
use crate::error::Result;
use serde::{Deserialize, Serialize};

/// Tells an article to the groups that want it.
pub(super) fn deal(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let (article, wanted) = group.split_at(group.partition_point(|row| row.key[1] == 0));
    if let Some(article) = article.first() {
        deal_out(Stream::Dealt, article, article.data, wanted, out);
    }
    Ok(())
}

/// Tells `data` of an article to each group that wants it, once: the third number of a key of `wanted` is a group.
pub(super) fn deal_out(stream: Stream, article: &RowRef<'_>, data: &[u8], wanted: &Group<'_>, out: &mut Rows) {
    for of_group in wanted.chunk_by(|x, y| x.key[2] == y.key[2]) {
        out.tell(stream, [of_group[0].key[2], 0, article.key[0], article.key[2]], data.to_vec());
    }
}

/// Whether an overlap is a repeat, and its blocks: first token in both articles, and how many.
type OverlapBlocks = (bool, Vec<(u32, u32, u32)>);

/// The overlaps of two articles.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct PairData {
    /// Words of both.
    pub(super) words: (u32, u32),
    /// Each of them.
    pub(super) overlaps: Vec<OverlapBlocks>,
}

impl PairData {
    pub(super) fn new(words: (u32, u32), found: &[Overlap]) -> Self {
        let blocks = |overlap: &Overlap| overlap.blocks.iter().map(|b| (b.a, b.b, b.len)).collect();
        Self { words, overlaps: found.iter().map(|o| (o.role == Role::Repeat, blocks(o))).collect() }
    }

    pub(super) fn overlaps(&self) -> Vec<Overlap> {
        let block = |&(a, b, len): &(u32, u32, u32)| Block { a, b, len };
        let role = |is_repeat: bool| if is_repeat { Role::Repeat } else { Role::Main };
        let of = self.overlaps.iter();
        of.map(|(is_repeat, blocks)| Overlap { blocks: blocks.iter().map(block).collect(), role: role(*is_repeat) })
            .collect()
    }
}

/// Who proposed a pair, a bit each.
const SEEDED: i64 = 1;
const BANDED: i64 = 2;
const STARRED: i64 = 4;

/// Aligns the pairs of a group, which may be only some of their later articles.
pub(super) fn align(walk: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let (articles, pairs) = group.split_at(group.partition_point(|row| row.key[1] == 0));
    let part = Part::read(articles, 2, &walk.settings.outlets)?;
    let (proposals, seeds) = pairs.split_at(pairs.partition_point(|row| row.key[1] == 1));
    let (mut proposals, mut seeds) = (ByLater(proposals), ByLater(seeds));
    while let Some(later) = [proposals.next(), seeds.next()].into_iter().flatten().min() {
        let b = part.local(number(later)?)?;
        let earlier = |row: &RowRef<'_>| part.local(number(row.key[3])?);
        let mut proposed: Vec<DocumentIndex> = proposals.take(later).iter().map(earlier).collect::<Result<_>>()?;
        proposed.dedup();
        let mut shared: Vec<Seed> = Vec::new();
        for row in seeds.take(later) {
            let (place, own, star): (u32, u32, bool) = decode(row.data)?;
            shared.push(Seed::new(earlier(row)?, place, own, star));
        }
        shared.sort_unstable();
        shared.dedup();
        for pair in align_pairs(&part.index, &walk.settings, b, &shared, &proposed) {
            if pair.found.is_empty() {
                continue;
            }
            let bits = [(pair.seeded, SEEDED), (pair.banded, BANDED), (pair.starred, STARRED)];
            let bits = bits.iter().filter(|bit| bit.0).map(|bit| bit.1).sum();
            let words = (part.index.words(pair.a), part.index.words(b));
            let key = [later, part.number(pair.a).into(), bits, 0];
            out.tell(Stream::Aligned, key, encode(&PairData::new(words, &pair.found))?);
        }
    }
    Ok(())
}

/// Rows of pairs, by their later article.
struct ByLater<'r, 'a>(&'r [RowRef<'a>]);

impl<'r, 'a> ByLater<'r, 'a> {
    fn next(&self) -> Option<i64> {
        self.0.first().map(|row| row.key[2])
    }

    fn take(&mut self, later: i64) -> &'r [RowRef<'a>] {
        let (taken, rest) = self.0.split_at(self.0.partition_point(|row| row.key[2] == later));
        self.0 = rest;
        taken
    }
}

/// Leaves out what a star of the later article tells already, and tells which of its pairs are near.
pub(super) fn settle(walk: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let b = number(group[0].key[0])?;
    let mut words = Vec::new();
    let mut pairs: Vec<AlignedPair> = Vec::new();
    for row in group {
        let data: PairData = decode(row.data)?;
        let has = |bit: i64| row.key[2] & bit != 0;
        words.push(data.words);
        pairs.push(AlignedPair {
            a: DocumentIndex(number(row.key[1])?),
            seeded: has(SEEDED),
            banded: has(BANDED),
            starred: has(STARRED),
            found: data.overlaps(),
        });
    }
    crate::align::settle(words[0].1, &mut pairs);
    for (AlignedPair { a, found, .. }, words) in pairs.into_iter().zip(words).filter(|(pair, _)| !pair.found.is_empty())
    {
        let key = [walk.deal(a.0, b), 1, b.into(), a.0.into()];
        out.tell(Stream::Pair, key, encode(&PairData::new(words, &found))?);
        if a.0 == b {
            continue;
        }
        let found: Vec<Found> = found.into_iter().map(|overlap| Found { a, b: DocumentIndex(b), overlap }).collect();
        if let Some(pair) = relate(words, &found) {
            near::tell(&pair, out)?;
        }
    }
    Ok(())
}
