//! Asks questions with what has to be asked before each.

use sigv4_protocol::{Answer, Question};

use crate::subject::{Fault, Subject};

/// Asks all questions and returns the reply to each. What must come before a question is asked right before it,
/// one after the other, because a subject may answer what it is asked at once in any order. So what a subject
/// has been asked before a question does not depend on how many come at once.
pub(super) fn ask(
    subject: &mut dyn Subject,
    questions: Vec<Question>,
    answered: &(dyn Fn() + Sync),
) -> Vec<Result<Answer, Fault>> {
    let mut replies = Vec::with_capacity(questions.len());
    let mut together = Vec::new();
    for mut question in questions {
        let before = question.take_before();
        if before.is_empty() {
            together.push(question);
            continue;
        }
        replies.extend(subject.ask(&std::mem::take(&mut together), answered));
        for before in before {
            subject.ask(&[before], &|| ());
        }
        replies.extend(subject.ask(&[question], answered));
    }
    replies.extend(subject.ask(&together, answered));
    replies
}
