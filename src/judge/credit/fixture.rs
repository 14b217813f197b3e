//! For tests: the credits of a text.
#![cfg(test)]

use super::{Credit, credits, credits_where};
use crate::document::{ByteSpan, Paragraph};
use crate::index::ShortToken;
use crate::outlet::Outlets;
use crate::text::{Tokenizer, Tokens, paragraphs};

/// Tokens of a text, their spans, and its paragraphs.
pub(super) fn cut(text: &str) -> (Vec<ShortToken>, Vec<ByteSpan>, Vec<Paragraph>) {
    let mut tokens = Tokens::default();
    Tokenizer::default().tokenize(text, 0, &mut tokens);
    let short = tokens.hashes.iter().map(|hash| ShortToken::new(hash.short())).collect();
    let paragraphs = paragraphs(text, 0, &tokens);
    (short, tokens.spans, paragraphs)
}

pub(super) fn find(text: &str) -> Vec<Credit> {
    let (tokens, spans, paragraphs) = cut(text);
    credits(text, &tokens, &spans, &paragraphs, &Outlets::builtin())
}

/// As [`find`], where every paragraph that may be read is, whatever words it holds.
pub(super) fn find_everywhere(text: &str) -> Vec<Credit> {
    credits_where(text, &cut(text).2, &Outlets::builtin(), |_, _| true)
}

/// The names credited, with `*` before agencies.
pub(super) fn names(text: &str) -> String {
    let show = |c: &Credit| format!("{}{}", if c.agency { "*" } else { "" }, c.name);
    find(text).iter().map(show).collect::<Vec<_>>().join("|")
}

pub(super) const STORY: &str = "The ferry to Lisk ran aground in thick fog on Monday morning, and all forty passengers were \
    taken off by fishermen before the tide turned, the harbour master said in the afternoon as boats went out again \
    to look for the cargo that had floated away.";

/// A credit as the last line of an article.
pub(super) fn foot(line: &str) -> String {
    names(&format!("{STORY}\n\n{STORY}\n\n{STORY}\n\n{line}"))
}

/// The start of an article.
pub(super) fn top(start: &str) -> String {
    names(&format!("{start}{STORY}\n\n{STORY}\n\n{STORY}\n\n{STORY}\n\n{STORY}"))
}
