//! Which sets of mistakes are worth trying on one request.
//!
//! Most mistakes do not affect most requests, and most of these remain without effect in any
//! combination. All pairs would be sixty thousand signatures; a fifth of them is left here, and a
//! test compares these with all pairs.

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_protocol::{Operation, SignedAnswer, Stage};
use sigv4_vectors::model::Placement;

use super::mark::Mark;
use super::suspect::SuspectedSigner;
use crate::catalogue::{Component, Mistake, MistakeSet, made_in};

/// The mistakes that can show in a request.
pub(super) struct Candidates {
    /// Mistakes that show alone, each with the first stage that it changes.
    active: Vec<(Mistake, Stage)>,
    /// Mistakes that do not show alone.
    silent: Vec<Mistake>,
    placement: Placement,
}

/// Sorts the catalogue by what each mistake does to the request, and returns the single mistakes
/// that reproduce the mark `seen`; `right` is the answer without mistakes.
pub(super) fn of(
    suspect: &SuspectedSigner<'_>,
    seen: &Mark,
    right: &SignedAnswer,
) -> (Candidates, Vec<MistakeSet>) {
    let placement = suspect.question.placement;
    let correct = suspect.mark(right, false);
    let telling = seen.is_computed_and_telling(Some(&correct));
    let correct = if telling { suspect.mark(right, true) } else { correct };
    let applies = |mistake: &Mistake| match mistake.entry().component {
        // It only shows from the second call on.
        Component::State => false,
        Component::Presign => placement == Placement::Query,
        _ => true,
    };
    // What is only written into the headers is not in the signature; a presigned query is.
    let is_signed = placement == Placement::Query || !telling;
    let matters = |mistake: &Mistake| is_signed || mistake.entry().stage != Some(Stage::Wire);
    let all = made_in(Operation::Sign).par_iter().copied();
    let answered =
        all.filter(|mistake| applies(mistake) && matters(mistake)).filter_map(|mistake| {
            let answer = suspect.answer(mistake.into())?;
            let mark = suspect.mark(&answer, telling);
            let changed = (mark != correct).then(|| first_changed(&answer, right));
            Some((mistake, changed, mark.reproduces(seen, Some(&correct))))
        });
    let answered: Vec<(Mistake, Option<Stage>, bool)> = answered.collect();
    let mut candidates = Candidates { active: Vec::new(), silent: Vec::new(), placement };
    let mut singles = Vec::new();
    for (mistake, changed, reproduces) in answered {
        match changed {
            Some(stage) => candidates.active.push((mistake, stage)),
            None => candidates.silent.push(mistake),
        }
        if reproduces {
            singles.push(mistake.into());
        }
    }
    (candidates, singles)
}

impl Candidates {
    fn singles(&self) -> Vec<MistakeSet> {
        self.active.iter().map(|(mistake, _)| (*mistake).into()).collect()
    }

    /// Pairs of two mistakes that show alone, or of one that shows and one that it may expose.
    pub(super) fn pairs(&self) -> Vec<MistakeSet> {
        let mut pairs = self.grown(&self.singles());
        for &(mistake, changed) in &self.active {
            let awakened = self
                .silent
                .iter()
                .filter(|other| may_awaken(mistake, changed, **other, self.placement));
            pairs.extend(awakened.map(|other| MistakeSet::from(mistake).with(*other)));
        }
        pairs
    }

    /// Every set of `sets` with one more mistake that shows alone, without duplicates.
    fn grown(&self, sets: &[MistakeSet]) -> Vec<MistakeSet> {
        let larger = sets.iter().flat_map(|set| {
            // Adding only later mistakes makes each set once.
            let last = set.iter().last();
            let behind = self.active.iter().filter(move |(mistake, _)| Some(*mistake) > last);
            behind.map(|(mistake, _)| set.with(*mistake))
        });
        larger.collect()
    }
}

/// Whether a mistake that changes this request from the stage `changed` on may expose `silent`,
/// which does not show alone.
fn may_awaken(mistake: Mistake, changed: Stage, silent: Mistake, placement: Placement) -> bool {
    let of_one_part = |component| match component {
        Component::Method | Component::Path | Component::Query => true,
        // A presigned query names the headers.
        Component::Header => placement == Placement::Header,
        _ => false,
    };
    let (component, other) = (mistake.entry().component, silent.entry().component);
    // What one of them writes, the other never reads.
    let apart = component != other && of_one_part(component) && of_one_part(other);
    // The day is written again for each stage, and the vendor's host is made from the scope.
    let late = matches!(other, Component::Date | Component::Host);
    !apart && (late || Some(changed) <= silent.entry().stage)
}

fn first_changed(answer: &SignedAnswer, right: &SignedAnswer) -> Stage {
    let (shown, expected) = (&answer.stages, &right.stages);
    if shown.canonical_request != expected.canonical_request {
        Stage::CanonicalRequest
    } else if shown.string_to_sign != expected.string_to_sign {
        Stage::StringToSign
    } else if shown.signing_key != expected.signing_key {
        Stage::SigningKey
    } else if shown.signature != expected.signature {
        Stage::Signature
    } else {
        Stage::Wire
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use sigv4_vectors::Vectors;

    use super::*;
    use sigv4_protocol::{Question, SignQuestion};

    /// Only one vector in this many is checked: a run over all of them takes minutes.
    const STRIDE: usize = 199;

    #[test]
    fn no_pair_with_one_that_shows_is_left_out() {
        let questions: Vec<SignQuestion> = Vectors::embedded()
            .cases()
            .step_by(STRIDE)
            .filter_map(|case| match Question::of(case) {
                Question::Sign(question) => Some(*question),
                _ => None,
            })
            .collect();
        assert!(questions.len() > 20, "too few to show anything");
        for telling in [false, true] {
            let missed = |question| missed(question, telling);
            let missed: Vec<String> = questions.par_iter().flat_map_iter(missed).collect();
            assert!(missed.is_empty(), "{} pairs:\n{}", missed.len(), missed.join("\n"));
        }
    }

    /// The pairs that leave another mark than the active mistake alone, but are not candidates.
    fn missed(question: &SignQuestion, telling: bool) -> Vec<String> {
        let suspect = SuspectedSigner::of(question);
        let Some(right) = suspect.answer(MistakeSet::EMPTY) else { return Vec::new() };
        let other = suspect.answer(Mistake::KeyPrefixMissing.into()).expect("another signature");
        let seen = suspect.mark(if telling { &other } else { &right }, false);
        let (candidates, _) = of(&suspect.with_key_of(&right), &seen, &right);
        let pairs: HashSet<MistakeSet> = candidates.pairs().into_iter().collect();
        let mark = |set| suspect.answer(set).map(|answer| suspect.mark(&answer, telling));
        let mut missed = Vec::new();
        for &(mistake, _) in &candidates.active {
            let alone = mark(mistake.into());
            for other in made_in(Operation::Sign).iter().filter(|other| **other != mistake) {
                let pair = MistakeSet::from(mistake).with(*other);
                if !pairs.contains(&pair) && mark(pair) != alone {
                    let target = &question.input.request.target;
                    missed.push(format!("{mistake} + {other} on {target}"));
                }
            }
        }
        missed
    }
}
