//! Both sides of an overlap → what it is.

use super::code::{damaged, decode, encode};
use super::facts::UNMARKED;
use super::part::number;
use super::rows::{Group, Rows, Stream};
use super::sheets::SideFact;
use super::weigh::{OverlapData, kind_place};
use super::{CellValue, Walk, cells};
use crate::align::{Block, Found, Overlap, Role};
use crate::document::{ByteSpan, DocumentIndex};
use crate::error::Result;
use crate::judge::{Direction, Known, judged_by, may_be_unmarked, prints_unmarked};

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
    out.tell(Stream::Judged, [b, a, seq, kind_place(judged.kind).into()], encode(&cells)?);
    Ok(())
}
