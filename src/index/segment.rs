//! Segments: sorted, fixed-width, little-endian sections, the same in memory as on disk.

use super::fingerprints::{FingerprintRow, Fingerprints};
use super::numbers::{read_number, write_number};
use crate::document::{ByteSpan, Document, DocumentIndex, Paragraph};
use crate::error::{ErrorKind, Result};
use crate::minhash::ShortSignature;
use crate::shingle::Fingerprint;
use crate::text::TokenHash;
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

/// An immutable set of articles over any bytes: a vector each for a corpus in memory, slices of a file otherwise.
#[derive(Debug)]
pub struct Segment<D> {
    documents: D,
    text: String,
    tokens: D,
    places: D,
    paragraphs: D,
    fingerprints: Vec<FingerprintRow>,
    signed: D,
    signatures: D,
    units: D,
    unit_signatures: D,
}

fn rows<T: FromBytes + Immutable + KnownLayout + Unaligned>(bytes: &[u8]) -> &[T] {
    // Sections are whole rows by construction, and checked to be when a file is opened.
    <[T]>::ref_from_bytes(bytes).unwrap_or(&[])
}

impl<D: AsRef<[u8]>> Segment<D> {
    /// Articles in the order in which they came.
    pub fn documents(&self) -> &[DocumentRow] {
        rows(self.documents.as_ref())
    }

    /// Text of an article; empty where the row does not fit the section.
    pub fn text(&self, row: &DocumentRow) -> &str {
        let start = row.text_start.get() as usize;
        self.text.get(start..start + row.text_len.get() as usize).unwrap_or_default()
    }

    /// Fills `out` with the bytes of each token of an article: what cutting it again would give, at a tenth of the
    /// time.
    pub fn spans(&self, row: &DocumentRow, out: &mut Vec<ByteSpan>) {
        out.clear();
        let mut bytes = self.places.as_ref().get(row.place_start.get() as usize..).unwrap_or_default();
        let mut start = row.body_start.get();
        for _ in 0..row.tokens.get() {
            let (Some(step), Some(len)) = (read_number(&mut bytes), read_number(&mut bytes)) else { return };
            start = start.saturating_add(step);
            out.push(ByteSpan::new(start, start.saturating_add(len)));
        }
    }

    /// Tokens of an article.
    pub fn tokens(&self, row: &DocumentRow) -> &[ShortToken] {
        let start = row.token_start.get() as usize;
        rows::<ShortToken>(self.tokens.as_ref()).get(start..start + row.tokens.get() as usize).unwrap_or_default()
    }

    /// Paragraphs of an article.
    pub fn paragraphs(&self, row: &DocumentRow) -> &[ParagraphRow] {
        let start = row.paragraph_start.get() as usize;
        rows::<ParagraphRow>(self.paragraphs.as_ref())
            .get(start..start + row.paragraphs.get() as usize)
            .unwrap_or_default()
    }

    /// Places of all fingerprints that have more than one, sorted by (hash, article, position).
    pub fn fingerprints(&self) -> &[FingerprintRow] {
        &self.fingerprints
    }

    /// Places of the articles that have a signature, in the order of [`Segment::signatures`].
    pub fn signed(&self) -> &[U32<LE>] {
        rows(self.signed.as_ref())
    }

    /// Signatures of articles.
    pub fn signatures(&self) -> &[ShortSignature] {
        rows(self.signatures.as_ref())
    }

    /// Paragraphs that have a signature, in the order of [`Segment::unit_signatures`].
    pub fn units(&self) -> &[UnitRow] {
        rows(self.units.as_ref())
    }

    /// Signatures of paragraphs.
    pub fn unit_signatures(&self) -> &[ShortSignature] {
        rows(self.unit_signatures.as_ref())
    }
}

/// Where the tokens of an article stand: two variable-length numbers a token, how far its start is from that of the one
/// before, and its length.
#[derive(Debug, Default)]
pub struct Places(Vec<u8>);

impl Places {
    /// Of tokens at `spans`, in an article that begins at `body_start`.
    pub fn new(spans: &[ByteSpan], body_start: u32) -> Self {
        let mut out = Vec::with_capacity(2 * spans.len());
        let mut last = body_start;
        for span in spans {
            write_number(span.start - last, &mut out);
            write_number(span.len(), &mut out);
            last = span.start;
        }
        Self(out)
    }
}

/// Builds a segment in memory, article by article.
#[derive(Debug)]
pub struct SegmentBuilder {
    segment: Segment<Vec<u8>>,
    fingerprints: Fingerprints,
    documents: u32,
    tokens: u64,
    paragraphs: u64,
}

impl Default for SegmentBuilder {
    fn default() -> Self {
        let empty = Vec::new;
        Self {
            segment: Segment {
                documents: empty(),
                text: String::new(),
                tokens: empty(),
                places: empty(),
                paragraphs: empty(),
                fingerprints: Vec::new(),
                signed: empty(),
                signatures: empty(),
                units: empty(),
                unit_signatures: empty(),
            },
            fingerprints: Fingerprints::default(),
            documents: 0,
            tokens: 0,
            paragraphs: 0,
        }
    }
}

impl SegmentBuilder {
    /// Appends an article. Fails above 2^32 − 1 articles.
    pub fn push(&mut self, document: &Document, prepared: &Prepared) -> Result<()> {
        let place = self.documents;
        self.documents = place
            .checked_add(1)
            .ok_or_else(|| ErrorKind::Limit("more than 4,294,967,295 articles; scan them in parts".into()))?;
        let s = &mut self.segment;
        let row = DocumentRow {
            text_start: (s.text.len() as u64).into(),
            text_len: (document.text.len() as u32).into(),
            body_start: document.body_start.into(),
            token_start: self.tokens.into(),
            tokens: (prepared.tokens.len() as u32).into(),
            paragraphs: (prepared.paragraphs.len() as u32).into(),
            paragraph_start: self.paragraphs.into(),
            place_start: (s.places.len() as u64).into(),
        };
        s.documents.extend_from_slice(row.as_bytes());
        s.text.push_str(&document.text);
        s.places.extend_from_slice(&prepared.places.0);
        s.tokens.extend_from_slice(prepared.tokens.as_bytes());
        self.tokens += prepared.tokens.len() as u64;
        for p in &prepared.paragraphs {
            let row = ParagraphRow {
                byte_start: p.bytes.start.into(),
                byte_end: p.bytes.end.into(),
                token_start: p.tokens.start.into(),
                token_end: p.tokens.end.into(),
            };
            s.paragraphs.extend_from_slice(row.as_bytes());
        }
        self.paragraphs += prepared.paragraphs.len() as u64;
        for f in &prepared.fingerprints {
            self.fingerprints.push(f.hash, place, f.position);
        }
        if let Some(signature) = &prepared.signature {
            s.signed.extend_from_slice(&place.to_le_bytes());
            s.signatures.extend(signature.iter().flat_map(|lane| lane.to_bytes()));
        }
        for (paragraph, signature) in &prepared.paragraph_signatures {
            let row = UnitRow { document: place.into(), paragraph: (*paragraph).into() };
            s.units.extend_from_slice(row.as_bytes());
            s.unit_signatures.extend(signature.iter().flat_map(|lane| lane.to_bytes()));
        }
        Ok(())
    }

    /// The segment of all articles; `ranks` tells the article of each place.
    pub(super) fn finish(mut self, ranks: &[DocumentIndex]) -> Segment<Vec<u8>> {
        self.segment.fingerprints = self.fingerprints.repeated(ranks);
        self.segment
    }
}
