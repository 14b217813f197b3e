//! The words of attribution beside a quotation ("the palace said"): shared together with it, they belong to it.

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
pub(super) fn attributions(text: &Boundaries<'_>, tokens: &[ShortToken], quotations: &[Quotation]) -> Vec<TokenSpan> {
    let words = tokens.len() as u32;
    let says = |span: TokenSpan| tokens[span.range()].iter().any(|t| SAYING.contains(t.get()));
    let mut out = Vec::new();
    for (at, quotation) in quotations.iter().enumerate().filter(|(_, q)| q.tokens.len() >= QUOTED) {
        let TokenSpan { start, end } = quotation.tokens;
        let last = quotations.get(at + 1).map_or(words, |next| next.tokens.start).min(end + LONGEST + 1);
        let stop = (end..last).find(|&t| text.before(t as usize).ends_sentence()).unwrap_or(last);
        let first = at.checked_sub(1).map_or(0, |before| quotations[before].tokens.end);
        let first = first.max(start.saturating_sub(LONGEST + 1));
        let begin = (first..=start).rev().find(|&t| text.before(t as usize).ends_sentence()).unwrap_or(first);
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

#[cfg(test)]
mod tests {
    use super::super::fixture::{article, search, show};
    use super::super::quotes::quotations;
    use super::*;
    use crate::document::Paragraph;

    /// `[[` and `]]` stand around what attributes a quotation.
    #[track_caller]
    fn check(marked: &str) {
        let text = marked.replace("[[", "").replace("]]", "");
        let (index, _) = search(vec![article("a", "", "", &text)]);
        let document = index.documents().next().unwrap();
        let mut spans = Vec::new();
        index.spans(document, &mut spans);
        let paragraphs: Vec<Paragraph> = index.paragraphs(document).collect();
        let layout = Boundaries { text: &text, spans: &spans, paragraphs: &paragraphs };
        let found = attributions(&layout, index.tokens(document), &quotations(&text, &spans, &paragraphs));
        let holds = |at: usize| found.iter().any(|span| span.range().contains(&at));
        assert_eq!(show(&index, document, holds), marked, "left: found, right: expected");
    }

    #[test]
    fn who_says_it_stands_before_after_or_between() {
        check("[[The palace said]]: “We leave before dawn.”");
        check("“We leave before dawn,” [[said the queen of Lisk]].");
        check("“We leave with the tide,” [[the queen told her guards]], “before dawn.”");
        check("[[Nach Angaben sagte die Königin]]: „Wir gehen vor Tag.“ Alles schwieg.");
    }

    #[test]
    fn words_without_a_verb_of_saying_attribute_nothing() {
        check("“We leave before dawn” stood on the wall of the palace.");
        check("Upon the palace wall stood “We leave before dawn” in white.");
    }

    #[test]
    fn the_next_sentence_is_another_matter() {
        check("“We leave before dawn.” The queen said nothing more.");
        check("“We leave before dawn,” [[said the queen]]. Her guards said nothing.");
        check("“We leave before dawn”\n\nThe queen said nothing more.");
    }

    #[test]
    fn so_is_the_sentence_before() {
        check("The queen said nothing more. “We leave before dawn.”");
        check("The queen said nothing more.\n\n“We leave before dawn.”");
        check("Her guards said nothing. [[The queen said]]: “We leave before dawn.”");
    }

    #[test]
    fn fifteen_words_are_too_many() {
        let guests = "one two three four five six seven eight nine ten eleven twelve";
        check(&format!("“We leave before dawn,” [[said {guests} guests]]."));
        check(&format!("“We leave before dawn,” said {guests} brave guests."));
        check(&format!("[[{guests} guests said]]: “We leave before dawn.”"));
        check(&format!("{guests} brave guests said: “We leave before dawn.”"));
    }

    #[test]
    fn what_was_said_far_from_the_marks_attributes_nothing() {
        check("The queen said that her guards and all the boats of Lisk had heard “we leave before dawn.”");
        check("The queen said it was a “cold morning” for all of Lisk.");
    }

    #[test]
    fn a_text_without_quotations_or_words_attributes_nothing() {
        check("");
        check("“”");
        check("The queen said nothing.");
    }
}
