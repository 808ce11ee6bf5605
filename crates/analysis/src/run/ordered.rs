//! Parallel work whose results are taken in order, so that sums have the same bits however
//! many threads there are, and few results are held at a time.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Error;

/// Does `work(0)` to `work(n - 1)` on the threads of the current rayon pool, and gives each
/// result to `take`, in order, on whichever thread has it. Numbers are handed out in order:
/// what waits to be taken is what was done while an earlier one was still worked on.
///
/// # Errors
/// The error of the lowest number that has one; nothing new is begun after an error.
pub(crate) fn in_order<T: Send>(
    n: usize,
    work: impl Fn(usize) -> Result<T, Error> + Sync,
    take: impl FnMut(usize, T) -> Result<(), Error> + Send,
) -> Result<(), Error> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Results {
        waiting: BTreeMap::new(),
        taken: 0,
        failed: None,
        take,
    });
    rayon::scope(|scope| {
        for _ in 0..rayon::current_num_threads().min(n) {
            scope.spawn(|_| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= n || lock(&results).failed.is_some() {
                        return;
                    }
                    let result = work(i);
                    lock(&results).put(i, result);
                }
            });
        }
    });
    match lock(&results).failed.take() {
        Some((_, error)) => Err(error),
        None => Ok(()),
    }
}

struct Results<T, F> {
    waiting: BTreeMap<usize, T>,
    /// How many were given to `take`.
    taken: usize,
    failed: Option<(usize, Error)>,
    take: F,
}

impl<T, F: FnMut(usize, T) -> Result<(), Error>> Results<T, F> {
    fn put(&mut self, i: usize, result: Result<T, Error>) {
        match result {
            Ok(result) => {
                self.waiting.insert(i, result);
            }
            Err(error) => self.fail(i, error),
        }
        while let Some(result) = self.waiting.remove(&self.taken) {
            if let Err(error) = (self.take)(self.taken, result) {
                self.fail(self.taken, error);
            }
            self.taken += 1;
        }
    }

    fn fail(&mut self, i: usize, error: Error) {
        if self.failed.as_ref().is_none_or(|(first, _)| i < *first) {
            self.failed = Some((i, error));
        }
    }
}

/// A thread that panicked goes on to end the whole scope: what it left is never used.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn results_come_in_order() {
        let mut seen = Vec::new();
        let work = |i: usize| {
            // Later ones are done sooner.
            std::thread::sleep(std::time::Duration::from_micros(200 - 2 * i as u64));
            Ok(i * i)
        };
        let take = |i, square| {
            seen.push((i, square));
            Ok(())
        };
        in_order(100, work, take).unwrap();
        assert_eq!(seen, (0..100).map(|i| (i, i * i)).collect::<Vec<_>>());
        in_order(0, |_| Ok(()), |_, ()| Ok(())).unwrap();
    }

    #[test]
    fn the_first_error_counts() {
        let fails = |i: usize| match i {
            7 | 9 | 40 => Err(Error::NotFound(format!("number {i}"))),
            _ => Ok(()),
        };
        for _ in 0..50 {
            let error = in_order(50, fails, |_, ()| Ok(())).unwrap_err();
            assert_eq!(error.to_string(), "number 7");
        }
        let refused = in_order(50, |_| Ok(()), |i, ()| fails(i)).unwrap_err();
        assert_eq!(refused.to_string(), "number 7");
    }
}
