//! What a subject did. Never whether that was right.

use serde::{Deserialize, Serialize};
use sigv4_vectors::Bytes;

use crate::Digits;

/// One answer of a subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Answer {
    /// The verifier let the request in.
    Accept,
    /// The keys that were derived.
    Derived(DerivedKeys),
    /// The implementation itself failed.
    Error {
        /// What it said.
        #[serde(default)]
        detail: String,
    },
    /// The verifier refused the request.
    Reject {
        /// A word for the reason.
        #[serde(default)]
        reason: String,
        /// More about it.
        #[serde(default)]
        detail: String,
    },
    /// The signed request.
    Signed(Box<SignedAnswer>),
    /// The signed requests of a sequence, call by call.
    SignedSequence {
        /// One a call, in their order.
        calls: Vec<SignedAnswer>,
    },
    /// Its interface or its HTTP library cannot hold the input.
    Unrepresentable {
        /// What it cannot hold.
        #[serde(default)]
        detail: String,
    },
    /// It lacks the feature.
    Unsupported {
        /// Which one.
        #[serde(default)]
        detail: String,
    },
}

/// A signed request with whatever the subject shows of how it came about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignedAnswer {
    /// What would go onto the wire.
    pub request: SentRequest,
    /// The intermediate results that the subject exposes.
    #[serde(default)]
    pub stages: StagesShown,
}

/// A request as a subject would send it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentRequest {
    /// The method.
    pub method: Bytes,
    /// The request target.
    pub target: Bytes,
    /// Names and values in order.
    pub headers: Vec<(Bytes, Bytes)>,
    /// The body, if the subject changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Bytes>,
}

/// Intermediate results, each as far as it is exposed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StagesShown {
    /// The canonical request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canonical_request: Option<Bytes>,
    /// The string to sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string_to_sign: Option<Bytes>,
    /// The signing key, 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_key: Option<Digits>,
    /// The signature, 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Digits>,
}

/// The four keys of the chain, each 64 lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DerivedKeys {
    /// `HMAC("AWS4" + secret, date)`.
    pub date_key: String,
    /// `HMAC(date key, region)`.
    pub region_key: String,
    /// `HMAC(region key, service)`.
    pub service_key: String,
    /// `HMAC(service key, "aws4_request")`.
    pub signing_key: String,
}

impl Answer {
    /// The refusal of what the subject does not do.
    #[must_use]
    pub fn unsupported(detail: impl Into<String>) -> Self {
        Self::Unsupported { detail: detail.into() }
    }

    /// The refusal of what the subject cannot hold.
    #[must_use]
    pub fn unrepresentable(detail: impl Into<String>) -> Self {
        Self::Unrepresentable { detail: detail.into() }
    }

    /// The answer to a sequence from those to its calls, which are made as long as they sign; what
    /// else the first other one says is said of the whole.
    pub fn of_calls(calls: impl Iterator<Item = Self>) -> Self {
        let mut signed = Vec::new();
        for (index, call) in calls.enumerate() {
            let of_call = |detail| format!("call {}: {detail}", index + 1);
            match call {
                Self::Signed(answer) => signed.push(*answer),
                Self::Unsupported { detail } => return Self::unsupported(of_call(detail)),
                Self::Unrepresentable { detail } => return Self::unrepresentable(of_call(detail)),
                other => return other,
            }
        }
        Self::SignedSequence { calls: signed }
    }

    /// As [`Answer::signed`].
    pub fn into_signed(self) -> Vec<SignedAnswer> {
        match self {
            Self::Signed(answer) => vec![*answer],
            Self::SignedSequence { calls } => calls,
            _ => Vec::new(),
        }
    }

    /// The signed requests, first to last; none where nothing was signed.
    #[must_use]
    pub fn signed(&self) -> &[SignedAnswer] {
        match self {
            Self::Signed(answer) => std::slice::from_ref(answer),
            Self::SignedSequence { calls } => calls,
            _ => &[],
        }
    }

    /// The failure of the subject itself.
    #[must_use]
    pub fn error(detail: impl Into<String>) -> Self {
        Self::Error { detail: detail.into() }
    }
}
