//! Tables: cuts a stream into rows, and a row into the few cells that articles need.
//!
//! Reads what the `csv` crate reads, cell by cell the same (a test holds the two against each other), but
//! never holds more of a row than the limit: one stray quotation mark makes the rest of a file one cell.

use std::borrow::Cow;
use std::sync::Arc;

use super::discover::Input;
use super::encoding::{Utf8Stream, lossy};
use super::fields::{Case, Fields, Ranks, Value};
use super::jsonl::too_large;
use super::{Batch, Block, ReadSettings, Shape, Span};
use crate::document::Document;
use crate::error::{Reason, Result};

const BLOCK: usize = 1 << 20;

/// What the header row says.
#[derive(Debug)]
pub(super) struct Header {
    delimiter: u8,
    /// Number of cells in a row.
    width: usize,
    /// Known columns, in the order of the row.
    columns: Vec<(usize, Ranks)>,
}

/// A table being cut into rows.
pub(super) struct Rows {
    source: Utf8Stream,
    scanner: Scanner,
    header: Option<Arc<Header>>,
    carry: Vec<u8>,
    record: u64,
    /// Inside a row above the limit, of which nothing is kept.
    skipping: bool,
}

impl Rows {
    pub(super) fn new(source: Utf8Stream, delimiter: u8) -> Self {
        let scanner = Scanner { delimiter, state: State::CellStart };
        Self { source, scanner, header: None, carry: Vec::new(), record: 0, skipping: false }
    }

    pub(super) fn source(&self) -> &Utf8Stream {
        &self.source
    }

    /// Puts one more block of rows into the batch; `false` once there are no more.
    pub(super) fn read(&mut self, input: &Arc<Input>, settings: &ReadSettings, batch: &mut Batch) -> Result<bool> {
        let limit = settings.limits.record_bytes;
        let mut bytes = std::mem::take(&mut self.carry);
        // What was carried over has been scanned: the scanner stands at its end.
        let mut at = bytes.len();
        let mut start = 0;
        self.source.fill(&mut bytes, BLOCK);
        let mut rows = Vec::new();
        loop {
            let end = self.scanner.row_end(&bytes[at..]).map(|length| at + length);
            if end.is_none() && !self.source.ended() {
                break;
            }
            let last = end.is_none();
            let row = start..end.unwrap_or(bytes.len());
            (start, at) = (row.end, row.end);
            if std::mem::take(&mut self.skipping) {
                // Its warning was given when it passed the limit.
            } else if last && self.source.trouble().is_some() {
                // Cut off by the trouble, which is told of the whole file.
            } else if !bytes[row.clone()].iter().all(u8::is_ascii_whitespace) {
                self.row(&bytes[row.clone()], last, row.start, &mut rows, input, settings, batch)?;
                if self.header.is_none() {
                    return Ok(false);
                }
            }
            if last {
                break;
            }
        }
        if self.skipping {
            start = bytes.len();
        } else if bytes.len() - start > limit {
            self.skipping = true;
            self.warn_too_large(input, limit, batch);
            if self.header.is_none() {
                return Ok(false);
            }
            start = bytes.len();
        }
        self.carry = bytes[start..].to_vec();
        bytes.truncate(start);
        if let Some(header) = &self.header {
            batch.add(Block { bytes, input: input.clone(), shape: Shape::Row(header.clone()) }, rows);
        }
        if !self.source.ended() {
            return Ok(true);
        }
        if self.source.trouble().is_none() && self.record == 0 {
            let detail = if self.header.is_none() { "no records" } else { "no rows" };
            batch.warn(input, None, Reason::Empty, detail.to_owned());
        }
        Ok(false)
    }

    fn warn_too_large(&mut self, input: &Input, limit: usize, batch: &mut Batch) {
        // The header row is no record: it takes no number.
        let record = self.header.as_ref().map(|_| {
            self.record += 1;
            self.record
        });
        batch.warn(input, record, Reason::TooLarge, too_large(limit));
    }

    #[expect(clippy::too_many_arguments, reason = "the body of a loop, with a name")]
    fn row(
        &mut self,
        row: &[u8],
        last: bool,
        start: usize,
        rows: &mut Vec<Span>,
        input: &Arc<Input>,
        settings: &ReadSettings,
        batch: &mut Batch,
    ) -> Result<()> {
        let limit = settings.limits.record_bytes;
        if self.header.is_none() {
            let header = Header::new(row, self.scanner.delimiter, settings);
            if header.columns.iter().any(|(_, ranks)| ranks.of_field(super::Field::Text).is_some()) {
                self.header = Some(Arc::new(header));
                return Ok(());
            }
            return batch.not_an_article(input, header.no_text(row, settings));
        }
        if row.len() > limit {
            self.warn_too_large(input, limit, batch);
            return Ok(());
        }
        self.record += 1;
        if last && self.scanner.state == State::Quoted {
            let detail = "a quotation mark opens a cell that never ends".to_owned();
            batch.warn(input, Some(self.record), Reason::BadRecord, detail);
        } else {
            rows.push(Span { start, end: start + row.len(), line: self.record, record: self.record });
        }
        Ok(())
    }
}

impl Header {
    fn new(row: &[u8], delimiter: u8, settings: &ReadSettings) -> Self {
        let mut header = Self { delimiter, width: 0, columns: Vec::new() };
        let mut seen = Vec::new();
        for cell in cells(row, delimiter) {
            let name = lossy(&cell).text.trim().to_lowercase();
            let ranks = Ranks::of(&name, Case::Insensitive, settings);
            // Two columns of one name: the first.
            if ranks.is_any() && !seen.contains(&name) {
                header.columns.push((header.width, ranks));
                seen.push(name);
            }
            header.width += 1;
        }
        header
    }

    /// What to say of a table in which no column is the text.
    fn no_text(&self, row: &[u8], settings: &ReadSettings) -> String {
        let other = [b';', b'\t', b','].into_iter().find(|other| *other != self.delimiter && row.contains(other));
        let (1, Some(other)) = (self.width, other) else { return settings.no_text_field() };
        let name = match other {
            b';' => "semicolons",
            b'\t' => "tabs",
            _ => "commas",
        };
        format!("its header is one column: separated by {name}? only commas (.csv) and tabs (.tsv) are read")
    }

    /// The article in a row.
    pub(super) fn document(
        &self,
        row: &[u8],
        place: impl FnOnce() -> String,
        settings: &ReadSettings,
    ) -> std::result::Result<Document, String> {
        let mut fields = Fields::default();
        let mut invalid = 0_u32;
        let mut known = self.columns.iter().peekable();
        let mut width = 0;
        for cell in cells(row, self.delimiter) {
            if let Some((_, ranks)) = known.next_if(|(column, _)| *column == width) {
                let decoded = lossy(&cell);
                invalid = invalid.saturating_add(decoded.invalid);
                fields.values.push((*ranks, Value::Text(Cow::Owned(decoded.text))));
            }
            width += 1;
        }
        if width != self.width {
            return Err(format!("{width} cells where the header has {}", self.width));
        }
        Ok(fields.into_document(place, &settings.default_source, invalid)?)
    }
}

/// The cells of one row, its line end included or not.
fn cells(row: &[u8], delimiter: u8) -> impl Iterator<Item = Cow<'_, [u8]>> {
    let row = row.strip_suffix(b"\n").unwrap_or(row);
    let row = row.strip_suffix(b"\r").unwrap_or(row);
    let mut rest = Some(row);
    std::iter::from_fn(move || {
        let (cell, after) = cell(rest?, delimiter);
        rest = after;
        Some(cell)
    })
}

/// The first cell, and what comes after its delimiter.
fn cell(row: &[u8], delimiter: u8) -> (Cow<'_, [u8]>, Option<&[u8]>) {
    let until_delimiter = |from: usize| memchr::memchr(delimiter, &row[from..]).map_or(row.len(), |at| from + at);
    let after = |end: usize| row.get(end + 1..);
    if row.first() != Some(&b'"') {
        let end = until_delimiter(0);
        return (Cow::Borrowed(&row[..end]), after(end));
    }
    let mut text = Cow::Borrowed(&row[..0]);
    let mut at = 1;
    loop {
        let Some(mark) = memchr::memchr(b'"', &row[at..]).map(|length| at + length) else {
            return (join(text, &row[at..]), None);
        };
        if row.get(mark + 1) == Some(&b'"') {
            text = join(text, &row[at..=mark]);
            at = mark + 2;
            continue;
        }
        // What stands after the closing mark belongs to the cell as it is.
        let end = until_delimiter(mark + 1);
        return (join(join(text, &row[at..mark]), &row[mark + 1..end]), after(end));
    }
}

fn join<'a>(text: Cow<'a, [u8]>, more: &'a [u8]) -> Cow<'a, [u8]> {
    if more.is_empty() {
        return text;
    }
    if text.is_empty() {
        return Cow::Borrowed(more);
    }
    let mut text = text.into_owned();
    text.extend_from_slice(more);
    Cow::Owned(text)
}

/// Finds where rows end, going on where the last bytes left it.
struct Scanner {
    delimiter: u8,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    /// After a quotation mark in a quoted cell: its end, or the first of two.
    Mark,
}

impl Scanner {
    /// Length of the row's rest, line end included; `None` if it goes on after these bytes.
    fn row_end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            match self.state {
                State::Quoted => {
                    at += memchr::memchr(b'"', &bytes[at..])? + 1;
                    self.state = State::Mark;
                    continue;
                }
                State::CellStart | State::Mark if byte == b'"' => self.state = State::Quoted,
                State::Plain | State::CellStart | State::Mark => {
                    self.state = State::Plain;
                    at += memchr::memchr3(self.delimiter, b'\n', b'\r', &bytes[at..])?;
                    self.state = State::CellStart;
                    if bytes[at] != self.delimiter {
                        return Some(at + 1);
                    }
                }
            }
            at += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::tests::{All, Folder, all, limited, one, try_all};

    fn table(text: impl AsRef<[u8]>) -> All {
        one("a.csv", text)
    }

    #[test]
    fn the_header_names_the_fields_in_any_case() {
        let all = table("Outlet,ID,Date,Headline,Text,x\nCBS,a,2013-09-10,H,\"one, two\",1\n");
        let document = &all.documents[0];
        assert_eq!((document.id.as_str(), document.text.as_str()), ("a", "one, two"));
        let metadata = &document.metadata;
        assert_eq!((metadata.source.as_str(), metadata.title.as_str()), ("CBS", "H"));
        assert!(metadata.time.is_some());
        let camel = table("articlebody,_ID\nt,7\n");
        assert_eq!((camel.texts(), camel.ids()), (vec!["t"], vec!["7"]));
    }

    #[test]
    fn quoted_cells_keep_line_ends_marks_and_delimiters() {
        let all = table("id,text\r\n1,\"a\r\nb, \"\"c\"\"\n\nd\"\r\n2,plain \"quoted\" words\r\n");
        assert_eq!(all.texts(), ["a\r\nb, \"c\"\n\nd", "plain \"quoted\" words"]);
        assert_eq!(all.ids(), ["1", "2"]);
    }

    #[test]
    fn a_row_of_the_wrong_length_is_told_of_by_its_number() {
        let all = table("id,text\n1,a\n2\n\n3,b,c\n4,d\n");
        assert_eq!(all.texts(), ["a", "d"]);
        let bad = Reason::BadRecord;
        assert_eq!(all.reasons(), [("a.csv", Some(2), bad), ("a.csv", Some(3), bad)]);
        assert_eq!(all.warnings[0].detail, "1 cells where the header has 2");
    }

    #[test]
    fn rows_without_an_id_are_numbered_after_the_header() {
        let all = table("text,id\na,\nb,x\nc,\n");
        assert!(all.ids()[0].ends_with("a.csv:1") && all.ids()[2].ends_with("a.csv:3"));
        assert_eq!(all.ids()[1], "x");
    }

    #[test]
    fn a_mark_that_is_never_closed_is_a_bad_record() {
        let all = table("id,text\n1,a\n2,\"b\n3,c\n");
        assert_eq!((all.texts(), all.reasons()), (vec!["a"], vec![("a.csv", Some(2), Reason::BadRecord)]));
    }

    #[test]
    fn tabs_part_the_cells_of_a_tsv() {
        assert_eq!(one("a.tsv", "id\ttext\n1\ta, b\n").texts(), ["a, b"]);
    }

    #[test]
    fn a_table_without_text_is_news_in_a_walk_and_an_error_by_name() {
        let folder = Folder::new();
        let path = folder.write("prices.csv", "date,price\n2013-09-10,5\n");
        let walked = all(&folder.path());
        assert_eq!(walked.reasons(), [("prices.csv", None, Reason::NotAnArticle)]);
        assert!(try_all(&[path], &ReadSettings::default()).is_err());
    }

    #[test]
    fn an_empty_table_is_told_of_and_loses_nothing() {
        let all = table("");
        assert_eq!((all.documents.len(), all.reasons()), (0, vec![("a.csv", None, Reason::Empty)]));
    }

    #[test]
    fn a_row_above_the_limit_is_skipped_and_the_next_is_read() {
        let folder = Folder::new();
        let long = "x\n".repeat(3 << 20);
        let path = folder.write("a.csv", format!("id,text\n1,a\n2,\"{long}\"\n3,b\n4,\"{long}"));
        let all = try_all(&[path], &limited(1 << 20)).unwrap();
        assert_eq!((all.texts(), all.ids()), (vec!["a", "b"], vec!["1", "3"]));
        let large = Reason::TooLarge;
        assert_eq!(all.reasons(), [("a.csv", Some(2), large), ("a.csv", Some(4), large)]);
    }

    #[test]
    fn many_columns_are_no_trouble() {
        let header: Vec<String> = (0..100_000).map(|column| format!("c{column}")).collect();
        let all = table(format!("{},text\n{}end\n", header.join(","), ",".repeat(100_000)));
        assert_eq!(all.texts(), ["end"]);
    }

    #[test]
    fn bad_bytes_in_a_cell_are_replaced_and_counted() {
        let all = table(b"text\n\xe2\x80\x9ccaf\xc3\xa9\xe2\x80\x9d \xff\n");
        assert_eq!((all.texts(), all.documents[0].metadata.invalid_bytes), (vec!["“café” \u{fffd}"], 1));
    }

    #[test]
    fn rows_and_cells_are_those_of_the_csv_crate() {
        let alphabet = b"ab,,\"\"\n\r";
        let mut state = 1_u64;
        for round in 0..20_000 {
            let text: Vec<u8> = (0..round % 24)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    alphabet[(state >> 40) as usize % alphabet.len()]
                })
                .collect();
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&text[..]);
            let theirs: Vec<Vec<Vec<u8>>> =
                reader.byte_records().map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect()).collect();
            // In two pieces, so that the scanner has to go on where it stopped.
            let (mut scanner, mut ours) = (Scanner { delimiter: b',', state: State::CellStart }, Vec::new());
            let (half, mut start, mut at) = (text.len() / 2, 0, 0);
            for end in [half, text.len()] {
                while let Some(length) = scanner.row_end(&text[at..end]) {
                    at += length;
                    ours.push(&text[start..at]);
                    start = at;
                }
                at = end;
            }
            if scanner.state == State::Quoted {
                // Here the crate makes a cell of what is left; we call it a bad record.
                continue;
            }
            ours.push(&text[start..]);
            let ours: Vec<Vec<Vec<u8>>> = ours
                .into_iter()
                .filter(|row| !row.iter().all(u8::is_ascii_whitespace))
                .map(|row| cells(row, b',').map(Cow::into_owned).collect())
                .collect();
            let shown = String::from_utf8_lossy(&text);
            assert_eq!(ours, theirs, "{shown:?}");
        }
    }
}
