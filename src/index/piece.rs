//! Articles as one thread prepares them, before they are put behind those of the others.

use super::segment::{ParagraphRow, Prepared, ShortToken};
use crate::document::Document;
use crate::minhash::ShortSignature;
use crate::shingle::Fingerprint;
use std::ops::Range;

/// Prepared articles, one behind the other: few large blocks of memory, of which a segment copies each as a whole.
/// Clear and reuse one for many batches.
#[derive(Debug, Default)]
pub struct Piece {
    ends: Vec<Ends>,
    /// Byte of its text at which each article begins.
    pub(super) body_starts: Vec<u32>,
    pub(super) text: Vec<u8>,
    pub(super) tokens: Vec<ShortToken>,
    pub(super) places: Vec<u8>,
    pub(super) paragraphs: Vec<ParagraphRow>,
    pub(super) fingerprints: Vec<Fingerprint>,
    pub(super) signatures: Vec<ShortSignature>,
    /// Numbers of the paragraphs that have a signature.
    pub(super) units: Vec<u32>,
    pub(super) unit_signatures: Vec<ShortSignature>,
}

/// Up to where an article, and all before it, fill each part of a piece.
#[derive(Clone, Copy, Debug, Default)]
struct Ends {
    text: usize,
    tokens: usize,
    places: usize,
    paragraphs: usize,
    fingerprints: usize,
    signatures: usize,
    units: usize,
}

/// What articles that stand together fill of each part of a piece.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub(super) text: Range<usize>,
    pub(super) tokens: Range<usize>,
    pub(super) places: Range<usize>,
    pub(super) paragraphs: Range<usize>,
    pub(super) fingerprints: Range<usize>,
    pub(super) signatures: Range<usize>,
    pub(super) units: Range<usize>,
}

impl Piece {
    /// Number of articles.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no article.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Takes all articles out, and keeps the memory.
    pub fn clear(&mut self) {
        self.ends.clear();
        self.body_starts.clear();
        self.text.clear();
        self.tokens.clear();
        self.places.clear();
        self.paragraphs.clear();
        self.fingerprints.clear();
        self.signatures.clear();
        self.units.clear();
        self.unit_signatures.clear();
    }

    /// Appends an article.
    pub fn push(&mut self, document: &Document, prepared: &Prepared) {
        self.text.extend_from_slice(document.text.as_bytes());
        self.tokens.extend_from_slice(&prepared.tokens);
        self.places.extend_from_slice(prepared.places.bytes());
        self.paragraphs.extend(prepared.paragraphs.iter().map(ParagraphRow::from));
        self.fingerprints.extend_from_slice(&prepared.fingerprints);
        self.signatures.extend(&prepared.signature);
        for (paragraph, signature) in &prepared.paragraph_signatures {
            self.units.push(*paragraph);
            self.unit_signatures.push(*signature);
        }
        self.body_starts.push(document.body_start);
        self.ends.push(Ends {
            text: self.text.len(),
            tokens: self.tokens.len(),
            places: self.places.len(),
            paragraphs: self.paragraphs.len(),
            fingerprints: self.fingerprints.len(),
            signatures: self.signatures.len(),
            units: self.units.len(),
        });
    }

    /// Bytes of the text of an article.
    pub fn text_len(&self, article: usize) -> usize {
        self.parts(article..article + 1).text.len()
    }

    /// Words, paragraphs and fingerprints of some articles.
    pub fn counts(&self, articles: Range<usize>) -> [u64; 3] {
        let parts = self.parts(articles);
        [parts.tokens, parts.paragraphs, parts.fingerprints].map(|range| range.len() as u64)
    }

    pub(super) fn parts(&self, articles: Range<usize>) -> Parts {
        let up_to = |article: usize| match article {
            0 => Ends::default(),
            _ => self.ends[article - 1],
        };
        let (start, end) = (up_to(articles.start), up_to(articles.end));
        Parts {
            text: start.text..end.text,
            tokens: start.tokens..end.tokens,
            places: start.places..end.places,
            paragraphs: start.paragraphs..end.paragraphs,
            fingerprints: start.fingerprints..end.fingerprints,
            signatures: start.signatures..end.signatures,
            units: start.units..end.units,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::SegmentBuilder;
    use super::*;
    use crate::document::DocumentIndex;
    use crate::prepare::Preparer;

    #[test]
    fn articles_appended_together_lie_as_those_appended_one_by_one() {
        let text = |at: usize| match at % 4 {
            0 => String::new(),
            1 => format!("one{at} two three"),
            _ => format!("{}\n\nsecond {at} of all", format!("word{at} and more ").repeat(at % 9 * 4)),
        };
        let documents: Vec<Document> =
            (0..40).map(|at| Document { text: text(at), body_start: (at % 2) as u32, ..Document::default() }).collect();
        let documents: Vec<&Document> = documents.iter().filter(|d| d.body_start as usize <= d.text.len()).collect();
        let (mut preparer, mut reused, mut piece) = (Preparer::default(), Prepared::default(), Piece::default());
        let mut by_one = SegmentBuilder::default();
        for document in &documents {
            preparer.prepare_into(document, &mut reused);
            piece.push(document, &reused);
        }
        let left_out = 17;
        for (_, document) in documents.iter().enumerate().filter(|(at, _)| *at != left_out) {
            by_one.push(document, &Preparer::default().prepare(document)).unwrap();
        }
        let mut together = SegmentBuilder::default();
        together.append(&piece, 0..left_out).unwrap();
        together.append(&piece, left_out + 1..piece.len()).unwrap();
        let ranks: Vec<DocumentIndex> = (0..documents.len() as u32 - 1).map(DocumentIndex).collect();
        let [one, other] = [by_one, together].map(|builder| format!("{:?}", builder.finish(&ranks).unwrap()));
        assert!(one.len() > 10_000 && one == other);
    }
}
