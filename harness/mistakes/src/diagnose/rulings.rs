//! From many wrong rulings of a verifier to the few mistakes behind them.
//!
//! A mistake explains a wrong ruling if the model rules in the same way with it. One that would change a
//! ruling of the verifier that is right explains nothing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_protocol::{Answer, Question, Side};
use sigv4_vectors::model::{Case, Ruling};

use super::attribution::{Attribution, Left, MistakeGroup, order};
use super::shape::Shape;
use crate::catalogue::{Component, Mistake, MistakeSet};
use crate::model::Model;

/// What a verifier said of a case.
#[derive(Clone, Copy, Debug)]
pub struct Ruled<'r> {
    /// The case.
    pub case: &'r Case,
    /// What it said.
    pub ruling: Ruling,
}

/// Finds the fewest mistakes behind the rulings that are not those of their cases, the one that explains
/// most first. `others` are vectors that were not asked and could be, to distinguish alternatives.
#[must_use]
pub fn attribute_rulings(ruled: &[Ruled<'_>], others: &[&Case]) -> Attribution {
    let wrong: Vec<&Ruled<'_>> = ruled.iter().filter(|ruled| ruled.is_wrong()).collect();
    let judged: Vec<Judged<'_>> = Mistake::of(Side::Verifier)
        .par_iter()
        .flat_map_iter(|mistake| Judged::each(*mistake, ruled))
        .filter(|judged| !judged.explained.is_empty())
        .collect();

    let mut open: Explained = (0..wrong.len()).collect();
    let mut groups = Vec::new();
    loop {
        let holding = judged.iter().filter(|judged| judged.against.is_none());
        let explaining: Vec<(&Judged<'_>, Explained)> = holding
            .map(|judged| (judged, &judged.explained & &open))
            .filter(|(_, explained)| !explained.is_empty())
            .collect();
        // What explains the most; of those that explain as much, one for which nothing has to be kept.
        let rank = |(judged, explained): &&(&Judged<'_>, Explained)| {
            (explained.len(), !judged.is_replayed)
        };
        let Some((first, best)) = explaining.iter().rev().max_by_key(rank) else { break };
        let alike = explaining.iter().filter(|(judged, explained)| {
            explained == best && judged.is_replayed == first.is_replayed
        });
        let alternatives = alike.map(|(judged, _)| judged.mistake).collect();
        groups.push(group(alternatives, ids(&wrong, best.iter().copied()), others));
        open.retain(|index| !best.contains(index));
    }
    Attribution {
        mismatches: wrong.len(),
        explained: wrong.len() - open.len(),
        groups,
        left: left(&wrong, &open, &judged),
        unsearched: 0,
    }
}

/// Indices of wrong rulings.
type Explained = BTreeSet<usize>;

/// What a mistake has to do with a run.
struct Judged<'r> {
    mistake: Mistake,
    explained: Explained,
    /// A case that would have come out otherwise.
    against: Option<&'r Case>,
    /// Whether one verifier was asked all cases in their order, and not each case by itself.
    is_replayed: bool,
}

impl<'r> Judged<'r> {
    /// Each case by itself, and for a mistake that keeps something from one request to the next also the run
    /// as a whole.
    fn each(mistake: Mistake, ruled: &[Ruled<'r>]) -> impl Iterator<Item = Self> {
        let keeps = mistake.entry().component == Component::State;
        let replayed = keeps.then(|| Self::replayed(mistake, ruled));
        std::iter::once(Self::alone(mistake, ruled)).chain(replayed)
    }

    /// Each case by itself. What is right is of no interest where nothing wrong is explained, nor after the first case
    /// that would have come out otherwise.
    fn alone(mistake: Mistake, ruled: &[Ruled<'r>]) -> Self {
        let is_reproduced = |ruled: &Ruled<'_>| {
            let said = ruling(ruled.case, mistake.into());
            said == Some(ruled.ruling)
        };
        let wrong = ruled.iter().filter(|ruled| ruled.is_wrong()).enumerate();
        let explained = wrong.filter(|(_, ruled)| is_reproduced(ruled));
        let explained: Explained = explained.map(|(index, _)| index).collect();
        let mut right = ruled.iter().filter(|ruled| !ruled.is_wrong() && !explained.is_empty());
        let against = right.find(|ruled| !is_reproduced(ruled)).map(|ruled| ruled.case);
        Self { mistake, explained, against, is_replayed: false }
    }

    /// One verifier is asked all cases in their order.
    fn replayed(mistake: Mistake, ruled: &[Ruled<'r>]) -> Self {
        let mut verifier = Model::new(mistake.into());
        let (mut explained, mut against, mut wrong) = (Explained::new(), None, 0);
        for ruled in ruled {
            let is_reproduced = said(&mut verifier, ruled.case) == Some(ruled.ruling);
            if ruled.is_wrong() {
                if is_reproduced {
                    explained.insert(wrong);
                }
                wrong += 1;
            } else if !is_reproduced {
                against.get_or_insert(ruled.case);
            }
        }
        Self { mistake, explained, against, is_replayed: true }
    }
}

impl Ruled<'_> {
    /// Whether the case expects the other ruling.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.case.ruling().is_some_and(|expected| expected != self.ruling)
    }

    /// What is wrong, as the rest of a sentence.
    fn shape(&self) -> Shape {
        let verification = self.case.verification();
        let reason = verification.and_then(|it| it.expect.reason.as_deref());
        let difference = match (self.ruling, reason) {
            (Ruling::Accept, Some(reason)) => {
                let reason = String::from_utf8_lossy(reason);
                format!("accepts what must be rejected: {reason}")
            }
            (Ruling::Accept, None) => "accepts what must be rejected".to_owned(),
            (Ruling::Reject, _) => "rejects what must be accepted".to_owned(),
        };
        Shape { part: "verifier".to_owned(), difference }
    }
}

/// What a verifier with these mistakes says of a case.
fn ruling(case: &Case, mistakes: MistakeSet) -> Option<Ruling> {
    said(&mut Model::new(mistakes), case)
}

/// What a verifier that has been asked other cases before says of a case.
fn said(verifier: &mut Model, case: &Case) -> Option<Ruling> {
    match verifier.answer(&Question::of(case)) {
        Ok(Answer::Accept) => Some(Ruling::Accept),
        Ok(Answer::Reject { .. }) => Some(Ruling::Reject),
        _ => None,
    }
}

/// The ids of cases: `must` cases first, smaller requests before larger ones.
fn ids(wrong: &[&Ruled<'_>], indices: impl Iterator<Item = usize>) -> Vec<String> {
    let mut cases: Vec<&Case> = indices.map(|index| wrong[index].case).collect();
    cases.sort_by_key(|case| order(case, size(case)));
    cases.into_iter().map(|case| case.id.clone()).collect()
}

/// How long a request is, for a reader.
fn size(case: &Case) -> usize {
    let Some(verification) = case.verification() else { return 0 };
    let request = &verification.input.request;
    let headers = request.headers.iter().map(|(name, value)| name.len() + value.len());
    request.target.len() + request.body.len() + headers.sum::<usize>()
}

fn group(mut alternatives: Vec<Mistake>, cases: Vec<String>, others: &[&Case]) -> MistakeGroup {
    let under = |case: &Case, mistake: &Mistake| ruling(case, (*mistake).into());
    let verified: Vec<&Case> =
        others.iter().copied().filter(|case| case.verification().is_some()).collect();
    let mut telling = None;
    if alternatives.len() > 1 {
        let changed = |mistake: &Mistake| {
            let changes = |case: &&&Case| under(case, mistake) != ruling(case, MistakeSet::EMPTY);
            verified.iter().filter(changes).count()
        };
        alternatives.sort_by_cached_key(changed);
        let tells = |case: &&&Case| {
            let first = alternatives.first().map(|first| under(case, first));
            alternatives.iter().any(|other| Some(under(case, other)) != first)
        };
        telling = verified.iter().find(tells).map(|case| case.id.clone());
    }
    MistakeGroup {
        titles: alternatives.first().iter().map(|first| first.entry().title.clone()).collect(),
        alternatives: alternatives.iter().map(|mistake| vec![mistake.id().to_owned()]).collect(),
        cases,
        telling,
        not_in: None,
    }
}

/// What no mistake explains, by what is wrong; the largest group first.
fn left(wrong: &[&Ruled<'_>], open: &Explained, judged: &[Judged<'_>]) -> Vec<Left> {
    let mut shapes: BTreeMap<Shape, Vec<usize>> = BTreeMap::new();
    for &index in open {
        shapes.entry(wrong[index].shape()).or_default().push(index);
    }
    let mut left: Vec<Left> = shapes
        .into_iter()
        .map(|(shape, indices)| {
            let mut explaining = judged
                .iter()
                .filter(|judged| indices.iter().any(|one| judged.explained.contains(one)));
            let contradicted = explaining.find_map(|judged| {
                Some((judged.mistake.id().to_owned(), judged.against?.id.clone()))
            });
            let cases = ids(wrong, indices.into_iter());
            Left { shape, cases, canonical: None, contradicted }
        })
        .collect();
    left.sort_by_key(|left| Reverse(left.cases.len()));
    left
}
