//! Which quoted words of two articles are the same: runs of equal words, chained over what differs.
//!
//! Runs grow from grams that both articles quote; runs in the same order with small gaps make a chain; what lies
//! between two runs, and beyond the first and the last within their quotations, is aligned word by word. A chain never
//! crosses a place at which a quotation ends on both sides: what follows there is another quotation. Each word
//! belongs to one chain at most, the chain with more words first.
//!
//! Bounds of work: a gram that an article quotes more than 8 times is no seed; a run looks back on 24 runs; a gap is at
//! most 12 words, or 60 where the other side has an ellipsis or an interruption; a rim is at most 48 words. So a pair
//! costs at most some 5,000 cells a chain, and has at most 8 seeds a word.

use super::utterance::{Quoted, Word};
use crate::align::Block;

/// Places at which an article may quote a gram for it to be a seed.
const MAX_PLACES: usize = 8;
/// Runs that a run looks back on.
const LOOK_BACK: usize = 24;
/// Most words between two runs of a chain.
const MAX_GAP: u32 = 12;
/// The same where the other side leaves words out.
const MAX_SKIP: u32 = 60;
/// Most words beyond a chain's first and last run that are looked at.
const MAX_RIM: u32 = 48;
/// Half words that the runs of a chain must have.
const MIN_CHAIN: u32 = 8;

/// Words that both articles quote: a chain a pair of quotations. Blocks hold places in `words`, rising on both sides.
/// Chains are in the order of a.
pub(super) fn pairings(a: &Quoted, b: &Quoted, scratch: &mut Scratch) -> Vec<Vec<Block>> {
    let runs = runs(a, b);
    if runs.is_empty() {
        return Vec::new();
    }
    let mut chains = chains(a, b, &runs);
    let size = |chain: &[Block]| half_words(&a.words, chain);
    chains.sort_by(|x, y| size(y).cmp(&size(x)).then_with(|| x.cmp(y)));
    let (mut used_a, mut used_b) = (vec![false; a.words.len()], vec![false; b.words.len()]);
    let mut out: Vec<Vec<Block>> = Vec::new();
    for mut chain in chains {
        let is_free = |block: &Block| {
            !used_a[block.a as usize..block.a_end() as usize].contains(&true)
                && !used_b[block.b as usize..block.b_end() as usize].contains(&true)
        };
        chain.retain(is_free);
        if size(&chain) < MIN_CHAIN {
            continue;
        }
        for block in &chain {
            used_a[block.a as usize..block.a_end() as usize].fill(true);
            used_b[block.b as usize..block.b_end() as usize].fill(true);
        }
        out.push(chain);
    }
    out.sort_unstable();
    for chain in &mut out {
        stretch(a, b, chain, [&used_a, &used_b], scratch);
        fill(a, b, chain, scratch);
        for block in chain {
            used_a[block.a as usize..block.a_end() as usize].fill(true);
            used_b[block.b as usize..block.b_end() as usize].fill(true);
        }
    }
    out
}

/// Half words of the blocks.
pub(super) fn half_words(a: &[Word], blocks: &[Block]) -> u32 {
    blocks.iter().flat_map(|block| &a[block.a as usize..block.a_end() as usize]).map(|word| word.half_words()).sum()
}

/// What two short spans have in common.
pub(super) fn words_in_common(
    a: &Quoted,
    b: &Quoted,
    in_a: (u32, u32),
    in_b: (u32, u32),
    scratch: &mut Scratch,
) -> Vec<Block> {
    let (a, b) = (Strip::on(&a.words, in_a), Strip::on(&b.words, in_b));
    let pairs = scratch.common(a, b, false).iter();
    pairs.map(|&(x, y)| Block { a: in_a.0 + x, b: in_b.0 + y, len: 1 }).collect()
}

/// Maximal runs of equal words around the grams that both sides have, by (a, b).
fn runs(a: &Quoted, b: &Quoted) -> Vec<Block> {
    let mut seeds: Vec<(i64, u32)> = Vec::new(); // diagonal, place in a
    // The one with fewer grams leads.
    let swapped = b.grams.len() < a.grams.len();
    let (few, many) = if swapped { (b, a) } else { (a, b) };
    let (mut at, mut from) = (0, 0);
    while let Some(&(gram, _)) = few.grams.get(at) {
        let of = at;
        at += 1;
        while few.grams.get(at).is_some_and(|g| g.0 == gram) {
            at += 1;
        }
        if at - of > MAX_PLACES || !many.may_quote(gram) {
            continue;
        }
        from += first_from(&many.grams[from..], gram);
        let places = &many.grams[from..];
        let count = places.iter().take(MAX_PLACES + 1).take_while(|g| g.0 == gram).count();
        if count <= MAX_PLACES {
            for &(_, p) in &few.grams[of..at] {
                seeds.extend(places[..count].iter().map(|&(_, q)| {
                    let (p, q) = if swapped { (q, p) } else { (p, q) };
                    (i64::from(q) - i64::from(p), p)
                }));
            }
        }
    }
    seeds.sort_unstable();
    let mut out: Vec<Block> = Vec::new();
    let mut last = (i64::MIN, 0); // diagonal and end of the last run
    for (diagonal, p) in seeds {
        if last.0 == diagonal && p < last.1 {
            continue;
        }
        let q = (i64::from(p) + diagonal) as u32;
        if !equal(a, b, p, q) {
            continue;
        }
        let (mut start, mut end) = (p, p + 1);
        let shift = |at: u32| (i64::from(at) + diagonal) as u32;
        let parted = |at: u32| a.words[at as usize].first && b.words[shift(at) as usize].first;
        while start > 0 && shift(start) > 0 && !parted(start) && equal(a, b, start - 1, shift(start - 1)) {
            start -= 1;
        }
        while equal(a, b, end, shift(end)) && !parted(end) {
            end += 1;
        }
        last = (diagonal, end);
        out.push(Block { a: start, b: shift(start), len: end - start });
    }
    out.sort_unstable();
    out
}

/// Number of grams below `gram`, looked for in ever longer steps: the next is often near.
fn first_from(grams: &[(u64, u32)], gram: u64) -> usize {
    let mut step = 1;
    while grams.get(step - 1).is_some_and(|g| g.0 < gram) {
        step *= 2;
    }
    let start = step / 2;
    start + grams[start..grams.len().min(step)].partition_point(|g| g.0 < gram)
}

fn equal(a: &Quoted, b: &Quoted, p: u32, q: u32) -> bool {
    match (a.words.get(p as usize), b.words.get(q as usize)) {
        (Some(x), Some(y)) => x.key == y.key,
        _ => false,
    }
}

/// The best chains of `runs`: every run is in one at most, shortened where it overlaps the one before.
fn chains(a: &Quoted, b: &Quoted, runs: &[Block]) -> Vec<Vec<Block>> {
    let mut best: Vec<(i64, Option<usize>)> = Vec::with_capacity(runs.len());
    for (at, run) in runs.iter().enumerate() {
        let alone = (4 * i64::from(run.len), None);
        let from = at.saturating_sub(LOOK_BACK);
        let linked = (from..at).filter_map(|before| {
            let (cut, cost) = link(a, b, &runs[before], run)?;
            Some((best[before].0 + 4 * i64::from(run.len - cut) - cost, Some(before)))
        });
        best.push(linked.fold(alone, |best, other| if other.0 > best.0 { other } else { best }));
    }
    let mut order: Vec<usize> = (0..runs.len()).collect();
    order.sort_by_key(|&at| (std::cmp::Reverse(best[at].0), at));
    let mut used = vec![false; runs.len()];
    let mut out = Vec::new();
    for end in order {
        let mut chain: Vec<Block> = Vec::new();
        let mut next = Some(end);
        while let Some(at) = next.filter(|&at| !used[at]) {
            used[at] = true;
            let mut run = runs[at];
            if let Some(cut) = best[at].1.filter(|&p| !used[p]).and_then(|p| link(a, b, &runs[p], &run)).map(|l| l.0) {
                run = Block { a: run.a + cut, b: run.b + cut, len: run.len - cut };
            }
            chain.push(run);
            next = best[at].1;
        }
        chain.reverse();
        if half_words(&a.words, &chain) >= MIN_CHAIN {
            out.push(chain);
        }
    }
    out
}

/// Whether `run` may follow `before` in a chain: the words that it loses at its beginning, and what the gap costs.
fn link(a: &Quoted, b: &Quoted, before: &Block, run: &Block) -> Option<(u32, i64)> {
    let cut = before.a_end().saturating_sub(run.a).max(before.b_end().saturating_sub(run.b));
    if cut >= run.len || run.a < before.a || run.b < before.b {
        return None;
    }
    let (a_start, b_start) = (run.a + cut, run.b + cut);
    let (in_a, in_b) = (a_start - before.a_end(), b_start - before.b_end());
    let longest = |skips: bool| if skips { MAX_SKIP } else { MAX_GAP };
    if in_a > MAX_SKIP
        || in_b > MAX_SKIP
        || in_a > longest(b.skips(before.b_end(), b_start))
        || in_b > longest(a.skips(before.a_end(), a_start))
        || a.begins(before.a_end(), a_start) && b.begins(before.b_end(), b_start)
    {
        return None;
    }
    Some((cut, 1 + i64::from(in_a.max(in_b)) / 4))
}

/// Aligns what lies before the first and after the last block, within the quotations of both, as far as no other chain
/// has it.
fn stretch(a: &Quoted, b: &Quoted, chain: &mut Vec<Block>, [used_a, used_b]: [&[bool]; 2], scratch: &mut Scratch) {
    let (Some(&first), Some(&last)) = (chain.first(), chain.last()) else { return };
    let back = |words: &[Word], used: &[bool], at: u32| {
        let is_free = |n: &u32| !words[(at - n) as usize].first && !used[(at - n) as usize - 1];
        (0..at.min(MAX_RIM)).take_while(is_free).count() as u32
    };
    let on = |words: &[Word], used: &[bool], at: u32| {
        let rest = words[at as usize..].iter().zip(&used[at as usize..]);
        rest.take(MAX_RIM as usize).take_while(|(word, used)| !word.first && !**used).count() as u32
    };
    let (left_a, left_b) = (back(&a.words, used_a, first.a), back(&b.words, used_b, first.b));
    let (right_a, right_b) = (on(&a.words, used_a, last.a_end()), on(&b.words, used_b, last.b_end()));
    if left_a > 0 && left_b > 0 {
        let strips = (Strip::back(&a.words, first.a, left_a), Strip::back(&b.words, first.b, left_b));
        let pairs = scratch.common(strips.0, strips.1, true).iter();
        chain.extend(pairs.map(|&(x, y)| Block { a: first.a - 1 - x, b: first.b - 1 - y, len: 1 }));
    }
    if right_a > 0 && right_b > 0 {
        let (in_a, in_b) = (last.a_end(), last.b_end());
        let strips = (Strip::on(&a.words, (in_a, in_a + right_a)), Strip::on(&b.words, (in_b, in_b + right_b)));
        let pairs = scratch.common(strips.0, strips.1, true).iter();
        chain.extend(pairs.map(|&(x, y)| Block { a: in_a + x, b: in_b + y, len: 1 }));
    }
    join(a, b, chain);
}

/// Aligns what lies between the blocks.
fn fill(a: &Quoted, b: &Quoted, chain: &mut Vec<Block>, scratch: &mut Scratch) {
    let mut more = Vec::new();
    for two in chain.windows(2) {
        let (x, y) = (two[0].a_end(), two[0].b_end());
        if two[1].a > x && two[1].b > y {
            let strips = (Strip::on(&a.words, (x, two[1].a)), Strip::on(&b.words, (y, two[1].b)));
            let pairs = scratch.common(strips.0, strips.1, false).iter();
            more.extend(pairs.map(|&(p, q)| Block { a: x + p, b: y + q, len: 1 }));
        }
    }
    chain.append(&mut more);
    join(a, b, chain);
}

/// Sorts the blocks and joins those that follow one another.
fn join(a: &Quoted, b: &Quoted, chain: &mut Vec<Block>) {
    chain.sort_unstable();
    chain.dedup_by(|next, block| {
        let parted = || a.begins(next.a, next.a) && b.begins(next.b, next.b);
        let joins = block.a_end() == next.a && block.b_end() == next.b && !parted();
        if joins {
            block.len += next.len;
        }
        joins
    });
}

/// Words one after the other, on or back from a place.
#[derive(Clone, Copy)]
struct Strip<'a> {
    words: &'a [Word],
    is_back: bool,
}

impl<'a> Strip<'a> {
    fn on(words: &'a [Word], (start, end): (u32, u32)) -> Self {
        Self { words: &words[start as usize..end as usize], is_back: false }
    }

    /// The `len` words before `at`, the last first.
    fn back(words: &'a [Word], at: u32, len: u32) -> Self {
        Self { words: &words[(at - len) as usize..at as usize], is_back: true }
    }

    fn len(self) -> usize {
        self.words.len()
    }

    fn word(self, at: usize) -> &'a Word {
        &self.words[if self.is_back { self.len() - 1 - at } else { at }]
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Step {
    Both,
    A,
    B,
}

/// What is filled anew for each two strips that are aligned.
#[derive(Default)]
pub(super) struct Scratch {
    score: Vec<i32>,
    steps: Vec<Step>,
    keys: Vec<u32>,
    common: Vec<(u32, u32)>,
}

impl Scratch {
    /// The best common subsequence: long words count 4, others 2, one more where they follow one another; a word left
    /// over costs 1 on either side. Where `open`, it may end anywhere.
    fn common(&mut self, a: Strip<'_>, b: Strip<'_>, open: bool) -> &[(u32, u32)] {
        let Self { score, steps, keys, common } = self;
        let width = b.len() + 1;
        keys.clear();
        keys.extend((0..b.len()).map(|at| b.word(at).key));
        score.clear();
        score.extend((0..=b.len() as i32).map(|n| -n));
        steps.clear();
        steps.resize(width * (a.len() + 1), Step::B);
        let mut top = (0, 0, 0);
        for x in 0..a.len() {
            let word = a.word(x);
            let mut corner = score[0];
            score[0] -= 1;
            steps[(x + 1) * width] = Step::A;
            for (y, &key) in keys.iter().enumerate() {
                let (above, left) = (score[y + 1] - 1, score[y] - 1);
                let mut best = if above >= left { (above, Step::A) } else { (left, Step::B) };
                if word.key == key {
                    let follows = x > 0 && y > 0 && steps[x * width + y] == Step::Both || x == 0 && y == 0;
                    let both = corner + if word.long { 4 } else { 2 } + i32::from(follows);
                    if both >= best.0 {
                        best = (both, Step::Both);
                    }
                }
                corner = score[y + 1];
                score[y + 1] = best.0;
                steps[(x + 1) * width + y + 1] = best.1;
                if best.0 > top.0 {
                    top = (best.0, x + 1, y + 1);
                }
            }
        }
        let (mut x, mut y) = if open { (top.1, top.2) } else { (a.len(), b.len()) };
        common.clear();
        while x > 0 && y > 0 {
            match steps[x * width + y] {
                Step::Both => {
                    (x, y) = (x - 1, y - 1);
                    common.push((x as u32, y as u32));
                }
                Step::A => x -= 1,
                Step::B => y -= 1,
            }
        }
        common.reverse();
        common
    }
}
