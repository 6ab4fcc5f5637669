//! The description of a mistake, and the files that it is read from.

use serde::{Deserialize, Serialize};
use sigv4_protocol::{Side, Stage};
use sigv4_vectors::Bytes;

use super::mistake::Mistake;
use super::trigger::{AuthToken, Call, Legacy, Policy, Stream, Trigger, Upload};

/// What the catalogue says about one mistake.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The mistake.
    pub mistake: Mistake,
    /// Who makes it.
    pub side: Side,
    /// The part of the signer or verifier that goes wrong.
    pub component: Component,
    /// What it does, in one sentence.
    pub title: String,
    /// The first stage that shows it; `None` of a verifier, which shows nothing but its ruling.
    pub stage: Option<Stage>,
    /// Which requests go wrong.
    pub goes_wrong: String,
    /// How much of everyday use it affects.
    pub how_bad: HowBad,
    /// Whether it shows only by chance: it depends on the digits of a hash, which are unknown until
    /// the request is signed. No vector is meant to catch it.
    pub by_chance: bool,
    /// Ids of the classes of shipped mistakes that it was derived from; empty if it was invented
    /// here.
    pub origin: Vec<String>,
    /// Public reports of it.
    pub reports: Vec<Report>,
    /// What shows it.
    pub trigger: Trigger,
    /// What a correct signer has at that stage of the last call, or of the first piece that goes
    /// wrong, from the first line that differs to the last; for a presigned query, from the first
    /// parameter that differs. What a correct verifier rules.
    pub correct: Bytes,
    /// What the mistaken signer has there, or the mistaken verifier rules.
    pub wrong: Bytes,
}

/// A public report of a mistake.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Who made it.
    pub project: String,
    /// Where to read it.
    pub url: String,
}

/// A part of a signer or verifier.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Component {
    /// The method's line.
    Method,
    /// The canonical path.
    Path,
    /// The canonical query.
    Query,
    /// The canonical headers and the list of their names.
    Header,
    /// The host header.
    Host,
    /// The last line of the canonical request, and `x-amz-content-sha256`.
    Payload,
    /// How the canonical request is assembled.
    CanonicalRequest,
    /// The time of signing and its text.
    Date,
    /// The credential scope.
    Scope,
    /// How the string to sign is assembled.
    StringToSign,
    /// The derivation of the signing key.
    Key,
    /// The signature itself.
    Signature,
    /// The session token.
    Token,
    /// What is written into the request in header placement.
    Output,
    /// Query placement.
    Presign,
    /// State that is kept from one call to the next.
    State,
    /// The chunks of an upload, and what its head says about them.
    Chunk,
    /// The trailers of an upload.
    Trailer,
    /// The messages of an event stream.
    Event,
    /// How a verifier finds and reads the authentication.
    Authentication,
    /// Upload forms: the policy, and the fields that sign it.
    Policy,
    /// The signatures before Version 4.
    Legacy,
    /// Tokens and passwords for services that take no signed request.
    AuthToken,
    /// The key pair of SigV4A.
    KeyPair,
    /// The regions for which a signature of SigV4A is valid.
    RegionSet,
    /// What else SigV4A does otherwise: algorithm, scope and signature.
    V4a,
}

/// How much of everyday use a mistake affects.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HowBad {
    /// No request verifies at all, so it is found on the first day.
    AllFail,
    /// Everyday requests fail.
    Common,
    /// Only unusual requests fail, so it can ship unnoticed for years.
    Rare,
    /// Requests verify, but less is protected than the caller believes.
    Silent,
    /// A verifier serves someone without the key, or something else than what was signed.
    Forgeable,
    /// A verifier lacks a limit of a signed request: time, scope, or revocation.
    Unlimited,
    /// A verifier refuses right requests.
    Strict,
    /// A verifier accepts what it should refuse, and nothing is lost by that alone.
    Lenient,
}

/// Why the catalogue cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A file is not valid TOML, or does not have the form of the catalogue.
    #[error("{file}: {problem}")]
    File {
        /// The file.
        file: &'static str,
        /// What is wrong, with line and column.
        problem: String,
    },
    /// An entry's id is unknown, or appears twice.
    #[error("{file}: `{id}` is not a mistake of the model, or is described twice")]
    Id {
        /// The file.
        file: &'static str,
        /// The id.
        id: String,
    },
    /// An entry does not have one trigger.
    #[error("{file}: `{id}`: expected one trigger, of the operation in which it is made")]
    Trigger {
        /// The file.
        file: &'static str,
        /// The id.
        id: String,
    },
    /// A mistake has no entry.
    #[error("`{id}` has no description")]
    Missing {
        /// The id.
        id: &'static str,
    },
}

/// The files, one per side and component.
const FILES: &[(&str, &str)] = &[
    ("method.toml", include_str!("../../catalogue/method.toml")),
    ("path.toml", include_str!("../../catalogue/path.toml")),
    ("query.toml", include_str!("../../catalogue/query.toml")),
    ("header.toml", include_str!("../../catalogue/header.toml")),
    ("host.toml", include_str!("../../catalogue/host.toml")),
    ("payload.toml", include_str!("../../catalogue/payload.toml")),
    ("canonical-request.toml", include_str!("../../catalogue/canonical-request.toml")),
    ("date.toml", include_str!("../../catalogue/date.toml")),
    ("scope.toml", include_str!("../../catalogue/scope.toml")),
    ("string-to-sign.toml", include_str!("../../catalogue/string-to-sign.toml")),
    ("key.toml", include_str!("../../catalogue/key.toml")),
    ("signature.toml", include_str!("../../catalogue/signature.toml")),
    ("token.toml", include_str!("../../catalogue/token.toml")),
    ("output.toml", include_str!("../../catalogue/output.toml")),
    ("presign.toml", include_str!("../../catalogue/presign.toml")),
    ("state.toml", include_str!("../../catalogue/state.toml")),
    ("chunk.toml", include_str!("../../catalogue/chunk.toml")),
    ("trailer.toml", include_str!("../../catalogue/trailer.toml")),
    ("event.toml", include_str!("../../catalogue/event.toml")),
    ("verifier-signature.toml", include_str!("../../catalogue/verifier-signature.toml")),
    ("verifier-authentication.toml", include_str!("../../catalogue/verifier-authentication.toml")),
    ("verifier-scope.toml", include_str!("../../catalogue/verifier-scope.toml")),
    ("verifier-date.toml", include_str!("../../catalogue/verifier-date.toml")),
    ("verifier-presign.toml", include_str!("../../catalogue/verifier-presign.toml")),
    ("verifier-header.toml", include_str!("../../catalogue/verifier-header.toml")),
    ("verifier-host.toml", include_str!("../../catalogue/verifier-host.toml")),
    ("verifier-payload.toml", include_str!("../../catalogue/verifier-payload.toml")),
    ("verifier-token.toml", include_str!("../../catalogue/verifier-token.toml")),
    ("verifier-key.toml", include_str!("../../catalogue/verifier-key.toml")),
    ("verifier-method.toml", include_str!("../../catalogue/verifier-method.toml")),
    ("verifier-path.toml", include_str!("../../catalogue/verifier-path.toml")),
    ("verifier-query.toml", include_str!("../../catalogue/verifier-query.toml")),
    ("v4a-chunk.toml", include_str!("../../catalogue/v4a-chunk.toml")),
    ("verifier-chunk.toml", include_str!("../../catalogue/verifier-chunk.toml")),
    ("verifier-trailer.toml", include_str!("../../catalogue/verifier-trailer.toml")),
    ("verifier-policy.toml", include_str!("../../catalogue/verifier-policy.toml")),
    ("verifier-state.toml", include_str!("../../catalogue/verifier-state.toml")),
    ("policy.toml", include_str!("../../catalogue/policy.toml")),
    ("legacy.toml", include_str!("../../catalogue/legacy.toml")),
    ("auth-token.toml", include_str!("../../catalogue/auth-token.toml")),
    ("key-pair.toml", include_str!("../../catalogue/key-pair.toml")),
    ("region-set.toml", include_str!("../../catalogue/region-set.toml")),
    ("v4a.toml", include_str!("../../catalogue/v4a.toml")),
];

/// A file of the catalogue.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    side: Side,
    component: Component,
    mistake: Vec<Written>,
}

/// An entry as it is written in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    title: String,
    /// Of a mistake of signers.
    #[serde(default)]
    stage: Option<Stage>,
    goes_wrong: String,
    how_bad: HowBad,
    #[serde(default)]
    by_chance: bool,
    #[serde(default)]
    origin: Vec<String>,
    #[serde(default)]
    reports: Vec<Report>,
    /// Of a mistake in signing requests.
    #[serde(default)]
    trigger: Option<Vec<Call>>,
    /// Of one in signing uploads.
    #[serde(default, rename = "sign-chunks")]
    sign_chunks: Option<Box<Upload>>,
    /// Of one in signing event streams.
    #[serde(default, rename = "sign-events")]
    sign_events: Option<Box<Stream>>,
    /// Of one in verifying: the id of a vector.
    #[serde(default)]
    verify: Option<String>,
    /// Of one in signing policies.
    #[serde(default, rename = "sign-post-policy")]
    sign_post_policy: Option<Box<Policy>>,
    /// Of one in signing requests as before Version 4.
    #[serde(default, rename = "sign-legacy")]
    sign_legacy: Option<Box<Legacy>>,
    /// Of one in making tokens.
    #[serde(default)]
    token: Option<Box<AuthToken>>,
    /// Of one in signing requests with SigV4A.
    #[serde(default, rename = "sign-v4a")]
    sign_v4a: Option<Box<Call>>,
    /// Of one in signing uploads with SigV4A.
    #[serde(default, rename = "sign-v4a-chunks")]
    sign_v4a_chunks: Option<Box<Upload>>,
    correct: Bytes,
    wrong: Bytes,
}

/// Reads all files; the entries come in the order of the mistakes.
pub(super) fn read_all() -> Result<Vec<Entry>, CatalogueError> {
    let mut slots: Vec<Option<Entry>> = vec![None; Mistake::ALL.len()];
    for &(file, text) in FILES {
        let read: File = toml::from_str(text)
            .map_err(|error| CatalogueError::File { file, problem: error.to_string() })?;
        for written in read.mistake {
            let mistake = Mistake::from_id(&written.id);
            match mistake.map(|mistake| (mistake, &mut slots[mistake as usize])) {
                Some((mistake, slot @ None)) => {
                    let id = written.id.clone();
                    let entry = written.into_entry(mistake, read.side, read.component);
                    *slot = Some(entry.ok_or(CatalogueError::Trigger { file, id })?);
                }
                _ => return Err(CatalogueError::Id { file, id: written.id }),
            }
        }
    }
    let pairs = slots.into_iter().zip(Mistake::ALL);
    pairs.map(|(slot, mistake)| slot.ok_or(CatalogueError::Missing { id: mistake.id() })).collect()
}

impl Written {
    /// The entry; `None` if it does not have exactly one trigger.
    fn into_entry(self, mistake: Mistake, side: Side, component: Component) -> Option<Entry> {
        let triggers = [
            self.trigger.filter(|calls| !calls.is_empty()).map(Trigger::Sign),
            self.sign_chunks.map(Trigger::SignChunks),
            self.sign_events.map(Trigger::SignEvents),
            self.verify.map(Trigger::Verify),
            self.sign_post_policy.map(Trigger::SignPostPolicy),
            self.sign_legacy.map(Trigger::SignLegacy),
            self.token.map(Trigger::Token),
            self.sign_v4a.map(Trigger::SignV4a),
            self.sign_v4a_chunks.map(Trigger::SignV4aChunks),
        ];
        let mut triggers = triggers.into_iter().flatten();
        let trigger = triggers.next().filter(|_| triggers.next().is_none())?;
        Some(Entry {
            mistake,
            side,
            component,
            title: self.title,
            stage: self.stage,
            goes_wrong: self.goes_wrong,
            how_bad: self.how_bad,
            by_chance: self.by_chance,
            origin: self.origin,
            reports: self.reports,
            trigger,
            correct: self.correct,
            wrong: self.wrong,
        })
    }
}

impl Component {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Host => "host",
            Self::Payload => "payload",
            Self::CanonicalRequest => "canonical-request",
            Self::Date => "date",
            Self::Scope => "scope",
            Self::StringToSign => "string-to-sign",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Token => "token",
            Self::Output => "output",
            Self::Presign => "presign",
            Self::State => "state",
            Self::Chunk => "chunk",
            Self::Trailer => "trailer",
            Self::Event => "event",
            Self::Authentication => "authentication",
            Self::Policy => "policy",
            Self::Legacy => "legacy",
            Self::AuthToken => "auth-token",
            Self::KeyPair => "key-pair",
            Self::RegionSet => "region-set",
            Self::V4a => "v4a",
        }
    }
}

impl std::fmt::Display for Component {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl HowBad {
    /// Its meaning, in one sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::AllFail => "No request verifies.",
            Self::Common => "Everyday requests fail.",
            Self::Rare => "Only unusual requests fail, so it stays unnoticed for long.",
            Self::Silent => "Requests verify, but less is protected than the caller believes.",
            Self::Forgeable => {
                "Someone without the key is served, or something else than what was signed."
            }
            Self::Unlimited => {
                "A limit of signed requests is missing: of their time, their scope, or their key."
            }
            Self::Strict => "Right requests are refused.",
            Self::Lenient => {
                "What should be refused is accepted, and nothing is lost by that alone."
            }
        }
    }
}
