//! Chunks that are signed with ECDSA: an upload of the SDK for Java, and the texts in the tests of
//! aws-c-auth.

use std::io::Read as _;
use std::num::NonZeroUsize;

use sigv4_reference::sign::{ContentSha256, Payload, Signer};
use sigv4_reference::stream::{
    ChunkChain, Decoder, EncodedBody, Encoder, EventChain, Framing, Limits, Marker, Problem, Seed,
    StreamError, StreamKey, TrailerLineEnd, encoded_length,
};
use sigv4_reference::v4a::{EcdsaSignature, PublicKey, ScopedV4aKey, SignatureError, V4aKey};
use sigv4_reference::verify::{Reason, Rejection, StoredKey, Verifier};
use sigv4_reference::{
    Error, Header, KeyMaterial, Profile, Request, Scope, ScopedKey, Signature, Time, Workspace,
};

use crate::unhex;

const ID: &[u8] = b"AKIAIOSFODNN7EXAMPLE";
const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const TARGET: &[u8] = b"/examplebucket/chunkObject.txt";

/// An upload of `http-auth-aws-crt` 2.58.0 with aws-crt 0.50.0, the signers of the SDK for Java: its head.
const HEAD: &[(&str, &str)] = &[
    (
        "Authorization",
        "AWS4-ECDSA-P256-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/s3/aws4_request, \
         SignedHeaders=content-length;host;x-amz-content-sha256;x-amz-date;\
         x-amz-decoded-content-length;x-amz-region-set;x-amz-trailer, \
         Signature=30450221008782e54327e34814d56bfb1175f67412a247766412b2f3a83e86414f1634c02c0220\
         57263903671419b1873e9ba0189ed89e3600988704a18b76d69e4b7574c5693e",
    ),
    ("Content-Length", "554"),
    ("Host", "s3.amazonaws.com"),
    ("x-amz-content-sha256", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"),
    ("X-Amz-Date", "20130524T000000Z"),
    ("x-amz-decoded-content-length", "20"),
    ("X-Amz-Region-Set", "us-east-1"),
    ("x-amz-trailer", "x-amz-checksum-crc32"),
];

/// Its body. Of the three signatures one has 140 digits, one 142 and one 144.
const BODY: &str = "14;chunk-signature=304402201a3a954ff26ee3c0f0133ee549b77af7e3a12744adf0de88282bd\
    ddab96e81ba02200768dde5fc40c64980fe5a01244eb65dab611d64b9c45005fc0ea057d258f0b6****\r\n\
    aaaaaaaaaaaaaaaaaaaa\r\n\
    0;chunk-signature=3046022100edcffa0dc6323ab8849c85527f679b72a42855ef654c0a8d6cdec5e77eaf6fa40221\
    00ac6183b7292985cb6c00b45c18cad869bc7662cd49021f6a0cc759eff8d200d6\r\n\
    x-amz-checksum-crc32:Jm+Lzg==\r\n\
    x-amz-trailer-signature:304502204d2df7758f4f3c175e13500504c82c7405777765ea4621955a3449845eab8674\
    022100860f6dc9888ebcb02f6cf4af676e9c80df2b460bcb904e6ad8344fb1e90c3f44**\r\n\
    \r\n";

fn time() -> Time {
    Time::parse(b"20130524T000000Z").unwrap()
}

fn headers(list: &'static [(&str, &str)]) -> Vec<Header<'static>> {
    let header = |(name, value): &(&'static str, &'static str)| Header {
        name: name.as_bytes(),
        value: value.as_bytes(),
    };
    list.iter().map(header).collect()
}

fn stored(public: &PublicKey) -> [StoredKey<'_>; 1] {
    let material = KeyMaterial::Public(public);
    [StoredKey { access_key_id: ID, material, session_token: None, active: true }]
}

fn verifier() -> Verifier<'static> {
    Verifier { profile: Profile::S3, ..Verifier::new(time(), b"us-east-1", b"s3") }
}

/// Verifies the head of the upload, then its body, which comes in these pieces.
fn verify<'b>(pieces: impl IntoIterator<Item = &'b [u8]>) -> (Vec<u8>, Result<(), StreamError>) {
    let public = V4aKey::derive(ID, SECRET).unwrap().public_key();
    let keys = stored(&public);
    let headers = headers(HEAD);
    let request = Request { method: b"PUT", target: TARGET, headers: &headers, body: b"" };
    let head = verifier().verify_head_v4a(&mut Workspace::default(), &request, &keys).unwrap();
    assert_eq!(head.marker, Marker::EcdsaSignedChunksTrailer);
    decode(&head.framing().unwrap(), &headers, pieces)
}

fn decode<'b>(
    framing: &Framing<'_>,
    headers: &[Header<'_>],
    pieces: impl IntoIterator<Item = &'b [u8]>,
) -> (Vec<u8>, Result<(), StreamError>) {
    let mut decoder = Decoder::new(framing, headers, Limits::default()).unwrap();
    let mut data = Vec::new();
    for mut piece in pieces {
        loop {
            match decoder.decode(&mut piece) {
                Ok(Some(some)) => data.extend_from_slice(some),
                Ok(None) => break,
                Err(error) => return (data, Err(error)),
            }
        }
    }
    (data, decoder.finish().map(|_| ()))
}

#[test]
fn an_upload_of_the_sdk_for_java_is_accepted_wherever_it_is_split() {
    let expected = (vec![b'a'; 20], Ok(()));
    assert_eq!(BODY.len(), 554);
    for at in 0..=BODY.len() {
        assert_eq!(verify([&BODY.as_bytes()[..at], &BODY.as_bytes()[at..]]), expected, "{at}");
    }
}

#[test]
fn an_upload_that_was_changed_or_cut_is_refused() {
    let unpadded = BODY.replace("****\r\n", "\r\n");
    let first = BODY.find("3044").unwrap();
    let padding = Problem::EcdsaSignature(SignatureError::Padding { length: 140 });
    for (what, body, offset, problem, data) in [
        ("data", BODY.replacen("\r\naaaa", "\r\naaab", 1), first, Problem::ChunkSignature, ""),
        ("no padding", unpadded, first, padding, ""),
        (
            "another letter in the padding",
            BODY.replacen("****", "***0", 1),
            first + 140,
            Problem::EcdsaSignature(SignatureError::Digit { offset: 140 }),
            "",
        ),
        (
            "an upper-case digit",
            BODY.replacen("1a3a954f", "1A3a954f", 1),
            first + 9,
            Problem::EcdsaSignature(SignatureError::Digit { offset: 9 }),
            "",
        ),
        (
            "DER with another length",
            BODY.replacen("=3044", "=3045", 1),
            first + 2,
            Problem::EcdsaSignature(SignatureError::Der {
                offset: 1,
                expected: "the length of all that follows",
            }),
            "",
        ),
        (
            "nothing but padding",
            BODY.replacen(&BODY[first..first + 140], &"*".repeat(140), 1),
            first,
            Problem::EcdsaSignature(SignatureError::Der { offset: 0, expected: "30, a sequence" }),
            "",
        ),
        (
            "the digits of an HMAC",
            BODY.replacen(&BODY[first..first + 144], &"0".repeat(64), 1),
            first,
            Problem::EcdsaSignature(SignatureError::Padding { length: 64 }),
            "",
        ),
        (
            "the signature of the final chunk for the first one",
            BODY.replacen(&BODY[first..first + 144], &BODY[BODY.find("3046").unwrap()..][..144], 1),
            first,
            Problem::ChunkSignature,
            "",
        ),
        (
            "another trailer",
            BODY.replacen("signature:304502204d2d", "signature:304502204d2e", 1),
            BODY.rfind("3045").unwrap(),
            Problem::TrailerSignature,
            "aaaaaaaaaaaaaaaaaaaa",
        ),
    ] {
        let error = StreamError { offset: offset as u64, problem };
        assert_eq!(verify([body.as_bytes()]), (data.into(), Err(error)), "{what}");
    }
    for length in 0..BODY.len() {
        let (data, result) = verify([&BODY.as_bytes()[..length]]);
        assert_eq!(result.unwrap_err().problem, Problem::Truncated, "{length}");
        assert!(data.is_empty() || data == [b'a'; 20], "{length}: {data:?}");
    }
}

/// `tests/test_chunked_signing.c`: the head of its upload, what the strings to sign have in front of
/// the signature before them and behind it, and the public key.
#[test]
fn chunks_are_signed_as_in_the_tests_of_aws_c_auth() {
    let public = PublicKey::from_coordinates(
        &unhex("18b7d04643359f6ec270dcbab8dce6d169d66ddc9778c75cfb08dfdb701637ab"),
        &unhex("fa36b35e4fe67e3112261d2e17a956ef85b06e44712d2850bcd3c2161e9993f2"),
    )
    .unwrap();
    let data = vec![b'a'; 66_560];
    let chunks = [
        (&data[..65_536], "bf718b6f653bebc184e1479f1935b8da974d701b893afcf49e701f3e2f9f9c5a"),
        (&data[65_536..], "2edc986847e209b4016e141a6dc8716d3207350f416969382d431539bf292e4a"),
        (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ];
    let start = |form| {
        format!("AWS4-ECDSA-P256-SHA256-{form}\n20130524T000000Z\n20130524/s3/aws4_request\n")
    };
    let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    let pair = V4aKey::derive(ID, SECRET).unwrap();
    let scoped = ScopedV4aKey::new(&pair, b"us-east-1", b"s3").unwrap();
    let head = pair.sign(b"the head").to_string();
    let seed = Seed { key: (&scoped).into(), time: time(), signature: head.as_bytes() };
    let mut previous = head.clone();
    let mut chain = ChunkChain::new(&seed).unwrap();
    let check = |string_to_sign: &[u8], expected: String, signature: Signature| {
        assert_eq!(String::from_utf8_lossy(string_to_sign), expected);
        let Signature::EcdsaP256(signature) = signature else { panic!("{signature:?}") };
        assert!(public.verifies(expected.as_bytes(), &signature));
        signature.to_string()
    };
    for (chunk, hash) in chunks {
        let signature = chain.chunk(chunk);
        let expected = format!("{}{previous}\n{nothing}\n{hash}", start("PAYLOAD"));
        previous = check(chain.string_to_sign(), expected, signature);
    }
    let trailers = [("first", "1st"), ("second", "2nd"), ("third", "3rd")];
    let trailers = trailers.map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    let signature = chain.trailers(trailers).unwrap();
    let hash = "83d8f190334fb741bc8daf73c891689d320bd8017756bc730c540021ed48001f";
    let expected = format!("{}{previous}\n{hash}", start("TRAILER"));
    check(chain.string_to_sign(), expected, signature);
}

#[test]
fn what_is_signed_is_accepted() {
    let pair = V4aKey::derive(ID, SECRET).unwrap();
    let scoped = ScopedV4aKey::new(&pair, b"us-east-1,eu-west-1", b"s3").unwrap();
    let data: Vec<u8> = (0..50).collect();
    let size = NonZeroUsize::new(16).unwrap();
    for (marker, trailers) in [
        (Marker::EcdsaSignedChunks, &[][..]),
        (Marker::EcdsaSignedChunksTrailer, &[("b", 1), ("a", 1)]),
    ] {
        let length = encoded_length(marker, 50, size, TrailerLineEnd::CrLf, trailers).unwrap();
        let length = length.to_string();
        let mut headers = vec![
            Header { name: b"Host", value: b"s3.amazonaws.com" },
            Header { name: b"Content-Length", value: length.as_bytes() },
            Header { name: b"x-amz-decoded-content-length", value: b"50" },
        ];
        if marker == Marker::EcdsaSignedChunksTrailer {
            headers.push(Header { name: b"x-amz-trailer", value: b"a,b" });
        }
        let request = Request { method: b"PUT", target: TARGET, headers: &headers, body: b"" };
        let mut signer = Signer::new(time(), ID, &scoped);
        signer.profile = Profile::S3;
        signer.payload = Payload::Given(marker.text().as_bytes());
        let mut workspace = Workspace::default();
        let head = signer.header(&mut workspace, &request).unwrap();
        let seed = Seed {
            key: (&scoped).into(),
            time: time(),
            signature: head.stages().signature.as_bytes(),
        };
        let framing = match marker {
            Marker::EcdsaSignedChunks => Framing::Signed(seed),
            _ => Framing::SignedTrailer(seed),
        };
        assert_eq!(framing.marker(), marker);
        let mut encoder = Encoder::new(&framing, TrailerLineEnd::CrLf).unwrap();
        for (name, _) in trailers {
            encoder.add_trailer(name.as_bytes(), b"1").unwrap();
        }
        let mut body = Vec::new();
        EncodedBody::new(&data[..], encoder, size).read_to_end(&mut body).unwrap();
        assert_eq!(body.len().to_string(), length);

        let public = pair.public_key();
        let key = StreamKey::EcdsaPublic { key: &public, service: b"s3" };
        let seed = Seed { key, ..seed };
        for framing in [Framing::Signed(seed), Framing::SignedTrailer(seed)] {
            let right = framing.marker() == marker;
            let (decoded, result) = decode(&framing, &headers, body.chunks(7));
            assert_eq!(decoded, data);
            assert_eq!(result.is_ok(), right, "{marker:?}: {result:?}");
        }
    }
}

/// A body is signed by the algorithm that signed the head.
#[test]
fn a_head_announces_chunks_of_its_own_algorithm() {
    let pair = V4aKey::derive(ID, SECRET).unwrap();
    let scoped = ScopedV4aKey::new(&pair, b"us-east-1", b"s3").unwrap();
    let own =
        [Marker::EcdsaSignedChunks, Marker::EcdsaSignedChunksTrailer, Marker::UnsignedTrailer];
    for marker in Marker::ALL {
        let host = [Header { name: b"Host", value: b"s3.amazonaws.com" }];
        let request = Request { method: b"PUT", target: TARGET, headers: &host, body: b"" };
        let mut signer = Signer::new(time(), ID, &scoped);
        signer.profile = Profile::S3;
        signer.payload = Payload::Given(marker.text().as_bytes());
        signer.content_sha256 = ContentSha256::Header;
        let mut workspace = Workspace::default();
        let head = signer.header(&mut workspace, &request).unwrap();
        let added = head.headers().map(|(name, value)| Header { name: name.as_bytes(), value });
        let sent: Vec<Header<'_>> = host.into_iter().chain(added).collect();
        let request = Request { headers: &sent, ..request };
        let public = pair.public_key();
        let keys = stored(&public);
        let head = verifier().verify_head_v4a(&mut Workspace::default(), &request, &keys);
        let answer =
            head.as_ref().map(|head| head.marker).map_err(|Rejection { reason, .. }| reason);
        let expected =
            if own.contains(marker) { Ok(*marker) } else { Err(&Reason::UnsupportedPayload) };
        assert_eq!(answer, expected, "{marker:?}");
    }
}

#[test]
fn keys_that_cannot_do_it_are_refused() {
    let pair = V4aKey::derive(ID, SECRET).unwrap();
    let public = pair.public_key();
    let signature = pair.sign(b"the head").to_string();
    let key = StreamKey::EcdsaPublic { key: &public, service: b"s3" };
    let seed = Seed { key, time: time(), signature: signature.as_bytes() };
    let private = Error::StreamKey { expected: "a private key to sign with" };
    assert_eq!(private.to_string(), "seed: expected a private key to sign with");
    assert_eq!(ChunkChain::new(&seed).unwrap_err(), private);
    let encoder = Encoder::new(&Framing::Signed(seed), TrailerLineEnd::CrLf);
    assert_eq!(encoder.unwrap_err(), private);
    let events = Error::StreamKey { expected: "the HMAC key of an event stream" };
    assert_eq!(EventChain::new(&seed).unwrap_err(), events);

    let scope = Scope::new(&time(), b"us-east-1", b"s3").unwrap();
    let hmac = ScopedKey::derive(SECRET, scope);
    let seed = Seed { key: (&hmac).into(), ..seed };
    let mut chain = ChunkChain::new(&seed).unwrap();
    assert!(EcdsaSignature::from_hex(chain.chunk(b"a").to_string().as_bytes()).is_err());
}
