//! The generator as a `proptest` strategy, which shrinks the request.

use arbitrary::{Arbitrary as _, Unstructured};
use proptest::prelude::Rng as _;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use sigv4_protocol::SignQuestion;

use super::{Generated, Raw, candidates};

/// Questions of the generator; one in eight is raw.
#[must_use]
pub fn questions() -> Questions {
    Questions
}

/// The strategy behind [`questions`].
#[derive(Clone, Copy, Debug)]
pub struct Questions;

/// A question on its way to the simplest one that still fails.
#[derive(Clone, Debug)]
pub struct QuestionTree {
    /// The simplest question that is known to fail.
    failing: SignQuestion,
    /// The one that is being tried.
    current: SignQuestion,
    /// How many candidates of `failing` were tried.
    tried: usize,
}

impl Strategy for Questions {
    type Tree = QuestionTree;
    type Value = SignQuestion;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let mut bytes = [0; 512];
        runner.rng().fill_bytes(&mut bytes);
        let (kind, rest) = bytes.split_at(1);
        let mut rest = Unstructured::new(rest);
        let question = if kind[0] < 0x20 {
            Raw::arbitrary(&mut rest).map(|raw| raw.question)
        } else {
            Generated::arbitrary(&mut rest).map(|generated| generated.question)
        };
        let question = question.map_err(|error| error.to_string())?;
        Ok(QuestionTree { failing: question.clone(), current: question, tried: 0 })
    }
}

impl QuestionTree {
    fn try_next(&mut self) -> bool {
        let next = candidates(&self.failing).nth(self.tried);
        self.tried += 1;
        let found = next.is_some();
        self.current = next.unwrap_or_else(|| self.failing.clone());
        found
    }
}

impl ValueTree for QuestionTree {
    type Value = SignQuestion;

    fn current(&self) -> SignQuestion {
        self.current.clone()
    }

    fn simplify(&mut self) -> bool {
        self.failing = self.current.clone();
        self.tried = 0;
        self.try_next()
    }

    fn complicate(&mut self) -> bool {
        self.try_next()
    }
}
