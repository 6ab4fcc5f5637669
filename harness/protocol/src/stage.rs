//! The stages on the way from request to signature.

use serde::{Deserialize, Serialize};

/// A step on the way from request to signature.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The canonical request.
    CanonicalRequest,
    /// The string to sign.
    StringToSign,
    /// The derived key.
    SigningKey,
    /// The signature itself.
    Signature,
    /// What is sent.
    Wire,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 5] =
        [Self::CanonicalRequest, Self::StringToSign, Self::SigningKey, Self::Signature, Self::Wire];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CanonicalRequest => "canonical-request",
            Self::StringToSign => "string-to-sign",
            Self::SigningKey => "signing-key",
            Self::Signature => "signature",
            Self::Wire => "wire",
        }
    }
}

impl std::fmt::Display for Stage {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}
