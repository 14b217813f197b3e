//! Mappings of Python → articles.

use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyIterator, PyMapping, PyString};
use wirecopy::Document;
use wirecopy::read::{Parsed, ReadSettings, RecordNames, RecordValue};

use crate::errors::{raised, unusable};
use crate::run::{Fed, Feed};

/// An iterable of mappings, an article each.
pub(crate) struct Rows {
    iterator: Py<PyIterator>,
    settings: ReadSettings,
    /// Keys of the last mapping, and what they mean: most often the next has the same.
    keys: Vec<String>,
    names: Option<RecordNames>,
    record: u64,
}

impl Rows {
    pub(crate) fn new(iterable: &Bound<'_, PyAny>, settings: ReadSettings) -> PyResult<Self> {
        let iterator = iterable.try_iter()?.unbind();
        Ok(Self { iterator, settings, keys: Vec::new(), names: None, record: 0 })
    }

    fn parse(&mut self, item: &Bound<'_, PyAny>) -> PyResult<Parsed> {
        let py = item.py();
        self.record += 1;
        let of_type = || item.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
        let items = match (item.cast::<PyDict>(), item.cast::<PyMapping>()) {
            (Ok(dict), _) => dict.items(),
            (_, Ok(mapping)) => mapping.items()?,
            _ => {
                let message = format!("article {}: a {} and no mapping of fields to values", self.record, of_type());
                return Err(unusable(py, message));
            }
        };
        let mut keys = Vec::with_capacity(items.len());
        let mut values = Vec::with_capacity(items.len());
        for pair in &items {
            let (key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
            if let Ok(key) = key.cast::<PyString>() {
                keys.push(key.to_str()?.to_owned());
                values.push(value);
            }
        }
        if self.names.is_none() || keys != self.keys {
            let named = RecordNames::new(&keys, &self.settings).map_err(|error| {
                let message = raised(py, &error).value(py).to_string();
                unusable(py, format!("article {}: {}", self.record, message.trim_start_matches("-: ")))
            })?;
            self.names = Some(named);
            self.keys = keys;
        }
        let Some(names) = &self.names else { return Ok(Parsed::default()) };
        let wanted: PyResult<Vec<RecordValue<'static>>> = names.wanted().iter().map(|&at| value(&values[at])).collect();
        Ok(names.parse(self.record, wanted?))
    }
}

impl Feed for Rows {
    fn next(&mut self, py: Python<'_>) -> PyResult<Option<Fed>> {
        let mut fed = Fed::default();
        let mut iterator = self.iterator.bind(py).clone();
        while !fed.is_full() {
            match iterator.next() {
                Some(item) => fed.push(self.parse(&item?)?),
                None if fed.is_empty() => return Ok(None),
                None => break,
            }
        }
        Ok(Some(fed))
    }
}

/// The one article of a mapping. What it does not name is called `id`.
pub(crate) fn article(item: &Bound<'_, PyAny>, settings: &ReadSettings, id: &str) -> PyResult<Document> {
    let rows = pyo3::types::PyList::new(item.py(), [item])?;
    let mut rows = Rows::new(&rows, settings.clone())?;
    let parsed = rows.parse(item)?;
    let trouble = parsed.warnings.first().map(ToString::to_string);
    match (parsed.document, trouble) {
        (Some(mut document), None) => {
            if document.id == "-:1" {
                id.clone_into(&mut document.id);
            }
            Ok(document)
        }
        (_, trouble) => Err(unusable(item.py(), trouble.unwrap_or_else(|| "no article".to_owned()))),
    }
}

/// A value as articles have use for it: texts, numbers, dates and times.
fn value(value: &Bound<'_, PyAny>) -> PyResult<RecordValue<'static>> {
    if value.is_none() {
        return Ok(RecordValue::Absent);
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(RecordValue::Text(Cow::Owned(text.to_str()?.to_owned())));
    }
    if value.is_instance_of::<PyBool>() {
        return Ok(RecordValue::Other);
    }
    if value.is_instance_of::<PyInt>() {
        return Ok(RecordValue::Number(value.str()?.to_str()?.to_owned()));
    }
    if let Ok(number) = value.cast::<PyFloat>() {
        // Not a number is how data frames say that there is none.
        let absent = number.extract::<f64>()?.is_nan();
        return Ok(if absent { RecordValue::Absent } else { RecordValue::Number(value.str()?.to_str()?.to_owned()) });
    }
    match value.getattr_opt("isoformat")? {
        Some(format) => Ok(RecordValue::Text(Cow::Owned(format.call0()?.extract()?))),
        None => Ok(RecordValue::Other),
    }
}
