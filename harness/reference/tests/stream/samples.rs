//! Uploads of `hello`, or of nothing, as SDKs really sent them, without the transfer coding.

use sigv4_reference::stream::{Decoder, Framing, Limits, Problem, StreamError};
use sigv4_reference::verify::{AcceptedHead, Reason, Rejection, StoredKey, Verifier};
use sigv4_reference::{Header, Request, Time, Workspace};

use crate::scene::{Decoded, SECRET, as_headers, decode, stored_key};

struct Sample {
    client: &'static str,
    time: &'static str,
    target: &'static str,
    /// Those that are signed.
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    data: &'static str,
}

#[test]
fn what_clients_send_verifies_from_head_to_end() {
    for sample in SAMPLES {
        let headers = as_headers(sample.headers);
        let keys = keys();
        let head = sample.verify(&headers, &keys).unwrap();
        let framing = head.framing().unwrap();
        let decoded = sample.decode(&framing, &headers, sample.body);
        assert!(decoded.result.is_ok(), "{}: {:?}", sample.client, decoded.result);
        assert_eq!(decoded.data, sample.data.as_bytes(), "{}", sample.client);
    }
}

/// The data of another request does not fit the seed.
#[test]
fn another_seed_refuses_the_first_chunk() {
    for sample in SAMPLES {
        let headers = as_headers(sample.headers);
        let keys = keys();
        let head = sample.verify(&headers, &keys).unwrap();
        let mut framing = head.framing().unwrap();
        let (Framing::Signed(seed) | Framing::SignedTrailer(seed)) = &mut framing else { continue };
        seed.signature = b"";
        let decoded = sample.decode(&framing, &headers, sample.body);
        let expected = StreamError { offset: 18, problem: Problem::ChunkSignature };
        assert_eq!(decoded.result, Err(expected), "{}", sample.client);
        assert_eq!(decoded.data, b"", "{}", sample.client);
    }
}

#[test]
fn a_head_without_a_marker_is_refused() {
    let sample = &SAMPLES[0];
    let mut headers = as_headers(sample.headers);
    let is_marker = |header: &&mut Header<'_>| header.is(b"x-amz-content-sha256");
    headers.iter_mut().find(is_marker).unwrap().value = b"UNSIGNED-PAYLOAD";
    let rejection = sample.verify(&headers, &keys()).unwrap_err();
    assert_eq!(rejection.reason, Reason::UnsupportedPayload);
}

fn keys() -> [StoredKey<'static>; 1] {
    [stored_key("AKIAIOSFODNN7EXAMPLE", SECRET)]
}

impl Sample {
    fn verify<'k>(
        &self,
        headers: &[Header<'_>],
        keys: &'k [StoredKey<'_>; 1],
    ) -> Result<AcceptedHead<'k>, Rejection> {
        let now = Time::parse(self.time.as_bytes()).unwrap();
        let target = self.target.as_bytes();
        let request = Request { method: b"PUT", target, headers, body: b"" };
        let verifier = Verifier::new(now, b"us-east-1", b"s3");
        verifier.verify_head(&mut Workspace::default(), &request, keys)
    }

    fn decode(&self, framing: &Framing<'_>, headers: &[Header<'_>], body: &str) -> Decoded {
        let decoder = Decoder::new(framing, headers, Limits::default());
        decode(decoder.expect(self.client), [body.as_bytes()])
    }
}

const SAMPLES: &[Sample] = &[
    Sample {
        client: "java-2.58.0-put-http-signed-chunks-when-required",
        time: "20261127T141358Z",
        target: "/b/java-wr",
        headers: &[
            ("Host", "127.0.0.1:18309"),
            ("amz-sdk-invocation-id", "9e75bc6e-b372-e585-1c1e-7acce2e90e7b"),
            ("amz-sdk-request", "attempt=1; max=3"),
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261127/us-east-1/s3/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-encoding;content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length, Signature=5af5afae0d6f93af4be77b744fd07962ae7497691b4476b6c16decef3848254f",
            ),
            ("Content-Encoding", "aws-chunked"),
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
            ("X-Amz-Date", "20261127T141358Z"),
            ("x-amz-decoded-content-length", "5"),
            ("Content-Length", "177"),
        ],
        body: "5;chunk-signature=4d9c23e65532fb9b0c5bc107efb365cc8580e1073a0d6a51df5e1f3fbd2baad8\r\nhello\r\n0;chunk-signature=4ec5e081ce441092313969f3e55186228b044de8e7d4e4e65a5dbe5935bb15a4\r\n\r\n",
        data: "hello",
    },
    Sample {
        client: "java-2.58.0-put-http-signed-trailer",
        time: "20261127T141357Z",
        target: "/b/java-str-h",
        headers: &[
            ("Host", "127.0.0.1:18309"),
            ("amz-sdk-invocation-id", "b57c1052-2c1c-57d8-9dfe-47fabb90a486"),
            ("amz-sdk-request", "attempt=1; max=1"),
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261127/us-east-1/s3/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-encoding;content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-sdk-checksum-algorithm;x-amz-trailer, Signature=e55a240b197e52a15192d058f8ba80116d87955bba4d52679353a7aea9dbcf9c",
            ),
            ("Content-Encoding", "aws-chunked"),
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
            ("X-Amz-Date", "20261127T141357Z"),
            ("x-amz-decoded-content-length", "5"),
            ("x-amz-sdk-checksum-algorithm", "CRC32"),
            ("x-amz-trailer", "x-amz-checksum-crc32"),
            ("Content-Length", "298"),
        ],
        body: "5;chunk-signature=2e69dbbd4d5d235e02512354534dd84dcd8b663d814f170ce1a14da8401fe15b\r\nhello\r\n0;chunk-signature=631f4d109c5ef29c24d60ee5130259aa9ab2065877706942362697028b0c6636\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-amz-trailer-signature:964d96e0c5b19b648fc120546af1649baeb9ffe7d52741b3e04930ba52361e5c\r\n\r\n",
        data: "hello",
    },
    Sample {
        client: "java-2.58.0-put-http-signed-trailer-sha256",
        time: "20261127T141358Z",
        target: "/b/java-sha-h",
        headers: &[
            ("Host", "127.0.0.1:18309"),
            ("amz-sdk-invocation-id", "f5cc2748-57b5-a8c9-57c5-0706519be17c"),
            ("amz-sdk-request", "attempt=1; max=1"),
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261127/us-east-1/s3/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-encoding;content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-sdk-checksum-algorithm;x-amz-trailer, Signature=6cd2e4c00377b02f572eb7bc86e62cf89e9d5bb6b3fa91e03eb8a050adca8ab1",
            ),
            ("Content-Encoding", "aws-chunked"),
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
            ("X-Amz-Date", "20261127T141358Z"),
            ("x-amz-decoded-content-length", "5"),
            ("x-amz-sdk-checksum-algorithm", "SHA256"),
            ("x-amz-trailer", "x-amz-checksum-sha256"),
            ("Content-Length", "335"),
        ],
        body: "5;chunk-signature=fab5c5e63b10d80ca991da3668d57e1d78b060cc5b69343d1cab51ef961f34ba\r\nhello\r\n0;chunk-signature=0e871cba8944f7f41456206907f858816216737855f10f376a0b7ef84c6ebccb\r\nx-amz-checksum-sha256:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=\r\nx-amz-trailer-signature:99beeedc0e73616fe97e9ad83427b9cd4fdf9fcd784d4ca4c38c8d49c370b470\r\n\r\n",
        data: "hello",
    },
    Sample {
        client: "java-2.58.0-put-https-unsigned-trailer",
        time: "20261127T141358Z",
        target: "/b/java-str-s",
        headers: &[
            ("Host", "127.0.0.1:18310"),
            ("amz-sdk-invocation-id", "5231fce8-9a7e-4332-469b-7587893a3eca"),
            ("amz-sdk-request", "attempt=1; max=1"),
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261127/us-east-1/s3/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-encoding;content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-sdk-checksum-algorithm;x-amz-trailer, Signature=25fcf07d8dc0310ba166538f941f0b9b829b64006cc33ea81cb7d4a750f08b6a",
            ),
            ("Content-Encoding", "aws-chunked"),
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
            ("X-Amz-Date", "20261127T141358Z"),
            ("x-amz-decoded-content-length", "5"),
            ("x-amz-sdk-checksum-algorithm", "CRC32"),
            ("x-amz-trailer", "x-amz-checksum-crc32"),
            ("Content-Length", "46"),
        ],
        body: "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
        data: "hello",
    },
    Sample {
        client: "minio-go-7.4.1-put-http-signed-chunks",
        time: "20261127T141336Z",
        target: "/bkt/minio-0",
        headers: &[
            ("Host", "127.0.0.1:18307"),
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261127/us-east-1/s3/aws4_request,SignedHeaders=content-encoding;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length,Signature=12d7c6374f4e54a8dfdd263bee97c3234803825b593b4015864e073aad7a2ef7",
            ),
            ("Content-Encoding", "aws-chunked"),
            ("Content-Type", "application/octet-stream"),
            ("X-Amz-Content-Sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
            ("X-Amz-Date", "20261127T141336Z"),
            ("X-Amz-Decoded-Content-Length", "5"),
        ],
        body: "5;chunk-signature=99dbb091411a1f2cc19119ffbf9242fab86a5ea4ba1f32e52b926d60d0f86ea6\r\nhello\r\n0;chunk-signature=4ce1930fafe9224e7cae05dfe692f9f5c855da0fc45df850b292a92e3d8637f3\r\n\r\n",
        data: "hello",
    },
    Sample {
        client: "minio-go-7.4.1-put-http-signed-trailer-lf",
        time: "20261127T141911Z",
        target: "/mgbkt/small1",
        headers: &[
            ("Host", "127.0.0.1:18312"),
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261127/us-east-1/s3/aws4_request,SignedHeaders=content-encoding;content-type;host;x-amz-checksum-algorithm;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-trailer,Signature=5b2908cce5a5ad2f3bd4e87a1a8d4a5218a0f2f5c81ccfca51ceb7787abc1505",
            ),
            ("Content-Encoding", "aws-chunked"),
            ("Content-Type", "application/octet-stream"),
            ("X-Amz-Checksum-Algorithm", "CRC32C"),
            ("X-Amz-Content-Sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
            ("X-Amz-Date", "20261127T141911Z"),
            ("X-Amz-Decoded-Content-Length", "5"),
            ("X-Amz-Trailer", "x-amz-checksum-crc32c"),
        ],
        body: "5;chunk-signature=ae5b81b7a27f688db512f73983013f3b234fa3a41647555e225bbfa1205ee798\r\nhello\r\n0;chunk-signature=5df7f4ae748f099b6edfdf0d9eb22018e3bbe268f75b9283121dfa0ebfdfc5a6\r\nx-amz-checksum-crc32c:mnG7TA==\n\r\nx-amz-trailer-signature:e75c98113c00f28b93ba0b12f5739d6e9b559b7b701587fc71db0131dca7fb78\r\n\r\n",
        data: "hello",
    },
    Sample {
        client: "boto3-1.44.8-put-https-unsigned-trailer",
        time: "20261127T140821Z",
        target: "/b/a2-https",
        headers: &[
            ("Content-Encoding", "aws-chunked"),
            ("X-Amz-Trailer", "x-amz-checksum-crc32"),
            ("X-Amz-Decoded-Content-Length", "5"),
            ("x-amz-sdk-checksum-algorithm", "CRC32"),
            ("host", "127.0.0.1:18302"),
            ("X-Amz-Date", "20261127T140821Z"),
            ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261127/us-east-1/s3/aws4_request, SignedHeaders=content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-sdk-checksum-algorithm;x-amz-trailer, Signature=64a9bcdb1a73abd0beda5329ff621f927d130e901090573d700caaf718402f4f",
            ),
        ],
        body: "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
        data: "hello",
    },
    Sample {
        client: "boto3-1.44.8-put-https-empty-body",
        time: "20261127T140825Z",
        target: "/b/empty-s",
        headers: &[
            ("Content-Encoding", "aws-chunked"),
            ("X-Amz-Trailer", "x-amz-checksum-crc32"),
            ("X-Amz-Decoded-Content-Length", "0"),
            ("x-amz-sdk-checksum-algorithm", "CRC32"),
            ("host", "127.0.0.1:18302"),
            ("X-Amz-Date", "20261127T140825Z"),
            ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261127/us-east-1/s3/aws4_request, SignedHeaders=content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-sdk-checksum-algorithm;x-amz-trailer, Signature=7081acbdee645231d15e22e59b0b09c864857366a4c66496b67b69fb9c11cae1",
            ),
        ],
        body: "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
        data: "",
    },
    Sample {
        client: "boto3-1.44.8-put-https-unseekable-no-decoded-length",
        time: "20261127T140825Z",
        target: "/b/ns-put-s",
        headers: &[
            ("Content-Encoding", "aws-chunked"),
            ("X-Amz-Trailer", "x-amz-checksum-crc32"),
            ("x-amz-sdk-checksum-algorithm", "CRC32"),
            ("host", "127.0.0.1:18302"),
            ("X-Amz-Date", "20261127T140825Z"),
            ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261127/us-east-1/s3/aws4_request, SignedHeaders=content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-sdk-checksum-algorithm;x-amz-trailer, Signature=096d7fd1489f09e7978b23397b2b2d2cd9522cfb8e923566d99cf44bd3e996c9",
            ),
        ],
        body: "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
        data: "hello",
    },
    Sample {
        client: "go-s3-1.114.10-put-https-default-config",
        time: "20261127T143902Z",
        target: "/b/ck-str?x-id=PutObject",
        headers: &[
            ("Host", "127.0.0.1:18331"),
            ("Content-Length", "46"),
            ("Accept-Encoding", "identity"),
            ("Amz-Sdk-Invocation-Id", "73f6602b-fef3-48de-b63c-1259f60c13bf"),
            ("Amz-Sdk-Request", "attempt=1; max=1"),
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261127/us-east-1/s3/aws4_request, SignedHeaders=accept-encoding;amz-sdk-invocation-id;amz-sdk-request;content-encoding;content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-trailer, Signature=c9929e8664e5cc141a73232c6338e413d3fb804aff445e142b0a4eb348efaf5f",
            ),
            ("Content-Encoding", "aws-chunked"),
            ("Content-Type", "application/octet-stream"),
            ("X-Amz-Content-Sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
            ("X-Amz-Date", "20261127T143902Z"),
            ("X-Amz-Decoded-Content-Length", "5"),
            ("X-Amz-Trailer", "x-amz-checksum-crc32"),
        ],
        body: "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
        data: "hello",
    },
    Sample {
        client: "js-3.1175.0-put-stream-http-unsigned-trailer",
        time: "20261127T141117Z",
        target: "/b/stream-len-h?x-id=PutObject",
        headers: &[
            ("content-type", "application/octet-stream"),
            ("x-amz-sdk-checksum-algorithm", "CRC32"),
            ("content-encoding", "aws-chunked"),
            ("x-amz-decoded-content-length", "5"),
            ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
            ("x-amz-trailer", "x-amz-checksum-crc32"),
            ("x-amz-user-agent", "aws-sdk-js/3.1174.0"),
            ("host", "127.0.0.1:18305"),
            ("amz-sdk-invocation-id", "396f3034-e1c2-4e69-b15f-07ce9d07f83f"),
            ("amz-sdk-request", "attempt=1; max=1"),
            ("x-amz-date", "20261127T141117Z"),
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261127/us-east-1/s3/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-encoding;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-sdk-checksum-algorithm;x-amz-trailer;x-amz-user-agent, Signature=345dd28133e7417353eb550cc8813e796819f839bbe0e1e802d4666d90cf57dc",
            ),
        ],
        body: "3\r\nhel\r\n2\r\nlo\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
        data: "hello",
    },
];
