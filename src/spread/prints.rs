//! The places of a fingerprint → seeds, pair by pair; those of a frequent one are asked what stands around them.

use super::Walk;
use super::code::encode;
use super::part::number;
use super::rows::{Group, Rows, Stream};
use crate::candidate::Linking;
use crate::document::DocumentIndex;
use crate::error::Result;
use crate::judge::{Place, may_be_furniture};
use ahash::AHashMap;

/// The seeds of one fingerprint.
pub(super) fn share(walk: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    if group.len() < 2 {
        return Ok(());
    }
    let articles = group.chunk_by(|x, y| x.key[1] == y.key[1]).count();
    let mut each: AHashMap<(i64, u32), usize> = AHashMap::new();
    for of_article in group.chunk_by(|x, y| x.key[1] == y.key[1]) {
        let [_, n, _, outlet] = of_article[0].key;
        *each.entry(Place::outlet(outlet, DocumentIndex(number(n)?))).or_default() += 1;
    }
    if may_be_furniture(each.values().copied()) {
        for row in group {
            out.tell(Stream::Place, [row.key[1], 2, row.key[0], row.key[2]], Vec::new());
        }
    }
    if !walk.settings.candidates.fingerprints() {
        return Ok(());
    }
    let linking = Linking::of(articles, group.len());
    if linking != Linking::Pairs {
        for row in group {
            let [hash, n, position, _] = row.key;
            out.tell(Stream::Frequent, [n, 1, hash, position], vec![u8::from(linking == Linking::Star)]);
        }
        return Ok(());
    }
    for (at, later) in group.iter().enumerate() {
        for earlier in &group[..at] {
            let (a, b) = (number(earlier.key[1])?, number(later.key[1])?);
            seed(walk, (a, number(earlier.key[2])?), (b, number(later.key[2])?), false, out)?;
        }
    }
    Ok(())
}

/// Tells that a place in an article and one in a later article, or the same one, share a fingerprint.
pub(super) fn seed(walk: &Walk, a: (u32, u32), b: (u32, u32), star: bool, out: &mut Rows) -> Result<()> {
    let deal = walk.deal(a.0, b.0);
    out.tell(Stream::Seed, [deal, 2, b.0.into(), a.0.into()], encode(&(a.1, b.1, star))?);
    [a.0, b.0].into_iter().for_each(|n| out.tell_once(Stream::Wanted, [n.into(), 1, deal, 0]));
    Ok(())
}
