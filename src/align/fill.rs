//! Equal words in the gaps of a chain: a longest common subsequence of each gap.

use super::Block;
use crate::index::ShortToken;

/// Cells of the table of one gap; larger gaps stay as they are.
const MAX_CELLS: usize = 4096;

/// `chain` with the equal tokens of its gaps added, neighbours joined.
pub(super) fn fill(a: &[ShortToken], b: &[ShortToken], chain: Vec<Block>) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::with_capacity(chain.len());
    for block in chain {
        if let Some(last) = out.last().copied() {
            let (from_a, from_b) = (last.a_end(), last.b_end());
            let (gap_a, gap_b) = (&a[from_a as usize..block.a as usize], &b[from_b as usize..block.b as usize]);
            if !gap_a.is_empty() && !gap_b.is_empty() && gap_a.len() * gap_b.len() <= MAX_CELLS {
                for (i, j) in common_subsequence(gap_a, gap_b) {
                    push(&mut out, Block { a: from_a + i as u32, b: from_b + j as u32, len: 1 });
                }
            }
        }
        push(&mut out, block);
    }
    out
}

/// Appends a block, joined to the last where nothing stands between them.
pub(super) fn push(blocks: &mut Vec<Block>, block: Block) {
    match blocks.last_mut() {
        Some(last) if last.a_end() == block.a && last.b_end() == block.b => last.len += block.len,
        _ => blocks.push(block),
    }
}

/// A longest common subsequence, as places in both; of several the one that is leftmost in `a`.
fn common_subsequence(a: &[ShortToken], b: &[ShortToken]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    // best[i][j]: length for a[i..] and b[j..]
    let mut best = vec![0u16; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            best[i * width + j] = if a[i] == b[j] {
                best[(i + 1) * width + j + 1] + 1
            } else {
                best[(i + 1) * width + j].max(best[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::new();
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            out.push((i, j));
            i += 1;
            j += 1;
        } else if best[(i + 1) * width + j] >= best[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<ShortToken> {
        text.bytes().map(|b| ShortToken::new(u32::from(b) * 2)).collect()
    }

    #[test]
    fn equal_words_inside_a_gap_are_found() {
        let (a, b) = (tokens("abcXdYef"), tokens("abcZdWWef"));
        let chain = vec![Block { a: 0, b: 0, len: 3 }, Block { a: 6, b: 7, len: 2 }];
        let filled = fill(&a, &b, chain);
        assert_eq!(filled, [Block { a: 0, b: 0, len: 3 }, Block { a: 4, b: 4, len: 1 }, Block { a: 6, b: 7, len: 2 }]);
    }

    #[test]
    fn what_is_filled_next_to_a_run_joins_it() {
        let (a, b) = (tokens("abXcd"), tokens("abcd"));
        let chain = vec![Block { a: 0, b: 0, len: 2 }, Block { a: 4, b: 3, len: 1 }];
        assert_eq!(fill(&a, &b, chain), [Block { a: 0, b: 0, len: 2 }, Block { a: 3, b: 2, len: 2 }]);
    }
}
