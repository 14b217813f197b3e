//! What a scan found, for a person at a terminal. Reads the report; decides nothing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use wirecopy::document::{ByteSpan, DocumentIndex};
use wirecopy::report::{ArticleRow, ClusterRow, PassageRow, RowId, TABLES};
use wirecopy::{Kind, Report, Warning};

use super::terminal::{bar, clean, count, percent, shorten, shorten_name, thousands, width};

const ALTERED: usize = 4;
const PASSAGES: usize = 8;
const ARTICLES: usize = 8;
const CLUSTERS: usize = 5;
/// Names that are spelled out in a list before the rest is only counted.
const NAMES: usize = 3;
const BAR: usize = 10;

const HEAD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const TROUBLE: Style = AnsiColor::Yellow.on_default().bold();

/// The summary of a report; `Display` writes it, with colours that the stream may strip.
pub(super) struct Summary<'a> {
    pub(super) report: &'a Report,
    /// Columns of the terminal.
    pub(super) columns: usize,
    /// Where the report was written to.
    pub(super) output: Vec<PathBuf>,
}

impl Display for Summary<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.headline(f)?;
        self.passages(f)?;
        self.altered(f)?;
        self.articles(f)?;
        self.clusters(f)?;
        self.skipped(f)?;
        self.end(f)
    }
}

impl Summary<'_> {
    fn headline(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let report = self.report;
        let articles = &report.articles;
        let outlets: BTreeSet<&str> =
            articles.iter().map(|row| self.outlet(row.document)).filter(|s| !s.is_empty()).collect();
        let words: u64 = articles.iter().map(|row| u64::from(row.words)).sum();
        let unique: u64 = articles.iter().map(|row| u64::from(row.unique_words)).sum();
        write!(f, "{HEAD}{}", count(articles.len() as u64, "article"))?;
        if !outlets.is_empty() {
            write!(f, " of {}", count(outlets.len() as u64, "outlet"))?;
        }
        write!(f, ", {}", count(words, "word"))?;
        if words > 0 {
            write!(f, ": {} unique", percent(unique as f64 / words as f64))?;
        }
        writeln!(f, "{HEAD:#}")?;
        let mut totals: BTreeMap<usize, (&str, u64)> = BTreeMap::new();
        for row in articles {
            for (at, (name, words)) in kinds(row).into_iter().enumerate() {
                totals.entry(at).or_insert((name, 0)).1 += u64::from(words);
            }
        }
        let shares: Vec<String> = totals
            .values()
            .filter(|(_, part)| *part > 0)
            .map(|(name, part)| format!("{name} {}", percent(*part as f64 / words as f64)))
            .collect();
        if !shares.is_empty() {
            wrap(f, &format!("Not unique: {}", shares.join(", ")), self.columns)?;
        }
        let clusters = self.clusters_by_size().len() as u64;
        writeln!(
            f,
            "{}, {}, {} of near-duplicates",
            count(report.overlaps.len() as u64, "overlap"),
            count(report.passages.len() as u64, "passage"),
            count(clusters, "cluster"),
        )
    }

    fn passages(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // Sign-up lines and strings of titles are carried most, and tell least.
        let news = |row: &&PassageRow| row.articles > 1 && !matches!(row.kind, Kind::Boilerplate | Kind::Formula);
        let mut carried: Vec<&PassageRow> = self.report.passages.iter().filter(news).collect();
        carried.sort_by_key(|row| (Reverse(row.articles), Reverse(row.words), &row.passage_id));
        if carried.is_empty() {
            return Ok(());
        }
        let all = carried.len();
        let mut shown: Vec<&PassageRow> = Vec::with_capacity(PASSAGES);
        for row in carried {
            // A part of what is shown already is no news, nor is what it is a part of.
            let inside = |other: &&PassageRow| {
                let ((document, span), (other, shown)) = (row.text, other.text);
                let within = |x: ByteSpan, y: ByteSpan| y.start <= x.start && x.end <= y.end;
                document == other && (within(span, shown) || within(shown, span))
            };
            if shown.len() < PASSAGES && !shown.iter().any(inside) {
                shown.push(row);
            }
        }
        let what = if self.columns >= 80 { " that stand in two articles or more" } else { "" };
        let part = first_of(shown.len(), all, what);
        writeln!(f, "\n{HEAD}Most carried passages{HEAD:#}{part}")?;
        for row in shown {
            let (document, span) = row.text;
            let text = self.report.index.text(document).get(span.range()).unwrap_or_default();
            match self.report.redacted {
                true => writeln!(f, "  {FAINT}passage {} (text left out){FAINT:#}", row.passage_id)?,
                false => writeln!(f, "  {}", quoted(text, self.columns - 2))?,
            }
            let style = style(row.kind);
            let origins = match row.kind {
                Kind::Quotation => format!("{}, ", count(row.origins.into(), "origin")),
                _ => String::new(),
            };
            let (articles, words) = (count(row.articles.into(), "article"), count(row.words.into(), "word"));
            let facts = format!("{articles}, {origins}{words}, ");
            let room = self.columns.saturating_sub(4 + width(&facts) + row.kind.name().len());
            let outlets = list(self.outlets_of(row).into_iter(), " · ", room);
            writeln!(f, "    {facts}{style}{}{style:#}{outlets}", row.kind.name())?;
            let time = self.time(row.first);
            if time.is_empty() {
                // Undated articles come last: none of the passage has a date.
                writeln!(f, "    {FAINT}order unknown (no dates){FAINT:#}")?;
                continue;
            }
            let time = format!(", {}", shorten(time, 32));
            let room = self.columns.saturating_sub(10 + width(&time));
            let id = shorten_name(self.report.index.id(row.first), room);
            writeln!(f, "    {FAINT}first {id}{time}{FAINT:#}")?;
        }
        Ok(())
    }

    fn altered(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // One line a difference, however many pairs of articles have it.
        let mut differences: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for row in &self.report.altered_quotes {
            *differences.entry((&row.quote.diff, &row.quote.speaker)).or_default() += 1;
        }
        if differences.is_empty() {
            return Ok(());
        }
        let mut differences: Vec<((&str, &str), u64)> = differences.into_iter().collect();
        differences.sort_by_key(|&(what, pairs)| (Reverse(pairs), what));
        let shown = first_of(ALTERED.min(differences.len()), differences.len(), "");
        writeln!(f, "\n{HEAD}Quotations in other words{HEAD:#}{shown}")?;
        for ((diff, speaker), pairs) in differences.into_iter().take(ALTERED) {
            match self.report.redacted {
                true => writeln!(f, "  {FAINT}(text left out){FAINT:#}")?,
                false => writeln!(f, "  {}", shorten(diff, self.columns - 2))?,
            }
            let pairs = if pairs == 1 { "one pair of articles".to_owned() } else { count(pairs, "pair") };
            let speaker = if speaker.is_empty() { "speaker not named" } else { speaker };
            writeln!(f, "    {FAINT}{}{FAINT:#}", shorten(&format!("{speaker} · {pairs}"), self.columns - 4))?;
        }
        Ok(())
    }

    fn articles(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let unique = |row: &ArticleRow| f64::from(row.unique_words) / f64::from(row.words.max(1));
        // What others took from an article remains its own: only what was there before counts, if dates tell.
        let own = |row: &ArticleRow| row.first_seen_share.unwrap_or_else(|| unique(row));
        let mut copied: Vec<&ArticleRow> =
            self.report.articles.iter().filter(|row| row.unique_words < row.words && own(row) < 1.0).collect();
        copied.sort_by(|x, y| own(x).total_cmp(&own(y)).then(y.words.cmp(&x.words)).then(x.document.cmp(&y.document)));
        if copied.is_empty() {
            return Ok(());
        }
        writeln!(f, "\n{HEAD}Least of their own{HEAD:#}{}", first_of(ARTICLES.min(copied.len()), copied.len(), ""))?;
        writeln!(f, "  {FAINT}words that no earlier article has (undated: no other){FAINT:#}")?;
        for row in copied.into_iter().take(ARTICLES) {
            let name = shorten_name(self.report.index.id(row.document), self.columns - BAR - 10);
            writeln!(f, "  {} {:>5}  {name}", bar(own(row), BAR), percent(own(row)))?;
            let parts: Vec<String> = kinds(row)
                .into_iter()
                .filter(|(_, words)| *words > 0)
                .map(|(name, words)| format!("{} {name}", thousands(words.into())))
                .collect();
            let words = count(row.words.into(), "word");
            let facts = format!("{words}, {} unique: {}", percent(unique(row)), parts.join(", "));
            let indent = BAR + 10;
            write!(f, "{:indent$}{FAINT}{facts}", "")?;
            if let Some((other, share)) = row.top_source {
                let lead = format!(" · {} also in ", percent(share));
                let room = self.columns.saturating_sub(indent + width(&facts) + width(&lead));
                // Names that would be no more than an ellipsis go on a line of their own.
                if room >= 24 {
                    write!(f, "{lead}{}", shorten_name(self.report.index.id(other), room))?;
                } else {
                    let lead = &lead[" · ".len()..];
                    let room = self.columns.saturating_sub(indent + width(lead));
                    write!(f, "\n{:indent$}{lead}{}", "", shorten_name(self.report.index.id(other), room))?;
                }
            }
            writeln!(f, "{FAINT:#}")?;
        }
        Ok(())
    }

    fn clusters(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let clusters = self.clusters_by_size();
        if clusters.is_empty() {
            return Ok(());
        }
        writeln!(f, "\n{HEAD}Near-duplicates{HEAD:#}{}", first_of(CLUSTERS.min(clusters.len()), clusters.len(), ""))?;
        for cluster in clusters.into_iter().take(CLUSTERS) {
            let Some(leader) = cluster.first().map(|row| row.leader) else { continue };
            let mut relations: BTreeMap<_, u64> = BTreeMap::new();
            let members: Vec<&ClusterRow> = cluster.iter().copied().filter(|row| row.document != leader).collect();
            for row in &members {
                *relations.entry(row.relation).or_default() += 1;
            }
            let relations: Vec<String> =
                relations.into_iter().map(|(relation, n)| format!("{} {}", thousands(n), relation.name())).collect();
            let facts = format!(": {}", relations.join(", "));
            let name =
                shorten_name(self.report.index.id(leader), self.columns.saturating_sub(2 + width(&facts)).max(20));
            writeln!(f, "  {name}{facts}")?;
            let names = members.iter().map(|row| self.report.index.id(row.document));
            writeln!(f, "    {FAINT}{}{FAINT:#}", list(names, "", self.columns - 4))?;
        }
        Ok(())
    }

    fn skipped(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut reasons: BTreeMap<_, Vec<&Warning>> = BTreeMap::new();
        for warning in &self.report.run.warnings {
            reasons.entry((!warning.reason.is_loss(), warning.reason)).or_default().push(warning);
        }
        if reasons.is_empty() {
            return Ok(());
        }
        writeln!(f, "\n{HEAD}Skipped or changed{HEAD:#}")?;
        for ((harmless, reason), warnings) in reasons {
            let lead = format!("{} {}", thousands(warnings.len() as u64), reason.name());
            let style = if harmless { Style::new() } else { TROUBLE };
            let places = warnings.iter().map(|warning| match warning.record {
                Some(record) => format!("{}:{record}", warning.input),
                None => warning.input.clone(),
            });
            let names = list(places, ": ", self.columns.saturating_sub(2 + width(&lead)));
            writeln!(f, "  {style}{lead}{style:#}{names}")?;
        }
        Ok(())
    }

    fn end(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        let losses = self.report.run.warnings.iter().filter(|warning| warning.reason.is_loss()).count() as u64;
        if losses > 0 {
            let were = if losses == 1 { "was" } else { "were" };
            writeln!(
                f,
                "{TROUBLE}{} {were} not read{TROUBLE:#}, so the exit code is 3; all figures are of the rest",
                count(losses, "input or record").replace("input or records", "inputs or records"),
            )?;
        }
        if self.report.run.counts.rows_cut > 0 {
            let rows = count(self.report.run.counts.rows_cut, "row");
            writeln!(f, "{TROUBLE}{rows} withheld by a limit{TROUBLE:#}, so the exit code is 3")?;
        }
        if self.output.is_empty() {
            let tables: Vec<String> = TABLES
                .iter()
                .filter(|table| !table.is_empty(self.report))
                .map(|table| format!("{}.csv ({})", table.name, thousands(table.len(self.report) as u64)))
                .collect();
            let tables = if tables.is_empty() { String::new() } else { format!(": {}", tables.join(", ")) };
            let line = format!("Nothing was written. -o DIR writes all of it as tables{tables}");
            return wrap(f, &line, self.columns);
        }
        let places: Vec<String> = self.output.iter().map(|path| clean(&path.display().to_string())).collect();
        writeln!(f, "Written to {}", places.join(" and "))
    }

    fn outlet(&self, document: DocumentIndex) -> &str {
        &self.report.index.metadata(document).source
    }

    fn time(&self, document: DocumentIndex) -> &str {
        self.report.index.metadata(document).time.as_ref().map_or("", |time| time.given())
    }

    /// Outlets that carry a passage, the earliest first.
    fn outlets_of(&self, row: &PassageRow) -> Vec<&str> {
        let rows = &self.report.occurrences;
        let from = rows.partition_point(|other| other.passage_id < row.passage_id);
        let mut documents: Vec<DocumentIndex> = rows[from..]
            .iter()
            .take_while(|other| other.passage_id == row.passage_id)
            .map(|other| other.document)
            .collect();
        documents.sort_unstable();
        let mut known = BTreeSet::new();
        documents
            .into_iter()
            .map(|d| self.outlet(d))
            .filter(|outlet| !outlet.is_empty() && known.insert(*outlet))
            .collect()
    }

    /// The rows of each cluster, the largest first.
    fn clusters_by_size(&self) -> Vec<Vec<&ClusterRow>> {
        let mut clusters: BTreeMap<RowId, Vec<&ClusterRow>> = BTreeMap::new();
        for row in &self.report.clusters {
            clusters.entry(row.cluster_id).or_default().push(row);
        }
        let mut clusters: Vec<Vec<&ClusterRow>> = clusters.into_values().collect();
        clusters.sort_by_key(|rows| (Reverse(rows.len()), rows.first().map(|row| row.leader)));
        clusters
    }
}

/// Words of an article that are not unique, by kind.
fn kinds(row: &ArticleRow) -> [(&'static str, u32); 5] {
    [
        ("unattributed", row.unattributed_words),
        ("quotation", row.quotation_words),
        ("credited", row.credited_words),
        ("self", row.self_words),
        ("boilerplate", row.boilerplate_words),
    ]
}

fn style(kind: Kind) -> Style {
    match kind {
        Kind::Unattributed => AnsiColor::Yellow.on_default(),
        Kind::Quotation => AnsiColor::Cyan.on_default(),
        Kind::Credited => AnsiColor::Green.on_default(),
        _ => FAINT,
    }
}

/// A text in curly quotation marks; marks of its own around the whole are not doubled.
fn quoted(text: &str, columns: usize) -> String {
    let text = shorten(text.trim(), columns.saturating_sub(2));
    let text = text.strip_prefix(['“', '"']).unwrap_or(&text);
    let text = text.strip_suffix(['”', '"']).unwrap_or(text);
    format!("“{text}”")
}

/// Says that a list is not all of it, and of what, if that needs words.
fn first_of(shown: usize, all: usize, what: &str) -> String {
    let the = if what.is_empty() { "" } else { "the " };
    let all_of_them = thousands(all as u64);
    if all > shown { format!(" {FAINT}({shown} of {the}{all_of_them}{what}){FAINT:#}") } else { String::new() }
}

/// The first names, as many as fit, and how many more there are; `lead` before them, nothing if there are none.
fn list(names: impl ExactSizeIterator<Item = impl AsRef<str>>, lead: &str, columns: usize) -> String {
    let all = names.len();
    let mut out = String::new();
    let mut shown = 0;
    for name in names.take(NAMES) {
        let before = if shown == 0 { lead } else { ", " };
        let more = if all > shown + 1 { format!(" +{}", thousands((all - shown - 1) as u64)) } else { String::new() };
        let room = columns.saturating_sub(width(&out) + width(before) + width(&more));
        let name = clean(name.as_ref());
        if shown > 0 && width(&name) > room {
            break;
        }
        out += before;
        out += &shorten_name(&name, room.max(8));
        shown += 1;
    }
    if all > shown {
        out += &format!(" +{}", thousands((all - shown) as u64));
    }
    out
}

/// A line broken between words.
fn wrap(f: &mut Formatter<'_>, line: &str, columns: usize) -> fmt::Result {
    let mut used = 0;
    for word in line.split(' ') {
        if used > 0 && used + 1 + width(word) > columns {
            write!(f, "\n  {word}")?;
            used = 2 + width(word);
        } else {
            let blank = if used > 0 { " " } else { "" };
            write!(f, "{blank}{word}")?;
            used += blank.len() + width(word);
        }
    }
    writeln!(f)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wirecopy::{Detector, Document, Metadata, Reason, Settings};

    const SENTENCE: &str = "The council voted on Tuesday to close the east quay to heavy lorries for good";

    fn report(articles: &[(&str, &str, String)]) -> Report {
        let mut detector = Detector::new(Settings::news()).unwrap();
        for (id, source, text) in articles {
            let metadata = Metadata { source: source.to_string(), ..Metadata::default() };
            let (id, text) = (id.to_string(), text.clone());
            detector.add(Document { id, metadata, text, body_start: 0 }).unwrap();
        }
        detector.report(&()).unwrap()
    }

    fn two() -> Report {
        report(&[
            ("herald/a.txt", "herald", format!("{SENTENCE}, says our man at the harbour wall.")),
            ("post/\u{1b}[2Jb.txt", "post", format!("Late news comes in slowly here. {SENTENCE}\u{7}.")),
        ])
    }

    fn plain(report: &Report, columns: usize, output: &[&str]) -> String {
        let output = output.iter().map(PathBuf::from).collect();
        let text = Summary { report, columns, output }.to_string();
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn the_headline_counts_articles_outlets_words_and_what_is_unique() {
        let text = plain(&two(), 100, &[]);
        let words: u32 = two().articles.iter().map(|row| row.words).sum();
        assert!(text.starts_with(&format!("2 articles of 2 outlets, {words} words: ")), "{text}");
        assert!(text.contains("\n1 overlap, 1 passage, 0 clusters of near-duplicates\n"), "{text}");
    }

    #[test]
    fn a_passage_is_shown_with_its_outlets_and_its_first_carrier() {
        let text = plain(&two(), 100, &[]);
        assert!(text.contains("Most carried passages\n  “The council voted on Tuesday"), "{text}");
        assert!(text.contains("2 articles, 15 words, unattributed · herald, post\n"), "{text}");
        assert!(text.contains("    order unknown (no dates)\n"), "{text}");
    }

    #[test]
    fn the_originator_of_a_copied_article_is_not_among_those_with_least_of_their_own() {
        let mut report = two();
        report.articles[0].first_seen_share = Some(1.0);
        report.articles[1].first_seen_share = Some(0.4);
        let text = plain(&report, 100, &[]);
        let (_, list) = text.split_once("Least of their own\n").unwrap();
        assert!(list.contains("█░░░░░░  40 %  post/b.txt\n"), "{text}");
        assert!(list.contains(" % unique: 15 unattributed") && !list.contains("%  herald"), "{text}");
    }

    #[test]
    fn a_part_of_a_passage_that_is_shown_is_not_shown_again() {
        let mut report = two();
        let mut part = report.passages[0].clone();
        part.passage_id = u64::MAX.into();
        part.text.1.end -= 20;
        report.passages.push(part);
        let text = plain(&report, 100, &[]);
        assert!(text.contains("Most carried passages (1 of the 2 that stand in two articles or more)\n"), "{text}");
        assert_eq!(text.matches("“The council").count(), 1, "{text}");
        assert!(plain(&report, 60, &[]).contains("Most carried passages (1 of 2)\n"));
    }

    #[test]
    fn no_control_character_of_an_article_or_an_id_gets_through() {
        let text = plain(&two(), 100, &[]);
        assert!(text.contains("post/b.txt"), "{text}");
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    }

    #[test]
    fn lines_fit_the_terminal() {
        for columns in [60, 80, 100] {
            let text = plain(&two(), columns, &[]);
            let widest = text.lines().max_by_key(|line| width(line)).unwrap();
            assert!(width(widest) <= columns, "{columns}: {widest}");
        }
    }

    #[test]
    fn without_a_folder_it_says_what_one_would_hold_and_with_one_where_it_is() {
        let text = plain(&two(), 200, &[]);
        assert!(
            text.contains("Nothing was written. -o DIR writes all of it as tables: overlaps.csv (1), articles.csv (2)")
        );
        let text = plain(&two(), 200, &["out", "x.json"]);
        assert!(text.ends_with("\nWritten to out and x.json\n") && !text.contains("Nothing was written"), "{text}");
    }

    #[test]
    fn losses_are_counted_named_and_said_to_change_the_exit_code() {
        let mut report = two();
        assert!(!plain(&report, 100, &[]).contains("exit code"));
        let loss = |record| Warning {
            input: "x.jsonl".into(),
            record: Some(record),
            reason: Reason::BadRecord,
            detail: String::new(),
        };
        report.run.warnings = (1..=5).map(loss).collect();
        let text = plain(&report, 100, &[]);
        assert!(text.contains("  5 bad record: x.jsonl:1, x.jsonl:2, x.jsonl:3 +2\n"), "{text}");
        assert!(text.contains("5 inputs or records were not read, so the exit code is 3"), "{text}");
    }

    #[test]
    fn articles_that_share_nothing_are_no_table() {
        let text = plain(&report(&[("a", "", SENTENCE.into()), ("b", "", "Quite another thing.".into())]), 100, &[]);
        assert!(text.starts_with("2 articles, 18 words: 100 % unique\n0 overlaps"), "{text}");
        assert!(!text.contains("Most carried") && !text.contains("Least of"), "{text}");
    }

    #[test]
    fn an_empty_corpus_has_a_summary_as_well() {
        assert!(plain(&report(&[]), 100, &[]).starts_with("0 articles, 0 words\n0 overlaps"));
    }

    #[test]
    fn lists_name_what_fits_and_count_the_rest() {
        let names = ["alpha", "beta", "gamma", "delta"];
        assert_eq!(list(names.iter(), ": ", 80), ": alpha, beta, gamma +1");
        assert_eq!(list(names.iter(), ": ", 15), ": alpha +3");
        assert_eq!(list(names[..0].iter(), ": ", 80), "");
    }

    #[test]
    fn a_quotation_does_not_get_two_pairs_of_marks() {
        assert_eq!(quoted("“We will not”", 40), "“We will not”");
        assert_eq!(quoted("\"We will not\", he said", 40), "“We will not\", he said”");
        assert_eq!(quoted("we will", 40), "“we will”");
    }
}
