//! A fixed set of words that is asked very often.

use super::{Tokenizer, Tokens};

/// Words, by their tokens. Asking for one that is not in it, the usual case, takes one look at a bitmap.
#[derive(Debug)]
pub struct WordSet {
    /// Sorted.
    tokens: Vec<u32>,
    /// A bit for each of 2^16 classes of tokens: most words are in none.
    filter: Vec<u64>,
}

impl WordSet {
    /// The words of `text`.
    pub fn new(text: &str) -> Self {
        let mut cut = Tokens::default();
        Tokenizer::default().tokenize(text, 0, &mut cut);
        let mut tokens: Vec<u32> = cut.hashes.iter().map(|hash| hash.short()).collect();
        tokens.sort_unstable();
        tokens.dedup();
        let mut filter = vec![0u64; 1 << 10];
        for token in &tokens {
            let bit = token >> 1 & 0xFFFF;
            filter[(bit >> 6) as usize] |= 1 << (bit & 63);
        }
        Self { tokens, filter }
    }

    /// Whether a token is one of the words.
    pub fn contains(&self, token: u32) -> bool {
        let bit = token >> 1 & 0xFFFF;
        self.filter[(bit >> 6) as usize] >> (bit & 63) & 1 == 1 && self.tokens.binary_search(&token).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_words_are_known_in_any_case_and_others_are_not() {
        let set = WordSet::new("the of dans nicht");
        let mut tokens = Tokens::default();
        Tokenizer::default().tokenize("The OF dans nicht quay harbour", 0, &mut tokens);
        let known: Vec<bool> = tokens.hashes.iter().map(|hash| set.contains(hash.short())).collect();
        assert_eq!(known, [true, true, true, true, false, false]);
    }
}
