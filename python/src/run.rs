//! A run beside the interpreter: work in threads of its own, while the caller's thread feeds it articles, hears of
//! signals and tells of progress.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pyo3::prelude::*;
use wirecopy::read::Parsed;
use wirecopy::{Document, Error, ErrorKind, Progress, Stage, Warning};

use crate::errors::{defect, exception, raised};

/// How often signals and progress are looked at.
const PULSE: Duration = Duration::from_millis(50);
/// Batches that wait to be taken.
const WAITING: usize = 2;
/// A batch is handed over once it has so many articles or so many bytes.
const FED_ARTICLES: usize = 1024;
const FED_BYTES: usize = 4 << 20;

/// Some articles on their way in, and what is wrong with them.
#[derive(Default)]
pub(crate) struct Fed {
    pub(crate) documents: Vec<Document>,
    pub(crate) warnings: Vec<Warning>,
    bytes: usize,
}

impl Fed {
    pub(crate) fn push(&mut self, parsed: Parsed) {
        self.bytes += parsed.document.as_ref().map_or(0, |document| document.text.len());
        self.documents.extend(parsed.document);
        self.warnings.extend(parsed.warnings);
    }

    pub(crate) fn is_full(&self) -> bool {
        self.documents.len() + self.warnings.len() >= FED_ARTICLES || self.bytes >= FED_BYTES
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.warnings.is_empty()
    }
}

/// Whoever has articles.
pub(crate) trait Feed {
    /// The next of them; `None` after the last.
    fn next(&mut self, py: Python<'_>) -> PyResult<Option<Fed>>;
}

/// Has none.
impl Feed for () {
    fn next(&mut self, _: Python<'_>) -> PyResult<Option<Fed>> {
        Ok(None)
    }
}

/// What the run tells while it goes on, and whether it is still wanted.
#[derive(Default)]
pub(crate) struct Watch {
    stage: Mutex<Option<(Stage, u64)>>,
    done: AtomicU64,
    stopped: AtomicBool,
}

impl Watch {
    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    fn told(&self) -> Option<(Stage, u64, u64)> {
        let stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        stage.map(|(stage, total)| (stage, self.done.load(Ordering::Relaxed), total))
    }
}

impl Progress for Watch {
    fn stage(&self, stage: Stage, total: u64) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = Some((stage, total));
        self.done.store(0, Ordering::Relaxed);
    }

    fn advance(&self, by: u64) {
        self.done.fetch_add(by, Ordering::Relaxed);
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// Runs `work` in a pool of `threads` of its own, 0 for one a processor: no thread outlives the run, so that a process
/// that forks afterwards finds none missing.
pub(crate) fn run<T: Send>(
    py: Python<'_>,
    threads: usize,
    progress: Option<&Bound<'_, PyAny>>,
    feed: &mut dyn Feed,
    work: impl FnOnce(&Watch, Receiver<Fed>) -> wirecopy::Result<T> + Send,
) -> PyResult<T> {
    let watch = &Watch::default();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| exception(py, "Error", format!("no threads to work in: {error}")))?;
    std::thread::scope(|scope| {
        let (fed, feeding) = sync_channel(WAITING);
        let (ending, mut ended) = channel::<()>();
        let worker = scope.spawn(move || {
            // Goes with the work, however that ends.
            let _ending = ending;
            pool.install(|| work(watch, feeding))
        });
        let teller = Teller { watch, progress, told: None };
        let trouble = attend(py, teller, fed, feed, &mut ended);
        if trouble.is_err() {
            watch.stop();
        }
        let result = py.detach(|| worker.join());
        // What made it stop is what happened.
        trouble?;
        match result {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(error)) => Err(raised(py, &error)),
            Err(panic) => Err(defect(py, &*panic)),
        }
    })
}

/// Feeds, and waits for the end.
fn attend(
    py: Python<'_>,
    mut teller: Teller<'_, '_>,
    fed: SyncSender<Fed>,
    feed: &mut dyn Feed,
    ended: &mut Receiver<()>,
) -> PyResult<()> {
    while let Some(mut next) = feed.next(py)? {
        // Most often there is room at once.
        while let Err(refused) = fed.try_send(next) {
            match refused {
                // The work is over, by an error that it tells itself.
                TrySendError::Disconnected(_) => return Ok(()),
                TrySendError::Full(again) => next = again,
            }
            py.detach(|| std::thread::sleep(Duration::from_millis(2)));
            py.check_signals()?;
        }
        py.check_signals()?;
        teller.tell()?;
    }
    drop(fed);
    let mut pulse = || {
        let ended = &mut *ended;
        py.detach(move || ended.recv_timeout(PULSE))
    };
    while pulse() == Err(RecvTimeoutError::Timeout) {
        py.check_signals()?;
        teller.tell()?;
    }
    py.check_signals()
}

/// Tells of progress, each news once.
struct Teller<'a, 'py> {
    watch: &'a Watch,
    progress: Option<&'a Bound<'py, PyAny>>,
    told: Option<(Stage, u64, u64)>,
}

impl Teller<'_, '_> {
    fn tell(&mut self) -> PyResult<()> {
        let (Some(progress), Some(news)) = (self.progress, self.watch.told()) else { return Ok(()) };
        if self.told != Some(news) {
            self.told = Some(news);
            let (stage, done, total) = news;
            progress.call1((stage.name(), done, if total > 0 { Some(total) } else { None }))?;
        }
        Ok(())
    }
}

/// Ends a run that lost input where that was not to be.
pub(crate) fn strict(strict: bool, warnings: &[Warning]) -> wirecopy::Result<()> {
    match warnings.iter().filter(|warning| warning.reason.is_loss()).min() {
        Some(loss) if strict => Err(Error::from(ErrorKind::Strict(loss.clone()))),
        _ => Ok(()),
    }
}
