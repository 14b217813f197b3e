//! Furniture of outlets: what recurs around fingerprints, and lines that open or close articles.

use super::Walk;
use super::code::{decode, encode, put_all, take_all};
use super::facts::{LEARNED, MEMBER, SIDE, of_kind};
use super::part::{self, Article, number};
use super::rows::{Group, RowRef, Rows, Stream};
use super::weigh::SideData;
use crate::document::{DocumentIndex, TokenSpan};
use crate::error::Result;
use crate::index::is_dense;
use crate::judge::{Place, REACH, day, furniture_of, is_line, is_own_line, is_repeated, line_places};
use crate::shingle::ShingleSize;
use ahash::AHashMap;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64_with_seed;
use zerocopy::IntoBytes;
use zerocopy::byteorder::{LE, U32};

/// What stands around a place of a fingerprint.
#[derive(Serialize, Deserialize)]
struct Neighbour {
    outlet: i64,
    text: u32,
    day: Option<i64>,
    at_edge: bool,
    dense: bool,
    /// Tokens from some before the place on, and where the first of them stands.
    first: u32,
    tokens: Vec<u32>,
}

/// A line that may open or close the articles of an outlet.
#[derive(Serialize, Deserialize)]
struct Line {
    text: u32,
    day: Option<i64>,
    outlet: i64,
    tokens: Vec<u8>,
}

/// What stands around the fingerprints of an article that may be furniture, and its first and last lines.
pub(super) fn neighbours(walk: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let Some(article) = of_kind(group, 0).first() else { return Ok(()) };
    let n = number(article.key[0])?;
    let Article { document, prepared, .. } = part::read(article.data)?;
    let outlet = super::prepare::outlet(&walk.settings.outlets, &document.metadata.source);
    let text = of_kind(group, MEMBER).first().map_or(Ok(n), |row| number(row.key[2]))?;
    let day = day(document.metadata.time.as_ref());
    let words = prepared.tokens.len() as u32;
    for row in of_kind(group, 2) {
        let [_, _, hash, place] = row.key;
        let position = number(place)?;
        let Some(dense) = prepared.tokens.get(position as usize).map(is_dense) else { continue };
        let first = position.saturating_sub(REACH);
        let end = (position as usize + ShingleSize::ARTICLE.graphemes + REACH as usize).min(prepared.tokens.len());
        let tokens = prepared.tokens[first as usize..end].iter().map(|token| token.get()).collect();
        let at_edge = Place::is_at_edge(position, words);
        let neighbour = Neighbour { outlet, text, day, at_edge, dense, first, tokens };
        out.tell(Stream::Neighbour, [hash, n.into(), place, 0], encode(&neighbour)?);
    }
    let count = if outlet == 0 { 0 } else { prepared.paragraphs.len() };
    for span in line_places(count).map(|at| prepared.paragraphs[at].tokens).filter(is_line) {
        let tokens = prepared.tokens[span.range()].as_bytes();
        let key = xxh3_64_with_seed(tokens, outlet as u64) as i64;
        let line = Line { text, day, outlet, tokens: tokens.to_vec() };
        out.tell(Stream::Line, [key, n.into(), span.start.into(), span.end.into()], encode(&line)?);
    }
    Ok(())
}

/// The furniture around one fingerprint.
pub(super) fn learn(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let mut places = Vec::with_capacity(group.len());
    let mut around: AHashMap<(u32, u32), (u32, Vec<u32>)> = AHashMap::new();
    for row in group {
        let (n, position) = (number(row.key[1])?, number(row.key[2])?);
        let Neighbour { outlet, text, day, at_edge, dense, first, tokens } = decode(row.data)?;
        let document = DocumentIndex(n);
        let outlet = Place::outlet(outlet, document);
        places.push(Place { outlet, text: DocumentIndex(text), day, at_edge, dense, document, position });
        around.insert((n, position), (first, tokens));
    }
    places.sort_unstable_by_key(Place::order);
    let token = |place: &Place, at: u32| {
        let (first, tokens) = around.get(&(place.document.0, place.position))?;
        tokens.get(at.checked_sub(*first)? as usize).copied()
    };
    for (document, span) in furniture_of(&places, &token) {
        tell(document.0.into(), span, out);
    }
    Ok(())
}

fn tell(n: i64, span: TokenSpan, out: &mut Rows) {
    out.tell(Stream::Learned, [n, LEARNED, span.start.into(), span.end.into()], Vec::new());
}

fn span(row: &RowRef<'_>) -> Result<TokenSpan> {
    Ok(TokenSpan { start: number(row.key[2])?, end: number(row.key[3])? })
}

/// Lines that stand in several texts of an outlet: each article is asked whether it shares them with another.
pub(super) fn lines(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let mut places = Vec::with_capacity(group.len());
    for row in group {
        places.push((decode::<Line>(row.data)?, row));
    }
    // Hardly ever have two lines one key.
    places.sort_by(|(x, p), (y, q)| (x.outlet, &x.tokens, p.key).cmp(&(y.outlet, &y.tokens, q.key)));
    for same in places.chunk_by(|(x, _), (y, _)| (x.outlet, &x.tokens) == (y.outlet, &y.tokens)) {
        if is_repeated(same.iter().map(|(line, _)| (DocumentIndex(line.text), line.day))) {
            let first = same[0].1.key;
            for (_, row) in same {
                let key = [row.key[1], 1, row.key[2], row.key[3]];
                out.tell(Stream::AskedLine, key, encode(&(row.key[0], first[1]))?);
            }
        }
    }
    Ok(())
}

/// Whether the lines of an article are its outlet's own.
pub(super) fn own_lines(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let asked = of_kind(group, 1);
    if asked.is_empty() {
        return Ok(());
    }
    let mut elsewhere: Vec<TokenSpan> = Vec::new();
    for row in of_kind(group, SIDE) {
        let side: SideData = decode(row.data)?;
        if !side.one_outlet {
            let runs = side.overlaps.iter().flat_map(|overlap| &overlap.runs);
            elsewhere.extend(runs.map(|&(start, len)| TokenSpan { start, end: start + len }));
        }
    }
    for row in asked {
        let (line, first): (i64, i64) = decode(row.data)?;
        let is_own = is_own_line(span(row)?, elsewhere.iter().copied());
        let mut place = Vec::new();
        put_all(&[number(row.key[2])?, number(row.key[3])?, u32::from(is_own)].map(U32::<LE>::new), &mut place);
        out.tell(Stream::OwnLine, [line, first, row.key[0], row.key[2]], place);
    }
    Ok(())
}

/// The lines that are the outlet's own in all of its articles.
pub(super) fn closing_lines(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let mut places = Vec::with_capacity(group.len());
    for row in group {
        let mut data = row.data;
        let place: &[U32<LE>] = take_all(&mut data)?;
        places.push((row.key[2], place));
    }
    if places.iter().all(|(_, place)| place.last().is_some_and(|own| own.get() == 1)) {
        for (n, place) in places {
            let &[start, end, _] = place else { continue };
            tell(n, TokenSpan { start: start.get(), end: end.get() }, out);
        }
    }
    Ok(())
}
