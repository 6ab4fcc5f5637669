//! Which mistakes make what was seen: the model signs the same request under every catalogued
//! mistake, under pairs and under triples of them, until one gives the subject's signature. Such a
//! diagnosis is a proof: it needs nothing but the signature.

mod attribution;
mod mark;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::mistakes::{Mistake, MistakeSet};
use crate::model::Model;
use crate::subject::{SignQuestion, SignedAnswer};

pub(crate) use attribution::{attribute, telling};
use mark::Mark;

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
    /// All sets of the smallest size: more than one where this request cannot tell them apart,
    /// none where no set of the catalogue reproduces the answer. The empty set alone means that
    /// the answer is that of a correct signer.
    pub sets: Vec<MistakeSet>,
}

/// Looks for the smallest sets of mistakes under which the model gives `answer` to `question`.
#[must_use]
pub fn diagnose(question: &SignQuestion, answer: &SignedAnswer, depth: Depth) -> Diagnosis {
    Diagnosis { sets: search(question, &Mark::of(question, &answer.request), depth) }
}

fn search(question: &SignQuestion, seen: &Mark, depth: Depth) -> Vec<MistakeSet> {
    let correct = mark_under(question, MistakeSet::EMPTY);
    let reproduces = |mark: &Option<Mark>| {
        mark.as_ref().is_some_and(|mark| mark.reproduces(seen, correct.as_ref()))
    };
    if reproduces(&correct) {
        return vec![MistakeSet::EMPTY];
    }
    let marks: Vec<(MistakeSet, Option<Mark>)> = Mistake::ALL
        .par_iter()
        .map(|mistake| MistakeSet::from(*mistake))
        .map(|set| (set, mark_under(question, set)))
        .collect();
    let mut sets: Vec<MistakeSet> =
        marks.iter().filter(|(_, mark)| reproduces(mark)).map(|(set, _)| *set).collect();
    // A mistake that leaves this request alone adds nothing to another.
    let active: Vec<MistakeSet> =
        marks.iter().filter(|(_, mark)| *mark != correct).map(|(set, _)| *set).collect();
    let mut smaller = active.clone();
    for allowed in [Depth::Pairs, Depth::Triples] {
        if !sets.is_empty() || depth < allowed {
            break;
        }
        smaller = grown(&smaller, &active);
        let under = |set: &MistakeSet| reproduces(&mark_under(question, *set));
        sets = smaller.par_iter().copied().filter(under).collect();
    }
    sets
}

/// Every set of `sets` with one more member, each result once.
fn grown(sets: &[MistakeSet], singles: &[MistakeSet]) -> Vec<MistakeSet> {
    let larger = sets.iter().flat_map(|set| {
        // Growing upwards only makes each set once.
        let last = set.iter().last();
        let behind = move |single: &&MistakeSet| single.iter().next() > last;
        singles.iter().filter(behind).map(|single| set.union(*single))
    });
    larger.collect()
}

/// The mark that the model leaves under these mistakes; `None` where it refuses the request.
fn mark_under(question: &SignQuestion, mistakes: MistakeSet) -> Option<Mark> {
    let answer = Model::new(mistakes).sign(question).ok()?;
    Some(Mark::of(question, &answer.request))
}
