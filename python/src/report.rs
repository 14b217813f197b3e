//! A report as Python has it: tables as Arrow streams, run.json, and the files of `scan -o`.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use wirecopy::report::{HtmlPage, PageLimits, ReportOptions, TABLES, write_csv, write_run};

use crate::capsule::Stream;
use crate::errors::{raised, unlocked, wrong};
use crate::tables::TableReader;

/// All that a scan found.
#[pyclass(frozen, module = "wirecopy._core")]
pub(crate) struct Report(Arc<wirecopy::Report>);

impl Report {
    pub(crate) fn new(report: wirecopy::Report) -> Self {
        Self(Arc::new(report))
    }
}

#[pymethods]
impl Report {
    /// A table, to be read as an Arrow stream.
    fn table(&self, py: Python<'_>, name: &str) -> PyResult<Stream> {
        let table = TABLES.iter().find(|table| table.name == name);
        let table = table.ok_or_else(|| wrong(py, format!("no table is called {name}")))?;
        Ok(Stream::of_table(TableReader::new(self.0.clone(), table)))
    }

    /// Rows of a table.
    fn rows(&self, name: &str) -> usize {
        TABLES.iter().find(|table| table.name == name).map_or(0, |table| table.len(&self.0))
    }

    /// run.json.
    fn run_json(&self, py: Python<'_>) -> PyResult<String> {
        let mut out = Vec::new();
        unlocked(py, || write_run(&self.0, &mut out))?.map_err(|error| wrong(py, error.to_string()))?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    /// What was left out or changed, in order.
    fn warnings(&self) -> Vec<String> {
        self.0.run.warnings.iter().map(ToString::to_string).collect()
    }

    /// Writes the files that `wirecopy scan -o` writes.
    fn write(&self, py: Python<'_>, folder: PathBuf, csv_raw: bool) -> PyResult<()> {
        let report = &self.0;
        unlocked(py, || {
            let page = HtmlPage::new(report, &PageLimits::default());
            let beside: [wirecopy::report::BesideTables<'_>; 2] =
                [(HtmlPage::FILE, &|out| page.write(out)), (HtmlPage::SAVED, &|out| page.save(out))];
            write_csv(report, &folder, ReportOptions { raw: csv_raw }, &beside)
        })?
        .map_err(|error| raised(py, &error))
    }
}
