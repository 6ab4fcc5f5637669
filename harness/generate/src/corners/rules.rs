//! The rules that the corners exercise, in our own words.

/// A rule, and the section of the vendor's documentation that gives it.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    /// The anchor of the section.
    pub anchor: &'static str,
    /// The rule.
    pub rule: &'static str,
}

const CANONICAL: &str = "create-canonical-request";
const STRING_TO_SIGN: &str = "create-string-to-sign";
const KEY: &str = "derive-signing-key";
const ADD: &str = "add-signature-to-request";
const TEMPORARY: &str = "temporary-security-credentials";

pub(super) static PATH_ENCODED: Section = Section {
    anchor: CANONICAL,
    rule: "Every byte of the path as it is sent is percent-encoded with upper-case digits, except \
           letters, digits, `-`, `.`, `_`, `~` and `/`; so the `%` of an escape becomes `%25`.",
};
pub(super) static PATH_AS_SENT: Section = Section {
    anchor: CANONICAL,
    rule: "For S3 the path is signed byte for byte as it is sent: not normalised, not encoded again.",
};
pub(super) static PATH_NORMALIZED: Section = Section {
    anchor: CANONICAL,
    rule: "Dot segments are resolved and repeated slashes become one, except for S3. This is done \
           before encoding, so an escaped dot or slash is a letter like any other.",
};
pub(super) static QUERY_ENCODED: Section = Section {
    anchor: CANONICAL,
    rule: "Names and values of the query are percent-encoded each, exactly once, with upper-case \
           digits, except letters, digits, `-`, `.`, `_` and `~`.",
};
pub(super) static QUERY_SORTED: Section = Section {
    anchor: CANONICAL,
    rule: "Query parameters are sorted by encoded name and those of one name by encoded value, \
           byte by byte; a name that begins another comes before it.",
};
pub(super) static QUERY_PARTS: Section = Section {
    anchor: CANONICAL,
    rule: "The query is taken apart at `&`, each part at its first `=`; a parameter without value \
           is signed with `=` behind its name; repeated parameters are all signed.",
};
pub(super) static HOST: Section = Section {
    anchor: CANONICAL,
    rule: "The host header is signed as it is sent: with its port, its case and its brackets.",
};
pub(super) static HEADER_NAMES: Section = Section {
    anchor: CANONICAL,
    rule: "Names of headers are put in lower case, and the headers are sorted by the bytes of those \
           names.",
};
pub(super) static HEADER_VALUES: Section = Section {
    anchor: CANONICAL,
    rule: "White space around a header value is removed and each run of it inside becomes one \
           space, within quotes too; all other bytes are kept.",
};
pub(super) static HEADER_REPEATED: Section = Section {
    anchor: CANONICAL,
    rule: "Values of headers with one name are trimmed each and joined with commas, in the order of \
           the request.",
};
pub(super) static SIGNED_HEADERS: Section = Section {
    anchor: CANONICAL,
    rule: "The host and every x-amz header are signed; other headers may be, and the list of signed \
           headers says which were.",
};
pub(super) static METHOD: Section = Section {
    anchor: CANONICAL,
    rule: "The first line of the canonical request is the method, as it is sent.",
};
pub(super) static PAYLOAD: Section = Section {
    anchor: CANONICAL,
    rule: "The last line of the canonical request is the SHA-256 of the body's bytes in lower-case \
           hexadecimal digits, whatever the method, also of an empty body.",
};
pub(super) static UNSIGNED_PAYLOAD: Section = Section {
    anchor: CANONICAL,
    rule: "Where the body is not signed, the last line of the canonical request is \
           `UNSIGNED-PAYLOAD`; in header placement the header x-amz-content-sha256 says so too.",
};
pub(super) static DATE: Section = Section {
    anchor: STRING_TO_SIGN,
    rule: "The time of signing is written in UTC as YYYYMMDD'T'HHMMSS'Z'; its first eight digits \
           are the date of the credential scope and of the key.",
};
pub(super) static SCOPE: Section = Section {
    anchor: STRING_TO_SIGN,
    rule: "The credential scope is date, region, service and `aws4_request`, joined with slashes; \
           region and service stand in it as they are given.",
};
pub(super) static SECRET: Section = Section {
    anchor: KEY,
    rule: "The first HMAC key is `AWS4` followed by the bytes of the secret, all of them.",
};
pub(super) static KEY_ID: Section = Section {
    anchor: ADD,
    rule: "The key id stands unchanged in the Authorization header, and percent-encoded in \
           X-Amz-Credential.",
};
pub(super) static TOKEN: Section = Section {
    anchor: TEMPORARY,
    rule: "The session token of temporary credentials is part of what is signed: as a header, or as \
           a query parameter.",
};
pub(super) static TOKEN_ADDED: Section = Section {
    anchor: TEMPORARY,
    rule: "For services that ask for it, the session token is added after signing and is not part \
           of what is signed.",
};
pub(super) static SEQUENCE_KEYS: Section = Section {
    anchor: KEY,
    rule: "The signing key follows from secret, date, region and service and from nothing else; a key \
           that is kept serves only where all four are the same.",
};
pub(super) static SEQUENCE_REQUESTS: Section = Section {
    anchor: CANONICAL,
    rule: "A signature follows from the request, the time, the scope and the credentials of its own \
           call and from no other call.",
};
pub(super) static PRESIGNED: Section = Section {
    anchor: ADD,
    rule: "In a presigned request the authentication parameters are sorted among all others of the \
           canonical query; only X-Amz-Signature is left out of it.",
};
pub(super) static EXPIRES: Section =
    Section { anchor: ADD, rule: "X-Amz-Expires is a decimal number of seconds, 604800 at most." };
pub(super) static REGION_SET: Section = Section {
    anchor: ADD,
    rule: "SigV4A states the regions for which a signature is valid in `X-Amz-Region-Set`, a header or \
           a parameter, which is signed as it is sent: regions with commas, or `*`.",
};
pub(super) static KEY_PAIR: Section = Section {
    anchor: KEY,
    rule: "The private key of SigV4A is the first candidate of at most the order of P-256 less two, plus \
           one. Candidates are HMACs in counter mode, keyed by AWS4A and the secret, of the algorithm, \
           the access key id and a counter from 1.",
};
pub(super) static CHUNKS: Section = Section {
    anchor: "sigv4-streaming",
    rule: "The string to sign of a chunk is the algorithm, the time, the scope, the signature before it, \
           the hash of nothing and the hash of its data. Its header is its size in lower-case \
           hexadecimal digits and its signature; `Content-Encoding` ends with `aws-chunked`.",
};
pub(super) static V4A_CHUNKS: Section = Section {
    anchor: "sigv4-streaming",
    rule: "The strings to sign of SigV4A have a scope without a region and the signature before them in its \
           own length; in the body each signature is filled up with `*` to 144 characters.",
};
pub(super) static TRAILERS: Section = Section {
    anchor: "sigv4-streaming-trailers",
    rule: "The string to sign of the trailers ends with the hash of them all, sorted by name: each is its \
           name in lower case, a colon, its value without white space at the ends, and a line feed.",
};
pub(super) static UNSIGNED_TRAILERS: Section = Section {
    anchor: "sigv4-streaming-trailers",
    rule: "With `STREAMING-UNSIGNED-PAYLOAD-TRAILER` the head is signed with this text as the payload line, \
           and neither chunks nor trailers carry a signature.",
};
pub(super) static EVENTS: Section = Section {
    anchor: "event-stream",
    rule: "Each message of an event stream is signed with the key and the scope of its own time.",
};
