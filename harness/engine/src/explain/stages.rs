//! What a correct signer computes for the request, with the payload line that the request states.

use sha2::{Digest as _, Sha256};
use sigv4_protocol::SignQuestion;
use sigv4_protocol::hex::hex;
use sigv4_reference::canonical::Stages;
use sigv4_reference::sign::{ContentSha256, Payload, SessionToken, Signer};
use sigv4_reference::{Scope, ScopedKey, Time, UNSIGNED_PAYLOAD, Workspace};
use sigv4_vectors::model::{Placement, Request};

use super::question::header;
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
    signed(asked, stated).unwrap_or_default()
}

fn signed(
    asked: &SignQuestion,
    stated: Option<Stated<'_>>,
) -> Result<Computed, sigv4_reference::Error> {
    let input = &asked.input;
    let credentials = &input.credentials;
    let time = Time::parse(input.time.as_bytes())?;
    let scope = Scope::new(&time, &input.region, &input.service)?;
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
    signer.payload = match (stated, input.payload) {
        (Some(stated), _) => Payload::Given(stated.text()),
        (None, sigv4_vectors::model::Payload::Signed) => Payload::Signed,
        (None, sigv4_vectors::model::Payload::Unsigned) => Payload::Unsigned,
    };
    if input.content_sha256_header {
        signer.content_sha256 = ContentSha256::Header;
    }
    let mut workspace = Workspace::default();
    let stages = match asked.placement {
        Placement::Header => signer.header(&mut workspace, &request)?.stages(),
        Placement::Query => {
            signer.query(&mut workspace, &request, input.expires.unwrap_or_default())?.stages()
        }
    };
    let Stages { canonical_request, string_to_sign, signature, .. } = stages;
    Ok(Computed {
        canonical_request: canonical_request.to_vec(),
        string_to_sign: string_to_sign.to_vec(),
        signature: signature.as_bytes().to_vec(),
    })
}
