//! A fixed set of words that is asked very often.

use super::{Tokenizer, Tokens};

/// Words, by their tokens. Asking for one that is not in it, the usual case, takes one look at a bitmap; for one that is,
/// one or two at a table.
#[derive(Debug)]
pub struct WordSet {
    /// A power of two of places, at least three in four of them empty: a token stands at that of its bits or after it.
    slots: Vec<Option<u32>>,
    /// A bit for each of 2^16 classes of tokens: most words are in none.
    filter: Vec<u64>,
}

impl WordSet {
    /// The words of `text`.
    pub fn new(text: &str) -> Self {
        let mut cut = Tokens::default();
        Tokenizer::default().tokenize(text, 0, &mut cut);
        let mut set =
            Self { slots: vec![None; (4 * cut.hashes.len()).next_power_of_two()], filter: vec![0u64; 1 << 10] };
        for token in cut.hashes.iter().map(|hash| hash.short()) {
            let (word, bit) = Self::bit(token);
            set.filter[word] |= 1 << bit;
            let at = set.place(token);
            set.slots[at] = Some(token);
        }
        set
    }

    /// Whether a token is one of the words.
    pub fn contains(&self, token: u32) -> bool {
        let (word, bit) = Self::bit(token);
        self.filter[word] >> bit & 1 == 1 && self.slots[self.place(token)].is_some()
    }

    fn bit(token: u32) -> (usize, u32) {
        let bit = token >> 1 & 0xFFFF;
        ((bit >> 6) as usize, bit & 63)
    }

    /// Where a token stands, or else the empty place at which it would.
    fn place(&self, token: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (token >> 1) as usize & mask;
        while self.slots[at].is_some_and(|other| other != token) {
            at = (at + 1) & mask;
        }
        at
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
