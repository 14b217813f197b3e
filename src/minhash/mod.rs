//! Shingles → signature: 128 lanes whose agreement estimates the resemblance of two sets.
//! Knows nothing of bands or buckets.
//!
//! Scheme: Fast Similarity Sketching (Dahlgaard, Knudsen, Thorup, "Fast similarity sketching", FOCS 2017): in
//! round i each shingle throws one hash into one lane; a lane keeps the least of the first round that reached it;
//! after 128 rounds every lane still empty takes the least of a round of its own. Each lane agrees with
//! probability J, as in MinHash (Broder 1997), at a cost of about 700 hashes a set in place of 128 a shingle, and
//! with no larger error than 128 independent permutations. The tests keep the definition.

mod estimate;

pub use estimate::{exact_resemblance, short_estimate, standard_error};

use crate::simd::{Loops, widest};
use zerocopy::byteorder::{LE, U16};

/// Lanes of a signature.
pub const LANES: usize = 128;

/// Name of this scheme with its constants, part of the settings id: another one makes other signatures.
pub const SIGNATURE_ID: &str = "fss-128-xxh3-1";

/// Signature of one unit. A unit without a token has no shingle: all its lanes are `u32::MAX`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature(pub [u32; LANES]);

/// The lower halves of a signature's lanes: what a segment stores and bands are cut from.
pub type ShortSignature = [U16<LE>; LANES];

impl Signature {
    /// Signature of a set of shingles; repeated ones do not matter, nor does order.
    pub fn of(shingles: &[u64]) -> Self {
        if shingles.is_empty() {
            return Self([u32::MAX; LANES]);
        }
        Self(widest(Lanes(shingles)))
    }

    /// Estimated resemblance: the share of lanes that agree. Its standard error is at most
    /// [`standard_error`] of the true value.
    pub fn estimate(&self, other: &Self) -> f64 {
        let equal = self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count();
        equal as f64 / LANES as f64
    }

    /// The lanes as a segment stores them. Two unequal lanes become equal with probability 2^-16.
    pub fn short(&self) -> ShortSignature {
        self.0.map(|lane| U16::new(lane as u16))
    }
}

/// Shingles that throw at a time: what they throw stays in the fastest memory.
const CHUNK: usize = 64;

/// Throws of random lanes below which there is no use in asking whether all 128 were reached: less than one in 10 are.
const FEW: usize = 450;

/// The lanes of a set that is not empty.
#[derive(Clone, Copy)]
struct Lanes<'s>(&'s [u64]);

impl Loops for Lanes<'_> {
    type Output = [u32; LANES];

    #[inline(always)]
    fn run(self) -> [u32; LANES] {
        // The least key of each lane: the round in the top byte, then 24 bits of hash.
        let mut keys = [u32::MAX; LANES];
        // The hashes, and the keys of their halves.
        let (mut hashes, mut halves) = ([0; CHUNK], [0; CHUNK]);
        // A round beyond the one that fills the last lane changes nothing, so two can share one hash.
        for pair in 0..LANES / 2 {
            let rounds = (2 * pair as u64) << 24 | (2 * pair as u64 + 1) << 56;
            for shingles in self.0.chunks(CHUNK) {
                for ((shingle, hash), half) in shingles.iter().zip(&mut hashes).zip(&mut halves) {
                    *hash = mix(*shingle, pair);
                    *half = *hash >> 8 & 0x00FF_FFFF_00FF_FFFF | rounds;
                }
                for (hash, half) in hashes.iter().zip(&halves).take(shingles.len()) {
                    for shift in [0, 32] {
                        let key = &mut keys[(hash >> shift) as usize % LANES];
                        *key = (*key).min((half >> shift) as u32);
                    }
                }
            }
            if 2 * (pair + 1) * self.0.len() >= FEW && is_full(&keys) {
                break;
            }
        }
        if !is_full(&keys) {
            fill(&mut keys, self.0);
        }
        for key in &mut keys {
            *key = scatter(*key);
        }
        keys
    }
}

#[inline(always)]
fn is_full(keys: &[u32; LANES]) -> bool {
    keys.iter().fold(true, |full, &key| full & (key != u32::MAX))
}

/// Gives each lane that is still empty the least of a round of its own.
#[cold]
#[inline(never)]
fn fill(keys: &mut [u32; LANES], shingles: &[u64]) {
    for (lane, key) in keys.iter_mut().enumerate().filter(|(_, key)| **key == u32::MAX) {
        let round = LANES + lane;
        let least = shingles.iter().map(|&s| (round as u32) << 24 | (mix(s, round) as u32) >> 8).min();
        *key = least.unwrap_or(u32::MAX);
    }
}

/// Hash of a shingle in a round, or a pair of rounds: the finalizer of SplitMix64 over the shingle, moved by a constant
/// of the round.
#[inline(always)]
fn mix(shingle: u64, round: usize) -> u64 {
    finalize(shingle ^ ROUNDS[round])
}

/// Spreads a lane's key over 32 bits, one to one, so that its lower half tells as much as it can: the finalizer of
/// MurmurHash3.
#[inline(always)]
fn scatter(mut key: u32) -> u32 {
    key = (key ^ key >> 16).wrapping_mul(0x85EB_CA6B);
    key = (key ^ key >> 13).wrapping_mul(0xC2B2_AE35);
    key ^ key >> 16
}

#[inline(always)]
const fn finalize(mut z: u64) -> u64 {
    z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ z >> 31
}

/// Constants of the rounds: SplitMix64 from seed 0.
const ROUNDS: [u64; 2 * LANES] = {
    let mut out = [0; 2 * LANES];
    let mut round = 0;
    while round < out.len() {
        out[round] = finalize((round as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        round += 1;
    }
    out
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::each_way;

    /// The paper's definition, round by round, without stopping early.
    fn naive(shingles: &[u64]) -> [u32; LANES] {
        let mut best = [(usize::MAX, u32::MAX); LANES];
        for round in 0..2 * LANES {
            for &s in shingles {
                let (lane, value) = if round < LANES {
                    let hash = mix(s, round / 2) >> (32 * (round % 2)) & 0xFFFF_FFFF;
                    (hash as usize % LANES, hash as u32 >> 8)
                } else {
                    (round - LANES, mix(s, round) as u32 >> 8)
                };
                best[lane] = best[lane].min((round, value));
            }
        }
        best.map(|(round, value)| scatter((round as u32) << 24 | value))
    }

    fn set(seed: u64, n: u64) -> Vec<u64> {
        (0..n).map(|i| mix(seed * 1_000_003 + i, 77)).collect()
    }

    #[test]
    fn the_signature_equals_its_definition() {
        for n in (1..140).chain([400, 2000]) {
            let s = set(n, n);
            let definition = naive(&s);
            assert_eq!(Signature::of(&s).0, definition, "{n}");
            assert!(each_way(Lanes(&s)).iter().all(|lanes| *lanes == definition), "{n}");
        }
    }

    #[test]
    fn order_and_repetition_do_not_matter() {
        let s = set(1, 60);
        let mut t = s.clone();
        t.reverse();
        t.extend_from_slice(&s[..20]);
        assert_eq!(Signature::of(&s), Signature::of(&t));
    }

    #[test]
    fn an_empty_unit_has_full_lanes() {
        assert_eq!(Signature::of(&[]).0, [u32::MAX; LANES]);
    }

    #[test]
    fn the_estimate_is_unbiased_and_no_wider_than_minhash() {
        for (n, j) in [(12u64, 0.5), (24, 0.5), (60, 0.2), (60, 0.8), (400, 0.1), (400, 0.5), (400, 0.9)] {
            let trials = 400;
            let (mut sum, mut squares) = (0.0, 0.0);
            for t in 0..trials {
                let common = (n as f64 * j).round() as u64;
                let own = (n - common) / 2;
                let base = set(t * 31 + n, n);
                let a: Vec<u64> = base[..(common + own) as usize].to_vec();
                let b: Vec<u64> =
                    [&base[..common as usize], &base[(common + own) as usize..(common + 2 * own) as usize]].concat();
                let true_j = common as f64 / (common + 2 * own) as f64;
                let e = Signature::of(&a).estimate(&Signature::of(&b)) - true_j;
                sum += e;
                squares += e * e;
            }
            let error = standard_error(j);
            let mean = sum / trials as f64;
            let spread = (squares / trials as f64).sqrt();
            assert!(mean.abs() < 3.5 * error / (trials as f64).sqrt(), "bias {mean} at {n}, {j}");
            assert!(spread < 1.1 * error, "spread {spread} against {error} at {n}, {j}");
        }
    }

    /// Changing one of these changes every stored signature: it takes a new SIGNATURE_ID.
    #[test]
    fn golden_signature() {
        let s = Signature::of(&[1, 2, 3, 4, 5]);
        assert_eq!(xxhash_rust::xxh3::xxh3_64(&s.0.map(u32::to_le_bytes).concat()), GOLDEN);
    }
    const GOLDEN: u64 = 14404853148054534165;
}
