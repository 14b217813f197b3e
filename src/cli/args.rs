//! Every flag and its help.

mod check;
mod scan;

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum, ValueHint};
use wirecopy::read::{self, Discovery, Field, ReadSettings};
use wirecopy::{Channels, SameSource, Settings};

pub(super) use self::check::{BaselineArgs, BaselineCommand, CheckArgs, FailOn, Output, OutputFormat, parse_share};
pub(super) use self::scan::{Place, ScanArgs, ScanFormat};
use super::config::Config;

const EXIT_CODES: &str = "Exit codes:
  0  done
  1  check: reuse over the limit
  2  wrong usage, or something could not be opened or written
  3  done, but some input could not be read (named on standard error and in run.json)";

const QUERY_EXAMPLES: &str = "Examples:
  wirecopy query draft.md --corpus news.index        who has words of this article
  pbpaste | wirecopy query - --corpus news.index     of this paragraph
  wirecopy query draft.md --corpus articles/         of a folder, without an index";

const COMPLETIONS: &str = "Examples:
  wirecopy completions bash > ~/.local/share/bash-completion/completions/wirecopy
  wirecopy completions zsh > ~/.zfunc/_wirecopy
  wirecopy completions fish > ~/.config/fish/completions/wirecopy.fish";

const EXPLAIN_EXAMPLES: &str = "Examples:
  wirecopy explain herald/a.txt post/b.txt                   two files, judged by themselves
  wirecopy explain herald/a.txt post/b.txt --corpus news.index   two articles, judged as a scan of all would
  wirecopy explain draft.md post/b.txt --corpus articles/    a file, and an article by its id";

const DIFF_EXAMPLES: &str = "Examples:
  wirecopy diff herald/a.txt post/b.txt
  wirecopy diff draft.md post/b.txt --corpus news.index      a file, and an article by its id";

const REPORT_EXAMPLES: &str = "Examples:
  wirecopy report report/                            the page of a report, drawn anew
  wirecopy report report/ --redact -o public.html    without texts of articles, to show around";

/// Finds copied text in news: whose words, who carried them first, and how much of an article is its own.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Finds what articles share, and writes it as tables.
    #[command(
        after_help = scan::EXAMPLES,
        mut_arg("paths", |paths| paths.required(false).required_unless_present_any(["files_from", "corpus"]))
    )]
    Scan(ScanArgs),
    /// Keeps articles in an index on disk, to be added to every day and asked in milliseconds.
    #[command(subcommand)]
    Index(IndexCommand),
    /// Tells where a text comes from: the articles that have words of it, best first.
    #[command(after_help = QUERY_EXAMPLES)]
    Query(QueryArgs),
    /// Writes the MinHash signature of every article and of each of its paragraphs.
    Sign(SignArgs),
    /// Fails where new articles have too many words of others: for a job that runs before publishing.
    #[command(
        after_help = check::HELP,
        mut_arg("paths", |paths| paths.required(false).required_unless_present_any(["files_from", "against_ref"]))
    )]
    Check(CheckArgs),
    /// Keeps a list of the reuse that is known, so that `check` fails on what is new alone.
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// Writes a configuration file, or shows what holds.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Writes the completions of a shell to standard output.
    #[command(after_help = COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Writes the manual page.
    Man(ManArgs),
    /// Tells why two articles were found to share words, or why they were not.
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
    /// Shows two articles side by side, the words that they share marked.
    #[command(after_help = DIFF_EXAMPLES)]
    Diff(DiffArgs),
    /// Draws report.html again from what `scan -o` saved beside it, without reading any article.
    #[command(after_help = REPORT_EXAMPLES)]
    Report(ReportArgs),
}

impl Args {
    /// Lays the configuration file under the flags: it says what no flag says.
    pub(super) fn configure(&mut self, config: &Arc<Config>) {
        match &mut self.command {
            Command::Scan(scan) => {
                scan.input.fields.config = config.clone();
                scan.judge.config = config.clone();
            }
            Command::Index(IndexCommand::Add(add)) => add.input.fields.config = config.clone(),
            Command::Query(query) => {
                query.fields.config = config.clone();
                query.judge.config = config.clone();
            }
            Command::Sign(sign) => sign.input.fields.config = config.clone(),
            Command::Explain(explain) => {
                explain.pair.fields.config = config.clone();
                explain.pair.judge.config = config.clone();
            }
            Command::Diff(diff) => {
                diff.pair.fields.config = config.clone();
                diff.pair.judge.config = config.clone();
            }
            Command::Check(check) => {
                check.input.fields.config = config.clone();
                check.compared.judge.config = config.clone();
            }
            Command::Baseline(baseline) => {
                let args = baseline.args_mut();
                args.input.fields.config = config.clone();
                args.compared.judge.config = config.clone();
            }
            Command::Index(_) | Command::Config(_) | Command::Completions(_) | Command::Man(_) | Command::Report(_) => {
            }
        }
    }
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Everywhere")]
pub(super) struct Common {
    /// Threads to use [default: all]
    #[arg(short = 'j', long, value_name = "N", global = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// No summary and no progress; lost input and errors are still named
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Name everything that was left out, harmless or not
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
    /// When to use colour; `auto`: on a terminal, unless NO_COLOR is set
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, global = true, hide_possible_values = true)]
    pub(super) color: Color,
    /// Configuration file [default: wirecopy.toml or .wirecopy.toml, here or in the nearest folder above]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, global = true, conflicts_with = "isolated")]
    pub(super) config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long, global = true)]
    pub(super) isolated: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum IndexCommand {
    /// Adds articles; an article whose id is there takes its place. Makes the index where there is none.
    Add(IndexAddArgs),
    /// Removes articles by their ids.
    Remove(IndexRemoveArgs),
    /// Writes all articles into one file, without what was removed.
    Compact(IndexCompactArgs),
    /// Reads every byte and every article, and compares them with their checksums.
    Verify(IndexArgs),
    /// Counts what is in it, and what that takes.
    Stats(IndexStatsArgs),
}

#[derive(Debug, ClapArgs)]
pub(super) struct IndexArgs {
    /// Folder of the index
    #[arg(value_name = "INDEX", value_hint = ValueHint::DirPath)]
    pub(super) index: PathBuf,
    #[command(flatten)]
    pub(super) accepted: AcceptedArgs,
}

/// What changes nothing, and is accepted for scripts.
#[derive(Debug, ClapArgs)]
pub(super) struct AcceptedArgs {
    /// Files of an index are never mapped into memory, so this says nothing new
    #[arg(long, hide = true)]
    no_mmap: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct MemoryArgs {
    /// Most memory to use, as in 512M or 2G: what does not fit is sorted on disk, beside the index [default: 1G]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(super) memory: Option<u64>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct IndexAddArgs {
    #[command(flatten)]
    pub(super) index: IndexArgs,
    #[command(flatten)]
    pub(super) input: InputArgs,
    #[command(flatten)]
    pub(super) memory: MemoryArgs,
    /// Keep hashes of words in place of texts: it can be asked, and gives no text away
    #[arg(long)]
    pub(super) no_text: bool,
    /// Stop with exit code 2, and add nothing, where input would be skipped
    #[arg(long)]
    pub(super) strict: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct IndexRemoveArgs {
    #[command(flatten)]
    pub(super) index: IndexArgs,
    /// Ids of articles; those that begin with a hyphen after `--`
    #[arg(value_name = "ID", required = true)]
    pub(super) ids: Vec<String>,
    #[command(flatten)]
    pub(super) memory: MemoryArgs,
}

#[derive(Debug, ClapArgs)]
pub(super) struct IndexCompactArgs {
    #[command(flatten)]
    pub(super) index: IndexArgs,
    #[command(flatten)]
    pub(super) memory: MemoryArgs,
}

#[derive(Debug, ClapArgs)]
pub(super) struct IndexStatsArgs {
    #[command(flatten)]
    pub(super) index: IndexArgs,
    /// How it is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(super) format: TextOrJson,
}

#[derive(Debug, ClapArgs)]
pub(super) struct QueryArgs {
    /// An article, or any text; `-` is standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) file: PathBuf,
    /// What is searched: an index, or articles in a folder or a file
    #[arg(long, value_name = "INDEX|DIR", value_hint = ValueHint::AnyPath)]
    pub(super) corpus: PathBuf,
    /// How it is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(super) format: TextOrJson,
    /// Least equal words of an overlap, 8 or more [default: 8]
    #[arg(long, value_name = "N")]
    min_words: Option<u32>,
    #[command(flatten)]
    pub(super) judge: JudgeArgs,
    #[command(flatten)]
    pub(super) fields: FieldArgs,
    #[command(flatten)]
    pub(super) accepted: AcceptedArgs,
}

impl QueryArgs {
    /// What was asked for, files of settings read.
    pub(super) fn settings(&self) -> Result<Settings> {
        self.judge.settings(self.min_words, None)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum TextOrJson {
    /// For people
    #[default]
    Text,
    /// One JSON object
    Json,
}

#[derive(Debug, ClapArgs)]
pub(super) struct SignArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    /// A JSON line a unit: `json` to standard output, `json=PATH` to a file
    #[arg(long, value_name = "json[=PATH]", value_parser = parse_format, default_value = "json")]
    pub(super) format: Format,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Writes a wirecopy.toml into the working folder that says every default, commented out.
    Init(ConfigInitArgs),
    /// Prints every value that holds, and where it comes from.
    Show,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ConfigInitArgs {
    /// Replace a wirecopy.toml that is there
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct CompletionsArgs {
    /// For which shell
    #[arg(value_name = "SHELL", value_enum)]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ManArgs {
    /// Write one page a command into this folder; without it the page of `wirecopy` goes to standard output
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) output: Option<PathBuf>,
}

/// What is read, and how.
#[derive(Debug, ClapArgs)]
pub(super) struct InputArgs {
    /// Folders and files (.txt, .md, .jsonl, .ndjson, .csv, .tsv, each also .gz or .zst); `-` is standard input
    #[arg(value_name = "PATH", required_unless_present = "files_from", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// Read more paths from this file, one a line; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    files_from: Option<PathBuf>,
    #[command(flatten)]
    fields: FieldArgs,
}

/// How articles are read.
#[derive(Debug, ClapArgs)]
pub(super) struct FieldArgs {
    /// What inputs call a field, as in `text=raw_body`; repeat for more names or fields (id, text, source, time,
    /// title, url, canonical)
    #[arg(long = "field", value_name = "FIELD=NAME", value_parser = parse_field)]
    fields: Vec<(Field, String)>,
    /// Outlet of articles that name none
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// What the configuration file says of the same.
    #[arg(skip)]
    config: Arc<Config>,
}

/// What is compared, and what is made of what is found.
#[derive(Debug, ClapArgs)]
pub(super) struct JudgeArgs {
    /// What becomes of words that an outlet shares with itself, or with a co-owned one [default: separate]
    #[arg(long, value_name = "HOW", value_enum)]
    same_source: Option<OwnWords>,
    /// Texts that are boilerplate wherever they stand, parted by blank lines; repeat for more files
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    boilerplate: Vec<PathBuf>,
    /// Other names of outlets, co-owned titles and agencies, as TOML: `[source."herald.example"]` tables with
    /// `aliases = ["The Herald"]`, `group = "OWNER"`, `agency = true`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    outlets: Option<PathBuf>,
    /// Compare only articles at most so many days apart, 0 for the same day (UTC), and undated ones with all; `all`
    /// for any distance [default: all]
    #[arg(long, value_name = "DAYS", value_parser = parse_window)]
    window: Option<Window>,
    /// What the configuration file says of the same.
    #[arg(skip)]
    config: Arc<Config>,
}

/// Most days between two articles that are compared; none for any distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window(pub(super) Option<u32>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum OwnWords {
    /// They are counted apart, as self
    #[default]
    Separate,
    /// They are treated as anybody's
    Count,
    /// They are left out
    Skip,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Candidates {
    /// By signatures and by fingerprints
    #[default]
    Both,
    /// By MinHash signatures alone: near-duplicates and edited paragraphs
    Lsh,
    /// By fingerprints alone: every shared run of 8 words
    Fingerprints,
}

/// Where JSON goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Format {
    StandardOutput,
    File(PathBuf),
}

impl JudgeArgs {
    /// What was asked for by flags, else by the configuration file, else the settings for news; the files that were
    /// named are read.
    fn settings(&self, min_words: Option<u32>, candidates: Option<Candidates>) -> Result<Settings> {
        let config = &*self.config;
        let mut settings = Settings::news();
        settings.min_words = min_words.or(config.min_words).unwrap_or(Settings::MIN_WORDS);
        settings.candidates = match candidates.or(config.candidates).unwrap_or_default() {
            Candidates::Both => Channels::Both,
            Candidates::Lsh => Channels::Lsh,
            Candidates::Fingerprints => Channels::Fingerprints,
        };
        settings.same_source = match self.same_source.or(config.same_source).unwrap_or_default() {
            OwnWords::Separate => SameSource::Separate,
            OwnWords::Count => SameSource::Count,
            OwnWords::Skip => SameSource::Skip,
        };
        settings.window_days = self.window.or(config.window).and_then(|Window(days)| days);
        for path in self.boilerplate_files() {
            let named = if self.boilerplate.is_empty() {
                format!("{} {}", config.place("boilerplate.files"), path.display())
            } else {
                format!("--boilerplate {}", path.display())
            };
            let texts = Settings::boilerplate_texts(&read_text(&named, path)?);
            if texts.is_empty() {
                bail!("{named}: no text in it; it takes texts parted by blank lines");
            }
            settings.boilerplate.extend(texts);
        }
        // First, so that a file that is named on the command line has the last word.
        config.add_outlets(&mut settings.outlets)?;
        if let Some(path) = &self.outlets {
            let named = format!("--outlets {}", path.display());
            let toml = read_text(&named, path)?;
            let says = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
            if !toml.lines().any(says) {
                bail!("{named}: no outlet in it; {TABLES}");
            }
            settings.outlets.extend(&toml).map_err(|error| {
                let message = error.to_string();
                let message = message.strip_prefix("outlets: ").unwrap_or(&message);
                // Where a line is named, it is not what we expect; else the message says what to do.
                let next = if message.starts_with("line ") { format!("; {TABLES}") } else { String::new() };
                anyhow!("{named}: {message}{next}")
            })?;
        }
        Ok(settings)
    }

    /// Files that are read besides the inputs.
    pub(super) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.boilerplate_files().iter().chain(&self.outlets).chain(self.config.file())
    }

    /// Flags win over the configuration file.
    fn boilerplate_files(&self) -> &[PathBuf] {
        if self.boilerplate.is_empty() { &self.config.boilerplate } else { &self.boilerplate }
    }
}

/// What a file of outlets looks like.
const TABLES: &str = "it takes [source.\"NAME\"] tables with aliases, marks, group, agency";

impl InputArgs {
    /// All paths that were given, listed ones as well.
    pub(super) fn paths(&self) -> Result<Vec<PathBuf>> {
        let mut paths = self.paths.clone();
        if let Some(list) = &self.files_from {
            if list.as_os_str() == "-" && paths.iter().any(|path| path.as_os_str() == "-") {
                bail!("- stands for both a list of paths and an article; give one of them as a file");
            }
            paths.extend(read_list(list).with_context(|| format!("--files-from {}", list.display()))?);
        }
        Ok(paths)
    }

    /// The inputs that these paths stand for.
    pub(super) fn discover(paths: &[PathBuf]) -> Result<Discovery> {
        Ok(read::discover_from(std::env::current_dir().ok().as_deref(), paths)?)
    }

    pub(super) fn settings(&self) -> ReadSettings {
        self.fields.settings()
    }

    /// What to say where there is no article at all.
    pub(super) fn nothing_found(&self) -> String {
        let mut names: Vec<String> = self.paths.iter().map(|path| path.display().to_string()).collect();
        names.extend(self.files_from.iter().map(|list| format!("what {} lists", list.display())));
        let rest = names.len().saturating_sub(3);
        names.truncate(3);
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        format!(
            "no article in {}{more}: looked for .txt .md .jsonl .ndjson .csv .tsv, also as .gz and .zst",
            names.join(", ")
        )
    }
}

impl FieldArgs {
    pub(super) fn settings(&self) -> ReadSettings {
        let flagged = |field: Field| self.fields.iter().any(|(of, _)| *of == field);
        // Names that a flag gives for a field stand for all of that field.
        let kept = self.config.fields.iter().filter(|(field, _)| !flagged(*field));
        let source = self.source.as_ref().or(self.config.source.as_ref());
        ReadSettings {
            fields: self.fields.iter().chain(kept).cloned().collect(),
            default_source: source.map(|name| name.trim().to_owned()).unwrap_or_default(),
            ..ReadSettings::default()
        }
    }
}

fn read_list(list: &Path) -> Result<Vec<PathBuf>> {
    if list.as_os_str() == "-" {
        return Ok(read::paths_from(io::stdin().lock())?);
    }
    Ok(read::paths_from(BufReader::new(File::open(list)?))?)
}

/// A file of settings: UTF-8, a byte order mark left out. It is called `named` where something is wrong.
pub(super) fn read_text(named: &str, path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| named.to_owned())?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes()[..good].iter().filter(|&&byte| byte == b'\n').count();
        anyhow!("{named}: line {line} is not UTF-8; save the file as UTF-8")
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

fn parse_format(value: &str) -> Result<Format, String> {
    match value.split_once('=') {
        None if value == "json" => Ok(Format::StandardOutput),
        Some(("json", path)) if !path.is_empty() => Ok(Format::File(path.into())),
        Some(("json", _)) => Err("no path after json=".to_owned()),
        _ => Err("not a format; there is json and json=PATH".to_owned()),
    }
}

/// Days, as 14 or 14d; `all` for any distance.
pub(super) fn parse_window(value: &str) -> Result<Window, String> {
    if value == "all" {
        return Ok(Window(None));
    }
    let days = value.strip_suffix('d').unwrap_or(value).parse();
    days.map(|days| Window(Some(days))).map_err(|_| "not a number of days, as in 14, 14d or all".to_owned())
}

/// Bytes, as in 512M: K, M, G and T are powers of 1,024.
fn parse_size(value: &str) -> Result<u64, String> {
    let digits = value.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(value.len());
    let unit = value[digits..].trim_start().to_ascii_lowercase();
    let power = match unit.trim_end_matches("ib").trim_end_matches('b') {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        "t" => 40,
        _ => return Err("not a size; there are sizes as 512M, 2G or 1.5G".to_owned()),
    };
    let number: f64 = value[..digits].parse().map_err(|_| "not a size, as in 512M or 2G".to_owned())?;
    Ok((number * (1u64 << power) as f64) as u64)
}

fn parse_field(value: &str) -> Result<(Field, String), String> {
    let (field, name) = value.split_once('=').ok_or("not of the form FIELD=NAME, as in text=raw_body")?;
    let known = || Field::ALL.map(Field::name).join(", ");
    let field = Field::from_name(field).ok_or_else(|| format!("no field is called {field}; there are {}", known()))?;
    if name.is_empty() {
        return Err(format!("no name after {}=", field.name()));
    }
    Ok((field, name.to_owned()))
}

/// Two articles.
#[derive(Debug, ClapArgs)]
pub(super) struct PairArgs {
    /// An article: a file, or with --corpus the id of an article; what is a file is read
    #[arg(value_name = "A", value_hint = ValueHint::FilePath)]
    pub(super) a: PathBuf,
    /// The other article
    #[arg(value_name = "B", value_hint = ValueHint::FilePath)]
    pub(super) b: PathBuf,
    /// Where ids are looked up: an index, or articles in a folder or a file
    #[arg(long, value_name = "INDEX|DIR|FILE", value_hint = ValueHint::AnyPath)]
    pub(super) corpus: Option<PathBuf>,
    /// Least equal words of an overlap, 8 or more [default: 8]
    #[arg(long, value_name = "N")]
    min_words: Option<u32>,
    #[command(flatten)]
    pub(super) judge: JudgeArgs,
    #[command(flatten)]
    pub(super) fields: FieldArgs,
    #[command(flatten)]
    pub(super) accepted: AcceptedArgs,
}

impl PairArgs {
    /// What was asked for, files of settings read.
    pub(super) fn settings(&self) -> Result<Settings> {
        self.judge.settings(self.min_words, None)
    }
}

#[derive(Debug, ClapArgs)]
pub(super) struct ExplainArgs {
    #[command(flatten)]
    pub(super) pair: PairArgs,
    /// How it is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(super) format: TextOrJson,
}

#[derive(Debug, ClapArgs)]
pub(super) struct DiffArgs {
    #[command(flatten)]
    pub(super) pair: PairArgs,
    /// How it is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: TextOnly,
    /// Write to the terminal at once, not through $PAGER
    #[arg(long)]
    pub(super) no_pager: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ReportArgs {
    /// The folder of a report: what `scan -o` wrote
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) folder: PathBuf,
    /// Where the page goes, `-` for standard output [default: DIR/report.html]
    #[arg(short, long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,
    /// Leave out the texts of articles
    #[arg(long)]
    pub(super) redact: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum TextOnly {
    /// For people
    #[default]
    Text,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;
    use clap::error::ErrorKind;
    use wirecopy::Pairs;

    fn scan(arguments: &[&str]) -> Result<ScanArgs, clap::Error> {
        let all = ["wirecopy", "scan"].iter().chain(arguments);
        match Args::try_parse_from(all)?.command {
            Command::Scan(scan) => Ok(scan),
            _ => panic!("not a scan"),
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_scan_of_nothing_is_a_usage_error_but_a_list_is_something() {
        assert_eq!(scan(&[]).unwrap_err().kind(), ErrorKind::MissingRequiredArgument);
        assert_eq!(scan(&[]).unwrap_err().exit_code(), 2);
        assert!(scan(&["--files-from", "list"]).is_ok());
    }

    #[test]
    fn defaults_are_the_settings_for_news() {
        assert_eq!(scan(&["x"]).unwrap().settings().unwrap(), Settings::news());
        let other = scan(&["x", "--candidates", "lsh", "--pairs", "all", "--min-words", "12"]).unwrap();
        let other = other.settings().unwrap();
        assert_eq!((other.candidates, other.pairs, other.min_words), (Channels::Lsh, Pairs::All, 12));
        let other = scan(&["x", "--same-source", "skip", "--window", "0"]).unwrap().settings().unwrap();
        assert_eq!((other.same_source, other.window_days), (SameSource::Skip, Some(0)));
    }

    /// A scan with this configuration file under it.
    fn configured(arguments: &[&str], file: &str) -> ScanArgs {
        let mut args = Args::try_parse_from(["wirecopy", "scan"].iter().chain(arguments)).unwrap();
        args.configure(&Arc::new(Config::parse(file, Path::new("wirecopy.toml")).unwrap()));
        let Command::Scan(scan) = args.command else { panic!("not a scan") };
        scan
    }

    #[test]
    fn a_flag_wins_over_the_configuration_file_and_that_over_the_default() {
        let file = "[match]\nmin_words = 9\nwindow = 3\nsame_source = \"skip\"\ncandidates = \"lsh\"\n";
        let settings = configured(&["x"], file).settings().unwrap();
        assert_eq!((settings.min_words, settings.window_days), (9, Some(3)));
        assert_eq!((settings.same_source, settings.candidates), (SameSource::Skip, Channels::Lsh));
        let flags = ["x", "--min-words=8", "--window=all", "--same-source=separate", "--candidates=both"];
        assert_eq!(configured(&flags, file).settings().unwrap(), Settings::news());
    }

    #[test]
    fn names_of_a_field_on_the_command_line_stand_for_all_of_that_field() {
        let file = "[input]\nfields = { text = [\"a\", \"b\"], id = \"c\" }\nsource = \" Lisk \"\n";
        let names = |fields: &[(Field, &str)]| -> Vec<(Field, String)> {
            fields.iter().map(|(field, name)| (*field, (*name).to_owned())).collect()
        };
        let read = configured(&["x"], file).input.settings();
        assert_eq!(read.fields, names(&[(Field::Text, "a"), (Field::Text, "b"), (Field::Id, "c")]));
        assert_eq!(read.default_source, "Lisk");
        let read = configured(&["x", "--field=text=d", "--source="], file).input.settings();
        assert_eq!(read.fields, names(&[(Field::Text, "d"), (Field::Id, "c")]));
        assert_eq!(read.default_source, "");
    }

    #[test]
    fn fields_are_repeatable_and_unknown_ones_name_the_known() {
        let args = scan(&["x", "--field", "text=a", "--field", "time=b=c"]).unwrap();
        assert_eq!(args.input.settings().fields, [(Field::Text, "a".to_owned()), (Field::Time, "b=c".to_owned())]);
        let error = scan(&["x", "--field", "body=a"]).unwrap_err().to_string();
        assert!(error.contains("no field is called body; there are id, text"), "{error}");
        assert!(scan(&["x", "--field", "text="]).is_err() && scan(&["x", "--field", "text"]).is_err());
    }

    #[test]
    fn threads_are_one_or_more_and_may_stand_anywhere() {
        assert!(Args::try_parse_from(["wirecopy", "-j", "0", "scan", "x"]).is_err());
        let before = Args::try_parse_from(["wirecopy", "-j", "2", "scan", "x"]).unwrap();
        let after = Args::try_parse_from(["wirecopy", "scan", "x", "-j2"]).unwrap();
        assert_eq!((before.common.threads, after.common.threads), (Some(2), Some(2)));
    }

    #[test]
    fn every_flag_has_help() {
        let mut command = Args::command();
        command.build();
        for command in command.get_subcommands().filter(|c| c.get_name() != "help") {
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
            }
        }
    }

    #[test]
    fn where_nothing_is_found_the_message_says_where_it_looked() {
        let message = scan(&["a", "b", "c", "d", "--files-from", "e"]).unwrap().input.nothing_found();
        assert!(message.starts_with("no article in a, b, c and 2 more: looked for .txt"), "{message}");
    }
}
