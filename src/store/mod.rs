//! An index on disk as people know it: articles are added, replaced, removed, searched; it is compacted and verified.
//! Knows nothing of what articles share.
//!
//! A [`Store`] is what a reader sees: one generation throughout, whatever a writer does meanwhile. A [`StoreWriter`]
//! is the one that may change it.

mod search;
mod stats;
mod writer;

pub(crate) use search::Rumours;
pub use stats::{PartBytes, Stats};
pub use writer::{Added, Addition, Removed, StoreOptions, StoreWriter};

use crate::document::{Document, Paragraph};
use crate::error::{Error, ErrorKind, Result};
use crate::index::disk::file::SegmentFile;
use crate::index::disk::manifest::Manifest;
use crate::index::disk::record::{Record, Words, stand_in};
use crate::index::disk::storage::{LOCK, check_newest, read_index, segment_path};
use crate::index::disk::texts::Unpacker;
use crate::index::{Places, Prepared};
use crate::prepare::Preparer;
use crate::settings::Settings;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Articles that are prepared together, at most so many and so many bytes, and those that a thread takes at a time.
const TOGETHER: usize = 2048;
const TOGETHER_BYTES: u64 = 8 << 20;
const EACH: usize = 64;

/// One generation of an index, open for reading.
pub struct Store {
    folder: PathBuf,
    manifest: Manifest,
    segments: Vec<Live>,
}

/// A segment and the articles of it that are gone.
struct Live {
    file: SegmentFile,
    removed: Vec<u32>,
}

impl Live {
    fn holds(&self, number: u32) -> bool {
        self.removed.binary_search(&number).is_err()
    }

    fn live(&self) -> u32 {
        self.file.documents().saturating_sub(self.removed.len() as u32)
    }
}

/// Where an article of a store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    segment: u32,
    number: u32,
}

/// Whether `path` is the folder of an index.
pub fn is_store(path: &Path) -> bool {
    path.join(crate::index::disk::manifest::MANIFEST).is_file()
}

impl Store {
    /// Opens the newest generation of the index in `folder`.
    pub fn open(folder: &Path) -> Result<Self> {
        let none = || {
            let what = "there is no index; `wirecopy index add` makes one".to_owned();
            ErrorKind::Format { path: folder.to_owned(), what }
        };
        match fs::metadata(folder) {
            Ok(found) if found.is_dir() => {}
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(Error::io(folder, e)),
            _ => return Err(none().into()),
        }
        match read_index(folder, |manifest| Self::of(folder, manifest.clone()))? {
            Some(opened) => Ok(opened),
            // A first commit that did not come to its end leaves an index without articles.
            None if folder.join(LOCK).exists() => Self::of(folder, first_manifest(true)),
            None => Err(none().into()),
        }
    }

    fn of(folder: &Path, manifest: Manifest) -> Result<Self> {
        check_settings(folder, &manifest)?;
        let mut segments = Vec::with_capacity(manifest.segments.len());
        for entry in &manifest.segments {
            let path = segment_path(folder, entry.id);
            let file = SegmentFile::open(&path, entry)?;
            if file.has_text() != manifest.has_text {
                return Err(Error::damaged(&path, "it is of an index of another kind"));
            }
            segments.push(Live { file, removed: entry.removed.clone() });
        }
        Ok(Self { folder: folder.to_owned(), manifest, segments })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Counts the commits that led here.
    pub fn generation(&self) -> u64 {
        self.manifest.generation
    }

    /// Number of articles.
    pub fn len(&self) -> u64 {
        self.segments.iter().map(|segment| u64::from(segment.live())).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The article of an id, if there is one. Fails where the index keeps no texts.
    pub fn article(&self, id: &str) -> Result<Option<Document>> {
        if !self.has_text() {
            let what = "it keeps no texts (--no-text), so its articles cannot be read back".to_owned();
            return Err(ErrorKind::Format { path: self.folder.clone(), what }.into());
        }
        let place = self.find_id(id)?;
        place.map(|place| self.read_one(place).map(|article| article.document)).transpose()
    }

    /// Whether texts are kept, or only hashes of their words.
    pub fn has_text(&self) -> bool {
        self.manifest.has_text
    }

    /// Reads every byte and every article, and compares them with their checksums. `progress` hears of bytes.
    pub fn verify(&self, progress: &mut dyn FnMut(u64)) -> Result<()> {
        check_newest(&self.folder)?;
        self.segments.iter().try_for_each(|segment| segment.file.verify(progress))
    }

    /// Bytes of all segments.
    pub fn bytes(&self) -> u64 {
        self.manifest.segments.iter().map(|entry| entry.len).sum()
    }

    /// The live article of an id.
    fn find_id(&self, id: &str) -> Result<Option<Place>> {
        for (at, segment) in self.segments.iter().enumerate() {
            if let Some(number) = segment.file.with_id(id)?.into_iter().find(|&number| segment.holds(number)) {
                return Ok(Some(Place { segment: at as u32, number }));
            }
        }
        Ok(None)
    }

    /// All live articles, prepared, segment by segment.
    pub(crate) fn for_each(&self, sink: &mut dyn FnMut(Article) -> Result<()>) -> Result<()> {
        (0..self.segments.len()).try_for_each(|at| self.for_each_of(at, sink))
    }

    fn for_each_of(&self, at: usize, sink: &mut dyn FnMut(Article) -> Result<()>) -> Result<()> {
        let segment = &self.segments[at];
        let (mut together, mut bytes) = (Vec::new(), 0);
        for number in (0..segment.file.documents()).filter(|&number| segment.holds(number)) {
            together.push(Place { segment: at as u32, number });
            bytes += u64::from(segment.file.article(number)?.len.get());
            if together.len() == TOGETHER || bytes >= TOGETHER_BYTES {
                self.prepare(&together, &|_| None)?.into_iter().try_for_each(&mut *sink)?;
                together.clear();
                bytes = 0;
            }
        }
        self.prepare(&together, &|_| None)?.into_iter().try_for_each(sink)
    }

    /// Reads and prepares one article.
    fn read_one(&self, place: Place) -> Result<Article> {
        let file = &self.segments[place.segment as usize].file;
        let record = file.record(place.number, &mut file.unpacker()?)?;
        Ok(article(&mut Preparer::default(), record, file.alias(place.number), &|_| None))
    }

    /// Reads and prepares articles, in the order given. Where texts are not kept, `words` says how a token reads.
    fn prepare<'w>(&self, places: &[Place], words: &(dyn Fn(u32) -> Option<&'w str> + Sync)) -> Result<Vec<Article>> {
        let parts: Vec<Result<Vec<Article>>> = places
            .par_chunks(EACH.min(places.len() / (2 * rayon::current_num_threads()) + 1))
            .map_init(Preparer::default, |preparer, places| {
                let mut out = Vec::with_capacity(places.len());
                let mut unpacker: Option<(u32, Unpacker<'_>)> = None;
                for place in places {
                    let file = &self.segments[place.segment as usize].file;
                    if unpacker.as_ref().is_none_or(|(segment, _)| *segment != place.segment) {
                        unpacker = Some((place.segment, file.unpacker()?));
                    }
                    if let Some((_, unpacker)) = &mut unpacker {
                        let record = file.record(place.number, unpacker)?;
                        out.push(article(preparer, record, file.alias(place.number), words));
                    }
                }
                Ok(out)
            })
            .collect();
        let mut out = Vec::with_capacity(places.len());
        for part in parts {
            out.append(&mut part?);
        }
        Ok(out)
    }
}

/// An article of a store, read and prepared.
pub(crate) struct Article {
    /// The article, by the id under which it is kept.
    pub(crate) document: Document,
    /// What is computed of it.
    pub(crate) prepared: Prepared,
    /// Id with which it came, where it is kept under another.
    came_as: Option<String>,
}

fn article<'w>(
    preparer: &mut Preparer,
    record: Record,
    alias: Option<&str>,
    words: &(dyn Fn(u32) -> Option<&'w str> + Sync),
) -> Article {
    let (mut document, prepared) = prepared(preparer, record, words);
    let came_as = alias.map(|alias| std::mem::replace(&mut document.id, alias.to_owned()));
    Article { document, prepared, came_as }
}

fn prepared<'w>(
    preparer: &mut Preparer,
    record: Record,
    words: &(dyn Fn(u32) -> Option<&'w str> + Sync),
) -> (Document, Prepared) {
    match &record.words {
        Words::Text { .. } => {
            let Record { id, metadata, words } = record;
            let (text, body_start) = match words {
                Words::Text { text, body_start } => (text, body_start),
                Words::Hashes { .. } => Default::default(),
            };
            let document = Document { id, metadata, text, body_start };
            let prepared = preparer.prepare(&document);
            (document, prepared)
        }
        Words::Hashes { tokens, paragraphs } => {
            let (document, spans, laid): (_, _, Vec<Paragraph>) = stand_in(&record, tokens, paragraphs, words);
            let prepared = preparer.prepare_tokens(tokens.clone(), Places::new(&spans, 0), laid);
            (document, prepared)
        }
    }
}

/// Of an index before its first commit.
fn first_manifest(has_text: bool) -> Manifest {
    let settings = Settings::format_ids().map(|(name, id)| (name.to_owned(), id)).to_vec();
    Manifest { generation: 0, settings, has_text, segments: Vec::new() }
}

/// Refuses an index whose tokens, shingles or signatures are made in another way, and names what differs.
fn check_settings(folder: &Path, manifest: &Manifest) -> Result<()> {
    let ours = Settings::format_ids().map(|(name, id)| (name.to_owned(), id));
    for (name, id) in &ours {
        let theirs = manifest.settings.iter().find(|(other, _)| other == name).map_or("none", |(_, id)| id);
        if theirs != id {
            let what = format!(
                "built with {name} {theirs}, and this wirecopy has {name} {id}: use the one that built it, or build the \
                 index anew with `wirecopy index add`"
            );
            return Err(ErrorKind::Format { path: folder.to_owned(), what }.into());
        }
    }
    Ok(())
}
