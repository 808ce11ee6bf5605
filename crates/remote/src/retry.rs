//! When a request is made again, and after how long.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use crate::Error;

/// Statuses that say: later.
const LATER: [u16; 6] = [408, 429, 500, 502, 503, 504];

/// How often and how patiently requests are made again.
#[derive(Debug, Clone)]
pub struct Patience {
    /// Requests until the first that succeeds, at most.
    pub attempts: u32,
    /// Wait after the first failure; it doubles with each further one, half of it by chance.
    pub first_wait: Duration,
    /// A wait is at most this long. A server that asks for more is given up.
    pub longest_wait: Duration,
    /// Set when the work is to end.
    pub stop: Arc<AtomicBool>,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 6,
            first_wait: Duration::from_millis(300),
            longest_wait: Duration::from_secs(120),
            stop: Arc::default(),
        }
    }
}

impl Patience {
    /// # Errors
    /// When the user asked to stop.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.stop.load(Ordering::Relaxed) {
            true => Err(Error::Interrupted),
            false => Ok(()),
        }
    }

    /// How long to wait after failure number `failed` (from 1); none when it is to be given up.
    /// `asked` is what the server wants.
    pub(crate) fn wait(&self, failed: u32, asked: Option<Duration>) -> Option<Duration> {
        if failed >= self.attempts {
            return None;
        }
        if let Some(asked) = asked {
            return (asked <= self.longest_wait).then_some(asked);
        }
        let doubled = self.first_wait.saturating_mul(1 << (failed - 1).min(16));
        let most = doubled.min(self.longest_wait);
        // A hasher's random keys: many clients that fail together must not return together.
        let chance = RandomState::new().build_hasher().finish() >> 40;
        Some(most.mul_f64(0.5 + 0.5 * chance as f64 / (1u64 << 24) as f64))
    }

    /// Waits, in steps that an interrupt ends.
    ///
    /// # Errors
    /// When the user asked to stop.
    pub(crate) fn sleep(&self, wait: Duration) -> Result<(), Error> {
        let end = Instant::now() + wait;
        loop {
            self.check()?;
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(left.min(Duration::from_millis(100)));
        }
    }
}

/// Whether a status says to come again.
pub(crate) fn is_later(status: u16) -> bool {
    LATER.contains(&status)
}

/// What `Retry-After` says: seconds, or a date (RFC 9110, 10.2.3).
pub(crate) fn retry_after(value: &str) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn waits_double_and_end() {
        let patience = Patience {
            attempts: 4,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(3),
            ..Patience::default()
        };
        let wait = |failed| patience.wait(failed, None);
        for (failed, most) in [(1, 1.0), (2, 2.0), (3, 3.0)] {
            let seconds = wait(failed).unwrap().as_secs_f64();
            assert!(
                (most / 2.0..=most).contains(&seconds),
                "{failed}: {seconds}"
            );
        }
        assert_eq!(wait(4), None);
        let asked = |s| patience.wait(1, Some(Duration::from_secs(s)));
        assert_eq!(asked(2), Some(Duration::from_secs(2)));
        assert_eq!(asked(4), None);
    }

    #[test]
    fn what_servers_ask_for() {
        assert_eq!(retry_after(" 7 "), Some(Duration::from_secs(7)));
        let past = "Wed, 21 Oct 2015 07:28:00 GMT";
        assert_eq!(retry_after(past), Some(Duration::ZERO));
        assert_eq!(retry_after("soon"), None);
    }
}
