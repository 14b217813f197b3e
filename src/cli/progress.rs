//! How far a run is, on a terminal that someone looks at.

use std::io::{self, IsTerminal as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use wirecopy::{Progress, Stage};

use super::args::Common;

const BYTES: &str = "{prefix:>6} {bar:32} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
const THINGS: &str = "{prefix:>6} {bar:32} {human_pos} of {human_len}, {per_sec}, {eta} left";
const UNKNOWN: &str = "{prefix:>6} {spinner} {elapsed}";

/// One bar or spinner at a time on standard error; nothing at all where that is no terminal.
pub(super) struct Bars {
    current: Option<Mutex<ProgressBar>>,
}

impl Bars {
    pub(super) fn new(common: &Common) -> Self {
        let shown = !common.quiet && io::stderr().is_terminal();
        Self { current: shown.then(|| Mutex::new(ProgressBar::hidden())) }
    }

    /// Takes the bar away, so that other lines can be written.
    pub(super) fn clear(&self) {
        if let Some(bar) = self.bar() {
            bar.finish_and_clear();
        }
    }

    fn bar(&self) -> Option<MutexGuard<'_, ProgressBar>> {
        let current = self.current.as_ref()?;
        // A bar is as good as before, whatever thread died while it held it.
        Some(current.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Progress for Bars {
    fn stage(&self, stage: Stage, total: u64) {
        let Some(mut current) = self.bar() else { return };
        current.finish_and_clear();
        let (bar, template) = match (total, stage) {
            (0, _) => (ProgressBar::new_spinner(), UNKNOWN),
            (_, Stage::Read) => (ProgressBar::new(total), BYTES),
            _ => (ProgressBar::new(total), THINGS),
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        *current = bar.with_style(style.progress_chars("█▌░")).with_prefix(stage.name());
        current.enable_steady_tick(Duration::from_millis(200));
    }

    fn advance(&self, by: u64) {
        if let Some(bar) = self.bar() {
            bar.inc(by);
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_ones_that_the_bars_understand() {
        for template in [BYTES, THINGS, UNKNOWN] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
