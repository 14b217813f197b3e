//! `wirecopy report`: draws the page of a report again, from what a scan saved.

use anyhow::{Context as _, Result, bail};
use wirecopy::report::HtmlPage;

use super::args::{Common, ReportArgs};
use super::output::{refuse_page, to_file, to_standard_output};
use super::terminal::{clean, count, thousands};
use super::{Outcome, written};

/// What a scan saves of its page.
pub(super) const SAVED: &str = HtmlPage::SAVED;
/// The page.
pub(super) const PAGE: &str = HtmlPage::FILE;

pub(super) fn run(args: &ReportArgs, common: &Common) -> Result<Outcome> {
    let saved = args.folder.join(SAVED);
    if !saved.is_file() {
        let folder = args.folder.display();
        bail!("{folder}: no {SAVED} in it; `wirecopy scan ARTICLES -o {folder}` writes one");
    }
    let path = args.output.clone().unwrap_or_else(|| args.folder.join(PAGE));
    let stream = path.as_os_str() == "-";
    if !stream {
        refuse_page(&args.folder, &path)?;
    }
    let mut page = HtmlPage::read(&saved)?;
    if args.redact {
        page.redact();
    }
    if stream {
        written(to_standard_output(|out| page.write(out)))?;
        return Ok(Outcome::Complete);
    }
    to_file(&path, |out| page.write(out)).with_context(|| path.display().to_string())?;
    if !common.quiet {
        let (all, told) = page.articles();
        let part =
            if told as u64 == all { String::new() } else { format!(", {} of them whole", thousands(told as u64)) };
        let text = format!("{}: {}{part}\n", path.display(), count(all, "article"));
        written(std::io::Write::write_all(&mut anstream::stdout(), clean_line(&text).as_bytes()))?;
    }
    Ok(Outcome::Complete)
}

fn clean_line(text: &str) -> String {
    format!("{}\n", clean(text.trim_end()))
}
