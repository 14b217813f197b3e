//! Arrow streams as Python objects hand them to one another (the Arrow PyCapsule interface). The one file with unsafe
//! code.

use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_schema::SchemaRef;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::errors::unusable;
use crate::tables::TableReader;

const NAME: &std::ffi::CStr = c"arrow_array_stream";

/// The stream that an object gives of itself.
pub(crate) fn read(object: &Bound<'_, PyAny>) -> PyResult<RecordBatchStreamReader> {
    let py = object.py();
    let capsule = object.call_method0("__arrow_c_stream__")?;
    let capsule = capsule.cast::<PyCapsule>()?;
    let pointer = capsule.pointer_checked(Some(NAME))?.cast::<FFI_ArrowArrayStream>();
    // SAFETY: a capsule of this name holds a pointer to such a stream (Arrow PyCapsule interface). It is moved out, and
    // what is left behind is marked as released, so that the capsule does not release it again.
    let reader = unsafe { RecordBatchStreamReader::from_raw(pointer.as_ptr()) };
    reader.map_err(|error| unusable(py, format!("the Arrow stream of articles: {error}")))
}

/// A table that any library reads that knows the Arrow PyCapsule interface. Rows are made batch by batch, as they are
/// asked for.
#[pyclass(frozen, module = "wirecopy._core")]
pub(crate) struct Stream(Source);

enum Source {
    /// A table of a report.
    Table(TableReader),
    /// Batches that are there.
    Batches(SchemaRef, Vec<RecordBatch>),
}

impl Stream {
    pub(crate) fn of_table(table: TableReader) -> Self {
        Self(Source::Table(table))
    }

    pub(crate) fn of_batches(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Self(Source::Batches(schema, batches))
    }
}

#[pymethods]
impl Stream {
    /// The Arrow stream. A requested schema is not followed, as the interface allows.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let reader: Box<dyn RecordBatchReader + Send> = match &self.0 {
            Source::Table(table) => Box::new(table.clone()),
            Source::Batches(schema, batches) => {
                Box::new(RecordBatchIterator::new(batches.clone().into_iter().map(Ok), schema.clone()))
            }
        };
        // Whoever takes the stream leaves an empty one behind; else it is released with the capsule.
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(reader), NAME)
    }
}
