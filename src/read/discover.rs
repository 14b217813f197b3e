//! From arguments to the list of inputs: walks folders, names what was left out, gives every input its id.
//! Opens nothing but folders; what is in a file is other modules' business.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, Read as _};
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc;

use ignore::WalkBuilder;

use crate::error::{Error, Reason, Result, Warning};

/// Folders nested deeper are not read: nobody keeps articles there, and a tree may be hostile.
const MAX_DEPTH: usize = 256;
/// Files that stand beside articles and are none, by the beginning of their names.
const FURNITURE: [&str; 3] = ["readme", "license", "changelog"];

const FORMATS: [(&str, Format); 6] = [
    ("txt", Format::Plain),
    ("md", Format::Plain),
    ("jsonl", Format::Jsonl),
    ("ndjson", Format::Jsonl),
    ("csv", Format::Csv(b',')),
    ("tsv", Format::Csv(b'\t')),
];
const COMPRESSIONS: [(&str, Compression); 2] = [("gz", Compression::Gzip), ("zst", Compression::Zstd)];

/// What the arguments stand for.
#[derive(Debug, Default)]
pub struct Discovery {
    /// Every input, in the order of the arguments, inside a folder by the bytes of the path.
    pub inputs: Vec<Input>,
    /// What was met and left out.
    pub warnings: Vec<Warning>,
}

/// One file to read, or standard input.
#[derive(Clone, Debug)]
pub struct Input {
    pub(super) place: Place,
    /// For messages: relative to the argument, compression suffix dropped.
    name: String,
    /// Id of the plain article, or what stands before `:N` for records.
    pub(super) id: String,
    /// Outlet of a plain article that names none: the first folder under the argument.
    pub(super) folder: String,
    pub(super) format: Format,
    pub(super) compression: Compression,
    bytes: u64,
    /// Named by the caller, as against met in a walk.
    pub(super) named: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    StandardInput,
    File(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Plain,
    Jsonl,
    /// With its delimiter.
    Csv(u8),
    /// To be told by its first byte.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Input {
    /// Its name in messages and in `run.json`: relative to the argument that brought it, without
    /// compression suffix; `-` for standard input.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it is, as the argument leads there; `None` for standard input.
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::StandardInput => None,
        }
    }

    /// Outlet of its article where that names none: the first folder under the argument, if there are several.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// Its size on disk, 0 where it has none.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn is_called_html(&self) -> bool {
        let extension = Path::new(&self.name).extension();
        extension.is_some_and(|e| e.eq_ignore_ascii_case("html") || e.eq_ignore_ascii_case("htm"))
    }

    fn standard() -> Self {
        Self {
            place: Place::StandardInput,
            name: "-".to_owned(),
            id: "-".to_owned(),
            folder: String::new(),
            format: Format::Unknown,
            compression: Compression::None,
            bytes: 0,
            named: true,
        }
    }
}

/// Finds the inputs that files, folders and `-` stand for.
///
/// An argument that does not exist is an error, and so is a report of ours; a folder without articles is not.
pub fn discover(arguments: &[PathBuf]) -> Result<Discovery> {
    discover_from(None, arguments)
}

/// As [`discover`], where absolute arguments take their ids from where they lie under the folder `here`.
pub fn discover_from(here: Option<&Path>, arguments: &[PathBuf]) -> Result<Discovery> {
    let mut found = Vec::new();
    let mut warnings = Vec::new();
    let mut standard_input = false;
    for (argument, path) in arguments.iter().enumerate() {
        if path.as_os_str() == "-" {
            if !std::mem::replace(&mut standard_input, true) {
                found.push(Found { input: Input::standard(), argument, typed: "-".to_owned() });
            }
            continue;
        }
        let metadata = fs::metadata(path).map_err(|error| Error::io(path, error))?;
        let typed = as_typed(path, here);
        if metadata.is_dir() && is_report(path) {
            return Err(Error::input(
                path.to_string_lossy(),
                "this is a report of wirecopy, not a folder of articles; name the folder that was scanned",
            ));
        } else if metadata.is_dir() {
            walk(path, argument, &typed, &mut found, &mut warnings);
        } else {
            found.push(file(path, argument, &typed, metadata.len()));
        }
    }
    if arguments.len() > 1 {
        read_once(&mut found, &mut warnings);
    }
    if ids_clash(&found) {
        for found in &mut found {
            found.input.id.clone_from(&found.typed);
        }
    }
    Ok(Discovery { inputs: found.into_iter().map(|found| found.input).collect(), warnings })
}

/// Of files that several arguments bring, one is kept: the same whatever the order of the arguments.
fn read_once(found: &mut Vec<Found>, warnings: &mut Vec<Warning>) {
    let mut files: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
    for (at, found) in found.iter().enumerate() {
        if let Place::File(path) = &found.input.place
            && let Ok(path) = fs::canonicalize(path)
        {
            files.entry(path).or_default().push(at);
        }
    }
    let mut dropped: BTreeSet<usize> = BTreeSet::new();
    for mut places in files.into_values().filter(|places| places.len() > 1) {
        places.sort_by_key(|at| {
            let input = &found[*at].input;
            (input.named, &input.id, &input.name, *at)
        });
        let named = places.iter().any(|at| found[*at].input.named);
        let kept = &mut found[places[0]].input;
        kept.named = named;
        warnings.push(warning(&kept.name, Reason::Repeated, "brought by several arguments; read once"));
        dropped.extend(&places[1..]);
    }
    let mut at = 0;
    found.retain(|_| {
        at += 1;
        !dropped.contains(&(at - 1))
    });
}

/// Reads a list of paths, one a line, for `--files-from`. Blank lines are ignored.
pub fn paths_from(reader: impl BufRead) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for (at, line) in reader.split(b'\n').enumerate() {
        let line = line.map_err(|error| Error::io(Path::new("--files-from"), error))?;
        let line = line.strip_prefix("\u{feff}".as_bytes()).filter(|_| at == 0).unwrap_or(&line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !line.iter().all(u8::is_ascii_whitespace) {
            paths.push(path_of(line));
        }
    }
    Ok(paths)
}

/// An input, which argument brought it, and its id if ids must be as typed.
struct Found {
    input: Input,
    argument: usize,
    typed: String,
}

fn file(path: &Path, argument: usize, typed: &str, bytes: u64) -> Found {
    let name = path.file_name().unwrap_or(path.as_os_str());
    let (format, compression) = kind_of(name);
    let typed = without_suffix(typed, compression).to_owned();
    let name = name.to_string_lossy();
    let input = Input {
        place: Place::File(path.to_owned()),
        name: without_suffix(&name, compression).to_owned(),
        id: typed.clone(),
        folder: String::new(),
        format: format.unwrap_or(Format::Unknown),
        compression,
        bytes,
        named: true,
    };
    Found { input, argument, typed }
}

fn walk(root: &Path, argument: usize, typed: &str, found: &mut Vec<Found>, warnings: &mut Vec<Warning>) {
    let mut noted = Vec::new();
    let (report, reports) = mpsc::channel();
    let entries = WalkBuilder::new(root)
        .standard_filters(false)
        .hidden(true)
        .ignore(true)
        .git_ignore(true)
        .require_git(false)
        .max_depth(Some(MAX_DEPTH))
        .filter_entry(move |entry| {
            let is_report =
                entry.depth() > 0 && entry.file_type().is_some_and(|kind| kind.is_dir()) && is_report(entry.path());
            // The receiver outlives the walk, so this cannot fail.
            let _ = is_report.then(|| report.send(entry.path().to_owned()));
            !is_report
        })
        .build();
    let mut inputs: Vec<(PathBuf, Found)> = Vec::new();
    let mut others: BTreeMap<String, u64> = BTreeMap::new();
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let name = path_in(&error).map_or_else(|| ".".to_owned(), |path| relative(path, root));
                let detail = error.io_error().map_or_else(|| "cannot be walked".to_owned(), ToString::to_string);
                noted.push(warning(&name, Reason::Unreadable, &detail));
                continue;
            }
        };
        let Some(kind) = entry.file_type() else {
            continue;
        };
        let (path, depth) = (entry.path(), entry.depth());
        if depth == 0 {
            continue;
        }
        let name = relative(path, root);
        if kind.is_dir() {
            if depth == MAX_DEPTH {
                let detail = format!("folders nested deeper than {MAX_DEPTH} are not read");
                noted.push(warning(&name, Reason::Unreadable, &detail));
            }
            continue;
        }
        let (format, compression) = kind_of(entry.file_name());
        let name = without_suffix(&name, compression).to_owned();
        if kind.is_symlink() {
            if format.is_some() || fs::metadata(path).is_ok_and(|target| target.is_dir()) {
                let detail = "a link, which a walk does not follow; name it to have it read";
                noted.push(warning(&name, Reason::NotAnArticle, detail));
            }
            continue;
        }
        let Some(format) = format else {
            if kind.is_file() && furniture(entry.file_name()).is_none() {
                *others.entry(type_of(&name, path)).or_default() += 1;
            }
            continue;
        };
        if !kind.is_file() {
            noted.push(warning(&name, Reason::NotAnArticle, "not a regular file"));
            continue;
        }
        if let Some(word) = furniture(entry.file_name()) {
            // README.md is no news; a slug that only begins with such a word might have been an article.
            let stem = name.rsplit('/').next().and_then(|file| file.split('.').next());
            if stem.is_some_and(|stem| !stem.eq_ignore_ascii_case(word)) {
                let detail = format!("its name begins with {}; name it to have it read", word.to_uppercase());
                noted.push(warning(&name, Reason::NotAnArticle, &detail));
            }
            continue;
        }
        let bytes = entry.metadata().map_or(0, |metadata| metadata.len());
        let input = Input {
            place: Place::File(path.to_owned()),
            name: name.clone(),
            id: name.clone(),
            folder: String::new(),
            format,
            compression,
            bytes,
            named: false,
        };
        let typed = if typed.is_empty() { name } else { format!("{typed}/{name}") };
        inputs.push((path.to_owned(), Found { input, argument, typed }));
    }
    for (name, files) in others {
        let s = if files == 1 { "" } else { "s" };
        let detail = format!("{files} file{s} of a type that is not read");
        noted.push(warning(&name, Reason::NotAnArticle, &detail));
    }
    for path in reports.try_iter() {
        noted.push(warning(&relative(&path, root), Reason::NotAnArticle, "a report of wirecopy"));
    }
    // The names of one root share a prefix, so whole paths compare as relative ones do.
    inputs.sort_by(|a, b| bytes_of(&a.0).cmp(bytes_of(&b.0)));
    noted.sort();
    warnings.append(&mut noted);
    let first = found.len();
    found.extend(inputs.into_iter().map(|(_, input)| input));
    name_folders(&mut found[first..]);
}

/// The first folder under the argument is the outlet, if there is more than one.
fn name_folders(found: &mut [Found]) {
    let folder = |found: &Found| found.input.name.split_once('/').map(|(folder, _)| folder.to_owned());
    let folders: BTreeSet<String> = found.iter().filter_map(folder).collect();
    if folders.len() > 1 {
        for found in found {
            found.input.folder = folder(found).unwrap_or_default();
        }
    }
}

fn ids_clash(found: &[Found]) -> bool {
    let mut brought_by = BTreeMap::new();
    found.iter().any(|found| *brought_by.entry(found.input.id.as_str()).or_insert(found.argument) != found.argument)
}

/// The argument as an id: `/` between its parts, no `./`; an absolute one relative to the working
/// folder, or its last part, so that no id tells where on a disk something lay.
fn as_typed(path: &Path, here: Option<&Path>) -> String {
    let path = if path.is_absolute() {
        match here.and_then(|here| path.strip_prefix(here).ok()) {
            Some(inside) => inside,
            None => Path::new(path.file_name().unwrap_or_default()),
        }
    } else {
        path
    };
    slashed(path)
}

fn relative(path: &Path, root: &Path) -> String {
    slashed(path.strip_prefix(root).unwrap_or_else(|_| Path::new(path.file_name().unwrap_or_default())))
}

fn slashed(path: &Path) -> String {
    let mut text = String::new();
    for part in path.components() {
        let part = match part {
            Component::Normal(part) => part.to_string_lossy(),
            Component::ParentDir => "..".into(),
            Component::Prefix(_) | Component::RootDir | Component::CurDir => continue,
        };
        if !text.is_empty() {
            text.push('/');
        }
        text.push_str(&part);
    }
    text
}

/// What a file name says of format and compression.
fn kind_of(name: &OsStr) -> (Option<Format>, Compression) {
    let path = Path::new(name);
    let extension = |path: &Path| path.extension().map(OsStr::to_ascii_lowercase);
    let known = extension(path);
    let compression = COMPRESSIONS.into_iter().find(|(suffix, _)| known.as_deref() == Some(OsStr::new(suffix)));
    let (inner, compression) = match compression {
        Some((_, compression)) => (path.file_stem().and_then(|stem| extension(Path::new(stem))), compression),
        None => (known, Compression::None),
    };
    let format = FORMATS.into_iter().find(|(suffix, _)| inner.as_deref() == Some(OsStr::new(suffix)));
    (format.map(|(_, format)| format), compression)
}

/// All files of a type as a pattern: `*.docx`.
fn type_of(name: &str, path: &Path) -> String {
    let extension = Path::new(name).extension().or(path.extension());
    extension.map_or_else(|| "*".to_owned(), |extension| format!("*.{}", extension.to_string_lossy().to_lowercase()))
}

fn without_suffix(name: &str, compression: Compression) -> &str {
    match compression {
        Compression::None => name,
        Compression::Gzip | Compression::Zstd => name.rsplit_once('.').map_or(name, |(stem, _)| stem),
    }
}

fn furniture(name: &OsStr) -> Option<&'static str> {
    let name = name.as_encoded_bytes();
    FURNITURE
        .into_iter()
        .find(|word| name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes())))
}

/// Whether a file called so is one to read: its ending is known, and it is no README, LICENSE or CHANGELOG.
pub fn is_article_name(name: &OsStr) -> bool {
    let stem = name.to_string_lossy();
    let stem = stem.split('.').next().unwrap_or_default();
    kind_of(name).0.is_some() && !FURNITURE.iter().any(|word| stem.eq_ignore_ascii_case(word))
}

/// Whether a report of ours lies in this folder.
pub fn is_report(folder: &Path) -> bool {
    // run.json is written last: a report that was cut short has none yet.
    let holds = |name: &str| folder.join(name).is_file();
    let begins = |name: &str, with: &[u8]| {
        let mut start = vec![0; with.len()];
        let read = fs::File::open(folder.join(name)).and_then(|mut file| file.read_exact(&mut start));
        read.is_ok() && start == with
    };
    // Reports in other forms than CSV have a run.json too.
    begins("run.json", b"{\n  \"wirecopy\":")
        || holds("overlaps.csv")
            && (holds("run.json") || holds("passages.csv") || begins("overlaps.csv", b"overlap_id"))
}

fn warning(name: &str, reason: Reason, detail: &str) -> Warning {
    Warning { input: name.to_owned(), record: None, reason, detail: detail.to_owned() }
}

fn path_in(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_in(err),
        ignore::Error::Loop { child, .. } => Some(child),
        _ => None,
    }
}

fn bytes_of(path: &Path) -> &[u8] {
    path.as_os_str().as_encoded_bytes()
}

#[cfg(unix)]
fn path_of(line: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(line))
}

#[cfg(not(unix))]
fn path_of(line: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(line).into_owned())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::read::tests::{Folder, all};

    fn names(paths: &[PathBuf]) -> Vec<String> {
        discover(paths).unwrap().inputs.iter().map(|input| input.name().to_owned()).collect()
    }

    fn ids(paths: &[PathBuf]) -> Vec<String> {
        discover(paths).unwrap().inputs.into_iter().map(|input| input.id).collect()
    }

    #[test]
    fn a_walk_finds_the_known_names_sorted_by_the_bytes_of_their_paths() {
        let folder = Folder::new();
        for name in ["b.txt", "a/z.md", "a.txt", "a/b/c.jsonl", "B.TXT", "d.csv.gz", "e.txt.zst", "f.ndjson", "g.tsv"] {
            folder.write(name, "");
        }
        for name in ["x.pdf", "y.gz", "z", "w.json", "v.html"] {
            folder.write(name, "");
        }
        let expected = ["B.TXT", "a.txt", "a/b/c.jsonl", "a/z.md", "b.txt", "d.csv", "e.txt", "f.ndjson", "g.tsv"];
        assert_eq!(names(&[folder.path()]), expected);
        assert_eq!(ids(&[folder.path()]), expected);
    }

    #[test]
    fn hidden_files_and_what_ignore_files_name_are_left_out_without_a_repository() {
        let folder = Folder::new();
        folder.write(".gitignore", "drafts/\n");
        folder.write("sub/.ignore", "*.md\n");
        for name in ["drafts/a.txt", "sub/b.md", "sub/c.txt", ".hidden.txt", ".git/d.txt", "e.md"] {
            folder.write(name, "");
        }
        assert_eq!(names(&[folder.path()]), ["e.md", "sub/c.txt"]);
    }

    #[test]
    fn ignore_files_above_the_argument_do_not_matter() {
        let folder = Folder::new();
        folder.write(".ignore", "*.txt\n");
        folder.write("news/a.txt", "");
        assert_eq!(names(&[folder.path().join("news")]), ["a.txt"]);
    }

    #[test]
    fn readmes_licences_and_changelogs_are_no_news() {
        let folder = Folder::new();
        for name in ["README.md", "readme.txt", "sub/License.md", "CHANGELOG.md", "LICENSE.txt", "a.txt"] {
            folder.write(name, "");
        }
        let found = discover(&[folder.path()]).unwrap();
        assert_eq!(found.inputs.len(), 1);
        assert!(found.warnings.is_empty());
    }

    #[test]
    fn a_slug_that_begins_like_a_licence_is_left_out_with_a_word_and_read_when_named() {
        let folder = Folder::new();
        let path = folder.write("license-fees-rise.txt", "");
        let found = discover(&[folder.path()]).unwrap();
        assert!(found.inputs.is_empty());
        assert_eq!(found.warnings[0].reason, Reason::NotAnArticle);
        assert_eq!(names(&[path]), ["license-fees-rise.txt"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_in_a_walk_so_loops_end() {
        use std::os::unix::fs::symlink;
        let folder = Folder::new();
        folder.write("a/b.txt", "");
        symlink(folder.path(), folder.path().join("a/loop")).unwrap();
        symlink(folder.path().join("a/b.txt"), folder.path().join("link.txt")).unwrap();
        let found = discover(&[folder.path()]).unwrap();
        assert_eq!(found.inputs.len(), 1);
        let told: Vec<_> = found.warnings.iter().map(|warning| (warning.input.as_str(), warning.reason)).collect();
        assert_eq!(told, [("a/loop", Reason::NotAnArticle), ("link.txt", Reason::NotAnArticle)]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_as_argument_is_followed() {
        use std::os::unix::fs::symlink;
        let folder = Folder::new();
        let file = folder.write("news/b.txt", "text");
        symlink(folder.path().join("news"), folder.path().join("folder")).unwrap();
        symlink(file, folder.path().join("file.txt")).unwrap();
        assert_eq!(all(&folder.path().join("folder")).texts(), ["text"]);
        assert_eq!(all(&folder.path().join("file.txt")).texts(), ["text"]);
    }

    #[cfg(unix)]
    #[test]
    fn pipes_in_a_folder_are_told_of_and_never_opened() {
        let folder = Folder::new();
        folder.write("a.txt", "text");
        let pipe = folder.path().join("pipe.txt");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let all = all(&folder.path());
        assert_eq!(all.texts(), ["text"]);
        assert_eq!(all.reasons(), [("pipe.txt", None, Reason::NotAnArticle)]);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_utf_8_is_opened_by_its_true_path() {
        use std::os::unix::ffi::OsStrExt;
        let folder = Folder::new();
        fs::write(folder.path().join(OsStr::from_bytes(b"caf\xe9.txt")), "text").unwrap();
        let all = all(&folder.path());
        assert_eq!((all.ids(), all.texts()), (vec!["caf\u{fffd}.txt"], vec!["text"]));
    }

    #[test]
    fn folders_deeper_than_the_limit_are_told_of() {
        let folder = Folder::new();
        let mut path = folder.path();
        for _ in 0..MAX_DEPTH + 3 {
            path.push("d");
        }
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("a.txt"), "").unwrap();
        let found = discover(&[folder.path()]).unwrap();
        assert!(found.inputs.is_empty());
        assert_eq!(found.warnings.len(), 1);
        assert_eq!(found.warnings[0].reason, Reason::Unreadable);
    }

    #[test]
    fn a_report_of_ours_is_no_article_wherever_it_lies() {
        let folder = Folder::new();
        for name in ["out/run.json", "out/overlaps.csv", "out/deep/a.txt", "b.txt", "half/run.json", "half/c.txt"] {
            folder.write(name, "text\n");
        }
        let found = discover(&[folder.path()]).unwrap();
        assert_eq!(found.inputs.iter().map(Input::name).collect::<Vec<_>>(), ["b.txt", "half/c.txt"]);
        let told: Vec<(&str, Reason)> = found.warnings.iter().map(|w| (w.input.as_str(), w.reason)).collect();
        assert_eq!(told, [("*.json", Reason::NotAnArticle), ("out", Reason::NotAnArticle)]);
        let itself = discover(&[folder.path().join("out")]);
        assert!(itself.is_err_and(|e| e.to_string().contains("a report of wirecopy")));
    }

    #[test]
    fn the_first_folder_is_the_outlet_only_if_there_are_several() {
        let folder = Folder::new();
        for name in ["cbs/x/a.txt", "nbc/a.txt", "top.txt"] {
            folder.write(name, "text");
        }
        let sources = |path: &Path| -> Vec<String> {
            all(path).documents.into_iter().map(|document| document.metadata.source).collect()
        };
        assert_eq!(sources(&folder.path()), ["cbs", "nbc", ""]);
        assert_eq!(sources(&folder.path().join("cbs")), [""]);
    }

    #[test]
    fn arguments_that_would_share_an_id_are_named_as_typed() {
        let folder = Folder::new();
        for name in ["2012/a.txt", "2013/a.txt", "2013/b.txt"] {
            folder.write(name, "");
        }
        let (first, second) = (folder.path().join("2012"), folder.path().join("2013"));
        assert_eq!(ids(&[first.clone(), second.clone()]), ["2012/a.txt", "2013/a.txt", "2013/b.txt"]);
        assert_eq!(ids(&[first, second.join("b.txt")]), ["a.txt", "b.txt"]);
    }

    #[test]
    fn arguments_as_ids_have_slashes_and_no_dots_and_tell_no_place() {
        let here = Path::new("/home/someone/papers");
        let typed = |path: &str| as_typed(Path::new(path), Some(here));
        assert_eq!(typed("./news/./a.txt"), "news/a.txt");
        assert_eq!(typed("news//a.txt"), "news/a.txt");
        assert_eq!(typed("../a.txt"), "../a.txt");
        assert_eq!(typed("/home/someone/papers/news/a.txt"), "news/a.txt");
        assert_eq!(typed("/home/other/a.txt"), "a.txt");
        assert_eq!(typed("."), "");
    }

    #[test]
    fn what_does_not_exist_is_an_error_and_an_empty_folder_is_none() {
        let folder = Folder::new();
        assert!(discover(&[folder.path().join("missing")]).is_err());
        assert!(discover(&[folder.path()]).unwrap().inputs.is_empty());
    }

    #[test]
    fn a_list_of_paths_skips_blank_lines() {
        let list = b"a.txt\n\n  \nnews folder\r\n-\nlast" as &[u8];
        let expected = ["a.txt", "news folder", "-", "last"].map(PathBuf::from);
        assert_eq!(paths_from(list).unwrap(), expected);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_a_listed_path() {
        assert_eq!(paths_from("\u{feff}a.txt\nb.txt".as_bytes()).unwrap(), ["a.txt", "b.txt"].map(PathBuf::from));
    }

    #[test]
    fn a_file_that_two_arguments_bring_is_read_once() {
        let folder = Folder::new();
        let (a, _) = (folder.write("dir/a.txt", "1"), folder.write("dir/b.txt", "2"));
        let dir = folder.path().join("dir");
        for arguments in [[dir.clone(), a.clone()], [a.clone(), dir.clone()]] {
            let found = discover(&arguments).unwrap();
            let mut ids: Vec<&str> = found.inputs.iter().map(|input| input.id.as_str()).collect();
            ids.sort_unstable();
            assert_eq!(ids, ["a.txt", "b.txt"]);
            assert_eq!(found.warnings, [warning("a.txt", Reason::Repeated, "brought by several arguments; read once")]);
        }
        let found = discover(&[a.clone(), dir.join("./a.txt")]).unwrap();
        assert_eq!((found.inputs.len(), found.warnings.len()), (1, 1));
    }

    #[test]
    fn files_of_other_types_are_counted_by_their_type_and_hidden_ones_are_not() {
        let folder = Folder::new();
        for name in ["a.txt", "b.docx", "x/c.DOCX", "d.pdf.gz", "Makefile", ".hidden.png", "LICENSE", "skip.png"] {
            folder.write(name, "x");
        }
        folder.write(".ignore", "skip.png");
        let told: Vec<(String, String)> =
            discover(&[folder.path()]).unwrap().warnings.into_iter().map(|w| (w.input, w.detail)).collect();
        let file = |name: &str, files: &str| (name.to_owned(), format!("{files} of a type that is not read"));
        assert_eq!(told, [file("*", "1 file"), file("*.docx", "2 files"), file("*.pdf", "1 file")]);
    }

    #[test]
    fn standard_input_is_read_once_however_often_it_is_named() {
        let twice = [PathBuf::from("-"), PathBuf::from("-")];
        assert_eq!(names(&twice), ["-"]);
    }
}
