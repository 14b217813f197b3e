//! Annotations of GitHub Actions: workflow commands, as many of each level as the host shows.

use std::collections::BTreeSet;
use std::io::Write;

use anyhow::Result;

use super::{Item, Level, Spot, View};
use crate::cli::terminal::count;

/// Annotations of a level that the host shows.
const SHOWN: usize = 10;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> Result<()> {
    let items: Vec<Item<'_>> = view.items().into_iter().filter(Item::is_news).collect();
    let of = |wanted: &[Level]| -> Vec<Line> {
        items.iter().filter(|item| wanted.contains(&item.level)).map(Line::of).collect()
    };
    level("error", of(&[Level::Error]), out)?;
    let trouble = |(path, line, what): &(String, u32, &'static str)| Line {
        path: path.clone(),
        lines: Some((*line, *line)),
        title: "Comment of wirecopy",
        message: (*what).to_owned(),
    };
    level("warning", view.verdict.comments.iter().map(trouble).collect(), out)?;
    level("notice", of(&[Level::Warning, Level::Note]), out)
}

struct Line {
    path: String,
    lines: Option<(u32, u32)>,
    title: &'static str,
    message: String,
}

impl Line {
    fn of(item: &Item<'_>) -> Self {
        let Spot { path, record, lines, .. } = item.spot;
        // Where a record is no line, the message says which it is.
        let place = record.filter(|_| lines.is_none()).map(|record| format!("Record {record}: ")).unwrap_or_default();
        let message = place + &item.says.plain();
        Self { path: path.to_owned(), lines, title: item.title(), message }
    }
}

/// Writes the annotations of a level; of too many, the last says how many there are beside.
fn level(name: &str, lines: Vec<Line>, out: &mut dyn Write) -> Result<()> {
    let shown = if lines.len() > SHOWN { SHOWN - 1 } else { lines.len() };
    for Line { path, lines, title, message } in &lines[..shown] {
        write!(out, "::{name} ")?;
        // Standard input is no file.
        if path != "-" {
            write!(out, "file={},", property(path))?;
        }
        if let Some((start, end)) = lines {
            write!(out, "line={start},endLine={end},")?;
        }
        writeln!(out, "title={}::{}", property(title), data(message))?;
    }
    let rest = &lines[shown..];
    if !rest.is_empty() {
        let files: BTreeSet<&str> = rest.iter().map(|line| line.path.as_str()).collect();
        let files = count(files.len() as u64, "file");
        writeln!(out, "::{name} title=wirecopy::and {} more, in {files}", rest.len())?;
    }
    Ok(())
}

/// Escapes what would end a message. Other control characters are for no log.
fn data(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => out.push_str("%25"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Escapes what would end a property as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::OutputFormat;
    use crate::cli::render::fixture::Room;

    fn of<'a>(text: &'a str, level: &str) -> Vec<&'a str> {
        let start = format!("::{level} ");
        text.lines().filter(|line| line.starts_with(&start)).collect()
    }

    #[test]
    fn every_line_is_a_command_and_errors_go_first() {
        let text = Room::full().written(OutputFormat::Github);
        let (errors, warnings, notices) = (of(&text, "error"), of(&text, "warning"), of(&text, "notice"));
        assert_eq!(errors.len() + warnings.len() + notices.len(), text.lines().count(), "{text}");
        assert!(
            errors.iter().any(|line| line.starts_with("::error file=new/copy.md,line=3,endLine=3,title=")),
            "{text}"
        );
        assert!(errors.iter().any(|line| line.starts_with("::error file=new/desk.jsonl,line=3,")), "{text}");
        assert!(errors.iter().any(|line| line.starts_with("::error file=new/desk.jsonl,line=2,")), "{text}");
        assert_eq!(warnings.len(), 1);
        assert!(notices.iter().any(|line| line.contains("file=new/below.md") && line.contains("15 words")), "{text}");
        assert!(notices.iter().any(|line| line.contains("A quotation of Runa Tesk in other words")), "{text}");
    }

    #[test]
    fn what_is_quoted_or_excused_is_not_annotated() {
        let text = Room::full().written(OutputFormat::Github);
        for path in ["accepted.md", "allowed.md", "ignored.md", "clean.md"] {
            assert!(!text.contains(&format!("file=new/{path}")), "{path}: {text}");
        }
        assert!(!text.contains("Quoted words") && !text.contains("Credited words"));
    }

    #[test]
    fn nothing_in_a_path_or_an_article_begins_a_command() {
        let text = Room::full().written(OutputFormat::Github);
        assert!(text.contains("file=new/odd%2C 50%25%3A `a`|b%0A%3A%3Ax.md,line="), "{text}");
        assert!(text.lines().all(|line| line.starts_with("::")) && !text.contains(['\u{1b}', '\r', '\u{202e}']));
        assert_eq!(data("50 %\r\n::error::x\u{7}"), "50 %25%0D%0A::error::x");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }

    #[test]
    fn of_too_many_the_last_line_counts_the_rest() {
        let text = Room::full().times(12).written(OutputFormat::Github);
        let (errors, notices) = (of(&text, "error"), of(&text, "notice"));
        assert_eq!((errors.len(), notices.len()), (10, 10), "{text}");
        assert!(errors[9].starts_with("::error title=wirecopy::and ") && errors[9].ends_with(" files"), "{text}");
    }
}
