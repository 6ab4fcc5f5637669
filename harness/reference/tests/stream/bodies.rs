//! The published bodies, with the signatures of their chunks and trailers.

use sigv4_reference::stream::{
    ChecksumAlgorithm, Decoder, Encoder, Framing, Limits, Marker, Seed, TrailerLineEnd,
    encoded_length,
};
use sigv4_reference::{Scope, ScopedKey, SigningKey, Time};

use crate::scene::{Upload, as_headers, decode, sha256, text};

/// A body and the signatures of its chunks and trailers.
struct Body {
    id: &'static str,
    source: &'static str,
    key: Key,
    time: &'static str,
    seed: &'static str,
    data: Data,
    chunk_size: usize,
    trailers: &'static [(&'static str, &'static str)],
    chunks: &'static [&'static str],
    trailer_signature: Option<&'static str>,
    /// Of the chunks and the trailers, where they are published.
    strings_to_sign: &'static [&'static str],
}

enum Key {
    Secret(&'static str),
    /// The signing key; HMAC pads it with zeros.
    Raw(&'static str),
}

enum Data {
    /// The letter `a`, this many times.
    Letters(usize),
    Text(&'static str),
}

#[test]
fn chunks_and_trailers_have_the_published_signatures() {
    for body in BODIES {
        let place = format!("{} ({})", body.id, body.source);
        body.with_framing(|framing| {
            let mut encoder = Encoder::new(framing, TrailerLineEnd::CrLf).unwrap();
            for (name, value) in body.trailers {
                encoder.add_trailer(name.as_bytes(), value.as_bytes()).unwrap();
            }
            let (data, mut sent) = (body.data(), Vec::new());
            let mut strings_to_sign = body.strings_to_sign.iter();
            for chunk in data.chunks(body.chunk_size) {
                sent.extend(encoder.chunk(chunk).concat());
                if let Some(expected) = strings_to_sign.next() {
                    assert_eq!(&text(encoder.string_to_sign()), expected, "{place}");
                }
            }
            sent.extend(encoder.finish());
            let expected = body.encoded(&data, "\r\n");
            assert_eq!(text(&sent), text(&expected), "{place}");
        });
    }
}

#[test]
fn published_bodies_are_decoded() {
    for body in BODIES {
        body.with_framing(|framing| {
            let data = body.data();
            for (end, separator) in [("\r\n", ""), ("\n", "\r\n")] {
                let encoded = body.encoded(&data, end);
                let at =
                    encoded.len() - body.trailer_signature.map_or(0, |digits| digits.len() + 28);
                let separator = if body.trailers.is_empty() { "" } else { separator };
                let encoded = [&encoded[..at], separator.as_bytes(), &encoded[at..]].concat();
                let names: Vec<&str> = body.trailers.iter().map(|(name, _)| *name).collect();
                let (names, length) = (names.join(", "), data.len().to_string());
                let headers = as_headers(&[
                    ("x-amz-trailer", &names),
                    ("x-amz-decoded-content-length", &length),
                ]);
                let decoder = Decoder::new(framing, &headers, Limits::default()).unwrap();
                let answer = decode(decoder, [&encoded[..]]);
                let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
                let trailers = body.trailers.iter().map(own).collect();
                assert_eq!(answer.result, Ok(trailers), "{}, {end:?}", body.id);
                assert_eq!(answer.data, data, "{}", body.id);
            }
        });
    }
}

/// The whole string to sign of the last piece, which the encoder no longer shows.
#[test]
fn the_last_string_to_sign_is_as_published() {
    for body in BODIES.iter().filter(|body| !body.strings_to_sign.is_empty()) {
        body.with_framing(|framing| {
            let data = body.data();
            let names: Vec<&str> = body.trailers.iter().map(|(name, _)| *name).collect();
            let names = names.join(",");
            let headers = as_headers(&[("x-amz-trailer", &names)]);
            let mut decoder = Decoder::new(framing, &headers, Limits::default()).unwrap();
            let encoded = body.encoded(&data, "\r\n");
            let mut input = &encoded[..];
            while decoder.decode(&mut input).unwrap().is_some() {}
            let last = body.strings_to_sign.last().unwrap();
            assert_eq!(&text(decoder.string_to_sign()), last, "{}", body.id);
        });
    }
}

/// S3 API Reference, "Transferring Payload in Multiple Chunks": the length, and the SHA-256 of the body
/// as it is sent.
#[test]
fn the_documented_body_has_the_documented_length_and_hash() {
    let upload = Upload::new(Marker::SignedChunks, &vec![b'a'; 66_560], 65_536);
    let encoded = upload.encode();
    assert_eq!(encoded.len(), 66_824);
    assert_eq!(
        sha256(&encoded),
        "86ba876e2a8457dbc4bfe805f155e5d0560d8328ce92b64e0c42d3e973fcfa62"
    );
    let length = |marker, end, decoded, trailers: &[(&str, usize)]| {
        encoded_length(marker, decoded, upload.chunk_size(), end, trailers)
    };
    let crlf = TrailerLineEnd::CrLf;
    assert_eq!(length(Marker::SignedChunks, crlf, 66_560, &[]), Some(66_824));
    // What the SDKs send for `hello`: Java 2.58.0, minio-go 7.4.1, boto3 1.44.8.
    let crc32 = [("x-amz-checksum-crc32", ChecksumAlgorithm::Crc32.value_len())];
    let crc32c = [("x-amz-checksum-crc32c", ChecksumAlgorithm::Crc32C.value_len())];
    assert_eq!(length(Marker::SignedChunks, crlf, 5, &[]), Some(177));
    assert_eq!(length(Marker::SignedChunksTrailer, crlf, 5, &crc32), Some(298));
    let lf = TrailerLineEnd::LfCrLf;
    assert_eq!(length(Marker::SignedChunksTrailer, lf, 5, &crc32c), Some(300));
    assert_eq!(length(Marker::UnsignedTrailer, crlf, 5, &crc32), Some(46));
    assert_eq!(length(Marker::UnsignedTrailer, crlf, 0, &crc32), Some(36));
    assert_eq!(length(Marker::SignedChunks, crlf, u64::MAX, &[]), None);
    assert_eq!(length(Marker::UnsignedTrailer, lf, 5, &[("a", usize::MAX)]), None);
    assert_eq!(length(Marker::SignedChunksTrailer, lf, 5, &[("a", usize::MAX - 5)]), None);
    assert_eq!(length(Marker::Events, crlf, 5, &[]), None);
}

/// S3 API Reference, "Including Trailing Headers": the checksum of the data.
#[test]
fn the_documented_checksum_is_computed() {
    let body = BODIES.iter().find(|body| body.id == "s3doc-chunked-trailer-put").unwrap();
    body.with_framing(|framing| {
        let mut encoder = Encoder::new(framing, TrailerLineEnd::CrLf).unwrap();
        encoder.add_checksum(ChecksumAlgorithm::Crc32C).unwrap();
        let data = body.data();
        let mut sent = Vec::new();
        for chunk in data.chunks(body.chunk_size) {
            sent.extend(encoder.chunk(chunk).concat());
        }
        sent.extend(encoder.finish());
        assert_eq!(text(&sent), text(&body.encoded(&data, "\r\n")));
    });
}

impl Body {
    fn data(&self) -> Vec<u8> {
        match self.data {
            Data::Letters(length) => vec![b'a'; length],
            Data::Text(text) => text.into(),
        }
    }

    fn with_framing(&self, act: impl FnOnce(&Framing<'_>)) {
        let time = Time::parse(self.time.as_bytes()).unwrap();
        let scope = Scope::new(&time, b"us-east-1", b"s3").unwrap();
        let key = match self.key {
            Key::Secret(secret) => ScopedKey::derive(secret.as_bytes(), scope),
            Key::Raw(text) => {
                let mut bytes = [0; 32];
                bytes[..text.len()].copy_from_slice(text.as_bytes());
                ScopedKey::new(SigningKey::from_bytes(&bytes), scope)
            }
        };
        let seed = Seed { key: (&key).into(), time, signature: self.seed.as_bytes() };
        act(&match self.trailer_signature {
            Some(_) => Framing::SignedTrailer(seed),
            None => Framing::Signed(seed),
        });
    }

    /// The body with the published signatures; `end` ends the line of a trailer.
    fn encoded(&self, data: &[u8], end: &str) -> Vec<u8> {
        let mut out = Vec::new();
        let chunks = data.chunks(self.chunk_size).chain([&b""[..]]);
        for (chunk, signature) in chunks.zip(self.chunks) {
            out.extend(format!("{:x};chunk-signature={signature}\r\n", chunk.len()).bytes());
            out.extend_from_slice(chunk);
            if !chunk.is_empty() {
                out.extend_from_slice(b"\r\n");
            }
        }
        for (name, value) in self.trailers {
            out.extend(format!("{name}:{value}{end}").bytes());
        }
        if let Some(signature) = self.trailer_signature {
            out.extend(format!("x-amz-trailer-signature:{signature}\r\n").bytes());
        }
        out.extend_from_slice(b"\r\n");
        out
    }
}

/// Java: the body as its test prints it.
#[test]
fn a_body_of_small_chunks_is_as_printed() {
    let body = BODIES.iter().find(|body| body.id == "java-v2-chunked-4byte").unwrap();
    assert_eq!(text(&body.encoded(&body.data(), "\r\n")), JAVA_BODY);
}

const JAVA_BODY: &str = "4;chunk-signature=082f5b0e588893570e152b401a886161ee772ed066948f68c8f01aee11cca4f8\r\n{\"Ta\r\n4;chunk-signature=777b02ec61ce7934578b1efe6fbe08c21ae4a8cdf66a709d3b4fd320dddd2839\r\nbleN\r\n4;chunk-signature=84abdae650f64dee4d703d41c7d87c8bc251c22b8c493c75ce24431b60b73937\r\name\"\r\n4;chunk-signature=aff22ddad9d4388233fe9bc47e9c552a6e9ba9285af79555d2ce7fdaab726320\r\n: \"f\r\n4;chunk-signature=30e55f4e1c1fd444c06e9be42d9594b8fd7ead436bc67a58b5350ffd58b6aaa5\r\noo\"}\r\n0;chunk-signature=825ad80195cae47f54984835543ff2179c2c5a53c324059cd632e50259384ee3\r\n\r\n";

const BODIES: &[Body] = &[
    Body {
        id: "s3doc-chunked-put",
        source: "S3 API Reference, sigv4-streaming",
        key: Key::Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        time: "20130524T000000Z",
        seed: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        data: Data::Letters(66_560),
        chunk_size: 65536,
        trailers: &[],
        chunks: &[
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ],
        trailer_signature: None,
        strings_to_sign: &[
            "\
AWS4-HMAC-SHA256-PAYLOAD
20130524T000000Z
20130524/us-east-1/s3/aws4_request
4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
bf718b6f653bebc184e1479f1935b8da974d701b893afcf49e701f3e2f9f9c5a",
            "\
AWS4-HMAC-SHA256-PAYLOAD
20130524T000000Z
20130524/us-east-1/s3/aws4_request
ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
2edc986847e209b4016e141a6dc8716d3207350f416969382d431539bf292e4a",
            "\
AWS4-HMAC-SHA256-PAYLOAD
20130524T000000Z
20130524/us-east-1/s3/aws4_request
0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ],
    },
    Body {
        id: "crt-chunked-trailers-first-second-third",
        source: "aws-c-auth, tests/test_chunked_signing.c",
        key: Key::Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        time: "20130524T000000Z",
        seed: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        data: Data::Letters(66_560),
        chunk_size: 65536,
        trailers: &[("first", "1st"), ("second", "2nd"), ("third", "3rd")],
        chunks: &[
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ],
        trailer_signature: Some("df5735bd9f3295cd9386572292562fefc93ba94e80a0a1ddcbd652c4e0a75e6c"),
        strings_to_sign: &[
            "\
AWS4-HMAC-SHA256-PAYLOAD
20130524T000000Z
20130524/us-east-1/s3/aws4_request
4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
bf718b6f653bebc184e1479f1935b8da974d701b893afcf49e701f3e2f9f9c5a",
            "\
AWS4-HMAC-SHA256-PAYLOAD
20130524T000000Z
20130524/us-east-1/s3/aws4_request
ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
2edc986847e209b4016e141a6dc8716d3207350f416969382d431539bf292e4a",
            "\
AWS4-HMAC-SHA256-PAYLOAD
20130524T000000Z
20130524/us-east-1/s3/aws4_request
0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "\
AWS4-HMAC-SHA256-TRAILER
20130524T000000Z
20130524/us-east-1/s3/aws4_request
b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9
83d8f190334fb741bc8daf73c891689d320bd8017756bc730c540021ed48001f",
        ],
    },
    Body {
        id: "s3doc-chunked-trailer-put",
        source: "S3 API Reference, sigv4-streaming-trailers",
        key: Key::Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        time: "20130524T000000Z",
        seed: "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
        data: Data::Letters(66_560),
        chunk_size: 65536,
        trailers: &[("x-amz-checksum-crc32c", "sOO8/Q==")],
        chunks: &[
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
        ],
        trailer_signature: Some("d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435"),
        strings_to_sign: &[
            "\
AWS4-HMAC-SHA256-PAYLOAD
20130524T000000Z
20130524/us-east-1/s3/aws4_request
106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
bf718b6f653bebc184e1479f1935b8da974d701b893afcf49e701f3e2f9f9c5a",
            "\
AWS4-HMAC-SHA256-PAYLOAD
20130524T000000Z
20130524/us-east-1/s3/aws4_request
b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
2edc986847e209b4016e141a6dc8716d3207350f416969382d431539bf292e4a",
            "\
AWS4-HMAC-SHA256-PAYLOAD
20130524T000000Z
20130524/us-east-1/s3/aws4_request
1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "\
AWS4-HMAC-SHA256-TRAILER
20130524T000000Z
20130524/us-east-1/s3/aws4_request
2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992
1e376db7e1a34a8ef1c4bcee131a2d60a1cb62503747488624e10995f448d774",
        ],
    },
    Body {
        id: "smithy-rs-chunk-signing-capture",
        source: "smithy-rs, aws_chunked/chunk-signing.json",
        key: Key::Secret("notrealrnrELgWzOk3IfjzDKtFBhDby"),
        time: "20090213T233130Z",
        seed: "4d5247cc603cc816a7ab5272ed9e47cf173e45bc42bfa68e1181267dd0f0bf73",
        data: Data::Letters(10_240),
        chunk_size: 8192,
        trailers: &[("x-amz-checksum-crc32", "X9RA0w==")],
        chunks: &[
            "25851a3d29c435720498cdfd7540bb131ae653ea7371cb885f4fe1ba092d37f3",
            "bf16b3638d50be9f090044f98d838e6643fa2d37db299cbdb884a92d2a659a03",
            "7110bd9a94d4fa381c0ad159f6b14acb99e93ecec95cb3fd0fd61b414a692ae6",
        ],
        trailer_signature: Some("a1764ee8bc0edc8b723a91b19c28bbcc7f8ac8a5932b0e7b7497dd6a8fee78f0"),
        strings_to_sign: &[],
    },
    Body {
        id: "java-v2-chunked-4byte",
        source: "aws-sdk-java-v2, AwsChunkedV4PayloadSignerTest",
        key: Key::Raw("key"),
        time: "19700101T000000Z",
        seed: "sig",
        data: Data::Text("{\"TableName\": \"foo\"}"),
        chunk_size: 4,
        trailers: &[],
        chunks: &[
            "082f5b0e588893570e152b401a886161ee772ed066948f68c8f01aee11cca4f8",
            "777b02ec61ce7934578b1efe6fbe08c21ae4a8cdf66a709d3b4fd320dddd2839",
            "84abdae650f64dee4d703d41c7d87c8bc251c22b8c493c75ce24431b60b73937",
            "aff22ddad9d4388233fe9bc47e9c552a6e9ba9285af79555d2ce7fdaab726320",
            "30e55f4e1c1fd444c06e9be42d9594b8fd7ead436bc67a58b5350ffd58b6aaa5",
            "825ad80195cae47f54984835543ff2179c2c5a53c324059cd632e50259384ee3",
        ],
        trailer_signature: None,
        strings_to_sign: &[],
    },
    Body {
        id: "java-v2-chunked-empty-trailer",
        source: "aws-sdk-java-v2, AwsChunkedV4PayloadSignerTest, older revision",
        key: Key::Raw("key"),
        time: "19700101T000000Z",
        seed: "sig",
        data: Data::Text("{\"TableName\": \"foo\"}"),
        chunk_size: 4,
        trailers: &[],
        chunks: &[
            "082f5b0e588893570e152b401a886161ee772ed066948f68c8f01aee11cca4f8",
            "777b02ec61ce7934578b1efe6fbe08c21ae4a8cdf66a709d3b4fd320dddd2839",
            "84abdae650f64dee4d703d41c7d87c8bc251c22b8c493c75ce24431b60b73937",
            "aff22ddad9d4388233fe9bc47e9c552a6e9ba9285af79555d2ce7fdaab726320",
            "30e55f4e1c1fd444c06e9be42d9594b8fd7ead436bc67a58b5350ffd58b6aaa5",
            "825ad80195cae47f54984835543ff2179c2c5a53c324059cd632e50259384ee3",
        ],
        trailer_signature: Some("4cf8567e47f3f5b4404edce2ff8719ce99434b092a34f8faac804d63f9700871"),
        strings_to_sign: &[],
    },
];
