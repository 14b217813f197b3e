//! The words of attribution beside a quotation ("the palace said"): shared together with it, they belong to it.

use super::boilerplate::Layout;
use super::quotes::Quotation;
use crate::document::TokenSpan;
use crate::index::ShortToken;
use crate::text::{Boundaries, WordSet};
use std::sync::LazyLock;

/// Tokens of an attribution.
const LONGEST: u32 = 14;
/// Tokens between the mark and the verb of saying: "…,” Ada Finck of the harbour board said".
const NEAR: u32 = 5;
/// Tokens that a quotation has at least: a word between marks is often not said by anybody.
const QUOTED: u32 = 4;

/// Verbs of saying, and what stands for them.
static SAYING: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new(
        "according added adds announced argued asked calling called claimed commented complained concluded confirmed \
         continued declared explained insisted noted pledged quoted read reads recalled remarked replied reports \
         reported responded said says saying statement stated stressed suggested telling tells testified told tweeted \
         urged vowed warned wrote writes \
         sagte sagt erklärte teilte schrieb betonte laut zufolge dit déclaré affirmé selon expliqué ajouté \
         dijo afirmó según declaró señaló añadió disse afirmou ha detto secondo",
    )
});

/// Stretches of words that attribute the quotations of an article, beside them in the same sentence. May overlap.
pub(super) fn attributions(text: &Layout<'_>, tokens: &[ShortToken], quotations: &[Quotation]) -> Vec<TokenSpan> {
    let boundaries = Boundaries { text: text.text, spans: text.spans, paragraphs: text.paragraphs };
    let words = tokens.len() as u32;
    let says = |span: TokenSpan| tokens[span.range()].iter().any(|t| SAYING.contains(t.get()));
    let mut out = Vec::new();
    for (at, quotation) in quotations.iter().enumerate().filter(|(_, q)| q.tokens.len() >= QUOTED) {
        let TokenSpan { start, end } = quotation.tokens;
        let last = quotations.get(at + 1).map_or(words, |next| next.tokens.start).min(end + LONGEST + 1);
        let stop = (end..last).find(|&t| boundaries.before(t as usize).ends_sentence()).unwrap_or(last);
        let first = at.checked_sub(1).map_or(0, |before| quotations[before].tokens.end);
        let first = first.max(start.saturating_sub(LONGEST + 1));
        let begin = (first..start).rev().find(|&t| boundaries.before(t as usize).ends_sentence()).unwrap_or(first);
        let (after, before) = (TokenSpan::new(end, stop), TokenSpan::new(begin.min(start), start));
        let near_end = TokenSpan::new(end, stop.min(end + NEAR));
        let near_start = TokenSpan::new(before.start.max(start.saturating_sub(NEAR)), start);
        for (span, near) in [(after, near_end), (before, near_start)] {
            if !span.is_empty() && span.len() <= LONGEST && says(near) {
                out.push(span);
            }
        }
    }
    out
}
