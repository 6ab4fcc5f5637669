//! The fields of a case as a file has them.
//!
//! The file keeps `input` and `expect` side by side, the model binds them in one [`Question`], so
//! that an expectation cannot answer another kind of question. Reading goes through a plain struct
//! because serde's flattening would lose the place of an error; for the same reason each operation
//! has fields of its own.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::{
    Case, Derivation, DerivationInput, DerivedKeys, Evidence, Level, Need, Operation, Placement,
    Profile, Question, Rule, Signing, SigningExpectation, SigningInput,
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
    calls: Option<Vec<Signing>>,
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

    fn try_from(record: Record) -> Result<Self, WrongFields> {
        let operation = record.operation;
        let signing = (record.profile, record.placement, record.input, record.expect);
        let derivation = (record.derivation, record.keys);
        let question = match operation {
            Operation::DeriveKey => match (derivation, signing, record.calls) {
                ((Some(input), Some(expect)), (None, None, None, None), None) => {
                    Ok(Question::DeriveKey(Box::new(Derivation { input, expect })))
                }
                _ => Err("`derivation` and `keys`"),
            },
            Operation::Sign => match (signing, derivation, record.calls) {
                (
                    (Some(profile), Some(placement), Some(input), Some(expect)),
                    (None, None),
                    None,
                ) => Ok(Question::Sign(Box::new(Signing { profile, placement, input, expect }))),
                _ => Err("`profile`, `placement`, `input` and `expect`"),
            },
            Operation::SignSequence => match (record.calls, signing, derivation) {
                (Some(calls), (None, None, None, None), (None, None)) if calls.len() > 1 => {
                    Ok(Question::SignSequence(calls))
                }
                _ => Err("at least two `calls`"),
            },
        };
        let question = question.map_err(|expected| WrongFields { operation, expected })?;
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
        let operation = case.question.operation();
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
            operation,
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
