//! What must hold for every request and every key, as functions that say where it does not. Tests,
//! fuzz targets and the command line share them.
//!
//! Each takes a generated question and returns whether the property held or had nothing to say;
//! `harness/reference/PROPERTIES.md` lists them with the rule that each rests on.

pub mod derivation;
pub mod fuzzing;
pub mod rulings;
pub mod signature;
pub mod streams;

/// The result of checking a property.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// It holds.
    Held,
    /// The property says nothing about this question. A test that only sees such questions has
    /// tested nothing, so they have to be counted.
    Vacuous,
}

/// A property that does not hold.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{property}: {detail}")]
pub struct Violation {
    /// The property's function.
    pub property: &'static str,
    /// What was expected, and what came instead.
    pub detail: String,
}
