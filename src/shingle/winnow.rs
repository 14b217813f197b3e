//! Shingles → fingerprints: the sampler that carries the guarantee of eight words.
//!
//! Winnowing (Schleimer, Wilkerson, Aiken, "Winnowing: local algorithms for document fingerprinting", 2003):
//! of every window of w consecutive shingles the smallest hash is kept, the rightmost of equals. Two texts with
//! an equal run of k + w − 1 tokens hold an equal window, choose by its content alone, and so keep the same
//! fingerprint at the same place of the run. (k, w) = (5, 4) for words: 8. (9, 8) for graphemes: 16.
//! w ≤ k: the coverage that stars promise rests on it.

use super::ShingleSize;
use crate::text::TokenHash;

/// A shingle that was kept, with the position of its first token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint {
    /// Hash of the shingle.
    pub hash: u64,
    /// Position of its first token.
    pub position: u32,
}

/// Shingles in a window: by the script of the window's first token.
pub const WINDOW: ShingleSize = ShingleSize { words: 4, graphemes: 8 };

/// Length in half words that a shared run must have to be found for certain: a word is two, a grapheme one.
pub const GUARANTEE: u32 = 16;

/// Fingerprints of a text, in order of position. `shingles` holds an entry a token.
pub fn winnow(tokens: &[TokenHash], shingles: &[Option<u64>], out: &mut Vec<Fingerprint>) {
    out.clear();
    let Some(last) = shingles.iter().rposition(Option::is_some) else { return };
    let mut first = 0;
    let mut chosen = None;
    // Where the minimum of the previous window still lies inside the next one, only the newcomers compete.
    while first <= last {
        let end = first + WINDOW.at(tokens[first]);
        if end > last + 1 && first > 0 {
            // A window that does not fit: a run that needs it ends before it, or it holds the text's last tokens,
            // which earlier windows covered. Later windows may be shorter where the script changes.
            first += 1;
            continue;
        }
        let window = first..end.min(last + 1);
        let best = match chosen {
            Some((hash, at)) if at >= first && at < window.end => {
                let newcomers = window.end.saturating_sub(1).max(at + 1)..window.end;
                if WINDOW.at(tokens[first]) == WINDOW.at(tokens[first - 1]) {
                    smallest(shingles, newcomers, Some((hash, at)))
                } else {
                    smallest(shingles, window, None)
                }
            }
            _ => smallest(shingles, window, None),
        };
        if let Some((hash, at)) = best
            && best != chosen
        {
            // A shorter window after a longer one may choose an earlier place again: keep each place once.
            if out.last().is_none_or(|f| (f.position as usize) < at) {
                out.push(Fingerprint { hash, position: at as u32 });
            } else if let Err(slot) = out.binary_search_by_key(&(at as u32), |f| f.position) {
                out.insert(slot, Fingerprint { hash, position: at as u32 });
            }
        }
        chosen = best;
        first += 1;
    }
}

/// As [`winnow`] of a text of words alone, whose shingles are `shingles`. Without branches that depend on the hashes: of
/// neighbouring shingles the smaller one is told first, then of two such.
pub fn winnow_words(shingles: &[u64], out: &mut Vec<Fingerprint>) {
    out.clear();
    let at = |position: usize| Fingerprint { hash: shingles[position], position: position as u32 };
    let later = |x: Fingerprint, y: Fingerprint| if y.hash <= x.hash { y } else { x };
    if shingles.len() < WINDOW.words {
        out.extend((0..shingles.len()).map(at).reduce(later));
        return;
    }
    // What a window chose is written to the next slot each time, and the slot is taken if it is new.
    out.resize(shingles.len(), Fingerprint { hash: 0, position: u32::MAX });
    let (mut kept, mut last) = (0, u32::MAX);
    let (mut first, mut second) = (later(at(0), at(1)), later(at(1), at(2)));
    for end in WINDOW.words - 1..shingles.len() {
        let third = later(at(end - 1), at(end));
        let chosen = later(first, third);
        out[kept] = chosen;
        kept += usize::from(chosen.position != last);
        last = chosen.position;
        (first, second) = (second, third);
    }
    out.truncate(kept);
}

/// The smallest hash in `window`, rightmost of equals, if it beats or equals `best`.
fn smallest(
    shingles: &[Option<u64>],
    window: std::ops::Range<usize>,
    mut best: Option<(u64, usize)>,
) -> Option<(u64, usize)> {
    for at in window {
        if let Some(hash) = shingles[at]
            && best.is_none_or(|(least, _)| hash <= least)
        {
            best = Some((hash, at));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shingle::{WordShingles, shingles};
    use proptest::prelude::*;

    fn fingerprints(tokens: &[TokenHash]) -> Vec<Fingerprint> {
        let (mut all, mut out) = (Vec::new(), Vec::new());
        shingles(tokens, ShingleSize::ARTICLE, &mut all);
        winnow(tokens, &all, &mut out);
        out
    }

    /// The definition, window by window.
    fn naive(tokens: &[TokenHash]) -> Vec<Fingerprint> {
        let mut all = Vec::new();
        shingles(tokens, ShingleSize::ARTICLE, &mut all);
        let Some(last) = all.iter().rposition(Option::is_some) else { return Vec::new() };
        let mut kept = std::collections::BTreeSet::new();
        for (first, &token) in tokens.iter().enumerate().take(last + 1) {
            let end = first + WINDOW.at(token);
            if first == 0 || end <= last + 1 {
                let window = first..end.min(last + 1);
                let best = window.filter_map(|at| all[at].map(|h| (h, std::cmp::Reverse(at)))).min();
                kept.extend(best.map(|(h, at)| (at.0, h)));
            }
        }
        kept.into_iter().map(|(at, hash)| Fingerprint { hash, position: at as u32 }).collect()
    }

    fn words(range: std::ops::Range<u64>, alphabet: u64, dense: bool) -> impl Strategy<Value = Vec<TokenHash>> {
        prop::collection::vec(0..alphabet, range.start as usize..range.end as usize)
            .prop_map(move |v| v.into_iter().map(|x| TokenHash(x * 2 + u64::from(dense))).collect())
    }

    #[test]
    fn a_text_shorter_than_a_shingle_has_no_fingerprint() {
        assert!(fingerprints(&[TokenHash(2); 4]).is_empty());
        assert!(fingerprints(&[]).is_empty());
    }

    #[test]
    fn a_text_of_five_words_has_one() {
        assert_eq!(fingerprints(&[2, 4, 6, 8, 10].map(TokenHash)).len(), 1);
    }

    #[test]
    fn density_is_near_two_in_five() {
        let mut x = 1u64;
        let tokens: Vec<_> = (0..20_000)
            .map(|_| {
                x = x.wrapping_mul(6364136223846793005).wrapping_add(1);
                TokenHash(x >> 20 << 1)
            })
            .collect();
        let density = fingerprints(&tokens).len() as f64 / 20_000.0;
        assert!((density - 0.4).abs() < 0.02, "{density}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]
        #[test]
        fn the_sampler_equals_its_definition(a in words(0..40, 6, false), b in words(0..20, 4, true), c in words(0..30, 6, false)) {
            let tokens = [a, b, c].concat();
            prop_assert_eq!(fingerprints(&tokens), naive(&tokens));
        }

        #[test]
        fn words_alone_give_the_same(tokens in words(0..60, 5, false)) {
            let (mut all, mut out) = (WordShingles::default(), Vec::new());
            all.cut(&tokens);
            winnow_words(all.article(), &mut out);
            prop_assert_eq!(out, naive(&tokens));
        }

        #[test]
        fn a_shared_run_of_eight_words_shares_a_fingerprint_at_the_same_place(
            run in words(8..20, 9, false), a in words(0..30, 9, false), b in words(0..30, 9, false),
            x in words(0..30, 9, false), y in words(0..30, 9, false)) {
            shares(&run, &a, &b, &x, &y)?;
        }

        #[test]
        fn a_shared_run_of_sixteen_graphemes_shares_a_fingerprint(
            run in words(16..30, 9, true), a in words(0..30, 9, true), b in words(0..30, 9, false),
            x in words(0..30, 9, false), y in words(0..30, 9, true)) {
            shares(&run, &a, &b, &x, &y)?;
        }
    }

    fn shares(
        run: &[TokenHash],
        a: &[TokenHash],
        b: &[TokenHash],
        x: &[TokenHash],
        y: &[TokenHash],
    ) -> Result<(), TestCaseError> {
        let places = |before: &[TokenHash], after: &[TokenHash]| {
            let text = [before, run, after].concat();
            let inside = before.len()..before.len() + run.len();
            fingerprints(&text)
                .into_iter()
                .filter(|f| {
                    let at = f.position as usize;
                    inside.contains(&at) && at + ShingleSize::ARTICLE.at(text[at]) <= inside.end
                })
                .map(|f| (f.hash, f.position as usize - before.len()))
                .collect::<std::collections::BTreeSet<_>>()
        };
        prop_assert!(places(a, b).intersection(&places(x, y)).next().is_some());
        Ok(())
    }
}
