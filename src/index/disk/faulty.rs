//! Storage that fails, and storage that remembers what a loss of power may leave: the tests of a commit as a whole.
#![cfg(test)]

use super::manifest::{MANIFEST, Manifest, SegmentEntry};
use super::storage::{Disk, Folder, Storage, StorageFile, WriterLock, read_index, segment_path};
use crate::error::{Error, ErrorKind, Result};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::hash::Hash;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// No space is left, and nothing is done.
    Full,
    /// The device fails, and nothing is done.
    Device,
    /// Half of the bytes are written, then the device is full. What is no write fails.
    Short,
    /// It is done, and yet said to have failed.
    Done,
    /// The process is killed: nothing is done from here on.
    Killed,
}

const FAULTS: [Fault; 5] = [Fault::Full, Fault::Device, Fault::Short, Fault::Done, Fault::Killed];

/// Fails the call of one number, from 0.
#[derive(Clone, Debug)]
struct Faulty {
    inner: Recorder,
    fault: Fault,
    at: usize,
    /// The calls so far, by name.
    calls: Arc<Mutex<Vec<&'static str>>>,
}

impl Faulty {
    fn new(inner: &Recorder, fault: Fault, at: usize) -> Self {
        Self { inner: inner.clone(), fault, at, calls: Arc::default() }
    }

    /// The call that failed, or else nothing.
    fn failed(&self) -> Option<&'static str> {
        self.calls.lock().unwrap().get(self.at).copied()
    }

    fn fails(&self, call: &'static str) -> bool {
        let mut calls = self.calls.lock().unwrap();
        calls.push(call);
        let now = calls.len() - 1;
        now == self.at || (self.fault == Fault::Killed && now > self.at)
    }

    fn error(&self) -> io::Error {
        match self.fault {
            Fault::Full | Fault::Short => io::ErrorKind::StorageFull.into(),
            Fault::Device | Fault::Done | Fault::Killed => io::Error::from_raw_os_error(5),
        }
    }

    fn call(&self, name: &'static str, path: &Path, call: impl FnOnce() -> Result<()>) -> Result<()> {
        if !self.fails(name) {
            return call();
        }
        if self.fault == Fault::Done {
            call()?;
        }
        Err(Error::io(path, self.error()))
    }
}

impl Storage for Faulty {
    fn create(&self, path: &Path) -> Result<Box<dyn StorageFile>> {
        let mut file = None;
        self.call("create", path, || {
            file = Some(self.inner.create(path)?);
            Ok(())
        })?;
        Ok(Box::new(FaultyFile { storage: self.clone(), file: file.unwrap(), is_full: false }))
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        self.call("rename", to, || self.inner.rename(from, to))
    }

    fn sync_folder(&self, path: &Path) -> Result<()> {
        self.call("sync_folder", path, || self.inner.sync_folder(path))
    }

    fn remove(&self, path: &Path) -> Result<()> {
        self.call("remove", path, || self.inner.remove(path))
    }

    fn create_folder(&self, path: &Path) -> Result<()> {
        self.call("create_folder", path, || self.inner.create_folder(path))
    }
}

struct FaultyFile {
    storage: Faulty,
    file: Box<dyn StorageFile>,
    is_full: bool,
}

impl Write for FaultyFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_full {
            return Err(self.storage.error());
        }
        if !self.storage.fails("write") {
            return self.file.write(bytes);
        }
        match self.storage.fault {
            Fault::Short => {
                self.is_full = true;
                self.file.write(&bytes[..bytes.len() / 2])
            }
            Fault::Done => {
                self.file.write_all(bytes)?;
                Err(self.storage.error())
            }
            _ => Err(self.storage.error()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl StorageFile for FaultyFile {
    fn sync(&mut self) -> io::Result<()> {
        if !self.storage.fails("sync") {
            return self.file.sync();
        }
        if self.storage.fault == Fault::Done {
            self.file.sync()?;
        }
        Err(self.storage.error())
    }
}

/// One thing done, in order. A file is its number, whatever its name.
#[derive(Clone, Debug)]
enum Event {
    Create(PathBuf, usize),
    Write(usize, Vec<u8>),
    Sync(usize),
    Rename(PathBuf, PathBuf),
    SyncFolder(PathBuf),
    Remove(PathBuf),
    CreateFolder(PathBuf),
    /// A writer may make this the manifest.
    Attempt(Manifest),
    /// This manifest was acknowledged.
    Acknowledged(Manifest),
}

/// What a recorder does not take down, as if the call did nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deaf {
    No,
    Segments,
    Manifests,
    Folders,
}

/// Writes to the disk without a sync, and takes down all that is done. Paths are relative to `base`.
#[derive(Clone, Debug)]
struct Recorder {
    base: PathBuf,
    deaf: Deaf,
    events: Arc<Mutex<Vec<Event>>>,
}

impl Recorder {
    fn new(base: &Path, deaf: Deaf) -> Self {
        Self { base: base.to_owned(), deaf, events: Arc::default() }
    }

    fn push(&self, event: Event) {
        self.events.lock().unwrap().push(event);
    }

    fn relative(&self, path: &Path) -> PathBuf {
        let path = path.strip_prefix(&self.base).unwrap();
        // The folder above is named by two dots.
        let above = || path.parent().and_then(Path::parent).unwrap();
        if path.ends_with("..") { above().to_owned() } else { path.to_owned() }
    }
}

impl Storage for Recorder {
    fn create(&self, path: &Path) -> Result<Box<dyn StorageFile>> {
        let file = Disk.create(path)?;
        let number = self.events.lock().unwrap().len();
        self.push(Event::Create(self.relative(path), number));
        let is_manifest = path.ends_with(".tmp-manifest");
        Ok(Box::new(RecordedFile { recorder: self.clone(), number, is_manifest, file }))
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        Disk.rename(from, to)?;
        self.push(Event::Rename(self.relative(from), self.relative(to)));
        Ok(())
    }

    fn sync_folder(&self, path: &Path) -> Result<()> {
        if self.deaf != Deaf::Folders {
            self.push(Event::SyncFolder(self.relative(path)));
        }
        Ok(())
    }

    fn remove(&self, path: &Path) -> Result<()> {
        Disk.remove(path)?;
        self.push(Event::Remove(self.relative(path)));
        Ok(())
    }

    fn create_folder(&self, path: &Path) -> Result<()> {
        Disk.create_folder(path)?;
        self.push(Event::CreateFolder(self.relative(path)));
        Ok(())
    }
}

struct RecordedFile {
    recorder: Recorder,
    number: usize,
    is_manifest: bool,
    file: Box<dyn StorageFile>,
}

impl Write for RecordedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.recorder.push(Event::Write(self.number, bytes[..n].to_vec()));
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl StorageFile for RecordedFile {
    fn sync(&mut self) -> io::Result<()> {
        let deaf = if self.is_manifest { Deaf::Manifests } else { Deaf::Segments };
        if self.recorder.deaf != deaf {
            self.recorder.push(Event::Sync(self.number));
        }
        Ok(())
    }
}

/// A change of one name, which reaches the disk as a whole or not at all. A rename is two of them.
#[derive(Clone, Debug)]
enum Effect {
    Link(PathBuf, usize),
    Unlink(PathBuf),
    Folder(PathBuf),
}

impl Effect {
    fn path(&self) -> &Path {
        match self {
            Self::Link(path, _) | Self::Unlink(path) | Self::Folder(path) => path,
        }
    }
}

/// What is on a disk that lost power: files by path with their bytes, and folders without any.
type Image = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// What the disk and the memory of the system hold at one moment.
#[derive(Clone, Debug, Default)]
struct State {
    /// Names as the programs see them.
    names: BTreeMap<PathBuf, usize>,
    /// Bytes of each file, and how many of them are durable.
    files: BTreeMap<usize, (Vec<u8>, usize)>,
    /// Names that are durable, `None` for folders.
    durable: BTreeMap<PathBuf, Option<usize>>,
    /// Those that are not, in order.
    pending: Vec<Effect>,
    /// Manifests that may be found: the one acknowledged last, and those tried since.
    allowed: Vec<Option<Manifest>>,
}

impl State {
    fn step(&mut self, event: &Event) {
        match event {
            Event::Create(path, file) => {
                self.names.insert(path.clone(), *file);
                self.files.insert(*file, (Vec::new(), 0));
                self.pending.push(Effect::Link(path.clone(), *file));
            }
            Event::Write(file, bytes) => self.files.get_mut(file).unwrap().0.extend(bytes),
            Event::Sync(file) => {
                let (bytes, durable) = self.files.get_mut(file).unwrap();
                *durable = bytes.len();
            }
            Event::Rename(from, to) => {
                let file = self.names.remove(from).unwrap();
                self.names.insert(to.clone(), file);
                self.pending.push(Effect::Link(to.clone(), file));
                self.pending.push(Effect::Unlink(from.clone()));
            }
            Event::SyncFolder(folder) => {
                let (now, later) = self.pending.drain(..).partition(|e| e.path().parent() == Some(folder));
                self.pending = later;
                apply(&mut self.durable, now);
            }
            Event::Remove(path) => {
                self.names.remove(path).unwrap();
                self.pending.push(Effect::Unlink(path.clone()));
            }
            Event::CreateFolder(path) => self.pending.push(Effect::Folder(path.clone())),
            Event::Attempt(manifest) => self.allowed.push(Some(manifest.clone())),
            Event::Acknowledged(manifest) => self.allowed = vec![Some(manifest.clone())],
        }
    }

    /// Calls `found` with each image that a loss of power may leave now: with none, all, each one, all but each one of
    /// the pending effects, and every choice where they are few; in order and in reverse; and unsynced bytes there,
    /// missing, missing by half, or zero, in all files or in one of them.
    fn images(&self, mut found: impl FnMut(Image)) {
        let n = self.pending.len();
        let all = (1_u64 << n) - 1;
        let choices: BTreeSet<u64> = if n <= 6 {
            (0..=all).collect()
        } else {
            (0..n).flat_map(|i| [1 << i, all ^ (1 << i), (1 << i) - 1]).chain([0, all]).collect()
        };
        let unsynced: Vec<usize> = self.files.iter().filter(|(_, (b, n))| b.len() > *n).map(|(&f, _)| f).collect();
        let kept = |file: usize, how: usize| {
            let (bytes, durable) = &self.files[&file];
            let mut bytes = bytes.clone();
            match how {
                0 => {}
                1 => bytes.truncate(*durable),
                2 => bytes.truncate(durable.midpoint(bytes.len())),
                _ => bytes[*durable..].fill(0),
            }
            bytes
        };
        for choice in choices {
            let chosen =
                || self.pending.iter().enumerate().filter(|(i, _)| choice >> i & 1 == 1).map(|(_, e)| e.clone());
            for is_reversed in [false, true] {
                let mut names = self.durable.clone();
                if is_reversed {
                    apply(&mut names, chosen().rev());
                } else {
                    apply(&mut names, chosen());
                }
                let mut image = |how: &dyn Fn(usize) -> usize| {
                    let bytes = |file: &Option<usize>| file.map(|file| kept(file, how(file)));
                    let mut image: Image = names.iter().map(|(path, file)| (path.clone(), bytes(file))).collect();
                    // What is in a folder that is not there is not there either.
                    let names: BTreeSet<PathBuf> = image.keys().cloned().collect();
                    image.retain(|path, _| path.parent().is_none_or(|p| p.as_os_str().is_empty() || names.contains(p)));
                    found(image);
                };
                for how in 0..4 {
                    image(&|_| how);
                    unsynced.iter().for_each(|&one| image(&|file| if file == one { how } else { 0 }));
                }
            }
        }
    }
}

fn apply(names: &mut BTreeMap<PathBuf, Option<usize>>, effects: impl IntoIterator<Item = Effect>) {
    for effect in effects {
        match effect {
            Effect::Link(path, file) => names.insert(path, Some(file)),
            Effect::Folder(path) => names.insert(path, None),
            Effect::Unlink(path) => names.remove(&path),
        };
    }
}

/// Looks at images, each of them once.
#[derive(Default)]
struct Judge {
    seen: HashSet<u128>,
    /// All images, those seen before included.
    images: usize,
    violations: Vec<String>,
}

impl Judge {
    /// Cuts the power after each event from `first` on.
    fn cut(&mut self, events: &[Event], first: usize) {
        let mut state = State { allowed: vec![None], ..State::default() };
        for (at, event) in events.iter().enumerate() {
            state.step(event);
            if at >= first {
                state.images(|image| self.look(&image, &state.allowed));
            }
        }
    }

    fn look(&mut self, image: &Image, allowed: &[Option<Manifest>]) {
        self.images += 1;
        let mut hasher = Xxh3::new();
        image.hash(&mut hasher);
        allowed.iter().for_each(|m| m.as_ref().map(|m| m.encode(Path::new(MANIFEST)).unwrap()).hash(&mut hasher));
        if !self.seen.insert(hasher.digest128()) {
            return;
        }
        let temp = tempfile::tempdir().unwrap();
        for (path, bytes) in image {
            match bytes {
                Some(bytes) => fs::write(temp.path().join(path), bytes).unwrap(),
                None => fs::create_dir(temp.path().join(path)).unwrap(),
            }
        }
        let index = temp.path().join("index");
        match open(&index) {
            Err(e) => self.violations.push(format!("{e}")),
            Ok(found) if !allowed.contains(&found) => {
                self.violations.push(format!("{found:?} and not {allowed:?}"));
            }
            // And the next writer goes on from there.
            Ok(found) => {
                let recorder = Recorder::new(temp.path(), Deaf::No);
                match change(&index, &recorder, &recorder) {
                    Ok(next) if open(&index).unwrap().as_ref() == Some(&next) => {
                        let before = found.map_or(0, |m| m.generation);
                        assert_eq!(next.generation, before + 1);
                        assert_eq!(names(&index), expected_names(&next));
                    }
                    other => self.violations.push(format!("{other:?}")),
                }
            }
        }
    }
}

/// The manifest of the index, all of whose segments were read whole; nothing before the first commit.
fn open(index: &Path) -> Result<Option<Manifest>> {
    if !index.exists() {
        return Ok(None);
    }
    read_index(index, |manifest| {
        for segment in &manifest.segments {
            let path = segment_path(index, segment.id);
            let bytes = fs::read(&path).map_err(|e| Error::io(&path, e))?;
            if xxh3_128(&bytes).to_le_bytes() != segment.root || bytes.len() as u64 != segment.len {
                return Err(Error::damaged(&path, "other bytes"));
            }
        }
        Ok(manifest.clone())
    })
}

fn names(index: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(index).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn expected_names(manifest: &Manifest) -> Vec<String> {
    let mut names = vec!["lock".to_string(), MANIFEST.to_string()];
    names.extend(manifest.segments.iter().map(|s| format!("segment-{:016x}", s.id)));
    names.sort();
    names
}

/// One command of a writer, through `storage`: two new segments, of which the oldest one there is takes the place of;
/// every fourth one only removes an article. Tells `recorder` what it is about to do and has done.
fn change(index: &Path, storage: &dyn Storage, recorder: &Recorder) -> Result<Manifest> {
    let folder = Folder::create_or_open(index, storage)?;
    let mut writer = folder.lock()?;
    // What a writer has seen must not be lost either.
    if let Some(manifest) = writer.manifest() {
        recorder.push(Event::Acknowledged(manifest.clone()));
    }
    commit(&mut writer, recorder)
}

fn commit(writer: &mut WriterLock<'_>, recorder: &Recorder) -> Result<Manifest> {
    let mut manifest = writer.manifest().cloned().unwrap_or_default();
    manifest.generation = writer.generation();
    let mut written = Vec::new();
    if manifest.generation.is_multiple_of(4) {
        let entry = manifest.segments.last_mut().unwrap();
        let mut removed: BTreeSet<u32> = entry.removed.iter().copied().collect();
        removed.insert((0..).find(|n| !removed.contains(n)).unwrap());
        entry.removed = removed.into_iter().collect();
    } else {
        for part in 0..2 {
            let mut segment = writer.new_segment()?;
            let bytes = format!("segment {part} of commit {}, by {}", manifest.generation, unique(recorder));
            let (first, second) = bytes.as_bytes().split_at(9);
            let io = |e| Error::io(Path::new("segment"), e);
            segment.write_all(first).map_err(io)?;
            segment.write_all(second).map_err(io)?;
            let segment = segment.finish()?;
            manifest.segments.push(SegmentEntry {
                id: segment.id(),
                len: segment.len(),
                root: xxh3_128(bytes.as_bytes()).to_le_bytes(),
                generation: manifest.generation,
                documents: 100,
                removed: Vec::new(),
            });
            written.push(segment);
        }
        if manifest.segments.len() > 2 {
            manifest.segments.remove(0);
        }
    }
    recorder.push(Event::Attempt(manifest.clone()));
    writer.commit(written, manifest.clone())?;
    recorder.push(Event::Acknowledged(manifest.clone()));
    Ok(manifest)
}

/// Tells one attempt from all others, so that no two of them write the same bytes.
fn unique(recorder: &Recorder) -> usize {
    recorder.events.lock().unwrap().len()
}

/// Events of an index from its making on, with a few commits.
fn history(base: &Path, deaf: Deaf, commits: usize) -> Recorder {
    let recorder = Recorder::new(base, deaf);
    (0..commits).for_each(|_| {
        change(&base.join("index"), &recorder, &recorder).unwrap();
    });
    recorder
}

#[test]
fn a_commit_fails_loudly_wherever_a_call_fails_and_the_next_one_goes_on() {
    let mut calls = BTreeSet::new();
    for commits in [0, 3, 4] {
        for fault in FAULTS {
            for at in 0.. {
                assert!(at < 100);
                let temp = tempfile::tempdir().unwrap();
                let index = temp.path().join("index");
                let recorder = history(temp.path(), Deaf::No, commits);
                let old = open(&index).unwrap();
                let faulty = Faulty::new(&recorder, fault, at);
                let result = change(&index, &faulty, &recorder);
                let tried = recorder.events.lock().unwrap().iter().rev().find_map(|e| match e {
                    Event::Attempt(manifest) => Some(manifest.clone()),
                    _ => None,
                });
                let found = open(&index).unwrap();
                let all = faulty.calls.lock().unwrap().clone();
                match (faulty.failed(), &result) {
                    (None | Some("remove"), Ok(next)) => assert_eq!(found.as_ref(), Some(next)),
                    // Only the last sync may fail when the new manifest can be seen already; or a rename that was done.
                    (Some(call), Err(_)) => {
                        let may_be_new = call == "sync_folder" || (call == "rename" && fault == Fault::Done);
                        assert!(
                            found == old || (found == tried && may_be_new),
                            "{fault:?} at {at} of {all:?}: {found:?}"
                        );
                    }
                    other => panic!("{other:?}: {fault:?} at {at} of {all:?}"),
                }
                calls.extend(faulty.failed());
                // A failure takes its files with it, but for a file that was made and said not to be.
                if result.is_err() && index.exists() && matches!(fault, Fault::Full | Fault::Device | Fault::Short) {
                    assert!(names(&index).iter().all(|n| !n.starts_with(".tmp-")), "{fault:?} at {at} of {all:?}");
                }
                let next = change(&index, &recorder, &recorder).unwrap();
                assert_eq!(open(&index).unwrap().as_ref(), Some(&next));
                assert_eq!(names(&index), expected_names(&next));
                if faulty.failed().is_none() {
                    break;
                }
            }
        }
    }
    let known = ["create", "create_folder", "remove", "rename", "sync", "sync_folder", "write"];
    assert_eq!(calls, known.into_iter().collect());
}

#[test]
fn a_failed_sync_is_never_tried_again() {
    let temp = tempfile::tempdir().unwrap();
    let index = temp.path().join("index");
    let recorder = history(temp.path(), Deaf::No, 1);
    for at in 0.. {
        assert!(at < 100);
        let faulty = Faulty::new(&recorder, Fault::Device, at);
        let result = change(&index, &faulty, &recorder);
        let calls = faulty.calls.lock().unwrap().clone();
        match calls.get(at) {
            None => break,
            Some(&("sync" | "sync_folder")) => {
                assert!(calls[at + 1..].iter().all(|call| *call == "remove"), "{at} of {calls:?}");
                assert!(result.is_err());
            }
            Some(_) => {}
        }
    }
}

#[test]
fn nothing_more_is_written_after_a_commit_that_failed() {
    let temp = tempfile::tempdir().unwrap();
    let index = temp.path().join("index");
    let recorder = history(temp.path(), Deaf::No, 1);
    let mut refused = 0;
    for at in 0..60 {
        let faulty = Faulty::new(&recorder, Fault::Device, at);
        let Ok(mut writer) = Folder::create_or_open(&index, &faulty).and_then(|folder| folder.lock()) else { continue };
        if commit(&mut writer, &recorder).is_err() && matches!(faulty.failed(), Some("rename" | "sync_folder")) {
            let error = commit(&mut writer, &recorder).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Format { .. }), "{error}");
            refused += 1;
        }
    }
    assert!(refused > 2);
}

#[test]
fn readers_go_on_while_a_writer_commits() {
    let temp = tempfile::tempdir().unwrap();
    let index = temp.path().join("index");
    let recorder = history(temp.path(), Deaf::No, 1);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut last = 0;
                while last < 301 {
                    let generation = open(&index).unwrap().unwrap().generation;
                    assert!(generation >= last);
                    last = generation;
                }
            });
        }
        (0..300).for_each(|_| drop(change(&index, &recorder, &recorder).unwrap()));
    });
    assert_eq!(open(&index).unwrap().unwrap().generation, 301);
}

#[test]
fn a_loss_of_power_leaves_the_old_index_or_the_new_one() {
    let temp = tempfile::tempdir().unwrap();
    let recorder = history(temp.path(), Deaf::No, 9);
    let mut judge = Judge::default();
    judge.cut(&recorder.events.lock().unwrap(), 0);
    assert!(judge.violations.is_empty(), "{:#?}", judge.violations);
    assert!(judge.images > 5_000 && judge.seen.len() > 300, "{} {}", judge.images, judge.seen.len());
}

#[test]
fn a_loss_of_power_after_a_failure_or_a_kill_leaves_one_of_the_indexes_there_were() {
    let mut judge = Judge::default();
    for commits in [0, 2] {
        for fault in [Fault::Killed, Fault::Done] {
            for at in 0.. {
                let temp = tempfile::tempdir().unwrap();
                let index = temp.path().join("index");
                let recorder = history(temp.path(), Deaf::No, commits);
                let before = recorder.events.lock().unwrap().len();
                let faulty = Faulty::new(&recorder, fault, at);
                let _ = change(&index, &faulty, &recorder);
                change(&index, &recorder, &recorder).unwrap();
                judge.cut(&recorder.events.lock().unwrap(), before);
                if faulty.failed().is_none() {
                    break;
                }
            }
        }
    }
    assert!(judge.violations.is_empty(), "{:#?}", judge.violations);
    assert!(judge.images > 10_000 && judge.seen.len() > 500, "{} {}", judge.images, judge.seen.len());
}

#[test]
fn a_storage_that_forgets_to_sync_is_found_out() {
    for (deaf, what) in [
        (Deaf::Segments, "other bytes"),
        (Deaf::Manifests, "manifest: "),
        (Deaf::Folders, "None and not"),
        (Deaf::Folders, "it is not there"),
    ] {
        let temp = tempfile::tempdir().unwrap();
        let recorder = history(temp.path(), deaf, 2);
        let mut judge = Judge::default();
        judge.cut(&recorder.events.lock().unwrap(), 0);
        assert!(judge.violations.iter().any(|v| v.contains(what)), "{deaf:?}: {:#?}", judge.violations);
    }
}
