//! Recomputation: the model signs the request with sets of mistakes until one reproduces what was
//! seen.

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_protocol::{SignQuestion, SignedAnswer};

use super::candidates;
use super::mark::{Mark, mark_under};
use crate::catalogue::MistakeSet;

/// How many mistakes at once are considered.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Depth {
    /// One.
    Singles,
    /// One or two.
    Pairs,
    /// One to three.
    Triples,
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
    Diagnosis { sets: search(question, &Mark::of(question, &answer.request), depth) }
}

/// The smallest sets that reproduce the mark `seen`.
pub(super) fn search(question: &SignQuestion, seen: &Mark, depth: Depth) -> Vec<MistakeSet> {
    let correct = mark_under(question, MistakeSet::EMPTY);
    let reproduces = |mark: &Option<Mark>| {
        mark.as_ref().is_some_and(|mark| mark.reproduces(seen, correct.as_ref()))
    };
    if reproduces(&correct) {
        return vec![MistakeSet::EMPTY];
    }
    let candidates = candidates::of(question, correct.as_ref());
    let among = |sets: &[MistakeSet]| -> Vec<MistakeSet> {
        let under = |set: &MistakeSet| reproduces(&mark_under(question, *set));
        sets.par_iter().copied().filter(under).collect()
    };
    let mut sets = among(&candidates.singles());
    if sets.is_empty() && depth >= Depth::Pairs {
        sets = among(&candidates.pairs());
    }
    if sets.is_empty() && depth >= Depth::Triples {
        sets = among(&candidates.triples());
    }
    sets
}
