//! `verify`: verify a signed request.

use serde::{Deserialize, Deserializer, Serialize};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Profile, Request, StoredKey, Verification, VerificationInput};
use sigv4_vectors::text::Time;

use super::asked::Asked;

/// Verify a signed request.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct VerifyQuestion {
    /// The request, with the verifier's clock, rules and keys.
    pub input: VerificationInput,
}

impl VerifyQuestion {
    /// What a case asks.
    #[must_use]
    pub fn of(verification: &Verification) -> Self {
        Self { input: verification.input.clone() }
    }
}

/// The fields of a line. Unlike those of a vector, others beside them are ignored.
#[derive(Deserialize)]
struct Fields {
    time: Time,
    window_seconds: u64,
    region: Bytes,
    service: Bytes,
    profile: Profile,
    normalize: bool,
    double_encode: bool,
    keys: Vec<StoredKey>,
    request: Request,
}

impl<'de> Deserialize<'de> for VerifyQuestion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Fields {
            time,
            window_seconds,
            region,
            service,
            profile,
            normalize,
            double_encode,
            keys,
            request,
        } = Fields::deserialize(deserializer)?;
        let input = VerificationInput {
            time,
            window_seconds,
            region,
            service,
            profile,
            normalize,
            double_encode,
            keys,
            request,
        };
        Ok(Self { input })
    }
}

impl Asked for VerifyQuestion {
    fn in_words(&self) -> String {
        format!("verify {} {}", self.input.request.method, self.input.request.target)
    }
}
