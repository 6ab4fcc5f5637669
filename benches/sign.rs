//! Signing with a ready key against deriving the key for each request, and the derivation alone.
//!
//! `cargo bench -p benches --bench sign`. Nothing is asserted on time.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use sigv4_reference::sign::{Payload, Signer};
use sigv4_reference::{Header, Profile, Request, SigningKey, Time, Workspace};

const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const KEY_ID: &[u8] = b"AKIDEXAMPLE";
const REGION: &[u8] = b"us-east-1";
const TIME: &[u8] = b"20150830T123600Z";

const GET_HEADERS: &[Header<'static>] = &[
    Header { name: b"Host", value: b"abcdef1234.execute-api.us-east-1.amazonaws.com" },
    Header { name: b"Accept", value: b"application/json" },
    Header { name: b"Content-Type", value: b"application/json" },
    Header { name: b"X-Amz-Target", value: b"Example_20150830.ListItems" },
];
const S3_HEADERS: &[Header<'static>] =
    &[Header { name: b"Host", value: b"examplebucket.s3.amazonaws.com" }];

/// A request, and what it takes to sign it.
struct Scene {
    name: &'static str,
    service: &'static [u8],
    request: Request<'static>,
    change: fn(&mut Signer<'_>),
    presign: bool,
}

fn scenes() -> Vec<Scene> {
    // Leaked once per run: the request borrows it for as long as the benches go on.
    let body: &'static [u8] = Box::leak(vec![b'x'; 64 << 10].into_boxed_slice());
    let request = |method, target, headers, body| Request { method, target, headers, body };
    vec![
        Scene {
            name: "get-5-headers",
            service: b"execute-api",
            request: request(b"GET", b"/prod/items?limit=10&page=2", GET_HEADERS, b""),
            change: |_| {},
            presign: false,
        },
        Scene {
            name: "presign-s3",
            service: b"s3",
            request: request(b"GET", b"/photos/2015/august/beach.jpg", S3_HEADERS, b""),
            change: |signer| {
                signer.profile = Profile::S3;
                signer.payload = Payload::Unsigned;
            },
            presign: true,
        },
        Scene {
            name: "put-64-kib",
            service: b"s3",
            request: request(b"PUT", b"/photos/2015/august/beach.jpg", S3_HEADERS, body),
            change: |signer| signer.profile = Profile::S3,
            presign: false,
        },
    ]
}

impl Scene {
    fn sign(&self, workspace: &mut Workspace, time: Time, key: &SigningKey) {
        let mut signer = Signer::new(time, REGION, self.service, KEY_ID, key);
        (self.change)(&mut signer);
        let request = black_box(&self.request);
        if self.presign {
            black_box(signer.query(workspace, request, 3600)).ok();
        } else {
            black_box(signer.header(workspace, request)).ok();
        }
    }
}

fn sign(criterion: &mut Criterion) {
    let Ok(time) = Time::parse(TIME) else { return };
    let mut workspace = Workspace::default();
    for scene in scenes() {
        let mut group = criterion.benchmark_group(scene.name);
        let key = SigningKey::derive(SECRET, &time, REGION, scene.service);
        group.bench_function("cached-key", |bencher| {
            bencher.iter(|| scene.sign(&mut workspace, time, black_box(&key)));
        });
        group.bench_function("derived-per-request", |bencher| {
            bencher.iter(|| {
                let key = SigningKey::derive(black_box(SECRET), &time, REGION, scene.service);
                scene.sign(&mut workspace, time, &key);
            });
        });
        group.finish();
    }
}

fn derive(criterion: &mut Criterion) {
    let Ok(time) = Time::parse(TIME) else { return };
    criterion.bench_function("derive-key", |bencher| {
        bencher.iter(|| SigningKey::derive(black_box(SECRET), &time, REGION, b"execute-api"));
    });
}

criterion_group!(benches, sign, derive);
criterion_main!(benches);
