//! Where a subject differs, and what the harness says of an answer.

use serde::{Deserialize, Serialize};
use sigv4_protocol::Stage;

use super::difference::Difference;
use super::verdict::Verdict;

/// What the harness says of one answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Where and how the subject differs; only with [`Verdict::Mismatch`].
    pub finding: Option<Finding>,
    /// The subject's own words, or what else is worth knowing.
    pub notes: Vec<String>,
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
