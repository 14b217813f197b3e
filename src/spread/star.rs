//! Frequent fingerprints → seeds by the runs of eight words around them.

use super::Walk;
use super::part::{self, number};
use super::prints::seed;
use super::rows::{Group, Rows, Stream};
use crate::candidate::{Linking, Member, context_links};
use crate::document::DocumentIndex;
use crate::error::Result;
use crate::index::contexts;
use ahash::AHashMap;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// What stands around the frequent fingerprints of an article.
pub(super) fn surround(walk: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let (articles, frequent) = group.split_at(group.partition_point(|row| row.key[1] == 0));
    let (Some(article), false) = (articles.first(), frequent.is_empty()) else { return Ok(()) };
    let part::Article { document, prepared, .. } = part::read(article.data)?;
    let outlet = super::prepare::outlet(&walk.settings.outlets, &document.metadata.source);
    for row in frequent {
        let [n, _, hash, position] = row.key;
        for context in contexts(&prepared.tokens, number(position)?) {
            let key = xxh3_64_with_seed(&hash.to_le_bytes(), context) as i64;
            out.tell(Stream::Context, [key, n, position, outlet], row.data.to_vec());
        }
    }
    Ok(())
}

/// The seeds of the places of one run of eight words.
pub(super) fn star(walk: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let outlets: AHashMap<u32, i64> =
        group.iter().map(|row| Ok((number(row.key[1])?, row.key[3]))).collect::<Result<_>>()?;
    let same_outlet = |x: DocumentIndex, y: DocumentIndex| outlets[&x.0] != 0 && outlets[&x.0] == outlets[&y.0];
    let place = |key: &super::Key| Ok((DocumentIndex(number(key[1])?), number(key[2])?));
    let places: Vec<Member> = group.iter().map(|row| place(&row.key)).collect::<Result<_>>()?;
    let is_star = group[0].data == [1];
    let linking = if is_star { Linking::Star } else { Linking::Thin };
    for (a, b) in context_links(linking, &same_outlet, &places) {
        seed(walk, (a.0.0, a.1), (b.0.0, b.1), is_star, out)?;
    }
    Ok(())
}
