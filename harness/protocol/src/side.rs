//! The two sides of the exchange.

use std::fmt;

use serde::{Deserialize, Serialize};

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

impl Side {
    /// Its word, which is also the verb of the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Signer => "signer",
            Self::Verifier => "verifier",
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
