//! The answer to a question that is not a request: the model answers the whole question with each
//! mistake that may show there, and with pairs of them, until one leaves the same traces.

use rayon::iter::{IntoParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_protocol::{Answer, Operation, Question};
use sigv4_vectors::model::{Placement, Profile};

use super::recompute::Depth;
use super::requests::Place;
use super::traces::{Traces, as_chosen};
use crate::catalogue::{Mistake, MistakeSet, made_in};
use crate::model::Model;

/// The smallest sets of mistakes with which the model gives `answer`, for the operations whose questions
/// are answered as a whole; none if it is right, or if nothing is known to give it.
#[must_use]
pub fn diagnose_whole(question: Question, answer: &Answer, depth: Depth) -> Vec<MistakeSet> {
    Whole::new(question, Some(answer)).map(|whole| whole.sets(depth)).unwrap_or_default()
}

/// A question with the traces that the subject left in its answer.
pub(super) struct Whole {
    /// As it was asked; or, first, with what the subject chose itself.
    questions: Vec<Asked>,
}

struct Asked {
    question: Question,
    seen: Traces,
    correct: Traces,
}

impl Whole {
    /// The question with its answer; without one, the right answer is assumed.
    pub(super) fn new(question: Question, answer: Option<&Answer>) -> Option<Self> {
        let chosen = answer.and_then(|answer| as_chosen(&question, answer));
        let questions = chosen.into_iter().chain([question]);
        let asked = questions.map(|question| {
            let correct = traces_under(&question, MistakeSet::EMPTY)?;
            let seen = match answer {
                Some(answer) => Traces::of_subject(&question, answer)?,
                None => correct.clone(),
            };
            Some(Asked { question, seen, correct })
        });
        Some(Self { questions: asked.collect::<Option<_>>()? })
    }

    pub(super) fn sets(&self, depth: Depth) -> Vec<MistakeSet> {
        let sets = self.questions.iter().map(|asked| asked.sets(depth));
        sets.into_iter().find(|sets| !sets.is_empty()).unwrap_or_default()
    }

    pub(super) fn is_harmed_by(&self, set: MistakeSet) -> bool {
        self.questions.first().is_some_and(|asked| {
            traces_under(&asked.question, set).is_none_or(|traces| traces.harms(&asked.seen))
        })
    }

    pub(super) fn is_reproduced_by(&self, model: &mut Model) -> bool {
        let before = model.clone();
        self.questions.iter().any(|asked| {
            model.clone_from(&before);
            let traces = Traces::left_by(model, &asked.question);
            traces.is_some_and(|traces| asked.is_reproduced(&traces))
        })
    }

    /// Whether a correct signer leaves the same traces, if it is asked what the subject was asked.
    pub(super) fn is_correct_as_asked(&self) -> bool {
        self.questions.last().is_some_and(|asked| asked.is_reproduced(&asked.correct))
    }

    /// Where it was signed.
    pub(super) fn place(&self) -> Place {
        let question = self.questions.first().map(|asked| &asked.question);
        let operation = question.map_or(Operation::Sign, Question::operation);
        match question {
            Some(Question::SignV4a(question)) => {
                (operation, question.request.placement, question.request.profile)
            }
            _ => (operation, Placement::Header, Profile::Generic),
        }
    }

    pub(super) fn size(&self) -> usize {
        self.questions.first().map_or(0, |asked| asked.question.body().map_or(0, <[u8]>::len))
    }
}

impl Asked {
    /// The single mistakes that reproduce what was seen; if there are none and pairs are wanted, the
    /// pairs of two that each change something, one of them in this operation.
    fn sets(&self, depth: Depth) -> Vec<MistakeSet> {
        let operation = self.question.operation();
        let tried: Vec<(Mistake, Traces)> = made_in(operation)
            .par_iter()
            .filter_map(|mistake| {
                let traces = traces_under(&self.question, (*mistake).into())?;
                (traces != self.correct).then_some((*mistake, traces))
            })
            .collect();
        let singles = tried.iter().filter(|(_, traces)| self.is_reproduced(traces));
        let singles: Vec<MistakeSet> = singles.map(|(mistake, _)| (*mistake).into()).collect();
        if !singles.is_empty() || depth < Depth::Pairs || self.seen.is_beyond_pairs() {
            return singles;
        }
        let is_own = |mistake: Mistake| mistake.entry().trigger.operation() == operation;
        let pairs: Vec<MistakeSet> = tried
            .iter()
            .enumerate()
            .flat_map(|(index, (one, _))| {
                let others =
                    tried[index + 1..].iter().filter(|(other, _)| is_own(*one) || is_own(*other));
                others.map(|(other, _)| MistakeSet::from(*one).with(*other))
            })
            .collect();
        let reproduces = |set: &MistakeSet| {
            traces_under(&self.question, *set).is_some_and(|traces| self.is_reproduced(&traces))
        };
        pairs.into_par_iter().filter(reproduces).collect()
    }

    fn is_reproduced(&self, traces: &Traces) -> bool {
        traces.reproduces(&self.seen, &self.correct)
    }
}

/// The traces that the model leaves with these mistakes; `None` if it refuses the question.
pub(super) fn traces_under(question: &Question, mistakes: MistakeSet) -> Option<Traces> {
    Traces::left_by(&mut Model::new(mistakes), question)
}
