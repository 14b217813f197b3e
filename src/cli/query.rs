//! `wirecopy query`: where does this text come from?

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};
use std::io::Write as _;
use std::path::Path;

use anstyle::Style;
use anyhow::{Result, bail};
use wirecopy::document::ByteSpan;
use wirecopy::read::{self, ReadSettings};
use wirecopy::{Answer, Document, FoundSource, Store, query, query_files, store};

use super::args::{Common, InputArgs, QueryArgs, TextOrJson};
use super::progress::Bars;
use super::terminal::{clean, columns, count, percent, shorten, shorten_name, thousands, wrapped};
use super::{Outcome, lost, print_warnings, written};

/// Articles that are shown before the rest is only counted.
const SHOWN: usize = 10;
const HEAD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

pub(super) fn run(args: &QueryArgs, common: &Common) -> Result<Outcome> {
    let settings = args.settings()?;
    let document = asked(&args.file, &args.fields.settings())?;
    let answer = if store::is_store(&args.corpus) {
        query(&Store::open(&args.corpus)?, document, &settings)?
    } else {
        let found = InputArgs::discover(std::slice::from_ref(&args.corpus))?;
        if found.inputs.is_empty() {
            bail!("{}: neither an index nor articles; `wirecopy index add` makes an index", args.corpus.display());
        }
        query_files(found.inputs, args.fields.settings(), document, &settings, &Bars::new(common))?
    };
    print_warnings(&answer.report.run.warnings, common);
    match args.format {
        TextOrJson::Text => {
            let text = Text { answer: &answer, columns: columns() }.to_string();
            written(anstream::stdout().write_all(text.as_bytes()))?;
        }
        TextOrJson::Json => {
            written(writeln!(std::io::stdout(), "{}", answer.to_json()))?;
        }
    }
    let outcome = if lost(&answer.report.run.warnings) { Outcome::Incomplete } else { Outcome::Complete };
    // The process ends here: giving back memory piece by piece would only take time.
    std::mem::forget(answer);
    Ok(outcome)
}

/// The one article of a file.
pub(super) fn asked(file: &Path, settings: &ReadSettings) -> Result<Document> {
    Ok(read::one_article(std::env::current_dir().ok().as_deref(), file, settings)?)
}

/// The answer for a person.
struct Text<'a> {
    answer: &'a Answer,
    columns: usize,
}

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let sources = self.answer.sources();
        let (unique, words) = self.answer.unique_words();
        let searched = count(self.answer.searched, "article");
        if sources.is_empty() {
            return writeln!(f, "{HEAD}{}: none of them found in {searched}{HEAD:#}", count(words.into(), "word"));
        }
        writeln!(
            f,
            "{HEAD}{}: {} in {}{} of {searched}, {} unique{HEAD:#}",
            count(words.into(), "word"),
            thousands((words - unique).into()),
            if self.answer.has_more { "at least " } else { "" },
            thousands(sources.len() as u64),
            percent(f64::from(unique) / f64::from(words.max(1))),
        )?;
        let mut shown = BTreeSet::new();
        for (at, source) in sources.iter().take(SHOWN).enumerate() {
            self.source(f, at + 1, source, words, &mut shown)?;
        }
        let more = sources.len().saturating_sub(SHOWN);
        if more > 0 {
            writeln!(f, "\n{FAINT}and {} more: --format json lists them{FAINT:#}", count(more as u64, "article"))?;
        }
        if self.answer.has_more {
            let first = "some words stand in very many articles: the first to have each run of them are here, not all";
            writeln!(f, "\n{FAINT}{first}{FAINT:#}")?;
        }
        Ok(())
    }
}

impl Text<'_> {
    fn source(
        &self,
        f: &mut Formatter<'_>,
        place: usize,
        source: &FoundSource<'_>,
        words: u32,
        shown: &mut BTreeSet<ByteSpan>,
    ) -> fmt::Result {
        let index = &self.answer.report.index;
        let metadata = index.metadata(source.document);
        let id = shorten_name(index.id(source.document), self.columns.saturating_sub(5));
        writeln!(f, "\n{HEAD}{place:2}. {id}{HEAD:#}")?;
        let time = metadata.time.as_ref().map_or(metadata.unread_time.as_str(), |time| time.given());
        let facts: Vec<String> = [metadata.source.as_str(), time, metadata.title.as_str()]
            .into_iter()
            .map(clean)
            .filter(|fact| !fact.is_empty())
            .collect();
        if !facts.is_empty() {
            writeln!(f, "    {}", shorten(&facts.join(" · "), self.columns - 4))?;
        }
        let share = percent(f64::from(source.words) / f64::from(words.max(1)));
        writeln!(f, "    has {} of them, {share}", thousands(source.words.into()))?;
        for overlap in &source.overlaps {
            let (asked, _) = self.answer.asked_side(overlap);
            let text = index.text(asked.document).get(asked.bytes.range()).unwrap_or_default();
            let kind = overlap.judged.kind.name();
            let words = count(overlap.matched_words.into(), "word");
            let exact = if overlap.exact { "" } else { ", changed" };
            let known = if shown.insert(asked.bytes) { "" } else { ", the same as above" };
            writeln!(f, "    {FAINT}line {}: {words}{exact}, {kind}{known}{FAINT:#}", asked.line)?;
            if !known.is_empty() {
                continue;
            }
            for line in wrapped(&clean(text), self.columns - 6) {
                writeln!(f, "      {line}")?;
            }
        }
        Ok(())
    }
}
