//! A comment for a pull request: the articles that fail, and the rest folded away. Whatever comes from an article
//! stands in code, where no markup, mention or link is alive.

use std::fmt::Write as _;
use std::io::Write;

use anyhow::Result;
use wirecopy::Kind;
use wirecopy::check::{CheckedArticle, Finding, State};

use super::{NAME, Spot, View, excerpt};
use crate::cli::terminal::{count, shorten_name, thousands};

/// Characters of a comment; hosts refuse somewhat more.
const MAX_CHARS: usize = 60_000;
/// Of these, for articles that fail.
const MAX_FAILING: usize = 40_000;
/// Kept for what says that something is left out.
const RESERVE: usize = 1_000;
/// Characters of a passage.
const PASSAGE: usize = 80;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> Result<()> {
    let verdict = view.verdict;
    let failing: Vec<&CheckedArticle> =
        verdict.articles.iter().filter(|article| !article.failures.is_empty()).collect();
    let mut text = Text::default();
    text.add(&format!("### {}\n", headline(view, failing.len())), MAX_CHARS);
    unread(view, &mut text);
    if !failing.is_empty() {
        let head = "\n| Article | Line | Words | Source | Passage | Over the limit |\n\
            | --- | ---: | ---: | --- | --- | --- |\n";
        text.add(head, MAX_FAILING);
        let mut rows = failing.iter().flat_map(|article| rows(view, article));
        let left = rows.by_ref().skip_while(|row| text.add(row, MAX_FAILING)).count();
        if left > 0 {
            text.always(&format!("\n{} left out: the other formats list all.\n", count(left as u64, "more row")));
        }
    }
    rest(view, &mut text);
    let all =
        format!("\n{} checked against {}.\n", articles(verdict.articles.len()), articles(verdict.searched as usize));
    text.always(&all);
    out.write_all(text.out.as_bytes())?;
    Ok(())
}

/// A text that does not grow beyond its limit.
#[derive(Default)]
struct Text {
    out: String,
    chars: usize,
}

impl Text {
    /// Adds a piece if it fits; whether it did.
    fn add(&mut self, piece: &str, limit: usize) -> bool {
        let chars = piece.chars().count();
        let fits = self.chars + chars + RESERVE <= limit;
        if fits {
            self.always(piece);
        }
        fits
    }

    fn always(&mut self, piece: &str) {
        self.out += piece;
        self.chars += piece.chars().count();
    }
}

fn articles(number: usize) -> String {
    count(number as u64, "article")
}

fn headline(view: &View<'_>, failing: usize) -> String {
    let all = articles(view.verdict.articles.len());
    match failing {
        0 => format!("wirecopy: no reuse over the limit in {all}"),
        _ if view.verdict.failed() => {
            format!("wirecopy: reuse over the limit in {} of {all}", thousands(failing as u64))
        }
        _ => format!("wirecopy: reuse over the limit in {} of {all}, which fails nothing", thousands(failing as u64)),
    }
}

/// What was not read.
fn unread(view: &View<'_>, text: &mut Text) {
    let losses = view.losses();
    if view.incomplete || !losses.is_empty() {
        text.always("\n**Not everything was read.**\n");
    }
    let mut shown = 0;
    for warning in &losses {
        let name = Spot { path: &warning.input, record: warning.record, ..Spot::default() }.name();
        let detail =
            if warning.detail.is_empty() { String::new() } else { format!(": {}", code(&warning.detail, NAME)) };
        let line = format!("\n- {}: {}{detail}", code_name(&name), warning.reason.name());
        if shown == 20 || !text.add(&line, MAX_FAILING / 4) {
            break;
        }
        shown += 1;
    }
    if shown > 0 {
        text.always("\n");
    }
    if losses.len() > shown {
        text.always(&format!("\nand {} more\n", thousands((losses.len() - shown) as u64)));
    }
}

/// The rows of an article that fails: a passage each.
fn rows(view: &View<'_>, article: &CheckedArticle) -> Vec<String> {
    let mut findings: Vec<&Finding> = article.findings.iter().filter(|finding| article.is_error(finding)).collect();
    findings.sort_by_key(|finding| (std::cmp::Reverse(finding.words), finding.tokens));
    let why = article.failures.iter().map(|failure| {
        let says = view.why(failure);
        let other = says.other.as_ref().map(|other| code_name(&other.label())).unwrap_or_default();
        format!("{}{other}{}", says.before, says.after)
    });
    let mut why = why.collect::<Vec<_>>().join("; ");
    let name = code_name(&Spot { path: &article.path, record: article.record, ..Spot::default() }.name());
    if findings.is_empty() {
        return vec![format!("| {name} | | | | | {why} |\n")];
    }
    let row = |finding: &Finding| {
        let why = std::mem::take(&mut why);
        let source = code_name(&view.source(finding).label());
        let passage = code(view.text(article.document, finding.bytes), PASSAGE);
        format!("| {name} | {} | {} | {source} | {passage} | {why} |\n", finding.start.line, finding.words)
    };
    findings.into_iter().map(row).collect()
}

/// What fails nothing, counted, and then named as far as there is room.
fn rest(view: &View<'_>, text: &mut Text) {
    let mut groups: [(&str, u64, u64, Vec<String>); 7] = [
        ("below the limit", 0, 0, Vec::new()),
        ("accepted", 0, 0, Vec::new()),
        ("allowed by a rule", 0, 0, Vec::new()),
        ("left out by a comment", 0, 0, Vec::new()),
        ("this article had them first", 0, 0, Vec::new()),
        ("credited", 0, 0, Vec::new()),
        ("quoted", 0, 0, Vec::new()),
    ];
    for article in &view.verdict.articles {
        for finding in article.findings.iter().filter(|finding| !article.is_error(finding)) {
            let group = match (finding.state, finding.kind) {
                (State::Accepted, _) => 1,
                (State::Allowed(_), _) => 2,
                (State::Ignored, _) => 3,
                (State::First, _) => 4,
                (State::New, Kind::Credited) => 5,
                (State::New, Kind::Quotation) => 6,
                (State::New, _) => 0,
            };
            let (_, passages, words, lines) = &mut groups[group];
            *passages += 1;
            *words += u64::from(finding.words);
            lines.push(line(view, article, finding));
        }
    }
    let altered: Vec<String> = view
        .altered()
        .map(|altered| {
            let name = code_name(&Spot::new(altered.article, Some(altered.place)).label());
            let other = code_name(&view.other(altered.other, Some(altered.other_start)).label());
            format!("\n- altered quotation: {name}, otherwise in {other}: {}", code(altered.diff, 2 * PASSAGE))
        })
        .collect();
    let passages: u64 = groups.iter().map(|group| group.1).sum();
    if passages == 0 && altered.is_empty() {
        return;
    }
    let mut head = "\n<details>\n<summary>".to_owned();
    let _ = write!(head, "{} within the limits", count(passages, "passage"));
    if !altered.is_empty() {
        let _ = write!(head, ", {}", count(altered.len() as u64, "altered quotation"));
    }
    head += "</summary>\n\n| | Passages | Words |\n| --- | ---: | ---: |\n";
    for (name, passages, words, _) in groups.iter().filter(|group| group.1 > 0) {
        let _ = writeln!(head, "| {name} | {} | {} |", thousands(*passages), thousands(*words));
    }
    text.always(&head);
    let mut lines = altered.into_iter().chain(groups.into_iter().flat_map(|group| {
        let name = group.0;
        group.3.into_iter().map(move |line| format!("\n- {name}: {line}"))
    }));
    let left = lines.by_ref().skip_while(|line| text.add(line, MAX_CHARS)).count();
    text.always("\n");
    if left > 0 {
        text.always(&format!("\n{} left out: the other formats list all.\n", count(left as u64, "more passage")));
    }
    text.always("\n</details>\n");
}

fn line(view: &View<'_>, article: &CheckedArticle, finding: &Finding) -> String {
    let name = code_name(&Spot::new(article, Some((finding.start, finding.end))).label());
    let source = code_name(&view.source(finding).label());
    let words = count(finding.words.into(), "word");
    let passage = code(view.text(article.document, finding.bytes), PASSAGE);
    let reason = view.reason(finding).map(|reason| format!("; {}", code(reason, NAME))).unwrap_or_default();
    format!("{name}, {words}, as in {source}: {passage}{reason}")
}

fn code(text: &str, max_chars: usize) -> String {
    span(&excerpt(text, max_chars))
}

fn code_name(name: &str) -> String {
    span(&shorten_name(name, NAME))
}

/// A code span. A bar would end the cell of a table whatever stands before it, and so is shown as another.
fn span(text: &str) -> String {
    let text = text.replace('|', "¦");
    if text.is_empty() {
        return String::new();
    }
    let (mut longest, mut ticks) = (0, 0);
    for c in text.chars() {
        ticks = if c == '`' { ticks + 1 } else { 0 };
        longest = longest.max(ticks);
    }
    let mark = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{mark}{pad}{text}{pad}{mark}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::OutputFormat;
    use crate::cli::render::fixture::Room;

    #[test]
    fn it_tells_the_verdict_the_articles_that_fail_and_the_rest() {
        let text = Room::full().written(OutputFormat::Markdown);
        assert!(text.starts_with("### wirecopy: reuse over the limit in 3 of 9 articles\n"), "{text}");
        let row = text.lines().find(|line| line.starts_with("| `new/copy.md` | 3 | 42 | ")).unwrap();
        assert!(row.contains("`archive/Lisk Herald/weir 1.md:11`") && row.contains("(at most 10 %)"), "{row}");
        assert!(text.contains("- `new/desk.jsonl:3`: bad record"), "{text}");
        assert!(text.contains("| accepted | 1 | 42 |") && text.contains("| allowed by a rule | 1 |"), "{text}");
        assert!(text.contains("- altered quotation: `new/quote.md:") && text.contains("</details>"), "{text}");
    }

    /// What stands in no code span.
    fn alive(text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('`') {
            out += &rest[..at];
            let ticks = rest[at..].chars().take_while(|c| *c == '`').count();
            let inside = &rest[at + ticks..];
            let mut from = 0;
            // A code span ends at as many marks as it began with.
            let end = loop {
                let Some(next) = inside[from..].find('`').map(|next| from + next) else { panic!("{rest}") };
                let found = inside[next..].chars().take_while(|c| *c == '`').count();
                if found == ticks {
                    break next;
                }
                from = next + found;
            };
            assert!(!inside[..end].contains(['\n', '|']), "{inside}");
            rest = &inside[end + ticks..];
        }
        out + rest
    }

    #[test]
    fn nothing_of_an_article_comes_alive() {
        let text = Room::full().written(OutputFormat::Markdown);
        let alive = alive(&text);
        for part in ["@all", "#12", "](", "Lisk", "odd", "{0}", "::", "<b>", "licensed"] {
            assert!(!alive.contains(part), "{part}: {alive}");
        }
        assert!(text.contains("@all") && !text.contains(['\u{1b}', '\u{202e}', '\u{7}']));
        let cells = |line: &str| line.matches('|').count();
        assert!(text.lines().filter(|line| line.starts_with("| `")).all(|line| cells(line) == 7), "{text}");
    }

    #[test]
    fn code_holds_whatever_marks_are_in_it() {
        for (text, shown) in [("a", "`a`"), ("`a", "`` `a ``"), ("a``b", "```a``b```"), ("a\\|b", "`a\\¦b`"), ("", "")]
        {
            assert_eq!(span(text), shown);
        }
    }

    #[test]
    fn a_long_one_is_cut_and_says_so() {
        let text = Room::full().times(200).written(OutputFormat::Markdown);
        let chars = text.chars().count();
        assert!((50_000..=MAX_CHARS).contains(&chars), "{chars}");
        assert!(text.contains("more rows left out") && text.contains("more passages left out"), "{text}");
        assert!(text.ends_with("checked against 2 articles.\n"));
    }

    #[test]
    fn without_trouble_it_is_short() {
        let mut room = Room::full();
        room.verdict.articles.retain(|article| article.findings.is_empty());
        room.verdict.report.altered_quotes.clear();
        room.verdict.report.run.warnings.clear();
        let mut out = Vec::new();
        write(&View { incomplete: false, ..room.view() }, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "### wirecopy: no reuse over the limit in 1 article\n\n1 article checked against 2 articles.\n"
        );
    }
}
