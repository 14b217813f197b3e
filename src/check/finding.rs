//! The reused words of a new article → findings: stretches of one kind in one paragraph, each with where it comes from
//! and a key that stays when something else is edited.

use crate::align::is_common;
use crate::document::{ByteSpan, DocumentIndex, TokenSpan};
use crate::index::{Index, ShortToken};
use crate::judge::Kind;
use crate::outlet::Outlets;
use crate::report::{OverlapRow, Report};
use ahash::{AHashMap, AHashSet};
use std::collections::BTreeMap;
use xxhash_rust::xxh3::xxh3_64;

/// Changed words that a stretch may hold in one place.
const GAP: u32 = 5;
/// Share of the words of a stretch that the article with most of them has, from which on another is where it may come
/// from too.
const NEAR_BEST: f64 = 0.8;

/// Consecutive reused words of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// 16 hex digits: of its words, the name of its article, and the outlet of its source.
    pub key: String,
    /// [`Kind::Unattributed`], [`Kind::Quotation`] or [`Kind::Credited`].
    pub kind: Kind,
    /// Whether it was known or excused.
    pub state: State,
    /// Whether its words count against a gate.
    pub counts: bool,
    /// Its words, and those that were changed between them.
    pub tokens: TokenSpan,
    /// Its bytes in the article's text.
    pub bytes: ByteSpan,
    /// Code points before it, and up to its end.
    pub chars: (u32, u32),
    /// Where it begins.
    pub start: Position,
    /// Where it ends: after its last letter.
    pub end: Position,
    /// Words that are reused.
    pub words: u32,
    /// The earliest article with most of these words, one of the corpus before a new one.
    pub source: DocumentIndex,
    /// Words of it that the source has.
    pub source_words: u32,
    /// Where they stand in the source's text.
    pub source_bytes: ByteSpan,
    /// Where they begin in the source.
    pub source_start: Position,
    /// All articles that have about as many of its words, the source among them, in order.
    pub carriers: Vec<DocumentIndex>,
}

/// A place in a text, both from 1; columns count code points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

/// Whether a finding was known or excused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Neither.
    New,
    /// It is in the baseline.
    Accepted,
    /// A rule allows it: its place in the rules.
    Allowed(usize),
    /// A comment in the article leaves it out.
    Ignored,
    /// The article demonstrably had the words before all others that have them.
    First,
}

impl State {
    /// Name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Accepted => "accepted",
            Self::Allowed(_) => "allowed",
            Self::Ignored => "ignored",
            Self::First => "first",
        }
    }
}

/// The rows of a report by article, with whether the article is their later side.
pub(super) struct Rows<'a> {
    new: AHashSet<DocumentIndex>,
    by_article: AHashMap<DocumentIndex, Vec<(&'a OverlapRow, bool)>>,
}

impl<'a> Rows<'a> {
    /// `new` are the new articles.
    pub(super) fn new(report: &'a Report, new: impl Iterator<Item = DocumentIndex>) -> Self {
        let mut by_article: AHashMap<DocumentIndex, Vec<(&OverlapRow, bool)>> = AHashMap::new();
        for row in report.overlaps.iter().filter(|row| row.a.document != row.b.document) {
            by_article.entry(row.a.document).or_default().push((row, false));
            by_article.entry(row.b.document).or_default().push((row, true));
        }
        Self { new: new.collect(), by_article }
    }

    fn of(&self, document: DocumentIndex) -> &[(&'a OverlapRow, bool)] {
        self.by_article.get(&document).map_or(&[], Vec::as_slice)
    }
}

/// What is known of one word of a new article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Word {
    kind: Option<Kind>,
    /// The article had it first.
    first: bool,
    ignored: bool,
    /// Between the first and the last word of an overlap.
    inside: bool,
}

/// The words of a new article, and whom it shares them with.
pub(super) struct Words<'a> {
    report: &'a Report,
    document: DocumentIndex,
    new: &'a AHashSet<DocumentIndex>,
    rows: &'a [(&'a OverlapRow, bool)],
    words: Vec<Word>,
    spans: Vec<ByteSpan>,
}

impl<'a> Words<'a> {
    pub(super) fn new(report: &'a Report, rows: &'a Rows<'a>, document: DocumentIndex) -> Self {
        let index = &report.index;
        let mut spans = Vec::new();
        index.spans(document, &mut spans);
        let (new, rows) = (&rows.new, rows.of(document));
        let mut words = vec![Word::default(); spans.len()];
        for run in &report.kinds[document.at()] {
            words[run.tokens.range()].iter_mut().for_each(|word| word.kind = Some(run.kind));
        }
        // Whether somebody has a word without credit, and whether somebody has it who is not demonstrably later.
        let mut shared = vec![(false, false); words.len()];
        for &(row, later) in rows {
            let found = &report.found[row.found];
            words[found.span(later).range()].iter_mut().for_each(|word| word.inside = true);
            let (own, other) = sides(row, later);
            if own.prose == Kind::Unattributed {
                let is_later = index.is_before(document, other.document);
                for run in found.runs(later) {
                    shared[run].iter_mut().for_each(|word| {
                        word.0 = true;
                        word.1 |= !is_later;
                    });
                }
            }
        }
        for (word, (shared, maybe_theirs)) in words.iter_mut().zip(shared) {
            word.first = word.kind == Some(Kind::Unattributed) && shared && !maybe_theirs;
        }
        Self { report, document, new, rows, words, spans }
    }

    /// Leaves out the words of these stretches of the text.
    pub(super) fn ignore(&mut self, stretches: &[ByteSpan]) {
        for stretch in stretches {
            for (word, span) in self.words.iter_mut().zip(&self.spans) {
                word.ignored |= stretch.start <= span.start && span.end <= stretch.end;
            }
        }
    }

    /// Number of words.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn kind(&self, token: usize) -> Option<Kind> {
        self.words[token].kind
    }

    /// The article's own words.
    pub(super) fn tokens(&self, span: TokenSpan) -> &'a [ShortToken] {
        &self.report.index.tokens(self.document)[span.range()]
    }

    /// The articles of other outlets that it shares words with, and for each word whether that article has it, and has it
    /// without credit.
    pub(super) fn by_other_outlet(&self) -> BTreeMap<DocumentIndex, Vec<(bool, bool)>> {
        let mut out: BTreeMap<DocumentIndex, Vec<(bool, bool)>> = BTreeMap::new();
        for &(row, later) in self.rows {
            let (own, other) = sides(row, later);
            if !matches!(own.prose, Kind::SelfReuse | Kind::Revision) {
                let words = out.entry(other.document).or_insert_with(|| vec![(false, false); self.len()]);
                for run in self.report.found[row.found].runs(later) {
                    words[run].iter_mut().for_each(|word| {
                        word.0 = true;
                        word.1 |= own.prose == Kind::Unattributed;
                    });
                }
            }
        }
        out
    }

    pub(super) fn index(&self) -> &'a Index {
        &self.report.index
    }

    /// The findings, by place. `name` is what keys call the article.
    pub(super) fn findings(&self, outlets: &Outlets, name: &str) -> Vec<Finding> {
        let mut place = Place::new(self.index().text(self.document));
        self.stretches()
            .into_iter()
            .filter_map(|(span, word)| self.finding(span, word, outlets, name, &mut place))
            .collect()
    }

    /// A part of a finding as one of its own, where it was split.
    pub(super) fn part(&self, of: &Finding, span: TokenSpan, outlets: &Outlets, name: &str) -> Option<Finding> {
        let word = self.words[span.range()].iter().find(|word| word.kind == Some(of.kind))?;
        let mut place = Place::new(self.index().text(self.document));
        let part = self.finding(span, *word, outlets, name, &mut place)?;
        Some(Finding { state: of.state, ..part })
    }

    /// Words of one kind that stand together, in one paragraph. Words between them that were changed are no border.
    fn stretches(&self) -> Vec<(TokenSpan, Word)> {
        let text = self.index().text(self.document).as_bytes();
        let mut out: Vec<(TokenSpan, Word)> = Vec::new();
        let mut open = false;
        for (at, word) in (0..).zip(&self.words) {
            let reported = matches!(word.kind, Some(Kind::Unattributed | Kind::Quotation | Kind::Credited));
            if at > 0 {
                let between = self.spans[at as usize - 1].end as usize..self.spans[at as usize].start as usize;
                open &= !text.get(between).is_some_and(is_blank_line);
            }
            let alike =
                |other: &Word| (word.kind, word.first, word.ignored) == (other.kind, other.first, other.ignored);
            match out.last_mut() {
                Some((span, first)) if open && reported && alike(first) => span.end = at + 1,
                Some((span, _)) if open && !reported => {
                    open = word.kind.is_none() && word.inside && at - span.end < GAP
                }
                _ if reported => {
                    open = true;
                    out.push((TokenSpan::new(at, at + 1), *word));
                }
                _ => {}
            }
        }
        out
    }

    fn finding(
        &self,
        span: TokenSpan,
        word: Word,
        outlets: &Outlets,
        name: &str,
        place: &mut Place<'_>,
    ) -> Option<Finding> {
        let kind = word.kind?;
        let index = self.index();
        let found = self.carriers(span, kind)?;
        let bytes = bytes(&self.spans, span);
        let words = self.words[span.range()].iter().filter(|word| word.kind == Some(kind)).count() as u32;
        let state = match word {
            Word { ignored: true, .. } => State::Ignored,
            Word { first: true, .. } => State::First,
            _ => State::New,
        };
        let outlet = outlets.key(&index.metadata(found.source).source);
        Some(Finding {
            key: key(self.tokens(span), name, &outlet),
            kind,
            state,
            counts: false,
            tokens: span,
            bytes,
            start: place.of(bytes.start),
            end: place.of(bytes.end),
            chars: (place.chars(bytes.start), place.chars(bytes.end)),
            words,
            source: found.source,
            source_words: found.words,
            source_bytes: found.bytes,
            source_start: Place::new(index.text(found.source)).of(found.bytes.start),
            carriers: found.all,
        })
    }

    /// Who has the words of a stretch.
    fn carriers(&self, span: TokenSpan, kind: Kind) -> Option<Carriers> {
        // For each article its words of the stretch, and the first and the last of them in its own text.
        let mut by_article: BTreeMap<DocumentIndex, (u32, u32, u32)> = BTreeMap::new();
        for &(row, later) in self.rows {
            let (own, other) = sides(row, later);
            if matches!(kind, Kind::Unattributed | Kind::Credited) && own.prose != kind {
                continue;
            }
            for block in &self.report.found[row.found].overlap.blocks {
                let (mine, theirs) = if later { (block.b, block.a) } else { (block.a, block.b) };
                let (from, to) = (mine.max(span.start), (mine + block.len).min(span.end));
                if from >= to {
                    continue;
                }
                let (first, last) = (theirs + (from - mine), theirs + (to - mine) - 1);
                let entry = by_article.entry(other.document).or_insert((0, first, last));
                // A repeat elsewhere in that article does not stretch the place.
                if first.abs_diff(entry.2) <= 2 * span.len() {
                    *entry = (entry.0, entry.1.min(first), entry.2.max(last));
                }
                entry.0 = (entry.0 + to - from).min(span.len());
            }
        }
        let best = by_article.values().map(|entry| entry.0).max()?;
        let near = |words: u32| f64::from(words) >= NEAR_BEST * f64::from(best);
        let all: Vec<DocumentIndex> = by_article.iter().filter(|(_, e)| near(e.0)).map(|(d, _)| *d).collect();
        let source = *all.iter().find(|document| !self.new.contains(document)).or(all.first())?;
        let (words, first, last) = by_article[&source];
        let mut spans = Vec::new();
        self.index().spans(source, &mut spans);
        Some(Carriers { source, words, bytes: bytes(&spans, TokenSpan::new(first, last + 1)), all })
    }
}

/// Who has the words of a stretch.
struct Carriers {
    source: DocumentIndex,
    words: u32,
    bytes: ByteSpan,
    all: Vec<DocumentIndex>,
}

/// The side of the article, and the other.
fn sides(row: &OverlapRow, later: bool) -> (&crate::report::Excerpt, &crate::report::Excerpt) {
    if later { (&row.b, &row.a) } else { (&row.a, &row.b) }
}

fn bytes(spans: &[ByteSpan], span: TokenSpan) -> ByteSpan {
    let of = spans.get(span.range()).unwrap_or_default();
    match (of.first(), of.iter().map(|span| span.end).max()) {
        (Some(first), Some(end)) => ByteSpan::new(first.start, end),
        _ => ByteSpan::default(),
    }
}

fn is_blank_line(between: &[u8]) -> bool {
    let mut lines = between.split(|&byte| byte == b'\n');
    // What stands before the first line end and after the last belongs to lines with words.
    lines.next();
    let inner: Vec<&[u8]> = lines.collect();
    inner.len() > 1 && inner[..inner.len() - 1].iter().any(|line| line.iter().all(u8::is_ascii_whitespace))
}

/// The words that a key is made of: without common ones at the ends, which an edit beside may trim.
pub(super) fn core(tokens: &[ShortToken]) -> &[ShortToken] {
    let tells = |token: &ShortToken| !is_common(token.get());
    match (tokens.iter().position(tells), tokens.iter().rposition(tells)) {
        (Some(first), Some(last)) => &tokens[first..=last],
        _ => tokens,
    }
}

/// XXH3-64 over the name, the outlet and the short hashes of the words, in hex.
fn key(tokens: &[ShortToken], name: &str, outlet: &str) -> String {
    let mut bytes = Vec::new();
    for part in [name, outlet] {
        bytes.extend_from_slice(part.as_bytes());
        bytes.push(0);
    }
    bytes.extend_from_slice(zerocopy::IntoBytes::as_bytes(core(tokens)));
    format!("{:016x}", xxh3_64(&bytes))
}

/// Lines, columns and code points of rising bytes.
struct Place<'a> {
    text: &'a str,
    at: usize,
    chars: u32,
    line: u32,
    line_chars: u32,
}

impl<'a> Place<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, chars: 0, line: 1, line_chars: 0 }
    }

    fn go(&mut self, byte: u32) {
        let byte = byte as usize;
        if byte < self.at {
            *self = Self::new(self.text);
        }
        for char in self.text.get(self.at..byte).unwrap_or_default().chars() {
            self.chars += 1;
            if char == '\n' {
                self.line += 1;
                self.line_chars = self.chars;
            }
        }
        self.at = byte;
    }

    fn of(&mut self, byte: u32) -> Position {
        self.go(byte);
        Position { line: self.line, column: self.chars - self.line_chars + 1 }
    }

    fn chars(&mut self, byte: u32) -> u32 {
        self.go(byte);
        self.chars
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_line_parts_paragraphs_and_a_wrap_does_not() {
        for (between, blank) in [(" ", false), ("\n", false), (" \r\n ", false), ("\n\n", true), (".\r\n \r\n“", true)]
        {
            assert_eq!(is_blank_line(between.as_bytes()), blank, "{between:?}");
        }
    }

    #[test]
    fn lines_and_columns_count_code_points_from_one() {
        let mut place = Place::new("Ärger\nam Kai\r\nso");
        assert_eq!(place.of(0), Position { line: 1, column: 1 });
        assert_eq!(place.of(6), Position { line: 1, column: 6 });
        assert_eq!(place.of(10), Position { line: 2, column: 4 });
        assert_eq!((place.of(15), place.chars(15)), (Position { line: 3, column: 1 }, 14));
        assert_eq!(place.of(0), Position { line: 1, column: 1 });
    }

    #[test]
    fn common_words_at_the_ends_make_no_other_key() {
        let tokens = |text: &str| crate::prepare::Preparer::default().tokens(text, 0);
        let key_of = |text: &str| key(&tokens(text), "new/a.md", "liskherald");
        assert_eq!(key_of("the carters of the quay and the"), key_of("carters of the quay"));
        assert_ne!(key_of("carters of the quay"), key_of("carters at the quay"));
        assert_ne!(key_of("carters"), key(&tokens("carters"), "new/b.md", "liskherald"));
        assert_eq!(key_of("the of and").len(), 16);
    }
}
