//! Why two articles share words, or do not.

use std::path::{Path, PathBuf};

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString};
use wirecopy::explain::{Asked, Corpus, Scope, pair};
use wirecopy::read::{self, ReadSettings};
use wirecopy::{Document, Store, store};

use crate::errors::{raised, unusable};
use crate::rows::article;
use crate::run::run;
use crate::scan::{files, no_standard_input};
use crate::settings::{Options, Purpose, is_path, path};

/// Judges two articles as a scan would, as JSON.
#[pyfunction]
pub(crate) fn explain(
    a: &Bound<'_, PyAny>,
    b: &Bound<'_, PyAny>,
    corpus: Option<PathBuf>,
    keywords: &Bound<'_, PyDict>,
) -> PyResult<String> {
    let py = a.py();
    let options = Options::new(keywords, Purpose::Ask)?;
    let both = [asked(a, "a", corpus.is_some(), &options.read)?, asked(b, "b", corpus.is_some(), &options.read)?];
    let is_store = corpus.as_deref().is_some_and(store::is_store);
    let found = match &corpus {
        Some(corpus) if !is_store => Some(files(py, std::slice::from_ref(corpus))?),
        _ => None,
    };
    let Options { settings, read, threads, progress, .. } = options;
    run(py, threads, progress.as_ref(), &mut (), move |watch, _| {
        let opened = corpus.as_deref().filter(|_| is_store).map(Store::open).transpose()?;
        let (corpus, before) = match (found, &opened) {
            (Some(found), _) => (Corpus::Files(found.inputs, read), found.warnings),
            (None, Some(store)) => (Corpus::Store(store), Vec::new()),
            (None, None) => (Corpus::None, Vec::new()),
        };
        let pair = pair(both, corpus, Scope::Corpus, &settings, before, watch)?;
        Ok(pair.explain().to_json(&pair))
    })
}

/// An article, a file, or an id of the corpus.
fn asked(item: &Bound<'_, PyAny>, id: &str, has_corpus: bool, settings: &ReadSettings) -> PyResult<Asked> {
    let py = item.py();
    if item.cast::<PyMapping>().is_ok() {
        return Ok(Asked::Article(Box::new(article(item, settings, id)?)));
    }
    let name = path(item).map_err(|_| {
        unusable(py, format!("{id}: expected a mapping of fields to values, the path of a file, or an id"))
    })?;
    if is_path(item) || name.exists() {
        return Ok(Asked::Article(Box::new(file(py, &name, settings)?)));
    }
    match item.cast::<PyString>() {
        Ok(id) if has_corpus => Ok(Asked::Id(id.to_str()?.to_owned())),
        _ => {
            let message =
                format!("{}: no such file; with a corpus, the id of an article can stand here", name.display());
            Err(unusable(py, message))
        }
    }
}

/// The one article of a file.
pub(crate) fn file(py: Python<'_>, path: &Path, settings: &ReadSettings) -> PyResult<Document> {
    no_standard_input(py, &[path])?;
    let here = std::env::current_dir().ok();
    read::one_article(here.as_deref(), path, settings).map_err(|error| raised(py, &error))
}
