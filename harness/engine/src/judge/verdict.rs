//! The verdict on a signer.

use serde::{Deserialize, Serialize};

/// The verdict on a signer.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The expected signature.
    Exact,
    /// Another legitimate set of headers or payload marker, and its own signed request verifies.
    Equivalent,
    /// Neither.
    Mismatch,
    /// It says that it lacks the feature.
    Unsupported,
    /// Its interface or HTTP library cannot hold the input.
    Unrepresentable,
    /// A crash, a time-out, a protocol fault.
    Error,
}

impl Verdict {
    /// Every verdict, in the order in which they are reported.
    pub const ALL: [Self; 6] = [
        Self::Exact,
        Self::Equivalent,
        Self::Mismatch,
        Self::Unsupported,
        Self::Unrepresentable,
        Self::Error,
    ];

    /// Whether the subject did what the vector expects.
    #[must_use]
    pub fn conforms(self) -> bool {
        matches!(self, Self::Exact | Self::Equivalent)
    }

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Equivalent => "equivalent",
            Self::Mismatch => "mismatch",
            Self::Unsupported => "unsupported",
            Self::Unrepresentable => "unrepresentable",
            Self::Error => "error",
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}
