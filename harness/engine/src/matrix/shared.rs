//! Mistakes that several subjects make.
//!
//! Two implementations that agree on a wrong result work together, so that nobody finds it by using them.

use std::collections::BTreeMap;

use super::{Made, Matrix};

/// A mistake that several subjects make in the same cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared<'m> {
    /// The mistakes, by id.
    pub mistakes: &'m [String],
    /// What they are, in a sentence each.
    pub titles: &'m [String],
    /// The subjects.
    pub subjects: Vec<&'m str>,
    /// A case that all of them get wrong by it, the first in the order of the first subject.
    pub case: &'m str,
}

/// The mistakes that at least two subjects make, those of most subjects first.
#[must_use]
pub fn shared(matrix: &Matrix) -> Vec<Shared<'_>> {
    let mut all = Vec::new();
    for (mistakes, makers) in makers(matrix) {
        let [(_, first), others @ ..] = &makers[..] else { continue };
        let is_common =
            |case: &&String| others.iter().all(|(_, other)| other.cases.contains(*case));
        let Some(case) = first.cases.iter().find(is_common).filter(|_| !others.is_empty()) else {
            continue;
        };
        let subjects = makers.iter().map(|(name, _)| *name).collect();
        all.push(Shared { mistakes, titles: &first.titles, subjects, case });
    }
    all.sort_by_key(|shared| std::cmp::Reverse(shared.subjects.len()));
    all
}

/// The subjects that make each mistake, with their cases.
pub(super) fn makers(matrix: &Matrix) -> BTreeMap<&[String], Vec<(&str, &Made)>> {
    let mut makers: BTreeMap<&[String], Vec<(&str, &Made)>> = BTreeMap::new();
    for column in &matrix.columns {
        for made in &column.mistakes {
            let Some(first) = made.alternatives.first() else { continue };
            makers.entry(first).or_default().push((&column.name, made));
        }
    }
    makers
}
