//! Converts the protocol's types to the reference's.

use sigv4_reference::sign::TokenCoverage;
use sigv4_reference::v4a::PublicKey;
use sigv4_reference::verify::{
    HostRule, Rejection, StoredKey, UnsignedPayload, UnstatedPayload, Verifier,
};
use sigv4_reference::{Header, KeyMaterial, PathEncoding, Profile, Request, Time, Workspace};
use sigv4_vectors::model;

/// The protocol's two switches as the reference's profile.
pub(crate) fn profile(normalize: bool, double_encode: bool) -> Profile {
    let path_encoding = if double_encode { PathEncoding::Double } else { PathEncoding::AsSent };
    Profile { normalize, path_encoding }
}

/// The protocol's switch as the reference's.
pub(crate) fn token_coverage(signed: bool) -> TokenCoverage {
    if signed { TokenCoverage::Signed } else { TokenCoverage::Appended }
}

/// Borrows the header list.
pub(crate) fn headers(request: &model::Request) -> Vec<Header<'_>> {
    request.headers.iter().map(|(name, value)| Header { name, value }).collect()
}

/// Borrows the request.
pub(crate) fn request<'r>(request: &'r model::Request, headers: &'r [Header<'r>]) -> Request<'r> {
    Request { method: &request.method, target: &request.target, headers, body: &request.body }
}

/// What the verifier says about a request at `now`, for the scope, switches and credentials of
/// `input`: whose key signed it, and when.
pub(crate) fn verify(
    workspace: &mut Workspace,
    input: &model::SigningInput,
    sent: &model::Request,
    now: Time,
    window_seconds: u64,
) -> Result<(Vec<u8>, Time), Rejection> {
    let verifier = Verifier { window_seconds, ..verifier(input, now) };
    let keys = [StoredKey {
        access_key_id: &input.credentials.access_key_id,
        material: KeyMaterial::Secret(&input.credentials.secret_access_key),
        session_token: input.credentials.session_token.as_deref(),
        active: true,
    }];
    let headers = headers(sent);
    let request = request(sent, &headers);
    let accepted = match input.payload {
        model::Payload::Signed | model::Payload::Unsigned => {
            verifier.verify(workspace, &request, &keys)?
        }
        _ => verifier.verify_head(workspace, &request, &keys)?.accepted,
    };
    Ok((accepted.access_key_id.to_vec(), accepted.time))
}

/// The same for a request that is signed with SigV4A at `now`, with the public key. The region of the
/// input is the region set.
pub(crate) fn verify_v4a(
    workspace: &mut Workspace,
    input: &model::SigningInput,
    sent: &model::Request,
    now: Time,
    key: &PublicKey,
) -> Result<(), Rejection> {
    let mut regions = input.region.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    let region = regions.next().filter(|region| *region != b"*");
    let region = region.unwrap_or(b"us-east-1");
    let verifier = Verifier { window_seconds: 0, region, ..verifier(input, now) };
    let keys = [StoredKey {
        access_key_id: &input.credentials.access_key_id,
        material: KeyMaterial::Public(key),
        session_token: input.credentials.session_token.as_deref(),
        active: true,
    }];
    let headers = headers(sent);
    let request = request(sent, &headers);
    match input.payload {
        model::Payload::Signed | model::Payload::Unsigned => {
            verifier.verify_v4a(workspace, &request, &keys).map(drop)
        }
        _ => verifier.verify_head_v4a(workspace, &request, &keys).map(drop),
    }
}

/// A verifier for the scope and switches of `input`.
fn verifier(input: &model::SigningInput, now: Time) -> Verifier<'_> {
    Verifier {
        profile: profile(input.normalize, input.double_encode),
        unstated_payload: match input.payload {
            model::Payload::Unsigned => UnstatedPayload::Unsigned,
            _ => UnstatedPayload::BodyHash,
        },
        // A vector may ask for what a service refuses: only the signature is judged here.
        unsigned_payload: UnsignedPayload::Accepted,
        token_coverage: token_coverage(input.session_token_signed),
        host: HostRule::Any,
        ..Verifier::new(now, &input.region, &input.service)
    }
}

/// Whether a header is one that the signer adds itself, in place of the caller's.
pub(crate) fn is_signers_own(name: &[u8]) -> bool {
    const OWN: [&[u8]; 4] =
        [b"authorization", b"x-amz-date", b"x-amz-security-token", b"x-amz-content-sha256"];
    OWN.iter().any(|own| name.eq_ignore_ascii_case(own))
}
