//! Where does a text come from? One article against an index or a corpus: candidates first, then the ordinary walk over
//! these few.

mod json;

use crate::detect::Detector;
use crate::document::{Document, DocumentIndex};
use crate::error::Result;
use crate::index::Prepared;
use crate::judge::Direction;
use crate::prepare::Preparer;
use crate::progress::Progress;
use crate::read::{Input, ReadSettings};
use crate::report::{OverlapRow, Report, SourceRow};
use crate::settings::{Pairs, Settings};
use crate::store::{Rumours, Store};
use crate::text::Tokenizer;
use ahash::AHashMap;

/// What was found about a text.
#[derive(Debug)]
pub struct Answer {
    /// A report on the pairs of the text that was asked about.
    pub report: Report,
    /// The text that was asked about.
    pub document: DocumentIndex,
    /// Articles that were searched.
    pub searched: u64,
    /// Whether words of the text stand in so many articles of an index that only the first of them were looked at: for
    /// each run of eight words at least the earliest, and the earliest of a second outlet.
    pub has_more: bool,
}

/// An article that has words of the text that was asked about.
#[derive(Clone, Debug)]
pub struct FoundSource<'a> {
    /// The article.
    pub document: DocumentIndex,
    /// Words of the text that it has too.
    pub words: u32,
    /// Rows of the pair, in the order of the text.
    pub overlaps: Vec<&'a OverlapRow>,
}

/// Asks an index about one article. A date given with it counts for direction as any other.
pub fn query(store: &Store, document: Document, settings: &Settings) -> Result<Answer> {
    settings.check()?;
    let prepared = Preparer::default().prepare(&document);
    let Rumours { places, has_more } = store.candidates(&prepared, settings.candidates)?;
    let words = if store.has_text() { AHashMap::new() } else { words_of(&document, &prepared) };
    let articles = store.read_candidates(&places, &|token| words.get(&token).copied())?;
    let mut detector = Detector::new(one_against_all(settings))?;
    let mut asked = document.clone();
    while articles.iter().any(|article| article.document.id == asked.id) {
        asked.id.push_str(" (asked)");
    }
    detector.push(asked, &prepared)?;
    for article in articles {
        detector.push(article.document, &article.prepared)?;
    }
    Ok(Answer { has_more, ..answer(detector, store.len())? })
}

/// Asks a corpus of files about one article.
pub fn query_files(
    inputs: Vec<Input>,
    read: ReadSettings,
    document: Document,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Answer> {
    let mut detector = Detector::new(one_against_all(settings))?;
    let prepared = Preparer::default().prepare(&document);
    // No file has such an id.
    detector.push(Document { id: format!("{} (asked)", document.id), ..document }, &prepared)?;
    detector.read(inputs, read, progress)?;
    let searched = detector.len() as u64 - 1;
    answer(detector, searched)
}

/// All pairs of one article are as many as the others: none stands for others.
fn one_against_all(settings: &Settings) -> Settings {
    Settings { pairs: Pairs::All, ..settings.clone() }
}

fn answer(detector: Detector, searched: u64) -> Result<Answer> {
    let report = detector.report_on(Some(&[0]), &())?;
    let document = report.index.rank(0);
    Ok(Answer { report, document, searched, has_more: false })
}

/// How the tokens of a text read.
pub(crate) fn words_of<'a>(document: &'a Document, prepared: &Prepared) -> AHashMap<u32, &'a str> {
    let mut tokens = crate::text::Tokens::default();
    Tokenizer::default().tokenize(&document.text, document.body_start as usize, &mut tokens);
    let short = prepared.tokens.iter().map(|token| token.get());
    short.zip(&tokens.spans).map(|(token, span)| (token, &document.text[span.range()])).collect()
}

impl Answer {
    /// Articles that have words of the text, the one that has most first; of equals the earlier.
    pub fn sources(&self) -> Vec<FoundSource<'_>> {
        let mut rows: Vec<&SourceRow> = self
            .report
            .sources
            .iter()
            .filter(|row| row.document == self.document && row.other != row.document)
            .collect();
        rows.sort_by_key(|row| (std::cmp::Reverse(row.full_words), row.other));
        let mut of_pair: AHashMap<DocumentIndex, Vec<&OverlapRow>> = AHashMap::new();
        for overlap in self.overlaps() {
            of_pair.entry(self.asked_side(overlap).1.document).or_default().push(overlap);
        }
        rows.into_iter()
            .map(|row| {
                let mut overlaps = of_pair.remove(&row.other).unwrap_or_default();
                overlaps.sort_by_key(|overlap| self.asked_side(overlap).0.bytes);
                FoundSource { document: row.other, words: row.full_words, overlaps }
            })
            .collect()
    }

    /// Rows between the text and another article.
    fn overlaps(&self) -> impl Iterator<Item = &OverlapRow> {
        self.report.overlaps.iter().filter(|row| row.a.document != row.b.document)
    }

    /// The sides of a row: that of the text, and the other.
    pub fn asked_side<'a>(&self, row: &'a OverlapRow) -> (&'a crate::report::Excerpt, &'a crate::report::Excerpt) {
        if row.a.document == self.document { (&row.a, &row.b) } else { (&row.b, &row.a) }
    }

    /// Words of the text that no article searched has, formulas included, and all its words.
    pub fn unique_words(&self) -> (u32, u32) {
        let row = self.report.articles.iter().find(|row| row.document == self.document);
        row.map_or((0, 0), |row| (row.unique_words, row.words))
    }

    /// Whose words a row is, seen from the text: `source->text`, `text->source`, `common` or `unknown`.
    pub fn direction(&self, row: &OverlapRow) -> &'static str {
        let asked_is_a = row.a.document == self.document;
        match (row.judged.direction, asked_is_a) {
            (Direction::Forward, false) | (Direction::Backward, true) => "source->text",
            (Direction::Forward, true) | (Direction::Backward, false) => "text->source",
            (Direction::Common, _) => "common",
            (Direction::Unknown, _) => "unknown",
        }
    }
}
