//! From many wrong rulings of a verifier to the few mistakes behind them.
//!
//! A mistake explains a wrong ruling if the model rules in the same way with it. One that would change a
//! ruling of the verifier that is right explains nothing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rayon::iter::{IntoParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};
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
    let (wrong, right): (Vec<&Ruled<'_>>, Vec<&Ruled<'_>>) =
        ruled.iter().partition(|ruled| ruled.is_wrong());
    if let Some(attribution) = of_state(ruled, &wrong, others) {
        return attribution;
    }
    let judged: Vec<(Mistake, Explained, Option<&Case>)> = Mistake::of(Side::Verifier)
        .par_iter()
        .filter_map(|mistake| {
            let explains = |ruled: &&Ruled<'_>| ruled.is_reproduced(*mistake);
            let explained: Explained =
                (0..wrong.len()).filter(|index| explains(&wrong[*index])).collect();
            let against = || right.iter().find(|ruled| !explains(ruled)).map(|ruled| ruled.case);
            (!explained.is_empty()).then(|| (*mistake, explained, against()))
        })
        .collect();

    let mut open: Explained = (0..wrong.len()).collect();
    let mut groups = Vec::new();
    loop {
        let holding = judged.iter().filter(|(_, _, against)| against.is_none());
        let explaining: Vec<(Mistake, Explained)> = holding
            .map(|(mistake, explained, _)| (*mistake, explained & &open))
            .filter(|(_, explained)| !explained.is_empty())
            .collect();
        let Some(most) = explaining.iter().map(|(_, explained)| explained.len()).max() else {
            break;
        };
        let Some((_, best)) = explaining.iter().find(|(_, explained)| explained.len() == most)
        else {
            break;
        };
        let alike = explaining.iter().filter(|(_, explained)| explained == best);
        let alternatives = alike.map(|(mistake, _)| *mistake).collect();
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

/// Mistakes that keep something from one request to the next are tried on the whole run: one model is
/// asked everything that the verifier was asked, in the same order. One that rules in the same way
/// throughout is the explanation, unless a mistake that keeps nothing explains as much.
fn of_state(ruled: &[Ruled<'_>], wrong: &[&Ruled<'_>], others: &[&Case]) -> Option<Attribution> {
    let rules_alike = |mistake: Mistake| {
        let mut model = Model::new(mistake.into());
        ruled.iter().all(|ruled| said(&mut model, ruled.case) == Some(ruled.ruling))
    };
    let explains = |mistake: Mistake| wrong.iter().all(|ruled| ruled.is_reproduced(mistake));
    let (of_state, others_of_side): (Vec<Mistake>, Vec<Mistake>) = Mistake::of(Side::Verifier)
        .iter()
        .partition(|mistake| mistake.entry().component == Component::State);
    if wrong.is_empty() || others_of_side.par_iter().any(|mistake| explains(*mistake)) {
        return None;
    }
    let alike: Vec<Mistake> =
        of_state.into_par_iter().filter(|mistake| rules_alike(*mistake)).collect();
    if alike.is_empty() {
        return None;
    }
    let cases = ids(wrong, 0..wrong.len());
    Some(Attribution {
        mismatches: wrong.len(),
        explained: wrong.len(),
        groups: vec![group(alike, cases, others)],
        left: Vec::new(),
        unsearched: 0,
    })
}

/// Indices of wrong rulings.
type Explained = BTreeSet<usize>;

impl Ruled<'_> {
    /// Whether the case expects the other ruling.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.case.ruling().is_some_and(|expected| expected != self.ruling)
    }

    /// Whether a verifier with this mistake says the same.
    fn is_reproduced(&self, mistake: Mistake) -> bool {
        ruling(self.case, mistake.into()) == Some(self.ruling)
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
fn left(
    wrong: &[&Ruled<'_>],
    open: &Explained,
    judged: &[(Mistake, Explained, Option<&Case>)],
) -> Vec<Left> {
    let mut shapes: BTreeMap<Shape, Vec<usize>> = BTreeMap::new();
    for &index in open {
        shapes.entry(wrong[index].shape()).or_default().push(index);
    }
    let mut left: Vec<Left> = shapes
        .into_iter()
        .map(|(shape, indices)| {
            let mut explaining = judged
                .iter()
                .filter(|(_, explained, _)| indices.iter().any(|one| explained.contains(one)));
            let contradicted = explaining.find_map(|(mistake, _, against)| {
                Some((mistake.id().to_owned(), (*against)?.id.clone()))
            });
            let cases = ids(wrong, indices.into_iter());
            Left { shape, cases, canonical: None, contradicted }
        })
        .collect();
    left.sort_by_key(|left| Reverse(left.cases.len()));
    left
}
