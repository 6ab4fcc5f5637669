//! How long a search goes on, and how much it asks before it looks at the time.

use std::time::{Duration, Instant};

/// How long a batch should take if the time of the search is limited.
const BEAT: Duration = Duration::from_millis(100);
/// For how long a finding is still looked into once the time is over.
const GRACE: Duration = Duration::from_secs(1);

/// When a search ends, if its time is limited.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Deadline(Option<Instant>);

impl Deadline {
    /// In so long from now, or never.
    pub(super) fn after(time: Option<Duration>) -> Self {
        // A time that the clock cannot tell never comes.
        Self(time.and_then(|time| Instant::now().checked_add(time)))
    }

    pub(super) fn is_over(self) -> bool {
        self.0.is_some_and(|deadline| Instant::now() >= deadline)
    }

    pub(super) fn is_limited(self) -> bool {
        self.0.is_some()
    }

    /// Until when something may go on that is worth so much time: not for much longer than the search.
    pub(super) fn within(self, patience: Duration) -> Instant {
        let now = Instant::now();
        let ample = now + patience;
        self.0.map_or(ample, |deadline| ample.min(deadline.max(now) + GRACE))
    }
}

/// How many cases are asked at once: all that may be, or as many as are answered in a moment, since the
/// time is only looked at between them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    size: usize,
    smallest: usize,
    largest: usize,
}

impl Pace {
    pub(super) fn new(deadline: Deadline, largest: usize) -> Self {
        let largest = largest.max(1);
        let smallest = if deadline.is_limited() { 1 } else { largest };
        Self { size: smallest, smallest, largest }
    }

    pub(super) fn size(self) -> usize {
        self.size
    }

    /// What was asked last took so long.
    pub(super) fn took(&mut self, time: Duration) {
        let size = if time < BEAT { self.size.saturating_mul(2) } else { self.size / 2 };
        self.size = size.clamp(self.smallest, self.largest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_deadline_all_is_asked_at_once() {
        let mut pace = Pace::new(Deadline::default(), 256);
        assert_eq!(pace.size(), 256);
        pace.took(Duration::from_mins(1));
        assert_eq!(pace.size(), 256);
    }

    #[test]
    fn what_is_asked_at_once_follows_the_time_that_answers_take() {
        let mut pace = Pace::new(Deadline::after(Some(Duration::from_secs(5))), 256);
        let mut sizes = Vec::new();
        for _ in 0..10 {
            sizes.push(pace.size());
            pace.took(Duration::from_millis(1));
        }
        assert_eq!(sizes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 256]);
        for _ in 0..10 {
            pace.took(Duration::from_secs(1));
        }
        assert_eq!(pace.size(), 1);
    }

    #[test]
    fn what_begins_when_the_time_is_over_ends_soon() {
        let over = Deadline::after(Some(Duration::ZERO));
        assert!(over.is_over());
        assert!(over.within(Duration::from_mins(1)) <= Instant::now() + GRACE);
        assert!(Deadline::default().within(Duration::from_mins(1)) > Instant::now() + GRACE);
    }
}
