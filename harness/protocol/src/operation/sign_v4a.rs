//! `sign-v4a`: sign a request with SigV4A.

use serde::{Deserialize, Serialize};
use sigv4_vectors::model::V4aSigning;

use super::asked::{Asked, Variable};
use super::sign::SignQuestion;

/// Sign a request with SigV4A. The fields are those of `sign`; the region is the region set.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct V4aQuestion {
    /// The request.
    pub request: SignQuestion,
}

impl V4aQuestion {
    /// What a case asks.
    #[must_use]
    pub fn of(signing: &V4aSigning) -> Self {
        let V4aSigning { profile, placement, input, .. } = signing.clone();
        Self { request: SignQuestion { placement, profile, input } }
    }
}

impl Asked for V4aQuestion {
    fn body(&self) -> Option<&[u8]> {
        self.request.body()
    }

    fn variables(&self) -> Vec<Variable> {
        self.request.variables()
    }

    fn in_words(&self) -> String {
        format!("{} with SigV4A", self.request.in_words())
    }
}
