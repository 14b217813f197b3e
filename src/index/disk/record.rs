//! An article as a segment stores it: what is known of it, then its text, or only the hashes of its tokens.
//! Knows nothing of files or of compression.
//!
//! Strings are a length (LEB128) and UTF-8; numbers are LEB128. The time is stored as it was given and read again.

use crate::document::{ByteSpan, Document, Metadata, Paragraph, Time, TokenSpan};
use crate::index::numbers::{read_number, write_number};
use crate::text::TokenHash;

/// What a record holds of the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// The text itself, and the byte at which the article begins.
    Text {
        /// Decoded text.
        text: String,
        /// Byte at which the article begins.
        body_start: u32,
    },
    /// Its tokens as hashes, and the tokens of each paragraph.
    Hashes {
        /// A hash a token.
        tokens: Vec<TokenHash>,
        /// Tokens of each paragraph, in order.
        paragraphs: Vec<TokenSpan>,
    },
}

/// A record as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// Id of the article.
    pub(crate) id: String,
    /// What is known of it.
    pub(crate) metadata: Metadata,
    /// Its words.
    pub(crate) words: Words,
}

const TEXT: u32 = 0;
const HASHES: u32 = 1;

/// Appends an article with its text.
pub(crate) fn write_text(document: &Document, out: &mut Vec<u8>) {
    write_number(TEXT, out);
    write_description(&document.id, &document.metadata, out);
    write_number(document.body_start, out);
    write_string(&document.text, out);
}

/// Appends an article without its text.
pub(crate) fn write_hashes(document: &Document, tokens: &[TokenHash], paragraphs: &[Paragraph], out: &mut Vec<u8>) {
    write_number(HASHES, out);
    write_description(&document.id, &document.metadata, out);
    write_number(tokens.len() as u32, out);
    out.extend(tokens.iter().flat_map(|token| token.0.to_le_bytes()));
    write_number(paragraphs.len() as u32, out);
    let mut last = 0;
    for paragraph in paragraphs {
        write_number(paragraph.tokens.start - last, out);
        write_number(paragraph.tokens.len(), out);
        last = paragraph.tokens.end;
    }
}

/// Reads one record; `None` where the bytes are not exactly one.
pub(crate) fn read(mut bytes: &[u8]) -> Option<Record> {
    let bytes = &mut bytes;
    let form = read_number(bytes)?;
    let (id, metadata) = read_description(bytes)?;
    let words = match form {
        TEXT => {
            let body_start = read_number(bytes)?;
            let text = read_string(bytes)?;
            text.is_char_boundary(body_start as usize).then_some(Words::Text { text, body_start })?
        }
        HASHES => {
            let count = read_number(bytes)? as usize;
            let tokens = take(bytes, count.checked_mul(size_of::<u64>())?)?;
            let tokens: Vec<TokenHash> =
                tokens.as_chunks().0.iter().map(|&t| TokenHash(u64::from_le_bytes(t))).collect();
            let paragraphs = read_number(bytes)?;
            let mut spans = Vec::new();
            let mut last = 0u32;
            for _ in 0..paragraphs {
                let start = last.checked_add(read_number(bytes)?)?;
                let end = start.checked_add(read_number(bytes)?)?;
                // Each token stands in a paragraph: one that did not would be laid nowhere.
                if start != last || end as usize > tokens.len() {
                    return None;
                }
                spans.push(TokenSpan::new(start, end));
                last = end;
            }
            (last as usize == tokens.len()).then_some(Words::Hashes { tokens, paragraphs: spans })?
        }
        _ => return None,
    };
    bytes.is_empty().then_some(Record { id, metadata, words })
}

fn write_description(id: &str, metadata: &Metadata, out: &mut Vec<u8>) {
    write_string(id, out);
    write_string(&metadata.source, out);
    write_string(metadata.time.as_ref().map_or("", Time::given), out);
    write_string(&metadata.unread_time, out);
    write_string(&metadata.title, out);
    write_string(&metadata.url, out);
    write_string(&metadata.canonical, out);
    write_number(metadata.invalid_bytes, out);
}

fn read_description(bytes: &mut &[u8]) -> Option<(String, Metadata)> {
    let id = read_string(bytes)?;
    let source = read_string(bytes)?;
    let given = read_string(bytes)?;
    // A time that could be read once can be read again, unless this version knows fewer forms.
    let time = Time::parse(&given);
    let unread = read_string(bytes)?;
    let metadata = Metadata {
        source,
        unread_time: if time.is_none() && unread.is_empty() { given } else { unread },
        time,
        title: read_string(bytes)?,
        url: read_string(bytes)?,
        canonical: read_string(bytes)?,
        invalid_bytes: read_number(bytes)?,
    };
    Some((id, metadata))
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    write_number(text.len() as u32, out);
    out.extend_from_slice(text.as_bytes());
}

fn read_string(bytes: &mut &[u8]) -> Option<String> {
    let len = read_number(bytes)? as usize;
    std::str::from_utf8(take(bytes, len)?).ok().map(str::to_owned)
}

fn take<'a>(bytes: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(len)?;
    *bytes = rest;
    Some(taken)
}

/// A document whose text is not there: its tokens stand where `words` says what a token reads, and a mark elsewhere.
pub(crate) fn stand_in<'a>(
    record: &Record,
    tokens: &[TokenHash],
    paragraphs: &[TokenSpan],
    words: impl Fn(u32) -> Option<&'a str>,
) -> (Document, Vec<ByteSpan>, Vec<Paragraph>) {
    let mut text = String::new();
    let mut spans = Vec::with_capacity(tokens.len());
    let mut laid = Vec::with_capacity(paragraphs.len());
    for paragraph in paragraphs {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        let start = text.len() as u32;
        for (at, &token) in tokens.get(paragraph.range()).unwrap_or_default().iter().enumerate() {
            if at > 0 {
                text.push(' ');
            }
            let from = text.len() as u32;
            text.push_str(words(token.short()).unwrap_or(UNKNOWN_WORD));
            spans.push(ByteSpan::new(from, text.len() as u32));
        }
        laid.push(Paragraph { bytes: ByteSpan::new(start, text.len() as u32), tokens: *paragraph });
    }
    let document = Document { id: record.id.clone(), metadata: record.metadata.clone(), text, body_start: 0 };
    (document, spans, laid)
}

/// What stands for a word that an index without texts does not know.
const UNKNOWN_WORD: &str = "…";

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn article() -> Document {
        Document {
            id: "herald/pier.txt".into(),
            metadata: Metadata {
                source: "Pellow Herald".into(),
                time: Time::parse("2031-05-03 08:10"),
                title: "Pier closed".into(),
                url: "https://herald.example/pier".into(),
                invalid_bytes: 300,
                ..Metadata::default()
            },
            text: "---\ntitle: Pier closed\n---\nThe old pier is closed.\n\nDivers said so.".into(),
            body_start: 27,
        }
    }

    #[test]
    fn an_article_comes_back_as_it_was() {
        let mut bytes = Vec::new();
        write_text(&article(), &mut bytes);
        let record = read(&bytes).unwrap();
        assert_eq!((&record.id, &record.metadata), (&article().id, &article().metadata));
        assert_eq!(record.words, Words::Text { text: article().text, body_start: 27 });
    }

    #[test]
    fn an_article_without_text_keeps_its_tokens_and_paragraphs() {
        let tokens: Vec<TokenHash> = [8, 6, 4, 2, 10].map(TokenHash).to_vec();
        let paragraph = |start, end| Paragraph { bytes: ByteSpan::new(0, 0), tokens: TokenSpan::new(start, end) };
        let mut bytes = Vec::new();
        write_hashes(&article(), &tokens, &[paragraph(0, 3), paragraph(3, 5)], &mut bytes);
        let record = read(&bytes).unwrap();
        let paragraphs = vec![TokenSpan::new(0, 3), TokenSpan::new(3, 5)];
        assert_eq!(record.words, Words::Hashes { tokens: tokens.clone(), paragraphs: paragraphs.clone() });
        let (document, spans, laid) = stand_in(&record, &tokens, &paragraphs, |token| (token == 4).then_some("pier"));
        assert_eq!(document.text, "… … pier\n\n… …");
        assert_eq!(&document.text[spans[2].range()], "pier");
        assert_eq!(laid[1].bytes.range(), 14..21);
    }

    #[test]
    fn tokens_that_stand_in_no_paragraph_are_refused() {
        let tokens: Vec<TokenHash> = [8, 6, 4, 2, 10].map(TokenHash).to_vec();
        let read_with = |paragraphs: &[(u32, u32)]| {
            let paragraph =
                |&(start, end)| Paragraph { bytes: ByteSpan::new(0, 0), tokens: TokenSpan::new(start, end) };
            let mut bytes = Vec::new();
            write_hashes(&article(), &tokens, &paragraphs.iter().map(paragraph).collect::<Vec<_>>(), &mut bytes);
            read(&bytes)
        };
        for paragraphs in [&[][..], &[(0, 3)], &[(1, 5)], &[(0, 2), (3, 5)], &[(0, 6)]] {
            assert_eq!(read_with(paragraphs), None, "{paragraphs:?}");
        }
        assert!(read_with(&[(0, 0), (0, 3), (3, 5), (5, 5)]).is_some());
    }

    #[test]
    fn a_text_that_begins_inside_a_letter_is_refused() {
        let mut bytes = Vec::new();
        write_text(&Document { text: "é".into(), body_start: 1, ..Document::default() }, &mut bytes);
        assert_eq!(read(&bytes), None);
    }

    proptest! {
        #[test]
        fn cut_or_changed_bytes_give_an_answer_or_none(at in 0usize..200, bit in 0u32..8, cut in 0usize..200) {
            let mut bytes = Vec::new();
            write_text(&article(), &mut bytes);
            prop_assert_eq!(read(&bytes[..cut.min(bytes.len() - 1)]), None);
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            let _ = read(&bytes);
        }
    }
}
