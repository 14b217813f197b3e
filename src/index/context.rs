//! The runs of eight words around a shingle: what tells places of a frequent fingerprint apart.

use super::{ShortToken, is_dense};
use crate::shingle::{GUARANTEE, ShingleSize};
use xxhash_rust::xxh3::xxh3_64_with_seed;
use zerocopy::IntoBytes;

/// The runs of eight words (sixteen graphemes) that hold the shingle at `position`, hashed, each with where in it the
/// shingle stands. The shortest run that is promised: two articles share such a run through a fingerprint if and only
/// if they share a context of it.
pub(crate) fn contexts(tokens: &[ShortToken], position: u32) -> impl Iterator<Item = u64> {
    let at = position as usize;
    let dense = tokens.get(at).is_some_and(is_dense);
    let (size, context) = if dense {
        (ShingleSize::ARTICLE.graphemes, GUARANTEE as usize)
    } else {
        (ShingleSize::ARTICLE.words, GUARANTEE as usize / 2)
    };
    (0..=context - size).filter_map(move |before| {
        let run = at.checked_sub(before).and_then(|from| tokens.get(from..from + context))?;
        Some(xxh3_64_with_seed(run.as_bytes(), before as u64))
    })
}
