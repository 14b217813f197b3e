//! Tokens → shingles: the hash of k consecutive tokens, at the position of the first.
//! Knows nothing of signatures or of an index.

mod winnow;

pub use winnow::{Fingerprint, GUARANTEE, WINDOW, winnow};

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
    let mut bytes = [0u8; 8 * 9];
    if let [a, b, c, d, e] = tokens {
        // The usual size, spelled out: the hot loop of the whole program.
        for (at, token) in [a, b, c, d, e].into_iter().enumerate() {
            bytes[8 * at..8 * at + 8].copy_from_slice(&token.0.to_le_bytes());
        }
        return xxh3_64(&bytes[..40]);
    }
    if tokens.len() <= 9 {
        for (at, token) in tokens.iter().enumerate() {
            bytes[8 * at..8 * at + 8].copy_from_slice(&token.0.to_le_bytes());
        }
        return xxh3_64(&bytes[..8 * tokens.len()]);
    }
    let bytes: Vec<u8> = tokens.iter().flat_map(|t| t.0.to_le_bytes()).collect();
    xxh3_64(&bytes)
}

/// Hashes of all shingles of `tokens`, in order of position; `None` where one does not fit before the end.
///
/// Fills `out` with one entry a token. A shingle of mixed scripts may be missing while a later, shorter one fits.
pub fn shingles(tokens: &[TokenHash], size: ShingleSize, out: &mut Vec<Option<u64>>) {
    out.clear();
    out.extend((0..tokens.len()).map(|at| size.hash(&tokens[at..])));
}
