//! XXH3-64 of inputs that are at hand as numbers: the values of the specification (Collet, "XXH3"), without going through
//! memory.

/// The first 64 bytes of the secret, as eight numbers.
pub(crate) const SECRET: [u64; 8] = [
    0xbe4b_a423_396c_feb8,
    0x1cad_21f7_2c81_017c,
    0xdb97_9083_e96d_d4de,
    0x1f67_b3b7_a4a4_4072,
    0x78e5_c0cc_4ee6_79cb,
    0x2172_ffcc_7dd0_5a82,
    0x8e24_43f7_7446_08b8,
    0x4c26_3a81_e690_35e0,
];

/// Hash of the first `len` bytes of `bytes`, which stand in it as in memory: at least 1, at most 16.
#[inline]
pub(super) fn hash_word(bytes: u128, len: usize) -> u64 {
    let length = len as u64;
    let from = |at: usize| bytes >> (8 * at);
    if len > 8 {
        let low = bytes as u64 ^ SECRET[3] ^ SECRET[4];
        let high = from(len - 8) as u64 ^ SECRET[5] ^ SECRET[6];
        let sum = length.wrapping_add(low.swap_bytes()).wrapping_add(high);
        return avalanche(sum.wrapping_add(folded_product(low, high)));
    }
    // Both that are left are taken, as it cannot be foretold which: words are as often short as long.
    let low = bytes as u64;
    let short = {
        let (middle, last) = (low >> (8 * (len / 2)), low >> (8 * (len - 1)));
        let joined = (low & 0xFF) << 16 | (middle & 0xFF) << 24 | last & 0xFF | length << 8;
        let mut hash = joined ^ (SECRET[0] ^ SECRET[0] >> 32) & 0xFFFF_FFFF;
        hash = (hash ^ hash >> 33).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        hash = (hash ^ hash >> 29).wrapping_mul(0x1656_67B1_9E37_79F9);
        hash ^ hash >> 32
    };
    let long = {
        let end = (low >> (8 * (len.max(4) - 4))) & 0xFFFF_FFFF;
        let mut hash = end.wrapping_add(low << 32) ^ SECRET[1] ^ SECRET[2];
        hash = (hash ^ hash.rotate_left(49) ^ hash.rotate_left(24)).wrapping_mul(0x9FB2_1C65_1E98_DF25);
        hash = (hash ^ (hash >> 35).wrapping_add(length)).wrapping_mul(0x9FB2_1C65_1E98_DF25);
        hash ^ hash >> 28
    };
    std::hint::select_unpredictable(len < 4, short, long)
}

/// Both halves of a product, folded.
pub(crate) fn folded_product(x: u64, y: u64) -> u64 {
    let product = u128::from(x) * u128::from(y);
    product as u64 ^ (product >> 64) as u64
}

pub(crate) fn avalanche(mut hash: u64) -> u64 {
    hash = (hash ^ hash >> 37).wrapping_mul(0x1656_6791_9E37_79F9);
    hash ^ hash >> 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use xxhash_rust::xxh3::xxh3_64;

    proptest! {
        #[test]
        fn the_hash_of_a_word_is_that_of_xxh3(bytes: [u8; 16]) {
            for len in 1..=16 {
                prop_assert_eq!(hash_word(u128::from_le_bytes(bytes), len), xxh3_64(&bytes[..len]));
            }
        }
    }
}
