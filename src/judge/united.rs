//! What hangs together, by pairs.

/// For each of `len` things the first of those that it hangs together with, through whatever others.
pub(super) fn united(len: usize, pairs: impl IntoIterator<Item = (usize, usize)>) -> Vec<usize> {
    let mut first: Vec<usize> = (0..len).collect();
    fn root(first: &mut [usize], mut at: usize) -> usize {
        while first[at] != at {
            first[at] = first[first[at]];
            at = first[at];
        }
        at
    }
    for (x, y) in pairs {
        let (x, y) = (root(&mut first, x), root(&mut first, y));
        first[x.max(y)] = x.min(y);
    }
    (0..len).map(|at| root(&mut first, at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_stands_for_all_that_hang_together() {
        assert_eq!(united(7, [(5, 3), (6, 2), (3, 6)]), [0, 1, 2, 2, 4, 2, 2]);
        assert_eq!(united(2, [(1, 1)]), [0, 1]);
        assert!(united(0, []).is_empty());
    }
}
