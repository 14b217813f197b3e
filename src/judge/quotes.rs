//! The quotation tracker: which tokens stand inside quotation marks.
//!
//! Marks: “ ” „ “ " « » 「 」 『 』 ‘ ’ and straight single quotes. Apostrophes are none. A quotation that is
//! still open at the end of a paragraph goes on if the next paragraph opens with a mark (the rule of newspapers);
//! otherwise it ends with its paragraph.

use crate::document::{ByteSpan, Paragraph};

/// A kind of quotation marks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mark {
    Double,
    Straight,
    Low,
    Angle,
    AngleInward,
    Corner,
    CornerDouble,
    Single,
    StraightSingle,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Turn {
    Open(Mark),
    Close(Mark),
}

/// Whether each token stands inside quotation marks.
pub fn quoted(text: &str, spans: &[ByteSpan], paragraphs: &[Paragraph]) -> Vec<bool> {
    let mut out = vec![false; spans.len()];
    for paragraph in paragraphs {
        // A quotation left open ends here; if it goes on, the next paragraph opens it anew.
        let mut open: Vec<Mark> = Vec::new();
        let turns = turns(text, paragraph, spans);
        let mut turn = 0;
        for token in paragraph.tokens.range() {
            while turn < turns.len() && turns[turn].0 < spans[token].start {
                take(turns[turn].1, &mut open);
                turn += 1;
            }
            out[token] = !open.is_empty();
        }
    }
    out
}

fn take(turn: Turn, open: &mut Vec<Mark>) {
    match turn {
        Turn::Open(mark) => {
            // The same mark again inside itself: the first was never closed.
            if open.last() != Some(&mark) {
                open.push(mark);
            }
        }
        Turn::Close(mark) => {
            if let Some(at) = open.iter().rposition(|&m| m == mark) {
                open.truncate(at);
            }
        }
    }
}

/// The marks of a paragraph, with their bytes.
fn turns(text: &str, paragraph: &Paragraph, spans: &[ByteSpan]) -> Vec<(u32, Turn)> {
    let mut out: Vec<(u32, Turn)> = Vec::new();
    let end = paragraph.bytes.end;
    // Marks stand between tokens: only those gaps are read.
    let mut from = paragraph.bytes.start;
    let mut straight_open = false;
    let mut low_open = false;
    for token in paragraph.tokens.range().map(|t| spans[t]).chain([ByteSpan::new(end, end)]) {
        if token.start > from {
            let gap = &text[from as usize..token.start as usize];
            if gap.len() > 1 || gap != " " {
                for (at, c) in gap.char_indices() {
                    let byte = from + at as u32;
                    let before = text[..byte as usize].chars().next_back().filter(|_| byte > paragraph.bytes.start);
                    let after = text[byte as usize + c.len_utf8()..end as usize].chars().next();
                    if let Some(turn) = turn(c, before, after, &mut straight_open, &mut low_open) {
                        out.push((byte, turn));
                    }
                }
            }
        }
        from = token.end.max(from);
    }
    drop_single_without_partner(&mut out);
    out
}

fn turn(
    c: char,
    before: Option<char>,
    after: Option<char>,
    straight_open: &mut bool,
    low_open: &mut bool,
) -> Option<Turn> {
    let space_before =
        before.is_none_or(|b| b.is_whitespace() || matches!(b, '(' | '[' | '—' | '–' | '-' | '“' | '"' | '‘' | '\''));
    let space_after = after.is_none_or(char::is_whitespace);
    Some(match c {
        '“' if *low_open => {
            *low_open = false;
            Turn::Close(Mark::Low)
        }
        '“' => Turn::Open(Mark::Double),
        '”' if *low_open => {
            *low_open = false;
            Turn::Close(Mark::Low)
        }
        '”' => Turn::Close(Mark::Double),
        '„' => {
            *low_open = true;
            Turn::Open(Mark::Low)
        }
        '"' => {
            // By its neighbours where they tell, else by turns.
            let opens = match (space_before, space_after) {
                (true, false) => true,
                (false, true) => false,
                _ => !*straight_open,
            };
            *straight_open = opens;
            if opens { Turn::Open(Mark::Straight) } else { Turn::Close(Mark::Straight) }
        }
        '«' if space_before || !space_after => Turn::Open(Mark::Angle),
        '«' => Turn::Close(Mark::AngleInward),
        '»' if space_before && !space_after => Turn::Open(Mark::AngleInward),
        '»' => Turn::Close(Mark::Angle),
        '「' => Turn::Open(Mark::Corner),
        '」' => Turn::Close(Mark::Corner),
        '『' => Turn::Open(Mark::CornerDouble),
        '』' => Turn::Close(Mark::CornerDouble),
        '‘' if space_before && !space_after => Turn::Open(Mark::Single),
        '’' if !space_before && !after.is_some_and(char::is_alphanumeric) => Turn::Close(Mark::Single),
        '\'' if space_before && after.is_some_and(char::is_alphanumeric) => Turn::Open(Mark::StraightSingle),
        '\'' if !space_before && !after.is_some_and(char::is_alphanumeric) => Turn::Close(Mark::StraightSingle),
        _ => return None,
    })
}

/// A single quote that opens counts only if one closes it in the same paragraph: otherwise it is an apostrophe. Of
/// several that could close it the last before the next opening one does, so that `dogs’` inside does not.
fn drop_single_without_partner(turns: &mut Vec<(u32, Turn)>) {
    for mark in [Mark::Single, Mark::StraightSingle] {
        let mut keep = vec![true; turns.len()];
        let mut opened: Option<usize> = None;
        let mut closed: Option<usize> = None;
        let settle = |opened: Option<usize>, closed: Option<usize>, keep: &mut Vec<bool>| {
            if let Some(open) = opened {
                keep[open] = closed.is_some();
            }
            if let Some(close) = closed {
                keep[close] = opened.is_some();
            }
        };
        for (at, &(_, turn)) in turns.iter().enumerate() {
            match turn {
                Turn::Open(m) if m == mark => {
                    settle(opened, closed, &mut keep);
                    (opened, closed) = (Some(at), None);
                }
                Turn::Close(m) if m == mark => {
                    keep[at] = false;
                    if opened.is_some() {
                        closed = Some(at);
                    }
                }
                _ => {}
            }
        }
        settle(opened, closed, &mut keep);
        let mut at = 0;
        turns.retain(|_| {
            at += 1;
            keep[at - 1]
        });
    }
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
        assert_eq!(inside("the '90s and the dogs' owner don't"), "90s and the dogs");
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
}
