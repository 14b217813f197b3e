//! Flags of `scan`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args as ClapArgs, ValueEnum, ValueHint};
use wirecopy::{MemoryLimit, Pairs, Settings};

use super::{AcceptedArgs, Candidates, InputArgs, JudgeArgs, parse_size};

pub(super) const EXAMPLES: &str = "Examples:
  wirecopy scan articles/                    what is copied, in short
  wirecopy scan articles/ -o report          all of it: report/report.html to look at, CSV tables
  wirecopy scan wire.jsonl --field text=raw  a text field of another name
  wirecopy scan --corpus news.index -o report  all articles of an index
  wirecopy scan a.jsonl.gz --format json | jq '.passages[0]'
  wirecopy scan articles/ --format gephi=graph --format jsonl=tables";

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct ScanArgs {
    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
    /// Report on all articles of this index as well; articles read now replace those of their ids, for this report
    #[arg(long, value_name = "INDEX", value_hint = ValueHint::DirPath)]
    pub(in crate::cli) corpus: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) accepted: AcceptedArgs,
    /// Write the tables into this folder as CSV, and report.html, a page to look at; without it nothing is written
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Write it in another form as well, repeat for more: json[=PATH] all tables as one object, html=PATH the page,
    /// csv=DIR, jsonl=DIR and parquet=DIR every table without the page, gephi=DIR and graphml[=PATH] the graph of outlets
    #[arg(long = "format", value_name = "NAME[=PATH]", value_parser = parse_output)]
    pub(in crate::cli) formats: Vec<ScanOutput>,
    /// Least equal words of an overlap, 8 or more [default: 8]
    #[arg(long, value_name = "N")]
    min_words: Option<u32>,
    /// How candidates are found [default: both]
    #[arg(long, value_name = "HOW", value_enum)]
    candidates: Option<Candidates>,
    /// How the pairs of a passage in very many articles are written
    #[arg(long, value_name = "HOW", value_enum, default_value_t)]
    pairs: PairRows,
    #[command(flatten)]
    pub(in crate::cli) judge: JudgeArgs,
    /// Stop with exit code 2, and write nothing, where input would be skipped
    #[arg(long)]
    pub(in crate::cli) strict: bool,
    /// Leave CSV cells as they are, also those that a spreadsheet would run as a formula
    #[arg(long)]
    pub(in crate::cli) csv_raw: bool,
    /// Leave out the texts of articles in all that is written: who shares how much with whom stays
    #[arg(long)]
    pub(in crate::cli) redact: bool,
    /// Memory to aim at, as in 2G or 16G: articles that do not fit are kept in temporary files, in the folder that TMPDIR
    /// names; what is found in them stays in memory [default: half of what is free]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    memory: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum PairRows {
    /// One row an article, against the earliest
    #[default]
    Stars,
    /// One row a pair, at a cost that grows with the square
    All,
}

/// A form in which a scan is written, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct ScanOutput {
    pub(in crate::cli) format: ScanFormat,
    /// `None` is standard output.
    pub(in crate::cli) path: Option<PathBuf>,
}

/// What `--format` of a scan can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum ScanFormat {
    /// All tables as one object.
    Json,
    /// The page.
    Html,
    /// The tables as CSV, without the page.
    Csv,
    /// A file of JSON lines a table.
    Jsonl,
    /// The graph of outlets as the tables that Gephi imports.
    Gephi,
    /// The same as GraphML.
    Graphml,
    /// A file of Parquet a table.
    Parquet,
}

/// What a format is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Place {
    /// A file, or standard output where no path is named.
    Stream,
    Folder,
}

impl ScanFormat {
    const ALL: [Self; 7] = [Self::Csv, Self::Json, Self::Html, Self::Jsonl, Self::Gephi, Self::Graphml, Self::Parquet];

    /// Its name, as in `--format json`.
    pub(in crate::cli) fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Html => "html",
            Self::Jsonl => "jsonl",
            Self::Gephi => "gephi",
            Self::Graphml => "graphml",
            Self::Parquet => "parquet",
        }
    }

    pub(in crate::cli) fn place(self) -> Place {
        match self {
            Self::Json | Self::Html | Self::Graphml => Place::Stream,
            Self::Csv | Self::Jsonl | Self::Gephi | Self::Parquet => Place::Folder,
        }
    }
}

fn parse_output(value: &str) -> Result<ScanOutput, String> {
    let (name, path) = match value.split_once('=') {
        Some((name, "")) => return Err(format!("no path after {name}=")),
        Some((name, path)) => (name, Some(path)),
        None => (value, None),
    };
    let format = ScanFormat::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| {
        let known = ScanFormat::ALL.map(ScanFormat::name).join(", ");
        format!("no format is called {name}; there are {known}, and -o DIR for CSV and the page")
    })?;
    let path = path.filter(|path| *path != "-").map(PathBuf::from);
    if path.is_none() && format.place() == Place::Folder {
        return Err(format!("{name} is a folder of files: {name}=DIR"));
    }
    if format == ScanFormat::Parquet && cfg!(not(feature = "parquet")) {
        return Err("this wirecopy was built without Parquet: cargo install wirecopy --features parquet".to_owned());
    }
    Ok(ScanOutput { format, path })
}

/// Memory of a scan where nothing else is asked for and nobody tells what is free, and the least that can be.
const MEMORY: u64 = 2 << 30;
const LEAST_MEMORY: u64 = 256 << 20;
/// What reading and writing take of it.
const RESERVED: u64 = 128 << 20;

impl ScanArgs {
    /// Where articles go that outgrow the memory. Fails below the least that a scan needs.
    pub(in crate::cli) fn memory_limit(&self) -> Result<MemoryLimit> {
        let memory = self.memory.unwrap_or_else(|| free_memory().map_or(MEMORY, |free| (free / 2).max(LEAST_MEMORY)));
        if memory < LEAST_MEMORY {
            bail!("--memory {memory}: at least {}M is needed", LEAST_MEMORY >> 20);
        }
        let bytes = usize::try_from((memory - RESERVED) / 2).unwrap_or(usize::MAX);
        Ok(MemoryLimit { bytes, folder: std::env::temp_dir() })
    }

    /// What was asked for, files of settings read.
    pub(in crate::cli) fn settings(&self) -> Result<Settings> {
        let mut settings = self.judge.settings(self.min_words, self.candidates)?;
        settings.pairs = match self.pairs {
            PairRows::Stars => Pairs::Stars,
            PairRows::All => Pairs::All,
        };
        Ok(settings)
    }
}

/// Bytes of memory that programs may still take, where the system tells.
fn free_memory() -> Option<u64> {
    let told = fs::read_to_string("/proc/meminfo").ok()?;
    let line = told.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

#[cfg(test)]
mod tests {
    use super::super::{Args, Command};
    use super::*;
    use clap::Parser as _;

    fn scan(arguments: &[&str]) -> Result<ScanArgs, clap::Error> {
        match Args::try_parse_from(["wirecopy", "scan"].iter().chain(arguments))?.command {
            Command::Scan(scan) => Ok(scan),
            _ => panic!("not a scan"),
        }
    }

    #[test]
    fn a_scan_uses_the_memory_that_it_is_given() {
        let memory = |arguments: &[&str]| {
            Ok::<_, String>(
                scan(arguments).map_err(|e| e.to_string())?.memory_limit().map_err(|e| e.to_string())?.bytes as u64,
            )
        };
        assert_eq!(memory(&["x", "--memory", "2G"]), Ok(960 << 20));
        assert!(memory(&["x", "--memory", "255M"]).unwrap_err().contains("at least 256M is needed"));
        assert!(memory(&["x"]).unwrap() >= (LEAST_MEMORY - RESERVED) / 2);
        assert!(free_memory().is_none_or(|free| free > 1 << 20));
    }

    #[test]
    fn a_format_goes_to_its_path_and_a_stream_to_standard_output() {
        let formats = |arguments: &[&str]| scan(arguments).map(|scan| scan.formats);
        let one = |format, path: Option<&str>| ScanOutput { format, path: path.map(PathBuf::from) };
        let several = ["x", "--format", "json", "--format=html=a=b", "--format", "jsonl=t", "--format=graphml=-"];
        let expected = [
            one(ScanFormat::Json, None),
            one(ScanFormat::Html, Some("a=b")),
            one(ScanFormat::Jsonl, Some("t")),
            one(ScanFormat::Graphml, None),
        ];
        assert_eq!(formats(&several).unwrap(), expected);
        for wrong in ["xml", "json=", "JSON", "jsonl", "csv", "gephi=-"] {
            assert!(formats(&["x", "--format", wrong]).is_err(), "{wrong}");
        }
        assert_eq!(formats(&["x", "--format", "parquet=t"]).is_ok(), cfg!(feature = "parquet"));
    }
}
