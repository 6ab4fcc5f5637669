//! The signatures before Version 4: the published examples, what each verifier refuses, and that the
//! verifier of Version 4 refuses them all.

mod aws3;
#[path = "../common/mod.rs"]
mod common;
mod policy;
mod properties;
mod query_v2;
mod refused;
mod s3_examples;
mod s3_v2;

use sigv4_reference::KeyMaterial;
use sigv4_reference::Time;
use sigv4_reference::key::Secret;
use sigv4_reference::legacy::Clock;
use sigv4_reference::verify::StoredKey;

use common::Sent;

/// A request without its signature.
fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Sent {
    Sent {
        method: method.into(),
        target: target.into(),
        headers: headers.iter().map(|&(name, value)| (name.into(), value.into())).collect(),
        body: body.into(),
    }
}

fn stored<'a>(secret: Secret<'a>, session_token: Option<&'a [u8]>) -> StoredKey<'a> {
    StoredKey {
        access_key_id: secret.access_key_id,
        material: KeyMaterial::Secret(secret.secret_access_key),
        session_token,
        active: true,
    }
}

fn clock(now: &str, window_seconds: u64) -> Clock {
    Clock { now: Time::parse(now.as_bytes()).unwrap(), window_seconds }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
