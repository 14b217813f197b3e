//! One sheet an article: what each of its words is, whom it shares them with, and the facts of its side of each overlap.

use super::attribution::attributions;
use super::boilerplate::Furniture;
use super::evidence::{Evidence, Witness};
use super::formula::Formula;
use super::kind::{Kind, Partition};
use super::quotes::Quotation;
use super::speaker::{Voice, speakers};
use crate::align::Found;
use crate::document::{ByteSpan, DocumentIndex, Paragraph, TokenSpan};
use crate::index::{Index, is_dense};
use crate::minhash::exact_resemblance;
use crate::settings::SameSource;
use crate::shingle::ShingleSize;
use crate::text::Boundaries;
use ahash::AHashMap;
use rayon::prelude::*;

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
    /// Number of the overlap.
    pub found: usize,
    /// Whether this is its later side.
    pub later: bool,
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
    /// Its sides of overlaps.
    pub sides: Vec<SideFacts>,
    /// Whether any word is a grapheme of a script without spaces.
    pub graphemes: bool,
    /// Its quotations and whom it names for them; `None` where it shares no quoted word.
    pub voice: Option<Voice>,
}

/// What is known before the words of an article are judged.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) index: &'a Index,
    pub(super) found: &'a [Found],
    /// Quotations of each article that shares something.
    pub(super) quotations: &'a [Vec<Quotation>],
    /// For each overlap, whether it is a formula.
    pub(super) formulas: &'a [Formula],
    /// For each overlap, what its pair of articles says of itself.
    pub(super) evidence: &'a [Evidence],
    pub(super) witness: &'a Witness<'a>,
    pub(super) furniture: &'a Furniture,
    pub(super) same_source: SameSource,
}

/// Judges every article. Sheets are in the order of the articles.
pub(super) fn sheets(case: Case<'_>) -> Vec<Sheet> {
    let mut sides: Vec<Vec<(usize, bool)>> = vec![Vec::new(); case.index.len()];
    for (at, f) in case.found.iter().enumerate() {
        sides[f.a.at()].push((at, false));
        sides[f.b.at()].push((at, true));
    }
    case.index
        .documents()
        .collect::<Vec<_>>()
        .par_iter()
        .map_init(Vec::new, |spans, &document| case.judge(document, &sides[document.at()], spans))
        .collect()
}

/// What is known of a word.
#[derive(Clone, Copy, Default)]
struct Word {
    /// Inside marks.
    quoted: bool,
    /// Beside marks, saying who is quoted.
    attribution: bool,
    furniture: bool,
    /// Shared with another outlet that is credited.
    credited: bool,
    /// Shared with another outlet that is not.
    unattributed: bool,
    revision: bool,
    own: bool,
    /// Part of a formula.
    formula: bool,
    /// A demonstrably earlier article has it.
    before: bool,
}

impl Word {
    /// The first that holds, in the order of precedence.
    fn kind(self) -> Option<Kind> {
        let shared = self.credited || self.unattributed || self.revision || self.own;
        match self {
            _ if self.quoted && (shared || self.formula) || self.attribution && shared => Some(Kind::Quotation),
            Self { furniture: true, .. } => Some(Kind::Boilerplate),
            Self { credited: true, .. } => Some(Kind::Credited),
            Self { unattributed: true, .. } => Some(Kind::Unattributed),
            Self { revision: true, .. } => Some(Kind::Revision),
            Self { own: true, .. } => Some(Kind::SelfReuse),
            Self { formula: true, .. } => Some(Kind::Formula),
            _ => None,
        }
    }
}

impl Case<'_> {
    fn judge(self, document: DocumentIndex, sides: &[(usize, bool)], spans: &mut Vec<ByteSpan>) -> Sheet {
        let Self { index, found, .. } = self;
        if sides.is_empty() && !self.furniture.touches(index, document) {
            return untouched(index, document);
        }
        let text = index.text(document);
        index.spans(document, spans);
        let paragraphs: Vec<Paragraph> = index.paragraphs(document).collect();
        let layout = Boundaries { text, spans, paragraphs: &paragraphs };
        let mut words = vec![Word::default(); spans.len()];
        let mut marks = vec![false; spans.len()];
        self.furniture.mark(index, document, &layout, &mut marks);
        for (word, furniture) in words.iter_mut().zip(marks) {
            word.furniture = furniture;
        }
        let quotations = &self.quotations[document.at()];
        for quotation in quotations {
            words[quotation.tokens.range()].iter_mut().for_each(|w| w.quoted = true);
        }
        let longest_run = self.share(document, sides, &mut words);
        let shared = |word: &Word| word.quoted && word.kind().is_some();
        // To tell who is quoted takes time: it is asked only where somebody else quotes too.
        let voice = words.iter().any(shared).then(|| {
            for span in attributions(&layout, index.tokens(document), quotations) {
                // They belong to the quotation if they are shared with it.
                let beside = [span.start.checked_sub(1), Some(span.end)].into_iter().flatten();
                if beside.filter_map(|at| words.get(at as usize)).any(shared) {
                    words[span.range()].iter_mut().for_each(|w| w.attribution = true);
                }
            }
            let speakers = speakers(text, spans, &paragraphs, quotations);
            Voice { quotations: quotations.clone(), speakers }
        });
        let mut partition = Partition::default();
        words.iter().filter_map(|w| w.kind()).for_each(|kind| partition.add(kind));
        Sheet {
            document,
            partition,
            kinds: kind_runs(&words),
            seen_before: words.iter().filter(|w| w.before).count() as u32,
            longest_run,
            sources: sources(document, found, sides, words.len()),
            paragraphs: paragraph_rows(index, document, &paragraphs, found, sides, &words),
            sides: self.side_facts(&layout, document, sides, &words),
            graphemes: index.tokens(document).iter().any(is_dense),
            voice,
        }
    }

    /// What prose of an overlap is on one of its sides, by this pair of articles alone.
    pub(super) fn prose(&self, at: usize, later: bool) -> Kind {
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

    /// The facts of its sides, in the order in which they stand.
    fn side_facts(
        &self,
        layout: &Boundaries<'_>,
        document: DocumentIndex,
        sides: &[(usize, bool)],
        words: &[Word],
    ) -> Vec<SideFacts> {
        let (found, &Boundaries { text, spans, paragraphs }) = (self.found, layout);
        let mut order: Vec<(TokenSpan, usize, bool)> =
            sides.iter().map(|&(at, later)| (found[at].span(later), at, later)).collect();
        order.sort_unstable();
        let mut starts = CharCounter::new(text);
        let mut lines = LineCounter { text: text.as_bytes(), at: 0, line: 1 };
        order
            .into_iter()
            .map(|(span, at, later)| {
                let first = spans[span.start as usize].start;
                let end = spans[span.range()].iter().map(|s| s.end).max().unwrap_or(first);
                let (mut quoted, mut belongs, mut furniture, mut matched) = (0, 0, 0, 0);
                for word in found[at].runs(later).flat_map(|run| &words[run]) {
                    matched += 1;
                    quoted += u32::from(word.quoted);
                    furniture += u32::from(word.furniture);
                    belongs += u32::from(word.quoted || word.attribution);
                }
                let furniture_ends = ends_in_furniture(text, spans, paragraphs, span, words);
                let start_char = starts.at(first);
                let excerpt = Excerpt {
                    document,
                    paragraph: paragraph_of(paragraphs, span.start) as u32 + 1,
                    line: lines.at(first),
                    chars: (start_char, start_char + count_chars(&text.as_bytes()[first as usize..end as usize])),
                    bytes: ByteSpan::new(first, end),
                    words: span.len(),
                    quoted: f64::from(quoted) / f64::from(matched.max(1)),
                    prose: if self.formulas[at] == Formula::No { self.prose(at, later) } else { Kind::Formula },
                };
                SideFacts {
                    found: at,
                    later,
                    excerpt,
                    quoted: if quoted > 0 { belongs } else { 0 },
                    furniture,
                    furniture_ends,
                }
            })
            .collect()
    }

    /// Tells the words what is shared of them, and with whom. Returns the longest run shared with one other article.
    fn share(self, document: DocumentIndex, sides: &[(usize, bool)], words: &mut [Word]) -> u32 {
        let Self { index, found, .. } = self;
        let mut longest_run = 0;
        for &(at, later) in sides {
            let f = &found[at];
            let other = f.document(!later);
            if other == document && !later {
                continue; // the earlier of two places in one article is its own
            }
            let formula = self.formulas[at] != Formula::No;
            let elsewhere = other != document;
            let prose = self.prose(at, later);
            let before = elsewhere && index.is_before(other, document);
            for run in f.runs(later) {
                if elsewhere {
                    longest_run = longest_run.max(run.len() as u32);
                }
                for word in &mut words[run] {
                    if formula {
                        word.formula = true;
                        continue;
                    }
                    match prose {
                        Kind::Revision => word.revision = true,
                        Kind::SelfReuse => word.own = true,
                        Kind::Credited => word.credited = true,
                        _ => word.unattributed = true,
                    }
                    word.before |= before;
                }
            }
        }
        longest_run
    }
}

/// The sheet of an article that shares nothing.
fn untouched(index: &Index, document: DocumentIndex) -> Sheet {
    let paragraphs: Vec<Paragraph> = index.paragraphs(document).collect();
    let mut chars = CharCounter::new(index.text(document));
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
        sides: Vec::new(),
        graphemes: index.tokens(document).iter().any(is_dense),
        voice: None,
    }
}

fn kind_runs(words: &[Word]) -> Vec<KindRun> {
    let mut runs: Vec<KindRun> = Vec::new();
    for (at, word) in (0..).zip(words) {
        let Some(kind) = word.kind() else { continue };
        match runs.last_mut() {
            Some(last) if last.kind == kind && last.tokens.end == at => last.tokens.end += 1,
            _ => runs.push(KindRun { tokens: TokenSpan::new(at, at + 1), kind }),
        }
    }
    runs
}

/// Whom the article shares words with. Each word is allocated once: to the article that shares most words with this
/// one, then to the next.
fn sources(document: DocumentIndex, found: &[Found], sides: &[(usize, bool)], words: usize) -> Vec<SourceShare> {
    let mut runs: Vec<(DocumentIndex, std::ops::Range<usize>)> = sides
        .iter()
        .map(|&(at, later)| (&found[at], later))
        .filter(|(f, later)| f.document(!later) != document)
        .flat_map(|(f, later)| f.runs(later).map(move |run| (f.document(!later), run)))
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

fn paragraph_rows(
    index: &Index,
    document: DocumentIndex,
    paragraphs: &[Paragraph],
    found: &[Found],
    sides: &[(usize, bool)],
    words: &[Word],
) -> Vec<ParagraphRow> {
    // Words that each paragraph shares with each paragraph elsewhere.
    let mut shared: AHashMap<(usize, DocumentIndex, usize), u32> = AHashMap::new();
    let mut known: AHashMap<DocumentIndex, Vec<Paragraph>> = AHashMap::new();
    for &(at, later) in sides {
        let f = &found[at];
        let other = f.document(!later);
        if other == document {
            continue;
        }
        let theirs = known.entry(other).or_insert_with(|| index.paragraphs(other).collect());
        for block in &f.overlap.blocks {
            let (mine, their) = if later { (block.b, block.a) } else { (block.a, block.b) };
            let mut done = 0;
            while done < block.len {
                let (p, q) = (paragraph_of(paragraphs, mine + done), paragraph_of(theirs, their + done));
                let room = (paragraphs[p].tokens.end - mine - done).min(theirs[q].tokens.end - their - done);
                let step = room.clamp(1, block.len - done);
                *shared.entry((p, other, q)).or_default() += step;
                done += step;
            }
        }
    }
    // Of equals the earliest.
    type Most = Option<(u32, std::cmp::Reverse<(DocumentIndex, usize)>)>;
    let mut best: Vec<Most> = vec![None; paragraphs.len()];
    for ((p, other, q), count) in shared {
        best[p] = best[p].max(Some((count, std::cmp::Reverse((other, q)))));
    }
    let mut chars = CharCounter::new(index.text(document));
    paragraphs
        .iter()
        .enumerate()
        .map(|(at, p)| {
            let mut kinds = Partition::default();
            words[p.tokens.range()].iter().filter_map(|w| w.kind()).for_each(|kind| kinds.add(kind));
            let best = best[at].and_then(|(_, std::cmp::Reverse((other, q)))| {
                let theirs = known.get(&other)?.get(q)?;
                let resemblance =
                    exact_resemblance(&grams(index, document, p.tokens), &grams(index, other, theirs.tokens));
                Some((other, q as u32 + 1, resemblance))
            });
            ParagraphRow {
                document,
                paragraph: at as u32 + 1,
                chars: (chars.at(p.bytes.start), chars.at(p.bytes.end)),
                words: p.tokens.len(),
                unique_words: p.tokens.len() - kinds.shared() + kinds.of(Kind::Formula),
                kind: kinds.most(),
                best,
            }
        })
        .collect()
}

/// The set of shingles of three words (six graphemes) of a span, sorted.
fn grams(index: &Index, document: DocumentIndex, span: TokenSpan) -> Vec<u64> {
    let tokens = &index.tokens(document)[span.range()];
    let mut out: Vec<u64> = (0..tokens.len())
        .filter_map(|at| {
            let size =
                if is_dense(&tokens[at]) { ShingleSize::PARAGRAPH.graphemes } else { ShingleSize::PARAGRAPH.words };
            let gram = tokens.get(at..at + size)?;
            Some(xxhash_rust::xxh3::xxh3_64(zerocopy::IntoBytes::as_bytes(gram)))
        })
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// Words of the same sentence that may stand between the end of an overlap and the furniture in it.
const STRAY: u32 = 2;

/// Whether a span begins and ends with furniture: a stray word counts only if a sentence ends between.
fn ends_in_furniture(
    text: &str,
    spans: &[ByteSpan],
    paragraphs: &[Paragraph],
    span: TokenSpan,
    words: &[Word],
) -> bool {
    let boundaries = Boundaries { text, spans, paragraphs };
    let furniture = |t: u32| words[t as usize].furniture;
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

fn count_chars(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|&&b| b & 0xC0 != 0x80).count() as u32
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
