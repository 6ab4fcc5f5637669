//! An implementation that is linked in.

use crate::{Answer, Identity, Question};

/// An implementation that is linked in: a function from question to answer.
pub trait InProcess {
    /// Who it is and what it can do.
    fn identity(&self) -> &Identity;

    /// What the implementation does with one question.
    fn answer(&mut self, question: &Question) -> Answer;
}

impl InProcess for Box<dyn InProcess + Send> {
    fn identity(&self) -> &Identity {
        (**self).identity()
    }

    fn answer(&mut self, question: &Question) -> Answer {
        (**self).answer(question)
    }
}
