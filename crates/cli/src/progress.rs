//! A progress bar for work that takes a while: on a terminal only, and only once it has
//! taken half a second. Events per second and the time left are those of the whole run so far,
//! without what an earlier run had done.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};
use photopeak_analysis::Done;

use crate::output::grouped;

/// How long work goes on silently.
const PATIENCE: Duration = Duration::from_millis(500);

/// Events done, events per second, time left.
pub(crate) struct Progress {
    total: u64,
    what: &'static str,
    start: Instant,
    done: AtomicU64,
    bar: Mutex<Option<ProgressBar>>,
}

impl Progress {
    pub(crate) fn new(total: u64) -> Self {
        Self {
            total,
            what: "events",
            start: Instant::now(),
            done: AtomicU64::new(0),
            bar: Mutex::new(None),
        }
    }

    /// The same, where it is not events that are counted.
    pub(crate) fn of(mut self, what: &'static str) -> Self {
        self.what = what;
        self
    }

    /// Is told how far the work is.
    pub(crate) fn update(&self, done: impl Into<Done>) {
        let Done { events, found } = done.into();
        let done = self.done.fetch_max(events, Ordering::Relaxed).max(events);
        let elapsed = self.start.elapsed();
        if elapsed < PATIENCE {
            return;
        }
        let Ok(mut bar) = self.bar.try_lock() else {
            return;
        };
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::new(self.total).with_elapsed(elapsed);
            let template = format!(
                "{{bar:32}} {{human_pos}} of {{human_len}} {}{{msg}}",
                self.what
            );
            let style = ProgressStyle::with_template(&template);
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        bar.set_position(done);
        bar.set_message(rate(
            done.saturating_sub(found),
            self.total.saturating_sub(done),
            elapsed,
        ));
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

/// `, 1 234 567/s, 12s left`; nothing while no event is done.
fn rate(done: u64, left: u64, elapsed: Duration) -> String {
    let per_second = done as f64 / elapsed.as_secs_f64();
    if !(per_second.is_finite() && per_second > 0.0) {
        return String::new();
    }
    // Not negative, and below the number of events.
    let seconds = (left as f64 / per_second).min(1e9) as u64;
    format!(
        ", {}/s, {} left",
        grouped(per_second as u64),
        HumanDuration(Duration::from_secs(seconds))
    )
}

/// What ends with an error leaves no bar behind.
impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

/// Bytes done, bytes per second, time left.
pub(crate) struct Bytes {
    total: u64,
    start: Instant,
    bar: Mutex<Option<ProgressBar>>,
}

impl Bytes {
    pub(crate) fn new(total: u64) -> Self {
        Self {
            total,
            start: Instant::now(),
            bar: Mutex::new(None),
        }
    }

    /// Is told how many bytes are here.
    pub(crate) fn update(&self, here: u64) {
        if self.start.elapsed() < PATIENCE {
            return;
        }
        let Ok(mut bar) = self.bar.try_lock() else {
            return;
        };
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::new(self.total);
            let style = ProgressStyle::with_template(
                "{bar:32} {decimal_bytes} of {decimal_total_bytes}, {decimal_bytes_per_sec}, {eta} left",
            );
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.reset_eta();
            bar
        });
        bar.set_position(here);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates() {
        let second = Duration::from_secs(1);
        assert_eq!(rate(0, 10, second), "");
        assert_eq!(
            rate(2_000_000, 5_000_000, second),
            ", 2 000 000/s, 2 seconds left"
        );
        assert_eq!(rate(10, 0, 10 * second), ", 1/s, 0 seconds left");
        assert_eq!(rate(1, u64::MAX, second), ", 1/s, 32 years left");
    }
}
