//! `rust-s3`: the functions of its module `signing`, in the order in which its requests call them.

use std::hint::black_box;

use http::{HeaderMap, HeaderName, HeaderValue};
use s3::Region;
use s3::signing;
use sha2::{Digest, Sha256};
use sigv4_protocol::hex::hex;
use sigv4_reference::UNSIGNED_PAYLOAD;
use sigv4_reference::sign::Payload;
use time::OffsetDateTime;
use url::Url;

use super::check;
use crate::contender::Contender;
use crate::scene::{self, ACCESS_KEY_ID, REGION, SECRET, Scene};

pub(super) fn contender(scene: &Scene) -> Contender<'_> {
    let (method, target, headers) = scene.parts();
    let host = headers.iter().find(|(name, _)| *name == "Host").map_or("", |(_, value)| value);
    let url = Url::parse(&format!("https://{host}{target}")).expect("a sound URL");
    let region: Region = REGION.parse().expect("a region");
    let seconds = scene::time().unix_seconds();
    let time = OffsetDateTime::from_unix_timestamp(seconds).expect("a time");
    let mut fixed = HeaderMap::new();
    for (name, value) in headers {
        let name: HeaderName = name.parse().expect("a header name");
        fixed.insert(name, HeaderValue::from_static(value));
    }
    let act = move || {
        let payload = match scene.payload {
            Payload::Unsigned => UNSIGNED_PAYLOAD.to_owned(),
            _ => hex(&Sha256::digest(black_box(scene.body()))),
        };
        let mut headers = fixed.clone();
        headers.insert("x-amz-date", HeaderValue::from_static("20150830T123600Z"));
        let value = HeaderValue::try_from(payload.as_str()).expect("digits");
        headers.insert("x-amz-content-sha256", value);
        let canonical = signing::canonical_request(method, &url, &headers, &payload).expect("text");
        let text = signing::string_to_sign(&time, &region, &canonical).expect("text");
        let key = signing::signing_key(&time, SECRET, &region, "s3").expect("a key");
        let mac = hmac(&key, text.as_bytes());
        let names = signing::signed_header_string(&headers);
        let authorization =
            signing::authorization_header(ACCESS_KEY_ID, &time, &region, &names, &mac);
        black_box(authorization).expect("text");
        mac
    };
    check(scene, "rust-s3", &act());
    Contender::new("rust-s3", true, move || drop(black_box(act())))
}

/// It signs with `hmac` itself, in a private function.
fn hmac(key: &[u8], message: &[u8]) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let state = Hmac::<Sha256>::new_from_slice(key).expect("any key");
    let mac = state.chain_update(message).finalize().into_bytes();
    hex(&mac)
}
