//! What stands in more than one place, out of very much that stands in one.

/// Bits of the filter for each item: of items that stand alone about one in ten is taken along.
const BITS: usize = 8;

/// A Bloom filter with one hash and two states, "seen" and "seen again": what stands alone, nearly everything, is dropped
/// without being sorted.
#[derive(Debug, Default)]
pub(crate) struct RepeatFilter {
    /// "Seen" and "seen again" of 32 slots lie in one number.
    slots: Vec<u64>,
}

impl RepeatFilter {
    /// A filter for so many items.
    pub(crate) fn new(items: usize) -> Self {
        let mut filter = Self::default();
        filter.empty(items);
        filter
    }

    /// Forgets all items: room for so many others.
    fn empty(&mut self, items: usize) {
        self.slots.clear();
        self.slots.resize((items * BITS).next_power_of_two().max(64) / 32, 0);
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

/// Finds the numbers that stand in more than one place of a list. Holds its memory between lists.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    filter: RepeatFilter,
    kept: Vec<u64>,
    dealt: Vec<u64>,
}

/// Numbers of which the filter stays in the cache.
const AT_ONCE: usize = 1 << 19;
/// Where there are more they are dealt out first, into parts of about so many.
const PART: usize = 1 << 15;

impl Repeats {
    /// The places of what is repeated in `numbers`, which are spread evenly, and of a few that stand alone: number and place
    /// in one, sorted. There are less than 2^32 numbers.
    pub(crate) fn of(&mut self, numbers: &[u32]) -> Vec<u64> {
        let mut out = Vec::new();
        let entry = |(place, &number): (usize, &u32)| u64::from(number) << 32 | place as u64;
        if numbers.len() <= AT_ONCE {
            self.keep(numbers.iter().enumerate().map(entry), &mut out);
            return out;
        }
        let bits = (numbers.len() / PART).next_power_of_two().ilog2();
        let part = |number: u32| (number >> (32 - bits)) as usize;
        let mut ends = vec![0; 1 << bits];
        numbers.iter().for_each(|&number| ends[part(number)] += 1);
        let mut sum = 0;
        for end in &mut ends {
            sum += std::mem::replace(end, sum);
        }
        let mut dealt = std::mem::take(&mut self.dealt);
        dealt.resize(numbers.len(), 0);
        for (place, number) in numbers.iter().enumerate() {
            let end = &mut ends[part(*number)];
            dealt[*end] = entry((place, number));
            *end += 1;
        }
        let mut start = 0;
        for end in ends {
            self.keep(dealt[start..end].iter().copied(), &mut out);
            start = end;
        }
        self.dealt = dealt;
        out
    }

    /// Appends those of one part.
    fn keep(&mut self, entries: impl ExactSizeIterator<Item = u64> + Clone, out: &mut Vec<u64>) {
        let Self { filter, kept, .. } = self;
        filter.empty(entries.len());
        entries.clone().for_each(|entry| filter.see(entry >> 32));
        // Without a branch: no processor could guess it.
        kept.resize(entries.len() + 1, 0);
        let mut count = 0;
        for entry in entries {
            kept[count] = entry;
            count += usize::from(filter.is_repeated(entry >> 32));
        }
        kept.truncate(count);
        // Of those that stand alone, by other bits, one in ten again.
        let other = |entry: &u64| (entry >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
        filter.empty(count);
        kept.iter().for_each(|entry| filter.see(other(entry)));
        let from = out.len();
        out.extend(kept.iter().filter(|entry| filter.is_repeated(other(entry))));
        out[from..].sort_unstable();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spread(number: u32) -> u32 {
        number.wrapping_mul(0x9E37_79B9)
    }

    /// Numbers and places of what is repeated, by sorting all.
    fn naive(numbers: &[u32]) -> Vec<u64> {
        let mut all: Vec<u64> =
            numbers.iter().zip(0..).map(|(&number, place)| u64::from(number) << 32 | place).collect();
        all.sort_unstable();
        all.chunk_by(|x, y| x >> 32 == y >> 32).filter(|same| same.len() > 1).flatten().copied().collect()
    }

    fn repeated(found: &[u64]) -> Vec<u64> {
        found.chunk_by(|x, y| x >> 32 == y >> 32).filter(|same| same.len() > 1).flatten().copied().collect()
    }

    proptest! {
        #[test]
        fn nothing_that_is_repeated_is_lost(lists in prop::collection::vec(prop::collection::vec(0u32..400, 0..500), 1..4)) {
            let mut repeats = Repeats::default();
            for numbers in lists {
                let numbers: Vec<u32> = numbers.into_iter().map(spread).collect();
                prop_assert_eq!(repeated(&repeats.of(&numbers)), naive(&numbers));
            }
        }
    }

    #[test]
    fn very_many_are_dealt_out_and_none_is_lost() {
        let mut numbers: Vec<u32> = (0..AT_ONCE as u32 + 9).map(spread).collect();
        (0..1000).for_each(|at| numbers[7 * at] = numbers[AT_ONCE - at]);
        let mut repeats = Repeats::default();
        let found = repeats.of(&numbers);
        assert!(found.is_sorted() && found.len() < 40_000, "{}", found.len());
        assert_eq!(repeated(&found), naive(&numbers));
        assert_eq!(repeated(&repeats.of(&numbers[..9000])), naive(&numbers[..9000]));
    }

    #[test]
    fn most_of_what_stands_alone_is_dropped() {
        let mut numbers: Vec<u32> = (0..10_000).map(spread).collect();
        numbers.extend_from_within(..100);
        assert!((200..500).contains(&Repeats::default().of(&numbers).len()));
        assert!(Repeats::default().of(&[]).is_empty());
    }
}
