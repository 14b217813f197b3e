//! Furniture of an outlet: sign-up and copyright lines, embeds, galleries, standing notes.
//!
//! Learned from the corpus by what recurs in one outlet over days, in texts that are no versions of one another; named
//! by the user's file; or written as an embed. Never by frequency alone: a statement in a hundred outlets is news.

use crate::cluster::Member;
use crate::document::{DocumentIndex, Granularity, Paragraph, TokenSpan};
use crate::index::{FingerprintRow, Index, ShortToken, is_dense};
use crate::shingle::ShingleSize;
use crate::text::{Boundaries, Tokenizer, Tokens};
use ahash::{AHashMap, AHashSet};
use rayon::prelude::*;

/// Least texts of an outlet in which a shingle stands.
const TEXTS: usize = 4;
/// Least texts where dates are missing: at a fixed place, and anywhere.
const TEXTS_UNDATED: (usize, usize) = (5, 8);
/// Least days on which they came out.
const DAYS: usize = 3;
/// Least texts and days of each where two outlets share it, as co-owned titles do.
const TWO_OUTLETS: usize = 4;
/// Days between the first and the last of them, where two outlets share it away from the edges.
const TWO_OUTLETS_SPAN: i64 = 14;
/// One place elsewhere in so many of the outlet's own is chance, or another's quotation of it.
const OWN: usize = 20;
/// Tokens from the start, and from the end, that are a fixed place.
const EDGE: (u32, u32) = (40, 60);
/// Tokens that winnowing may leave between the edge of a shared run and its first fingerprint, or between two.
const REACH: u32 = 3;
/// Least equal tokens of a text of the user's file, unless it is shorter.
const GIVEN: usize = 8;
/// Seconds.
const DAY: i64 = 86_400;
/// Names of embeds that a word without an underscore may have.
const EMBEDS: [&str; 14] = [
    "ad",
    "advert",
    "audio",
    "caption",
    "embed",
    "gallery",
    "instagram",
    "newsletter",
    "playlist",
    "poll",
    "tweet",
    "twitter",
    "video",
    "youtube",
];

/// Which tokens of each article are furniture.
#[derive(Debug, Default)]
pub(super) struct Furniture {
    /// Tokens that recur, by article, rising. May overlap.
    learned: Vec<(DocumentIndex, TokenSpan)>,
    given: Given,
}

impl Furniture {
    /// Learns from `index` what recurs, and takes `given` texts as they are. `clusters` tell which articles are
    /// versions of one text.
    pub(super) fn learn(index: &Index, clusters: &[Vec<Member>], given: &[String]) -> Self {
        let mut text_of: Vec<DocumentIndex> = index.documents().collect();
        for members in clusters {
            for member in members {
                text_of[member.document.at()] = members[0].document;
            }
        }
        let rows = index.segment().fingerprints();
        let groups: Vec<&[FingerprintRow]> =
            rows.chunk_by(|x, y| x.hash == y.hash).filter(|group| group.len() >= TEXTS).collect();
        let mut learned: Vec<(DocumentIndex, TokenSpan)> = groups
            .par_iter()
            .map_init(Group::default, |buffer, rows| {
                buffer.take(index, rows, &text_of);
                buffer.furniture(index)
            })
            .flatten_iter()
            .collect();
        learned.extend(closing_lines(index, &text_of));
        learned.par_sort_unstable();
        Self { learned, given: Given::new(given) }
    }

    /// Marks the tokens of `document` that are furniture.
    pub(super) fn mark(&self, index: &Index, document: DocumentIndex, text: &Layout<'_>, marks: &mut [bool]) {
        let tokens = index.tokens(document);
        let start = self.learned.partition_point(|l| l.0 < document);
        for &(_, span) in self.learned[start..].iter().take_while(|l| l.0 == document) {
            marks[span.range()].fill(true);
        }
        if start < self.learned.len() && self.learned[start].0 == document {
            close_gaps(text, marks);
        }
        self.given.mark(tokens, marks);
        mark_embeds(text, marks);
    }
}

/// Paragraphs of at most so many tokens that may be a line by which an outlet opens or closes its articles.
const LINE: std::ops::RangeInclusive<u32> = 4..=40;
/// Paragraphs at the start and at the end of an article that may be.
const LINES: (usize, usize) = (1, 2);

/// Whole paragraphs with which an outlet begins or ends two articles or more, on different days: few outlets of a small
/// corpus print their sign-up line more often.
fn closing_lines(index: &Index, text_of: &[DocumentIndex]) -> Vec<(DocumentIndex, TokenSpan)> {
    type Line<'a> = (u32, &'a [ShortToken]);
    let mut lines: AHashMap<Line<'_>, Vec<(DocumentIndex, TokenSpan)>> = AHashMap::new();
    for document in index.documents().filter(|&d| index.outlet(d) != 0) {
        let count = index.paragraphs(document).len();
        for (at, paragraph) in index.paragraphs(document).enumerate() {
            if (at < LINES.0 || at + LINES.1 >= count) && LINE.contains(&paragraph.tokens.len()) {
                let tokens = &index.tokens(document)[paragraph.tokens.range()];
                lines.entry((index.outlet(document), tokens)).or_default().push((document, paragraph.tokens));
            }
        }
    }
    let day = |document: DocumentIndex| index.metadata(document).time.as_ref().map(|t| t.start().div_euclid(DAY));
    // A line that two outlets print is no furniture of one.
    let mut outlets: AHashMap<&[ShortToken], usize> = AHashMap::new();
    for (_, tokens) in lines.keys() {
        *outlets.entry(tokens).or_default() += 1;
    }
    lines.retain(|(_, tokens), places| {
        let mut texts: Vec<DocumentIndex> = places.iter().map(|p| text_of[p.0.at()]).collect();
        texts.sort_unstable();
        texts.dedup();
        let days: AHashSet<Option<i64>> = places.iter().map(|p| day(p.0)).collect();
        outlets[tokens] == 1 && texts.len() > 1 && (days.len() > 1 || days.contains(&None))
    });
    lines.into_values().flatten().collect()
}

/// An article's text with the places of its tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout<'a> {
    /// The text.
    pub(super) text: &'a str,
    /// Bytes of its tokens.
    pub(super) spans: &'a [crate::document::ByteSpan],
    /// Its paragraphs.
    pub(super) paragraphs: &'a [Paragraph],
}

/// Marks the few words between furniture and the end of its sentence, or more furniture: they recur elsewhere too
/// ("contributed to this report"), or change from time to time.
fn close_gaps(text: &Layout<'_>, marks: &mut [bool]) {
    let boundaries = Boundaries { text: text.text, spans: text.spans, paragraphs: text.paragraphs };
    let ends = |at: usize| at == 0 || at >= text.spans.len() || boundaries.before(at).ends_sentence();
    let mut at = 0;
    while at < marks.len() {
        if marks[at] {
            at += 1;
            continue;
        }
        let start = at;
        while at < marks.len() && !marks[at] {
            at += 1;
        }
        if at - start > 2 * REACH as usize {
            // The gap is long: its two ends by themselves.
            if let Some(end) = (start..start + REACH as usize + 1).find(|&t| ends(t)).filter(|_| start > 0) {
                marks[start..end].fill(true);
            }
            let first = (at - REACH as usize..=at).rev().find(|&t| ends(t)).filter(|_| at < marks.len());
            if let Some(first) = first {
                marks[first..at].fill(true);
            }
        } else {
            let inner = (start..=at).find(|&t| ends(t)).filter(|_| start > 0);
            let outer = (start..=at).rev().find(|&t| ends(t)).filter(|_| at < marks.len());
            match (inner, outer) {
                (None, None) if start > 0 && at < marks.len() && at - start <= REACH as usize => {
                    marks[start..at].fill(true)
                }
                (inner, outer) => {
                    if let Some(end) = inner.filter(|end| end - start <= REACH as usize) {
                        marks[start..end].fill(true);
                    }
                    if let Some(first) = outer.filter(|first| at - first <= REACH as usize) {
                        marks[first..at].fill(true);
                    }
                }
            }
        }
    }
}

/// One fingerprint with all its places, outlet by outlet.
#[derive(Default)]
struct Group {
    places: Vec<Place>,
}

#[derive(Clone, Copy)]
struct Place {
    /// Number of the outlet; each nameless article is one of its own.
    outlet: (u32, u32),
    /// The text of which the article is a version.
    text: DocumentIndex,
    /// Day of publication, in days since 1970; `None` where it is not known.
    day: Option<i64>,
    at_edge: bool,
    document: DocumentIndex,
    position: u32,
}

/// What is known of one outlet's places of a fingerprint.
#[derive(Clone, Copy)]
struct Recurrence {
    texts: usize,
    days: usize,
    span: i64,
    dated: bool,
    at_edge: bool,
}

impl Group {
    fn take(&mut self, index: &Index, rows: &[FingerprintRow], text_of: &[DocumentIndex]) {
        self.places.clear();
        self.places.extend(rows.iter().map(|row| {
            let document = index.rank(row.document.get());
            let (position, words) = (row.position.get(), index.words(document));
            let outlet = index.outlet(document);
            let time = index.metadata(document).time.as_ref().filter(|t| t.granularity() >= Granularity::Day);
            Place {
                outlet: (outlet, if outlet == 0 { document.0 + 1 } else { 0 }),
                text: text_of[document.at()],
                day: time.map(|t| t.start().div_euclid(DAY)),
                at_edge: position < EDGE.0 || words - position < EDGE.1,
                document,
                position,
            }
        }));
        self.places.sort_unstable_by_key(|p| (p.outlet, p.text, p.document, p.position));
    }

    /// What recurs around the fingerprint, in articles of an outlet whose furniture it is and in the few others.
    fn furniture(&self, index: &Index) -> Vec<(DocumentIndex, TokenSpan)> {
        let mut out = Vec::new();
        if is_furniture(&self.places) {
            let size = match is_dense(&index.tokens(self.places[0].document)[self.places[0].position as usize]) {
                true => ShingleSize::ARTICLE.graphemes,
                false => ShingleSize::ARTICLE.words,
            };
            let found = |p: &Place| (p.document, TokenSpan::new(p.position, p.position + size as u32));
            out.extend(self.places.iter().map(found));
            extend(index, self.places.clone(), true, |p| p.position.checked_sub(1), &mut |p, reached| {
                out.push((p.document, TokenSpan::new(reached, p.position)));
            });
            extend(index, self.places.clone(), false, |p| Some(p.position + size as u32), &mut |p, reached| {
                out.push((p.document, TokenSpan::new(p.position + size as u32, reached + 1)));
            });
        }
        out
    }
}

/// Number of different neighbours in a sorted list.
fn count<T: PartialEq>(sorted: impl Iterator<Item = T>) -> usize {
    let mut last = None;
    sorted
        .filter_map(|item| {
            let new = last.as_ref() != Some(&item);
            last = Some(item);
            new.then_some(())
        })
        .count()
}

/// Whether what stands at these places, sorted by outlet, is the furniture of an outlet.
fn is_furniture(places: &[Place]) -> bool {
    let articles = count(places.iter().map(|p| p.document));
    if articles < TEXTS {
        return false;
    }
    let each: Vec<(usize, Recurrence)> = places
        .chunk_by(|x, y| x.outlet == y.outlet)
        .map(|places| (count(places.iter().map(|p| p.document)), recurrence(places)))
        .collect();
    let two =
        |r: &Recurrence| r.texts >= TWO_OUTLETS && r.days >= TWO_OUTLETS && (r.at_edge || r.span >= TWO_OUTLETS_SPAN);
    let one = |(own, r): &(usize, Recurrence)| {
        let recurs = match r.dated {
            true => r.days >= DAYS && r.texts >= TEXTS,
            false => r.texts >= TEXTS_UNDATED.1 || r.texts >= TEXTS_UNDATED.0 && r.at_edge,
        };
        (articles - own) * OWN <= *own && recurs
    };
    each.len() == 2 && each.iter().all(|(_, r)| two(r)) || each.iter().any(one)
}

/// Follows the places one token at a time in one direction, as long as enough of them go on in the same way: winnowing
/// may leave so many tokens between the edge of what recurs and its first fingerprint. `next` is the first token to look
/// at; `reached` hears of each place and the last token that recurs there.
fn extend(
    index: &Index,
    places: Vec<Place>,
    backward: bool,
    next: impl Fn(&Place) -> Option<u32> + Copy,
    reached: &mut impl FnMut(&Place, u32),
) {
    let mut open = vec![places];
    for step in 0..REACH {
        let mut going_on = Vec::new();
        for places in open {
            let mut by_token: Vec<(u32, Place)> = places
                .into_iter()
                .filter_map(|p| {
                    let first = next(&p)?;
                    let at = if backward { first.checked_sub(step)? } else { first + step };
                    Some((index.tokens(p.document).get(at as usize)?.get(), p))
                })
                .collect();
            by_token.sort_by_key(|(token, p)| (*token, p.outlet, p.text, p.document, p.position));
            for same in by_token.chunk_by(|x, y| x.0 == y.0) {
                let places: Vec<Place> = same.iter().map(|(_, p)| *p).collect();
                if is_furniture(&places) {
                    for p in &places {
                        if let Some(first) = next(p) {
                            reached(p, if backward { first - step } else { first + step });
                        }
                    }
                    going_on.push(places);
                }
            }
        }
        open = going_on;
    }
}

fn recurrence(places: &[Place]) -> Recurrence {
    let mut days: Vec<i64> = places.iter().filter_map(|p| p.day).collect();
    days.sort_unstable();
    let span = days.last().zip(days.first()).map_or(0, |(last, first)| last - first);
    days.dedup();
    let at_edge = places.iter().filter(|p| p.at_edge).count();
    Recurrence {
        texts: count(places.iter().map(|p| p.text)),
        days: days.len(),
        span,
        dated: 2 * places.iter().filter(|p| p.day.is_some()).count() > places.len(),
        at_edge: 10 * at_edge >= 8 * places.len(),
    }
}

/// Texts that the user calls furniture.
#[derive(Debug, Default)]
struct Given {
    /// Runs of so many tokens, by length.
    runs: Vec<(usize, AHashSet<Box<[ShortToken]>>)>,
}

impl Given {
    fn new(texts: &[String]) -> Self {
        let mut by_length: AHashMap<usize, AHashSet<Box<[ShortToken]>>> = AHashMap::new();
        let mut tokens = Tokens::default();
        for text in texts {
            Tokenizer::default().tokenize(text, 0, &mut tokens);
            let short: Vec<ShortToken> = tokens.hashes.iter().map(|hash| ShortToken::new(hash.short())).collect();
            let length = short.len().min(GIVEN);
            if length > 0 {
                by_length.entry(length).or_default().extend(short.windows(length).map(Box::from));
            }
        }
        let mut runs: Vec<_> = by_length.into_iter().collect();
        runs.sort_by_key(|(length, _)| *length);
        Self { runs }
    }

    fn mark(&self, tokens: &[ShortToken], marks: &mut [bool]) {
        for (length, runs) in &self.runs {
            for (at, window) in tokens.windows(*length).enumerate() {
                if runs.contains(window) {
                    marks[at..at + length].fill(true);
                }
            }
        }
    }
}

/// Marks embeds as `[firefly_poll]` or `[gallery ids="1,2"]`: a bracket, a name with an underscore or a known one, no line end.
fn mark_embeds(text: &Layout<'_>, marks: &mut [bool]) {
    let bytes = text.text.as_bytes();
    for open in memchr::memchr_iter(b'[', bytes) {
        let Some(length) = memchr::memchr2(b']', b'\n', &bytes[open..]) else { continue };
        if bytes[open + length] != b']' || !is_embed(&text.text[open + 1..open + length]) {
            continue;
        }
        let first = text.spans.partition_point(|s| (s.start as usize) < open);
        let last = text.spans.partition_point(|s| (s.start as usize) < open + length);
        marks[first..last].fill(true);
    }
}

fn is_embed(inside: &str) -> bool {
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let name = inside.split([' ', '=', ':']).next().unwrap_or_default();
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'));
    let named = name.starts_with(|c: char| c.is_ascii_lowercase()) && plain;
    named && (EMBEDS.contains(&name) || name.contains('_') && !name.ends_with('_'))
}
