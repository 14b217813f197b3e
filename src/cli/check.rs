//! `wirecopy check` and `wirecopy baseline`: new articles against a corpus, and the list of what was accepted.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use wirecopy::check::{self, Allow, Baseline, Corpus, Gates, Rules, Verdict};
use wirecopy::read::Discovery;
use wirecopy::{ErrorKind, Settings, Store, store};

use super::args::{
    BaselineArgs, BaselineCommand, CheckArgs, Common, FailOn, InputArgs, Output, OutputFormat, read_text,
};
use super::config::{AllowRule, Allowed, CheckValues, Config};
use super::output::{refuse_input, to_file, to_standard_output};
use super::progress::Bars;
use super::render::{self, Text, View};
use super::scan::first_loss;
use super::terminal::{clean, columns, count};
use super::{Outcome, WARNING, git, lost, print_warnings, written};

pub(super) fn run(args: &CheckArgs, common: &Common, config: &Config) -> Result<Outcome> {
    let values = args.values(config);
    let outputs = with_text(args.outputs()?);
    let paths = args.input.paths()?;
    let corpus = values.corpus()?;
    refuse_destinations(&outputs, &paths, corpus)?;
    let settings = args.settings()?;
    let (rules, reasons) = rules(&values, config, common)?;
    let (new, against) = match &args.against_ref {
        Some(reference) => (git::changed_files(reference, &paths)?, Some(reference)),
        None => (paths, None),
    };
    let found = discover(&new)?;
    // A list may well be empty: nothing changed.
    let asked = against.is_none() && !new.is_empty();
    if asked && found.inputs.is_empty() && !lost(&found.warnings) {
        bail!(args.input.nothing_found());
    }
    let verdict = judged(&args.input, found, corpus, &settings, &rules, common)?;
    if asked && verdict.articles.is_empty() && !lost(&verdict.report.run.warnings) {
        bail!(args.input.nothing_found());
    }
    if args.compared.strict {
        refuse_losses(&verdict)?;
    }
    warn(&verdict, &values, config);
    let incomplete = lost(&verdict.report.run.warnings);
    let baseline = values.baseline.as_ref().map(|path| path.display().to_string());
    let outcome = match (verdict.failed(), incomplete) {
        (true, _) if values.exit_code > 0 => Outcome::OverTheLimit(values.exit_code),
        (_, true) => Outcome::Incomplete,
        _ => Outcome::Complete,
    };
    let view = View {
        verdict: &verdict,
        gates: &rules.gates,
        reasons: &reasons,
        baseline: baseline.as_deref(),
        incomplete,
        exit_code: outcome.code(),
        since: against.map(String::as_str),
        verbose: common.verbose,
        quiet: common.quiet,
    };
    // Files first: what is on standard output should be the last word.
    for output in outputs.iter().filter(|output| output.path.is_some()) {
        let Some(path) = &output.path else { continue };
        to_file(path, |out| render::write(output.format, &view, out)).with_context(|| path.display().to_string())?;
    }
    for output in outputs.iter().filter(|output| output.path.is_none()) {
        match output.format {
            OutputFormat::Text => {
                let text = Text { view: &view, columns: columns() };
                written(anstream::stdout().write_all(text.to_string().as_bytes()))?;
            }
            format => written(to_standard_output(|out| {
                render::write(format, &view, out).map_err(|error| match error.downcast::<io::Error>() {
                    Ok(error) => error,
                    Err(error) => io::Error::other(error),
                })
            }))?,
        }
    }
    // The process ends here: giving back memory piece by piece would only take time.
    std::mem::forget(verdict);
    Ok(outcome)
}

pub(super) fn baseline(command: &BaselineCommand, common: &Common, config: &Config) -> Result<Outcome> {
    let args = command.args();
    let values = args.values(config);
    let path = values.baseline();
    let there = fs::symlink_metadata(path).is_ok();
    let old = match command {
        BaselineCommand::Write(_) if there => {
            bail!("{}: is there; `wirecopy baseline update` brings it up to date", path.display())
        }
        BaselineCommand::Write(_) => Baseline::default(),
        _ => read_baseline(path)?,
    };
    let paths = args.input.paths()?;
    refuse_input(path, &paths)?;
    let (new, verdict) = found_now(args, &values, config, common, &paths, &old)?;
    let mut now = match command {
        BaselineCommand::Write(_) => Baseline::of(&verdict),
        BaselineCommand::Update(_) => old.updated(&verdict, true),
        BaselineCommand::Prune(_) => old.updated(&verdict, false),
    };
    // Articles that are no longer there, where all that is there was read.
    if !lost(&verdict.report.run.warnings) {
        now.entries.retain(|entry| !is_gone(&entry.article, &new, &verdict));
    }
    to_file(path, |out| Ok::<_, anyhow::Error>(out.write_all(now.to_json().as_bytes())?))
        .with_context(|| path.display().to_string())?;
    if !common.quiet {
        let number = |baseline: &Baseline| baseline.entries.iter().map(|entry| u64::from(entry.count)).sum::<u64>();
        let text =
            format!("{}: {} accepted, {} before\n", path.display(), count(number(&now), "finding"), number(&old));
        written(anstream::stdout().write_all(clean_lines(&text).as_bytes()))?;
    }
    Ok(if lost(&verdict.report.run.warnings) { Outcome::Incomplete } else { Outcome::Complete })
}

/// The articles as they are now, judged by what was accepted before.
fn found_now(
    args: &BaselineArgs,
    values: &CheckValues,
    config: &Config,
    common: &Common,
    paths: &[PathBuf],
    old: &Baseline,
) -> Result<(Vec<PathBuf>, Verdict)> {
    let without = CheckValues { baseline: None, ..values.clone() };
    let (rules, _) = rules(&without, config, common)?;
    let found = discover(paths)?;
    if found.inputs.is_empty() && !lost(&found.warnings) {
        bail!(args.input.nothing_found());
    }
    let rules = Rules { baseline: old.clone(), ..rules };
    let verdict = judged(&args.input, found, values.corpus()?, &args.settings()?, &rules, common)?;
    if args.compared.strict {
        refuse_losses(&verdict)?;
    }
    warn(&verdict, values, config);
    Ok((paths.to_vec(), verdict))
}

/// Whether an article of a baseline lay under the paths that were read, and does no more.
fn is_gone(article: &str, paths: &[PathBuf], verdict: &Verdict) -> bool {
    let under = |path: &PathBuf| {
        let path = path.strip_prefix(".").unwrap_or(path);
        path.as_os_str().is_empty() || Path::new(article).starts_with(path)
    };
    paths.iter().any(under)
        && verdict.articles.iter().all(|checked| checked.name != article)
        && fs::symlink_metadata(article).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// What the paths stand for; none where there are none.
fn discover(paths: &[PathBuf]) -> Result<Discovery> {
    if paths.is_empty() { Ok(Discovery::default()) } else { InputArgs::discover(paths) }
}

fn judged(
    input: &InputArgs,
    new: Discovery,
    place: &Path,
    settings: &Settings,
    rules: &Rules,
    common: &Common,
) -> Result<Verdict> {
    let read = input.settings();
    let corpus = if store::is_store(place) {
        Corpus::Index(Store::open(place)?)
    } else {
        let found = InputArgs::discover(&[place.to_owned()])?;
        if found.inputs.is_empty() && !lost(&found.warnings) {
            bail!("{}: neither an index nor articles; `wirecopy index add` makes an index", place.display());
        }
        Corpus::Files(found, read.clone())
    };
    let here = std::env::current_dir().ok();
    let bars = Bars::new(common);
    let verdict = check::check(new, read, corpus, here.as_deref(), settings, rules, &bars)?;
    bars.clear();
    print_warnings(&verdict.report.run.warnings, common);
    // A corpus that is empty by mistake would let everything pass.
    if verdict.searched == 0 && verdict.left_out.is_empty() && !lost(&verdict.report.run.warnings) {
        bail!("{}: no article with a word in it, and so nothing to compare with", place.display());
    }
    Ok(verdict)
}

fn refuse_losses(verdict: &Verdict) -> Result<()> {
    match first_loss(&verdict.report.run.warnings) {
        Some(loss) => Err(wirecopy::Error::from(ErrorKind::Strict(loss)).into()),
        None => Ok(()),
    }
}

/// Gates, accepted findings and rules, with the reason of each rule. Rules that have expired are left out, and named.
fn rules(values: &CheckValues, config: &Config, common: &Common) -> Result<(Rules, Vec<Option<String>>)> {
    let gates = Gates {
        max_unattributed: values.max_unattributed,
        max_run: values.max_run,
        min_unique: values.min_unique,
        max_resemblance: values.max_resemblance,
        fail_on: match values.fail_on {
            FailOn::New => check::FailOn::New,
            FailOn::Any => check::FailOn::Any,
            FailOn::None => check::FailOn::None,
        },
    };
    let baseline = values.baseline.as_deref().map(read_baseline).transpose()?.unwrap_or_default();
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let (mut allow, mut reasons) = (Vec::new(), Vec::new());
    for rule in in_force(values, today) {
        let what = match &rule.what {
            Allowed::Phrase(phrase) => check::Allowed::Phrase(phrase.clone()),
            Allowed::Key(key) => check::Allowed::Key(key.clone()),
            Allowed::Pair(a, b) => check::Allowed::Pair(a.clone(), b.clone()),
            Allowed::Source(name) => check::Allowed::Source(name.clone()),
        };
        let place = config.line(rule.line);
        allow.push(
            Allow::new(what).ok_or_else(|| {
                anyhow!("{place}: a phrase of fewer than four words allows too much; give more of it")
            })?,
        );
        reasons.push(rule.reason.clone());
    }
    if !common.quiet {
        for rule in values.allow.iter().filter(|rule| !holds(rule, today)) {
            let until = rule.until.map_or_else(String::new, |until| until.to_string());
            tell(&format!("{}: this rule expired on {until}, and allows nothing more", config.line(rule.line)));
        }
    }
    Ok((Rules { gates, baseline, allow }, reasons))
}

fn holds(rule: &AllowRule, today: jiff::civil::Date) -> bool {
    rule.until.is_none_or(|until| today <= until)
}

fn in_force(values: &CheckValues, today: jiff::civil::Date) -> impl Iterator<Item = &AllowRule> {
    values.allow.iter().filter(move |rule| holds(rule, today))
}

fn read_baseline(path: &Path) -> Result<Baseline> {
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        bail!("{}: is not there; `wirecopy baseline write` makes it", path.display());
    }
    Ok(Baseline::parse(path, &read_text(&path.display().to_string(), path)?)?)
}

/// Rules that allowed nothing, and comments that mean nothing.
fn warn(verdict: &Verdict, values: &CheckValues, config: &Config) {
    for (path, line, what) in &verdict.comments {
        tell(&format!("{path}:{line}: {what}"));
    }
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    for (rule, _) in in_force(values, today).zip(&verdict.used).filter(|(_, used)| !**used) {
        tell(&format!("{}: this rule allowed nothing in the articles that were checked", config.line(rule.line)));
    }
}

/// Without standard error there is nobody to tell.
fn tell(warning: &str) {
    let _ = writeln!(anstream::stderr(), "{WARNING}warning:{WARNING:#} {}", clean(warning));
}

fn clean_lines(text: &str) -> String {
    text.lines().map(|line| clean(line) + "\n").collect()
}

/// Text goes to standard output unless something else does.
fn with_text(mut outputs: Vec<Output>) -> Vec<Output> {
    let to_standard_output = |output: &Output| output.path.is_none();
    if !outputs.iter().any(to_standard_output) && !outputs.iter().any(|output| output.format == OutputFormat::Text) {
        outputs.push(Output { format: OutputFormat::Text, path: None });
    }
    outputs
}

/// Mistakes that should not wait for the end of a run.
fn refuse_destinations(outputs: &[Output], paths: &[PathBuf], corpus: &Path) -> Result<()> {
    let mut read: Vec<PathBuf> = paths.to_vec();
    read.push(corpus.to_owned());
    for output in outputs {
        let Some(path) = output.path.as_deref() else { continue };
        if path.is_dir() {
            bail!("{}: a folder; --format {}=PATH takes a file", path.display(), output.format.name());
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
            && !folder.is_dir()
        {
            bail!("{}: there is no folder {}", path.display(), folder.display());
        }
        refuse_input(path, &read)?;
    }
    Ok(())
}
