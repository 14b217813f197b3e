//! What the targets share: numbers taken off the front of an input, edits, small indexes, files read whole.

pub mod articles;
pub mod reading;
pub mod segment;

/// An input, taken off from the front. Beyond its end there are zeros.
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or_default()
    }

    pub fn short(&mut self) -> u16 {
        u16::from(self.byte()) | u16::from(self.byte()) << 8
    }

    pub fn word(&mut self) -> u32 {
        u32::from(self.short()) | u32::from(self.short()) << 16
    }

    /// The next `len` bytes, or what is left.
    pub fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// A number at which things break, or any.
    pub fn number(&mut self) -> u64 {
        match self.byte() {
            0 => 0,
            1 => 1,
            2 => u64::MAX,
            3 => u64::from(u32::MAX),
            4 => 1 << 31,
            5 => 1 << 63,
            6 => u64::from(u32::MAX) + 1,
            7..40 => u64::from(self.byte()),
            40..80 => u64::from(self.short()),
            80..100 => 1 << (self.byte() % 64),
            100..120 => u64::MAX - u64::from(self.byte()),
            _ => u64::from(self.word()) << 32 | u64::from(self.word()),
        }
    }
}

/// Changes `bytes` in one place, as the input says.
pub fn edit(bytes: &mut Vec<u8>, input: &mut Input<'_>) {
    let op = input.byte();
    let at = usize::from(input.short()) % (bytes.len() + 1);
    let put = |bytes: &mut Vec<u8>, at: usize, new: &[u8]| {
        bytes.iter_mut().skip(at).zip(new).for_each(|(old, new)| *old = *new);
    };
    match op % 8 {
        0 => put(bytes, at, input.take(usize::from(op / 8) + 1)),
        1 => put(bytes, at & !3, &(input.number() as u32).to_le_bytes()),
        2 => put(bytes, at & !7, &input.number().to_le_bytes()),
        3 => bytes.truncate(at),
        4 => drop(bytes.splice(at..at, input.take(usize::from(op / 8) + 1).iter().copied())),
        5 => drop(bytes.drain(at..(at + usize::from(input.byte())).min(bytes.len()))),
        6 => {
            let (len, fill) = (usize::from(input.short()), input.byte());
            bytes.resize(bytes.len() + len, fill);
        }
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << (op / 8 % 8);
            }
        }
    }
}
