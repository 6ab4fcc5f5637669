//! Which headers are signed: those that signers leave out, and those that they must not.

use sigv4_vectors::model::{Placement, Profile};

use super::rules::SIGNED_HEADERS;
use super::{Corner, EVERYWHERE, Sample, Topic};

static TOPIC: Topic = Topic::new(
    "signed-headers",
    "Headers that some signers leave unsigned, move or replace",
    &SIGNED_HEADERS,
    &["signed-set"],
);
static PRESIGNED: Topic = Topic::new(
    "presign-headers",
    "The same headers in a presigned request",
    &SIGNED_HEADERS,
    &["signed-set", "presigned-query"],
)
.at(Profile::Generic, Placement::Query);

pub(super) fn corners(corners: &mut Vec<Corner>) {
    for place in EVERYWHERE {
        for (header, value) in HEADERS {
            let is_amz = header.to_ascii_lowercase().starts_with("x-amz");
            // The profile does not matter here; S3 only needs its own headers.
            if place.0 == Profile::S3 && !is_amz {
                continue;
            }
            // S3 in header placement sends this header itself.
            let own = header.eq_ignore_ascii_case("x-amz-content-sha256");
            if place == (Profile::S3, Placement::Header) && own {
                continue;
            }
            let sample = Sample::new(place).header(*header, *value);
            let title = format!("The header `{header}`");
            let topic = if place.1 == Placement::Header { &TOPIC } else { &PRESIGNED };
            corners.push(topic.corner(&header.to_ascii_lowercase(), title, sample));
        }
    }
}

const HEADERS: &[(&str, &str)] = &[
    ("Accept", "*/*"),
    ("Accept-Encoding", "gzip"),
    ("Accept-Language", "en"),
    ("Amz-Sdk-Invocation-Id", "00000000-0000-0000-0000-000000000000"),
    ("Amz-Sdk-Request", "attempt=1; max=3"),
    ("Aws-Sdk-Retry", "0/0"),
    ("Authorization", "Bearer abc"),
    ("Baggage", "a=b"),
    ("Cache-Control", "no-cache"),
    ("Connection", "keep-alive"),
    ("Content-Disposition", "attachment; filename=\"a\""),
    ("Content-Encoding", "gzip"),
    ("Content-Language", "en"),
    ("Content-Length", "0"),
    ("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
    ("Content-Type", "application/json; charset=utf-8"),
    ("Cookie", "a=b"),
    ("Date", "Sun, 30 Aug 2015 12:36:00 GMT"),
    ("Expect", "100-continue"),
    ("Expires", "Sun, 30 Aug 2015 12:36:00 GMT"),
    ("Forwarded", "for=192.0.2.1"),
    ("From", "a@example.com"),
    ("If-Match", "\"a\""),
    ("If-Modified-Since", "Sun, 30 Aug 2015 12:36:00 GMT"),
    ("If-None-Match", "*"),
    ("If-Range", "\"a\""),
    ("Keep-Alive", "timeout=5"),
    ("Max-Forwards", "10"),
    ("Origin", "https://example.com"),
    ("Pragma", "no-cache"),
    ("Presigned-Expires", "60"),
    ("Priority", "u=1"),
    ("Proxy-Authenticate", "Basic"),
    ("Proxy-Authorization", "Basic abc"),
    ("Proxy-Connection", "keep-alive"),
    ("Range", "bytes=0-9"),
    ("Referer", "https://example.com/"),
    ("Sec-Fetch-Mode", "cors"),
    ("Soapaction", "a"),
    ("TE", "trailers"),
    ("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ("Tracestate", "a=b"),
    ("Trailer", "x-amz-checksum-crc32"),
    ("Transfer-Encoding", "chunked"),
    ("Upgrade", "websocket"),
    ("Upgrade-Insecure-Requests", "1"),
    ("User-Agent", "example/1.0"),
    ("Via", "1.1 example"),
    ("Warning", "199 - a"),
    ("X-Amzn-Trace-Id", "Root=1-55e4f9a0-000000000000000000000000"),
    ("X-Amzn-RequestId", "a"),
    ("X-Amz-Acl", "public-read"),
    ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
    ("X-Amz-Checksum-Crc32", "AAAAAA=="),
    ("X-Amz-Client-Context", "abc"),
    ("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"),
    ("X-Amz-Copy-Source", "/bucket/a%20b?versionId=1"),
    ("X-Amz-Credential", "abc"),
    ("X-Amz-Date", "20110909T233600Z"),
    ("X-Amz-Decoded-Content-Length", "0"),
    ("X-Amz-Expires", "60"),
    ("X-Amz-Invocation-Type", "Event"),
    ("X-Amz-Meta-A", "b"),
    ("X-Amz-Request-Payer", "requester"),
    ("X-Amz-S3session-Token", "abc"),
    ("X-Amz-Security-Token", "abc"),
    ("X-Amz-Server-Side-Encryption", "AES256"),
    ("X-Amz-Signature", "abc"),
    ("X-Amz-SignedHeaders", "host"),
    ("X-Amz-Storage-Class", "STANDARD"),
    ("X-Amz-Tagging", "a=b&c=d"),
    ("X-Amz-Target", "DynamoDB_20120810.ListTables"),
    ("X-Amz-Trailer", "x-amz-checksum-crc32"),
    ("X-Amz-User-Agent", "example/1.0"),
    ("X-Amz-Website-Redirect-Location", "/a b"),
    ("X-Forwarded-For", "192.0.2.1"),
    ("X-Forwarded-Proto", "https"),
    ("X-Http-Method-Override", "DELETE"),
    ("X-Request-Id", "a"),
];
