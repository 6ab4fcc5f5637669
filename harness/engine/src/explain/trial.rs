//! What is tried right now, for those who wait for an explanation.

use std::sync::atomic::{AtomicUsize, Ordering};

/// What is tried right now. It may be read while the request is explained.
#[derive(Debug, Default)]
pub struct Trial(AtomicUsize);

/// The steps of a search, in the order in which they are taken.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Change = 1,
    Mistake,
    Changes,
    ChangeAndMistake,
    Mistakes,
}

impl Trial {
    pub(super) fn begin(&self, step: Step) {
        self.0.store(step as usize, Ordering::Relaxed);
    }

    /// What is tried, in words: `two changes at once`.
    #[must_use]
    pub fn words(&self) -> &'static str {
        const WORDS: [&str; 6] = [
            "the request as it is",
            "each change on the way",
            "each mistake of a signer",
            "two changes at once",
            "a change and a mistake at once",
            "two mistakes at once",
        ];
        WORDS.get(self.0.load(Ordering::Relaxed)).copied().unwrap_or_default()
    }
}
