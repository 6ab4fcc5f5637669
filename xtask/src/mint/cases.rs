//! The cases before the vote: corners, answered by the reference.

use sigv4_conformance::subject::built_in;
use sigv4_generate::corners::Corner;
use sigv4_protocol::{Answer, Question};
use sigv4_vectors::model::{self, Case, Evidence, Level, Need, Rule, Signing};

use super::error::MintError;

/// The family and its folder.
pub(super) const FAMILY: &str = "sigv4";

/// Each corner as a case with what the reference expects, not yet voted on.
pub(crate) fn expected(corners: &[Corner]) -> Result<Vec<Case>, MintError> {
    let mut reference = built_in("reference");
    let mut cases = Vec::new();
    for corner in corners {
        let id = format!("edge/{FAMILY}/{}/{}", corner.topic.name, corner.name);
        let mut calls = Vec::new();
        for call in &corner.calls {
            let question = Question::Sign(Box::new(call.clone()));
            let answer = reference.as_mut().map(|reference| reference.answer(&question));
            let signing = match &answer {
                Some(Answer::Signed(signed)) => call.expecting((**signed).clone()),
                _ => None,
            };
            calls.push(signing.ok_or_else(|| MintError::Reference {
                case: id.clone(),
                answer: format!("{answer:?}"),
            })?);
        }
        cases.push(Case {
            id,
            title: corner.title.clone(),
            family: FAMILY.to_owned(),
            level: Level::Must,
            evidence: Vec::<Evidence>::new(),
            spec: vec![Rule {
                anchor: corner.topic.rule.anchor.to_owned(),
                rule: corner.topic.rule.rule.to_owned(),
            }],
            flags: corner.topic.flags.iter().map(|flag| (*flag).to_owned()).collect(),
            needs: Need::of_calls(&calls),
            catches: Vec::new(),
            question: match <[Signing; 1]>::try_from(calls) {
                Ok([signing]) => model::Question::Sign(Box::new(signing)),
                Err(calls) => model::Question::SignSequence(calls),
            },
        });
    }
    Ok(cases)
}
