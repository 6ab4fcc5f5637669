//! What the list of known failures needs to know of a run.

use sigv4_protocol::Stage;

use crate::judge::Verdict;

/// The result of a case, as far as expectations need it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// It was not asked, because the subject declares that it does not support it.
    NotAsked,
    /// It was asked.
    Judged {
        /// The verdict.
        verdict: Verdict,
        /// The first stage that differs, of a mismatch.
        stage: Option<Stage>,
        /// Whether it is what the vector expects.
        conforms: bool,
        /// Whether a verifier let pass what it has to reject.
        is_weakness: bool,
    },
}

/// A case that does not conform, for the list of known failures.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
    /// The case's id.
    pub id: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The first stage that differs, of a mismatch.
    pub stage: Option<Stage>,
    /// The sets of mistakes that explain it, each of them alone.
    pub explained: Vec<Vec<String>>,
    /// What differs, in a sentence.
    pub summary: String,
    /// Whether a verifier let pass what it has to reject.
    pub is_weakness: bool,
}

impl Failure {
    /// The mistake behind it, if there is exactly one.
    pub(super) fn mistake(&self) -> Option<&String> {
        match &self.explained[..] {
            [set] if set.len() == 1 => set.first(),
            _ => None,
        }
    }
}
