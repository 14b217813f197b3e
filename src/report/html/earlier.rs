//! Who had words before: an article that an overlap, of whatever passage, gives them to, and that is demonstrably earlier.

use crate::document::{ByteSpan, DocumentIndex, TokenSpan};
use crate::report::Report;
use ahash::{AHashMap, AHashSet};

/// Overlaps of some articles, by article.
pub(super) struct Holders<'a> {
    report: &'a Report,
    /// Places in the report's overlaps, and whether the article is the later side.
    overlaps: AHashMap<DocumentIndex, Vec<(usize, bool)>>,
}

impl<'a> Holders<'a> {
    /// To be asked of places in these articles only.
    pub(super) fn new(report: &'a Report, of: &AHashSet<DocumentIndex>) -> Self {
        let mut overlaps: AHashMap<DocumentIndex, Vec<(usize, bool)>> = AHashMap::new();
        for (at, row) in report.overlaps.iter().enumerate().filter(|(_, row)| row.a.document != row.b.document) {
            for (document, later) in [(row.a.document, false), (row.b.document, true)] {
                if of.contains(&document) {
                    overlaps.entry(document).or_default().push((at, later));
                }
            }
        }
        Self { report, overlaps }
    }

    /// The earliest article that has at least this share of the words at a place, in one overlap with it, and came out
    /// before all of `before`.
    pub(super) fn first(
        &self,
        document: DocumentIndex,
        place: ByteSpan,
        share: f64,
        before: &[DocumentIndex],
    ) -> Option<DocumentIndex> {
        let rows = self.overlaps.get(&document)?;
        let words = self.words(document, place);
        let least = (share * f64::from(words.len())).ceil() as u32;
        let held = |&(at, later): &(usize, bool)| {
            let row = &self.report.overlaps[at];
            let blocks = &self.report.found[row.found].overlap.blocks;
            let common = |start, len| TokenSpan::new(start, start + len).common(words);
            let equal: u32 = blocks.iter().map(|b| common(if later { b.b } else { b.a }, b.len)).sum();
            let other = if later { row.a.document } else { row.b.document };
            (equal >= least && before.iter().all(|&than| self.is_before(other, than))).then_some(other)
        };
        rows.iter().filter(|_| !words.is_empty()).filter_map(held).min()
    }

    /// Words that lie wholly in these bytes.
    fn words(&self, document: DocumentIndex, place: ByteSpan) -> TokenSpan {
        let mut spans = Vec::new();
        self.report.index.spans(document, &mut spans);
        let start = spans.partition_point(|span| span.start < place.start);
        let end = spans.partition_point(|span| span.end <= place.end);
        TokenSpan::new(start as u32, end.max(start) as u32)
    }

    fn is_before(&self, one: DocumentIndex, other: DocumentIndex) -> bool {
        let time = |document| self.report.index.metadata(document).time.as_ref();
        matches!((time(one), time(other)), (Some(one), Some(other)) if one.is_before(other))
    }
}
