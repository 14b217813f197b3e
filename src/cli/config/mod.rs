//! The configuration file: which one holds, what it says, and the gates of a check that follow from it.

mod keys;
mod parse;
mod show;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use wirecopy::Outlets;
use wirecopy::read::Field;

pub(super) use self::show::{init, show};
use super::args::{Candidates, Common, FailOn, OwnWords, Window, read_text};

/// What the file may be called.
const NAMES: [&str; 2] = ["wirecopy.toml", ".wirecopy.toml"];

/// Where accepted reuse is kept if nothing else is said.
pub(super) const BASELINE: &str = "wirecopy-baseline.json";

/// What the configuration file says. Paths in it are relative to its folder, and joined with it here.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// As messages name it; none if there is none.
    file: Option<PathBuf>,
    /// Every value of it, in order, for those who ask what holds and where that stands.
    said: Vec<Said>,
    pub(super) source: Option<String>,
    pub(super) fields: Vec<(Field, String)>,
    pub(super) min_words: Option<u32>,
    pub(super) window: Option<Window>,
    pub(super) same_source: Option<OwnWords>,
    pub(super) candidates: Option<Candidates>,
    pub(super) boilerplate: Vec<PathBuf>,
    check: CheckValues,
    /// The tables of outlets, as a file of outlets has them.
    outlets: String,
    /// The names of these tables, and where each stands.
    outlet_lines: Vec<(String, usize)>,
}

/// A value of the file.
#[derive(Debug)]
struct Said {
    /// As in `check.max_run`.
    name: String,
    /// As TOML.
    value: String,
    line: usize,
}

/// What a check compares with, what it lets pass, and how it ends.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CheckValues {
    /// An index, a folder or a file.
    pub(super) corpus: Option<PathBuf>,
    /// Most unattributed words, as a share of all words.
    pub(super) max_unattributed: f64,
    /// Longest run of unattributed words.
    pub(super) max_run: u32,
    /// Least unique words, as a share of all words.
    pub(super) min_unique: f64,
    /// Most resemblance to one other article.
    pub(super) max_resemblance: f64,
    pub(super) fail_on: FailOn,
    /// Where reuse is over the limit; 0 with `--exit-zero`.
    pub(super) exit_code: u8,
    /// If one is named.
    pub(super) baseline: Option<PathBuf>,
    pub(super) allow: Vec<AllowRule>,
}

/// Reuse that may pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AllowRule {
    pub(super) what: Allowed,
    pub(super) reason: Option<String>,
    /// The last day on which it holds.
    pub(super) until: Option<jiff::civil::Date>,
    /// Where it stands in the file.
    pub(super) line: usize,
}

/// What a rule allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Allowed {
    /// Words, wherever they stand.
    Phrase(String),
    /// A finding.
    Key(String),
    /// What two articles share, by their ids.
    Pair(String, String),
    /// What an outlet has.
    Source(String),
}

impl Default for CheckValues {
    fn default() -> Self {
        Self {
            corpus: None,
            max_unattributed: 0.1,
            max_run: 30,
            min_unique: 0.0,
            max_resemblance: 0.8,
            fail_on: FailOn::New,
            exit_code: 1,
            baseline: None,
            allow: Vec::new(),
        }
    }
}

impl CheckValues {
    /// The corpus, without which there is nothing to check against.
    pub(super) fn corpus(&self) -> Result<&Path> {
        self.corpus.as_deref().ok_or_else(|| {
            anyhow!("nothing to compare with; give --corpus INDEX|DIR|FILE, or `corpus` under [check] of {}", NAMES[0])
        })
    }

    /// The list of known reuse that is written where none is named.
    pub(super) fn baseline(&self) -> &Path {
        self.baseline.as_deref().unwrap_or(Path::new(BASELINE))
    }
}

impl Config {
    /// Reads the file that is named, else the nearest one from the working folder upward.
    pub(super) fn load(common: &Common) -> Result<Self> {
        if common.isolated {
            return Ok(Self::default());
        }
        let (file, named) = match &common.config {
            Some(file) => (file.clone(), format!("--config {}", file.display())),
            None => {
                let here = env::current_dir().ok();
                let Some(file) = here.map(|here| find(&here)).transpose()?.flatten() else {
                    return Ok(Self::default());
                };
                let named = file.display().to_string();
                (file, named)
            }
        };
        Self::parse(&read_text(&named, &file)?, &file)
    }

    /// What this text of a file says.
    pub(super) fn parse(text: &str, file: &Path) -> Result<Self> {
        parse::parse(text, file)
    }

    /// The file itself.
    pub(super) fn file(&self) -> Option<&PathBuf> {
        self.file.as_ref()
    }

    /// What `[check]` and `[[allow]]` say, defaults where they say nothing.
    pub(super) fn check_values(&self) -> CheckValues {
        self.check.clone()
    }

    /// Where a value stands, for messages: `wirecopy.toml:4: boilerplate.files`.
    pub(super) fn place(&self, name: &str) -> String {
        match self.said.iter().find(|said| said.name == name) {
            Some(said) => format!("{}: {name}", self.line(said.line)),
            None => name.to_owned(),
        }
    }

    /// A line of the file, for messages: `wirecopy.toml:4`.
    pub(super) fn line(&self, line: usize) -> String {
        match &self.file {
            Some(file) => format!("{}:{line}", file.display()),
            None => format!("line {line}"),
        }
    }

    /// Adds what `[source."…"]` tables say.
    pub(super) fn add_outlets(&self, outlets: &mut Outlets) -> Result<()> {
        if self.outlets.is_empty() {
            return Ok(());
        }
        outlets.extend(&self.outlets).map_err(|error| {
            let message = error.to_string();
            let message = message.strip_prefix("outlets: ").unwrap_or(&message).to_owned();
            // The library knows no lines of this file: the tables are those that it names.
            let named = |(name, line): &(String, usize)| message.contains(&format!("{name:?}")).then_some(*line);
            let line = self.outlet_lines.iter().filter_map(named).max();
            match (line, &self.file) {
                (Some(line), _) => anyhow!("{}: {message}", self.line(line)),
                (None, Some(file)) => anyhow!("{}: {message}", file.display()),
                (None, None) => anyhow!(message),
            }
        })
    }
}

/// The nearest file from a folder upward, by its path from that folder.
fn find(here: &Path) -> Result<Option<PathBuf>> {
    let mut way = PathBuf::new();
    for folder in here.ancestors() {
        match NAMES.map(|name| Some(way.join(name)).filter(|_| is_there(&folder.join(name)))) {
            [Some(one), Some(other)] => bail!(
                "{} and {}: two configuration files in one folder; remove one of them, or choose with --config",
                one.display(),
                other.display()
            ),
            [Some(file), None] | [None, Some(file)] => return Ok(Some(file)),
            [None, None] => way.push(".."),
        }
    }
    Ok(None)
}

/// Whether a file is there; so is a link to nothing, which somebody meant to be one.
fn is_there(file: &Path) -> bool {
    match fs::metadata(file) {
        Ok(metadata) => !metadata.is_dir(),
        Err(_) => fs::symlink_metadata(file).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_file_upward_is_taken() {
        let root = tempfile::tempdir().unwrap();
        let here = root.path().join("desk/drafts");
        fs::create_dir_all(&here).unwrap();
        fs::write(root.path().join("wirecopy.toml"), "").unwrap();
        assert_eq!(find(&here).unwrap(), Some(Path::new("../../wirecopy.toml").into()));
        fs::write(root.path().join("desk/.wirecopy.toml"), "").unwrap();
        assert_eq!(find(&here).unwrap(), Some(Path::new("../.wirecopy.toml").into()));
        fs::create_dir(here.join("wirecopy.toml")).unwrap();
        assert_eq!(find(&here).unwrap(), Some(Path::new("../.wirecopy.toml").into()), "a folder is no file");
        fs::write(here.join(".wirecopy.toml"), "").unwrap();
        assert_eq!(find(&here).unwrap(), Some(Path::new(".wirecopy.toml").into()));
    }

    #[test]
    fn two_files_in_one_folder_are_refused_by_their_names() {
        let root = tempfile::tempdir().unwrap();
        let here = root.path().join("drafts");
        fs::create_dir(&here).unwrap();
        for name in NAMES {
            fs::write(root.path().join(name), "").unwrap();
        }
        let error = find(&here).unwrap_err().to_string();
        assert!(error.starts_with("../wirecopy.toml and ../.wirecopy.toml: two"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_nothing_is_not_passed_over() {
        let root = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("nothing", root.path().join("wirecopy.toml")).unwrap();
        assert_eq!(find(root.path()).unwrap(), Some("wirecopy.toml".into()));
    }
}
