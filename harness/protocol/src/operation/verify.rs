//! `verify`: verify a signed request.

use serde::{Deserialize, Serialize};
use sigv4_vectors::model::{Verification, VerificationInput};

use super::asked::Asked;

/// Verify a signed request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerifyQuestion {
    /// The request, with the verifier's clock, rules and keys.
    #[serde(flatten)]
    pub input: VerificationInput,
    /// What the verifier has to be asked before, first to last. A run asks these questions by
    /// themselves: no adapter sees them here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<VerificationInput>,
}

impl VerifyQuestion {
    /// What a case asks.
    #[must_use]
    pub fn of(verification: &Verification) -> Self {
        Self { input: verification.input.clone(), before: verification.before.clone() }
    }
}

impl From<VerificationInput> for VerifyQuestion {
    /// The question by itself.
    fn from(input: VerificationInput) -> Self {
        Self { input, before: Vec::new() }
    }
}

impl Asked for VerifyQuestion {
    fn in_words(&self) -> String {
        format!("verify {} {}", self.input.request.method, self.input.request.target)
    }
}
