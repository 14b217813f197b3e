//! `wirecopy scan`: reads all, finds what is shared, writes it, and tells the main of it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use wirecopy::read::Discovery;
use wirecopy::report::{
    HtmlPage, PageLimits, ReportOptions, write_csv, write_gephi, write_graphml, write_json, write_jsonl,
};
use wirecopy::{Detector, ErrorKind, Pairs, Progress as _, Report, Stage, Store, Warning};

use super::args::{Common, InputArgs, ScanArgs, ScanFormat};
use super::output::{refuse_destinations, to_file, to_standard_output};
use super::progress::Bars;
use super::report::{PAGE, SAVED};
use super::summary::Summary;
use super::terminal::{columns, thousands};
use super::{Outcome, lost, print_warnings, written};

pub(super) fn run(args: &ScanArgs, common: &Common) -> Result<Outcome> {
    let detector = Detector::new(args.settings()?)?;
    let mut detector = detector.with_memory_limit(args.memory_limit()?).without_candidates();
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
    let wants_page = args.output.is_some() || args.formats.iter().any(|output| output.format == ScanFormat::Html);
    let page = wants_page.then(|| HtmlPage::new(&report, &PageLimits::default()));
    report.keep_tables();
    write_files(args, &report, page.as_ref())?;
    bars.clear();
    print_warnings(&report.run.warnings, common);

    if let Some(output) = args.formats.iter().find(|output| output.path.is_none()) {
        written(to_standard_output(|out| write_stream(output.format, &report, page.as_ref(), out)))?;
    } else if !common.quiet {
        let summary = Summary { report: &report, columns: columns(), output: destinations(args) };
        written(anstream::stdout().write_all(summary.to_string().as_bytes()))?;
    }
    let outcome = outcome(&report);
    // The process ends here: giving back memory piece by piece would only take time.
    std::mem::forget(report);
    Ok(outcome)
}

/// Writes what was asked for into folders and files.
fn write_files(args: &ScanArgs, report: &Report, page: Option<&HtmlPage>) -> Result<()> {
    let options = ReportOptions { raw: args.csv_raw };
    if let (Some(folder), Some(page)) = (&args.output, page) {
        write_csv(report, folder, options, &[(PAGE, &|out| page.write(out)), (SAVED, &|out| page.save(out))])?;
    }
    for output in &args.formats {
        let Some(path) = &output.path else { continue };
        match output.format {
            ScanFormat::Csv => {
                write_csv(report, path, options, &[])?;
                // A page of the report before would tell of other articles.
                for page in [PAGE, SAVED] {
                    remove(&path.join(page))?;
                }
            }
            ScanFormat::Jsonl => write_jsonl(report, path)?,
            ScanFormat::Gephi => write_gephi(report, path, options)?,
            #[cfg(feature = "parquet")]
            ScanFormat::Parquet => wirecopy::report::write_parquet(report, path)?,
            #[cfg(not(feature = "parquet"))]
            ScanFormat::Parquet => bail!("this wirecopy was built without Parquet"),
            format => {
                to_file(path, |out| write_stream(format, report, page, out))
                    .with_context(|| path.display().to_string())?;
            }
        }
    }
    Ok(())
}

/// Removes a file, if it is there.
fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).context(path.display().to_string()),
        _ => Ok(()),
    }
}

/// Writes what is one stream of bytes.
fn write_stream(format: ScanFormat, report: &Report, page: Option<&HtmlPage>, out: &mut dyn Write) -> io::Result<()> {
    match (format, page) {
        (ScanFormat::Html, Some(page)) => page.write(out),
        (ScanFormat::Graphml, _) => write_graphml(report, out),
        _ => write_json(report, out),
    }
}

fn destinations(args: &ScanArgs) -> Vec<PathBuf> {
    args.output.iter().chain(args.formats.iter().filter_map(|output| output.path.as_ref())).cloned().collect()
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

#[cfg(test)]
mod tests {
    use super::*;
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
}
