//! The formats of `wirecopy check`: one verdict for people, code hosts, CI servers and programs.
//! Decides nothing: what is too much, the library has said. All formats are the same on every run and machine.

mod csv;
mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod markdown;
mod sarif;
mod text;

pub(super) use self::text::Text;

use std::collections::BTreeMap;
use std::io::Write;

use anstream::adapter::strip_str;
use anyhow::Result;
use wirecopy::check::{CheckedArticle, FailOn, Failure, Finding, Gate, Gates, Position, State, Verdict};
use wirecopy::document::{ByteSpan, DocumentIndex};
use wirecopy::report::AlteredQuoteRow;
use wirecopy::{Kind, Warning};
use xxhash_rust::xxh3::xxh3_64;

use super::args::OutputFormat;
use super::terminal::{clean, count, four_decimals, shorten, shorten_name};

/// Characters of a passage that a message quotes.
const QUOTED: usize = 120;
/// Characters of a name in a message.
const NAME: usize = 160;

/// A verdict, and what a reader of it must know.
pub(super) struct View<'a> {
    pub(super) verdict: &'a Verdict,
    pub(super) gates: &'a Gates,
    /// Why each rule allows what it allows, in the order of [`wirecopy::check::Rules::allow`].
    pub(super) reasons: &'a [Option<String>],
    /// The baseline's path as it was typed.
    pub(super) baseline: Option<&'a str>,
    /// Something was not read.
    pub(super) incomplete: bool,
    /// With which the command will end.
    pub(super) exit_code: u8,
    /// The ref of git since which articles were looked for.
    pub(super) since: Option<&'a str>,
    /// For people: what passes as well, or nothing but what does not.
    pub(super) verbose: bool,
    pub(super) quiet: bool,
}

/// Columns of a text that goes into a file.
const COLUMNS: usize = 100;

/// Writes the verdict in a format, line end included.
pub(super) fn write(name: OutputFormat, view: &View<'_>, out: &mut dyn Write) -> Result<()> {
    match name {
        OutputFormat::Text => {
            let text = Text { view, columns: COLUMNS }.to_string();
            Ok(out.write_all(strip_str(&text).to_string().as_bytes())?)
        }
        OutputFormat::Github => github::write(view, out),
        OutputFormat::Sarif => sarif::write(view, out),
        OutputFormat::Junit => junit::write(view, out),
        OutputFormat::Gitlab => gitlab::write(view, out),
        OutputFormat::Markdown => markdown::write(view, out),
        OutputFormat::Json => json::write(view, out),
        OutputFormat::Csv => csv::write(view, out),
        OutputFormat::Html => html::write(view, out),
    }
}

/// The beginning of a text on one line, without anything that moves a cursor or turns the direction of writing.
fn excerpt(text: &str, max_chars: usize) -> String {
    shorten(text, max_chars)
}

/// How grave it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Error,
    Warning,
    Note,
}

/// What is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    Unattributed,
    Credited,
    Quoted,
    AlteredQuote,
    LowUnique,
    NearDuplicate,
    Unreadable,
}

impl Rule {
    const ALL: [Self; 7] = [
        Self::Unattributed,
        Self::Credited,
        Self::Quoted,
        Self::AlteredQuote,
        Self::LowUnique,
        Self::NearDuplicate,
        Self::Unreadable,
    ];

    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Quotation => Self::Quoted,
            Kind::Credited => Self::Credited,
            _ => Self::Unattributed,
        }
    }

    fn id(self) -> &'static str {
        match self {
            Self::Unattributed => "reuse/unattributed",
            Self::Credited => "reuse/credited",
            Self::Quoted => "reuse/quoted",
            Self::AlteredQuote => "reuse/altered-quote",
            Self::LowUnique => "article/low-unique",
            Self::NearDuplicate => "article/near-duplicate",
            Self::Unreadable => "input/unreadable",
        }
    }
}

/// Where something stands, as far as a file has lines for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Spot<'a> {
    path: &'a str,
    record: Option<u64>,
    /// First and last line of the file.
    lines: Option<(u32, u32)>,
    /// First column, and the one behind the last, counted in code points.
    columns: Option<(u32, u32)>,
}

impl<'a> Spot<'a> {
    /// A place in an article. A record of JSONL is one line of its file; a row of a table may be any.
    fn new(article: &'a CheckedArticle, place: Option<(Position, Position)>) -> Self {
        let CheckedArticle { path, record, .. } = article;
        let mut spot = Spot { path, record: *record, lines: None, columns: None };
        match (record, place) {
            (Some(record), _) => spot.lines = record_line(path, *record),
            (None, Some((start, end))) => {
                spot.lines = Some((start.line, end.line));
                spot.columns = Some((start.column, end.column));
            }
            (None, None) => spot.lines = Some((1, 1)),
        }
        spot
    }

    /// `path`, or `path:record`.
    fn name(&self) -> String {
        self.record.map_or_else(|| self.path.to_owned(), |record| format!("{}:{record}", self.path))
    }

    /// `path:line`, for people.
    fn label(&self) -> String {
        let path = shorten_name(self.path, NAME);
        match (self.record, self.lines) {
            (Some(record), _) => format!("{path}:{record}"),
            (None, Some((line, _))) => format!("{path}:{line}"),
            (None, None) => path,
        }
    }
}

fn record_line(path: &str, record: u64) -> Option<(u32, u32)> {
    let line = u32::try_from(record).ok().filter(|line| *line > 0 && is_one_of(path, &["jsonl", "ndjson"]))?;
    Some((line, line))
}

/// Whether a file has one of these extensions, packed or not.
fn is_one_of(path: &str, extensions: &[&str]) -> bool {
    let path = path.strip_suffix(".gz").or(path.strip_suffix(".zst")).unwrap_or(path);
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    extensions.iter().any(|e| extension.eq_ignore_ascii_case(e))
}

/// Whether a place is one of several articles in a file: lines of its text are none of the file.
fn is_record(path: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let path = path.rsplit_once(':').filter(|(_, number)| is_number(number)).map_or(path, |(path, _)| path);
    is_one_of(path, &["jsonl", "ndjson", "csv", "tsv"])
}

/// A path that says nothing of the machine: one from the root keeps only the file's name.
fn portable(path: &str) -> &str {
    if path.starts_with('/') { path.rsplit('/').find(|part| !part.is_empty()).unwrap_or("-") } else { path }
}

/// The article on the other side.
#[derive(Clone, Debug)]
struct Other<'a> {
    /// Its path or its id, without what stands before it on the machine.
    path: &'a str,
    /// Its id, where the path is that of a file of many articles.
    id: Option<&'a str>,
    /// Where the words begin; none where the text is only a part of a file.
    start: Option<Position>,
    outlet: &'a str,
    time: &'a str,
}

impl Other<'_> {
    /// `path:line` or `path (id)`, for people.
    fn label(&self) -> String {
        let path = shorten_name(self.path, NAME);
        match (self.id, self.start) {
            (Some(id), _) => format!("{path} ({})", shorten_name(id, NAME)),
            (None, Some(start)) => format!("{path}:{}", start.line),
            (None, None) => path,
        }
    }

    /// ` (outlet, time)`, as far as it is known.
    fn facts(&self) -> String {
        let facts: Vec<String> =
            [self.outlet, self.time].into_iter().map(|fact| excerpt(fact, NAME)).filter(|f| !f.is_empty()).collect();
        if facts.is_empty() { String::new() } else { format!(" ({})", facts.join(", ")) }
    }
}

/// A sentence that may name another article. Nothing in it moves a cursor.
#[derive(Clone, Debug)]
struct Says<'a> {
    before: String,
    other: Option<Other<'a>>,
    after: String,
}

impl Says<'_> {
    fn plain(&self) -> String {
        let label = self.other.as_ref().map(Other::label).unwrap_or_default();
        format!("{}{label}{}", self.before, self.after)
    }
}

/// Something to tell of one place.
#[derive(Debug)]
struct Item<'a> {
    rule: Rule,
    level: Level,
    spot: Spot<'a>,
    /// What goes first among equals: words.
    weight: u32,
    says: Says<'a>,
    /// Unique in a run, and the same in the next.
    fingerprint: String,
    article: Option<&'a CheckedArticle>,
    finding: Option<&'a Finding>,
}

impl Item<'_> {
    /// Whether it wants an eye: what is quoted, credited or excused does not.
    fn is_news(&self) -> bool {
        let excused = self.finding.is_some_and(|finding| finding.state != State::New);
        self.level == Level::Error || (!excused && matches!(self.rule, Rule::Unattributed | Rule::AlteredQuote))
    }

    fn title(&self) -> &'static str {
        match (self.rule, self.level) {
            (Rule::Unattributed, Level::Error) => "Reuse over the limit",
            (Rule::Unattributed, _) => "Reuse below the limit",
            (Rule::Credited, _) => "Credited words",
            (Rule::Quoted, _) => "Quoted words",
            (Rule::AlteredQuote, _) => "Altered quotation",
            (Rule::LowUnique, _) => "Too little of its own",
            (Rule::NearDuplicate, _) => "Near duplicate",
            (Rule::Unreadable, _) => "Not read",
        }
    }
}

impl<'a> View<'a> {
    fn other(&self, document: DocumentIndex, start: Option<Position>) -> Other<'a> {
        let index = &self.verdict.report.index;
        let (given, id) = (self.verdict.path(document), index.id(document));
        // Ids are relative to the folder that was named.
        let path = if given.starts_with('/') { portable(id) } else { given };
        let record = is_record(given);
        let metadata = index.metadata(document);
        Other {
            path,
            id: (record && id != given).then_some(portable(id)),
            start: start.filter(|_| !record),
            outlet: &metadata.source,
            time: metadata.time.as_ref().map_or(metadata.unread_time.as_str(), |time| time.given()),
        }
    }

    fn source(&self, finding: &Finding) -> Other<'a> {
        self.other(finding.source, Some(finding.source_start))
    }

    fn text(&self, document: DocumentIndex, bytes: ByteSpan) -> &'a str {
        self.verdict.report.index.text(document).get(bytes.range()).unwrap_or_default()
    }

    /// Why a rule allows a finding, where that is said.
    fn reason(&self, finding: &Finding) -> Option<&'a str> {
        match finding.state {
            State::Allowed(rule) => self.reasons.get(rule)?.as_deref(),
            _ => None,
        }
    }

    /// Whether a finding counts for nothing because somebody said so.
    fn is_excused(&self, finding: &Finding) -> bool {
        match finding.state {
            State::Accepted => self.gates.fail_on != FailOn::Any,
            State::Allowed(_) | State::Ignored => true,
            State::New | State::First => false,
        }
    }

    /// Who excused a finding.
    fn excuse(&self, finding: &Finding) -> Option<String> {
        match finding.state {
            State::Accepted => Some("accepted in the baseline".to_owned()),
            State::Allowed(_) => Some(match self.reason(finding) {
                Some(reason) => format!("allowed by a rule: {}", excerpt(reason, QUOTED)),
                None => "allowed by a rule".to_owned(),
            }),
            State::Ignored => Some("left out by a comment".to_owned()),
            State::New | State::First => None,
        }
    }

    /// What was lost, in order.
    fn losses(&self) -> Vec<&'a Warning> {
        let mut out = self.warnings();
        out.retain(|warning| warning.reason.is_loss());
        out
    }

    fn warnings(&self) -> Vec<&'a Warning> {
        let mut out: Vec<&Warning> = self.verdict.report.run.warnings.iter().collect();
        out.sort_unstable();
        out
    }

    /// Quotations that a new article gives in other words than another; the side of the new one, the later if both are.
    fn altered(&self) -> impl Iterator<Item = Altered<'a>> + use<'a> {
        let verdict = self.verdict;
        let articles: BTreeMap<DocumentIndex, &CheckedArticle> =
            verdict.articles.iter().map(|article| (article.document, article)).collect();
        verdict.report.altered_quotes.iter().filter_map(move |row| {
            let AlteredQuoteRow { quote, a_chars, b_chars } = row;
            let (a, b) = ((quote.a, quote.a_bytes, *a_chars), (quote.b, quote.b_bytes, *b_chars));
            let (article, own, other) = match (articles.get(&quote.b), articles.get(&quote.a)) {
                (Some(article), _) => (*article, b, a),
                (None, Some(article)) => (*article, a, b),
                (None, None) => return None,
            };
            let text = |document| verdict.report.index.text(document);
            let place = |bytes: ByteSpan| position(text(own.0), bytes.start).zip(position(text(own.0), bytes.end));
            Some(Altered {
                article,
                bytes: own.1,
                chars: own.2,
                place: place(own.1)?,
                speaker: &quote.speaker,
                diff: &quote.diff,
                other: other.0,
                other_bytes: other.1,
                other_start: position(text(other.0), other.1.start)?,
            })
        })
    }

    /// The gate that an article does not pass, in words.
    fn why(&self, failure: &Failure) -> Says<'a> {
        let Failure { gate, figure, limit, with } = *failure;
        let (share, most) = (percent(figure), percent(limit));
        let says = |before: String| Says { before, other: None, after: String::new() };
        match gate {
            Gate::MaxUnattributed => {
                says(format!("{share} of its words are neither quoted nor credited (at most {most})"))
            }
            Gate::MaxRun => {
                let words = count(figure as u64, "word");
                says(format!("{words} in a row are neither quoted nor credited (at most {limit})"))
            }
            Gate::MinUnique => says(format!("{share} of its words are its own (at least {most})")),
            Gate::MaxResemblance => {
                let other = with.map(|with| self.other(with, None));
                let before = if other.is_some() { "resembles " } else { "resembles another" };
                Says { before: before.to_owned(), other, after: format!(" by {share} (at most {most})") }
            }
        }
    }

    /// All gates that an article does not pass, in one line.
    fn whys(&self, article: &CheckedArticle) -> String {
        article.failures.iter().map(|failure| self.why(failure).plain()).collect::<Vec<_>>().join("; ")
    }

    fn says(&self, article: &CheckedArticle, finding: &Finding) -> Says<'a> {
        let words = count(finding.words.into(), "word");
        let before = match (finding.kind, finding.state) {
            (Kind::Quotation, _) => format!("{words} in quotation marks, as in "),
            (Kind::Credited, _) => format!("{words} with credit, as in "),
            (_, State::First) => format!("{words} that this article had first, now also in "),
            _ => format!("{words}, neither quoted nor credited, as in "),
        };
        let source = self.source(finding);
        let mut after = source.facts();
        let more = finding.carriers.iter().filter(|carrier| **carrier != finding.source).count();
        if more > 0 {
            after += &format!(" and {}", count(more as u64, "other article"));
        }
        after += &format!(": “{}”", excerpt(self.text(article.document, finding.bytes), QUOTED));
        if let Some(excuse) = self.excuse(finding) {
            after += &format!("; {excuse}");
        }
        Says { before, other: Some(source), after }
    }

    /// All there is to tell: errors first, and most words first.
    fn items(&self) -> Vec<Item<'a>> {
        let mut out = Vec::new();
        let verdict = self.verdict;
        for article in &verdict.articles {
            let findings = article.findings.iter().map(|finding| Item {
                rule: Rule::of(finding.kind),
                level: if article.is_error(finding) { Level::Error } else { Level::Note },
                spot: Spot::new(article, Some((finding.start, finding.end))),
                weight: finding.words,
                says: self.says(article, finding),
                fingerprint: finding.key.clone(),
                article: Some(article),
                finding: Some(finding),
            });
            out.extend(findings);
            for failure in &article.failures {
                let rule = match failure.gate {
                    Gate::MinUnique => Rule::LowUnique,
                    Gate::MaxResemblance => Rule::NearDuplicate,
                    Gate::MaxUnattributed | Gate::MaxRun => continue,
                };
                out.push(Item {
                    rule,
                    level: Level::Error,
                    spot: Spot::new(article, None),
                    // Beside its longest passage.
                    weight: article.findings.iter().map(|finding| finding.words).max().unwrap_or_default(),
                    says: capital(self.why(failure)),
                    fingerprint: hash(&[rule.id(), &article.name]),
                    article: Some(article),
                    finding: None,
                });
            }
        }
        out.extend(self.altered().map(|altered| {
            let Altered { article, speaker, diff, .. } = altered;
            let whose = if speaker.is_empty() { String::new() } else { format!(" of {}", excerpt(speaker, NAME)) };
            let other = self.other(altered.other, Some(altered.other_start));
            let id = verdict.report.index.id(altered.other);
            Item {
                rule: Rule::AlteredQuote,
                level: Level::Warning,
                spot: Spot::new(article, Some(altered.place)),
                weight: diff.split_whitespace().count() as u32,
                says: Says {
                    before: format!("A quotation{whose} in other words than in "),
                    after: format!("{}: {}", other.facts(), excerpt(diff, 2 * QUOTED)),
                    other: Some(other),
                },
                fingerprint: hash(&[Rule::AlteredQuote.id(), &article.name, id, diff]),
                article: Some(article),
                finding: None,
            }
        }));
        out.extend(self.losses().into_iter().map(|warning| {
            let (rule, record) = (Rule::Unreadable, warning.record);
            let reason = warning.reason.name();
            let detail = excerpt(&warning.detail, 2 * QUOTED);
            let says = if detail.is_empty() { reason.to_owned() } else { format!("{reason}: {detail}") };
            let number = record.unwrap_or_default().to_string();
            Item {
                rule,
                level: Level::Error,
                spot: Spot {
                    path: &warning.input,
                    record,
                    lines: record.and_then(|record| record_line(&warning.input, record)),
                    columns: None,
                },
                weight: u32::MAX,
                says: capital(Says { before: says, other: None, after: String::new() }),
                fingerprint: hash(&[rule.id(), &warning.input, &number, reason]),
                article: None,
                finding: None,
            }
        }));
        let mut copies: BTreeMap<String, u32> = BTreeMap::new();
        for item in &mut out {
            let copy = copies.entry(item.fingerprint.clone()).or_default();
            *copy += 1;
            item.fingerprint += &format!(":{copy}");
        }
        out.sort_by(|x, y| {
            let key = |item: &Item<'_>| (item.level, std::cmp::Reverse(item.weight));
            (key(x), &x.spot, x.rule, &x.fingerprint).cmp(&(key(y), &y.spot, y.rule, &y.fingerprint))
        });
        out
    }
}

/// A quotation that a new article gives in other words than another.
struct Altered<'a> {
    article: &'a CheckedArticle,
    bytes: ByteSpan,
    chars: (u32, u32),
    place: (Position, Position),
    speaker: &'a str,
    diff: &'a str,
    other: DocumentIndex,
    other_bytes: ByteSpan,
    other_start: Position,
}

fn capital(says: Says<'_>) -> Says<'_> {
    let mut letters = says.before.chars();
    let before = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
    Says { before, ..says }
}

/// XXH3-64 of some texts, in hex.
fn hash(parts: &[&str]) -> String {
    let bytes: Vec<u8> = parts.iter().flat_map(|part| part.bytes().chain([0])).collect();
    format!("{:016x}", xxh3_64(&bytes))
}

/// Line and column of a byte.
fn position(text: &str, byte: u32) -> Option<Position> {
    let before = text.get(..byte as usize)?;
    let line = 1 + before.matches('\n').count() as u32;
    let column = 1 + before.rsplit('\n').next().map_or(0, |line| line.chars().count()) as u32;
    Some(Position { line, column })
}

/// A share with four decimals, as percents: `10.04 %`.
fn percent(share: f64) -> String {
    let digits = format!("{:.2}", share * 100.0);
    format!("{} %", digits.trim_end_matches('0').trim_end_matches('.'))
}

/// Name of what counts, as it is typed.
fn fail_on(gates: &Gates) -> &'static str {
    match gates.fail_on {
        FailOn::New => "new",
        FailOn::Any => "any",
        FailOn::None => "none",
    }
}

/// One line of an input that is no message of ours.
fn line(text: &str) -> String {
    clean(text)
}

#[cfg(test)]
mod fixture;

#[cfg(test)]
mod tests {
    use super::fixture::Room;
    use super::*;

    #[test]
    fn errors_go_first_and_most_words_first_and_no_two_have_one_fingerprint() {
        let room = Room::full();
        let items = room.view().items();
        assert!(items.is_sorted_by_key(|item| (item.level, std::cmp::Reverse(item.weight))));
        let mut fingerprints: Vec<&str> = items.iter().map(|item| item.fingerprint.as_str()).collect();
        fingerprints.sort_unstable();
        fingerprints.dedup();
        assert_eq!(fingerprints.len(), items.len());
    }

    #[test]
    fn every_format_is_the_same_on_every_run_and_names_no_place_on_the_machine() {
        let (one, other) = (Room::full(), Room::full());
        let temporary = std::env::temp_dir().to_string_lossy().into_owned();
        for name in OutputFormat::ALL {
            let written = one.written(name);
            assert_eq!(written, other.written(name), "{name:?}");
            assert!(!written.contains(&temporary) && written.ends_with('\n'), "{name:?}");
        }
    }

    #[test]
    fn a_path_from_the_root_is_not_told_to_hosts() {
        let room = Room::elsewhere();
        assert!(room.verdict.articles.iter().all(|article| article.path.starts_with('/')));
        let sarif = room.written(OutputFormat::Sarif);
        assert!(!sarif.contains(&*std::env::temp_dir().to_string_lossy()) && sarif.contains("\"copy.md\""), "{sarif}");
    }

    #[test]
    fn what_is_no_letter_never_reaches_a_message() {
        let room = Room::full();
        for item in room.view().items() {
            let says = item.says.plain();
            assert!(!says.chars().any(|c| c.is_control() || c == '\u{202e}'), "{says:?}");
        }
    }

    #[test]
    fn shares_are_told_to_the_fourth_decimal() {
        assert_eq!([0.1, 0.10043, 1.0, 0.0].map(percent), ["10 %", "10.04 %", "100 %", "0 %"]);
    }

    #[test]
    fn a_place_is_one_of_many_in_a_file_or_the_file() {
        for (path, many) in
            [("a/b.jsonl", true), ("b.CSV.gz", true), ("b.jsonl:12", true), ("b.md", false), ("quay:12", false)]
        {
            assert_eq!(is_record(path), many, "{path}");
        }
        assert_eq!(
            ["/srv/archive/a.md", "new/a.md", "../a.md", "/"].map(portable),
            ["a.md", "new/a.md", "../a.md", "-"]
        );
        assert_eq!(position("Ärger\nam Kai", 10), Some(Position { line: 2, column: 4 }));
    }
}
