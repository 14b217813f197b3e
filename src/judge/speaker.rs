//! Who is quoted: by name, role or document, before, inside or after the quotation.
//! Knows one text at a time; never compares texts.
//!
//! A sentence is read as words, quotations and marks. Each verb of saying outside quotations is an act; its subject is
//! read backwards from the verb, or forwards where the verb follows the quotation. A quotation belongs to the act that
//! follows it at once, else to the nearest one before it in its sentence. What no sentence attributes takes the speaker
//! of its paragraph, or, if the paragraph is nothing but quotation, that of the one before. Rather nobody than a guess.

use super::quotes::Quotation;
use crate::document::{ByteSpan, Paragraph, TokenSpan};
use ahash::AHashMap;
use std::sync::LazyLock;

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
        reader.read(paragraph);
    }
    reader.finish()
}

/// Whether two names may be of one speaker: "President Joe Biden" and "Biden", "the White House" and "a White House readout".
pub fn same_speaker(a: &str, b: &str) -> bool {
    let (a, b) = (key(a), key(b));
    let (Some(head), Some(other)) = (a.last(), b.last()) else { return false };
    if a == b {
        return true;
    }
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let contained = short.iter().all(|word| long.contains(word));
    if class_of(head) & ROLE != 0 || class_of(other) & ROLE != 0 {
        return head == other && contained;
    }
    // A last name alone, or a name with and without the middle one.
    head == other && contained && (short.len() == 1 || short[0] == long[0]) && head != "house"
}

/// The words that a speaker is compared by: without case, dots, articles, titles, and without the document that is his.
fn key(name: &str) -> Vec<String> {
    let folded = name.to_lowercase().replace('.', "").replace('’', "'");
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .map(|word| word.strip_suffix("'s").unwrap_or(word))
        .filter(|word| !word.is_empty() && class_of(word) & ARTICLE == 0)
        .collect();
    let without = |dropped: Class, words: &[&str]| -> Vec<String> {
        let kept = words.iter().enumerate().filter(|&(at, word)| {
            // A role is its last word: the "president" of "vice president" stays.
            class_of(word) & dropped == 0 || (dropped == TITLE && at + 1 == words.len())
        });
        kept.map(|(_, word)| (*word).to_owned()).collect()
    };
    let named = without(DOCUMENT | ISSUED | PREPOSITION | SPOKEN, &words);
    let named =
        if named.is_empty() { words } else { words.into_iter().filter(|w| named.iter().any(|n| n == w)).collect() };
    let mut out = without(TITLE, &named);
    if out.len() > 1 {
        out.retain(|word| !matches!(word.as_str(), "jr" | "sr" | "ii" | "iii"));
    }
    if let Some(last) = out.last_mut()
        && let Some(singular) = last.strip_suffix('s')
        && class_of(singular) & ROLE != 0
    {
        *last = singular.to_owned();
    }
    out
}

/// A noun phrase is at most so many words: what a text of nothing but "of" may cost.
const LONGEST_PHRASE: usize = 40;

/// What has no full stop for so many words and marks is cut: no text may cost the square of its length.
const LONGEST_SENTENCE: usize = 400;

/// A sentence as the reader sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Item {
    /// A token outside quotations.
    Word(u32),
    /// A quotation.
    Quote(usize),
    Comma,
    Colon,
    Dash,
    /// ? or ! at the end of a quotation: the sentence may go on.
    Ask,
    Stop,
    Open,
    Close,
}

/// A noun phrase as a speaker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Who {
    /// A proper name, and whether "the" stands before it.
    Name(TokenSpan, bool),
    /// A role or a document, and whether "the" stands before it.
    Role(TokenSpan, bool),
    He,
    She,
    They,
    It,
    /// The subject of the verb before: `… and said`.
    Same,
    /// Somebody whom the text does not name here: `we`, `I`.
    Nobody,
}

/// A noun phrase with the items that it takes, determiner included.
#[derive(Clone, Copy, Debug)]
struct Phrase {
    who: Who,
    from: usize,
    to: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Manner {
    /// The subject before the verb.
    Says,
    /// The verb before the subject, or "according to": belongs to what stands before it.
    Inverted,
    /// An outlet, or a document that is only named: counts where nobody else does.
    Weak,
}

/// Somebody says something.
#[derive(Clone, Copy, Debug)]
struct Act {
    from: usize,
    to: usize,
    manner: Manner,
    speaker: Option<TokenSpan>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sort {
    Person,
    Role,
    Thing,
}

/// How a quotation got its speaker; a better way wins over the parts of one quotation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Way {
    Unknown,
    Paragraph,
    Sentence,
}

struct Reader<'a> {
    text: &'a str,
    spans: &'a [ByteSpan],
    quotations: &'a [Quotation],
    /// The class of each token.
    classes: Vec<Class>,
    /// Full names, in the order of the text.
    names: Vec<TokenSpan>,
    /// Title and last word of those whom the text names with one: "President" "Marant".
    titled: Vec<(u32, u32)>,
    /// Whom the text named as a speaker or as the subject of a sentence, in order.
    recent: Vec<(TokenSpan, Sort)>,
    found: Vec<(Way, Option<TokenSpan>)>,
    /// Whose a document is, in order: its token, and who issued it.
    documents: Vec<(u32, TokenSpan)>,
    /// The first quotation that was not read yet.
    next: usize,
    /// The speaker that a paragraph of nothing but quotation goes on with.
    carried: Option<TokenSpan>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, spans: &'a [ByteSpan], paragraphs: &[Paragraph], quotations: &'a [Quotation]) -> Self {
        let mut classes: Vec<Class> = spans.iter().map(|span| class_of_token(&text[span.range()])).collect();
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
            if reader.names.iter().any(|name| reader.word(name.end - 1) == reader.word(at)) {
                reader.classes[at as usize] = CAPITAL;
            }
        }
        reader
    }

    /// The answer: what one part of a quotation over several paragraphs says of its speaker holds for all of them.
    fn finish(mut self) -> Vec<Option<ByteSpan>> {
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

    fn read(&mut self, paragraph: &Paragraph) {
        let first = self.next;
        let items = self.items(paragraph);
        if items.is_empty() {
            return;
        }
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

    /// The items of a paragraph. Takes its quotations.
    fn items(&mut self, paragraph: &Paragraph) -> Vec<Item> {
        let mut out = Vec::new();
        let mut token = paragraph.tokens.start;
        let mut from = paragraph.bytes.start;
        while token < paragraph.tokens.end {
            let quotation = self.quotations.get(self.next).filter(|q| q.tokens.start == token);
            let span = self.spans[token as usize];
            if let Some(quotation) = quotation {
                self.gap(from, quotation.bytes.start, token, &mut out);
                out.push(Item::Quote(self.next));
                let inside = self.text[quotation.bytes.range()].trim_end();
                let end = inside.trim_end_matches(['’', '\'', '”', ')']).chars().next_back();
                let follows = self.text[quotation.bytes.end as usize..paragraph.bytes.end as usize]
                    .chars()
                    .find(|c| c.is_alphanumeric());
                match end {
                    Some(',') => out.push(Item::Comma),
                    Some('—' | '–' | '-') => out.push(Item::Dash),
                    Some('?' | '!') => out.push(Item::Ask),
                    Some('.' | '…') if follows.is_none_or(|c| !c.is_lowercase()) => out.push(Item::Stop),
                    Some('.' | '…') => out.push(Item::Comma),
                    _ => {}
                }
                (token, from) = (quotation.tokens.end, quotation.bytes.end);
                self.next += 1;
            } else {
                self.gap(from, span.start, token, &mut out);
                out.push(Item::Word(token));
                (token, from) = (token + 1, span.end);
            }
        }
        self.gap(from, paragraph.bytes.end, token, &mut out);
        out
    }

    /// The marks between two items.
    fn gap(&self, from: u32, to: u32, token: u32, out: &mut Vec<Item>) {
        let gap = self.text.get(from as usize..to as usize).unwrap_or_default();
        if gap == " " {
            return;
        }
        let mut before = ' ';
        for (at, c) in gap.char_indices() {
            let item = match c {
                ',' => Some(Item::Comma),
                ':' => Some(Item::Colon),
                '—' | '–' => Some(Item::Dash),
                '-' if before == '-' || (before == ' ' && gap.len() > 1) => Some(Item::Dash),
                '(' | '[' => Some(Item::Open),
                ')' | ']' => Some(Item::Close),
                ';' | '!' | '?' | '•' => Some(Item::Stop),
                '.' if !gap[at + 1..].starts_with(')') && self.ends_sentence(&gap[at + 1..], token, out.last()) => {
                    Some(Item::Stop)
                }
                _ => None,
            };
            before = c;
            if let Some(item) = item.filter(|&item| out.last() != Some(&item)) {
                out.push(item);
            }
        }
    }

    /// Whether a full stop before `token` ends a sentence, not an abbreviation.
    fn ends_sentence(&self, rest: &str, token: u32, before: Option<&Item>) -> bool {
        let lower = self.spans.get(token as usize).is_some_and(|span| {
            rest.chars().all(char::is_whitespace) && self.text[span.range()].starts_with(char::is_lowercase)
        });
        match before {
            _ if lower => false,
            Some(&Item::Word(token)) => {
                let word = self.word(token);
                let last = word.rsplit('.').next().unwrap_or(word);
                !(last.chars().nth(1).is_none() && last.starts_with(char::is_alphabetic))
                    && self.class(token) & (ABBREVIATION | CAPITAL) != ABBREVIATION | CAPITAL
            }
            _ => true,
        }
    }

    fn word(&self, token: u32) -> &'a str {
        &self.text[self.spans[token as usize].range()]
    }

    fn class(&self, token: u32) -> Class {
        self.classes[token as usize]
    }

    fn is(&self, item: Option<&Item>, word: &str) -> bool {
        matches!(item, Some(&Item::Word(token)) if self.word(token).eq_ignore_ascii_case(word))
    }

    /// The class of an item; nothing for what is no word.
    fn item_class(&self, item: Option<&Item>) -> Class {
        match item {
            Some(&Item::Word(token)) => self.class(token),
            _ => 0,
        }
    }

    /// Whether a token may be part of a name: a capital, and no word that only begins a sentence.
    fn is_name(&self, token: u32) -> bool {
        self.class(token) & CAPITAL != 0 && self.class(token) & NEVER_NAME == 0
    }

    fn is_possessive(&self, token: u32) -> bool {
        let word = self.word(token);
        word.ends_with("’s") || word.ends_with("'s")
    }

    /// Whether nothing but a space, a hyphen, an & or the dot of an initial or title stands between a token and the next.
    fn joins(&self, token: u32) -> bool {
        let (Some(a), Some(b)) = (self.spans.get(token as usize), self.spans.get(token as usize + 1)) else {
            return false;
        };
        let gap = self.text.get(a.end as usize..b.start as usize).unwrap_or("\n\n");
        matches!(gap, " " | "-" | " & " | "\u{A0}" | "\n")
            || (matches!(gap, ". " | ".") && !self.ends_sentence("", u32::MAX, Some(&Item::Word(token))))
    }

    /// Names of at least two words in a paragraph, without titles.
    fn read_names(&mut self, paragraph: &Paragraph) {
        let mut at = paragraph.tokens.start;
        while at < paragraph.tokens.end {
            if !self.is_name(at) {
                at += 1;
                continue;
            }
            let start = at;
            while at + 1 < paragraph.tokens.end && self.joins(at) && !self.is_possessive(at) {
                let link = self.class(at + 1) & LINK != 0 && self.class(at) & (TITLE | INSTITUTION) != 0;
                let mut next = at + 1 + u32::from(link);
                while !link && next < at + 3 && self.spans.len() > next as usize && self.class(next) & PARTICLE != 0 {
                    next += 1;
                }
                if next >= paragraph.tokens.end || !self.is_name(next) || !(at + 1..next).all(|t| self.joins(t)) {
                    break;
                }
                at = next;
            }
            at += 1;
            let name = self.without_title(TokenSpan::new(start, at));
            if name.start > start && self.class(name.start - 1) & TITLE != 0 {
                let of_another = name.start > start + 1 && self.class(name.start - 2) & TITLE != 0;
                if !of_another {
                    self.titled.push((name.start - 1, name.end - 1));
                }
            }
            let shouted = name.range().all(|t| self.word(t as u32).chars().all(|c| !c.is_lowercase()));
            // "his wife, X": the last name alone means him.
            let relative = name.start > paragraph.tokens.start && self.class(name.start - 1) & RELATION != 0;
            // Headlines are all capitals: "Marant Has Won" is no name.
            let headline = name.len() > 5
                || name.range().any(|t| {
                    self.classes[t] & (BE | AUXILIARY) != 0
                        && !matches!(self.word(t as u32), "Will" | "May" | "A" | "Do")
                });
            if name.len() >= 2 && !shouted && !relative && !headline {
                self.names.push(name);
            }
        }
    }

    /// Whether a word is an acronym: three capitals or more.
    fn is_shouted(&self, token: u32) -> bool {
        let word = self.word(token);
        word.len() > 2 && word.chars().all(char::is_uppercase)
    }

    /// A name without the titles before it. What ends as a title or an institution keeps them.
    fn without_title(&self, name: TokenSpan) -> TokenSpan {
        let last = name.end - 1;
        if self.class(last) & (TITLE | INSTITUTION) != 0 {
            return name;
        }
        let mut start = name.start;
        while start + 1 < last && self.is_shouted(start) {
            start += 1;
        }
        let mut at = start;
        while at < last {
            let general = at > name.start && self.word(at) == "General";
            if self.class(at) & TITLE != 0 || general {
                start = at + 1;
                // Secretary of State X; President of Y alone is no name.
                if self.word(at + 1) == "of" && at + 2 < last {
                    start = at + 3;
                    at += 2;
                }
            }
            at += 1;
        }
        TokenSpan::new(start.min(last), name.end)
    }

    /// Reads a sentence: who says something in it, and which of its quotations. Tells whether anybody does.
    fn sentence(&mut self, items: &[Item], last: &mut Option<Option<TokenSpan>>) -> bool {
        let acts = self.acts(items);
        let words = items.iter().any(|item| matches!(item, Item::Word(_)));
        for (at, item) in items.iter().enumerate() {
            let &Item::Quote(q) = item else { continue };
            if !words {
                // A sentence of nothing but quotation goes on with whoever spoke before it in the paragraph.
                if let &mut Some(Some(speaker)) = last {
                    self.found[q] = (Way::Paragraph, Some(speaker));
                }
            } else if self.is_work(items, at, q) {
                self.found[q] = (Way::Sentence, None);
            } else if let Some(act) = attribute(items, at, &acts, &self.classes) {
                self.found[q] = (Way::Sentence, act.speaker);
            } else if let Some(speaker) = self.before_colon(items, at) {
                self.found[q] = (Way::Sentence, Some(speaker));
            }
        }
        if let Some(act) = acts.iter().rev().find(|act| act.manner != Manner::Weak) {
            *last = Some(act.speaker);
        }
        // The subject of a sentence may be the "he" of the next one; its speaker is more likely.
        for at in 0..items.len() {
            if self.begins_clause(items, at)
                && let Some(subject) = self.sentence_subject(&items[at..])
            {
                self.remember(subject);
            }
        }
        for act in &acts {
            if let Some(speaker) = act.speaker {
                self.recent.push((speaker, self.sort(speaker, false)));
            }
        }
        !acts.is_empty()
    }

    /// Whether a subject may stand at `at`: at the start, after "and", after `In March,`, as `the mayor, X, left`.
    fn begins_clause(&self, items: &[Item], at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return items.len() > 6 };
        let first_comma = items[before] == Item::Comma && !items[..before].contains(&Item::Comma);
        let joins = self.item_class(items.get(before)) & (JOINS | BREAK) != 0;
        match items[before] {
            Item::Comma if before > 0 => {
                let adverbial =
                    first_comma && self.item_class(items.first()) & (PREPOSITION | BREAK | TIME | ADVERB) != 0;
                let role = self.item_class(items.get(before - 1)) & ROLE != 0
                    && items[at..].iter().position(|i| !matches!(i, Item::Word(_))).is_some_and(|end| end < 5);
                adverbial || role
            }
            _ => joins && (before == 0 || items[before - 1] == Item::Comma),
        }
    }

    /// Whether a quotation is the title of a work or a word that is only mentioned, by what stands before it.
    fn is_work(&self, items: &[Item], at: usize, q: usize) -> bool {
        let tokens = self.quotations[q].tokens;
        let large = |t: usize| self.classes[t] & CAPITAL != 0;
        let small = |t: usize| self.classes[t] & (ARTICLE | PREPOSITION | JOINS) != 0;
        let title = large(tokens.start as usize)
            && large(tokens.end as usize - 1)
            && tokens.range().all(|t| large(t) || small(t));
        // her book, “…”
        let after_comma = at > 1 && items[at - 1] == Item::Comma && self.item_class(items.get(at - 2)) & WORK != 0;
        let Some(&Item::Word(token)) = at.checked_sub(1).and_then(|at| items.get(at)) else {
            return after_comma && title;
        };
        let owner = self.word(token).trim_end_matches("’s").trim_end_matches("'s").trim_end_matches(['’', '\'']);
        if self.class(token) & WORK != 0 || (self.is_possessive(token) && class_of_token(owner) & OUTLET != 0) {
            return true;
        }
        (2..=7).contains(&tokens.len()) && title && self.class(token) & (SAYS | CALLS | SAYING | RELATIVE) == 0
    }

    /// The name of `X: “…”`, where it begins the sentence.
    fn before_colon(&self, items: &[Item], at: usize) -> Option<TokenSpan> {
        let colon = at.checked_sub(1).filter(|&colon| items[colon] == Item::Colon)?;
        let end = items[..colon].iter().position(|item| !matches!(item, Item::Word(_))).unwrap_or(colon);
        let phrase = self.phrase_before(items, end.checked_sub(1)?, 0)?;
        match phrase.who {
            Who::Name(name, false) if phrase.from == 0 && !self.is_outlet(name) => {
                let full = self.full(name, false);
                let alone = end == colon || (items[end] == Item::Comma && colon - end < 6);
                let shouted = name.range().all(|t| !self.word(t as u32).chars().any(char::is_lowercase));
                (alone && !shouted && full.len() > 1 && self.sort(full, false) == Sort::Person).then_some(full)
            }
            _ => None,
        }
    }

    fn remember(&mut self, who: Who) {
        if let Who::Role(role, true) = who
            && self.sort(role, true) == Sort::Thing
        {
            self.recent.push((self.fuller(role), Sort::Thing));
        }
        if let Who::Name(name, the) = who {
            let full = self.full(name, the);
            let sort = self.sort(name, the);
            if sort == Sort::Person && self.is_full(who) {
                self.recent.push((full, sort));
            }
        }
    }

    /// What a name or role is. Of "the X" no person is told.
    fn sort(&self, span: TokenSpan, the: bool) -> Sort {
        let last = span.end - 1;
        let shouted = span.len() == 1 && self.word(last).len() > 1 && !self.word(last).chars().any(char::is_lowercase);
        let institution = span.range().any(|t| self.classes[t] & (INSTITUTION | OUTLET) != 0)
            || (span.len() == 1 && self.class(last) & PLACE != 0);
        if !self.is_name(last) && self.class(last) & (DOCUMENT | INSTITUTION) == 0 {
            Sort::Role
        } else if institution || shouted || the || self.class(last) & (DOCUMENT | INSTITUTION) != 0 {
            Sort::Thing
        } else {
            Sort::Person
        }
    }

    /// Everybody who says something in a sentence.
    fn acts(&mut self, items: &[Item]) -> Vec<Act> {
        let mut acts: Vec<Act> = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let &Item::Word(token) = item else { continue };
            let class = self.class(token);
            if class & (SAYS | CALLS | SAYING | REPORTS | ACCORDING | DOCUMENT | COMMENT) == 0 {
                continue;
            }
            if let Some((phrase, manner)) = self.act(items, at, class) {
                let speaker = self.resolve(phrase.who, items, at, &acts).filter(|_| self.may_speak(&phrase, items));
                let outlet = match phrase.who {
                    Who::Name(span, _) | Who::Role(span, _) => self.is_outlet(span),
                    _ => false,
                };
                if let Some(speaker) = speaker.filter(|_| class & DOCUMENT != 0) {
                    self.documents.push((token, speaker));
                }
                let manner = if outlet || class & REPORTS != 0 { Manner::Weak } else { manner };
                let (from, to) = (phrase.from.min(at), phrase.to.max(at + 1));
                acts.push(Act { from, to, manner, speaker });
            }
        }
        acts
    }

    /// Whether a noun may speak: by its meaning, as a plural, or with an article, not any word before a verb.
    fn may_speak(&self, phrase: &Phrase, items: &[Item]) -> bool {
        let Who::Role(span, _) = phrase.who else { return true };
        let known = |t: usize| self.classes[t] & (ROLE | TITLE | DOCUMENT | INSTITUTION | PLURAL) != 0;
        span.range().any(known)
            || self.word(span.end - 1).ends_with('s')
            || self.item_class(items.get(phrase.from)) & DETERMINER != 0
            || phrase.from.checked_sub(1).is_some_and(
                |before| matches!(items.get(before), Some(&Item::Word(owner)) if self.is_possessive(owner)),
            )
    }

    fn is_outlet(&self, span: TokenSpan) -> bool {
        span.range().any(|t| self.classes[t] & OUTLET != 0) && self.class(span.end - 1) & ROLE == 0
    }

    /// The act of the verb at `at`, if it is one.
    fn act(&self, items: &[Item], at: usize, class: Class) -> Option<(Phrase, Manner)> {
        let before = at.checked_sub(1).and_then(|at| items.get(at));
        let before2 = at.checked_sub(2).and_then(|at| items.get(at));
        if class & ACCORDING != 0 {
            let first = if self.is(items.get(at), "according") { at + 2 } else { at + 1 };
            if first == at + 2 && !self.is(items.get(at + 1), "to") {
                return None;
            }
            return Some((self.subject_after(items, first)?, Manner::Inverted));
        }
        // `X’s claim that “…”`, but not `said that X’s claim was “…”`.
        let quoted = self.is(items.get(at + 1), "that") || matches!(items.get(at + 1), Some(Item::Quote(_)));
        if class & COMMENT != 0
            && quoted
            && let Some(owner) = at.checked_sub(1).and_then(|last| self.owner(items, last, 0))
        {
            return Some((owner, Manner::Says));
        }
        if class & DOCUMENT != 0 && class & (SAYS | CALLS | SAYING | REPORTS) == 0 {
            return Some((self.author(items, at)?, Manner::Weak));
        }
        if class & (SAYS | CALLS | SAYING | REPORTS) == 0 {
            return None;
        }
        if self.is(before, "to") {
            let goes_on = self.is(before2, "on");
            return goes_on
                .then_some((Phrase { who: Who::Same, from: at.saturating_sub(2), to: at + 1 }, Manner::Says));
        }
        if class & CAPITAL != 0 && at > 0 {
            return None;
        }
        if self.is(before, "as") && self.is(before2, "quoted") {
            return Some((self.subject_before(items, at - 2)?, Manner::Says));
        }
        let denied = self.is(before, "not") || self.is(before, "never") || self.item_class(before) & DENIAL != 0;
        let passive = self.item_class(before) & BE != 0 && class & SAYING == 0;
        let noun = self.item_class(before) & DETERMINER != 0 && class & FOREIGN == 0;
        // Only "as X put it" says something, not "X put forward".
        let puts = self.is(items.get(at), "put") && !self.is(items.get(at + 1), "it");
        let noun = noun || matches!(before, Some(&Item::Word(owner)) if self.is_possessive(owner));
        if denied || passive || noun || puts || self.is(before, "so") {
            return None;
        }
        // Verb first: `“…,” said X`, `« …», a dit X`, `Said X: “…”`.
        if class & (SAYS | REPORTS) != 0 {
            let mut quote = at;
            while quote > 0 && self.item_class(items.get(quote - 1)) & AUXILIARY != 0 {
                quote -= 1;
            }
            while quote > 0 && matches!(items[quote - 1], Item::Comma | Item::Ask | Item::Dash) {
                quote -= 1;
            }
            let follows = quote > 0 && matches!(items[quote - 1], Item::Quote(_));
            if follows || (at == 0 && class & CAPITAL != 0) {
                let nobody = Phrase { who: Who::Nobody, from: at, to: at + 1 };
                let phrase = self.subject_after(items, at + 1).unwrap_or(nobody);
                return (follows || phrase.who != Who::Nobody).then_some((phrase, Manner::Inverted));
            }
        }
        if class & SAYING != 0 && self.item_class(before) & BE == 0 {
            return Some((Phrase { who: Who::Same, from: at, to: at + 1 }, Manner::Says));
        }
        if let Some(subject) = self.subject_before(items, at) {
            if class & REPORTS != 0 && matches!(subject.who, Who::Role(_, false)) {
                return None; // `more reports that …`
            }
            return Some((subject, Manner::Says));
        }
        // An aside: `Otherwise, says the palace, it “…”`.
        let aside = class & SAYS != 0 && matches!(before, Some(Item::Comma));
        let phrase = if aside { self.subject_after(items, at + 1)? } else { return None };
        let ends = phrase.who != Who::Nobody && !matches!(items.get(phrase.to), Some(Item::Word(_)));
        ends.then_some((Phrase { from: at, ..phrase }, Manner::Says))
    }

    /// Whose a document is: `in a statement released by X`, `a letter from X`.
    fn author(&self, items: &[Item], document: usize) -> Option<Phrase> {
        let mut at = document + 1;
        if self.item_class(items.get(at)) & ISSUED != 0 {
            at += 1;
        }
        let by = self.is(items.get(at), "by") || self.is(items.get(at), "from");
        if by { self.subject_after(items, at + 1) } else { None }
    }

    /// The subject of the verb at `verb`, which stands before it.
    fn subject_before(&self, items: &[Item], verb: usize) -> Option<Phrase> {
        let mut end = verb;
        while end > 0 {
            let class = self.item_class(items.get(end - 1));
            if class & CAPITAL == 0 && class & (AUXILIARY | ADVERB | BE) != 0 {
                end -= 1;
            } else if class & TIME != 0 {
                end -= 1;
                if end > 0 && self.item_class(items.get(end - 1)) & BEFORE_TIME != 0 {
                    end -= 1;
                }
            } else if items[end - 1] == Item::Close {
                end = items[..end].iter().rposition(|&item| item == Item::Open)?;
            } else {
                break;
            }
        }
        let last = end.checked_sub(1)?;
        let class = self.item_class(items.get(last));
        match items[last] {
            Item::Comma | Item::Dash => self.before_apposition(items, last),
            Item::Word(_) if class & JOINS != 0 => Some(Phrase { who: Who::Same, from: last, to: verb }),
            Item::Word(_) if class & RELATIVE != 0 => {
                let end = last.checked_sub(1)?;
                let end = if items[end] == Item::Comma { end.checked_sub(1)? } else { end };
                self.phrase_before(items, end, 0)
            }
            Item::Word(_) => {
                let phrase = self.phrase_before(items, last, 0)?;
                // `X, president of Y said`, the second comma forgotten.
                let bare = self.item_class(items.get(phrase.from)) & DETERMINER == 0;
                if matches!(phrase.who, Who::Role(..))
                    && bare
                    && phrase.from > 1
                    && items[phrase.from - 1] == Item::Comma
                    && let Some(name) = self.phrase_before(items, phrase.from - 2, 0)
                    && matches!(name.who, Who::Name(name, false) if name.len() > 1)
                    && !matches!(name.from.checked_sub(1).and_then(|at| items.get(at)), Some(Item::Word(_)))
                {
                    return Some(name);
                }
                Some(phrase)
            }
            _ => None,
        }
    }

    /// The subject before `X, the mayor of Y, said` or `her spokesman, X, said`; `comma` is the last one.
    fn before_apposition(&self, items: &[Item], comma: usize) -> Option<Phrase> {
        let mut fallback = None;
        let mut end = comma;
        for round in 0..5 {
            let from = items[..end].iter().rposition(|item| !matches!(item, Item::Word(_) | Item::Open | Item::Close));
            let Some(from) = from.filter(|&from| matches!(items[from], Item::Comma | Item::Dash) && from > 0) else {
                break;
            };
            let head = self.phrase_before(items, from - 1, 0);
            let inner = if end > from + 1 { self.phrase_before(items, end - 1, from + 1) } else { None };
            if round == 0
                && let Some(inner) = inner.filter(|inner| inner.from == from + 1 && self.is_full(inner.who))
                && let Some(Phrase { who: Who::Role(..), .. }) = head
            {
                return Some(inner);
            }
            if let Some(head) = head {
                match head.who {
                    // Dayton, Ohio, or R-Ohio
                    Who::Name(name, _)
                        if self.class(name.start) & (ABBREVIATION | PLACE) != 0
                            || (!self.is_full(head.who)
                                && head.from > 1
                                && items[head.from - 1] == Item::Comma
                                && matches!(items[head.from - 2], Item::Word(_))) => {}
                    Who::Name(..) => return Some(head),
                    Who::Role(span, _) if self.spans.get(span.start as usize).is_some() => {
                        let determined = head.from < from && self.item_class(items.get(head.from)) & DETERMINER != 0;
                        if determined && fallback.is_none() {
                            fallback = Some(head);
                        }
                    }
                    _ => {}
                }
            }
            end = from;
        }
        fallback
    }

    /// Whether it is a full name, or a last name of which the text has the full one; a party and state are none.
    fn is_full(&self, who: Who) -> bool {
        let Who::Name(name, the) = who else { return false };
        let full = self.full(name, the);
        full.len() > 1 && self.word(full.start).len() > 1
    }

    /// The noun phrase that ends with the item `last`.
    fn phrase_before(&self, items: &[Item], last: usize, floor: usize) -> Option<Phrase> {
        self.phrase(items, last, floor.max(last.saturating_sub(LONGEST_PHRASE)))
    }

    fn phrase(&self, items: &[Item], last: usize, floor: usize) -> Option<Phrase> {
        let &Item::Word(token) = items.get(last)? else { return None };
        let class = self.class(token);
        let to = last + 1;
        if let Some(who) = pronoun(class) {
            return Some(Phrase { who, from: last, to });
        }
        let number = self.word(token).starts_with(|c: char| c.is_ascii_digit());
        if number || self.is_possessive(token) || class & (NEVER_NAME | NO_SPEAKER) != 0 {
            return None;
        }
        let mut from = last;
        let mut phrase = if self.is_name(token) {
            while from > floor {
                let Item::Word(before) = items[from - 1] else { break };
                if !self.joins(before) || self.is_possessive(before) {
                    break;
                }
                if self.is_name(before) {
                    from -= 1;
                    continue;
                }
                // van der, of
                let link = self.class(before) & LINK != 0;
                let mut first = from - 1;
                while !link && first > floor && from - first < 3 && self.item_class(items.get(first)) & PARTICLE != 0 {
                    first -= 1;
                }
                first -= usize::from(link && first > floor);
                match items[first] {
                    Item::Word(name)
                        if first + 1 < from
                            && self.is_name(name)
                            && self.joins(name)
                            && !self.is_possessive(name)
                            && (!link || self.class(name) & (INSTITUTION | TITLE) != 0) =>
                    {
                        from = first;
                    }
                    _ => break,
                }
            }
            let whole = TokenSpan::new(token - (last - from) as u32, token + 1);
            let the = from > floor && self.item_class(items.get(from - 1)) & DETERMINER != 0;
            let name = self.without_title(whole);
            let title =
                self.class(token) & TITLE != 0 || (whole.len() == 1 && self.class(token) & (ROLE | DOCUMENT) != 0);
            from -= usize::from(the);
            Phrase { who: if title { Who::Role(whole, the) } else { Who::Name(name, the) }, from, to }
        } else {
            let mut definite = false;
            let mut first = last;
            while first > floor {
                let Item::Word(before) = items[first - 1] else { break };
                let class = self.class(before);
                let hyphen = self.text[self.spans[before as usize].end as usize..].starts_with('-');
                if class & DETERMINER != 0 && !hyphen {
                    definite = class & DEFINITE != 0;
                    from = first - 1;
                    break;
                }
                let ends = (NEVER_NAME | SAYS | CALLS | AUXILIARY | BE) & !(ADVERB | CAPITAL);
                if self.is_possessive(before) || (class & ends != 0 && !hyphen) {
                    break;
                }
                first -= 1;
                if last - first > 7 {
                    return None;
                }
            }
            from = from.min(first);
            // The office of somebody speaks for him.
            if first == last && class & SPEAKS_FOR != 0 && last > floor {
                let Item::Word(owner) = items[last - 1] else { return None };
                if self.class(owner) & HIS != 0 {
                    let who = if self.word(owner).eq_ignore_ascii_case("her") { Who::She } else { Who::He };
                    return Some(Phrase { who, from, to });
                }
                if let Some(owner) = self.owner(items, last - 1, floor) {
                    return Some(Phrase { to, ..owner });
                }
            }
            Phrase { who: Who::Role(TokenSpan::new(token - (last - first) as u32, token + 1), definite), from, to }
        };
        // What it belongs to: `a spokesman for X`, `Y of X`, `a source close to X`.
        if phrase.from > floor + 1 && self.item_class(items.get(phrase.from - 1)) & PREPOSITION != 0 {
            let link = self.item_class(items.get(phrase.from - 1)) & LINK != 0;
            let head = self.phrase(items, phrase.from - 2, floor)?;
            phrase = match head.who {
                Who::Role(span, definite) => {
                    let document = self.class(span.end - 1) & DOCUMENT != 0;
                    let open = self.class(span.end - 1) & CLOSE_TO != 0;
                    let next = head.to == phrase.from - 1 && items.get(head.to - 1) == Some(&Item::Word(span.end - 1));
                    let end = if next && (open || (link && !document)) { token + 1 } else { span.end };
                    Phrase { who: Who::Role(TokenSpan::new(span.start, end), definite), ..head }
                }
                Who::Name(..) => head,
                _ => return None,
            };
            phrase.to = to;
        } else if phrase.from > floor && self.item_class(items.get(phrase.from - 1)) & PREPOSITION != 0 {
            return None;
        }
        Some(phrase)
    }

    /// The name that ends with the possessive at `last`.
    fn owner(&self, items: &[Item], last: usize, floor: usize) -> Option<Phrase> {
        let &Item::Word(token) = items.get(last)? else { return None };
        if !self.is_possessive(token) || !self.is_name(token) {
            return None;
        }
        let mut from = last;
        while from > floor
            && let Item::Word(before) = items[from - 1]
            && self.is_name(before)
            && self.joins(before)
        {
            from -= 1;
        }
        let whole = TokenSpan::new(token - (last - from) as u32, token + 1);
        Some(Phrase { who: Who::Name(self.without_title(whole), false), from, to: last + 1 })
    }

    /// The noun phrase that begins with the item `first`.
    fn subject_after(&self, items: &[Item], first: usize) -> Option<Phrase> {
        if let Some(who) = pronoun(self.item_class(items.get(first))) {
            return Some(Phrase { who, from: first, to: first + 1 });
        }
        let mut end = first;
        while self.item_class(items.get(end)) & DETERMINER != 0 {
            end += 1;
        }
        let start = end;
        let mut capitals = 0;
        let mut joined = None; // `said commentator and activist X`
        while let Some(&Item::Word(token)) = items.get(end) {
            let class = self.class(token);
            let before = if end > start { self.item_class(items.get(end - 1)) } else { 0 };
            if end > start && class & LINK != 0 {
                // "of" after a person only says where from, and after a document what about.
                if before & DOCUMENT != 0 || (before & CAPITAL != 0 && before & (INSTITUTION | TITLE) == 0) {
                    break;
                }
                end += 1;
                while self.item_class(items.get(end)) & DETERMINER != 0 {
                    end += 1;
                }
                capitals = 0;
                continue;
            }
            if end > start && before & CLOSE_TO != 0 && class & PREPOSITION != 0 {
                end += 1;
                while matches!(items.get(end), Some(Item::Word(_))) && end < start + 9 {
                    end += 1;
                }
                break;
            }
            if class & JOINS != 0 && end > start && before & CAPITAL == 0 && joined.is_none() {
                joined = Some(end);
                capitals = 0;
                end += 1;
                continue;
            }
            if class & CAPITAL == 0 {
                let person = capitals >= 2 && before & (INSTITUTION | OUTLET) == 0 && class & ROLE == 0;
                let particle = capitals > 0 && class & PARTICLE != 0;
                if !particle && (person || class & (NEVER_NAME | SAYS | SAYING | CALLS | AUXILIARY | BE) != 0) {
                    break;
                }
                capitals = if particle { capitals } else { 0 };
            } else if class & NEVER_NAME != 0 {
                break;
            } else {
                capitals += 1;
            }
            end += 1;
        }
        // A trailing "of" or article belongs to nothing.
        while end > start && self.item_class(items.get(end - 1)) & (LINK | DETERMINER) != 0 {
            end -= 1;
        }
        let mut phrase = self.phrase_before(items, end.checked_sub(1).filter(|&last| last >= start)?, first);
        if let Some(joined) = joined
            && !matches!(phrase, Some(Phrase { who: Who::Name(..), .. }))
        {
            end = joined;
            phrase = self.phrase_before(items, end.checked_sub(1)?, first);
        }
        let phrase = phrase?;
        let phrase = Phrase { from: first, to: end, ..phrase };
        let Who::Role(role, _) = phrase.who else { return Some(phrase) };
        if self.class(role.end - 1) & DOCUMENT != 0
            && let Some(author) = self.author(items, end - 1)
        {
            return Some(Phrase { from: first, ..author });
        }
        // the senior physician, Agathe Lumm
        if items.get(end) == Some(&Item::Comma) {
            let mut last = end + 1;
            while let Some(&Item::Word(token)) = items.get(last)
                && (self.is_name(token) || self.class(token) & PARTICLE != 0)
            {
                last += 1;
            }
            let ends = items.get(last).is_none_or(|item| !matches!(item, Item::Word(_)))
                || self.item_class(items.get(last)) & NEVER_NAME != 0;
            if last > end + 2
                && ends
                && let Some(name) = self.phrase_before(items, last - 1, end + 1)
                && matches!(name.who, Who::Name(..))
            {
                return Some(Phrase { from: first, ..name });
            }
        }
        Some(phrase)
    }

    /// The name with which a sentence begins, a role before it or not.
    fn sentence_subject(&self, items: &[Item]) -> Option<Who> {
        let mut at = 0;
        while self.item_class(items.get(at)) & DETERMINER != 0 {
            at += 1;
        }
        let start = at;
        while let Some(&Item::Word(token)) = items.get(at) {
            let particle = self.class(token) & PARTICLE != 0 && at > start;
            let role = self.class(token) & ROLE != 0 && at < start + 6;
            if self.is_name(token) || particle || role {
                at += 1;
            } else {
                break;
            }
        }
        let phrase = self.phrase_before(items, at.checked_sub(1)?, start)?;
        matches!(phrase.who, Who::Name(..) | Who::Role(..)).then_some(phrase.who)
    }

    /// The fullest name of a speaker in the text.
    fn resolve(&self, who: Who, items: &[Item], at: usize, acts: &[Act]) -> Option<TokenSpan> {
        let earlier = acts.iter().rev().find_map(|act| act.speaker.filter(|_| act.to <= at));
        let recent = |fits: &dyn Fn(&(TokenSpan, Sort)) -> bool| {
            let before = self.recent.iter().rev().find(|r| fits(r)).map(|r| r.0);
            earlier.filter(|&e| fits(&(e, self.sort(e, false)))).or(before)
        };
        match who {
            Who::Name(name, the) => Some(self.full(name, the)),
            Who::Role(role, definite) => Some(if definite { self.fuller(role) } else { role }),
            Who::He => recent(&|r| self.is_one(r) && !self.first_is(r.0, FEMALE)),
            Who::She => recent(&|r| self.is_one(r) && !self.first_is(r.0, MALE)),
            Who::They => recent(&|_| true).filter(|&last| self.is_plural(last)),
            Who::It => recent(&|_| true).filter(|&last| self.sort(last, false) == Sort::Thing),
            Who::Same if earlier.is_some() => earlier,
            Who::Same => match self.sentence_subject(items)? {
                Who::Name(name, the) => Some(self.full(name, the)),
                Who::Role(role, true) => Some(self.fuller(role)),
                Who::Role(role, false) => Some(role),
                _ => None,
            },
            Who::Nobody => None,
        }
    }

    /// Whether the first word of a name is of this class.
    fn first_is(&self, name: TokenSpan, class: Class) -> bool {
        self.class(name.start) & class != 0
    }

    /// Whether it may be one "he" or "she".
    fn is_one(&self, &(span, sort): &(TokenSpan, Sort)) -> bool {
        let role = span.range().any(|t| self.classes[t] & (ROLE | TITLE) != 0);
        sort == Sort::Person || (sort == Sort::Role && role && !self.is_plural(span))
    }

    fn is_plural(&self, span: TokenSpan) -> bool {
        let word = self.word(span.end - 1);
        self.sort(span, false) == Sort::Role && (word.ends_with('s') || class_of(word) & PLURAL != 0)
    }

    /// The full name of which `name` is the last part, if the text knows one and no other.
    fn full(&self, name: TokenSpan, the: bool) -> TokenSpan {
        if name.len() != 1 || the {
            return name;
        }
        let last = self.word(name.start).trim_end_matches("’s").trim_end_matches("'s");
        let mut found: Option<TokenSpan> = None;
        for &candidate in &self.names {
            let mut end = candidate.end - 1;
            if self.class(end) & SUFFIX != 0 && candidate.len() > 2 {
                end -= 1;
            }
            if self.word(end).trim_end_matches("’s").trim_end_matches("'s") != last || end == candidate.start {
                continue;
            }
            match found {
                None => found = Some(candidate),
                Some(other) => {
                    let first = |span: TokenSpan| self.word(span.start);
                    let holds = |a: TokenSpan, b: TokenSpan| a.range().any(|t| self.word(t as u32) == first(b));
                    if !holds(other, candidate) && !holds(candidate, other) {
                        return name;
                    }
                    if candidate.len() < other.len() {
                        found = Some(candidate);
                    }
                }
            }
        }
        found.unwrap_or(name)
    }

    /// The fuller form of a role or document with "the" in front: what was named before with the same last word.
    fn fuller(&self, role: TokenSpan) -> TokenSpan {
        let same = |a: u32, b: u32| self.word(a).eq_ignore_ascii_case(self.word(b));
        let holds = |long: &TokenSpan| {
            long.len() > role.len()
                && same(long.end - 1, role.end - 1)
                && role.range().all(|word| long.range().any(|other| same(word as u32, other as u32)))
        };
        let known = self.recent.iter().rev().map(|r| r.0).find(holds);
        let named = self.names.iter().rev().filter(|name| name.end <= role.start).chain(&self.names).find(|n| holds(n));
        let same_document = |document: &&(u32, TokenSpan)| role.len() == 1 && same(document.0, role.start);
        let issued = self.documents.iter().rev().find(same_document).map(|document| document.1);
        let holder = || self.holder(role).map(|name| self.full(name, false));
        known.or_else(holder).or(named.copied()).or(issued).unwrap_or(role)
    }

    /// Who "the president" is: the only one whom the text names with that title.
    fn holder(&self, role: TokenSpan) -> Option<TokenSpan> {
        let mut found: Option<u32> = None;
        for &(title, name) in &self.titled {
            if role.len() != 1 || !self.word(title).eq_ignore_ascii_case(self.word(role.start)) {
                continue;
            }
            let plain = |token: u32| self.word(token).trim_end_matches("’s").trim_end_matches("'s");
            match found {
                Some(other) if plain(other) != plain(name) => return None,
                Some(other) if !self.is_possessive(other) => {}
                _ => found = Some(name),
            }
        }
        found.map(|name| TokenSpan::new(name, name + 1))
    }
}

/// The act that the quotation at `at` belongs to.
fn attribute<'a>(items: &[Item], at: usize, acts: &'a [Act], classes: &[Class]) -> Option<&'a Act> {
    let mut after = at + 1;
    while matches!(items.get(after), Some(Item::Comma | Item::Ask | Item::Dash)) {
        after += 1;
    }
    let parted = after > at + 1;
    // Nothing but the words of a role stands before the name: `“…,” press secretary X said`.
    let part_of_role =
        |item: &Item| matches!(item, &Item::Word(t) if classes[t as usize] & (BREAK | PREPOSITION | RELATIVE) == 0);
    let next_to = |act: &&Act| {
        let between = items.get(after..act.from).unwrap_or(&[Item::Stop]);
        between.iter().all(|item| part_of_role(item) || (act.manner == Manner::Weak && matches!(item, Item::Word(_))))
    };
    let adjacent = acts.iter().find(next_to).filter(|act| parted || act.manner == Manner::Inverted);
    let before = acts.iter().rev().find(|act| {
        act.to <= at
            && match act.manner {
                Manner::Inverted => matches!(items[at - 1], Item::Comma | Item::Colon | Item::Dash),
                _ => true,
            }
    });
    let trailing = acts.iter().find(|act| act.from > after && matches!(items[act.from - 1], Item::Comma));
    let strong = |act: &&Act| act.manner != Manner::Weak;
    adjacent.filter(strong).or(before.filter(strong)).or(trailing.filter(strong)).or(adjacent).or(before)
}

fn pronoun(class: Class) -> Option<Who> {
    match class {
        _ if class & HE != 0 => Some(Who::He),
        _ if class & SHE != 0 => Some(Who::She),
        _ if class & THEY != 0 => Some(Who::They),
        _ if class & IT != 0 => Some(Who::It),
        _ if class & FIRST_PERSON != 0 => Some(Who::Nobody),
        _ => None,
    }
}

/// What a word may be; several of the constants below.
type Class = u64;

const SAYS: Class = 1;
const CALLS: Class = 1 << 1;
const SAYING: Class = 1 << 2;
const REPORTS: Class = 1 << 3;
const ACCORDING: Class = 1 << 4;
const FOREIGN: Class = 1 << 5;
const DOCUMENT: Class = 1 << 6;
const ISSUED: Class = 1 << 7;
const AUXILIARY: Class = 1 << 8;
const ADVERB: Class = 1 << 9;
const BE: Class = 1 << 10;
const DENIAL: Class = 1 << 11;
const ARTICLE: Class = 1 << 12;
const DETERMINER: Class = 1 << 13;
const DEFINITE: Class = 1 << 14;
const HE: Class = 1 << 15;
const THEY: Class = 1 << 16;
const IT: Class = 1 << 17;
const FIRST_PERSON: Class = 1 << 18;
const JOINS: Class = 1 << 19;
const RELATIVE: Class = 1 << 20;
const PREPOSITION: Class = 1 << 21;
const LINK: Class = 1 << 22;
const BREAK: Class = 1 << 23;
const TIME: Class = 1 << 24;
const BEFORE_TIME: Class = 1 << 25;
const TITLE: Class = 1 << 26;
const SUFFIX: Class = 1 << 27;
const PARTICLE: Class = 1 << 28;
const INSTITUTION: Class = 1 << 29;
const OUTLET: Class = 1 << 30;
const ROLE: Class = 1 << 31;
const PLURAL: Class = 1 << 32;
const SPOKEN: Class = 1 << 33;
const CLOSE_TO: Class = 1 << 34;
const NO_SPEAKER: Class = 1 << 35;
const ABBREVIATION: Class = 1 << 36;
const WORK: Class = 1 << 37;
const SPEAKS_FOR: Class = 1 << 38;
const HIS: Class = 1 << 39;
const PLACE: Class = 1 << 40;
const COMMENT: Class = 1 << 41;
const SHE: Class = 1 << 42;
const FEMALE: Class = 1 << 43;
const MALE: Class = 1 << 44;
const RELATION: Class = 1 << 45;
const CAPITAL: Class = 1 << 46;

/// Words that begin or end a noun phrase and stand in no name, with a capital or without.
const NEVER_NAME: Class = DETERMINER
    | HE
    | SHE
    | THEY
    | IT
    | FIRST_PERSON
    | JOINS
    | RELATIVE
    | PREPOSITION
    | LINK
    | BREAK
    | TIME
    | ADVERB
    | SAYS
    | SAYING
    | ACCORDING;

/// The words that attributions are made of. A word may stand in several rows.
const WORDS: &[(Class, &str)] = &[
    (
        SAYS,
        "said says say added adds told tells tell asked asks wrote writes write argued argues argue insisted insists insist \
         continued continues warned warns warn explained explains explain noted notes replied replies responded responds \
         declared declares stated states announced recalled recalls joked jokes quipped concluded concludes observed \
         observes remarked remarks countered counters complained complains cautioned cautions predicted predicts testified \
         stressed stresses emphasized emphasised tweeted tweets posted vowed vows promised promises pledged pledges \
         acknowledged acknowledges admitted admits conceded concedes contended contends maintained maintains asserted \
         asserts claimed claims alleged suggested suggests reads read urged urges demanded demands lamented laments mused \
         boasted bragged confirmed reiterated repeated shouted yelled whispered exclaimed retorted snapped sighed muttered \
         chanted commented confided confessed reflected reasoned proclaimed elaborated clarified advised implored pleaded \
         begged reassured agreed agrees wondered interjected offered opined protested ruled went put puts hoped elaborates \
         thundered drawled deadpanned",
    ),
    (
        CALLS,
        "called calls termed described describes labeled labelled branded dubbed denounced condemned blasted slammed \
         criticized criticised praised hailed accused decried mocked touted dismissed characterized characterised derided \
         expressed cited invoked blamed chided ridiculed likened cast spoke welcomed defended rejected denied",
    ),
    (
        SAYING,
        "saying adding calling telling asking writing arguing insisting warning explaining noting replying declaring stating \
         joking concluding remarking complaining cautioning stressing emphasizing tweeting vowing promising acknowledging \
         admitting describing quipping recalling urging demanding lamenting claiming asserting suggesting denouncing \
         condemning praising dismissing accusing continuing repeating shouting chanting reading",
    ),
    (REPORTS, "reported reports"),
    (ACCORDING, "according laut selon según"),
    // German, French and Spanish verbs of saying.
    (
        SAYS | FOREIGN,
        "sagte sagt erklärte erklärt betonte betont schrieb schreibt meinte meint kritisierte warnte ergänzte forderte fordert \
         teilte dit disait déclaré déclare affirmé affirme expliqué explique estimé estime ajouté ajoute assuré assure souligné \
         souligne écrit écrivait indiqué indique précisé précise lancé martelé regretté confié raconte poursuit résume dijo dice \
         afirmó afirma aseguró asegura declaró señaló señala explicó explica añadió añade agregó indicó sostuvo manifestó \
         escribió destacó advirtió subrayó comentó",
    ),
    (AUXILIARY, "a ont avait avaient hat hatte habe haben ha han había"),
    (AUXILIARY, "has have had having would could should can will may might must did does do also"),
    (BE, "is was were are be been being am 's"),
    (
        DENIAL,
        "doesn’t doesn't don’t don't didn’t didn't won’t won't wouldn’t wouldn't hasn’t hasn't haven’t haven't cannot",
    ),
    (
        ADVERB,
        "oh well yes ok okay also then later again once twice first often always still even already earlier too never ever just only simply instead \
         meanwhile however therefore thus now today tomorrow yesterday tonight recently so far ago afterwards afterward \
         nevertheless nonetheless yet perhaps maybe here there previously quickly early aloud online abruptly sternly",
    ),
    (ARTICLE | DETERMINER | DEFINITE, "the der die das dem den le la les l el los las"),
    (ARTICLE | DETERMINER, "a an ein eine einer eines einem un une una"),
    (DETERMINER | DEFINITE, "this these those"),
    (
        DETERMINER,
        "one another some several many most few both all each every no other any two three four five six seven eight nine ten \
         dozens hundreds thousands his her their its our my your whose du des au del sein seine ihr ihre son sa ses su sus",
    ),
    (HE, "he er il él"),
    (SHE, "she sie elle ella"),
    (THEY, "they ils elles ellos"),
    (IT, "it es"),
    (FIRST_PERSON, "i we you us me him them everyone everybody someone somebody nobody anyone anybody none man on"),
    (JOINS, "and but or und et y aber mais pero"),
    (RELATIVE, "who which that qui que der"),
    (LINK | PREPOSITION, "of for"),
    (
        PREPOSITION,
        "in at from with on to by about against near outside inside over under into through during behind among \
         between around across without within despite toward towards like off upon beyond via amid throughout \
         alongside regarding concerning including including à en dans pour sur avec bei mit auf nach gegenüber über im am zum \
         zur con para por sobre",
    ),
    (
        BREAK,
        "when while because if although though as than whether unless where why how what whom once nor not either neither that \
         dass daß als wenn weil quand si comme cuando as per instead after before since until let",
    ),
    (
        TIME,
        "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october \
         november december jan feb aug sept oct nov dec mon tue wed thu fri sat sun today yesterday tomorrow tonight week month \
         year morning afternoon evening night weekend midday noon a.m p.m montag dienstag mittwoch donnerstag freitag samstag \
         sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo",
    ),
    (BEFORE_TIME, "on late early last this in next earlier later since that am le el"),
    (
        TITLE,
        "president mr mrs ms miss dr prof professor sen senator rep representative congressman congresswoman gov governor lt \
         lieutenant gen col colonel capt captain maj major sgt sergeant cpl pvt adm admiral cmdr commander officer detective det \
         inspector chief sheriff marshal deputy secretary minister prime premier chancellor mayor councilman councilwoman \
         councillor councilor judge justice attorney ambassador envoy commissioner chairman chairwoman chair speaker director \
         king queen prince princess duke duchess sir lord lady dame baron baroness sultan emir sheikh sheik pope cardinal \
         archbishop bishop rev reverend father sister brother pastor rabbi imam ayatollah msgr fr coach former vice \
         leader whip spokesman spokeswoman spokesperson candidate nominee ceo cfo coo analyst economist lawyer treasurer \
         undersecretary md hon adviser advisor criminologist historian biologist physicist psychologist sociologist scientist author pollster engineer \
         chef actor actress singer comedian filmmaker producer reporter anchor blogger activist consultant farmer nurse teacher \
         lobbyist veteran contributor researcher whistleblower prosecutor physician manager editor columnist correspondent executive founder strategist host st aldermann alderman then-sen monsieur madame mme herr frau señor señora don doña \
         kanzler kanzlerin bundeskanzler bundeskanzlerin präsident ministre président presidente ministro",
    ),
    (SUFFIX, "jr sr ii iii iv"),
    (PARTICLE, "de van von der den del della di da do dos du al el bin ben ibn la le ten ter y zu zur e abu"),
    (
        INSTITUTION,
        "house department ministry bank university college institute center centre committee association council court office \
         bureau board agency commission federation union church foundation campaign palace parliament congress senate \
         government administration authority police army navy embassy treasury pentagon kremlin vatican party club league group \
         company corporation corp inc ltd llc co organization organisation society school hospital museum service services \
         fund trust chamber assembly supreme city county state states nations republic cabinet command force forces company \
         caucus conference team family elysée",
    ),
    (
        OUTLET,
        "cnn bbc abc nbc cbs msnbc npr pbs reuters ap afp bloomberg politico upi cnbc espn c-span buzzfeed huffington wsj axios \
         times post journal herald tribune gazette guardian telegraph dispatch courier sentinel chronicle observer examiner \
         inquirer globe newspaper newspapers magazine newsweek daily website outlet newswire network broadcaster tmz yahoo \
         weekly paper breitbart spiegel bild monde figaro país mundo xinhua itar-tass tass interfax dpa itv channel sky \
         usatoday wire register beacon",
    ),
    (
        ROLE,
        "official officials spokesman spokeswoman spokesperson spokesmen spokespeople aide aides adviser advisers advisor advisors \
         source sources resident residents officer officers leader leaders analyst analysts diplomat diplomats minister \
         lawyer lawyers attorney attorneys prosecutor prosecutors witness witnesses lawmaker lawmakers executive executives \
         chief chairman chairwoman director manager secretary critic critics activist activists expert experts worker workers \
         resident teacher student students doctor doctors physician reporter reporters protester protesters editor author \
         economist strategist consultant investigator investigators researcher researchers scientist scientists police \
         republican republicans democrat democrats voter voters supporter supporters opponent opponents member members \
         president vice press foreign senior deputy candidate nominee senator congressman governor mayor judge coach envoy \
         ambassador commander general counsel legend star singer actor actress founder owner professor historian head",
    ),
    (PLURAL, "police people"),
    (
        DOCUMENT,
        "readout statement report letter memo memorandum indictment complaint affidavit filing lawsuit document documents \
         transcript email mail e-mail note press-release release announcement communique communiqué study survey order ruling \
         opinion warrant petition resolution declaration manifesto post tweet message messages notice sign banner editorial \
         op-ed article statement statements records papers suit motion decision dissent brief bill law text poster placard",
    ),
    (ISSUED, "released issued sent signed written published posted distributed made put"),
    (SPOKEN, "spokesman spokeswoman spokesperson office"),
    (
        COMMENT,
        "comment comments remark remarks claim claims assertion pledge promise argument declaration accusation description \
         warning admission contention vow",
    ),
    (SPEAKS_FOR, "office"),
    (HIS, "his her"),
    (RELATION, "lady wife husband daughter son brother sister father mother widow"),
    // First names that only a woman or only a man has: enough to keep "she" from the wrong one.
    (
        FEMALE,
        "mary patricia jennifer linda elizabeth barbara susan jessica sarah karen nancy lisa margaret betty sandra ashley \
         kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca laura sharon cynthia kathleen amy anna \
         angela ruth brenda pamela nicole katherine catherine christine samantha debra janet rachel carolyn heather maria diane \
         dianne julie joyce victoria kelly christina joan evelyn lauren judith olivia hannah martha jacqueline ann anne jean \
         kathryn gloria teresa sara janice julia marie madison hillary condoleezza nikki michele claire gabrielle sonia elena \
         ruth valerie angela theresa wendy gina ellen jane alice rose sally peggy annie megan marilyn greta ines ilva berit elin",
    ),
    (
        MALE,
        "james robert john michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald \
         steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric \
         jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander raymond patrick jack dennis jerry \
         tyler aaron jose adam henry nathan douglas zachary peter kyle walter ethan jeremy harold keith christian roger noah \
         gerald carl terry sean austin arthur lawrence jesse dylan bryan joe jim bob bill tom mike steve dan dave ron don ted \
         mitt barack newt rick harry chuck karl eric jay ben greg jeff tim ken ed fred lindsey marco rand mitch joel bashar \
         vladimir benjamin mohamed mohammed ahmed ali hassan hosni pierre jean-claude hans klaus wolfgang dorin piet halvard",
    ),
    (
        PLACE,
        "washington moscow beijing london russia china iran israel america britain france germany japan india pakistan syria \
         egypt iraq afghanistan turkey ukraine europe berlin paris brussels tehran jerusalem cairo damascus kyiv kiev tokyo \
         delhi canada mexico cuba venezuela brazil australia italy spain greece libya yemen lebanon jordan saudi qatar \
         pyongyang seoul korea taiwan texas florida ohio california iowa virginia nevada colorado arizona georgia michigan \
         pennsylvania wisconsin illinois massachusetts chicago boston nato benghazi obamacare twitter facebook google apple \
         microsoft",
    ),
    (CLOSE_TO, "close familiar briefed"),
    (
        NO_SPEAKER,
        "others lot week weeks month months year years day days time times minute minutes hour hours moment thing things way \
         percent interview speech hearing briefing meeting call event rally appearance address conversation debate \
         question questions answer hand case point fact part number lives",
    ),
    (
        ABBREVIATION,
        "mr mrs ms dr sen rep gov gen lt col capt maj sgt adm prof rev st jr sr vs inc co corp ltd no mt jan feb mar apr aug sept \
         sep oct nov dec calif fla ariz mass pa va md ill mich minn wis conn tenn ky ga ala ark okla tex wash ore colo nev r d \
         la miss mo ind vt wyo mont neb kan del brig cmdr det hon msgr fr jan dept est ave blvd ft",
    ),
    (
        WORK,
        "titled entitled nicknamed named song film movie book novel album show series musical single sitcom play documentary \
         drama comedy word words phrase term slogan headline headlined hashtag title band",
    ),
];

/// Words by what they may be. ASCII words are looked up without case, others as they are.
static CLASSES: LazyLock<AHashMap<&'static str, Class>> = LazyLock::new(|| {
    let mut out = AHashMap::new();
    for (class, words) in WORDS {
        for word in words.split_ascii_whitespace() {
            *out.entry(word).or_insert(0) |= class;
        }
    }
    out
});

/// The class of a folded word.
fn class_of(word: &str) -> Class {
    CLASSES.get(word).copied().unwrap_or(0)
}

/// The class of a word as it stands in a text.
fn class_of_token(word: &str) -> Class {
    let capital = if word.starts_with(char::is_uppercase) { CAPITAL } else { 0 };
    let mut buffer = [0; 20];
    let folded = match buffer.get_mut(..word.len()) {
        Some(buffer) if capital != 0 => {
            buffer.copy_from_slice(word.as_bytes());
            buffer.make_ascii_lowercase();
            std::str::from_utf8(buffer).unwrap_or(word)
        }
        _ => word,
    };
    let class = class_of(folded);
    if class == 0 && capital == 0 && word.len() > 4 && word.ends_with("ly") && !NO_ADVERBS.contains(&word) {
        return ADVERB;
    }
    class | capital
}

/// Whether a word with a capital looks like a verb that only begins its sentence.
fn begins_as_verb(word: &str) -> bool {
    word.len() > 5 && (word.ends_with("ing") || word.ends_with("ed"))
}

/// Words in -ly that are nouns.
const NO_ADVERBS: [&str; 7] = ["family", "assembly", "reply", "rally", "supply", "monopoly", "anomaly"];

#[cfg(test)]
mod tests {
    use super::super::quotes::quotations;
    use super::*;
    use crate::text::{Tokenizer, Tokens, paragraphs};

    /// The speaker of each quotation of a text, `-` for none.
    fn voices(text: &str) -> Vec<String> {
        let mut tokens = Tokens::default();
        Tokenizer::default().tokenize(text, 0, &mut tokens);
        let paragraphs = paragraphs(text, 0, &tokens);
        let quotations = quotations(text, &tokens.spans, &paragraphs);
        let speakers = speakers(text, &tokens.spans, &paragraphs, &quotations);
        assert_eq!(speakers.len(), quotations.len());
        speakers.iter().map(|s| s.map_or("-".to_owned(), |span| text[span.range()].to_owned())).collect()
    }

    /// Checks texts, each with its speakers divided by `|`.
    #[track_caller]
    fn check(table: &[(&str, &str)]) {
        for (text, expected) in table {
            assert_eq!(voices(text).join("|"), *expected, "{text}");
        }
    }

    #[test]
    fn a_name_before_inside_or_after_the_quotation() {
        check(&[
            ("“We pay,” said Ilva Marant.", "Ilva Marant"),
            ("Ilva Marant said, “We pay.”", "Ilva Marant"),
            ("“We pay,” Ilva Marant said.", "Ilva Marant"),
            ("Ilva Marant told Dorin Hask that “we pay.”", "Ilva Marant"),
            ("Dorin Hask wrote in a letter: “We pay.”", "Dorin Hask"),
            ("“We pay,” Ilva Marant, the mayor of Lisk, said.", "Ilva Marant"),
            ("“We pay,” said Ilva Marant, a spokeswoman for the port.", "Ilva Marant"),
            ("Dorin Hask has called it “a long winter.”", "Dorin Hask"),
            ("“We pay,” Marant added. Later Ilva Marant left.", "Ilva Marant"),
            ("“We pay,” Ilva Marant (R-Lisk) said.", "Ilva Marant"),
            ("“We pay,” Ilva Marant, R-Lisk, said.", "Ilva Marant"),
            ("“We pay,” Ilva Marant, 51, a baker in Lisk, said.", "Ilva Marant"),
            ("“We pay,” the palace said. “We pay all.”", "palace|palace"),
            ("“If it snows,” Ilva Marant said, “we pay.”", "Ilva Marant|Ilva Marant"),
            ("“Who pays?” asked Ilva Marant.", "Ilva Marant"),
            ("“We pay,” Ilva Marant on Tuesday told a crowd.", "Ilva Marant"),
            ("On Friday, Ilva Marant said “we pay” and left.", "Ilva Marant"),
            ("Ilva Marant, who called the toll “absurd,” left.", "Ilva Marant"),
            ("Ilva Marant left the hall, calling the toll “absurd.”", "Ilva Marant"),
            ("Ilva Marant said the toll was “absurd” and called the bridge “old.”", "Ilva Marant|Ilva Marant"),
            ("It would be “absurd” to pay, Ilva Marant said.", "Ilva Marant"),
            ("They had flour, said Ilva Marant, who bakes. “It lasts a week.”", "Ilva Marant"),
            ("The toll, says the palace, is “absurd.”", "palace"),
            ("Ilva Marant went on to say: “We pay.”", "Ilva Marant"),
            ("Ilva Marant, R-Lisk: “We pay.”", "Ilva Marant"),
            ("“We pay,” Ilva Marant, president of Pell Bank told a paper.", "Ilva Marant"),
            ("“We pay,” said radio commentator and farmer Ilva Marant. “All.”", "Ilva Marant|Ilva Marant"),
            ("“We pay,” Ilva Marant, a baker in Dayton, Ohio, said.", "Ilva Marant"),
            ("Piet Hallam mocked Ilva Marant’s claim that “we pay.”", "Ilva Marant"),
            ("“We pay,” Marant, R-Lisk, said. Ilva Marant left.", "Ilva Marant"),
            ("“We pay,” Marant, who bakes, said. Ilva Marant left.", "Ilva Marant"),
            ("Piet Hallam tweeted that Ilva Marant’s claim was “wrong.”", "Piet Hallam"),
            ("It said “we pay,” after the clerk asked.", "-"),
            ("Pressed on this, Ilva Marant said “we pay.”", "Ilva Marant"),
            ("“We pay,” a clerk was quoted as saying.", "clerk"),
        ]);
    }

    #[test]
    fn a_name_stands_without_its_titles_and_as_full_as_the_text_has_it() {
        check(&[
            ("President Ilva Marant came. “We pay,” Marant said.", "Ilva Marant"),
            ("“We pay,” Secretary of State Piet van der Hallam said.", "Piet van der Hallam"),
            ("Rescue chief Halvard Stenning left. “We pay,” said Stenning.", "Halvard Stenning"),
            ("“We pay,” palace press secretary Piet Hallam said.", "Piet Hallam"),
            ("“We pay,” said Gov. Piet K. Hallam Jr., a farmer.", "Piet K. Hallam Jr"),
            ("Ada Finck and Emil Finck came. “We pay,” Finck said.", "Finck"),
            ("“We pay,” said Senator Ada A. Finck.", "Ada A. Finck"),
            ("“We pay,” said Sheikh Omar al-Tarsi.", "Omar al-Tarsi"),
            ("“We pay,” said Professor Lumm of Aldermere.", "Lumm"),
        ]);
    }

    #[test]
    fn a_document_speaks() {
        check(&[
            (
                "The call was on “the closing of the Sound,” according to an Amber Palace readout.",
                "Amber Palace readout",
            ),
            ("It was on “the Sound,” according to the Amber Palace.", "Amber Palace"),
            (
                "It was on “the Sound,” according to an Amber Palace readout of the call.\n“We pay,” the readout said.",
                "Amber Palace readout|Amber Palace readout",
            ),
            ("“We pay,” the ministry said in a statement.", "ministry"),
            ("“The beam is split,” the report says.", "report"),
            ("“He took the money,” reads the indictment.", "indictment"),
            ("It was “a mistake,” in a statement released by Ilva Marant.", "Ilva Marant"),
            ("“We pay,” read a statement from the Amber Palace.", "Amber Palace"),
            ("It was “late,” said a letter from Ilva Marant. “We pay,” the letter said.", "Ilva Marant|Ilva Marant"),
        ]);
    }

    #[test]
    fn a_role_speaks() {
        check(&[
            (
                "A senior palace official said it was “civil.”\n“We pay,” the official added.",
                "senior palace official|senior palace official",
            ),
            ("“We pay,” said a source close to the talks.", "source close to the talks"),
            ("“We pay,” a source close to the talks said.", "source close to the talks"),
            ("“We pay,” one resident said.", "resident"),
            ("“We pay,” a spokesman for the ministry said.", "spokesman for the ministry"),
            ("“We pay,” said a spokesman for the ministry, who left.", "spokesman for the ministry"),
            ("Odile Branagh is ill. “We pay,” her spokesman, Piet Hallam, said.", "Piet Hallam"),
            ("“We pay,” said the senior physician, Agathe Lumm.", "Agathe Lumm"),
        ]);
    }

    #[test]
    fn a_pronoun_is_the_last_who_spoke_or_was_named() {
        check(&[
            ("Ilva Marant came late to the old hall. “We pay,” she said.", "Ilva Marant"),
            ("“We pay,” said Ilva Marant.\n“We pay all,” she added.", "Ilva Marant|Ilva Marant"),
            ("Ilva Marant left the old hall at noon. Pauli was ill, she said. “We pay.”", "Ilva Marant"),
            ("“We pay,” we were told. “We pay,” he said.", "-|-"),
            ("Dorin Hask came late to the old hall. “We pay,” his office said.", "Dorin Hask"),
            (
                "Ilva Marant came late to the hall. Dorin Hask spoke first to the crowd. “We pay,” she said.",
                "Ilva Marant",
            ),
            ("In March, Ilva Marant left the old hall. “We pay,” she said.", "Ilva Marant"),
            ("In March the mayor, Ilva Marant, left the old hall. “We pay,” she said.", "Ilva Marant"),
            ("President Ilva Marant came. “We pay,” the president said.", "Ilva Marant"),
            ("President Ilva Marant met President Dorin Hask. “We pay,” the president said.", "president"),
            ("Ilva Marant’s office spoke of “a long winter.”", "Ilva Marant"),
        ]);
    }

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
    fn an_outlet_that_reports_is_no_speaker_beside_another() {
        check(&[
            (
                "A palace official termed it “civil” but saw “no movement,” CNN reported.",
                "palace official|palace official",
            ),
            ("“We pay,” Ilva Marant told Reuters.", "Ilva Marant"),
            ("Ilva Marant called it “civil,” according to The Washington Post.", "Ilva Marant"),
        ]);
    }

    #[test]
    fn titles_and_words_that_nobody_says_have_no_speaker() {
        check(&[
            ("The so-called “long winter” begins.", "-"),
            ("Dorin Hask played in the film “A Long Winter” last year.", "-"),
            ("Ilva Marant spoke of it on Estrel TV’s “Late Bell” and said “we pay.”", "-|Ilva Marant"),
            ("The plan was called “a long winter” once.", "-"),
            ("A sign with “Closed” hung there.", "-"),
            ("Dorin Hask refused to say “sorry” again.", "-"),
        ]);
    }

    #[test]
    fn other_languages() {
        check(&[
            ("„Wir zahlen“, sagte Ilva Marant am Montag.", "Ilva Marant"),
            ("„Wir zahlen“, erklärte der Bürgermeister.", "Bürgermeister"),
            ("Laut Ilva Marant ist es „sehr spät“.", "-"),
            ("Es ist „sehr spät“, laut Ilva Marant.", "Ilva Marant"),
            ("« Nous payons », a déclaré Ilva Marant.", "Ilva Marant"),
            ("« Nous payons », selon Ilva Marant.", "Ilva Marant"),
            ("«Pagamos», dijo Ilva Marant en Lisk.", "Ilva Marant"),
            ("«Pagamos», según Ilva Marant.", "Ilva Marant"),
        ]);
    }

    #[test]
    fn names_of_one_speaker() {
        for (a, b) in [
            ("President Ilva Marant", "Marant"),
            ("Sen. Ilva Marant", "ilva marant"),
            ("Ilva K. Marant", "Ilva Marant"),
            ("the Amber Palace", "Amber Palace readout"),
            ("the Amber Palace", "a statement from the Amber Palace"),
            ("spokesman for the Amber Palace", "Amber Palace"),
            ("senior Marant administration official", "senior administration official"),
            ("official", "a senior palace official"),
            ("U.S. Army", "US Army"),
            ("Mr. Hask", "Dorin Hask"),
        ] {
            assert!(same_speaker(a, b) && same_speaker(b, a), "{a} / {b}");
        }
    }

    #[test]
    fn names_of_two_speakers() {
        for (a, b) in [
            ("Ada Finck", "Emil Finck"),
            ("", ""),
            ("", "Ada Finck"),
            ("palace official", "harbour official"),
            ("Amber Palace", "Amber Palace official"),
            ("Ada", "Ada Finck"),
            ("the", "a"),
            ("House", "White House"),
        ] {
            assert!(!same_speaker(a, b) && !same_speaker(b, a), "{a} / {b}");
        }
    }

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
    fn a_name_that_looks_like_a_verb_is_one_where_the_text_has_it() {
        check(&[("Rescue chief Halvard Stenning left.\n\nStenning said “we pay.”", "Halvard Stenning")]);
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

        #[test]
        fn a_name_equals_itself_or_nothing(a in "\\PC{0,20}", b in "\\PC{0,20}") {
            proptest::prop_assert_eq!(same_speaker(&a, &b), same_speaker(&b, &a));
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
