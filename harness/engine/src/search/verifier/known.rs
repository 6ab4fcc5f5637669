//! The findings so far, and the mistakes that explain them.

use sigv4_mistakes::model::Model;
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_protocol::{Question, Side};
use sigv4_vectors::model::Ruling;

use super::finding::Found;
use super::oracle::{Said, of};

/// How many right rulings a finding is compared with after it was found.
const WEIGHED: u32 = 4000;

/// A finding, with what tells whether another wrong ruling has the same cause.
#[derive(Debug)]
pub(super) struct Known {
    found: Found,
    /// Each of them explains everything that was seen; none if the catalogue has none.
    alternatives: Vec<Mistake>,
    said: Said,
    weighed: u32,
}

/// What a verifier with these mistakes says of a request.
pub(super) fn rules(mistakes: MistakeSet, question: &Question) -> Option<Ruling> {
    Model::new(mistakes).answer(question).ok().as_ref().and_then(of)
}

/// The mistakes with which a verifier that has those of `named` says this of a request.
pub(super) fn explaining(question: &Question, said: &Said, named: MistakeSet) -> Vec<Mistake> {
    let Some(ruling) = said.ruling() else { return Vec::new() };
    let says = |mistake: &Mistake| {
        rules(named.union(MistakeSet::from(*mistake)), question) == Some(ruling)
    };
    Mistake::of(Side::Verifier).iter().copied().filter(says).collect()
}

/// All mistakes that are named; the first one of alternatives.
pub(super) fn named(known: &[Known]) -> MistakeSet {
    let first = known.iter().filter_map(|known| known.alternatives.first());
    first.fold(MistakeSet::EMPTY, |all, mistake| all.union(MistakeSet::from(*mistake)))
}

impl Known {
    pub(super) fn new(found: Found, alternatives: Vec<Mistake>, said: Said) -> Self {
        Self { found, alternatives, said, weighed: 0 }
    }

    pub(super) fn is_named(&self) -> bool {
        !self.alternatives.is_empty()
    }

    /// Whether one of its mistakes gives this ruling, too.
    pub(super) fn reproduces(&self, question: &Question, said: &Said) -> bool {
        let ruling = said.ruling();
        ruling.is_some()
            && self.alternatives.iter().any(|mistake| rules((*mistake).into(), question) == ruling)
    }

    /// Whether a wrong ruling that no mistake explains is on the same changes.
    pub(super) fn looks_like(&self, words: &[String], said: &Said) -> bool {
        let is_alike = match (&self.said, said) {
            (Said::Accepts, Said::Accepts) | (Said::Rejects(_), Said::Rejects(_)) => {
                self.found.changes.iter().all(|change| words.contains(change))
                    && (!self.found.changes.is_empty() || words.is_empty())
            }
            (Said::Fails(one), Said::Fails(other)) => one.lines().next() == other.lines().next(),
            _ => false,
        };
        !self.is_named() && is_alike
    }

    /// Counts a wrong ruling. Of alternatives only those are left that explain it, if any does.
    pub(super) fn count(&mut self, question: &Question, said: &Said) {
        self.found.hits += 1;
        if self.alternatives.len() > 1 {
            self.keep(|mistake| rules(mistake.into(), question) == said.ruling());
        }
    }

    /// Compares the mistakes with a right ruling: one that would have changed it is none of the
    /// subject's.
    pub(super) fn weigh(&mut self, question: &Question, right: Ruling, named: MistakeSet) {
        if self.weighed >= WEIGHED {
            return;
        }
        self.weighed += 1;
        let says = |mistake: Mistake| {
            rules(mistake.into(), question) == Some(right)
                || rules(named.union(mistake.into()), question) == Some(right)
        };
        if self.alternatives.len() > 1 {
            self.keep(says);
        } else if let [only] = self.alternatives[..]
            && !says(only)
        {
            self.alternatives.clear();
            self.found.resembles.push(only.id());
        }
    }

    /// Keeps the alternatives of which this holds, if there are any.
    fn keep(&mut self, holds: impl Fn(Mistake) -> bool) {
        let left: Vec<Mistake> =
            self.alternatives.iter().copied().filter(|mistake| holds(*mistake)).collect();
        if !left.is_empty() {
            self.alternatives = left;
        }
    }

    /// Whether it is the same finding.
    pub(super) fn is(&self, other: &Self) -> bool {
        if self.is_named() || other.is_named() {
            return self.alternatives.iter().any(|mistake| other.alternatives.contains(mistake));
        }
        self.looks_like(&other.found.changes, &other.said)
    }

    /// Merges the same finding.
    pub(super) fn absorb(&mut self, other: &Self) {
        self.found.hits += other.found.hits;
        self.keep(|mistake| other.alternatives.contains(&mistake));
    }

    /// The finding as it is reported.
    pub(super) fn found(self) -> Found {
        let mistakes: Vec<&'static str> =
            self.alternatives.iter().map(|mistake| mistake.id()).collect();
        let title = self.alternatives.first().map(|mistake| mistake.entry().title.clone());
        Found { mistakes, title, ..self.found }
    }
}
