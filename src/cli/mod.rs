//! The command line: what people type, and what they are told. The work is the library's.

mod args;
mod check;
mod config;
mod diff;
mod explain;
mod git;
mod index;
mod manual;
mod output;
mod pair;
mod progress;
mod query;
mod render;
mod report;
mod scan;
mod sign;
mod summary;
mod terminal;

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use anstyle::{AnsiColor, Style};
use anyhow::{Context as _, Result, anyhow};
use wirecopy::Warning;

pub(crate) use self::args::Args;
use self::args::{Color, Command, Common, ConfigCommand};
use self::config::Config;
use self::terminal::{clean, thousands};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// Losses that are named on standard error before the rest is only counted.
const NAMED_WARNINGS: usize = 20;

/// How a command that came to its end went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// As asked.
    Complete,
    /// Something was not read, or rows were cut.
    Incomplete,
    /// More reuse than is allowed: the exit code for it.
    OverTheLimit(u8),
}

impl Outcome {
    /// The exit code that says so.
    fn code(self) -> u8 {
        match self {
            Self::Complete => 0,
            Self::Incomplete => 3,
            Self::OverTheLimit(code) => code,
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(outcome.code())
    }
}

/// Runs a command to its end.
pub(crate) fn run(mut args: Args) -> Result<Outcome> {
    match args.common.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    if let Some(threads) = args.common.threads {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads.into())
            .build_global()
            .with_context(|| format!("-j {threads}"))?;
    }
    let config = match &args.command {
        // These must work whatever stands in the file.
        Command::Config(ConfigCommand::Init(_)) | Command::Completions(_) | Command::Man(_) => Config::default(),
        _ => Config::load(&args.common)?,
    };
    let config = Arc::new(config);
    args.configure(&config);
    match &args.command {
        Command::Scan(scan) => scan::run(scan, &args.common),
        Command::Index(index) => index::run(index, &args.common),
        Command::Query(query) => query::run(query, &args.common),
        Command::Sign(sign) => sign::run(sign, &args.common),
        Command::Check(check) => check::run(check, &args.common, &config),
        Command::Baseline(baseline) => check::baseline(baseline, &args.common, &config),
        Command::Config(ConfigCommand::Init(init)) => config::init(init.force, &args.common),
        Command::Config(ConfigCommand::Show) => config::show(&config),
        Command::Completions(completions) => manual::completions(completions),
        Command::Man(man) => manual::man(man),
        Command::Explain(explain) => explain::run(explain, &args.common),
        Command::Diff(diff) => diff::run(diff, &args.common),
        Command::Report(report) => report::run(report, &args.common),
    }
}

/// Says on standard error why a command stopped. If even that fails, there is nobody to tell.
pub(crate) fn print_error(error: &anyhow::Error) {
    let _ = writeln!(anstream::stderr(), "{ERROR}error:{ERROR:#} {}", clean(&message(error)));
}

/// An error and its causes. Most messages of the library end with that of their cause, which is not said twice.
fn message(error: &anyhow::Error) -> String {
    let mut message = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if message.is_empty() {
            message = cause;
        } else if !message.ends_with(&cause) {
            let _ = write!(message, ": {cause}");
        }
    }
    message
}

/// Names what was lost on standard error; with `-v` all of it, and what was left out without harm as well.
fn print_warnings(warnings: &[Warning], common: &Common) {
    let told = |warning: &&Warning| common.verbose || warning.reason.is_loss();
    let limit = if common.verbose { usize::MAX } else { NAMED_WARNINGS };
    let mut text = String::new();
    for warning in warnings.iter().filter(told).take(limit) {
        let _ = writeln!(text, "{WARNING}warning:{WARNING:#} {}", clean(&warning.to_string()));
    }
    let more = warnings.iter().filter(told).count().saturating_sub(limit);
    if more > 0 {
        let _ = writeln!(
            text,
            "{WARNING}warning:{WARNING:#} and {} more (-v names them, run.json lists them)",
            thousands(more as u64)
        );
    }
    // As with errors: without standard error there is nobody to tell.
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// Whether input was lost.
fn lost(warnings: &[Warning]) -> bool {
    warnings.iter().any(|warning| warning.reason.is_loss())
}

/// A reader that went away, as `head` does, is no trouble; a full disk is.
fn written(result: io::Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|error| anyhow!("standard output: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_said_once() {
        let lost = || io::Error::other("disk on fire");
        assert_eq!(message(&anyhow!(lost()).context("a.csv: disk on fire")), "a.csv: disk on fire");
        assert_eq!(message(&anyhow!(lost()).context("a.csv")), "a.csv: disk on fire");
    }

    #[test]
    fn a_closed_pipe_is_success_and_a_full_disk_is_not() {
        assert!(written(Err(io::ErrorKind::BrokenPipe.into())).is_ok());
        let full = written(Err(io::ErrorKind::StorageFull.into()));
        assert!(full.is_err_and(|error| error.to_string().starts_with("standard output: ")));
    }
}
