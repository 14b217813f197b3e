//! Tables as CSV: UTF-8, RFC 4180, numbers as numbers, and no cell of an input that a spreadsheet would run.

use std::borrow::Cow;
use std::io;
use std::io::Write;
use std::ops::Range;

use super::table::{write_int, write_share};
use super::write::in_order;
use super::{Cell, Flag, Report, Table};

/// Characters with which a spreadsheet begins a formula, full-width forms included: it folds them.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Whether cells of inputs are guarded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Guard {
    /// One `'` in front of a cell that a spreadsheet would run.
    #[default]
    On,
    /// Cells as they are.
    Off,
}

/// A cell of an input, with one `'` in front where a spreadsheet would run it.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Writes one table, header first. By hand, as the csv crate quotes: its writer took most of the time of this step.
pub(super) fn write(table: &Table, report: &Report, guard: Guard, out: &mut dyn Write) -> io::Result<()> {
    out.write_all((table.columns.join(",") + "\r\n").as_bytes())?;
    in_order(table.len(report), |rows, limit| Ok(render(table, report, guard, rows, limit)), &mut |bytes| {
        out.write_all(bytes)
    })
}

/// Rows of the table until they fill `limit` bytes; how many fitted.
fn render(table: &Table, report: &Report, guard: Guard, rows: Range<usize>, limit: usize) -> (Vec<u8>, usize) {
    let (mut out, mut cells) = (Vec::new(), Vec::new());
    let mut done = 0;
    for at in rows {
        if out.len() > limit {
            break;
        }
        table.row(report, at, &mut cells);
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            field(*cell, guard, &mut out);
        }
        out.extend_from_slice(b"\r\n");
        done += 1;
    }
    (out, done)
}

/// Appends a cell, between quotes where it needs them.
fn field(cell: Cell<'_>, guard: Guard, out: &mut Vec<u8>) {
    match cell {
        Cell::Text(text) => {
            let plain = !needs_quotes(text);
            if !plain {
                out.push(b'"');
            }
            if guard == Guard::On && is_formula(text) {
                out.push(b'\'');
            }
            if plain {
                out.extend_from_slice(text.as_bytes());
                return;
            }
            let mut from = 0;
            for quote in memchr::memchr_iter(b'"', text.as_bytes()) {
                out.extend_from_slice(&text.as_bytes()[from..=quote]);
                from = quote;
            }
            out.extend_from_slice(&text.as_bytes()[from..]);
            out.push(b'"');
        }
        Cell::Word(word) => out.extend_from_slice(word.as_bytes()),
        Cell::Id(id) => id.write(out),
        Cell::Int(number) => write_int(number, out),
        Cell::Share(share) if share.is_finite() => write_share(share, out),
        Cell::Share(_) | Cell::Empty => {}
        Cell::Bool(truth) => out.extend_from_slice(if truth { b"true" } else { b"false" }),
        Cell::Flags(flags) => join(flags, out),
    }
}

/// Whether a cell holds what parts cells or rows.
fn needs_quotes(text: &str) -> bool {
    memchr::memchr3(b',', b'"', b'\n', text.as_bytes()).is_some() || memchr::memchr(b'\r', text.as_bytes()).is_some()
}

/// Flags parted by blanks.
pub(super) fn join(flags: &[Flag], out: &mut Vec<u8>) {
    for (at, flag) in flags.iter().enumerate() {
        if at > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(flag.name().as_bytes());
    }
}

/// Whether a spreadsheet might run the cell: it, or a line in it, begins with a formula character, a tab or a
/// carriage return, white space before them or not. Quoting does not help against that, since it is gone by then.
fn is_formula(text: &str) -> bool {
    text.starts_with('\r')
        || memchr::memchr2_iter(b'\n', b'\r', text.as_bytes())
            .map(|end| end + 1)
            .chain([0])
            .any(|start| begins_formula(&text[start..]))
}

/// Whether the first line of the text begins so.
fn begins_formula(text: &str) -> bool {
    for c in text.chars() {
        match c {
            '\t' => return true,
            '\n' | '\r' => return false,
            '\u{feff}' | '\u{200b}' => {}
            c if c.is_whitespace() || c.is_control() => {}
            c => return FORMULA.contains(&c),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::TABLES;
    use super::super::table::tests::{empty, small};
    use super::*;
    use proptest::prelude::*;

    fn shown(cell: Cell<'_>, guard: Guard) -> String {
        let mut out = Vec::new();
        field(cell, guard, &mut out);
        String::from_utf8(out).unwrap()
    }

    /// The one cell of a row as the csv crate reads it.
    fn guarded(text: &str) -> String {
        let line = shown(Cell::Text(text), Guard::On) + ",x\r\n";
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
        reader.records().next().unwrap().unwrap()[0].to_string()
    }

    fn table(name: &str, report: &Report, guard: Guard) -> String {
        let mut out = Vec::new();
        write(TABLES.iter().find(|t| t.name == name).unwrap(), report, guard, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn cells_that_begin_like_a_formula_get_one_mark_in_front() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(1)",
            "\tx",
            "\rx",
            " =1",
            "\u{a0}\u{2003}@x",
            "\u{feff}=1",
            "\0=1",
            "＝1",
            "＋1",
            "－1",
            " ＠x",
            "\n=1",
            " \tx",
        ] {
            assert_eq!(guarded(text), format!("'{text}"), "{text:?}");
        }
    }

    #[test]
    fn a_line_inside_that_begins_like_a_formula_guards_the_cell_once_and_in_front() {
        assert_eq!(guarded("one\n=two\n=three"), "'one\n=two\n=three");
        assert_eq!(guarded("one\r\n  - two"), "'one\r\n  - two");
        assert_eq!(guarded("one\r@two"), "'one\r@two");
        assert_eq!(guarded("one\n\ttwo"), "'one\n\ttwo");
    }

    #[test]
    fn harmless_cells_are_left_as_they_are() {
        for text in ["", "a=b", "it's 1 - 1", "— no", "'=1", "one\r\n\r\ntwo", "“-”", "2031-03-04", "\n", "a\r"] {
            assert_eq!(guarded(text), text, "{text:?}");
        }
    }

    #[test]
    fn our_own_words_and_numbers_are_never_guarded() {
        assert_eq!(shown(Cell::Word("-"), Guard::On), "-");
        assert_eq!(shown(Cell::Share(-0.5), Guard::On), "-0.5000");
    }

    #[test]
    fn raw_cells_are_not_guarded() {
        assert_eq!(shown(Cell::Text("=1"), Guard::Off), "=1");
        assert!(table("articles", &small(), Guard::Off).contains("\r\n=first.txt,"));
        assert!(table("articles", &small(), Guard::On).contains("\r\n'=first.txt,"));
    }

    #[test]
    fn cells_are_written_as_their_type_asks() {
        let shown = |cell| shown(cell, Guard::On);
        assert_eq!(shown(Cell::Int(5_000_000_000)), "5000000000");
        assert_eq!(shown(Cell::Share(2.0 / 3.0)), "0.6667");
        assert_eq!(shown(Cell::Share(1.0)), "1.0000");
        assert_eq!(shown(Cell::Share(f64::NAN)), "");
        assert_eq!(shown(Cell::Bool(true)), "true");
        assert_eq!(shown(Cell::Empty), "");
        assert_eq!(shown(Cell::Flags(&[Flag::NoDate, Flag::Graphemes])), "no-date graphemes");
    }

    proptest! {
        #[test]
        fn cells_are_quoted_as_the_csv_crate_quotes_them(texts in prop::collection::vec("[a\\-=,\"\r\n é\t']{0,12}", 2..4)) {
            let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
            writer.write_record(&texts).unwrap();
            let cells: Vec<String> = texts.iter().map(|text| shown(Cell::Text(text), Guard::Off)).collect();
            prop_assert_eq!(cells.join(",").into_bytes(), {
                let mut row = writer.into_inner().unwrap();
                row.truncate(row.len() - 2);
                row
            });
            for text in &texts {
                let wanted = super::guarded(text).into_owned();
                prop_assert_eq!(shown(Cell::Text(text), Guard::On), shown(Cell::Text(&wanted), Guard::Off));
            }
        }
    }

    #[test]
    fn a_report_of_nothing_has_every_header_and_no_row() {
        for t in TABLES {
            assert_eq!(table(t.name, &empty(), Guard::On), t.columns.join(",") + "\r\n");
        }
    }

    #[test]
    fn what_is_written_reads_back_as_the_same_cells() {
        let text = table("overlaps", &small(), Guard::On);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let row = reader.records().next().unwrap().unwrap();
        assert_eq!(&row[2], "'=first.txt");
        assert_eq!(&row[3], "Übersee, \"Post\"");
        assert_eq!(&row[31], "ten little\r\nwords");
        assert!(text.starts_with("overlap_id,passage_id,a_id,"));
        assert!(text.ends_with(",repeat,Ah\r\n"));
    }

    #[test]
    fn rows_keep_their_order_however_many_there_are() {
        let mut report = small();
        let row = report.outlets[0].clone();
        report.outlets = (0..5000).map(|words| super::super::OutletRow { words, ..row.clone() }).collect();
        let text = table("outlets", &report, Guard::On);
        let words: Vec<u64> =
            csv::Reader::from_reader(text.as_bytes()).records().map(|row| row.unwrap()[4].parse().unwrap()).collect();
        assert_eq!(words, (0..5000).collect::<Vec<_>>());
    }
}
