//! For people: which articles have too much of others, where, whose it is, and why that is too much.

use std::fmt::{self, Display, Formatter};

use anstyle::{AnsiColor, Style};
use wirecopy::check::{CheckedArticle, Failure, Finding, Gate, State};
use wirecopy::{Kind, Reason};

use super::{View, is_record};
use crate::cli::terminal::{clean, count, percent, shorten, shorten_name, thousands, width, wrapped};

/// Findings of an article that are shown before the rest is only counted.
const FINDINGS: usize = 10;
/// Lines of a finding's words.
const LINES: usize = 3;
/// Things left out that are named before the rest is only counted.
const LEFT_OUT: usize = 5;
const BAD: Style = AnsiColor::Red.on_default().bold();
const HEAD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// A verdict for a person.
pub(in crate::cli) struct Text<'a> {
    pub(in crate::cli) view: &'a View<'a>,
    pub(in crate::cli) columns: usize,
}

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let verdict = self.view.verdict;
        for article in verdict.articles.iter().filter(|article| !article.failures.is_empty()) {
            self.article(f, article)?;
        }
        if self.view.verbose {
            for article in verdict.articles.iter().filter(|article| article.failures.is_empty()) {
                self.passing(f, article)?;
            }
        }
        if self.view.quiet {
            return Ok(());
        }
        self.left_out(f)?;
        self.summary(f)
    }
}

impl Text<'_> {
    fn article(&self, f: &mut Formatter<'_>, article: &CheckedArticle) -> fmt::Result {
        writeln!(f, "{BAD}{}{BAD:#}: {}", self.place(article), self.why(article))?;
        let mut findings: Vec<&Finding> =
            article.findings.iter().filter(|finding| article.is_error(finding) || self.view.verbose).collect();
        findings.sort_by_key(|finding| (std::cmp::Reverse(finding.words), finding.tokens));
        let more = findings.len().saturating_sub(FINDINGS);
        findings.truncate(FINDINGS);
        findings.sort_by_key(|finding| finding.tokens);
        for finding in findings {
            self.finding(f, article, finding)?;
        }
        if more > 0 {
            writeln!(
                f,
                "  {FAINT}and {} more: --format json lists them{FAINT:#}",
                count(more as u64, "shorter finding")
            )?;
        }
        writeln!(f)
    }

    /// An article that passes, with what it shares all the same.
    fn passing(&self, f: &mut Formatter<'_>, article: &CheckedArticle) -> fmt::Result {
        writeln!(f, "{HEAD}{}{HEAD:#}: passes", self.place(article))?;
        for finding in &article.findings {
            self.finding(f, article, finding)?;
        }
        writeln!(f)
    }

    fn place(&self, article: &CheckedArticle) -> String {
        let record = article.record.map_or_else(String::new, |record| format!(":{record}"));
        let id = if article.record.is_some() { format!(" ({})", clean(&article.name)) } else { String::new() };
        shorten_name(&format!("{}{record}{id}", clean(&article.path)), self.columns)
    }

    fn why(&self, article: &CheckedArticle) -> String {
        article.failures.iter().map(|failure| self.reason(article, failure)).collect::<Vec<_>>().join("; ")
    }

    fn reason(&self, article: &CheckedArticle, failure: &Failure) -> String {
        let figures = &article.figures;
        let flag = format!("--{}", failure.gate.name());
        let limit = percent(failure.limit);
        match failure.gate {
            Gate::MaxUnattributed => format!(
                "{} of {} unattributed, {} ({flag} {limit})",
                thousands(figures.unattributed_words.into()),
                count(figures.words.into(), "word"),
                percent(failure.figure)
            ),
            Gate::MaxRun => {
                format!(
                    "{} in a row ({flag} {})",
                    count(failure.figure as u64, "unattributed word"),
                    thousands(failure.limit as u64)
                )
            }
            Gate::MinUnique => format!("{} its own ({flag} {limit})", percent(failure.figure)),
            Gate::MaxResemblance => {
                let with = failure.with.map_or("another article", |with| self.view.verdict.path(with));
                format!("{} like {} ({flag} {limit})", percent(failure.figure), clean(with))
            }
        }
    }

    fn finding(&self, f: &mut Formatter<'_>, article: &CheckedArticle, finding: &Finding) -> fmt::Result {
        let verdict = self.view.verdict;
        let index = &verdict.report.index;
        let metadata = index.metadata(finding.source);
        let time = metadata.time.as_ref().map_or(metadata.unread_time.as_str(), |time| time.given());
        let (path, id) = (verdict.path(finding.source), index.id(finding.source));
        let path = match path {
            // A line of the article is none of the file.
            path if is_record(path) && path != id => format!("{path} ({id})"),
            path => format!("{path}:{}", finding.source_start.line),
        };
        let mut head = format!("  line {}: {} of ", finding.start.line, count(finding.words.into(), "word"));
        for fact in [metadata.source.as_str(), time].into_iter().filter(|fact| !fact.is_empty()) {
            head.push_str(&format!("{}, ", clean(fact)));
        }
        let mut tail = match finding.carriers.len() as u64 {
            0 | 1 => String::new(),
            all => format!(", and {}", count(all - 1, "other article")),
        };
        tail.push_str(&self.state(finding));
        let room = self.columns.saturating_sub(width(&head) + width(&tail));
        writeln!(f, "{head}{}{tail}", shorten_name(&clean(&path), room.max(24)))?;
        let text = index.text(article.document).get(finding.bytes.range()).unwrap_or_default();
        let mut lines = wrapped(&clean(text), self.columns.saturating_sub(4).max(20));
        if lines.len() > LINES {
            lines.truncate(LINES);
            if let Some(last) = lines.last_mut() {
                *last = shorten(&format!("{last} …"), self.columns.saturating_sub(4).max(20));
            }
        }
        for line in lines {
            writeln!(f, "    {FAINT}{line}{FAINT:#}")?;
        }
        Ok(())
    }

    /// What is said of a finding that is no error.
    fn state(&self, finding: &Finding) -> String {
        match (finding.state, finding.kind) {
            (State::Accepted, _) => " (accepted)".to_owned(),
            (State::Allowed(rule), _) => match self.view.reasons.get(rule) {
                Some(Some(reason)) => format!(" (allowed: {})", clean(reason)),
                _ => " (allowed)".to_owned(),
            },
            (State::Ignored, _) => " (left out by a comment)".to_owned(),
            (State::First, _) => " (later than here)".to_owned(),
            (State::New, Kind::Unattributed) => String::new(),
            (State::New, kind) => format!(" ({})", kind.name()),
        }
    }

    fn left_out(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let left_out = &self.view.verdict.left_out;
        let shown = if self.view.verbose { left_out.len() } else { LEFT_OUT };
        for one in left_out.iter().take(shown) {
            let same = if one.same == one.path { String::new() } else { format!(" for {}", clean(&one.path)) };
            writeln!(f, "{FAINT}not compared with itself: {}{same} ({}){FAINT:#}", clean(&one.same), one.because)?;
        }
        let more = left_out.len().saturating_sub(shown);
        if more > 0 {
            writeln!(f, "{FAINT}and {} more (-v names them){FAINT:#}", count(more as u64, "article"))?;
        }
        Ok(())
    }

    fn summary(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let verdict = self.view.verdict;
        let number = verdict.articles.len() as u64;
        if let (0, Some(reference)) = (number, self.view.since) {
            return writeln!(f, "{HEAD}no article changed since {}{HEAD:#}", clean(reference));
        }
        let failing = verdict.articles.iter().filter(|article| !article.failures.is_empty()).count() as u64;
        let told = match failing {
            0 => "nothing over the limit".to_owned(),
            failing => format!("{} over the limit", thousands(failing)),
        };
        let searched = match (verdict.searched, number) {
            (0, 0 | 1) => ", and nothing to compare with".to_owned(),
            (0, _) => " compared with one another alone".to_owned(),
            (searched, _) => format!(" compared with {}", count(searched, "article")),
        };
        let style = if failing > 0 { BAD } else { HEAD };
        writeln!(f, "{style}{}{searched}: {told}{style:#}", count(number, "article"))?;
        for line in self.notes() {
            writeln!(f, "{FAINT}{line}{FAINT:#}")?;
        }
        Ok(())
    }

    fn notes(&self) -> Vec<String> {
        let verdict = self.view.verdict;
        let mut out = Vec::new();
        let of = |which: fn(State) -> bool| {
            let all = verdict.articles.iter().flat_map(|article| &article.findings);
            all.filter(|finding| which(finding.state)).fold((0, 0), |(n, words), f| (n + 1, words + u64::from(f.words)))
        };
        for (name, which) in [
            ("accepted by the baseline", (|s| s == State::Accepted) as fn(State) -> bool),
            ("allowed by rules", |s| matches!(s, State::Allowed(_))),
            ("left out by comments", |s| s == State::Ignored),
        ] {
            let (findings, words) = of(which);
            if findings > 0 {
                out.push(format!("{name}: {} of {}", count(findings, "finding"), count(words, "word")));
            }
        }
        let gone: u64 = verdict.gone.iter().map(|entry| u64::from(entry.count)).sum();
        if gone > 0 {
            out.push(format!(
                "no longer found: {} of the baseline (`wirecopy baseline prune` drops them)",
                thousands(gone)
            ));
        }
        if verdict.has_more {
            out.push(
                "some words stand in very many articles of the index, of which only the first were looked at"
                    .to_owned(),
            );
        }
        let altered = self.view.altered().count() as u64;
        if altered > 0 {
            out.push(format!(
                "quoted in other words than elsewhere: {} (--format markdown or json)",
                thousands(altered)
            ));
        }
        let nameless = |article: &&CheckedArticle| {
            !article.failures.is_empty() && verdict.report.index.metadata(article.document).source.is_empty()
        };
        let nameless = verdict.articles.iter().filter(nameless).count() as u64;
        if nameless > 0 {
            let says = "over the limit without an outlet, whose own words nobody can tell";
            out.push(format!("{says}: {} (`source:` in it, or --source NAME)", thousands(nameless)));
        }
        let wordless = verdict.articles.iter().filter(|article| article.figures.words == 0).count() as u64;
        if wordless > 0 {
            out.push(format!("without a word: {}", count(wordless, "article")));
        }
        let warnings = &verdict.report.run.warnings;
        let passed_over = warnings.iter().filter(|warning| warning.reason == Reason::NotAnArticle).count() as u64;
        if passed_over > 0 {
            out.push(format!("not taken for articles: {} (-v names them)", thousands(passed_over)));
        }
        if self.view.incomplete {
            out.push("something could not be read, and was not checked".to_owned());
        }
        if verdict.failed() {
            let verb = if self.view.baseline.is_some() { "update" } else { "write" };
            out.push(format!(
                "`wirecopy explain NEW SOURCE` tells why; `wirecopy baseline {verb}` accepts what is there"
            ));
        }
        out
    }
}
