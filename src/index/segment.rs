//! Segments: fixed-width, little-endian sections, the same in memory as in temporary files.

use super::fingerprints::{FingerprintRow, Fingerprints};
use super::numbers::{read_number, write_number};
use super::piece::Piece;
use super::section::{Section, SectionWriter, Text};
use crate::document::{ByteSpan, Document, DocumentIndex, Paragraph, UnitKind};
use crate::error::{ErrorKind, Result};
use crate::minhash::ShortSignature;
use crate::shingle::Fingerprint;
use crate::text::TokenHash;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use zerocopy::byteorder::{LE, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// A token as a segment stores it: the lower half of its hash.
pub type ShortToken = U32<LE>;

/// Whether a token is a grapheme of a script without spaces: the lowest bit of its hash, which the short one keeps.
pub fn is_dense(token: &ShortToken) -> bool {
    token.get() & 1 == 1
}

/// One article: where its parts lie in the other sections.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct DocumentRow {
    /// First byte of its text.
    pub text_start: U64<LE>,
    /// Bytes of text.
    pub text_len: U32<LE>,
    /// Byte of its text at which the article begins.
    pub body_start: U32<LE>,
    /// First of its tokens.
    pub token_start: U64<LE>,
    /// Number of tokens.
    pub tokens: U32<LE>,
    /// Number of paragraphs.
    pub paragraphs: U32<LE>,
    /// First of its paragraphs.
    pub paragraph_start: U64<LE>,
    /// First byte of the places of its tokens.
    pub place_start: U64<LE>,
    /// Bytes of the places of its tokens.
    pub place_len: U32<LE>,
}

/// One paragraph of one article.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct ParagraphRow {
    /// First byte in the article's text.
    pub byte_start: U32<LE>,
    /// Byte after the last.
    pub byte_end: U32<LE>,
    /// First token of the article.
    pub token_start: U32<LE>,
    /// Token after the last.
    pub token_end: U32<LE>,
}

impl From<&Paragraph> for ParagraphRow {
    fn from(paragraph: &Paragraph) -> Self {
        Self {
            byte_start: paragraph.bytes.start.into(),
            byte_end: paragraph.bytes.end.into(),
            token_start: paragraph.tokens.start.into(),
            token_end: paragraph.tokens.end.into(),
        }
    }
}

/// A paragraph that bands are cut from: one long enough to hold a passage.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct UnitRow {
    /// Place of the article in the segment.
    pub document: U32<LE>,
    /// Its paragraph, counted from 0.
    pub paragraph: U32<LE>,
}

/// What the rooms above make of one article, ready to be appended.
#[derive(Debug, Default)]
pub struct Prepared {
    /// Hashes of its tokens.
    pub hashes: Vec<TokenHash>,
    /// The same, short.
    pub tokens: Vec<ShortToken>,
    /// Where its tokens stand, as a segment stores it.
    pub places: Places,
    /// Hash of its text: what tells the same article from another of its id.
    pub text_hash: u128,
    /// Its paragraphs.
    pub paragraphs: Vec<Paragraph>,
    /// Its fingerprints.
    pub fingerprints: Vec<Fingerprint>,
    /// Its signature; `None` for an article without a shingle.
    pub signature: Option<ShortSignature>,
    /// Signatures of the paragraphs that are long enough, with their numbers.
    pub paragraph_signatures: Vec<(u32, ShortSignature)>,
}

/// An immutable set of articles: in memory, or in temporary files where memory is short.
#[derive(Debug, Default)]
pub struct Segment {
    documents: Section,
    text: Text,
    tokens: Section,
    places: Section,
    paragraphs: Section,
    fingerprints: Vec<FingerprintRow>,
    signed: Section,
    signatures: Section,
    units: Section,
    unit_signatures: Section,
    residence: Residence,
}

/// Signatures of a segment, wherever they lie.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signatures<'a>(&'a Section);

impl<'a> Signatures<'a> {
    /// How many there are.
    pub(crate) fn len(self) -> usize {
        self.0.len() / size_of::<ShortSignature>()
    }

    /// Those of `range`. What lies in a file is read into `buffer`.
    #[inline]
    pub(crate) fn read(self, range: Range<usize>, buffer: &'a mut Vec<u8>) -> &'a [ShortSignature] {
        rows(self.0.read(of_rows::<ShortSignature>(range.start as u64, range.len() as u32), buffer))
    }
}

fn rows<T: FromBytes + Immutable + KnownLayout + Unaligned>(bytes: &[u8]) -> &[T] {
    // Sections are whole rows by construction.
    <[T]>::ref_from_bytes(bytes).unwrap_or(&[])
}

/// Bytes of `count` rows from row `start` on.
fn of_rows<T>(start: u64, count: u32) -> Range<u64> {
    let size = size_of::<T>() as u64;
    start * size..(start + u64::from(count)) * size
}

impl Segment {
    /// Articles in the order in which they came.
    pub fn documents(&self) -> &[DocumentRow] {
        rows(self.documents.bytes())
    }

    /// Text of an article; empty where the row does not fit the section.
    pub fn text(&self, row: &DocumentRow) -> &str {
        self.excerpt(row, ByteSpan::new(0, row.text_len.get()))
    }

    /// What stands at `span` in the text of an article; empty where nothing does. Of a text that lies in a file, the rest is
    /// not looked at.
    pub(crate) fn excerpt(&self, row: &DocumentRow, span: ByteSpan) -> &str {
        if span.start > span.end || span.end > row.text_len.get() {
            return "";
        }
        let start = row.text_start.get() as usize;
        let range = start + span.start as usize..start + span.end as usize;
        self.make_room(|| self.text.look(range.clone()));
        self.text.get(range)
    }

    /// As [`Segment::text`], of articles in no order: a text that lies in a file is read into `buffer`.
    pub(crate) fn text_anywhere<'a>(&'a self, row: &DocumentRow, buffer: &'a mut Vec<u8>) -> &'a str {
        let start = row.text_start.get() as usize;
        self.text.read(start..start + row.text_len.get() as usize, buffer)
    }

    /// Fills `out` with the bytes of each token of an article: what cutting it again would give, at a tenth of the
    /// time.
    pub fn spans(&self, row: &DocumentRow, out: &mut Vec<ByteSpan>) {
        out.clear();
        let place_start = row.place_start.get();
        let mut buffer = Vec::new(); // of no size unless they lie in a file
        let bytes = self.places.read(place_start..place_start + u64::from(row.place_len.get()), &mut buffer);
        read_places(bytes, row.tokens.get() as usize, row.body_start.get(), out);
    }

    /// Tokens of an article.
    pub fn tokens(&self, row: &DocumentRow) -> &[ShortToken] {
        rows(self.bytes(&self.tokens, of_rows::<ShortToken>(row.token_start.get(), row.tokens.get())))
    }

    /// As [`Segment::tokens`], of articles in no order: tokens that lie in a file are read into `buffer`.
    pub(crate) fn tokens_anywhere<'a>(&'a self, row: &DocumentRow, buffer: &'a mut Vec<u8>) -> &'a [ShortToken] {
        rows(self.tokens.read(of_rows::<ShortToken>(row.token_start.get(), row.tokens.get()), buffer))
    }

    /// Tokens of an article, if they are in memory.
    pub(crate) fn tokens_in_memory(&self, row: &DocumentRow) -> Option<&[ShortToken]> {
        let range = of_rows::<ShortToken>(row.token_start.get(), row.tokens.get());
        (!self.tokens.is_in_file(range.start)).then(|| rows(self.tokens.get(range)))
    }

    /// Paragraphs of an article.
    pub fn paragraphs(&self, row: &DocumentRow) -> &[ParagraphRow] {
        rows(self.bytes(&self.paragraphs, of_rows::<ParagraphRow>(row.paragraph_start.get(), row.paragraphs.get())))
    }

    /// Places of all fingerprints that have more than one, sorted by (hash, article, position); none once they were taken out.
    pub fn fingerprints(&self) -> &[FingerprintRow] {
        &self.fingerprints
    }

    /// Places of the articles that have a signature, in the order of [`Segment::signatures`].
    pub fn signed(&self) -> &[U32<LE>] {
        rows(self.signed.bytes())
    }

    /// Signatures of articles.
    pub fn signatures(&self) -> &[ShortSignature] {
        rows(self.signatures.bytes())
    }

    /// Paragraphs that have a signature, in the order of [`Segment::unit_signatures`].
    pub fn units(&self) -> &[UnitRow] {
        rows(self.units.bytes())
    }

    /// Signatures of paragraphs.
    pub fn unit_signatures(&self) -> &[ShortSignature] {
        rows(self.unit_signatures.bytes())
    }

    /// Takes all signatures out: once there are candidates, nobody asks for them.
    pub(crate) fn take_signatures(&mut self) -> impl Send + use<> {
        [&mut self.signed, &mut self.signatures, &mut self.units, &mut self.unit_signatures].map(std::mem::take)
    }

    /// Takes all fingerprints out.
    pub(crate) fn take_fingerprints(&mut self) -> impl Send + use<> {
        std::mem::take(&mut self.fingerprints)
    }

    /// Signatures of articles or of paragraphs, for reading them wherever they lie.
    pub(crate) fn signatures_of(&self, kind: UnitKind) -> Signatures<'_> {
        Signatures(match kind {
            UnitKind::Article => &self.signatures,
            UnitKind::Paragraph => &self.unit_signatures,
        })
    }

    /// Bytes of a section that belong to one article.
    #[inline]
    fn bytes<'a>(&self, section: &'a Section, range: Range<u64>) -> &'a [u8] {
        self.make_room(|| section.look(range.clone()));
        section.get(range)
    }

    /// Takes all tokens out, and where they stand.
    pub(crate) fn take_tokens(&mut self) -> impl Send + use<> {
        [&mut self.tokens, &mut self.places].map(std::mem::take)
    }

    /// Notes that a look takes so many bytes of memory, and gives memory back before it where that is much in all.
    #[inline]
    fn make_room(&self, look: impl Fn() -> usize) {
        if self.residence.is_bounded() && self.residence.grows(look()) {
            self.release();
            self.residence.grows(look());
        }
    }

    /// Gives back the memory that what lies in files takes meanwhile.
    fn release(&self) {
        self.text.release();
        let sections = [
            &self.documents,
            &self.tokens,
            &self.places,
            &self.paragraphs,
            &self.signed,
            &self.signatures,
            &self.units,
            &self.unit_signatures,
        ];
        sections.into_iter().for_each(Section::release);
    }
}

/// What of a segment's files takes memory, by estimate.
#[derive(Debug, Default)]
struct Residence {
    /// Bytes above which memory is given back; 0 where all is in memory anyhow.
    most: usize,
    bytes: AtomicUsize,
}

impl Residence {
    fn is_bounded(&self) -> bool {
        self.most > 0
    }

    /// Counts bytes; whether it is time to give memory back.
    fn grows(&self, bytes: usize) -> bool {
        if bytes == 0 {
            return false;
        }
        let before = self.bytes.fetch_add(bytes, Relaxed);
        // Of several threads one crosses the border.
        let crossed = before < self.most && before + bytes >= self.most;
        if crossed {
            self.bytes.store(0, Relaxed);
        }
        crossed
    }
}

/// Where the tokens of an article stand. Nearly each is one byte: how far it starts behind the end of the one before,
/// and its length. Where either does not fit in four bits, a byte that says so and two numbers.
#[derive(Debug, Default)]
pub struct Places(Vec<u8>);

/// Says that a token's place takes two numbers: no token has 15 bytes before it and none of its own.
const LONG: u8 = 0xF0;

impl Places {
    /// Of tokens at `spans`, in an article that begins at `body_start`.
    pub fn new(spans: &[ByteSpan], body_start: u32) -> Self {
        let mut out = Self::default();
        out.refill(spans, body_start);
        out
    }

    /// As [`Places::new`], in the memory of others.
    pub(crate) fn refill(&mut self, spans: &[ByteSpan], body_start: u32) {
        let Self(out) = self;
        out.clear();
        out.reserve(spans.len() + spans.len() / 8);
        let mut last = body_start;
        for span in spans {
            // Tokens may overlap: letters that fold to several words stand in the same place.
            match (span.start.wrapping_sub(last), span.len()) {
                (step @ 0..16, len @ 1..16) => out.push((step << 4 | len) as u8),
                (step, len) => {
                    out.push(LONG);
                    write_number(step, out);
                    write_number(len, out);
                }
            }
            last = span.end;
        }
    }

    /// As bytes, for whoever carries them elsewhere.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes of so many tokens, in an article that begins at `body_start`.
    pub(crate) fn spans(&self, tokens: usize, body_start: u32) -> Vec<ByteSpan> {
        let mut out = Vec::new();
        read_places(&self.0, tokens, body_start, &mut out);
        out
    }

    /// Of such bytes. Of too few, the last tokens have no place.
    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

/// Appends the places of so many tokens to `out`; fewer, where there are too few bytes.
fn read_places(mut bytes: &[u8], tokens: usize, body_start: u32, out: &mut Vec<ByteSpan>) {
    let end = out.len() + tokens;
    out.reserve(tokens);
    let mut last = body_start;
    while out.len() < end {
        // Up to the next long one each is one byte.
        let near = &bytes[..bytes.len().min(end - out.len())];
        let short = memchr::memchr(LONG, near).unwrap_or(near.len());
        let mut sum = u64::from(last);
        let bounded = |at: u64| at.min(u64::from(u32::MAX)) as u32;
        out.extend(near[..short].iter().map(|&place| {
            let (step, len) = (u64::from(place >> 4), u64::from(place & 0xF));
            let start = sum + step;
            sum += step + len;
            ByteSpan::new(bounded(start), bounded(sum))
        }));
        last = bounded(sum);
        bytes = &bytes[short..];
        if out.len() == end || bytes.is_empty() {
            return;
        }
        bytes = &bytes[1..];
        let (Some(step), Some(len)) = (read_number(&mut bytes), read_number(&mut bytes)) else { return };
        let start = last.wrapping_add(step);
        last = start.saturating_add(len);
        out.push(ByteSpan::new(start, last));
    }
}

/// What does not fit into memory goes to temporary files.
#[derive(Clone, Debug)]
pub struct MemoryLimit {
    /// Bytes of memory for the articles. What is found in them comes on top.
    pub bytes: usize,
    /// Where the files lie. They have no names and go with the process.
    pub folder: PathBuf,
}

/// Builds a segment, article by article.
#[derive(Debug, Default)]
pub struct SegmentBuilder {
    limit: Option<MemoryLimit>,
    documents: SectionWriter,
    text: SectionWriter,
    tokens: SectionWriter,
    places: SectionWriter,
    paragraphs: SectionWriter,
    fingerprints: Fingerprints,
    signed: SectionWriter,
    signatures: SectionWriter,
    units: SectionWriter,
    unit_signatures: SectionWriter,
    count: u32,
    /// An article that is appended by itself.
    one: Piece,
}

/// Where the parts of the next article begin, each in the unit in which its rows tell it.
struct Next {
    text: u64,
    tokens: u64,
    paragraphs: u64,
    places: u64,
}

impl SegmentBuilder {
    /// Keeps in memory what fits into it, and all else in files.
    pub fn with_memory_limit(limit: MemoryLimit) -> Self {
        Self { limit: Some(limit), ..Self::default() }
    }

    /// Appends an article. Fails above 2^32 − 1 articles, or where a file cannot be written.
    pub fn push(&mut self, document: &Document, prepared: &Prepared) -> Result<()> {
        let mut one = std::mem::take(&mut self.one);
        one.clear();
        one.push(document, prepared);
        let appended = self.append(&one, 0..1);
        self.one = one;
        appended
    }

    /// Appends some articles of a piece. Fails as [`SegmentBuilder::push`].
    pub fn append(&mut self, piece: &Piece, articles: Range<usize>) -> Result<()> {
        let first = self.count;
        self.count = u32::try_from(articles.len())
            .ok()
            .and_then(|articles| first.checked_add(articles))
            .ok_or_else(|| ErrorKind::Limit("more than 4,294,967,295 articles; scan them in parts".into()))?;
        let mut next = Next {
            text: self.text.len(),
            tokens: self.tokens.len() / size_of::<ShortToken>() as u64,
            paragraphs: self.paragraphs.len() / size_of::<ParagraphRow>() as u64,
            places: self.places.len(),
        };
        for (place, article) in (first..).zip(articles.clone()) {
            self.append_rows(place, piece, article, &mut next);
        }
        let all = piece.parts(articles);
        self.text.extend(&piece.text[all.text]);
        self.tokens.extend(piece.tokens[all.tokens].as_bytes());
        self.places.extend(&piece.places[all.places]);
        self.paragraphs.extend(piece.paragraphs[all.paragraphs].as_bytes());
        self.signatures.extend(piece.signatures[all.signatures].as_bytes());
        self.unit_signatures.extend(piece.unit_signatures[all.units].as_bytes());
        self.settle()
    }

    /// What tells of an article where its parts lie, and of its fingerprints and signatures whose they are.
    fn append_rows(&mut self, place: u32, piece: &Piece, article: usize, next: &mut Next) {
        let parts = piece.parts(article..article + 1);
        let row = DocumentRow {
            text_start: next.text.into(),
            text_len: (parts.text.len() as u32).into(),
            body_start: piece.body_starts[article].into(),
            token_start: next.tokens.into(),
            tokens: (parts.tokens.len() as u32).into(),
            paragraphs: (parts.paragraphs.len() as u32).into(),
            paragraph_start: next.paragraphs.into(),
            place_start: next.places.into(),
            place_len: (parts.places.len() as u32).into(),
        };
        next.text += parts.text.len() as u64;
        next.tokens += parts.tokens.len() as u64;
        next.paragraphs += parts.paragraphs.len() as u64;
        next.places += parts.places.len() as u64;
        self.documents.extend(row.as_bytes());
        for f in &piece.fingerprints[parts.fingerprints] {
            self.fingerprints.push(f.hash, place, f.position);
        }
        if !parts.signatures.is_empty() {
            self.signed.extend(&place.to_le_bytes());
        }
        for &paragraph in &piece.units[parts.units] {
            let row = UnitRow { document: place.into(), paragraph: paragraph.into() };
            self.units.extend(row.as_bytes());
        }
    }

    fn settle(&mut self) -> Result<()> {
        let Some(limit) = self.limit.take() else { return Ok(()) };
        let settled = self.settle_in(&limit);
        self.limit = Some(limit);
        settled
    }

    /// Keeps to the memory that there is: a third for the fingerprints, the rest for all else. What is read seldom, or in
    /// order, goes first, and tokens last: of these the first stay.
    fn settle_in(&mut self, MemoryLimit { bytes, folder }: &MemoryLimit) -> Result<()> {
        self.fingerprints.settle(bytes / 3, folder)?;
        let most = bytes - bytes / 3;
        let whole = [
            &mut self.unit_signatures,
            &mut self.signatures,
            &mut self.text,
            &mut self.places,
            &mut self.units,
            &mut self.signed,
        ];
        let in_part = [&mut self.tokens, &mut self.paragraphs];
        let mut held = self.documents.held();
        held += whole.iter().chain(&in_part).map(|section| section.held()).sum::<usize>();
        for section in whole {
            if section.is_in_file() || held > most {
                held -= section.held();
                section.settle(folder)?;
            }
        }
        for section in in_part {
            if section.is_in_file() || held > most {
                section.settle_the_rest(folder)?;
            }
        }
        Ok(())
    }

    /// The segment of all articles; `ranks` tells the article of each place.
    pub(super) fn finish(self, ranks: &[DocumentIndex]) -> Result<Segment> {
        let folder = self.limit.as_ref().map(|limit| limit.folder.as_path());
        let in_file = self.unit_signatures.is_in_file(); // the first to go
        let most = self.limit.as_ref().filter(|_| in_file).map_or(0, |limit| (limit.bytes / 8).max(1));
        // To see that the bytes of all texts are UTF-8 takes a while.
        let (text, fingerprints) =
            rayon::join(|| self.text.finish(folder).map(Text::new), || self.fingerprints.repeated(ranks));
        Ok(Segment {
            fingerprints: fingerprints?,
            documents: self.documents.finish(folder)?,
            text: text?,
            tokens: self.tokens.finish(folder)?,
            places: self.places.finish(folder)?,
            paragraphs: self.paragraphs.finish(folder)?,
            signed: self.signed.finish(folder)?,
            signatures: self.signatures.finish(folder)?,
            units: self.units.finish(folder)?,
            unit_signatures: self.unit_signatures.finish(folder)?,
            residence: Residence { most, bytes: AtomicUsize::new(0) },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn tokens_stand_where_they_stood(
            body_start in 0u32..3000,
            steps in prop::collection::vec((-4i64..40, 0u32..40, 0u32..300), 0..60),
        ) {
            let mut at = i64::from(body_start);
            let spans: Vec<ByteSpan> = steps
                .into_iter()
                .map(|(step, len, long)| {
                    let start = (at + step * i64::from(long < 290) + i64::from(long / 299 * 70_000)).max(at - 1).max(0);
                    at = start + i64::from(len + long / 298 * 1000);
                    ByteSpan::new(start as u32, at as u32)
                })
                .collect();
            let places = Places::new(&spans, body_start);
            let mut read = Vec::new();
            read_places(&places.0, spans.len(), body_start, &mut read);
            prop_assert_eq!(&read, &spans);
            read.clear();
            read_places(&places.0[..places.0.len() / 2], spans.len(), body_start, &mut read);
            prop_assert!(spans.starts_with(&read));
        }
    }

    #[test]
    fn an_ordinary_word_takes_one_byte() {
        let spans = [ByteSpan::new(10, 13), ByteSpan::new(14, 23), ByteSpan::new(25, 40)];
        assert_eq!(Places::new(&spans, 10).0, [0x03, 0x19, 0x2F]);
    }
}
