//! Formula: names, titles, places, dates and the set phrases around them. A shared run of these tells nothing about who
//! wrote it. Told by the words alone, from fixed tables and capital letters, so that a label never flips as a corpus
//! grows.

use super::boilerplate::Layout;
use super::quotes::Quotation;
use crate::align::{Found, Role, is_common};
use crate::document::{DocumentIndex, TokenSpan};
use crate::index::{Index, ShortToken, is_dense};
use crate::text::{Boundaries, WordSet};
use ahash::AHashMap;
use rayon::prelude::*;
use std::sync::LazyLock;

/// Information of a word, in halves: frequent words of news tell half as much as those that are in no table.
const FREQUENT_WORD: u32 = 1;
const OTHER_WORD: u32 = 2;
/// Halves below which an overlap is a set phrase, and the words up to which it may be.
const INFORMATION: u32 = 6;
const PHRASE: u32 = 12;
/// The same for so short a run in two articles so many seconds apart: whoever copies, copies fresh words.
const INFORMATION_APART: u32 = 9;
const SHORT: u32 = 10;
const APART: i64 = 14 * 86_400;
/// An overlap of less than one half in so many words is a list, if a third of its words are names.
const INFORMATION_SHARE: u32 = 3;
/// Halves below which it holds nothing but names. Within one outlet, where a phrase is likely from the same pen, only
/// this is a formula.
const INFORMATION_OWN: u32 = 2;
/// Equal words above which an overlap is no formula.
const LONGEST: u32 = 40;
/// A pair that shares so much unquoted text of its shorter article, one part in so many, is copied: its short rows are no
/// accident.
const COPIED: u32 = 4;
/// Share of capitals inside sentences above which they tell nothing: titles have them on every word, and German on every
/// noun.
const CAPITALS: f64 = 0.5;
const CAPITALS_GERMAN: f64 = 0.2;
/// Tokens of an article that are looked at for it.
const SAMPLE: usize = 400;

/// Offices, bodies and the verbs and nouns of reporting: they come with names, and choose nothing.
static SET_WORDS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new(
        "acting administration administrator adviser advisers advisor advisors agency aide aides ambassador analyst \
         assembly assistant associate association attorney authority bank bishop board bureau campaign candidate captain \
         center centre chair chairman chairwoman chancellor chief cabinet city co-chair coach colonel commander \
         commission commissioner committee company conference congress congressman congresswoman conservative \
         consul coordinator correspondent corporation council councillor counsel counsellor county court \
         criminologist defense defence delegation democrat democratic democrats department deputy director district \
         division economist editor embassy envoy executive expert father federal federation fellow firm force foreign \
         former foundation founder general governor group head home house institute institution intelligence \
         interim international joint judge justice king labor labour lawmaker lawmakers lawyer leader legislator \
         liberal lieutenant lord majority manager mayor member members minister ministers ministry minority mission \
         mother mp nation national nominee north office officer officers official officials ombudsman opposition \
         organization organisation parliament parliamentary partner party pastor police policy political president \
         presidential premier press priest prime prince princess principal professor prosecutor province public queen \
         ranking region regional representative representatives republican republicans researcher retired running-mate \
         school scientist secretary security senate senator senators senior sergeant service sheriff society son \
         south speaker spokesman spokesperson spokeswoman staff state states strategist supreme team territory \
         top treasurer treasury union united university vice wife husband brother sister daughter who's \
         according account added adding announced announcement announcing answered anonymity asked authorized \
         authorised briefing briefed called calls comment commented comments condition conditions declined \
         discuss email e-mail interview interviewed issued letter matter news newspaper publicly quoted reached \
         released reply request requests respond responded response reporters reported reports show source sources \
         speaking speech spoke spoken statement statements telephone television testified testimony told tweet tweeted \
         twitter wrote written immediately familiar \
         january february march april may june july august september october november december jan feb mar apr jun jul \
         aug sept sep oct nov dec monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday \
         morning afternoon evening night week weekend month months days weeks earlier later ago noon midnight \
         präsident präsidentin minister ministerin bundeskanzler kanzler sprecher sprecherin vorsitzende vorsitzender \
         président présidente ministre porte-parole premier directeur directrice presidente ministro ministra portavoz \
         director directora adults cell cellphone chosen error interviews landline margin minus nationwide percentage plus \
         points randomly registered respondents sample sampling million billion percent per cent hundred thousand dollars euros pounds",
    )
});

/// Small words of German, and of no other language with as many capitals.
static GERMAN: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new("der die das den dem des und ist nicht mit von ein eine einen auf für sich auch bei nach wird werden")
});

/// Words that are frequent in any news, the commonest of all left out.
static FREQUENT: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(include_str!("frequent.txt")));

/// How little an overlap tells about who wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Formula {
    /// It tells something.
    No,
    /// Long, and yet nearly all names: a list.
    List,
    /// A set phrase with few frequent words of its own.
    Phrase,
    /// Names and titles, nothing else.
    Names,
}

/// What each overlap is. `quotations` are those of the articles, in their order.
pub(super) fn formulas(index: &Index, found: &[Found], quotations: &[Vec<Quotation>]) -> Vec<Formula> {
    // Two reports that quote the same speech at length need not have a line of their own in common.
    let mut prose: AHashMap<(DocumentIndex, DocumentIndex), u32> = AHashMap::new();
    for f in found.iter().filter(|f| f.overlap.role == Role::Main && f.a != f.b) {
        let own = &quotations[f.b.at()];
        let quoted: u32 =
            f.runs(true).map(|run| words_inside(own, TokenSpan::new(run.start as u32, run.end as u32))).sum();
        *prose.entry((f.a, f.b)).or_default() += f.overlap.matched() - quoted;
    }
    let copied = |f: &Found| {
        let shorter = index.words(f.a).min(index.words(f.b));
        prose.get(&(f.a, f.b)).is_some_and(|words| words * COPIED >= shorter)
    };
    found
        .par_chunk_by(|x, y| x.b == y.b)
        .map_init(Default::default, |(own, other): &mut (Sheet, Sheet), of_later| {
            let mut known = false;
            of_later
                .iter()
                .map(|f| {
                    if f.overlap.matched() > LONGEST || copied(f) || chooses(index, f) {
                        return Formula::No;
                    }
                    if !std::mem::replace(&mut known, true) {
                        own.read(index, f.b);
                    }
                    if f.a != f.b && other.document != Some(f.a) {
                        other.read(index, f.a);
                    }
                    let a = if f.a == f.b { &*own } else { &*other };
                    weigh(index, f, a, own).formula(index, f)
                })
                .collect::<Vec<Formula>>()
        })
        .flatten_iter()
        .collect()
}

/// Whether an overlap is no formula whatever its capitals say: they can at best make every word a name, which does not
/// help graphemes.
fn chooses(index: &Index, f: &Found) -> bool {
    f.overlap.blocks.iter().any(|b| index.tokens(f.a)[b.a as usize..b.a_end() as usize].iter().any(is_dense))
}

/// What is read of an article to tell its names.
#[derive(Default)]
struct Sheet {
    document: Option<DocumentIndex>,
    spans: Vec<crate::document::ByteSpan>,
    paragraphs: Vec<crate::document::Paragraph>,
    /// Whether a capital inside a sentence marks a name.
    capitals_tell: bool,
}

impl Sheet {
    fn read(&mut self, index: &Index, document: DocumentIndex) {
        self.document = Some(document);
        index.spans(document, &mut self.spans);
        self.paragraphs = index.paragraphs(document).collect();
        let layout = self.layout(index, document);
        let sample = &index.tokens(document)[..self.spans.len().min(SAMPLE)];
        let german = sample.iter().filter(|t| GERMAN.contains(t.get())).count();
        let least = if 10 * german > sample.len() { CAPITALS_GERMAN } else { CAPITALS };
        let inside: Vec<bool> = (0..sample.len())
            .filter(|&at| !begins_sentence(&layout, at))
            .filter_map(|at| first_letter(&layout, at))
            .map(char::is_uppercase)
            .collect();
        let capitals = inside.iter().filter(|&&capital| capital).count();
        self.capitals_tell = (capitals as f64) < least * inside.len() as f64;
    }

    fn layout<'a>(&'a self, index: &'a Index, document: DocumentIndex) -> Layout<'a> {
        Layout { text: index.text(document), spans: &self.spans, paragraphs: &self.paragraphs }
    }
}

fn begins_sentence(layout: &Layout<'_>, at: usize) -> bool {
    Boundaries { text: layout.text, spans: layout.spans, paragraphs: layout.paragraphs }.before(at).stops_rim()
}

/// First letter of a token; `None` for numbers.
fn first_letter(layout: &Layout<'_>, at: usize) -> Option<char> {
    layout.text[layout.spans[at].range()].chars().next().filter(|c| c.is_alphabetic())
}

/// What the equal words of an overlap tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Weight {
    /// Information of those that are in no list below, in halves.
    information: u32,
    /// Names on both sides, numbers, offices and words of reporting.
    names: u32,
}

impl Weight {
    fn formula(self, index: &Index, f: &Found) -> Formula {
        let Self { information, names } = self;
        let matched = f.overlap.matched();
        let least = if matched <= SHORT && weeks_apart(index, f) { INFORMATION_APART } else { INFORMATION };
        if information < INFORMATION_OWN {
            Formula::Names
        } else if f.a == f.b || index.same_outlet(f.a, f.b) {
            Formula::No
        } else if information < least && matched <= PHRASE {
            Formula::Phrase
        } else if information * INFORMATION_SHARE < matched && 3 * names >= matched {
            Formula::List
        } else {
            Formula::No
        }
    }
}

/// Whether two articles came out so far apart that a short run is the language of their subject.
fn weeks_apart(index: &Index, f: &Found) -> bool {
    match (&index.metadata(f.a).time, &index.metadata(f.b).time) {
        (Some(a), Some(b)) => b.start() - a.end() > APART,
        _ => false,
    }
}

/// Words of `span` inside quotations.
fn words_inside(quotations: &[Quotation], span: TokenSpan) -> u32 {
    let first = quotations.partition_point(|q| q.tokens.end <= span.start);
    quotations[first..].iter().take_while(|q| q.tokens.start < span.end).map(|q| q.tokens.common(span)).sum()
}

/// Weighs the equal words of an overlap, the commonest left out.
fn weigh(index: &Index, f: &Found, a: &Sheet, b: &Sheet) -> Weight {
    let tokens: &[ShortToken] = index.tokens(f.a);
    let (la, lb, tell) = (a.layout(index, f.a), b.layout(index, f.b), a.capitals_tell && b.capitals_tell);
    // A capital that begins a sentence says nothing, unless the name goes on.
    let capital = |layout: &Layout<'_>, at: usize, letter: char| {
        let goes_on = || at + 1 < layout.spans.len() && first_letter(layout, at + 1).is_some_and(char::is_uppercase);
        letter.is_uppercase() && (!begins_sentence(layout, at) || goes_on())
    };
    let mut weight = Weight::default();
    for block in &f.overlap.blocks {
        for step in 0..block.len {
            let (a, b) = ((block.a + step) as usize, (block.b + step) as usize);
            let token = tokens[a].get();
            if is_common(token) {
                continue;
            }
            let name = SET_WORDS.contains(token)
                || match (first_letter(&la, a), first_letter(&lb, b)) {
                    (Some(x), Some(y)) => tell && capital(&la, a, x) && capital(&lb, b, y),
                    _ => true,
                };
            match name {
                true => weight.names += 1,
                false if FREQUENT.contains(token) => weight.information += FREQUENT_WORD,
                false => weight.information += OTHER_WORD,
            }
        }
    }
    weight
}
