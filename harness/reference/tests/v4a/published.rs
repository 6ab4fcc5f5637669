//! Keys and strings to sign that are printed in the tests of SDKs.

use sigv4_reference::sign::{ContentSha256, Payload, SessionToken, Signer, TokenCoverage};
use sigv4_reference::v4a::{EcdsaSignature, PublicKey, ScopedV4aKey, V4aKey};
use sigv4_reference::{Header, Profile, Request, Time, Workspace};

use crate::unhex;

/// Source, id, secret, private key, and the two coordinates of the public key.
const KEYS: &[[&str; 6]] = &[
    [
        "aws-c-auth, tests/key_derivation_tests.c; smithy-go, sigv4a_test.go; soto-core",
        "AKISORANDOMAASORANDOM",
        "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom",
        "7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd",
        "15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb",
        "0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0",
    ],
    [
        "aws-c-auth, v4a/*/public-key.json; aws-sigv4 1.6.4",
        "AKIDEXAMPLE",
        "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "7efc8c0e65a324242818c5a50c891c6060b6a00717b7ba3cbe3c5d765be9259c",
        "b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1",
        "865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518",
    ],
    [
        "aws-c-auth, tests/test_chunked_signing.c",
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "04c4d39191ae06f37a86b873d2f9951f7c37621d69e0eb834fb622c368f360c3",
        "18b7d04643359f6ec270dcbab8dce6d169d66ddc9778c75cfb08dfdb701637ab",
        "fa36b35e4fe67e3112261d2e17a956ef85b06e44712d2850bcd3c2161e9993f2",
    ],
    [
        "soto-core, SigV4aTests.swift",
        LONG_ID,
        "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom",
        "bc0fd68955922f2cccd5c27f8aa04394a467ef1076d889b66569c6d2e764faf3",
        "adfeac0c432d54436606a80eb449e1a9e32f651da0b2c06dd44a0d0db0a6027e",
        "2ce364530e1a6f12b8ba3e164c3657b7153cdfc181312db9cace0950e1097bab",
    ],
    [
        "smithy-go, aws-http-auth/sigv4a/sigv4a_test.go",
        "AKID",
        "SECRET",
        "c255d5101729c0308f2346eecd64421fd910aa0381f46514ead0a4bd810b3335",
        "d3ff1287979b7f802dd0e75cb1278e76b4eefc613c969e93c46d0bfabf4cfa1e",
        "d4cfc6e869f0f431f08920012828695bf5a5a78e631f870874859c3f7b0d8c0a",
    ],
];

const LONG_ID: &str = "AKISORANDOMAASORANDOMFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF\
    FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF\
    FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF\
    FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFf";

#[test]
fn keys_are_derived_as_published() {
    for [source, id, secret, private, x, y] in KEYS {
        let key = V4aKey::derive(id.as_bytes(), secret.as_bytes()).unwrap();
        assert_eq!(*key.to_bytes(), unhex(private), "{source}");
        let public = PublicKey::from_coordinates(&unhex(x), &unhex(y)).unwrap();
        assert_eq!(key.public_key(), public, "{source}");
        let handed_over = V4aKey::from_bytes(&unhex(private)).unwrap();
        assert_eq!(handed_over.public_key(), public, "{source}");
    }
}

/// A request of smithy-go's test, and the hash of its canonical request.
struct Example {
    region_set: &'static str,
    service: &'static str,
    session_token: Option<&'static str>,
    headers: &'static [(&'static str, &'static str)],
    payload: Payload<'static>,
    content_sha256: ContentSha256,
    signed_headers: &'static str,
    hash: &'static str,
}

const EXAMPLES: &[Example] = &[
    Example {
        region_set: "us-east-1,us-west-1",
        signed_headers: "host;x-amz-date;x-amz-region-set;x-amz-security-token",
        hash: "968265b4e87c6b10c8ec6bcfd63e8002814cb3256d74c6c381f0c31268c80b53",
        ..UNSIGNED
    },
    Example {
        payload: Payload::Given(BODY_HASH),
        hash: "6fbe2f6247e506a47694e695d825477af6c604184f775050ce3b83e04674d9aa",
        ..UNSIGNED
    },
    Example {
        session_token: None,
        signed_headers: "host;x-amz-date;x-amz-region-set",
        hash: "825ea1f5e80bdb91ac8802e832504d1ff1c3b05b7619ffc273a1565a7600ff5a",
        ..UNSIGNED
    },
    UNSIGNED,
    Example {
        headers: &[("Content-Type", "application/json"), ("Foo", "bar"), ("Bar", "baz"), HOST],
        payload: Payload::Given(BODY_HASH),
        signed_headers: "bar;content-type;foo;host;x-amz-date;x-amz-region-set;x-amz-security-token",
        hash: "b28cca9faeaa86f4dbfcc3113b05b38f53cd41f41448a41e08e0171cea8ec363",
        ..UNSIGNED
    },
    Example {
        service: "s3",
        payload: Payload::Given(BODY_HASH),
        content_sha256: ContentSha256::Header,
        signed_headers: "host;x-amz-content-sha256;x-amz-date;x-amz-region-set;x-amz-security-token",
        hash: "3cf4ba7f150421e93dbc22112484147af6e355676d08a75799cfd32424458d7f",
        ..UNSIGNED
    },
];

const UNSIGNED: Example = Example {
    region_set: "us-east-1",
    service: "dynamodb",
    session_token: Some("SESSION"),
    headers: &[HOST],
    payload: Payload::Unsigned,
    content_sha256: ContentSha256::Absent,
    signed_headers: "host;x-amz-date;x-amz-region-set;x-amz-security-token",
    hash: "69e5041f5ff858ee8f53a30e5f98cdb4c6bcbfe0f8e61b8aba537d2713bf41a4",
};

const HOST: (&str, &str) = ("Host", "service.region.amazonaws.com");
const BODY_HASH: &[u8] = b"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

/// smithy-go, `aws-http-auth/sigv4a/sigv4a_test.go`.
#[test]
fn strings_to_sign_are_as_published() {
    let key = V4aKey::derive(b"AKID", b"SECRET").unwrap();
    let time = Time::parse(b"19700101T000000Z").unwrap();
    for example in EXAMPLES {
        let (region_set, service) = (example.region_set.as_bytes(), example.service.as_bytes());
        let scoped = ScopedV4aKey::new(&key, region_set, service).unwrap();
        let mut signer = Signer::new(time, b"AKID", &scoped);
        signer.payload = example.payload;
        signer.content_sha256 = example.content_sha256;
        signer.session_token = example
            .session_token
            .map(|token| SessionToken { value: token.as_bytes(), coverage: TokenCoverage::Signed });
        let headers: Vec<Header<'_>> = example
            .headers
            .iter()
            .map(|(name, value)| Header { name: name.as_bytes(), value: value.as_bytes() })
            .collect();
        let request = Request { method: b"POST", target: b"/", headers: &headers, body: b"" };
        let mut workspace = Workspace::default();
        let result = signer.header(&mut workspace, &request).unwrap();
        let expected = format!(
            "AWS4-ECDSA-P256-SHA256\n19700101T000000Z\n19700101/{}/aws4_request\n{}",
            example.service, example.hash
        );
        let stages = result.stages();
        assert_eq!(String::from_utf8_lossy(stages.string_to_sign), expected);
        assert_eq!(stages.signed_headers, example.signed_headers.as_bytes());
        let authorization = String::from_utf8_lossy(result.authorization());
        let credential = format!(
            "AWS4-ECDSA-P256-SHA256 Credential=AKID/19700101/{}/aws4_request, SignedHeaders={}, \
             Signature={}",
            example.service, example.signed_headers, stages.signature
        );
        assert_eq!(authorization, credential);
    }
}

/// aws-c-auth, `tests/test_chunked_signing.c`: the seed requests of a chunked upload.
#[test]
fn seed_requests_of_a_chunked_upload_are_as_published() {
    let key = V4aKey::derive(b"AKIAIOSFODNN7EXAMPLE", b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        .unwrap();
    let scoped = ScopedV4aKey::new(&key, b"us-east-1", b"s3").unwrap();
    let time = Time::parse(b"20130524T000000Z").unwrap();
    for (marker, trailer, signed_headers) in [
        (
            "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
            None,
            "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;\
             x-amz-decoded-content-length;x-amz-region-set;x-amz-storage-class",
        ),
        (
            "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
            Some("first,second,third"),
            "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;\
             x-amz-decoded-content-length;x-amz-region-set;x-amz-storage-class;x-amz-trailer",
        ),
    ] {
        let mut headers = vec![
            Header { name: b"Host", value: b"s3.amazonaws.com" },
            Header { name: b"x-amz-storage-class", value: b"REDUCED_REDUNDANCY" },
            Header { name: b"Content-Encoding", value: b"aws-chunked" },
            Header { name: b"x-amz-decoded-content-length", value: b"66560" },
            Header { name: b"Content-Length", value: b"66824" },
        ];
        headers.extend(
            trailer.map(|names: &str| Header { name: b"x-amz-trailer", value: names.as_bytes() }),
        );
        let request = Request {
            method: b"PUT",
            target: b"/examplebucket/chunkObject.txt",
            headers: &headers,
            body: b"",
        };
        let signer = Signer {
            profile: Profile::S3,
            payload: Payload::Given(marker.as_bytes()),
            content_sha256: ContentSha256::Header,
            ..Signer::new(time, b"AKIAIOSFODNN7EXAMPLE", &scoped)
        };
        let mut workspace = Workspace::default();
        let stages = signer.header(&mut workspace, &request).unwrap().stages();
        let trailer_line =
            trailer.map(|names| format!("x-amz-trailer:{names}\n")).unwrap_or_default();
        let expected = format!(
            "PUT\n/examplebucket/chunkObject.txt\n\ncontent-encoding:aws-chunked\n\
             content-length:66824\nhost:s3.amazonaws.com\nx-amz-content-sha256:{marker}\n\
             x-amz-date:20130524T000000Z\nx-amz-decoded-content-length:66560\n\
             x-amz-region-set:us-east-1\nx-amz-storage-class:REDUCED_REDUNDANCY\n\
             {trailer_line}\n{signed_headers}\n{marker}"
        );
        assert_eq!(String::from_utf8_lossy(stages.canonical_request), expected);
    }
}

/// RFC 6979, appendix A.2.5, P-256 with SHA-256.
#[test]
fn any_string_to_sign_is_signed_with_the_nonce_of_rfc_6979() {
    let private = unhex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
    let key = V4aKey::from_bytes(&private).unwrap();
    for (text, r, s) in [
        (
            "sample",
            "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
            "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        ),
        (
            "test",
            "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
            "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
        ),
    ] {
        let expected = EcdsaSignature::from_numbers(&unhex(r), &unhex(s)).unwrap();
        assert_eq!(key.sign(text.as_bytes()), expected);
        assert!(key.public_key().verifies(text.as_bytes(), &expected));
        assert!(!key.public_key().verifies(b"another", &expected));
    }
}
