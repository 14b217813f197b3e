//! Overlaps → the kind of each word of each article, shares that add up, who had it first, who is quoted.
//! Finds nothing: it judges what was aligned.

mod altered;
mod attribution;
mod boilerplate;
mod credit;
mod evidence;
#[cfg(test)]
mod fixture;
mod formula;
mod kind;
mod origin;
mod pairing;
mod quotes;
mod row;
mod sheet;
mod speaker;
mod statement;
mod utterance;
mod wording;

pub use altered::AlteredQuote;
pub use credit::{Credit, credits};
pub use evidence::{Basis, Direction};
pub use kind::{Kind, Partition};
pub use quotes::{Quotation, quotations, quoted};
pub use row::Judged;
pub use sheet::{Excerpt, ParagraphRow, Sheet, SideFacts, SourceShare};
pub use speaker::{Voice, same_speaker, speakers};
pub use statement::{Piece, Statement};

use crate::align::Found;
use crate::cluster::{Member, Relation};
use crate::document::DocumentIndex;
use crate::index::Index;
use crate::passage::Passage;
use crate::settings::Settings;
use boilerplate::Furniture;
use evidence::{Evidence, Witness};
use rayon::prelude::*;

/// Everything that is judged of a corpus.
#[derive(Debug)]
pub struct Judgement {
    /// One an article, in their order.
    pub sheets: Vec<Sheet>,
    /// One an overlap, in their order.
    pub overlaps: Vec<Judged>,
    /// Both sides of each overlap, in their order.
    pub sides: Vec<(SideFacts, SideFacts)>,
    /// Kind of each passage.
    pub passage_kinds: Vec<Kind>,
    /// Number of separate texts behind each passage.
    pub origins: Vec<u32>,
    /// Credits of each article.
    pub credits: Vec<Vec<Credit>>,
    /// What is odd about an article.
    pub oddities: Vec<Oddities>,
    /// Quotations that differ.
    pub altered: Vec<AlteredQuote>,
    /// Rebuilt statements.
    pub statements: Vec<Statement>,
}

/// What a judge notices about an article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Oddities {
    /// Its words are those of an earlier article, under another headline.
    pub headline_changed: bool,
    /// It prints without marks what another article quotes from somebody.
    pub unmarked_quotation: bool,
}

/// Judges all that was found.
pub fn judge(
    index: &Index,
    found: &[Found],
    passages: &[Passage],
    passage_of: &[usize],
    clusters: &[Vec<Member>],
    settings: &Settings,
) -> Judgement {
    let furniture = Furniture::learn(index, clusters, &settings.boilerplate);
    let credits = read_credits(index, settings);
    let witness = Witness::new(index, &credits, &settings.outlets);
    let evidence = evidence(found, &witness);
    let formulas = formula::formulas(index, found);
    let case = sheet::Case {
        index,
        found,
        formulas: &formulas,
        evidence: &evidence,
        witness: &witness,
        furniture: &furniture,
        same_source: settings.same_source,
    };
    let mut sheets = sheet::sheets(case);
    let sides = sides(&mut sheets, found.len());
    let overlaps: Vec<Judged> =
        (0..found.len()).into_par_iter().map(|at| row::judged(&case, at, &sides[at], &sheets)).collect();
    let passage_kinds = row::passage_kinds(passages.len(), passage_of, &overlaps);
    let origins = origin::origins(index, found, &overlaps, &evidence, &sheets, passages, &passage_kinds);
    let oddities = oddities(index, found, &sides, &overlaps, &sheets, clusters);
    let voices: Vec<Option<Voice>> = sheets.iter_mut().map(|sheet| sheet.voice.take()).collect();
    let altered = altered::altered(index, found, &voices);
    let statements = statement::statements(index, found, &voices);
    Judgement { sheets, overlaps, sides, passage_kinds, origins, credits, oddities, altered, statements }
}

fn read_credits(index: &Index, settings: &Settings) -> Vec<Vec<Credit>> {
    index
        .documents()
        .collect::<Vec<_>>()
        .par_iter()
        .map(|&document| {
            let paragraphs: Vec<_> = index.paragraphs(document).collect();
            credits(index.text(document), &paragraphs, &settings.outlets)
        })
        .collect()
}

/// What each overlap's pair of articles says of itself.
fn evidence(found: &[Found], witness: &Witness<'_>) -> Vec<Evidence> {
    found
        .par_chunk_by(|x, y| (x.a, x.b) == (y.a, y.b))
        .flat_map_iter(|pair| std::iter::repeat_n(witness.pair(pair[0].a, pair[0].b), pair.len()))
        .collect()
}

/// Both sides of each overlap.
fn sides(sheets: &mut [Sheet], found: usize) -> Vec<(SideFacts, SideFacts)> {
    let mut earlier: Vec<Option<SideFacts>> = vec![None; found];
    let mut later: Vec<Option<SideFacts>> = vec![None; found];
    for facts in sheets.iter_mut().flat_map(|s| std::mem::take(&mut s.sides)) {
        let side = if facts.later { &mut later } else { &mut earlier };
        side[facts.found] = Some(facts);
    }
    earlier.into_iter().zip(later).filter_map(|(a, b)| a.zip(b)).collect()
}

/// Share of an overlap's words inside marks from which on a side quotes, and up to which it does not.
const MARKED: (f64, f64) = (0.8, 0.2);

fn oddities(
    index: &Index,
    found: &[Found],
    sides: &[(SideFacts, SideFacts)],
    judged: &[Judged],
    sheets: &[Sheet],
    clusters: &[Vec<Member>],
) -> Vec<Oddities> {
    let mut out = vec![Oddities::default(); sheets.len()];
    for members in clusters {
        let title = |document: DocumentIndex| folded(&index.metadata(document).title);
        let first = title(members[0].document);
        for member in members.iter().filter(|m| m.relation == Relation::Identical) {
            let own = title(member.document);
            out[member.document.at()].headline_changed = !own.is_empty() && !first.is_empty() && own != first;
        }
    }
    for ((f, (a, b)), judged) in found.iter().zip(sides).zip(judged) {
        let Some((named_by, name)) = judged.speaker else { continue };
        if f.a == f.b || index.same_outlet(f.a, f.b) || matches!(judged.kind, Kind::Boilerplate | Kind::Formula) {
            continue;
        }
        for (marked, bare) in [(a, b), (b, a)] {
            let (document, other) = (bare.excerpt.document, marked.excerpt.document);
            let name = index.text(named_by).get(name.range()).unwrap_or_default();
            // Who wrote them, or said them, needs no marks.
            if marked.excerpt.quoted >= MARKED.0
                && bare.excerpt.quoted <= MARKED.1
                && !index.is_before(document, other)
                && !same_speaker(name, &index.metadata(document).source)
            {
                out[document.at()].unmarked_quotation = true;
            }
        }
    }
    out
}

/// Letters and digits, in lower case.
fn folded(title: &str) -> String {
    title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
