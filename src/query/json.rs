//! What was found about a text, for a program.

use serde::Serialize;

use super::Answer;
use crate::report::{Excerpt, OverlapRow, four_decimals};

impl Answer {
    /// As one JSON object: the articles that have words of the text, best first, and what they share with it.
    pub fn to_json(&self) -> String {
        // It holds strings and finite numbers alone, of which none can fail.
        serde_json::to_string_pretty(&Json::of(self)).unwrap_or_default()
    }
}

/// The answer for a program.
#[derive(Serialize)]
struct Json<'a> {
    id: &'a str,
    words: u32,
    unique_words: u32,
    searched: u64,
    /// Whether very many articles have some of the words, of which not all are listed.
    has_more: bool,
    sources: Vec<JsonSource<'a>>,
}

#[derive(Serialize)]
struct JsonSource<'a> {
    id: &'a str,
    source: &'a str,
    time: &'a str,
    title: &'a str,
    url: &'a str,
    words: u32,
    share: f64,
    overlaps: Vec<JsonOverlap<'a>>,
}

#[derive(Serialize)]
struct JsonOverlap<'a> {
    kind: &'static str,
    direction: &'static str,
    basis: &'static str,
    matched_words: u32,
    similarity: f64,
    exact: bool,
    line: u32,
    char_start: u32,
    char_end: u32,
    byte_start: u32,
    byte_end: u32,
    source_line: u32,
    source_char_start: u32,
    source_char_end: u32,
    source_byte_start: u32,
    source_byte_end: u32,
    text: &'a str,
    source_text: &'a str,
}

impl<'a> Json<'a> {
    fn of(answer: &'a Answer) -> Self {
        let index = &answer.report.index;
        let (unique_words, words) = answer.unique_words();
        let sources = answer
            .sources()
            .into_iter()
            .map(|source| {
                let metadata = index.metadata(source.document);
                JsonSource {
                    id: index.id(source.document),
                    source: &metadata.source,
                    time: metadata.time.as_ref().map_or(metadata.unread_time.as_str(), |time| time.given()),
                    title: &metadata.title,
                    url: &metadata.url,
                    words: source.words,
                    share: four_decimals(f64::from(source.words) / f64::from(words.max(1))),
                    overlaps: source.overlaps.iter().map(|overlap| JsonOverlap::of(answer, overlap)).collect(),
                }
            })
            .collect();
        let Answer { searched, has_more, .. } = *answer;
        Self { id: index.id(answer.document), words, unique_words, searched, has_more, sources }
    }
}

impl<'a> JsonOverlap<'a> {
    fn of(answer: &'a Answer, overlap: &'a OverlapRow) -> Self {
        let index = &answer.report.index;
        let (asked, theirs) = answer.asked_side(overlap);
        let text = |excerpt: &Excerpt| index.text(excerpt.document).get(excerpt.bytes.range()).unwrap_or_default();
        Self {
            kind: overlap.judged.kind.name(),
            direction: answer.direction(overlap),
            basis: overlap.judged.basis.map_or("", |basis| basis.name()),
            matched_words: overlap.matched_words,
            similarity: four_decimals(overlap.similarity),
            exact: overlap.exact,
            line: asked.line,
            char_start: asked.chars.0,
            char_end: asked.chars.1,
            byte_start: asked.bytes.start,
            byte_end: asked.bytes.end,
            source_line: theirs.line,
            source_char_start: theirs.chars.0,
            source_char_end: theirs.chars.1,
            source_byte_start: theirs.bytes.start,
            source_byte_end: theirs.bytes.end,
            text: text(asked),
            source_text: text(theirs),
        }
    }
}
