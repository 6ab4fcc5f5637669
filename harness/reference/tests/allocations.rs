//! In steady state signing, verifying and canonicalising allocate nothing.
//!
//! The counter replaces the global allocator of this binary and counts per thread, so these tests
//! have a binary of their own.

use std::hint::black_box;
use std::io::BufRead as _;
use std::num::NonZeroUsize;

use allocation_counter::measure;
use sigv4_reference::key::{KeyCache, Secret};
use sigv4_reference::legacy::aws3::Aws3Signer;
use sigv4_reference::legacy::query_v2::QueryV2Signer;
use sigv4_reference::legacy::s3_v2::S3V2Signer;
use sigv4_reference::legacy::{LegacyWorkspace, Mac};
use sigv4_reference::sign::{ContentSha256, Payload, SessionToken, Signer, TokenCoverage};
use sigv4_reference::stream::{
    Decoder, EncodedBody, Encoder, EventChain, Framing, Limits, Seed, TrailerLineEnd,
};
use sigv4_reference::token::codecommit::GitPassword;
use sigv4_reference::v4a::{EcdsaSignature, ScopedV4aKey, V4aKey};
use sigv4_reference::verify::{
    CachedKeys, KeyStore, Reason, StoredKey, UnsignedPayload, UnstatedPayload, Verifier,
};
use sigv4_reference::{
    Header, KeyMaterial, PathEncoding, Profile, Request, Scope, ScopedKey, Time, Workspace,
};

/// Calls before the measured one; after them all buffers have their final size.
const WARM_UP: usize = 3;

#[test]
fn signing_with_a_ready_key_allocates_nothing() {
    let time = time();
    let key = ScopedKey::derive(SECRET, scope(&time));
    for_every_signer(&key, |what, signer| {
        for_every_request(|request_name, request| {
            let mut workspace = Workspace::default();
            let what = format!("{what}, {request_name}");
            assert_no_allocation(&format!("{what}, header"), || {
                let signed = signer.header(&mut workspace, request).unwrap();
                black_box(signed.authorization());
                signed.headers().for_each(|header| _ = black_box(header));
                black_box(signed.stages());
            });
            assert_no_allocation(&format!("{what}, query"), || {
                let signed = signer.query(&mut workspace, request, 3_600).unwrap();
                black_box(signed.target());
                black_box(signed.stages());
            });
        });
    });
}

/// With a key that is derived, and with one from the cache.
#[test]
fn verifying_allocates_nothing() {
    let time = time();
    let key = ScopedKey::derive(SECRET, scope(&time));
    let cache = KeyCache::new(8, 0);
    for_every_signer(&key, |what, signer| {
        let session_token = signer.session_token;
        let stored = [StoredKey {
            access_key_id: signer.access_key_id,
            material: KeyMaterial::Secret(SECRET),
            session_token: session_token.map(|token| token.value),
            active: true,
        }];
        let verifier = Verifier {
            profile: signer.profile,
            unstated_payload: match signer.payload {
                Payload::Unsigned => UnstatedPayload::Unsigned,
                _ => UnstatedPayload::BodyHash,
            },
            unsigned_payload: UnsignedPayload::Accepted,
            token_coverage: session_token.map_or(TokenCoverage::Signed, |token| token.coverage),
            ..Verifier::new(time, REGION, SERVICE)
        };
        for_every_request(|request_name, request| {
            // Signed, they have two session tokens or two payload hashes, which is refused.
            if ["session token in the query", "headers of every kind"].contains(&request_name)
                || signer.payload == Payload::Given(b"STREAMING")
            {
                return;
            }
            let what = format!("{what}, {request_name}");
            let mut workspace = Workspace::default();
            let made = signer.header(&mut workspace, request).unwrap();
            let added: Vec<(String, Vec<u8>)> =
                made.headers().map(|(name, value)| (name.to_owned(), value.to_vec())).collect();
            let added = added.iter().map(|(name, value)| Header { name: name.as_bytes(), value });
            let headers: Vec<Header<'_>> = request.headers.iter().copied().chain(added).collect();
            let in_header = Request { headers: &headers, ..*request };
            let target = signer.query(&mut workspace, request, 3_600).unwrap().target().to_vec();
            for sent in [in_header, Request { target: &target, ..*request }] {
                assert_verified_without_allocation(&what, &verifier, &sent, &stored);
                let cached = CachedKeys { keys: stored, cache: &cache };
                assert_verified_without_allocation(&what, &verifier, &sent, &cached);
            }
        });
    });
}

fn assert_verified_without_allocation(
    what: &str,
    verifier: &Verifier<'_>,
    sent: &Request<'_>,
    keys: &impl KeyStore,
) {
    let mut workspace = Workspace::default();
    assert_no_allocation(what, || {
        let accepted = verifier.verify(&mut workspace, black_box(sent), keys).unwrap();
        assert_eq!(accepted.access_key_id, b"AKIDEXAMPLE");
    });
    let other = Request { method: b"OTHER", ..*sent };
    assert_no_allocation(&format!("{what}, another method"), || {
        let rejection = verifier.verify(&mut workspace, black_box(&other), keys).unwrap_err();
        assert_eq!(rejection.reason, Reason::SignatureMismatch);
    });
}

#[test]
fn verifying_the_head_of_a_stream_allocates_nothing() {
    const MARKER: &[u8] = b"STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    let time = time();
    let key = ScopedKey::derive(SECRET, Scope::new(&time, REGION, b"s3").unwrap());
    let signer = Signer {
        profile: Profile::S3,
        payload: Payload::Given(MARKER),
        content_sha256: ContentSha256::Header,
        ..Signer::new(time, b"AKIDEXAMPLE", &key)
    };
    let mut workspace = Workspace::default();
    let request = Request { method: b"PUT", target: b"/a", headers: &[HOST], body: b"" };
    let authorization = signer.header(&mut workspace, &request).unwrap().authorization().to_vec();
    let headers = [
        HOST,
        Header { name: b"X-Amz-Date", value: time.text() },
        Header { name: b"X-Amz-Content-Sha256", value: MARKER },
        Header { name: b"Authorization", value: &authorization },
    ];
    let request = Request { headers: &headers, ..request };
    let keys = [StoredKey {
        access_key_id: b"AKIDEXAMPLE",
        material: KeyMaterial::Secret(SECRET),
        session_token: None,
        active: true,
    }];
    let verifier = Verifier::new(time, REGION, b"s3");
    assert_no_allocation("a head", || {
        let head = verifier.verify_head(&mut workspace, black_box(&request), &keys).unwrap();
        black_box(head.seed());
    });
}

#[test]
fn signing_with_a_key_pair_allocates_nothing() {
    let key = V4aKey::derive(b"AKIDEXAMPLE", SECRET).unwrap();
    let scoped = ScopedV4aKey::new(&key, b"us-east-1,eu-west-1", SERVICE).unwrap();
    let value = LONG.as_bytes();
    let signer = Signer {
        session_token: Some(SessionToken { value, coverage: TokenCoverage::Signed }),
        content_sha256: ContentSha256::Header,
        ..Signer::new(time(), b"AKIDEXAMPLE", &scoped)
    };
    let public = key.public_key();
    for_every_request(|name, request| {
        let mut workspace = Workspace::default();
        assert_no_allocation(&format!("{name}, header"), || {
            let result = signer.header(&mut workspace, request).unwrap();
            result.headers().for_each(|header| _ = black_box(header));
            let stages = result.stages();
            let signature = EcdsaSignature::from_hex(stages.signature.as_bytes()).unwrap();
            assert!(public.verifies(stages.string_to_sign, &signature));
        });
        assert_no_allocation(&format!("{name}, query"), || {
            black_box(signer.query(&mut workspace, request, 3_600).unwrap().target());
        });
    });
}

#[test]
fn the_older_signatures_allocate_nothing() {
    let secret = Secret { access_key_id: b"AKIDEXAMPLE", secret_access_key: SECRET };
    let mac = Mac::HmacSha256;
    let time = time();
    let s3 = S3V2Signer { secret, bucket: Some(b"bucket") };
    let query_v2 = QueryV2Signer { secret, session_token: Some(LONG.as_bytes()), mac, time };
    for_every_request(|name, request| {
        let dated = [&[DATE], request.headers].concat();
        let request = Request { headers: &dated, ..*request };
        let mut workspace = LegacyWorkspace::default();
        assert_no_allocation(name, || {
            black_box(s3.header(&mut workspace, &request).unwrap().output());
            black_box(s3.query(&mut workspace, &request, 1).unwrap().output());
            black_box(query_v2.sign(&mut workspace, &request).unwrap().output());
            let aws3 = Aws3Signer { secret, mac };
            black_box(aws3.header(&mut workspace, &request).unwrap().output());
        });
    });
}

#[test]
fn passwords_for_git_allocate_nothing() {
    let time = time();
    let key = ScopedKey::derive(SECRET, scope(&time));
    let mut workspace = Workspace::default();
    assert_no_allocation("a password", || {
        let password = GitPassword::new(&mut workspace, &time, &key, b"git.example.com", b"/a");
        black_box(password.unwrap().as_bytes());
    });
}

#[test]
fn deriving_the_key_for_each_request_allocates_nothing() {
    let long_secret = [b'k'; 200];
    for secret in [SECRET, &long_secret] {
        let time = time();
        let mut workspace = Workspace::default();
        let request = Request { method: b"GET", target: b"/", headers: &[HOST], body: b"" };
        assert_no_allocation(&format!("secret of {} bytes", secret.len()), || {
            let key = ScopedKey::derive(black_box(secret), scope(&time));
            let signer = Signer::new(time, b"AKIDEXAMPLE", &key);
            black_box(signer.header(&mut workspace, &request).unwrap().authorization());
            black_box(signer.query(&mut workspace, &request, 3_600).unwrap().target());
        });
    }
}

#[test]
fn signing_with_a_key_from_the_cache_allocates_nothing() {
    let cache = KeyCache::new(8, 0);
    let secret = Secret { access_key_id: b"AKIDEXAMPLE", secret_access_key: SECRET };
    let time = time();
    let mut workspace = Workspace::default();
    let request = Request { method: b"GET", target: b"/", headers: &[HOST], body: b"" };
    assert_no_allocation("a kept key", || {
        let key = cache.signing_key(black_box(secret), scope(&time));
        let signer = Signer::new(time, b"AKIDEXAMPLE", &key);
        black_box(signer.header(&mut workspace, &request).unwrap().authorization());
    });
}

#[test]
fn canonical_parts_allocate_nothing() {
    for_every_profile(|profile| {
        for_every_request(|name, request| {
            let mut workspace = Workspace::default();
            assert_no_allocation(&format!("{profile:?}, {name}"), || {
                black_box(workspace.canonical_path(request.target, profile));
                black_box(workspace.canonical_query(request.target, |_| true).unwrap());
                for header in request.headers {
                    black_box(workspace.canonical_header_value(header.value));
                }
            });
        });
    });
}

/// Chunk by chunk; a chunk that comes in pieces is collected in the buffer of the one before.
#[test]
fn streams_allocate_nothing_per_chunk() {
    let time = time();
    let key = ScopedKey::derive(SECRET, scope(&time));
    let seed = Seed { key: (&key).into(), time, signature: &[b'a'; 64] };
    for framing in [Framing::Signed(seed), Framing::SignedTrailer(seed), Framing::UnsignedTrailer] {
        let mut encoder = Encoder::new(&framing, TrailerLineEnd::CrLf).unwrap();
        let chunks: Vec<Vec<u8>> =
            [(); WARM_UP + 1].map(|()| encoder.chunk(black_box(LONG.as_bytes())).concat()).into();
        assert_no_allocation("encoder", || _ = black_box(encoder.chunk(LONG.as_bytes())));

        let mut decoder = Decoder::new(&framing, &[], Limits::default()).unwrap();
        let mut chunks = chunks.iter();
        assert_no_allocation("decoder", || {
            for mut piece in chunks.next().unwrap().chunks(100) {
                while black_box(decoder.decode(&mut piece).unwrap()).is_some() {}
            }
        });

        let encoder = Encoder::new(&framing, TrailerLineEnd::CrLf).unwrap();
        let size = NonZeroUsize::new(LONG.len()).unwrap();
        let mut body = EncodedBody::new(std::io::repeat(b'a'), encoder, size);
        assert_no_allocation("reader", || {
            let length = black_box(body.fill_buf().unwrap()).len();
            body.consume(length);
        });
    }
    let mut events = EventChain::new(&seed).unwrap();
    assert_no_allocation("events", || {
        _ = black_box(events.sign(&key, &time, &[0; 15], LONG.as_bytes()));
    });
}

/// Whatever comes: a header or a trailer of 10 MB, and chunks that claim to be large.
#[test]
fn a_decoder_takes_no_more_memory_than_its_limits_allow() {
    let time = time();
    let key = ScopedKey::derive(SECRET, scope(&time));
    let seed = Seed { key: (&key).into(), time, signature: &[b'a'; 64] };
    let limits = Limits { chunk: 1 << 20, trailers: 1 << 10 };
    let trailer = Header { name: b"x-amz-trailer", value: b"a" };
    let signature = "0".repeat(64);
    let large = format!("{:x};chunk-signature={signature}\r\n", 1 << 20);
    let too_large = format!("{:x};chunk-signature={signature}\r\n", (1 << 20) + 1);
    for (what, framing, start, most) in [
        ("a size", Framing::UnsignedTrailer, "", 4 << 10),
        ("an extension", Framing::Signed(seed), "5;chunk-signature=", 4 << 10),
        ("a chunk that is too large", Framing::Signed(seed), &too_large, 4 << 10),
        ("a chunk with another signature", Framing::Signed(seed), &large, 2 << 20 | 4 << 10),
        ("an unsigned chunk", Framing::UnsignedTrailer, "ffffffffff\r\n", 4 << 10),
        ("a trailer", Framing::UnsignedTrailer, "0\r\na:", 8 << 10),
    ] {
        let piece = [b'1'; 1 << 10];
        let taken = measure(|| {
            let mut decoder = Decoder::new(&framing, &[trailer], limits).unwrap();
            let pieces = std::iter::repeat_n(&piece[..], 10 << 10);
            for mut piece in std::iter::once(start.as_bytes()).chain(pieces) {
                while let Ok(Some(data)) = decoder.decode(&mut piece) {
                    black_box(data);
                }
            }
        });
        assert!(taken.bytes_max <= most, "{what}: {} bytes", taken.bytes_max);
    }
}

/// A workspace that was filled once needs no more memory for anything smaller.
#[test]
fn requests_that_take_turns_allocate_nothing() {
    let time = time();
    let key = ScopedKey::derive(SECRET, scope(&time));
    let signer = Signer::new(time, b"AKIDEXAMPLE", &key);
    let mut workspace = Workspace::default();
    assert_no_allocation("requests in turn", || {
        for_every_request(|_, request| {
            black_box(signer.header(&mut workspace, request).unwrap().authorization());
            black_box(signer.query(&mut workspace, request, 3_600).unwrap().target());
        });
    });
}

/// The other tests mean nothing if the counter does not count.
#[test]
fn the_counter_counts() {
    assert_eq!(measure(|| _ = black_box(vec![black_box(1_u8)])).count_total, 1);
    let mut text = String::from("a");
    assert_eq!(measure(|| text.push_str(black_box(LONG))).count_total, 1, "growth counts too");
}

fn assert_no_allocation(what: &str, mut act: impl FnMut()) {
    for _ in 0..WARM_UP {
        act();
    }
    let allocations = measure(act).count_total;
    assert_eq!(allocations, 0, "{what}: expected no allocation");
}

fn for_every_signer(key: &ScopedKey<'_>, mut act: impl FnMut(&str, &Signer<'_>)) {
    for_every_profile(|profile| {
        for payload in [Payload::Signed, Payload::Unsigned, Payload::Given(b"STREAMING")] {
            for content_sha256 in [ContentSha256::Absent, ContentSha256::Header] {
                for coverage in [None, Some(TokenCoverage::Appended), Some(TokenCoverage::Signed)] {
                    let value = LONG.as_bytes();
                    let mut signer = Signer::new(time(), b"AKIDEXAMPLE", key);
                    signer.profile = profile;
                    signer.payload = payload;
                    signer.content_sha256 = content_sha256;
                    signer.session_token =
                        coverage.map(|coverage| SessionToken { value, coverage });
                    let what =
                        format!("{profile:?}, {payload:?}, {content_sha256:?}, {coverage:?}");
                    act(&what, &signer);
                }
            }
        }
    });
}

fn for_every_profile(mut act: impl FnMut(Profile)) {
    for normalize in [false, true] {
        for path_encoding in [PathEncoding::AsSent, PathEncoding::Decoded, PathEncoding::Double] {
            act(Profile { normalize, path_encoding });
        }
    }
}

fn for_every_request(mut act: impl FnMut(&str, &Request<'_>)) {
    for (name, target, headers) in REQUESTS {
        let body = b"Welcome to Amazon S3.";
        act(name, &Request { method: b"PUT", target: target.as_bytes(), headers, body });
    }
}

fn time() -> Time {
    Time::parse(b"20150830T123600Z").unwrap()
}

fn scope(time: &Time) -> Scope<'static> {
    Scope::new(time, REGION, SERVICE).unwrap()
}

const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const REGION: &[u8] = b"us-east-1";
const SERVICE: &[u8] = b"service";
const DATE: Header<'_> = Header { name: b"Date", value: b"Sun, 30 Aug 2015 12:36:00 GMT" };
const HOST: Header<'_> = Header { name: b"Host", value: b"example.amazonaws.com" };

/// 64 bytes, as a literal, so that `concat!` takes it.
macro_rules! long {
    () => {
        "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789ABCDEF"
    };
}

/// 1024 bytes.
macro_rules! longer {
    ($unit:expr) => {
        concat!(
            $unit, $unit, $unit, $unit, $unit, $unit, $unit, $unit, $unit, $unit, $unit, $unit,
            $unit, $unit, $unit, $unit,
        )
    };
}

const LONG: &str = longer!(long!());

/// The requests: name, target, headers.
const REQUESTS: &[(&str, &str, &[Header<'_>])] = &[
    ("plain", "/", &[HOST]),
    ("long path", concat!("/", longer!(long!()), "/", longer!("/a b/../%2f")), &[HOST]),
    ("many parameters", concat!("/?", longer!("b=%41&a=1&c&a=1&A=/&")), &[HOST]),
    ("session token in the query", "/?X-Amz-Security-Token=a&b=c", &[HOST]),
    ("many headers of one name", "/", &[HOST, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY]),
    (
        "headers of every kind",
        "/?a=b",
        &[
            HOST,
            Header { name: b"x-amz-content-sha256", value: b"UNSIGNED-PAYLOAD" },
            Header { name: b"X-Amz-Security-Token", value: LONG.as_bytes() },
            Header { name: b"X-Amz-Date", value: b"20150830T123600Z" },
            Header { name: b"Authorization", value: LONG.as_bytes() },
            Header { name: b"User-Agent", value: b"curl" },
            Header { name: b"My-Header", value: b"  a   b\tc\n d  " },
            Header { name: b"my-header", value: b"" },
            Header { name: b"MY-HEADER", value: b"\xff" },
        ],
    ),
];
const MANY: Header<'_> = Header { name: b"X-Amz-Meta-Many", value: LONG.as_bytes() };
