//! Asking the subject again: as it is, or restarted.

use sigv4_protocol::{Question, Role, SequenceQuestion, SignQuestion};

use super::oracle::{Oracle, Outcome};
use super::pace::Deadline;
use crate::judge::Verdict;
use crate::subject::{StartError, Subject};

/// How many questions are asked before the time is looked at, if it is limited.
const AT_ONCE: usize = 8;

/// How to start the subject.
pub type Start<'s> = dyn Fn() -> Result<Box<dyn Subject>, StartError> + Sync + 's;

/// How calls in a row are asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Manner {
    /// As one question, which one signer answers, if the subject supports such questions.
    Together,
    /// One by one, as everything else is asked.
    OneByOne,
}

/// A separate subject for what has to be asked again.
pub(super) struct Lab<'s> {
    start: &'s Start<'s>,
    pub(super) deadline: Deadline,
    subject: Option<Box<dyn Subject>>,
    pub(super) oracle: Oracle,
}

impl<'s> Lab<'s> {
    pub(super) fn new(start: &'s Start<'s>, oracle: Oracle, deadline: Deadline) -> Self {
        Self { start, deadline, subject: None, oracle }
    }

    /// The outcome of `calls` with a subject that was asked nothing before.
    pub(super) fn ask_afresh(&mut self, calls: &[SignQuestion], manner: Manner) -> Outcome {
        self.subject = None;
        self.ask(calls, manner)
    }

    /// Whether the subject accepts `calls` as one question.
    pub(super) fn takes_as_one(&self, calls: &[SignQuestion], manner: Manner) -> bool {
        let subject = self.subject.as_deref();
        subject.is_some_and(|subject| questions(calls.to_vec(), manner, subject).len() == 1)
    }

    /// The outcome of `calls`.
    pub(super) fn ask(&mut self, calls: &[SignQuestion], manner: Manner) -> Outcome {
        let subject = match &mut self.subject {
            Some(subject) => subject,
            empty => match (self.start)() {
                Ok(subject) => empty.insert(subject),
                Err(error) => return Outcome::Refused(Verdict::Error, error.to_string()),
            },
        };
        let questions = questions(calls.to_vec(), manner, &**subject);
        let mut replies = Vec::with_capacity(questions.len());
        let at_once = if self.deadline.is_limited() { AT_ONCE } else { questions.len().max(1) };
        for questions in questions.chunks(at_once) {
            if !replies.is_empty() && self.deadline.is_over() {
                let problem = "the time of the search is over".to_owned();
                return Outcome::Refused(Verdict::Error, problem);
            }
            replies.extend(subject.ask(questions, &|| ()));
        }
        if replies.iter().any(Result::is_err) {
            // It may be out of step, or have given up.
            self.subject = None;
        }
        self.oracle.outcome(&questions, replies.into_iter())
    }
}

/// The questions with which the calls are asked.
pub(super) fn questions(
    calls: Vec<SignQuestion>,
    manner: Manner,
    subject: &dyn Subject,
) -> Vec<Question> {
    let together = manner == Manner::Together
        && calls.len() > 1
        && subject.identity().roles.contains(&Role::SignSequence);
    if together {
        return vec![Question::SignSequence(SequenceQuestion { calls })];
    }
    calls.into_iter().map(|call| Question::Sign(Box::new(call))).collect()
}
