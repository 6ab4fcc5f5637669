//! Whatever the reference signs, it verifies.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use sigv4_reference::sign::{ContentSha256, Signer, TokenCoverage};
use sigv4_reference::verify::{StoredKey, UnstatedPayload, Verifier};
use sigv4_reference::{Header, PathEncoding, Profile, Request, SigningKey, Time, Workspace};

const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    target: &'a [u8],
    headers: Vec<(&'a [u8], &'a [u8])>,
    body: &'a [u8],
    normalize: bool,
    double_encode: bool,
    content_sha256: bool,
}

fuzz_target!(|input: Input<'_>| {
    let Ok(time) = Time::parse(b"20150830T123600Z") else { return };
    let key = SigningKey::derive(SECRET, &time, b"us-east-1", b"service");
    let mut signer = Signer::new(time, b"us-east-1", b"service", b"AKIDEXAMPLE", &key);
    signer.profile = Profile {
        normalize: input.normalize,
        path_encoding: if input.double_encode { PathEncoding::Double } else { PathEncoding::AsSent },
    };
    if input.content_sha256 {
        signer.content_sha256 = ContentSha256::Header;
    }
    // The signer takes a session token and a payload line as they are given; the verifier has
    // opinions on both, which are no part of this property.
    let free = |name: &[u8]| {
        !name.eq_ignore_ascii_case(b"x-amz-security-token")
            && !name.eq_ignore_ascii_case(b"x-amz-content-sha256")
    };
    let host = [Header { name: b"Host", value: b"example.amazonaws.com" }];
    let given = input.headers.iter().map(|&(name, value)| Header { name, value });
    let headers: Vec<Header<'_>> = host.into_iter().chain(given.filter(|h| free(h.name))).collect();
    let request =
        Request { method: b"GET", target: input.target, headers: &headers, body: input.body };

    let mut workspace = Workspace::default();
    let Ok(signature) = signer.header(&mut workspace, &request) else { return };
    let added: Vec<(&str, Vec<u8>)> =
        signature.headers().map(|(name, value)| (name, value.to_vec())).collect();
    let kept = headers.iter().filter(|header| !signer.replaces(header.name)).copied();
    let own = added.iter().map(|(name, value)| Header { name: name.as_bytes(), value });
    let sent: Vec<Header<'_>> = kept.chain(own).collect();
    let request = Request { headers: &sent, ..request };
    let verifier = Verifier {
        now: time,
        window_seconds: 0,
        region: b"us-east-1",
        service: b"service",
        profile: signer.profile,
        unstated_payload: UnstatedPayload::BodyHash,
        token_coverage: TokenCoverage::Signed,
    };
    let keys = [StoredKey {
        access_key_id: b"AKIDEXAMPLE",
        secret_access_key: SECRET,
        session_token: None,
        active: true,
    }];
    let verified = verifier.verify(&mut workspace, &request, &keys);
    // A request that carries a presigned query of its own has two authentications.
    if let Err(rejection) = verified {
        let code = rejection.reason.code();
        assert!(code == "multiple-authentications", "{rejection}: {request:?}");
    }
});
