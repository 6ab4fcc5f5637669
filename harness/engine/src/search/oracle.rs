//! The outcome of a case: the subject's answers compared with the reference's.

use sigv4_mistakes::MistakeSet;
use sigv4_mistakes::diagnose::{baseline, reproduces};
use sigv4_mistakes::model::Model;
use sigv4_protocol::Stage;
use sigv4_protocol::{Answer, Identity, InProcess as _, Question, SignQuestion, SignedAnswer};
use sigv4_vectors::model::{Need, Signing};

use super::bare::Bare;
use crate::judge::{Finding, Judgement, Verdict, in_its_words, judge_calls};
use crate::subject::{Fault, Reference};

/// The reference, which knows the answer.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    reference: Reference,
    bare: Bare,
    /// What the subject declares that it can sign.
    features: Vec<Need>,
}

/// The outcome of a case.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// The reference itself has no answer.
    Beyond,
    /// It is right. With the answers, unless they equal those of the reference byte by byte.
    Conforms(Verdict, Vec<SignedAnswer>),
    /// The subject cannot hold the input, or lacks a feature that it does not declare.
    Refused(Verdict, String),
    /// It is wrong.
    Wrong(Wrong),
}

/// A wrong answer.
#[derive(Clone, Debug)]
pub(crate) struct Wrong {
    /// `mismatch` or `error`, or `unsupported` of what its greeting declares.
    pub(crate) verdict: Verdict,
    /// Where it differs; only for a mismatch.
    pub(crate) finding: Option<Finding>,
    /// The subject's own message; only without an answer.
    pub(crate) note: String,
    /// What was signed, call by call; empty if something failed.
    pub(crate) answers: Vec<SignedAnswer>,
    /// The calls with the headers that the subject signed, if it chose another list.
    own_calls: Option<Vec<SignQuestion>>,
}

impl Wrong {
    /// Whether a signer with these mistakes answers `calls` like this, with the list of headers
    /// that was asked for or with the subject's own.
    pub(crate) fn is_made_by(&self, mistakes: MistakeSet, calls: &[SignQuestion]) -> bool {
        self.readings(calls)
            .any(|calls| reproduces(&mut Model::new(mistakes), calls, &self.answers))
    }

    /// The calls as they were asked, and with the subject's own list of headers.
    pub(crate) fn readings<'c>(
        &'c self,
        calls: &'c [SignQuestion],
    ) -> impl Iterator<Item = &'c [SignQuestion]> {
        std::iter::once(calls).chain(self.own_calls.as_deref())
    }

    /// The calls with the headers that the subject signed.
    pub(crate) fn as_signed<'c>(&'c self, calls: &'c [SignQuestion]) -> &'c [SignQuestion] {
        self.own_calls.as_deref().unwrap_or(calls)
    }
}

impl Oracle {
    pub(crate) fn of(identity: &Identity) -> Self {
        Self { features: identity.features.clone(), ..Self::default() }
    }

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
                    // Nearly all answers take this path, so it does nothing but compare.
                    if let [Question::Sign(call)] = questions
                        && self.bare.sends(call, &answer.request)
                    {
                        return Outcome::Conforms(Verdict::Exact, Vec::new());
                    }
                    answers.push(*answer);
                }
                Ok(Answer::SignedSequence { calls }) => answers.extend(calls),
                Ok(Answer::Unsupported { detail }) => {
                    return self.unsupported(questions, detail);
                }
                Ok(Answer::Unrepresentable { detail }) => {
                    return Outcome::Refused(Verdict::Unrepresentable, detail);
                }
                Ok(Answer::Error { detail }) if self.expected(questions).is_some() => {
                    return failed(in_its_words(&detail));
                }
                // What cannot be signed may be refused in any form.
                Ok(Answer::Error { .. }) => return Outcome::Beyond,
                Ok(_) => return failed("the answer is of another operation".to_owned()),
            }
        }
        let asked = || questions.iter().flat_map(Question::calls);
        if asked().count() == answers.len()
            && asked().zip(&answers).all(|(call, answer)| self.bare.sends(call, &answer.request))
        {
            return Outcome::Conforms(Verdict::Exact, Vec::new());
        }
        let Some(expected) = self.expected(questions) else { return Outcome::Beyond };
        let calls: Vec<SignQuestion> = asked().cloned().collect();
        let Some(signings) = signings(&calls, expected) else { return Outcome::Beyond };
        let Judgement { verdict, finding, notes, .. } = judge_calls(&signings, &answers);
        if verdict.conforms() {
            return Outcome::Conforms(verdict, answers);
        }
        let own_calls = own_calls(&calls, &answers);
        let as_signed = own_calls.as_deref().unwrap_or(&calls);
        // An error on the wire is an error whatever was signed.
        if verdict == Verdict::Mismatch
            && !is_wire(finding.as_ref())
            && self.bare.signs(&calls, as_signed, &answers)
        {
            return Outcome::Conforms(Verdict::Equivalent, answers);
        }
        let finding = self.finding_as_signed(own_calls.as_deref(), &answers).or(finding);
        Outcome::Wrong(Wrong { verdict, finding, note: notes.join("; "), answers, own_calls })
    }

    /// It is wrong if the greeting declares everything that the calls need. What an API cannot hold is not
    /// all that a greeting can tell.
    fn unsupported(&mut self, questions: &[Question], detail: String) -> Outcome {
        let calls: Vec<SignQuestion> =
            questions.iter().flat_map(Question::calls).cloned().collect();
        let needs = self.signings(&calls).map(|signings| Need::of_calls(&signings));
        match needs {
            Some(needs) if needs.iter().all(|need| self.features.contains(need)) => {
                without_answer(Verdict::Unsupported, in_its_words(&detail))
            }
            _ => Outcome::Refused(Verdict::Unsupported, detail),
        }
    }

    /// Where a subject with its own list of headers differs from a correct signer with that list:
    /// the choice of the list is not an error.
    fn finding_as_signed(
        &mut self,
        own_calls: Option<&[SignQuestion]>,
        answers: &[SignedAnswer],
    ) -> Option<Finding> {
        let signings = self.signings(own_calls?)?;
        let Judgement { verdict, finding, .. } = judge_calls(&signings, answers);
        finding.filter(|_| verdict == Verdict::Mismatch)
    }

    /// What a correct signer answers to `calls`; `None` if one of them cannot be signed.
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
    without_answer(Verdict::Error, note)
}

fn without_answer(verdict: Verdict, note: String) -> Outcome {
    Outcome::Wrong(Wrong { verdict, finding: None, note, answers: Vec::new(), own_calls: None })
}

/// The calls with the headers that the subject signed; `None` if all its lists equal those of a
/// correct signer.
fn own_calls(calls: &[SignQuestion], answers: &[SignedAnswer]) -> Option<Vec<SignQuestion>> {
    let own: Vec<Option<SignQuestion>> =
        calls.iter().zip(answers).map(|(call, answer)| baseline(call, answer)).collect();
    own.iter().any(Option::is_some).then(|| {
        let calls = own.into_iter().zip(calls);
        calls.map(|(own, call)| own.unwrap_or_else(|| call.clone())).collect()
    })
}

fn is_wire(finding: Option<&Finding>) -> bool {
    finding.is_some_and(|finding| finding.stage == Stage::Wire)
}

fn signings(calls: &[SignQuestion], expected: Vec<SignedAnswer>) -> Option<Vec<Signing>> {
    calls.iter().zip(expected).map(|(call, answer)| call.expecting(answer)).collect()
}
