//! A verdict as a page: the articles that were checked and those that they share words with.

use std::io::Write;

use anyhow::Result;
use wirecopy::check::{CheckedArticle, State};
use wirecopy::report::{CheckedPage, HtmlPage, PageLimits};

use super::View;

/// Writes the page.
pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> Result<()> {
    let verdict = view.verdict;
    let checked = |article: &CheckedArticle| CheckedPage {
        document: article.document,
        failures: article.failures.iter().map(|failure| view.why(failure).plain()).collect(),
        excused: {
            let excused = article.findings.iter().filter(|finding| finding.state != State::New);
            let mut spans: Vec<_> = excused.map(|finding| finding.tokens).collect();
            spans.sort_unstable();
            spans
        },
    };
    let checked: Vec<CheckedPage> = verdict.articles.iter().map(checked).collect();
    Ok(HtmlPage::of_check(&verdict.report, &checked, &PageLimits::default()).write(out)?)
}
