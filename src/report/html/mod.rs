//! report.html: one page that opens from disk, fetches nothing, and shows whose words these are.
//!
//! A report is collected into what the page shows (`page.rs`), which is saved as `page.json.gz`, so that the page can be
//! drawn again without the articles. Templates draw it; they escape all that comes from an input. Articles, passages and
//! statements stand on the page itself where they are few, and else in compressed blocks which a script opens when
//! somebody asks for them.

mod chart;
mod collect;
mod compare;
mod earlier;
mod page;
mod views;
mod visible;

use super::Report;
use crate::document::{DocumentIndex, TokenSpan};
use crate::error::{Error, ErrorKind, Result};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use page::{Article, KINDS, Overlap, Page, VERSION};
use rayon::prelude::*;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read as _, Write};
use std::path::Path;
use views::{ArticleView, PassageView, StatementView, Whole, examples};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Articles up to which all stand on the page itself, to be read without scripts, and the bytes of their texts.
const INLINE_ARTICLES: usize = 100;
const INLINE_BYTES: usize = 1 << 20;
/// Articles, passages or statements in a block.
const PER_BLOCK: usize = 40;
/// Bytes of a saved page that are compressed at a time.
const MEMBER_BYTES: usize = 4 << 20;
/// Bytes that a saved page may have when it is unpacked, and as a multiple of what it is packed.
const MAX_SAVED: u64 = 512 << 20;
const MAX_RATIO: u64 = 1_000;

/// How much a page holds. What is beyond is in the tables.
#[derive(Clone, Debug)]
pub struct PageLimits {
    /// Articles up to which all come with their texts.
    pub articles: usize,
    /// Where there are more: so many of them, those least of their own, and so many passages.
    pub worst: usize,
    /// Bytes of their texts, and of those of passages.
    pub text_bytes: usize,
    /// Overlaps: those of most words.
    pub overlaps: usize,
    /// Passages: those in most articles.
    pub passages: usize,
    /// Rebuilt statements.
    pub statements: usize,
    /// Altered quotations.
    pub altered: usize,
    /// Pairs of outlets: those that share most words.
    pub pairs: usize,
}

impl Default for PageLimits {
    fn default() -> Self {
        Self {
            articles: 10_000,
            worst: 1_000,
            text_bytes: 32 << 20,
            overlaps: 200_000,
            passages: 5_000,
            statements: 1_000,
            altered: 5_000,
            pairs: 5_000,
        }
    }
}

/// What a check says of an article, for the page.
#[derive(Clone, Debug)]
pub struct CheckedPage {
    /// The article.
    pub document: DocumentIndex,
    /// Why it does not pass; nothing where it does.
    pub failures: Vec<String>,
    /// Words that were accepted, allowed or left out, rising.
    pub excused: Vec<TokenSpan>,
}

/// What a page shows.
#[derive(Debug)]
pub struct HtmlPage(Page);

impl HtmlPage {
    /// Name of the page in the folder of a report.
    pub const FILE: &str = "report.html";
    /// Name of what is saved beside it, to draw it again from.
    pub const SAVED: &str = "page.json.gz";

    /// Of a report that still has what was aligned (see [`Report::found`]).
    pub fn new(report: &Report, limits: &PageLimits) -> Self {
        Self::of_check(report, &[], limits)
    }

    /// Of a check: tells all about the articles that were checked, and about those that they share most words with.
    pub fn of_check(report: &Report, checked: &[CheckedPage], limits: &PageLimits) -> Self {
        let mut page = Self(collect::collect(report, checked, limits));
        if report.redacted {
            page.redact();
        }
        page
    }

    /// Reads what [`HtmlPage::save`] wrote.
    pub fn read(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|error| Error::io(path, error))?;
        let format = |what: String| ErrorKind::Format { path: path.to_owned(), what };
        let packed = file.metadata().map_err(|error| Error::io(path, error))?.len();
        let most = MAX_SAVED.min(packed.saturating_mul(MAX_RATIO));
        let mut unpacked = BufReader::new(MultiGzDecoder::new(BufReader::new(file)).take(most));
        // What every version begins with, so that another version is refused by name.
        let head = format!("{{\"version\":{VERSION},");
        let mut start = vec![0; head.len()];
        let begins = unpacked.read_exact(&mut start);
        begins.map_err(|error| format(format!("no saved page: {error}")))?;
        if start != head.as_bytes() {
            return Err(format("no page, or one of another version of wirecopy: scan again".to_owned()).into());
        }
        let page = serde_json::from_reader(start[..].chain(unpacked));
        let mut page: Page = page.map_err(|error| format(format!("no saved page: {error}")))?;
        page.check().map_err(|what| format(what.to_owned()))?;
        for article in &mut page.articles {
            article.url = collect::address(&article.url);
        }
        Ok(Self(page))
    }

    /// Writes it as compressed JSON.
    pub fn save(&self, out: &mut dyn Write) -> io::Result<()> {
        let plain = serde_json::to_vec(&self.0)?;
        // Members of a gzip file may follow one another: each is made by one thread.
        let members: Vec<Vec<u8>> =
            plain.par_chunks(MEMBER_BYTES).map(|chunk| gzip(chunk, Compression::fast())).collect::<io::Result<_>>()?;
        members.iter().try_for_each(|member| out.write_all(member))
    }

    /// Leaves out all texts of articles.
    pub fn redact(&mut self) {
        self.0.redact();
    }

    /// Articles that the report has, and those that the page tells all about.
    pub fn articles(&self) -> (u64, usize) {
        (self.0.totals.articles, self.0.detailed)
    }

    /// Draws the page.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let page = &self.0;
        let inline = page.detailed <= INLINE_ARTICLES && page.text_bytes() <= INLINE_BYTES;
        let articles: Vec<usize> = (0..page.detailed).collect();
        let overlaps = page.overlaps_of_articles();
        let article = |&number: &usize| {
            let article = &page.articles[number];
            match &article.detail {
                Some(detail) => drawn(&ArticleView { page, number, article, detail, inline }),
                None => Ok(String::new()),
            }
        };
        let with_overlaps = |number: &usize| {
            let html = if inline { String::new() } else { article(number)? };
            Ok((html, page.told_of(&overlaps[*number]), page.sources_of(*number)))
        };
        let passages: Vec<usize> = (0..page.passages.len()).collect();
        let passage = |&number: &usize| drawn(&PassageView { page, number, passage: &page.passages[number] });
        let statements: Vec<usize> = (0..page.statements.len()).collect();
        let statement = |&number: &usize| drawn(&StatementView { page, number, statement: &page.statements[number] });
        let mut blocks = vec![("catalog".to_owned(), packed(&page.catalog())?)];
        blocks.extend(in_blocks("a", &articles, with_overlaps)?);
        let mut on_page = Vec::new();
        if inline {
            on_page.extend(articles.iter().map(article).collect::<io::Result<Vec<_>>>()?);
            on_page.extend(passages.iter().map(passage).collect::<io::Result<Vec<_>>>()?);
            on_page.extend(statements.iter().map(statement).collect::<io::Result<Vec<_>>>()?);
        } else {
            blocks.extend(in_blocks("p", &passages, passage)?);
            blocks.extend(in_blocks("s", &statements, statement)?);
        }
        let whole = Whole {
            page,
            style: STYLE,
            script: SCRIPT,
            style_hash: &STANDARD.encode(Sha256::digest(STYLE)),
            script_hash: &STANDARD.encode(Sha256::digest(SCRIPT)),
            inline: &on_page,
            blocks: &blocks,
            per_block: PER_BLOCK,
            order: &page.order(),
            kinds: &serde_json::to_string(&KINDS)?,
            examples: examples(page),
        };
        whole.write_into(out)?;
        out.write_all(b"\n")
    }
}

fn drawn(view: &impl Template) -> io::Result<String> {
    view.render().map_err(io::Error::other)
}

/// Draws so many views a block, on all threads.
fn in_blocks<T: serde::Serialize>(
    name: &str,
    numbers: &[usize],
    draw: impl Fn(&usize) -> io::Result<T> + Sync,
) -> io::Result<Vec<(String, String)>> {
    numbers
        .par_chunks(PER_BLOCK)
        .enumerate()
        .map(|(at, numbers)| {
            let views = numbers.iter().map(&draw).collect::<io::Result<Vec<T>>>()?;
            Ok((format!("{name}{at}"), packed(&views)?))
        })
        .collect()
}

/// JSON, compressed, as text.
fn packed(value: &impl serde::Serialize) -> io::Result<String> {
    Ok(STANDARD.encode(gzip(&serde_json::to_vec(value)?, Compression::new(4))?))
}

fn gzip(bytes: &[u8], level: Compression) -> io::Result<Vec<u8>> {
    let mut out = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), level);
    out.write_all(bytes)?;
    out.finish()
}

impl Page {
    /// Whether all numbers in it lead somewhere: a saved page may be anybody's. Spans that lead nowhere show nothing.
    fn check(&self) -> std::result::Result<(), &'static str> {
        let article = |number: u32| (number as usize) < self.articles.len();
        let detailed = |number: u32| (number as usize) < self.detailed;
        let kind = |number: u8| usize::from(number) < page::KINDS.len();
        let overlap = |number: u32| (number as usize) < self.overlaps.len();
        let mut details = self.articles.iter().enumerate().map(|(at, article)| (at, &article.detail));
        let mut places = self.passages.iter().flat_map(|p| &p.versions).flat_map(|version| &version.places);
        let fits = self.detailed <= self.articles.len()
            && details.all(|(at, detail)| match detail {
                None => at >= self.detailed,
                Some(detail) => {
                    at < self.detailed
                        && detail.sources.iter().all(|source| article(source.article))
                        && detail.cluster.as_ref().is_none_or(|(_, leader, _)| article(*leader))
                        && detail
                            .paragraphs
                            .iter()
                            .flat_map(|p| &p.runs)
                            .all(|run| kind(run.kind) && run.overlap.is_none_or(overlap))
                }
            })
            && places.all(|place| article(place.article))
            && self.passages.iter().all(|passage| kind(passage.kind) && passage.before.is_none_or(article))
            && self.statements.iter().flat_map(|s| &s.pieces).flat_map(|(_, articles)| articles).all(|&a| article(a))
            && self.altered.iter().all(|row| {
                let source = row.source.is_none_or(|(source, _)| article(source));
                article(row.a) && article(row.b) && source && row.overlap.is_none_or(overlap)
            })
            && self.checked.iter().all(|checked| article(checked.article))
            && self.overlaps.iter().all(|o| {
                let passage = o.passage.is_none_or(|passage| (passage as usize) < self.passages.len());
                detailed(o.a) && detailed(o.b) && kind(o.kind) && passage && o.sides.iter().all(|side| !side.is_empty())
            })
            && self.listed <= self.detailed
            && self.has_counts_that_sum();
        if fits { Ok(()) } else { Err("a saved page that does not fit together: scan again") }
    }

    /// Whether no sum of its counts can go beyond what a number holds.
    fn has_counts_that_sum(&self) -> bool {
        let words = |words: &[u32]| words.iter().all(|&words| words < 1 << 28);
        let sums = |sums: &[u64]| sums.iter().all(|&sum| sum < 1 << 40);
        let time = |time: Option<i64>| time.is_none_or(|time| time.abs() < 1 << 40);
        let share = |share: f64| (0.0..=1.0).contains(&share);
        self.articles.iter().all(|a| {
            let mut paragraphs = a.detail.iter().flat_map(|detail| &detail.paragraphs);
            words(&a.by_kind)
                && words(&[a.words])
                && time(a.start)
                && time(a.end)
                && a.first_seen_share.is_none_or(share)
                && paragraphs.all(|p| words(&p.by_kind) && p.by_kind[0] <= p.by_kind[..6].iter().sum())
        }) && self.outlets.iter().all(|o| sums(&o.by_kind) && sums(&[o.articles, o.words, o.own_words]))
            && self.pairs.iter().all(|p| sums(&[p.words]) && words(&[p.earlier, p.later, p.undetermined]))
            && sums(&self.totals.by_kind)
            && sums(&self.totals.histogram)
    }

    fn redact(&mut self) {
        self.redacted = true;
        for detail in self.articles.iter_mut().filter_map(|article| article.detail.as_mut()) {
            detail.paragraphs.iter_mut().for_each(|paragraph| paragraph.text.clear());
        }
        for passage in &mut self.passages {
            passage.text.clear();
            passage.versions.iter_mut().for_each(|version| version.text.clear());
        }
        for statement in &mut self.statements {
            statement.pieces.iter_mut().for_each(|(text, _)| text.clear());
        }
        self.altered.iter_mut().for_each(|row| row.diff.clear());
    }

    fn text_bytes(&self) -> usize {
        let details = self.articles.iter().filter_map(|article| article.detail.as_ref());
        details.flat_map(|detail| &detail.paragraphs).map(|paragraph| paragraph.text.len()).sum()
    }

    /// Numbers of the articles that it lists, least of their own first; those without words last.
    fn order(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.listed as u32).collect();
        order.sort_by_key(|&number| {
            let article = &self.articles[number as usize];
            let own = page::own(article.first_seen_share, article.by_kind[0], article.words);
            (own, Reverse(article.words), number)
        });
        order
    }

    /// Overlaps of each article that it tells all about, and which side the article is.
    fn overlaps_of_articles(&self) -> Vec<Vec<(u32, bool)>> {
        let mut out = vec![Vec::new(); self.detailed];
        for (at, overlap) in (0..).zip(&self.overlaps) {
            out[overlap.a as usize].push((at, false));
            out[overlap.b as usize].push((at, true));
        }
        out
    }

    /// What the script lists: a row an article, at its end words by kind, words in a row, and whether they are excused.
    fn catalog(&self) -> serde_json::Value {
        let row = |(at, a): (usize, &Article)| {
            let mut stretches: BTreeMap<(u8, u32, bool), u32> = BTreeMap::new();
            for run in a.detail.iter().flat_map(|detail| &detail.paragraphs).flat_map(|paragraph| &paragraph.runs) {
                let words = stretches.entry((run.kind, run.in_a_row, run.excused)).or_default();
                *words = words.saturating_add(run.words);
            }
            let stretches: Vec<_> = stretches
                .into_iter()
                .map(|((kind, row, excused), words)| (kind, row, u8::from(excused), words))
                .collect();
            json!([at, a.id, a.name(), a.outlet, a.time, a.start, a.words, a.by_kind, a.first_seen_share, stretches])
        };
        self.articles.iter().enumerate().map(row).collect()
    }

    /// Articles that an article shares words with, and how many words of it, for the script.
    fn sources_of(&self, number: usize) -> Vec<(u32, u32)> {
        let sources = self.articles[number].detail.iter().flat_map(|detail| &detail.sources);
        sources.map(|source| (source.article, source.full_words)).collect()
    }

    /// Overlaps of an article for the script.
    fn told_of(&self, overlaps: &[(u32, bool)]) -> Vec<Told<'_>> {
        overlaps.iter().map(|&(number, later)| told(number, &self.overlaps[number as usize], later)).collect()
    }
}

fn told(number: u32, overlap: &Overlap, later: bool) -> Told<'_> {
    let first = match (overlap.direction.as_str(), later) {
        ("a->b", false) | ("b->a", true) => 1,
        ("a->b", true) | ("b->a", false) => 2,
        ("common", _) => 3,
        _ => 0,
    };
    let other = if later { overlap.a } else { overlap.b };
    let passage = overlap.passage.map_or(-1, i64::from);
    let pieces = overlap.sides[usize::from(later)].iter().map(|&(p, from, to, same)| (p, from, to, u8::from(same)));
    (number, other, overlap.kind, overlap.matched_words, first, &overlap.basis, passage, pieces.collect())
}

/// An overlap as the script reads it: number, the other article, kind, equal words, who was first (0 open, 1 this article,
/// 2 the other, 3 a common source), by what, passage or -1, and its pieces: paragraph, first UTF-16 unit and unit after the
/// last, and whether the other side has the same.
type Told<'a> = (u32, u32, u8, u32, u8, &'a str, i64, Vec<(u32, u32, u32, u8)>);
