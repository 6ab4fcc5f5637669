//! From many mismatches to the few mistakes behind them.
//!
//! Every mismatch gets its try. An explanation must hold on every case that it would change, those
//! that conform included. What nothing explains is described by where and how it differs.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use serde::{Deserialize, Serialize};
use sigv4_vectors::model::{Case, Level};

use super::recompute::Depth;
use super::scene::{Place, Scene, Signed, of_state};
use super::shape::Shape;
use super::telling::{changed, telling};
use crate::catalogue::{Mistake, MistakeSet};
use crate::model::Model;

/// How long mistakes are looked for. What is not reached is counted as left, and said to be.
const BUDGET: Duration = Duration::from_secs(10);
/// How many mismatches of one shape that no pair explains are searched for pairs; the others of that
/// shape are searched for single mistakes.
const DEEP: usize = 4;

/// The mistakes behind the mismatches of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    /// How many cases are a mismatch.
    pub mismatches: usize,
    /// How many of them the mistakes explain.
    pub explained: usize,
    /// The mistakes, the one that explains most first.
    pub groups: Vec<MistakeGroup>,
    /// What no catalogued mistake explains, by where and how it differs; the largest group first.
    #[serde(default)]
    pub left: Vec<Left>,
    /// How many of what is left were not searched, because the time was up.
    #[serde(default)]
    pub unsearched: usize,
}

/// A mistake that explains a number of mismatches, alone or with others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MistakeGroup {
    /// Sets of ids, each of which explains all the cases: more than one where nothing that was
    /// asked tells them apart, the one that changes fewest requests first.
    pub alternatives: Vec<Vec<String>>,
    /// What the first set's mistakes are, in a sentence each.
    pub titles: Vec<String>,
    /// The ids of the cases: a `must` first, then that of the smallest request.
    pub cases: Vec<String>,
    /// The id of a vector outside the run that would tell the alternatives apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telling: Option<String>,
    /// The id of a case in another placement or profile that the mistake would change, and that is
    /// right: the signer makes the mistake in some places only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_in: Option<String>,
}

/// Mismatches of one shape that no catalogued mistake explains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Left {
    /// Where and how they differ.
    pub shape: Shape,
    /// The ids of the cases: a `must` first, then that of the smallest request.
    pub cases: Vec<String>,
    /// A mistake that makes the canonical request of the first, where something behind it differs,
    /// too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canonical: Option<String>,
    /// A mistake that makes the first, but would have changed a case that conforms, which comes
    /// second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contradicted: Option<(String, String)>,
}

/// Finds the fewest mistakes behind the wrong answers. `signed` is what was signed, in the order in
/// which it was asked. `others` are vectors that were not asked and could be, to tell alternatives
/// apart.
#[must_use]
pub fn attribute(signed: &[Signed<'_>], others: &[&Case]) -> Attribution {
    let scenes: Vec<Scene<'_>> = signed.par_iter().filter_map(Scene::new).collect();
    let mismatches = signed.iter().filter(|signed| signed.wrong).count();
    if let Some((alternatives, cases)) = kept_state(&scenes) {
        return Attribution {
            mismatches,
            explained: cases.len(),
            groups: vec![group(&Explanation { alternatives, cases, not_in: None }, others)],
            left: Vec::new(),
            unsearched: 0,
        };
    }
    let (wrong, mut conforming): (Vec<Scene<'_>>, Vec<Scene<'_>>) =
        scenes.into_iter().partition(|scene| scene.wrong);
    // What a correct signer would not have sent just so speaks for or against nothing.
    conforming.retain(|scene| scene.is_reproduced(MistakeSet::EMPTY));
    let mut search = Search { conforming: &conforming, explanations: Vec::new(), left: Vec::new() };
    let unsearched = search.run(wrong);
    search.report(mismatches, unsearched, others)
}

/// A set of mistakes with the cases that it explains.
struct Explanation<'r> {
    alternatives: Vec<MistakeSet>,
    cases: Vec<&'r Case>,
    /// A case in another place that conforms all the same.
    not_in: Option<&'r Case>,
}

/// The sets that explain a mismatch alike, and what else they explain.
type Explained<'r> = (Vec<MistakeSet>, Held<'r>);

/// What a set explains.
#[derive(Clone)]
struct Held<'r> {
    /// Indices of the open scenes.
    explained: Vec<usize>,
    not_in: Option<&'r Case>,
}

/// Sets that reproduce a mismatch and are contradicted elsewhere, each with the case.
type Contradicted<'r> = Vec<(MistakeSet, &'r Case)>;

/// A mismatch that nothing explains.
struct Unexplained<'r> {
    scene: Scene<'r>,
    contradicted: Contradicted<'r>,
}

struct Search<'s, 'r> {
    conforming: &'s [Scene<'r>],
    explanations: Vec<Explanation<'r>>,
    left: Vec<Unexplained<'r>>,
}

impl<'r> Search<'_, 'r> {
    /// Searches; returns how many mismatches it did not get to.
    fn run(&mut self, mut open: Vec<Scene<'r>>) -> usize {
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
            match self.explanation(&scene, depth, &open) {
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
        self.explain_together();
        unsearched
    }

    /// The sets that explain most of what is open, with the indices of what else they explain; or
    /// those that are contradicted.
    fn explanation(
        &self,
        scene: &Scene<'r>,
        depth: Depth,
        open: &[Scene<'r>],
    ) -> Result<Explained<'r>, Contradicted<'r>> {
        let sets = scene.sets(depth);
        let judged: Vec<(MistakeSet, Result<Held<'r>, &'r Case>)> =
            sets.par_iter().map(|set| (*set, self.holds(*set, scene, open))).collect();
        let most = judged.iter().filter_map(|(_, held)| held.as_ref().ok());
        // What holds everywhere comes before what holds in some places.
        let rank = |held: &&Held<'r>| (held.not_in.is_none(), held.explained.len());
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

    /// What a set explains; the case that speaks against it, if one that conforms does. A signer has
    /// code for each placement and profile: right answers in one place are no evidence for another.
    fn holds(
        &self,
        set: MistakeSet,
        scene: &Scene<'r>,
        open: &[Scene<'r>],
    ) -> Result<Held<'r>, &'r Case> {
        let mut contradicted: Vec<(Option<Place>, &'r Case)> = Vec::new();
        for right in self.conforming {
            let known = contradicted.iter().any(|(place, _)| *place == right.place());
            if !known && right.is_harmed_by(set) {
                if right.place() == scene.place() {
                    return Err(right.case);
                }
                contradicted.push((right.place(), right.case));
            }
        }
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

    /// What no pair explains may be the work of several mistakes at once that show apart elsewhere.
    fn explain_together(&mut self) {
        let found: Vec<MistakeSet> =
            self.explanations.iter().filter_map(|one| one.alternatives.first().copied()).collect();
        let pairs = found
            .iter()
            .enumerate()
            .flat_map(|(index, set)| found[index + 1..].iter().map(|other| set.union(*other)));
        let mut unions: Vec<MistakeSet> = pairs.collect();
        unions.push(found.iter().fold(MistakeSet::EMPTY, |all, set| all.union(*set)));
        let mut cases: BTreeMap<MistakeSet, Vec<&Case>> = BTreeMap::new();
        self.left.retain(|Unexplained { scene, .. }| {
            let Some(set) = unions.iter().find(|set| scene.is_reproduced(**set)) else {
                return true;
            };
            cases.entry(*set).or_default().push(scene.case);
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
        let mut shapes: BTreeMap<Shape, Vec<Unexplained<'r>>> = BTreeMap::new();
        for unexplained in self.left {
            shapes.entry(unexplained.scene.shape.clone()).or_default().push(unexplained);
        }
        let mut left: Vec<Left> = shapes
            .into_iter()
            .map(|(shape, mut unexplained)| {
                unexplained.sort_by_key(|one| order(one.scene.case, one.scene.size()));
                Left::of(shape, &unexplained, self.conforming)
            })
            .collect();
        left.sort_by_key(|left| Reverse(left.cases.len()));
        Attribution { mismatches, explained, groups, left, unsearched }
    }
}

impl Left {
    fn of(shape: Shape, unexplained: &[Unexplained<'_>], conforming: &[Scene<'_>]) -> Self {
        let only = |set: MistakeSet| set.iter().next().map(|mistake| mistake.id().to_owned());
        let holds = |set: &MistakeSet| !conforming.iter().any(|scene| scene.is_harmed_by(*set));
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

/// A mistake has one line: what several make together is told of each of them that shows alone, too.
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
        if let Some(same) = alone.iter_mut().find(|one| one.alternatives == unknown) {
            same.cases.extend(cases);
        } else if !unknown.is_empty() {
            alone.push(Explanation { alternatives: unknown, cases, not_in });
        }
    }
    alone
}

/// A mistake that keeps something from one call to the next shows in the whole run or not at all:
/// one model is asked everything that the subject was, in the same order.
fn kept_state<'r>(scenes: &[Scene<'r>]) -> Option<(Vec<MistakeSet>, Vec<&'r Case>)> {
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
    let mut wrong: Vec<&Scene<'r>> = scenes.iter().filter(|scene| scene.wrong).collect();
    // What shows the mistake by itself, without all that was asked before it, comes first.
    wrong.sort_by_key(|scene| (!scene.is_reproduced(first), scene.size()));
    Some((alternatives, wrong.iter().map(|scene| scene.case).collect()))
}

/// The alternatives with the cases that they explain, which come smallest first.
fn group(explanation: &Explanation<'_>, others: &[&Case]) -> MistakeGroup {
    let mut alternatives = explanation.alternatives.clone();
    if alternatives.len() > 1 {
        // The specific before the general.
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

fn order(case: &Case, size: usize) -> (bool, usize) {
    (case.level != Level::Must, size)
}
