//! The whole walk, room by room: the only file that names them all.

use crate::align::{Aligned, align};
use crate::candidate::Candidates;
use crate::cluster::clusters;
use crate::document::{Document, Metadata};
use crate::error::{Error, ErrorKind, Reason, Result, Warning};
use crate::index::{Index, Prepared, SegmentBuilder};
use crate::judge::{Grouped, judge, read_credits};
use crate::passage::passages;
use crate::prepare::Preparer;
use crate::read::{Batch, Input, ReadSettings, Reader};
use crate::report::{Counts, Report, Run, assemble};
use crate::settings::{SameSource, Settings};
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
        let index = Index::new(self.builder.finish(), self.described, &self.settings.outlets)?;
        // What grouping leaves of the threads reads credits meanwhile.
        let (candidates, credits) =
            rayon::join(|| Candidates::find(&index, &self.settings), || read_credits(&index, &self.settings.outlets));
        progress.stage(Stage::Align, index.len() as u64);
        let Aligned { mut found, lsh, fingerprint, repeats } =
            align(&index, &candidates, &self.settings, &|| progress.advance(1));
        progress.stage(Stage::Judge, 0);
        let stars = candidates.star_counts;
        drop(candidates);
        // Versions of a text are told before an outlet's own words are left out: what they share is no furniture.
        let versions = (self.settings.same_source == SameSource::Skip).then(|| {
            let versions = clusters(&index, &found);
            found.retain(|f| f.a != f.b && !index.same_outlet(f.a, f.b));
            versions
        });
        let ((passages, passage_of), clusters) = rayon::join(|| passages(&index, &found), || clusters(&index, &found));
        let versions = versions.as_ref().unwrap_or(&clusters);
        let judgement = judge(
            &index,
            &found,
            Grouped { passages: &passages, passage_of: &passage_of, clusters: &clusters, versions },
            credits,
            &self.settings,
        );
        self.counts.lsh = lsh;
        self.counts.fingerprint = fingerprint;
        self.counts.star_fingerprints = stars.fingerprints;
        self.counts.star_buckets = stars.buckets;
        self.counts.repeats = repeats;
        self.warnings.sort();
        let run = Run { settings: self.settings, counts: self.counts, warnings: self.warnings };
        Ok(assemble(index, found, passages, passage_of, clusters, judgement, &renamed, run))
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
