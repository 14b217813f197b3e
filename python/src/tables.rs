//! Tables of a report → Arrow batches: text as UTF-8, numbers as int64, shares as float64 with four decimals, truth as
//! boolean; what CSV leaves empty is null.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use wirecopy::Report;
use wirecopy::report::{Cell, ColumnType, Flag, Table, four_decimals};
use wirecopy::spread::CellValue;

/// Rows of a batch, and bytes of text after which one ends early: rows of near-duplicates hold whole articles.
const BATCH_ROWS: usize = 1 << 16;
const BATCH_BYTES: usize = 64 << 20;

/// Reads one table of a report, batch by batch.
#[derive(Clone)]
pub(crate) struct TableReader {
    report: Arc<Report>,
    table: &'static Table,
    schema: SchemaRef,
    at: usize,
}

impl TableReader {
    pub(crate) fn new(report: Arc<Report>, table: &'static Table) -> Self {
        Self { report, table, schema: schema_of(table), at: 0 }
    }

    fn batch(&mut self) -> Result<RecordBatch, ArrowError> {
        let mut columns: Vec<Column> = self.table.columns.iter().map(|name| Column::new(name)).collect();
        let (mut cells, mut bytes) = (Vec::new(), 0);
        let first = self.at;
        while self.at < self.table.len(&self.report) && self.at - first < BATCH_ROWS && bytes < BATCH_BYTES {
            self.table.row(&self.report, self.at, &mut cells);
            for (column, cell) in columns.iter_mut().zip(&cells) {
                bytes += column.push(*cell);
            }
            self.at += 1;
        }
        RecordBatch::try_new(self.schema.clone(), columns.into_iter().map(Column::finish).collect())
    }
}

/// The columns of a table.
fn schema_of(table: &Table) -> SchemaRef {
    let field = |name: &&str| {
        let data_type = match ColumnType::of(name) {
            ColumnType::Text => DataType::Utf8,
            ColumnType::Number => DataType::Int64,
            ColumnType::Share => DataType::Float64,
            ColumnType::Truth => DataType::Boolean,
        };
        Field::new(*name, data_type, true)
    };
    Arc::new(Schema::new(table.columns.iter().map(field).collect::<Vec<_>>()))
}

/// Rows that steps told for a table, as one batch.
pub(crate) fn batch_of(table: &Table, rows: &[Vec<CellValue>]) -> (SchemaRef, Result<RecordBatch, ArrowError>) {
    let mut columns: Vec<Column> = table.columns.iter().map(|name| Column::new(name)).collect();
    for row in rows {
        for (at, column) in columns.iter_mut().enumerate() {
            let cell = match row.get(at) {
                Some(CellValue::Text(text)) => Cell::Text(text),
                Some(CellValue::Number(number)) => Cell::Int(*number),
                Some(CellValue::Share(share)) => Cell::Share(*share),
                Some(CellValue::Truth(truth)) => Cell::Bool(*truth),
                Some(CellValue::Empty) | None => Cell::Empty,
            };
            column.push(cell);
        }
    }
    let schema = schema_of(table);
    let batch = RecordBatch::try_new(schema.clone(), columns.into_iter().map(Column::finish).collect());
    (schema, batch)
}

impl Iterator for TableReader {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.table.len(&self.report) {
            return None;
        }
        // It is called from C, which no panic may reach.
        let batch = catch_unwind(AssertUnwindSafe(|| self.batch()));
        Some(batch.unwrap_or_else(|_| Err(ArrowError::ComputeError("a defect of wirecopy; please report it".into()))))
    }
}

impl RecordBatchReader for TableReader {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

enum Column {
    Texts(StringBuilder),
    Numbers(Int64Builder),
    Shares(Float64Builder),
    Truths(BooleanBuilder),
}

impl Column {
    fn new(name: &str) -> Self {
        match ColumnType::of(name) {
            ColumnType::Text => Self::Texts(StringBuilder::new()),
            ColumnType::Number => Self::Numbers(Int64Builder::new()),
            ColumnType::Share => Self::Shares(Float64Builder::new()),
            ColumnType::Truth => Self::Truths(BooleanBuilder::new()),
        }
    }

    /// Adds a cell; tells the bytes that it takes. The core's tests hold each cell to the type of its column.
    fn push(&mut self, cell: Cell<'_>) -> usize {
        match (self, cell) {
            (Self::Texts(out), Cell::Text(cell) | Cell::Word(cell)) => {
                out.append_value(cell);
                return cell.len() + 4;
            }
            (Self::Texts(out), Cell::Id(id)) => out.append_value(id.to_string()),
            (Self::Texts(out), Cell::Flags(flags)) => out.append_value(joined(flags)),
            (Self::Numbers(out), Cell::Int(number)) => out.append_value(number as i64),
            (Self::Shares(out), Cell::Share(share)) if share.is_finite() => out.append_value(four_decimals(share)),
            (Self::Truths(out), Cell::Bool(truth)) => out.append_value(truth),
            (Self::Texts(out), _) => out.append_null(),
            (Self::Numbers(out), _) => out.append_null(),
            (Self::Shares(out), _) => out.append_null(),
            (Self::Truths(out), _) => out.append_null(),
        }
        16
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Texts(mut out) => Arc::new(out.finish()),
            Self::Numbers(mut out) => Arc::new(out.finish()),
            Self::Shares(mut out) => Arc::new(out.finish()),
            Self::Truths(mut out) => Arc::new(out.finish()),
        }
    }
}

fn joined(flags: &[Flag]) -> String {
    flags.iter().map(|flag| flag.name()).collect::<Vec<_>>().join(" ")
}
