//! The fields of a case as they stand in a file.
//!
//! The file keeps `input` and `expect` side by side, the model binds them in one [`Question`], so
//! that an expectation cannot answer another kind of question. Reading goes through a plain struct
//! because serde's flattening would lose the place of an error.

use serde::{Deserialize, Serialize};

use crate::model::{
    Case, Evidence, Level, Need, Placement, Profile, Question, Rule, Signing, SigningExpectation,
    SigningInput,
};

/// A signing case, field by field.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    id: String,
    title: String,
    family: String,
    profile: Profile,
    placement: Placement,
    level: Level,
    evidence: Vec<Evidence>,
    spec: Vec<Rule>,
    flags: Vec<String>,
    needs: Vec<Need>,
    catches: Vec<String>,
    input: SigningInput,
    expect: SigningExpectation,
}

impl From<Record> for Case {
    fn from(record: Record) -> Self {
        Self {
            id: record.id,
            title: record.title,
            family: record.family,
            profile: record.profile,
            placement: record.placement,
            level: record.level,
            evidence: record.evidence,
            spec: record.spec,
            flags: record.flags,
            needs: record.needs,
            catches: record.catches,
            question: Question::Sign(Box::new(Signing {
                input: record.input,
                expect: record.expect,
            })),
        }
    }
}

impl From<Case> for Record {
    fn from(case: Case) -> Self {
        let Question::Sign(signing) = case.question;
        Self {
            id: case.id,
            title: case.title,
            family: case.family,
            profile: case.profile,
            placement: case.placement,
            level: case.level,
            evidence: case.evidence,
            spec: case.spec,
            flags: case.flags,
            needs: case.needs,
            catches: case.catches,
            input: signing.input,
            expect: signing.expect,
        }
    }
}
