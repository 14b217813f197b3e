//! What articles share, whatever holds them.

use std::path::{Path, PathBuf};

use pyo3::prelude::*;
use pyo3::types::PyDict;
use wirecopy::read::{self, Discovery, Input};
use wirecopy::{Detector, Error, ErrorKind, Store};

use crate::articles::Batches;
use crate::capsule;
use crate::errors::{raised, unusable};
use crate::report::Report;
use crate::rows::Rows;
use crate::run::{Feed, run, strict};
use crate::settings::{Options, Purpose};

/// Where articles are.
pub(crate) enum Articles {
    /// In files.
    Files(Discovery),
    /// In memory.
    Fed(Box<dyn Feed>),
}

impl Articles {
    /// `kind` is `paths` (a list of them), `arrow` (what gives an Arrow stream), `rows` (an iterable of mappings) or
    /// `none`.
    pub(crate) fn new(kind: &str, held: &Bound<'_, PyAny>, options: &Options<'_>) -> PyResult<Self> {
        let py = held.py();
        match kind {
            "paths" => Ok(Self::Files(files(py, &held.extract::<Vec<PathBuf>>()?)?)),
            "arrow" => Ok(Self::Fed(Box::new(Batches::new(py, capsule::read(held)?, &options.read)?))),
            "rows" => Ok(Self::Fed(Box::new(Rows::new(held, options.read.clone())?))),
            _ => Ok(Self::Fed(Box::new(()))),
        }
    }

    /// What is read from files, what comes of the search for them, and what is fed.
    pub(crate) fn parts(self) -> (Option<Vec<Input>>, Vec<wirecopy::Warning>, Box<dyn Feed>) {
        match self {
            Self::Files(found) => (Some(found.inputs), found.warnings, Box::new(())),
            Self::Fed(feed) => (None, Vec::new(), feed),
        }
    }
}

/// The inputs that these paths stand for.
pub(crate) fn files(py: Python<'_>, paths: &[PathBuf]) -> PyResult<Discovery> {
    no_standard_input(py, paths)?;
    let here = std::env::current_dir().ok();
    let found = read::discover_from(here.as_deref(), paths).map_err(|error| raised(py, &error))?;
    let lost = found.warnings.iter().any(|warning| warning.reason.is_loss());
    if found.inputs.is_empty() && !lost {
        let names: Vec<String> = paths.iter().take(3).map(|path| path.display().to_string()).collect();
        let message = format!(
            "no article in {}: looked for .txt .md .jsonl .ndjson .csv .tsv, also as .gz and .zst",
            names.join(", ")
        );
        return Err(unusable(py, message));
    }
    Ok(found)
}

/// Refuses `-`, which is standard input to the core: here it is the interpreter's.
pub(crate) fn no_standard_input(py: Python<'_>, paths: &[impl AsRef<Path>]) -> PyResult<()> {
    if paths.iter().any(|path| path.as_ref() == Path::new("-")) {
        return Err(unusable(py, "-: standard input is not read here; give a file, or articles"));
    }
    Ok(())
}

/// Finds all that the articles share.
#[pyfunction]
pub(crate) fn scan(kind: &str, held: &Bound<'_, PyAny>, keywords: &Bound<'_, PyDict>) -> PyResult<Report> {
    let py = held.py();
    let options = Options::new(keywords, Purpose::Scan)?;
    let limit = options.memory_limit(py)?;
    let (inputs, warnings, mut feed) = Articles::new(kind, held, &options)?.parts();
    let Options { settings, read, threads, strict: is_strict, redact, corpus, progress, .. } = options;
    let report = run(py, threads, progress.as_ref(), &mut *feed, move |watch, fed| {
        let mut detector = Detector::new(settings)?.with_memory_limit(limit).without_candidates();
        detector.warn(warnings);
        match inputs {
            Some(inputs) => detector.read(inputs, read, watch)?,
            None => {
                let mut warnings = Vec::new();
                let batches = fed.into_iter().map(|fed| {
                    warnings.extend(fed.warnings);
                    fed.documents
                });
                detector.add_batches(batches, watch)?;
                detector.warn(warnings);
            }
        }
        if let Some(index) = corpus {
            detector.read_store(&Store::open(&index)?, watch)?;
        }
        strict(is_strict, detector.warnings())?;
        let mut report = detector.report(watch)?;
        report.redacted = redact;
        if is_strict && report.run.counts.rows_cut > 0 {
            let said = format!("{} rows would be cut (strict: there is no report)", report.run.counts.rows_cut);
            return Err(Error::from(ErrorKind::Limit(said)));
        }
        Ok(report)
    })?;
    Ok(Report::new(report))
}
