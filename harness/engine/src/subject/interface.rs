//! What the harness asks of every subject, however it is plugged in.

use sigv4_protocol::{Answer, Identity, InProcess, Question};

use super::fault::{Fault, FaultKind};
use super::leftovers::LeftBehind;

/// How a subject ended.
#[derive(Debug, Default)]
pub struct Leaving {
    /// What went wrong outside any one question, at any time.
    pub faults: Vec<Fault>,
    /// What it left running.
    pub left_behind: LeftBehind,
    /// What else there is to say about its end.
    pub remarks: Vec<String>,
}

/// An implementation under test.
pub trait Subject {
    /// Who it is and what it can do.
    fn identity(&self) -> &Identity;

    /// Asks all `questions` and returns the reply to each, in the order of the questions.
    /// `answered` is called once for each of them, as its reply comes in.
    fn ask(
        &mut self,
        questions: &[Question],
        answered: &(dyn Fn() + Sync),
    ) -> Vec<Result<Answer, Fault>>;

    /// How many questions are worth asking at once: as many as there are, unless the subject does
    /// not benefit from it.
    fn at_once(&self) -> usize {
        usize::MAX
    }

    /// Asks a verifier that can be asked several things at once for rulings that it has given one by one, and
    /// returns what is now ruled otherwise, in a sentence.
    fn mixes_up(&mut self) -> Option<String> {
        None
    }

    /// Ends the subject.
    fn finish(&mut self) -> Leaving;
}

impl<S: InProcess> Subject for S {
    fn identity(&self) -> &Identity {
        InProcess::identity(self)
    }

    fn ask(
        &mut self,
        questions: &[Question],
        answered: &(dyn Fn() + Sync),
    ) -> Vec<Result<Answer, Fault>> {
        let mut answer = |question: &Question| {
            let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                InProcess::answer(self, question)
            }));
            answered();
            caught.map_err(|payload| {
                let message = payload.downcast_ref::<&str>().map(ToString::to_string);
                let message = message.or_else(|| payload.downcast_ref::<String>().cloned());
                FaultKind::Panicked { message: message.unwrap_or_default() }.into()
            })
        };
        questions.iter().map(&mut answer).collect()
    }

    /// Few enough that the allocator can reuse its memory for the answers.
    fn at_once(&self) -> usize {
        4
    }

    fn finish(&mut self) -> Leaving {
        Leaving::default()
    }
}
