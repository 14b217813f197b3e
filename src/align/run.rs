//! Maximal equal runs: from seeds, and from all common shingles of three words (the rescue).

use super::information::is_common;
use super::{Block, Place};
use crate::document::TokenSpan;
use crate::index::{ShortToken, is_dense};
use crate::shingle::ShingleSize;
use ahash::AHashMap;

/// Runs found by rescue in one pair above which the most frequent shingles are left out.
const MAX_RESCUED: usize = 40_000;

/// Seeds of one pair above which runs are looked for with an eye on the cost.
const MANY_SEEDS: usize = 2048;

/// Grows each seed to a maximal equal run: `runs` are then these, each once, sorted by place. `seeds` are sorted by
/// diagonal, then place. Returns whether it passed any seed over.
pub(super) fn maximal_runs(
    a: &[ShortToken],
    b: &[ShortToken],
    seeds: &[Place],
    same: bool,
    runs: &mut Vec<Block>,
) -> bool {
    runs.clear();
    if seeds.len() > MANY_SEEDS {
        let bounded;
        (*runs, bounded) = frugal_runs(a, b, seeds, same);
        return bounded;
    }
    let mut covered: Option<(i64, u32)> = None; // diagonal, and the end in a of its last run
    for &(at_a, at_b) in seeds {
        let diagonal = i64::from(at_b) - i64::from(at_a);
        if covered.is_some_and(|(d, end)| d == diagonal && at_a < end) {
            continue;
        }
        let run = grow(a, b, at_a, at_b);
        covered = Some((diagonal, run.a_end()));
        // Shorter than its own seed: a collision of hashes.
        if run.len >= seed_len(a, at_a) {
            runs.push(if same { fold(run) } else { run });
        }
    }
    runs.retain(|run| run.len > 0);
    runs.sort_unstable();
    runs.dedup();
    false
}

/// As [`maximal_runs`] for a pair with very many seeds, as of periodic text, where every place fits every other. The
/// earliest places come first: their runs are the longest. Once many tokens were compared, seeds are passed over of
/// which a long run holds both places: the pair's words there are told.
fn frugal_runs(a: &[ShortToken], b: &[ShortToken], seeds: &[Place], same: bool) -> (Vec<Block>, bool) {
    let mut seeds = seeds.to_vec();
    let mut bounded = false;
    seeds.sort_unstable_by_key(|&(at_a, at_b)| (u64::from(at_a) + u64::from(at_b), at_a));
    let patience = 16 * (a.len() + b.len()) as u64;
    let mut compared = 0;
    let mut covered: AHashMap<i64, u32> = AHashMap::new(); // by diagonal, the end in a of its last run
    let mut runs: Vec<Block> = Vec::new();
    let mut told: Vec<(TokenSpan, TokenSpan)> = Vec::new();
    for (at_a, at_b) in seeds {
        let diagonal = i64::from(at_b) - i64::from(at_a);
        if covered.get(&diagonal).is_some_and(|&end| at_a < end) {
            continue;
        }
        let holds = |span: &TokenSpan, at: u32| span.start <= at && at < span.end;
        if compared > patience && told.iter().any(|(x, y)| holds(x, at_a) && holds(y, at_b)) {
            bounded = true;
            continue;
        }
        if compared > 64 * patience {
            bounded = true;
            break;
        }
        let run = grow(a, b, at_a, at_b);
        compared += u64::from(run.len);
        covered.insert(diagonal, run.a_end());
        if run.len < seed_len(a, at_a) {
            continue;
        }
        let spans = if same && overlaps_itself(run) {
            let whole = TokenSpan::new(run.a, run.b_end());
            (whole, whole)
        } else {
            (TokenSpan::new(run.a, run.a_end()), TokenSpan::new(run.b, run.b_end()))
        };
        if run.len >= 32 && told.len() < 256 {
            told.push(spans);
        }
        runs.push(if same { fold(run) } else { run });
    }
    runs.retain(|run| run.len > 0);
    runs.sort_unstable();
    runs.dedup();
    (runs, bounded)
}

/// Tokens of the shingle that begins at a place.
fn seed_len(a: &[ShortToken], at: u32) -> u32 {
    let dense = a.get(at as usize).is_some_and(is_dense);
    (if dense { ShingleSize::ARTICLE.graphemes } else { ShingleSize::ARTICLE.words }) as u32
}

/// A run of one article that overlaps itself is text with a period: it is told by its first half against its second,
/// whole periods apart. Empty where no half holds a period; other runs stay as they are.
fn fold(run: Block) -> Block {
    if !overlaps_itself(run) {
        return run;
    }
    let (period, whole) = (run.b - run.a, run.b_end() - run.a);
    let shift = whole.div_ceil(2 * period) * period;
    Block { a: run.a, b: run.a + shift, len: whole.saturating_sub(shift) }
}

/// Whether the two places of a run in one article share words: periodic text.
fn overlaps_itself(run: Block) -> bool {
    run.b < run.a_end()
}

/// The maximal equal run through (at_a, at_b); of length 0 where the two tokens differ.
fn grow(a: &[ShortToken], b: &[ShortToken], at_a: u32, at_b: u32) -> Block {
    let (i, j) = (at_a as usize, at_b as usize);
    let back = a[..i].iter().rev().zip(b[..j].iter().rev()).take_while(|(x, y)| x == y).count();
    let ahead = a[i..].iter().zip(&b[j..]).take_while(|(x, y)| x == y).count();
    if ahead == 0 {
        return Block { a: at_a, b: at_b, len: 0 };
    }
    Block { a: at_a - back as u32, b: at_b - back as u32, len: (back + ahead) as u32 }
}

/// Tokens looked at on each side of a short run for more of the same: first near it, then as far as a passage goes.
const NEAR: i64 = 9;
const LOCAL: i64 = 40;
/// How far the diagonals of neighbouring runs may differ.
const LOCAL_SHIFT: i64 = 6;

/// Short runs of a pair near which more are looked for.
const MOST_LOCAL: usize = 16;

/// Adds runs of three tokens or more near the runs that are there: what an edited quotation leaves of itself. Returns
/// whether it left any run out.
pub(super) fn local_runs(a: &[ShortToken], b: &[ShortToken], runs: &mut Vec<Block>, same: bool) -> bool {
    let before = runs.len();
    // A pair with many short runs is told by them alone.
    for at in 0..before.min(MOST_LOCAL) {
        let seed = runs[at];
        if neighbours(a, b, seed, NEAR, same, runs) {
            neighbours(a, b, seed, LOCAL, same, runs);
        }
    }
    if runs.len() > before {
        runs.sort_unstable();
        runs.dedup();
    }
    before > MOST_LOCAL
}

/// Adds the runs within `reach` tokens of `seed`; returns whether there are any but itself.
fn neighbours(a: &[ShortToken], b: &[ShortToken], seed: Block, reach: i64, same: bool, runs: &mut Vec<Block>) -> bool {
    let before = runs.len();
    let on_seed = i64::from(seed.b) - i64::from(seed.a);
    for diagonal in on_seed - LOCAL_SHIFT..=on_seed + LOCAL_SHIFT {
        let from = (i64::from(seed.a) - reach).max(0).max(-diagonal);
        let to = (i64::from(seed.a_end()) + reach).min(a.len() as i64).min(b.len() as i64 - diagonal);
        if from >= to || same && diagonal <= 0 {
            continue;
        }
        let (a_from, b_from) = (from as usize, (from + diagonal) as usize);
        let len = (to - from) as usize;
        let (x, y) = (&a[a_from..a_from + len], &b[b_from..b_from + len]);
        let mut at = 0;
        while at + 2 < len {
            // The last of three decides first: most places fail there and are passed three at a time.
            if x[at + 2] != y[at + 2] {
                at += 3;
                continue;
            }
            if x[at + 1] != y[at + 1] {
                at += 2;
                continue;
            }
            if x[at] != y[at] {
                at += 1;
                continue;
            }
            let run = grow(a, b, (a_from + at) as u32, (b_from + at) as u32);
            at = (run.a_end() as usize).saturating_sub(a_from).max(at + 1);
            let common = a[run.a as usize..run.a_end() as usize].iter().all(|t| is_common(t.get()));
            if run != seed && !common && !(same && overlaps_itself(run)) {
                runs.push(run);
            }
        }
    }
    runs.len() > before
}

/// Where each shingle of three words (six graphemes) stands in the later article.
pub(super) struct GramTable {
    /// A bit for each class of tokens that the later article has: few shingles of another are of such tokens alone.
    tokens: Vec<u64>,
    /// A bit for each of eight parts of a head: most shingles of another article end at one that is not set, and a
    /// branch that nearly always goes one way costs nothing.
    filter: Vec<u64>,
    heads: Vec<u32>,
    next: Vec<u32>,
    shift: u32,
}

const NONE: u32 = u32::MAX;

impl GramTable {
    pub(super) fn new(b: &[ShortToken]) -> Self {
        let bits = (2 * b.len()).next_power_of_two().ilog2().max(4);
        let mut table = Self {
            tokens: vec![0; 1 << (bits - 3)],
            filter: vec![0; 1 << (bits - 3)],
            heads: vec![NONE; 1 << bits],
            next: vec![NONE; b.len()],
            shift: 64 - bits,
        };
        for token in b {
            let bit = table.token_bit(token);
            table.tokens[bit >> 6] |= 1 << (bit & 63);
        }
        // From the end, so that each list is in rising order of place.
        for at in (0..b.len()).rev() {
            if let Some(gram) = gram(b, at) {
                let hash = hash(gram);
                let bit = table.bit(hash);
                table.filter[bit >> 6] |= 1 << (bit & 63);
                let head = &mut table.heads[(hash >> table.shift) as usize];
                table.next[at] = std::mem::replace(head, at as u32);
            }
        }
        table
    }

    /// Adds all maximal common runs that hold a common shingle worth looking at, sorted and each once. Returns whether it
    /// passed frequent shingles over.
    pub(super) fn common_runs(&self, a: &[ShortToken], b: &[ShortToken], same: bool, runs: &mut Vec<Block>) -> bool {
        let before = runs.len();
        // Frequent shingles of long texts say little and cost much: each try allows fewer places a shingle.
        let mut bounded = false;
        for most_places in [usize::MAX, 16, 4, 1] {
            runs.truncate(before);
            if self.collect(a, b, same, most_places, runs) {
                break;
            }
            bounded = true;
        }
        runs.sort_unstable();
        runs.dedup();
        bounded
    }

    /// Returns false where it gave up because there were too many.
    fn collect(
        &self,
        a: &[ShortToken],
        b: &[ShortToken],
        same: bool,
        most_places: usize,
        runs: &mut Vec<Block>,
    ) -> bool {
        let before = runs.len();
        // Comparing costs what it reads: periodic text is long everywhere.
        let mut budget = 64 * (a.len() + b.len()) + 16 * MAX_RESCUED;
        for i in self.of_known_tokens(a) {
            let Some(gram_a) = gram(a, i) else { continue };
            let hash = hash(gram_a);
            let bit = self.bit(hash);
            if self.filter[bit >> 6] >> (bit & 63) & 1 == 0 {
                continue;
            }
            let mut places = self.places(gram_a, hash, b).peekable();
            if places.peek().is_none() || gram_a.iter().all(|t| is_common(t.get())) {
                continue;
            }
            if most_places != usize::MAX && places.clone().nth(most_places).is_some() {
                continue;
            }
            for j in places {
                if budget == 0 && most_places > 1 {
                    return false;
                }
                budget = budget.saturating_sub(1);
                if same && j <= i || i > 0 && j > 0 && a[i - 1] == b[j - 1] && gram_starts_worthy(a, i - 1) {
                    continue; // the same place, or inside a run that was met at its beginning
                }
                let run = grow(a, b, i as u32, j as u32);
                budget = budget.saturating_sub(run.len as usize);
                if same && overlaps_itself(run) {
                    continue;
                }
                if runs.len() - before >= MAX_RESCUED {
                    return most_places == 1;
                }
                runs.push(run);
            }
        }
        true
    }

    /// The places of `a` at which three tokens in a row are perhaps tokens of the later article. Without a branch on any
    /// one token: nobody could guess it.
    fn of_known_tokens(&self, a: &[ShortToken]) -> impl Iterator<Item = usize> {
        let known = |block: usize| {
            let tokens = a.get(64 * block..).unwrap_or_default();
            tokens.iter().take(64).zip(0..).fold(0u64, |bits, (token, at)| {
                let bit = self.token_bit(token);
                bits | (self.tokens[bit >> 6] >> (bit & 63) & 1) << at
            })
        };
        let mut ahead = known(0);
        (0..a.len().div_ceil(64)).flat_map(move |block| {
            let here = std::mem::replace(&mut ahead, known(block + 1));
            let mut left = here & (here >> 1 | ahead << 63) & (here >> 2 | ahead << 62);
            std::iter::from_fn(move || {
                let at = (left != 0).then(|| 64 * block + left.trailing_zeros() as usize);
                left &= left.wrapping_sub(1);
                at
            })
        })
    }

    /// The bit for a token. Its lowest bit tells a grapheme from a word, and is no help.
    fn token_bit(&self, token: &ShortToken) -> usize {
        (token.get() >> 1) as usize & (64 * self.tokens.len() - 1)
    }

    /// The bit of the filter for a shingle of this hash.
    fn bit(&self, hash: u64) -> usize {
        (hash >> (self.shift - 3)) as usize
    }

    fn places<'t>(
        &'t self,
        gram_a: &'t [ShortToken],
        hash: u64,
        b: &'t [ShortToken],
    ) -> impl Iterator<Item = usize> + Clone + 't {
        let first = self.heads[(hash >> self.shift) as usize];
        std::iter::successors(Some(first), |&at| self.next.get(at as usize).copied())
            .take_while(|&at| at != NONE)
            .map(|at| at as usize)
            .filter(move |&at| gram(b, at) == Some(gram_a))
    }
}

/// Whether the shingle at `at` would itself have been looked up.
fn gram_starts_worthy(a: &[ShortToken], at: usize) -> bool {
    gram(a, at).is_some_and(|g| !g.iter().all(|t| is_common(t.get())))
}

fn gram(tokens: &[ShortToken], at: usize) -> Option<&[ShortToken]> {
    let dense = is_dense(&tokens[at]);
    let size = if dense { ShingleSize::PARAGRAPH.graphemes } else { ShingleSize::PARAGRAPH.words };
    tokens.get(at..at + size)
}

fn hash(gram: &[ShortToken]) -> u64 {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |h: u64, t: &ShortToken| (h ^ u64::from(t.get())).wrapping_mul(ODD).rotate_left(23);
    // Three words are the usual case, and need no loop.
    let mixed = match gram {
        [x, y, z] => mix(mix(mix(0, x), y), z),
        _ => gram.iter().fold(0, mix),
    };
    mixed.wrapping_mul(ODD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tokens(words: &[u32]) -> Vec<ShortToken> {
        words.iter().map(|&w| ShortToken::new(2 * w + 1000)).collect()
    }

    fn maximal_runs(a: &[ShortToken], b: &[ShortToken], seeds: &[Place], same: bool) -> Vec<Block> {
        let mut runs = Vec::new();
        super::maximal_runs(a, b, seeds, same, &mut runs);
        runs
    }

    /// Every place at which both hold the same five words.
    fn seeds(a: &[ShortToken], b: &[ShortToken], same: bool) -> Vec<Place> {
        let mut out: Vec<Place> = Vec::new();
        for i in 0..a.len().saturating_sub(4) {
            for j in 0..b.len().saturating_sub(4) {
                if a[i..i + 5] == b[j..j + 5] && !(same && j <= i) {
                    out.push((i as u32, j as u32));
                }
            }
        }
        out.sort_by_key(|&(i, j)| (i64::from(j) - i64::from(i), i));
        out
    }

    /// All maximal equal runs of `least` words or more, by the definition.
    fn naive(a: &[ShortToken], b: &[ShortToken], least: u32, same: bool) -> Vec<Block> {
        let mut out = Vec::new();
        for i in 0..a.len() {
            for j in if same { i + 1 } else { 0 }..b.len() {
                if a[i] == b[j] && (i == 0 || j == 0 || a[i - 1] != b[j - 1]) {
                    let len = a[i..].iter().zip(&b[j..]).take_while(|(x, y)| x == y).count() as u32;
                    if len >= least {
                        out.push(Block { a: i as u32, b: j as u32, len });
                    }
                }
            }
        }
        out.sort_unstable();
        out
    }

    /// Which tokens of both sides the runs hold.
    fn held(runs: &[Block], a: usize, b: usize) -> (Vec<bool>, Vec<bool>) {
        let (mut x, mut y) = (vec![false; a], vec![false; b]);
        for r in runs {
            x[r.a as usize..r.a_end() as usize].fill(true);
            y[r.b as usize..r.b_end() as usize].fill(true);
        }
        (x, y)
    }

    #[test]
    fn text_with_a_period_is_folded_into_halves_whole_periods_apart() {
        assert_eq!(fold(Block { a: 3, b: 5, len: 18 }), Block { a: 3, b: 13, len: 10 });
        assert_eq!(fold(Block { a: 0, b: 3, len: 4 }), Block { a: 0, b: 6, len: 1 });
        assert_eq!(fold(Block { a: 0, b: 1, len: 9 }), Block { a: 0, b: 5, len: 5 });
        let apart = Block { a: 0, b: 9, len: 9 };
        assert_eq!(fold(apart), apart);
    }

    #[test]
    fn two_long_texts_of_one_word_take_few_comparisons_and_lose_no_word() {
        let text = tokens(&[7; 3000]);
        let links: Vec<Place> = (0..2990).flat_map(|at| [(0, at), (at, 0)]).collect();
        let (runs, bounded) = frugal_runs(&text, &text, &links, false);
        assert!(bounded);
        assert!(runs.len() < 100, "{}", runs.len());
        let (a, b) = held(&runs, text.len(), text.len());
        assert!(a.iter().chain(&b).all(|&held| held));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn seeds_grow_to_the_maximal_runs_of_the_definition(x in prop::collection::vec(0u32..4, 0..60), y in prop::collection::vec(0u32..4, 0..60)) {
            let (a, b) = (tokens(&x), tokens(&y));
            prop_assert_eq!(maximal_runs(&a, &b, &seeds(&a, &b, false), false), naive(&a, &b, 5, false));
        }

        #[test]
        fn with_an_eye_on_the_cost_short_texts_give_the_same_runs(x in prop::collection::vec(0u32..3, 0..60), y in prop::collection::vec(0u32..3, 0..60)) {
            let (a, b) = (tokens(&x), tokens(&y));
            let places = seeds(&a, &b, false);
            let (frugal, all) = (frugal_runs(&a, &b, &places, false).0, maximal_runs(&a, &b, &places, false));
            prop_assert!(frugal.iter().all(|run| all.contains(run)));
            prop_assert_eq!(held(&frugal, a.len(), b.len()), held(&all, a.len(), b.len()));
        }

        #[test]
        fn runs_inside_one_text_never_overlap_themselves(x in prop::collection::vec(0u32..3, 0..80)) {
            let a = tokens(&x);
            for run in maximal_runs(&a, &a, &seeds(&a, &a, true), true) {
                prop_assert!(run.a_end() <= run.b);
                prop_assert_eq!(&a[run.a as usize..run.a_end() as usize], &a[run.b as usize..run.b_end() as usize]);
            }
        }

        #[test]
        fn the_rescue_finds_every_common_run_of_three_words(x in prop::collection::vec(0u32..6, 0..60), y in prop::collection::vec(0u32..6, 0..60)) {
            let (a, b) = (tokens(&x), tokens(&y));
            let mut runs = Vec::new();
            GramTable::new(&b).common_runs(&a, &b, false, &mut runs);
            prop_assert_eq!(runs, naive(&a, &b, 3, false));
        }
    }
}
