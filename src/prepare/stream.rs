//! Inputs → prepared articles: one thread reads, as many as the pool has parse, cut, fingerprint and sign, the caller
//! appends, all at the same time and in the order of the input.

use super::Preparer;
use crate::document::{Document, Metadata};
use crate::error::{ErrorKind, Result, Warning};
use crate::index::{Piece, Prepared};
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

/// The articles of a batch, prepared for a segment, and what was left out or changed.
pub(crate) struct PreparedPiece {
    pub(crate) warnings: Vec<Warning>,
    /// Id, metadata and hash of the text of each article of the piece.
    pub(crate) described: Vec<(String, Metadata, u128)>,
    pub(crate) piece: Piece,
}

/// Reads all inputs into `sink`, article by article; stops at its first error.
pub(crate) fn read_prepared(
    inputs: Vec<Input>,
    settings: ReadSettings,
    progress: &dyn Progress,
    sink: &mut dyn FnMut(Read) -> Result<()>,
) -> Result<()> {
    let make = |preparer: &mut Preparer, batch| prepare_batch(batch, &settings, preparer);
    read_batches(inputs, &settings, progress, &make, &mut |batch: PreparedBatch| {
        sink(Read::Warnings(batch.warnings))?;
        for PreparedRecord { article, warnings } in batch.records {
            if !warnings.is_empty() {
                sink(Read::Warnings(warnings))?;
            }
            if let Some(article) = article {
                sink(Read::Article(article))?;
            }
        }
        Ok(())
    })
}

/// Reads all inputs into `sink`, batch by batch; stops at its first error.
pub(crate) fn read_pieces(
    inputs: Vec<Input>,
    settings: ReadSettings,
    progress: &dyn Progress,
    sink: &mut dyn FnMut(&mut PreparedPiece) -> Result<()>,
) -> Result<()> {
    // Memory of pieces that were taken in.
    let free: Mutex<Vec<Piece>> = Mutex::default();
    let lock = || free.lock().unwrap_or_else(PoisonError::into_inner);
    let make = |(preparer, one): &mut (Preparer, Prepared), mut batch: Batch| {
        let mut out = PreparedPiece {
            warnings: batch.warnings(),
            described: Vec::with_capacity(batch.records().len()),
            piece: lock().pop().unwrap_or_default(),
        };
        for record in batch.records() {
            let parsed = record.parse(&settings);
            out.warnings.extend(parsed.warnings);
            if let Some(document) = parsed.document {
                preparer.prepare_into(&document, one);
                out.piece.push(&document, one);
                out.described.push((document.id, document.metadata, one.text_hash));
            }
        }
        out
    };
    read_batches(inputs, &settings, progress, &make, &mut |mut piece| {
        sink(&mut piece)?;
        piece.piece.clear();
        lock().push(piece.piece);
        Ok(())
    })
}

/// Reads all inputs: what `make` makes of each batch goes to `sink`, in the order of the input. Stops at its first error.
fn read_batches<W: Default, T: Send>(
    inputs: Vec<Input>,
    settings: &ReadSettings,
    progress: &dyn Progress,
    make: &(impl Fn(&mut W, Batch) -> T + Sync),
    sink: &mut dyn FnMut(T) -> Result<()>,
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
                let mut worker = W::default();
                let next = || batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
                while let Ok((number, batch)) = next() {
                    let batch = batch.map(|batch| batch.map(|batch| (batch.bytes(), make(&mut worker, batch))));
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
                let Some((bytes, batch)) = batch.transpose()? else { return Ok(()) };
                sink(batch)?;
                progress.advance(bytes);
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
    PreparedBatch { warnings, records }
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
