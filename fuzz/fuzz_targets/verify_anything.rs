//! The verifier answers every request, and accepts none that was not signed.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use sigv4_reference::sign::TokenCoverage;
use sigv4_reference::verify::{StoredKey, UnstatedPayload, Verifier};
use sigv4_reference::{Header, Profile, Request, Time, Workspace};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    method: &'a [u8],
    target: &'a [u8],
    headers: Vec<(&'a [u8], &'a [u8])>,
    authorization: Option<&'a [u8]>,
    body: &'a [u8],
}

fuzz_target!(|input: Input<'_>| {
    let Ok(now) = Time::parse(b"20150830T123600Z") else { return };
    let given = input.headers.iter().map(|&(name, value)| Header { name, value });
    let authorization =
        input.authorization.map(|value| Header { name: b"Authorization", value });
    let headers: Vec<Header<'_>> = given.chain(authorization).collect();
    let request = Request {
        method: input.method,
        target: input.target,
        headers: &headers,
        body: input.body,
    };
    let verifier = Verifier {
        now,
        window_seconds: 900,
        region: b"us-east-1",
        service: b"service",
        profile: Profile::GENERIC,
        unstated_payload: UnstatedPayload::BodyHash,
        token_coverage: TokenCoverage::Signed,
    };
    let keys = [StoredKey {
        access_key_id: b"AKIDEXAMPLE",
        secret_access_key: b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        session_token: None,
        active: true,
    }];
    let verified = verifier.verify(&mut Workspace::default(), &request, &keys);
    assert!(verified.is_err(), "accepted without a signature by its key: {request:?}");
});
