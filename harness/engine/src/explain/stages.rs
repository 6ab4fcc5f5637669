//! What a correct signer computes for the request, with the payload line that the request states.

use sha2::{Digest as _, Sha256};
use sigv4_protocol::SignQuestion;
use sigv4_protocol::hex::hex;
use sigv4_reference::canonical::Stages;
use sigv4_reference::sign::{ContentSha256, SessionToken, Signer};
use sigv4_reference::{Scope, ScopedKey, SigningKey, Time, UNSIGNED_PAYLOAD, Workspace};
use sigv4_vectors::model::{Payload, Placement, Request};

use super::parts::header;
use crate::subject::convert::{headers, profile, request, token_coverage};

/// The texts of a correct signer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Computed {
    pub(crate) canonical_request: Vec<u8>,
    pub(crate) string_to_sign: Vec<u8>,
    /// In hexadecimal.
    pub(crate) signature: Vec<u8>,
}

/// The prefix of the markers that announce a body in chunks.
const STREAM: &[u8] = b"STREAMING-";

/// What the `x-amz-content-sha256` of a request states, if it is not the hash of its body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stated<'r> {
    /// Another text, such as the hash of the body that the signer had.
    Other(&'r [u8]),
    /// The body comes in chunks; each of them is signed, or none.
    Stream(&'r [u8]),
}

impl<'r> Stated<'r> {
    pub(crate) fn of(request: &'r Request) -> Option<Self> {
        let stated = header(request, "x-amz-content-sha256")?.trim_ascii();
        if stated == UNSIGNED_PAYLOAD.as_bytes() {
            None
        } else if stated.starts_with(STREAM) {
            Some(Self::Stream(stated))
        } else {
            let hash = hex(&Sha256::digest(&request.body));
            (stated != hash.as_bytes()).then_some(Self::Other(stated))
        }
    }

    pub(super) fn text(self) -> &'r [u8] {
        match self {
            Self::Other(text) | Self::Stream(text) => text,
        }
    }
}

/// Signs the request; empty if it cannot be signed.
pub(crate) fn computed(asked: &SignQuestion, stated: Option<Stated<'_>>) -> Computed {
    let signed = computed_with(asked, &payload_line(asked, stated));
    signed.map(|(computed, _)| computed).unwrap_or_default()
}

/// The payload line of the request.
pub(super) fn payload_line(asked: &SignQuestion, stated: Option<Stated<'_>>) -> Vec<u8> {
    match (stated, asked.input.payload) {
        (Some(stated), _) => stated.text().to_vec(),
        (None, Payload::Signed) => {
            hex(&Sha256::digest(&asked.input.request.body)).as_bytes().to_vec()
        }
        (None, Payload::Unsigned) => UNSIGNED_PAYLOAD.as_bytes().to_vec(),
        (None, stream) => stream.as_str().as_bytes().to_vec(),
    }
}

/// Signs the request with this payload line, and says with which key; `None` if it cannot be signed.
pub(super) fn computed_with(
    asked: &SignQuestion,
    payload: &[u8],
) -> Option<(Computed, SigningKey)> {
    let input = &asked.input;
    let credentials = &input.credentials;
    let time = Time::parse(input.time.as_bytes()).ok()?;
    let scope = Scope::new(&time, &input.region, &input.service).ok()?;
    let key = ScopedKey::derive(&credentials.secret_access_key, scope);
    let headers = headers(&input.request);
    let request = request(&input.request, &headers);
    let mut signer = Signer::new(time, &credentials.access_key_id, &key);
    // The request names the headers that it signs.
    signer.unsigned_headers = &[];
    signer.profile = profile(input.normalize, input.double_encode);
    signer.session_token = credentials
        .session_token
        .as_deref()
        .map(|value| SessionToken { value, coverage: token_coverage(input.session_token_signed) });
    signer.payload = sigv4_reference::sign::Payload::Given(payload);
    if input.content_sha256_header {
        signer.content_sha256 = ContentSha256::Header;
    }
    let mut workspace = Workspace::default();
    let stages = match asked.placement {
        Placement::Header => signer.header(&mut workspace, &request).ok()?.stages(),
        Placement::Query => {
            let expires = input.expires.unwrap_or_default();
            signer.query(&mut workspace, &request, expires).ok()?.stages()
        }
    };
    let Stages { canonical_request, string_to_sign, signature, .. } = stages;
    let computed = Computed {
        canonical_request: canonical_request.to_vec(),
        string_to_sign: string_to_sign.to_vec(),
        signature: signature.as_bytes().to_vec(),
    };
    Some((computed, key.key().clone()))
}
