//! Reads a text paragraph by paragraph: what its sentences leave open, its paragraphs may tell.
//! Knows no grammar.

use super::super::quotes::Quotation;
use super::items::Item;
use super::names::{Known, Sort};
use super::words::{BREAK, CAPITAL, Class, begins_as_verb, class_of_token};
use crate::document::{ByteSpan, Paragraph, TokenSpan};

/// What has no full stop for so many words and marks is cut: no text may cost the square of its length.
const LONGEST_SENTENCE: usize = 400;

/// How a quotation got its speaker; a better way wins over the parts of one quotation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Way {
    Unknown,
    Paragraph,
    Sentence,
}

/// What is known of a text while it is read.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) spans: &'a [ByteSpan],
    pub(super) quotations: &'a [Quotation],
    /// The class of each token.
    pub(super) classes: Vec<Class>,
    /// Full names, in the order of the text.
    pub(super) names: Vec<Known<'a>>,
    /// Title and last word of those whom the text names with one: "President" "Marant".
    pub(super) titled: Vec<(u32, u32)>,
    /// Whom the text named as a speaker or as the subject of a sentence, in order.
    pub(super) recent: Vec<(TokenSpan, Sort)>,
    pub(super) found: Vec<(Way, Option<TokenSpan>)>,
    /// Whose a document is, in order: its token, and who issued it.
    pub(super) documents: Vec<(u32, TokenSpan)>,
    /// The first quotation that was not read yet.
    pub(super) next: usize,
    /// The speaker that a paragraph of nothing but quotation goes on with.
    carried: Option<TokenSpan>,
    /// The items of a paragraph, kept for the next.
    buffer: Vec<Item>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        text: &'a str,
        spans: &'a [ByteSpan],
        paragraphs: &[Paragraph],
        quotations: &'a [Quotation],
    ) -> Self {
        let mut classes: Vec<Class> =
            spans.iter().map(|span| text.get(span.range()).map_or(0, class_of_token)).collect();
        let mut verbs = Vec::new();
        for at in 0..spans.len() {
            // The A of `Ada A. Finck` is no article.
            if spans[at].len() == 1 && classes[at] & CAPITAL != 0 && text[spans[at].end as usize..].starts_with('.') {
                classes[at] = CAPITAL;
            }
            // `Seeing Marant, he …`, `Pushed on this, he …`
            if classes[at] == CAPITAL && begins_as_verb(&text[spans[at].range()]) {
                let gap = &text[at.checked_sub(1).map_or(0, |b| spans[b].end as usize)..spans[at].start as usize];
                let next_lower = classes.get(at + 1).is_some_and(|next| next & CAPITAL == 0);
                if gap != " " && next_lower | text[spans[at].range()].ends_with("ing") {
                    classes[at] |= BREAK;
                    verbs.push(at as u32);
                }
            }
        }
        let found = vec![(Way::Unknown, None); quotations.len()];
        let mut reader = Self {
            text,
            spans,
            quotations,
            classes,
            names: Vec::new(),
            buffer: Vec::new(),
            titled: Vec::new(),
            recent: Vec::new(),
            found,
            documents: Vec::new(),
            next: 0,
            carried: None,
        };
        for paragraph in paragraphs {
            reader.read_names(paragraph);
        }
        // Not so where the text has somebody of that name.
        for at in verbs {
            if reader.names.iter().any(|name| reader.word(name.span.end - 1) == reader.word(at)) {
                reader.classes[at as usize] = CAPITAL;
            }
        }
        reader
    }

    /// The answer: what one part of a quotation over several paragraphs says of its speaker holds for all of them.
    pub(super) fn finish(mut self) -> Vec<Option<ByteSpan>> {
        let mut start = 0;
        while start < self.found.len() {
            let end =
                (start + 1..self.found.len()).find(|&q| !self.quotations[q].continues).unwrap_or(self.found.len());
            let best = self.found[start..end].iter().rev().max_by_key(|found| found.0).copied();
            if let Some(best) = best.filter(|best| best.0 != Way::Unknown) {
                self.found[start..end].fill(best);
            }
            start = end;
        }
        let bytes = |t: TokenSpan| {
            let bytes = ByteSpan::new(self.spans[t.start as usize].start, self.spans[t.end as usize - 1].end);
            let name = &self.text[bytes.range()];
            let name = name.strip_suffix("’s").or(name.strip_suffix("'s")).unwrap_or(name);
            ByteSpan::new(bytes.start, bytes.start + name.len() as u32)
        };
        self.found.iter().map(|found| found.1.map(bytes)).collect()
    }

    pub(super) fn read(&mut self, paragraph: &Paragraph) {
        let first = self.next;
        let mut items = std::mem::take(&mut self.buffer);
        self.items(paragraph, &mut items);
        if !items.is_empty() {
            self.read_items(&items, first);
        }
        self.buffer = items;
    }

    /// Reads a paragraph, as its items.
    fn read_items(&mut self, items: &[Item], first: usize) {
        let mut last = None; // the speaker of the last act of this paragraph
        let mut start = 0;
        let mut spoke = false; // in the last sentence
        while start < items.len() {
            let most = items.len().min(start + LONGEST_SENTENCE);
            let end = (start..most).find(|&at| items[at] == Item::Stop).unwrap_or(most);
            spoke = self.sentence(&items[start..end], &mut last);
            start = end + usize::from(items.get(end) == Some(&Item::Stop));
        }
        let quotes = first..self.next;
        let bare = items.iter().all(|item| !matches!(item, Item::Word(_)));
        if bare {
            self.carry(quotes.clone());
        } else {
            self.spread(quotes.clone());
        }
        let spoken = quotes.clone().rev().find_map(|q| self.found[q].1);
        let colon = items.last() == Some(&Item::Colon);
        self.carried = match last {
            _ if bare => spoken,
            _ if colon && !spoke => None,
            Some(act) if colon || quotes.is_empty() => act,
            _ => spoken.or(last.flatten()),
        };
    }

    /// A paragraph of nothing but quotation goes on with the speaker of the one before.
    fn carry(&mut self, quotes: std::ops::Range<usize>) {
        for q in quotes {
            if self.found[q].0 == Way::Unknown && self.carried.is_some() {
                self.found[q] = (Way::Paragraph, self.carried);
            }
        }
    }

    /// Whole sentences of quotation without a speaker take that of the one before them in their paragraph, or the one after.
    fn spread(&mut self, quotes: std::ops::Range<usize>) {
        for q in quotes.clone() {
            if self.found[q].0 == Way::Unknown && self.is_sentence(q) {
                let before = quotes.clone().rev().find(|&p| p < q && self.found[p].1.is_some());
                let after = quotes.clone().find(|&p| p > q && self.found[p].1.is_some());
                if let Some(other) = before.or(after) {
                    self.found[q] = (Way::Paragraph, self.found[other].1);
                }
            }
        }
    }

    /// Whether a quotation is at least a sentence: more than a few words that end as one.
    fn is_sentence(&self, q: usize) -> bool {
        let inside = self.text[self.quotations[q].bytes.range()].trim_end();
        inside.starts_with(char::is_uppercase) && inside.ends_with([',', '.', '!', '?', '…', '—', '-'])
            || self.quotations[q].tokens.len() > 12
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::check;

    #[test]
    fn a_speaker_holds_for_the_whole_quotation_and_for_what_follows_it() {
        check(&[
            ("“We pay.\n“We pay all,” said Ilva Marant.", "Ilva Marant|Ilva Marant"),
            ("“We pay,” said Ilva Marant.\n“We pay all.”", "Ilva Marant|Ilva Marant"),
            ("Ilva Marant added:\n“We pay all.”", "Ilva Marant"),
            (
                "“We pay,” said Ilva Marant. “Never,” said Dorin Hask. “Not one crown.”",
                "Ilva Marant|Dorin Hask|Dorin Hask",
            ),
            ("“We pay,” said Ilva Marant.\nThe hall was cold.\n“We pay all.”", "Ilva Marant|-"),
        ]);
    }

    #[test]
    fn a_name_that_looks_like_a_verb_is_one_where_the_text_has_it() {
        check(&[("Rescue chief Halvard Stenning left.\n\nStenning said “we pay.”", "Halvard Stenning")]);
    }
}
