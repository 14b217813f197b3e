//! Steps of a scan that is spread over many machines: batches of rows in, batches of rows out. Knows nothing of what they
//! say; the core does.

use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, Int8Builder, Int64Builder};
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{RecordBatch, RecordBatchReader as _};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use wirecopy::Preparer;
use wirecopy::report::TABLES;
use wirecopy::spread::{self, ROUND_STREAMS, ROUNDS, Row, RowRef, Rows, STEPS, Step, Walk};

use crate::articles::Batches;
use crate::capsule::{self, Stream};
use crate::errors::{exception, raised, unlocked, unusable, wrong};
use crate::run::Feed as _;
use crate::settings::{Options, Purpose};
use crate::tables;

/// Bytes of rows in a batch.
const BATCH_BYTES: usize = 32 << 20;

fn schema() -> SchemaRef {
    let mut fields = vec![Field::new("s", DataType::Int8, false)];
    fields.extend((0..4).map(|at| Field::new(format!("k{at}"), DataType::Int64, false)));
    fields.push(Field::new("data", DataType::Binary, false));
    Arc::new(Schema::new(fields))
}

/// Number of a stream among all.
fn number(stream: spread::Stream) -> i8 {
    stream as i8
}

/// The steps, as (name, streams that are told to it, numbers of the key that a group agrees in, streams that it tells);
/// those of the rounds; which edges are joined in rounds, and the streams of their labels; the streams by number.
type Plan = (Vec<Planned>, Vec<Planned>, Vec<(i8, i8)>, Vec<&'static str>);
type Planned = (&'static str, Vec<i8>, usize, Vec<i8>);

/// What an engine has to do.
#[pyfunction]
pub(crate) fn spread_plan() -> Plan {
    let numbers = |streams: &[spread::Stream]| streams.iter().map(|&stream| number(stream)).collect();
    let planned = |step: &Step| (step.name, numbers(step.inputs), step.group, numbers(step.outputs));
    let joined = ROUND_STREAMS.iter().map(|&(edges, labels)| (number(edges), number(labels))).collect();
    let names = spread::Stream::ALL.iter().map(|stream| stream.name()).collect();
    (STEPS.iter().map(planned).collect(), ROUNDS.iter().map(planned).collect(), joined, names)
}

/// Fails where settings cannot be spread.
#[pyfunction]
pub(crate) fn spread_check(py: Python<'_>, keywords: &Bound<'_, PyDict>) -> PyResult<()> {
    Walk::new(Options::new(keywords, Purpose::Spread)?.settings, 1).map(drop).map_err(|error| raised(py, &error))
}

fn batches(rows: Vec<(spread::Stream, Row)>) -> PyResult<Stream> {
    let schema = schema();
    let mut out = Vec::new();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let (mut streams, mut data, mut bytes) = (Int8Builder::new(), BinaryBuilder::new(), 0);
        let mut keys: [Int64Builder; 4] = Default::default();
        for (stream, row) in rows.by_ref() {
            streams.append_value(number(stream));
            keys.iter_mut().zip(row.key).for_each(|(builder, key)| builder.append_value(key));
            data.append_value(&row.data);
            bytes += row.data.len() + 40;
            if bytes > BATCH_BYTES {
                break;
            }
        }
        let mut columns: Vec<arrow_array::ArrayRef> = vec![Arc::new(streams.finish())];
        columns.extend(keys.iter_mut().map(|key| Arc::new(key.finish()) as arrow_array::ArrayRef));
        columns.push(Arc::new(data.finish()));
        let batch = RecordBatch::try_new(schema.clone(), columns);
        out.push(batch.map_err(|error| Python::attach(|py| exception(py, "InternalError", error.to_string())))?);
    }
    Ok(Stream::of_batches(schema, out))
}

/// The rows of articles, each by itself.
#[pyfunction]
pub(crate) fn spread_articles(held: &Bound<'_, PyAny>, keywords: &Bound<'_, PyDict>) -> PyResult<Stream> {
    let py = held.py();
    let options = Options::new(keywords, Purpose::Spread)?;
    let mut articles = Batches::new(py, capsule::read(held)?, &options.read)?;
    let (mut preparer, mut rows) = (Preparer::default(), Rows::default());
    while let Some(fed) = articles.next(py)? {
        py.check_signals()?;
        if let Some(nameless) = fed.documents.iter().find(|document| document.id.starts_with("-:")) {
            return Err(unusable(py, format!("{}: an article without an id; here each needs one", nameless.id)));
        }
        let told = unlocked(py, || {
            fed.documents.iter().try_for_each(|document| spread::spread(&mut preparer, document, &mut rows))
        })?;
        told.map_err(|error| raised(py, &error))?;
    }
    batches(rows.take())
}

/// Walks one step over the sorted rows of a partition, batch by batch.
#[pyclass(module = "wirecopy._core")]
pub(crate) struct Stepper(spread::Stepper);

#[pymethods]
impl Stepper {
    #[new]
    fn new(py: Python<'_>, step: &str, deals: u32, keywords: &Bound<'_, PyDict>) -> PyResult<Self> {
        let known = STEPS.iter().chain(&ROUNDS).find(|known| known.name == step);
        let known = known.ok_or_else(|| wrong(py, format!("no step is called {step}")))?;
        let settings = Options::new(keywords, Purpose::Spread)?.settings;
        let walk = Walk::new(settings, deals).map_err(|error| raised(py, &error))?;
        Ok(Self(spread::Stepper::new(walk, *known)))
    }

    /// Takes the next batches (k0 to k3, data); gives what is told so far.
    fn feed(&mut self, held: &Bound<'_, PyAny>) -> PyResult<Stream> {
        let py = held.py();
        let reader = capsule::read(held)?;
        let column = |name: &str| reader.schema().index_of(name).map_err(|error| unusable(py, error.to_string()));
        let keys = [column("k0")?, column("k1")?, column("k2")?, column("k3")?];
        let data = column("data")?;
        for batch in reader {
            let batch = batch.map_err(|error| unusable(py, format!("rows: {error}")))?;
            let keys = keys.map(|at| batch.column(at).as_primitive_opt::<Int64Type>());
            let data = batch.column(data).as_binary_opt::<i32>();
            let ([Some(k0), Some(k1), Some(k2), Some(k3)], Some(data)) = (keys, data) else {
                return Err(unusable(py, "rows of other columns than four numbers and bytes"));
            };
            let row = |at: usize| {
                let key = [k0.value(at), k1.value(at), k2.value(at), k3.value(at)];
                RowRef { key, data: data.value(at) }
            };
            let rows: Vec<RowRef<'_>> = (0..batch.num_rows()).map(row).collect();
            unlocked(py, || self.0.feed(&rows))?.map_err(|error| raised(py, &error))?;
        }
        batches(self.0.told.take())
    }

    /// At the end of the partition.
    fn close(&mut self, py: Python<'_>) -> PyResult<Stream> {
        unlocked(py, || self.0.close())?.map_err(|error| raised(py, &error))?;
        batches(self.0.told.take())
    }
}

/// Rows of a table, as the report of one machine has them.
#[pyfunction]
pub(crate) fn spread_table(name: &str, held: &Bound<'_, PyAny>) -> PyResult<Stream> {
    let py = held.py();
    let table = TABLES.iter().find(|table| table.name == name);
    let table = table.ok_or_else(|| wrong(py, format!("no table is called {name}")))?;
    let reader = capsule::read(held)?;
    let at = reader.schema().index_of("data").map_err(|error| unusable(py, error.to_string()))?;
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|error| unusable(py, format!("rows: {error}")))?;
        let Some(data) = batch.column(at).as_binary_opt::<i32>() else {
            return Err(unusable(py, "rows without bytes"));
        };
        for data in data.iter().flatten() {
            rows.push(spread::table_row(data).map_err(|error| raised(py, &error))?);
        }
    }
    let (schema, batch) = tables::batch_of(table, &rows);
    let batch = batch.map_err(|error| exception(py, "InternalError", error.to_string()))?;
    Ok(Stream::of_batches(schema, vec![batch]))
}
