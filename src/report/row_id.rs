//! Identities of rows: short hexadecimal numbers, compared as they are written.

use std::fmt;

/// Identity of a row: 16 hexadecimal digits, or 32 where two rows share the shorter. In the order of what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId {
    first: u64,
    rest: Option<u64>,
}

impl From<u64> for RowId {
    fn from(short: u64) -> Self {
        Self { first: short, rest: None }
    }
}

impl From<u128> for RowId {
    fn from(long: u128) -> Self {
        Self { first: (long >> 64) as u64, rest: Some(long as u64) }
    }
}

impl RowId {
    /// Appends its digits.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        for part in [Some(self.first), self.rest].into_iter().flatten() {
            out.extend((0..16).rev().map(|digit| b"0123456789abcdef"[(part >> (4 * digit)) as usize & 15]));
        }
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.first)?;
        self.rest.map_or(Ok(()), |rest| write!(f, "{rest:016x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn zeros_in_front_are_written() {
        assert_eq!(RowId::from(10u64).to_string(), "000000000000000a");
        assert_eq!(RowId::from(10u128).to_string(), format!("{:032x}", 10));
    }

    proptest! {
        #[test]
        fn ids_are_in_the_order_of_their_digits(numbers in prop::collection::vec((0u64..4, any::<bool>(), any::<u64>()), 2)) {
            let ids: Vec<RowId> = numbers
                .iter()
                .map(|&(first, long, rest)| {
                    let first = first << 60;
                    if long { (u128::from(first) << 64 | u128::from(rest)).into() } else { first.into() }
                })
                .collect();
            prop_assert_eq!(ids[0].cmp(&ids[1]), ids[0].to_string().cmp(&ids[1].to_string()));
            let mut written = Vec::new();
            ids[0].write(&mut written);
            prop_assert_eq!(String::from_utf8(written).unwrap(), ids[0].to_string());
        }
    }
}
