//! Overlaps → the kind of each word of each article, shares that add up, who had it first, who is quoted.
//! Finds nothing: it judges what was aligned.

mod altered;
mod attribution;
mod boilerplate;
mod credit;
mod evidence;
mod fixture;
mod formula;
mod kind;
mod lexicon;
mod origin;
mod pairing;
mod quotes;
mod row;
mod sheet;
mod speaker;
mod statement;
mod united;
mod utterance;
mod wording;

pub use altered::AlteredQuote;
pub use boilerplate::Furniture;
pub use credit::{Credit, credits};
pub use evidence::{Basis, Direction};
pub use kind::{Kind, Partition};
pub use quotes::{Quotation, quotations, quoted};
pub use row::Judged;
pub use sheet::{Excerpt, KindRun, ParagraphRow, Sheet, SideFacts, SourceShare};
pub use speaker::{Voice, same_speaker, speakers};
pub use statement::{Piece, Statement};

use crate::align::Found;
use crate::cluster::Member;
use crate::document::{ByteSpan, DocumentIndex, Paragraph};
use crate::index::{Index, ShortToken};
use crate::outlet::Outlets;
use crate::passage::Passage;
use crate::settings::Settings;
pub(crate) use altered::altered as altered_quotes;
pub(crate) use boilerplate::{
    Place, REACH, day, furniture_of, is_line, is_own_line, is_repeated, line_places, may_be_furniture,
};
pub(crate) use evidence::{Evidence, Witness, version_key};
pub(crate) use formula::{Formula, formulas};
pub(crate) use origin::{connected, is_one_text, is_prose, may_have_origins, prose_words};
use rayon::prelude::*;
pub(crate) use row::{Known, judged_by, named};
pub(crate) use sheet::{BestParagraph, Case, Own, SideView, best_paragraphs, sheet_of, untouched};
pub(crate) use statement::{quote_the_same, statements as rebuilt_statements};
use std::collections::{BTreeMap, BTreeSet};

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

/// What was found, grouped.
#[derive(Clone, Copy, Debug)]
pub struct Grouped<'a> {
    /// Texts that recur.
    pub passages: &'a [Passage],
    /// The passage of each overlap.
    pub passage_of: &'a [usize],
    /// Near-duplicate articles.
    pub clusters: &'a [Vec<Member>],
}

/// Judges all that was found. `credits` are those of [`read_credits`].
pub fn judge(
    index: &Index,
    found: &[Found],
    grouped: Grouped<'_>,
    credits: Vec<Vec<Credit>>,
    furniture: &Furniture,
    settings: &Settings,
) -> Judgement {
    let Grouped { passages, passage_of, clusters } = grouped;
    let witness = Witness::new(index, &credits, &settings.outlets);
    let evidence = evidence_of(found, &witness);
    let quotations = read_quotations(index, found);
    let formulas = formulas(index, found, &quotations);
    let case = sheet::Case {
        index,
        found,
        quotations: &quotations,
        formulas: &formulas,
        evidence: &evidence,
        witness: &witness,
        furniture,
        same_source: settings.same_source,
    };
    let (mut sheets, sides, overlaps) = sheet::sheets(case);
    let passage_kinds = row::passage_kinds(passages.len(), passage_of, &overlaps);
    let voices: Vec<Option<Voice>> = sheets.iter_mut().map(|sheet| sheet.voice.take()).collect();
    // Much of each is done by one thread: together they keep all at work.
    let ((origins, oddities), (altered, statements)) = rayon::join(
        || {
            rayon::join(
                || origin::origins(index, found, &overlaps, &evidence, &sheets, passages, &passage_kinds),
                || oddities(index, found, &sides, &overlaps, sheets.len(), clusters),
            )
        },
        || rayon::join(|| altered::altered(index, found, &voices), || statement::statements(index, found, &voices)),
    );
    Judgement { sheets, overlaps, sides, passage_kinds, origins, credits, oddities, altered, statements }
}

/// Articles of which one thread looks at no more in one go: else the last one would let the others wait.
const AT_ONCE: usize = 256;

/// Outlets whose articles must print a name in their datelines before it counts as an agency's.
pub(crate) const DATELINES: usize = 2;

/// Whom each article credits, its own outlet left out. A name that stands in the datelines of several other outlets is an
/// agency's, known or not.
pub fn read_credits(index: &Index, outlets: &Outlets) -> Vec<Vec<Credit>> {
    let mut credits: Vec<Vec<Credit>> = index
        .documents()
        .collect::<Vec<_>>()
        .par_iter()
        .with_max_len(AT_ONCE)
        .map_init(Default::default, |(spans, text, tokens): &mut (Vec<ByteSpan>, Vec<u8>, Vec<u8>), &document| {
            index.spans(document, spans);
            let paragraphs: Vec<_> = index.paragraphs(document).collect();
            let (text, tokens) = (index.text_anywhere(document, text), index.tokens_anywhere(document, tokens));
            credits_of_others(text, tokens, spans, &paragraphs, &index.metadata(document).source, outlets)
        })
        .collect();
    let mut datelines: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for (document, credits) in index.documents().zip(&credits) {
        for credit in credits.iter().filter(|c| c.dateline && !c.agency) {
            datelines.entry(credit.key(outlets)).or_default().insert(index.outlet(document));
        }
    }
    datelines.retain(|_, outlets| outlets.len() >= DATELINES);
    if !datelines.is_empty() {
        for credit in credits.iter_mut().flatten().filter(|c| !c.agency) {
            credit.agency = datelines.contains_key(&outlets.key(&credit.name));
        }
    }
    credits
}

/// The credits of an article of the outlet `source`, its own left out.
pub(crate) fn credits_of_others(
    text: &str,
    tokens: &[ShortToken],
    spans: &[ByteSpan],
    paragraphs: &[Paragraph],
    source: &str,
    outlets: &Outlets,
) -> Vec<Credit> {
    let mut credits = credits(text, tokens, spans, paragraphs, outlets);
    if !credits.is_empty() {
        let own = outlets.key(source);
        credits.retain(|credit| credit.key(outlets) != own);
    }
    credits
}

/// The quotations of each article that shares something.
pub(crate) fn read_quotations(index: &Index, found: &[Found]) -> Vec<Vec<Quotation>> {
    let mut shares = vec![false; index.len()];
    for f in found {
        shares[f.a.at()] = true;
        shares[f.b.at()] = true;
    }
    index
        .documents()
        .collect::<Vec<_>>()
        .par_iter()
        .with_max_len(AT_ONCE)
        .map_init(Default::default, |(spans, text): &mut (Vec<ByteSpan>, Vec<u8>), &document| {
            if !shares[document.at()] {
                return Vec::new();
            }
            index.spans(document, spans);
            let paragraphs: Vec<_> = index.paragraphs(document).collect();
            quotations(index.text_anywhere(document, text), spans, &paragraphs)
        })
        .collect()
}

/// What each overlap's pair of articles says of itself.
pub(crate) fn evidence_of(found: &[Found], witness: &Witness<'_>) -> Vec<Evidence> {
    found
        .par_chunk_by(|x, y| (x.a, x.b) == (y.a, y.b))
        .flat_map_iter(|pair| std::iter::repeat_n(witness.pair(pair[0].a, pair[0].b), pair.len()))
        .collect()
}

/// Share of the leader's words that an article has, and share of its own that they are, from which on its body is the
/// leader's: a credit and a sign-up line may be added.
const VERBATIM: (f64, f64) = (0.98, 0.85);
/// Share of an overlap's words inside marks from which on a side quotes, and up to which it does not.
const MARKED: (f64, f64) = (0.8, 0.2);

fn oddities(
    index: &Index,
    found: &[Found],
    sides: &[(SideFacts, SideFacts)],
    judged: &[Judged],
    articles: usize,
    clusters: &[Vec<Member>],
) -> Vec<Oddities> {
    let mut out = vec![Oddities::default(); articles];
    for members in clusters {
        let leader = members[0].document;
        let title = |document: DocumentIndex| index.metadata(document).title.as_str();
        for &Member { document, containment, .. } in &members[1..] {
            let words = (index.words(leader), index.words(document));
            out[document.at()].headline_changed =
                headline_changed(words, containment, (title(leader), title(document)));
        }
    }
    for ((f, (a, b)), judged) in found.iter().zip(sides).zip(judged) {
        let Some((named_by, name)) = judged.speaker else { continue };
        if f.a == f.b || index.same_outlet(f.a, f.b) || !may_be_unmarked(judged.kind) {
            continue;
        }
        for (marked, bare) in [(a, b), (b, a)] {
            let (document, other) = (bare.excerpt.document, marked.excerpt.document);
            let name = index.excerpt(named_by, name);
            if prints_unmarked(marked, bare, index.is_before(document, other), name, &index.metadata(document).source) {
                out[document.at()].unmarked_quotation = true;
            }
        }
    }
    out
}

/// Whether an overlap of this kind may be a quotation that a side prints without marks.
pub(crate) fn may_be_unmarked(kind: Kind) -> bool {
    !matches!(kind, Kind::Boilerplate | Kind::Formula)
}

/// Whether the `bare` side of an overlap prints without marks what the other side quotes. Who wrote it before, or said it,
/// needs no marks: `first` is whether it came out before, `name` who is quoted, `source` its outlet.
pub(crate) fn prints_unmarked(marked: &SideFacts, bare: &SideFacts, first: bool, name: &str, source: &str) -> bool {
    marked.excerpt.quoted >= MARKED.0 && bare.excerpt.quoted <= MARKED.1 && !first && !same_speaker(name, source)
}

/// Whether an article in the cluster of a leader has its words under another headline. `words` are those of both, leader
/// first, as are `titles`; `containment` is the share of its own words that the leader has.
pub(crate) fn headline_changed(words: (u32, u32), containment: f64, titles: (&str, &str)) -> bool {
    let (leader, own) = (f64::from(words.0), f64::from(words.1));
    let verbatim = containment * own >= VERBATIM.0 * leader && containment >= VERBATIM.1;
    let (first, own) = (folded(titles.0), folded(titles.1));
    verbatim && !own.is_empty() && !first.is_empty() && own != first
}

/// Letters and digits, in lower case.
fn folded(title: &str) -> String {
    title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
