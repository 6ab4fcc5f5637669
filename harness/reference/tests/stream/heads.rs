//! The published heads of requests whose body is a stream.

use sigv4_reference::sign::{ContentSha256, Payload, Signer};
use sigv4_reference::stream::Marker;
use sigv4_reference::verify::Verifier;
use sigv4_reference::{Header, Profile, Request, Scope, ScopedKey, Time, Workspace};

use crate::scene::{as_headers, stored_key, text};

/// The head of a request whose body is a stream. The headers are those of the caller.
struct Head {
    id: &'static str,
    source: &'static str,
    access_key_id: &'static str,
    secret_access_key: &'static str,
    time: &'static str,
    service: &'static str,
    marker: Marker,
    method: &'static str,
    target: &'static str,
    headers: &'static [(&'static str, &'static str)],
    canonical_request: &'static str,
    string_to_sign: &'static str,
    signature: &'static str,
}

#[test]
fn heads_are_signed_as_printed_and_verify() {
    for head in HEADS {
        let place = format!("{} ({})", head.id, head.source);
        let time = Time::parse(head.time.as_bytes()).unwrap();
        let service = head.service.as_bytes();
        let secret = head.secret_access_key.as_bytes();
        let scope = Scope::new(&time, b"us-east-1", service).unwrap();
        let key = ScopedKey::derive(secret, scope);
        let mut signer = Signer::new(time, head.access_key_id.as_bytes(), &key);
        signer.profile = Profile::S3;
        signer.payload = Payload::Given(head.marker.text().as_bytes());
        signer.content_sha256 = ContentSha256::Header;
        let mut headers = as_headers(head.headers);
        let (method, target) = (head.method.as_bytes(), head.target.as_bytes());
        let request = Request { method, target, headers: &headers, body: b"" };
        let mut workspace = Workspace::default();
        let signature = signer.header(&mut workspace, &request).unwrap();
        let stages = signature.stages();
        assert_eq!(text(stages.canonical_request), head.canonical_request, "{place}");
        assert_eq!(text(stages.string_to_sign), head.string_to_sign, "{place}");
        assert_eq!(stages.signature, head.signature, "{place}");

        let added: Vec<(&str, Vec<u8>)> =
            signature.headers().map(|(name, value)| (name, value.to_vec())).collect();
        let added = added.iter().map(|(name, value)| Header { name: name.as_bytes(), value });
        headers.extend(added);
        let request = Request { method, target, headers: &headers, body: b"" };
        let verifier =
            Verifier { profile: Profile::S3, ..Verifier::new(time, b"us-east-1", service) };
        let keys = [stored_key(head.access_key_id, secret)];
        let accepted = verifier.verify_head(&mut Workspace::default(), &request, &keys).unwrap();
        assert_eq!(accepted.marker, head.marker, "{place}");
        assert_eq!(text(accepted.seed().signature), head.signature, "{place}");
        assert_eq!(accepted.framing().is_some(), head.marker != Marker::Events, "{place}");
    }
}

const HEADS: &[Head] = &[
    Head {
        id: "s3doc-chunked-put",
        source: "S3 API Reference, sigv4-streaming",
        access_key_id: "AKIAIOSFODNN7EXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        time: "20130524T000000Z",
        service: "s3",
        marker: Marker::SignedChunks,
        method: "PUT",
        target: "/examplebucket/chunkObject.txt",
        headers: &[("Host", "s3.amazonaws.com"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"), ("Content-Encoding", "aws-chunked"), ("x-amz-decoded-content-length", "66560"), ("Content-Length", "66824")],
        canonical_request: "\
PUT
/examplebucket/chunkObject.txt

content-encoding:aws-chunked
content-length:66824
host:s3.amazonaws.com
x-amz-content-sha256:STREAMING-AWS4-HMAC-SHA256-PAYLOAD
x-amz-date:20130524T000000Z
x-amz-decoded-content-length:66560
x-amz-storage-class:REDUCED_REDUNDANCY

content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class
STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        string_to_sign: "\
AWS4-HMAC-SHA256
20130524T000000Z
20130524/us-east-1/s3/aws4_request
cee3fed04b70f867d036f722359b0b1f2f0e5dc0efadbc082b76c4c60e316455",
        signature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    },
    Head {
        id: "s3doc-chunked-trailer-put",
        source: "S3 API Reference, sigv4-streaming-trailers",
        access_key_id: "AKIAIOSFODNN7EXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        time: "20130524T000000Z",
        service: "s3",
        marker: Marker::SignedChunksTrailer,
        method: "PUT",
        target: "/examplebucket/chunkObject.txt",
        headers: &[("Host", "s3.amazonaws.com"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"), ("Content-Encoding", "aws-chunked"), ("x-amz-decoded-content-length", "66560"), ("x-amz-trailer", "x-amz-checksum-crc32c")],
        canonical_request: "\
PUT
/examplebucket/chunkObject.txt

content-encoding:aws-chunked
host:s3.amazonaws.com
x-amz-content-sha256:STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER
x-amz-date:20130524T000000Z
x-amz-decoded-content-length:66560
x-amz-storage-class:REDUCED_REDUNDANCY
x-amz-trailer:x-amz-checksum-crc32c

content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer
STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        string_to_sign: "\
AWS4-HMAC-SHA256
20130524T000000Z
20130524/us-east-1/s3/aws4_request
44d48b8c2f70eae815a0198cc73d7a546a73a93359c070abbaa5e6c7de112559",
        signature: "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
    },
    Head {
        id: "minio-go-chunked-seed-no-content-length",
        source: "minio-go, pkg/signer/request-signature-streaming_test.go",
        access_key_id: "AKIAIOSFODNN7EXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        time: "20130524T000000Z",
        service: "s3",
        marker: Marker::SignedChunks,
        method: "PUT",
        target: "/examplebucket/chunkObject.txt",
        headers: &[("Host", "s3.amazonaws.com"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"), ("Content-Encoding", "aws-chunked"), ("x-amz-decoded-content-length", "66560")],
        canonical_request: "\
PUT
/examplebucket/chunkObject.txt

content-encoding:aws-chunked
host:s3.amazonaws.com
x-amz-content-sha256:STREAMING-AWS4-HMAC-SHA256-PAYLOAD
x-amz-date:20130524T000000Z
x-amz-decoded-content-length:66560
x-amz-storage-class:REDUCED_REDUNDANCY

content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class
STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        string_to_sign: "\
AWS4-HMAC-SHA256
20130524T000000Z
20130524/us-east-1/s3/aws4_request
8cb80826b23e740d44297d0a4951f1c13f087d6c287258d4986cbc1d5c7a6a9e",
        signature: "007480502de61457e955731b0f5d191f7e6f54a8a0f6cc7974a5ebd887965686",
    },
    Head {
        id: "smithy-rs-chunk-signing-capture",
        source: "smithy-rs, aws_chunked/chunk-signing.json",
        access_key_id: "ANOTREAL",
        secret_access_key: "notrealrnrELgWzOk3IfjzDKtFBhDby",
        time: "20090213T233130Z",
        service: "s3",
        marker: Marker::SignedChunksTrailer,
        method: "PUT",
        target: "/10KiBofA.txt?x-id=PutObject",
        headers: &[("content-type", "application/octet-stream"), ("content-length", "10291"), ("x-amz-sdk-checksum-algorithm", "CRC32"), ("x-amz-user-agent", "aws-sdk-rust/0.123.test ua/0.1 api/test-service/0.123 os/windows/XPSP3 lang/rust/1.50.0 m/U,Z,E md/http#replaying-client"), ("x-amz-trailer", "x-amz-checksum-crc32"), ("x-amz-decoded-content-length", "10240"), ("content-encoding", "aws-chunked"), ("Host", "test-bucket.s3.us-east-1.amazonaws.com")],
        canonical_request: "\
PUT
/10KiBofA.txt
x-id=PutObject
content-encoding:aws-chunked
content-length:10291
content-type:application/octet-stream
host:test-bucket.s3.us-east-1.amazonaws.com
x-amz-content-sha256:STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER
x-amz-date:20090213T233130Z
x-amz-decoded-content-length:10240
x-amz-sdk-checksum-algorithm:CRC32
x-amz-trailer:x-amz-checksum-crc32
x-amz-user-agent:aws-sdk-rust/0.123.test ua/0.1 api/test-service/0.123 os/windows/XPSP3 lang/rust/1.50.0 m/U,Z,E md/http#replaying-client

content-encoding;content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-sdk-checksum-algorithm;x-amz-trailer;x-amz-user-agent
STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        string_to_sign: "\
AWS4-HMAC-SHA256
20090213T233130Z
20090213/us-east-1/s3/aws4_request
3964be2434f8678a2295f725696e9fb88a2d9b0a8adbbd76ab8c991f4d6a3a71",
        signature: "4d5247cc603cc816a7ab5272ed9e47cf173e45bc42bfa68e1181267dd0f0bf73",
    },
    Head {
        id: "crt-event-stream-demo-request",
        source: "aws-c-auth, tests/test_event_signing.c",
        access_key_id: "access",
        secret_access_key: "secret",
        time: "19810116T063000Z",
        service: "demo",
        marker: Marker::Events,
        method: "POST",
        target: "/streaming",
        headers: &[("Host", "demo.us-east-1.amazonaws.com"), ("Content-Encoding", "application/vnd.amazon.eventstream")],
        canonical_request: "\
POST
/streaming

content-encoding:application/vnd.amazon.eventstream
host:demo.us-east-1.amazonaws.com
x-amz-content-sha256:STREAMING-AWS4-HMAC-SHA256-EVENTS
x-amz-date:19810116T063000Z

content-encoding;host;x-amz-content-sha256;x-amz-date
STREAMING-AWS4-HMAC-SHA256-EVENTS",
        string_to_sign: "\
AWS4-HMAC-SHA256
19810116T063000Z
19810116/us-east-1/demo/aws4_request
2f55adac13ea36e052f8fd00babb547c42b2649a25164de4e28e622721867b46",
        signature: "e1d8e8c8815e60969f2a34765c9a15945ffc0badbaa4b7e3b163ea19131e949b",
    },
];
