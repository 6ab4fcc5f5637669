//! What a subject can be asked to do.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::word::Word;

/// Something that a subject can be asked to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Role {
    /// Derive the chain of keys.
    DeriveKey,
    /// Sign in header placement.
    SignHeader,
    /// Sign in query placement.
    SignQuery,
    /// Sign several requests in order with one signer.
    SignSequence,
    /// Verify.
    Verify,
}

/// The side of the exchange that a subject is on.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// It signs requests.
    #[default]
    Signer,
    /// It verifies them.
    Verifier,
}

impl Role {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DeriveKey => "derive-key",
            Self::SignHeader => "sign-header",
            Self::SignQuery => "sign-query",
            Self::SignSequence => "sign-sequence",
            Self::Verify => "verify",
        }
    }

    /// The side that it belongs to.
    #[must_use]
    pub fn side(self) -> Side {
        match self {
            Self::DeriveKey | Self::SignHeader | Self::SignQuery | Self::SignSequence => {
                Side::Signer
            }
            Self::Verify => Side::Verifier,
        }
    }
}

impl Word for Role {
    const KIND: &'static str = "role";
    const ALL: &'static [Self] =
        &[Self::DeriveKey, Self::SignHeader, Self::SignQuery, Self::SignSequence, Self::Verify];

    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
