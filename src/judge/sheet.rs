//! One sheet an article: what each of its words is, whom it shares them with, and the facts of its side of each overlap.

use super::AT_ONCE;
use super::attribution::attributions;
use super::boilerplate::Furniture;
use super::evidence::{Evidence, Witness};
use super::formula::Formula;
use super::kind::{Kind, Partition};
use super::quotes::Quotation;
use super::row::{self, Judged};
use super::speaker::{Voice, speakers};
use crate::align::Found;
use crate::document::{ByteSpan, DocumentIndex, Paragraph, TokenSpan};
use crate::index::{Index, ShortToken, is_dense};
use crate::settings::SameSource;
use crate::shingle::ShingleSize;
use crate::text::Boundaries;
use rayon::prelude::*;
use std::cmp::Reverse;

/// One side of an overlap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Excerpt {
    /// The article.
    pub document: DocumentIndex,
    /// Paragraph in which it begins, from 1.
    pub paragraph: u32,
    /// Line of the text in which it begins, from 1.
    pub line: u32,
    /// Code points before it, and up to its end.
    pub chars: (u32, u32),
    /// Its bytes.
    pub bytes: ByteSpan,
    /// Its words.
    pub words: u32,
    /// Share of the matched words inside quotation marks.
    pub quoted: f64,
    /// What its prose is on this side, by this pair of articles alone; of a formula, that.
    pub prose: Kind,
}

/// Consecutive words of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindRun {
    /// The words.
    pub tokens: TokenSpan,
    /// What they are.
    pub kind: Kind,
}

/// A row of paragraphs.csv.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParagraphRow {
    /// The article.
    pub document: DocumentIndex,
    /// From 1.
    pub paragraph: u32,
    /// Code points before it, and up to its end.
    pub chars: (u32, u32),
    /// Its words.
    pub words: u32,
    /// Words that no other article has.
    pub unique_words: u32,
    /// Kind of most of its shared words; `None` where all are unique.
    pub kind: Option<Kind>,
    /// The paragraph it shares most words with (article, paragraph from 1), and their exact resemblance.
    pub best: Option<(DocumentIndex, u32, f64)>,
}

/// What an article's pass over its own text tells of its side of an overlap.
#[derive(Clone, Copy, Debug)]
pub struct SideFacts {
    /// Where it stands.
    pub excerpt: Excerpt,
    /// Matched words inside quotation marks, and those that attribute them beside.
    pub quoted: u32,
    /// Matched words that are furniture, quoted or not.
    pub furniture: u32,
    /// Whether its first and its last matched word are.
    pub furniture_ends: bool,
}

/// Words that an article shares with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceShare {
    /// The other article.
    pub other: DocumentIndex,
    /// Words that the other has too.
    pub full: u32,
    /// Of these, the words given to it when each is given once.
    pub allocated: u32,
}

/// All that is known of one article's words.
#[derive(Debug)]
pub struct Sheet {
    /// The article.
    pub document: DocumentIndex,
    /// Its words by kind.
    pub partition: Partition,
    /// The same, word by word, in order; what is in none is unique.
    pub kinds: Vec<KindRun>,
    /// Words that a demonstrably earlier article has.
    pub seen_before: u32,
    /// Longest run of consecutive words shared with one other article.
    pub longest_run: u32,
    /// Whom it shares words with, in the order of the articles.
    pub sources: Vec<SourceShare>,
    /// Its paragraphs.
    pub paragraphs: Vec<ParagraphRow>,
    /// Whether any word is a grapheme of a script without spaces.
    pub graphemes: bool,
    /// Its quotations and whom it names for them; `None` where it shares no quoted word.
    pub voice: Option<Voice>,
}

/// What is known before the words of an article are judged.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) index: &'a Index,
    pub(crate) found: &'a [Found],
    /// Quotations of each article that shares something.
    pub(crate) quotations: &'a [Vec<Quotation>],
    /// For each overlap, whether it is a formula.
    pub(crate) formulas: &'a [Formula],
    /// For each overlap, what its pair of articles says of itself.
    pub(crate) evidence: &'a [Evidence],
    pub(crate) witness: &'a Witness<'a>,
    pub(crate) furniture: &'a Furniture,
    pub(crate) same_source: SameSource,
}

/// The sides of overlaps that each article has, rising.
struct Sides {
    /// Of each article and the one after the last, its first place in `all`.
    starts: Vec<usize>,
    /// Twice the number of the overlap, one more where it is its later side.
    all: Vec<usize>,
}

impl Sides {
    fn new(articles: usize, found: &[Found]) -> Self {
        let mut starts = vec![0; articles + 1];
        for f in found {
            starts[f.a.at()] += 1;
            starts[f.b.at()] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += std::mem::replace(start, sum);
        }
        let (mut all, mut next) = (vec![0; sum], starts.clone());
        for (at, f) in found.iter().enumerate() {
            for (document, side) in [(f.a, 2 * at), (f.b, 2 * at + 1)] {
                all[next[document.at()]] = side;
                next[document.at()] += 1;
            }
        }
        Self { starts, all }
    }

    fn of(&self, document: DocumentIndex) -> &[usize] {
        &self.all[self.starts[document.at()]..self.starts[document.at() + 1]]
    }

    /// Where among the sides of `document` one of overlap `at` is.
    fn place(&self, document: DocumentIndex, at: usize, later: bool) -> usize {
        self.of(document).partition_point(|&side| side < 2 * at + usize::from(later))
    }
}

/// A side of an overlap, as its article sees it.
#[derive(Clone, Copy)]
pub(crate) struct SideView<'a> {
    pub(crate) found: &'a Found,
    pub(crate) later: bool,
    /// What its prose is, by this pair of articles alone.
    pub(crate) prose: Kind,
    pub(crate) is_formula: bool,
    /// Whether the other article has it demonstrably before.
    pub(crate) before: bool,
}

impl SideView<'_> {
    fn other(&self) -> DocumentIndex {
        self.found.document(!self.later)
    }
}

/// The paragraph elsewhere that a paragraph shares most words with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BestParagraph {
    /// Number of the paragraph here, from 0.
    pub(crate) here: usize,
    /// The other article, and the number of its paragraph, from 0.
    pub(crate) other: (DocumentIndex, usize),
    /// Words that both share.
    pub(crate) words: u32,
    /// Their exact resemblance.
    pub(crate) resemblance: f64,
}

/// What is known of one article before its words are judged.
#[derive(Clone, Copy)]
pub(crate) struct Own<'a> {
    /// Its number among the articles of the overlaps.
    pub(crate) document: DocumentIndex,
    pub(crate) layout: Boundaries<'a>,
    pub(crate) tokens: &'a [ShortToken],
    pub(crate) quotations: &'a [Quotation],
    /// For each word, whether it is furniture; empty where none is.
    pub(crate) furniture: &'a [bool],
}

/// Judges every article, then every overlap by what both its articles tell. Sheets are in the order of the articles,
/// sides and what is judged of them in that of the overlaps.
pub(super) fn sheets(case: Case<'_>) -> (Vec<Sheet>, Vec<(SideFacts, SideFacts)>, Vec<Judged>) {
    let sides = Sides::new(case.index.len(), case.found);
    let (mut sheets, mut facts) = (Vec::new(), Vec::new());
    (0..case.index.len() as u32)
        .into_par_iter()
        .with_max_len(AT_ONCE)
        .map_init(Scratch::default, |scratch, at| {
            let document = DocumentIndex(at);
            case.judge(document, sides.of(document), scratch)
        })
        .unzip_into_vecs(&mut sheets, &mut facts);
    let (mut both, mut judged) = (Vec::new(), Vec::new());
    case.found
        .par_iter()
        .enumerate()
        .map(|(at, f)| {
            let side = |document: DocumentIndex, later| facts[document.at()][sides.place(document, at, later)];
            let both = (side(f.a, false), side(f.b, true));
            (both, row::judged(&case, at, &both, &sheets))
        })
        .unzip_into_vecs(&mut both, &mut judged);
    (sheets, both, judged)
}

/// What is known of a word: a bit each.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Word(u16);

impl Word {
    /// Inside marks.
    const QUOTED: u16 = 1;
    /// Beside marks, saying who is quoted.
    const ATTRIBUTION: u16 = 1 << 1;
    const FURNITURE: u16 = 1 << 2;
    /// Shared with another outlet that is credited.
    const CREDITED: u16 = 1 << 3;
    /// Shared with another outlet that is not.
    const UNATTRIBUTED: u16 = 1 << 4;
    const REVISION: u16 = 1 << 5;
    const OWN: u16 = 1 << 6;
    /// Part of a formula.
    const FORMULA: u16 = 1 << 7;
    /// A demonstrably earlier article has it.
    const BEFORE: u16 = 1 << 8;
    /// In none of these is what is of no kind.
    const ANY: u16 = Self::FURNITURE | Self::CREDITED | Self::UNATTRIBUTED | Self::REVISION | Self::OWN | Self::FORMULA;

    fn has(self, bits: u16) -> bool {
        self.0 & bits != 0
    }

    fn add(words: &mut [Self], bits: u16) {
        words.iter_mut().for_each(|word| word.0 |= bits);
    }

    /// How many have one of these.
    fn count(words: &[Self], bits: u16) -> u32 {
        words.iter().map(|word| u32::from(word.has(bits))).sum()
    }

    /// The first that holds, in the order of precedence.
    fn kind(self) -> Option<Kind> {
        KINDS[usize::from(self.0 & 0xFF)]
    }
}

/// The kind of a word by its bits.
const KINDS: [Option<Kind>; 256] = {
    let mut kinds = [None; 256];
    let mut bits = 0;
    while bits < kinds.len() {
        kinds[bits] = kind_of(bits as u16);
        bits += 1;
    }
    kinds
};

const fn kind_of(bits: u16) -> Option<Kind> {
    const SHARED: u16 = Word::CREDITED | Word::UNATTRIBUTED | Word::REVISION | Word::OWN;
    if bits & Word::QUOTED != 0 && bits & (SHARED | Word::FORMULA) != 0
        || bits & Word::ATTRIBUTION != 0 && bits & SHARED != 0
    {
        return Some(Kind::Quotation);
    }
    Some(match bits {
        _ if bits & Word::FURNITURE != 0 => Kind::Boilerplate,
        _ if bits & Word::CREDITED != 0 => Kind::Credited,
        _ if bits & Word::UNATTRIBUTED != 0 => Kind::Unattributed,
        _ if bits & Word::REVISION != 0 => Kind::Revision,
        _ if bits & Word::OWN != 0 => Kind::SelfReuse,
        _ if bits & Word::FORMULA != 0 => Kind::Formula,
        _ => return None,
    })
}

/// What is filled anew for each article.
#[derive(Default)]
struct Scratch {
    text: Vec<u8>,
    tokens: Vec<u8>,
    spans: Vec<ByteSpan>,
    paragraphs: Vec<Paragraph>,
    words: Vec<Word>,
    marks: Vec<bool>,
    rows: RowScratch,
}

impl Case<'_> {
    fn judge(self, document: DocumentIndex, sides: &[usize], scratch: &mut Scratch) -> (Sheet, Vec<SideFacts>) {
        let index = self.index;
        let Scratch { text, tokens, spans, paragraphs, words, marks, rows } = scratch;
        let text = index.text_anywhere(document, text);
        let tokens = index.tokens_anywhere(document, tokens);
        let touched = self.furniture.touches(document, text);
        paragraphs.clear();
        paragraphs.extend(index.paragraphs(document));
        if sides.is_empty() && !touched {
            return (untouched(document, paragraphs, text, tokens), Vec::new());
        }
        index.spans(document, spans);
        let layout = Boundaries { text, spans, paragraphs };
        marks.clear();
        if touched {
            marks.resize(spans.len(), false);
            self.furniture.mark(index, document, &layout, marks);
        }
        let views: Vec<SideView<'_>> = sides.iter().map(|&side| self.view(side / 2, side % 2 == 1)).collect();
        let best = best_paragraphs(index, document, paragraphs, &views, rows);
        let quotations = &self.quotations[document.at()];
        sheet_of(Own { document, layout, tokens, quotations, furniture: marks }, &views, &best, words)
    }

    /// A side of an overlap, as its article sees it.
    pub(crate) fn view(&self, at: usize, later: bool) -> SideView<'_> {
        SideView {
            found: &self.found[at],
            later,
            prose: self.prose(at, later),
            is_formula: self.formulas[at] != Formula::No,
            before: self.evidence[at].is_before(later),
        }
    }

    /// What prose of an overlap is on one of its sides, by this pair of articles alone.
    pub(crate) fn prose(&self, at: usize, later: bool) -> Kind {
        let (f, evidence) = (&self.found[at], &self.evidence[at]);
        let (document, other) = (f.document(later), f.document(!later));
        if evidence.revision {
            Kind::Revision
        } else if other == document || self.index.same_outlet(document, other) && self.same_source != SameSource::Count
        {
            Kind::SelfReuse
        } else if evidence.credited || self.witness.credits_agency(document) {
            Kind::Credited
        } else {
            Kind::Unattributed
        }
    }
}

/// The sheet of an article that shares something, or has furniture, and the facts of its sides, in their order. `words` is
/// filled anew.
pub(crate) fn sheet_of(
    own: Own<'_>,
    sides: &[SideView<'_>],
    best: &[BestParagraph],
    words: &mut Vec<Word>,
) -> (Sheet, Vec<SideFacts>) {
    let Own { document, layout, tokens, quotations, furniture } = own;
    let Boundaries { text, spans, paragraphs } = layout;
    words.clear();
    words.resize(spans.len(), Word::default());
    for (word, _) in words.iter_mut().zip(furniture).filter(|(_, furniture)| **furniture) {
        word.0 |= Word::FURNITURE;
    }
    for quotation in quotations {
        Word::add(&mut words[quotation.tokens.range()], Word::QUOTED);
    }
    let longest_run = share(document, sides, words);
    let shared = |word: &Word| word.has(Word::QUOTED) && word.has(Word::ANY);
    // To tell who is quoted takes time: it is asked only where somebody else quotes too.
    let voice = quotations.iter().any(|q| words[q.tokens.range()].iter().any(shared)).then(|| {
        for span in attributions(&layout, tokens, quotations) {
            // They belong to the quotation if they are shared with it.
            let beside = [span.start.checked_sub(1), Some(span.end)].into_iter().flatten();
            if beside.filter_map(|at| words.get(at as usize)).any(shared) {
                Word::add(&mut words[span.range()], Word::ATTRIBUTION);
            }
        }
        let speakers = speakers(text, spans, paragraphs, quotations);
        Voice { quotations: quotations.to_vec(), speakers }
    });
    let kinds = kind_runs(words);
    let mut partition = Partition::default();
    kinds.iter().for_each(|run| partition.add_all(run.kind, run.tokens.len()));
    let sheet = Sheet {
        document,
        partition,
        seen_before: Word::count(words, Word::BEFORE),
        longest_run,
        sources: sources(document, sides, words.len()),
        paragraphs: paragraph_rows(document, &layout, &kinds, best),
        kinds,
        graphemes: has_graphemes(tokens),
        voice,
    };
    (sheet, side_facts(&layout, document, sides, words))
}

/// The facts of its sides, in their order.
fn side_facts(
    layout: &Boundaries<'_>,
    document: DocumentIndex,
    sides: &[SideView<'_>],
    words: &[Word],
) -> Vec<SideFacts> {
    let &Boundaries { text, spans, paragraphs } = layout;
    let mut order: Vec<(TokenSpan, usize)> =
        sides.iter().enumerate().map(|(number, side)| (side.found.span(side.later), number)).collect();
    order.sort_unstable();
    let mut starts = CharCounter::new(text);
    let mut lines = LineCounter { text: text.as_bytes(), at: 0, line: 1 };
    let mut out = vec![NO_FACTS; sides.len()];
    for (span, number) in order {
        let side = &sides[number];
        let first = spans[span.start as usize].start;
        let end = spans[span.range()].iter().map(|s| s.end).max().unwrap_or(first);
        let (mut quoted, mut belongs, mut furniture, mut matched) = (0, 0, 0, 0);
        for run in side.found.runs(side.later) {
            let words = &words[run];
            matched += words.len() as u32;
            quoted += Word::count(words, Word::QUOTED);
            furniture += Word::count(words, Word::FURNITURE);
            belongs += Word::count(words, Word::QUOTED | Word::ATTRIBUTION);
        }
        let start_char = starts.at(first);
        let excerpt = Excerpt {
            document,
            paragraph: paragraph_of(paragraphs, span.start) as u32 + 1,
            line: lines.at(first),
            chars: (start_char, start_char + count_chars(&text.as_bytes()[first as usize..end as usize])),
            bytes: ByteSpan::new(first, end),
            words: span.len(),
            quoted: f64::from(quoted) / f64::from(matched.max(1)),
            prose: if side.is_formula { Kind::Formula } else { side.prose },
        };
        out[number] = SideFacts {
            excerpt,
            quoted: if quoted > 0 { belongs } else { 0 },
            furniture,
            furniture_ends: furniture > 0 && ends_in_furniture(layout, span, words),
        };
    }
    out
}

/// Tells the words what is shared of them, and with whom. Returns the longest run shared with one other article.
fn share(document: DocumentIndex, sides: &[SideView<'_>], words: &mut [Word]) -> u32 {
    let mut longest_run = 0;
    for side in sides {
        let elsewhere = side.other() != document;
        if !elsewhere && !side.later {
            continue; // the earlier of two places in one article is its own
        }
        let bits = match side.prose {
            _ if side.is_formula => Word::FORMULA,
            Kind::Revision => Word::REVISION,
            Kind::SelfReuse => Word::OWN,
            Kind::Credited => Word::CREDITED,
            _ => Word::UNATTRIBUTED,
        };
        let bits = if elsewhere && side.before && bits != Word::FORMULA { bits | Word::BEFORE } else { bits };
        for run in side.found.runs(side.later) {
            if elsewhere {
                longest_run = longest_run.max(run.len() as u32);
            }
            Word::add(&mut words[run], bits);
        }
    }
    longest_run
}

/// Stands where the facts of a side are not known yet.
const NO_FACTS: SideFacts = SideFacts {
    excerpt: Excerpt {
        document: DocumentIndex(0),
        paragraph: 0,
        line: 0,
        chars: (0, 0),
        bytes: ByteSpan { start: 0, end: 0 },
        words: 0,
        quoted: 0.0,
        prose: Kind::Formula,
    },
    quoted: 0,
    furniture: 0,
    furniture_ends: false,
};

fn has_graphemes(tokens: &[ShortToken]) -> bool {
    // Without an early exit the compiler compares many at a time.
    tokens.iter().fold(0, |bits, token| bits | token.get()) & 1 == 1
}

/// The sheet of an article that shares nothing.
pub(crate) fn untouched(document: DocumentIndex, paragraphs: &[Paragraph], text: &str, tokens: &[ShortToken]) -> Sheet {
    let mut chars = CharCounter::new(text);
    let rows = paragraphs
        .iter()
        .zip(1..)
        .map(|(p, number)| ParagraphRow {
            document,
            paragraph: number,
            chars: (chars.at(p.bytes.start), chars.at(p.bytes.end)),
            words: p.tokens.len(),
            unique_words: p.tokens.len(),
            kind: None,
            best: None,
        })
        .collect();
    Sheet {
        document,
        partition: Partition::default(),
        kinds: Vec::new(),
        seen_before: 0,
        longest_run: 0,
        sources: Vec::new(),
        paragraphs: rows,
        graphemes: has_graphemes(tokens),
        voice: None,
    }
}

fn kind_runs(words: &[Word]) -> Vec<KindRun> {
    let mut runs: Vec<KindRun> = Vec::new();
    let mut start = 0;
    while start < words.len() {
        let kind = words[start].kind();
        let len = words[start..].iter().take_while(|word| word.kind() == kind).count();
        if let Some(kind) = kind {
            runs.push(KindRun { tokens: TokenSpan::new(start as u32, (start + len) as u32), kind });
        }
        start += len;
    }
    runs
}

/// Whom the article shares words with. Each word is allocated once: to the article that shares most words with this
/// one, then to the next.
fn sources(document: DocumentIndex, sides: &[SideView<'_>], words: usize) -> Vec<SourceShare> {
    let mut runs: Vec<(DocumentIndex, std::ops::Range<usize>)> = sides
        .iter()
        .filter(|side| side.other() != document)
        .flat_map(|side| side.found.runs(side.later).map(|run| (side.other(), run)))
        .collect();
    runs.sort_unstable_by_key(|(other, run)| (*other, run.start));
    let mut out: Vec<SourceShare> = Vec::new();
    let mut groups: Vec<std::ops::Range<usize>> = Vec::new();
    let mut start = 0;
    while start < runs.len() {
        let other = runs[start].0;
        let len = runs[start..].iter().take_while(|r| r.0 == other).count();
        let (mut full, mut end) = (0, 0);
        for (_, run) in &runs[start..start + len] {
            full += run.end.saturating_sub(run.start.max(end));
            end = end.max(run.end);
        }
        out.push(SourceShare { other, full: full as u32, allocated: 0 });
        groups.push(start..start + len);
        start += len;
    }
    if let [only] = &mut out[..] {
        only.allocated = only.full;
        return out;
    }
    let mut order: Vec<usize> = (0..out.len()).collect();
    order.sort_by_key(|&at| (std::cmp::Reverse(out[at].full), out[at].other));
    let mut given = vec![false; words];
    for at in order {
        for (_, run) in &runs[groups[at].clone()] {
            for word in given[run.clone()].iter_mut().filter(|w| !**w) {
                *word = true;
                out[at].allocated += 1;
            }
        }
    }
    out
}

fn paragraph_of(paragraphs: &[Paragraph], token: u32) -> usize {
    paragraphs.partition_point(|p| p.tokens.end <= token).min(paragraphs.len().saturating_sub(1))
}

/// What is filled anew for the paragraphs of each article.
#[derive(Default)]
pub(crate) struct RowScratch {
    /// Words that a paragraph shares with one elsewhere: its number, the article, the number there.
    shared: Vec<(usize, DocumentIndex, usize, u32)>,
    /// The paragraphs of another article.
    theirs: Vec<Paragraph>,
    /// Which of them each paragraph shares most words with: article, number there, number here, words.
    best: Vec<(DocumentIndex, usize, usize, u32)>,
    grams: Grams,
}

/// Of each paragraph that shares words with others, the one that it shares most words with: of equals the earliest.
pub(crate) fn best_paragraphs(
    index: &Index,
    document: DocumentIndex,
    paragraphs: &[Paragraph],
    sides: &[SideView<'_>],
    scratch: &mut RowScratch,
) -> Vec<BestParagraph> {
    let RowScratch { shared, theirs, best, grams } = scratch;
    shared.clear();
    let mut known = None;
    let mut know = |other: DocumentIndex, theirs: &mut Vec<Paragraph>| {
        if known.replace(other) != Some(other) {
            theirs.clear();
            theirs.extend(index.paragraphs(other));
        }
    };
    for side in sides {
        let other = side.other();
        if other == document {
            continue;
        }
        know(other, theirs);
        for block in &side.found.overlap.blocks {
            let (mine, their) = if side.later { (block.b, block.a) } else { (block.a, block.b) };
            let mut done = 0;
            while done < block.len {
                let (p, q) = (paragraph_of(paragraphs, mine + done), paragraph_of(theirs, their + done));
                let room = (paragraphs[p].tokens.end - mine - done).min(theirs[q].tokens.end - their - done);
                let step = room.clamp(1, block.len - done);
                match shared.last_mut() {
                    Some(last) if (last.0, last.1, last.2) == (p, other, q) => last.3 += step,
                    _ => shared.push((p, other, q, step)),
                }
                done += step;
            }
        }
    }
    shared.sort_unstable_by_key(|&(p, other, q, _)| (p, other, q));
    best.clear();
    for of in shared.chunk_by(|x, y| x.0 == y.0) {
        let sums = of.chunk_by(|x, y| (x.1, x.2) == (y.1, y.2));
        let most = sums.map(|of| (of.iter().map(|s| s.3).sum::<u32>(), Reverse((of[0].1, of[0].2)))).max();
        best.extend(most.map(|(words, Reverse((other, q)))| (other, q, of[0].0, words)));
    }
    best.sort_unstable();
    let mut out = Vec::with_capacity(best.len());
    for &(other, q, here, words) in best.iter() {
        know(other, theirs);
        let Some(there) = theirs.get(q) else { continue };
        let tokens = |document: DocumentIndex, span: TokenSpan| &index.tokens(document)[span.range()];
        let [x, y] = [tokens(document, paragraphs[here].tokens), tokens(other, there.tokens)];
        out.push(BestParagraph { here, other: (other, q), words, resemblance: grams.resemblance(x, y) });
    }
    out
}

fn paragraph_rows(
    document: DocumentIndex,
    &Boundaries { text, paragraphs, .. }: &Boundaries<'_>,
    kinds: &[KindRun],
    best: &[BestParagraph],
) -> Vec<ParagraphRow> {
    let mut chars = CharCounter::new(text);
    let mut next = 0;
    let mut rows: Vec<ParagraphRow> = paragraphs
        .iter()
        .zip(1..)
        .map(|(p, number)| {
            let mut partition = Partition::default();
            while let Some(run) = kinds.get(next).filter(|run| run.tokens.start < p.tokens.end) {
                partition.add_all(run.kind, run.tokens.common(p.tokens));
                if run.tokens.end > p.tokens.end {
                    break; // it goes on in the next paragraph
                }
                next += 1;
            }
            ParagraphRow {
                document,
                paragraph: number,
                chars: (chars.at(p.bytes.start), chars.at(p.bytes.end)),
                words: p.tokens.len(),
                unique_words: p.tokens.len() - partition.shared() + partition.of(Kind::Formula),
                kind: partition.most(),
                best: None,
            }
        })
        .collect();
    for b in best {
        rows[b.here].best = Some((b.other.0, b.other.1 as u32 + 1, b.resemblance));
    }
    rows
}

/// Grams of two texts, told apart by their hashes.
#[derive(Default)]
struct Grams {
    /// A power of two of places, at least half of them empty, which is 0. A gram stands at that of its hash or after it.
    hashes: Vec<u64>,
    /// Whether the second text has the gram that stands there.
    second: Vec<bool>,
}

impl Grams {
    /// Exact resemblance of the shingles of three words (six graphemes) of two texts; 0 where neither has any.
    fn resemblance(&mut self, x: &[ShortToken], y: &[ShortToken]) -> f64 {
        if x == y && grams(x).next().is_some() {
            return 1.0;
        }
        let size = (2 * (x.len() + y.len())).next_power_of_two();
        self.hashes.clear();
        self.hashes.resize(size, 0);
        self.second.clear();
        self.second.resize(size, false);
        let (mut union, mut common) = (0u32, 0u32);
        for gram in grams(x) {
            let (_, new) = self.put(gram);
            union += u32::from(new);
        }
        for gram in grams(y) {
            let (at, new) = self.put(gram);
            union += u32::from(new);
            common += u32::from(!new && !self.second[at]);
            self.second[at] = true;
        }
        if union == 0 { 0.0 } else { f64::from(common) / f64::from(union) }
    }

    /// Where a gram stands from now on, and whether it did not yet.
    fn put(&mut self, gram: &[ShortToken]) -> (usize, bool) {
        let hash = xxhash_rust::xxh3::xxh3_64(zerocopy::IntoBytes::as_bytes(gram)).max(1);
        let mask = self.hashes.len() - 1;
        let mut at = hash as usize & mask;
        while self.hashes[at] != 0 && self.hashes[at] != hash {
            at = (at + 1) & mask;
        }
        let new = self.hashes[at] == 0;
        self.hashes[at] = hash;
        (at, new)
    }
}

/// The shingles of three words (six graphemes) of a text.
fn grams(tokens: &[ShortToken]) -> impl Iterator<Item = &[ShortToken]> {
    (0..tokens.len()).filter_map(|at| {
        let size = if is_dense(&tokens[at]) { ShingleSize::PARAGRAPH.graphemes } else { ShingleSize::PARAGRAPH.words };
        tokens.get(at..at + size)
    })
}

/// Words of the same sentence that may stand between the end of an overlap and the furniture in it.
const STRAY: u32 = 2;

/// Whether a span begins and ends with furniture: a stray word counts only if a sentence ends between.
fn ends_in_furniture(boundaries: &Boundaries<'_>, span: TokenSpan, words: &[Word]) -> bool {
    let furniture = |t: u32| words[t as usize].has(Word::FURNITURE);
    let first = (span.start..span.end.min(span.start + STRAY + 1)).find(|&t| furniture(t));
    let last = (span.start.max(span.end.saturating_sub(STRAY + 1))..span.end).rev().find(|&t| furniture(t));
    let (Some(first), Some(last)) = (first, last) else { return false };
    let apart = |from: u32, to: u32| (from + 1..=to).any(|t| boundaries.before(t as usize).ends_sentence());
    !apart(span.start, first) && !apart(last, span.end - 1)
}

/// Counts code points up to rising bytes.
struct CharCounter<'a> {
    text: &'a [u8],
    at: usize,
    chars: u32,
}

impl<'a> CharCounter<'a> {
    fn new(text: &'a str) -> Self {
        Self { text: text.as_bytes(), at: 0, chars: 0 }
    }

    /// Code points before `byte`, which is not before the last asked for.
    fn at(&mut self, byte: u32) -> u32 {
        let byte = byte as usize;
        if byte < self.at {
            (self.at, self.chars) = (0, 0);
        }
        self.chars += count_chars(&self.text[self.at..byte]);
        self.at = byte;
        self.chars
    }
}

/// Number of code points: of bytes that do not continue one. Eight bytes at a time.
fn count_chars(bytes: &[u8]) -> u32 {
    const EACH: u64 = u64::MAX / 0xFF;
    let (eights, rest) = bytes.as_chunks::<8>();
    let mut continued = 0;
    // A count for each of eight bytes side by side, none of which may exceed a byte.
    for part in eights.chunks(255) {
        let mut counts = 0;
        for eight in part {
            let eight = u64::from_le_bytes(*eight);
            counts += (eight >> 7) & !(eight >> 6) & EACH;
        }
        continued += counts.to_le_bytes().into_iter().map(u32::from).sum::<u32>();
    }
    continued += rest.iter().map(|&byte| u32::from(byte & 0xC0 == 0x80)).sum::<u32>();
    bytes.len() as u32 - continued
}

/// Counts lines up to rising bytes.
struct LineCounter<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
}

impl LineCounter<'_> {
    fn at(&mut self, byte: u32) -> u32 {
        let byte = byte as usize;
        self.line += memchr::memchr_iter(b'\n', &self.text[self.at.min(byte)..byte]).count() as u32;
        self.at = byte;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::minhash::exact_resemblance;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn paragraphs_resemble_each_other_as_the_sets_of_their_shingles(
            x in prop::collection::vec(2u32..9, 0..40),
            y in prop::collection::vec(2u32..9, 0..40),
        ) {
            let short = |tokens: &[u32]| tokens.iter().map(|&t| ShortToken::new(t)).collect::<Vec<_>>();
            let (x, y) = (short(&x), short(&y));
            let set = |tokens: &[ShortToken]| {
                let hash = |gram: &[ShortToken]| gram.iter().fold(gram.len() as u64, |hash, t| hash << 8 | u64::from(t.get()));
                let mut out: Vec<u64> = grams(tokens).map(hash).collect();
                out.sort_unstable();
                out.dedup();
                out
            };
            let mut known = Grams::default();
            prop_assert_eq!(known.resemblance(&x, &y), exact_resemblance(&set(&x), &set(&y)));
            prop_assert_eq!(known.resemblance(&x, &x), exact_resemblance(&set(&x), &set(&x)));
        }

        #[test]
        fn code_points_are_counted_as_the_text_counts_them(text in "\\PC{0,80}", times in 1usize..300) {
            let text = text.repeat(times);
            prop_assert_eq!(count_chars(text.as_bytes()) as usize, text.chars().count());
        }
    }
}
