//! What stands between two neighbouring tokens: the edges at which an overlap may end but not be stretched over.

use crate::document::{ByteSpan, Paragraph};

/// What stands between a token and the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Boundary(u8);

impl Boundary {
    const SENTENCE: u8 = 1;
    const PARAGRAPH: u8 = 2;
    const QUOTE: u8 = 4;
    const BRACKET: u8 = 8;

    /// Whether a rim step may not cross here: a quotation mark, sentence or paragraph end.
    pub fn stops_rim(self) -> bool {
        self.0 & (Self::SENTENCE | Self::PARAGRAPH | Self::QUOTE) != 0
    }

    /// Whether a sentence or a paragraph ends here.
    pub fn ends_sentence(self) -> bool {
        self.0 & (Self::SENTENCE | Self::PARAGRAPH) != 0
    }

    /// Whether an overlap may be trimmed to here: a quotation mark, bracket, sentence or paragraph end.
    pub fn stops_trim(self) -> bool {
        self.0 != 0
    }
}

/// The boundaries between the tokens of a text, read where they are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Boundaries<'a> {
    /// The text.
    pub text: &'a str,
    /// Bytes of its tokens.
    pub spans: &'a [ByteSpan],
    /// Its paragraphs.
    pub paragraphs: &'a [Paragraph],
}

impl Boundaries<'_> {
    /// The boundary between token `at - 1` and token `at`.
    pub fn before(&self, at: usize) -> Boundary {
        if at == 0 || at >= self.spans.len() {
            return Boundary(Boundary::PARAGRAPH | Boundary::SENTENCE);
        }
        let (end, start) = (self.spans[at - 1].end as usize, self.spans[at].start as usize);
        // Nearly always. Between two paragraphs stands the end of a line at least.
        if end >= start || self.text.as_bytes()[end..start] == *b" " {
            return Boundary::default();
        }
        let paragraph = self.paragraphs.partition_point(|p| (p.tokens.start as usize) < at);
        if self.paragraphs.get(paragraph).is_some_and(|p| p.tokens.start as usize == at) {
            return Boundary(Boundary::PARAGRAPH | Boundary::SENTENCE);
        }
        Boundary(between(&self.text[self.spans[at - 1].range()], &self.text[end..start], &self.text[start..]))
    }
}

/// Titles and months whose full stop ends no sentence.
const ABBREVIATIONS: [&str; 34] = [
    "adm", "apr", "aug", "brig", "capt", "co", "col", "corp", "dec", "dr", "feb", "gen", "gov", "inc", "jan", "jr",
    "lt", "ltd", "maj", "mr", "mrs", "ms", "mt", "no", "nov", "oct", "prof", "rep", "rev", "sen", "sept", "sgt", "st",
    "vs",
];

/// The boundary that `gap` makes between the word `before` and what follows.
fn between(before: &str, gap: &str, after: &str) -> u8 {
    let mut out = 0;
    let mut stop = false; // a sentence mark was seen
    let mut spaced = false; // and white space after it
    for c in gap.chars() {
        match c {
            '“' | '”' | '„' | '"' | '«' | '»' | '「' | '」' | '『' | '』' | '‹' | '›' | '‘' | '‚' =>
            {
                out |= Boundary::QUOTE;
            }
            '\'' | '’' => out |= Boundary::QUOTE, // between two words, not inside one
            '(' | ')' | '[' | ']' | '{' | '}' => out |= Boundary::BRACKET,
            '.' => stop |= !is_abbreviation(before),
            '!' | '?' | '…' => stop = true,
            '。' | '！' | '？' | '؟' | '۔' | '।' => out |= Boundary::SENTENCE,
            c if c.is_whitespace() => spaced |= stop,
            _ => {}
        }
    }
    // "said. The", "said.” The", but neither "U.S. officials" nor "at 9 p.m. on Monday".
    if stop && (spaced || gap.starts_with('.')) && !after.starts_with(char::is_lowercase) {
        out |= Boundary::SENTENCE;
    }
    out
}

/// Whether a full stop after `word` tells nothing: single letters (`U.S.`, `J.`) and usual titles.
fn is_abbreviation(word: &str) -> bool {
    let last = word.rsplit('.').next().unwrap_or(word);
    if last.chars().nth(1).is_none() && last.starts_with(char::is_alphabetic) {
        return true;
    }
    word.len() <= 4 && ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Tokenizer, Tokens, paragraphs};

    /// Marks with `|` where a trim may stop and `/` where a sentence ends, before each word.
    fn marked(text: &str) -> String {
        let mut tokens = Tokens::default();
        Tokenizer::default().tokenize(text, 0, &mut tokens);
        let paragraphs = paragraphs(text, 0, &tokens);
        let boundaries = Boundaries { text, spans: &tokens.spans, paragraphs: &paragraphs };
        let mut out = String::new();
        for i in 1..tokens.len() {
            let b = boundaries.before(i);
            let mark = match (b.stops_trim(), b.0 & Boundary::SENTENCE != 0) {
                (true, true) => "/",
                (true, false) => "|",
                _ => " ",
            };
            out.push_str(&text[tokens.spans[i - 1].range()]);
            out.push_str(mark);
        }
        out + &text[tokens.spans[tokens.len() - 1].range()]
    }

    #[test]
    fn sentences_end_at_full_stops() {
        assert_eq!(marked("He left. The mayor stayed! Why? No."), "He left/The mayor stayed/Why/No");
    }

    #[test]
    fn abbreviations_end_no_sentence() {
        assert_eq!(marked("Gov. Reyes of the U.S. Senate at 9 p.m. said"), "Gov Reyes of the U.S Senate at 9 p.m said");
    }

    #[test]
    fn quotation_marks_and_brackets_are_boundaries_of_their_own() {
        assert_eq!(marked("said that “if it” (later) goes"), "said that|if it|later|goes");
        assert_eq!(marked("Russia’s goals"), "Russia’s goals");
    }

    #[test]
    fn a_paragraph_end_is_a_boundary() {
        assert_eq!(marked("one two\n\nthree four"), "one two/three four");
    }

    proptest::proptest! {
        /// What lets most gaps go unread: no paragraph begins where the end of a line does not stand.
        #[test]
        fn every_paragraph_begins_at_a_boundary(
            parts in proptest::collection::vec(proptest::sample::select(PARTS.to_vec()), 0..40),
        ) {
            let text = parts.concat();
            let mut tokens = Tokens::default();
            Tokenizer::default().tokenize(&text, 0, &mut tokens);
            let paragraphs = paragraphs(&text, 0, &tokens);
            let boundaries = Boundaries { text: &text, spans: &tokens.spans, paragraphs: &paragraphs };
            for paragraph in paragraphs.iter().filter(|p| !p.tokens.is_empty()) {
                let boundary = boundaries.before(paragraph.tokens.start as usize);
                proptest::prop_assert_eq!(boundary, Boundary(Boundary::PARAGRAPH | Boundary::SENTENCE));
            }
        }
    }

    const PARTS: [&str; 20] = [
        "one",
        "U.S",
        ".",
        " ",
        "\n",
        "\r\n",
        "\r",
        "\u{AD}",
        "-",
        "\u{200D}",
        "\u{301}",
        "名前",
        "カ\u{3099}",
        "’",
        "3,5",
        "\u{2028}",
        "\u{A0}",
        "ﬁ",
        "\t",
        "한국",
    ];
}
