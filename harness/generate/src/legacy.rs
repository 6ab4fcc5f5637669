//! Requests that are signed as before Version 4.

use sigv4_protocol::LegacyQuestion;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{LegacyAlgorithm, LegacyInput, LegacyScheme};

use super::draw::Draw;
use super::request;

/// Queries with sub-resources, overrides and what is like them.
const QUERIES: &[&str] = &[
    "acl",
    "uploadId=1&partNumber=2&a=b",
    "versions&prefix=a&versioning=",
    "response-content-type=text%2Fplain%3B+a&acl",
    "ACL&acls&ac%6C",
    "delete&&delete",
    "torrent&",
    "x-id=GetObject&select&select-type=2",
];

/// Parameters of the query services.
const FORMS: &[&str] = &[
    "Action=ListQueues&Version=2012-11-05",
    "Attribute.10.Name=a&Attribute.1.Name=b&Attribute=c",
    "a=b+c&d=%7E*~'&A=%2a",
    "Timestamp=2015-08-30T12%3A36%3A00Z&Action=a",
    "Expires=2015-08-30T13%3A00%3A00Z",
    "Signature=old&AWSAccessKeyId=old&SecurityToken=old&a",
    "a=1&a=0&a&=b&&c=%e2%9c%93",
    "a=%zz",
];

/// Headers that are signed, and some that are not.
const HEADERS: &[(&str, &str)] = &[
    ("Content-Type", " text/plain; charset=utf-8"),
    ("Content-MD5", "4gJE4saaMU4BqNR0kLY+lw=="),
    ("x-amz-acl", "public-read"),
    ("X-Amz-Meta-B", " b  c\r\n d "),
    ("x-amz-meta-a", "1"),
    ("X-AMZ-META-A", "2"),
    ("x-amz-meta-", ""),
    ("x-amz-date", "Sun, 30 Aug 2015 12:36:00 GMT"),
    ("x-amz-security-token", "old"),
    ("Authorization", "AWS old:old"),
    ("X-Amzn-Authorization", "old"),
    ("x-amzn-trace-id", "a"),
];

/// A request in any scheme.
pub(super) fn request(draw: &mut Draw<'_, '_>) -> LegacyQuestion {
    let scheme = draw.pick(LegacyScheme::ALL);
    let is_s3 = matches!(scheme, LegacyScheme::S3Header | LegacyScheme::S3Query);
    let input = request::question(draw).input;
    let mut request = input.request;
    let words = if is_s3 { QUERIES } else { FORMS };
    if draw.odds(160) {
        let path = request.target.split(|&byte| byte == b'?').next().unwrap_or_default().to_vec();
        request.target = [&path[..], b"?", draw.pick(words).as_bytes()].concat().into();
    }
    if scheme == LegacyScheme::QueryV2 {
        request.method = if draw.odds(128) { "POST" } else { "GET" }.into();
        if draw.odds(160) {
            request.body = draw.pick(words).into();
        }
    }
    if !draw.odds(16) {
        request.headers.push(("Date".into(), "Sun, 30 Aug 2015 12:36:00 GMT".into()));
    }
    for _ in 0..draw.below(4) {
        let (name, value) = draw.pick(HEADERS);
        request.headers.push((name.into(), value.into()));
    }
    let bucket = is_s3 && draw.odds(128);
    let algorithm = if is_s3 { LegacyAlgorithm::HmacSha1 } else { draw.pick(LegacyAlgorithm::ALL) };
    let expires_at = (scheme == LegacyScheme::S3Query).then(|| draw.number(2_000_000_000));
    LegacyQuestion {
        input: LegacyInput {
            scheme,
            algorithm,
            time: input.time,
            bucket: bucket.then(|| Bytes::from("examplebucket")),
            expires_at,
            credentials: input.credentials,
            request,
        },
    }
}
