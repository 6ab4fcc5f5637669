//! What a vector is: the file format as types.
//!
//! Every field that is not described here is an error on reading. `vector.schema.json` says the
//! same to other languages; a test keeps the two together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::bytes::Bytes;
use crate::secret::Secret;
use crate::signature::Signature;
use crate::text::{Date, Hex32, Time};
use crate::words::words;

/// One vector file with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Path relative to the root of the set: `<suite>/<family>/<topic>.json`.
    pub path: String,
    /// The suite that the file belongs to.
    pub suite: Suite,
    /// What it holds.
    pub file: File,
}

/// What stands in one file: the cases of one topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Relative path of the JSON Schema, for editors.
    #[serde(rename = "$schema")]
    pub schema: String,
    /// What the topic is, in a line.
    pub title: String,
    /// Where the cases come from, and what was changed on the way.
    pub source: String,
    /// Relative path of the notice of origin, where others hold the copyright.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// The flags that the cases carry, each explained once.
    pub flags: BTreeMap<String, Flag>,
    /// The cases, in the order in which they are run.
    pub cases: Vec<Case>,
}

/// What a flag says about the cases that carry it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// What goes wrong in an implementation, or in a reader of the case.
    pub goes_wrong: String,
    /// How bad that is.
    pub how_bad: String,
}

/// One test case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// `<suite>/<family>/<topic>/<name>`: stable, and equal to the place of the case.
    pub id: String,
    /// What the case tests, in words.
    pub title: String,
    /// The member of the signing family, such as `sigv4`: the name of the folder.
    pub family: String,
    /// How binding the expectation is.
    pub level: Level,
    /// Why the expectation is believed.
    pub evidence: Vec<Evidence>,
    /// The rules of the specification that the case exercises.
    pub spec: Vec<Rule>,
    /// Names of flags, explained in the file.
    pub flags: Vec<String>,
    /// What a subject must be able to hold in its input to be asked at all.
    pub needs: Vec<Need>,
    /// Ids of the mistakes that the case is there to catch.
    pub catches: Vec<String>,
    /// What is asked, with the answer.
    pub question: Question,
}

/// What a case asks of a subject. Exhaustive on purpose: code that runs cases has to say what to do
/// with every operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Derive a signing key. In the file: the fields `derivation` and `keys`.
    DeriveKey(Box<Derivation>),
    /// Sign a request. In the file: the fields `profile`, `placement`, `input` and `expect`.
    Sign(Box<Signing>),
    /// Sign several requests in order with one signer, which may not let a call show in a later
    /// one. In the file: the field `calls`, at least two.
    SignSequence(Vec<Signing>),
}

words! {
    /// The operation that a case asks for, as the adapter protocol names it in `op`.
    pub enum Operation {
        /// Derive a signing key.
        DeriveKey = "derive-key",
        /// Sign a request.
        Sign = "sign",
        /// Sign several requests in order with one signer.
        SignSequence = "sign-sequence",
    }
}

impl Question {
    /// The operation that it is of.
    #[must_use]
    pub fn operation(&self) -> Operation {
        match self {
            Self::DeriveKey(_) => Operation::DeriveKey,
            Self::Sign(_) => Operation::Sign,
            Self::SignSequence(_) => Operation::SignSequence,
        }
    }
}

impl Case {
    /// The requests that are to be signed: none of a key, one, or those of a sequence.
    #[must_use]
    pub fn calls(&self) -> &[Signing] {
        match &self.question {
            Question::DeriveKey(_) => &[],
            Question::Sign(signing) => std::slice::from_ref(signing),
            Question::SignSequence(calls) => calls,
        }
    }

    /// How the path is made canonical, where there is one way.
    #[must_use]
    pub fn profile(&self) -> Option<Profile> {
        only(self.calls().iter().map(|signing| signing.profile))
    }

    /// Where the signature goes, where there is one place.
    #[must_use]
    pub fn placement(&self) -> Option<Placement> {
        only(self.calls().iter().map(|signing| signing.placement))
    }
}

/// What all items are, if they are one.
fn only<T: PartialEq>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.all(|item| item == first).then_some(first)
}

/// A key to derive, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derivation {
    /// What the derivation is given.
    pub input: DerivationInput,
    /// The keys that a correct derivation goes through.
    pub expect: DerivedKeys,
}

/// All that a key is derived from. The names are those of the adapter protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivationInput {
    /// An example secret. Never a real one.
    pub secret_access_key: Secret,
    /// The day of the credential scope.
    pub date: Date,
    /// The region of the credential scope.
    pub region: Bytes,
    /// The service of the credential scope.
    pub service: Bytes,
}

/// The chain of keys, as far as it was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivedKeys {
    /// The key after the date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_key: Option<Hex32>,
    /// The key after the region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region_key: Option<Hex32>,
    /// The key after the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_key: Option<Hex32>,
    /// The last key, which signs.
    pub signing_key: Hex32,
}

/// A request to sign, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// How the path is made canonical.
    pub profile: Profile,
    /// Where the signature goes.
    pub placement: Placement,
    /// What the signer is given.
    pub input: SigningInput,
    /// What a correct signer makes of it.
    pub expect: SigningExpectation,
}

/// All that a signer is given. The names are those of the adapter protocol.
#[expect(clippy::struct_excessive_bools, reason = "independent switches, as in the protocol")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningInput {
    /// The moment of signing.
    pub time: Time,
    /// The region of the credential scope.
    pub region: Bytes,
    /// The service of the credential scope.
    pub service: Bytes,
    /// The key pair, and the session token if there is one.
    pub credentials: Credentials,
    /// Whether a session token is signed, or added to the request after signing.
    pub session_token_signed: bool,
    /// Whether dot segments and repeated slashes are removed from the path.
    pub normalize: bool,
    /// Whether the path is encoded as it was sent, once more than it already is.
    pub double_encode: bool,
    /// What stands for the body in the canonical request.
    pub payload: Payload,
    /// Whether the header `x-amz-content-sha256` is added and signed.
    pub content_sha256_header: bool,
    /// For how many seconds a presigned request is valid. Present with [`Placement::Query`] only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
    /// The request, without any signature.
    pub request: Request,
}

/// Example credentials. Never real ones.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The public half.
    pub access_key_id: Bytes,
    /// The secret half.
    pub secret_access_key: Secret,
    /// The token of temporary credentials. In the file it is always there, `null` for none.
    #[serde(deserialize_with = "Option::deserialize")]
    pub session_token: Option<Secret>,
}

/// A request on the wire, byte for byte.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The method.
    pub method: Bytes,
    /// The request target as sent: path and query.
    pub target: Bytes,
    /// Names and values in order. A value is what follows the colon, unchanged; a folded value
    /// includes its line breaks.
    pub headers: Vec<(Bytes, Bytes)>,
    /// The body.
    pub body: Bytes,
}

/// What a correct signer computes, stage by stage, and sends.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningExpectation {
    /// The canonical request.
    pub canonical_request: Bytes,
    /// The string to sign.
    pub string_to_sign: Bytes,
    /// The derived key.
    pub signing_key: Hex32,
    /// The signature.
    pub signature: Signature,
    /// The request as it is sent. The order of what the signer added is its own affair.
    pub signed_request: Request,
}

/// Why an expectation is believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What kind of source it is.
    pub kind: EvidenceKind,
    /// The source itself, with versions.
    pub source: String,
    /// Who says what, where the source is a question to several implementations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes: Option<Votes>,
    /// Who takes what, where the source is a question to several servers. Those that could not be
    /// asked are not named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<Taking>,
}

/// The servers that take the request with the same signatures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taking {
    /// The readings of the request whose signatures they take; none if they refuse it whatever its
    /// signature.
    pub takes: Vec<Reading>,
    /// Their names; the `source` of the file has the versions.
    pub who: Vec<String>,
}

/// What official implementations made of one question. Those that cannot hold it are not named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Votes {
    /// Those that came to the expected signature, with versions.
    pub agree: Vec<String>,
    /// Those that signed another legitimate set of headers, and whose own signed request verifies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agree_within_own_headers: Vec<String>,
    /// Those that say otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub otherwise: Vec<Dissent>,
}

/// An implementation that does not agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dissent {
    /// Its name and version.
    pub who: String,
    /// Where it first differs.
    pub how: String,
    /// The catalogued mistake that makes its answer, where it makes that one in the vendor's own
    /// suite too: its voice does not count then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mistake: Option<String>,
}

/// A rule of the specification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The anchor of the section in the vendor's documentation.
    pub anchor: String,
    /// The rule, in our words.
    pub rule: String,
}

words! {
    /// A folder of files with a common origin.
    pub enum Suite {
        /// The vendor's test suite.
        Official = "official",
        /// Worked examples of the vendor's documentation and SDK tests.
        Published = "published",
        /// What no published vector covers.
        Edge = "edge",
        /// Requests that a verifier must accept or refuse.
        Verifier = "verifier",
        /// Findings of a search, kept by a user as regression tests: expected values from this
        /// project's reference. No part of the published vectors.
        Found = "found",
    }
}

words! {
    /// How the path is made canonical.
    pub enum Profile {
        /// Normalise, then encode the path as sent once more.
        Generic = "generic",
        /// Take the path as it is, encoded once.
        S3 = "s3",
    }
}

words! {
    /// Where the signature goes.
    pub enum Placement {
        /// Into the `Authorization` header.
        Header = "header",
        /// Into the query: a presigned request.
        Query = "query",
    }
}

words! {
    /// How binding an expectation is.
    pub enum Level {
        /// Another answer is wrong.
        Must = "must",
        /// Another answer is likely to be refused somewhere.
        Should = "should",
        /// Official implementations differ: another answer is noted, not counted.
        May = "may",
    }
}

words! {
    /// Kinds of source for an expectation.
    pub enum EvidenceKind {
        /// The vendor's test suite.
        VendorSuite = "vendor-suite",
        /// The vendor's documentation.
        VendorDocs = "vendor-docs",
        /// The tests of one of the vendor's SDKs.
        VendorSdk = "vendor-sdk",
        /// An implementation that is not the vendor's: its tests, or what it answers.
        ThirdParty = "third-party",
        /// Official implementations that agree; the source lists them with versions.
        Consensus = "consensus",
        /// A rule of the specification, by its anchor.
        Rule = "rule",
        /// A published vulnerability.
        Cve = "cve",
        /// A finding of this project's search, expected values from its reference. It shows where two
        /// implementations differ, not which of them is right.
        Search = "search",
    }
}

words! {
    /// Ways in which a server makes a request canonical, all of them with everything that was sent: a
    /// server that leaves a part out takes none of these.
    pub enum Reading {
        /// As the vector expects it.
        Expected = "expected",
        /// Path and query decoded once and encoded once, a plus in the query as a space.
        Recoded = "recoded",
        /// Path and query as sent, the parameters sorted by their text.
        AsSent = "as-sent",
        /// Recoded, the parameters sorted by their decoded names, the values of one name as sent.
        NamesDecoded = "names-decoded",
        /// Recoded, the values of one name in the order in which they were sent.
        ValuesAsSent = "values-as-sent",
        /// Recoded, sorted by the text `name=value`.
        PairsAsText = "pairs-as-text",
        /// A TAB inside a header value kept.
        TabKept = "tab-kept",
        /// Spaces kept in a header value that begins with a quote.
        QuotesKept = "quotes-kept",
        /// Header bytes read as Latin-1 and encoded as UTF-8.
        Latin1 = "latin-1",
    }
}

words! {
    /// What stands for the body in the canonical request.
    pub enum Payload {
        /// The SHA-256 of the body.
        Signed = "signed",
        /// The marker `UNSIGNED-PAYLOAD`.
        Unsigned = "unsigned",
    }
}

words! {
    /// What a subject must be able to hold in its input, or to be told, to be asked a case.
    pub enum Need {
        /// A request without a `Host` header.
        AbsentHost = "absent-host",
        /// The header `x-amz-content-sha256` on request, for any service.
        ContentSha256Header = "content-sha256-header",
        /// Control bytes in a header value, other than TAB and line breaks.
        ControlInHeader = "control-in-header",
        /// Control bytes in a secret, key id or token: line breaks, NUL.
        ControlInSecret = "control-in-secret",
        /// Several headers of the same name, in order.
        DuplicateHeaders = "duplicate-headers",
        /// An empty secret, key id or token.
        EmptyCredential = "empty-credential",
        /// A header value that is empty or nothing but white space.
        EmptyHeaderValue = "empty-header-value",
        /// A target without a path.
        EmptyPath = "empty-path",
        /// An empty region or service.
        EmptyScope = "empty-scope",
        /// A `%` in the target that is not followed by two hexadecimal digits.
        InvalidEscape = "invalid-escape",
        /// A presigned request that is to live for more than seven days.
        LongExpires = "long-expires",
        /// Bytes above 0x7F in a header value.
        NonAsciiHeader = "non-ascii-header",
        /// Bytes above 0x7F in a secret, key id, token, region or service.
        NonAsciiSecret = "non-ascii-secret",
        /// Bytes that are not UTF-8 in the target, in a header or in what signs.
        NonUtf8 = "non-utf8",
        /// `normalize` on while `double_encode` is off: a mixture of both profiles.
        NormalizedSingleEncoded = "normalized-single-encoded",
        /// A header value folded over several lines.
        ObsFold = "obs-fold",
        /// A header name with other bytes than letters, digits and hyphens.
        OddHeaderName = "odd-header-name",
        /// A method that is not one of the seven everyday ones, in upper case.
        OddMethod = "odd-method",
        /// Headers or parameters that signing itself adds, given by the caller.
        OwnAuthentication = "own-authentication",
        /// White space at the ends of a header value.
        PaddedHeaderValue = "padded-header-value",
        /// A presigned request with a body that is signed.
        PresignedBody = "presigned-body",
        /// The hash of the body in a presigned request to S3.
        PresignedS3PayloadHash = "presigned-s3-payload-hash",
        /// Unescaped control bytes in the target.
        RawControl = "raw-control",
        /// Unescaped bytes in the target that no URI has there: quotes, brackets, `#` and the like.
        RawIllegal = "raw-illegal",
        /// Unescaped bytes above 0x7F in the target.
        RawNonAscii = "raw-non-ascii",
        /// An unescaped space in the target.
        RawSpace = "raw-space",
        /// Temporary credentials.
        SessionToken = "session-token",
        /// `normalize` off while `double_encode` is on: a mixture of both profiles.
        UnnormalizedDoubleEncoded = "unnormalized-double-encoded",
        /// The payload `unsigned`.
        UnsignedPayload = "unsigned-payload",
        /// A session token that is added after signing.
        UnsignedSessionToken = "unsigned-session-token",
    }
}
