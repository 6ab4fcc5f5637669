//! The two sides of the exchange.

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
