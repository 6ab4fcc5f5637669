//! Mistakes of signers with which a verifier agrees.
//!
//! A verifier that rejects the right request and accepts the one with the mistake works with every signer that makes
//! it. Letting the two talk to each other finds neither.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sigv4_mistakes::model::Model;
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_protocol::{Answer, InProcess as _, Question, SignQuestion, VerifyQuestion};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{
    self, KeyMaterial, Level, Request, Signing, StoredKey, VerificationInput,
};

use super::Matrix;
use super::shared::makers;
use crate::subject::{Reference, Subject};

/// How many cases of a mistake a verifier is asked: one may hold what it does not support.
const CASES: usize = 3;
/// The window of the verifier. Its clock is the time of signing.
const WINDOW_SECONDS: u64 = 900;

/// A mistake of signers with which a verifier agrees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreed {
    /// The mistakes, by id.
    pub mistakes: Vec<String>,
    /// What they are, in a sentence each.
    pub titles: Vec<String>,
    /// The signers that make them.
    pub signers: Vec<String>,
    /// The vector whose request it accepts with the mistake alone.
    pub case: String,
}

/// A mistake of signers with the verifiers that agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement<'m> {
    /// What they agree on.
    pub agreed: &'m Agreed,
    /// The verifiers.
    pub verifiers: Vec<&'m str>,
}

/// The mistakes in a matrix of verifiers on which signers and verifiers agree, those of most verifiers first.
#[must_use]
pub fn agreements(matrix: &Matrix) -> Vec<Agreement<'_>> {
    let mut all: BTreeMap<&[String], Agreement<'_>> = BTreeMap::new();
    for column in &matrix.columns {
        for agreed in &column.agreed {
            let new = || Agreement { agreed, verifiers: Vec::new() };
            all.entry(&agreed.mistakes).or_insert_with(new).verifiers.push(&column.name);
        }
    }
    let mut all: Vec<Agreement<'_>> = all.into_values().collect();
    all.sort_by_key(|agreement| std::cmp::Reverse(agreement.verifiers.len()));
    all
}

/// The mistakes of signers, as requests for verifiers.
#[derive(Debug)]
pub struct SignersMistakes {
    tried: Vec<Tried>,
}

#[derive(Debug)]
struct Tried {
    agreed: Agreed,
    /// Signed as the vector says.
    right: Question,
    /// Signed with the mistake.
    wrong: Question,
}

impl SignersMistakes {
    /// Those in a matrix of signers that show in a `must` vector, in a request which the reference verifier rejects, while it accepts
    /// the right one.
    #[must_use]
    pub fn of(signers: &Matrix, vectors: &Vectors) -> Self {
        let mut tried = Vec::new();
        for (mistakes, makers) in makers(signers) {
            let set: Option<MistakeSet> = mistakes.iter().map(|id| Mistake::from_id(id)).collect();
            let Some(set) = set else { continue };
            let ids = makers.iter().flat_map(|(_, made)| &made.cases);
            let questions = ids.filter_map(|id| {
                // Where a vector is no `must`, signers and verifiers may agree on either.
                let case = vectors.case(id).filter(|case| case.level == Level::Must)?;
                let model::Question::Sign(signing) = &case.question else { return None };
                Some((id, questions(signing, set)?))
            });
            let signers: Vec<String> = makers.iter().map(|(name, _)| (*name).to_owned()).collect();
            let titles = makers.first().map(|(_, made)| made.titles.clone()).unwrap_or_default();
            tried.extend(questions.take(CASES).map(|(case, (right, wrong))| {
                let agreed = Agreed {
                    mistakes: mistakes.to_vec(),
                    titles: titles.clone(),
                    signers: signers.clone(),
                    case: case.clone(),
                };
                Tried { agreed, right, wrong }
            }));
        }
        Self { tried }
    }

    /// Asks a verifier for the right and the wrong requests, and returns the mistakes that it takes for right.
    pub fn ask(&self, subject: &mut dyn Subject) -> Vec<Agreed> {
        let both = self.tried.iter().flat_map(|tried| [tried.right.clone(), tried.wrong.clone()]);
        let answers = subject.ask(&both.collect::<Vec<_>>(), &|| ());
        let mut agreed: Vec<Agreed> = Vec::new();
        for (tried, answers) in self.tried.iter().zip(answers.chunks_exact(2)) {
            let is_shared = matches!(answers, [Ok(Answer::Reject { .. }), Ok(Answer::Accept)]);
            if is_shared && agreed.last().is_none_or(|last| last.mistakes != tried.agreed.mistakes)
            {
                agreed.push(tried.agreed.clone());
            }
        }
        agreed
    }
}

/// The right request of a vector and the one with the mistakes, if they can be told apart by verifying them.
fn questions(signing: &Signing, mistakes: MistakeSet) -> Option<(Question, Question)> {
    let input = &signing.input;
    let verify = |request: Request| {
        let credentials = &input.credentials;
        let key = StoredKey {
            access_key_id: credentials.access_key_id.clone(),
            material: KeyMaterial::SecretAccessKey(credentials.secret_access_key.clone()),
            session_token: credentials.session_token.clone(),
            active: true,
        };
        let question = VerificationInput {
            time: input.time.clone(),
            window_seconds: WINDOW_SECONDS,
            region: input.region.clone(),
            service: input.service.clone(),
            profile: signing.profile,
            normalize: input.normalize,
            double_encode: input.double_encode,
            keys: vec![key],
            request,
        };
        Question::Verify(Box::new(VerifyQuestion::from(question)))
    };
    let signed = Model::new(mistakes).sign(&SignQuestion::of(signing)).ok()?.request;
    let wrong = verify(Request {
        method: signed.method,
        target: signed.target,
        headers: signed.headers,
        body: signed.body.unwrap_or_else(|| input.request.body.clone()),
    });
    let right = verify(signing.expect.signed_request.clone());
    let mut reference = Reference::new();
    let accepts =
        |reference: &mut Reference, question| matches!(reference.answer(question), Answer::Accept);
    let differ = accepts(&mut reference, &right) && !accepts(&mut reference, &wrong);
    differ.then_some((right, wrong))
}

#[cfg(test)]
mod tests {
    use sigv4_protocol::Side;

    use super::super::{Column, Judged, Made};
    use super::*;
    use crate::log::SuiteEvent;
    use crate::subject;

    fn signers(mistake: &str, cases: &[&str]) -> Matrix {
        let made = Made {
            alternatives: vec![vec![mistake.to_owned()]],
            titles: vec!["A title.".to_owned()],
            cases: cases.iter().map(|&id| id.to_owned()).collect(),
        };
        let column = |name: &str| {
            let (name, mistakes) = (name.to_owned(), vec![made.clone()]);
            Judged::without_verdicts(Column { name, mistakes, ..Column::default() })
        };
        let suite = SuiteEvent { version: "1".to_owned(), digest: "sha256:00".to_owned() };
        let judged = vec![column("first"), column("second")];
        Matrix::of("2026-11-30".to_owned(), suite, Side::Signer, judged)
    }

    #[test]
    fn a_verifier_agrees_if_it_takes_the_wrong_request_for_the_right_one() {
        let matrix =
            signers("path-not-normalised", &["official/sigv4/header/get-relative-normalized"]);
        let asked = SignersMistakes::of(&matrix, Vectors::embedded());
        let agreed = |set: MistakeSet| asked.ask(&mut subject::Model::new(set));
        let expected = Agreed {
            mistakes: vec!["path-not-normalised".to_owned()],
            titles: vec!["A title.".to_owned()],
            signers: vec!["first".to_owned(), "second".to_owned()],
            case: "official/sigv4/header/get-relative-normalized".to_owned(),
        };
        assert_eq!(agreed(Mistake::VerifyPathNotNormalised.into()), [expected]);
        assert_eq!(agreed(Mistake::VerifyQueryOrderKept.into()), []);
        assert_eq!(agreed(MistakeSet::EMPTY), []);
    }
}
