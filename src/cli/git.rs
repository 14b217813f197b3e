//! Articles changed since a git ref: asks the `git` command, and says what to do where it has no answer.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, Result, anyhow, bail};
use wirecopy::read;

/// Settings of a user or a repository that would change an answer.
const SETTINGS: [&str; 4] =
    ["core.fsmonitor=false", "core.fileMode=false", "diff.relative=false", "diff.autoRefreshIndex=true"];
/// Variables that would change an answer. Those that say where the repository and its index are (`GIT_DIR`,
/// `GIT_INDEX_FILE`) stay: git sets them for its hooks.
const VARIABLES: [&str; 6] = [
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "LANGUAGE",
];
/// Names in one call, well below the limits of systems.
const NAMES_A_CALL: usize = 200;

/// The articles changed since `reference`, as paths from the working folder, sorted.
///
/// Compared are the files as they lie in the working tree with the merge base of `reference` and HEAD: what the commits
/// of this branch changed, and what is staged, not yet staged, or new and not ignored. On a clean checkout, as in CI,
/// that is what a pull request shows. What the other branch did meanwhile is not in it.
///
/// Left out are files that only moved or changed their mode, deleted files, links, submodules, and what a walk of
/// a folder leaves out by name (files of other types, README, LICENSE and CHANGELOG, hidden ones), unless
/// named in `paths`. If `paths` is empty, the whole repository is looked at, whatever the working folder.
pub(super) fn changed_files(reference: &str, paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let here = std::env::current_dir().context("the working folder")?;
    changed_in(&here, reference, paths).with_context(|| format!("--against-ref {reference}"))
}

fn changed_in(here: &Path, reference: &str, paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let git = Git { here };
    let tree = git.tree()?;
    let base = git.merge_base(reference, &tree)?;
    let named = named(here, paths)?;
    // The whole repository is compared even where paths are given: a file that moved into them is no new one.
    let mut changes = git.changes(&base)?;
    if !named.is_empty() {
        let inside = git.inside(&base, &named)?;
        changes.changed.retain(|path| inside.contains(path));
    }
    let untracked = git.untracked(&named, &tree)?;
    let moved = git.moved(&untracked, &tree, changes.deleted)?;
    let new = untracked.into_iter().filter(|path| !moved.contains(path));
    let by_name = Names::of(paths);
    let mut out: BTreeSet<PathBuf> =
        changes.changed.into_iter().chain(new).map(|path| tree.seen_from_here(&path_of(&path))).collect();
    // The index may hold what is not on disk, and git lists links that are not in it.
    out.retain(|path| by_name.wanted(path) && fs::symlink_metadata(here.join(path)).is_ok_and(|file| file.is_file()));
    Ok(out.into_iter().collect())
}

/// The paths as git is to take them. One that is not there is an error: a slip of the pen would pass every check.
fn named(here: &Path, paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let resolve = |path: &PathBuf| {
        if path.as_os_str() == "-" {
            bail!("standard input has no history; leave out one of them");
        }
        // Git does not look behind a link. Its own resolved paths are of a form that git for Windows cannot read.
        let place = here.join(path);
        let found = if cfg!(unix) { fs::canonicalize(place) } else { fs::metadata(&place).map(|_| place) };
        found.with_context(|| path.display().to_string())
    };
    paths.iter().map(resolve).collect()
}

/// Which names stand for articles.
struct Names<'a> {
    files: Vec<&'a Path>,
    hidden: Vec<&'a OsStr>,
}

impl<'a> Names<'a> {
    fn of(paths: &'a [PathBuf]) -> Self {
        let parts = paths.iter().flat_map(|path| path.components());
        Self { files: paths.iter().map(PathBuf::as_path).collect(), hidden: parts.filter_map(hidden).collect() }
    }

    fn wanted(&self, path: &Path) -> bool {
        let plain = |path: &Path| path.components().filter(|part| *part != Component::CurDir).collect::<PathBuf>();
        if self.files.iter().any(|file| plain(file) == path) {
            return true;
        }
        let is_hidden = path.components().filter_map(hidden).any(|part| !self.hidden.contains(&part));
        !is_hidden && path.file_name().is_some_and(read::is_article_name)
    }
}

fn hidden(part: Component<'_>) -> Option<&OsStr> {
    match part {
        Component::Normal(name) if name.as_encoded_bytes().starts_with(b".") => Some(name),
        _ => None,
    }
}

/// Where the working folder lies in the working tree.
struct Tree {
    /// From the working folder up to the top: `../` as often as needed.
    up: PathBuf,
    /// From the top down to the working folder.
    down: PathBuf,
    is_shallow: bool,
}

impl Tree {
    /// A path from the top, as one from the working folder.
    fn seen_from_here(&self, path: &Path) -> PathBuf {
        let shared = self.down.components().zip(path.components()).take_while(|(a, b)| a == b).count();
        let up = self.down.components().skip(shared).map(|_| Component::ParentDir);
        up.chain(path.components().skip(shared)).collect()
    }
}

/// What git says has changed; paths from the top.
#[derive(Default)]
struct Changes {
    changed: BTreeSet<Vec<u8>>,
    /// Contents of deleted files by their hash, with how many files had them.
    deleted: BTreeMap<Vec<u8>, usize>,
}

/// The `git` command, run in a folder.
struct Git<'a> {
    here: &'a Path,
}

impl Git<'_> {
    fn tree(&self) -> Result<Tree> {
        // The prefix stands last: it is the one that may hold a line break.
        let asked = ["--is-inside-work-tree", "--is-shallow-repository", "--show-cdup", "--show-prefix"];
        let told = self.ask([OsStr::new("rev-parse")].into_iter().chain(asked.map(OsStr::new)))?;
        let mut parts = told.splitn(4, |&byte| byte == b'\n');
        let mut next = || parts.next().unwrap_or_default();
        if next() != b"true" {
            bail!(
                "no files of a git repository here; run this inside a working tree, not in a bare repository or .git"
            );
        }
        let is_shallow = next() == b"true";
        let up = path_of(next());
        let down = next();
        Ok(Tree { up, down: path_of(down.strip_suffix(b"\n").unwrap_or(down)), is_shallow })
    }

    fn merge_base(&self, reference: &str, tree: &Tree) -> Result<String> {
        let commit = self.commit(reference)?.ok_or_else(|| self.no_commit(reference, tree))?;
        let head = self.commit("HEAD")?.ok_or_else(|| anyhow!("this branch has no commit yet; commit first"))?;
        let output = self.run(["merge-base", &commit, &head].map(OsStr::new))?;
        match output.status.code() {
            Some(0) => Ok(line(&output.stdout)),
            Some(1) if tree.is_shallow => bail!(
                "no commit that it and HEAD have in common: {SHALLOW} (GitHub: `fetch-depth: 0` for actions/checkout; \
                 GitLab: `GIT_DEPTH: 0`; by hand: `git fetch --unshallow`)"
            ),
            Some(1) => bail!("no commit that it and HEAD have in common; name a ref from which this branch came"),
            _ => Err(refusal(&output.stderr)),
        }
    }

    /// The commit that a ref names, if it names one.
    fn commit(&self, reference: &str) -> Result<Option<String>> {
        // `--end-of-options` is younger than many a git that is in use.
        if reference.is_empty() || reference.starts_with('-') {
            bail!("not the name of a commit; give a branch, a tag or a hash");
        }
        let name = format!("{reference}^{{commit}}");
        let output = self.run(["rev-parse", "--verify", "--quiet", &name].map(OsStr::new))?;
        Ok(output.status.success().then(|| line(&output.stdout)))
    }

    fn no_commit(&self, reference: &str, tree: &Tree) -> anyhow::Error {
        let short = ["refs/remotes/", "refs/heads/"].iter().find_map(|start| reference.strip_prefix(start));
        let short = short.unwrap_or(reference);
        let remote = format!("origin/{short}");
        let shallow = if tree.is_shallow {
            format!("; {SHALLOW} (`fetch-depth: 0`, `GIT_DEPTH: 0`, `git fetch --unshallow`)")
        } else {
            String::new()
        };
        if short.contains(['~', '^', ':', '@']) || short.contains("..") {
            return anyhow!("names no commit here; give a branch, a tag or a hash{shallow}");
        }
        if matches!(self.commit(&remote), Ok(Some(_))) {
            return anyhow!("there is no such commit here, but there is `{remote}`: name that");
        }
        if short.len() >= 7 && short.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return anyhow!("there is no such commit here; fetch it first: `git fetch origin {short}`{shallow}");
        }
        let branch = short.strip_prefix("origin/").unwrap_or(short);
        let name = if branch == short { format!(", and name `{remote}`") } else { String::new() };
        anyhow!(
            "there is no such commit here; fetch it first: \
             `git fetch origin {branch}:refs/remotes/origin/{branch}`{name}{shallow}"
        )
    }

    /// What differs between a commit and the working tree, in files that git knows.
    fn changes(&self, base: &str) -> Result<Changes> {
        // Only moves of unchanged files matter, and those git finds without a limit.
        let told = self.diff(["--raw", "-z", "--no-abbrev", "--find-renames=100%"], base, &[])?;
        let mut changes = Changes::default();
        let mut parts = told.split(|&byte| byte == 0).filter(|part| !part.is_empty());
        while let Some(head) = parts.next() {
            // :100644 100644 HASH HASH M, and its path; for R and C the old path and the new one.
            let fields: Vec<&[u8]> = head.strip_prefix(b":").unwrap_or(head).split(|&byte| byte == b' ').collect();
            let (&[_, mode, old, new, status], Some(mut path)) = (fields.as_slice(), parts.next()) else {
                bail!("`git diff` gave an answer that is not understood: {}", String::from_utf8_lossy(head));
            };
            let status = status.first().copied().unwrap_or_default();
            if matches!(status, b'R' | b'C') {
                path = parts.next().unwrap_or_default();
            }
            let is_file = !matches!(mode, b"120000" | b"160000");
            match status {
                b'D' => *changes.deleted.entry(old.to_vec()).or_default() += 1,
                b'R' => {}
                // Only its mode is another.
                b'M' if old == new => {}
                _ if is_file => drop(changes.changed.insert(path.to_vec())),
                _ => {}
            }
        }
        Ok(changes)
    }

    /// The changed paths that lie in those named.
    fn inside(&self, base: &str, named: &[PathBuf]) -> Result<BTreeSet<Vec<u8>>> {
        let told = self.diff(["--name-only", "-z", "--no-abbrev", "--no-renames"], base, named)?;
        Ok(split(&told).collect())
    }

    fn diff(&self, form: [&str; 4], base: &str, named: &[PathBuf]) -> Result<Vec<u8>> {
        let always = ["--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "-O/dev/null", base];
        let options = ["diff"].into_iter().chain(form).chain(always).chain(["--"]).map(OsStr::new);
        self.ask(options.chain(named.iter().map(|path| path.as_os_str())))
    }

    /// Files that git does not know and that no ignore file names.
    fn untracked(&self, named: &[PathBuf], tree: &Tree) -> Result<Vec<Vec<u8>>> {
        let options = ["ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--"].map(OsStr::new);
        let top = if tree.up.as_os_str().is_empty() { Path::new(".") } else { &tree.up };
        let all = named.is_empty().then_some(top.as_os_str());
        let told = self.ask(options.into_iter().chain(all).chain(named.iter().map(|path| path.as_os_str())))?;
        // A repository inside this one is listed as a folder.
        let mut files: Vec<Vec<u8>> = split(&told).filter(|path| !path.ends_with(b"/")).collect();
        files.sort();
        Ok(files)
    }

    /// Which of the untracked files are deleted ones under another name.
    fn moved(
        &self,
        untracked: &[Vec<u8>],
        tree: &Tree,
        mut deleted: BTreeMap<Vec<u8>, usize>,
    ) -> Result<BTreeSet<Vec<u8>>> {
        let mut moved = BTreeSet::new();
        if deleted.is_empty() {
            return Ok(moved);
        }
        let on_disk = |path: &&Vec<u8>| {
            let place = self.here.join(tree.seen_from_here(&path_of(path)));
            fs::symlink_metadata(place).is_ok_and(|file| file.is_file())
        };
        let files: Vec<&Vec<u8>> = untracked.iter().filter(on_disk).collect();
        for files in files.chunks(NAMES_A_CALL) {
            let names = files.iter().map(|path| tree.seen_from_here(&path_of(path)).into_os_string());
            let options = ["hash-object", "--"].map(OsString::from);
            let told = self.ask(options.into_iter().chain(names))?;
            for (path, hash) in files.iter().zip(told.split(|&byte| byte == b'\n')) {
                if let Some(left) = deleted.get_mut(hash).filter(|left| **left > 0) {
                    *left -= 1;
                    moved.insert(path.to_vec());
                }
            }
        }
        Ok(moved)
    }

    /// What a call prints, if it goes well.
    fn ask(&self, options: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Result<Vec<u8>> {
        let output = self.run(options)?;
        if output.status.success() { Ok(output.stdout) } else { Err(refusal(&output.stderr)) }
    }

    fn run(&self, options: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Result<Output> {
        let mut command = Command::new("git");
        command.current_dir(self.here).arg("--no-pager");
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        for variable in VARIABLES {
            command.env_remove(variable);
        }
        command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_LITERAL_PATHSPECS", "1");
        command.args(options).output().map_err(|error| match error.kind() {
            ErrorKind::NotFound => anyhow!("git is not on the PATH; install it, or name the articles yourself"),
            _ => anyhow!("git cannot be run: {error}"),
        })
    }
}

const SHALLOW: &str = "this clone is shallow, fetch its history";

/// Why git would not answer, and what helps.
fn refusal(stderr: &[u8]) -> anyhow::Error {
    let said = String::from_utf8_lossy(stderr);
    let is_reason = |line: &&str| line.starts_with("fatal: ") || line.starts_with("error: ");
    let line = said.lines().find(is_reason).or_else(|| said.lines().next()).unwrap_or("no reason given");
    let line = line.trim_start_matches("fatal: ").trim_start_matches("error: ");
    if line.contains("dubious ownership") {
        return anyhow!(
            "git does not trust this repository, because it belongs to somebody else: {line}; if it is yours: \
             `git config --global --add safe.directory FOLDER`"
        );
    }
    if line.contains("not a git repository") {
        return anyhow!("not a git repository; run this inside one, or name the articles yourself");
    }
    anyhow!("git: {line}")
}

fn line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end().to_owned()
}

fn split(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    bytes.split(|&byte| byte == 0).filter(|part| !part.is_empty()).map(<[u8]>::to_vec)
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    const TEXT: &str = "The ferry to Brannoc Point stops on Friday.\nNobody at the pier had heard of it before.\n";

    /// A repository with a branch `main` of one commit, on a branch `topic`.
    struct Repository {
        folder: TempDir,
    }

    impl Repository {
        fn new() -> Self {
            let folder = Self { folder: TempDir::new().unwrap() };
            folder.git(&["init", "-q", "-b", "main"]);
            for name in ["a.md", "b.txt", "news/c.md", "news/d.md"] {
                folder.write(name, &format!("{TEXT}{name}\n"));
            }
            folder.commit();
            folder.git(&["checkout", "-q", "-b", "topic"]);
            folder
        }

        fn path(&self) -> PathBuf {
            fs::canonicalize(self.folder.path()).unwrap()
        }

        #[track_caller]
        fn git(&self, options: &[&str]) {
            git_in(&self.path(), options);
        }

        fn commit(&self) {
            self.git(&["add", "-A"]);
            self.git(&["commit", "-q", "-m", "news"]);
        }

        fn write(&self, name: &str, text: &str) {
            let path = self.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        fn remove(&self, name: &str) {
            fs::remove_file(self.path().join(name)).unwrap();
        }

        fn rename(&self, old: &str, new: &str) {
            fs::rename(self.path().join(old), self.path().join(new)).unwrap();
        }

        #[track_caller]
        fn changed(&self, paths: &[&str]) -> Vec<String> {
            self.changed_from("", paths)
        }

        #[track_caller]
        fn changed_from(&self, folder: &str, paths: &[&str]) -> Vec<String> {
            names(&self.path().join(folder), "main", paths)
        }

        #[track_caller]
        fn refused(&self, reference: &str, paths: &[&str]) -> String {
            refused(&self.path(), reference, paths)
        }
    }

    #[track_caller]
    fn git_in(folder: &Path, options: &[&str]) {
        let mut command = Command::new("git");
        command.current_dir(folder).args(options);
        for name in ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"] {
            command.env(name, "Maud Trevane");
        }
        for name in ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"] {
            command.env(name, "maud@quaymail.example");
        }
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        let output = command.output().unwrap();
        assert!(output.status.success(), "{options:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn paths(names: &[&str]) -> Vec<PathBuf> {
        names.iter().map(PathBuf::from).collect()
    }

    #[track_caller]
    fn names(folder: &Path, reference: &str, named: &[&str]) -> Vec<String> {
        let found = changed_in(folder, reference, &paths(named)).unwrap();
        found.iter().map(|path| path.to_str().unwrap().replace('\\', "/")).collect()
    }

    #[track_caller]
    fn refused(folder: &Path, reference: &str, named: &[&str]) -> String {
        format!("{:#}", changed_in(folder, reference, &paths(named)).unwrap_err())
    }

    #[test]
    fn nothing_has_changed_on_a_fresh_branch() {
        assert!(Repository::new().changed(&[]).is_empty());
    }

    #[test]
    fn committed_staged_unstaged_and_untracked_articles_have_changed() {
        let folder = Repository::new();
        folder.write("a.md", "in another commit\n");
        folder.write("news/e.md", "new in a commit\n");
        folder.commit();
        folder.write("b.txt", "staged\n");
        folder.git(&["add", "b.txt"]);
        folder.write("news/c.md", "not staged\n");
        folder.write("news/f.md", "not known\n");
        assert_eq!(folder.changed(&[]), ["a.md", "b.txt", "news/c.md", "news/e.md", "news/f.md"]);
    }

    #[test]
    fn what_counts_is_the_file_as_it_lies_there() {
        let folder = Repository::new();
        let before = fs::read_to_string(folder.path().join("a.md")).unwrap();
        folder.write("a.md", "changed in a commit\n");
        folder.commit();
        folder.write("a.md", &before);
        assert!(folder.changed(&[]).is_empty());
    }

    #[test]
    fn what_the_other_branch_did_meanwhile_has_not_changed_here() {
        let folder = Repository::new();
        folder.write("a.md", "ours\n");
        folder.commit();
        folder.git(&["checkout", "-q", "main"]);
        folder.write("b.txt", "theirs\n");
        folder.write("theirs.md", "theirs\n");
        folder.commit();
        folder.git(&["checkout", "-q", "topic"]);
        assert_eq!(folder.changed(&[]), ["a.md"]);
        folder.git(&["merge", "-q", "main", "-m", "merge"]);
        assert_eq!(folder.changed(&[]), ["a.md"]);
    }

    #[test]
    fn deleted_and_ignored_files_are_left_out() {
        let folder = Repository::new();
        folder.remove("a.md");
        folder.git(&["rm", "-q", "b.txt"]);
        folder.write(".gitignore", "drafts/\n");
        folder.write("drafts/x.md", "draft\n");
        assert!(folder.changed(&[]).is_empty());
    }

    #[test]
    fn a_file_that_only_moved_has_not_changed() {
        let folder = Repository::new();
        folder.git(&["mv", "a.md", "news/moved.md"]);
        folder.commit();
        folder.git(&["mv", "b.txt", "news/staged.txt"]);
        folder.rename("news/c.md", "news/by-hand.md");
        assert!(folder.changed(&[]).is_empty());
        assert!(folder.changed(&["news"]).is_empty(), "also where its old place is not among the paths");
    }

    #[test]
    fn a_copy_beside_a_move_is_a_new_article() {
        let folder = Repository::new();
        folder.rename("a.md", "e.md");
        fs::copy(folder.path().join("e.md"), folder.path().join("f.md")).unwrap();
        assert_eq!(folder.changed(&[]), ["f.md"]);
    }

    #[test]
    fn a_file_that_moved_and_changed_counts_by_its_new_name() {
        let folder = Repository::new();
        folder.git(&["mv", "a.md", "news/moved.md"]);
        folder.write("news/moved.md", &format!("{TEXT}a.md\nOne line more.\n"));
        folder.commit();
        assert_eq!(folder.changed(&[]), ["news/moved.md"]);
    }

    #[cfg(unix)]
    #[test]
    fn another_mode_is_no_change_and_links_are_left_out() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = Repository::new();
        let executable = |name: &str| {
            fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o755)).unwrap();
        };
        executable("a.md");
        symlink("a.md", folder.path().join("tracked.md")).unwrap();
        folder.commit();
        executable("b.txt");
        symlink("a.md", folder.path().join("untracked.md")).unwrap();
        assert!(folder.changed(&[]).is_empty());
    }

    #[test]
    fn submodules_and_repositories_inside_are_left_out() {
        let folder = Repository::new();
        let other = Repository::new();
        let address = other.path().display().to_string();
        folder.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &address, "other.md"]);
        folder.commit();
        fs::create_dir(folder.path().join("inner")).unwrap();
        git_in(&folder.path().join("inner"), &["init", "-q"]);
        folder.write("inner/x.md", "x\n");
        assert!(folder.changed(&[]).is_empty());
    }

    #[test]
    fn files_that_a_walk_leaves_out_by_name_are_left_out_unless_named() {
        let folder = Repository::new();
        for name in ["README.md", "x.rs", ".hidden.md", ".drafts/y.md", "wire.jsonl.gz", "license-fees-rise.md"] {
            folder.write(name, "new\n");
        }
        assert_eq!(folder.changed(&[]), ["license-fees-rise.md", "wire.jsonl.gz"]);
        assert_eq!(folder.changed(&["./README.md", ".drafts", "x.rs"]), [".drafts/y.md", "README.md", "x.rs"]);
    }

    #[test]
    fn paths_limit_what_is_told() {
        let folder = Repository::new();
        for name in ["a.md", "news/c.md", "new.md", "news/new.md", "[a].md"] {
            folder.write(name, "changed\n");
        }
        assert_eq!(folder.changed(&["news"]), ["news/c.md", "news/new.md"]);
        assert_eq!(folder.changed(&["a.md", "b.txt"]), ["a.md"]);
        assert_eq!(folder.changed(&["[a].md"]), ["[a].md"], "no patterns");
        let whole = folder.path().join("news").display().to_string();
        assert_eq!(folder.changed(&[&whole]), ["news/c.md", "news/new.md"]);
        assert!(folder.refused("main", &["nwes"]).starts_with("nwes: "));
        assert!(folder.refused("main", &["-"]).contains("standard input"));
        assert!(folder.refused("main", &[".."]).contains("outside"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_folder_may_be_named() {
        let folder = Repository::new();
        std::os::unix::fs::symlink("news", folder.path().join("link")).unwrap();
        folder.write("news/c.md", "changed\n");
        assert_eq!(folder.changed(&["link"]), ["news/c.md"]);
    }

    #[test]
    fn paths_are_told_from_the_working_folder() {
        let folder = Repository::new();
        for name in ["a.md", "news/c.md", "news/new.md", "new/e.md", "newsroom/f.md"] {
            folder.write(name, "changed\n");
        }
        let all = ["../a.md", "../new/e.md", "../newsroom/f.md", "c.md", "new.md"];
        assert_eq!(folder.changed_from("news", &[]), all);
        assert_eq!(folder.changed_from("news", &["."]), ["c.md", "new.md"]);
        assert_eq!(folder.changed_from("news", &["../new", "c.md"]), ["../new/e.md", "c.md"]);
        folder.write("news/deep/er/g.md", "changed\n");
        assert_eq!(folder.changed_from("news/deep", &[".."]), ["../c.md", "../new.md", "er/g.md"]);
    }

    #[test]
    fn names_are_kept_whatever_they_hold() {
        let folder = Repository::new();
        let odd = ["a b.md", "käse.md", "two\nlines.md", "tab\there.md", "say \"no\".md", "-n.md"];
        for name in odd.iter().take(3) {
            folder.write(name, "new\n");
        }
        folder.commit();
        for name in &odd[3..] {
            folder.write(name, "new\n");
        }
        folder.write("two\nlines/käse/new.md", "new\n");
        let mut expected = [&odd[..], &["two\nlines/käse/new.md"]].concat();
        expected.sort_unstable_by_key(|name| PathBuf::from(name));
        assert_eq!(folder.changed(&[]), expected);
        assert!(folder.changed_from("two\nlines/käse", &[]).contains(&"../../two\nlines.md".to_owned()));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_are_not_utf_8_are_kept() {
        let folder = Repository::new();
        let name = path_of(b"k\xe4se.md");
        fs::write(folder.path().join(&name), "new\n").unwrap();
        assert_eq!(changed_in(&folder.path(), "main", &[]).unwrap(), std::slice::from_ref(&name));
        folder.commit();
        assert_eq!(changed_in(&folder.path(), "main", std::slice::from_ref(&name)).unwrap(), [name]);
    }

    #[test]
    fn settings_of_the_user_change_nothing() {
        let folder = Repository::new();
        folder.git(&["mv", "a.md", "news/moved.md"]);
        folder.write("käse.md", "new\n");
        folder.commit();
        folder.write("news/c.md", "changed\n");
        folder.write("new/e.md", "new\n");
        folder.write(".gitattributes", "*.md diff=odd\n");
        let before = folder.changed_from("news", &[]);
        assert_eq!(before, ["../käse.md", "../new/e.md", "c.md"]);
        for (key, value) in [
            ("diff.noprefix", "true"),
            ("diff.renames", "false"),
            ("diff.relative", "true"),
            ("diff.external", "false"),
            ("diff.odd.textconv", "false"),
            ("diff.odd.command", "false"),
            ("diff.orderFile", "nowhere"),
            ("diff.autoRefreshIndex", "false"),
            ("core.quotePath", "true"),
            ("core.pager", "false"),
            ("color.ui", "always"),
            ("status.showUntrackedFiles", "no"),
            ("status.relativePaths", "false"),
            ("status.renames", "false"),
        ] {
            folder.git(&["config", key, value]);
        }
        assert_eq!(folder.changed_from("news", &[]), before);
        folder.git(&["config", "diff.renames", "copies"]);
        assert_eq!(folder.changed_from("news", &[]), before);
    }

    #[test]
    fn a_file_that_was_only_touched_has_not_changed() {
        let folder = Repository::new();
        let path = folder.path().join("a.md");
        let later = std::time::SystemTime::now() + std::time::Duration::from_secs(100);
        fs::File::options().append(true).open(path).unwrap().set_modified(later).unwrap();
        assert!(folder.changed(&[]).is_empty());
    }

    #[test]
    fn a_ref_that_is_not_there_is_refused_with_the_command_that_fetches_it() {
        let folder = Repository::new();
        let said = folder.refused("origin/release", &[]);
        assert!(said.contains("`git fetch origin release:refs/remotes/origin/release`"), "{said}");
        let said = folder.refused("release", &[]);
        assert!(said.contains("`git fetch origin release:") && said.contains("name `origin/release`"), "{said}");
        assert!(folder.refused("0123456789abcdef", &[]).contains("`git fetch origin 0123456789abcdef`"));
        folder.git(&["update-ref", "refs/remotes/origin/release", "HEAD"]);
        assert!(folder.refused("release", &[]).contains("there is `origin/release`"));
        for reference in ["main..topic", "main:a.md", "HEAD~9", "@{upstream}"] {
            assert!(folder.refused(reference, &[]).contains("names no commit"), "{reference}");
        }
    }

    #[test]
    fn a_ref_that_looks_like_an_option_is_refused() {
        let folder = Repository::new();
        for reference in ["--output=x", "-O", "-", ""] {
            assert!(folder.refused(reference, &[]).contains("not the name of a commit"), "{reference}");
        }
        assert!(!folder.path().join("x").exists());
    }

    #[test]
    fn branches_without_a_common_commit_are_refused() {
        let folder = Repository::new();
        folder.git(&["checkout", "-q", "--orphan", "other"]);
        assert!(folder.refused("main", &[]).contains("no commit yet"));
        folder.write("a.md", "another beginning\n");
        folder.commit();
        assert!(folder.refused("main", &[]).contains("a ref from which this branch came"));
    }

    #[test]
    fn a_shallow_clone_is_refused_with_what_deepens_it() {
        let folder = Repository::new();
        folder.write("a.md", "changed\n");
        folder.commit();
        folder.git(&["checkout", "-q", "main"]);
        folder.write("b.txt", "changed\n");
        folder.commit();
        let clones = TempDir::new().unwrap();
        let address = format!("file://{}", folder.path().display());
        let clone = |name: &str, more: &[&str]| {
            let options = [&["clone", "-q", "--depth", "1", "-b", "topic"], more, &[&address, name]].concat();
            git_in(clones.path(), &options);
            clones.path().join(name)
        };
        let narrow = clone("narrow", &[]);
        let said = refused(&narrow, "origin/main", &[]);
        assert!(said.contains("git fetch origin main:") && said.contains("fetch-depth: 0"), "{said}");
        let wide = clone("wide", &["--no-single-branch"]);
        let said = refused(&wide, "origin/main", &[]);
        for remedy in ["`fetch-depth: 0`", "`GIT_DEPTH: 0`", "`git fetch --unshallow`"] {
            assert!(said.contains(remedy), "{said}");
        }
        git_in(&wide, &["fetch", "-q", "--unshallow"]);
        assert_eq!(names(&wide, "origin/main", &[]), ["a.md"]);
    }

    #[test]
    fn a_folder_without_a_repository_is_refused() {
        let folder = TempDir::new().unwrap();
        assert!(refused(folder.path(), "main", &[]).contains("not a git repository; "));
    }

    #[test]
    fn a_repository_without_files_of_its_own_is_refused() {
        let folder = Repository::new();
        assert!(refused(&folder.path().join(".git"), "main", &[]).contains("working tree"));
    }

    #[test]
    fn a_repository_of_somebody_else_is_refused_with_the_setting_that_trusts_it() {
        let said = refusal(b"fatal: detected dubious ownership in repository at '/srv/news'\nTo add an exception\n");
        let said = said.to_string();
        assert!(said.contains("'/srv/news'") && said.contains("--add safe.directory"), "{said}");
    }
}
