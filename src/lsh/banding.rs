//! Cutting signatures into bands: which bucket a unit falls into.

use crate::minhash::{LANES, ShortSignature};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};
use zerocopy::IntoBytes as _;

/// Key of a bucket within its band: the band's lanes themselves where they fit, else their XXH3-64.
pub type BandKey = u64;

/// A way to cut a signature into `bands` of `rows` lanes. Two units of resemblance J share at least one bucket
/// with probability 1 − (1 − J^rows)^bands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Banding {
    bands: usize,
    rows: usize,
    /// Distance of a band's lanes from one another. Bands of different cuts then do not contain one another.
    stride: usize,
}

impl Banding {
    /// Articles, edited ones included: threshold near 0.42.
    pub const ARTICLE_WIDE: Self = Self { bands: 32, rows: 4, stride: 1 };
    /// Articles, nearly the same: threshold near 0.71.
    pub const ARTICLE_NARROW: Self = Self { bands: 16, rows: 8, stride: 16 };
    /// Paragraphs: threshold near 0.29.
    pub const PARAGRAPH: Self = Self { bands: 42, rows: 3, stride: 1 };

    /// Number of bands.
    pub fn bands(self) -> usize {
        self.bands
    }

    /// Lanes in a band.
    pub fn rows(self) -> usize {
        self.rows
    }

    /// Probability that two units of resemblance `j` share a bucket.
    pub fn probability(self, j: f64) -> f64 {
        1.0 - (1.0 - j.powi(self.rows as i32)).powi(self.bands as i32)
    }

    /// Key of the bucket of `signature` in `band`.
    pub fn key(self, signature: &ShortSignature, band: usize) -> BandKey {
        debug_assert!(band < self.bands && self.bands * self.rows <= LANES);
        match self {
            Self { rows: 3, stride: 1, .. } => side_by_side::<3>(signature, band),
            Self { rows: 4, stride: 1, .. } => side_by_side::<4>(signature, band),
            _ => {
                let mut bytes = [0u8; 2 * LANES];
                for row in 0..self.rows {
                    bytes[2 * row..2 * row + 2].copy_from_slice(&signature[band + row * self.stride].to_bytes());
                }
                xxh3_64(&bytes[..2 * self.rows])
            }
        }
    }
}

/// Up to four lanes of a band that lie side by side, as one number, the first lane highest.
#[inline]
fn side_by_side<const ROWS: usize>(signature: &ShortSignature, band: usize) -> BandKey {
    let bytes = signature.as_bytes();
    let end = 2 * ROWS * (band + 1);
    // Four lanes are read at once: with those before, or of the first band with one after.
    let start = end.saturating_sub(8);
    let read = u64::from_le_bytes(std::array::from_fn(|at| bytes[start + at]));
    // The last lane read is highest: turned round.
    let halves = read.rotate_left(32);
    let turned = (halves & 0x0000_FFFF_0000_FFFF) << 16 | halves >> 16 & 0x0000_FFFF_0000_FFFF;
    turned >> (8 * (start + 8 - end)) & (u64::MAX >> (64 - 16 * ROWS))
}

impl Banding {
    /// Key of the bucket of `signature` in `band`, spread evenly over all 64 bits and unlike that of any other band.
    pub fn spread_key(self, signature: &ShortSignature, band: usize) -> u64 {
        xxh3_64_with_seed(&self.key(signature, band).to_le_bytes(), band as u64)
    }

    /// Number of the bucket of `signature` in `band`: 32 bits of its key, spread evenly. The few units that meet by
    /// collision fail the estimate like any others that meet by chance.
    pub fn bucket(self, signature: &ShortSignature, band: usize) -> u32 {
        let mut number = [0];
        self.buckets(std::slice::from_ref(signature), band, &mut number);
        number[0]
    }

    /// Fills `out` with the buckets of `signatures` in `band`.
    pub fn buckets(self, signatures: &[ShortSignature], band: usize, out: &mut [u32]) {
        let each = signatures.iter().zip(out);
        match self {
            // Asked once, and not for each.
            Self { rows: 3, stride: 1, .. } => each.for_each(|(s, out)| *out = spread(side_by_side::<3>(s, band))),
            Self { rows: 4, stride: 1, .. } => each.for_each(|(s, out)| *out = spread(side_by_side::<4>(s, band))),
            _ => each.for_each(|(s, out)| *out = spread(self.key(s, band))),
        }
    }
}

#[inline]
fn spread(key: BandKey) -> u32 {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::minhash::Signature;
    use zerocopy::byteorder::U16;

    #[test]
    fn bands_of_all_cuts_lie_inside_the_signature() {
        for cut in [Banding::ARTICLE_WIDE, Banding::ARTICLE_NARROW, Banding::PARAGRAPH] {
            let zero = [U16::new(0); LANES];
            let mut signature = zero;
            for lane in 0..LANES {
                signature[lane] = U16::new(1);
                let touched = (0..cut.bands()).filter(|&b| cut.key(&signature, b) != cut.key(&zero, b)).count();
                assert_eq!(touched, usize::from(lane < cut.bands() * cut.rows()), "{cut:?} lane {lane}");
                signature[lane] = U16::new(0);
            }
        }
    }

    #[test]
    fn thresholds_are_where_the_formula_puts_them() {
        let p = |c: Banding, j| (c.probability(j) * 1000.0).round() / 1000.0;
        assert_eq!(p(Banding::ARTICLE_WIDE, 0.5), 0.873);
        assert_eq!(p(Banding::ARTICLE_NARROW, 0.8), 0.947);
        assert_eq!(p(Banding::PARAGRAPH, 0.33), 0.785);
    }

    #[test]
    fn units_meet_as_often_as_the_formula_says() {
        for (cut, j) in [(Banding::ARTICLE_WIDE, 0.5), (Banding::PARAGRAPH, 0.33), (Banding::ARTICLE_NARROW, 0.7)] {
            let (n, trials) = (200u64, 1000u64);
            let common = (2.0 * n as f64 * j / (1.0 + j)).round() as u64;
            let true_j = common as f64 / (2 * n - common) as f64;
            let mut met = 0;
            for t in 0..trials {
                let element = |i: u64| (t * 100_003 + i).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                let a = Signature::of(&(0..n).map(element).collect::<Vec<_>>()).short();
                let b = Signature::of(&(n - common..2 * n - common).map(element).collect::<Vec<_>>()).short();
                met += u64::from((0..cut.bands()).any(|band| cut.key(&a, band) == cut.key(&b, band)));
            }
            let p = cut.probability(true_j);
            let sigma = (p * (1.0 - p) / trials as f64).sqrt();
            let rate = met as f64 / trials as f64;
            assert!((rate - p).abs() < 3.0 * sigma + 0.01, "{cut:?}: {rate} against {p}");
        }
    }

    #[test]
    fn a_key_is_the_lanes_one_after_the_other() {
        let signature: ShortSignature = std::array::from_fn(|lane| U16::new((lane as u16).wrapping_mul(0x9E37)));
        for cut in [Banding::ARTICLE_WIDE, Banding::PARAGRAPH] {
            for (band, lanes) in signature.chunks(cut.rows()).take(cut.bands()).enumerate() {
                let key = lanes.iter().fold(0, |key, lane| key << 16 | u64::from(lane.get()));
                assert_eq!(cut.key(&signature, band), key, "{cut:?} {band}");
                assert_eq!(cut.bucket(&signature, band), spread(key), "{cut:?} {band}");
            }
        }
    }

    #[test]
    fn a_bucket_is_that_of_the_lanes_of_its_band_and_of_no_other() {
        let zero = [U16::new(0); LANES];
        for cut in [Banding::ARTICLE_WIDE, Banding::ARTICLE_NARROW, Banding::PARAGRAPH] {
            for lane in 0..LANES {
                let mut signature = zero;
                signature[lane] = U16::new(0x8101);
                for band in 0..cut.bands() {
                    let same = cut.key(&signature, band) == cut.key(&zero, band);
                    assert_eq!(cut.bucket(&signature, band) == cut.bucket(&zero, band), same, "{cut:?} {lane} {band}");
                }
            }
        }
    }

    #[test]
    fn equal_signatures_share_every_bucket_and_others_hardly_any() {
        let s = Signature::of(&[1, 2, 3]).short();
        let t = Signature::of(&[7, 8, 9]).short();
        let met =
            |x, y| (0..42).filter(|&b| Banding::PARAGRAPH.bucket(x, b) == Banding::PARAGRAPH.bucket(y, b)).count();
        assert_eq!((met(&s, &s.clone()), met(&s, &t)), (42, 0));
    }
}
