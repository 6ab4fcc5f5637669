//! From many mismatches to the few mistakes behind them.

use rayon::iter::{
    IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _,
};
use sigv4_vectors::model::Case;

use super::{Depth, Diagnosis, diagnose, mark_under};
use crate::log::{Attribution, MistakeGroup};
use crate::mistakes::MistakeSet;
use crate::subject::{Question, SignQuestion, SignedAnswer};

/// Up to so many mismatches are searched for pairs; behind them, singles alone.
const SEARCHED_FOR_PAIRS: usize = 200;

/// Finds the fewest mistakes that explain the mismatching answers. What conforms is evidence too:
/// a mistake that would have changed it is not the subject's. `others` are vectors that were not
/// asked, to tell alternatives apart.
pub(crate) fn attribute(
    mismatches: &[(&Case, Box<SignedAnswer>)],
    conforming: &[&Case],
    others: &[&Case],
) -> Attribution {
    let conforming: Vec<SignQuestion> =
        conforming.iter().filter_map(|case| question(case)).collect();
    let diagnoses: Vec<Vec<MistakeSet>> = mismatches
        .par_iter()
        .enumerate()
        .map(|(index, (case, answer))| {
            let depth = if index < SEARCHED_FOR_PAIRS { Depth::Pairs } else { Depth::Singles };
            let found = question(case).map(|asked| diagnose(&asked, answer, depth));
            found.map_or_else(Vec::new, |Diagnosis { sets }| sets)
        })
        .collect();

    let mut candidates: Vec<MistakeSet> = diagnoses.iter().flatten().copied().collect();
    candidates.sort_unstable();
    candidates.dedup();
    // Refuted by what conforms. One that every other is refuted too is kept: it may hold under a
    // condition that the catalogue does not know.
    let refuted: Vec<(MistakeSet, bool)> = candidates
        .par_iter()
        .map(|set| (*set, conforming.iter().any(|asked| changes(asked, *set))))
        .collect();
    let stands = |set: &MistakeSet| refuted.contains(&(*set, false));

    let mut open: Vec<usize> = (0..mismatches.len()).collect();
    let mut groups = Vec::new();
    loop {
        let explained_by = |set: &MistakeSet| -> Vec<usize> {
            open.iter().copied().filter(|&index| diagnoses[index].contains(set)).collect()
        };
        let best = candidates
            .iter()
            .map(|set| (stands(set), explained_by(set)))
            .filter(|(_, cases)| !cases.is_empty())
            .max_by_key(|(stands, cases)| (*stands, cases.len()));
        let Some((standing, explained)) = best else { break };
        let alternatives: Vec<MistakeSet> = candidates
            .iter()
            .copied()
            .filter(|set| stands(set) == standing && explained_by(set) == explained)
            .collect();
        open.retain(|index| !explained.contains(index));
        let cases = explained.iter().map(|&index| mismatches[index].0).collect();
        groups.push(group(&alternatives, cases, others));
    }
    groups.sort_by_key(|group: &MistakeGroup| std::cmp::Reverse(group.cases.len()));
    let mismatches = mismatches.len();
    Attribution { explained: mismatches - open.len(), mismatches, groups }
}

fn group(alternatives: &[MistakeSet], mut cases: Vec<&Case>, others: &[&Case]) -> MistakeGroup {
    let telling = match alternatives {
        [first, rest @ ..] if !rest.is_empty() => others.iter().find(|case| {
            question(case).is_some_and(|asked| {
                let mark = mark_under(&asked, *first);
                rest.iter().any(|set| mark_under(&asked, *set) != mark)
            })
        }),
        _ => None,
    };
    let ids = |set: &MistakeSet| set.iter().map(|mistake| mistake.id().to_owned()).collect();
    let first = alternatives.first().into_iter().flat_map(|set| set.iter());
    cases.sort_by_key(|case| size(case));
    MistakeGroup {
        alternatives: alternatives.iter().map(ids).collect(),
        titles: first.map(|mistake| mistake.entry().title.clone()).collect(),
        cases: cases.iter().map(|case| case.id.clone()).collect(),
        telling: telling.map(|case| case.id.clone()),
    }
}

/// Whether a signer with these mistakes would answer differently from a correct one.
fn changes(asked: &SignQuestion, set: MistakeSet) -> bool {
    mark_under(asked, set) != mark_under(asked, MistakeSet::default())
}

fn question(case: &Case) -> Option<SignQuestion> {
    match Question::of(case) {
        Question::Sign(question) => Some(*question),
        Question::DeriveKey(_) | Question::Verify(_) => None,
    }
}

/// How much there is to read in a case's request.
fn size(case: &Case) -> usize {
    question(case).map_or(usize::MAX, |asked| {
        let request = &asked.input.request;
        let headers = request.headers.iter().map(|(name, value)| name.len() + value.len());
        request.target.len() + request.body.len() + headers.sum::<usize>()
    })
}
