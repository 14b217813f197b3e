//! The longest run of equal words of two texts, exactly, in a time that grows little faster than the texts.
//!
//! The suffixes of both texts are sorted together by doubling (Manber and Myers 1993); what two neighbours have in common
//! is counted in one pass (Kasai and others 2001). The longest run begins two neighbours that are not of one text.

use crate::align::Block;
use crate::text::TokenHash;
use rayon::prelude::*;

/// The run of most half words that stands in both, of several the first in `a`, then in `b`.
pub(super) fn longest_run(a: &[TokenHash], b: &[TokenHash]) -> Option<Block> {
    let text = numbered(a, b);
    let order = sorted_suffixes(&text);
    let common = common_with_next(&text, &order);
    let mut sums = vec![0u64];
    sums.extend(a.iter().scan(0, |sum, token| {
        *sum += if token.is_dense() { 1 } else { 2 };
        Some(*sum)
    }));
    // A place of b lies beyond the sign between the texts.
    let first_b = a.len() as u32 + 1;
    let runs = order.windows(2).zip(&common).filter_map(|(pair, &len)| {
        let (x, y) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
        (x < first_b && y >= first_b && len > 0).then(|| Block { a: x, b: y - first_b, len })
    });
    let weight = |run: &Block| sums[run.a_end() as usize] - sums[run.a as usize];
    runs.max_by_key(|run| (weight(run), std::cmp::Reverse((run.a, run.b))))
}

/// Both texts as small numbers, a sign between them that stands nowhere else.
fn numbered(a: &[TokenHash], b: &[TokenHash]) -> Vec<u32> {
    let mut words: Vec<TokenHash> = a.iter().chain(b).copied().collect();
    words.par_sort_unstable();
    words.dedup();
    let number = |word: &TokenHash| words.partition_point(|other| other < word) as u32;
    let between = words.len() as u32;
    a.iter().map(number).chain([between]).chain(b.iter().map(number)).collect()
}

/// First places of all suffixes, sorted as texts.
fn sorted_suffixes(text: &[u32]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..text.len() as u32).collect();
    // Rank of each suffix by its first words: one, then two, then four.
    let mut rank: Vec<u32> = text.iter().map(|word| word + 1).collect();
    let mut next = vec![0u32; text.len()];
    let mut known = 1;
    order.par_sort_unstable_by_key(|&at| rank[at as usize]);
    while known < text.len() {
        let key = |at: u32| (rank[at as usize], rank.get(at as usize + known).copied().unwrap_or(0));
        order.par_sort_unstable_by_key(|&at| key(at));
        let mut last = 1;
        for (place, &at) in order.iter().enumerate() {
            last += u32::from(place > 0 && key(order[place - 1]) != key(at));
            next[at as usize] = last;
        }
        std::mem::swap(&mut rank, &mut next);
        if last as usize == text.len() {
            break;
        }
        known *= 2;
    }
    order
}

/// How many words each suffix has in common with the next one in order.
fn common_with_next(text: &[u32], order: &[u32]) -> Vec<u32> {
    let mut place = vec![0u32; text.len()];
    for (rank, &at) in order.iter().enumerate() {
        place[at as usize] = rank as u32;
    }
    let mut common = vec![0u32; text.len()];
    let mut len = 0usize;
    for at in 0..text.len() {
        let Some(&other) = order.get(place[at] as usize + 1) else {
            len = 0;
            continue;
        };
        let (x, y) = (&text[at + len..], text.get(other as usize + len..).unwrap_or_default());
        len += x.iter().zip(y).take_while(|(x, y)| x == y).count();
        common[place[at] as usize] = len as u32;
        len = len.saturating_sub(1);
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(numbers: &[u64]) -> Vec<TokenHash> {
        numbers.iter().map(|number| TokenHash(number * 2)).collect()
    }

    fn naive(a: &[TokenHash], b: &[TokenHash]) -> u32 {
        let len = |i: usize, j: usize| a[i..].iter().zip(&b[j..]).take_while(|(x, y)| x == y).count() as u32;
        (0..a.len()).flat_map(|i| (0..b.len()).map(move |j| (i, j))).map(|(i, j)| len(i, j)).max().unwrap_or(0)
    }

    #[test]
    fn the_longest_run_is_told_with_its_places() {
        let (a, b) = (words(&[9, 1, 2, 3, 8]), words(&[1, 2, 7, 1, 2, 3, 4]));
        assert_eq!(longest_run(&a, &b), Some(Block { a: 1, b: 3, len: 3 }));
        assert_eq!(longest_run(&a, &words(&[5, 6])), None);
        assert_eq!(longest_run(&[], &b), None);
    }

    #[test]
    fn two_graphemes_weigh_as_much_as_a_word() {
        let dense = |number: u64| TokenHash(number * 2 + 1);
        let a = [dense(1), dense(2), dense(3), TokenHash(20), TokenHash(22)];
        let b = [TokenHash(20), TokenHash(22), TokenHash(90), dense(1), dense(2), dense(3)];
        assert_eq!(longest_run(&a, &b), Some(Block { a: 3, b: 0, len: 2 }));
    }

    #[test]
    fn long_texts_of_one_word_take_no_square_of_time() {
        let a = words(&vec![7; 200_000]);
        assert_eq!(longest_run(&a, &a[..150_000]).map(|run| run.len), Some(150_000));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn no_run_is_longer_by_the_definition(x in prop::collection::vec(0u64..4, 0..50), y in prop::collection::vec(0u64..4, 0..50)) {
            let (a, b) = (words(&x), words(&y));
            let run = longest_run(&a, &b).unwrap_or(Block { a: 0, b: 0, len: 0 });
            prop_assert_eq!(run.len, naive(&a, &b));
            prop_assert_eq!(&a[run.a as usize..run.a_end() as usize], &b[run.b as usize..run.b_end() as usize]);
        }
    }
}
