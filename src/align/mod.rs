//! Candidate → overlaps: what two articles, or two places of one, really share.
//!
//! Seeds grow to maximal equal runs; a rescue by common shingles of three words adds short ones where the pair has
//! earned it; runs in the same order with small gaps make chains; gaps are filled, rims stretched, edges trimmed.
//! Everything is token by token, and every token reported as equal is compared again as text.

mod chain;
mod fill;
mod information;
mod overlap;
mod pairs;
mod polish;
mod run;

pub(crate) use information::is_common;
pub use overlap::{Block, Found, Overlap, Role};
pub use pairs::{Aligned, align};
pub(crate) use pairs::{AlignedPair, align_pairs, settle};
pub use polish::polish;

use crate::index::{ShortToken, is_dense};
use crate::text::Boundaries;
use chain::Chainer;
use run::GramTable;

/// Least density of an overlap: equal words ÷ words of the longer side.
const MIN_DENSITY: f64 = 0.6;

/// One side of a pair: its tokens, and what each weighs.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    tokens: &'a [ShortToken],
    /// Half words before each token; absent where all tokens are words.
    weights: Option<&'a [u32]>,
}

impl Side<'_> {
    /// Half words of the tokens from `start` to `end`.
    fn weight(&self, start: u32, end: u32) -> u32 {
        match self.weights {
            None => 2 * (end - start),
            Some(sums) => sums[end as usize] - sums[start as usize],
        }
    }
}

/// Half words before each token, if any token is a grapheme of a script without spaces.
fn weights(tokens: &[ShortToken]) -> Option<Vec<u32>> {
    // Without an early exit the compiler compares many at a time.
    let any = tokens.iter().fold(0, |bits, t| bits | t.get()) & 1 == 1;
    any.then(|| {
        let mut sum = 0;
        let mut sums = vec![0];
        sums.extend(tokens.iter().map(|t| {
            sum += if is_dense(t) { 1 } else { 2 };
            sum
        }));
        sums
    })
}

/// What it takes to polish one side: its tokens and the text behind them.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    /// Its tokens.
    pub tokens: &'a [ShortToken],
    /// The text, where they stand in it, and what stands between them.
    pub boundaries: Boundaries<'a>,
}

impl Text<'_> {
    /// A token as it is written.
    fn word(&self, at: usize) -> &str {
        &self.boundaries.text[self.boundaries.spans[at].range()]
    }
}

/// Why a pair is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// A band proposed it: it earns a rescue from the start.
    pub banded: bool,
    /// Only stars proposed it: it never earns one.
    pub star: bool,
}

/// Aligns the pairs of one article, the later of each pair. Holds its rescue table and buffers between pairs.
pub struct Aligner<'a> {
    b: &'a [ShortToken],
    b_weights: Option<Vec<u32>>,
    table: Option<GramTable>,
    chainer: Chainer,
    runs: Vec<Block>,
    min_half_words: u32,
    bounded: u64,
}

/// A place at which both sides hold the same shingle: (place in a, place in b).
pub type Place = (u32, u32);

impl<'a> Aligner<'a> {
    /// For the pairs in which the article with tokens `b` is the later one.
    pub fn new(b: &'a [ShortToken], min_half_words: u32) -> Self {
        let (chainer, runs) = (Chainer::default(), Vec::new());
        Self { b, b_weights: weights(b), table: None, chainer, runs, min_half_words, bounded: 0 }
    }

    /// Runs left out so far because other overlaps of their pair hold all of their words: beyond the first 64 of a
    /// pair, a phrase that stands often on both sides is linked place by place and not each with each.
    pub fn left_out(&self) -> u64 {
        self.chainer.left_out
    }

    /// Pairs so far that share so many places that not every one was looked at, as of periodic text.
    pub fn bounded(&self) -> u64 {
        self.bounded
    }

    /// The chains that `a` shares with the later article, in token space, before polishing. `seeds` are sorted by
    /// diagonal, then place. Where `same` is set, `a` is the later article itself: a lies before b, without overlap.
    pub fn chains(&mut self, a: &[ShortToken], seeds: &[Place], evidence: Evidence, same: bool) -> Vec<Vec<Block>> {
        let mut runs = std::mem::take(&mut self.runs);
        let (found, bounded) = self.chains_of_runs(a, seeds, evidence, same, &mut runs);
        self.runs = runs;
        self.bounded += u64::from(bounded);
        found
    }

    /// As [`Aligner::chains`], with a buffer for runs; and whether a bound took effect.
    fn chains_of_runs(
        &mut self,
        a: &[ShortToken],
        seeds: &[Place],
        evidence: Evidence,
        same: bool,
        runs: &mut Vec<Block>,
    ) -> (Vec<Vec<Block>>, bool) {
        let b_side = Side { tokens: self.b, weights: self.b_weights.as_deref() };
        let least = self.min_half_words;
        // The words of a run are the same on both sides, and so is their weight.
        let is_short = |run: &Block| b_side.weight(run.b, run.b_end()) < least;
        let mut bounded = run::maximal_runs(a, self.b, seeds, same, runs);
        let promising = evidence.banded || !runs.iter().all(is_short);
        if !promising {
            if runs.is_empty() {
                return (Vec::new(), bounded);
            }
            // Short runs alone may still make a chain.
            if !evidence.star {
                bounded |= run::local_runs(a, self.b, runs, same);
            }
            // One alone makes none. Most pairs end here: their tokens are looked at only where the seed lies.
            if runs.len() == 1 && is_short(&runs[0]) {
                return (Vec::new(), bounded);
            }
        }
        let a_weights = weights(a);
        let a_side = Side { tokens: a, weights: a_weights.as_deref() };
        if !promising {
            let left_out = self.chainer.left_out;
            let found = self.chainer.chains(a_side, b_side, runs, least, same);
            if found.is_empty() || evidence.star {
                return (found, bounded);
            }
            self.chainer.left_out = left_out;
        }
        if !evidence.star {
            let table = self.table.get_or_insert_with(|| GramTable::new(self.b));
            bounded |= table.common_runs(a, self.b, same, runs);
        }
        (self.chainer.chains(a_side, b_side, runs, least, same), bounded)
    }
}
