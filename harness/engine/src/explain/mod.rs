//! Why does this signature not match: one request from the field, the secret, and, if at hand, what
//! the server said.

mod curl;
mod error_document;
mod har;
mod input;
mod parts;
mod question;
mod raw_http;
mod server;
mod stages;

use sigv4_reference::verify::{Reason, Rejection, StoredKey, UnsignedPayload, Verifier};
use sigv4_reference::{KeyMaterial, Time, Workspace};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::Profile;

use crate::subject::convert::{headers, profile, request, token_coverage};
use sigv4_mistakes::MistakeSet;
use sigv4_mistakes::diagnose::{Depth, Diagnosis, diagnose, telling};
use sigv4_protocol::{SentRequest, SignQuestion, SignedAnswer, StagesShown};

pub use error_document::ErrorDocument;
pub use input::{FieldRequest, Scheme, ServerAnswer, SignerLog};
pub use parts::{InputError, split_url};
pub(crate) use question::of as question;
pub use server::ServerSide;
pub(crate) use stages::{Computed, Stated, computed};

/// What the explanation rests on, besides the request.
#[derive(Clone, Debug)]
pub struct Circumstances<'c> {
    /// The secret that the request is said to be signed with.
    pub secret_access_key: &'c [u8],
    /// The clock of the server.
    pub now: Time,
    /// How far the signing time may lie from it, in seconds; `None` for what is usual for the
    /// service.
    pub window_seconds: Option<u64>,
    /// How the service makes the path canonical; `None` for what is usual for the service.
    pub profile: Option<Profile>,
    /// What the server printed with its refusal.
    pub document: Option<&'c ErrorDocument>,
}

/// Why a signature does or does not match.
#[derive(Clone, Debug)]
pub enum Explanation {
    /// The signature is that of the request under this secret.
    Right {
        /// How much of the request it covers.
        reach: Reach,
        /// What a server would refuse all the same.
        refusal: Option<Rejection>,
        /// How that compares with what the server computed.
        server: Option<ServerSide>,
    },
    /// The signer made a mistake, or several at once.
    Mistaken {
        /// The smallest sets of mistakes that give this signature; more than one where this
        /// request does not tell them apart.
        sets: Vec<MistakeSet>,
        /// The id of a vector whose request would tell them apart.
        telling: Option<String>,
    },
    /// The request was signed as it should be for another kind of service.
    OtherProfile {
        /// Whether dot segments and repeated slashes were removed.
        normalize: bool,
        /// Whether the path was encoded once more.
        double_encode: bool,
    },
    /// No catalogued mistake gives this signature.
    Unexplained {
        /// How much of the request the signature should cover. The mistakes are not tried on the
        /// seed of a stream.
        reach: Reach,
        /// What a correct signer would have as the canonical request.
        canonical_request: Vec<u8>,
        /// How that compares with what the server computed.
        server: Option<ServerSide>,
    },
}

/// How much of a request its signature covers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reach {
    /// The headers of a body that comes in chunks: the chunks have signatures of their own, or none.
    Seed,
    /// All of it.
    Whole,
}

/// Explains the signature of `sent`.
///
/// # Errors
/// A request without a signature, or one that is not written so that it could be read.
pub fn explain(
    sent: &FieldRequest,
    circumstances: &Circumstances<'_>,
) -> Result<Explanation, InputError> {
    let asked = question::of(sent, circumstances)?;
    let (_, authentication) = question::authentication(&sent.request)?;
    let stated = Stated::of(&sent.request);
    let correct = computed(&asked, stated);
    let server = |correct| {
        let document = circumstances.document?;
        ServerSide::of(document, &authentication.signature, correct)
    };
    let right = |reach| {
        let refusal = refusal(sent, &asked, circumstances);
        Explanation::Right { reach, refusal, server: server(&correct) }
    };
    let is_right = correct.signature == authentication.signature;
    if let Some(Stated::Stream(_)) = stated {
        let reach = Reach::Seed;
        return Ok(if is_right {
            right(reach)
        } else {
            let server = server(&correct);
            Explanation::Unexplained { reach, canonical_request: correct.canonical_request, server }
        });
    }
    let answer = answer(sent);
    let mut found = diagnose(&asked, &answer, Depth::Singles);
    if found.sets.is_empty() && is_right {
        // The hash that is stated was signed, and it is not that of the body.
        return Ok(right(Reach::Whole));
    }
    if found.sets.is_empty() {
        found = diagnose(&asked, &answer, Depth::Triples);
    }
    Ok(match found {
        Diagnosis { sets } if sets == [MistakeSet::EMPTY] => right(Reach::Whole),
        Diagnosis { sets } if sets.is_empty() => {
            if let Some((normalize, double_encode)) = other_profile(&asked, &answer) {
                Explanation::OtherProfile { normalize, double_encode }
            } else {
                let (reach, server) = (Reach::Whole, server(&correct));
                let canonical_request = correct.canonical_request;
                Explanation::Unexplained { reach, canonical_request, server }
            }
        }
        Diagnosis { sets } => {
            let telling = telling(&sets, Vectors::embedded().cases());
            Explanation::Mistaken { telling: telling.map(|case| case.id.clone()), sets }
        }
    })
}

/// The switches under which the signature is right, if there are others than those asked.
fn other_profile(asked: &SignQuestion, answer: &SignedAnswer) -> Option<(bool, bool)> {
    let switches = [(true, true), (false, false), (false, true), (true, false)];
    switches.into_iter().find(|&(normalize, double_encode)| {
        let mut other = asked.clone();
        other.input.normalize = normalize;
        other.input.double_encode = double_encode;
        diagnose(&other, answer, Depth::Singles).sets == [MistakeSet::EMPTY]
    })
}

/// What a server would refuse of a request whose signature is right.
fn refusal(
    sent: &FieldRequest,
    asked: &SignQuestion,
    circumstances: &Circumstances<'_>,
) -> Option<Rejection> {
    let input = &asked.input;
    let window_seconds = circumstances.window_seconds.unwrap_or_else(|| {
        // S3 allows a quarter of an hour, most other services five minutes.
        if asked.profile == Profile::S3 { 900 } else { 300 }
    });
    let verifier = Verifier {
        window_seconds,
        profile: profile(input.normalize, input.double_encode),
        unstated_payload: question::unstated_payload(asked),
        unsigned_payload: match asked.profile {
            Profile::S3 => UnsignedPayload::Accepted,
            Profile::Generic => UnsignedPayload::Refused,
        },
        token_coverage: token_coverage(input.session_token_signed),
        ..Verifier::new(circumstances.now, &input.region, &input.service)
    };
    let keys = [StoredKey {
        access_key_id: &input.credentials.access_key_id,
        material: KeyMaterial::Secret(circumstances.secret_access_key),
        session_token: input.credentials.session_token.as_deref(),
        active: true,
    }];
    let headers = headers(&sent.request);
    let request = request(&sent.request, &headers);
    let refusal = verifier.verify(&mut Workspace::default(), &request, &keys).err()?;
    // The payload is the last check before the signature: of a stream all others have passed.
    let is_stream = matches!(Stated::of(&sent.request), Some(Stated::Stream(_)));
    (!(is_stream && refusal.reason == Reason::UnsupportedPayload)).then_some(refusal)
}

fn answer(sent: &FieldRequest) -> SignedAnswer {
    let request = &sent.request;
    SignedAnswer {
        request: SentRequest {
            method: request.method.clone(),
            target: request.target.clone(),
            headers: request.headers.clone(),
            body: None,
        },
        stages: StagesShown::default(),
    }
}
