//! A report → what its page shows. Large reports are cut to the articles least of their own, which is said.

use super::earlier::Holders;
use super::page::{
    Altered, Article, Checked, Detail, KINDS, Method, Outlet, OutletPair, Overlap, Page, Paragraph, Passage, Piece,
    Place, Run, Source, Statement, Totals, VERSION, Version, is_news, number, own,
};
use super::visible::{Visible, visible};
use super::{CheckedPage, PageLimits};
use crate::document::{ByteSpan, DocumentIndex, Granularity, Time, TokenSpan};
use crate::judge::{AlteredQuote, Kind};
use crate::report::{ArticleRow, ClusterRow, OutletRow, OverlapRow, Report, SourceRow, json};
use ahash::AHashMap;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// What the page of a report shows.
pub(super) fn collect(report: &Report, checked: &[CheckedPage], limits: &PageLimits) -> Page {
    let chosen = if checked.is_empty() { least_own(report, limits) } else { of_check(report, checked, limits) };
    let mut names = Names::new(report, &chosen);
    let listed: Vec<&ArticleRow> = match checked {
        [] => report.articles.iter().collect(),
        checked => checked.iter().map(|checked| names.row(report, checked.document)).collect(),
    };
    name_related(report, &mut names, &chosen);
    checked.iter().for_each(|checked| _ = names.number(checked.document));
    let texts: Vec<Shown<'_>> =
        chosen.par_iter().map(|&row| Shown::new(report, report.articles[row].document)).collect();
    let (rows, overlaps_left_out) = overlaps(report, &names, chosen.len(), limits);
    let mut of_article = vec![Vec::new(); chosen.len()];
    for (number, &row) in (0..).zip(&rows) {
        let row = &report.overlaps[row];
        of_article[names.of(row.a.document) as usize].push((number, false));
        of_article[names.of(row.b.document) as usize].push((number, true));
    }
    let (passages, numbers) = passages(report, &mut names, limits);
    let statements = statements(report, &mut names, limits);
    let altered = altered(report, &mut names, &rows, limits);
    let overlaps = rows.par_iter().map(|&row| overlap(report, &names, &texts, row, &numbers)).collect();
    let details: Vec<Detail> = (chosen.par_iter().zip(&texts).zip(&of_article))
        .map(|((&row, text), of)| {
            let row = &report.articles[row];
            let excused = checked.iter().find(|checked| checked.document == row.document);
            let excused = excused.map_or(&[][..], |checked| &checked.excused);
            detail(report, &names, row, text, of, &rows, excused)
        })
        .collect();
    let mut details = details.into_iter();
    let articles = names.documents.iter().map(|&document| article(report, &names, document, details.next()));
    let outlets = outlets(report, &listed);
    Page {
        version: VERSION,
        redacted: false,
        method: method(report),
        totals: totals(report, &listed, &outlets),
        articles: articles.collect(),
        detailed: chosen.len(),
        listed: if checked.is_empty() { chosen.len() } else { chosen.len().min(checked.len()) },
        overlaps,
        overlaps_left_out,
        passages,
        statements,
        altered,
        outlets,
        pairs: pairs(report, limits),
        checked: checked
            .iter()
            .map(|checked| Checked {
                article: names.of(checked.document),
                failures: checked.failures.iter().map(|failure| shown(failure)).collect(),
            })
            .collect(),
    }
}

/// Rows of the articles that the page tells all about, in their order: all, or those least of their own.
fn least_own(report: &Report, limits: &PageLimits) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..report.articles.len()).collect();
    let bytes = |row: &usize| text_bytes(report, *row);
    let all: usize = if rows.len() <= limits.articles { rows.iter().map(bytes).sum() } else { usize::MAX };
    if all <= limits.text_bytes {
        return rows;
    }
    rows.sort_by_key(|&row| {
        let article = &report.articles[row];
        (own(article.first_seen_share, article.unique_words, article.words), Reverse(article.words), row)
    });
    rows.truncate(limits.worst);
    let mut rows = fitting(report, rows, limits);
    rows.sort_unstable();
    rows
}

/// Rows of the articles that were checked, and of those that they share most words with.
fn of_check(report: &Report, checked: &[CheckedPage], limits: &PageLimits) -> Vec<usize> {
    let names = Names::new(report, &[]);
    let mut rows: Vec<usize> = Vec::new();
    let mut taken = vec![false; report.articles.len()];
    let mut take = |document: DocumentIndex| {
        let row = names.rows[document.at()] as usize;
        if !std::mem::replace(&mut taken[row], true) {
            rows.push(row);
        }
    };
    checked.iter().for_each(|checked| take(checked.document));
    // One source of each before the second of any.
    let sources: Vec<_> = checked.iter().map(|checked| sources(report, &names, checked.document).0).collect();
    for place in 0..sources.iter().map(Vec::len).max().unwrap_or(0) {
        sources.iter().filter_map(|sources| sources.get(place)).for_each(|source| take(source.other));
    }
    fitting(report, rows, limits)
}

/// As many of the first of these rows as a page holds, in order.
fn fitting(report: &Report, mut rows: Vec<usize>, limits: &PageLimits) -> Vec<usize> {
    let mut left = limits.text_bytes;
    rows.truncate(limits.articles);
    let fitting = rows.iter().take_while(|row| {
        let bytes = text_bytes(report, **row);
        let fits = bytes <= left;
        left = left.saturating_sub(bytes);
        fits
    });
    let fitting = fitting.count();
    rows.truncate(fitting);
    rows
}

fn text_bytes(report: &Report, row: usize) -> usize {
    report.index.text(report.articles[row].document).len()
}

/// Numbers of articles on the page.
struct Names {
    documents: Vec<DocumentIndex>,
    numbers: AHashMap<DocumentIndex, u32>,
    /// Row of each article in the report.
    rows: Vec<u32>,
}

impl Names {
    fn new(report: &Report, chosen: &[usize]) -> Self {
        let mut rows = vec![0; report.index.len()];
        for (at, row) in (0..).zip(&report.articles) {
            rows[row.document.at()] = at;
        }
        let mut names = Self { documents: Vec::new(), numbers: AHashMap::new(), rows };
        for &row in chosen {
            names.number(report.articles[row].document);
        }
        names
    }

    /// Number of an article, which the page names from now on.
    fn number(&mut self, document: DocumentIndex) -> u32 {
        *self.numbers.entry(document).or_insert_with(|| {
            self.documents.push(document);
            self.documents.len() as u32 - 1
        })
    }

    /// Number of an article that the page tells all about.
    fn known(&self, document: DocumentIndex, detailed: usize) -> Option<u32> {
        self.numbers.get(&document).copied().filter(|&number| (number as usize) < detailed)
    }

    /// Number of an article that the page names.
    fn of(&self, document: DocumentIndex) -> u32 {
        self.numbers.get(&document).copied().unwrap_or_default()
    }

    fn row<'a>(&self, report: &'a Report, document: DocumentIndex) -> &'a ArticleRow {
        &report.articles[self.rows[document.at()] as usize]
    }
}

/// Rows of the overlaps between articles that the page tells all about, those of most words where there are too many, and
/// how many are left out.
fn overlaps(report: &Report, names: &Names, detailed: usize, limits: &PageLimits) -> (Vec<usize>, u64) {
    let known = |document| names.known(document, detailed).is_some();
    let between = |row: &OverlapRow| known(row.a.document) && known(row.b.document);
    let rows = report.overlaps.iter().enumerate().filter(|(_, row)| between(row));
    let mut rows: Vec<usize> = rows.map(|(at, _)| at).collect();
    let left_out = rows.len().saturating_sub(limits.overlaps);
    if left_out > 0 {
        rows.sort_by_key(|&at| (Reverse(report.overlaps[at].matched_words), at));
        rows.truncate(limits.overlaps);
        rows.sort_unstable();
    }
    (rows, left_out as u64)
}

fn overlap(
    report: &Report,
    names: &Names,
    shown: &[Shown<'_>],
    row: usize,
    passages: &AHashMap<String, u32>,
) -> Overlap {
    let row = &report.overlaps[row];
    let blocks = &report.found[row.found].overlap.blocks;
    let (a, b) = (names.of(row.a.document), names.of(row.b.document));
    let side = |later: bool| {
        let article = if later { b } else { a };
        let runs = blocks.iter().map(|block| {
            let start = if later { block.b } else { block.a };
            TokenSpan::new(start, start + block.len)
        });
        pieces(&shown[article as usize], runs)
    };
    Overlap {
        a,
        b,
        kind: number(row.judged.kind),
        direction: row.judged.direction.name().to_owned(),
        basis: row.judged.basis.map_or("", |basis| basis.name()).to_owned(),
        matched_words: row.matched_words,
        passage: passages.get(&row.passage_id.to_string()).copied(),
        sides: [side(false), side(true)],
    }
}

/// The equal runs of one side and what stands between them, by paragraph.
fn pieces(article: &Shown<'_>, runs: impl Iterator<Item = TokenSpan>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let mut last: Option<u32> = None;
    for run in runs {
        if let Some(end) = last.filter(|&end| end < run.start) {
            article.cut(TokenSpan::new(end, run.start), |paragraph, bytes| {
                out.push((paragraph as u32, bytes.0, bytes.1, false));
            });
        }
        article.cut(run, |paragraph, bytes| out.push((paragraph as u32, bytes.0, bytes.1, true)));
        last = Some(run.end);
    }
    for pieces in out.chunk_by_mut(|x, y| x.0 == y.0) {
        let (.., text) = &article.paragraphs[pieces[0].0 as usize];
        let units = text.units(pieces.iter().flat_map(|piece| [piece.1, piece.2]));
        pieces
            .iter_mut()
            .zip(units.chunks_exact(2))
            .for_each(|(piece, units)| (piece.1, piece.2) = (units[0], units[1]));
    }
    out
}

/// An article as the page shows it: its paragraphs, with where its words stand in them.
struct Shown<'a> {
    spans: Vec<ByteSpan>,
    paragraphs: Vec<(TokenSpan, u32, Visible<'a>)>,
}

impl<'a> Shown<'a> {
    fn new(report: &'a Report, document: DocumentIndex) -> Self {
        let text = report.index.text(document);
        let mut spans = Vec::new();
        report.index.spans(document, &mut spans);
        let shown = |p: crate::document::Paragraph| {
            (p.tokens, p.bytes.start, visible(text.get(p.bytes.range()).unwrap_or_default()))
        };
        Self { spans, paragraphs: report.index.paragraphs(document).map(shown).collect() }
    }

    /// Tells the stretches of the paragraphs' texts in which these words stand.
    fn cut(&self, words: TokenSpan, mut each: impl FnMut(usize, (u32, u32))) {
        let first = self.paragraphs.partition_point(|(tokens, ..)| tokens.end <= words.start);
        for (at, (tokens, start, text)) in self.paragraphs.iter().enumerate().skip(first) {
            let (from, to) = (words.start.max(tokens.start), words.end.min(tokens.end));
            if from >= to {
                if tokens.start >= words.end {
                    return;
                }
                continue;
            }
            let (from, to) = (self.spans[from as usize].start, self.spans[to as usize - 1].end);
            each(at, (text.at(from - start), text.at(to - start)));
        }
    }
}

fn detail(
    report: &Report,
    names: &Names,
    row: &ArticleRow,
    article: &Shown<'_>,
    of: &[(u32, bool)],
    overlaps: &[usize],
    excused: &[TokenSpan],
) -> Detail {
    let document = row.document;
    let mut paragraphs: Vec<Paragraph> = article
        .paragraphs
        .iter()
        .map(|(tokens, _, text)| {
            let mut by_kind = [0; KINDS.len()];
            by_kind[0] = tokens.len();
            Paragraph { text: text.text.to_string(), by_kind, runs: Vec::new() }
        })
        .collect();
    let mut spans: Vec<(TokenSpan, u32)> = of
        .iter()
        .map(|&(number, later)| (report.found[report.overlaps[overlaps[number as usize]].found].span(later), number))
        .collect();
    spans.sort_unstable_by_key(|&(span, number)| (span.start, Reverse(span.end), number));
    let mut cover = Cover::new(&spans);
    for run in &report.kinds[document.at()] {
        let kind = number(run.kind);
        for (words, overlap, excused) in excuse(cover.cut(run.tokens), excused) {
            article.cut(words, |at, bytes| {
                let paragraph = &mut paragraphs[at];
                let (tokens, ..) = article.paragraphs[at];
                let words = words.common(tokens);
                if run.kind != Kind::Formula {
                    paragraph.by_kind[0] -= words;
                }
                paragraph.by_kind[usize::from(kind)] += words;
                let in_a_row = run.tokens.len();
                paragraph.runs.push(Run { bytes, kind, words, in_a_row, overlap, excused });
            });
        }
    }
    let cluster = row.relation.map(|relation| {
        let (leader, resemblance) = cluster(report, row).map_or((document, 1.0), |c| (c.leader, c.resemblance));
        (relation.name().to_owned(), names.of(leader), rounded(resemblance))
    });
    let (sources, more_sources) = sources(report, names, document);
    Detail {
        longest_run: row.longest_run,
        credit: shown(&row.credit),
        flags: row.flags.iter().map(|flag| flag.name().to_owned()).collect(),
        cluster,
        paragraphs,
        more_sources: more_sources as u32,
        sources: sources
            .into_iter()
            .map(|source| Source {
                article: names.of(source.other),
                full_words: source.full_words,
                allocated_words: source.allocated_words,
            })
            .collect(),
    }
}

/// Names the articles that the page tells of beside those it tells all about.
fn name_related(report: &Report, names: &mut Names, chosen: &[usize]) {
    for &row in chosen {
        let row = &report.articles[row];
        for source in sources(report, names, row.document).0 {
            names.number(source.other);
        }
        if let Some(cluster) = cluster(report, row) {
            names.number(cluster.leader);
        }
    }
}

/// Rows of the articles that an article shares most words with, and how many more there are.
fn sources<'a>(report: &'a Report, names: &Names, document: DocumentIndex) -> (Vec<&'a SourceRow>, usize) {
    let place = |document: DocumentIndex| names.rows[document.at()];
    let from = report.sources.partition_point(|source| place(source.document) < place(document));
    let mut sources: Vec<&SourceRow> =
        report.sources[from..].iter().take_while(|source| source.document == document).collect();
    sources.sort_by_key(|source| (Reverse(source.full_words), place(source.other)));
    let more = sources.len().saturating_sub(MAX_SOURCES);
    sources.truncate(MAX_SOURCES);
    (sources, more)
}

/// Row of the article in its cluster, if it is in one.
fn cluster<'a>(report: &'a Report, row: &ArticleRow) -> Option<&'a ClusterRow> {
    let id = row.cluster_id?;
    let from = report.clusters.partition_point(|cluster| cluster.cluster_id < id);
    report.clusters[from..].iter().take_while(|c| c.cluster_id == id).find(|c| c.document == row.document)
}

/// Articles that an article shares words with, of which the page tells.
const MAX_SOURCES: usize = 20;

/// Tells which overlap reaches farthest, stretch by stretch from the start of an article to its end.
struct Cover<'a> {
    /// Spans of overlaps and their numbers, by start.
    spans: &'a [(TokenSpan, u32)],
    /// Those that began: end, and number.
    open: BinaryHeap<(u32, Reverse<u32>)>,
}

impl<'a> Cover<'a> {
    fn new(spans: &'a [(TokenSpan, u32)]) -> Self {
        Self { spans, open: BinaryHeap::new() }
    }

    /// Cuts `words` where that overlap changes. Words must come in rising order.
    fn cut(&mut self, words: TokenSpan) -> Vec<(TokenSpan, Option<u32>)> {
        let mut out = Vec::new();
        let mut at = words.start;
        while at < words.end {
            while let Some(((span, number), rest)) = self.spans.split_first()
                && span.start <= at
            {
                self.open.push((span.end, Reverse(*number)));
                self.spans = rest;
            }
            while self.open.peek().is_some_and(|&(end, _)| end <= at) {
                self.open.pop();
            }
            let best = self.open.peek().map(|&(end, Reverse(number))| (end, number));
            let end = match best {
                Some((end, _)) => end,
                None => self.spans.first().map_or(words.end, |(span, _)| span.start),
            };
            let end = end.min(words.end);
            out.push((TokenSpan::new(at, end), best.map(|(_, number)| number)));
            at = end;
        }
        out
    }
}

/// Cuts stretches where what is excused begins and ends.
fn excuse(
    stretches: Vec<(TokenSpan, Option<u32>)>,
    excused: &[TokenSpan],
) -> impl Iterator<Item = (TokenSpan, Option<u32>, bool)> {
    stretches.into_iter().flat_map(move |(words, overlap)| {
        let mut out = Vec::with_capacity(1);
        let mut at = words.start;
        for span in excused.iter().filter(|span| span.common(words) > 0) {
            let (start, end) = (span.start.max(at), span.end.min(words.end));
            out.push((TokenSpan::new(at, start), overlap, false));
            out.push((TokenSpan::new(start, end.max(start)), overlap, true));
            at = end.max(start);
        }
        out.push((TokenSpan::new(at, words.end), overlap, false));
        out.retain(|(words, ..)| !words.is_empty());
        out
    })
}

fn article(report: &Report, names: &Names, document: DocumentIndex, detail: Option<Detail>) -> Article {
    let row = names.row(report, document);
    let metadata = report.index.metadata(document);
    let formula = report.kinds[document.at()].iter().filter(|run| run.kind == Kind::Formula);
    Article {
        id: shown(report.index.id(document)),
        outlet: shown(&metadata.source),
        time: readable(&shown(metadata.time.as_ref().map_or(metadata.unread_time.as_str(), Time::given))),
        start: metadata.time.as_ref().map(Time::start),
        end: metadata.time.as_ref().map(|time| match time.granularity() {
            Granularity::Minute | Granularity::Second => time.start(),
            _ => time.end(),
        }),
        title: shown(&metadata.title),
        url: address(&metadata.url),
        words: row.words,
        first_seen_share: row.first_seen_share.map(rounded),
        by_kind: by_kind(row, formula.map(|run| run.tokens.len()).sum()),
        detail,
    }
}

/// A time as given, but for what only machines want: `2031-06-17T05:42:00Z` as `2031-06-17 05:42 Z`.
fn readable(given: &str) -> String {
    let Some((date, time)) = given.split_once('T').filter(|(date, _)| date.len() == 10) else {
        return given.to_owned();
    };
    let zone = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone);
    let clock = if clock.len() == 8 { clock.strip_suffix(":00").unwrap_or(clock) } else { clock };
    format!("{date} {clock} {zone}").trim_end().to_owned()
}

/// A share with four decimals, as in the tables: what is saved is what is read back.
fn rounded(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}

fn by_kind(row: &ArticleRow, formula: u32) -> [u32; KINDS.len()] {
    [
        row.unique_words,
        row.quotation_words,
        row.credited_words,
        row.boilerplate_words,
        row.self_words,
        row.unattributed_words,
        formula,
    ]
}

/// An address of the web, or nothing: no other may be followed from the page.
pub(super) fn address(url: &str) -> String {
    let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    let web = lower.starts_with("http://") || lower.starts_with("https://");
    if web && !url.chars().any(|c| c.is_whitespace() || c.is_control()) { url.to_owned() } else { String::new() }
}

fn shown(text: &str) -> String {
    visible(text).text.into_owned()
}

fn excerpt(report: &Report, document: DocumentIndex, bytes: ByteSpan) -> String {
    shown(report.index.text(document).get(bytes.range()).unwrap_or_default())
}

/// The passages of most articles, and their places by their ids.
fn passages(report: &Report, names: &mut Names, limits: &PageLimits) -> (Vec<Passage>, AHashMap<String, u32>) {
    let mut rows: Vec<usize> = (0..report.passages.len()).collect();
    rows.sort_by_key(|&at| {
        let row = &report.passages[at];
        (!is_news(number(row.kind)), Reverse(row.articles), Reverse(row.words), at)
    });
    rows.truncate(if report.articles.len() > limits.articles { limits.worst } else { limits.passages });
    let mut out: Vec<Passage> = Vec::with_capacity(rows.len());
    let mut firsts = Vec::with_capacity(rows.len());
    let mut numbers = AHashMap::new();
    let mut left = limits.text_bytes;
    for at in rows {
        let row = &report.passages[at];
        let from = report.occurrences.partition_point(|o| o.passage_id < row.passage_id);
        let of_id = report.occurrences[from..].iter().take_while(|o| o.passage_id == row.passage_id);
        // Articles are numbered by time.
        let mut places: Vec<&crate::report::OccurrenceRow> = of_id.collect();
        places.sort_by_key(|o| (o.document, o.bytes));
        let left_out = places.len().saturating_sub(MAX_PLACES) as u32;
        places.truncate(MAX_PLACES);
        let first = places.first().map(|place| (place.document, place.bytes));
        let text = excerpt(report, row.text.0, row.text.1);
        let mut versions: Vec<Version> = vec![Version { text: text.clone(), places: Vec::new() }];
        let mut known: BTreeMap<String, usize> = BTreeMap::from([(plain(&text), 0)]);
        for place in places {
            let version = excerpt(report, place.document, place.bytes);
            let at = *known.entry(plain(&version)).or_insert_with(|| {
                versions.push(Version { text: version.clone(), places: Vec::new() });
                versions.len() - 1
            });
            versions[at].places.push(Place {
                article: names.number(place.document),
                exact: place.exact,
                similarity: rounded(place.similarity),
            });
        }
        let bytes: usize = versions.iter().map(|version| version.text.len()).sum();
        if bytes > left {
            continue;
        }
        left -= bytes;
        numbers.insert(row.passage_id.to_string(), out.len() as u32);
        out.push(Passage {
            id: row.passage_id.to_string(),
            kind: number(row.kind),
            articles: row.articles,
            sources: row.sources,
            words: row.words,
            origins: row.origins,
            text,
            versions,
            left_out,
            before: None,
        });
        firsts.push(first);
    }
    name_earlier(report, names, &mut out, &firsts);
    (out, numbers)
}

/// Least share of the words of a passage that an earlier article has for the passage not to be told as if it began later:
/// as much as joins two texts to one passage.
const SAME_PASSAGE: f64 = 0.8;

/// Names for each passage the earliest article that has its words inside a longer one, where that is before `firsts`, the
/// passages' own earliest places.
fn name_earlier(
    report: &Report,
    names: &mut Names,
    passages: &mut [Passage],
    firsts: &[Option<(DocumentIndex, ByteSpan)>],
) {
    let documents = firsts.iter().flatten().map(|(document, _)| *document).collect();
    let holders = Holders::new(report, &documents);
    for (passage, first) in passages.iter_mut().zip(firsts) {
        let Some((document, bytes)) = *first else { continue };
        let before = holders.first(document, bytes, SAME_PASSAGE, &[document]);
        passage.before = before.map(|before| names.number(before));
    }
}

/// Places of a passage that the page tells of: the earliest.
const MAX_PLACES: usize = 200;

/// A text by which versions are told apart: white space does not count.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn statements(report: &Report, names: &mut Names, limits: &PageLimits) -> Vec<Statement> {
    let mut out: Vec<Statement> = Vec::new();
    for row in &report.statements {
        let id = row.statement_id.to_string();
        if out.last().is_none_or(|last| last.id != id) {
            out.push(Statement { id, speaker: shown(&row.speaker), pieces: Vec::new() });
        }
        let articles = row.piece.articles.iter().map(|&document| names.number(document)).collect();
        let text = excerpt(report, row.piece.text.0, row.piece.text.1);
        if let Some(last) = out.last_mut() {
            last.pieces.push((text, articles));
        }
    }
    let carried = |statement: &Statement| statement.pieces.iter().map(|(_, articles)| articles.len()).sum::<usize>();
    out.sort_by_key(|statement| Reverse(carried(statement)));
    out.truncate(limits.statements);
    out
}

/// `overlaps` are the rows of those that the page has.
fn altered(report: &Report, names: &mut Names, overlaps: &[usize], limits: &PageLimits) -> Vec<Altered> {
    let quotes = || report.altered_quotes.iter().take(limits.altered).map(|row| &row.quote);
    let documents = quotes().flat_map(|quote| [quote.a, quote.b]).collect();
    let holders = Holders::new(report, &documents);
    let mut of_pair: AHashMap<(DocumentIndex, DocumentIndex), Vec<u32>> =
        quotes().map(|quote| ((quote.a, quote.b), Vec::new())).collect();
    for (number, &row) in (0..).zip(overlaps) {
        let row = &report.overlaps[row];
        if let Some(numbers) = of_pair.get_mut(&(row.a.document, row.b.document)) {
            numbers.push(number);
        }
    }
    let row = |quote: &AlteredQuote| {
        let before = [quote.a, quote.b];
        let [a, b] = [(quote.a, quote.a_bytes), (quote.b, quote.b_bytes)]
            .map(|(document, bytes)| holders.first(document, bytes, 1.0, &before));
        let source = match (a, b) {
            (Some(a), None) => Some((names.number(a), false)),
            (None, Some(b)) => Some((names.number(b), true)),
            _ => None,
        };
        let common = |&number: &u32| {
            let bytes = report.overlaps[overlaps[number as usize]].a.bytes;
            bytes.end.min(quote.a_bytes.end).saturating_sub(bytes.start.max(quote.a_bytes.start))
        };
        let most = of_pair[&(quote.a, quote.b)].iter().copied().max_by_key(|number| (common(number), Reverse(*number)));
        Altered {
            speaker: shown(&quote.speaker),
            a: names.number(quote.a),
            b: names.number(quote.b),
            diff: shown(&quote.diff),
            source,
            overlap: most.filter(|number| common(number) > 0),
        }
    };
    quotes().map(row).collect()
}

fn outlets(report: &Report, rows: &[&ArticleRow]) -> Vec<Outlet> {
    let mut sums: BTreeMap<&str, Outlet> = BTreeMap::new();
    for row in rows {
        let name = report.index.metadata(row.document).source.as_str();
        let empty = || Outlet { name: shown(name), articles: 0, words: 0, own_words: 0, by_kind: [0; KINDS.len()] };
        let outlet = sums.entry(name).or_insert_with(empty);
        outlet.articles += 1;
        outlet.words += u64::from(row.words);
        outlet.own_words += match row.first_seen_share {
            Some(share) => (share * f64::from(row.words)).round() as u64,
            None => u64::from(row.unique_words),
        };
        let formula = report.kinds[row.document.at()].iter().filter(|run| run.kind == Kind::Formula);
        let words = by_kind(row, formula.map(|run| run.tokens.len()).sum());
        outlet.by_kind.iter_mut().zip(words).for_each(|(sum, words)| *sum += u64::from(words));
    }
    sums.into_values().collect()
}

/// Pairs of outlets that share most words, each from both sides.
fn pairs(report: &Report, limits: &PageLimits) -> Vec<OutletPair> {
    let both = |row: &OutletRow| {
        let (x, y) = (row.source.clone(), row.other_source.clone());
        if x < y { (x, y) } else { (y, x) }
    };
    let mut most: BTreeMap<(String, String), u64> = BTreeMap::new();
    for row in &report.outlets {
        let words = most.entry(both(row)).or_default();
        *words = row.words.max(*words);
    }
    let mut rows: Vec<_> = report.outlets.iter().map(|row| (both(row), row)).collect();
    rows.sort_by(|(x, _), (y, _)| most[y].cmp(&most[x]).then_with(|| x.cmp(y)));
    let rows = rows.into_iter().take(limits.pairs);
    rows.map(|(_, row)| OutletPair {
        outlet: shown(&row.source),
        other: shown(&row.other_source),
        articles: row.articles,
        passages: row.passages,
        words: row.words,
        earlier: row.earlier,
        later: row.later,
        undetermined: row.undetermined,
    })
    .collect()
}

/// Sums over the articles that are listed.
fn totals(report: &Report, rows: &[&ArticleRow], outlets: &[Outlet]) -> Totals {
    let mut totals = Totals {
        articles: rows.len() as u64,
        shared_passages: report.passages.iter().filter(|row| row.articles > 1).count() as u64,
        altered: report.altered_quotes.len() as u64,
        pairs: report.outlets.len() as u64,
        statements: report.statements.chunk_by(|x, y| x.statement_id == y.statement_id).count() as u64,
        ..Totals::default()
    };
    for outlet in outlets {
        totals.outlets += u64::from(!outlet.name.is_empty());
        totals.words += outlet.words;
        totals.by_kind.iter_mut().zip(outlet.by_kind).for_each(|(sum, words)| *sum += words);
    }
    for row in rows.iter().filter(|row| row.words > 0) {
        let step = u64::from(row.unique_words) * 20 / u64::from(row.words);
        totals.histogram[(step as usize).min(19)] += 1;
    }
    totals
}

/// run.json, as far as the page shows it.
fn method(report: &Report) -> Method {
    let run = json::run(report);
    let text = |value: &serde_json::Value| value.as_str().map(shown).unwrap_or_default();
    let list = |key: &str| run[key].as_array().map(Vec::as_slice).unwrap_or_default();
    let skipped = list("skipped").iter().take(MAX_SKIPPED);
    Method {
        made_by: text(&run["wirecopy"]),
        settings: flat("", &run["settings"]),
        counts: flat("", &run["counts"]),
        notes: list("notes").iter().map(text).collect(),
        skipped: skipped.map(|entry| (text(&entry["input"]), text(&entry["reason"]), text(&entry["detail"]))).collect(),
        skipped_count: list("skipped").len() as u64,
    }
}

/// Inputs that were left out, as far as the page names them.
const MAX_SKIPPED: usize = 200;

/// Names and values of a JSON object, those of objects in it with their path.
fn flat(path: &str, value: &serde_json::Value) -> Vec<(String, String)> {
    match value {
        serde_json::Value::Object(fields) => {
            let below = |(name, value): (&String, &serde_json::Value)| {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flat(&path, value)
            };
            fields.iter().flat_map(below).collect()
        }
        serde_json::Value::String(text) => vec![(path.to_owned(), shown(text))],
        serde_json::Value::Null => vec![(path.to_owned(), "–".to_owned())],
        other => vec![(path.to_owned(), shown(&other.to_string()))],
    }
}
