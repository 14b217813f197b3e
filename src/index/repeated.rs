//! What stands in more than one place, out of very much that stands in one.

/// Bits of the filter for each item: of items that stand alone about one in ten is taken along.
const BITS: usize = 8;

/// A Bloom filter with one hash and two states, "seen" and "seen again": what stands alone, nearly everything, is dropped
/// without being sorted.
#[derive(Debug)]
pub(crate) struct RepeatFilter {
    /// "Seen" and "seen again" of 32 slots lie in one number.
    slots: Vec<u64>,
}

impl RepeatFilter {
    /// A filter for so many items.
    pub(crate) fn new(items: usize) -> Self {
        Self { slots: vec![0; (items * BITS).next_power_of_two().max(64) / 32] }
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        ((hash / 32) as usize & (self.slots.len() - 1), 1 << (hash % 32))
    }

    /// Takes in an item by its hash, of which the lowest bits are to be spread evenly.
    #[inline]
    pub(crate) fn see(&mut self, hash: u64) {
        let (at, bit) = self.place(hash);
        let slot = &mut self.slots[at];
        *slot |= (*slot & bit) << 32 | bit;
    }

    /// Whether another item had this hash, or by chance its slot.
    #[inline]
    pub(crate) fn is_repeated(&self, hash: u64) -> bool {
        let (at, bit) = self.place(hash);
        self.slots[at] & bit << 32 != 0
    }
}

/// Keeps the items whose hash another one has, and a few that stand alone; order is kept.
pub(crate) fn keep_repeated<T>(items: &mut Vec<T>, hash: impl Fn(&T) -> u64) {
    let mut filter = RepeatFilter::new(items.len());
    items.iter().for_each(|item| filter.see(hash(item)));
    items.retain(|item| filter.is_repeated(hash(item)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_that_is_repeated_is_lost(hashes in prop::collection::vec(0u64..400, 0..500)) {
            let spread = |hash: &u64| hash.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(20);
            let mut kept = hashes.clone();
            keep_repeated(&mut kept, spread);
            let repeated = |hash: &u64| hashes.iter().filter(|other| *other == hash).count() > 1;
            let expected: Vec<u64> = hashes.iter().copied().filter(repeated).collect();
            let found: Vec<u64> = kept.iter().copied().filter(repeated).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn most_of_what_stands_alone_is_dropped() {
        let mut items: Vec<u64> = (0..10_000u64).map(|at| at.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
        items.extend_from_within(..100);
        keep_repeated(&mut items, |&item| item >> 20);
        assert!((200..2_500).contains(&items.len()), "{}", items.len());
    }

    #[test]
    fn of_no_items_none_are_kept() {
        let mut none: Vec<u64> = Vec::new();
        keep_repeated(&mut none, |&item| item);
        assert!(none.is_empty());
    }
}
