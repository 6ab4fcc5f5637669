//! `SigV4A`: keys, signatures and requests of other implementations, and what is refused.

mod chunks;
#[path = "../common/mod.rs"]
mod common;
mod official;
mod properties;
mod published;
mod refusals;
mod sdk;
mod signature;

use sigv4_reference::v4a::V4aKey;
use sigv4_reference::verify::{Rejection, StoredKey, Verifier};
use sigv4_reference::{KeyMaterial, Time, Workspace};

use common::Sent;

const ACCESS_KEY_ID: &[u8] = b"AKIDEXAMPLE";
const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn example_key() -> V4aKey {
    V4aKey::derive(ACCESS_KEY_ID, SECRET).unwrap()
}

/// The verifier's answer, with the public key of the example pair: the time of signing.
fn verify(
    verifier: &Verifier<'_>,
    sent: &Sent,
    session_token: Option<&str>,
) -> Result<Time, Rejection> {
    let public = example_key().public_key();
    let keys = [StoredKey {
        access_key_id: ACCESS_KEY_ID,
        material: KeyMaterial::Public(&public),
        session_token: session_token.map(str::as_bytes),
        active: true,
    }];
    let mut workspace = Workspace::default();
    let accepted = sent.borrowed(|request| verifier.verify_v4a(&mut workspace, request, &keys));
    accepted.map(|accepted| accepted.time)
}

/// The bytes of hexadecimal digits.
fn unhex(digits: &str) -> [u8; 32] {
    let byte = |index: usize| u8::from_str_radix(&digits[2 * index..2 * index + 2], 16).unwrap();
    assert_eq!(digits.len(), 64);
    std::array::from_fn(byte)
}
