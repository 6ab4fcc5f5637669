//! What came of a case: the subject's answers held against the reference's.

use sigv4_protocol::Stage;
use sigv4_protocol::{Answer, InProcess as _, Question, SignQuestion, SignedAnswer};
use sigv4_vectors::model::Signing;

use super::bare::Bare;
use crate::judge::{Finding, Judgement, Verdict, judge_calls};
use crate::subject::{Fault, Reference};

/// The reference, which knows the answer.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    reference: Reference,
    bare: Bare,
}

/// What came of a case.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// The reference itself has no answer.
    Beyond,
    /// It is right.
    Conforms(Verdict),
    /// The subject says that it lacks the feature, or cannot hold the input.
    Refused(Verdict, String),
    /// It is not.
    Wrong(Wrong),
}

/// A wrong answer.
#[derive(Clone, Debug)]
pub(crate) struct Wrong {
    /// `mismatch` or `error`.
    pub(crate) verdict: Verdict,
    /// Where it differs; only of a mismatch.
    pub(crate) finding: Option<Finding>,
    /// The subject's words; only of an error.
    pub(crate) note: String,
    /// What was signed, call by call; nothing where something failed.
    pub(crate) answers: Vec<SignedAnswer>,
}

impl Oracle {
    /// Judges the replies to `questions`, one for each.
    pub(crate) fn outcome(
        &mut self,
        questions: &[Question],
        replies: impl Iterator<Item = Result<Answer, Fault>>,
    ) -> Outcome {
        let mut answers = Vec::new();
        for reply in replies {
            match reply {
                Err(fault) => return failed(fault.to_string()),
                Ok(Answer::Signed(answer)) => {
                    // The way of nearly all answers, so it makes nothing but the comparison.
                    if let [Question::Sign(call)] = questions
                        && self.bare.sends(call, &answer.request)
                    {
                        return Outcome::Conforms(Verdict::Exact);
                    }
                    answers.push(*answer);
                }
                Ok(Answer::SignedSequence { calls }) => answers.extend(calls),
                Ok(Answer::Unsupported { detail }) => {
                    return Outcome::Refused(Verdict::Unsupported, detail);
                }
                Ok(Answer::Unrepresentable { detail }) => {
                    return Outcome::Refused(Verdict::Unrepresentable, detail);
                }
                Ok(Answer::Error { detail }) if self.expected(questions).is_some() => {
                    return failed(detail);
                }
                // What cannot be signed may be refused in any words.
                Ok(Answer::Error { .. }) => return Outcome::Beyond,
                Ok(_) => return failed("the answer is of another operation".to_owned()),
            }
        }
        let asked = || questions.iter().flat_map(Question::calls);
        if asked().count() == answers.len()
            && asked().zip(&answers).all(|(call, answer)| self.bare.sends(call, &answer.request))
        {
            return Outcome::Conforms(Verdict::Exact);
        }
        let Some(expected) = self.expected(questions) else { return Outcome::Beyond };
        let calls: Vec<SignQuestion> = asked().cloned().collect();
        let Some(signings) = signings(&calls, expected) else { return Outcome::Beyond };
        let Judgement { verdict, finding, notes, .. } = judge_calls(&signings, &answers);
        match verdict {
            Verdict::Exact | Verdict::Equivalent => Outcome::Conforms(verdict),
            // What is wrong on the wire is wrong whatever was signed.
            Verdict::Mismatch
                if !is_wire(finding.as_ref()) && self.bare.signs(&calls, &answers) =>
            {
                Outcome::Conforms(Verdict::Equivalent)
            }
            _ => Outcome::Wrong(Wrong { verdict, finding, note: notes.join("; "), answers }),
        }
    }

    /// What a correct signer makes of `calls`; `None` where one of them cannot be signed.
    pub(crate) fn signings(&mut self, calls: &[SignQuestion]) -> Option<Vec<Signing>> {
        let questions: Vec<Question> =
            calls.iter().map(|call| Question::Sign(Box::new(call.clone()))).collect();
        signings(calls, self.expected(&questions)?)
    }

    fn expected(&mut self, questions: &[Question]) -> Option<Vec<SignedAnswer>> {
        let mut expected = Vec::with_capacity(1);
        for question in questions {
            match self.reference.answer(question) {
                Answer::Signed(answer) => expected.push(*answer),
                Answer::SignedSequence { calls } => expected.extend(calls),
                _ => return None,
            }
        }
        Some(expected)
    }
}

fn failed(note: String) -> Outcome {
    Outcome::Wrong(Wrong { verdict: Verdict::Error, finding: None, note, answers: Vec::new() })
}

fn is_wire(finding: Option<&Finding>) -> bool {
    finding.is_some_and(|finding| finding.stage == Stage::Wire)
}

fn signings(calls: &[SignQuestion], expected: Vec<SignedAnswer>) -> Option<Vec<Signing>> {
    calls.iter().zip(expected).map(|(call, answer)| call.expecting(answer)).collect()
}
