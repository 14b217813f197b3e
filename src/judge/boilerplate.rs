//! Furniture of an outlet: sign-up and copyright lines, embeds, galleries, standing notes.
//!
//! Learned from the corpus by what recurs in one outlet over days, in texts that are no versions of one another; named
//! by the user's file; or written as an embed. Never by frequency alone: a statement in a hundred outlets is news.

use crate::align::Found;
use crate::cluster::Member;
use crate::document::{DocumentIndex, Granularity, Time, TokenSpan};
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
pub(crate) const REACH: u32 = 3;
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
pub struct Furniture {
    /// Tokens that recur, by article, rising. May overlap.
    learned: Vec<(DocumentIndex, TokenSpan)>,
    given: Given,
}

impl Furniture {
    /// Learns from `index` what recurs, and takes `given` texts as they are. `versions` tell which articles are
    /// versions of one text.
    pub fn learn(index: &Index, found: &[Found], versions: &[Vec<Member>], given: &[String]) -> Self {
        let mut text_of: Vec<DocumentIndex> = index.documents().collect();
        for members in versions {
            for member in members {
                text_of[member.document.at()] = members[0].document;
            }
        }
        let rows = index.segment().fingerprints();
        let mut learned: Vec<(DocumentIndex, TokenSpan)> = rows
            .par_chunk_by(|x, y| x.hash == y.hash)
            .filter(|group| group.len() >= TEXTS)
            .map_init(Group::default, |buffer, rows| {
                if !buffer.may_be_furniture(index, rows) {
                    return Vec::new();
                }
                buffer.take(index, rows, &text_of);
                let token = |p: &Place, at: u32| Some(index.tokens(p.document).get(at as usize)?.get());
                furniture_of(&buffer.places, &token)
            })
            .flatten_iter()
            .collect();
        learned.extend(closing_lines(index, found, &text_of));
        learned.par_sort_unstable();
        Self { learned, given: Given::new(given) }
    }

    /// What is known of the furniture of one article, the first of an index.
    pub(crate) fn of_article(learned: impl Iterator<Item = TokenSpan>, given: &[String]) -> Self {
        let mut learned: Vec<_> = learned.map(|span| (DocumentIndex(0), span)).collect();
        learned.sort_unstable();
        Self { learned, given: Given::new(given) }
    }

    /// Whether any token of `document`, which has this text, may be furniture.
    pub(crate) fn touches(&self, document: DocumentIndex, text: &str) -> bool {
        self.learned.binary_search_by_key(&document, |l| l.0).is_ok()
            || !self.given.runs.is_empty()
            || memchr::memchr(b'[', text.as_bytes()).is_some()
    }

    /// Marks the tokens of `document` that are furniture.
    pub(crate) fn mark(&self, index: &Index, document: DocumentIndex, text: &Boundaries<'_>, marks: &mut [bool]) {
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
fn closing_lines(index: &Index, found: &[Found], text_of: &[DocumentIndex]) -> Vec<(DocumentIndex, TokenSpan)> {
    struct Line<'a> {
        outlet: u32,
        hash: u64,
        tokens: &'a [ShortToken],
        place: (DocumentIndex, TokenSpan),
    }
    let lines_of = |at: u32| {
        let document = DocumentIndex(at);
        let outlet = index.outlet(document);
        let count = if outlet == 0 { 0 } else { index.paragraphs(document).len() };
        line_places(count).filter_map(move |at| {
            let line = index.paragraphs(document).nth(at).map(|p| p.tokens).filter(is_line)?;
            let tokens = &index.tokens(document)[line.range()];
            let hash = xxhash_rust::xxh3::xxh3_64(zerocopy::IntoBytes::as_bytes(tokens));
            Some(Line { outlet, hash, tokens, place: (document, line) })
        })
    };
    let mut lines: Vec<Line> = (0..index.len() as u32).into_par_iter().flat_map_iter(lines_of).collect();
    lines
        .par_sort_unstable_by(|x, y| (x.outlet, x.hash, x.tokens, x.place).cmp(&(y.outlet, y.hash, y.tokens, y.place)));
    let mut repeated: Vec<&[Line]> = lines
        .chunk_by(|x, y| (x.outlet, x.hash, x.tokens) == (y.outlet, y.hash, y.tokens))
        .filter(|places| {
            is_repeated(places.iter().map(|line| {
                let document = line.place.0;
                (text_of[document.at()], day(index.metadata(document).time.as_ref()))
            }))
        })
        .collect();
    if repeated.is_empty() {
        return Vec::new();
    }
    // Another outlet has it too: then it may be anybody's.
    let mut asked = vec![false; index.len()];
    repeated.iter().copied().flatten().for_each(|line| asked[line.place.0.at()] = true);
    let elsewhere = shared_elsewhere(index, found, &asked);
    repeated.retain(|places| {
        let own = |&(document, line): &(DocumentIndex, TokenSpan)| {
            let from = elsewhere.partition_point(|run| run.0 < document);
            let runs = elsewhere[from..].iter().take_while(|run| run.0 == document);
            is_own_line(line, runs.map(|run| run.1))
        };
        places.iter().all(|line| own(&line.place))
    });
    repeated.into_iter().flatten().map(|line| line.place).collect()
}

/// Paragraphs of so many that may be a line by which an outlet opens or closes its articles.
pub(crate) fn line_places(paragraphs: usize) -> impl Iterator<Item = usize> {
    let last = paragraphs.saturating_sub(LINES.1).max(LINES.0);
    (0..paragraphs.min(LINES.0)).chain(last..paragraphs)
}

/// Whether a paragraph has the length of such a line.
pub(crate) fn is_line(tokens: &TokenSpan) -> bool {
    LINE.contains(&tokens.len())
}

/// Whether a line stands in several texts that did not all come out on one day. Its places, in order: the text of which
/// the article is a version, and its day.
pub(crate) fn is_repeated(places: impl Iterator<Item = (DocumentIndex, Option<i64>)> + Clone) -> bool {
    let first = places.clone().next().and_then(|place| place.1);
    count(places.clone().map(|place| place.0)) > 1 && (first.is_none() || places.clone().any(|place| place.1 != first))
}

/// Whether less than half of a line lies in each of the runs that its article shares with another outlet.
pub(crate) fn is_own_line(line: TokenSpan, elsewhere: impl Iterator<Item = TokenSpan>) -> bool {
    2 * elsewhere.map(|run| run.common(line)).max().unwrap_or(0) < line.len()
}

/// Runs that the articles that are `asked` for share with another outlet, by article.
fn shared_elsewhere(index: &Index, found: &[Found], asked: &[bool]) -> Vec<(DocumentIndex, TokenSpan)> {
    let runs_of = |f: &Found| {
        let sides = [false, true].into_iter().filter(|&later| asked[f.document(later).at()]);
        let apart = sides.filter(|_| f.a != f.b && !index.same_outlet(f.a, f.b));
        let runs = apart.flat_map(|later| f.runs(later).map(move |run| (f.document(later), run)));
        runs.map(|(document, run)| (document, TokenSpan::new(run.start as u32, run.end as u32))).collect::<Vec<_>>()
    };
    let mut out: Vec<(DocumentIndex, TokenSpan)> = found.par_iter().flat_map_iter(runs_of).collect();
    out.par_sort_unstable();
    out
}

/// Day of publication, in days since 1970; `None` where it is not known.
pub(crate) fn day(time: Option<&Time>) -> Option<i64> {
    let time = time.filter(|t| t.granularity() >= Granularity::Day);
    time.map(|t| t.start().div_euclid(DAY))
}

/// Marks the few words between furniture and the end of its sentence, or more furniture: they recur elsewhere too
/// ("contributed to this report"), or change from time to time.
fn close_gaps(text: &Boundaries<'_>, marks: &mut [bool]) {
    let ends = |at: usize| at == 0 || at >= text.spans.len() || text.before(at).ends_sentence();
    let reach = REACH as usize;
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
        let (after, before) = (start > 0, at < marks.len());
        let left = (start..=at.min(start + reach)).find(|&t| ends(t)).filter(|_| after);
        let right = (start.max(at.saturating_sub(reach))..=at).rev().find(|&t| ends(t)).filter(|_| before);
        if left.is_none() && right.is_none() && after && before && at - start <= reach {
            marks[start..at].fill(true);
        }
        marks[start..left.unwrap_or(start)].fill(true);
        marks[right.unwrap_or(at)..at].fill(true);
    }
}

/// One fingerprint with all its places, outlet by outlet.
#[derive(Default)]
struct Group {
    places: Vec<Place>,
    outlets: Vec<(i64, u32)>,
}

/// A place of a fingerprint.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// Number of the outlet; each nameless article is one of its own.
    pub(crate) outlet: (i64, u32),
    /// The text of which the article is a version.
    pub(crate) text: DocumentIndex,
    /// Day of publication, in days since 1970; `None` where it is not known.
    pub(crate) day: Option<i64>,
    pub(crate) at_edge: bool,
    /// Whether it is one of graphemes of a script without spaces.
    pub(crate) dense: bool,
    pub(crate) document: DocumentIndex,
    pub(crate) position: u32,
}

impl Place {
    /// The outlet of an article, by its number; of one that names none, itself.
    pub(crate) fn outlet(outlet: i64, document: DocumentIndex) -> (i64, u32) {
        (outlet, if outlet == 0 { document.0 + 1 } else { 0 })
    }

    /// Whether a place among so many words stands where outlets open and close their articles.
    pub(crate) fn is_at_edge(position: u32, words: u32) -> bool {
        position < EDGE.0 || words - position < EDGE.1
    }
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
    /// Whether the places of a fingerprint may be furniture, told by their outlets alone: most are none, and to look at
    /// each place takes long where there are many articles.
    fn may_be_furniture(&mut self, index: &Index, rows: &[FingerprintRow]) -> bool {
        self.outlets.clear();
        let articles = rows.chunk_by(|x, y| x.document == y.document).map(|rows| rows[0].document);
        self.outlets.extend(articles.map(|document| Place::outlet(index.outlet(document).into(), document)));
        self.outlets.sort_unstable();
        may_be_furniture(self.outlets.chunk_by(|x, y| x == y).map(<[_]>::len))
    }

    fn take(&mut self, index: &Index, rows: &[FingerprintRow], text_of: &[DocumentIndex]) {
        self.places.clear();
        self.places.extend(rows.iter().map(|row| {
            let FingerprintRow { document, position, .. } = *row;
            let words = index.words(document);
            let outlet = index.outlet(document);
            Place {
                outlet: Place::outlet(outlet.into(), document),
                text: text_of[document.at()],
                day: day(index.metadata(document).time.as_ref()),
                at_edge: Place::is_at_edge(position, words),
                dense: is_dense(&index.tokens(document)[position as usize]),
                document,
                position,
            }
        }));
        self.places.sort_unstable_by_key(Place::order);
    }
}

impl Place {
    /// The order in which places are to be given.
    pub(crate) fn order(&self) -> ((i64, u32), DocumentIndex, DocumentIndex, u32) {
        (self.outlet, self.text, self.document, self.position)
    }
}

/// What recurs around a fingerprint at these places, in their order: in articles of an outlet whose furniture it is and in
/// the few others. `token` tells what stands somewhere in the article of a place.
pub(crate) fn furniture_of(
    places: &[Place],
    token: &impl Fn(&Place, u32) -> Option<u32>,
) -> Vec<(DocumentIndex, TokenSpan)> {
    let mut out = Vec::new();
    if is_furniture(places) {
        let size = match places[0].dense {
            true => ShingleSize::ARTICLE.graphemes,
            false => ShingleSize::ARTICLE.words,
        };
        let found = |p: &Place| (p.document, TokenSpan::new(p.position, p.position + size as u32));
        out.extend(places.iter().map(found));
        extend(token, places.to_vec(), true, |p| p.position.checked_sub(1), &mut |p, reached| {
            out.push((p.document, TokenSpan::new(reached, p.position)));
        });
        extend(token, places.to_vec(), false, |p| Some(p.position + size as u32), &mut |p, reached| {
            out.push((p.document, TokenSpan::new(p.position + size as u32, reached + 1)));
        });
    }
    out
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

/// Whether a fingerprint may be the furniture of an outlet: it stands in so many articles of each of its outlets. What is
/// not told by this is told by days, texts and places.
pub(crate) fn may_be_furniture(mut each: impl Iterator<Item = usize> + Clone) -> bool {
    let articles: usize = each.clone().sum();
    articles >= TEXTS && (each.clone().count() == 2 || each.any(|own| (articles - own) * OWN <= own))
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
    token: &impl Fn(&Place, u32) -> Option<u32>,
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
                    Some((token(&p, at)?, p))
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
fn mark_embeds(text: &Boundaries<'_>, marks: &mut [bool]) {
    let bytes = text.text.as_bytes();
    for open in memchr::memchr_iter(b'[', bytes) {
        let inside = open + 1;
        let Some(length) = memchr::memchr3(b'[', b']', b'\n', &bytes[inside..]) else { break };
        if bytes[inside + length] != b']' || !is_embed(&text.text[inside..inside + length]) {
            continue;
        }
        let first = text.spans.partition_point(|s| (s.start as usize) < open);
        let last = text.spans.partition_point(|s| (s.start as usize) < inside + length);
        marks[first..last].fill(true);
    }
}

fn is_embed(inside: &str) -> bool {
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let name = inside.split([' ', '=', ':']).next().unwrap_or_default();
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'));
    let named = name.starts_with(|c: char| c.is_ascii_lowercase()) && plain;
    // "[poll numbers]" is an editor's word.
    let whole = name.len() == inside.len() || inside.contains('=');
    named && (whole && EMBEDS.contains(&name) || name.contains('_') && !name.ends_with('_'))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{article, own_words, search, show};
    use super::*;
    use crate::cluster::clusters;
    use crate::document::Document;

    const LINE: &str = "readers may ring our night desk about whatever they saw near the harbour";

    /// The articles in order, with `[[` and `]]` around their furniture.
    fn furnished(documents: Vec<Document>, given: &[&str]) -> Vec<String> {
        let (index, found) = search(documents);
        let given: Vec<String> = given.iter().map(|text| text.to_string()).collect();
        let furniture = Furniture::learn(&index, &found, &clusters(&index, &found), &given);
        let mut spans = Vec::new();
        index
            .documents()
            .map(|document| {
                index.spans(document, &mut spans);
                let paragraphs: Vec<_> = index.paragraphs(document).collect();
                let layout = Boundaries { text: index.text(document), spans: &spans, paragraphs: &paragraphs };
                let mut marks = vec![false; spans.len()];
                furniture.mark(&index, document, &layout, &mut marks);
                show(&index, document, |at| marks[at])
            })
            .collect()
    }

    /// A text that has `line` in the middle of a sentence, far from both ends.
    fn inside(line: &str) -> String {
        let own = own_words;
        format!("{}.\n\n{} {line} {}.\n\n{}.\n\n{}.", own(70), own(30), own(30), own(70), own(70))
    }

    /// A text with `line` in the middle of its last paragraph, near the end.
    fn near_the_end(line: &str) -> String {
        format!("{}.\n\n{} {line} {}.", own_words(150), own_words(50), own_words(10))
    }

    /// Articles of an outlet, one a day given, each with its own text.
    fn articles(outlet: &str, days: &[&str], text: impl Fn(&str) -> String) -> Vec<Document> {
        let one = |(at, day): (usize, &&str)| article(&format!("{outlet}-{at:03}"), outlet, day, &text(LINE));
        days.iter().enumerate().map(one).collect()
    }

    /// Whether the line, and nothing else, is the furniture of each article.
    #[track_caller]
    fn check(documents: Vec<Document>, expected: bool) {
        for shown in furnished(documents, &[]) {
            match expected {
                true => assert_eq!(shown.matches("[[").count(), 1, "{shown}"),
                false => assert!(!shown.contains("[["), "{shown}"),
            }
            assert!(!expected || shown.contains(&format!("[[{LINE}]]")), "exactly the line: {shown}");
        }
    }

    const MAY: [&str; 9] = [
        "2031-05-01",
        "2031-05-02",
        "2031-05-03",
        "2031-05-04",
        "2031-05-05",
        "2031-05-06",
        "2031-05-07",
        "2031-05-08",
        "2031-05-09",
    ];

    #[test]
    fn what_stands_in_four_texts_of_an_outlet_on_three_days_is_furniture() {
        check(articles("Herald", &[MAY[0], MAY[1], MAY[2], MAY[2]], inside), true);
    }

    #[test]
    fn three_texts_or_two_days_are_too_few() {
        check(articles("Herald", &MAY[..3], inside), false);
        check(articles("Herald", &[MAY[0], MAY[0], MAY[1], MAY[1], MAY[1], MAY[1]], inside), false);
    }

    #[test]
    fn hours_of_one_day_are_one_day_and_a_year_is_none() {
        let hours =
            ["2031-05-01T01:00:00Z", "2031-05-01T09:00:00Z", "2031-05-01T17:00:00Z", "2031-05-01", "2031-05-02"];
        check(articles("Herald", &hours, inside), false);
        check(articles("Herald", &["2027", "2028", "2029", "2030", "2031"], inside), false);
    }

    #[test]
    fn a_statement_in_a_hundred_outlets_is_news_on_one_day_and_on_many() {
        for days in [1, 9] {
            let one = |at: usize| article(&format!("a{at:03}"), &format!("Outlet {at}"), MAY[at % days], &inside(LINE));
            check((0..100).map(one).collect(), false);
            let nameless = |at: usize| article(&format!("a{at:03}"), "", MAY[at % days], &inside(LINE));
            check((0..12).map(nameless).collect(), false);
        }
    }

    #[test]
    fn versions_of_one_text_are_one_text() {
        let body = own_words(300);
        let version = |at: usize| {
            article(&format!("v{at}"), "Herald", MAY[at], &body.replacen("own", &format!("change{at}own"), at))
        };
        for shown in furnished((0..6).map(version).collect(), &[]) {
            assert!(!shown.contains("[["), "{shown}");
        }
    }

    #[test]
    fn two_outlets_of_one_owner_share_it_over_a_fortnight_or_near_an_edge() {
        let both = |days: &[&str], text: fn(&str) -> String| {
            let mut all = articles("Herald", days, text);
            all.extend(articles("Post", days, text));
            all
        };
        let far = ["2031-05-01", "2031-05-05", "2031-05-10", "2031-05-15"];
        check(both(&far, inside), true);
        check(both(&MAY[..4], inside), false);
        check(both(&MAY[..4], near_the_end), true);
        check(both(&far[..3], near_the_end), false);
        let mut three = both(&far, inside);
        three.extend(articles("Gazette", &far, inside));
        check(three, false);
    }

    #[test]
    fn one_place_elsewhere_in_twenty_of_the_outlets_own_is_chance() {
        let twenty: Vec<&str> = (0..20).map(|at| MAY[at % 9]).collect();
        for (own, expected) in [(20, true), (19, false)] {
            let mut all = articles("Herald", &twenty[..own], inside);
            all.extend(articles("Post", &MAY[..1], inside));
            check(all, expected);
        }
    }

    #[test]
    fn without_dates_it_must_stand_in_five_texts_at_a_fixed_place_or_in_eight() {
        check(articles("Herald", &[""; 5], near_the_end), true);
        check(articles("Herald", &[""; 4], near_the_end), false);
        check(articles("Herald", &[""; 7], inside), false);
        check(articles("Herald", &[""; 8], inside), true);
    }

    #[test]
    fn a_stretch_reaches_as_far_as_four_texts_have_it() {
        // Three of the four go on with "below": too few.
        let tails = ["below", "above", "below", "below"];
        let text = |at: usize| inside(&format!("{LINE} and the quay {}", tails[at]));
        let documents = (0..4).map(|at| article(&format!("a{at}"), "Herald", MAY[at], &text(at))).collect();
        for shown in furnished(documents, &[]) {
            assert!(shown.contains(&format!("[[{LINE} and the quay]]")), "{shown}");
        }
    }

    #[test]
    fn a_line_that_ends_two_articles_of_an_outlet_on_two_days_is_furniture() {
        let closed = |at: usize, outlet: &str, day: &str, line: &str| {
            article(
                &format!("{outlet}-{at}"),
                outlet,
                day,
                &format!("{}.\n\n{}.\n\n{line}.", own_words(90), own_words(90)),
            )
        };
        let all = |documents: Vec<Document>| furnished(documents, &[]).iter().all(|shown| shown.contains("[["));
        let none = |documents: Vec<Document>| furnished(documents, &[]).iter().all(|shown| !shown.contains("[["));
        let two = |line: &str| vec![closed(0, "Herald", MAY[0], line), closed(1, "Herald", MAY[1], line)];
        assert!(all(two(LINE)));
        assert!(all(two("Write to our desk")));
        assert!(none(two("Write to us")), "three words");
        assert!(none(two(&own_words(41))), "too long for a line");
        assert!(none(vec![closed(0, "Herald", MAY[0], LINE), closed(1, "Herald", MAY[0], LINE)]), "one day");
        assert!(none(vec![closed(0, "Herald", MAY[0], LINE), closed(1, "Post", MAY[1], LINE)]), "two outlets");
        assert!(none(vec![closed(0, "", MAY[0], LINE), closed(1, "", MAY[1], LINE)]), "no outlet");
        let body = format!("{}.\n\n{LINE}.", own_words(200));
        assert!(none((0..4).map(|at| article(&format!("a{at}"), "Herald", MAY[at], &body)).collect()), "versions");
    }

    #[test]
    fn a_line_may_be_the_first_paragraph_or_one_of_the_last_two() {
        let own = || format!("{}.", own_words(50));
        for (place, expected) in [(0, true), (1, false), (2, false), (3, true), (4, true)] {
            let one = |at: usize| {
                let text: Vec<String> = (0..5).map(|p| if p == place { format!("{LINE}.") } else { own() }).collect();
                article(&format!("a{at}"), "Herald", MAY[at], &text.join("\n\n"))
            };
            let shown = furnished((0..2).map(one).collect(), &[]);
            assert!(shown.iter().all(|text| text.contains(&format!("[[{LINE}]]")) == expected), "{place}: {shown:?}");
        }
    }

    #[test]
    fn a_year_tells_no_day() {
        let one = |at: usize| {
            let text = format!("{}.\n\n{LINE}.", own_words(90));
            article(&format!("a{at}"), "Herald", "2031", &text)
        };
        assert!(furnished((0..2).map(one).collect(), &[]).iter().all(|shown| shown.contains("[[")));
    }

    /// One article with the furniture that the user gives, or that is written as an embed.
    #[track_caller]
    fn check_given(marked: &str, given: &[&str]) {
        let text = marked.replace("[[", "").replace("]]", "");
        assert_eq!(furnished(vec![article("a", "", "", &text)], given), [marked], "left: found, right: expected");
    }

    #[test]
    fn a_given_text_is_furniture_wherever_eight_of_its_words_stand() {
        let given = ["Support the free press of our islands with as little as one coin a month."];
        check_given("So [[support the FREE press of our islands with as little]] money as you can.", &given);
        check_given("So support the free press of our islands, or not.", &given);
        check_given("", &given);
        check_given("So it is.", &[""]);
    }

    #[test]
    fn a_given_text_of_few_words_must_stand_there_whole() {
        check_given("He wrote: [[read more here]]. And read more there.", &["Read more here"]);
        check_given("[[Advertisement]]. No advertisements.", &["ADVERTISEMENT"]);
    }

    #[test]
    fn embeds_are_furniture() {
        // The marks of this test are brackets as well: what is marked is looked at by itself.
        for (text, embed) in [
            ("Vote now. [firefly_poll] The ferry left.", "firefly_poll"),
            ("So [gallery ids=\"1,2\" size=\"large\"] it was.", "gallery ids=\"1,2\" size=\"large"),
            ("So [caption id=\"a\"] it was.", "caption id=\"a"),
            ("It ends. [/audio] And begins.", "audio"),
        ] {
            let shown = furnished(vec![article("a", "", "", text)], &[]);
            assert_eq!(shown, [text.replace(embed, &format!("[[{embed}]]"))]);
        }
    }

    #[test]
    fn words_of_an_editor_and_links_are_no_embeds() {
        for text in [
            "He “don’t [sic] know” her.",
            "The guild [of the ferry] left.",
            "Now [read more](https://post.example/a_b) of it.",
            "An open [gallery ids and no end.",
            "An open [gallery\nids] over a line.",
            "[] and [_] and [Video_player] and [/]",
        ] {
            check_given(text, &[]);
        }
    }

    #[test]
    fn a_text_of_nothing_but_brackets_is_read_once() {
        let start = std::time::Instant::now();
        let text = format!("{}]", "[".repeat(400_000));
        let mut marks = [];
        mark_embeds(&Boundaries { text: &text, spans: &[], paragraphs: &[] }, &mut marks);
        mark_embeds(&Boundaries { text: &text[..400_000], spans: &[], paragraphs: &[] }, &mut marks);
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }
}
