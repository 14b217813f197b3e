//! What stands in more than one place, out of very much that stands in one.

/// Bits of the filter for each item: of items that stand alone about one in ten is taken along.
const BITS: usize = 8;

/// Keeps the items whose hash another one has, and a few that stand alone; order is kept. A Bloom filter with one hash
/// and two states, "seen" and "seen again": what stands alone, nearly everything, is dropped without being sorted.
/// All bits of the hashes from `shift` on should be spread evenly; those below are not looked at.
pub(crate) fn keep_repeated<T>(items: &mut Vec<T>, shift: u32, hash: impl Fn(&T) -> u64) {
    let slots = (items.len() * BITS).next_power_of_two().max(64);
    // "Seen" and "seen again" of 32 slots lie in one number.
    let mut filter = vec![0u64; slots / 32];
    let place = |item: &T| {
        let slot = (hash(item) >> shift) as usize & (slots - 1);
        (slot / 32, 1u64 << (slot % 32))
    };
    for item in items.iter() {
        let (at, bit) = place(item);
        let word = &mut filter[at];
        *word |= (*word & bit) << 32 | bit;
    }
    items.retain(|item| {
        let (at, bit) = place(item);
        filter[at] & bit << 32 != 0
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_that_is_repeated_is_lost(hashes in prop::collection::vec(0u64..400, 0..500), shift in 0u32..3) {
            let spread = |hash: &u64| hash.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(20);
            let mut kept = hashes.clone();
            keep_repeated(&mut kept, shift, spread);
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
        keep_repeated(&mut items, 20, |&item| item);
        assert!((200..2_500).contains(&items.len()), "{}", items.len());
    }

    #[test]
    fn of_no_items_none_are_kept() {
        let mut none: Vec<u64> = Vec::new();
        keep_repeated(&mut none, 0, |&item| item);
        assert!(none.is_empty());
    }
}
