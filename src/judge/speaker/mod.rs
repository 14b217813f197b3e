//! Who is quoted: by name, role or document, before, inside or after the quotation.
//! Knows one text at a time; never compares texts.
//!
//! A sentence is read as words, quotations and marks. Each verb of saying outside quotations is an act; its subject is
//! read backwards from the verb, or forwards where the verb follows the quotation. A quotation belongs to the act that
//! follows it at once, else to the nearest one before it in its sentence. What no sentence attributes takes the speaker
//! of its paragraph, or, if the paragraph is nothing but quotation, that of the one before. Rather nobody than a guess.

mod fixture;
mod items;
mod names;
mod phrase;
mod reader;
mod same;
mod sentence;
mod words;

pub use same::same_speaker;

use super::quotes::Quotation;
use crate::document::{ByteSpan, Paragraph};
use reader::Reader;

/// The quotations of an article, with whom it names for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Voice {
    /// In the order of the text.
    pub quotations: Vec<Quotation>,
    /// For each quotation the fullest name of its speaker in this text ("Ilva Marant", "White House readout",
    /// "senior administration official"): bytes of the same text. `None` where it does not say.
    pub speakers: Vec<Option<ByteSpan>>,
}

/// Names the speaker of each quotation.
pub fn speakers(
    text: &str,
    spans: &[ByteSpan],
    paragraphs: &[Paragraph],
    quotations: &[Quotation],
) -> Vec<Option<ByteSpan>> {
    if quotations.is_empty() {
        return Vec::new();
    }
    let mut reader = Reader::new(text, spans, paragraphs, quotations);
    for paragraph in paragraphs {
        if reader.next == quotations.len() {
            break; // what follows tells of nobody quoted before
        }
        reader.read(paragraph);
    }
    reader.finish()
}

#[cfg(test)]
mod tests {
    use super::super::quotes::quotations;
    use super::fixture::voices;
    use super::*;
    use crate::text::{Tokenizer, Tokens, paragraphs};

    #[test]
    fn the_articles_of_the_sample_corpus_name_their_speakers() {
        let read =
            |path: &str| std::fs::read_to_string(format!("{}/corpus/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let official = "senior palace official";
        let palace = "Amber Palace";
        assert_eq!(
            voices(&read("orchard-standard/marant-hask-call.txt"))[1..],
            [
                palace, palace, palace, palace, official, official, official, official, official, official, official,
                official, official, official
            ]
        );
        assert_eq!(
            voices(&read("capital-dispatch/marant-hask-call.txt"))[1..8],
            ["senior Marant aide", "senior Marant aide", palace, palace, palace, "Anselm Roake", "harbour officer"]
        );
    }

    #[test]
    fn long_texts_without_sense_are_read() {
        for part in ["of a ", "Ilva ", "said, ", "“a” said ", "“", "a, b said ", "’ "] {
            let text = format!("“We pay,” said {}", part.repeat(20_000));
            assert!(!voices(&text).is_empty());
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_and_every_name_stands_in_it(
            parts in proptest::collection::vec(proptest::sample::select(PARTS.to_vec()), 0..30),
            rest in "\\PC{0,20}",
        ) {
            let text = parts.join(" ") + &rest;
            let mut tokens = Tokens::default();
            Tokenizer::default().tokenize(&text, 0, &mut tokens);
            let paragraphs = paragraphs(&text, 0, &tokens);
            let quotations = quotations(&text, &tokens.spans, &paragraphs);
            let found = speakers(&text, &tokens.spans, &paragraphs, &quotations);
            proptest::prop_assert_eq!(found.len(), quotations.len());
            for span in found.into_iter().flatten() {
                proptest::prop_assert!(!span.is_empty() && text.get(span.range()).is_some());
            }
        }
    }

    const PARTS: [&str; 40] = [
        "“We pay,”",
        "“We pay",
        "”",
        "said",
        ",",
        ".",
        ":",
        "Ilva",
        "Marant",
        "Marant’s",
        "the",
        "a",
        "of",
        "for",
        "who",
        "according",
        "to",
        "and",
        "palace",
        "statement",
        "from",
        "by",
        "he",
        "they",
        "it",
        "his",
        "office",
        "told",
        "President",
        "was",
        "(",
        ")",
        "on",
        "Tuesday",
        "\n",
        "“Ja”",
        "–",
        "adding",
        "close",
        "official",
    ];
}
