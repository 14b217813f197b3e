//! Two articles as people name them: files, or ids of a corpus.

use std::path::Path;

use anyhow::{Result, bail};
use wirecopy::document::DocumentIndex;
use wirecopy::explain::{Asked, Corpus, Origin, Pair, Scope, pair};
use wirecopy::{Report, Store, store};

use super::args::{Common, InputArgs, PairArgs};
use super::progress::Bars;
use super::query::asked;
use super::terminal::clean;

/// Reads both, and judges them.
pub(super) fn judged(args: &PairArgs, scope: Scope, common: &Common) -> Result<Pair> {
    let settings = args.settings()?;
    if args.a.as_os_str() == "-" && args.b.as_os_str() == "-" {
        bail!("- stands for both articles; give one of them as a file");
    }
    let both = [named(&args.a, args)?, named(&args.b, args)?];
    let bars = Bars::new(common);
    let pair = match &args.corpus {
        None => pair(both, Corpus::None, scope, &settings, Vec::new(), &bars)?,
        Some(path) if store::is_store(path) => {
            pair(both, Corpus::Store(&Store::open(path)?), scope, &settings, Vec::new(), &bars)?
        }
        Some(path) => {
            let found = InputArgs::discover(std::slice::from_ref(path))?;
            if found.inputs.is_empty() {
                bail!("{}: neither an index nor articles; `wirecopy index add` makes an index", path.display());
            }
            let corpus = Corpus::Files(found.inputs, args.fields.settings());
            pair(both, corpus, scope, &settings, found.warnings, &bars)?
        }
    };
    bars.clear();
    Ok(pair)
}

/// A file that is there, else an id.
fn named(path: &Path, args: &PairArgs) -> Result<Asked> {
    if path.as_os_str() == "-" || path.exists() {
        return Ok(Asked::Article(Box::new(asked(path, &args.fields.settings())?)));
    }
    match path.to_str() {
        Some(id) if args.corpus.is_some() => Ok(Asked::Id(id.to_owned())),
        _ => bail!("{}: no such file; with --corpus, the id of an article can stand here", path.display()),
    }
}

/// What is to be said of where an article comes from: only what may surprise.
pub(super) fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Given | Origin::GivenAndKnown | Origin::Corpus => "",
        Origin::GivenAnew => "this is the file: the corpus has another text under its id",
    }
}

/// Outlet, date and title of an article, as far as they are known.
pub(super) fn facts(report: &Report, document: DocumentIndex) -> Vec<String> {
    let metadata = report.index.metadata(document);
    let time = metadata.time.as_ref().map_or(metadata.unread_time.as_str(), |time| time.given());
    let facts = [metadata.source.as_str(), time, metadata.title.as_str()];
    facts.into_iter().map(clean).filter(|fact| !fact.is_empty()).collect()
}
