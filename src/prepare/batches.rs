//! Articles in memory → prepared articles, in their order: all threads prepare a batch while the caller takes in the one
//! before.

use super::Preparer;
use crate::document::Document;
use crate::error::{ErrorKind, Result};
use crate::index::Prepared;
use crate::progress::Progress;
use rayon::prelude::*;

/// Articles that a thread prepares before it looks for more work.
const TOGETHER: usize = 64;

/// Prepares all batches into `sink`, whose first error ends it. `progress` hears of bytes.
pub(crate) fn prepare_batches(
    batches: impl IntoIterator<Item = Vec<Document>>,
    progress: &dyn Progress,
    sink: &mut dyn FnMut(Document, Prepared) -> Result<()>,
) -> Result<()> {
    let mut batches = batches.into_iter();
    let mut ready: Vec<(Document, Prepared)> = Vec::new();
    loop {
        let next = batches.next();
        let last = next.is_none();
        let before = std::mem::take(&mut ready);
        let mut taken_in: Result<()> = Ok(());
        // The caller takes in, which need not be a thread of the pool.
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| ready = next.map(prepare).unwrap_or_default());
            taken_in = before.into_iter().try_for_each(|(document, prepared)| {
                let bytes = document.text.len() as u64;
                sink(document, prepared)?;
                progress.advance(bytes);
                Ok(())
            });
        });
        taken_in?;
        if progress.is_stopped() {
            return Err(ErrorKind::Stopped.into());
        }
        if last {
            return Ok(());
        }
    }
}

fn prepare(documents: Vec<Document>) -> Vec<(Document, Prepared)> {
    let prepare = |preparer: &mut Preparer, document: Document| {
        let prepared = preparer.prepare(&document);
        (document, prepared)
    };
    documents.into_par_iter().with_max_len(TOGETHER).map_init(Preparer::default, prepare).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    fn batch(ids: std::ops::Range<u32>) -> Vec<Document> {
        ids.map(|id| Document { id: format!("{id:04}"), text: "ten words".into(), ..Document::default() }).collect()
    }

    #[test]
    fn articles_come_in_their_order_and_none_is_lost() {
        let mut ids = Vec::new();
        let batches = [batch(0..100), Vec::new(), batch(100..101), batch(101..900)];
        prepare_batches(batches, &(), &mut |document, prepared| {
            assert_eq!(prepared.tokens.len(), 2);
            ids.push(document.id);
            Ok(())
        })
        .unwrap();
        assert!(ids.len() == 900 && ids.is_sorted());
    }

    #[test]
    fn an_error_of_the_sink_or_a_stop_ends_it() {
        let full = &mut |_, _| Err(ErrorKind::Limit("full".into()).into());
        assert!(prepare_batches([batch(0..9)], &(), full).is_err_and(|error| error.to_string() == "full"));

        struct After(AtomicU64);
        impl Progress for After {
            fn advance(&self, _: u64) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
            fn is_stopped(&self) -> bool {
                self.0.load(Ordering::Relaxed) >= 5
            }
        }
        let mut taken = 0;
        let result = prepare_batches((0..99).map(|at| batch(at..at + 5)), &After(AtomicU64::new(0)), &mut |_, _| {
            taken += 1;
            Ok(())
        });
        assert!(matches!(result.unwrap_err().kind(), ErrorKind::Stopped));
        assert_eq!(taken, 5);
    }
}
