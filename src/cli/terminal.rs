//! Words and numbers for a terminal: nothing in an article may move the cursor, and lines fit.

use unicode_normalization::char::is_combining_mark;

pub(super) use wirecopy::explain::{count, thousands};
pub(super) use wirecopy::report::four_decimals;

/// Columns where the output is no terminal that says how wide it is.
const DEFAULT_COLUMNS: usize = 100;

/// Columns that lines on standard output may take: of the terminal, else what `$COLUMNS` says.
pub(super) fn columns() -> usize {
    let terminal = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0.into());
    let told = || std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    terminal.or_else(told).unwrap_or(DEFAULT_COLUMNS).clamp(60, 160)
}

/// The text on one line, without anything that a terminal would obey: escape sequences, control characters and
/// marks that turn the direction of writing.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        rest = match c {
            '\u{1b}' => after_escape(after),
            '\u{9b}' => after_parameters(after),
            '\u{9d}' => after_string(after),
            _ => after,
        };
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_obeyed(c) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Controls, bidirectional marks, and characters that nobody sees.
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// What follows an escape sequence of which the first character is gone.
fn after_escape(text: &str) -> &str {
    match text.chars().next() {
        Some('[') => after_parameters(&text[1..]),
        Some(']' | 'P' | '_' | '^' | 'X') => after_string(&text[1..]),
        Some(c) if ('\u{20}'..='\u{7e}').contains(&c) => &text[1..],
        _ => text,
    }
}

/// What follows parameters and their final letter.
fn after_parameters(text: &str) -> &str {
    let end = text.find(|c| !matches!(c, '\u{20}'..='\u{3f}')).unwrap_or(text.len());
    let last = text[end..].chars().next().filter(|c| ('\u{40}'..='\u{7e}').contains(c));
    &text[end + last.map_or(0, char::len_utf8)..]
}

/// What follows a string that a bell or a string terminator ends; the text itself where nothing does.
fn after_string(text: &str) -> &str {
    let end = text.find(['\u{7}', '\u{9c}', '\u{1b}']);
    end.map_or(text, |end| text[end..].trim_start_matches('\u{7}').trim_start_matches("\u{1b}\\"))
}

/// Columns that a clean text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

fn char_width(c: char) -> usize {
    match c {
        ' '..='\u{2ff}' => 1,
        '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => 0,
        c if is_combining_mark(c) => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff01}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// The beginning of a text in so many columns, cut between words where one ends near enough.
pub(super) fn shorten(text: &str, columns: usize) -> String {
    // What lies far behind the cut need not be cleaned.
    let far = text.char_indices().nth(columns.saturating_mul(8) + 64).map_or(text.len(), |(at, _)| at);
    let whole = far == text.len();
    let text = clean(&text[..far]);
    if whole && width(&text) <= columns {
        return text;
    }
    let fits = &text[..fitting(text.chars(), columns.saturating_sub(1))];
    let at_word = match fits.rfind(' ') {
        Some(blank) if !text[fits.len()..].starts_with(' ') && blank * 3 >= fits.len() * 2 => &fits[..blank],
        _ => fits,
    };
    format!("{}…", at_word.trim_end_matches([' ', ',', ';', ':', '—', '–']))
}

/// A text in lines of so many characters, broken at blanks.
pub(super) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A name in so many columns, cut in the middle, since ids differ at their ends.
pub(super) fn shorten_name(name: &str, columns: usize) -> String {
    let name = clean(name);
    if width(&name) <= columns {
        return name;
    }
    let back = columns.saturating_sub(1) * 2 / 3;
    let front = columns.saturating_sub(1) - back;
    let head = &name[..fitting(name.chars(), front)];
    let tail = &name[name.len() - fitting(name.chars().rev(), back)..];
    format!("{head}…{tail}")
}

/// Bytes of the characters that fit into so many columns.
fn fitting(characters: impl Iterator<Item = char>, columns: usize) -> usize {
    let (mut bytes, mut used) = (0, 0);
    for c in characters {
        used += char_width(c);
        if used > columns {
            break;
        }
        bytes += c.len_utf8();
    }
    bytes
}

/// A share in whole percents; only nothing is 0 % and only all is 100 %.
pub(super) fn percent(share: f64) -> String {
    let rounded = (share * 100.0).round() as u64;
    let percent = if share <= 0.0 {
        0
    } else if share >= 1.0 {
        100
    } else {
        rounded.clamp(1, 99)
    };
    format!("{percent} %")
}

/// A share as a bar of so many columns.
pub(super) fn bar(share: f64, columns: usize) -> String {
    let full = ((share.clamp(0.0, 1.0) * columns as f64).round() as usize).min(columns);
    "█".repeat(full) + &"░".repeat(columns - full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_can_command_the_terminal() {
        assert_eq!(clean("a\u{1b}[31;1mred\u{1b}[0m b"), "ared b");
        assert_eq!(clean("see \u{1b}]8;;http://evil\u{1b}\\here\u{1b}]8;;\u{7}!"), "see here!");
        assert_eq!(clean("a\u{9b}2Jb\u{7}c\u{8}d\0e\u{7f}f"), "abcdef");
        assert_eq!(clean("\u{202e}txt.exe\u{2069}\u{200f} \u{feff}x\u{e0041}"), "txt.exe x");
        assert_eq!(clean("\u{1b}c\u{1b}"), "");
    }

    #[test]
    fn a_sequence_that_never_ends_does_not_swallow_the_text() {
        assert_eq!(clean("\u{1b}]0;title and more"), "0;title and more");
        assert_eq!(clean("\u{1b}[12"), "");
    }

    #[test]
    fn line_ends_and_blanks_become_one_blank() {
        assert_eq!(clean("  one\r\n\r\n\ttwo\u{a0}three\u{2028}four \n"), "one two three four");
    }

    #[test]
    fn letters_of_any_script_stay() {
        for text in ["“Čau” – 総理は", "می\u{200c}خواهم", "é", "👩\u{200d}🚀"] {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn texts_are_cut_between_words_and_never_too_wide() {
        assert_eq!(shorten("short enough", 12), "short enough");
        assert_eq!(shorten("one two three four", 14), "one two three…");
        assert_eq!(shorten("one two three, four", 16), "one two three…");
        assert_eq!(shorten("Donaudampfschifffahrt", 10), "Donaudamp…");
        assert_eq!(shorten("a\n\nb", 10), "a b");
        for columns in 1..40 {
            assert!(width(&shorten("総理は 記者会見で the plan was “given up”, he said", columns)) <= columns);
        }
    }

    #[test]
    fn a_very_long_text_is_cut_even_if_its_beginning_is_all_blank() {
        let text = format!("{}words", " ".repeat(10_000));
        assert_eq!(shorten(&text, 20), "…");
    }

    #[test]
    fn names_keep_both_ends() {
        assert_eq!(shorten_name("outlet/file.md", 20), "outlet/file.md");
        assert_eq!(shorten_name("https://outlet.example/2031/03/the-call", 20), "https:/…/03/the-call");
        for columns in 1..30 {
            assert!(width(&shorten_name("新聞/総理は記者会見で.txt", columns)) <= columns);
        }
    }

    #[test]
    fn wide_characters_take_two_columns_and_marks_none() {
        assert_eq!(width("abc"), 3);
        assert_eq!(width("総理"), 4);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(width("“—”"), 3);
    }

    #[test]
    fn thousands_are_parted() {
        let shown = [0, 7, 999, 1000, 10_647, 1_234_567].map(thousands);
        assert_eq!(shown, ["0", "7", "999", "1,000", "10,647", "1,234,567"]);
        assert_eq!([count(1, "article"), count(0, "article")], ["1 article", "0 articles"]);
    }

    #[test]
    fn only_all_is_a_hundred_percent_and_only_nothing_is_none() {
        let shown = [0.0, 0.0001, 0.614, 0.9999, 1.0].map(percent);
        assert_eq!(shown, ["0 %", "1 %", "61 %", "99 %", "100 %"]);
    }

    #[test]
    fn bars_are_always_as_wide() {
        assert_eq!(bar(0.18, 10), "██░░░░░░░░");
        assert_eq!([bar(0.0, 3), bar(1.0, 3), bar(7.0, 3), bar(f64::NAN, 3)], ["░░░", "███", "███", "░░░"]);
    }
}
