//! For tests: the speakers of a text.
#![cfg(test)]

use super::super::quotes::quotations;
use super::speakers;
use crate::text::{Tokenizer, Tokens, paragraphs};

/// The speaker of each quotation of a text, `-` for none.
pub(super) fn voices(text: &str) -> Vec<String> {
    let mut tokens = Tokens::default();
    Tokenizer::default().tokenize(text, 0, &mut tokens);
    let paragraphs = paragraphs(text, 0, &tokens);
    let quotations = quotations(text, &tokens.spans, &paragraphs);
    let speakers = speakers(text, &tokens.spans, &paragraphs, &quotations);
    assert_eq!(speakers.len(), quotations.len());
    speakers.iter().map(|s| s.map_or("-".to_owned(), |span| text[span.range()].to_owned())).collect()
}

/// Checks texts, each with its speakers divided by `|`.
#[track_caller]
pub(super) fn check(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(voices(text).join("|"), *expected, "{text}");
    }
}
