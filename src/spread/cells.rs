//! Rows of tables, as they are told and as a report has them.

use super::code::{decode, encode};
use super::rows::{Rows, Stream};
use crate::document::{Document, DocumentIndex, Metadata};
use crate::error::Result;
use crate::index::{Index, Prepared, SegmentBuilder};
use crate::judge::Oddities;
use crate::outlet::Outlets;
use crate::report::{Cell, Flag, Report, RowId, TABLES, Table, four_decimals};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
pub enum CellValue {
    /// Nothing to say.
    Empty,
    /// Words, names, identities.
    Text(String),
    /// A number of things, or an offset.
    Number(u64),
    /// A share or similarity, with four decimals.
    Share(f64),
    /// True or false.
    Truth(bool),
}

impl From<Cell<'_>> for CellValue {
    fn from(cell: Cell<'_>) -> Self {
        match cell {
            Cell::Text(text) | Cell::Word(text) => Self::Text(text.to_owned()),
            Cell::Id(id) => Self::Text(id.to_string()),
            Cell::Int(number) => Self::Number(number),
            Cell::Share(share) if share.is_finite() => Self::Share(four_decimals(share)),
            Cell::Bool(truth) => Self::Truth(truth),
            Cell::Flags(flags) => Self::Text(flags.iter().map(|flag| flag.name()).collect::<Vec<_>>().join(" ")),
            Cell::Share(_) | Cell::Empty => Self::Empty,
        }
    }
}

/// The cells of a row that a step told for a table. Fails where they cannot be read.
pub fn table_row(data: &[u8]) -> Result<Vec<CellValue>> {
    decode(data)
}

/// The rows of a table of a report.
pub fn table_rows(table: &Table, report: &Report) -> Vec<Vec<CellValue>> {
    let mut cells = Vec::new();
    let row = |at| {
        table.row(report, at, &mut cells);
        cells.iter().map(|cell| CellValue::from(*cell)).collect()
    };
    (0..table.len(report)).map(row).collect()
}

/// A share as tables have it.
pub(super) fn share(share: f64) -> CellValue {
    CellValue::from(Cell::Share(share))
}

/// Adds what is odd about an article to the flags that are told of it alone: in their order it comes last.
pub(super) fn add_flags(flags: &mut CellValue, odd: Oddities) {
    let CellValue::Text(told) = flags else { return };
    let odd = [(odd.headline_changed, Flag::HeadlineChanged), (odd.unmarked_quotation, Flag::UnmarkedQuotation)];
    for (_, flag) in odd.iter().filter(|flag| flag.0) {
        if !told.is_empty() {
            told.push(' ');
        }
        told.push_str(flag.name());
    }
}

/// A report on one article, in which the others have ids and nothing else: what its rows are told by.
pub(super) struct Stub {
    pub(super) report: Report,
    /// The articles by their numbers in the corpus.
    places: BTreeMap<DocumentIndex, DocumentIndex>,
}

impl Stub {
    /// On the article `own`, with the ids of others.
    pub(super) fn new(
        own: DocumentIndex,
        id: &str,
        metadata: Metadata,
        others: &BTreeMap<DocumentIndex, String>,
    ) -> Result<Self> {
        let mut builder = SegmentBuilder::default();
        let mut described = vec![(id.to_owned(), metadata)];
        described.extend(others.iter().filter(|(n, _)| **n != own).map(|(_, id)| (id.clone(), Metadata::default())));
        for (id, _) in &described {
            builder.push(&Document { id: id.clone(), ..Document::default() }, &Prepared::default())?;
        }
        let index = Index::new(builder, described, &Outlets::builtin())?;
        let numbers = std::iter::once(own).chain(others.keys().copied().filter(|&n| n != own));
        let places = numbers.zip(0..).map(|(n, place)| (n, index.rank(place))).collect();
        Ok(Self { report: Report::without_rows(index), places })
    }

    /// An article of the corpus in the report.
    pub(super) fn local(&self, n: DocumentIndex) -> DocumentIndex {
        self.places.get(&n).copied().unwrap_or_default()
    }

    /// Tells the rows of a table of the report.
    pub(super) fn tell(&self, table: &str, stream: Stream, key: super::Key, out: &mut Rows) -> Result<()> {
        tell(&self.report, table, stream, key, out)
    }
}

/// Tells the rows of a table of a report.
pub(super) fn tell(report: &Report, table: &str, stream: Stream, key: super::Key, out: &mut Rows) -> Result<()> {
    for table in TABLES.iter().filter(|other| other.name == table) {
        for cells in table_rows(table, report) {
            out.tell(stream, key, encode(&cells)?);
        }
    }
    Ok(())
}

/// The id of a row: the short one, unless another row has it.
pub(super) fn row_id(short: u64, long: u128, is_alone: bool) -> String {
    if is_alone { RowId::from(short).to_string() } else { RowId::from(long).to_string() }
}
