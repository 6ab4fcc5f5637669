//! The verdict on an answer.

use serde::{Deserialize, Serialize};
use sigv4_vectors::model::Ruling;

/// The verdict on an answer: the first three on a signer, the next two on a verifier.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The expected signature.
    Exact,
    /// Another legitimate set of headers or payload marker, and its own signed request verifies.
    Equivalent,
    /// Neither.
    Mismatch,
    /// A verifier accepted the request.
    Accept,
    /// A verifier rejected it.
    Reject,
    /// It says that it lacks the feature.
    Unsupported,
    /// Its interface or HTTP library cannot hold the input.
    Unrepresentable,
    /// A crash, a time-out, a protocol fault.
    Error,
}

impl Verdict {
    /// Every verdict, in the order in which they are reported.
    pub const ALL: [Self; 8] = [
        Self::Exact,
        Self::Equivalent,
        Self::Mismatch,
        Self::Accept,
        Self::Reject,
        Self::Unsupported,
        Self::Unrepresentable,
        Self::Error,
    ];

    /// Whether a signer did what the vector expects.
    #[must_use]
    pub fn conforms(self) -> bool {
        matches!(self, Self::Exact | Self::Equivalent)
    }

    /// Whether it is what a vector expects: of a verifier this ruling, of a signer its signature.
    #[must_use]
    pub fn conforms_to(self, expected: Option<Ruling>) -> bool {
        expected.map_or(self.conforms(), |ruling| self == Self::from(ruling))
    }

    /// Whether the subject refused the case: a verifier, by rejecting what it is expected to accept.
    #[must_use]
    pub fn is_refusal(self, expected: Option<Ruling>) -> bool {
        matches!(self, Self::Unrepresentable | Self::Unsupported)
            || (self == Self::Reject && expected == Some(Ruling::Accept))
    }

    /// Whether it says what a verifier decided.
    #[must_use]
    pub fn is_ruling(self) -> bool {
        matches!(self, Self::Accept | Self::Reject)
    }

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Equivalent => "equivalent",
            Self::Mismatch => "mismatch",
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Unsupported => "unsupported",
            Self::Unrepresentable => "unrepresentable",
            Self::Error => "error",
        }
    }
}

impl From<Ruling> for Verdict {
    fn from(ruling: Ruling) -> Self {
        match ruling {
            Ruling::Accept => Self::Accept,
            Ruling::Reject => Self::Reject,
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}
