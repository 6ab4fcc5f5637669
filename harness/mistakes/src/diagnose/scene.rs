//! A case as evidence: what was asked, what the subject sent, and what a correct signer sends.

use sigv4_protocol::{Answer, Question};
use sigv4_vectors::model::Case;

use super::recompute::Depth;
use super::requests::{Place, Requests};
use super::shape::Shape;
use super::whole::Whole;
use crate::catalogue::MistakeSet;
use crate::model::Model;

/// What a subject signed.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'r> {
    /// What was asked.
    pub case: &'r Case,
    /// What was answered; `None` for the expected answer.
    pub answer: Option<&'r Answer>,
    /// Whether that is wrong.
    pub wrong: bool,
}

/// A case with the marks that the subject left.
pub(super) struct Scene<'r> {
    pub(super) case: &'r Case,
    /// Whether the answer was wrong.
    pub(super) wrong: bool,
    /// Whether it was exactly the expected one, which is not recomputed.
    is_expected: bool,
    /// Where the answer differs, if it is wrong.
    pub(super) shape: Shape,
    seen: Seen,
}

/// What was seen.
enum Seen {
    /// Requests, each with its own signature and its own choice of headers.
    Requests(Requests),
    /// The answer to a question of another operation.
    Whole(Box<Whole>),
}

impl<'r> Scene<'r> {
    /// The scene of a case with its answer; without one, the right answer is assumed.
    pub(super) fn new(signed: &Signed<'r>) -> Option<Self> {
        let case = signed.case;
        let seen = if case.calls().is_empty() {
            Seen::Whole(Box::new(Whole::new(Question::of(case), signed.answer)?))
        } else {
            Seen::Requests(Requests::new(
                case.calls(),
                signed.answer.map(Answer::signed),
                signed.wrong,
            )?)
        };
        let shape = match &seen {
            Seen::Requests(requests) if signed.wrong => requests.shape(),
            _ => Shape::default(),
        };
        Some(Self { case, wrong: signed.wrong, is_expected: signed.answer.is_none(), shape, seen })
    }

    /// The mistakes that alone reproduce the canonical request that the subject shows, whatever
    /// differs in later stages.
    pub(super) fn canonical_mistakes(&self) -> Vec<MistakeSet> {
        match &self.seen {
            Seen::Requests(requests) => requests.canonical_mistakes(),
            Seen::Whole(_) => Vec::new(),
        }
    }

    /// The smallest sets of mistakes that reproduce what was seen.
    pub(super) fn sets(&self, depth: Depth) -> Vec<MistakeSet> {
        match &self.seen {
            Seen::Requests(requests) => requests.sets(depth),
            Seen::Whole(whole) => whole.sets(depth),
        }
    }

    /// Takes a wrong answer that is nevertheless the one of a correct signer as a right one, and returns
    /// whether it was. No mistake of the signer explains it: the vector itself may be wrong.
    pub(super) fn vindicate(&mut self) -> bool {
        let is_right = self.wrong
            && match &self.seen {
                Seen::Requests(requests) => {
                    requests.is_reproduced_by(&mut Model::new(MistakeSet::EMPTY))
                }
                Seen::Whole(whole) => whole.is_correct_as_asked(),
            };
        if is_right {
            self.wrong = false;
            if self.shape == Shape::default() {
                self.shape = Shape::of_correct();
            }
        }
        is_right
    }

    /// Whether it conforms, and exactly as a correct signer does.
    pub(super) fn is_exact(&self) -> bool {
        !self.wrong && (self.is_expected || self.is_reproduced(MistakeSet::EMPTY))
    }

    pub(super) fn is_reproduced(&self, set: MistakeSet) -> bool {
        self.is_reproduced_by(&mut Model::new(set))
    }

    /// Whether a signer with these mistakes would have signed differently from a correct one. If
    /// the subject did not, this is evidence against the mistakes.
    pub(super) fn is_harmed_by(&self, set: MistakeSet) -> bool {
        match &self.seen {
            Seen::Requests(requests) => requests.is_harmed_by(set),
            Seen::Whole(whole) => whole.is_harmed_by(set),
        }
    }

    pub(super) fn is_reproduced_by(&self, model: &mut Model) -> bool {
        match &self.seen {
            Seen::Requests(requests) => requests.is_reproduced_by(model),
            Seen::Whole(whole) => whole.is_reproduced_by(model),
        }
    }

    /// Where it was signed.
    pub(super) fn place(&self) -> Place {
        match &self.seen {
            Seen::Requests(requests) => requests.place(),
            Seen::Whole(whole) => whole.place(),
        }
    }

    /// How long what was asked is, for a reader.
    pub(super) fn size(&self) -> usize {
        match &self.seen {
            Seen::Requests(requests) => requests.size(),
            Seen::Whole(whole) => whole.size(),
        }
    }
}
