//! What changed from one matrix to another.

use std::collections::{BTreeMap, BTreeSet};

use super::{Area, Cell, Column, Made, Matrix, Outcome};

/// A change in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The subject.
    pub subject: String,
    /// What changed, as a sentence without its subject.
    pub what: String,
    /// Whether it is worse than before.
    pub is_worse: bool,
}

/// What changed, in the order of the columns of `after`; columns that are gone come last.
#[must_use]
pub fn changes(before: &Matrix, after: &Matrix) -> Vec<Change> {
    let by_name = |matrix: &'_ Matrix| -> BTreeMap<String, Column> {
        matrix.columns.iter().map(|column| (column.name.clone(), column.clone())).collect()
    };
    let (old, new) = (by_name(before), by_name(after));
    let mut all = Vec::new();
    for column in &after.columns {
        match old.get(&column.name) {
            Some(old) => all.extend(of_column(old, column)),
            None => all.push(change(column, "is new".to_owned(), false)),
        }
    }
    let gone = before.columns.iter().filter(|column| !new.contains_key(&column.name));
    all.extend(gone.map(|column| change(column, "is gone".to_owned(), true)));
    all
}

fn change(column: &Column, what: String, is_worse: bool) -> Change {
    Change { subject: column.name.clone(), what, is_worse }
}

fn of_column(old: &Column, new: &Column) -> Vec<Change> {
    let mut all = Vec::new();
    if old.version != new.version {
        let what = format!("is version {}, was {}", shown(&new.version), shown(&old.version));
        all.push(change(new, what, false));
    }
    let (was, is) = (kind(&old.outcome), kind(&new.outcome));
    if was != is {
        all.push(change(new, format!("is {is}, was {was}"), is != "as expected"));
    }
    let areas: BTreeSet<Area> = old.cells.keys().chain(new.cells.keys()).copied().collect();
    let cells = |column: &Column, area: Area| column.cells.get(&area).copied().unwrap_or_default();
    for area in areas {
        let (before, cell) = (cells(old, area), cells(new, area));
        let title = area.title();
        if before.asked > cell.asked {
            let count = before.asked - cell.asked;
            let what = match (count, cell.asked) {
                (1, _) => format!("{title}: 1 case was not asked again"),
                (_, 0) => format!("{title}: none of the {count} cases was asked again"),
                _ => format!("{title}: {count} cases were not asked again"),
            };
            all.push(change(new, what, true));
        }
        if cell.asked > 0 && counts(&before) != counts(&cell) {
            let refused = if before.refused + cell.refused > 0 {
                format!("; {} not supported, were {}", cell.refused, before.refused)
            } else {
                String::new()
            };
            let what = format!(
                "{title}: {} right and {} wrong, were {} and {}{refused}",
                cell.right, cell.wrong, before.right, before.wrong
            );
            let is_worse = cell.wrong > before.wrong
                || cell.right < before.right
                || cell.refused > before.refused;
            all.push(change(new, what, is_worse));
        }
    }
    let mistakes = |column: &Column| -> BTreeSet<String> {
        let sets = column.mistakes.iter().filter_map(|made| made.alternatives.first());
        sets.map(|set| set.join(" + ")).collect()
    };
    let (before, after) = (mistakes(old), mistakes(new));
    for mistake in after.difference(&before) {
        all.push(change(new, format!("now makes the mistake {mistake}"), true));
    }
    for mistake in before.difference(&after) {
        let of_mistake = |made: &&Made| {
            made.alternatives.first().is_some_and(|set| set.join(" + ") == **mistake)
        };
        let cases = old.mistakes.iter().filter(of_mistake).flat_map(|made| &made.cases);
        let lacks = |case: &String| {
            let area = Area::of(case);
            cells(new, area).asked < cells(old, area).asked
        };
        // What was not asked again may still be wrong.
        if !cases.clone().any(lacks) {
            all.push(change(new, format!("no longer makes the mistake {mistake}"), false));
        }
    }
    all
}

fn counts(cell: &Cell) -> [usize; 3] {
    [cell.right, cell.wrong, cell.refused]
}

fn kind(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::AsExpected { .. } => "as expected",
        Outcome::Unexpected { .. } => "not as expected",
        Outcome::Incomplete { .. } => "incomplete",
        Outcome::NotRun => "not run",
        Outcome::Missing { .. } => "missing",
    }
}

fn shown(version: &str) -> &str {
    if version.is_empty() { "unknown" } else { version }
}
