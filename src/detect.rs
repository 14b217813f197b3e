//! The whole walk, room by room: the only file that names them all.

use crate::align::{Aligner, Evidence, Overlap, Place, Text, polish};
use crate::candidate::{Candidates, Seed};
use crate::document::{ByteSpan, Document, DocumentIndex, Metadata, Paragraph};
use crate::error::{Error, ErrorKind, Reason, Result, Warning};
use crate::index::{Index, Prepared, SegmentBuilder};
use crate::judge::{Found, sheets};
use crate::passage::passages;
use crate::prepare::Preparer;
use crate::read::{Batch, Input, ReadSettings, Reader};
use crate::report::{Channel, Counts, Report, Run, assemble};
use crate::settings::Settings;
use crate::text::Boundaries;
use ahash::AHashMap;
use rayon::prelude::*;

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading, tokenizing and signing; counted in bytes.
    Read,
    /// Sorting fingerprints and grouping what is alike.
    Group,
    /// Aligning candidates; counted in articles.
    Align,
    /// Judging and grouping what was found.
    Judge,
    /// Writing tables; counted in tables.
    Write,
}

impl Stage {
    /// Name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Group => "group",
            Self::Align => "align",
            Self::Judge => "judge",
            Self::Write => "write",
        }
    }
}

/// Hears how far a run is.
pub trait Progress: Sync {
    /// A stage begins, with so much to do; 0 where that is not known.
    fn stage(&self, stage: Stage, total: u64) {
        let _ = (stage, total);
    }

    /// So much more is done.
    fn advance(&self, by: u64) {
        let _ = by;
    }
}

/// Hears nothing.
impl Progress for () {}

/// Takes articles in, then reports on all of them together.
#[derive(Debug)]
pub struct Detector {
    settings: Settings,
    builder: SegmentBuilder,
    described: Vec<(String, Metadata)>,
    /// Articles by id, with the hash of their text.
    known: AHashMap<String, Vec<(u128, u32)>>,
    warnings: Vec<Warning>,
    counts: Counts,
}

impl Detector {
    /// Fails where a setting is out of its range.
    pub fn new(settings: Settings) -> Result<Self> {
        settings.check()?;
        Ok(Self {
            settings,
            builder: SegmentBuilder::default(),
            described: Vec::new(),
            known: AHashMap::new(),
            warnings: Vec::new(),
            counts: Counts::default(),
        })
    }

    /// Adds warnings that came up before reading.
    pub fn warn(&mut self, warnings: Vec<Warning>) {
        self.warnings.extend(warnings);
    }

    /// What was left out or changed so far.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
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
        let mut reader = Reader::new(inputs, settings.clone());
        progress.stage(Stage::Read, reader.total_bytes());
        // One thread reads, the pool prepares, this one appends: all at the same time, in the order of the input.
        let (read, batches) = std::sync::mpsc::sync_channel(2);
        let (prepare, prepared) = std::sync::mpsc::sync_channel(2);
        let settings = &settings;
        std::thread::scope(|scope| {
            scope.spawn(move || {
                loop {
                    let batch = reader.next_batch();
                    let last = !matches!(batch, Ok(Some(_)));
                    if read.send(batch).is_err() || last {
                        return;
                    }
                }
            });
            scope.spawn(move || {
                for batch in batches {
                    let batch = batch.map(|batch| batch.map(|batch| prepare_batch(batch, settings)));
                    if prepare.send(batch).is_err() {
                        return;
                    }
                }
            });
            for batch in prepared {
                let Some(batch) = batch? else { break };
                self.warnings.extend(batch.warnings);
                for PreparedRecord { document, warnings } in batch.records {
                    self.warnings.extend(warnings);
                    if let Some((document, prepared)) = document {
                        self.push(document, &prepared)?;
                    }
                }
                progress.advance(batch.bytes);
            }
            Ok(())
        })
    }

    /// Adds one article.
    pub fn add(&mut self, document: Document) -> Result<()> {
        let prepared = Preparer::default().prepare(&document);
        self.push(document, &prepared)
    }

    fn push(&mut self, document: Document, prepared: &Prepared) -> Result<()> {
        if document.text.len() >= u32::MAX as usize {
            return Err(Error::from(ErrorKind::Limit(format!(
                "{}: a text of {} bytes; at most 4 GiB fit",
                document.id,
                document.text.len()
            ))));
        }
        let hash = prepared.text_hash;
        let place = self.described.len() as u32;
        if let Some(same) = self.known.get_mut(&document.id) {
            if same.iter().any(|&(h, _)| h == hash) {
                let detail = format!("{} came again with the same text; kept once", document.id);
                self.warnings.push(warning(&document.id, Reason::Repeated, detail));
                return Ok(());
            }
            same.push((hash, place));
        } else {
            self.known.insert(document.id.clone(), vec![(hash, place)]);
        }
        self.counts.articles += 1;
        self.counts.words += prepared.tokens.len() as u64;
        self.counts.paragraphs += prepared.paragraphs.len() as u64;
        self.counts.fingerprints += prepared.fingerprints.len() as u64;
        self.builder.push(&document, prepared)?;
        self.described.push((document.id, document.metadata));
        Ok(())
    }

    /// Gives articles of one id ids of their own, in the order of their texts' hashes. Returns which were changed.
    fn tell_apart(&mut self) -> Vec<String> {
        let mut shared: Vec<(String, Vec<(u128, u32)>)> =
            self.known.drain().filter(|(_, articles)| articles.len() > 1).collect();
        shared.sort();
        let mut taken: std::collections::BTreeSet<String> = if shared.is_empty() {
            Default::default()
        } else {
            self.described.iter().map(|(id, _)| id.clone()).collect()
        };
        let mut changed = Vec::new();
        for (id, mut articles) in shared {
            articles.sort_unstable();
            let mut number = 2;
            for &(_, place) in &articles[1..] {
                let mut other = format!("{id}#{number}");
                while !taken.insert(other.clone()) {
                    number += 1;
                    other = format!("{id}#{number}");
                }
                number += 1;
                self.described[place as usize].0.clone_from(&other);
                self.warnings.push(warning(
                    &id,
                    Reason::DuplicateId,
                    format!("another text of this id is kept as {other}"),
                ));
                changed.push(other);
            }
        }
        changed.sort();
        changed
    }

    /// Finds, aligns and judges all that the articles share.
    pub fn report(mut self, progress: &dyn Progress) -> Result<Report> {
        progress.stage(Stage::Group, 0);
        let renamed = self.tell_apart();
        let index = Index::new(self.builder.finish(), self.described)?;
        let candidates = Candidates::find(&index, &self.settings);
        progress.stage(Stage::Align, index.len() as u64);
        let Part { found, lsh, fingerprint, repeats } = align(&index, &candidates, &self.settings, progress);
        progress.stage(Stage::Judge, 0);
        let stars = candidates.star_counts;
        drop(candidates);
        let sheets = sheets(&index, &found);
        let (passages, passage_of) = passages(&index, &found);
        let clusters = crate::cluster::clusters(&index, &found);
        self.counts.lsh = lsh;
        self.counts.fingerprint = fingerprint;
        self.counts.star_fingerprints = stars.fingerprints;
        self.counts.star_buckets = stars.buckets;
        self.counts.repeats = repeats;
        self.warnings.sort();
        let run = Run { settings: self.settings, counts: self.counts, warnings: self.warnings };
        Ok(assemble(index, found, sheets, passages, passage_of, clusters, &renamed, run))
    }
}

/// A batch, parsed and prepared, in the order of the input.
struct PreparedBatch {
    bytes: u64,
    warnings: Vec<Warning>,
    records: Vec<PreparedRecord>,
}

/// A record: its article, if there is one, and what is wrong with it.
struct PreparedRecord {
    document: Option<(Document, Prepared)>,
    warnings: Vec<Warning>,
}

fn prepare_batch(mut batch: Batch, settings: &ReadSettings) -> PreparedBatch {
    let warnings = batch.warnings();
    let records = batch
        .records()
        .par_iter()
        .map_init(Preparer::default, |preparer, record| {
            let parsed = record.parse(settings);
            let document = parsed.document.map(|document| {
                let prepared = preparer.prepare(&document);
                (document, prepared)
            });
            PreparedRecord { document, warnings: parsed.warnings }
        })
        .collect();
    PreparedBatch { bytes: batch.bytes(), warnings, records }
}

fn warning(id: &str, reason: Reason, detail: String) -> Warning {
    Warning { input: id.to_string(), record: None, reason, detail }
}

/// Aligns every candidate pair. Overlaps come in the order of (later article, earlier article, place).
fn align(index: &Index, candidates: &Candidates, settings: &Settings, progress: &dyn Progress) -> Part {
    let documents: Vec<DocumentIndex> = index.documents().collect();
    let parts: Vec<Part> = documents
        .par_iter()
        .with_max_len(64)
        .map_init(Worker::default, |worker, &document| {
            let part = worker.align(index, candidates, settings, document);
            progress.advance(1);
            part
        })
        .collect();
    let mut all = Part::default();
    all.found.reserve(parts.iter().map(|p| p.found.len()).sum());
    for mut part in parts {
        all.found.append(&mut part.found);
        all.repeats += part.repeats;
        for (total, one) in [(&mut all.lsh, part.lsh), (&mut all.fingerprint, part.fingerprint)] {
            total.proposed += one.proposed;
            total.survived += one.survived;
        }
    }
    all
}

/// What the pairs of one later article gave, or those of all.
#[derive(Default)]
struct Part {
    found: Vec<Found>,
    lsh: Channel,
    fingerprint: Channel,
    repeats: u64,
}

/// Buffers of one thread.
#[derive(Default)]
struct Worker {
    seeds: Vec<Seed>,
    places: Vec<Place>,
    other: Vec<ByteSpan>,
}

impl Worker {
    fn align(&mut self, index: &Index, candidates: &Candidates, settings: &Settings, b: DocumentIndex) -> Part {
        let mut part = Part::default();
        self.seeds.clear();
        candidates.seeds(index, b, &mut self.seeds);
        let proposals = candidates.proposals(b);
        if self.seeds.is_empty() && proposals.is_empty() {
            return part;
        }
        let seeds = std::mem::take(&mut self.seeds);
        let mut work = PairWork {
            index,
            b,
            least: settings.min_half_words(),
            aligner: Aligner::new(index.tokens(b), settings.min_half_words()),
            own: None,
            starred: Vec::new(),
        };
        for of_pair in seeds.chunk_by(|x, y| x.other == y.other) {
            let a = of_pair[0].other;
            let banded = proposals.binary_search(&a).is_ok();
            let star = of_pair.iter().all(|s| s.star);
            self.places.clear();
            self.places.extend(of_pair.iter().map(|s| (s.other_position, s.position())));
            let found = work.pair(self, a, Evidence { banded, star: star && !banded });
            if of_pair.iter().any(|s| s.star) {
                work.remember_star(&found);
            }
            let survived = u64::from(!found.is_empty());
            part.fingerprint.proposed += 1;
            part.fingerprint.survived += survived;
            if banded {
                part.lsh.proposed += 1;
                part.lsh.survived += survived;
            }
            part.found.extend(found.into_iter().map(|overlap| Found { a, b, overlap }));
        }
        for &a in proposals.iter().filter(|&&a| seeds.binary_search_by(|s| s.other.cmp(&a)).is_err()) {
            self.places.clear();
            let mut found = work.pair(self, a, Evidence { banded: true, star: false });
            found.retain(|overlap| !work.is_starred(overlap));
            part.lsh.proposed += 1;
            part.lsh.survived += u64::from(!found.is_empty());
            part.found.extend(found.into_iter().map(|overlap| Found { a, b, overlap }));
        }
        part.repeats = work.aligner.left_out();
        self.seeds = seeds;
        part
    }
}

/// The pairs of one later article.
struct PairWork<'a> {
    index: &'a Index,
    b: DocumentIndex,
    least: u32,
    aligner: Aligner<'a>,
    /// Places and paragraphs of the later article's tokens, read once it has an overlap.
    own: Option<(Vec<ByteSpan>, Vec<Paragraph>)>,
    /// Its tokens that a star accounts for; empty where none does.
    starred: Vec<bool>,
}

impl PairWork<'_> {
    /// Overlaps with `a`, whose seeds lie in `worker.places`.
    fn pair(&mut self, worker: &mut Worker, a: DocumentIndex, evidence: Evidence) -> Vec<Overlap> {
        let (index, b) = (self.index, self.b);
        let same = a == b;
        let chains = self.aligner.chains(index.tokens(a), &worker.places, evidence, same);
        if chains.is_empty() {
            return Vec::new();
        }
        let (spans, paragraphs) = self.own.get_or_insert_with(|| {
            let mut spans = Vec::new();
            index.spans(b, &mut spans);
            (spans, index.paragraphs(b).collect())
        });
        let b_text = text(index, b, spans, paragraphs);
        if same {
            return polish(chains, &b_text, &b_text, self.least, true);
        }
        index.spans(a, &mut worker.other);
        let paragraphs: Vec<Paragraph> = index.paragraphs(a).collect();
        polish(chains, &text(index, a, &worker.other, &paragraphs), &b_text, self.least, false)
    }

    fn remember_star(&mut self, found: &[Overlap]) {
        self.starred.resize(self.index.words(self.b) as usize, false);
        for block in found.iter().flat_map(|overlap| &overlap.blocks) {
            self.starred[block.b as usize..block.b_end() as usize].fill(true);
        }
    }

    /// Whether a star tells nearly all of `overlap` already: a bucket then would write what the star spares.
    fn is_starred(&self, overlap: &Overlap) -> bool {
        if self.starred.is_empty() {
            return false;
        }
        let told = overlap.blocks.iter().flat_map(|b| &self.starred[b.b as usize..b.b_end() as usize]);
        10 * told.filter(|&&t| t).count() as u32 >= 9 * overlap.matched()
    }
}

fn text<'a>(index: &'a Index, document: DocumentIndex, spans: &'a [ByteSpan], paragraphs: &'a [Paragraph]) -> Text<'a> {
    let boundaries = Boundaries { text: index.text(document), spans, paragraphs };
    Text { tokens: index.tokens(document), boundaries }
}
