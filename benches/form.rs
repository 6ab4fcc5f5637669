//! A form with a policy of 20 conditions: verified, next to what that cannot do without, the chain of
//! HMACs and a JSON parse.
//!
//! `cargo bench -p benches --bench form`. It asserts no times; the target is twice the time of the two.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::Value;
use sigv4_reference::post::{Form, Limits, PostSigner, PostVerifier};
use sigv4_reference::verify::StoredKey;
use sigv4_reference::{KeyMaterial, Scope, ScopedKey, Time};

const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const ID: &[u8] = b"AKIAIOSFODNN7EXAMPLE";
const TYPE: &[u8] = b"multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW";

fn verify(criterion: &mut Criterion) {
    let Ok(now) = Time::parse(b"20151229T120000Z") else { return };
    let Ok(scope) = Scope::new(&now, b"us-east-1", b"s3") else { return };
    let policy = policy();
    let key = ScopedKey::derive(SECRET, scope);
    let signer = PostSigner { time: now, access_key_id: ID, key: &key, session_token: None };
    let Ok(upload) = signer.sign(policy.as_bytes()) else { return };
    let body = body(upload.fields());
    let encoded = upload.string_to_sign();
    let keys = [StoredKey {
        access_key_id: ID,
        material: KeyMaterial::Secret(SECRET),
        session_token: None,
        active: true,
    }];
    let verifier =
        PostVerifier { now, region: b"us-east-1", service: b"s3", bucket: Some(b"examplebucket") };
    let Ok(form) = Form::parse(TYPE, &body, Limits::default()) else { return };
    assert!(verifier.verify(&form, &keys).is_ok(), "the form is right");

    let mut group = criterion.benchmark_group("form");
    group.bench_function("limit: HMAC chain and JSON parse", |bencher| {
        bencher.iter(|| {
            let key = ScopedKey::derive(black_box(SECRET), scope);
            let signature = key.key().sign(black_box(encoded));
            let json: Result<Value, _> = serde_json::from_slice(black_box(policy.as_bytes()));
            (signature, json)
        });
    });
    group.bench_function("reference: verify", |bencher| {
        bencher.iter(|| verifier.verify(black_box(&form), &keys));
    });
    group.bench_function("reference: read the form and verify", |bencher| {
        bencher.iter(|| {
            let form = Form::parse(TYPE, black_box(&body), Limits::default());
            form.map(|form| verifier.verify(&form, &keys))
        });
    });
    group.finish();
}

/// 20 conditions, as boto3 writes them.
fn policy() -> String {
    let own = [
        r#"{"bucket": "examplebucket"}"#.to_owned(),
        r#"["starts-with", "$key", "user/"]"#.to_owned(),
        r#"["content-length-range", 1, 1048576]"#.to_owned(),
        r#"["starts-with", "$Content-Type", "image/"]"#.to_owned(),
        r#"{"x-amz-algorithm": "AWS4-HMAC-SHA256"}"#.to_owned(),
        r#"{"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"}"#
            .to_owned(),
        r#"{"x-amz-date": "20151229T120000Z"}"#.to_owned(),
    ];
    let metadata = (own.len()..20).map(|at| format!(r#"{{"x-amz-meta-{at}": "14365123651274"}}"#));
    let conditions: Vec<String> = own.into_iter().chain(metadata).collect();
    let conditions = conditions.join(", ");
    format!(r#"{{"expiration": "2015-12-30T12:00:00.000Z", "conditions": [{conditions}]}}"#)
}

fn body<'f>(signed: impl Iterator<Item = (&'static str, &'f [u8])>) -> Vec<u8> {
    let own = [("key", &b"user/${filename}"[..]), ("Content-Type", b"image/jpeg")];
    let own = own.into_iter().chain(signed).chain([("file", &b"x"[..])]);
    let metadata = (7..20).map(|at| (format!("x-amz-meta-{at}"), &b"14365123651274"[..]));
    let mut body = Vec::new();
    for (name, value) in metadata.chain(own.map(|(name, value)| (name.to_owned(), value))) {
        let head = format!(
            "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\nContent-Disposition: form-data; \
             name=\"{name}\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"------WebKitFormBoundary7MA4YWxkTrZu0gW--\r\n");
    body
}

criterion_group!(benches, verify);
criterion_main!(benches);
