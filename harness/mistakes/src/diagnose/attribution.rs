//! From many mismatches to the few mistakes behind them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use serde::{Deserialize, Serialize};
use sigv4_protocol::{Question, SignQuestion, SignedAnswer};
use sigv4_vectors::model::{Case, Signing};

use super::mark::Mark;
use super::{Depth, mark_under, search};
use crate::catalogue::{Component, Mistake, MistakeSet};
use crate::model::Model;

/// The mistakes behind the mismatches of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    /// How many cases are a mismatch.
    pub mismatches: usize,
    /// How many of them the mistakes explain.
    pub explained: usize,
    /// The mistakes, the one that explains most first.
    pub groups: Vec<MistakeGroup>,
}

/// Mistakes that explain a number of mismatches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MistakeGroup {
    /// Sets of ids, each of which explains all the cases: more than one where nothing that was
    /// asked tells them apart.
    pub alternatives: Vec<Vec<String>>,
    /// What the first set's mistakes are, in a sentence each.
    pub titles: Vec<String>,
    /// The ids of the cases, that of the smallest request first.
    pub cases: Vec<String>,
    /// The id of a vector outside the run that would tell the alternatives apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telling: Option<String>,
}

/// So many mismatches that nothing explains are looked into; the ones behind them are counted.
const UNEXPLAINED: usize = 20;

/// Finds the fewest mistakes behind the wrong answers. `signed` is what was signed, in the order
/// in which it was asked, with the answers that are wrong. What conforms is evidence too: a mistake
/// that would have changed it is not the subject's. `others` are vectors that were not asked, to
/// tell alternatives apart.
pub fn attribute(signed: &[(&Case, Option<&[SignedAnswer]>)], others: &[&Case]) -> Attribution {
    let scenes: Vec<Scene<'_>> =
        signed.par_iter().filter_map(|(case, wrong)| Scene::new(case, *wrong)).collect();
    let mismatches = scenes.iter().filter(|scene| scene.wrong).count();
    if let Some(group) = kept_state(&scenes) {
        return Attribution { mismatches, explained: mismatches, groups: vec![group] };
    }
    let (mut open, conforming): (Vec<Scene<'_>>, Vec<Scene<'_>>) =
        scenes.into_iter().partition(|scene| scene.wrong);
    open.sort_by_key(|scene| Reverse(scene.size()));

    let mut groups: Vec<MistakeGroup> = Vec::new();
    let mut found: Vec<MistakeSet> = Vec::new();
    let mut unexplained: Vec<Scene<'_>> = Vec::new();
    // The smallest request first: it is the fastest to search and the easiest to read.
    while let Some(scene) = open.pop() {
        if unexplained.len() == UNEXPLAINED {
            break;
        }
        let sets = scene.sets();
        let judged: Vec<Candidate> =
            sets.par_iter().map(|set| Candidate::new(*set, &open, &conforming)).collect();
        let Some(best) = judged.iter().max_by_key(|candidate| candidate.rank()) else {
            unexplained.push(scene);
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
        found.push(best.set);
        let mut index = 0;
        open.retain(|_| {
            index += 1;
            !best.explains.contains(&(index - 1))
        });
    }
    groups.extend(together(&found, &unexplained));
    groups.sort_by_key(|group| Reverse(group.cases.len()));
    Attribution {
        mismatches,
        explained: groups.iter().map(|group| group.cases.len()).sum(),
        groups,
    }
}

/// What no pair explains may be the work of two sets at once that show apart elsewhere.
fn together(found: &[MistakeSet], unexplained: &[Scene<'_>]) -> Vec<MistakeGroup> {
    let mut cases: BTreeMap<MistakeSet, Vec<&Case>> = BTreeMap::new();
    for scene in unexplained {
        let unions = found
            .iter()
            .enumerate()
            .flat_map(|(index, set)| found[index + 1..].iter().map(|other| set.union(*other)));
        let mut reproducing = unions.filter(|set| scene.is_reproduced(*set));
        if let Some(set) = reproducing.next() {
            cases.entry(set).or_default().push(scene.case);
        }
    }
    cases.iter().map(|(set, cases)| group(&[*set], cases, &[])).collect()
}

/// A mistake that keeps something from one call to the next shows in the whole run or not at all:
/// one model is asked everything that the subject was, in the same order.
fn kept_state(scenes: &[Scene<'_>]) -> Option<MistakeGroup> {
    let reproduces_all = |set: &MistakeSet| {
        let mut model = Model::new(*set);
        scenes.iter().all(|scene| scene.is_reproduced_by(&mut model))
    };
    let kept: Vec<MistakeSet> = of_state().filter(reproduces_all).collect();
    if kept.is_empty() {
        return None;
    }
    // One that keeps nothing and looks the same all along is the simpler explanation.
    let singles = Mistake::ALL.iter().map(|mistake| MistakeSet::from(*mistake));
    let simpler = singles.filter(|set| !kept.contains(set)).filter(reproduces_all);
    let alternatives: Vec<MistakeSet> = simpler.chain(kept.iter().copied()).collect();
    let first = *alternatives.first()?;
    let mut wrong: Vec<&Scene<'_>> = scenes.iter().filter(|scene| scene.wrong).collect();
    // What shows the mistake by itself, without all that was asked before it, comes first.
    wrong.sort_by_key(|scene| (!scene.is_reproduced(first), scene.size()));
    let cases: Vec<&Case> = wrong.iter().map(|scene| scene.case).collect();
    Some(group(&alternatives, &cases, &[]))
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

/// The mistakes that show from the second call on.
fn of_state() -> impl Iterator<Item = MistakeSet> {
    let keeps = |mistake: &&Mistake| mistake.entry().component == Component::State;
    Mistake::ALL.iter().filter(keeps).map(|mistake| MistakeSet::from(*mistake))
}

/// A case with the marks that the subject left.
struct Scene<'r> {
    case: &'r Case,
    /// Whether the answer was wrong.
    wrong: bool,
    calls: Vec<Call>,
}

/// One call of a case: what was asked, what was seen, and what a correct signer leaves.
struct Call {
    question: SignQuestion,
    seen: Mark,
    correct: Option<Mark>,
}

impl<'r> Scene<'r> {
    fn new(case: &'r Case, answers: Option<&[SignedAnswer]>) -> Option<Self> {
        let call = |(index, signing): (usize, &Signing)| {
            let question = SignQuestion::of(signing);
            let correct = mark_under(&question, MistakeSet::EMPTY);
            let seen = match answers {
                Some(answers) => Mark::of(&question, &answers.get(index)?.request),
                None => correct.clone()?,
            };
            Some(Call { question, seen, correct })
        };
        let calls: Option<Vec<Call>> = case.calls().iter().enumerate().map(call).collect();
        Some(Self { case, wrong: answers.is_some(), calls: calls? })
    }

    /// The smallest sets of mistakes that reproduce what was seen: of those that the first wrong call
    /// gives away, and of those that need the calls before it.
    fn sets(&self) -> Vec<MistakeSet> {
        let Some(wrong) = self.calls.iter().find(|call| !call.is_reproduced(call.correct.as_ref()))
        else {
            return Vec::new();
        };
        let mut sets = search(&wrong.question, &wrong.seen, Depth::Pairs);
        if self.calls.len() > 1 {
            let kept = of_state().filter(|set| !sets.contains(set)).collect::<Vec<_>>();
            sets.extend(kept);
            sets.retain(|set| self.is_reproduced(*set));
            let smallest = sets.iter().map(|set| set.len()).min();
            sets.retain(|set| Some(set.len()) == smallest);
        }
        sets
    }

    fn is_reproduced(&self, set: MistakeSet) -> bool {
        self.is_reproduced_by(&mut Model::new(set))
    }

    fn is_reproduced_by(&self, model: &mut Model) -> bool {
        self.calls.iter().all(|call| {
            let answer = model.sign(&call.question).ok();
            let mark = answer.map(|answer| Mark::of(&call.question, &answer.request));
            call.is_reproduced(mark.as_ref())
        })
    }

    /// How much there is to read in the requests.
    fn size(&self) -> usize {
        self.calls.iter().map(|call| size(&call.question)).sum()
    }
}

impl Call {
    fn is_reproduced(&self, mark: Option<&Mark>) -> bool {
        mark.is_some_and(|mark| mark.reproduces(&self.seen, self.correct.as_ref()))
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
pub fn telling<'c>(
    alternatives: &[MistakeSet],
    mut cases: impl Iterator<Item = &'c Case>,
) -> Option<&'c Case> {
    let [first, rest @ ..] = alternatives else { return None };
    cases.find(|case| {
        let question = Question::of(case);
        let marks = |set: MistakeSet| {
            let mut model = Model::new(set);
            let mark = |call: &SignQuestion| Some(Mark::of(call, &model.sign(call).ok()?.request));
            question.calls().iter().map(mark).collect::<Vec<_>>()
        };
        let expected = marks(*first);
        rest.iter().any(|set| marks(*set) != expected)
    })
}

/// How much there is to read in a request.
fn size(asked: &SignQuestion) -> usize {
    let request = &asked.input.request;
    let headers = request.headers.iter().map(|(name, value)| name.len() + value.len());
    request.target.len() + request.body.len() + headers.sum::<usize>()
}
