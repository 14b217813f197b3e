//! Tables of words: what a word may be, looked up without case and without a copy of it.
//! Knows not what the classes mean.

/// What a word may be: a bit for each list that holds it.
pub(super) type Class = u64;

/// The longest word of a table, in bytes. Longer ones are in none.
const LONGEST: usize = 16;

/// Words with the lists that hold them.
pub(super) struct Lexicon {
    /// A power of two of places, most of them empty: which word stands there, from 1, below some bits of its hash. It is
    /// that of its hash or one after it. Small enough to stay near, and the bits spare a look at another word: most
    /// words of a text are in no list.
    places: Vec<u32>,
    words: Vec<(u128, Class)>,
    shift: u32,
}

impl Lexicon {
    /// The words of each list, divided by white space. A word may stand in several lists.
    pub(super) fn new(lists: &[(Class, &str)]) -> Self {
        let count: usize = lists.iter().map(|(_, words)| words.split_whitespace().count()).sum();
        let size = (2 * count).next_power_of_two().max(2);
        let mut out =
            Self { places: vec![0; size], words: Vec::with_capacity(count), shift: 64 - size.trailing_zeros() };
        for (class, words) in lists {
            for word in words.split_whitespace() {
                let Some(packed) = pack(word.as_bytes()) else { continue };
                let (at, tag) = out.place(packed);
                if let Some(known) = number(out.places[at]) {
                    out.words[known].1 |= class;
                } else if let Ok(number) = u16::try_from(out.words.len() + 1) {
                    out.words.push((packed, *class));
                    out.places[at] = tag | u32::from(number);
                }
            }
        }
        out
    }

    /// The lists that hold a word as it is written.
    pub(super) fn exact(&self, word: &str) -> Class {
        pack(word.as_bytes()).map_or(0, |packed| self.class(packed))
    }

    /// The lists that hold a word without its ASCII capitals; lists are written without.
    pub(super) fn folded(&self, word: &str) -> Class {
        pack(word.as_bytes()).map_or(0, |packed| self.class(lower(packed)))
    }

    fn class(&self, packed: u128) -> Class {
        number(self.places[self.place(packed).0]).map_or(0, |at| self.words[at].1)
    }

    /// Where a word stands, or could, and the bits of its hash that stand there with it.
    fn place(&self, packed: u128) -> (usize, u32) {
        const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
        let (low, high) = (packed as u64, (packed >> 64) as u64);
        let mixed = (low ^ high.rotate_left(29)).wrapping_mul(ODD);
        let hash = (mixed ^ mixed >> 32).wrapping_mul(ODD);
        let (mut at, tag) = ((hash >> self.shift) as usize, hash as u32 & TAG);
        while let Some(other) = number(self.places[at])
            && (self.places[at] & TAG != tag || self.words[other].0 != packed)
        {
            at = (at + 1) & (self.places.len() - 1);
        }
        (at, tag)
    }
}

/// The bits of a place that are of a hash.
const TAG: u32 = 0xFFFF_0000;

/// The word at a place.
fn number(place: u32) -> Option<usize> {
    (place as u16 as usize).checked_sub(1)
}

/// The bytes of a word as one number; none of an empty or a long one. No word holds the byte 0.
fn pack(word: &[u8]) -> Option<u128> {
    let long = |at: usize| word[at..].first_chunk().map(|&chunk| u128::from(u64::from_le_bytes(chunk)));
    let short = |at: usize| word[at..].first_chunk().map(|&chunk| u128::from(u32::from_le_bytes(chunk)));
    let length = word.len();
    // Two overlapping reads: what both hold is the same.
    match length {
        8..=LONGEST => Some(long(0)? | long(length - 8)? << (8 * (length - 8))),
        4..8 => Some(short(0)? | short(length - 4)? << (8 * (length - 4))),
        1..4 => Some(word.iter().rev().fold(0, |packed, &byte| packed << 8 | u128::from(byte))),
        _ => None,
    }
}

/// ASCII capitals in lower case, all bytes at once.
fn lower(packed: u128) -> u128 {
    const EACH: u128 = u128::MAX / 0xFF;
    let ascii = packed & (EACH * 0x7F);
    // The top bit of a byte tells whether it is at least A, or beyond Z.
    let (from_a, beyond_z) = (ascii + EACH * (0x80 - b'A') as u128, ascii + EACH * (0x7F - b'Z') as u128);
    let capital = from_a & !beyond_z & !packed & (EACH * 0x80);
    packed | capital >> 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_in_all_its_lists() {
        let lexicon =
            Lexicon::new(&[(1, "of the\nveröffentlicht"), (2, "the source"), (4, "is"), (8, "longer-than-sixteen")]);
        let classes = ["the", "The", "SOURCE", "is", "Veröffentlicht", "th", "", "longer-than-sixteen"];
        assert_eq!(classes.map(|word| lexicon.folded(word)), [3, 3, 2, 4, 1, 0, 0, 0]);
        assert_eq!(classes.map(|word| lexicon.exact(word)), [3, 0, 0, 4, 0, 0, 0, 0]);
    }

    proptest::proptest! {
        #[test]
        fn a_word_is_packed_without_its_ascii_capitals(word in "\\PC{1,18}") {
            let packed = pack(word.as_bytes());
            proptest::prop_assert_eq!(packed.is_some(), word.len() <= LONGEST);
            if let Some(packed) = packed {
                proptest::prop_assert_eq!(&packed.to_le_bytes()[..word.len()], word.as_bytes());
                proptest::prop_assert_eq!(Some(lower(packed)), pack(word.to_ascii_lowercase().as_bytes()));
            }
        }
    }
}
