//! Two sides of an overlap → its kind, its direction and who is quoted.

use super::evidence::{Basis, Direction, Evidence};
use super::formula::Formula;
use super::kind::{Kind, Partition};
use super::sheet::{Case, Sheet, SideFacts};
use super::speaker::{Voice, same_speaker};
use crate::align::Found;
use crate::document::{ByteSpan, DocumentIndex, TokenSpan};

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

/// What is known of an overlap beside its sides.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) found: &'a Found,
    /// Whether both articles are of one outlet, or are one article.
    pub(crate) one_outlet: bool,
    pub(crate) evidence: &'a Evidence,
    pub(crate) formula: Formula,
    /// What its prose is on the later side.
    pub(crate) prose: Kind,
}

/// Who is quoted on a side: where the name stands, and the name.
pub(crate) type Named<'a> = (DocumentIndex, ByteSpan, &'a str);

/// Judges an overlap by its sides.
pub(super) fn judged(case: &Case<'_>, at: usize, sides: &(SideFacts, SideFacts), sheets: &[Sheet]) -> Judged {
    let (index, found) = (case.index, &case.found[at]);
    let known = Known {
        found,
        one_outlet: found.a == found.b || index.same_outlet(found.a, found.b),
        evidence: &case.evidence[at],
        formula: case.formulas[at],
        prose: case.prose(at, true),
    };
    judged_by(known, sides, |later| {
        let document = found.document(later);
        let span = named(sheets[document.at()].voice.as_ref()?, found.span(later))?;
        Some((document, span, index.excerpt(document, span)))
    })
}

/// Judges an overlap by its sides. `name` tells who is quoted on the earlier or the later one.
pub(crate) fn judged_by<'n>(
    known: Known<'_>,
    (a, b): &(SideFacts, SideFacts),
    name: impl Fn(bool) -> Option<Named<'n>>,
) -> Judged {
    let Known { found, evidence, .. } = known;
    let matched = f64::from(found.overlap.matched().max(1));
    let quoted = |side: &SideFacts| f64::from(side.quoted) >= QUOTATION * matched;
    let both_quoted = quoted(a) && quoted(b);
    let kind = if both_quoted { Kind::Quotation } else { kind(known, a, b) };
    let (direction, basis) = match kind {
        Kind::Boilerplate | Kind::Formula => (Direction::Unknown, None),
        _ if found.a == found.b => (Direction::Unknown, None),
        _ => {
            let mostly = |side: &SideFacts| 2.0 * f64::from(side.quoted) > matched;
            let (direction, basis) = evidence.direction(mostly(a) && mostly(b));
            (direction, Some(basis))
        }
    };
    let speaker = (a.quoted > 0 || b.quoted > 0).then(|| speaker(name(false), name(true))).flatten();
    Judged { kind, direction, basis, speaker: speaker.map(|(document, span, _)| (document, span)) }
}

/// Kind of most of the matched words on the later side, as this pair of articles alone makes them: whom else they are
/// shared with is the matter of other overlaps. Furniture is what a reader skips: an overlap is so called only if it
/// begins and ends with it and few words between are anything else.
fn kind(known: Known<'_>, a: &SideFacts, b: &SideFacts) -> Kind {
    let Known { one_outlet, formula, .. } = known;
    let matched = known.found.overlap.matched();
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
        _ if formula >= Formula::Phrase => Kind::Formula,
        (_, true) => Kind::Quotation,
        (false, false) if formula != Formula::No => Kind::Formula,
        _ => known.prose,
    }
}

/// Where an article names who is quoted in a span, by the quotation that holds most of it.
pub(crate) fn named(voice: &Voice, span: TokenSpan) -> Option<ByteSpan> {
    let first = voice.quotations.partition_point(|q| q.tokens.end <= span.start);
    let touching = voice.quotations[first..].iter().take_while(|q| q.tokens.start < span.end);
    let (_, name) = touching
        .zip(&voice.speakers[first..])
        .filter_map(|(q, speaker)| Some((q.tokens.common(span), (*speaker)?)))
        .max_by_key(|(common, name)| (*common, std::cmp::Reverse(*name)))?;
    Some(name)
}

/// Who is quoted, as either side names him: the fuller name if both mean the same, else the earlier side's.
fn speaker<'n>(a: Option<Named<'n>>, b: Option<Named<'n>>) -> Option<Named<'n>> {
    match (a, b) {
        (Some(x), Some(y)) if y.2.len() > x.2.len() && same_speaker(x.2, y.2) => Some(y),
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

#[cfg(test)]
mod tests {
    use super::super::fixture::{Trial, article, own_words};
    use super::*;
    use crate::document::Document;

    /// Two articles of these texts, each amid words of its own.
    fn pair(a: &str, b: &str) -> Trial {
        let text = |text: &str| format!("{}.\n\n{text}\n\n{}.", own_words(40), own_words(40));
        let one = article("a", "Lisk Herald", "2031-05-01", &text(a));
        Trial::new(vec![one, article("b", "Sorrel Post", "2031-05-02", &text(b))])
    }

    /// Ten words, the first `marked` of them between marks.
    fn ten(marked: usize) -> String {
        let all = ["herons", "rose", "above", "seven", "piers", "while", "carters", "burned", "wet", "straw"];
        format!("“{}” {}", all[..marked].join(" "), all[marked..].join(" ")).replace("“” ", "")
    }

    #[test]
    fn a_quotation_is_one_on_both_sides_or_for_most_of_the_later() {
        for (a, b, expected) in [
            (10, 10, Kind::Quotation),
            (8, 8, Kind::Quotation),
            (0, 10, Kind::Quotation),
            (0, 6, Kind::Quotation),
            (0, 5, Kind::Unattributed),
            (10, 0, Kind::Unattributed),
            (10, 5, Kind::Unattributed),
            (0, 0, Kind::Unattributed),
        ] {
            assert_eq!(pair(&ten(a), &ten(b)).only("a", "b").kind, expected, "{a} and {b} words between marks");
        }
    }

    #[test]
    fn each_side_keeps_the_kinds_of_its_own_words() {
        let trial = pair(&ten(10), &ten(0));
        assert_eq!((trial.words("a", Kind::Quotation), trial.words("b", Kind::Quotation)), (10, 0));
        assert_eq!((trial.words("a", Kind::Unattributed), trial.words("b", Kind::Unattributed)), (0, 10));
    }

    #[test]
    fn words_that_attribute_a_quotation_belong_to_it() {
        let quote = "“seven piers burned while herons rose,” said the carter of the harbour guild.";
        let trial = pair(quote, quote);
        assert_eq!(trial.only("a", "b").kind, Kind::Quotation);
        assert_eq!(trial.words("b", Kind::Quotation), 13);
    }

    const LINE: &str = "Sign up here for the morning letter that this paper sends to all its readers.";

    /// Three articles of an outlet that close with its line, on days of their own.
    fn house(outlet: &str, ids: [&str; 3]) -> Vec<Document> {
        let days = ["2031-05-01", "2031-05-02", "2031-05-03"];
        let one = |(id, day): (&str, &str)| article(id, outlet, day, &format!("{}.\n\n{LINE}", own_words(80)));
        ids.into_iter().zip(days).map(one).collect()
    }

    #[test]
    fn furniture_of_one_outlet_is_boilerplate() {
        let trial = Trial::new(house("Lisk Herald", ["a", "b", "c"]));
        let judged = trial.only("a", "b");
        assert_eq!((judged.kind, judged.direction, judged.basis), (Kind::Boilerplate, Direction::Unknown, None));
        assert_eq!(trial.words("c", Kind::Boilerplate), 15);
    }

    #[test]
    fn a_line_that_somebody_else_prints_too_is_no_furniture() {
        let mut documents = house("Lisk Herald", ["a", "b", "c"]);
        documents.push(article("d", "Sorrel Post", "2031-05-04", &format!("{}.\n\n{LINE}", own_words(80))));
        let trial = Trial::new(documents);
        assert_eq!(trial.only("c", "d").kind, Kind::Unattributed);
        assert_eq!((trial.words("c", Kind::Unattributed), trial.words("d", Kind::Unattributed)), (15, 15));
    }

    /// Two outlets that close four articles each with a line, on four days, and credit one another.
    fn both_close(line: &str) -> Trial {
        let mut documents = Vec::new();
        for (outlet, ids) in [("Lisk Herald", ["a", "b", "e", "f"]), ("Sorrel Post", ["c", "d", "g", "h"])] {
            for (id, day) in ids.into_iter().zip(["2031-05-01", "2031-05-02", "2031-05-03", "2031-05-04"]) {
                let credit = "This article was first published by the Lisk Herald.";
                documents.push(article(id, outlet, day, &format!("{}.\n\n{credit}\n\n{line}", own_words(80))));
            }
        }
        Trial::new(documents)
    }

    #[test]
    fn a_quotation_stands_above_furniture_and_furniture_above_a_credit() {
        assert_eq!(both_close(&format!("“{LINE}”")).words("d", Kind::Quotation), 15);
        let trial = both_close(LINE);
        assert_eq!((trial.words("d", Kind::Credited), trial.only("a", "c").kind), (0, Kind::Boilerplate));
    }

    #[test]
    fn somebody_elses_words_stand_above_the_outlets_own() {
        let prose = "seven piers burned while herons rose above the wet straw of the carters";
        let one = |id: &str, outlet: &str, day: &str| {
            article(id, outlet, day, &format!("{} {prose} {}.", own_words(40), own_words(40)))
        };
        let documents = vec![
            one("a", "Lisk Herald", "2031-05-01"),
            one("b", "Sorrel Post", "2031-05-02"),
            one("c", "Sorrel Post", "2031-05-03"),
        ];
        let trial = Trial::new(documents);
        assert_eq!(trial.only("b", "c").kind, Kind::SelfReuse, "a row tells of its two articles alone");
        assert_eq!((trial.words("c", Kind::Unattributed), trial.words("c", Kind::SelfReuse)), (13, 0));
    }

    #[test]
    fn a_passage_is_of_the_kind_of_most_of_its_overlaps() {
        let of = |kind| Judged { kind, direction: Direction::Unknown, basis: None, speaker: None };
        let judged = [Kind::Credited, Kind::Unattributed, Kind::Unattributed, Kind::SelfReuse, Kind::Quotation].map(of);
        let kinds = passage_kinds(2, &[0, 0, 0, 1, 1], &judged);
        assert_eq!(kinds, [Kind::Unattributed, Kind::Quotation]);
    }
}
