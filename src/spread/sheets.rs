//! An article and its sides → its sheet, its paragraphs, whom it shares words with.

use super::code::{decode, encode};
use super::facts::{self, CLUSTERED, Known, LEARNED, SIDE, of_kind};
use super::part::{Article, Part, number};
use super::passages::{SpotFact, hash, node};
use super::rows::{Group, Rows, Stream};
use super::weigh::{SideData, kind, kind_place};
use super::{CellValue, Walk, cells, outlets, quotes};
use crate::align::{Block, Found, Overlap, Role};
use crate::document::{ByteSpan, DocumentIndex, TokenSpan};
use crate::error::Result;
use crate::judge::{
    BestParagraph, Excerpt, Furniture, Oddities, Own, SideFacts, SideView, named, prose_words, quotations, sheet_of,
    untouched,
};
use crate::passage::same_place;
use crate::report::{ArticleFacts, ParagraphRow, SourceRow, article_row};
use crate::text::Boundaries;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use zerocopy::IntoBytes;

/// The facts of one side of an overlap, and the article that it stands in.
#[derive(Serialize, Deserialize)]
pub(super) struct SideFact {
    pub(super) id: String,
    pub(super) source: String,
    pub(super) time: Option<String>,
    paragraph: u32,
    line: u32,
    chars: (u32, u32),
    bytes: (u32, u32),
    words: u32,
    share_quoted: f64,
    prose: u8,
    quoted: u32,
    furniture: u32,
    furniture_ends: bool,
    /// Where the name of who is quoted stands, and the name.
    pub(super) named: Option<(u32, u32, String)>,
    pub(super) text: String,
    /// What its outlet is counted by.
    pub(super) outlet: String,
    /// Words of the article that may be its author's own.
    pub(super) prose_words: u32,
    /// What the words of the side are told by.
    pub(super) words_hash: u128,
}

impl SideFact {
    /// The facts as the judge knows them.
    pub(super) fn facts(&self, document: DocumentIndex) -> Result<SideFacts> {
        let excerpt = Excerpt {
            document,
            paragraph: self.paragraph,
            line: self.line,
            chars: self.chars,
            bytes: ByteSpan { start: self.bytes.0, end: self.bytes.1 },
            words: self.words,
            quoted: self.share_quoted,
            prose: kind(self.prose)?,
        };
        let (quoted, furniture, furniture_ends) = (self.quoted, self.furniture, self.furniture_ends);
        Ok(SideFacts { excerpt, quoted, furniture, furniture_ends })
    }
}

/// Judges the words of an article.
pub(super) fn judge(walk: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let Some(Known { article, .. }) = facts::read_group(group)? else { return Ok(()) };
    let Article { document, prepared, credits } = article;
    let own = DocumentIndex(number(group[0].key[0])?);
    let metadata = document.metadata.clone();
    let described = (document.id.clone(), facts::shown_time(&document));
    let words = prepared.tokens.len() as u32;
    let one = Article { document, prepared, credits: Vec::new() };
    let part = Part::new(std::iter::once(Ok((own.0, one))), &walk.settings.outlets)?;
    let (index, here) = (&part.index, DocumentIndex(0));
    let mut spans = Vec::new();
    index.spans(here, &mut spans);
    let paragraphs: Vec<_> = index.paragraphs(here).collect();
    let (text, tokens) = (index.text(here), index.tokens(here));
    let layout = Boundaries { text, spans: &spans, paragraphs: &paragraphs };

    let mut ids: BTreeMap<DocumentIndex, String> = BTreeMap::new();
    let mut found: Vec<(Found, bool, u8, bool, bool)> = Vec::new();
    let mut places: Vec<[i64; 4]> = Vec::new();
    let mut best: BTreeMap<usize, BestParagraph> = BTreeMap::new();
    for row in of_kind(group, SIDE) {
        let (other, later) = (DocumentIndex(number(row.key[2])?), row.key[3] == 1);
        let side: SideData = decode(row.data)?;
        let (a, b) = if later { (other, own) } else { (own, other) };
        for (overlap, seq) in side.overlaps.into_iter().zip(0..) {
            let blocks = overlap.runs.iter().map(|&(start, len)| Block { a: start, b: start, len }).collect();
            let overlap_found = Found { a, b, overlap: Overlap { blocks, role: Role::Main } };
            found.push((overlap_found, later, overlap.prose, overlap.is_formula, overlap.before));
            places.push([b.0.into(), a.0.into(), seq, i64::from(later)]);
        }
        for (here, there, words, resemblance) in side.best {
            let new = BestParagraph { here, other: (other, there), words, resemblance };
            let key = |b: &BestParagraph| (b.words, std::cmp::Reverse(b.other));
            let known = best.entry(here).or_insert(new);
            if key(&new) > key(known) {
                *known = new;
            }
        }
        ids.insert(other, side.other_id);
    }
    let views: Vec<SideView<'_>> = found
        .iter()
        .map(|(found, later, prose, is_formula, before)| {
            let (later, prose, is_formula, before) = (*later, kind(*prose)?, *is_formula, *before);
            Ok(SideView { found, later, prose, is_formula, before })
        })
        .collect::<Result<_>>()?;
    let learned = of_kind(group, LEARNED)
        .iter()
        .map(|row| Ok(TokenSpan { start: number(row.key[2])?, end: number(row.key[3])? }));
    let learned: Vec<TokenSpan> = learned.collect::<Result<_>>()?;
    let furniture = Furniture::of_article(learned.into_iter(), &walk.settings.boilerplate);
    let (sheet, facts) = if views.is_empty() && !furniture.touches(here, text) {
        (untouched(own, &paragraphs, text, tokens), Vec::new())
    } else {
        let mut marks = vec![false; spans.len()];
        if furniture.touches(here, text) {
            furniture.mark(index, here, &layout, &mut marks);
        }
        let quotations = if views.is_empty() { Vec::new() } else { quotations(text, &spans, &paragraphs) };
        let own = Own { document: own, layout, tokens, quotations: &quotations, furniture: &marks };
        sheet_of(own, &views, &best.into_values().collect::<Vec<_>>(), &mut Vec::new())
    };

    let outlet = outlets::key(&walk.settings.outlets, &metadata.source);
    let prose_words = prose_words(words, &sheet.partition);
    let mut spots: BTreeMap<TokenSpan, &SideFacts> = BTreeMap::new();
    for ((side, facts), key) in views.iter().zip(&facts).zip(&places) {
        let span = side.found.span(side.later);
        spots.insert(span, facts);
        let name = sheet.voice.as_ref().and_then(|voice| named(voice, side.found.span(side.later)));
        let cut = |span: ByteSpan| text.get(span.range()).unwrap_or_default().to_owned();
        let e = &facts.excerpt;
        let fact = SideFact {
            id: described.0.clone(),
            source: metadata.source.clone(),
            time: described.1.clone(),
            paragraph: e.paragraph,
            line: e.line,
            chars: e.chars,
            bytes: (e.bytes.start, e.bytes.end),
            words: e.words,
            share_quoted: e.quoted,
            prose: kind_place(e.prose),
            quoted: facts.quoted,
            furniture: facts.furniture,
            furniture_ends: facts.furniture_ends,
            named: name.map(|span| (span.start, span.end, cut(span))),
            text: cut(e.bytes),
            outlet: outlet.clone(),
            prose_words,
            words_hash: hash(tokens[span.range()].as_bytes()),
        };
        out.tell(Stream::SideFact, *key, encode(&fact)?);
    }
    if let Some(voice) = &sheet.voice {
        quotes::tell(own.0.into(), voice, out)?;
    }
    for (span, facts) in &spots {
        let e = &facts.excerpt;
        let fact = SpotFact {
            id: described.0.clone(),
            source: metadata.source.clone(),
            outlet: outlet.clone(),
            time: described.1.clone(),
            is_dated: metadata.time.is_some(),
            chars: e.chars,
            bytes: (e.bytes.start, e.bytes.end),
            text: text.get(e.bytes.range()).unwrap_or_default().to_owned(),
            tokens: tokens[span.range()].iter().map(|token| token.get()).collect(),
        };
        out.tell(Stream::SpotFact, [own.0.into(), span.start.into(), span.end.into(), 0], encode(&fact)?);
        // Spans are sorted by their first token: none after the first that begins behind this one lies on it.
        let later = spots.range(*span..).skip(1).map(|(other, _)| other).take_while(|other| other.start < span.end);
        for other in later.filter(|other| same_place(*span, **other)) {
            let [x, y] = [span, other].map(|span| node(own.0, (span.start, span.end)));
            out.tell(Stream::SpotEdge, [x, y, 0, 0], Vec::new());
            out.tell(Stream::SpotEdge, [y, x, 0, 0], Vec::new());
        }
    }

    // Rows name other articles by their ids alone.
    let mut stub = cells::Stub::new(own, &described.0, metadata.clone(), &ids)?;
    let mut row = article_row(&ArticleFacts {
        document: stub.local(own),
        words,
        metadata: &metadata,
        sheet: &sheet,
        oddities: Oddities::default(),
        credits: &credits,
        cluster: None,
        is_renamed: group[0].key[2] == 1,
    });
    row.top_source = row.top_source.map(|(other, share)| (stub.local(other), share));
    stub.report.articles.push(row);
    for row in &sheet.paragraphs {
        let best = row.best.map(|(other, at, share)| (stub.local(other), at, share));
        stub.report.paragraphs.push(ParagraphRow { document: stub.local(own), best, ..*row });
    }
    for s in &sheet.sources {
        let (document, other) = (stub.local(own), stub.local(s.other));
        stub.report.sources.push(SourceRow {
            document,
            other,
            full_words: s.full,
            allocated_words: s.allocated,
            words,
        });
    }
    let n = i64::from(own.0);
    stub.tell("articles", Stream::ArticleCells, [n, 0, 0, 0], out)?;
    stub.tell("paragraphs", Stream::TableParagraphs, [0; 4], out)?;
    stub.tell("sources", Stream::TableSources, [0; 4], out)
}

/// Completes the row of an article by its cluster, and by what its overlaps show.
pub(super) fn articles(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let Some(row) = of_kind(group, 0).first() else { return Ok(()) };
    let mut cells: Vec<CellValue> = decode(row.data)?;
    let [.., cluster, relation, _, flags] = &mut cells[..] else { return Ok(()) };
    let clustered = of_kind(group, CLUSTERED).first();
    if let Some(row) = clustered {
        (*cluster, *relation) = decode(row.data)?;
    }
    let changed = clustered.is_some_and(|row| row.key[2] == 1);
    let unmarked = !of_kind(group, facts::UNMARKED).is_empty();
    let more = Oddities { headline_changed: changed, unmarked_quotation: unmarked };
    cells::add_flags(flags, more);
    out.tell(Stream::TableArticles, [0; 4], encode(&cells)?);
    Ok(())
}
