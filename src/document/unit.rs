//! Paragraphs, and the units that get signed.

use super::{ByteSpan, TokenSpan};

/// Dense number of an article, in the order by (time, id). Means nothing outside one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentIndex(pub u32);

impl DocumentIndex {
    /// As an index into a slice.
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

/// A slice of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// Its bytes, white space at both ends left out.
    pub bytes: ByteSpan,
    /// Its tokens.
    pub tokens: TokenSpan,
}

/// What is signed: a document or one of its paragraphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnitKind {
    /// The whole article, by 5-word shingles.
    Article,
    /// One paragraph, by 3-word shingles.
    Paragraph,
}
