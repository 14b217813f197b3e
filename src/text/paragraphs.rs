//! Where an article splits into paragraphs.
//!
//! If the text has a blank line, blank lines separate and single line ends are soft wraps; otherwise each
//! line is a paragraph.

use super::Tokens;
use crate::document::{ByteSpan, Paragraph, TokenSpan};

/// The paragraphs of `text` from byte `from` on, with the tokens that each holds.
pub fn paragraphs(text: &str, from: usize, tokens: &Tokens) -> Vec<Paragraph> {
    let body = &text[from..];
    let lines = lines(body);
    let first = lines.iter().position(|l| !l.is_empty()).unwrap_or(lines.len());
    let last = lines.iter().rposition(|l| !l.is_empty()).map_or(0, |l| l + 1);
    let blank_lines = lines.get(first..last).is_some_and(|inner| inner.iter().any(|l| l.is_empty()));

    let mut spans: Vec<ByteSpan> = Vec::new();
    let mut open = false;
    for line in &lines {
        if line.is_empty() {
            open = false;
            continue;
        }
        let span = ByteSpan::new((from + line.start) as u32, (from + line.end) as u32);
        match spans.last_mut() {
            Some(paragraph) if open && blank_lines => paragraph.end = span.end,
            _ => spans.push(span),
        }
        open = true;
    }

    let mut token = 0;
    spans
        .into_iter()
        .map(|bytes| {
            let start = token;
            while token < tokens.len() && tokens.spans[token].start < bytes.end {
                token += 1;
            }
            Paragraph { bytes, tokens: TokenSpan::new(start as u32, token as u32) }
        })
        .collect()
}

/// Lines of `text` without the white space around them; a blank line is an empty range.
fn lines(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut out = Vec::new();
    let bytes = text.as_bytes();
    let mut start = 0;
    loop {
        let end = memchr::memchr2(b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        let line = &text[start..end];
        let trimmed = line.trim();
        let lead = line.len() - line.trim_start().len();
        out.push(start + lead..start + lead + trimmed.len());
        if end == bytes.len() {
            return out;
        }
        start = end + if bytes[end..].starts_with(b"\r\n") { 2 } else { 1 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Tokenizer;

    fn split(text: &str) -> Vec<&str> {
        let mut tokens = Tokens::default();
        Tokenizer::default().tokenize(text, 0, &mut tokens);
        let found = paragraphs(text, 0, &tokens);
        assert_eq!(found.iter().map(|p| p.tokens.len() as usize).sum::<usize>(), tokens.len());
        found.iter().map(|p| &text[p.bytes.range()]).collect()
    }

    #[test]
    fn without_a_blank_line_each_line_is_a_paragraph() {
        assert_eq!(split("One here.\nTwo here.\nThree."), ["One here.", "Two here.", "Three."]);
    }

    #[test]
    fn with_a_blank_line_single_line_ends_are_soft_wraps() {
        assert_eq!(split("One\nhere.\n\nTwo\nhere."), ["One\nhere.", "Two\nhere."]);
    }

    #[test]
    fn carriage_returns_and_white_space_do_not_matter() {
        assert_eq!(split("One\r\nhere.\r\n \t\r\nTwo.\r\n"), ["One\r\nhere.", "Two."]);
        assert_eq!(split("One.\rTwo."), ["One.", "Two."]);
    }

    #[test]
    fn a_blank_line_at_an_end_separates_nothing() {
        assert_eq!(split("\n\nOne.\nTwo.\n\n"), ["One.", "Two."]);
    }

    #[test]
    fn an_empty_text_has_no_paragraph() {
        assert!(split("").is_empty());
        assert!(split(" \n\n ").is_empty());
    }
}
