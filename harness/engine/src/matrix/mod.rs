//! Many subjects side by side: a column for each, a row for each area of the vectors.
//!
//! A matrix keeps what people ask of it (who is right where, by which mistakes not, who shares a mistake),
//! without the answers themselves: the run log of one subject has those.

mod agreement;
mod area;
mod change;
mod column;
mod shared;
mod side_by_side;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sigv4_protocol::Side;

pub use agreement::{Agreed, Agreement, SignersMistakes, agreements};
pub use area::Area;
pub use change::{Change, changes};
pub use column::{Cell, Column, ColumnBuilder, Judged, Made, Outcome, Standing};
pub use shared::{Shared, shared};
pub use side_by_side::{side_by_side, today};

use crate::log::SuiteEvent;

/// The version of the format.
pub const VERSION: u32 = 2;

/// Why the data of a matrix cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum MatrixError {
    /// Not JSON of the right shape.
    #[error("expected the data of a matrix: {0}")]
    Json(#[from] serde_json::Error),
    /// Another version of the format.
    #[error("version {0} of a matrix, expected {VERSION}: make it again with `matrix`")]
    Version(u32),
    /// The letters of a column do not belong to the cases.
    #[error("column {name}: expected {cases} standings, one for each case, got {standings}")]
    Standings {
        /// The subject.
        name: String,
        /// How many letters.
        standings: usize,
        /// How many cases.
        cases: usize,
    },
}

/// What every version has.
#[derive(Deserialize)]
struct Version {
    matrix: u32,
}

/// Many subjects side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// [`VERSION`].
    pub matrix: u32,
    /// The day on which it was made, `YYYY-MM-DD`.
    pub date: String,
    /// The vectors.
    pub suite: SuiteEvent,
    /// The side that was tested.
    pub side: Side,
    /// The cases in which at least one subject does not do what is expected, in the order of their ids. What a
    /// verifier wrongly lets pass is not among them.
    pub cases: Vec<String>,
    /// The subjects.
    pub columns: Vec<Column>,
}

impl Matrix {
    /// Reads the data of a matrix.
    ///
    /// # Errors
    /// It is not JSON of the right shape, of another version, or does not add up.
    pub fn read(json: &[u8]) -> Result<Self, MatrixError> {
        let Version { matrix: version } = serde_json::from_slice(json)?;
        if version != VERSION {
            return Err(MatrixError::Version(version));
        }
        let matrix: Self = serde_json::from_slice(json)?;
        let cases = matrix.cases.len();
        match matrix.columns.iter().find(|column| column.standings.chars().count() != cases) {
            Some(column) => {
                let name = column.name.clone();
                let standings = column.standings.chars().count();
                Err(MatrixError::Standings { name, standings, cases })
            }
            None => Ok(matrix),
        }
    }

    /// Puts subjects side by side.
    #[must_use]
    pub fn of(date: String, suite: SuiteEvent, side: Side, judged: Vec<Judged>) -> Self {
        let wrong: BTreeSet<String> =
            judged.iter().flat_map(|judged| judged.column.wrong()).cloned().collect();
        let cases: Vec<String> = wrong.into_iter().collect();
        let columns = judged.into_iter().map(|judged| judged.among(&cases)).collect();
        Self { matrix: VERSION, date, suite, side, cases, columns }
    }

    /// The areas that a subject was asked about, in order.
    #[must_use]
    pub fn areas(&self) -> Vec<Area> {
        let mut areas: Vec<Area> =
            self.columns.iter().flat_map(|column| column.cells.keys().copied()).collect();
        areas.sort();
        areas.dedup();
        areas
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(name: &str, wrong: &[&str], standings: &[(&str, Standing)]) -> Judged {
        let mut judged = Judged::without_verdicts(Column {
            name: name.to_owned(),
            unexplained: wrong.iter().map(|&id| id.to_owned()).collect(),
            ..Column::default()
        });
        let standings = standings.iter().map(|&(id, standing)| (id.to_owned(), standing));
        judged.standings.extend(standings);
        judged
    }

    fn two() -> Matrix {
        use Standing::{Refused, Right, Wrong};
        let first = judged("first", &["b"], &[("a", Right), ("b", Wrong), ("c", Right)]);
        let second = judged("second", &["a"], &[("a", Wrong), ("b", Refused)]);
        let third = judged("third", &[], &[("c", Right)]);
        let suite = SuiteEvent { version: "1".to_owned(), digest: "sha256:00".to_owned() };
        Matrix::of("2026-11-30".to_owned(), suite, Side::Signer, vec![first, second, third])
    }

    #[test]
    fn what_each_subject_made_of_a_case_is_kept_if_one_gets_it_wrong() {
        let matrix = two();
        assert_eq!(matrix.cases, ["a", "b"]);
        let standings = matrix.columns.iter().map(|column| &*column.standings);
        assert_eq!(standings.collect::<Vec<_>>(), ["Gw", "wu", "  "]);
    }

    #[test]
    fn data_that_do_not_add_up_are_refused() {
        let json = serde_json::to_string(&two()).unwrap();
        assert_eq!(Matrix::read(json.as_bytes()).unwrap(), two());
        let refused = |from: &str, to: &str| {
            Matrix::read(json.replace(from, to).as_bytes()).unwrap_err().to_string()
        };
        assert_eq!(
            refused("\"matrix\":2", "\"matrix\":1"),
            "version 1 of a matrix, expected 2: make it again with `matrix`"
        );
        assert_eq!(
            refused("\"wu\"", "\"w\""),
            "column second: expected 2 standings, one for each case, got 1"
        );
    }
}
