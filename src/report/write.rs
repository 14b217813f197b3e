//! Reports into folders and streams: each file whole or not at all.

use std::fs;
use std::io;
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use tempfile::NamedTempFile;

use super::csv::Guard;
use super::graph::Graph;
use super::{Report, TABLES, Table, csv, json};
use crate::error::{Error, Result};

/// Rows that are rendered by one thread at a time.
const CHUNK_ROWS: usize = 1024;
/// A chunk is handed over once it has so many bytes: rows of near-duplicates hold whole articles.
const CHUNK_BYTES: usize = 4 << 20;
const BUFFER_BYTES: usize = 256 << 10;
/// Names of files that are still being written.
const PREFIX: &str = ".wirecopy-";
const SUFFIX: &str = ".tmp";

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReportOptions {
    /// CSV cells as they are, also those that a spreadsheet would run as a formula.
    pub raw: bool,
}

/// A file that goes into the folder of a report beside its tables: its name, and what writes it.
pub type BesideTables<'a> = (&'a str, &'a (dyn Fn(&mut dyn Write) -> io::Result<()> + Sync));

/// A file of a folder: its name, and what writes it.
type File<'a> = (String, Box<dyn Fn(Out<'_>) -> io::Result<()> + Send + 'a>);

/// Where a file is written to.
pub(super) type Out<'a> = &'a mut (dyn Write + Send);

/// Writes every table as CSV, run.json and the files `beside` into `folder`, which is made if it is not there.
///
/// All are written beside their places first and then moved there, so that a full disk leaves an earlier report whole;
/// other files are left alone. run.json goes first and comes last: a folder that has one is complete.
pub fn write_csv(report: &Report, folder: &Path, options: ReportOptions, beside: &[BesideTables<'_>]) -> Result<()> {
    let guard = if options.raw { Guard::Off } else { Guard::On };
    let mut files = tables("csv", |table, out| csv::write(table, report, guard, out));
    for &(name, write) in beside {
        files.push((name.to_owned(), Box::new(move |out| write(out))));
    }
    write_folder(report, folder, files)
}

/// Writes every table as JSON lines, under the names that CSV has, and run.json into `folder`, as [`write_csv`] does.
/// Nothing is guarded.
pub fn write_jsonl(report: &Report, folder: &Path) -> Result<()> {
    write_folder(report, folder, tables("jsonl", |table, out| json::write_lines(table, report, out)))
}

/// Writes every table as Parquet, under the names that CSV has, and run.json into `folder`, as [`write_csv`] does. Nothing
/// is guarded.
#[cfg(feature = "parquet")]
pub fn write_parquet(report: &Report, folder: &Path) -> Result<()> {
    write_folder(report, folder, tables("parquet", |table, out| super::parquet::write(table, report, out)))
}

/// Writes the graph of outlets as `nodes.csv` and `edges.csv`, in the column names that Gephi imports, and run.json into
/// `folder`, as [`write_csv`] does.
pub fn write_gephi(report: &Report, folder: &Path, options: ReportOptions) -> Result<()> {
    let graph = &Graph::of(report);
    let nodes: File<'_> = ("nodes.csv".to_owned(), Box::new(move |out| graph.write_nodes(options.raw, out)));
    let edges: File<'_> = ("edges.csv".to_owned(), Box::new(move |out| graph.write_edges(options.raw, out)));
    write_folder(report, folder, vec![nodes, edges])
}

/// Writes the graph of outlets as GraphML.
#[cfg(feature = "graphml")]
pub fn write_graphml(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    super::graphml::write(&Graph::of(report), out)
}

/// A file for each table.
fn tables<'a>(extension: &str, write: impl Fn(&Table, Out<'_>) -> io::Result<()> + Copy + Send + 'a) -> Vec<File<'a>> {
    let file = |table: &'static Table| -> File<'a> {
        (format!("{}.{extension}", table.name), Box::new(move |out| write(table, out)))
    };
    TABLES.iter().map(file).collect()
}

/// Writes these files and run.json: all or none.
fn write_folder(report: &Report, folder: &Path, files: Vec<File<'_>>) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
    // Two at a time, for to write takes one thread as long as to render takes all; of overlaps, the first, there are most.
    let write = |(name, write): File<'_>| Beside::write(folder.join(name), write);
    let mut files = files.into_iter();
    let first = files.next();
    let rest: Vec<File<'_>> = files.collect();
    let (first, rest) =
        rayon::join(|| first.map(write).transpose(), || rest.into_iter().map(write).collect::<Result<Vec<Beside>>>());
    let (first, rest) = (first?, rest?);
    let run = Beside::write(folder.join("run.json"), |out| json::write_run(report, out))?;
    match fs::remove_file(&run.path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Error::io(&run.path, error)),
        _ => {}
    }
    // Side by side: to put a file in the place of another, some file systems first write it to the disk.
    first.into_iter().chain(rest).collect::<Vec<_>>().into_par_iter().try_for_each(Beside::into_place)?;
    run.into_place()?;
    remove_left_over(folder);
    Ok(())
}

/// Removes what runs that were killed left behind. Whatever cannot be removed does no harm.
fn remove_left_over(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Writes run.json and every table as one JSON object, row by row. Nothing is guarded.
pub fn write_json(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    json::write(report, out)
}

/// Writes run.json alone.
pub fn write_run(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    json::write_run(report, out)
}

/// A file written beside its place, to be moved there: it is there whole or as it was before.
struct Beside {
    path: PathBuf,
    file: NamedTempFile,
}

impl Beside {
    fn write(path: PathBuf, write: impl FnOnce(Out<'_>) -> io::Result<()>) -> Result<Self> {
        let attempt = || {
            let folder = path.parent().unwrap_or(Path::new(""));
            let mut builder = tempfile::Builder::new();
            builder.prefix(PREFIX).suffix(SUFFIX);
            // A report is as public as the folder it lies in, which a temporary file is not.
            #[cfg(unix)]
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
            let mut out = BufWriter::with_capacity(BUFFER_BYTES, builder.tempfile_in(folder)?);
            write(&mut out)?;
            out.into_inner().map_err(io::IntoInnerError::into_error)
        };
        match attempt() {
            Ok(file) => Ok(Self { path, file }),
            Err(error) => Err(Error::io(&path, without_temporary_name(&error))),
        }
    }

    fn into_place(self) -> Result<()> {
        let Self { path, file } = self;
        file.persist(&path).map_err(|error| Error::io(&path, without_temporary_name(&error.error)))?;
        Ok(())
    }
}

/// Errors of temporary files end with their path, which is no news to anyone: the same error without it.
pub fn without_temporary_name(error: &io::Error) -> io::Error {
    let text = error.to_string();
    io::Error::new(error.kind(), text.split_once(" at path ").map_or(text.as_str(), |(said, _)| said))
}

/// Renders rows on all threads and hands them over in order, a bounded number of chunks at a time.
///
/// `render` is given rows and a number of bytes at which to stop; it returns how many rows it did, at least one.
pub(super) fn in_order(
    rows: usize,
    render: impl Fn(Range<usize>, usize) -> io::Result<(Vec<u8>, usize)> + Sync,
    write: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let step = CHUNK_ROWS * 2 * rayon::current_num_threads();
    let rendered = |start: usize| -> Vec<_> {
        (start..rows.min(start + step))
            .into_par_iter()
            .step_by(CHUNK_ROWS)
            .map(|first| {
                let chunk = first..rows.min(first + CHUNK_ROWS);
                (chunk.clone(), render(chunk, CHUNK_BYTES))
            })
            .collect()
    };
    let mut ready = rendered(0);
    for start in (0..rows).step_by(step) {
        let mut next = Vec::new();
        // While these rows are written, the next are rendered.
        rayon::in_place_scope(|scope| -> io::Result<()> {
            if start + step < rows {
                scope.spawn(|_| next = rendered(start + step));
            }
            for (mut chunk, mut result) in std::mem::take(&mut ready) {
                loop {
                    let (bytes, done) = result?;
                    write(&bytes)?;
                    chunk.start += done;
                    if chunk.is_empty() {
                        break;
                    }
                    result = render(chunk.clone(), CHUNK_BYTES);
                }
            }
            Ok(())
        })?;
        ready = next;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::table::tests::{empty, small};
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn a_report_is_every_table_and_the_run_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("deep/report");
        write_csv(&empty(), &report, ReportOptions::default(), &[]).unwrap();
        let mut wanted: Vec<String> = TABLES.iter().map(|t| format!("{}.csv", t.name)).collect();
        wanted.push("run.json".into());
        wanted.sort_unstable();
        assert_eq!(names(&report), wanted);
    }

    #[test]
    fn files_are_replaced_and_other_files_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("overlaps.csv"), "old").unwrap();
        fs::write(folder.path().join("notes.txt"), "mine").unwrap();
        write_csv(&small(), folder.path(), ReportOptions::default(), &[]).unwrap();
        assert!(fs::read_to_string(folder.path().join("overlaps.csv")).unwrap().starts_with("overlap_id,"));
        assert_eq!(fs::read_to_string(folder.path().join("notes.txt")).unwrap(), "mine");
    }

    #[test]
    fn a_report_that_failed_half_way_has_no_run_and_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        write_csv(&small(), folder.path(), ReportOptions::default(), &[]).unwrap();
        let blocked = folder.path().join("passages.csv");
        fs::remove_file(&blocked).unwrap();
        fs::create_dir(&blocked).unwrap();
        fs::write(blocked.join("x"), "").unwrap();
        let error = write_csv(&small(), folder.path(), ReportOptions::default(), &[]).unwrap_err();
        assert!(error.to_string().contains("passages.csv"), "{error}");
        assert!(!folder.path().join("run.json").exists());
        assert!(names(folder.path()).iter().all(|name| !name.starts_with('.')), "a temporary file was left");
    }

    #[test]
    fn no_table_is_replaced_before_all_are_written_and_left_over_files_go() {
        let folder = tempfile::tempdir().unwrap();
        write_csv(&small(), folder.path(), ReportOptions::default(), &[]).unwrap();
        let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
        let before = (read("overlaps.csv"), read("run.json"));
        let mut broken = empty();
        // A row of which the article is not there: writing the seventh table fails.
        broken.sources = small().sources;
        let panics = std::panic::catch_unwind(|| write_csv(&broken, folder.path(), ReportOptions::default(), &[]));
        assert!(panics.is_err() && (read("overlaps.csv"), read("run.json")) == before);
        fs::write(folder.path().join(".wirecopy-x1.tmp"), "").unwrap();
        fs::write(folder.path().join(".wirecopy-notes"), "").unwrap();
        write_csv(&empty(), folder.path(), ReportOptions::default(), &[]).unwrap();
        let hidden: Vec<String> = names(folder.path()).into_iter().filter(|name| name.starts_with('.')).collect();
        assert_eq!(hidden, [".wirecopy-notes"]);
    }

    #[test]
    fn the_raw_option_reaches_the_cells() {
        let folder = tempfile::tempdir().unwrap();
        write_csv(&small(), folder.path(), ReportOptions { raw: true }, &[]).unwrap();
        assert!(fs::read_to_string(folder.path().join("outlets.csv")).unwrap().contains("\n@a,b,"));
        write_csv(&small(), folder.path(), ReportOptions { raw: false }, &[]).unwrap();
        assert!(fs::read_to_string(folder.path().join("outlets.csv")).unwrap().contains("\n'@a,b,"));
    }

    #[test]
    fn a_file_is_written_whole_or_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json");
        Beside::write(path.clone(), |out| out.write_all(b"first")).unwrap().into_place().unwrap();
        let failed = Beside::write(path.clone(), |out| {
            out.write_all(b"second")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(failed.err().is_some_and(|error| error.to_string().contains("out.json: ")));
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(names(folder.path()), ["out.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn no_message_names_a_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = Beside::write(folder.path().join("no/x"), |_| Ok(())).err().unwrap();
        assert!(error.to_string().ends_with("no/x: No such file or directory (os error 2)"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn tables_are_as_readable_as_other_new_files() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        write_csv(&empty(), folder.path(), ReportOptions::default(), &[]).unwrap();
        fs::write(folder.path().join("other"), "").unwrap();
        let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode("overlaps.csv"), mode("other"));
    }

    #[test]
    fn chunks_that_fill_up_early_lose_no_row() {
        let mut out = Vec::new();
        // Each chunk stops after at most seven rows.
        let render = |rows: Range<usize>, _| {
            let rows: Vec<usize> = rows.take(7).collect();
            Ok((rows.iter().flat_map(|row| (*row as u32).to_le_bytes()).collect(), rows.len()))
        };
        in_order(10_000, render, &mut |bytes| {
            out.extend_from_slice(bytes);
            Ok(())
        })
        .unwrap();
        let rows: Vec<u32> = out.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        assert_eq!(rows, (0..10_000).collect::<Vec<u32>>());
    }

    #[test]
    fn an_error_of_the_stream_stops_the_writing() {
        let full = &mut |_: &[u8]| Err(io::Error::from(io::ErrorKind::StorageFull));
        let error = in_order(3, |rows, _| Ok((Vec::new(), rows.len())), full).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
