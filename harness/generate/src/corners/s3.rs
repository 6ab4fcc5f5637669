//! What only S3 has: keys in paths, metadata, subresources.

use sigv4_vectors::model::{Payload, Placement, Profile};

use super::rules::{PATH_AS_SENT, SIGNED_HEADERS};
use super::{Corner, Sample, Topic};

static KEYS: Topic = Topic::new(
    "s3-keys",
    "Object keys as clients send them, with the usual requests for them",
    &PATH_AS_SENT,
    &["path-as-sent"],
)
.at(Profile::S3, Placement::Header);
static HEADERS: Topic = Topic::new(
    "s3-headers",
    "Headers of S3 requests together with x-amz-content-sha256",
    &SIGNED_HEADERS,
    &["signed-set"],
)
.at(Profile::S3, Placement::Header);

pub(super) fn corners(corners: &mut Vec<Corner>) {
    for placement in [Placement::Header, Placement::Query] {
        for (name, target) in TARGETS {
            for (method, body) in [("GET", ""), ("PUT", "a")] {
                let sample = Sample::new((Profile::S3, placement)).method(method).target(*target);
                let sample = sample.body(body);
                let title = format!("{method} `{target}`");
                let name = format!("{}-{name}", method.to_ascii_lowercase());
                corners.push(KEYS.corner(&name, title, sample));
            }
        }
    }
    for payload in [Payload::Signed, Payload::Unsigned] {
        for (name, header, value) in LIST {
            let sample = Sample::new((Profile::S3, Placement::Header))
                .method("PUT")
                .target("/key")
                .header(*header, *value)
                .body("a")
                .with(|input| input.payload = payload);
            let title = format!("The header `{header}` with a body that is {payload}");
            corners.push(HEADERS.corner(&format!("{payload}-{name}"), title, sample));
        }
    }
}

const TARGETS: &[(&str, &str)] = &[
    ("bucket-in-path", "/examplebucket/key"),
    ("bucket-in-path-trailing-slash", "/examplebucket/"),
    ("folder", "/photos/2015/"),
    ("leading-slash", "//key"),
    ("double-slash", "/a//b"),
    ("dot", "/a/./b"),
    ("parent", "/a/../b"),
    ("parent-escaped", "/a/%2E%2E/b"),
    ("space-escaped", "/my%20key"),
    ("plus", "/my+key"),
    ("plus-escaped", "/my%2Bkey"),
    ("slash-escaped", "/a%2Fb"),
    ("slash-escaped-lower", "/a%2fb"),
    ("tilde", "/~key"),
    ("tilde-escaped", "/%7Ekey"),
    ("dollar", "/test$file.text"),
    ("dollar-escaped", "/test%24file.text"),
    ("parentheses", "/a(1).txt"),
    ("parentheses-escaped", "/a%281%29.txt"),
    ("equals", "/dt=2015-08-30/part"),
    ("colon", "/12:36:00"),
    ("at", "/a@2x.png"),
    ("star", "/a*"),
    ("percent-escaped", "/100%25"),
    ("escaped-twice", "/a%252Fb"),
    ("umlaut-escaped", "/%C3%BC"),
    ("umlaut-escaped-lower", "/%c3%bc"),
    ("umlaut-raw", "/\u{fc}"),
    ("question-mark-escaped", "/a%3Fb"),
    ("space-at-end", "/a%20"),
    ("dot-at-end", "/a./b."),
    ("marks-twice", "/!!**"),
    ("marks-escaped-twice", "/%21%21%2A%2A"),
    ("percent-alone-escaped", "/%25"),
    ("brackets-escaped", "/a%5B0%5D"),
    ("ampersand-escaped", "/a%26b"),
    ("hash-escaped", "/a%23b"),
    ("and-subresource", "/a%20b?acl"),
    ("and-version", "/a//b?versionId=1"),
    ("and-part", "/a+b?uploadId=a%2Fb&partNumber=2"),
];

const LIST: &[(&str, &str, &str)] = &[
    ("acl", "X-Amz-Acl", "public-read"),
    ("metadata", "x-amz-meta-a", "b"),
    ("metadata-spaces", "x-amz-meta-a", "  b   c  "),
    ("metadata-empty", "x-amz-meta-a", ""),
    ("metadata-utf-8", "x-amz-meta-a", "\u{e9}"),
    ("metadata-underscore", "x-amz-meta-a_b", "c"),
    ("metadata-before-sha256", "x-amz-content-sha", "a"),
    ("metadata-behind-sha256", "x-amz-content-sha256-a", "a"),
    ("metadata-capitals", "X-AMZ-META-A", "b"),
    ("metadata-quoted", "x-amz-meta-a", "\"b\""),
    ("copy-source", "x-amz-copy-source", "/bucket/a%20b"),
    ("content-md5", "Content-MD5", "DMF1ucDxtqgxw5niaXcmYQ=="),
    ("content-type", "Content-Type", "text/plain"),
    ("content-length", "Content-Length", "1"),
    ("expect", "Expect", "100-continue"),
    ("date", "Date", "Sun, 30 Aug 2015 12:36:00 GMT"),
    ("range", "Range", "bytes=0-9"),
    ("if-match", "If-None-Match", "*"),
    ("checksum", "x-amz-checksum-crc32", "6Lc+Qw=="),
    ("tagging", "x-amz-tagging", "a=b&c=d"),
    ("session-token", "x-amz-s3session-token", "abc"),
    ("user-agent", "User-Agent", "example/1.0"),
];
