//! From many mismatches to the few mistakes behind them.

use std::cmp::Reverse;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_vectors::model::Case;

use super::mark::Mark;
use super::{Depth, mark_under, search};
use crate::log::{Attribution, MistakeGroup};
use crate::mistakes::{Component, Mistake, MistakeSet};
use crate::model::Model;
use crate::subject::{Question, SignQuestion, SignedAnswer};

/// So many mismatches that nothing explains are looked into; the ones behind them are counted.
const UNEXPLAINED: usize = 20;

/// Finds the fewest mistakes behind the wrong answers. `signed` is what was signed, in the order
/// in which it was asked, with the answers that are wrong. What conforms is evidence too: a mistake
/// that would have changed it is not the subject's. `others` are vectors that were not asked, to
/// tell alternatives apart.
pub(crate) fn attribute(
    signed: &[(&Case, Option<Box<SignedAnswer>>)],
    others: &[&Case],
) -> Attribution {
    let scenes: Vec<Scene<'_>> =
        signed.par_iter().filter_map(|(case, wrong)| Scene::new(case, wrong.as_deref())).collect();
    let mismatches = scenes.iter().filter(|scene| scene.wrong).count();
    if let Some(group) = kept_state(&scenes) {
        return Attribution { mismatches, explained: mismatches, groups: vec![group] };
    }
    let (mut open, conforming): (Vec<Scene<'_>>, Vec<Scene<'_>>) =
        scenes.into_iter().partition(|scene| scene.wrong);
    open.sort_by_key(|scene| Reverse(size(&scene.question)));

    let mut groups: Vec<MistakeGroup> = Vec::new();
    let mut unexplained = 0;
    // The smallest request first: it is the fastest to search and the easiest to read.
    while let Some(scene) = open.pop() {
        if unexplained == UNEXPLAINED {
            break;
        }
        let sets = search(&scene.question, &scene.seen, Depth::Pairs);
        let judged: Vec<Candidate> =
            sets.par_iter().map(|set| Candidate::new(*set, &open, &conforming)).collect();
        let Some(best) = judged.iter().max_by_key(|candidate| candidate.rank()) else {
            unexplained += 1;
            continue;
        };
        let alternatives: Vec<MistakeSet> = judged
            .iter()
            .filter(|other| other.rank() == best.rank() && other.explains == best.explains)
            .map(|candidate| candidate.set)
            .collect();
        let mut cases = vec![scene.case];
        cases.extend(best.explains.iter().rev().map(|&index| open[index].case));
        groups.push(group(&alternatives, &cases, others));
        let mut index = 0;
        open.retain(|_| {
            index += 1;
            !best.explains.contains(&(index - 1))
        });
    }
    groups.sort_by_key(|group| Reverse(group.cases.len()));
    Attribution {
        mismatches,
        explained: groups.iter().map(|group| group.cases.len()).sum(),
        groups,
    }
}

/// A mistake that keeps something from one call to the next shows in the whole run or not at all:
/// one model is asked everything that the subject was, in the same order.
fn kept_state(scenes: &[Scene<'_>]) -> Option<MistakeGroup> {
    let keeps = |mistake: &&Mistake| mistake.entry().component == Component::State;
    let alternatives: Vec<MistakeSet> = Mistake::ALL
        .iter()
        .filter(keeps)
        .map(|mistake| MistakeSet::from(*mistake))
        .filter(|set| {
            let mut model = Model::new(*set);
            scenes.iter().all(|scene| {
                let answer = model.sign(&scene.question).ok();
                answer.is_some_and(|answer| {
                    let mark = Mark::of(&scene.question, &answer.request);
                    mark.reproduces(&scene.seen, scene.correct.as_ref())
                })
            })
        })
        .collect();
    let wrong = scenes.iter().filter(|scene| scene.wrong).map(|scene| scene.case);
    (!alternatives.is_empty()).then(|| group(&alternatives, &wrong.collect::<Vec<_>>(), &[]))
}

/// What a set of mistakes explains, and what speaks against it.
struct Candidate {
    set: MistakeSet,
    /// Indices of the other open scenes that it explains.
    explains: Vec<usize>,
    /// Whether it would have changed a case that conforms.
    refuted: bool,
}

impl Candidate {
    fn new(set: MistakeSet, open: &[Scene<'_>], conforming: &[Scene<'_>]) -> Self {
        let explained = open.iter().enumerate().filter(|(_, scene)| scene.is_reproduced(set));
        Self {
            set,
            explains: explained.map(|(index, _)| index).collect(),
            refuted: !conforming.iter().all(|scene| scene.is_reproduced(set)),
        }
    }

    /// What nothing speaks against comes first, then what explains most. Something that is refuted
    /// is kept as the last resort: it may hold under a condition that the catalogue does not know.
    fn rank(&self) -> (bool, usize) {
        (!self.refuted, self.explains.len())
    }
}

/// A case with the mark that the subject left.
struct Scene<'r> {
    case: &'r Case,
    question: SignQuestion,
    /// Whether the answer was wrong.
    wrong: bool,
    seen: Mark,
    correct: Option<Mark>,
}

impl<'r> Scene<'r> {
    fn new(case: &'r Case, answer: Option<&SignedAnswer>) -> Option<Self> {
        let question = question(case)?;
        let correct = mark_under(&question, MistakeSet::EMPTY);
        let seen = match answer {
            Some(answer) => Mark::of(&question, &answer.request),
            None => correct.clone()?,
        };
        Some(Self { case, question, wrong: answer.is_some(), seen, correct })
    }

    fn is_reproduced(&self, set: MistakeSet) -> bool {
        mark_under(&self.question, set)
            .is_some_and(|mark| mark.reproduces(&self.seen, self.correct.as_ref()))
    }
}

fn group(alternatives: &[MistakeSet], cases: &[&Case], others: &[&Case]) -> MistakeGroup {
    let ids = |set: &MistakeSet| set.iter().map(|mistake| mistake.id().to_owned()).collect();
    let first = alternatives.first().into_iter().flat_map(|set| set.iter());
    MistakeGroup {
        alternatives: alternatives.iter().map(ids).collect(),
        titles: first.map(|mistake| mistake.entry().title.clone()).collect(),
        cases: cases.iter().map(|case| case.id.clone()).collect(),
        telling: telling(alternatives, others.iter().copied()).map(|case| case.id.clone()),
    }
}

/// The first of `cases` on which not all of the alternatives leave the same request.
pub(crate) fn telling<'c>(
    alternatives: &[MistakeSet],
    mut cases: impl Iterator<Item = &'c Case>,
) -> Option<&'c Case> {
    let [first, rest @ ..] = alternatives else { return None };
    cases.find(|case| {
        question(case).is_some_and(|asked| {
            let mark = mark_under(&asked, *first);
            rest.iter().any(|set| mark_under(&asked, *set) != mark)
        })
    })
}

fn question(case: &Case) -> Option<SignQuestion> {
    match Question::of(case) {
        Question::Sign(question) => Some(*question),
        Question::DeriveKey(_) | Question::Verify(_) => None,
    }
}

/// How much there is to read in a request.
fn size(asked: &SignQuestion) -> usize {
    let request = &asked.input.request;
    let headers = request.headers.iter().map(|(name, value)| name.len() + value.len());
    request.target.len() + request.body.len() + headers.sum::<usize>()
}
