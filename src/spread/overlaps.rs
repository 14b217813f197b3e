//! Both sides of an overlap → what it is.

use super::code::{damaged, decode, encode};
use super::facts::UNMARKED;
use super::part::number;
use super::passages::{Joining, node};
use super::rows::{Group, Rows, Stream};
use super::sheets::SideFact;
use super::weigh::{OverlapData, kind_place};
use super::{CellValue, Walk, cells, outlets};
use crate::align::{Block, Found, Overlap, Role};
use crate::document::{ByteSpan, DocumentIndex};
use crate::error::Result;
use crate::judge::{Direction, Known, judged_by, may_be_unmarked, prints_unmarked};
use crate::report::RowId;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// Judges one overlap.
pub(super) fn judge(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let [a, b, pair] = group else { return Err(damaged("an overlap of one side")) };
    let (earlier, later): (SideFact, SideFact) = (decode(a.data)?, decode(b.data)?);
    let data: OverlapData = decode(pair.data)?;
    let (doc_b, doc_a) = (DocumentIndex(number(pair.key[0])?), DocumentIndex(number(pair.key[1])?));
    let blocks = data.blocks.iter().map(|&(a, b, len)| Block { a, b, len }).collect();
    let role = if data.is_repeat { Role::Repeat } else { Role::Main };
    let found = Found { a: doc_a, b: doc_b, overlap: Overlap { blocks, role } };
    let evidence = data.evidence()?;
    let known = Known {
        found: &found,
        one_outlet: data.one_outlet,
        evidence: &evidence,
        formula: data.formula()?,
        prose: data.prose()?,
    };
    let sides = (earlier.facts(doc_a)?, later.facts(doc_b)?);
    let name = |is_later: bool| {
        let (document, side) = if is_later { (doc_b, &later) } else { (doc_a, &earlier) };
        let (start, end, name) = side.named.as_ref()?;
        Some((document, ByteSpan { start: *start, end: *end }, name.as_str()))
    };
    let judged = judged_by(known, &sides, name);
    let speaker = judged.speaker.and_then(|(document, span)| {
        let names = [name(false), name(true)].into_iter().flatten();
        names.into_iter().find(|name| (name.0, name.1) == (document, span)).map(|name| name.2)
    });
    if let Some(name) = speaker.filter(|_| !data.one_outlet && may_be_unmarked(judged.kind)) {
        let (a, b) = (&sides.0, &sides.1);
        // Which of both is demonstrably first.
        let first = |direction| evidence.dated.0 == direction;
        for (marked, bare, is_first, source) in
            [(a, b, first(Direction::Backward), &later.source), (b, a, first(Direction::Forward), &earlier.source)]
        {
            if prints_unmarked(marked, bare, is_first, name, source) {
                out.tell_once(Stream::Unmarked, [bare.excerpt.document.0.into(), UNMARKED, 0, 0]);
            }
        }
    }
    let text = |text: &str| CellValue::Text(text.to_owned());
    let side = |side: &SideFact, facts: &crate::judge::SideFacts| {
        let e = facts.excerpt;
        let numbers = [e.paragraph, e.line, e.chars.0, e.chars.1, e.bytes.start, e.bytes.end];
        let time = side.time.as_deref().map_or(CellValue::Empty, text);
        let names = [text(&side.id), text(&side.source), time];
        names.into_iter().chain(numbers.map(|n| CellValue::Number(n.into())))
    };
    let mut cells: Vec<CellValue> = side(&earlier, &sides.0).chain(side(&later, &sides.1)).collect();
    let matched = found.overlap.matched();
    cells.extend([sides.0.excerpt.words, sides.1.excerpt.words, matched].map(|n| CellValue::Number(n.into())));
    cells.extend([
        cells::share(found.overlap.similarity()),
        CellValue::Truth(found.overlap.is_exact()),
        cells::share(sides.0.excerpt.quoted),
        cells::share(sides.1.excerpt.quoted),
        text(judged.kind.name()),
        text(judged.direction.name()),
        judged.basis.map_or(CellValue::Empty, |basis| text(basis.name())),
        text(&earlier.text),
        text(&later.text),
        text(if data.is_repeat { "repeat" } else { "main" }),
        speaker.map_or(CellValue::Empty, text),
    ]);
    let [b, a, seq, _] = pair.key;
    let mut key = Vec::new();
    for (side, facts) in [(&earlier, &sides.0), (&later, &sides.1)] {
        crate::report::overlap_key(&side.id, facts.excerpt.bytes, &mut key);
    }
    let ids = (xxh3_64(&key), xxh3_128(&key));
    out.tell(Stream::Judged, [b, a, seq, kind_place(judged.kind).into()], encode(&(ids, &cells))?);

    let spans = [false, true].map(|later| found.span(later)).map(|span| (span.start, span.end));
    let nodes = [node(doc_a.0, spans[0]), node(doc_b.0, spans[1])];
    let joining = Joining {
        overlap: (doc_b.0, doc_a.0, number(seq)?),
        matched,
        spans: [(spans[0].0, spans[0].1, earlier.words_hash), (spans[1].0, spans[1].1, later.words_hash)],
        kind: kind_place(judged.kind),
    };
    out.tell(Stream::Joining, [nodes[0], 1, 0, 0], encode(&joining)?);
    out.tell(Stream::SpotEdge, [nodes[0], nodes[1], 0, 0], Vec::new());
    out.tell(Stream::SpotEdge, [nodes[1], nodes[0], 0, 0], Vec::new());
    if doc_a == doc_b {
        return Ok(());
    }
    let named = evidence.credited || evidence.revision;
    let prose = (earlier.prose_words, later.prose_words);
    out.tell(Stream::PairKind, [b, a, seq, kind_place(judged.kind).into()], encode(&(matched, named, prose))?);
    let (x, y) = (earlier.outlet.as_str(), later.outlet.as_str());
    if !x.is_empty() && !y.is_empty() && x != y && outlets::counts(judged.kind) {
        outlets::tell_side((x, y), a, judged.direction, false, found.runs(false), out)?;
        outlets::tell_side((y, x), b, judged.direction, true, found.runs(true), out)?;
    }
    Ok(())
}

/// Gives an overlap the id of its passage, and asks whether another has the same own id.
pub(super) fn place(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let (passage, judged) = group.split_at(group.partition_point(|row| row.key[3] < 0));
    let (Some(passage), Some(judged)) = (passage.first(), judged.first()) else {
        return Err(damaged("an overlap of no passage"));
    };
    let ((short, long), mut cells): ((u64, u128), Vec<CellValue>) = decode(judged.data)?;
    cells.insert(0, decode(passage.data)?);
    let [b, a, seq, _] = judged.key;
    out.tell(Stream::Identified, [short as i64, b, a, seq], encode(&(long, cells))?);
    Ok(())
}

/// Gives overlaps their ids: long ones, where several would share a short one.
pub(super) fn identify(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    for row in group {
        let (long, mut cells): (u128, Vec<CellValue>) = decode(row.data)?;
        let id = if group.len() == 1 { RowId::from(row.key[0] as u64) } else { RowId::from(long) };
        cells.insert(0, CellValue::Text(id.to_string()));
        out.tell(Stream::TableOverlaps, [0; 4], encode(&cells)?);
    }
    Ok(())
}
