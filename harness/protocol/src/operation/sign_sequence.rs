//! `sign-sequence`: sign several requests in order with one signer.

use serde::{Deserialize, Serialize};

use super::asked::Asked;
use super::sign::SignQuestion;

/// Sign several requests in order with one signer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SequenceQuestion {
    /// The calls, first to last.
    pub calls: Vec<SignQuestion>,
}

impl Asked for SequenceQuestion {
    fn in_words(&self) -> String {
        self.calls.iter().map(Asked::in_words).collect::<Vec<_>>().join(", then ")
    }
}
