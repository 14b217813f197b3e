//! Numbers of any width packed without gaps: least significant bit first, bytes in ascending order.
//!
//! Knows nothing of what the numbers are, nor where they begin.

/// Packs numbers into bytes.
#[derive(Debug, Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    /// The last bits, fewer than 64.
    word: u64,
    held: u32,
}

impl BitWriter {
    /// A writer with room for `bytes` bytes.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), word: 0, held: 0 }
    }

    /// Appends the lowest `width` bits of `value`; at most 64.
    #[inline]
    pub(crate) fn push(&mut self, value: u64, width: u32) {
        let width = width.min(64);
        let value = value & mask(width);
        self.word |= value << self.held;
        let held = self.held + width;
        if held < 64 {
            self.held = held;
            return;
        }
        self.bytes.extend_from_slice(&self.word.to_le_bytes());
        self.word = value.checked_shr(64 - self.held).unwrap_or(0);
        self.held = held - 64;
    }

    /// Bytes that are complete and not yet taken; up to 63 bits more are held back.
    pub(crate) fn complete(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets the complete bytes: the caller has taken them.
    pub(crate) fn clear_complete(&mut self) {
        self.bytes.clear();
    }

    /// The bytes not yet taken, the last one filled up with zero bits.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let rest = self.word.to_le_bytes();
        self.bytes.extend(rest.iter().take(self.held.div_ceil(8) as usize));
        self.bytes
    }
}

/// The `width` bits, at most 64, that begin at bit `bit` of `bytes`. What lies beyond the end reads as zero.
#[inline]
pub(crate) fn read_bits(bytes: &[u8], bit: u64, width: u32) -> u64 {
    let width = width.min(64);
    let shift = (bit % 8) as u32;
    let tail = usize::try_from(bit / 8).ok().and_then(|start| bytes.get(start..)).unwrap_or_default();
    let mut value = word(tail) >> shift;
    if shift + width > 64 {
        // Then the shift is not 0.
        value |= u64::from(tail.get(8).copied().unwrap_or(0)) << (64 - shift);
    }
    value & mask(width)
}

/// The first eight bytes as a number; missing ones are zero.
#[inline]
pub(crate) fn word(bytes: &[u8]) -> u64 {
    match bytes.first_chunk() {
        Some(&whole) => u64::from_le_bytes(whole),
        None => bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}

/// A number with the lowest `width` bits set.
#[inline]
pub(crate) fn mask(width: u32) -> u64 {
    u64::MAX.checked_shr(64 - width.min(64)).unwrap_or(0)
}

/// How many bits it takes to write `value`: none for 0.
pub(crate) fn width(value: u64) -> u32 {
    64 - value.leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(bits: &[bool], bit: u64, width: u32) -> u64 {
        let at = |i: u32| bits.get(bit as usize + i as usize).copied().unwrap_or(false);
        (0..width).map(|i| u64::from(at(i)) << i).sum()
    }

    proptest! {
        #[test]
        fn what_was_packed_is_read_back(
            values in prop::collection::vec((any::<u64>(), 0..=64u32), 0..60),
            taken in prop::collection::vec(any::<bool>(), 60),
            places in prop::collection::vec((0..4000u64, 0..=64u32), 20),
        ) {
            let mut writer = BitWriter::default();
            let (mut bytes, mut bits) = (Vec::new(), Vec::new());
            for (&(value, width), &take) in values.iter().zip(&taken) {
                writer.push(value, width);
                bits.extend((0..width).map(|i| value >> i & 1 == 1));
                if take {
                    bytes.extend_from_slice(writer.complete());
                    writer.clear_complete();
                }
            }
            bytes.extend(writer.finish());
            prop_assert_eq!(bytes.len(), bits.len().div_ceil(8));
            let mut at = 0;
            for (value, width) in values {
                prop_assert_eq!(read_bits(&bytes, at, width), value & mask(width));
                at += u64::from(width);
            }
            for (bit, width) in places {
                prop_assert_eq!(read_bits(&bytes, bit, width), naive(&bits, bit, width));
            }
        }
    }

    #[test]
    fn the_first_bit_is_the_lowest_of_the_first_byte() {
        let mut writer = BitWriter::default();
        writer.push(1, 1);
        writer.push(0b101, 3);
        writer.push(0xabc, 12);
        assert_eq!(writer.finish(), [0b1100_1011, 0xab]);
    }

    #[test]
    fn beyond_the_end_there_are_zeros() {
        assert_eq!(read_bits(&[0xff], 4, 64), 0xf);
        assert_eq!(read_bits(&[0xff], 8, 64), 0);
        assert_eq!(read_bits(&[], u64::MAX, 64), 0);
    }

    #[test]
    fn widths_are_those_of_the_number() {
        assert_eq!([0, 1, 2, 255, 256, u64::MAX].map(width), [0, 1, 2, 8, 9, 64]);
    }
}
