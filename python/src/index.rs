//! An index on disk: articles are added, removed, asked and scanned.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use wirecopy::{Document, Stage, Store, StoreOptions, StoreWriter, query};

use crate::errors::{raised, unlocked};
use crate::pair::file;
use crate::rows::article;
use crate::run::{run, strict};
use crate::scan::Articles;
use crate::settings::{Options, Purpose, is_path, path};

/// An index in a folder. Each call opens it anew, and sees what other programs did meanwhile.
#[pyclass(frozen, module = "wirecopy._core")]
pub(crate) struct Index {
    folder: PathBuf,
    without_text: bool,
}

impl Index {
    fn options(&self, memory: Option<u64>) -> StoreOptions {
        let mut options = StoreOptions::default();
        options.memory = memory;
        options.without_text = self.without_text;
        options
    }

    fn ask<T: Send>(&self, py: Python<'_>, ask: impl FnOnce(Store) -> wirecopy::Result<T> + Send) -> PyResult<T> {
        unlocked(py, || ask(Store::open(&self.folder)?))?.map_err(|error| raised(py, &error))
    }

    /// The writer of an index that is there.
    fn change<T: Send>(
        &self,
        py: Python<'_>,
        change: impl FnOnce(&mut StoreWriter) -> wirecopy::Result<T> + Send,
    ) -> PyResult<T> {
        unlocked(py, || {
            // Says what is wrong where there is none.
            Store::open(&self.folder)?;
            change(&mut StoreWriter::open(&self.folder, StoreOptions::default())?)
        })?
        .map_err(|error| raised(py, &error))
    }
}

#[pymethods]
impl Index {
    #[new]
    fn new(folder: PathBuf, text: bool) -> Self {
        Self { folder, without_text: !text }
    }

    #[getter]
    fn path(&self) -> PathBuf {
        self.folder.clone()
    }

    /// Adds articles, as one commit: (new, replaced, unchanged, warnings).
    fn add(
        &self,
        kind: &str,
        held: &Bound<'_, PyAny>,
        keywords: &Bound<'_, PyDict>,
    ) -> PyResult<(u64, u64, u64, Vec<String>)> {
        let py = held.py();
        let options = Options::new(keywords, Purpose::Add)?;
        let (inputs, warnings, mut feed) = Articles::new(kind, held, &options)?.parts();
        let Options { read, threads, memory, strict: is_strict, progress, .. } = options;
        let added = run(py, threads, progress.as_ref(), &mut *feed, move |watch, fed| {
            use wirecopy::Progress as _;
            let mut writer = StoreWriter::open(&self.folder, self.options(memory))?;
            let mut addition = writer.begin()?;
            addition.warn(warnings);
            match inputs {
                Some(inputs) => addition.read(inputs, read, watch)?,
                None => {
                    watch.stage(Stage::Read, 0);
                    let mut warnings = Vec::new();
                    let batches = fed.into_iter().map(|fed| {
                        warnings.extend(fed.warnings);
                        fed.documents
                    });
                    addition.add_batches(batches, watch)?;
                    addition.warn(warnings);
                }
            }
            strict(is_strict, addition.warnings())?;
            if watch.is_stopped() {
                return Err(wirecopy::ErrorKind::Stopped.into());
            }
            watch.stage(Stage::Group, 0);
            addition.commit()
        })?;
        let mut said: Vec<String> = added.warnings.iter().map(ToString::to_string).collect();
        said.extend(
            added.unmerged.map(|why| format!("done, but segments were not merged: {why}; the next call tries again")),
        );
        Ok((added.new, added.replaced, added.unchanged, said))
    }

    /// Removes articles: how many, and the ids that are not there.
    fn remove(&self, py: Python<'_>, ids: Vec<String>) -> PyResult<(u64, Vec<String>)> {
        self.change(py, |writer| writer.remove(&ids)).map(|removed| (removed.removed, removed.unknown))
    }

    fn compact(&self, py: Python<'_>) -> PyResult<bool> {
        self.change(py, StoreWriter::compact)
    }

    fn verify(&self, py: Python<'_>) -> PyResult<()> {
        self.ask(py, |store| store.verify(&mut |_| ()))
    }

    fn stats_json(&self, py: Python<'_>) -> PyResult<String> {
        let stats = self.ask(py, |store| store.stats())?;
        Ok(serde_json::to_string(&stats).unwrap_or_default())
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.ask(py, |store| Ok(store.len() as usize))
    }

    /// The fields of an article, `None` where there is none of that id.
    fn article<'py>(&self, py: Python<'py>, id: &str) -> PyResult<Option<Bound<'py, PyDict>>> {
        let Some(Document { id, metadata, text, .. }) = self.ask(py, |store| store.article(id))? else {
            return Ok(None);
        };
        let time = metadata.time.as_ref().map_or(metadata.unread_time.as_str(), |time| time.given());
        let out = PyDict::new(py);
        let fields: [(&str, &str); 7] = [
            ("id", &id),
            ("source", &metadata.source),
            ("time", time),
            ("title", &metadata.title),
            ("url", &metadata.url),
            ("canonical", &metadata.canonical),
            ("text", &text),
        ];
        fields.into_iter().try_for_each(|(name, value)| out.set_item(name, value))?;
        Ok(Some(out))
    }

    /// Where a text comes from, as JSON: a text, a mapping, or the path of a file.
    fn query(&self, asked: &Bound<'_, PyAny>, keywords: &Bound<'_, PyDict>) -> PyResult<String> {
        let py = asked.py();
        let options = Options::new(keywords, Purpose::Ask)?;
        let document = if is_path(asked) {
            file(py, &path(asked)?, &options.read)?
        } else if let Ok(text) = asked.cast::<PyString>() {
            Document { id: "-".to_owned(), text: text.to_str()?.to_owned(), ..Document::default() }
        } else {
            article(asked, &options.read, "-")?
        };
        let Options { settings, threads, progress, .. } = options;
        run(py, threads, progress.as_ref(), &mut (), move |_, _| {
            Ok(query(&Store::open(&self.folder)?, document, &settings)?.to_json())
        })
    }
}
