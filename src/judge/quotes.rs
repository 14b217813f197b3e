//! The quotation tracker: which tokens stand inside quotation marks, and from where to where.
//!
//! Marks: “ ” „ " « » ‹ › 「 」 『 』 ‘ ’ ‚, two single quotes in a row, the ``…'' of wires, and straight single quotes.
//! Apostrophes and inches are none. A quotation that is still open at the end of a paragraph goes on if the next
//! paragraph opens with a mark (the rule of newspapers), or closes it without having opened one (writers who forget
//! that rule); otherwise it ends with its paragraph. Any other closing mark without an opening one means nothing.

use crate::document::{ByteSpan, Paragraph, TokenSpan};

/// What stands between an outermost pair of marks, in one paragraph. A quotation over several paragraphs is one of these
/// a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotation {
    /// Its tokens; never empty.
    pub tokens: TokenSpan,
    /// From the byte after the opening mark to the closing mark, or to the end of the paragraph.
    pub bytes: ByteSpan,
    /// Whether it goes on from the paragraph before, whose quotation was left open.
    pub continues: bool,
}

/// Words of `spans` inside `quotations`, each once. Sorts the spans.
pub(super) fn words_inside_any(quotations: &[Quotation], spans: &mut [TokenSpan]) -> u32 {
    spans.sort_unstable();
    let (mut words, mut end) = (0, 0);
    for span in spans {
        words += words_inside(quotations, TokenSpan::new(span.start.max(end), span.end.max(end)));
        end = end.max(span.end);
    }
    words
}

/// Words of `span` inside `quotations`.
fn words_inside(quotations: &[Quotation], span: TokenSpan) -> u32 {
    let first = quotations.partition_point(|q| q.tokens.end <= span.start);
    quotations[first..].iter().take_while(|q| q.tokens.start < span.end).map(|q| q.tokens.common(span)).sum()
}

/// The quotations of a text, in order.
pub fn quotations(text: &str, spans: &[ByteSpan], paragraphs: &[Paragraph]) -> Vec<Quotation> {
    let mut out = Vec::new();
    let (mut marks, mut ahead) = (Vec::new(), Vec::new());
    let mut left_open: Option<LeftOpen> = None;
    if let Some(first) = paragraphs.first() {
        read_marks(text, spans, first, &mut ahead);
    }
    for (at, paragraph) in paragraphs.iter().enumerate() {
        std::mem::swap(&mut marks, &mut ahead);
        ahead.clear();
        if let Some(next) = paragraphs.get(at + 1) {
            read_marks(text, spans, next, &mut ahead);
        }
        left_open = match marks.is_empty() {
            true => None,
            false => walk(paragraph, &marks, ahead.first(), left_open, &mut out),
        };
    }
    out
}

/// Whether each token stands inside quotation marks.
pub fn quoted(text: &str, spans: &[ByteSpan], paragraphs: &[Paragraph]) -> Vec<bool> {
    let mut out = vec![false; spans.len()];
    for quotation in quotations(text, spans, paragraphs) {
        out[quotation.tokens.range()].fill(true);
    }
    out
}

/// A quotation goes on over at most so many paragraphs: beyond that it is rather a mark that was forgotten.
const MAX_PARAGRAPHS: u32 = 8;

/// Marks that close one another. Double marks are one family, since careless texts mix them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Family {
    Double,
    Single,
    StraightSingle,
    Angle,
    SingleAngle,
    Corner,
    CornerDouble,
}

impl Family {
    const COUNT: usize = 7;

    /// Whether its marks are apostrophes as well.
    fn is_single(self) -> bool {
        matches!(self, Self::Single | Self::StraightSingle)
    }
}

/// What a mark does, by its shape or else by its neighbours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Turn {
    Open,
    Close,
    /// Closes, unless it is an inch or the apostrophe of a plural.
    CloseMaybe,
    /// Opens if nothing is open.
    Either,
}

/// A quotation mark.
#[derive(Clone, Copy, Debug)]
struct Mark {
    /// Its bytes.
    bytes: ByteSpan,
    /// The token that follows it.
    token: u32,
    family: Family,
    turn: Turn,
    /// Whether no word stands before it in its paragraph.
    first: bool,
}

/// The quotation at the end of a paragraph that nothing closed.
#[derive(Clone, Copy, Debug)]
struct LeftOpen {
    family: Family,
    paragraphs: u32,
}

/// The quotation that is open during the walk.
#[derive(Clone, Copy, Debug)]
struct Open {
    family: Family,
    /// Its first byte and token.
    byte: u32,
    token: u32,
    /// The mark that closes it, where that is known from the start: single quotes.
    closed_by: Option<usize>,
    /// What it goes on from.
    goes_on: Option<LeftOpen>,
    /// Whether a quotation of the same family stands open inside it.
    nested: bool,
}

/// Walks over the marks of a paragraph and pushes what stands between the outermost ones. Gives what is left open.
fn walk(
    paragraph: &Paragraph,
    marks: &[Mark],
    next_first: Option<&Mark>,
    left_open: Option<LeftOpen>,
    out: &mut Vec<Quotation>,
) -> Option<LeftOpen> {
    let mut push = |open: &Open, byte: u32, token: u32| {
        if token > open.token {
            out.push(Quotation {
                tokens: TokenSpan::new(open.token, token),
                bytes: ByteSpan::new(open.byte, byte),
                continues: open.goes_on.is_some(),
            });
        }
    };
    let followers = followers(marks);
    let closes_later = |at: Option<usize>| at.is_some_and(|at| marks[at].turn == Turn::Close);
    let mut open = left_open.and_then(|left| forgotten_opening(paragraph, marks, left));
    for (at, &mark) in marks.iter().enumerate() {
        let Some(now) = open else {
            open = opening(marks, at, next_first, left_open);
            continue;
        };
        let next = followers[at];
        if mark.family != now.family {
            continue;
        }
        let closes = match mark.turn {
            _ if mark.family.is_single() => now.closed_by == Some(at),
            Turn::Close | Turn::Either => true,
            // 5" inside a quotation: another mark closes it.
            Turn::CloseMaybe => !closes_later(next),
            // A quotation inside the quotation, if two marks close what is open then; else the first was never closed.
            Turn::Open if now.nested => false,
            Turn::Open => {
                if closes_later(next) && closes_later(next.and_then(|next| followers[next])) {
                    open = Some(Open { nested: true, ..now });
                } else {
                    push(&now, mark.bytes.start, mark.token);
                    open = opening(marks, at, next_first, None);
                }
                false
            }
        };
        if closes && now.nested {
            open = Some(Open { nested: false, ..now });
        } else if closes {
            push(&now, mark.bytes.start, mark.token);
            open = None;
        }
    }
    let last = open?;
    push(&last, paragraph.bytes.end, paragraph.tokens.end);
    let paragraphs = last.goes_on.map_or(1, |left| left.paragraphs + 1);
    (paragraphs < MAX_PARAGRAPHS).then_some(LeftOpen { family: last.family, paragraphs })
}

/// The quotation that a mark opens, if it does.
fn opening(marks: &[Mark], at: usize, next_first: Option<&Mark>, left_open: Option<LeftOpen>) -> Option<Open> {
    let mark = marks[at];
    let goes_on = left_open.filter(|left| mark.first && mark.family == left.family);
    let opens = match mark.turn {
        Turn::Open | Turn::Either => true,
        // Some French papers repeat the » where a quotation goes on.
        Turn::Close => mark.family == Family::Angle && goes_on.is_some(),
        Turn::CloseMaybe => false,
    };
    let closed_by = if opens && mark.family.is_single() { single_end(marks, at) } else { None };
    // A single quote that nothing closes is an apostrophe, unless the next paragraph begins with one as well.
    let apostrophe = mark.family.is_single()
        && closed_by.is_none()
        && !next_first.is_some_and(|next| next.first && next.family == mark.family && next.turn == Turn::Open);
    (opens && !apostrophe).then_some(Open {
        family: mark.family,
        byte: mark.bytes.end,
        token: mark.token,
        closed_by,
        goes_on,
        nested: false,
    })
}

/// A quotation left open in the paragraph before that this one closes without having opened it.
fn forgotten_opening(paragraph: &Paragraph, marks: &[Mark], left: LeftOpen) -> Option<Open> {
    let mark = marks.iter().find(|mark| mark.family == left.family)?;
    (mark.turn == Turn::Close && !mark.first && !mark.family.is_single()).then_some(Open {
        family: left.family,
        byte: paragraph.bytes.start,
        token: paragraph.tokens.start,
        closed_by: None,
        goes_on: Some(left),
        nested: false,
    })
}

/// The mark that closes a single quote: the first before the next opening one that is no plural's (`the dogs’ owner`),
/// or else the first. Double quotes in between are left whole.
fn single_end(marks: &[Mark], at: usize) -> Option<usize> {
    let family = marks[at].family;
    let mut maybe = None;
    let mut double = false;
    for (end, mark) in marks.iter().enumerate().skip(at + 1) {
        match mark.turn {
            Turn::Open | Turn::Either if mark.family == Family::Double => double = mark.turn == Turn::Open || !double,
            Turn::Close | Turn::CloseMaybe if mark.family == Family::Double => double = false,
            Turn::Open if mark.family == family => break,
            Turn::Close if mark.family == family && !double => return Some(end),
            Turn::CloseMaybe if mark.family == family && !double => maybe = maybe.or(Some(end)),
            _ => {}
        }
    }
    maybe
}

/// For each mark the next one of its family.
fn followers(marks: &[Mark]) -> Vec<Option<usize>> {
    let mut last = [None; Family::COUNT];
    let mut out = vec![None; marks.len()];
    for (at, mark) in marks.iter().enumerate().rev() {
        out[at] = last[mark.family as usize].replace(at);
    }
    out
}

/// Reads the marks of a paragraph. They stand between tokens: only those gaps are read.
fn read_marks(text: &str, spans: &[ByteSpan], paragraph: &Paragraph, out: &mut Vec<Mark>) {
    let bytes = text.as_bytes();
    let end = paragraph.bytes.end;
    let mut from = paragraph.bytes.start;
    for token in paragraph.tokens.start..=paragraph.tokens.end {
        let (to, after) = match spans.get(token as usize) {
            Some(span) if token < paragraph.tokens.end => (span.start, span.end),
            _ => (end, end),
        };
        let gap = bytes.get(from as usize..to as usize).unwrap_or_default();
        if gap != b" " && gap.iter().any(|&byte| MAY_BE_MARK[byte as usize]) {
            marks_between(text, paragraph, from, to, token, out);
        }
        from = after.max(from);
    }
}

/// Bytes with which a mark can begin.
const MAY_BE_MARK: [bool; 256] = {
    let mut table = [false; 256];
    let first = [b'"', b'\'', b'`', 0xC2, 0xE2, 0xE3, 0xEF];
    let mut at = 0;
    while at < first.len() {
        table[first[at] as usize] = true;
        at += 1;
    }
    table
};

/// The marks in the gap `from..to` before a token.
fn marks_between(text: &str, paragraph: &Paragraph, from: u32, to: u32, token: u32, out: &mut Vec<Mark>) {
    let mut skip_to = from;
    for (at, c) in text[from as usize..to as usize].char_indices() {
        let start = from + at as u32;
        if start < skip_to {
            continue;
        }
        let rest = &text[start as usize..paragraph.bytes.end as usize];
        if rest.starts_with("```") {
            // A fence of Markdown quotes nobody.
            skip_to = start + rest.bytes().take_while(|&byte| byte == b'`').count() as u32;
            continue;
        }
        let twice = matches!(c, '\'' | '`' | '‘' | '’') && rest[c.len_utf8()..].starts_with(c);
        let length = if twice { 2 * c.len_utf8() } else { c.len_utf8() };
        let place = Place {
            before: text[paragraph.bytes.start as usize..start as usize].chars().next_back(),
            after: rest[length..].chars().next(),
            rest: &rest[length..],
        };
        if let Some((family, turn)) = place.read(c, twice) {
            let bytes = ByteSpan::new(start, start + length as u32);
            out.push(Mark { bytes, token, family, turn, first: token == paragraph.tokens.start });
            skip_to = bytes.end;
        }
    }
}

/// Where a character stands that may be a mark.
struct Place<'a> {
    before: Option<char>,
    after: Option<char>,
    rest: &'a str,
}

impl Place<'_> {
    fn read(&self, c: char, twice: bool) -> Option<(Family, Turn)> {
        Some(match (c, twice) {
            ('`' | '‘', true) => (Family::Double, Turn::Open),
            ('’', true) => (Family::Double, Turn::Close),
            ('"' | '\u{FF02}', _) | ('\'', true) => (Family::Double, self.maybe_inch(self.by_neighbours())),
            ('„' | '‟', _) => (Family::Double, Turn::Open),
            ('“', _) => (Family::Double, if self.looks_closing() { Turn::Close } else { Turn::Open }),
            ('”', _) if self.looks_opening() => (Family::Double, Turn::Either),
            ('”', _) => (Family::Double, self.maybe_inch(Turn::Close)),
            ('«', _) => (Family::Angle, if self.looks_closing() { Turn::Close } else { Turn::Open }),
            ('»', _) => (Family::Angle, if self.looks_opening() { Turn::Open } else { Turn::Close }),
            ('‹', _) => (Family::SingleAngle, if self.looks_closing() { Turn::Close } else { Turn::Open }),
            ('›', _) => (Family::SingleAngle, if self.looks_opening() { Turn::Open } else { Turn::Close }),
            ('「', _) => (Family::Corner, Turn::Open),
            ('」', _) => (Family::Corner, Turn::Close),
            ('『', _) => (Family::CornerDouble, Turn::Open),
            ('』', _) => (Family::CornerDouble, Turn::Close),
            ('‚' | '‛', _) => (Family::Single, Turn::Open),
            ('‘' | '`', _) if self.looks_opening() && !self.is_clipped() => (Family::Single, Turn::Open),
            ('‘', _) if self.looks_closing() => (Family::Single, Turn::Close),
            ('’', _) => (Family::Single, self.single_close()?),
            ('\'', _) if self.looks_opening() => (Family::StraightSingle, (!self.is_clipped()).then_some(Turn::Open)?),
            ('\'', _) => (Family::StraightSingle, self.single_close()?),
            _ => return None,
        })
    }

    fn space_before(&self) -> bool {
        self.before.is_none_or(char::is_whitespace)
    }

    fn space_after(&self) -> bool {
        self.after.is_none_or(char::is_whitespace)
    }

    /// Space or what opens before it, and a word after it.
    fn looks_opening(&self) -> bool {
        let opens =
            |c: char| matches!(c, '(' | '[' | '{' | ':' | '/' | '“' | '"' | '„' | '‘' | '\'' | '`') || is_dash(c);
        (self.space_before() && !self.space_after() && !self.stops_after())
            || (self.before.is_some_and(opens) && !self.space_after() && !self.ends_after())
    }

    /// A word before it, and space or what ends a clause after it.
    fn looks_closing(&self) -> bool {
        !self.space_before() && (self.space_after() || (self.ends_after() && !self.looks_opening()))
    }

    fn ends_after(&self) -> bool {
        let ends = |c: char| {
            matches!(c, ',' | '.' | ';' | ':' | '!' | '?' | ')' | ']' | '}' | '…' | '”' | '"' | '’' | '\'')
                || is_dash(c)
        };
        self.after.is_some_and(ends)
    }

    /// A mark that only ends something: `« oui ».`, but not `".22` or `"...and`.
    fn stops_after(&self) -> bool {
        let mut after = self.rest.chars();
        match after.next() {
            Some('.') => after.next().is_none_or(|c| c.is_whitespace() || matches!(c, '”' | '"' | ')')),
            Some(c) => matches!(c, ',' | ';' | ':' | '!' | '?' | ')' | ']' | '}'),
            None => false,
        }
    }

    fn by_neighbours(&self) -> Turn {
        match (self.looks_opening(), self.looks_closing()) {
            (true, false) => Turn::Open,
            (false, true) => Turn::Close,
            _ => Turn::Either,
        }
    }

    fn maybe_inch(&self, turn: Turn) -> Turn {
        let digit = self.before.is_some_and(|c| c.is_ascii_digit());
        if turn == Turn::Close && digit { Turn::CloseMaybe } else { turn }
    }

    /// ’ after a word: an apostrophe inside it, the plural's or a dropped g (`rockin’`), or a mark.
    fn single_close(&self) -> Option<Turn> {
        let inside = self.space_before() || self.after.is_some_and(char::is_alphanumeric);
        let mut after = self.rest.chars();
        let goes_on = after.next() == Some(' ') && after.next().is_some_and(char::is_alphanumeric);
        let clipped = self.before.is_some_and(|c| matches!(c, 's' | 'S' | 'n' | 'z' | 'x') || c.is_ascii_digit());
        let turn = if goes_on && clipped { Turn::CloseMaybe } else { Turn::Close };
        (!inside).then_some(turn)
    }

    /// A word that is written with an apostrophe in front: ’90s, ’tis, ’n’.
    fn is_clipped(&self) -> bool {
        let end = self.rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(self.rest.len());
        let word = &self.rest[..end];
        let year = word.strip_suffix('s').unwrap_or(word);
        (year.len() == 2 && year.bytes().all(|b| b.is_ascii_digit()))
            || CLIPPED.iter().any(|clipped| clipped.eq_ignore_ascii_case(word))
    }
}

/// Words that are written with an apostrophe in front.
const CLIPPED: [&str; 13] =
    ["n", "em", "tis", "twas", "til", "till", "cause", "bout", "nother", "twere", "nuff", "neath", "er"];

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '―' | '‒')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Tokenizer, Tokens, paragraphs};

    /// The quoted words, with `|` between those that do not follow one another.
    fn inside(text: &str) -> String {
        let mut tokens = Tokens::default();
        Tokenizer::default().tokenize(text, 0, &mut tokens);
        let paragraphs = paragraphs(text, 0, &tokens);
        let flags = quoted(text, &tokens.spans, &paragraphs);
        let mut out = String::new();
        for (at, span) in tokens.spans.iter().enumerate().filter(|&(at, _)| flags[at]) {
            if !out.is_empty() {
                out.push(if flags[at - 1] { ' ' } else { '|' });
            }
            out.push_str(&text[span.range()]);
        }
        out
    }

    #[test]
    fn curly_quotes_hold_what_stands_between_them() {
        assert_eq!(inside("She said “we will pay” on Monday, “in full.”"), "we will pay|in full");
    }

    #[test]
    fn straight_quotes_take_turns() {
        assert_eq!(inside("She said \"we will pay\" on Monday, \"in full.\""), "we will pay|in full");
    }

    #[test]
    fn other_marks_are_known() {
        assert_eq!(inside("Il dit « nous paierons » lundi."), "nous paierons");
        assert_eq!(inside("Er sagte „wir zahlen“ am Montag."), "wir zahlen");
        assert_eq!(inside("Er sagte »wir zahlen« am Montag."), "wir zahlen");
        assert_eq!(inside("他說「我們付」了"), "我 們 付");
    }

    #[test]
    fn a_quotation_left_open_goes_on_where_the_next_paragraph_opens_with_a_mark() {
        assert_eq!(inside("“We pay.\n\n“We pay all,” she said.\n\nHe left."), "We pay We pay all");
    }

    #[test]
    fn a_quotation_left_open_otherwise_ends_with_its_paragraph() {
        assert_eq!(inside("She said “we pay.\n\nHe left at once."), "we pay");
    }

    #[test]
    fn apostrophes_are_no_marks() {
        assert_eq!(inside("The dogs’ owner didn’t pay, and ’tis so."), "");
        assert_eq!(inside("the '90s and the dogs' owner don't"), "");
        assert_eq!(inside("the ’90s and the rock ’n’ roll of the ‘60s and the dogs’ day"), "");
        assert_eq!(inside("'Tis the season, and 'em dogs' day"), "");
    }

    #[test]
    fn single_quotes_count_in_pairs() {
        assert_eq!(inside("She said ‘we will pay’ on Monday."), "we will pay");
        assert_eq!(inside("She said ‘the dogs’ owner will pay’ on Monday."), "the dogs owner will pay");
    }

    #[test]
    fn marks_inside_marks_do_not_end_the_outer_quotation() {
        assert_eq!(inside("“He said ‘we pay’ to me,” she said."), "He said we pay to me");
    }

    #[test]
    fn text_without_marks_is_not_quoted() {
        assert_eq!(inside("Nothing here."), "");
        assert_eq!(inside(""), "");
    }

    #[test]
    fn more_marks_are_known() {
        assert_eq!(inside("The mill will run, ``come what may,'' she said."), "come what may");
        assert_eq!(inside("The mill will run, ''come what may,'' she said."), "come what may");
        assert_eq!(inside("Hon sade ”vi betalar” idag."), "vi betalar");
        assert_eq!(inside("Er sagte ‚wir zahlen‘ am Montag."), "wir zahlen");
        assert_eq!(inside("Il dit ‹ nous payons › lundi."), "nous payons");
        assert_eq!(inside("Zij zei „wij betalen” vandaag."), "wij betalen");
        assert_eq!(inside("Er sagte „wir zahlen“, dann ging er."), "wir zahlen");
        assert_eq!(inside("他說『我們付』了"), "我 們 付");
        assert_eq!(inside("She said “we pay\" today."), "we pay");
        assert_eq!(inside("She said:\"We pay\"and left."), "We pay");
    }

    #[test]
    fn inches_and_feet_are_no_marks() {
        assert_eq!(inside("He is 6'2\" tall and 5\" of rain fell in 2' of mud."), "");
        assert_eq!(inside("\"A 5\" pipe burst,\" she said."), "A 5 pipe burst");
        assert_eq!(inside("\"It was in 2012\" that he left."), "It was in 2012");
    }

    #[test]
    fn a_missing_partner_does_not_invert_what_follows() {
        assert_eq!(inside("We pay,\" she said. \"In full.\" He left."), "In full");
        assert_eq!(inside("\"We pay, she said. \"In full.\" He left."), "We pay she said In full");
        assert_eq!(inside("We pay,” she said. “In full.” He left."), "In full");
    }

    #[test]
    fn the_same_marks_may_stand_inside() {
        assert_eq!(inside("\"He said \"we pay\" to me,\" she said."), "He said we pay to me");
        assert_eq!(inside("“He said “we pay” to me,” she said."), "He said we pay to me");
    }

    #[test]
    fn single_quotes_hold_double_ones_and_the_other_way() {
        assert_eq!(
            inside("‘He told me “we pay the dogs’ owner” twice,’ she said."),
            "He told me we pay the dogs owner twice"
        );
        assert_eq!(inside("“The dogs’ owner pays,” she said, and the cats’ owner too."), "The dogs owner pays");
        assert_eq!(inside("A ‘news’ of the dogs’ owner"), "news");
    }

    #[test]
    fn single_quotes_go_on_over_paragraphs() {
        assert_eq!(inside("‘We pay.\n\n‘We pay all,’ she said."), "We pay We pay all");
        assert_eq!(inside("‘We pay.\n\nHe left."), "");
    }

    #[test]
    fn a_closing_mark_alone_closes_what_the_paragraph_before_left_open() {
        assert_eq!(inside("She said “we pay.\n\nWe pay all,” and left."), "we pay We pay all");
        assert_eq!(inside("She said “we pay.”\n\nWe pay all,” and left."), "we pay");
        assert_eq!(inside("She said “we pay.\n\nHe left.\n\nWe pay all,” and left."), "we pay");
    }

    /// Each quotation, with + where it goes on.
    fn pieces(text: &str) -> Vec<String> {
        let mut tokens = Tokens::default();
        Tokenizer::default().tokenize(text, 0, &mut tokens);
        let found = quotations(text, &tokens.spans, &paragraphs(text, 0, &tokens));
        found.iter().map(|q| format!("{}{}", if q.continues { "+" } else { "" }, &text[q.bytes.range()])).collect()
    }

    #[test]
    fn a_quotation_is_what_stands_between_the_marks() {
        assert_eq!(pieces("She said “we ‘will’ pay,” “”, « oui »."), ["we ‘will’ pay,", " oui "]);
        assert_eq!(pieces("“We pay.\n“We pay all,” she said.\n“Now.”"), ["We pay.", "+We pay all,", "Now."]);
        assert_eq!(pieces("« Oui.\n» Et non », dit-il."), [" Oui.", "+ Et non "]);
    }

    #[test]
    fn a_quotation_goes_on_over_eight_paragraphs_at_most() {
        let found = pieces(&"“We pay.\n".repeat(10));
        let continues: Vec<bool> = found.iter().map(|q| q.starts_with('+')).collect();
        assert_eq!(continues, [false, true, true, true, true, true, true, true, false, true]);
    }

    proptest::proptest! {
        #[test]
        fn quotations_are_in_order_and_inside_their_text(text in "[a-s0-9 “”\"'’‘«»„`,.\n「」é-]{0,80}") {
            let mut tokens = Tokens::default();
            Tokenizer::default().tokenize(&text, 0, &mut tokens);
            let paragraphs = paragraphs(&text, 0, &tokens);
            let mut end = 0;
            for quotation in quotations(&text, &tokens.spans, &paragraphs) {
                proptest::prop_assert!(!quotation.tokens.is_empty() && quotation.tokens.start >= end);
                proptest::prop_assert!(text.get(quotation.bytes.range()).is_some());
                for token in quotation.tokens.range() {
                    let span = tokens.spans[token];
                    proptest::prop_assert!(quotation.bytes.start <= span.start && span.end <= quotation.bytes.end);
                }
                end = quotation.tokens.end;
            }
        }
    }
}
