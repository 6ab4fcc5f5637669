//! How much an adapter may answer: a line has its own limit, and the answers to one batch of
//! questions are kept in memory together.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::fault::FaultKind;

/// How many bytes the answers to one batch of questions may take together.
const LIMIT: usize = 32 << 20;

/// What is left of the limit for one batch.
#[derive(Debug)]
pub(super) struct Budget {
    questions: usize,
    used: AtomicUsize,
}

impl Budget {
    /// The budget for the answers to this many questions.
    pub(super) fn new(questions: usize) -> Self {
        Self { questions, used: AtomicUsize::new(0) }
    }

    /// Counts an answer.
    pub(super) fn spend(&self, line: &[u8]) -> Result<(), FaultKind> {
        let before = self.used.fetch_add(line.len(), Ordering::Relaxed);
        if before.saturating_add(line.len()) > LIMIT {
            return Err(FaultKind::TooMuch { questions: self.questions, limit: LIMIT });
        }
        Ok(())
    }
}
