//! Resemblance: exact, and how far an estimate may be off.

use super::{LANES, ShortSignature};

/// Exact Jaccard resemblance of two sets given as sorted, deduplicated slices; 0 where both are empty.
pub fn exact_resemblance(a: &[u64], b: &[u64]) -> f64 {
    let (mut i, mut j, mut common) = (0, 0, 0usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    let union = a.len() + b.len() - common;
    if union == 0 { 0.0 } else { common as f64 / union as f64 }
}

/// Estimated resemblance of two stored signatures.
pub fn short_estimate(a: &ShortSignature, b: &ShortSignature) -> f64 {
    let equal = a.iter().zip(b).filter(|(x, y)| x == y).count();
    equal as f64 / LANES as f64
}

/// Standard error of an estimate by 128 lanes where the true resemblance is `j`: √(j(1−j)/128).
pub fn standard_error(j: f64) -> f64 {
    (j * (1.0 - j) / LANES as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resemblance_is_the_share_of_the_union() {
        assert_eq!(exact_resemblance(&[1, 2, 3], &[2, 3, 4]), 0.5);
        assert_eq!(exact_resemblance(&[], &[1]), 0.0);
        assert_eq!(exact_resemblance(&[], &[]), 0.0);
        assert_eq!(exact_resemblance(&[5], &[5]), 1.0);
    }
}
