//! For each reason, requests that are refused for this reason only. Most are signed again, so that
//! only the named check can refuse them; the others are changed after signing.

use sigv4_reference::sign::{ContentSha256, Payload, TokenCoverage};
use sigv4_reference::verify::{
    ContentTypeRule, HostRule, Reason, UnsignedPayload, UnstatedPayload,
};

use crate::scene::{Scene, add_header, header, remove_header, replace};

pub(crate) struct Refusal {
    pub(crate) reason: Reason,
    pub(crate) title: &'static str,
    /// Makes the accepted scene, from which the refused one differs in one point.
    pub(crate) twin: fn(&mut Scene),
    /// Makes that one difference.
    pub(crate) spoil: fn(&mut Scene),
}

const fn refusal(
    reason: Reason,
    title: &'static str,
    twin: fn(&mut Scene),
    spoil: fn(&mut Scene),
) -> Refusal {
    Refusal { reason, title, twin, spoil }
}

const EMPTY_HASH: &str = "/?X-Amz-Content-Sha256=\
                          e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

pub(crate) const REFUSALS: &[Refusal] = &[
    refusal(
        Reason::Expired,
        "a second after a minute",
        |scene| (scene.expires, scene.now) = (Some(60), "20150830T123700Z"),
        |scene| scene.now = "20150830T123701Z",
    ),
    refusal(
        Reason::Expired,
        "a second after the shortest life",
        |scene| (scene.expires, scene.now) = (Some(1), "20150830T123601Z"),
        |scene| scene.now = "20150830T123602Z",
    ),
    refusal(
        Reason::Expired,
        "a second after the longest life",
        |scene| (scene.expires, scene.now) = (Some(604_800), "20150906T123600Z"),
        |scene| scene.now = "20150906T123601Z",
    ),
    refusal(
        Reason::ExpiresOutOfRange,
        "a second more than seven days",
        |scene| scene.expires = Some(604_800),
        |scene| scene.expires = Some(604_801),
    ),
    refusal(
        Reason::InactiveAccessKey,
        "the key is switched off",
        |_| (),
        |scene| scene.active = false,
    ),
    refusal(
        Reason::KeyOutOfScope,
        "a stored key of the day before",
        |scene| scene.stored_day = Some("20150830T000000Z"),
        |scene| scene.stored_day = Some("20150829T235959Z"),
    ),
    refusal(
        Reason::MalformedAuthentication,
        "no comma between two fields",
        |scene| {
            scene.on_its_way =
                |sent| replace(header(sent, "authorization"), ", Signature", ",Signature");
        },
        |scene| {
            scene.on_its_way =
                |sent| replace(header(sent, "authorization"), ", Signature", " Signature");
        },
    ),
    refusal(
        Reason::MalformedAuthentication,
        "X-Amz-Date sent twice",
        |_| (),
        |scene| scene.on_its_way = |sent| add_header(sent, "x-amz-date", "20150830T123600Z"),
    ),
    refusal(
        Reason::MalformedAuthentication,
        "X-Amz-Date in extended form",
        |_| (),
        |scene| {
            scene.on_its_way =
                |sent| *header(sent, "x-amz-date") = b"2015-08-30T12:36:00Z".to_vec();
        },
    ),
    refusal(
        Reason::MalformedAuthentication,
        "X-Amz-Content-Sha256 in the query and in a header that contradicts it",
        |scene| {
            scene.expires = Some(60);
            scene.target = "/?X-Amz-Content-Sha256=UNSIGNED-PAYLOAD";
            scene.headers = UNSIGNED_PAYLOAD_HEADER;
            scene.unstated_payload = UnstatedPayload::Unsigned;
            scene.payload = Payload::Unsigned;
        },
        |scene| (scene.target, scene.body) = (EMPTY_HASH, ""),
    ),
    refusal(
        Reason::MalformedRequest,
        "two Host headers, both signed",
        |scene| (scene.headers, scene.host) = (TWO_HOSTS, HostRule::Any),
        |scene| scene.host = HostRule::One,
    ),
    refusal(
        Reason::MalformedRequest,
        "the same Host header twice, in another case",
        |_| (),
        |scene| scene.on_its_way = |sent| add_header(sent, "HOST", "example.amazonaws.com"),
    ),
    refusal(
        Reason::MalformedRequest,
        "an empty Host header",
        |scene| (scene.headers, scene.host) = (&[("Host", " ")], HostRule::Any),
        |scene| scene.host = HostRule::One,
    ),
    refusal(
        Reason::MalformedRequest,
        "an invalid escape in the query",
        |_| (),
        |scene| scene.on_its_way = |sent| replace(&mut sent.target, "c=d", "c=%d"),
    ),
    refusal(
        Reason::MalformedRequest,
        "a line break in the path",
        |_| (),
        |scene| scene.on_its_way = |sent| replace(&mut sent.target, "/a", "/\na"),
    ),
    refusal(
        Reason::MalformedRequest,
        "a space in a header's name",
        |_| (),
        |scene| scene.on_its_way = |sent| add_header(sent, "my header", "a"),
    ),
    refusal(
        Reason::MissingAuthentication,
        "no Authorization header",
        |_| (),
        |scene| scene.on_its_way = |sent| remove_header(sent, "authorization"),
    ),
    refusal(
        Reason::MissingDate,
        "no X-Amz-Date header",
        |_| (),
        |scene| scene.on_its_way = |sent| remove_header(sent, "x-amz-date"),
    ),
    refusal(
        Reason::MultipleAuthentications,
        "two Authorization headers",
        |_| (),
        |scene| {
            scene.on_its_way = |sent| {
                let again = sent.headers.last().unwrap().clone();
                sent.headers.push(again);
            };
        },
    ),
    refusal(
        Reason::MultipleAuthentications,
        "signed in a header, with a signature in the query",
        |scene| scene.target = "/?X-Amz-Expires=60",
        |scene| scene.target = "/?X-Amz-Signature=60",
    ),
    refusal(
        Reason::NotYetValid,
        "a second before the window",
        |scene| (scene.expires, scene.now) = (Some(60), "20150830T122100Z"),
        |scene| scene.now = "20150830T122059Z",
    ),
    refusal(
        Reason::PayloadHashMismatch,
        "the stated hash is of another body",
        |scene| scene.content_sha256 = ContentSha256::Header,
        |scene| scene.on_its_way = |sent| sent.body.push(b'.'),
    ),
    refusal(
        Reason::PayloadHashMismatch,
        "the stated hash is in upper case, signed so",
        |scene| {
            scene.content_sha256 = ContentSha256::Header;
            scene.body = "";
        },
        |scene| {
            scene.payload =
                Payload::Given(b"E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855");
        },
    ),
    refusal(
        Reason::PayloadHashMismatch,
        "the hash is stated in the query",
        |scene| (scene.expires, scene.target, scene.body) = (Some(60), EMPTY_HASH, ""),
        |scene| scene.on_its_way = |sent| sent.body.push(b'.'),
    ),
    refusal(
        Reason::RequestTimeTooSkewed,
        "a second older than the window",
        |scene| scene.now = "20150830T125100Z",
        |scene| scene.now = "20150830T125101Z",
    ),
    refusal(
        Reason::RequestTimeTooSkewed,
        "a second newer than the window",
        |scene| scene.now = "20150830T122100Z",
        |scene| scene.now = "20150830T122059Z",
    ),
    refusal(
        Reason::RequestTimeTooSkewed,
        "a second older than a window of five minutes",
        |scene| (scene.window_seconds, scene.now) = (300, "20150830T124100Z"),
        |scene| scene.now = "20150830T124101Z",
    ),
    refusal(
        Reason::ScopeDateMismatch,
        "the scope is of the day before",
        |_| (),
        |scene| {
            scene.on_its_way =
                |sent| replace(header(sent, "authorization"), "/20150830/", "/20150829/");
        },
    ),
    refusal(
        Reason::ScopeRegionMismatch,
        "signed for another region",
        |_| (),
        |scene| scene.region = "us-west-2",
    ),
    refusal(
        Reason::ScopeServiceMismatch,
        "signed for another service",
        |_| (),
        |scene| scene.service = "s3",
    ),
    refusal(
        Reason::ScopeTerminatorMismatch,
        "the scope ends in another word",
        |_| (),
        |scene| {
            scene.on_its_way =
                |sent| replace(header(sent, "authorization"), "aws4_request", "aws5_request");
        },
    ),
    refusal(
        Reason::SessionTokenMismatch,
        "another token than the key's",
        |scene| {
            scene.stored_token = Some("one");
            scene.session_token = Some(("one", TokenCoverage::Signed));
        },
        |scene| scene.session_token = Some(("two", TokenCoverage::Signed)),
    ),
    refusal(
        Reason::SessionTokenMismatch,
        "no token for a key that has one",
        |scene| {
            scene.stored_token = Some("one");
            scene.session_token = Some(("one", TokenCoverage::Signed));
        },
        |scene| scene.session_token = None,
    ),
    refusal(
        Reason::SessionTokenMismatch,
        "the key's token in the query, another one in a header, both appended",
        |scene| {
            scene.expires = Some(60);
            scene.stored_token = Some("one");
            scene.session_token = Some(("one", TokenCoverage::Appended));
            scene.token_coverage = TokenCoverage::Appended;
            scene.on_its_way = |sent| add_header(sent, "X-Amz-Security-Token", "one");
        },
        |scene| scene.on_its_way = |sent| add_header(sent, "X-Amz-Security-Token", "two"),
    ),
    refusal(
        Reason::SessionTokenMismatch,
        "a token that starts like the key's",
        |scene| {
            scene.stored_token = Some("0123456789");
            scene.session_token = Some(("0123456789", TokenCoverage::Signed));
        },
        |scene| scene.session_token = Some(("01234567", TokenCoverage::Signed)),
    ),
    refusal(
        Reason::SessionTokenMismatch,
        "a token for a key that has none, in the query",
        |scene| scene.expires = Some(60),
        |scene| scene.session_token = Some(("one", TokenCoverage::Signed)),
    ),
    refusal(
        Reason::SignatureMismatch,
        "another method",
        |_| (),
        |scene| scene.on_its_way = |sent| sent.method = b"put".to_vec(),
    ),
    refusal(
        Reason::SignatureMismatch,
        "another secret",
        |_| (),
        |scene| scene.secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ),
    refusal(
        Reason::SignatureMismatch,
        "another body, where the hash is not stated",
        |_| (),
        |scene| scene.on_its_way = |sent| sent.body.clear(),
    ),
    refusal(
        Reason::SignatureMismatch,
        "an unsigned payload, where the body's hash is expected",
        |scene| {
            scene.expires = Some(60);
            scene.payload = Payload::Unsigned;
            scene.unstated_payload = UnstatedPayload::Unsigned;
        },
        |scene| scene.unstated_payload = UnstatedPayload::BodyHash,
    ),
    refusal(
        Reason::SignatureMismatch,
        "a token added after signing, where it has to be signed",
        |scene| {
            scene.expires = Some(60);
            scene.stored_token = Some("one");
            scene.session_token = Some(("one", TokenCoverage::Appended));
            scene.token_coverage = TokenCoverage::Appended;
        },
        |scene| scene.token_coverage = TokenCoverage::Signed,
    ),
    refusal(
        Reason::SignatureMismatch,
        "a signed token header, where tokens are added after signing",
        |scene| {
            scene.stored_token = Some("one");
            scene.session_token = Some(("one", TokenCoverage::Appended));
            scene.token_coverage = TokenCoverage::Appended;
        },
        |scene| scene.session_token = Some(("one", TokenCoverage::Signed)),
    ),
    refusal(
        Reason::SignedHeaderMissing,
        "a signed header was dropped",
        |_| (),
        |scene| scene.on_its_way = |sent| remove_header(sent, "x-amz-meta-a"),
    ),
    refusal(
        Reason::SignedHeaderMissing,
        "one of many signed headers was dropped",
        |scene| scene.headers = MANY,
        |scene| scene.on_its_way = |sent| remove_header(sent, "x-amz-meta-g"),
    ),
    refusal(
        Reason::UnsignedHeader,
        "one of many headers was added",
        |scene| scene.headers = MANY,
        |scene| scene.on_its_way = |sent| add_header(sent, "X-Amz-Meta-GG", "1"),
    ),
    refusal(
        Reason::UnknownAccessKey,
        "the id in another case",
        |_| (),
        |scene| scene.access_key_id = "akidexample",
    ),
    refusal(
        Reason::UnsignedHeader,
        "host left unsigned",
        |_| (),
        |scene| scene.unsigned_headers = &["host"],
    ),
    refusal(
        Reason::UnsignedHeader,
        "an x-amz header left unsigned",
        |_| (),
        |scene| scene.unsigned_headers = &["x-amz-meta-a"],
    ),
    refusal(
        Reason::UnsignedHeader,
        "an x-amz header added to a presigned URL",
        |scene| {
            scene.expires = Some(60);
            scene.on_its_way = |sent| add_header(sent, "X-Amzn-Trace-Id", "a");
        },
        |scene| scene.on_its_way = |sent| add_header(sent, "X-AMZ-Acl", "public-read"),
    ),
    refusal(
        Reason::UnsignedHeader,
        "a token header left unsigned",
        |scene| {
            scene.stored_token = Some("one");
            scene.session_token = Some(("one", TokenCoverage::Signed));
        },
        |scene| scene.session_token = Some(("one", TokenCoverage::Appended)),
    ),
    refusal(
        Reason::UnsignedHeader,
        "a token header added to a presigned URL, where tokens are signed",
        |scene| {
            scene.expires = Some(60);
            scene.stored_token = Some("one");
            scene.token_coverage = TokenCoverage::Appended;
            scene.on_its_way = |sent| add_header(sent, "X-Amz-Security-Token", "one");
        },
        |scene| scene.token_coverage = TokenCoverage::Signed,
    ),
    refusal(
        Reason::UnsignedHeader,
        "a token header added to a presigned URL that holds the token",
        |scene| {
            scene.expires = Some(60);
            scene.stored_token = Some("one");
            scene.session_token = Some(("one", TokenCoverage::Signed));
        },
        |scene| scene.on_its_way = |sent| add_header(sent, "X-Amz-Security-Token", "one"),
    ),
    refusal(
        Reason::UnsignedHeader,
        "Content-Type left unsigned, where it must be signed",
        |scene| {
            scene.headers = WITH_CONTENT_TYPE;
            scene.content_type = ContentTypeRule::MustBeSigned;
        },
        |scene| scene.unsigned_headers = &["content-type"],
    ),
    refusal(
        Reason::UnsignedHeader,
        "Content-Type added on the way, where it must be signed",
        |scene| scene.on_its_way = |sent| add_header(sent, "CONTENT-TYPE", "text/plain"),
        |scene| scene.content_type = ContentTypeRule::MustBeSigned,
    ),
    refusal(
        Reason::UnsupportedAlgorithm,
        "the asymmetric algorithm",
        |_| (),
        |scene| {
            scene.on_its_way = |sent| {
                replace(
                    header(sent, "authorization"),
                    "AWS4-HMAC-SHA256",
                    "AWS4-ECDSA-P256-SHA256",
                );
            };
        },
    ),
    refusal(
        Reason::UnsupportedAlgorithm,
        "another hash, in the query",
        |scene| scene.expires = Some(60),
        |scene| {
            scene.on_its_way =
                |sent| replace(&mut sent.target, "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1");
        },
    ),
    refusal(
        Reason::UnsupportedPayload,
        "UNSIGNED-PAYLOAD stated in header placement, for a service that refuses it",
        |scene| {
            scene.content_sha256 = ContentSha256::Header;
            scene.payload = Payload::Unsigned;
            scene.unsigned_payload = UnsignedPayload::Accepted;
        },
        |scene| scene.unsigned_payload = UnsignedPayload::Refused,
    ),
    refusal(
        Reason::UnsupportedPayload,
        "UNSIGNED-PAYLOAD assumed in header placement, for a service that refuses it",
        |scene| {
            scene.payload = Payload::Unsigned;
            scene.unstated_payload = UnstatedPayload::Unsigned;
            scene.unsigned_payload = UnsignedPayload::Accepted;
        },
        |scene| scene.unsigned_payload = UnsignedPayload::Refused,
    ),
    refusal(
        Reason::UnsupportedPayload,
        "a streaming marker",
        |scene| {
            scene.content_sha256 = ContentSha256::Header;
            scene.payload = Payload::Unsigned;
            scene.unsigned_payload = UnsignedPayload::Accepted;
        },
        |scene| scene.payload = Payload::Given(b"STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
    ),
    refusal(
        Reason::UnsupportedPayload,
        "another word in the query",
        |scene| {
            scene.expires = Some(60);
            scene.target = "/?X-Amz-Content-Sha256=UNSIGNED-PAYLOAD";
            scene.payload = Payload::Unsigned;
        },
        |scene| {
            scene.target = "/?X-Amz-Content-Sha256=unsigned-payload";
            scene.payload = Payload::Given(b"unsigned-payload");
        },
    ),
];

const UNSIGNED_PAYLOAD_HEADER: &[(&str, &str)] =
    &[("Host", "example.amazonaws.com"), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD")];

const TWO_HOSTS: &[(&str, &str)] =
    &[("Host", "example.amazonaws.com"), ("Host", "example.amazonaws.com")];

const WITH_CONTENT_TYPE: &[(&str, &str)] =
    &[("Host", "example.amazonaws.com"), ("Content-Type", "text/plain")];

/// More than are searched one by one, in any order and case.
const MANY: &[(&str, &str)] = &[
    ("X-Amz-Meta-P", "1"),
    ("x-amz-meta-b", "2"),
    ("X-AMZ-META-C", "3"),
    ("host", "example.amazonaws.com"),
    ("Accept", "*/*"),
    ("X-Amz-Meta-G", "4"),
    ("X-Amz-Meta-h", "5"),
    ("x-AMZ-Meta-I", "6"),
    ("X-Amz-Meta-K", "7"),
    ("Content-Type", "text/plain"),
    ("X-Amz-Meta-L", "8"),
    ("X-Amz-Meta-M", "9"),
    ("X-Amz-Meta-N", "10"),
    ("x-amz-meta-O", "11"),
    ("X-Amz-Meta-l", "12"),
];
