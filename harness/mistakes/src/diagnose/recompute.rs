//! Recomputation: the model signs the request with sets of mistakes until one reproduces what was
//! seen.

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use sigv4_protocol::{SignQuestion, SignedAnswer};

use super::candidates;
use super::mark::Mark;
use super::suspect::SuspectedSigner;
use crate::catalogue::MistakeSet;

/// How many mistakes at once are considered.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Depth {
    /// One.
    Singles,
    /// One or two.
    Pairs,
}

/// The smallest sets of mistakes that reproduce an answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnosis {
    /// All sets of the smallest size: more than one if this request cannot distinguish them, none
    /// if no set of the catalogue reproduces the answer. The empty set alone means that the answer
    /// is that of a correct signer.
    pub sets: Vec<MistakeSet>,
}

/// Looks for the smallest sets of mistakes with which the model gives `answer` to `question`.
#[must_use]
pub fn diagnose(question: &SignQuestion, answer: &SignedAnswer, depth: Depth) -> Diagnosis {
    SuspectedSigner::of(question).diagnose(answer, depth)
}

impl SuspectedSigner<'_> {
    /// The smallest sets of mistakes with which it gives `answer`.
    #[must_use]
    pub fn diagnose(&self, answer: &SignedAnswer, depth: Depth) -> Diagnosis {
        Diagnosis { sets: self.search(&Mark::of(self.question, &answer.request), depth) }
    }

    /// The smallest sets that reproduce the mark `seen`.
    pub(super) fn search(&self, seen: &Mark, depth: Depth) -> Vec<MistakeSet> {
        let Some(right) = self.answer(MistakeSet::EMPTY) else { return Vec::new() };
        let correct = Mark::of(self.question, &right.request);
        if correct.reproduces(seen, Some(&correct)) {
            return vec![MistakeSet::EMPTY];
        }
        let suspect = self.with_key_of(&right);
        let (candidates, mut sets) = candidates::of(&suspect, seen, &right);
        let telling = seen.is_computed_and_telling(Some(&correct));
        if sets.is_empty() && depth >= Depth::Pairs {
            let reproduces = |set: &MistakeSet| {
                suspect.answer(*set).is_some_and(|answer| {
                    // Most signatures differ, and the rest of a mark is more work.
                    (!telling || seen.is_signed_as(&answer))
                        && suspect.mark(&answer, telling).reproduces(seen, Some(&correct))
                })
            };
            sets = candidates.pairs().into_par_iter().filter(reproduces).collect();
        }
        sets
    }
}
