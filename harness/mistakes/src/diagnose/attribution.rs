//! From many mismatches to the few mistakes behind them.
//!
//! Every mismatch is examined. An explanation must hold for every case that it would change,
//! including those that conform. What nothing explains is described by where and how it differs.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ptr;
use std::time::{Duration, Instant};

use rayon::iter::{
    IntoParallelRefIterator as _, IntoParallelRefMutIterator as _, ParallelIterator as _,
};
use serde::{Deserialize, Serialize};
use sigv4_protocol::Side;
use sigv4_vectors::model::{Case, Level};

use super::evidence::Evidence;
use super::recompute::Depth;
use super::requests::{Place, of_state};
use super::scene::{Scene, Signed};
use super::shape::Shape;
use super::telling::{changed, telling};
use crate::catalogue::{Mistake, MistakeSet};
use crate::model::Model;

/// How long to look for mistakes. What is not reached in this time is counted as unexplained, and
/// reported as not searched. Long enough that a busy machine does not change a report: a run over
/// all vectors takes some seconds at most.
const BUDGET: Duration = Duration::from_mins(1);
/// How many mismatches of one shape may remain unexplained by pairs; further ones of that shape are
/// searched for single mistakes only.
const DEEP: usize = 4;

/// The mistakes behind the mismatches of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    /// How many cases are a mismatch.
    pub mismatches: usize,
    /// How many of them are explained by the mistakes.
    pub explained: usize,
    /// The mistakes, the one that explains most first.
    pub groups: Vec<MistakeGroup>,
    /// What no catalogued mistake explains, by where and how it differs; the largest group first.
    #[serde(default)]
    pub left: Vec<Left>,
    /// How many of the unexplained ones were not searched, because the time was up.
    #[serde(default)]
    pub unsearched: usize,
}

impl Attribution {
    /// The ids of the cases of each mistake, then of each shape that no mistake explains.
    pub fn kinds(&self) -> impl Iterator<Item = &[String]> {
        let groups = self.groups.iter().map(|group| &group.cases[..]);
        groups.chain(self.left.iter().map(|left| &left.cases[..]))
    }
}

/// A mistake that explains a number of mismatches, alone or with others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MistakeGroup {
    /// Sets of ids, each of which explains all the cases: more than one if nothing that was asked
    /// distinguishes them, the one that changes the fewest requests first.
    pub alternatives: Vec<Vec<String>>,
    /// What the first set's mistakes are, in a sentence each.
    pub titles: Vec<String>,
    /// The ids of the cases: `must` cases first, smaller requests before larger ones.
    pub cases: Vec<String>,
    /// The id of a vector outside the run that would distinguish the alternatives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telling: Option<String>,
    /// The id of a case in another placement or profile that the mistake would change, and that is
    /// right: the signer makes the mistake only in some places.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_in: Option<String>,
}

/// Mismatches of one shape that no catalogued mistake explains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Left {
    /// Where and how they differ.
    pub shape: Shape,
    /// The ids of the cases: `must` cases first, smaller requests before larger ones.
    pub cases: Vec<String>,
    /// A mistake that explains the canonical request of the first, if a later stage differs too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canonical: Option<String>,
    /// A mistake that explains one of the cases but would have changed a case that conforms, whose
    /// id comes second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contradicted: Option<(String, String)>,
}

/// Finds the fewest mistakes behind the wrong answers. `signed` is what was signed, in the order in
/// which it was asked. `others` are vectors that were not asked and could be, to distinguish
/// alternatives.
#[must_use]
pub fn attribute(signed: &[Signed<'_>], others: &[&Case]) -> Attribution {
    let mut scenes: Vec<Scene<'_>> = signed.par_iter().filter_map(Scene::new).collect();
    let vindicated: Vec<bool> = scenes.par_iter_mut().map(Scene::vindicate).collect();
    let mismatches = signed.iter().filter(|signed| signed.wrong).count();
    // A conforming answer that is not exactly that of a correct signer is not evidence.
    let exact: Vec<bool> = scenes.par_iter().map(Scene::is_exact).collect();
    let mut open: Vec<bool> = scenes.iter().map(|scene| scene.wrong).collect();
    let evidence = Evidence::of(only(&scenes, &exact));
    let mut search = Search { evidence, explanations: Vec::new(), left: Vec::new() };
    // To look for a mistake that keeps state costs a run per candidate. One that explains everything is
    // found at once; it is not looked for if another mistake does, unless most requests may
    // have been signed with one value that was kept. Beside others it is worth it if most answers are
    // wrong, or if something is left.
    let is_alone = vec![true; scenes.len()];
    let are_many = mismatches * 4 > scenes.len();
    let by_one = search.is_explained_by_one(only(&scenes, &open).collect());
    let alone = if by_one && !are_many { None } else { kept_state(&scenes, &is_alone) };
    let is_tried = are_many && !by_one;
    let state = alone.or_else(|| is_tried.then(|| kept_state(&scenes, &exact)).flatten());
    if let Some(Kept { alternatives, explained }) = &state {
        search.explanations.push(state_explanation(alternatives, only(&scenes, explained)));
        open.iter_mut().zip(explained).for_each(|(open, explained)| *open &= !explained);
    }
    let unsearched = search.run(only(&scenes, &open).collect());
    let state = state.or_else(|| {
        let kept =
            if is_tried || search.left.is_empty() { None } else { kept_state(&scenes, &exact) }?;
        search.explain_left(&kept, &scenes);
        Some(kept)
    });
    let state = state.and_then(|kept| kept.alternatives.first().copied());
    search.explain_together(state, &scenes);
    let vindicated = only(&scenes, &vindicated);
    search.left.extend(vindicated.map(|scene| Unexplained { scene, contradicted: Vec::new() }));
    search.report(mismatches, unsearched, others)
}

/// A set of mistakes with the cases that it explains.
struct Explanation<'r> {
    alternatives: Vec<MistakeSet>,
    cases: Vec<&'r Case>,
    /// A case in another place that conforms nevertheless.
    not_in: Option<&'r Case>,
}

/// The sets that explain a mismatch equally well, and what else they explain.
type Explained<'r> = (Vec<MistakeSet>, Held<'r>);

/// What a set explains.
#[derive(Clone)]
struct Held<'r> {
    /// Indices of the open scenes.
    explained: Vec<usize>,
    not_in: Option<&'r Case>,
}

/// Sets that reproduce a mismatch and are contradicted by another case, each with that case.
type Contradicted<'r> = Vec<(MistakeSet, &'r Case)>;

/// A mismatch that nothing explains.
struct Unexplained<'s, 'r> {
    scene: &'s Scene<'r>,
    contradicted: Contradicted<'r>,
}

struct Search<'s, 'r> {
    evidence: Evidence<'s, 'r>,
    explanations: Vec<Explanation<'r>>,
    left: Vec<Unexplained<'s, 'r>>,
}

impl<'s, 'r> Search<'s, 'r> {
    /// Whether one mistake without state explains all mismatches.
    fn is_explained_by_one(&self, mut open: Vec<&'s Scene<'r>>) -> bool {
        open.sort_by_key(|scene| Reverse(scene.size()));
        let Some(scene) = open.pop() else { return true };
        let explains_all = |set: &MistakeSet| {
            let held = self.holds(*set, scene, &open);
            held.is_ok_and(|held| held.explained.len() == open.len() && held.not_in.is_none())
        };
        scene.sets(Depth::Singles).par_iter().any(explains_all)
    }

    /// Searches, and returns how many mismatches it did not reach.
    fn run(&mut self, mut open: Vec<&'s Scene<'r>>) -> usize {
        let began = Instant::now();
        let mut failed: BTreeMap<Shape, usize> = BTreeMap::new();
        let mut unsearched = 0;
        // The smallest request first: it is the fastest to search and the easiest to read.
        open.sort_by_key(|scene| Reverse(scene.size()));
        while let Some(scene) = open.pop() {
            if began.elapsed() > BUDGET {
                unsearched += 1;
                self.left.push(Unexplained { scene, contradicted: Vec::new() });
                continue;
            }
            let failures = failed.entry(scene.shape.clone()).or_default();
            let depth = if *failures < DEEP { Depth::Pairs } else { Depth::Singles };
            match self.explanation(scene, depth, &open) {
                Ok((alternatives, Held { explained, not_in })) => {
                    let mut cases = vec![scene.case];
                    cases.extend(explained.iter().rev().map(|index| open[*index].case));
                    self.explanations.push(Explanation { alternatives, cases, not_in });
                    let mut index = 0;
                    open.retain(|_| {
                        index += 1;
                        !explained.contains(&(index - 1))
                    });
                }
                Err(contradicted) => {
                    *failures += 1;
                    self.left.push(Unexplained { scene, contradicted });
                }
            }
        }
        unsearched
    }

    /// The sets that explain the most open scenes, with the indices of what else they explain; or
    /// the sets that are contradicted.
    fn explanation(
        &self,
        scene: &Scene<'r>,
        depth: Depth,
        open: &[&'s Scene<'r>],
    ) -> Result<Explained<'r>, Contradicted<'r>> {
        let sets = scene.sets(depth);
        let judged: Vec<(MistakeSet, Result<Held<'r>, &'r Case>)> =
            sets.par_iter().map(|set| (*set, self.holds(*set, scene, open))).collect();
        let most = judged.iter().filter_map(|(_, held)| held.as_ref().ok());
        // Of two that explain as much, one that holds everywhere is better than one that holds in
        // some places.
        let rank = |held: &&Held<'r>| (held.explained.len(), held.not_in.is_none());
        let Some(most) = most.max_by_key(rank).cloned() else {
            let contradicted =
                judged.into_iter().filter_map(|(set, case)| Some((set, case.err()?)));
            return Err(contradicted.collect());
        };
        let is_alike = |held: &Held<'r>| {
            held.explained == most.explained && held.not_in.is_some() == most.not_in.is_some()
        };
        let alike = judged.into_iter().filter(|(_, held)| held.as_ref().is_ok_and(is_alike));
        Ok((alike.map(|(set, _)| set).collect(), most))
    }

    /// What a set explains, or a conforming case that contradicts it. Right answers in one place are
    /// not evidence for another.
    fn holds(
        &self,
        set: MistakeSet,
        scene: &Scene<'r>,
        open: &[&'s Scene<'r>],
    ) -> Result<Held<'r>, &'r Case> {
        let place = scene.place();
        if let Some(case) = self.evidence.against(set, place) {
            return Err(case);
        }
        let others = self.evidence.places().filter(|other| *other != place);
        let contradicted: Vec<(Place, &'r Case)> =
            others.filter_map(|place| Some((place, self.evidence.against(set, place)?))).collect();
        let is_explained = |other: &Scene<'r>| {
            !contradicted.iter().any(|(place, _)| *place == other.place())
                && other.is_reproduced(set)
        };
        let explained = open.iter().enumerate().filter(|(_, other)| is_explained(other));
        Ok(Held {
            explained: explained.map(|(index, _)| index).collect(),
            not_in: contradicted.first().map(|(_, case)| *case),
        })
    }

    /// Takes what a mistake that keeps state explains out of what is left.
    fn explain_left(&mut self, kept: &Kept, scenes: &[Scene<'r>]) {
        let is_kept = |one: &Unexplained<'s, 'r>| {
            only(scenes, &kept.explained).any(|scene| ptr::eq(scene, one.scene))
        };
        let (explained, left): (Vec<_>, Vec<_>) = self.left.drain(..).partition(is_kept);
        self.left = left;
        if !explained.is_empty() {
            let scenes = explained.iter().map(|one| one.scene);
            self.explanations.push(state_explanation(&kept.alternatives, scenes));
        }
    }

    /// What no pair explains may be several mistakes at once that show separately elsewhere. A
    /// mistake that keeps state, if there is one, is asked all `scenes` in their order.
    fn explain_together(&mut self, state: Option<MistakeSet>, scenes: &[Scene<'r>]) {
        let found: Vec<MistakeSet> =
            self.explanations.iter().filter_map(|one| one.alternatives.first().copied()).collect();
        let pairs = found
            .iter()
            .enumerate()
            .flat_map(|(index, set)| found[index + 1..].iter().map(|other| set.union(*other)));
        let mut unions: Vec<MistakeSet> = pairs.collect();
        unions.push(found.iter().fold(MistakeSet::EMPTY, |all, set| all.union(*set)));
        let mut cases: BTreeMap<MistakeSet, Vec<&Case>> = BTreeMap::new();
        // What each set reproduces with the state that the scenes before left.
        let has_state = |set: &&MistakeSet| {
            state.is_some_and(|state| state.iter().all(|mistake| set.contains(mistake)))
        };
        let after_others: Vec<(MistakeSet, Vec<bool>)> = unions
            .par_iter()
            .filter(has_state)
            .map(|set| {
                let mut model = Model::new(*set);
                (*set, scenes.iter().map(|scene| scene.is_reproduced_by(&mut model)).collect())
            })
            .collect();
        self.left.retain(|Unexplained { scene, .. }| {
            let alone = || unions.iter().find(|set| scene.is_reproduced(**set)).copied();
            let after_others = || {
                let mut sets = after_others.iter();
                let set = sets.find(|(_, all)| only(scenes, all).any(|one| ptr::eq(one, *scene)));
                set.map(|(set, _)| *set)
            };
            let Some(set) = alone().or_else(after_others) else { return true };
            cases.entry(set).or_default().push(scene.case);
            false
        });
        let together = cases.into_iter();
        self.explanations.extend(together.map(|(set, cases)| Explanation {
            alternatives: vec![set],
            cases,
            not_in: None,
        }));
    }

    fn report(self, mismatches: usize, unsearched: usize, others: &[&Case]) -> Attribution {
        let all = self.explanations.iter().flat_map(|one| &one.cases);
        let explained = all.map(|case| &case.id).collect::<BTreeSet<_>>().len();
        let mut groups: Vec<MistakeGroup> =
            apart(self.explanations).iter().map(|one| group(one, others)).collect();
        groups.sort_by_key(|group| Reverse(group.cases.len()));
        let mut shapes: BTreeMap<Shape, Vec<Unexplained<'s, 'r>>> = BTreeMap::new();
        for unexplained in self.left {
            shapes.entry(unexplained.scene.shape.clone()).or_default().push(unexplained);
        }
        let mut left: Vec<Left> = shapes
            .into_iter()
            .map(|(shape, mut unexplained)| {
                unexplained.sort_by_key(|one| order(one.scene.case, one.scene.size()));
                Left::of(shape, &unexplained, &self.evidence)
            })
            .collect();
        left.sort_by_key(|left| Reverse(left.cases.len()));
        Attribution { mismatches, explained, groups, left, unsearched }
    }
}

impl Left {
    fn of(shape: Shape, unexplained: &[Unexplained<'_, '_>], evidence: &Evidence<'_, '_>) -> Self {
        let only = |set: MistakeSet| set.iter().next().map(|mistake| mistake.id().to_owned());
        let holds = |set: &MistakeSet| {
            evidence.places().all(|place| evidence.against(*set, place).is_none())
        };
        let canonical = unexplained.first().and_then(|first| {
            first.scene.canonical_mistakes().into_iter().find(holds).and_then(only)
        });
        let contradicted = unexplained.iter().flat_map(|one| &one.contradicted);
        let mut singles = contradicted.filter(|(set, _)| set.len() == 1);
        let contradicted =
            singles.next().and_then(|(set, case)| Some((only(*set)?, case.id.clone())));
        let cases = unexplained.iter().map(|one| one.scene.case.id.clone()).collect();
        Self { shape, cases, canonical, contradicted }
    }
}

/// Gives each mistake one group: what several mistakes explain together is added to each of them
/// that also shows alone.
fn apart(explanations: Vec<Explanation<'_>>) -> Vec<Explanation<'_>> {
    let (mut alone, together): (Vec<_>, Vec<_>) =
        explanations.into_iter().partition(|one| one.alternatives.iter().any(|set| set.len() == 1));
    for Explanation { alternatives, cases, not_in } in together {
        let mut unknown = alternatives;
        for one in &mut alone {
            let known = one.alternatives.iter().find(|set| {
                set.len() == 1 && unknown.iter().all(|other| set.iter().all(|m| other.contains(m)))
            });
            if let Some(known) = known.copied() {
                one.cases.extend(cases.iter().copied());
                unknown = unknown
                    .iter()
                    .map(|set| set.iter().filter(|mistake| !known.contains(*mistake)).collect())
                    .collect();
            }
        }
        unknown.retain(|set| !set.is_empty());
        // Of alternatives, one that explains other cases by itself explains these as well.
        let is_among =
            |one: &Explanation<'_>| one.alternatives.iter().all(|set| unknown.contains(set));
        if let Some(same) = alone.iter_mut().find(|one| is_among(one)) {
            same.cases.extend(cases);
        } else if !unknown.is_empty() {
            alone.push(Explanation { alternatives: unknown, cases, not_in });
        }
    }
    alone
}

/// Mistakes that keep state from one call to the next.
struct Kept {
    /// At least one.
    alternatives: Vec<MistakeSet>,
    /// Which scenes they explain.
    explained: Vec<bool>,
}

/// A mistake that keeps state is tried on the whole run: one model is asked everything that the
/// subject was asked, in the same order. It holds if it reproduces every required scene; what else it
/// does not reproduce is left to other mistakes.
fn kept_state(scenes: &[Scene<'_>], required: &[bool]) -> Option<Kept> {
    // `None` if a scene that the set must reproduce contradicts it.
    let explained = |set: MistakeSet, required: &[bool]| -> Option<Vec<bool>> {
        let mut model = Model::new(set);
        let scenes = scenes.iter().zip(required);
        scenes
            .map(|(scene, required)| {
                let is_reproduced = scene.is_reproduced_by(&mut model);
                (is_reproduced || !required).then_some(is_reproduced && scene.wrong)
            })
            .collect()
    };
    let states: Vec<MistakeSet> = of_state().collect();
    let mut kept: Vec<(MistakeSet, Vec<bool>)> =
        states.par_iter().filter_map(|set| Some((*set, explained(*set, required)?))).collect();
    let count = |explained: &[bool]| explained.iter().filter(|explained| **explained).count();
    let most = kept.iter().map(|(_, explained)| count(explained)).max().filter(|most| *most > 0)?;
    kept.retain(|(_, explained)| count(explained) == most);
    let (kept, mut by_state): (Vec<MistakeSet>, Vec<Vec<bool>>) = kept.into_iter().unzip();
    let by_state = by_state.swap_remove(0);

    // A mistake without state that explains as much is the simpler explanation. If there is more to
    // explain, it is found with the rest.
    let with_state: Vec<bool> =
        required.iter().zip(&by_state).map(|(one, other)| *one || *other).collect();
    let singles = Mistake::of(Side::Signer).iter();
    let singles: Vec<MistakeSet> = singles.map(|one| MistakeSet::from(*one)).collect();
    let holds =
        |set: &&MistakeSet| !states.contains(*set) && explained(**set, &with_state).is_some();
    let simpler: Vec<MistakeSet> = singles.par_iter().filter(holds).copied().collect();
    let explains_all = most == scenes.iter().filter(|scene| scene.wrong).count();
    (simpler.is_empty() || explains_all).then(|| Kept {
        alternatives: simpler.into_iter().chain(kept).collect(),
        explained: by_state,
    })
}

/// The cases that show the mistake alone, without the cases before them, come first.
fn state_explanation<'s, 'r: 's>(
    alternatives: &[MistakeSet],
    explained: impl Iterator<Item = &'s Scene<'r>>,
) -> Explanation<'r> {
    let first = alternatives.first().copied().unwrap_or(MistakeSet::EMPTY);
    let mut explained: Vec<&Scene<'r>> = explained.collect();
    explained.sort_by_key(|scene| (!scene.is_reproduced(first), scene.size()));
    let cases = explained.into_iter().map(|scene| scene.case).collect();
    Explanation { alternatives: alternatives.to_vec(), cases, not_in: None }
}

/// The scenes that are marked.
fn only<'s, 'r>(scenes: &'s [Scene<'r>], marks: &'s [bool]) -> impl Iterator<Item = &'s Scene<'r>> {
    scenes.iter().zip(marks).filter_map(|(scene, mark)| mark.then_some(scene))
}

/// The alternatives with the cases that they explain, which are sorted from small to large.
fn group(explanation: &Explanation<'_>, others: &[&Case]) -> MistakeGroup {
    let mut alternatives = explanation.alternatives.clone();
    if alternatives.len() > 1 {
        // More specific alternatives first.
        alternatives.sort_by_cached_key(|set| changed(*set, others));
    }
    let mut cases = explanation.cases.clone();
    cases.sort_by_key(|case| case.level != Level::Must);
    let ids = |set: &MistakeSet| set.iter().map(|mistake| mistake.id().to_owned()).collect();
    let first = alternatives.first().into_iter().flat_map(|set| set.iter());
    MistakeGroup {
        alternatives: alternatives.iter().map(ids).collect(),
        titles: first.map(|mistake| mistake.entry().title.clone()).collect(),
        cases: cases.iter().map(|case| case.id.clone()).collect(),
        telling: telling(&alternatives, others.iter().copied()).map(|case| case.id.clone()),
        not_in: explanation.not_in.map(|case| case.id.clone()),
    }
}

/// `must` cases first, smaller requests before larger ones.
pub(super) fn order(case: &Case, size: usize) -> (bool, usize) {
    (case.level != Level::Must, size)
}

#[cfg(test)]
mod tests {
    use sigv4_vectors::Vectors;

    use super::*;

    #[test]
    fn of_two_that_explain_a_case_with_a_third_the_known_one_gets_it() {
        let cases: Vec<&Case> = Vectors::embedded().cases().take(3).collect();
        let [known, other, third] =
            [Mistake::PathReservedRaw, Mistake::PathStarRaw, Mistake::QueryUnsorted]
                .map(MistakeSet::from);
        let explanation = |alternatives: &[MistakeSet], case| Explanation {
            alternatives: alternatives.to_vec(),
            cases: vec![cases[case]],
            not_in: None,
        };
        let groups = apart(vec![
            explanation(&[known], 0),
            explanation(&[third], 1),
            explanation(&[other.union(third), known.union(third)], 2),
        ]);
        let groups: Vec<_> =
            groups.iter().map(|group| (&group.alternatives[..], group.cases.len())).collect();
        assert_eq!(groups, [(&[known][..], 2), (&[third][..], 2)]);
    }
}
