//! Whom an article credits: credit lines, agency bylines and datelines, republication notes.
//! Reads what the article says; whether the one named is in the corpus is not its matter.
//!
//! A false credit excuses theft, so doubt means none. Credits are looked for only where they stand: in the first and
//! the last paragraphs and in short ones, and there in sentences of a few known forms, from whose start every word is
//! accounted for ("This article was first published by …"). A name after such a form may be any capitalised one;
//! where people and institutions stand as well ("Source: …", "H/T …", "… contributed to this report") it must be an
//! agency, a known outlet, or look like the name of one: it holds a word such as "Times", or is a web address.
//! Attribution of facts ("according to", "told Reuters") and picture credits ("Jane Roe/AP") are no credits.
//!
//! Not read: datelines without brackets ("dpa Berlin."), marks in the brackets of East Asian papers, credits in the
//! middle of long paragraphs.

mod byline;
mod cue;
mod dateline;
mod finder;
mod fixture;
mod names;
mod people;
mod sentence;
mod split;
mod words;

use crate::document::{ByteSpan, Paragraph};
use crate::index::ShortToken;
use crate::outlet::Outlets;
use cue::has_cue;
use finder::Finder;
use split::{Range, split};

/// A credit that an article gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The outlet or agency named, as printed, without "the" of the sentence around it where that is no part of the name.
    pub name: String,
    /// The words that give it.
    pub bytes: ByteSpan,
    /// Whether it is an agency ([`Outlets::is_agency`]).
    pub agency: bool,
    /// Whether a dateline gives it: "LISK (ESTREL) –".
    pub dateline: bool,
}

impl Credit {
    /// What the one named is compared by: as [`Outlets::key`], but an agency also by the short forms that count only
    /// where agencies stand.
    pub fn key(&self, outlets: &Outlets) -> String {
        if self.agency { outlets.mark_key(&self.name) } else { outlets.key(&self.name) }
    }
}

/// Paragraphs at the start and at the end of an article in which credits stand.
const HEAD: usize = 4;

const TAIL: usize = 4;

/// A paragraph of at most so many words is looked at wherever it stands.
const SHORT: u32 = 30;

/// Of a long paragraph only so many bytes at either end are read: some articles are one single paragraph.
const REACH: usize = 900;

/// The credits of an article, in the order of the text, each name once. `tokens` and `spans` are those of the text.
pub fn credits(
    text: &str,
    tokens: &[ShortToken],
    spans: &[ByteSpan],
    paragraphs: &[Paragraph],
    outlets: &Outlets,
) -> Vec<Credit> {
    credits_where(text, paragraphs, outlets, |paragraph, place| has_cue(text, tokens, spans, paragraph, place))
}

/// The credits that stand in the paragraphs which `may` hold one, and those of datelines, bylines and marks at the end.
fn credits_where(
    text: &str,
    paragraphs: &[Paragraph],
    outlets: &Outlets,
    may: impl Fn(&Paragraph, Place) -> bool,
) -> Vec<Credit> {
    let mut finder = Finder { text, outlets, found: Vec::new(), dateline: false };
    let count = paragraphs.len();
    let mut words = Vec::new();
    for (at, paragraph) in paragraphs.iter().enumerate() {
        let place = Place { at, left: count - 1 - at };
        if !place.head() && !place.tail() && paragraph.tokens.len() > SHORT {
            continue;
        }
        let range = paragraph.bytes.range();
        if text.get(range.clone()).is_none() {
            continue;
        }
        if place.head() {
            finder.dateline = true;
            finder.dateline(range.clone());
            finder.dateline = false;
            finder.bylines(range.clone(), place);
        }
        if place.left == 0 {
            finder.end_mark(range.clone());
        }
        if !may(paragraph, place) {
            continue;
        }
        let (first, last) = ends(text, range, place);
        if let Some(zone) = first {
            split(text, zone, &mut words);
            finder.sentences(&words, place);
        }
        if let Some(zone) = last {
            split(text, zone, &mut words);
            // The first sentence has lost its start.
            let whole = (1..words.len()).find(|&at| words[at].begins).unwrap_or(words.len());
            finder.sentences(&words[whole..], place);
        }
    }
    finder.finish()
}

/// Where a paragraph stands.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    /// Paragraphs after it.
    left: usize,
}

impl Place {
    fn head(self) -> bool {
        self.at < HEAD
    }

    fn tail(self) -> bool {
        self.left < TAIL
    }
}

/// What of a paragraph is read: all of it, or of a long one what lies at the ends of the article.
fn ends(text: &str, range: Range, place: Place) -> (Option<Range>, Option<Range>) {
    if range.len() <= 2 * REACH {
        return (Some(range), None);
    }
    let mut first = range.start + REACH;
    while !text.is_char_boundary(first) {
        first -= 1;
    }
    let mut last = range.end - REACH;
    while !text.is_char_boundary(last) {
        last += 1;
    }
    (place.head().then_some(range.start..first), place.tail().then_some(last..range.end))
}

#[cfg(test)]
mod tests {
    use super::fixture::{STORY, find, foot, names, top};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_long_paragraph_is_read_at_its_end() {
        let text = format!(
            "{STORY} {STORY} {STORY} {STORY} {STORY} {STORY} {STORY} {STORY} Reposted With Permission From \
            Slow Ferry  The views are those of the author."
        );
        assert_eq!(names(&text), "Slow Ferry");
        assert_eq!(names(&format!("{STORY} {STORY} Via: Ansley Mail")), "Ansley Mail");
    }

    #[test]
    fn attribution_of_facts_is_no_credit() {
        for line in [
            "The ferry was old, according to The Ansley Post.",
            "The Prairie Lantern reported on Monday that it was old.",
            "“It was old,” he told Reuters.",
            "The Associated Press writes that boats went out.",
        ] {
            assert_eq!(foot(line), "", "{line}");
        }
    }

    #[test]
    fn the_words_of_the_credit_are_its_span() {
        let text = format!("TOLVANE (ESTREL) – {STORY}\n\nIt sank. This article first appeared in Salt Post. Read on.");
        let found = find(&text);
        let shown: Vec<&str> = found.iter().map(|c| &text[c.bytes.range()]).collect();
        assert_eq!(shown, ["TOLVANE (ESTREL) –", "This article first appeared in Salt Post."]);
    }

    #[test]
    fn each_name_counts_once() {
        assert_eq!(top("By Jane Roe, Associated Press\n\nLISK (AP) — "), "*Associated Press");
        let outlets = Outlets::builtin();
        let found = find(&format!("LISK (PA) — {STORY}"));
        assert_eq!(found[0].key(&outlets), outlets.key("Press Association"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]
        #[test]
        fn any_text_gives_spans_inside_it(
            pieces in prop::collection::vec(prop_oneof![
                prop::sample::select(vec![
                    "This article", "originally", "appeared", "on", "published by", "The", "Ledger", "(AP)", "—", "©",
                    "2031", "Copyright", "via", "(via", "H/T", "Source:", "contributed to this report.", "Reuters's",
                    "and", "of", "By", "\n", "\n\n", "  ", "/TASS/", "dpa/abc", "Mit", "’", "é", "名", "permission from",
                    "Courtesy of", ",", "\u{2028}", "(", ")", "/", "&", "Reposted", "the", "ЛИСК", "\r\n", "“", "ﬁ",
                ]).prop_map(str::to_owned),
                "\\PC{0,6}",
            ], 0..40),
            glue in prop::sample::select(vec!["", " "]),
        ) {
            let text = pieces.join(glue);
            for credit in find(&text) {
                prop_assert!(text.get(credit.bytes.range()).is_some_and(|words| words.contains(&credit.name)));
                prop_assert!(!credit.key(&Outlets::builtin()).is_empty());
            }
        }
    }
}
