//! From chains of tokens to overlaps of texts: proof, rims, trim, role.

use super::fill::push;
use super::information::is_common;
use super::{Block, MIN_DENSITY, Overlap, Role, Text};
use crate::index::is_dense;
use crate::text::Tokenizer;

/// Words that a rim step must land on, having crossed at most two on each side.
const RIM_LAND: usize = 2;
/// Words that a trim may take on each end.
const TRIM: u32 = 2;

/// Turns chains into overlaps of the texts behind them: stretches rims, trims edges, proves each equal token.
pub fn polish(chains: Vec<Vec<Block>>, a: &Text<'_>, b: &Text<'_>, min_half_words: u32, same: bool) -> Vec<Overlap> {
    let mut out: Vec<Overlap> = Vec::new();
    let mut chains: Vec<Vec<Block>> = chains.into_iter().flat_map(|chain| prove(chain, a, b, min_half_words)).collect();
    for at in 0..chains.len() {
        let mut chain = std::mem::take(&mut chains[at]);
        // Rims stop where another chain of the pair begins.
        let room = |end: u32, side: fn(&Block) -> (u32, u32), ahead: bool| {
            let edges = chains.iter().map(|c| &c[..]).chain(out.iter().map(|o| &o.blocks[..])).filter_map(|c| {
                let (first, last) = (side(c.first()?), side(c.last()?));
                if ahead { (first.0 >= end).then_some(first.0) } else { (last.1 <= end).then_some(last.1) }
            });
            if ahead { edges.min() } else { edges.max() }
        };
        let (first, last) = (chain[0], chain[chain.len() - 1]);
        let a_edge = |block: &Block| (block.a, block.a_end());
        let b_edge = |block: &Block| (block.b, block.b_end());
        let mut limits = Limits {
            a_from: room(first.a, a_edge, false).unwrap_or(0),
            b_from: room(first.b, b_edge, false).unwrap_or(0),
            a_to: room(last.a_end(), a_edge, true).unwrap_or(a.tokens.len() as u32),
            b_to: room(last.b_end(), b_edge, true).unwrap_or(b.tokens.len() as u32),
        };
        if same {
            limits.a_to = limits.a_to.min(first.b);
            limits.b_from = limits.b_from.max(last.a_end());
        }
        stretch_back(&mut chain, a, b, &limits);
        if same {
            limits.a_to = limits.a_to.min(chain[0].b);
        }
        stretch_ahead(&mut chain, a, b, &limits);
        trim(&mut chain, a, b, min_half_words);
        out.push(Overlap { blocks: chain.into(), role: Role::Main });
    }
    out.sort_by(|x, y| x.blocks.cmp(&y.blocks));
    out.dedup_by(|x, y| x.blocks == y.blocks);
    mark_repeats(&mut out);
    out
}

/// Cuts a chain where two tokens of equal short hash are not the same word, and drops what then is too short.
fn prove(chain: Vec<Block>, a: &Text<'_>, b: &Text<'_>, min_half_words: u32) -> Vec<Vec<Block>> {
    let differ = |block: &Block, at: u32| {
        let (i, j) = ((block.a + at) as usize, (block.b + at) as usize);
        !Tokenizer::same_word(a.word(i), b.word(j))
    };
    if !chain.iter().any(|block| (0..block.len).any(|at| differ(block, at))) {
        return vec![chain];
    }
    let mut proven = Vec::new();
    for block in &chain {
        for at in (0..block.len).filter(|&at| !differ(block, at)) {
            push(&mut proven, Block { a: block.a + at, b: block.b + at, len: 1 });
        }
    }
    let equal: u32 = proven.iter().map(|block| half_words(a, block.a, block.a_end())).sum();
    if equal < min_half_words { Vec::new() } else { vec![proven] }
}

fn half_words(text: &Text<'_>, start: u32, end: u32) -> u32 {
    text.tokens[start as usize..end as usize].iter().map(|t| if is_dense(t) { 1 } else { 2 }).sum()
}

/// How far rims may reach.
struct Limits {
    a_from: u32,
    b_from: u32,
    a_to: u32,
    b_to: u32,
}

/// The smallest crossing first; of two of a size the one with more of a.
const CROSSINGS: [(u32, u32); 8] = [(1, 1), (1, 0), (0, 1), (2, 2), (2, 1), (1, 2), (2, 0), (0, 2)];

fn dense_enough(chain: &[Block]) -> bool {
    let equal: u32 = chain.iter().map(|b| b.len).sum();
    let (first, last) = (chain[0], chain[chain.len() - 1]);
    let longer = (last.a_end() - first.a).max(last.b_end() - first.b);
    f64::from(equal) >= MIN_DENSITY * f64::from(longer)
}

fn stretch_ahead(chain: &mut Vec<Block>, a: &Text<'_>, b: &Text<'_>, limits: &Limits) {
    'steps: loop {
        let last = chain[chain.len() - 1];
        for (x, y) in CROSSINGS {
            let (i, j) = (last.a_end() + x, last.b_end() + y);
            let free = |text: &Text<'_>, from: u32, to: u32| {
                (from..to).all(|at| !text.boundaries.before(at as usize).stops_rim())
            };
            let len = equal_ahead(a, b, i, j, limits);
            if len < RIM_LAND
                || !free(a, last.a_end(), i + len as u32)
                || !free(b, last.b_end(), j + len as u32)
                || last.a_end() > limits.a_to
            {
                continue;
            }
            chain.push(Block { a: i, b: j, len: len as u32 });
            if dense_enough(chain) {
                continue 'steps;
            }
            chain.pop();
        }
        return;
    }
}

fn equal_ahead(a: &Text<'_>, b: &Text<'_>, i: u32, j: u32, limits: &Limits) -> usize {
    if i >= limits.a_to || j >= limits.b_to {
        return 0;
    }
    let x = &a.tokens[i as usize..limits.a_to as usize];
    let y = &b.tokens[j as usize..limits.b_to as usize];
    // A rim ends at the first boundary: what lies beyond is another sentence's affair. It is looked for only as far as
    // tokens are equal: most are not at once.
    let stops = |at: usize| {
        a.boundaries.before(i as usize + at).stops_rim() || b.boundaries.before(j as usize + at).stops_rim()
    };
    x.iter().zip(y).enumerate().take_while(|&(at, (x, y))| x == y && (at == 0 || !stops(at))).count()
}

fn stretch_back(chain: &mut Vec<Block>, a: &Text<'_>, b: &Text<'_>, limits: &Limits) {
    'steps: loop {
        let first = chain[0];
        for (x, y) in CROSSINGS {
            if first.a < limits.a_from + x || first.b < limits.b_from + y {
                continue;
            }
            let (i, j) = (first.a - x, first.b - y); // the new run ends here
            let mut len = 0;
            while i > limits.a_from + len
                && j > limits.b_from + len
                && a.tokens[(i - len - 1) as usize] == b.tokens[(j - len - 1) as usize]
            {
                // Nothing may stand between the run's tokens, nor between the run and the chain.
                let stops = |text: &Text<'_>, from: u32, to: u32| {
                    (from..=to).any(|at| text.boundaries.before(at as usize).stops_rim())
                };
                if stops(a, i - len, first.a) || stops(b, j - len, first.b) {
                    break;
                }
                len += 1;
            }
            if (len as usize) < RIM_LAND {
                continue;
            }
            chain.insert(0, Block { a: i - len, b: j - len, len });
            if dense_enough(chain) {
                continue 'steps;
            }
            chain.remove(0);
        }
        return;
    }
}

/// Drops at most two common words at each end that lie beyond a boundary on either side: they agree by accident. At most one
/// in twenty of the equal words, never below what a passage needs, never graphemes.
fn trim(chain: &mut Vec<Block>, a: &Text<'_>, b: &Text<'_>, min_half_words: u32) {
    let equal: u32 = chain.iter().map(|block| block.len).sum();
    let mut spare = (equal / 20).min((equal * 2).saturating_sub(min_half_words) / 2);
    if chain.iter().any(|block| is_dense(&a.tokens[block.a as usize])) {
        return;
    }
    let mut cut = |chain: &mut Vec<Block>, ahead: bool| {
        let at = if ahead { chain.len() - 1 } else { 0 };
        let edge = chain[at];
        let most = TRIM.min(spare).min(edge.len - 1);
        let found = (1..=most).rev().find(|&n| {
            let (i, j) = if ahead { (edge.a_end() - n, edge.b_end() - n) } else { (edge.a + n, edge.b + n) };
            let from = if ahead { i } else { edge.a } as usize;
            let boundary = a.boundaries.before(i as usize).stops_trim() || b.boundaries.before(j as usize).stops_trim();
            // Common words agree by accident; others stand beyond a boundary because they were copied.
            boundary && a.tokens[from..from + n as usize].iter().all(|t| is_common(t.get()))
        });
        let Some(n) = found else { return };
        let moved = if ahead { 0 } else { n };
        chain[at] = Block { a: edge.a + moved, b: edge.b + moved, len: edge.len - n };
        if dense_enough(chain) {
            spare -= n;
        } else {
            chain[at] = edge;
        }
    };
    cut(chain, false);
    cut(chain, true);
}

/// Marks the overlaps of which one side lies wholly inside a longer one.
fn mark_repeats(overlaps: &mut [Overlap]) {
    for at in 0..overlaps.len() {
        let (a, b, size) = (overlaps[at].a(), overlaps[at].b(), overlaps[at].matched());
        let repeats = overlaps.iter().enumerate().any(|(other, o)| {
            let longer = o.matched() > size || o.matched() == size && other < at && (o.a() != a || o.b() != b);
            other != at && longer && (o.a().contains(a) || o.b().contains(b))
        });
        if repeats {
            overlaps[at].role = Role::Repeat;
        }
    }
}
