//! Pairs of articles → what each tells of its sides: whose words they are, formulas, paragraphs that are alike.

use super::Walk;
use super::code::{decode, encode};
use super::facts::{self, Known, SIDE, WANTED};
use super::pairs::PairData;
use super::part::{Part, number};
use super::quotes::{self, QuotingData};
use super::rows::{Group, Rows, Stream};
use crate::align::{Found, Role};
use crate::error::Result;
use crate::judge::{
    Basis, Case, Direction, Evidence, Formula, Furniture, Kind, SideView, Witness, best_paragraphs, evidence_of,
    formulas, read_quotations,
};
use serde::{Deserialize, Serialize};

/// One side of an overlap.
#[derive(Serialize, Deserialize)]
pub(super) struct SideOverlap {
    /// Its equal runs on this side: first token, and how many.
    pub(super) runs: Vec<(u32, u32)>,
    pub(super) prose: u8,
    pub(super) is_formula: bool,
    /// Whether the other article has it demonstrably before.
    pub(super) before: bool,
}

/// The sides that one article has of the overlaps with another.
#[derive(Serialize, Deserialize)]
pub(super) struct SideData {
    pub(super) other_id: String,
    /// Whether both are of one outlet, or one article.
    pub(super) one_outlet: bool,
    pub(super) overlaps: Vec<SideOverlap>,
    /// Paragraph here, the most alike there, words in common, resemblance.
    pub(super) best: Vec<(usize, usize, u32, f64)>,
}

/// What is known of an overlap beside its sides.
#[derive(Serialize, Deserialize)]
pub(super) struct OverlapData {
    pub(super) blocks: Vec<(u32, u32, u32)>,
    pub(super) is_repeat: bool,
    pub(super) one_outlet: bool,
    /// Direction and basis that are named, and those of the dates, by their places in lists.
    named: Option<(u8, u8)>,
    dated: (u8, u8),
    credited: bool,
    revision: bool,
    formula: u8,
    prose: u8,
}

const DIRECTIONS: [Direction; 4] = [Direction::Forward, Direction::Backward, Direction::Common, Direction::Unknown];
const BASES: [Basis; 8] = [
    Basis::Credit,
    Basis::Agency,
    Basis::Canonical,
    Basis::Date,
    Basis::Quotation,
    Basis::Conflict,
    Basis::Tie,
    Basis::NoDate,
];
const FORMULAS: [Formula; 4] = [Formula::No, Formula::List, Formula::Phrase, Formula::Names];

fn place<T: PartialEq>(all: &[T], one: T) -> u8 {
    all.iter().position(|other| *other == one).unwrap_or(all.len()) as u8
}

fn at<T: Copy>(all: &[T], place: u8) -> Result<T> {
    all.get(usize::from(place)).copied().ok_or_else(|| super::code::damaged("a word of no list"))
}

/// The kind at a place.
pub(super) fn kind(place: u8) -> Result<Kind> {
    at(&Kind::ALL, place)
}

/// The place of a kind.
pub(super) fn kind_place(kind: Kind) -> u8 {
    place(&Kind::ALL, kind)
}

impl OverlapData {
    fn new(found: &Found, evidence: &Evidence, formula: Formula, one_outlet: bool, prose: Kind) -> Self {
        let told = |(direction, basis)| (place(&DIRECTIONS, direction), place(&BASES, basis));
        Self {
            blocks: found.overlap.blocks.iter().map(|b| (b.a, b.b, b.len)).collect(),
            is_repeat: found.overlap.role == Role::Repeat,
            one_outlet,
            named: evidence.named.map(told),
            dated: told(evidence.dated),
            credited: evidence.credited,
            revision: evidence.revision,
            formula: place(&FORMULAS, formula),
            prose: kind_place(prose),
        }
    }

    pub(super) fn evidence(&self) -> Result<Evidence> {
        let told =
            |(direction, basis): (u8, u8)| -> Result<_> { Ok((at(&DIRECTIONS, direction)?, at(&BASES, basis)?)) };
        Ok(Evidence {
            named: self.named.map(told).transpose()?,
            dated: told(self.dated)?,
            credited: self.credited,
            revision: self.revision,
        })
    }

    pub(super) fn formula(&self) -> Result<Formula> {
        at(&FORMULAS, self.formula)
    }

    pub(super) fn prose(&self) -> Result<Kind> {
        kind(self.prose)
    }
}

/// Asks for the articles of a pair once more.
pub(super) fn want(walk: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    for row in group {
        let [deal, _, b, a] = row.key;
        debug_assert_eq!(deal, walk.deal(number(a)?, number(b)?));
        [a, b].into_iter().for_each(|n| out.tell_once(Stream::KnownWanted, [n, WANTED, deal, 0]));
    }
    Ok(())
}

/// Weighs the pairs of a group.
pub(super) fn weigh(walk: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let (articles, pairs) = group.split_at(group.partition_point(|row| row.key[1] == 0));
    let outlets = &walk.settings.outlets;
    let (mut credits, mut first_times) = (Vec::new(), Vec::new());
    let known = articles.chunk_by(|x, y| x.key[2] == y.key[2]).map(|row| {
        let Known { article, first_time } = facts::read(row[0].data)?;
        credits.push(article.credits.clone());
        first_times.push(first_time);
        Ok((number(row[0].key[2])?, article))
    });
    let part = Part::new(known, outlets)?;
    let index = &part.index;
    let mut found: Vec<Found> = Vec::new();
    for row in pairs {
        let (b, a) = (part.local(number(row.key[2])?)?, part.local(number(row.key[3])?)?);
        let data: PairData = decode(row.data)?;
        found.extend(data.overlaps().into_iter().map(|overlap| Found { a, b, overlap }));
    }
    let witness = Witness::of_part(index, &credits, outlets, first_times);
    let evidence = evidence_of(&found, &witness);
    let quotations = read_quotations(index, &found);
    let formulas = formulas(index, &found, &quotations);
    let case = Case {
        index,
        found: &found,
        quotations: &quotations,
        formulas: &formulas,
        evidence: &evidence,
        witness: &witness,
        furniture: &Furniture::default(),
        same_source: walk.settings.same_source,
    };
    let mut first = 0;
    let mut scratch = Default::default();
    for pair in found.chunk_by(|x, y| (x.a, x.b) == (y.a, y.b)) {
        let (a, b) = (pair[0].a, pair[0].b);
        let one_outlet = a == b || index.same_outlet(a, b);
        let number = |document| i64::from(part.number(document));
        for (seq, f) in pair.iter().enumerate() {
            let at = first + seq;
            let data = OverlapData::new(f, &evidence[at], formulas[at], one_outlet, case.prose(at, true));
            out.tell(Stream::Overlap, [number(b), number(a), seq as i64, 2], encode(&data)?);
        }
        for later in [false, true] {
            let (own, other) = if later { (b, a) } else { (a, b) };
            let views: Vec<SideView<'_>> = (first..first + pair.len()).map(|at| case.view(at, later)).collect();
            let paragraphs: Vec<_> = index.paragraphs(own).collect();
            let best = best_paragraphs(index, own, &paragraphs, &views, &mut scratch);
            let overlap = |view: &SideView<'_>| SideOverlap {
                runs: view.found.runs(later).map(|run| (run.start as u32, run.len() as u32)).collect(),
                prose: kind_place(view.prose),
                is_formula: view.is_formula,
                before: view.before,
            };
            let data = SideData {
                other_id: index.id(other).to_owned(),
                one_outlet,
                overlaps: views.iter().map(overlap).collect(),
                best: best.iter().map(|b| (b.here, b.other.1, b.words, b.resemblance)).collect(),
            };
            // What an article repeats is told to it once.
            if a != b || later {
                let overlaps: Vec<_> = pair.iter().map(|f| f.overlap.clone()).collect();
                let time = index.metadata(other).time.as_ref().map(|time| time.given().to_owned());
                let data = QuotingData {
                    pair: PairData::new((index.words(a), index.words(b)), &overlaps),
                    other: (index.id(other).to_owned(), time),
                };
                quotes::tell_pair(number(own), number(other), later, &data, out)?;
            }
            out.tell(Stream::Side, [number(own), SIDE, number(other), i64::from(later)], encode(&data)?);
        }
        first += pair.len();
    }
    Ok(())
}
