//! A progress bar for work that takes a while: on a terminal only, and only once it has
//! taken half a second.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// How long work goes on silently.
const PATIENCE: Duration = Duration::from_millis(500);

/// Events done, events per second, time left.
pub(crate) struct Progress {
    total: u64,
    start: Instant,
    done: AtomicU64,
    bar: Mutex<Option<ProgressBar>>,
}

impl Progress {
    pub(crate) fn new(total: u64) -> Self {
        Self {
            total,
            start: Instant::now(),
            done: AtomicU64::new(0),
            bar: Mutex::new(None),
        }
    }

    /// Is told how many events are done.
    pub(crate) fn update(&self, done: u64) {
        let done = self.done.fetch_max(done, Ordering::Relaxed).max(done);
        if self.start.elapsed() < PATIENCE {
            return;
        }
        let Ok(mut bar) = self.bar.try_lock() else {
            return;
        };
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::new(self.total).with_elapsed(self.start.elapsed());
            let style = ProgressStyle::with_template(
                "{bar:32} {human_pos} of {human_len} events, {per_sec}, {eta} left",
            );
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        bar.set_position(done);
    }

    /// Clears the bar.
    pub(crate) fn finish(&self) {
        if let Ok(mut bar) = self.bar.lock()
            && let Some(bar) = bar.take()
        {
            bar.finish_and_clear();
        }
    }
}

/// What ends with an error leaves no bar behind.
impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}
