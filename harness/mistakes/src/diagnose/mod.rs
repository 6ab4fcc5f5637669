//! Which mistakes make what was seen: the model signs the same request under every catalogued
//! mistake, under pairs and under triples of them, until one gives the subject's signature. Such a
//! diagnosis is a proof: it needs nothing but the signature.

mod attribution;
mod baseline;
mod candidates;
mod mark;
mod replay;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::catalogue::MistakeSet;
use crate::model::Model;
use sigv4_protocol::{SignQuestion, SignedAnswer};

pub use attribution::{Attribution, MistakeGroup, attribute, telling};
pub use baseline::baseline;
use mark::Mark;
pub use replay::reproduces;

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

/// The mark that the model leaves under these mistakes; `None` where it refuses the request.
fn mark_under(question: &SignQuestion, mistakes: MistakeSet) -> Option<Mark> {
    let answer = Model::new(mistakes).sign(question).ok()?;
    Some(Mark::of(question, &answer.request))
}
