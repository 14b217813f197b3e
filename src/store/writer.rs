//! Changing an index: every command is one commit, and what it acknowledges is durable.

use super::{Article, Place, Store, first_manifest};
use crate::document::Document;
use crate::error::{ErrorKind, Reason, Result, Warning};
use crate::index::Prepared;
use crate::index::disk::blocks::Summary;
use crate::index::disk::manifest::{Manifest, SegmentEntry};
use crate::index::disk::record;
use crate::index::disk::storage::{Disk, Folder, NewSegment, WriterLock, WrittenSegment};
use crate::index::disk::writer::{Plot, SegmentWriter, id_key};
use crate::outlet::Outlets;
use crate::prepare::{Preparer, Read, prepare_batches, read_prepared};
use crate::progress::Progress;
use crate::read::{Input, ReadSettings};
use ahash::AHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;

/// Segments of about one size that become one.
const TIER: usize = 8;
/// Bytes used to sort where nothing else is asked for.
const MEMORY: u64 = 1 << 30;
/// Bytes kept for all that is not sorting: batches being read and prepared, blocks being packed, tables of the run.
const RESERVED: u64 = 224 << 20;
/// Least bytes that can be asked for.
const LEAST_MEMORY: u64 = 256 << 20;

/// How an index is written.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct StoreOptions {
    /// Most bytes of memory to use, 256 MiB or more; about 1 GiB where nothing is said. The bytes written do not
    /// depend on it.
    pub memory: Option<u64>,
    /// Keep hashes of words in place of texts. An index is one or the other from its first commit on.
    pub without_text: bool,
}

/// What an addition came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Articles of ids that were not there.
    pub new: u64,
    /// Articles that took the place of another text, or of other metadata, of their id.
    pub replaced: u64,
    /// Articles that were there already.
    pub unchanged: u64,
    /// What was left out or changed on the way in.
    pub warnings: Vec<Warning>,
    /// Why segments were not merged after the commit, which holds all the same. The next one tries again.
    pub unmerged: Option<String>,
}

/// What a removal came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Articles that are gone.
    pub removed: u64,
    /// Ids that the index does not have.
    pub unknown: Vec<String>,
    /// As in [`Added::unmerged`].
    pub unmerged: Option<String>,
}

/// The one that may change an index, until it is dropped.
pub struct StoreWriter {
    lock: WriterLock<'static>,
    folder: PathBuf,
    options: StoreOptions,
    outlets: Outlets,
}

impl StoreWriter {
    /// Takes the right to write to the index in `folder`, which is made where it is not there. Fails at once while
    /// somebody else writes.
    pub fn open(folder: &Path, options: StoreOptions) -> Result<Self> {
        if let Some(memory) = options.memory.filter(|&memory| memory < LEAST_MEMORY) {
            let least = LEAST_MEMORY >> 20;
            return Err(ErrorKind::Settings(format!("--memory {memory}: at least {least}M is needed")).into());
        }
        let mut lock = Folder::create_or_open(folder, &Disk)?.lock()?;
        match lock.manifest() {
            Some(manifest) => {
                super::check_settings(folder, manifest)?;
                if options.without_text && manifest.has_text {
                    let what = "it keeps texts; --no-text is for an index that was made with it".to_owned();
                    return Err(ErrorKind::Format { path: folder.to_owned(), what }.into());
                }
            }
            // The first commit names no segment, so that segments without a manifest are always damage, and never what
            // a killed writer left.
            None => {
                let generation = lock.generation();
                lock.commit(Vec::new(), Manifest { generation, ..first_manifest(!options.without_text) })?;
            }
        }
        Ok(Self { lock, folder: folder.to_owned(), options, outlets: Outlets::builtin() })
    }

    /// The index as of the last commit.
    pub fn store(&self) -> Result<Store> {
        Store::of(&self.folder, self.manifest())
    }

    fn manifest(&self) -> Manifest {
        self.lock.manifest().cloned().unwrap_or_else(|| first_manifest(!self.options.without_text))
    }

    /// Begins to add articles, as one commit. An article whose id is there takes its place; one that is there as it is
    /// changes nothing.
    pub fn begin(&mut self) -> Result<Addition<'_>> {
        let store = self.store()?;
        let builder = Builder::new(&mut self.lock, &self.options, store.has_text())?;
        Ok(Addition {
            writer: self,
            builder,
            store,
            known: AHashMap::new(),
            first: Vec::new(),
            shared: BTreeMap::new(),
            replaced: BTreeSet::new(),
            dropped: Vec::new(),
            record: Vec::new(),
            added: Added::default(),
        })
    }

    /// Removes the articles of `ids`, as one commit.
    pub fn remove(&mut self, ids: &[String]) -> Result<Removed> {
        let store = self.store()?;
        let mut out = Removed::default();
        let mut gone = BTreeSet::new();
        for id in ids {
            match store.find_id(id)? {
                Some(place) => out.removed += u64::from(gone.insert(place)),
                None => out.unknown.push(id.clone()),
            }
        }
        if gone.is_empty() {
            return Ok(out);
        }
        let mut manifest = store.manifest.clone();
        manifest.generation = self.lock.generation();
        remove(&mut manifest, &gone);
        drop(store);
        self.lock.commit(Vec::new(), manifest)?;
        out.unmerged = self.merge_alike().err().map(|error| error.to_string());
        Ok(out)
    }

    /// Makes one segment of all, without what was removed. Returns whether there was anything to do.
    pub fn compact(&mut self) -> Result<bool> {
        let manifest = self.manifest();
        let is_compact = manifest.segments.len() <= 1 && manifest.segments.iter().all(|s| s.removed.is_empty());
        if !is_compact {
            self.merge(&(0..manifest.segments.len()).collect::<Vec<_>>())?;
        }
        Ok(!is_compact)
    }

    /// Merges segments of about one size while there are eight of them, and rewrites those of which more than half is
    /// removed: what an article costs over the years grows with the logarithm of their number.
    fn merge_alike(&mut self) -> Result<()> {
        while let Some(alike) = alike(&self.manifest()) {
            self.merge(&alike)?;
        }
        Ok(())
    }

    /// Replaces the segments at these places, in rising order, by one of their live articles.
    fn merge(&mut self, places: &[usize]) -> Result<()> {
        let store = self.store()?;
        let mut manifest = store.manifest.clone();
        manifest.generation = self.lock.generation();
        let mut writer = Builder::new(&mut self.lock, &self.options, store.has_text())?;
        for &at in places {
            store.for_each_of(at, &mut |Article { mut document, prepared, came_as }| {
                // As it came, so that it is told for the same when it comes again.
                let name = came_as.map(|came_as| std::mem::replace(&mut document.id, came_as));
                let number = writer.segment.push(&document, &prepared, owner(&self.outlets, &document))?;
                name.map_or(Ok(()), |name| writer.segment.rename(number, name))
            })?;
        }
        drop(store);
        let first = places.first().copied().unwrap_or_default();
        let mut at = 0;
        manifest.segments.retain(|_| {
            at += 1;
            !places.contains(&(at - 1))
        });
        let mut written = Vec::new();
        if writer.segment.len() > 0 {
            let (segment, entry) = writer.finish(manifest.generation, Vec::new())?;
            // Where the first of them was: older articles stay before newer ones.
            manifest.segments.insert(first.min(manifest.segments.len()), entry);
            written.push(segment);
        }
        self.lock.commit(written, manifest)
    }
}

/// Places of segments that are to become one, in rising order.
fn alike(manifest: &Manifest) -> Option<Vec<usize>> {
    let mut tiers: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, segment) in manifest.segments.iter().enumerate() {
        let (all, removed) = (u64::from(segment.documents), segment.removed.len() as u64);
        if 2 * removed > all {
            return Some(vec![at]);
        }
        tiers.entry((all - removed).max(1).ilog(TIER as u64)).or_default().push(at);
    }
    tiers.into_values().find(|tier| tier.len() >= TIER)
}

/// Marks articles of a manifest's segments as gone, and drops segments that are left without any.
fn remove(manifest: &mut Manifest, gone: &BTreeSet<Place>) {
    for (at, segment) in (0..).zip(&mut manifest.segments) {
        segment.removed.extend(gone.iter().filter(|place| place.segment == at).map(|place| place.number));
        segment.removed.sort_unstable();
        segment.removed.dedup();
    }
    manifest.segments.retain(|segment| (segment.removed.len() as u64) < u64::from(segment.documents));
}

/// Name of another text of an id.
fn numbered(id: &str, number: u32) -> String {
    format!("{id}#{number}")
}

/// Stands for the owner of an article's outlet; 0 where it names none.
fn owner(outlets: &Outlets, document: &Document) -> u64 {
    let owner = outlets.owner(&document.metadata.source);
    if owner.is_empty() { 0 } else { xxh3_64(owner.as_bytes()).max(1) }
}

/// A segment on its way.
struct Builder {
    segment: SegmentWriter<NewSegment<'static>>,
}

impl Builder {
    fn new(lock: &mut WriterLock<'static>, options: &StoreOptions, text: bool) -> Result<Self> {
        let generation = lock.generation();
        let file = lock.new_segment()?;
        let id = file.id();
        let memory = options.memory.unwrap_or(MEMORY).saturating_sub(RESERVED);
        let plot = Plot {
            path: file.path().to_owned(),
            id,
            generation,
            text,
            memory: usize::try_from(memory).unwrap_or(usize::MAX / 2),
        };
        Ok(Self { segment: SegmentWriter::new(file, plot)? })
    }

    fn finish(self, generation: u64, mut dropped: Vec<u32>) -> Result<(WrittenSegment<'static>, SegmentEntry)> {
        let documents = self.segment.len();
        let (file, Summary { root, .. }) = self.segment.finish()?;
        dropped.sort_unstable();
        let written = file.finish()?;
        let entry =
            SegmentEntry { id: written.id(), len: written.len(), root, generation, documents, removed: dropped };
        Ok((written, entry))
    }
}

/// Articles on their way into an index. Dropped before [`Addition::commit`], it leaves the index as it was.
pub struct Addition<'w> {
    writer: &'w mut StoreWriter,
    builder: Builder,
    /// The index before.
    store: Store,
    /// Articles of this command by the hash of their id: those of two ids that met would be told apart as if they had
    /// one, which loses neither.
    known: AHashMap<u64, u32>,
    /// The first article of each id.
    first: Vec<Newcomer>,
    /// Articles of one id, where there are several.
    shared: BTreeMap<String, Vec<Newcomer>>,
    /// Articles of the store that others take the place of.
    replaced: BTreeSet<Place>,
    /// Articles of the new segment that turn out to be there already.
    dropped: Vec<u32>,
    record: Vec<u8>,
    added: Added,
}

/// An article of this command: in the order of the hashes of their texts those of one id are told apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Newcomer {
    text_hash: u64,
    arrival: Arrival,
}

/// What became of an article of this command.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Arrival {
    /// It was in the store as it is.
    There(Place),
    /// It is in the new segment.
    Written(u32),
}

impl Addition<'_> {
    /// What was left out or changed so far.
    pub fn warnings(&self) -> &[Warning] {
        &self.added.warnings
    }

    /// Adds warnings that came up before reading.
    pub fn warn(&mut self, warnings: Vec<Warning>) {
        self.added.warnings.extend(warnings);
    }

    /// Adds one article.
    pub fn add(&mut self, document: &Document) -> Result<()> {
        self.push(document, &Preparer::default().prepare(document))
    }

    /// Adds articles that are in memory, batch by batch, as [`Detector::add_batches`](crate::Detector::add_batches) does.
    pub fn add_batches(
        &mut self,
        batches: impl IntoIterator<Item = Vec<Document>>,
        progress: &dyn Progress,
    ) -> Result<()> {
        prepare_batches(batches, progress, &mut |document, prepared| self.push(&document, &prepared))
    }

    /// Adds all articles of `inputs`.
    pub fn read(&mut self, inputs: Vec<Input>, settings: ReadSettings, progress: &dyn Progress) -> Result<()> {
        read_prepared(inputs, settings, progress, &mut |read| match read {
            Read::Warnings(warnings) => {
                self.warn(warnings);
                Ok(())
            }
            Read::Article(article) => self.push(&article.document, &article.prepared),
        })
    }

    /// Makes the articles part of the index, and that durable.
    pub fn commit(mut self) -> Result<Added> {
        self.tell_apart()?;
        let Self { writer, builder, store, replaced, dropped, mut added, .. } = self;
        added.warnings.sort();
        let mut manifest = store.manifest.clone();
        drop(store);
        manifest.generation = writer.lock.generation();
        if added.new + added.replaced > 0 {
            remove(&mut manifest, &replaced);
            let (written, entry) = builder.finish(manifest.generation, dropped)?;
            manifest.segments.push(entry);
            writer.lock.commit(vec![written], manifest)?;
            added.unmerged = writer.merge_alike().err().map(|error| error.to_string());
        }
        Ok(added)
    }

    fn push(&mut self, document: &Document, prepared: &Prepared) -> Result<()> {
        let key = id_key(&document.id);
        // The upper half sorts as the whole does.
        let text_hash = (prepared.text_hash >> 64) as u64;
        match self.known.get(&key).copied() {
            None => {
                let arrival = self.arrive(document, prepared)?;
                self.known.insert(key, self.first.len() as u32);
                self.first.push(Newcomer { text_hash, arrival });
            }
            Some(first) => {
                let first = self.first[first as usize];
                let shared = self.shared.get(&document.id).map_or(std::slice::from_ref(&first), Vec::as_slice);
                if shared.iter().any(|other| other.text_hash == text_hash) {
                    let detail = format!("{} came again with the same text; kept once", document.id);
                    self.note(&document.id, Reason::Repeated, detail);
                    return Ok(());
                }
                let arrival = Arrival::Written(self.write(document, prepared)?);
                let all = self.shared.entry(document.id.clone()).or_insert_with(|| vec![first]);
                all.push(Newcomer { text_hash, arrival });
            }
        }
        Ok(())
    }

    fn note(&mut self, id: &str, reason: Reason, detail: String) {
        self.added.warnings.push(Warning { input: id.to_owned(), record: None, reason, detail });
    }

    /// The first article of an id.
    fn arrive(&mut self, document: &Document, prepared: &Prepared) -> Result<Arrival> {
        if let Some(place) = self.store.find_id(&document.id)? {
            if let Some(place) = self.stored(place, document, prepared)? {
                self.added.unchanged += 1;
                return Ok(Arrival::There(place));
            }
            self.replaced.insert(place);
            self.added.replaced += 1;
        } else {
            self.added.new += 1;
        }
        self.write(document, prepared).map(Arrival::Written)
    }

    /// Where the same article is, word for word and in all that is known of it: at `place`, or under another name that
    /// it was given because several came with its id.
    fn stored(&mut self, place: Place, document: &Document, prepared: &Prepared) -> Result<Option<Place>> {
        self.record.clear();
        if self.store.has_text() {
            record::write_text(document, &mut self.record);
        } else {
            record::write_hashes(document, &prepared.hashes, &prepared.paragraphs, &mut self.record);
        }
        let hash = xxh3_64(&self.record);
        let mut place = place;
        for number in 2.. {
            if self.store.segments[place.segment as usize].file.article(place.number)?.hash.get() == hash {
                return Ok(Some(place));
            }
            match self.store.find_id(&numbered(&document.id, number))? {
                Some(next) => place = next,
                None => break,
            }
        }
        Ok(None)
    }

    fn write(&mut self, document: &Document, prepared: &Prepared) -> Result<u32> {
        let owner = owner(&self.writer.outlets, document);
        self.builder.segment.push(document, prepared, owner)
    }

    /// Gives articles of one id ids of their own, in the order of their texts' hashes, and finds out which of them are
    /// new under that id.
    fn tell_apart(&mut self) -> Result<()> {
        for (id, mut articles) in std::mem::take(&mut self.shared) {
            articles.sort_unstable();
            // What the first to come was taken for is decided again.
            let there = self.store.find_id(&id)?;
            if articles.iter().any(|a| matches!(a.arrival, Arrival::There(_))) {
                self.added.unchanged -= 1;
            } else if let Some(place) = there {
                self.replaced.remove(&place);
                self.added.replaced -= 1;
            } else {
                self.added.new -= 1;
            }
            let mut number = 2;
            for (at, newcomer) in articles.into_iter().enumerate() {
                let mut name = id.clone();
                if at > 0 {
                    while name == id || self.is_taken(&name, &id)? {
                        name = numbered(&id, number);
                        number += 1;
                    }
                    self.note(&id, Reason::DuplicateId, format!("another text of this id is kept as {name}"));
                }
                self.settle(&id, name, newcomer.arrival)?;
            }
        }
        Ok(())
    }

    /// Whether an article that did not come as `id` has `name`.
    fn is_taken(&self, name: &str, id: &str) -> Result<bool> {
        if self.known.contains_key(&id_key(name)) {
            return Ok(true);
        }
        let Some(place) = self.store.find_id(name)? else { return Ok(false) };
        Ok(self.store.read_one(place)?.came_as.is_none_or(|came_as| came_as != id))
    }

    /// Keeps an article that came as `id` under `name`.
    fn settle(&mut self, id: &str, name: String, arrival: Arrival) -> Result<()> {
        let there = self.store.find_id(&name)?;
        let number = match arrival {
            Arrival::There(place) if there == Some(place) => {
                self.added.unchanged += 1;
                return Ok(());
            }
            Arrival::There(place) => {
                // It is in the store under another name than it has now.
                let Article { document, prepared, .. } = self.store.read_one(place)?;
                self.write(&Document { id: id.to_owned(), ..document }, &prepared)?
            }
            Arrival::Written(number) => number,
        };
        if name != id {
            self.builder.segment.rename(number, name)?;
        }
        let Some(place) = there else {
            self.added.new += 1;
            return Ok(());
        };
        let row = self.store.segments[place.segment as usize].file.article(place.number)?;
        if row.hash.get() == self.builder.segment.hash(number) {
            self.added.unchanged += 1;
            self.dropped.push(number);
        } else {
            self.added.replaced += 1;
            self.replaced.insert(place);
        }
        Ok(())
    }
}
