//! What is said of a request.

use sigv4_mistakes::MistakeSet;

use super::change::Way;
use super::curl::signing::CurlSigning;
use super::field_request::FieldRequest;
use super::server::ServerSide;
use super::signer_log::SignerSide;
use super::suspects::Suspect;
use crate::judge::{Component, Difference};
use crate::relatives::{Checked, Outcome, Relative};

/// Everything that can be said of a request.
#[derive(Clone, Debug)]
pub struct Report {
    /// Why its signature does or does not match.
    pub explanation: Explanation,
    /// How what the server computed compares with a correct signer's texts.
    pub server: Option<ServerSide>,
    /// How what the signer logged compares with it.
    pub signer: Option<SignerSide>,
    /// What may be the cause where it was not found, the likeliest first.
    pub suspects: Vec<Suspect>,
    /// What else was noticed, the most serious first.
    pub remarks: Vec<Remark>,
}

impl Report {
    /// An explanation that is all there is to say, besides what the input says.
    pub(super) fn of(explanation: Explanation, sent: &FieldRequest) -> Self {
        let remarks = Remark::of_input(sent);
        Self { explanation, server: None, signer: None, suspects: Vec::new(), remarks }
    }

    /// Whether nothing speaks against the request.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let is_right = match &self.explanation {
            Explanation::Right { .. } => true,
            Explanation::Related { checked, .. } => checked.outcome == Outcome::Right,
            _ => false,
        };
        is_right && self.server.is_none() && self.problem().is_none()
    }

    /// The first reason for which a server refuses the request whatever its signature.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        let mut problems = self.remarks.iter().filter(|remark| remark.weight.is_problem());
        problems.next().map(|remark| &remark.text[..])
    }
}

/// Why a signature does or does not match.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Explanation {
    /// The signature is that of the request with this secret.
    Right {
        /// How much of the request it covers.
        reach: Reach,
    },
    /// The signature is that of the request with this secret, but the request states something else of
    /// it than what was signed.
    Misstated {
        /// What is wrong with it.
        problem: String,
    },
    /// The request changed between signer and server, or the signer made a mistake: every way that
    /// gives this signature.
    Ways {
        /// Whether the first change is likelier than the first mistakes.
        is_change: bool,
        /// What happened on the way, alone or with a mistake; the likeliest first.
        changed: Vec<Way>,
        /// The smallest sets of mistakes that give this signature; the likeliest first.
        mistaken: Vec<MistakeSet>,
        /// Where what was signed differs from a correct signer's canonical request, if mistakes
        /// alone explain it.
        sides: Vec<Difference>,
    },
    /// The target was signed as it was sent, but the service decodes and encodes it first.
    TargetAsSent {
        /// Whether the path is concerned, or the query.
        part: Component,
        /// What the service computes for it: the path, or the parameters that differ.
        right: Vec<u8>,
        /// What was signed.
        wrong: Vec<u8>,
    },
    /// The text in the place of the signature is not one.
    NotASignature {
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// The request was signed correctly for another kind of service.
    OtherProfile {
        /// Whether dot segments and repeated slashes were removed.
        normalize: bool,
        /// Whether the path was encoded once more.
        double_encode: bool,
    },
    /// It is signed in another way than with `AWS4-HMAC-SHA256`.
    Related {
        /// In which.
        relative: Relative,
        /// What is said of the signature.
        checked: Checked,
    },
    /// A curl command that is not signed yet: curl signs it when it is run.
    SignedByCurl(CurlSigning),
    /// No known change of the policy of a form gives this signature, and no known key.
    PolicyUnexplained,
    /// Signed headers did not arrive, so that no server can compute the signature.
    Missing {
        /// Their names.
        names: Vec<String>,
    },
    /// No catalogued mistake gives this signature, and no change on the way.
    Unexplained {
        /// How much of the request the signature should cover.
        reach: Reach,
        /// What a correct signer would have as the canonical request.
        canonical_request: Vec<u8>,
    },
    /// The secret is not known, so that the signature cannot be checked.
    Unchecked {
        /// What a correct signer would have as the canonical request; nothing for what is not signed
        /// with `AWS4-HMAC-SHA256`.
        canonical_request: Option<Vec<u8>>,
    },
}

impl Explanation {
    /// Whether it leaves open what happened to the request.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Unexplained { .. } | Self::Unchecked { .. } | Self::Missing { .. })
    }

    /// What a correct signer would have, where the signature says nothing more.
    pub(super) fn canonical_request(&self) -> Option<&[u8]> {
        match self {
            Self::Unexplained { canonical_request, .. } => Some(canonical_request),
            Self::Unchecked { canonical_request } => canonical_request.as_deref(),
            _ => None,
        }
    }
}

/// How much of a request its signature covers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reach {
    /// The headers of a request whose body comes in chunks, which are not here or cannot be checked.
    Seed,
    /// The headers of a request whose body comes in chunks that are wrong.
    Headers,
    /// The headers, and each chunk of the body by its own signature.
    Chunks,
    /// The policy of a form, and nothing else of the request.
    Policy,
    /// The headers of a request whose body comes in chunks that are not signed. What frames them is
    /// right, and so is their checksum if they have one.
    UnsignedChunks,
    /// All of it.
    Whole,
}

/// Something noticed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Remark {
    /// How serious it is.
    pub weight: Weight,
    /// What it is and what to do about it, in sentences.
    pub text: String,
}

/// How serious something is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Weight {
    /// A server refuses the request for it, which is certain whatever the signature and the secret.
    Certain,
    /// A server refuses the request for it.
    Refused,
    /// It works until something between signer and server changes.
    Fragile,
    /// What the input or the server's answer says.
    Said,
}

impl Weight {
    /// Whether a server refuses the request for it.
    #[must_use]
    pub fn is_problem(self) -> bool {
        matches!(self, Self::Certain | Self::Refused)
    }

    /// What a remark of this weight is called.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Certain | Self::Refused => "problem",
            Self::Fragile => "warning",
            Self::Said => "note",
        }
    }
}

impl Remark {
    /// What the readers of the input noticed.
    pub(super) fn of_input(sent: &FieldRequest) -> Vec<Self> {
        let remarks = sent.remarks.iter();
        remarks.map(|text| Self { weight: Weight::Said, text: text.clone() }).collect()
    }
}
