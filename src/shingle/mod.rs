//! Tokens → shingles: the hash of k consecutive tokens, at the position of the first.
//! Knows nothing of signatures or of an index.

mod winnow;

pub use winnow::{Fingerprint, GUARANTEE, WINDOW, winnow, winnow_words};

use crate::text::TokenHash;
use crate::text::xxh3::{SECRET, avalanche, folded_product};
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

/// How many tokens make a shingle: by the script of its first token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShingleSize {
    /// Where the first token is a word.
    pub words: usize,
    /// Where the first token is a grapheme of a script without spaces.
    pub graphemes: usize,
}

impl ShingleSize {
    /// Shingles of articles: what is fingerprinted, and what an article's signature is made of.
    pub const ARTICLE: Self = Self { words: 5, graphemes: 9 };
    /// Shingles of paragraphs: what a paragraph's signature is made of, and what rescues edited quotations.
    pub const PARAGRAPH: Self = Self { words: 3, graphemes: 6 };

    /// Tokens in a shingle that begins with `first`.
    pub fn at(self, first: TokenHash) -> usize {
        if first.is_dense() { self.graphemes } else { self.words }
    }

    /// Hash of the shingle that begins at `tokens[0]`, if it fits: XXH3-64 over its token hashes, little-endian.
    pub fn hash(self, tokens: &[TokenHash]) -> Option<u64> {
        let size = self.at(*tokens.first()?);
        tokens.get(..size).map(hash_tokens)
    }
}

/// XXH3-64 over token hashes, each as 8 little-endian bytes.
pub fn hash_tokens(tokens: &[TokenHash]) -> u64 {
    // The usual sizes are spelled out: the hot loop of the whole program.
    match *tokens {
        [a, b, c] => hash_three([a.0, b.0, c.0]),
        [a, b, c, d, e] => hash_five([a.0, b.0, c.0, d.0, e.0]),
        _ => {
            let bytes: Vec<u8> = tokens.iter().flat_map(|t| t.0.to_le_bytes()).collect();
            xxh3_64(&bytes)
        }
    }
}

/// XXH3-64 of 24 bytes, given as numbers: "17 to 128 bytes" of the specification (Collet, "XXH3").
fn hash_three(t: [u64; 3]) -> u64 {
    avalanche(length(24).wrapping_add(mix(t[0], t[1], 0)).wrapping_add(mix(t[1], t[2], 2)))
}

/// The same of 40 bytes.
fn hash_five(t: [u64; 5]) -> u64 {
    let ends = mix(t[0], t[1], 0).wrapping_add(mix(t[3], t[4], 2));
    let middle = mix(t[2], t[3], 4).wrapping_add(mix(t[1], t[2], 6));
    avalanche(length(40).wrapping_add(ends).wrapping_add(middle))
}

fn length(bytes: u64) -> u64 {
    bytes.wrapping_mul(0x9E37_79B1_85EB_CA87)
}

/// The product of two numbers under the secret, folded.
fn mix(x: u64, y: u64, at: usize) -> u64 {
    folded_product(x ^ SECRET[at], y ^ SECRET[at + 1])
}

/// Hashes of all shingles of `tokens`, in order of position; `None` where one does not fit before the end.
///
/// Fills `out` with one entry a token. A shingle of mixed scripts may be missing while a later, shorter one fits.
pub fn shingles(tokens: &[TokenHash], size: ShingleSize, out: &mut Vec<Option<u64>>) {
    out.clear();
    out.extend((0..tokens.len()).map(|at| size.hash(&tokens[at..])));
}

/// The shingles of an article that holds words alone and of its paragraphs: the same hashes as [`shingles`] gives.
#[derive(Debug, Default)]
pub struct WordShingles {
    /// Each stands at its last token but one, as the last product of it makes it; those that begin before the text are void.
    fives: Vec<u64>,
    threes: Vec<u64>,
}

impl WordShingles {
    /// Cuts these tokens. The products of two neighbours are shared by all shingles that hold both.
    pub fn cut(&mut self, tokens: &[TokenHash]) {
        let pairs = tokens.len().saturating_sub(1);
        self.fives.resize(pairs, 0);
        self.threes.resize(pairs, 0);
        // Of shingles that are not at their end: the sums of their first one, two or three products.
        let (mut one, mut two, mut three) = (0, 0, 0u64);
        for ((pair, to_five), to_three) in tokens.windows(2).zip(&mut self.fives).zip(&mut self.threes) {
            let product = |at| mix(pair[0].0, pair[1].0, at);
            let last = product(2);
            *to_five = avalanche(length(40).wrapping_add(three).wrapping_add(last));
            *to_three = avalanche(length(24).wrapping_add(one).wrapping_add(last));
            (three, two, one) = (product(4).wrapping_add(two), product(6).wrapping_add(one), product(0));
        }
    }

    /// Those of the article.
    pub fn article(&self) -> &[u64] {
        self.fives.get(ShingleSize::ARTICLE.words - 2..).unwrap_or_default()
    }

    /// Those of a paragraph that holds these tokens.
    pub fn paragraph(&self, tokens: Range<usize>) -> &[u64] {
        self.threes
            .get(tokens.start + ShingleSize::PARAGRAPH.words - 2..tokens.end.saturating_sub(1))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn hashes_spelled_out_are_those_of_xxh3(tokens in prop::collection::vec(any::<u64>(), 0..12)) {
            let tokens: Vec<TokenHash> = tokens.into_iter().map(TokenHash).collect();
            let bytes: Vec<u8> = tokens.iter().flat_map(|t| t.0.to_le_bytes()).collect();
            prop_assert_eq!(hash_tokens(&tokens), xxh3_64(&bytes));
        }

        #[test]
        fn shingles_of_words_are_the_shingles(tokens in prop::collection::vec(any::<u64>(), 0..30), (from, to) in (0..30usize, 0..30usize)) {
            let tokens: Vec<TokenHash> = tokens.into_iter().map(|t| TokenHash(t & !1)).collect();
            let naive = |tokens: &[TokenHash], size| {
                let mut all = Vec::new();
                shingles(tokens, size, &mut all);
                all.into_iter().flatten().collect::<Vec<u64>>()
            };
            let mut words = WordShingles::default();
            words.cut(&[TokenHash(2); 40]);
            words.cut(&tokens);
            prop_assert_eq!(words.article(), naive(&tokens, ShingleSize::ARTICLE));
            let to = to.min(tokens.len());
            let paragraph = from.min(to)..to;
            prop_assert_eq!(words.paragraph(paragraph.clone()), naive(&tokens[paragraph], ShingleSize::PARAGRAPH));
        }
    }
}
