//! Reuse that is allowed: by a rule of the settings, or by a comment in the article.

use super::finding::Finding;
use crate::document::{ByteSpan, DocumentIndex};
use crate::index::ShortToken;
use crate::outlet::Outlets;
use crate::prepare::Preparer;
use crate::report::Report;

/// What a rule allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Findings that hold these words.
    Phrase(String),
    /// The finding of this key.
    Key(String),
    /// Findings between these two: outlets, or articles by id or path.
    Pair(String, String),
    /// Findings whose words an outlet has, or an article by id or path.
    Source(String),
}

/// Least words of a phrase.
const LEAST: usize = 4;

/// A rule.
#[derive(Clone, Debug)]
pub struct Allow {
    what: Allowed,
    phrase: Vec<ShortToken>,
}

impl Allow {
    /// A rule; `None` for a phrase of fewer than four words, which would allow almost anything.
    pub fn new(what: Allowed) -> Option<Self> {
        let phrase = match &what {
            Allowed::Phrase(phrase) => Preparer::default().tokens(phrase, 0),
            _ => Vec::new(),
        };
        let is_short = matches!(what, Allowed::Phrase(_)) && phrase.len() < LEAST;
        (!is_short).then_some(Self { what, phrase })
    }

    pub(super) fn allows(
        &self,
        finding: &Finding,
        document: DocumentIndex,
        report: &Report,
        paths: &[String],
        outlets: &Outlets,
    ) -> bool {
        let index = &report.index;
        let is = |document: DocumentIndex, name: &str| {
            let outlet = outlets.key(&index.metadata(document).source);
            let is_outlet = !outlet.is_empty() && outlet == outlets.key(name);
            is_outlet || index.id(document) == name || paths.get(document.at()).is_some_and(|path| path == name)
        };
        match &self.what {
            Allowed::Phrase(_) => {
                let tokens = &index.tokens(document)[finding.tokens.range()];
                tokens.windows(self.phrase.len()).any(|window| window == self.phrase)
            }
            Allowed::Key(key) => finding.key == *key,
            Allowed::Source(name) => finding.carriers.iter().any(|&carrier| is(carrier, name)),
            Allowed::Pair(a, b) => {
                let with = |own: &str, other: &str| {
                    is(document, own) && finding.carriers.iter().any(|&carrier| is(carrier, other))
                };
                with(a, b) || with(b, a)
            }
        }
    }
}

/// Stretches of a Markdown text between `<!-- wirecopy:ignore-start REASON -->` and `<!-- wirecopy:ignore-end -->`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ignored {
    pub(super) stretches: Vec<ByteSpan>,
    /// Line, and what is wrong there.
    pub(super) trouble: Vec<(u32, &'static str)>,
}

const START: &str = "ignore-start";
const END: &str = "ignore-end";

pub(super) fn ignored(text: &str) -> Ignored {
    let mut out = Ignored::default();
    let line = |at: usize| 1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count() as u32;
    let mut open: Option<usize> = None;
    let mut at = 0;
    while let Some(start) = text[at..].find("<!--").map(|found| at + found) {
        let Some(end) = text[start..].find("-->").map(|found| start + found) else { break };
        at = end + "-->".len();
        let inside = text[start + "<!--".len()..end].trim();
        // The short name is that of rules in other formats.
        let Some(command) = inside.strip_prefix("wirecopy:").or(inside.strip_prefix("reuse:")) else { continue };
        match (command.split_whitespace().next(), open) {
            (Some(START), None) => open = Some(start),
            (Some(START), Some(_)) => out.trouble.push((line(start), "ignore-start inside another one")),
            (Some(END), Some(from)) => {
                out.stretches.push(ByteSpan::new(from as u32, at as u32));
                open = None;
            }
            (Some(END), None) => out.trouble.push((line(start), "ignore-end without ignore-start")),
            _ => out.trouble.push((line(start), "a comment that means nothing; there are ignore-start and ignore-end")),
        }
    }
    if let Some(from) = open {
        // Forgetting the end does not excuse the rest of the article.
        out.trouble.push((line(from), "ignore-start without ignore-end: nothing is left out"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_leaves_out_what_stands_up_to_its_end() {
        let text =
            "Own.\n\n<!-- wirecopy:ignore-start licensed -->\nTaken.\n<!-- reuse:ignore-end -->\nOwn <!-- x -->.";
        let found = ignored(text);
        assert_eq!(found.trouble, []);
        let [stretch] = found.stretches[..] else { panic!("{found:?}") };
        assert!(text[stretch.range()].starts_with("<!--") && text[stretch.range()].contains("Taken."));
        assert!(text[stretch.end as usize..].starts_with("\nOwn"));
    }

    #[test]
    fn a_comment_without_its_other_half_leaves_out_nothing_and_is_named() {
        assert_eq!(ignored("a\n<!-- wirecopy:ignore-start -->\nb").trouble[0].0, 2);
        assert_eq!(ignored("<!-- wirecopy:ignore-end -->").trouble[0].1, "ignore-end without ignore-start");
        assert_eq!(ignored("<!-- wirecopy:ignore -->").trouble.len(), 1);
        assert_eq!(ignored("<!-- wirecopy:ignore-start").stretches, []);
    }

    #[test]
    fn a_phrase_of_a_few_words_is_no_rule() {
        assert!(Allow::new(Allowed::Phrase(" – ".into())).is_none());
        assert!(Allow::new(Allowed::Phrase("over the quay".into())).is_none());
        assert!(Allow::new(Allowed::Phrase("over the old quay".into())).is_some());
    }
}
