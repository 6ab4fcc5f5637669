//! The fields of a case as a file has them.
//!
//! The file keeps `input` and `expect` side by side, the model binds them in one [`Question`], so
//! that an expectation cannot answer another kind of question. Reading goes through a plain struct
//! because serde's flattening would lose the place of an error; for the same reason each operation
//! has fields of its own.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::{
    Case, ChainKey, ChainStart, ChunkSigning, ChunksExpectation, ChunksInput, Derivation,
    DerivationInput, DerivedKeyPair, DerivedKeys, EventSigning, EventsExpectation, EventsInput,
    Evidence, LegacyExpectation, LegacyInput, LegacySigning, Level, Need, Operation,
    PairDerivation, PairInput, Placement, PolicyExpectation, PolicyInput, PolicySigning, Profile,
    Question, Rule, Ruling, Signing, SigningExpectation, SigningInput, TokenExpectation,
    TokenInput, TokenMaking, V4aChunkSigning, V4aChunksExpectation, V4aExpectation, V4aSigning,
    Verification, VerificationExpectation, VerificationInput,
};

/// A case of any operation, field by field.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    id: String,
    title: String,
    family: String,
    operation: Operation,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    profile: Option<Profile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    placement: Option<Placement>,
    level: Level,
    evidence: Vec<Evidence>,
    spec: Vec<Rule>,
    flags: Vec<String>,
    needs: Vec<Need>,
    catches: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    input: Option<SigningInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expect: Option<SigningExpectation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    derivation: Option<DerivationInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keys: Option<DerivedKeys>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pair_derivation: Option<PairInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key_pair: Option<DerivedKeyPair>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    calls: Option<Vec<Signing>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chunks: Option<ChunksInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signed_chunks: Option<ChunksExpectation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signed_v4a_chunks: Option<V4aChunksExpectation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    events: Option<EventsInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signed_events: Option<EventsExpectation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expect_v4a: Option<V4aExpectation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verification: Option<VerificationInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Vec<VerificationInput>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ruling: Option<VerificationExpectation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<PolicyInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signed_policy: Option<PolicyExpectation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    legacy: Option<LegacyInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signed_legacy: Option<LegacyExpectation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<TokenInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signed_token: Option<TokenExpectation>,
}

/// The fields of a case are not those of its operation.
#[derive(Debug, thiserror::Error)]
#[error("the fields are not those of the operation `{operation}`: expected {expected}")]
struct WrongFields {
    operation: Operation,
    expected: &'static str,
}

impl<'de> Deserialize<'de> for Case {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Record::deserialize(deserializer)?.try_into().map_err(D::Error::custom)
    }
}

impl Serialize for Case {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Record::from(self.clone()).serialize(serializer)
    }
}

impl TryFrom<Record> for Case {
    type Error = WrongFields;

    fn try_from(mut record: Record) -> Result<Self, WrongFields> {
        let operation = record.operation;
        let (question, expected) = match operation {
            Operation::DeriveKey => (record.derivation(), "`derivation` and `keys`"),
            Operation::DeriveKeyPair => {
                (record.pair_derivation(), "`pair_derivation` and `key_pair`")
            }
            Operation::Sign => (record.signing(), "`profile`, `placement`, `input` and `expect`"),
            Operation::SignSequence => (record.sequence(), "at least two `calls`"),
            Operation::SignChunks => (
                record.chunks(),
                "`chunks` and `signed_chunks`, the seed in both or in neither, credentials to sign \
                 a request, and a payload that is not one of ECDSA",
            ),
            Operation::SignV4aChunks => (
                record.v4a_chunks(),
                "`chunks` and `signed_v4a_chunks`, the seed in both or in neither, credentials to \
                 sign a request, and a payload of ECDSA",
            ),
            Operation::SignEvents => (
                record.events(),
                "`events` and `signed_events`, the seed in both or in neither, a message for each, \
                 and credentials to sign a request",
            ),
            Operation::SignV4a => {
                (record.signing_v4a(), "`profile`, `placement`, `input` and `expect_v4a`")
            }
            Operation::Verify => (
                record.verifying(),
                "`verification` and `ruling`, with `reason` and `twin` if it is to be rejected and \
                 with neither if not",
            ),
            Operation::SignPostPolicy => (record.policy(), "`policy` and `signed_policy`"),
            Operation::SignLegacy => {
                (record.legacy(), "`legacy` and `signed_legacy`, and the fields of the scheme")
            }
            Operation::Token => {
                (record.token(), "`token` and `signed_token`, and the fields of the kind")
            }
        };
        let question =
            question.filter(|_| record.is_used_up()).ok_or(WrongFields { operation, expected })?;
        Ok(Self {
            id: record.id,
            title: record.title,
            family: record.family,
            level: record.level,
            evidence: record.evidence,
            spec: record.spec,
            flags: record.flags,
            needs: record.needs,
            catches: record.catches,
            question,
        })
    }
}

/// Each operation takes its fields out of the record; `None` if one is missing.
impl Record {
    fn derivation(&mut self) -> Option<Question> {
        let (input, expect) = self.derivation.take().zip(self.keys.take())?;
        Some(Question::DeriveKey(Box::new(Derivation { input, expect })))
    }

    fn pair_derivation(&mut self) -> Option<Question> {
        let (input, expect) = self.pair_derivation.take().zip(self.key_pair.take())?;
        Some(Question::DeriveKeyPair(Box::new(PairDerivation { input, expect })))
    }

    fn signing(&mut self) -> Option<Question> {
        let (profile, placement) = self.profile.take().zip(self.placement.take())?;
        let (input, expect) = self.input.take().zip(self.expect.take())?;
        Some(Question::Sign(Box::new(Signing { profile, placement, input, expect })))
    }

    fn signing_v4a(&mut self) -> Option<Question> {
        let (profile, placement) = self.profile.take().zip(self.placement.take())?;
        let (input, expect) = self.input.take().zip(self.expect_v4a.take())?;
        Some(Question::SignV4a(Box::new(V4aSigning { profile, placement, input, expect })))
    }

    fn verifying(&mut self) -> Option<Question> {
        let (input, expect) = self.verification.take().zip(self.ruling.take())?;
        let refuses = expect.verdict == Ruling::Reject;
        let before = self.before.take();
        let fits = expect.reason.is_some() == refuses
            && expect.twin.is_some() == refuses
            && before.as_ref().is_none_or(|before| !before.is_empty());
        let before = before.unwrap_or_default();
        fits.then(|| Question::Verify(Box::new(Verification { before, input, expect })))
    }

    fn sequence(&mut self) -> Option<Question> {
        self.calls.take().filter(|calls| calls.len() > 1).map(Question::SignSequence)
    }

    fn chunks(&mut self) -> Option<Question> {
        let (input, expect) = self.chunks.take().zip(self.signed_chunks.take())?;
        let fits = starts(&input.start, &input.key, expect.seed.is_some())
            && input.chunk_size > 0
            && !input.payload.is_ecdsa();
        fits.then(|| Question::SignChunks(Box::new(ChunkSigning { input, expect })))
    }

    fn v4a_chunks(&mut self) -> Option<Question> {
        let (input, expect) = self.chunks.take().zip(self.signed_v4a_chunks.take())?;
        let fits = starts(&input.start, &input.key, expect.seed.is_some())
            && input.chunk_size > 0
            && input.payload.is_ecdsa();
        fits.then(|| Question::SignV4aChunks(Box::new(V4aChunkSigning { input, expect })))
    }

    fn events(&mut self) -> Option<Question> {
        let (input, expect) = self.events.take().zip(self.signed_events.take())?;
        let fits = starts(&input.start, &input.key, expect.seed.is_some())
            && !matches!(input.start, ChainStart::FinalChunkSignature(_))
            && input.messages.len() == expect.messages.len();
        fits.then(|| Question::SignEvents(Box::new(EventSigning { input, expect })))
    }

    fn policy(&mut self) -> Option<Question> {
        let (input, expect) = self.policy.take().zip(self.signed_policy.take())?;
        Some(Question::SignPostPolicy(Box::new(PolicySigning { input, expect })))
    }

    fn legacy(&mut self) -> Option<Question> {
        let (input, expect) = self.legacy.take().zip(self.signed_legacy.take())?;
        input.fits().then(|| Question::SignLegacy(Box::new(LegacySigning { input, expect })))
    }

    fn token(&mut self) -> Option<Question> {
        let (input, expect) = self.token.take().zip(self.signed_token.take())?;
        let fits = input.fits() && expect.fits(input.kind);
        fits.then(|| Question::Token(Box::new(TokenMaking { input, expect })))
    }

    /// Whether no field of an operation is left.
    fn is_used_up(&self) -> bool {
        self.profile.is_none()
            && self.placement.is_none()
            && self.input.is_none()
            && self.expect.is_none()
            && self.derivation.is_none()
            && self.keys.is_none()
            && self.pair_derivation.is_none()
            && self.key_pair.is_none()
            && self.calls.is_none()
            && self.chunks.is_none()
            && self.signed_chunks.is_none()
            && self.signed_v4a_chunks.is_none()
            && self.events.is_none()
            && self.signed_events.is_none()
            && self.expect_v4a.is_none()
            && self.verification.is_none()
            && self.before.is_none()
            && self.ruling.is_none()
            && self.policy.is_none()
            && self.signed_policy.is_none()
            && self.legacy.is_none()
            && self.signed_legacy.is_none()
            && self.token.is_none()
            && self.signed_token.is_none()
    }
}

/// Whether a chain begins with a request, which is signed with credentials, exactly where its
/// signature is expected.
fn starts(start: &ChainStart, key: &ChainKey, is_seed_expected: bool) -> bool {
    match start {
        ChainStart::Request(_) => is_seed_expected && matches!(key, ChainKey::Credentials(_)),
        ChainStart::SeedSignature(_) | ChainStart::FinalChunkSignature(_) => !is_seed_expected,
    }
}

impl From<Case> for Record {
    fn from(case: Case) -> Self {
        let mut record = Self {
            id: case.id,
            title: case.title,
            family: case.family,
            operation: case.question.operation(),
            profile: None,
            placement: None,
            level: case.level,
            evidence: case.evidence,
            spec: case.spec,
            flags: case.flags,
            needs: case.needs,
            catches: case.catches,
            input: None,
            expect: None,
            derivation: None,
            keys: None,
            pair_derivation: None,
            key_pair: None,
            calls: None,
            chunks: None,
            signed_chunks: None,
            signed_v4a_chunks: None,
            events: None,
            signed_events: None,
            expect_v4a: None,
            verification: None,
            before: None,
            ruling: None,
            policy: None,
            signed_policy: None,
            legacy: None,
            signed_legacy: None,
            token: None,
            signed_token: None,
        };
        match case.question {
            Question::DeriveKey(derivation) => {
                record.derivation = Some(derivation.input);
                record.keys = Some(derivation.expect);
            }
            Question::DeriveKeyPair(derivation) => {
                record.pair_derivation = Some(derivation.input);
                record.key_pair = Some(derivation.expect);
            }
            Question::Sign(signing) => {
                record.profile = Some(signing.profile);
                record.placement = Some(signing.placement);
                record.input = Some(signing.input);
                record.expect = Some(signing.expect);
            }
            Question::SignSequence(calls) => record.calls = Some(calls),
            Question::SignChunks(signing) => {
                record.chunks = Some(signing.input);
                record.signed_chunks = Some(signing.expect);
            }
            Question::SignV4aChunks(signing) => {
                record.chunks = Some(signing.input);
                record.signed_v4a_chunks = Some(signing.expect);
            }
            Question::SignEvents(signing) => {
                record.events = Some(signing.input);
                record.signed_events = Some(signing.expect);
            }
            Question::SignV4a(signing) => {
                record.profile = Some(signing.profile);
                record.placement = Some(signing.placement);
                record.input = Some(signing.input);
                record.expect_v4a = Some(signing.expect);
            }
            Question::Verify(verification) => {
                record.verification = Some(verification.input);
                record.before = Some(verification.before).filter(|before| !before.is_empty());
                record.ruling = Some(verification.expect);
            }
            Question::SignPostPolicy(signing) => {
                record.policy = Some(signing.input);
                record.signed_policy = Some(signing.expect);
            }
            Question::SignLegacy(signing) => {
                record.legacy = Some(signing.input);
                record.signed_legacy = Some(signing.expect);
            }
            Question::Token(making) => {
                record.token = Some(making.input);
                record.signed_token = Some(making.expect);
            }
        }
        record
    }
}
