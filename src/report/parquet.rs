//! Tables as Parquet: text as UTF-8, numbers as INT64, shares as DOUBLE, truth as BOOLEAN; what JSON has as null is null.

use std::io;
use std::sync::Arc;

use ::parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::types::{Type, TypePtr};

use super::csv::join;
use super::write::Out;
use super::{Cell, ColumnType, Report, Table, four_decimals};

/// Rows of a row group, and bytes of text after which one ends early: rows of near-duplicates hold whole articles.
const GROUP_ROWS: usize = 1 << 16;
const GROUP_BYTES: usize = 64 << 20;

/// Writes one table.
pub(super) fn write(table: &Table, report: &Report, out: Out<'_>) -> io::Result<()> {
    write_groups(table, report, out, GROUP_ROWS).map_err(io::Error::other)
}

fn write_groups(table: &Table, report: &Report, out: Out<'_>, group_rows: usize) -> Result<(), ParquetError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(concat!("wirecopy ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let mut file = SerializedFileWriter::new(out, schema(table)?, Arc::new(properties))?;
    let mut columns: Vec<Column> = table.columns.iter().map(|name| Column::new(name)).collect();
    let (mut cells, mut held) = (Vec::new(), 0);
    for at in 0..table.len(report) {
        table.row(report, at, &mut cells);
        for (column, cell) in columns.iter_mut().zip(&cells) {
            held += column.push(*cell)?;
        }
        if columns[0].present.len() == group_rows || held >= GROUP_BYTES {
            write_group(file.next_row_group()?, &mut columns)?;
            held = 0;
        }
    }
    if !columns[0].present.is_empty() {
        write_group(file.next_row_group()?, &mut columns)?;
    }
    file.close()?;
    Ok(())
}

fn write_group(mut group: SerializedRowGroupWriter<'_, Out<'_>>, columns: &mut [Column]) -> Result<(), ParquetError> {
    for column in columns {
        let present = std::mem::take(&mut column.present);
        match &mut column.values {
            Values::Texts(values) => write_column::<ByteArrayType>(&mut group, values, &present)?,
            Values::Numbers(values) => write_column::<Int64Type>(&mut group, values, &present)?,
            Values::Shares(values) => write_column::<DoubleType>(&mut group, values, &present)?,
            Values::Truths(values) => write_column::<BoolType>(&mut group, values, &present)?,
        }
    }
    group.close()?;
    Ok(())
}

fn write_column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Out<'_>>,
    values: &mut Vec<T::T>,
    present: &[i16],
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("more columns than the schema has".to_owned()));
    };
    column.typed::<T>().write_batch(values, Some(present), None)?;
    values.clear();
    column.close()
}

fn schema(table: &Table) -> Result<TypePtr, ParquetError> {
    let field = |name: &&str| {
        let (physical, logical) = match Values::of(name) {
            Values::Texts(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Values::Numbers(_) => (Physical::INT64, None),
            Values::Shares(_) => (Physical::DOUBLE, None),
            Values::Truths(_) => (Physical::BOOLEAN, None),
        };
        let field = Type::primitive_type_builder(name, physical).with_logical_type(logical);
        Ok(Arc::new(field.with_repetition(Repetition::OPTIONAL).build()?))
    };
    let fields = table.columns.iter().map(field).collect::<Result<Vec<_>, ParquetError>>()?;
    Ok(Arc::new(Type::group_type_builder(table.name).with_fields(fields).build()?))
}

/// The cells of a column that go into the next row group.
struct Column {
    values: Values,
    /// 1 for each cell that has a value, 0 for each that has none.
    present: Vec<i16>,
}

enum Values {
    Texts(Vec<ByteArray>),
    Numbers(Vec<i64>),
    Shares(Vec<f64>),
    Truths(Vec<bool>),
}

impl Values {
    fn of(column: &str) -> Self {
        match ColumnType::of(column) {
            ColumnType::Text => Self::Texts(Vec::new()),
            ColumnType::Number => Self::Numbers(Vec::new()),
            ColumnType::Share => Self::Shares(Vec::new()),
            ColumnType::Truth => Self::Truths(Vec::new()),
        }
    }
}

impl Column {
    fn new(name: &str) -> Self {
        Self { values: Values::of(name), present: Vec::new() }
    }

    /// Adds a cell; tells the bytes that it takes. An error is a column that [`ColumnType::of`] takes for something else.
    fn push(&mut self, cell: Cell<'_>) -> Result<usize, ParquetError> {
        let mut bytes = 8;
        let mut text = |text: Vec<u8>| {
            bytes += text.len();
            ByteArray::from(text)
        };
        match (&mut self.values, cell) {
            (_, Cell::Empty) => {}
            (Values::Shares(_), Cell::Share(share)) if !share.is_finite() => {}
            (Values::Texts(values), Cell::Text(cell) | Cell::Word(cell)) => values.push(text(cell.into())),
            (Values::Texts(values), Cell::Id(id)) => {
                let mut cell = Vec::new();
                id.write(&mut cell);
                values.push(text(cell));
            }
            (Values::Texts(values), Cell::Flags(flags)) => {
                let mut cell = Vec::new();
                join(flags, &mut cell);
                values.push(text(cell));
            }
            (Values::Numbers(values), Cell::Int(number)) => values.push(number as i64),
            (Values::Shares(values), Cell::Share(share)) => values.push(four_decimals(share)),
            (Values::Truths(values), Cell::Bool(truth)) => values.push(truth),
            (_, cell) => return Err(ParquetError::General(format!("a column of another type has {cell:?}"))),
        }
        let empty = match cell {
            Cell::Empty => true,
            Cell::Share(share) => !share.is_finite(),
            _ => false,
        };
        self.present.push(i16::from(!empty));
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::super::TABLES;
    use super::super::table::tests::{empty, small};
    use super::*;
    use ::parquet::file::reader::{FileReader as _, SerializedFileReader};
    use ::parquet::record::Field;
    use std::fs::File;

    fn written(table: &Table, report: &Report, group_rows: usize) -> SerializedFileReader<File> {
        let mut file = tempfile::tempfile().unwrap();
        write_groups(table, report, &mut file, group_rows).unwrap();
        SerializedFileReader::new(file).unwrap()
    }

    fn read(table: &Table, report: &Report, group_rows: usize) -> (Vec<Vec<(String, Field)>>, usize) {
        let file = written(table, report, group_rows);
        let groups = file.num_row_groups();
        let row = |row: Result<::parquet::record::Row, ParquetError>| row.unwrap().into_columns();
        (file.get_row_iter(None).unwrap().map(row).collect(), groups)
    }

    #[test]
    fn every_cell_is_read_back_under_its_name() {
        let report = small();
        for table in TABLES {
            let (rows, groups) = read(table, &report, 1);
            assert_eq!((rows.len(), groups), (table.len(&report), table.len(&report)), "{}", table.name);
            let mut cells = Vec::new();
            for (at, row) in rows.iter().enumerate() {
                table.row(&report, at, &mut cells);
                for (((name, field), column), cell) in row.iter().zip(table.columns).zip(&cells) {
                    assert_eq!(name, column);
                    match (cell, field) {
                        (Cell::Text(cell) | Cell::Word(cell), Field::Str(field)) => assert_eq!(cell, field),
                        (Cell::Id(cell), Field::Str(field)) => assert_eq!(&cell.to_string(), field),
                        (Cell::Flags(cell), Field::Str(field)) => {
                            assert_eq!(cell.len(), field.split_whitespace().count());
                        }
                        (Cell::Int(cell), Field::Long(field)) => assert_eq!(*cell as i64, *field),
                        (Cell::Share(cell), Field::Double(field)) => assert!((cell - field).abs() < 1e-4),
                        (Cell::Bool(cell), Field::Bool(field)) => assert_eq!(cell, field),
                        (Cell::Empty, Field::Null) => {}
                        (cell, field) => panic!("{}.{name}: {cell:?} is read as {field:?}", table.name),
                    }
                }
            }
        }
    }

    #[test]
    fn the_schema_is_the_same_whatever_is_in_the_tables() {
        for table in TABLES {
            assert_eq!(read(table, &empty(), 1).1, 0);
            let of = |report: &Report| written(table, report, 9).metadata().file_metadata().schema().clone();
            assert_eq!(of(&small()), of(&empty()), "{}", table.name);
        }
    }
}
