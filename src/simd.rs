//! What processors do to many numbers at once: functions compiled for instructions that not all have. Each has a plain
//! twin.

#![allow(unsafe_code, reason = "calls of such functions where the processor is known to have the instructions")]

/// Work of loops that compilers turn into wide instructions. Its method is to be `#[inline(always)]`: only then is it
/// compiled anew for each kind of processor.
pub(crate) trait Loops {
    type Output;

    fn run(self) -> Self::Output;
}

/// Does work with the widest instructions of this processor.
#[inline]
pub(crate) fn widest<L: Loops>(loops: L) -> L::Output {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
        {
            // SAFETY: asked right above.
            return unsafe { with_avx512(loops) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: asked right above.
            return unsafe { with_avx2(loops) };
        }
    }
    loops.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl")]
fn with_avx512<L: Loops>(loops: L) -> L::Output {
    loops.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2<L: Loops>(loops: L) -> L::Output {
    loops.run()
}

/// Sixteen bytes, as a number, with their ASCII capitals in lower case, and how many letters and digits stand before
/// anything else.
#[inline]
pub(crate) fn lower_word(bytes: &[u8; 16]) -> (u128, usize) {
    #[cfg(target_arch = "x86_64")]
    {
        // SAFETY: every x86-64 has SSE2.
        unsafe { lower_word_sse2(bytes) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    plain_lower_word(bytes)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
#[inline]
fn lower_word_sse2(bytes: &[u8; 16]) -> (u128, usize) {
    use std::arch::x86_64::*;
    let number = u128::from_le_bytes(*bytes);
    let bytes = _mm_set_epi64x((number >> 64) as i64, number as i64);
    // Comparisons are of signed bytes: the first of a range is moved to the least of these.
    let among = |bytes, first: u8, count: u8| {
        _mm_cmplt_epi8(_mm_add_epi8(bytes, _mm_set1_epi8((0x80 - first) as i8)), _mm_set1_epi8((0x80 + count) as i8))
    };
    let case = _mm_set1_epi8(0x20);
    let letter = among(_mm_or_si128(bytes, case), b'a', 26);
    let digit = among(bytes, b'0', 10);
    let other = !_mm_movemask_epi8(_mm_or_si128(letter, digit));
    let lower = _mm_or_si128(bytes, _mm_and_si128(letter, case));
    let [low, high] = [lower, _mm_unpackhi_epi64(lower, lower)].map(|half| _mm_cvtsi128_si64(half) as u64);
    (u128::from(high) << 64 | u128::from(low), other.trailing_zeros() as usize)
}

/// As [`lower_word`]: works on all bytes of a number at once. For bytes below 0x80, `(byte | 0x80) - x` keeps its highest
/// bit where byte >= x.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn plain_lower_word(bytes: &[u8; 16]) -> (u128, usize) {
    let each = |byte: u8| u128::from_ne_bytes([byte; 16]);
    let number = u128::from_le_bytes(*bytes);
    let at_least = |number: u128, byte: u8| (number | each(0x80)) - each(byte);
    let lower = number | each(0x20);
    let letter = at_least(lower, b'a') & !at_least(lower, b'z' + 1);
    let digit = at_least(number, b'0') & !at_least(number, b'9' + 1);
    let ascii = !number & each(0x80);
    let other = !((letter | digit) & ascii) & each(0x80);
    (number | (letter & ascii) >> 2, (other.trailing_zeros() / 8) as usize)
}

/// What the work gives with each kind of instructions that this processor has.
#[cfg(test)]
pub(crate) fn each_way<L: Loops + Copy>(loops: L) -> Vec<L::Output> {
    let mut out = vec![loops.run(), widest(loops)];
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: asked right above.
        out.push(unsafe { with_avx2(loops) });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_are_lowered_and_measured(bytes in prop::array::uniform16(prop::sample::select(&b"azAZ09@[`{/: \xC3\xFF"[..]))) {
            let len = bytes.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(16);
            let lower = u128::from_le_bytes(bytes.map(|byte| byte.to_ascii_lowercase()));
            prop_assert_eq!(lower_word(&bytes), (lower, len));
            prop_assert_eq!(plain_lower_word(&bytes), (lower, len));
        }
    }
}
