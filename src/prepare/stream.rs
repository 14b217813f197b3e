//! Inputs → prepared articles: one thread reads, as many as the pool has parse, cut, fingerprint and sign, the caller
//! appends, all at the same time and in the order of the input.

use super::Preparer;
use crate::document::Document;
use crate::error::{ErrorKind, Result, Warning};
use crate::index::Prepared;
use crate::progress::{Progress, Stage};
use crate::read::{Batch, Input, Origin, RawRecord, ReadSettings, Reader};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

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
    let threads = rayon::current_num_threads();
    // Batches on their way, so that many do not wait for a slow one before them.
    let (allow, allowed) = mpsc::sync_channel(threads + AHEAD);
    (0..threads + AHEAD).for_each(|_| _ = allow.send(()));
    let (read, batches) = mpsc::channel();
    let (prepare, prepared) = mpsc::channel();
    let batches = Arc::new(Mutex::new(batches));
    let settings = &settings;
    std::thread::scope(move |scope| {
        scope.spawn(move || {
            for number in 0u64.. {
                if allowed.recv().is_err() {
                    return;
                }
                let batch = reader.next_batch().transpose();
                let last = !matches!(batch, Some(Ok(_)));
                if read.send((number, batch)).is_err() || last {
                    return;
                }
            }
        });
        // A batch is the work of one thread: threads that share one would wait for each other at its end.
        for _ in 0..threads {
            let (batches, prepare) = (batches.clone(), prepare.clone());
            scope.spawn(move || {
                let mut preparer = Preparer::default();
                let next = || batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
                while let Ok((number, batch)) = next() {
                    let batch = batch.map(|batch| batch.map(|batch| prepare_batch(batch, settings, &mut preparer)));
                    if prepare.send((number, batch)).is_err() {
                        return;
                    }
                }
            });
        }
        drop((batches, prepare));
        // The receiver goes with the loop, so that the others stop where the sink fails.
        let mut early = BTreeMap::new();
        let mut next = 0;
        for (number, batch) in prepared {
            early.insert(number, batch);
            while let Some(batch) = early.remove(&next) {
                next += 1;
                let Some(batch) = batch.transpose()? else { return Ok(()) };
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
                if progress.is_stopped() {
                    return Err(ErrorKind::Stopped.into());
                }
                let _ = allow.send(()); // the reader may be done
            }
        }
        Ok(())
    })
}

/// Batches on their way beside those that are being prepared.
const AHEAD: usize = 3;

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

fn prepare_batch(mut batch: Batch, settings: &ReadSettings, preparer: &mut Preparer) -> PreparedBatch {
    let warnings = batch.warnings();
    let prepare = |record: &RawRecord| {
        let parsed = record.parse(settings);
        let article = parsed.document.map(|document| {
            let (prepared, origin) = (preparer.prepare(&document), record.origin(&document));
            Box::new(ReadArticle { document, prepared, origin })
        });
        PreparedRecord { article, warnings: parsed.warnings }
    };
    let records = batch.records().iter().map(prepare).collect();
    PreparedBatch { bytes: batch.bytes(), warnings, records }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::read::discover;

    fn inputs(folder: &std::path::Path) -> Vec<Input> {
        let line = |at: usize| format!("{{\"id\":\"{at:04}\",\"text\":\"{}\"}}\n", format!("word{at} ").repeat(300));
        let path = folder.join("all.jsonl");
        std::fs::write(&path, (0..4000).map(line).collect::<String>()).unwrap();
        discover(&[path]).unwrap().inputs
    }

    #[test]
    fn articles_come_in_the_order_of_the_input() {
        let folder = tempfile::tempdir().unwrap();
        let mut ids = Vec::new();
        let mut sink = |read| {
            if let Read::Article(article) = read {
                ids.push(article.document.id);
            }
            Ok(())
        };
        read_prepared(inputs(folder.path()), ReadSettings::default(), &(), &mut sink).unwrap();
        assert!(ids.len() == 4000 && ids.is_sorted());
    }

    #[test]
    fn an_error_of_the_sink_stops_the_reading() {
        let folder = tempfile::tempdir().unwrap();
        let mut count = 0;
        let mut sink = |_| {
            count += 1;
            if count == 100 { Err(ErrorKind::Limit("enough".into()).into()) } else { Ok(()) }
        };
        let error = read_prepared(inputs(folder.path()), ReadSettings::default(), &(), &mut sink).unwrap_err();
        assert_eq!((error.to_string().contains("enough"), count), (true, 100));
    }
}
