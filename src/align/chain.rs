//! Collinear chains of equal runs (after Li, "Minimap2: pairwise alignment for nucleotide sequences", 2018,
//! section 2.1.2, with gaps counted in words).

use super::fill::fill;
use super::{Block, MIN_DENSITY, Side};
use crate::shingle::GUARANTEE;

/// Earlier runs that a run may follow.
const LOOK_BACK: usize = 64;
/// Cost of a word in a gap, and of a word by which the two gaps differ.
const GAP_COST: f64 = 0.15;
const SHIFT_COST: f64 = 0.05;
/// Half words of a gap that any two runs may bridge, and that no two may.
const SHORT_GAP: u32 = 12;
const LONG_GAP: u32 = 50;

/// Runs of a pair whose words others hold already, above which no more are reported.
const MAX_TOLD: u32 = 64;

/// Finds chains; holds buffers between pairs.
#[derive(Default)]
pub(super) struct Chainer {
    score: Vec<f64>,
    previous: Vec<u32>,
    /// First place in b of the chain that ends in each run.
    first_b: Vec<u32>,
    /// How far in a each run and all before it reach.
    reach_a: Vec<u32>,
    taken: Vec<bool>,
    order: Vec<u32>,
    /// Tokens in overlaps of the pair; empty as long as it has none.
    a_used: Vec<bool>,
    b_used: Vec<bool>,
    /// Runs that were not reported because others of the pair hold their words, of all pairs so far.
    pub(super) left_out: u64,
}

const NONE: u32 = u32::MAX;

impl Chainer {
    /// The chains that pass the keep rule, best first. `runs` are sorted by (a, b).
    pub(super) fn chains(
        &mut self,
        a: Side<'_>,
        b: Side<'_>,
        runs: &[Block],
        min_half_words: u32,
        same: bool,
    ) -> Vec<Vec<Block>> {
        self.score(a, b, runs, same);
        // Nothing comes of short runs that do not join.
        let joined = self.previous.iter().any(|&run| run != NONE);
        if !joined && runs.iter().all(|r| a.weight(r.a, r.a_end()) < min_half_words) {
            return Vec::new();
        }
        self.order.clear();
        self.order.extend(0..runs.len() as u32);
        let score = &self.score;
        self.order.sort_unstable_by(|&x, &y| score[y as usize].total_cmp(&score[x as usize]).then(x.cmp(&y)));
        self.taken.clear();
        self.taken.resize(runs.len(), false);
        self.a_used.clear();
        self.b_used.clear();

        let mut out = Vec::new();
        let mut told = 0;
        for at in 0..self.order.len() {
            let mut run = self.order[at];
            // Most runs are short and stand alone: nothing comes of them.
            let last = runs[run as usize];
            let before = self.previous[run as usize];
            let is_alone = before == NONE || self.taken[before as usize];
            if self.taken[run as usize] || is_alone && a.weight(last.a, last.a_end()) < min_half_words {
                self.taken[run as usize] = true;
                continue;
            }
            let mut chain = Vec::new();
            while run != NONE && !self.taken[run as usize] {
                self.taken[run as usize] = true;
                chain.push(runs[run as usize]);
                run = self.previous[run as usize];
            }
            chain.reverse();
            // A word serves once in a pair, but for runs long enough to stand alone: those are promised. Where a
            // phrase stands very often on both sides, its places are linked once and not each with each.
            chain.retain(|&r| {
                if a.weight(r.a, r.a_end()) < min_half_words {
                    return self.is_free(r);
                }
                if !self.is_told(r) {
                    return true;
                }
                told += 1u32;
                told <= MAX_TOLD
            });
            for piece in pieces(a, b, chain) {
                keep(a, b, piece, min_half_words, &mut |kept| {
                    self.a_used.resize(a.tokens.len(), false);
                    self.b_used.resize(b.tokens.len(), false);
                    for block in &kept {
                        self.a_used[block.a as usize..block.a_end() as usize].fill(true);
                        self.b_used[block.b as usize..block.b_end() as usize].fill(true);
                    }
                    out.push(kept);
                });
            }
        }
        self.left_out += u64::from(told.saturating_sub(MAX_TOLD));
        out
    }

    /// Whether other overlaps of the pair hold all of the run's words, on both sides.
    fn is_told(&self, run: Block) -> bool {
        !self.a_used.is_empty() && self.used(run).all(|&used| used)
    }

    fn is_free(&self, run: Block) -> bool {
        self.a_used.is_empty() || !self.used(run).any(|&used| used)
    }

    fn used(&self, run: Block) -> impl Iterator<Item = &bool> {
        let a = &self.a_used[run.a as usize..run.a_end() as usize];
        a.iter().chain(&self.b_used[run.b as usize..run.b_end() as usize])
    }

    /// Best score of a chain that ends in each run, by sparse dynamic programming.
    fn score(&mut self, a: Side<'_>, b: Side<'_>, runs: &[Block], same: bool) {
        self.score.clear();
        self.previous.clear();
        self.first_b.clear();
        self.reach_a.clear();
        for (y, &run) in runs.iter().enumerate() {
            let own = f64::from(a.weight(run.a, run.a_end()));
            let (mut best, mut from, mut first_b) = (own, NONE, run.b);
            for x in (y.saturating_sub(LOOK_BACK)..y).rev() {
                // The gap to this one and to all before it is wider than any two runs may bridge.
                if self.reach_a[x] < run.a && a.weight(self.reach_a[x], run.a) > LONG_GAP {
                    break;
                }
                let before = runs[x];
                let Some(cost) = join_cost(a, b, before, run) else { continue };
                if same && run.a_end() > self.first_b[x] {
                    continue;
                }
                let score = self.score[x] + own - cost;
                if score > best {
                    (best, from, first_b) = (score, x as u32, self.first_b[x]);
                }
            }
            self.score.push(best);
            self.previous.push(from);
            self.first_b.push(first_b);
            self.reach_a.push(run.a_end().max(self.reach_a.last().copied().unwrap_or(0)));
        }
    }
}

/// What it costs, in half words, to go from run `x` to run `y`; `None` where they may not join.
fn join_cost(a: Side<'_>, b: Side<'_>, x: Block, y: Block) -> Option<f64> {
    if y.a <= x.a || y.b <= x.b || y.a_end() <= x.a_end() || y.b_end() <= x.b_end() {
        return None;
    }
    let overlap = overhang(x, y);
    // Of two runs that overlap one is cut; what is promised is not cut, but stands in two overlaps.
    let promised = |r: Block| a.weight(r.a, r.a_end()) >= GUARANTEE;
    if overlap * 2 > y.len.min(x.len) || overlap > 0 && promised(x) && promised(y) {
        return None;
    }
    let (gap_a, gap_b) = gaps(a, b, x, y);
    let shorter = a.weight(x.a, x.a_end()).min(a.weight(y.a, y.a_end()));
    if gap_a.max(gap_b) > gap_limit(shorter) {
        return None;
    }
    let cost = GAP_COST * f64::from(gap_a.max(gap_b)) + SHIFT_COST * f64::from(gap_a.abs_diff(gap_b));
    // Words put in on one side only, as "the palace said" in a quotation, tell less than words changed.
    let cost = if gap_a.min(gap_b) == 0 { cost / 2.0 } else { cost };
    Some(cost + f64::from(a.weight(y.a, y.a + overlap)))
}

/// Half words between two runs on each side.
fn gaps(a: Side<'_>, b: Side<'_>, x: Block, y: Block) -> (u32, u32) {
    let gap = |side: Side<'_>, end: u32, start: u32| if end < start { side.weight(end, start) } else { 0 };
    (gap(a, x.a_end(), y.a), gap(b, x.b_end(), y.b))
}

/// Longest gap, in half words, that two runs may bridge of which the shorter weighs `shorter`.
fn gap_limit(shorter: u32) -> u32 {
    (shorter / 2).clamp(SHORT_GAP, LONG_GAP)
}

/// Cuts a chain where two neighbours may not join.
fn pieces(a: Side<'_>, b: Side<'_>, chain: Vec<Block>) -> Vec<Vec<Block>> {
    let mut out: Vec<Vec<Block>> = Vec::new();
    for run in chain {
        match out.last_mut() {
            Some(piece) if join_cost(a, b, piece[piece.len() - 1], run).is_some() => piece.push(run),
            _ => out.push(vec![run]),
        }
    }
    out
}

/// Tokens by which `y` has to be cut so that it follows `x` on both sides.
fn overhang(x: Block, y: Block) -> u32 {
    x.a_end().saturating_sub(y.a).max(x.b_end().saturating_sub(y.b))
}

/// Cuts overlapping neighbours to fit: the shorter of two.
fn fit(chain: &[Block]) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::with_capacity(chain.len());
    for &run in chain {
        let mut cut = out.last().map_or(0, |&x| overhang(x, run));
        if let Some(last) = out.last_mut().filter(|x| cut > 0 && x.len < run.len && x.len > cut) {
            last.len -= cut;
            cut = 0;
        }
        if cut < run.len {
            out.push(Block { a: run.a + cut, b: run.b + cut, len: run.len - cut });
        }
    }
    out
}

/// Hands on what passes the keep rule: the whole, or after splitting at the largest gap what each part holds. Runs
/// are cut and gaps filled only inside a part that stays: a run that stands alone stands whole.
fn keep(a: Side<'_>, b: Side<'_>, chain: Vec<Block>, min_half_words: u32, out: &mut dyn FnMut(Vec<Block>)) {
    let mut open = vec![chain];
    while let Some(mut chain) = open.pop() {
        let filled = fill(a.tokens, b.tokens, fit(&chain));
        let equal: u32 = filled.iter().map(|r| a.weight(r.a, r.a_end())).sum();
        if equal < min_half_words {
            continue;
        }
        let (first, last) = (filled[0], filled[filled.len() - 1]);
        let longer = a.weight(first.a, last.a_end()).max(b.weight(first.b, last.b_end()));
        if f64::from(equal) >= MIN_DENSITY * f64::from(longer) {
            out(filled);
            continue;
        }
        let widest = (1..chain.len()).max_by_key(|&at| {
            let (gap_a, gap_b) = gaps(a, b, chain[at - 1], chain[at]);
            (gap_a.max(gap_b), std::cmp::Reverse(at))
        });
        if let Some(at) = widest {
            let tail = chain.split_off(at);
            open.push(tail);
            open.push(chain);
        }
    }
}
