//! New articles and the corpus → one report on the pairs of the new ones. An article of the corpus that is a new one
//! itself is left out, and listed.

use crate::detect::Detector;
use crate::document::{Document, DocumentIndex};
use crate::error::{Result, Warning};
use crate::index::{Prepared, ShortToken};
use crate::minhash::exact_resemblance;
use crate::outlet::Outlets;
use crate::prepare::{Read, ReadArticle, read_prepared};
use crate::progress::Progress;
use crate::read::{Discovery, Input, Origin, ReadSettings};
use crate::report::Report;
use crate::settings::Settings;
use crate::store::{Rumours, Store};
use ahash::{AHashMap, AHashSet};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Resemblance from which on an article of an index whose id is the end of a new one's path is that article.
const SAME: f64 = 0.5;

/// What new articles are compared with.
pub enum Corpus {
    /// An index.
    Index(Store),
    /// Files, and how they are read.
    Files(Discovery, ReadSettings),
}

/// An article of the corpus that is a new one itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// The new article's path.
    pub path: String,
    /// What was left out: its path, or its id in an index.
    pub same: String,
    /// How that is known.
    pub because: &'static str,
}

/// What was taken in.
pub(super) struct TakenIn {
    pub(super) report: Report,
    pub(super) new: Vec<New>,
    pub(super) left_out: Vec<LeftOut>,
    pub(super) searched: u64,
    pub(super) has_more: bool,
    /// Where each article is, in the order of the report.
    pub(super) paths: Vec<String>,
}

/// A new article.
pub(super) struct New {
    pub(super) path: String,
    pub(super) record: Option<u64>,
    pub(super) name: String,
    pub(super) document: DocumentIndex,
}

impl New {
    /// Whether comments of Markdown mean something in it.
    pub(super) fn is_markdown(&self) -> bool {
        let name = self.path.strip_suffix(".gz").or(self.path.strip_suffix(".zst")).unwrap_or(&self.path);
        let extension = Path::new(name).extension();
        extension.is_some_and(|e| ["md", "markdown"].iter().any(|md| e.eq_ignore_ascii_case(md)))
    }
}

/// A new article as read.
struct Newcomer {
    document: Document,
    prepared: Prepared,
    path: String,
    real: Option<PathBuf>,
    record: Option<u64>,
    given_id: bool,
    name: String,
}

impl Newcomer {
    /// An article that names no outlet is of the one that its version in the corpus is of.
    fn belongs_to(&mut self, outlet: &str) {
        if self.document.metadata.source.is_empty() {
            outlet.clone_into(&mut self.document.metadata.source);
        }
    }
}

pub(super) fn take_in(
    new: Discovery,
    read: ReadSettings,
    corpus: Corpus,
    here: Option<&Path>,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<TakenIn> {
    let mut detector = Detector::new(settings.clone())?;
    let mut left_out = BTreeSet::new();
    detector.warn(new.warnings);
    let names = Names::new(&new.inputs, here);
    let mut newcomers = read_new(new.inputs, read, here, &names, &mut detector, progress)?;
    newcomers.sort_by(|x, y| (&x.path, x.record).cmp(&(&y.path, y.record)));
    let mut paths: Vec<String> = Vec::new();
    let mut has_more = false;
    let searched = match corpus {
        Corpus::Files(found, read) => {
            detector.warn(found.warnings);
            let names = Names::new(&found.inputs, here);
            let inputs = without_new(found.inputs, &mut newcomers, here, &mut left_out);
            let given = given_ids(&newcomers);
            let mut searched = 0;
            read_prepared(inputs, read, progress, &mut |read| match read {
                Read::Warnings(warnings) => {
                    detector.warn(names.of(warnings));
                    Ok(())
                }
                Read::Article(article) => {
                    let ReadArticle { document, prepared, origin } = *article;
                    let path = label(&origin, here);
                    if let Some(new) = given.get(document.id.as_str()).filter(|_| origin.given_id) {
                        left_out.insert(LeftOut { path: (*new).to_owned(), same: path, because: "the same id" });
                        return Ok(());
                    }
                    let (before, has_words) = (detector.len(), !prepared.tokens.is_empty());
                    detector.push(document, &prepared)?;
                    if detector.len() > before {
                        paths.push(path);
                        searched += u64::from(has_words);
                    }
                    Ok(())
                }
            })?;
            searched
        }
        Corpus::Index(store) => {
            has_more = read_candidates(&store, &mut newcomers, settings, &mut detector, &mut paths, &mut left_out)?;
            store.len()
        }
    };
    // What the corpus calls so is another article: it was not left out.
    let known: Vec<bool> = newcomers.iter().map(|new| detector.knows(&new.document.id)).collect();
    let (mut taken, mut places) = (Vec::new(), Vec::new());
    for (newcomer, known) in newcomers.into_iter().zip(known) {
        let Newcomer { mut document, prepared, path, record, given_id, name, .. } = newcomer;
        if !given_id {
            document.id.clone_from(&name);
            while detector.knows(&document.id) {
                document.id.push_str(" (new)");
            }
        } else if known {
            document.id.push_str(" (new)");
        }
        let place = detector.len() as u32;
        detector.push(document, &prepared)?;
        if detector.len() as u32 > place {
            places.push(place);
            paths.push(path.clone());
            taken.push((place, New { path, record, name, document: DocumentIndex(0) }));
        }
    }
    let report = detector.report_on(Some(&places), progress)?;
    let new = taken.into_iter().map(|(place, new)| New { document: report.index.rank(place), ..new }).collect();
    let mut by_rank: Vec<(DocumentIndex, String)> =
        paths.into_iter().zip(0..).map(|(path, place)| (report.index.rank(place), path)).collect();
    by_rank.sort_unstable();
    let paths = by_rank.into_iter().map(|(_, path)| path).collect();
    Ok(TakenIn { report, new, left_out: left_out.into_iter().collect(), searched, has_more, paths })
}

/// Reads the new articles, each file and record once.
fn read_new(
    inputs: Vec<Input>,
    read: ReadSettings,
    here: Option<&Path>,
    names: &Names,
    detector: &mut Detector,
    progress: &dyn Progress,
) -> Result<Vec<Newcomer>> {
    let mut newcomers: Vec<Newcomer> = Vec::new();
    let mut known: AHashSet<(PathBuf, Option<u64>)> = AHashSet::new();
    let mut reals: AHashMap<PathBuf, PathBuf> = AHashMap::new();
    read_prepared(inputs, read, progress, &mut |read| {
        let article = match read {
            Read::Warnings(warnings) => {
                detector.warn(names.of(warnings));
                return Ok(());
            }
            Read::Article(article) => *article,
        };
        let ReadArticle { document, prepared, origin } = article;
        let real = origin.input.path().map(|path| reals.entry(path.to_owned()).or_insert_with(|| real(path)).clone());
        if real.iter().all(|real| known.insert((real.clone(), origin.record))) {
            let path = label(&origin, here);
            let number = document.id.rsplit_once(':').map_or("", |(_, number)| number);
            let name = match origin.record {
                _ if origin.given_id => document.id.clone(),
                Some(_) => format!("{path}:{number}"),
                None => path.clone(),
            };
            let Origin { record, given_id, .. } = origin;
            newcomers.push(Newcomer { document, prepared, path, real, record, given_id, name });
        }
        Ok(())
    })?;
    Ok(newcomers)
}

/// Paths of inputs by the names that warnings have for them.
struct Names(AHashMap<String, Option<String>>);

impl Names {
    fn new(inputs: &[Input], here: Option<&Path>) -> Self {
        let mut names: AHashMap<String, Option<String>> = AHashMap::new();
        for input in inputs {
            let path = input.path().map(|path| relative(path, here));
            // A name that two inputs share, from two arguments, stays as it is.
            names.entry(input.name().to_owned()).and_modify(|known| *known = None).or_insert(path);
        }
        Self(names)
    }

    /// A host that shows a warning beside a file needs to know where that is.
    fn of(&self, mut warnings: Vec<Warning>) -> Vec<Warning> {
        for warning in &mut warnings {
            if let Some(Some(path)) = self.0.get(&warning.input) {
                warning.input.clone_from(path);
            }
        }
        warnings
    }
}

/// The inputs that are none of the new files.
fn without_new(
    inputs: Vec<Input>,
    newcomers: &mut [Newcomer],
    here: Option<&Path>,
    left_out: &mut BTreeSet<LeftOut>,
) -> Vec<Input> {
    let mut by_file: AHashMap<PathBuf, Vec<&mut Newcomer>> = AHashMap::new();
    for new in newcomers {
        if let Some(real) = &new.real {
            by_file.entry(real.clone()).or_default().push(new);
        }
    }
    let mut rest = Vec::with_capacity(inputs.len());
    for input in inputs {
        let same = input.path().and_then(|path| Some((path, by_file.get_mut(&real(path))?)));
        let Some((path, new)) = same else {
            rest.push(input);
            continue;
        };
        for new in new {
            left_out.insert(LeftOut { path: new.path.clone(), same: relative(path, here), because: "the same file" });
            new.belongs_to(input.folder());
        }
    }
    rest
}

/// New articles that say their id, and where they are.
fn given_ids(newcomers: &[Newcomer]) -> AHashMap<&str, &str> {
    newcomers.iter().filter(|new| new.given_id).map(|new| (new.document.id.as_str(), new.path.as_str())).collect()
}

/// Takes in what of an index may share words with the new articles. Returns whether there is more.
fn read_candidates(
    store: &Store,
    newcomers: &mut [Newcomer],
    settings: &Settings,
    detector: &mut Detector,
    paths: &mut Vec<String>,
    left_out: &mut BTreeSet<LeftOut>,
) -> Result<bool> {
    let mut places = BTreeSet::new();
    let mut has_more = false;
    let rumours: Vec<Result<Rumours>> =
        newcomers.par_iter().map(|new| store.candidates(&new.prepared, settings.candidates)).collect();
    for rumours in rumours {
        let rumours = rumours?;
        places.extend(rumours.places);
        has_more |= rumours.has_more;
    }
    let places: Vec<_> = places.into_iter().collect();
    let mut words = AHashMap::new();
    if !store.has_text() {
        newcomers.iter().for_each(|new| words.extend(crate::query::words_of(&new.document, &new.prepared)));
    }
    let given = given_ids(newcomers);
    let mut outlets: Vec<(usize, String)> = Vec::new();
    for article in store.read_candidates(&places, &|token| words.get(&token).copied())? {
        let id = article.document.id.as_str();
        let same = match given.contains_key(id) {
            true => {
                newcomers.iter().position(|new| new.given_id && new.document.id == id).map(|at| (at, "the same id"))
            }
            false => newcomers
                .iter()
                .position(|new| {
                    is_same(new, id, &article.document.metadata.source, &article.prepared, &settings.outlets)
                })
                .map(|at| (at, "its path and its words")),
        };
        if let Some((at, because)) = same {
            left_out.insert(LeftOut { path: newcomers[at].path.clone(), same: id.to_owned(), because });
            outlets.push((at, article.document.metadata.source));
            continue;
        }
        let (before, id) = (detector.len(), id.to_owned());
        detector.push(article.document, &article.prepared)?;
        if detector.len() > before {
            paths.push(id);
        }
    }
    // The one article, not others of its file.
    for (at, outlet) in outlets {
        newcomers[at].belongs_to(&outlet);
    }
    Ok(has_more)
}

/// Whether an article of an index is a new one: its id is the end of the new one's path, or the reverse, and half of the
/// words are there. Where only the name of the file is the same, all of them are.
fn is_same(new: &Newcomer, id: &str, source: &str, prepared: &Prepared, outlets: &Outlets) -> bool {
    if new.given_id || new.record.is_some() {
        return false;
    }
    // What two outlets say is theirs is not one article.
    let (own, theirs) = (outlets.owner(&new.document.metadata.source), outlets.owner(source));
    if !own.is_empty() && !theirs.is_empty() && own != theirs {
        return false;
    }
    let (id, path) = (Path::new(id), Path::new(&new.path));
    let real = new.real.as_deref().unwrap_or(path);
    let folders = |path: &Path| path.components().filter(|part| matches!(part, Component::Normal(_))).count();
    let common = if real.ends_with(id) {
        folders(id)
    } else if id.ends_with(path) {
        folders(path)
    } else {
        return false;
    };
    match common {
        0 => false,
        1 => new.prepared.text_hash == prepared.text_hash || new.prepared.tokens == prepared.tokens,
        _ => resemblance(&new.prepared.tokens, &prepared.tokens) >= SAME,
    }
}

/// Of the sets of three words.
fn resemblance(x: &[ShortToken], y: &[ShortToken]) -> f64 {
    let grams = |tokens: &[ShortToken]| {
        let mut grams: Vec<u64> =
            tokens.windows(3).map(|gram| xxhash_rust::xxh3::xxh3_64(zerocopy::IntoBytes::as_bytes(gram))).collect();
        grams.sort_unstable();
        grams.dedup();
        grams
    };
    if x == y { 1.0 } else { exact_resemblance(&grams(x), &grams(y)) }
}

fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn label(origin: &Origin, here: Option<&Path>) -> String {
    origin.input.path().map_or_else(|| "-".to_owned(), |path| relative(path, here))
}

/// A path as it is typed, relative to the working folder where it lies in it, `/` between folders.
fn relative(path: &Path, here: Option<&Path>) -> String {
    let path = here.and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path);
    let mut out = String::new();
    for part in path.components() {
        match part {
            Component::CurDir => continue,
            Component::RootDir | Component::Prefix(_) => {}
            _ if !out.is_empty() && !out.ends_with('/') => out.push('/'),
            _ => {}
        }
        out.push_str(&part.as_os_str().to_string_lossy().replace('\\', "/"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_as_typed_and_relative_to_the_working_folder() {
        let here = Some(Path::new("/home/desk"));
        for (path, shown) in [
            ("new/a.md", "new/a.md"),
            ("./new//a.md", "new/a.md"),
            ("../a.md", "../a.md"),
            ("/home/desk/new/a.md", "new/a.md"),
            ("/srv/a.md", "/srv/a.md"),
        ] {
            assert_eq!(relative(Path::new(path), here), shown, "{path}");
        }
    }
}
