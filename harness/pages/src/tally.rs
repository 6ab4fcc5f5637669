//! Right and wrong by area, as cells that colour and text both tell apart.

use serde::Serialize;
use sigv4_conformance::matrix::{Area, Cell, Column};

/// One cell of a table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Shown {
    /// The class of its colour: `right`, `few`, `some`, `many`, `none`, `empty`.
    pub(crate) class: &'static str,
    /// What it shows.
    pub(crate) text: String,
    /// What that means.
    pub(crate) says: String,
}

impl Shown {
    /// How a cell looks; `None` if nothing was asked.
    pub(crate) fn of(cell: Option<&Cell>) -> Self {
        let Some(cell) = cell.filter(|cell| cell.asked > 0) else {
            return Self { class: "empty", text: String::new(), says: "not asked".to_owned() };
        };
        let Cell { asked, right, wrong, differs, refused } = *cell;
        let others =
            [(wrong, "wrong"), (differs, "different where it may"), (refused, "not supported")];
        let others = others.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = std::iter::once(format!("{right} of {asked} right"))
            .chain(others.map(|(count, what)| format!("{count} {what}")))
            .collect();
        let says = parts.join(", ");
        let judged = asked - refused;
        let (class, text) = match wrong * 100 / judged.max(1) {
            _ if judged == 0 => ("none", "∅".to_owned()),
            _ if wrong == 0 && right == asked => ("right", "✓".to_owned()),
            _ if wrong == 0 => ("right", format!("{right}")),
            0..5 => ("few", format!("{wrong}✗")),
            5..30 => ("some", format!("{wrong}✗")),
            _ => ("many", format!("{wrong}✗")),
        };
        Self { class, text, says }
    }
}

/// The sum of a column.
pub(crate) fn sum(column: &Column) -> Cell {
    column.cells.values().fold(Cell::default(), |sum, cell| Cell {
        asked: sum.asked + cell.asked,
        right: sum.right + cell.right,
        wrong: sum.wrong + cell.wrong,
        differs: sum.differs + cell.differs,
        refused: sum.refused + cell.refused,
    })
}

/// The title of an area without the marks of Markdown.
pub(crate) fn title(area: Area) -> String {
    area.title().replace('`', "")
}
