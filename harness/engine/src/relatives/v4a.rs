//! The mistakes of the catalogue behind a wrong signature of SigV4A.

use sigv4_mistakes::diagnose::{Depth, diagnose_whole};
use sigv4_mistakes::{MistakeSet, catalogue};
use sigv4_protocol::{
    Answer, Question, SentRequest, SignQuestion, SignedAnswer, StagesShown, V4aQuestion,
};
use sigv4_reference::verify::{Claim, Placement};
use sigv4_reference::{Profile, Request};
use sigv4_vectors::model::{self, Credentials, Payload, SigningInput};
use sigv4_vectors::text::Time;
use sigv4_vectors::{Bytes, Secret};

use super::{Cause, Known};
use crate::subject::convert::is_signers_own;

/// How many sets that give the same signature are named.
const MOST: usize = 2;

/// The mistakes that give the signature of `request`; `None` if none do, or if the payload is of a kind
/// that the model does not sign.
pub(super) fn cause(
    request: &Request<'_>,
    claim: &Claim,
    known: &Known<'_>,
    profile: Profile,
    depth: Depth,
) -> Option<Cause> {
    let question = V4aQuestion { request: asked(request, claim, known, profile)? };
    let request = SentRequest {
        method: request.method.into(),
        target: request.target.into(),
        headers: owned(request).collect(),
        body: None,
    };
    let answer = SignedAnswer { request, stages: StagesShown::default() };
    let question = Question::SignV4a(Box::new(question));
    let sets = diagnose_whole(question, &Answer::SignedV4a(Box::new(answer)), depth);
    let named: Vec<String> = sets.iter().take(MOST).map(|set| in_words(*set)).collect();
    (!named.is_empty()).then(|| Cause {
        what: named.join("; or "),
        fix: "`sigv4-conformance mistakes show ID` shows the right text beside the wrong one.",
    })
}

/// The request before it was signed.
fn asked(
    request: &Request<'_>,
    claim: &Claim,
    known: &Known<'_>,
    profile: Profile,
) -> Option<SignQuestion> {
    let (placement, expires) = match claim.placement {
        Placement::Header => (model::Placement::Header, None),
        Placement::Query { expires } => (model::Placement::Query, Some(expires)),
        _ => return None,
    };
    let is_header = placement == model::Placement::Header;
    let is_s3 = profile == Profile::S3;
    let is_added =
        |name: &[u8]| is_signers_own(name) || name.eq_ignore_ascii_case(b"x-amz-region-set");
    let payload = match claim.content_sha256.as_deref() {
        Some(b"UNSIGNED-PAYLOAD") => Payload::Unsigned,
        Some(stated) if stated.starts_with(b"STREAMING-") => return None,
        None if !is_header && is_s3 => Payload::Unsigned,
        _ => Payload::Signed,
    };
    Some(SignQuestion {
        placement,
        profile: if is_s3 { model::Profile::S3 } else { model::Profile::Generic },
        input: SigningInput {
            time: Time::try_from(claim.time.to_string()).ok()?,
            region: (&claim.region[..]).into(),
            service: (&claim.service[..]).into(),
            credentials: Credentials {
                access_key_id: (&claim.access_key_id[..]).into(),
                secret_access_key: known.secret_access_key.into(),
                session_token: claim.session_token.as_ref().map(|token| Secret::from(&token[..])),
            },
            session_token_signed: true,
            normalize: !is_s3,
            double_encode: !is_s3,
            payload,
            content_sha256_header: is_header && claim.content_sha256.is_some(),
            expires,
            request: model::Request {
                method: request.method.into(),
                target: request.target.into(),
                headers: owned(request)
                    .filter(|(name, _)| claim.signs(name) && !(is_header && is_added(name)))
                    .collect(),
                body: request.body.into(),
            },
        },
    })
}

fn owned(request: &Request<'_>) -> impl Iterator<Item = (Bytes, Bytes)> {
    request.headers.iter().map(|header| (header.name.into(), header.value.into()))
}

/// Ids and titles.
fn in_words(set: MistakeSet) -> String {
    let entries = catalogue().iter().filter(|entry| set.contains(entry.mistake));
    let words = entries.map(|entry| {
        let title = entry.title.trim_end_matches('.');
        let mut letters = title.chars();
        let first = letters.next().map(|letter| letter.to_ascii_lowercase()).into_iter();
        format!("the signer {} ({})", first.chain(letters).collect::<String>(), entry.mistake)
    });
    words.collect::<Vec<_>>().join(", and ")
}
