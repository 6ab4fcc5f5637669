//! Many subjects side by side: a column for each, a row for each area of the vectors.
//!
//! A matrix keeps what people ask of it (who is right where, by which mistakes not, who shares a mistake),
//! without the answers themselves: the run log of one subject has those.

mod area;
mod change;
mod column;
mod shared;
mod side_by_side;

use serde::{Deserialize, Serialize};
use sigv4_protocol::Side;

pub use area::Area;
pub use change::{Change, changes};
pub use column::{Cell, Column, ColumnBuilder, Made, Outcome};
pub use shared::{Shared, shared};
pub use side_by_side::{side_by_side, today};

use crate::log::SuiteEvent;

/// The version of the format.
pub const VERSION: u32 = 1;

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
    /// The subjects.
    pub columns: Vec<Column>,
}

impl Matrix {
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
