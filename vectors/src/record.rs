//! The fields of a case as they stand in a file.
//!
//! The file keeps `input` and `expect` side by side, the model binds them in one [`Question`], so
//! that an expectation cannot answer another kind of question. Reading goes through a plain struct
//! because serde's flattening would lose the place of an error; for the same reason each kind of
//! question has fields of its own.

use serde::{Deserialize, Serialize};

use crate::model::{
    Case, Derivation, DerivationInput, DerivedKeys, Evidence, Level, Need, Placement, Profile,
    Question, Rule, Signing, SigningExpectation, SigningInput,
};

/// A case of any kind, field by field.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    id: String,
    title: String,
    family: String,
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
    calls: Option<Vec<Signing>>,
}

/// The fields of a case do not make up one question.
#[derive(Debug, thiserror::Error)]
#[error(
    "the fields do not make up one question, expected `profile`, `placement`, `input` and \
     `expect`, or `derivation` and `keys`, or two `calls` at least"
)]
pub(crate) struct NoQuestion;

impl TryFrom<Record> for Case {
    type Error = NoQuestion;

    fn try_from(record: Record) -> Result<Self, NoQuestion> {
        let signing = (record.profile, record.placement, record.input, record.expect);
        let question = match (signing, record.derivation, record.keys, record.calls) {
            ((Some(profile), Some(placement), Some(input), Some(expect)), None, None, None) => {
                Question::Sign(Box::new(Signing { profile, placement, input, expect }))
            }
            ((None, None, None, None), Some(input), Some(expect), None) => {
                Question::DeriveKey(Box::new(Derivation { input, expect }))
            }
            ((None, None, None, None), None, None, Some(calls)) if calls.len() > 1 => {
                Question::SignSequence(calls)
            }
            _ => return Err(NoQuestion),
        };
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

impl From<Case> for Record {
    fn from(case: Case) -> Self {
        let (signing, derivation, calls) = match case.question {
            Question::DeriveKey(derivation) => (None, Some(*derivation), None),
            Question::Sign(signing) => (Some(*signing), None, None),
            Question::SignSequence(calls) => (None, None, Some(calls)),
        };
        let (profile, placement) =
            signing.as_ref().map(|signing| (signing.profile, signing.placement)).unzip();
        let (input, expect) = signing.map(|signing| (signing.input, signing.expect)).unzip();
        let (derivation, keys) =
            derivation.map(|derivation| (derivation.input, derivation.expect)).unzip();
        Self {
            id: case.id,
            title: case.title,
            family: case.family,
            profile,
            placement,
            level: case.level,
            evidence: case.evidence,
            spec: case.spec,
            flags: case.flags,
            needs: case.needs,
            catches: case.catches,
            input,
            expect,
            derivation,
            keys,
            calls,
        }
    }
}
