//! The protocol's words as the reference's types.

use sigv4_reference::sign::TokenCoverage;
use sigv4_reference::{Header, PathEncoding, Profile, Request};
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

/// Whether a header is one that the signer adds itself, in place of the caller's.
pub(crate) fn is_signers_own(name: &[u8]) -> bool {
    const OWN: [&[u8]; 4] =
        [b"authorization", b"x-amz-date", b"x-amz-security-token", b"x-amz-content-sha256"];
    OWN.iter().any(|own| name.eq_ignore_ascii_case(own))
}
