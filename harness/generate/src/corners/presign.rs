//! Presigned requests: parameters next to those of the authentication, lifetimes, bodies, headers.

use sigv4_vectors::model::{Payload, Placement, Profile};

use super::rules::{EXPIRES, PRESIGNED, QUERY_ENCODED};
use super::{Corner, Sample, Topic};

static AMONG: Topic = Topic::new(
    "presign-parameters",
    "Parameters of the caller among those of authentication",
    &PRESIGNED,
    &["presigned-query", "sort-order"],
)
.at(Profile::Generic, Placement::Query);
static BYTES: Topic = Topic::new(
    "presign-bytes",
    "Reserved bytes in the query of a presigned request",
    &QUERY_ENCODED,
    &["byte-table", "non-strict-query"],
)
.at(Profile::Generic, Placement::Query);
static LIFETIMES: Topic =
    Topic::new("presign-lifetimes", "How long a presigned request lives", &EXPIRES, &["expiry"])
        .at(Profile::Generic, Placement::Query);
static REQUESTS: Topic = Topic::new(
    "presign-requests",
    "Presigned requests with methods, paths, headers and bodies",
    &PRESIGNED,
    &["presigned-query", "signed-set"],
)
.at(Profile::Generic, Placement::Query);

const HERE: (Profile, Placement) = (Profile::Generic, Placement::Query);
const S3_HERE: (Profile, Placement) = (Profile::S3, Placement::Query);

pub(super) fn corners(corners: &mut Vec<Corner>) {
    for place in [HERE, S3_HERE] {
        for (name, query) in PARAMETERS {
            let sample = Sample::new(place).target(format!("/?{query}"));
            corners.push(AMONG.corner(name, format!("The parameter `{query}`"), sample));
        }
    }
    for byte in RESERVED.iter().copied() {
        let character = char::from(byte);
        let mut push = |form: &str, query: String| {
            let title = format!("Byte 0x{byte:02X} (`{character}`) in `{query}`");
            let sample = Sample::new(HERE).target(format!("/?{query}"));
            corners.push(BYTES.corner(&format!("byte-{byte:02x}-{form}"), title, sample));
        };
        push("escaped", format!("n=a%{byte:02X}z"));
        push("escaped-in-name", format!("a%{byte:02X}z=v"));
        let lower = format!("n=a%{byte:02x}z");
        if lower != format!("n=a%{byte:02X}z") {
            push("escaped-lower", lower);
        }
        if !b"%&".contains(&byte) {
            push("raw", format!("n=a{character}z"));
        }
    }
    for place in [HERE, S3_HERE] {
        for seconds in [
            1,
            9,
            10,
            59,
            60,
            300,
            600,
            900,
            1800,
            3599,
            3601,
            7200,
            21_600,
            43_200,
            86_399,
            86_400,
            604_799,
            604_800,
            604_801,
            2_147_483_647,
            2_147_483_648,
            4_294_967_296,
        ] {
            let sample = Sample::new(place).with(|input| input.expires = Some(seconds));
            let title = format!("A lifetime of {seconds} s");
            corners.push(LIFETIMES.corner(&format!("seconds-{seconds}"), title, sample));
        }
        requests(corners, place);
    }
}

fn requests(corners: &mut Vec<Corner>, place: (Profile, Placement)) {
    for (name, target) in TARGETS {
        let title = format!("The target `{target}`");
        corners.push(REQUESTS.corner(name, title, Sample::new(place).target(*target)));
    }
    for (name, title, headers) in HEADERS {
        let sample = headers
            .iter()
            .fold(Sample::new(place), |sample, (name, value)| sample.header(*name, *value));
        corners.push(REQUESTS.corner(name, *title, sample));
    }
    let is_s3 = place.0 == Profile::S3;
    for payload in [Payload::Signed, Payload::Unsigned] {
        for (name, body) in [("empty-body", ""), ("body", "a"), ("binary-body", "\0\u{ff}\r\n")] {
            let sample = Sample::new(place)
                .method("PUT")
                .target("/object")
                .body(body)
                .with(|input| input.payload = payload);
            let title = format!("{payload}: a body that is {payload}, `{}`", body.escape_debug());
            corners.push(REQUESTS.corner(&format!("{payload}-{name}"), title, sample));
        }
    }
    let with_token = Sample::new(place)
        .target("/object?X-Amz-Security-Token2=a&X-Amz-Security=b")
        .header("X-Amz-Meta-A", "b")
        .with(|input| {
            input.credentials.session_token = Some("a+b/c==".into());
            input.credentials.access_key_id = "AKID/EXAMPLE+=".into();
            input.region = "us east+1".into();
        });
    let title = if is_s3 { "Everything odd at once, for S3" } else { "Everything odd at once" };
    corners.push(REQUESTS.corner("everything", title, with_token));
}

const PARAMETERS: &[(&str, &str)] = &[
    ("before-all", "A=b"),
    ("before-by-prefix", "X-Am=b"),
    ("prefix-alone", "X-Amz-=b"),
    ("before-algorithm", "X-Amz-A=b"),
    ("behind-algorithm", "X-Amz-Algorithm2=b"),
    ("between-algorithm-and-credential", "X-Amz-B=c"),
    ("behind-credential", "X-Amz-Credential-A=b"),
    ("before-date", "X-Amz-Dat=b"),
    ("behind-date", "X-Amz-Date-A=b"),
    ("between-date-and-expires", "X-Amz-E=b"),
    ("behind-expires", "X-Amz-Expires2=b"),
    ("metadata", "X-Amz-Meta-A=b"),
    ("before-signed-headers", "X-Amz-Signed=b"),
    ("before-signature", "X-Amz-Sig=b"),
    ("behind-signature", "X-Amz-Signature2=b"),
    ("behind-signed-headers", "X-Amz-SignedHeaders2=b"),
    ("behind-all-of-them", "X-Amz-Z=b"),
    ("behind-prefix", "X-Amza=b"),
    ("content-sha256", "X-Amz-Content-Sha256=UNSIGNED-PAYLOAD"),
    ("user-agent", "x-amz-user-agent=example"),
    ("operation-id", "x-id=GetObject"),
    ("lower-case", "x-amz-a=b"),
    ("upper-case", "X-AMZ-A=b"),
    ("behind-all", "z=b"),
    ("tilde", "~=b"),
    ("digit", "1=b"),
    ("escaped", "%C3%BC=b"),
    ("escaped-hyphen", "X%2DAmz%2DB=c"),
    ("no-value", "acl"),
    ("empty-value", "acl="),
    ("empty-name", "=b"),
    ("nothing", ""),
    ("ampersands", "&&"),
    ("trailing-ampersand", "a=b&"),
    ("repeated", "a=2&a=1"),
    ("repeated-same", "a=1&a=1"),
    ("unsorted", "z=1&X-Amz-B=2&A=3"),
    ("version", "versionId=1"),
    ("marks-twice", "a=%2A%2A%21%21"),
    ("space", "a=b%20c"),
    ("case-tie", "aB=1&aa=2"),
    ("values-rising", "a=1&a=2"),
    ("part", "partNumber=1&uploadId=a"),
    ("response-override", "response-content-disposition=attachment%3B%20filename%3D%22a%20b%22"),
    ("own-algorithm", "X-Amz-Algorithm=AWS4-HMAC-SHA256"),
    ("own-credential", "X-Amz-Credential=a"),
    ("own-date", "X-Amz-Date=20110909T233600Z"),
    ("own-expires", "X-Amz-Expires=60"),
    ("own-signed-headers", "X-Amz-SignedHeaders=host"),
    ("own-signature", "X-Amz-Signature=abc"),
    ("own-token", "X-Amz-Security-Token=abc"),
    ("own-date-escaped", "X-Amz%2DDate=20110909T233600Z"),
    ("own-date-lower-case", "x-amz-date=20110909T233600Z"),
    ("own-signature-lower-case", "x-amz-signature=abc"),
];

const RESERVED: &[u8] = b"!#$%&'()*+,/:;=?@[]~ \"<>\\^`{|}";

const TARGETS: &[(&str, &str)] = &[
    ("path-escaped-space", "/a%20b"),
    ("path-escaped-slash", "/a%2Fb"),
    ("path-escaped-lower", "/a%2fb"),
    ("path-escaped-tilde", "/%7Ea"),
    ("path-reserved", "/!$&'()*+,;=:@"),
    ("path-non-ascii", "/\u{e9}"),
    ("path-plus", "/a+b"),
    ("path-slashes", "/a//b"),
    ("path-parent", "/a/../b"),
    ("path-trailing-slash", "/a/"),
    ("path-bare-percent", "/100%"),
    ("path-like-an-authority", "//example.com/a"),
    ("path-and-query", "/a?b=c"),
];

type List = &'static [(&'static str, &'static str)];

const HEADERS: &[(&str, &str, List)] = &[
    ("header-sorted-before-host", "A header before the host", &[("Accept", "*/*")]),
    ("header-sorted-behind-host", "A header behind the host", &[("Range", "bytes=0-9")]),
    ("headers-unsorted", "Headers not in order", &[("Range", "bytes=0-9"), ("Accept", "*/*")]),
    ("header-content-type", "A content type", &[("Content-Type", "text/plain")]),
    ("header-metadata", "Metadata", &[("X-Amz-Meta-A", "b")]),
    ("header-metadata-case", "Metadata in upper case", &[("X-AMZ-META-A", "B")]),
    ("header-acl", "An access list", &[("X-Amz-Acl", "public-read")]),
    ("header-encryption", "Encryption", &[("X-Amz-Server-Side-Encryption", "aws:kms")]),
    ("header-copy-source", "A source with escapes", &[("X-Amz-Copy-Source", "/a/b%20c")]),
    ("header-spaces", "A value with spaces", &[("My-Header1", "  a   b  ")]),
    ("header-empty", "An empty value", &[("My-Header1", "")]),
    ("header-non-ascii", "A value outside ASCII", &[("My-Header1", "\u{e9}")]),
    ("header-twice", "A header given twice", &[("My-Header1", "2"), ("My-Header1", "1")]),
    ("header-unsigned", "A header that is never signed", &[("X-Amzn-Trace-Id", "Root=1")]),
];
