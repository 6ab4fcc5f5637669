//! Many subjects at the same time.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::thread;

use jiff::tz::TimeZone;

/// Judges some subjects, `jobs` at a time, each on a thread of its own; the results are in the order of the
/// subjects.
pub fn side_by_side<T: Send, R: Send>(
    subjects: Vec<T>,
    jobs: usize,
    judge: &(dyn Fn(T) -> R + Sync),
) -> Vec<R> {
    let count = subjects.len();
    let waiting = Mutex::new(subjects.into_iter().enumerate().collect::<VecDeque<_>>());
    let finished = Mutex::new(Vec::with_capacity(count));
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    thread::scope(|scope| {
        for _ in 0..jobs.min(count) {
            scope.spawn(|| {
                while let Some((index, subject)) = next() {
                    let result = judge(subject);
                    finished.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
                }
            });
        }
    });
    let mut finished = finished.into_inner().unwrap_or_else(PoisonError::into_inner);
    finished.sort_by_key(|(index, _)| *index);
    finished.into_iter().map(|(_, result)| result).collect()
}

/// The day on which results are made, in UTC: `YYYY-MM-DD`.
#[must_use]
pub fn today() -> String {
    jiff::Timestamp::now().to_zoned(TimeZone::UTC).date().to_string()
}
