//! Tokens → shingles: the hash of k consecutive tokens, at the position of the first.
//! Knows nothing of signatures or of an index.

mod winnow;

pub use winnow::{Fingerprint, GUARANTEE, WINDOW, winnow, winnow_words};

use crate::text::TokenHash;
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

/// The first 64 bytes of the secret of XXH3, as eight numbers.
const SECRET: [u64; 8] = [
    0xbe4b_a423_396c_feb8,
    0x1cad_21f7_2c81_017c,
    0xdb97_9083_e96d_d4de,
    0x1f67_b3b7_a4a4_4072,
    0x78e5_c0cc_4ee6_79cb,
    0x2172_ffcc_7dd0_5a82,
    0x8e24_43f7_7446_08b8,
    0x4c26_3a81_e690_35e0,
];

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

/// Both halves of the product of two numbers under the secret, folded.
fn mix(x: u64, y: u64, at: usize) -> u64 {
    let product = u128::from(x ^ SECRET[at]) * u128::from(y ^ SECRET[at + 1]);
    product as u64 ^ (product >> 64) as u64
}

fn avalanche(mut hash: u64) -> u64 {
    hash = (hash ^ hash >> 37).wrapping_mul(0x1656_6791_9E37_79F9);
    hash ^ hash >> 32
}

/// Hashes of all shingles of `tokens`, in order of position; `None` where one does not fit before the end.
///
/// Fills `out` with one entry a token. A shingle of mixed scripts may be missing while a later, shorter one fits.
pub fn shingles(tokens: &[TokenHash], size: ShingleSize, out: &mut Vec<Option<u64>>) {
    out.clear();
    out.extend((0..tokens.len()).map(|at| size.hash(&tokens[at..])));
}

/// As [`shingles`] of articles that hold words alone: the same hashes, without those that do not fit.
pub fn word_shingles(tokens: &[TokenHash], out: &mut Vec<u64>) {
    out.clear();
    out.extend(tokens.windows(ShingleSize::ARTICLE.words).map(hash_tokens));
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
        fn shingles_of_words_are_the_shingles(tokens in prop::collection::vec(any::<u64>(), 0..30)) {
            let tokens: Vec<TokenHash> = tokens.into_iter().map(|t| TokenHash(t & !1)).collect();
            let (mut all, mut words) = (Vec::new(), Vec::new());
            shingles(&tokens, ShingleSize::ARTICLE, &mut all);
            word_shingles(&tokens, &mut words);
            prop_assert_eq!(words, all.into_iter().flatten().collect::<Vec<u64>>());
        }
    }
}
