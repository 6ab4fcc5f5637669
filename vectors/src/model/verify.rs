//! A signed request to verify.

use serde::{Deserialize, Serialize};

use super::sign::{Profile, Request};
use super::stored_key::StoredKey;
use crate::bytes::Bytes;
use crate::text::Time;
use crate::words::words;

/// A signed request, and what a correct verifier says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// What the same verifier is asked before, first to last: the case tests what it keeps of that.
    pub before: Vec<VerificationInput>,
    /// What the verifier is given.
    pub input: VerificationInput,
    /// What it says.
    pub expect: VerificationExpectation,
}

/// All that a verifier is given. The names are those of the adapter protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerificationInput {
    /// The verifier's clock.
    pub time: Time,
    /// How far the signing time may be from it.
    pub window_seconds: u64,
    /// The region that the scope must name.
    pub region: Bytes,
    /// The service that the scope must name.
    pub service: Bytes,
    /// The rules of the service: how the path becomes canonical, and what an unstated payload is.
    pub profile: Profile,
    /// Whether dot segments and repeated slashes are removed from the path.
    pub normalize: bool,
    /// Whether the path is encoded once more than it already is.
    pub double_encode: bool,
    /// The keys that the verifier knows.
    pub keys: Vec<StoredKey>,
    /// The request as it arrives.
    pub request: Request,
}

/// What a correct verifier says of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerificationExpectation {
    /// Whether the request is accepted or rejected. The case's level says how binding that is.
    pub verdict: Ruling,
    /// What it costs to get this wrong.
    pub importance: Importance,
    /// How the request came to be.
    pub made: Made,
    /// Why it is rejected, in a word. Verifiers have words of their own, so that only the decision is
    /// judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Bytes>,
    /// The case that shows that the verifier can tell: it differs in nothing but what is tested, and must
    /// be accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<String>,
}

words! {
    /// What a verifier decides.
    pub enum Ruling {
        /// The request is authentic.
        Accept = "accept",
        /// It is not, or it may not be served.
        Reject = "reject",
    }
}

words! {
    /// What it costs to decide wrongly.
    pub enum Importance {
        /// Someone without the key is served, or what is served is not what was signed.
        Critical = "critical",
        /// A limit that protects a signed request is missing: time, scope, revocation.
        High = "high",
        /// A right request is refused, or a rule is missing that only weakens others.
        Medium = "medium",
        /// Lenience or strictness that hardly anyone meets.
        Low = "low",
    }
}

words! {
    /// How a request came to be.
    pub enum Made {
        /// Signed, and sent as it was signed.
        Signed = "signed",
        /// Changed after signing.
        Tampered = "tampered",
        /// Changed and then signed, so that only the named check can refuse it.
        Resigned = "re-signed",
    }
}
