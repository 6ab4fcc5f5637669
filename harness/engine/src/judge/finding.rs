//! Where a subject differs, and what the harness says of an answer.

use serde::{Deserialize, Serialize};
use sigv4_protocol::Stage;

use super::difference::Difference;
use super::verdict::Verdict;

/// How many bytes of each side are kept after the place where they differ.
const SHOWN: usize = 4096;

/// What is said of a request that verifies although the vector expects another signature than the reference computes.
pub(super) const VECTOR_CONTRADICTS: &str = "the request verifies, but the vector expects another signature than the one \
                                             that the reference computes: check the vector";

/// What the harness says of one answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Whether the adapter itself failed, as opposed to an answer of its subject.
    pub incident: bool,
    /// Where and how the subject differs; only with [`Verdict::Mismatch`].
    pub finding: Option<Finding>,
    /// The subject's own words, or what else is worth knowing.
    pub notes: Vec<String>,
}

impl Judgement {
    /// A verdict with nothing to say about it.
    #[must_use]
    pub fn of(verdict: Verdict) -> Self {
        Self { verdict, incident: false, finding: None, notes: Vec::new() }
    }

    /// A difference from a correct signer.
    pub(crate) fn mismatch(finding: Finding) -> Self {
        Self { finding: Some(finding), ..Self::of(Verdict::Mismatch) }
    }

    /// A failure of the adapter, or an answer that breaks the protocol.
    pub(super) fn incident(note: String) -> Self {
        Self { incident: true, notes: vec![note], ..Self::of(Verdict::Error) }
    }
}

/// Where a subject first differs from a correct signer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The first stage that differs.
    pub stage: Stage,
    /// What differs, in one sentence.
    pub summary: String,
    /// The two sides, where both are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
}

impl Finding {
    /// A difference with its place: `what` differs at a byte.
    pub(super) fn located(stage: Stage, what: &str, difference: Difference) -> Self {
        let summary = format!(
            "{what} differs at byte {} (line {}, column {}): {}",
            difference.offset,
            difference.line,
            difference.column,
            difference.in_words()
        );
        Self { stage, summary, difference: Some(difference) }
    }

    /// A text without parts that have names, if it is not the expected one: `what` differs.
    pub(super) fn of_text(
        stage: Stage,
        what: &str,
        expected: &[u8],
        actual: &[u8],
    ) -> Option<Self> {
        // The texts of this stage are taken as a whole.
        let difference = Difference::between(Stage::Wire, expected, actual)?;
        Some(Self::located(stage, what, difference))
    }

    /// A key in digits, if it is not the expected one: `what` differs.
    pub(super) fn of_key(what: &str, expected: &[u8], actual: &str) -> Option<Self> {
        let difference = Difference::between(Stage::SigningKey, expected, actual.as_bytes())?;
        let summary = format!("{what} differs: {}", difference.in_words());
        Some(Self { stage: Stage::SigningKey, summary, difference: Some(difference) })
    }

    /// The finding with no more of both sides than it takes to show where they differ.
    #[must_use]
    pub fn shortened(mut self) -> Self {
        if let Some(difference) = &mut self.difference {
            for side in [&mut difference.expected, &mut difference.actual] {
                let end = difference.offset.saturating_add(SHOWN);
                if side.len() > end {
                    *side = side[..end].into();
                }
            }
        }
        self
    }
}
