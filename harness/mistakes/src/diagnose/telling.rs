//! Vectors that distinguish alternatives.

use sigv4_protocol::{Question, SignQuestion};
use sigv4_vectors::model::Case;

use super::mark::Mark;
use super::traces::Traces;
use super::whole::traces_under;
use crate::catalogue::MistakeSet;
use crate::model::Model;

/// How many cases are used to compare how much mistakes change.
const SAMPLE: usize = 400;

/// The first of `cases` for which the alternatives do not all send the same request.
pub fn telling<'c>(
    alternatives: &[MistakeSet],
    mut cases: impl Iterator<Item = &'c Case>,
) -> Option<&'c Case> {
    let [first, rest @ ..] = alternatives else { return None };
    cases.find(|case| {
        let question = Question::of(case);
        let expected = left(&question, *first);
        rest.iter().any(|set| left(&question, *set) != expected)
    })
}

/// In a sample of the cases, how many a signer with these mistakes signs differently from a correct
/// one.
pub(super) fn changed(set: MistakeSet, cases: &[&Case]) -> usize {
    let stride = (cases.len() / SAMPLE).max(1);
    let differs = |case: &&&Case| {
        let question = Question::of(case);
        left(&question, set) != left(&question, MistakeSet::EMPTY)
    };
    cases.iter().step_by(stride).filter(differs).count()
}

/// What a signer with these mistakes leaves.
#[derive(PartialEq)]
enum Left {
    /// Marks, call by call.
    Marks(Vec<Option<Mark>>),
    Traces(Option<Traces>),
}

fn left(question: &Question, set: MistakeSet) -> Left {
    if question.calls().is_empty() {
        return Left::Traces(traces_under(question, set));
    }
    let mut model = Model::new(set);
    let mark = |call: &SignQuestion| Some(Mark::of(call, &model.sign(call).ok()?.request));
    Left::Marks(question.calls().iter().map(mark).collect())
}
