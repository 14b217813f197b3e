//! `wirecopy scan`: reads all, finds what is shared, writes it, and tells the main of it.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use wirecopy::read::Discovery;
use wirecopy::report::{HtmlPage, PageLimits, ReportOptions, TABLES, write_csv, write_json};
use wirecopy::{Detector, ErrorKind, Pairs, Progress as _, Report, Stage, Store, Warning, read};

use super::args::{Common, Format, InputArgs, ScanArgs};
use super::progress::Bars;
use super::report::{PAGE, SAVED};
use super::summary::Summary;
use super::terminal::{columns, thousands};
use super::{Outcome, lost, print_warnings, written};

const BUFFER_BYTES: usize = 256 << 10;

pub(super) fn run(args: &ScanArgs, common: &Common) -> Result<Outcome> {
    let detector = Detector::new(args.settings()?)?;
    let mut detector = detector.with_memory_limit(args.memory_limit()?).without_signatures();
    let paths = args.input.paths()?;
    let read: Vec<PathBuf> = paths.iter().chain(args.judge.files()).cloned().collect();
    refuse_destinations(args, &read)?;
    let bars = Bars::new(common);
    take_in(args, &paths, &mut detector, &bars)?;
    let mut report = detector.report(&bars)?;
    report.redacted = args.redact;
    if args.strict && report.run.counts.rows_cut > 0 {
        bail!("{} rows would be cut (strict: nothing was written)", thousands(report.run.counts.rows_cut));
    }
    if report.run.settings.pairs == Pairs::All && !common.quiet {
        bars.clear();
        let rows = thousands(report.overlaps.len() as u64);
        let _ = writeln!(anstream::stderr(), "--pairs all: {rows} rows of overlaps");
    }
    bars.stage(Stage::Write, 0);
    if let Some(folder) = &args.output {
        let page = HtmlPage::new(&report, &PageLimits::default());
        report.keep_tables();
        write_csv(
            &report,
            folder,
            ReportOptions { raw: args.csv_raw },
            &[(PAGE, &|out| page.write(out)), (SAVED, &|out| page.save(out))],
        )?;
    }
    if let Some(Format::File(path)) = &args.format {
        to_file(path, |out| write_json(&report, out)).with_context(|| path.display().to_string())?;
    }
    bars.clear();
    print_warnings(&report.run.warnings, common);

    if args.format == Some(Format::StandardOutput) {
        written(to_standard_output(|out| write_json(&report, out)))?;
    } else if !common.quiet {
        let summary = Summary { report: &report, columns: columns(), output: destinations(args) };
        written(anstream::stdout().write_all(summary.to_string().as_bytes()))?;
    }
    let outcome = outcome(&report);
    // The process ends here: giving back memory piece by piece would only take time.
    std::mem::forget(report);
    Ok(outcome)
}

/// Reads everything, and refuses what is no corpus.
fn take_in(args: &ScanArgs, paths: &[PathBuf], detector: &mut Detector, bars: &Bars) -> Result<()> {
    // With an index there need not be any other input.
    let found = if paths.is_empty() { Discovery::default() } else { InputArgs::discover(paths)? };
    detector.warn(found.warnings);
    detector.read(found.inputs, args.input.settings(), bars)?;
    if let Some(index) = &args.corpus {
        detector.read_store(&Store::open(index)?, bars)?;
    }
    if args.strict
        && let Some(loss) = first_loss(detector.warnings())
    {
        return Err(wirecopy::Error::from(ErrorKind::Strict(loss)).into());
    }
    if detector.is_empty() && args.corpus.is_none() && !lost(detector.warnings()) {
        let mut said = vec![args.input.nothing_found()];
        said.extend(detector.warnings().iter().take(3).map(ToString::to_string));
        bail!(said.join("; "));
    }
    Ok(())
}

pub(super) fn first_loss(warnings: &[Warning]) -> Option<Warning> {
    warnings.iter().filter(|warning| warning.reason.is_loss()).min().cloned()
}

fn outcome(report: &Report) -> Outcome {
    if lost(&report.run.warnings) || report.run.counts.rows_cut > 0 { Outcome::Incomplete } else { Outcome::Complete }
}

/// Mistakes that should not wait for the end of a long run.
fn refuse_destinations(args: &ScanArgs, paths: &[PathBuf]) -> Result<()> {
    if let Some(folder) = &args.output {
        if fs::metadata(folder).is_ok_and(|metadata| !metadata.is_dir()) {
            bail!("{}: a file; -o takes a folder", folder.display());
        }
        refuse_folder(folder, paths)?;
    }
    if let Some(Format::File(path)) = &args.format {
        if path.is_dir() {
            bail!("{}: a folder; --format json=PATH takes a file", path.display());
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
            && !folder.is_dir()
        {
            bail!("{}: there is no folder {}", path.display(), folder.display());
        }
        refuse_input(path, paths)?;
    }
    Ok(())
}

/// A report replaces a report, and nothing else that lies in its folder.
fn refuse_folder(folder: &Path, paths: &[PathBuf]) -> Result<()> {
    if let Some(scanned) = paths.iter().find(|path| path.is_dir() && same_place(path, folder)) {
        let inside = scanned.join("report");
        bail!(
            "{}: -o is the folder that is scanned; choose one inside or beside it, as in -o {}",
            folder.display(),
            inside.display()
        );
    }
    let files: Vec<PathBuf> = TABLES
        .iter()
        .map(|table| folder.join(table.name).with_extension("csv"))
        .chain([folder.join("run.json")])
        .filter(|file| fs::symlink_metadata(file).is_ok())
        .collect();
    for file in &files {
        refuse_input(file, paths)?;
    }
    if let Some(file) = files.first()
        && !read::is_report(folder)
    {
        bail!("{}: is not of a report of wirecopy, and -o would replace it; choose another folder", file.display());
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

fn destinations(args: &ScanArgs) -> Vec<PathBuf> {
    let json = args.format.iter().filter_map(|format| match format {
        Format::File(path) => Some(path),
        Format::StandardOutput => None,
    });
    args.output.iter().chain(json).cloned().collect()
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
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, builder.tempfile_in(folder)?);
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
    use wirecopy::Reason;

    fn warning(input: &str, reason: Reason) -> Warning {
        Warning { input: input.into(), record: None, reason, detail: String::new() }
    }

    #[test]
    fn strict_stops_at_a_loss_and_not_at_a_repetition() {
        let harmless = warning("a", Reason::Repeated);
        assert_eq!(first_loss(std::slice::from_ref(&harmless)), None);
        let (b, c) = (warning("b", Reason::Damaged), warning("c", Reason::Binary));
        assert_eq!(first_loss(&[harmless, c, b.clone()]), Some(b), "whichever was met first");
    }

    #[test]
    fn a_destination_of_the_wrong_kind_is_refused_before_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let refused = |flag: &str, path: &Path| {
            let value = if flag == "-o" { path.display().to_string() } else { format!("json={}", path.display()) };
            let args = Args::try_parse_from(["wirecopy", "scan", "x", flag, &value]).unwrap();
            let Command::Scan(scan) = args.command else { panic!("not a scan") };
            refuse_destinations(&scan, &[]).err().map(|error| error.to_string())
        };
        assert!(refused("-o", &file).unwrap().ends_with("-o takes a folder"));
        assert!(refused("--format", folder.path()).unwrap().ends_with("takes a file"));
        assert!(refused("--format", Path::new("/nowhere/at/all")).unwrap().contains("no folder /nowhere/at"));
        assert_eq!(refused("-o", &folder.path().join("new/report")), None);
        assert_eq!(refused("--format", &file), None);
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
