//! Single articles → rows; and the articles' numbers, once all are known.

use super::code::{damaged, decode, encode, put_all, take_all};
use super::rows::{Group, Rows, Stream};
use super::{Walk, facts, part};
use crate::detect::another_id;
use crate::document::{Document, Time};
use crate::error::{ErrorKind, Result};
use crate::index::FingerprintRow;
use crate::lsh::Banding;
use crate::minhash::ShortSignature;
use crate::outlet::Outlets;
use crate::prepare::Preparer;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use xxhash_rust::xxh3::xxh3_64;
use zerocopy::byteorder::{LE, U32, U64};

/// What a handle stands for: an article, its fingerprints, its signatures, its number.
const ARTICLE: i64 = 0;
const PRINTS: i64 = 1;
const SIGNATURES: i64 = 2;
const RANKED: i64 = 3;

/// Tells an article that nothing is known of yet but itself.
pub fn spread(preparer: &mut Preparer, document: &Document, out: &mut Rows) -> Result<()> {
    if document.text.len() >= u32::MAX as usize {
        return Err(ErrorKind::Limit(format!("{}: a text of 4 GiB or more", document.id)).into());
    }
    let prepared = preparer.prepare(document);
    let article = part::write(document, &prepared, &[])?;
    let handle = xxh3_64(&article) as i64;
    let name = Name {
        id: document.id.clone(),
        text: prepared.text_hash,
        time: document.metadata.time.as_ref().map(Time::start),
        handle,
    };
    out.tell(Stream::Name, [xxh3_64(stem(&document.id).as_bytes()) as i64, handle, 0, 0], encode(&name)?);
    out.tell(Stream::Unplaced, [handle, ARTICLE, 0, 0], article);
    let mut prints = Vec::new();
    put_all(&prepared.fingerprints.iter().map(|f| U64::<LE>::new(f.hash)).collect::<Vec<_>>(), &mut prints);
    put_all(&prepared.fingerprints.iter().map(|f| U32::<LE>::new(f.position)).collect::<Vec<_>>(), &mut prints);
    out.tell(Stream::Unplaced, [handle, PRINTS, 0, 0], prints);
    out.tell(Stream::Unplaced, [handle, SIGNATURES, 0, 0], write_signatures(&prepared));
    Ok(())
}

/// Signatures of an article's units: their numbers, 0 for the article itself, else the paragraph from 1; then their lanes.
fn write_signatures(prepared: &crate::index::Prepared) -> Vec<u8> {
    let units = prepared.signature.iter().map(|_| 0).chain(prepared.paragraph_signatures.iter().map(|p| p.0 + 1));
    let lanes = prepared.signature.iter().chain(prepared.paragraph_signatures.iter().map(|p| &p.1));
    let mut out = Vec::new();
    put_all(&units.map(U32::<LE>::new).collect::<Vec<_>>(), &mut out);
    put_all(&lanes.copied().collect::<Vec<ShortSignature>>(), &mut out);
    out
}

/// Reads the signatures of an article's units back, in the order of their numbers.
pub(super) fn read_signatures(mut bytes: &[u8]) -> Result<impl Iterator<Item = (u32, &ShortSignature)>> {
    let units: &[U32<LE>] = take_all(&mut bytes)?;
    let lanes: &[ShortSignature] = take_all(&mut bytes)?;
    Ok(units.iter().map(|unit| unit.get()).zip(lanes))
}

/// What tells articles of one id apart.
#[derive(Serialize, Deserialize)]
struct Name {
    id: String,
    text: u128,
    time: Option<i64>,
    handle: i64,
}

/// An id without the numbers that are given to tell articles apart: ids of one stem may be in one another's way.
fn stem(mut id: &str) -> &str {
    while let Some((stem, number)) = id.rsplit_once('#') {
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            break;
        }
        id = stem;
    }
    id
}

/// Keeps articles of one id and text once, and gives others of one id ids of their own, in the order of their texts'
/// hashes: as [`crate::Detector`] does.
pub(super) fn tell_apart(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let mut names: Vec<Name> = group.iter().map(|row| decode(row.data)).collect::<Result<_>>()?;
    names.sort_by(|x, y| (&x.id, x.text, x.handle).cmp(&(&y.id, y.text, y.handle)));
    names.dedup_by(|next, kept| (&next.id, next.text) == (&kept.id, kept.text));
    let mut taken: BTreeSet<String> = names.iter().map(|name| name.id.clone()).collect();
    for of_id in names.chunk_by(|x, y| x.id == y.id) {
        let mut number = 2;
        for (at, name) in of_id.iter().enumerate() {
            let id = if at == 0 { name.id.clone() } else { another_id(&name.id, &mut number, &mut taken) };
            let key = [i64::from(name.time.is_none()), name.time.unwrap_or(0), name.handle, i64::from(at > 0)];
            out.tell(Stream::Order, key, id.into_bytes());
        }
    }
    Ok(())
}

/// Gives an article the number that it has in the order of all, and tells it and what it is compared by.
pub(super) fn place(walk: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let find = |kind: i64| group.iter().find(|row| row.key[1] == kind);
    let Some(ranked) = find(RANKED) else { return Ok(()) }; // the same article came before
    let (Some(article), Some(prints), Some(signatures)) = (find(ARTICLE), find(PRINTS), find(SIGNATURES)) else {
        return Err(damaged("a number without an article"));
    };
    let n = ranked.key[2];
    let part::Article { mut document, prepared, .. } = part::read(article.data)?;
    document.id = String::from_utf8(ranked.data.to_vec()).map_err(|_| damaged("an id that is no text"))?;
    let outlet = outlet(&walk.settings.outlets, &document.metadata.source);
    let mut prints = prints.data;
    let hashes: &[U64<LE>] = take_all(&mut prints)?;
    let positions: &[U32<LE>] = take_all(&mut prints)?;
    for (hash, position) in hashes.iter().zip(positions) {
        let hash = FingerprintRow::kept(hash.get()) as i64;
        out.tell(Stream::Posting, [hash, n, position.get().into(), outlet], Vec::new());
    }
    if walk.settings.candidates.lsh() {
        for (unit, signature) in read_signatures(signatures.data)? {
            for key in buckets(unit, signature) {
                out.tell(Stream::Bucket, [key, n, unit.into(), outlet], Vec::new());
            }
        }
        out.tell(Stream::Signed, [n, 0, 0, 0], signatures.data.to_vec());
    }
    let credits = facts::tell(walk, n, &document, &prepared, outlet, out)?;
    out.tell(Stream::Article, [n, 0, ranked.key[3], 0], part::write(&document, &prepared, &credits)?);
    Ok(())
}

/// The buckets of a unit: number of the band among all, and of the bucket.
fn buckets(unit: u32, signature: &ShortSignature) -> Vec<i64> {
    const ARTICLE: [Banding; 2] = [Banding::ARTICLE_WIDE, Banding::ARTICLE_NARROW];
    const PARAGRAPH: [Banding; 1] = [Banding::PARAGRAPH];
    let (cuts, mut first) = if unit == 0 { (&ARTICLE[..], 0) } else { (&PARAGRAPH[..], 1000) };
    let mut out = Vec::new();
    for cut in cuts {
        out.extend((0..cut.bands()).map(|band| (first + band as i64) << 32 | i64::from(cut.bucket(signature, band))));
        first += cut.bands() as i64;
    }
    out
}

/// What outlets of one owner have in common, 0 for none.
pub(super) fn outlet(outlets: &Outlets, source: &str) -> i64 {
    let owner = outlets.owner(source);
    if owner.is_empty() { 0 } else { xxh3_64(owner.as_bytes()).max(1) as i64 }
}
