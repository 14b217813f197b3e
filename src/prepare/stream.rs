//! Inputs → prepared articles: one thread reads, the pool parses, cuts, fingerprints and signs, the caller appends, all at
//! the same time and in the order of the input.

use super::Preparer;
use crate::document::Document;
use crate::error::{Result, Warning};
use crate::index::Prepared;
use crate::progress::{Progress, Stage};
use crate::read::{Batch, Input, Origin, ReadSettings, Reader};
use rayon::prelude::*;

/// What comes of an input, in order.
pub(crate) enum Read {
    /// What was left out or changed.
    Warnings(Vec<Warning>),
    /// An article.
    Article(Box<ReadArticle>),
}

/// An article that was read and prepared.
pub(crate) struct ReadArticle {
    pub(crate) document: Document,
    pub(crate) prepared: Prepared,
    /// Where it stands.
    pub(crate) origin: Origin,
}

/// Reads all inputs into `sink`; stops at its first error.
pub(crate) fn read_prepared(
    inputs: Vec<Input>,
    settings: ReadSettings,
    progress: &dyn Progress,
    sink: &mut dyn FnMut(Read) -> Result<()>,
) -> Result<()> {
    let mut reader = Reader::new(inputs, settings.clone());
    progress.stage(Stage::Read, reader.total_bytes());
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
        // The receiver goes with the loop, so that the others stop where the sink fails.
        for batch in prepared {
            let Some(batch) = batch? else { break };
            sink(Read::Warnings(batch.warnings))?;
            for PreparedRecord { article, warnings } in batch.records {
                if !warnings.is_empty() {
                    sink(Read::Warnings(warnings))?;
                }
                if let Some(article) = article {
                    sink(Read::Article(article))?;
                }
            }
            progress.advance(batch.bytes);
        }
        Ok(())
    })
}

/// A batch, parsed and prepared, in the order of the input.
struct PreparedBatch {
    bytes: u64,
    warnings: Vec<Warning>,
    records: Vec<PreparedRecord>,
}

/// A record: its article, if there is one, and what is wrong with it.
struct PreparedRecord {
    article: Option<Box<ReadArticle>>,
    warnings: Vec<Warning>,
}

fn prepare_batch(mut batch: Batch, settings: &ReadSettings) -> PreparedBatch {
    let warnings = batch.warnings();
    let records = batch
        .records()
        .par_iter()
        .map_init(Preparer::default, |preparer, record| {
            let parsed = record.parse(settings);
            let article = parsed.document.map(|document| {
                let (prepared, origin) = (preparer.prepare(&document), record.origin(&document));
                Box::new(ReadArticle { document, prepared, origin })
            });
            PreparedRecord { article, warnings: parsed.warnings }
        })
        .collect();
    PreparedBatch { bytes: batch.bytes(), warnings, records }
}
