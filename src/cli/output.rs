//! Where things are written: files whole or not at all, and never over an input or what is not ours.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use wirecopy::read;
use wirecopy::report::{TABLES, without_temporary_name};

use super::args::{Place, ScanArgs, ScanFormat};
use super::report::{PAGE, SAVED};

const BUFFER_BYTES: usize = 256 << 10;

/// Refuses what a scan could not be written to: mistakes that should not wait for the end of a long run.
pub(super) fn refuse_destinations(args: &ScanArgs, paths: &[PathBuf]) -> Result<()> {
    let mut csv = tables("csv");
    csv.extend([PAGE, SAVED].map(str::to_owned));
    if let Some(folder) = &args.output {
        refuse_folder("-o", folder, &csv, paths)?;
    }
    if args.formats.iter().filter(|output| output.path.is_none()).count() > 1 {
        bail!("two formats to standard output: --format NAME=PATH writes one of them to a file");
    }
    for (at, output) in args.formats.iter().enumerate() {
        let Some(path) = &output.path else { continue };
        if args.formats[..at].contains(output) {
            bail!("--format {}={} twice", output.format.name(), path.display());
        }
        let flag = format!("--format {}=", output.format.name());
        if output.format == ScanFormat::Csv && args.output.as_ref() == Some(path) {
            bail!("{flag}{} leaves the page out, which -o writes there", path.display());
        }
        match (output.format.place(), output.format) {
            (Place::Stream, _) => refuse_file(&flag, path, paths)?,
            (Place::Folder, ScanFormat::Csv) => refuse_folder(&flag, path, &csv, paths)?,
            (Place::Folder, ScanFormat::Gephi) => {
                refuse_folder(&flag, path, &["nodes.csv", "edges.csv"].map(str::to_owned), paths)?;
            }
            (Place::Folder, format) => refuse_folder(&flag, path, &tables(format.name()), paths)?,
        }
    }
    Ok(())
}

/// Names of the files of all tables.
fn tables(extension: &str) -> Vec<String> {
    TABLES.iter().map(|table| format!("{}.{extension}", table.name)).collect()
}

/// Refuses to draw the page of a report over another file of the report.
pub(super) fn refuse_page(folder: &Path, page: &Path) -> Result<()> {
    let mut others = tables("csv");
    others.extend([SAVED.to_owned(), "run.json".to_owned()]);
    let others: Vec<PathBuf> = others.iter().map(|name| folder.join(name)).collect();
    refuse_file("-o ", page, &others)
}

fn refuse_file(flag: &str, path: &Path, paths: &[PathBuf]) -> Result<()> {
    if path.is_dir() {
        bail!("{}: a folder; {flag}PATH takes a file", path.display());
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
        && !folder.is_dir()
    {
        bail!("{}: there is no folder {}", path.display(), folder.display());
    }
    refuse_input(path, paths)
}

/// A report replaces a report, and nothing else that lies in its folder.
fn refuse_folder(flag: &str, folder: &Path, names: &[String], paths: &[PathBuf]) -> Result<()> {
    if fs::metadata(folder).is_ok_and(|metadata| !metadata.is_dir()) {
        bail!("{}: a file; {flag} takes a folder", folder.display());
    }
    if let Some(scanned) = paths.iter().find(|path| path.is_dir() && same_place(path, folder)) {
        let inside = scanned.join("report");
        bail!(
            "{}: {flag} is the folder that is scanned; choose one inside or beside it, as in {}",
            folder.display(),
            inside.display()
        );
    }
    let files = names.iter().map(String::as_str).chain(["run.json"]).map(|name| folder.join(name));
    let files: Vec<PathBuf> = files.filter(|file| fs::symlink_metadata(file).is_ok()).collect();
    for file in &files {
        refuse_input(file, paths)?;
    }
    if let Some(file) = files.first()
        && !read::is_report(folder)
    {
        bail!("{}: is not of a report of wirecopy, and {flag} would replace it; choose another folder", file.display());
    }
    Ok(())
}

/// An input is not replaced by what is found in it.
pub(super) fn refuse_input(file: &Path, paths: &[PathBuf]) -> Result<()> {
    // A device may well be read and written.
    if file.is_file() && paths.iter().any(|path| same_place(path, file)) {
        bail!("{}: is an input, and would be replaced; write somewhere else", file.display());
    }
    Ok(())
}

/// Whether both are there and are the same, whatever they are called.
fn same_place(path: &Path, other: &Path) -> bool {
    fs::canonicalize(path).is_ok_and(|path| fs::canonicalize(other).is_ok_and(|other| path == other))
}

/// Writes to standard output through a buffer.
pub(super) fn to_standard_output(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, io::stdout().lock());
    write(&mut out)?;
    out.flush()
}

/// Writes a file whole or not at all; pipes and devices are written to as they are.
pub(super) fn to_file<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        let mut out = BufWriter::with_capacity(BUFFER_BYTES, fs::OpenOptions::new().write(true).open(path)?);
        write(&mut out)?;
        return Ok(out.flush()?);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".wirecopy-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder).map_err(|error| without_temporary_name(&error))?;
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, file);
    write(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::args::{Args, Command};
    use super::*;
    use clap::Parser as _;

    #[test]
    fn a_destination_of_the_wrong_kind_is_refused_before_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let refused = |flag: &str, path: &Path| {
            let value = flag.split_once(' ').map_or(String::new(), |(_, name)| format!("{name}="));
            let flag = flag.split(' ').next().unwrap();
            let value = format!("{value}{}", path.display());
            let args = Args::try_parse_from(["wirecopy", "scan", "x", flag, &value]).unwrap();
            let Command::Scan(scan) = args.command else { panic!("not a scan") };
            refuse_destinations(&scan, &[]).err().map(|error| error.to_string())
        };
        assert!(refused("-o", &file).unwrap().ends_with("-o takes a folder"));
        assert!(refused("--format json", folder.path()).unwrap().ends_with("takes a file"));
        assert!(refused("--format json", Path::new("/nowhere/at/all")).unwrap().contains("no folder /nowhere/at"));
        assert!(refused("--format gephi", &file).unwrap().ends_with("--format gephi= takes a folder"));
        assert_eq!(refused("-o", &folder.path().join("new/report")), None);
        assert_eq!(refused("--format jsonl", &folder.path().join("new/report")), None);
        assert_eq!(refused("--format json", &file), None);
    }

    #[test]
    fn what_is_not_of_a_report_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |arguments: &[&str]| {
            let args = Args::try_parse_from([&["wirecopy", "scan", "x"], arguments].concat()).unwrap();
            let Command::Scan(scan) = args.command else { panic!("not a scan") };
            refuse_destinations(&scan, &[]).err().map(|error| error.to_string()).unwrap_or_default()
        };
        let [csv, jsonl, gephi] =
            ["csv", "jsonl", "gephi"].map(|name| format!("--format={name}={}", folder.path().display()));
        let output = folder.path().to_str().unwrap();
        for (name, arguments) in [
            ("articles.jsonl", vec![jsonl.as_str()]),
            ("nodes.csv", vec![gephi.as_str()]),
            ("report.html", vec!["-o", output]),
            ("page.json.gz", vec![csv.as_str()]),
        ] {
            assert_eq!(refused(&arguments), "");
            fs::write(folder.path().join(name), "mine").unwrap();
            assert!(refused(&arguments).contains("is not of a report"), "{name}");
            fs::remove_file(folder.path().join(name)).unwrap();
        }
        assert!(refused(&["--format", "json", "--format", "html"]).starts_with("two formats"));
        assert!(refused(&[&gephi, &gephi]).ends_with("twice"));
    }

    #[test]
    fn no_message_names_a_temporary_file() {
        let error = to_file::<io::Error>(Path::new("/nowhere/x"), |_| Ok(())).unwrap_err();
        assert!(!error.to_string().contains(".wirecopy"), "{error}");
    }

    #[test]
    fn a_file_is_written_whole_or_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json");
        to_file::<io::Error>(&path, |out| out.write_all(b"first")).unwrap();
        let failed = to_file::<io::Error>(&path, |out| {
            out.write_all(b"second")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_and_not_replaced() {
        let full = to_file::<io::Error>(Path::new("/dev/null"), |out| out.write_all(b"x"));
        assert!(full.is_ok() && !fs::metadata("/dev/null").unwrap().is_file());
    }
}
