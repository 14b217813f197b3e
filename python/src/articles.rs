//! Arrow batches → articles: texts are read from the columns where they lie, and copied once, into the corpus.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::RecordBatchStreamReader;
use arrow_array::types::{
    ArrowDictionaryKeyType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchReader as _};
use arrow_schema::DataType;
use pyo3::prelude::*;
use wirecopy::read::{ReadSettings, RecordNames, RecordValue};

use crate::errors::{raised, unusable};
use crate::run::{Fed, Feed};
use crate::time;

/// A stream of batches with articles in them.
pub(crate) struct Batches {
    reader: RecordBatchStreamReader,
    names: RecordNames,
    /// The batch that is being read, and its first row that was not.
    current: Option<(RecordBatch, usize)>,
    record: u64,
}

impl Batches {
    pub(crate) fn new(py: Python<'_>, reader: RecordBatchStreamReader, settings: &ReadSettings) -> PyResult<Self> {
        let schema = reader.schema();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let names = RecordNames::new(&names, settings).map_err(|error| raised(py, &error))?;
        Ok(Self { reader, names, current: None, record: 0 })
    }
}

impl Feed for Batches {
    fn next(&mut self, py: Python<'_>) -> PyResult<Option<Fed>> {
        while self.current.as_ref().is_none_or(|(batch, at)| *at >= batch.num_rows()) {
            // Whoever makes the batches may take its time, and the lock.
            let reader = &mut self.reader;
            match py.detach(|| reader.next()) {
                None => return Ok(None),
                Some(Err(error)) => return Err(unusable(py, format!("the Arrow stream of articles: {error}"))),
                Some(Ok(batch)) => self.current = Some((batch, 0)),
            }
        }
        let Some((batch, at)) = &mut self.current else { return Ok(None) };
        let columns: Vec<ArrayRef> = self.names.wanted().iter().map(|&at| batch.column(at).clone()).collect();
        let mut fed = Fed::default();
        while *at < batch.num_rows() && !fed.is_full() {
            self.record += 1;
            fed.push(self.names.parse(self.record, columns.iter().map(|column| value(column, *at))));
            *at += 1;
        }
        Ok(Some(fed))
    }
}

/// A cell as articles have use for it.
fn value(array: &ArrayRef, row: usize) -> RecordValue<'_> {
    if array.is_null(row) {
        return RecordValue::Absent;
    }
    let text = |text| RecordValue::Text(Cow::Borrowed(text));
    match array.data_type() {
        DataType::Utf8 => text(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => text(array.as_string::<i64>().value(row)),
        DataType::Utf8View => text(array.as_string_view().value(row)),
        DataType::Int8 => RecordValue::Number(array.as_primitive::<Int8Type>().value(row).to_string()),
        DataType::Int16 => RecordValue::Number(array.as_primitive::<Int16Type>().value(row).to_string()),
        DataType::Int32 => RecordValue::Number(array.as_primitive::<Int32Type>().value(row).to_string()),
        DataType::Int64 => RecordValue::Number(array.as_primitive::<Int64Type>().value(row).to_string()),
        DataType::UInt8 => RecordValue::Number(array.as_primitive::<UInt8Type>().value(row).to_string()),
        DataType::UInt16 => RecordValue::Number(array.as_primitive::<UInt16Type>().value(row).to_string()),
        DataType::UInt32 => RecordValue::Number(array.as_primitive::<UInt32Type>().value(row).to_string()),
        DataType::UInt64 => RecordValue::Number(array.as_primitive::<UInt64Type>().value(row).to_string()),
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => {
            time::given(array, row).map_or(RecordValue::Absent, |given| RecordValue::Text(given.into()))
        }
        DataType::Dictionary(key, _) => match **key {
            DataType::Int8 => entry::<Int8Type>(array, row),
            DataType::Int16 => entry::<Int16Type>(array, row),
            DataType::Int32 => entry::<Int32Type>(array, row),
            DataType::Int64 => entry::<Int64Type>(array, row),
            DataType::UInt8 => entry::<UInt8Type>(array, row),
            DataType::UInt16 => entry::<UInt16Type>(array, row),
            DataType::UInt32 => entry::<UInt32Type>(array, row),
            DataType::UInt64 => entry::<UInt64Type>(array, row),
            _ => RecordValue::Other,
        },
        DataType::Null => RecordValue::Absent,
        _ => RecordValue::Other,
    }
}

/// A cell of a column of categories.
fn entry<K: ArrowDictionaryKeyType>(array: &ArrayRef, row: usize) -> RecordValue<'_> {
    let dictionary = array.as_dictionary::<K>();
    dictionary.key(row).map_or(RecordValue::Absent, |key| value(dictionary.values(), key))
}
