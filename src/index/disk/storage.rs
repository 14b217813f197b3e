//! The folder of an index: who may write to it, and how a commit becomes durable as a whole or not at all.
//!
//! It knows the names of files and the order in which they are written, and nothing of what is in a segment.
//!
//! A commit writes its segments under temporary names, syncs and renames them, and syncs the folder; then it does the
//! same with the manifest. What a manifest names is never changed. Whatever else is left behind, by a writer that was
//! killed or by a commit that failed, is removed by the next writer. Readers need no lock: see [`read_index`].
//! Every change goes through [`Storage`], so that tests can fail each of them and cut the power after it.

use super::manifest::{MANIFEST, Manifest, SegmentEntry};
use crate::error::{Error, ErrorKind, Result};
use std::fmt::Debug;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What a writer does to files and folders.
pub(crate) trait Storage: Sync + Debug {
    /// A new file that only its owner may read; fails where something of that name is.
    fn create(&self, path: &Path) -> Result<Box<dyn StorageFile>>;
    /// Gives a file another name, in place of the file that had it.
    fn rename(&self, from: &Path, to: &Path) -> Result<()>;
    /// Makes the names in a folder durable.
    fn sync_folder(&self, path: &Path) -> Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> Result<()>;
    /// A new folder in one that is there.
    fn create_folder(&self, path: &Path) -> Result<()>;
}

/// A file being written.
pub(crate) trait StorageFile: Write + Send {
    /// Makes all that was written durable. Never to be tried again once it failed: the system may have forgotten what
    /// it could not write.
    fn sync(&mut self) -> io::Result<()>;
}

/// Files and folders of the system.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Disk;

impl Storage for Disk {
    fn create(&self, path: &Path) -> Result<Box<dyn StorageFile>> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        let file = owner_only(&mut options).open(path).map_err(|e| Error::io(path, e))?;
        Ok(Box::new(file))
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        fs::rename(from, to).map_err(|e| Error::io(to, e))
    }

    fn sync_folder(&self, path: &Path) -> Result<()> {
        sync_folder(path).map_err(|e| Error::io(path, e))
    }

    fn remove(&self, path: &Path) -> Result<()> {
        fs::remove_file(path).map_err(|e| Error::io(path, e))
    }

    fn create_folder(&self, path: &Path) -> Result<()> {
        fs::create_dir(path).map_err(|e| Error::io(path, e))
    }
}

impl StorageFile for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

/// Name of the file that writers lock. Always empty, never removed.
pub(crate) const LOCK: &str = "lock";

/// File of a segment.
pub(crate) fn segment_path(folder: &Path, id: u64) -> PathBuf {
    folder.join(format!("{SEGMENT}{id:016x}"))
}

/// Calls `open` with the manifest of an index, and again while a segment is missing since a newer commit dropped it.
/// `open` must fail with [`ErrorKind::Io`] where a segment is not found. Gives nothing for an index before its first
/// commit; fails where `folder` is no index.
pub(crate) fn read_index<T>(folder: &Path, mut open: impl FnMut(&Manifest) -> Result<T>) -> Result<Option<T>> {
    let mut last: Option<Manifest> = None;
    for _ in 0..READS {
        let Some(manifest) = Manifest::read(folder)? else {
            check_folder(folder)?;
            match check_first(folder) {
                // Written since.
                Err(_) if folder.join(MANIFEST).exists() => continue,
                checked => return checked.map(|()| None),
            }
        };
        match open(&manifest) {
            Err(e) => match e.kind() {
                ErrorKind::Io { path, source } if source.kind() == io::ErrorKind::NotFound => {
                    if last.as_ref() == Some(&manifest) {
                        return Err(Error::damaged(path, "the manifest names it, and it is not there"));
                    }
                }
                _ => return Err(e),
            },
            opened => return opened.map(Some),
        }
        last = Some(manifest);
    }
    let why = "the index changes faster than it can be opened; try again";
    Err(Error::io(folder, io::Error::new(io::ErrorKind::WouldBlock, why)))
}

/// Fails where there are segments that only a later commit than that of the manifest can have left: an older manifest was
/// put back. One commit later may be what a killed writer left, and is not told from it.
pub(crate) fn check_newest(folder: &Path) -> Result<()> {
    // The manifest is read after the names, so that a commit in between makes no difference.
    let names = entries(folder)?;
    let Some(manifest) = Manifest::read(folder)? else { return Ok(()) };
    for (name, _) in names.into_iter().filter(|(_, is_file)| *is_file) {
        if matches!(Name::of(&name), Name::Segment(id) if id >> SEGMENT_BITS > manifest.generation.saturating_add(1)) {
            let what = format!("older than {name}: it was put back, and what was added since is lost with it");
            return Err(Error::damaged(&folder.join(MANIFEST), what));
        }
    }
    Ok(())
}

/// The folder of an index.
#[derive(Debug)]
pub(crate) struct Folder<'a> {
    path: PathBuf,
    storage: &'a dyn Storage,
}

impl<'a> Folder<'a> {
    /// The index in the folder `path`, which is made where it is not there. Fails where `path` is a file, or a folder
    /// of something else.
    pub(crate) fn create_or_open(path: &Path, storage: &'a dyn Storage) -> Result<Self> {
        if is_missing(fs::metadata(path).err().as_ref()) {
            match storage.create_folder(path) {
                // Another writer was faster.
                Err(e) if is_io(&e, io::ErrorKind::AlreadyExists) => {}
                made => made?,
            }
        }
        check_folder(path)?;
        Ok(Self { path: path.to_owned(), storage })
    }

    /// The right to write, at once or with [`ErrorKind::Locked`]. The system takes it back from a killed process.
    /// Removes what killed writers left.
    pub(crate) fn lock(&self) -> Result<WriterLock<'a>> {
        let path = self.path.join(LOCK);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let lock = owner_only(&mut options).open(&path).map_err(|e| Error::io(&path, e))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ErrorKind::Locked(self.path.clone()).into()),
            Err(TryLockError::Error(e)) => return Err(Error::io(&path, e)),
        }
        let manifest = Manifest::read(&self.path)?;
        // What is seen may not be durable yet, where a writer was killed between its last steps. Nothing may be built
        // on it, and no older segment removed, before it is.
        match &manifest {
            Some(_) => check_newest(&self.path)?,
            None => check_first(&self.path)?,
        }
        if manifest.is_none() {
            match self.storage.sync_folder(&self.path.join("..")) {
                // A folder in one that we may not look into was made by somebody else, and before.
                Err(e) if is_io(&e, io::ErrorKind::PermissionDenied) => {}
                synced => synced?,
            }
        }
        self.storage.sync_folder(&self.path)?;
        self.clean(manifest.as_ref())?;
        Ok(WriterLock { path: self.path.clone(), storage: self.storage, manifest, segments: 0, failed: false, lock })
    }

    /// Removes what no manifest names, of files that have names of ours. Held open by a reader, or otherwise not to be
    /// removed, they do no harm.
    fn clean(&self, manifest: Option<&Manifest>) -> Result<()> {
        for (name, is_file) in entries(&self.path)? {
            let is_left = match Name::of(&name) {
                Name::Temporary => true,
                Name::Segment(id) => manifest.is_none_or(|m| m.segment(id).is_none()),
                Name::Manifest | Name::Lock | Name::Other => false,
            };
            if is_left && is_file {
                let _ = self.storage.remove(&self.path.join(name));
            }
        }
        Ok(())
    }
}

/// The right to write to an index, given back when dropped.
#[derive(Debug)]
pub(crate) struct WriterLock<'a> {
    path: PathBuf,
    storage: &'a dyn Storage,
    manifest: Option<Manifest>,
    /// Segments begun since the last commit.
    segments: u64,
    /// Whether a commit failed: what is on disk is then for the next writer to see.
    failed: bool,
    lock: File,
}

impl Drop for WriterLock<'_> {
    fn drop(&mut self) {
        // Closing is not enough: a process that another thread begins just now has the file open too, for a moment.
        let _ = self.lock.unlock();
    }
}

impl<'a> WriterLock<'a> {
    /// The manifest as of the last commit; nothing before the first.
    pub(crate) fn manifest(&self) -> Option<&Manifest> {
        self.manifest.as_ref()
    }

    /// Number of the next commit.
    pub(crate) fn generation(&self) -> u64 {
        self.manifest.as_ref().map_or(0, |m| m.generation).saturating_add(1)
    }

    /// A segment to be written for the next commit, of an id that no commit has named. Dropped, it is removed.
    pub(crate) fn new_segment(&mut self) -> Result<NewSegment<'a>> {
        let id = self.generation().checked_mul(1 << SEGMENT_BITS).filter(|_| self.segments < 1 << SEGMENT_BITS);
        let id = id.ok_or_else(|| ErrorKind::Limit(format!("{}: too many segments", self.path.display())))?;
        let id = id | self.segments;
        self.segments += 1;
        let (file, left) = create(self.storage, self.path.join(format!("{TEMPORARY}{SEGMENT}{id:016x}")))?;
        Ok(NewSegment { id, len: 0, failed: false, file, left })
    }

    /// Makes `manifest` the manifest of the index, and `written` durable, which are those of its segments that the
    /// last one does not name. Segments that it no longer names are removed. Where it fails, the index is as it was; or
    /// as it was to become, if what failed is the very last step. Nothing more can be written then under this lock.
    pub(crate) fn commit(&mut self, written: Vec<WrittenSegment<'a>>, manifest: Manifest) -> Result<()> {
        if self.failed {
            return Err(self.inconsistent("a commit after one that failed"));
        }
        self.failed = true;
        self.check(&written, &manifest)?;
        self.check_alone()?;
        let path = self.path.join(MANIFEST);
        let bytes = manifest.encode(&path)?;
        let mut renamed = Vec::with_capacity(written.len());
        for WrittenSegment { id, left, .. } in written {
            let to = segment_path(&self.path, id);
            self.storage.rename(left.path(), &to)?;
            renamed.push(left.now(to));
        }
        if !renamed.is_empty() {
            self.storage.sync_folder(&self.path)?;
        }
        let (mut file, left) = create(self.storage, self.path.join(format!("{TEMPORARY}{MANIFEST}")))?;
        file.write_all(&bytes).and_then(|()| file.sync()).map_err(|e| Error::io(left.path(), e))?;
        drop(file);
        // From here on the segments stay: not every system that says that a rename failed has left it undone.
        renamed.into_iter().for_each(Leftover::keep);
        self.check_alone()?;
        self.storage.rename(left.path(), &path)?;
        left.keep();
        self.storage.sync_folder(&self.path)?;
        for dropped in self.manifest.iter().flat_map(|m| &m.segments).filter(|s| manifest.segment(s.id).is_none()) {
            // Done is done: what cannot be removed now is removed by the next writer.
            let _ = self.storage.remove(&segment_path(&self.path, dropped.id));
        }
        self.manifest = Some(manifest);
        self.segments = 0;
        self.failed = false;
        Ok(())
    }

    /// Fails unless `manifest` can follow the last one.
    fn check(&self, written: &[WrittenSegment<'_>], manifest: &Manifest) -> Result<()> {
        if manifest.generation != self.generation() {
            return Err(self.inconsistent("a manifest of another generation"));
        }
        let same = |a: &SegmentEntry, b: &SegmentEntry| {
            (a.len, a.root, a.generation, a.documents) == (b.len, b.root, b.generation, b.documents)
        };
        for segment in &manifest.segments {
            let known = self.manifest.as_ref().and_then(|m| m.segment(segment.id)).is_some_and(|s| same(s, segment));
            let new = segment.generation == manifest.generation
                && written.iter().any(|w| w.id == segment.id && w.len == segment.len);
            if !known && !new {
                return Err(self.inconsistent("a manifest of segments that were not written"));
            }
        }
        if written.iter().any(|w| w.id >> SEGMENT_BITS != manifest.generation || manifest.segment(w.id).is_none()) {
            return Err(self.inconsistent("a segment that the manifest does not name"));
        }
        Ok(())
    }

    /// Fails where another writer has been at work: somebody removed the file of the lock, or locks do nothing here.
    fn check_alone(&self) -> Result<()> {
        if Manifest::read(&self.path)? != self.manifest {
            return Err(ErrorKind::Locked(self.path.clone()).into());
        }
        Ok(())
    }

    fn inconsistent(&self, what: &str) -> Error {
        ErrorKind::Format { path: self.path.clone(), what: format!("{what} cannot be committed") }.into()
    }
}

/// A segment being written. Once a write failed, so does all that follows.
pub(crate) struct NewSegment<'a> {
    id: u64,
    len: u64,
    failed: bool,
    // In this order: closed, and then removed.
    file: Box<dyn StorageFile>,
    left: Leftover<'a>,
}

impl<'a> NewSegment<'a> {
    /// Id of the segment.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// Where it is while it is being written.
    pub(crate) fn path(&self) -> &Path {
        self.left.path()
    }

    /// Makes the bytes durable.
    pub(crate) fn finish(self) -> Result<WrittenSegment<'a>> {
        let Self { id, len, failed, left, mut file } = self;
        let synced = if failed { Err(already_failed()) } else { file.sync() };
        synced.map_err(|e| Error::io(left.path(), e))?;
        Ok(WrittenSegment { id, len, left })
    }
}

impl Write for NewSegment<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed {
            return Err(already_failed());
        }
        let written = self.file.write(bytes);
        match &written {
            Ok(n) => self.len = self.len.saturating_add(*n as u64),
            Err(e) => self.failed = e.kind() != io::ErrorKind::Interrupted,
        }
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.file.flush();
        self.failed |= flushed.is_err();
        flushed
    }
}

/// A segment that is durable, and not yet part of the index.
#[derive(Debug)]
pub(crate) struct WrittenSegment<'a> {
    id: u64,
    len: u64,
    left: Leftover<'a>,
}

impl WrittenSegment<'_> {
    /// Id of the segment.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// Bytes of its file.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }
}

/// Begins the name of each file that is being written.
const TEMPORARY: &str = ".tmp-";
const SEGMENT: &str = "segment-";
/// An id of a segment is the generation of its commit, and its number in these last bits.
const SEGMENT_BITS: u32 = 16;
/// How often a reader that finds a segment gone looks whether the manifest changed.
const READS: usize = 32;

/// A file to be removed when dropped, unless it is to be kept.
#[derive(Debug)]
struct Leftover<'a> {
    storage: &'a dyn Storage,
    path: PathBuf,
    is_kept: bool,
}

impl Leftover<'_> {
    fn path(&self) -> &Path {
        &self.path
    }

    /// The same file, which has another name now.
    fn now(mut self, path: PathBuf) -> Self {
        self.path = path;
        self
    }

    fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Leftover<'_> {
    fn drop(&mut self) {
        if !self.is_kept {
            // Something failed before, and is told. The next writer tries again.
            let _ = self.storage.remove(&self.path);
        }
    }
}

fn create(storage: &dyn Storage, path: PathBuf) -> Result<(Box<dyn StorageFile>, Leftover<'_>)> {
    let file = storage.create(&path)?;
    Ok((file, Leftover { storage, path, is_kept: false }))
}

fn already_failed() -> io::Error {
    io::Error::other("an earlier write failed")
}

/// What a name in the folder of an index stands for.
enum Name {
    Manifest,
    Lock,
    Segment(u64),
    Temporary,
    Other,
}

impl Name {
    fn of(name: &str) -> Self {
        match name.strip_prefix(TEMPORARY) {
            // Only names that we give: what else begins so may be anybody's.
            Some(name) if name == MANIFEST || segment_id(name).is_some() => Self::Temporary,
            Some(_) => Self::Other,
            None if name == MANIFEST => Self::Manifest,
            None if name == LOCK => Self::Lock,
            None if is_nameless(name) => Self::Temporary,
            None => segment_id(name).map_or(Self::Other, Self::Segment),
        }
    }
}

/// Whether a temporary file without a name was to have this one, where a system has no such files: for a moment.
fn is_nameless(name: &str) -> bool {
    name.strip_prefix(".tmp").is_some_and(|end| end.len() == 6 && end.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn segment_id(name: &str) -> Option<u64> {
    let digits = name.strip_prefix(SEGMENT)?;
    let is_ours = digits.len() == 16 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_ours.then(|| u64::from_str_radix(digits, 16).ok()).flatten()
}

/// Names in a folder, and whether they are those of files. A name that is no Unicode is none of ours.
fn entries(folder: &Path) -> Result<Vec<(String, bool)>> {
    let io = |e| Error::io(folder, e);
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        let is_file = entry.file_type().is_ok_and(|t| t.is_file());
        entries.push((entry.file_name().to_string_lossy().into_owned(), is_file));
    }
    entries.sort_unstable();
    Ok(entries)
}

/// Fails unless `path` is the folder of an index: one with a manifest, or with nothing but what a writer that was
/// killed before its first commit may leave.
fn check_folder(path: &Path) -> Result<()> {
    let format = |what: &str| Err(ErrorKind::Format { path: path.to_owned(), what: what.into() }.into());
    if !fs::metadata(path).map_err(|e| Error::io(path, e))?.is_dir() {
        return format("not an index of wirecopy, but a file; name a new or empty folder");
    }
    let mut has_other = false;
    for (name, is_file) in entries(path)? {
        match Name::of(&name) {
            Name::Manifest => return Ok(()),
            Name::Lock => {
                let len = fs::symlink_metadata(path.join(name)).map_or(0, |m| m.len());
                has_other |= !is_file || len > 0;
            }
            Name::Segment(_) | Name::Temporary => has_other |= !is_file,
            Name::Other => has_other = true,
        }
    }
    if has_other {
        return format("not an index of wirecopy, and not empty; name a new or empty folder");
    }
    Ok(())
}

/// Fails where there are segments that only a second commit can have written, and no manifest: it was lost, and they
/// must not be taken for leftovers.
fn check_first(path: &Path) -> Result<()> {
    for (name, _) in entries(path)? {
        if matches!(Name::of(&name), Name::Segment(id) if id >> SEGMENT_BITS > 1) {
            let path = path.join(MANIFEST);
            return Err(Error::damaged(&path, "not there, and there are segments that it must have named"));
        }
    }
    Ok(())
}

fn is_missing(error: Option<&io::Error>) -> bool {
    error.is_some_and(|e| e.kind() == io::ErrorKind::NotFound)
}

fn is_io(error: &Error, kind: io::ErrorKind) -> bool {
    matches!(error.kind(), ErrorKind::Io { source, .. } if source.kind() == kind)
}

#[cfg(unix)]
fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600)
}

#[cfg(not(unix))]
fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Elsewhere a folder cannot be opened, and names are the system's care.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// Commits `manifest` with one more segment that holds `bytes`.
    fn add(writer: &mut WriterLock<'_>, bytes: &[u8]) -> Result<u64> {
        let mut segment = writer.new_segment()?;
        segment.write_all(bytes).unwrap();
        let segment = segment.finish()?;
        let mut manifest = writer.manifest().cloned().unwrap_or_default();
        manifest.generation = writer.generation();
        let entry = SegmentEntry {
            id: segment.id(),
            len: segment.len(),
            generation: manifest.generation,
            documents: 1,
            ..Default::default()
        };
        manifest.segments.push(entry);
        let id = segment.id();
        writer.commit(vec![segment], manifest)?;
        Ok(id)
    }

    fn names(folder: &Path) -> Vec<String> {
        entries(folder).unwrap().into_iter().map(|(name, _)| name).collect()
    }

    fn refusal(path: &Path) -> String {
        let error = Folder::create_or_open(path, &Disk).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Format { .. }));
        error.to_string()
    }

    #[test]
    fn an_index_on_the_disk_of_the_system_is_written_and_read() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("index");
        let folder = Folder::create_or_open(&path, &Disk).unwrap();
        assert_eq!(read_index(&folder.path, |_| Ok(())).unwrap(), None);
        let mut writer = folder.lock().unwrap();
        let first = add(&mut writer, b"first").unwrap();
        let second = add(&mut writer, b"second").unwrap();
        assert_eq!((first, second), (0x10000, 0x20000));
        let read = |m: &Manifest| {
            let read = |id| fs::read(segment_path(&path, id)).map_err(|e| Error::io(&segment_path(&path, id), e));
            m.segments.iter().map(|s| read(s.id)).collect::<Result<Vec<_>>>()
        };
        assert_eq!(read_index(&path, read).unwrap().unwrap(), [b"first".to_vec(), b"second".to_vec()]);
        // One segment in place of both.
        let mut merged = writer.new_segment().unwrap();
        merged.write_all(b"merged").unwrap();
        let merged = merged.finish().unwrap();
        assert_eq!(fs::read(merged.left.path()).unwrap(), b"merged");
        let entry = SegmentEntry { id: merged.id(), len: 6, generation: 3, documents: 2, ..Default::default() };
        let manifest = Manifest { generation: 3, segments: vec![entry], ..Default::default() };
        writer.commit(vec![merged], manifest).unwrap();
        assert_eq!(names(&path), ["lock", "manifest", "segment-0000000000030000"]);
        assert_eq!(fs::metadata(path.join(LOCK)).unwrap().len(), 0);
        #[cfg(unix)]
        for name in names(&path) {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(path.join(&name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        }
    }

    #[test]
    fn a_second_writer_is_told_at_once_and_the_next_one_may_write() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::create_or_open(temp.path(), &Disk).unwrap();
        let writer = folder.lock().unwrap();
        let second = Folder::create_or_open(temp.path(), &Disk).unwrap().lock().unwrap_err();
        assert!(matches!(second.kind(), ErrorKind::Locked(path) if path == temp.path()));
        drop(writer);
        folder.lock().unwrap();
    }

    #[test]
    fn a_writer_whose_lock_was_removed_does_not_overwrite_what_another_wrote() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::create_or_open(temp.path(), &Disk).unwrap();
        let mut first = folder.lock().unwrap();
        fs::remove_file(temp.path().join(LOCK)).unwrap();
        let mut second = folder.lock().unwrap();
        let id = add(&mut second, b"theirs").unwrap();
        assert!(matches!(add(&mut first, b"mine").unwrap_err().kind(), ErrorKind::Locked(_)));
        assert_eq!(fs::read(segment_path(temp.path(), id)).unwrap(), b"theirs");
    }

    #[test]
    fn a_file_or_a_folder_of_something_else_is_refused_and_left_alone() {
        let temp = tempfile::tempdir().unwrap();
        let file = temp.path().join("file");
        fs::write(&file, "text").unwrap();
        assert!(refusal(&file).contains("but a file"));
        assert!(refusal(temp.path()).contains("not an index of wirecopy, and not empty; name a new or empty folder"));
        let error = read_index(temp.path(), |_| Ok(())).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Format { .. }));
        assert_eq!(names(temp.path()), ["file"]);
        let missing = temp.path().join("missing");
        assert!(is_io(&read_index(&missing, |_| Ok(())).unwrap_err(), io::ErrorKind::NotFound));
        assert!(Folder::create_or_open(&missing.join("below"), &Disk).is_err());
        for name in ["lock", ".tmp-notes", "segment-1", "segment-000000000001000G", "segment-000000000000000A"] {
            let folder = temp.path().join(format!("with {name}"));
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join(name), "text").unwrap();
            refusal(&folder);
        }
    }

    #[test]
    fn leftovers_are_removed_and_files_of_others_are_not() {
        let temp = tempfile::tempdir().unwrap();
        let leave = |names: &[&str]| names.iter().for_each(|name| fs::write(temp.path().join(name), "x").unwrap());
        fs::write(temp.path().join(LOCK), "").unwrap();
        leave(&[".tmp-manifest", ".tmp-segment-0000000000010000", "segment-0000000000010001"]);
        let folder = Folder::create_or_open(temp.path(), &Disk).unwrap();
        let mut writer = folder.lock().unwrap();
        assert_eq!(names(temp.path()), ["lock"]);
        add(&mut writer, b"text").unwrap();
        drop(writer);
        let others = [".tmp-notes", "Segment-0000000000010001", "notes.txt", "segment-00000000000100010"];
        leave(&others);
        leave(&[".tmp-manifest", "segment-0000000000020000"]);
        fs::create_dir(temp.path().join("segment-0000000000030000")).unwrap();
        folder.lock().unwrap();
        let mut expected = others.to_vec();
        expected.extend(["lock", "manifest", "segment-0000000000010000", "segment-0000000000030000"]);
        expected.sort_unstable();
        assert_eq!(names(temp.path()), expected);
    }

    #[test]
    fn an_index_that_lost_its_manifest_is_not_taken_for_an_empty_one() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::create_or_open(temp.path(), &Disk).unwrap();
        let mut writer = folder.lock().unwrap();
        add(&mut writer, b"first").unwrap();
        add(&mut writer, b"second").unwrap();
        drop(writer);
        fs::remove_file(temp.path().join(MANIFEST)).unwrap();
        assert!(matches!(folder.lock().unwrap_err().kind(), ErrorKind::Damaged { .. }));
        assert_eq!(names(temp.path()).len(), 3);
    }

    #[test]
    fn a_reader_follows_commits_and_tells_a_missing_segment() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::create_or_open(temp.path(), &Disk).unwrap();
        let mut writer = folder.lock().unwrap();
        add(&mut writer, b"first").unwrap();
        let missing = |m: &Manifest| {
            let path = segment_path(temp.path(), m.segments[0].id);
            Err::<(), _>(Error::io(&path, io::ErrorKind::NotFound.into()))
        };
        let error = read_index(temp.path(), missing).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Damaged { path, .. } if path.ends_with("segment-0000000000010000")));
        let writer = std::cell::RefCell::new(writer);
        let calls = Cell::new(0);
        let moving = |most: usize| {
            calls.set(0);
            read_index(temp.path(), |m| {
                calls.set(calls.get() + 1);
                if calls.get() > most {
                    return Ok(m.generation);
                }
                add(&mut writer.borrow_mut(), b"more").unwrap();
                missing(m).map(|()| 0)
            })
        };
        assert_eq!(moving(3).unwrap(), Some(4));
        assert!(is_io(&moving(usize::MAX).unwrap_err(), io::ErrorKind::WouldBlock));
        assert_eq!(calls.get(), READS);
        let other = read_index(temp.path(), |_| Err::<(), _>(Error::damaged(temp.path(), "x"))).unwrap_err();
        assert!(matches!(other.kind(), ErrorKind::Damaged { .. }));
    }

    #[test]
    fn a_commit_that_makes_no_sense_is_refused_and_leaves_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::create_or_open(temp.path(), &Disk).unwrap();
        add(&mut folder.lock().unwrap(), b"first").unwrap();
        let before = names(temp.path());
        let first = Manifest::read(temp.path()).unwrap().unwrap();
        let entry = SegmentEntry { id: 0x20000, len: 1, generation: 2, ..Default::default() };
        let next = Manifest { generation: 2, ..first.clone() };
        let with = |entry| Manifest { segments: vec![first.segments[0].clone(), entry], ..next.clone() };
        let cases = [
            Manifest { generation: 3, ..with(entry.clone()) },
            first.clone(),
            next.clone(),
            with(SegmentEntry { len: 2, ..entry.clone() }),
            with(SegmentEntry { id: 0x20001, ..entry.clone() }),
            with(SegmentEntry { generation: 1, ..entry.clone() }),
            Manifest {
                segments: vec![SegmentEntry { len: 4, ..first.segments[0].clone() }, entry.clone()],
                ..next.clone()
            },
        ];
        for case in cases {
            let mut writer = folder.lock().unwrap();
            let mut segment = writer.new_segment().unwrap();
            segment.write_all(b"x").unwrap();
            assert!(writer.commit(vec![segment.finish().unwrap()], case.clone()).is_err(), "{case:?}");
            assert!(writer.commit(Vec::new(), next.clone()).is_err());
            assert_eq!(names(temp.path()), before, "{case:?}");
        }
        let mut writer = folder.lock().unwrap();
        let segment = writer.new_segment().unwrap();
        assert_eq!(segment.id(), 0x20000);
        drop(segment);
        writer.commit(Vec::new(), next.clone()).unwrap();
        assert_eq!(Manifest::read(temp.path()).unwrap(), Some(next));
    }
}
