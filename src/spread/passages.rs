//! Overlaps → passages: groups of overlaps whose spans lie on one another, then those of the same words together.

use super::code::{damaged, decode, encode};
use super::facts::of_kind;
use super::part::number;
use super::rows::{Group, Rows, Stream};
use super::weigh::{kind, kind_place};
use super::{CellValue, Walk, cells};
use crate::document::{DocumentIndex, TokenSpan};
use crate::error::Result;
use crate::index::ShortToken;
use crate::judge::{Partition, connected, is_one_text, is_prose, may_have_origins};
use crate::passage::{Ordered, Spot, compare, gather, keep_longest, representative};
use crate::report::RowId;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};
use zerocopy::IntoBytes;

/// A place of a passage as its article tells it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SpotFact {
    pub(super) id: String,
    pub(super) source: String,
    /// What the outlet is counted by; empty where the article names none.
    pub(super) outlet: String,
    pub(super) time: Option<String>,
    pub(super) is_dated: bool,
    pub(super) chars: (u32, u32),
    pub(super) bytes: (u32, u32),
    pub(super) text: String,
    pub(super) tokens: Vec<u32>,
}

/// An overlap as passages are made of it.
#[derive(Serialize, Deserialize)]
pub(super) struct Joining {
    /// Later and earlier article, and number of the overlap.
    pub(super) overlap: (u32, u32, u32),
    pub(super) matched: u32,
    /// First token and the one after the last, and a hash of the words: of the earlier side, and of the later one (see [`hash`]).
    pub(super) spans: [(u32, u32, u128); 2],
    pub(super) kind: u8,
}

/// What words are told by: their hash of 64 bits, which is the id of a passage, above half of the one of 128.
pub(super) fn hash(words: &[u8]) -> u128 {
    u128::from(xxh3_64(words)) << 64 | u128::from(xxh3_128(words) as u64)
}

/// The node of a place.
pub(super) fn node(n: u32, (start, end): (u32, u32)) -> i64 {
    xxh3_64([n, start, end].as_bytes()) as i64
}

/// Brings overlaps that hang together into one group.
pub(super) fn join(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let Some(label) = of_kind(group, 0).first() else { return Err(damaged("a place of no group")) };
    for row in of_kind(group, 1) {
        out.tell(Stream::Joined, [label.key[2], 0, 0, 0], row.data.to_vec());
    }
    Ok(())
}

/// The passages of overlaps that hang together, by the words of their representatives.
pub(super) fn group(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let all: Vec<Joining> = group.iter().map(|row| decode(row.data)).collect::<Result<_>>()?;
    let mut numbers: Vec<u32> = all.iter().flat_map(|j| [j.overlap.0, j.overlap.1]).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let spot = |n: u32, span: (u32, u32, u128)| -> Spot {
        let local = numbers.partition_point(|&other| other < n) as u32;
        (DocumentIndex(local), TokenSpan { start: span.0, end: span.1 })
    };
    let ordered = |(at, j): (usize, &Joining)| Ordered {
        matched: Reverse(j.matched),
        a: spot(j.overlap.1, j.spans[0]),
        b: spot(j.overlap.0, j.spans[1]),
        at,
    };
    for passage in gather(numbers.len(), all.iter().enumerate().map(ordered).collect()) {
        let overlaps = passage.overlaps.iter().map(|&at| &all[at]);
        let mut sides = overlaps.clone().flat_map(|j| [(j.overlap.1, j.spans[0]), (j.overlap.0, j.spans[1])]);
        let words = sides.find(|&(n, span)| spot(n, span) == passage.representative).map(|side| side.1.2);
        let words = words.ok_or_else(|| damaged("a passage without its words"))?;
        let key = [(words >> 64) as i64, words as i64];
        for (document, span) in &passage.places {
            let at = [numbers[document.at()].into(), span.start.into(), span.end.into(), 1];
            out.tell(Stream::PlaceOf, at, encode(&key)?);
        }
        for j in overlaps {
            let (b, a, seq) = j.overlap;
            out.tell(Stream::Carried, [key[0], key[1], -1, kind_place(kind(j.kind)?).into()], encode(&(b, a, seq))?);
        }
    }
    Ok(())
}

/// What an article tells of its place, for each passage that has it.
pub(super) fn spots(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let (facts, places) = group.split_at(group.partition_point(|row| row.key[3] == 0));
    let [n, start, end, _] = group[0].key;
    let mut keys: Vec<[i64; 2]> = places.iter().map(|row| decode(row.data)).collect::<Result<_>>()?;
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let fact = facts.first().ok_or_else(|| damaged("a place of no article"))?;
        let place = start << 32 | end;
        out.tell(Stream::Carried, [key[0], key[1], n, place], fact.data.to_vec());
    }
    Ok(())
}

/// A row of passages.csv but for the origins, and the articles, rising, where these are to be counted.
#[derive(Serialize, Deserialize)]
struct PassageData {
    cells: Vec<CellValue>,
    articles: Vec<u32>,
}

/// The passages whose ids begin alike: nearly always one.
pub(super) fn passages(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let is_alone = group.iter().all(|row| row.key[1] == group[0].key[1]);
    for rows in group.chunk_by(|x, y| x.key[1] == y.key[1]) {
        passage(rows, is_alone, out)?;
    }
    Ok(())
}

fn passage(rows: &Group<'_>, is_alone: bool, out: &mut Rows) -> Result<()> {
    let key = [rows[0].key[0], rows[0].key[1]];
    let (overlaps, places) = rows.split_at(rows.partition_point(|row| row.key[2] < 0));
    let mut votes = Partition::default();
    for row in overlaps {
        votes.add(kind(row.key[3] as u8)?);
    }
    let kind = votes.most().unwrap_or(crate::Kind::SelfReuse);
    let mut all: Vec<(Spot, usize)> = Vec::with_capacity(places.len());
    for (row, at) in places.iter().zip(0..) {
        let span = TokenSpan { start: number(row.key[3] >> 32)?, end: number(row.key[3] & 0xFFFF_FFFF)? };
        all.push(((DocumentIndex(number(row.key[2])?), span), at));
    }
    let mut kept: Vec<(Spot, usize)> = Vec::with_capacity(all.len());
    for of_article in all.chunk_by(|x, y| x.0.0 == y.0.0) {
        let mut of_article = of_article.to_vec();
        keep_longest(&mut of_article, |place| (0, place.0.1));
        kept.extend(of_article);
    }
    let mut facts: Vec<SpotFact> = Vec::with_capacity(kept.len());
    for (_, at) in &kept {
        facts.push(decode(places[*at].data)?);
    }
    let short = |fact: &SpotFact| fact.tokens.iter().map(|&token| ShortToken::new(token)).collect::<Vec<_>>();
    let (Some(first), Some(shown)) = (facts.first(), facts.get(representative(kept.iter().map(|place| place.0))))
    else {
        return Err(damaged("a passage without a place"));
    };
    let words = short(shown);
    let id = match is_alone {
        true => RowId::from(xxh3_64(words.as_bytes())),
        false => RowId::from(xxh3_128(words.as_bytes())),
    };
    let text = |text: &str| CellValue::Text(text.to_owned());
    let maybe = |cell: &Option<String>| cell.as_deref().map_or(CellValue::Empty, text);
    let id = text(&id.to_string());
    for row in overlaps {
        let (b, a, seq): (u32, u32, u32) = decode(row.data)?;
        out.tell(Stream::PassageOf, [b.into(), a.into(), seq.into(), -1], encode(&id)?);
    }
    let mut articles: Vec<DocumentIndex> = kept.iter().map(|place| place.0.0).collect();
    articles.dedup();
    let of_article = kept.iter().zip(&facts).collect::<Vec<_>>();
    let each = of_article.chunk_by(|x, y| x.0.0.0 == y.0.0.0).map(|of| of[0].1);
    let mut outlets: Vec<&str> = each.clone().map(|fact| fact.outlet.as_str()).filter(|o| !o.is_empty()).collect();
    let nameless = articles.len() - outlets.len();
    outlets.sort_unstable();
    outlets.dedup();
    let last = each.clone().rev().find(|fact| fact.is_dated);
    let count = |n: usize| CellValue::Number(n as u64);
    let row = vec![
        id.clone(),
        count(articles.len()),
        count(outlets.len() + nameless),
        count(words.len()),
        text(&first.id),
        text(&first.source),
        maybe(&first.time),
        last.map_or(CellValue::Empty, |last| maybe(&last.time)),
        text(kind.name()),
        text(&shown.text),
    ];
    let counted = may_have_origins(kind);
    for article in articles.iter().filter(|_| counted) {
        out.tell(Stream::Carrier, [article.0.into(), 1, key[0], key[1]], Vec::new());
    }
    let numbers = if counted { articles.iter().map(|a| a.0).collect() } else { Vec::new() };
    out.tell(Stream::Unsourced, [key[0], key[1], 0, 0], encode(&PassageData { cells: row, articles: numbers })?);
    if super::outlets::counts(kind) {
        super::outlets::tell_passage(&outlets, out)?;
    }
    for fact in &facts {
        let (exact, similarity) = compare(&words, &short(fact));
        let numbers = [fact.chars.0, fact.chars.1, fact.bytes.0, fact.bytes.1];
        let mut row = vec![id.clone(), text(&fact.id), text(&fact.source), maybe(&fact.time)];
        row.extend(numbers.map(|n| CellValue::Number(n.into())));
        row.extend([CellValue::Truth(exact), cells::share(similarity)]);
        out.tell(Stream::TableOccurrences, [0; 4], encode(&row)?);
    }
    Ok(())
}

/// Whether two articles are one text, for those who carry a quotation of both.
pub(super) fn links(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let [b, a, ..] = group[0].key;
    let (mut shared, mut named, mut prose) = (0, false, (0, 0));
    for row in group {
        let (matched, is_named, words): (u32, bool, (u32, u32)) = decode(row.data)?;
        (named, prose) = (is_named, words);
        shared += if is_prose(kind(row.key[3] as u8)?) { matched } else { 0 };
    }
    if named || is_one_text(shared, prose) {
        out.tell(Stream::Link, [a, 0, b, 0], Vec::new());
    }
    Ok(())
}

/// Asks the later article of each link whether it carries what the earlier one does.
pub(super) fn ask_links(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    for link in of_kind(group, 0) {
        for carried in of_kind(group, 1) {
            let [a, _, b, _] = link.key;
            out.tell(Stream::AskedLink, [b, 2, carried.key[2], carried.key[3]], encode(&a)?);
        }
    }
    Ok(())
}

/// The links whose articles carry one passage.
pub(super) fn answer_links(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let carried = of_kind(group, 1);
    for asked in of_kind(group, 2) {
        let [b, _, first, second] = asked.key;
        if carried.binary_search_by_key(&(first, second), |row| (row.key[2], row.key[3])).is_ok() {
            out.tell(Stream::SharedLink, [first, second, 1, b], asked.data.to_vec());
        }
    }
    Ok(())
}

/// Counts the separate texts behind a passage.
pub(super) fn origins(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let (passage, links) = group.split_at(group.partition_point(|row| row.key[2] == 0));
    let Some(passage) = passage.first() else { return Err(damaged("links of no passage")) };
    let PassageData { mut cells, articles } = decode(passage.data)?;
    let mut pairs = Vec::with_capacity(links.len());
    for row in links {
        pairs.push((DocumentIndex(number(row.key[3])?), DocumentIndex(number(decode(row.data)?)?)));
    }
    let articles: Vec<DocumentIndex> = articles.into_iter().map(DocumentIndex).collect();
    let origins = if articles.is_empty() { 1 } else { connected(&articles, pairs.into_iter()) };
    cells.push(CellValue::Number(origins.into()));
    out.tell(Stream::TablePassages, [0; 4], encode(&cells)?);
    Ok(())
}
