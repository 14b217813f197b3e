//! Two sides of an overlap → its kind, its direction and who is quoted.

use super::evidence::{Basis, Direction};
use super::formula::Formula;
use super::kind::{Kind, Partition};
use super::sheet::{Case, Sheet, SideFacts};
use super::speaker::same_speaker;
use crate::align::Found;
use crate::document::{ByteSpan, DocumentIndex};
use crate::index::Index;

/// Share of the matched words inside marks, on both sides, from which on an overlap is a quotation.
const QUOTATION: f64 = 0.8;

/// Share of the matched words that are furniture, from which on an overlap is, within one outlet and between two.
const ONE_OUTLET: f64 = 0.7;
const TWO_OUTLETS: f64 = 0.8;

/// What an overlap is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// Kind of reuse.
    pub kind: Kind,
    /// Whose words they are.
    pub direction: Direction,
    /// What that rests on; `None` where the question makes no sense: within one article, furniture, formula.
    pub basis: Option<Basis>,
    /// Who is quoted: where his name stands.
    pub speaker: Option<(DocumentIndex, ByteSpan)>,
}

/// Judges an overlap by its sides.
pub(super) fn judged(case: &Case<'_>, at: usize, (a, b): &(SideFacts, SideFacts), sheets: &[Sheet]) -> Judged {
    let (index, found, evidence) = (case.index, &case.found[at], &case.evidence[at]);
    let matched = f64::from(found.overlap.matched().max(1));
    let quoted = |side: &SideFacts| f64::from(side.quoted) >= QUOTATION * matched;
    let both_quoted = quoted(a) && quoted(b);
    let kind = if both_quoted { Kind::Quotation } else { kind(case, at, a, b) };
    let (direction, basis) = match kind {
        Kind::Boilerplate | Kind::Formula => (Direction::Unknown, None),
        _ if found.a == found.b => (Direction::Unknown, None),
        _ => {
            let mostly = |side: &SideFacts| 2.0 * f64::from(side.quoted) > matched;
            let (direction, basis) = evidence.direction(mostly(a) && mostly(b));
            (direction, Some(basis))
        }
    };
    let speaker = (a.quoted > 0 || b.quoted > 0).then(|| speaker(index, found, sheets)).flatten();
    Judged { kind, direction, basis, speaker }
}

/// Kind of most of the matched words on the later side, as this pair of articles alone makes them: whom else they are
/// shared with is the matter of other overlaps. Furniture is what a reader skips: an overlap is so called only if it
/// begins and ends with it and few words between are anything else.
fn kind(case: &Case<'_>, at: usize, a: &SideFacts, b: &SideFacts) -> Kind {
    let (index, found) = (case.index, &case.found[at]);
    let one_outlet = found.a == found.b || index.same_outlet(found.a, found.b);
    let matched = found.overlap.matched();
    let furniture = |side: &SideFacts, least: f64| f64::from(side.furniture) >= least * f64::from(matched);
    let all_furniture = match one_outlet {
        true => b.furniture_ends && furniture(b, ONE_OUTLET),
        false => furniture(a, TWO_OUTLETS) && furniture(b, TWO_OUTLETS),
    };
    if all_furniture {
        return Kind::Boilerplate;
    }
    let quoted = |side: &SideFacts| 2 * side.quoted > matched;
    match (quoted(a), quoted(b)) {
        (true, true) => Kind::Quotation,
        // What one side alone puts between marks may be a set phrase.
        _ if case.formulas[at] >= Formula::Phrase => Kind::Formula,
        (_, true) => Kind::Quotation,
        (false, false) if case.formulas[at] != Formula::No => Kind::Formula,
        _ => case.prose(at, true),
    }
}

/// Who is quoted, by the quotations that hold most of the overlap on either side: the fuller name if both mean the
/// same, else the earlier side's.
fn speaker(index: &Index, found: &Found, sheets: &[Sheet]) -> Option<(DocumentIndex, ByteSpan)> {
    let of = |later: bool| {
        let document = found.document(later);
        let voice = sheets[document.at()].voice.as_ref()?;
        let span = found.span(later);
        let first = voice.quotations.partition_point(|q| q.tokens.end <= span.start);
        let touching = voice.quotations[first..].iter().take_while(|q| q.tokens.start < span.end);
        let (_, name) = touching
            .zip(&voice.speakers[first..])
            .filter_map(|(q, speaker)| Some((q.tokens.common(span), (*speaker)?)))
            .max_by_key(|(common, name)| (*common, std::cmp::Reverse(*name)))?;
        Some((document, name))
    };
    let name = |(document, span): (DocumentIndex, ByteSpan)| index.text(document).get(span.range()).unwrap_or_default();
    match (of(false), of(true)) {
        (Some(x), Some(y)) if same_speaker(name(x), name(y)) && name(y).len() > name(x).len() => Some(y),
        (Some(x), _) => Some(x),
        (None, y) => y,
    }
}

/// Kind of most of the overlaps of each passage.
pub(super) fn passage_kinds(passages: usize, passage_of: &[usize], judged: &[Judged]) -> Vec<Kind> {
    let mut votes = vec![Partition::default(); passages];
    for (&passage, judged) in passage_of.iter().zip(judged) {
        votes[passage].add(judged.kind);
    }
    votes.iter().map(|v| v.most().unwrap_or(Kind::SelfReuse)).collect()
}
