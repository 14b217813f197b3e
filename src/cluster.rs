//! Overlaps → near-duplicate articles around a verified leader.
//!
//! The leader is the earliest article; every member is compared with it word by word. No chains: an article joins
//! only if it is near the leader itself.

use crate::align::Found;
use crate::document::DocumentIndex;
use crate::index::Index;
use ahash::AHashSet;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Least share of an article that the other must have.
const NEAR: f64 = 0.8;
/// Least share of both for the same text.
const IDENTICAL: f64 = 0.98;

/// What a member is to its leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// The earliest article.
    Leader,
    /// Both are the other, in the same order.
    Identical,
    /// Most of both is in the other.
    NearDuplicate,
    /// Most of it is in the leader, which has more.
    Abridged,
    /// Most of the leader is in it, and it has more.
    Expanded,
}

impl Relation {
    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Leader => "leader",
            Self::Identical => "identical",
            Self::NearDuplicate => "near-duplicate",
            Self::Abridged => "abridged",
            Self::Expanded => "expanded",
        }
    }
}

/// A member of a cluster.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// The article.
    pub document: DocumentIndex,
    /// What it is to the leader.
    pub relation: Relation,
    /// m ÷ (|A| + |B| − m) in words.
    pub resemblance: f64,
    /// m ÷ its own words.
    pub containment: f64,
}

/// How two articles are related, the earlier one first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Near {
    pub(crate) earlier: DocumentIndex,
    pub(crate) later: DocumentIndex,
    /// m ÷ the words of the later one.
    pub(crate) containment: f64,
    pub(crate) relation: Relation,
    pub(crate) resemblance: f64,
}

/// The clusters of two articles or more, each with its leader first, then in order.
pub fn clusters(index: &Index, found: &[Found]) -> Vec<Vec<Member>> {
    lead(pairs(index, found))
}

/// The clusters that these pairs make: all pairs of the articles in them are to be given.
pub(crate) fn lead(mut pairs: Vec<Near>) -> Vec<Vec<Member>> {
    // Of several leaders an article joins the one it resembles most, of equals the earliest.
    pairs.sort_by(|x, y| {
        x.later.cmp(&y.later).then(y.resemblance.total_cmp(&x.resemblance)).then(x.earlier.cmp(&y.earlier))
    });
    let mut members: BTreeMap<DocumentIndex, Vec<Member>> = BTreeMap::new();
    let mut led: AHashSet<DocumentIndex> = AHashSet::new();
    for pair in pairs {
        if led.contains(&pair.later) || led.contains(&pair.earlier) {
            continue;
        }
        led.insert(pair.later);
        let own = Member { document: pair.earlier, relation: Relation::Leader, resemblance: 1.0, containment: 1.0 };
        members.entry(pair.earlier).or_insert_with(|| vec![own]).push(Member {
            document: pair.later,
            relation: pair.relation,
            resemblance: pair.resemblance,
            containment: pair.containment,
        });
    }
    members.into_values().collect()
}

/// The pairs that are near, of all that share words.
fn pairs(index: &Index, found: &[Found]) -> Vec<Near> {
    found
        .par_chunk_by(|x, y| (x.a, x.b) == (y.a, y.b))
        .filter(|pair| pair[0].a != pair[0].b)
        .filter_map(|pair| relate((index.words(pair[0].a), index.words(pair[0].b)), pair))
        .collect()
}

/// How the two articles of some overlaps, which have so many words, are related, if they are near.
pub(crate) fn relate(words: (u32, u32), overlaps: &[Found]) -> Option<Near> {
    let (earlier, later) = (overlaps[0].a, overlaps[0].b);
    let words = (f64::from(words.0), f64::from(words.1));
    let upper = overlaps.iter().map(|f| f.overlap.matched()).sum::<u32>();
    if f64::from(upper) < NEAR * words.0.min(words.1) {
        return None;
    }
    let mut overlaps: Vec<&Found> = overlaps.iter().collect();
    overlaps.sort_by_key(|f| (f.span(false), f.span(true)));
    let runs = |later: bool| {
        let blocks = overlaps.iter().flat_map(|f| &f.overlap.blocks);
        blocks.map(move |b| if later { (b.b, b.b_end()) } else { (b.a, b.a_end()) }).collect::<Vec<_>>()
    };
    let common = (covered(runs(false)), covered(runs(true)));
    let shares = (f64::from(common.0) / words.0, f64::from(common.1) / words.1);
    let in_order = overlaps.windows(2).all(|w| w[0].span(true) <= w[1].span(true));
    let relation = match shares {
        (x, y) if x >= IDENTICAL && y >= IDENTICAL && in_order => Relation::Identical,
        (x, y) if x >= NEAR && y >= NEAR => Relation::NearDuplicate,
        (_, y) if y >= NEAR => Relation::Abridged,
        (x, _) if x >= NEAR => Relation::Expanded,
        _ => return None,
    };
    let m = f64::from(common.0.min(common.1));
    let containment = f64::from(common.1) / words.1.max(1.0);
    Some(Near { earlier, later, containment, relation, resemblance: m / (words.0 + words.1 - m) })
}

/// Tokens in the union of runs.
pub(crate) fn covered(mut runs: Vec<(u32, u32)>) -> u32 {
    runs.sort_unstable();
    let (mut sum, mut end) = (0, 0);
    for (from, to) in runs {
        sum += to.saturating_sub(from.max(end));
        end = end.max(to);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_two_runs_are_counted_once() {
        assert_eq!(covered(vec![(5, 9), (0, 3), (2, 6)]), 9);
        assert_eq!(covered(Vec::new()), 0);
    }
}
