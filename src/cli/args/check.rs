//! The flags of `check` and `baseline`.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::{Args as ClapArgs, Subcommand, ValueEnum, ValueHint};
use wirecopy::Settings;

use super::super::config::{CheckValues, Config};
use super::{InputArgs, JudgeArgs};

pub(super) const HELP: &str = "Exit codes:
  0  nothing over the limit
  1  reuse over the limit (--exit-code for another)
  2  wrong usage, or something could not be opened or written
  3  done, but some input could not be read

Examples:
  wirecopy check drafts/ --corpus news.index
  wirecopy check drafts/ --corpus news.index --format github --format sarif=reuse.sarif
  wirecopy check --against-ref origin/main --corpus articles/";

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct CheckArgs {
    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
    #[command(flatten)]
    pub(in crate::cli) compared: ComparedArgs,
    /// Check the articles that were added or changed since this commit, branch or tag of git
    #[arg(long, value_name = "REF")]
    pub(in crate::cli) against_ref: Option<String>,
    /// Most unattributed words of an article, as 10% or 0.1; counts from 20 unattributed words on [default: 10%]
    #[arg(long, value_name = "SHARE", value_parser = parse_share)]
    pub(in crate::cli) max_unattributed: Option<f64>,
    /// Longest run of unattributed words that may pass [default: 30]
    #[arg(long, value_name = "WORDS")]
    pub(in crate::cli) max_run: Option<u32>,
    /// Least unique words of an article, as 60% or 0.6 [default: 0%]
    #[arg(long, value_name = "SHARE", value_parser = parse_share)]
    pub(in crate::cli) min_unique: Option<f64>,
    /// Most resemblance to one other article, as 80% or 0.8 [default: 0.8]
    #[arg(long, value_name = "R", value_parser = parse_share)]
    pub(in crate::cli) max_resemblance: Option<f64>,
    /// Which findings fail the check [default: new]
    #[arg(long, value_name = "WHICH", value_enum)]
    pub(in crate::cli) fail_on: Option<FailOn>,
    /// Exit with 0 also where reuse is over the limit
    #[arg(long, conflicts_with = "exit_code")]
    pub(in crate::cli) exit_zero: bool,
    /// Exit code where reuse is over the limit, 1 to 255 [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..))]
    pub(in crate::cli) exit_code: Option<u8>,
    /// How it is written, to standard output or to PATH; repeat for more: text, github, sarif, junit, gitlab, markdown,
    /// json, csv, html [default: text]
    #[arg(long = "format", value_name = "NAME[=PATH]", value_parser = parse_output)]
    formats: Vec<Output>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum BaselineCommand {
    /// Writes a new list of all that is found.
    Write(BaselineArgs),
    /// Adds what is new, and drops what is no longer found.
    Update(BaselineArgs),
    /// Drops what is no longer found, and adds nothing.
    Prune(BaselineArgs),
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct BaselineArgs {
    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
    #[command(flatten)]
    pub(in crate::cli) compared: ComparedArgs,
}

/// What new articles are compared with, and how: of `check` and of `baseline` alike.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct ComparedArgs {
    /// What the articles are compared with: an index, or articles in a folder or a file
    #[arg(long, value_name = "INDEX|DIR|FILE", value_hint = ValueHint::AnyPath)]
    corpus: Option<PathBuf>,
    /// The list of known reuse; `baseline` takes wirecopy-baseline.json where none is named
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    baseline: Option<PathBuf>,
    /// Least equal words of an overlap, 8 or more [default: 8]
    #[arg(long, value_name = "N")]
    min_words: Option<u32>,
    #[command(flatten)]
    pub(in crate::cli) judge: JudgeArgs,
    /// Stop with exit code 2, and write nothing, where input would be skipped
    #[arg(long)]
    pub(in crate::cli) strict: bool,
}

/// Which findings fail a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FailOn {
    /// Those that the baseline does not hold
    #[default]
    New,
    /// Those that the baseline holds, too
    Any,
    /// None: they are told, and that is all
    None,
}

/// One thing that a check writes, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Output {
    pub(in crate::cli) format: OutputFormat,
    /// None is standard output.
    pub(in crate::cli) path: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum OutputFormat {
    /// For people.
    Text,
    /// Annotations of a workflow.
    Github,
    Sarif,
    Junit,
    /// Code quality findings.
    Gitlab,
    /// A comment of a merge request.
    Markdown,
    Json,
    Csv,
    /// A page to look at.
    Html,
}

impl CheckArgs {
    /// What was asked for, files of settings read.
    pub(in crate::cli) fn settings(&self) -> Result<Settings> {
        self.compared.settings()
    }

    /// The gates that hold: those of flags, else of the configuration file, else the defaults.
    pub(in crate::cli) fn values(&self, config: &Config) -> CheckValues {
        let file = self.compared.values(config);
        CheckValues {
            max_unattributed: self.max_unattributed.unwrap_or(file.max_unattributed),
            max_run: self.max_run.unwrap_or(file.max_run),
            min_unique: self.min_unique.unwrap_or(file.min_unique),
            max_resemblance: self.max_resemblance.unwrap_or(file.max_resemblance),
            fail_on: self.fail_on.unwrap_or(file.fail_on),
            exit_code: if self.exit_zero { 0 } else { self.exit_code.unwrap_or(file.exit_code) },
            ..file
        }
    }

    /// What is written where; text to standard output if nothing was asked for.
    pub(in crate::cli) fn outputs(&self) -> Result<Vec<Output>> {
        for (at, output) in self.formats.iter().enumerate() {
            for other in &self.formats[..at] {
                let (one, two) = (other.format.name(), output.format.name());
                match (&other.path, &output.path) {
                    (None, None) => bail!(
                        "--format {one} and --format {two}: both go to standard output; give one of them a file, as in \
                         --format {two}=PATH"
                    ),
                    (Some(path), Some(same)) if place(path) == place(same) => bail!(
                        "--format {one}={} and --format {two}={}: both go to one file; give each its own",
                        path.display(),
                        same.display()
                    ),
                    _ => {}
                }
            }
        }
        if self.formats.is_empty() {
            return Ok(vec![Output { format: OutputFormat::Text, path: None }]);
        }
        Ok(self.formats.clone())
    }
}

impl BaselineCommand {
    pub(in crate::cli) fn args(&self) -> &BaselineArgs {
        let (Self::Write(args) | Self::Update(args) | Self::Prune(args)) = self;
        args
    }

    pub(super) fn args_mut(&mut self) -> &mut BaselineArgs {
        let (Self::Write(args) | Self::Update(args) | Self::Prune(args)) = self;
        args
    }
}

impl BaselineArgs {
    /// What was asked for, files of settings read.
    pub(in crate::cli) fn settings(&self) -> Result<Settings> {
        self.compared.settings()
    }

    /// The values of the configuration file, with the corpus and the baseline of the flags.
    pub(in crate::cli) fn values(&self, config: &Config) -> CheckValues {
        self.compared.values(config)
    }
}

impl ComparedArgs {
    fn settings(&self) -> Result<Settings> {
        self.judge.settings(self.min_words, None)
    }

    fn values(&self, config: &Config) -> CheckValues {
        let file = config.check_values();
        CheckValues {
            corpus: self.corpus.clone().or(file.corpus),
            baseline: self.baseline.clone().or(file.baseline),
            ..file
        }
    }
}

impl OutputFormat {
    pub(in crate::cli) const ALL: [Self; 9] = [
        Self::Text,
        Self::Github,
        Self::Sarif,
        Self::Junit,
        Self::Gitlab,
        Self::Markdown,
        Self::Json,
        Self::Csv,
        Self::Html,
    ];

    /// Its name, as in `--format sarif`.
    pub(in crate::cli) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Github => "github",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Gitlab => "gitlab",
            Self::Markdown => "markdown",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Html => "html",
        }
    }
}

/// A share from 0 to 1, as 10%, 10.5% or 0.1.
pub(in crate::cli) fn parse_share(value: &str) -> Result<f64, String> {
    let (number, whole) = match value.trim().strip_suffix('%') {
        Some(number) => (number.trim_end(), 100.0),
        None => (value.trim(), 1.0),
    };
    let share = number.parse::<f64>().ok().map(|number| number / whole);
    share.filter(|share| (0.0..=1.0).contains(share)).ok_or_else(|| "not a share, as in 10% or 0.1".to_owned())
}

fn parse_output(value: &str) -> Result<Output, String> {
    let (name, path) = match value.split_once('=') {
        Some((name, "")) => return Err(format!("no path after {name}=")),
        Some((name, path)) => (name, Some(path)),
        None => (value, None),
    };
    let format = OutputFormat::ALL.into_iter().find(|format| format.name() == name);
    let format = format.ok_or_else(|| {
        let known: Vec<&str> = OutputFormat::ALL.into_iter().map(OutputFormat::name).collect();
        format!("no format is called {name}; there are {}", known.join(", "))
    })?;
    Ok(Output { format, path: path.filter(|path| *path != "-").map(PathBuf::from) })
}

/// What tells a file from another, whichever way it is named, whether or not it is there yet.
fn place(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    match (path.parent().and_then(|folder| folder.canonicalize().ok()), path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Args, Command};
    use super::*;
    use std::sync::Arc;

    use clap::Parser as _;
    use clap::error::ErrorKind;

    fn parse(arguments: &[&str]) -> Result<Args, clap::Error> {
        Args::try_parse_from(["wirecopy"].iter().chain(arguments))
    }

    fn check(arguments: &[&str]) -> Result<CheckArgs, clap::Error> {
        match parse(&[&["check"], arguments].concat())?.command {
            Command::Check(check) => Ok(check),
            _ => panic!("not a check"),
        }
    }

    fn outputs(formats: &[&str]) -> Result<Vec<Output>, String> {
        let mut arguments = vec!["x"];
        formats.iter().for_each(|format| arguments.extend(["--format", format]));
        let check = check(&arguments).map_err(|error| error.to_string())?;
        check.outputs().map_err(|error| error.to_string())
    }

    #[test]
    fn a_check_needs_articles_a_list_or_a_ref() {
        assert_eq!(check(&[]).unwrap_err().kind(), ErrorKind::MissingRequiredArgument);
        assert!(check(&["--files-from", "list"]).is_ok() && check(&["--against-ref", "main"]).is_ok());
    }

    #[test]
    fn without_flags_and_file_the_defaults_hold() {
        let values = check(&["x"]).unwrap().values(&Config::default());
        assert_eq!(values, CheckValues::default());
        assert_eq!((values.max_unattributed, values.max_run, values.min_unique), (0.1, 30, 0.0));
        assert_eq!((values.max_resemblance, values.fail_on, values.exit_code), (0.8, FailOn::New, 1));
        assert!(values.corpus().unwrap_err().to_string().contains("--corpus"));
        assert_eq!(check(&["x"]).unwrap().settings().unwrap(), Settings::news());
    }

    #[test]
    fn flags_are_the_gates() {
        let flags = [
            "x",
            "--corpus=news",
            "--max-unattributed=12.5%",
            "--max-run=0",
            "--min-unique=0.6",
            "--max-resemblance=1",
            "--fail-on=any",
            "--exit-code=77",
            "--baseline=known.json",
        ];
        let values = check(&flags).unwrap().values(&Config::default());
        let wanted = CheckValues {
            corpus: Some("news".into()),
            max_unattributed: 0.125,
            max_run: 0,
            min_unique: 0.6,
            max_resemblance: 1.0,
            fail_on: FailOn::Any,
            exit_code: 77,
            baseline: Some("known.json".into()),
            allow: Vec::new(),
        };
        assert_eq!(values, wanted);
        assert_eq!(check(&["x", "--exit-zero"]).unwrap().values(&Config::default()).exit_code, 0);
        assert!(check(&["x", "--exit-zero", "--exit-code=3"]).is_err());
        assert!(check(&["x", "--exit-code=0"]).is_err() && check(&["x", "--exit-code=256"]).is_err());
    }

    #[test]
    fn a_share_is_a_percentage_or_a_part_of_one() {
        for (text, share) in [("10%", 0.1), ("0%", 0.0), ("100%", 1.0), ("10.5%", 0.105), ("0.1", 0.1), ("1", 1.0)] {
            assert_eq!(parse_share(text), Ok(share), "{text}");
        }
        for wrong in ["10", "101%", "-1%", "1.01", "", "%", "NaN", "inf", "ten"] {
            assert!(parse_share(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn each_format_has_a_destination_of_its_own() {
        assert_eq!(outputs(&[]).unwrap(), [Output { format: OutputFormat::Text, path: None }]);
        let two = outputs(&["github", "sarif=out=1.sarif"]).unwrap();
        assert_eq!((two[0].format, two[0].path.as_deref()), (OutputFormat::Github, None));
        assert_eq!((two[1].format, two[1].path.as_deref()), (OutputFormat::Sarif, Some(Path::new("out=1.sarif"))));
        let error = outputs(&["github", "json"]).unwrap_err();
        assert!(error.contains("--format github and --format json: both go to standard output"), "{error}");
        assert!(outputs(&["github", "json=-"]).is_err());
        let error = outputs(&["sarif=out", "junit=./out"]).unwrap_err();
        assert!(error.contains("--format sarif=out and --format junit=./out: both go to one file"), "{error}");
        assert!(outputs(&["sarif=out", "sarif=out2"]).is_ok());
    }

    #[test]
    fn a_format_that_is_not_known_names_those_that_are() {
        let error = outputs(&["xml"]).unwrap_err();
        let known = "text, github, sarif, junit, gitlab, markdown, json, csv";
        assert!(error.contains(&format!("no format is called xml; there are {known}")), "{error}");
        assert!(outputs(&["sarif="]).unwrap_err().contains("no path after sarif="));
    }

    #[test]
    fn a_baseline_is_written_updated_or_pruned() {
        for name in ["write", "update", "prune"] {
            let args = parse(&["baseline", name, "x", "--corpus", "c", "--same-source", "skip", "--strict"]).unwrap();
            let Command::Baseline(command) = args.command else { panic!("not a baseline") };
            let values = command.args().values(&Config::default());
            assert_eq!((values.corpus, values.baseline), (Some("c".into()), None));
            assert!(command.args().compared.strict && command.args().settings().is_ok());
        }
        assert!(parse(&["baseline", "x"]).is_err() && parse(&["baseline", "write"]).is_err());
    }

    #[test]
    fn the_configuration_file_reaches_a_check() {
        let mut args = parse(&["check", "x", "--exit-code", "7"]).unwrap();
        let text = "input.source = \"Lisk\"\nmatch.min_words = 11\n[check]\nmax_run = 5\nexit_code = 9\n";
        let config = Arc::new(Config::parse(text, Path::new("wirecopy.toml")).unwrap());
        args.configure(&config);
        let Command::Check(check) = args.command else { panic!("not a check") };
        assert_eq!(check.settings().unwrap().min_words, 11);
        assert_eq!(check.input.settings().default_source, "Lisk");
        let values = check.values(&config);
        assert_eq!((values.max_run, values.exit_code), (5, 7), "a flag wins");
    }
}
