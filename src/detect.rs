//! The whole walk, room by room: the only file that names them all.

use crate::align::{Aligned, align};
use crate::candidate::Candidates;
use crate::cluster::clusters;
use crate::document::{Document, Metadata};
use crate::error::{Error, ErrorKind, Reason, Result, Warning};
use crate::index::{Index, MemoryLimit, Prepared, SegmentBuilder};
use crate::judge::{Furniture, Grouped, judge, read_credits};
use crate::passage::passages;
use crate::prepare::{Preparer, prepare_batches, read_pieces};
use crate::progress::{Progress, Stage};
use crate::read::{Input, ReadSettings};
use crate::report::{Counts, Report, Run, assemble};
use crate::settings::{SameSource, Settings};
use crate::store::Store;
use ahash::AHashMap;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use xxhash_rust::xxh3::xxh3_128;

/// Takes articles in, then reports on all of them together.
#[derive(Debug)]
pub struct Detector {
    settings: Settings,
    builder: SegmentBuilder,
    described: Vec<(String, Metadata)>,
    /// The first article of each id, by XXH3-128 of the id: half the memory of the ids themselves.
    first: AHashMap<u128, u32>,
    /// The other articles of an id, where there are several.
    more: BTreeMap<u128, Vec<u32>>,
    /// Hash of each article's text.
    texts: Vec<u128>,
    warnings: Vec<Warning>,
    counts: Counts,
    /// Ids that were given to tell articles apart, sorted.
    renamed: Vec<String>,
    forgets_candidates: bool,
}

impl Detector {
    /// Fails where a setting is out of its range.
    pub fn new(settings: Settings) -> Result<Self> {
        settings.check()?;
        Ok(Self {
            settings,
            builder: SegmentBuilder::default(),
            described: Vec::new(),
            first: AHashMap::new(),
            more: BTreeMap::new(),
            texts: Vec::new(),
            warnings: Vec::new(),
            counts: Counts::default(),
            renamed: Vec::new(),
            forgets_candidates: false,
        })
    }

    /// Keeps the articles in files as soon as they outgrow the memory that `limit` allows. To be said before any article
    /// is taken in; without it, all stay in memory. The report is the same.
    pub fn with_memory_limit(mut self, limit: MemoryLimit) -> Self {
        self.builder = SegmentBuilder::with_memory_limit(limit);
        self
    }

    /// Gives back the memory of signatures and fingerprints once nothing is looked for by them. The report is the same, but
    /// its [`Report::index`] has none, and no pair of it can be explained.
    pub fn without_candidates(mut self) -> Self {
        self.forgets_candidates = true;
        self
    }

    /// Adds warnings that came up before reading.
    pub fn warn(&mut self, warnings: Vec<Warning>) {
        self.warnings.extend(warnings);
    }

    /// What was left out or changed so far.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Whether an article of this id was taken in.
    pub(crate) fn knows(&self, id: &str) -> bool {
        self.first.contains_key(&id_key(id))
    }

    /// Number of articles taken in.
    pub fn len(&self) -> usize {
        self.described.len()
    }

    /// Whether no article was taken in.
    pub fn is_empty(&self) -> bool {
        self.described.is_empty()
    }

    /// Reads all inputs: one thread reads, the others parse, cut, fingerprint and sign.
    pub fn read(&mut self, inputs: Vec<Input>, settings: ReadSettings, progress: &dyn Progress) -> Result<()> {
        read_pieces(inputs, settings, progress, &mut |batch| {
            self.warnings.append(&mut batch.warnings);
            let mut from = 0; // of the articles that are to be appended
            for (at, (id, metadata, text)) in batch.described.drain(..).enumerate() {
                let counts = batch.piece.counts(at..at + 1);
                let taken_in = self.take_in(id, metadata, text, batch.piece.text_len(at), counts);
                if !matches!(taken_in, Ok(true)) {
                    self.builder.append(&batch.piece, from..at)?;
                    from = at + 1;
                    taken_in?;
                }
            }
            self.builder.append(&batch.piece, from..batch.piece.len())
        })
    }

    /// Adds articles that are in memory, batch by batch and in their order: while one batch is prepared on all threads,
    /// the one before is taken in. `progress` hears of bytes.
    pub fn add_batches(
        &mut self,
        batches: impl IntoIterator<Item = Vec<Document>>,
        progress: &dyn Progress,
    ) -> Result<()> {
        progress.stage(Stage::Read, 0);
        prepare_batches(batches, progress, &mut |document, prepared| self.push(document, &prepared))
    }

    /// Adds one article.
    pub fn add(&mut self, document: Document) -> Result<()> {
        let prepared = Preparer::default().prepare(&document);
        self.push(document, &prepared)
    }

    /// Takes in all articles of an index but those whose ids were taken in before, which replace them. Fails where the
    /// index keeps no texts.
    pub fn read_store(&mut self, store: &Store, progress: &dyn Progress) -> Result<()> {
        if !store.has_text() {
            let what =
                "it keeps no texts (--no-text), and a report shows them; ask it with `wirecopy query`".to_owned();
            return Err(ErrorKind::Format { path: store.folder().to_owned(), what }.into());
        }
        progress.stage(Stage::Load, store.len());
        store.for_each(&mut |article| {
            progress.advance(1);
            stop_if(progress)?;
            if self.knows(&article.document.id) {
                return Ok(());
            }
            self.push(article.document, &article.prepared)
        })
    }

    pub(crate) fn push(&mut self, mut document: Document, prepared: &Prepared) -> Result<()> {
        let counts = [prepared.tokens.len(), prepared.paragraphs.len(), prepared.fingerprints.len()];
        let (id, metadata) = (std::mem::take(&mut document.id), std::mem::take(&mut document.metadata));
        if self.take_in(id, metadata, prepared.text_hash, document.text.len(), counts.map(|count| count as u64))? {
            self.builder.push(&document, prepared)?;
        }
        Ok(())
    }

    /// Notes an article that is to be appended, with its numbers of words, paragraphs and fingerprints. False for one that
    /// was taken in before: then nothing is to be appended.
    fn take_in(&mut self, id: String, metadata: Metadata, text: u128, bytes: usize, counts: [u64; 3]) -> Result<bool> {
        if bytes >= u32::MAX as usize {
            return Err(Error::from(ErrorKind::Limit(format!("{id}: a text of {bytes} bytes; at most 4 GiB fit"))));
        }
        let place = self.described.len() as u32;
        match self.first.entry(id_key(&id)) {
            Entry::Vacant(entry) => {
                entry.insert(place);
            }
            Entry::Occupied(entry) => {
                let more = self.more.entry(*entry.key()).or_default();
                if more.iter().chain([entry.get()]).any(|&same| self.texts[same as usize] == text) {
                    let detail = format!("{id} came again with the same text; kept once");
                    self.warnings.push(warning(&id, Reason::Repeated, detail));
                    return Ok(false);
                }
                more.push(place);
            }
        }
        self.texts.push(text);
        let [words, paragraphs, fingerprints] = counts;
        self.counts.articles += 1;
        self.counts.words += words;
        self.counts.paragraphs += paragraphs;
        self.counts.fingerprints += fingerprints;
        self.described.push((id, metadata));
        Ok(true)
    }

    /// Ids of the articles of which the text has this hash, with their places, sorted, until they are told apart.
    pub(crate) fn with_text(&self, hash: u128) -> Vec<(&str, u32)> {
        let same = self.ids().zip(0..).zip(&self.texts).filter(|(_, text)| **text == hash);
        let mut out: Vec<(&str, u32)> = same.map(|(article, _)| article).collect();
        out.sort_unstable();
        out
    }

    /// Ids of all articles, in the order in which they were taken in.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.described.iter().map(|(id, _)| id.as_str())
    }

    /// Gives articles of one id ids of their own, in the order of their texts' hashes. Nothing may be added after.
    pub(crate) fn tell_apart(&mut self) {
        let first = std::mem::take(&mut self.first);
        let mut shared: Vec<(String, Vec<(u128, u32)>)> = Vec::new();
        for (key, mut places) in std::mem::take(&mut self.more) {
            places.extend(first.get(&key));
            let id = self.described[places[0] as usize].0.clone();
            shared.push((id, places.into_iter().map(|place| (self.texts[place as usize], place)).collect()));
        }
        shared.retain(|(_, articles)| articles.len() > 1);
        shared.sort();
        let mut taken: BTreeSet<String> = if shared.is_empty() {
            Default::default()
        } else {
            self.described.iter().map(|(id, _)| id.clone()).collect()
        };
        let mut changed = Vec::new();
        for (id, mut articles) in shared {
            articles.sort_unstable();
            let mut number = 2;
            for &(_, place) in &articles[1..] {
                let other = another_id(&id, &mut number, &mut taken);
                self.described[place as usize].0.clone_from(&other);
                self.warnings.push(warning(
                    &id,
                    Reason::DuplicateId,
                    format!("another text of this id is kept as {other}"),
                ));
                changed.push(other);
            }
        }
        self.renamed.extend(changed);
        self.renamed.sort();
    }

    /// Finds, aligns and judges all that the articles share.
    pub fn report(self, progress: &dyn Progress) -> Result<Report> {
        self.report_on(None, progress)
    }

    /// As [`Detector::report`], of pairs that at least one of some articles takes part in: those that were taken in at
    /// `places`, from 0.
    pub(crate) fn report_on(mut self, places: Option<&[u32]>, progress: &dyn Progress) -> Result<Report> {
        stop_if(progress)?;
        progress.stage(Stage::Group, 0);
        self.tell_apart();
        let mut index = Index::new(self.builder, self.described, &self.settings.outlets)?;
        let mut focus = vec![false; if places.is_some() { index.len() } else { 0 }];
        places.unwrap_or_default().iter().for_each(|&place| focus[index.rank(place).at()] = true);
        // What grouping leaves of the threads reads credits meanwhile.
        let (candidates, credits) = rayon::join(
            || Candidates::find_among(&index, &self.settings, focus),
            || read_credits(&index, &self.settings.outlets),
        );
        let signatures = self.forgets_candidates.then(|| index.take_signatures());
        stop_if(progress)?;
        progress.stage(Stage::Align, index.len() as u64);
        // To give back very much memory takes a while: one thread does, and the others go on.
        let ((), aligned) = rayon::join(|| drop(signatures), || align(&index, &candidates, &self.settings, progress));
        let Aligned { mut found, lsh, fingerprint, repeats, bounded } = aligned;
        stop_if(progress)?;
        progress.stage(Stage::Judge, 0);
        let stars = candidates.star_counts;
        // Versions of a text are told before an outlet's own words are left out: what they share is no furniture.
        let versions = (self.settings.same_source == SameSource::Skip).then(|| {
            let versions = clusters(&index, &found);
            found.retain(|f| f.a != f.b && !index.same_outlet(f.a, f.b));
            versions
        });
        let ((), ((passages, passage_of), clusters)) =
            rayon::join(|| drop(candidates), || rayon::join(|| passages(&index, &found), || clusters(&index, &found)));
        let versions = versions.as_ref().unwrap_or(&clusters);
        let furniture = Furniture::learn(&index, &found, versions, &self.settings.boilerplate);
        let fingerprints = self.forgets_candidates.then(|| index.take_fingerprints());
        let grouped = Grouped { passages: &passages, passage_of: &passage_of, clusters: &clusters };
        let ((), judgement) =
            rayon::join(|| drop(fingerprints), || judge(&index, &found, grouped, credits, &furniture, &self.settings));
        self.counts.lsh = lsh;
        self.counts.fingerprint = fingerprint;
        self.counts.star_fingerprints = stars.fingerprints;
        self.counts.star_buckets = stars.buckets;
        self.counts.repeats = repeats;
        self.counts.bounded_pairs = bounded;
        self.warnings.sort();
        let run = Run { settings: self.settings, counts: self.counts, warnings: self.warnings };
        Ok(assemble(index, found, passages, passage_of, clusters, judgement, &self.renamed, run))
    }
}

/// An id of its own for another article of this one: with the next number that gives one which is not taken.
pub(crate) fn another_id(id: &str, number: &mut u32, taken: &mut BTreeSet<String>) -> String {
    loop {
        let other = format!("{id}#{number}");
        *number += 1;
        if taken.insert(other.clone()) {
            return other;
        }
    }
}

fn stop_if(progress: &dyn Progress) -> Result<()> {
    if progress.is_stopped() { Err(ErrorKind::Stopped.into()) } else { Ok(()) }
}

/// What an id is known by.
fn id_key(id: &str) -> u128 {
    xxh3_128(id.as_bytes())
}

fn warning(id: &str, reason: Reason, detail: String) -> Warning {
    Warning { input: id.to_string(), record: None, reason, detail }
}
