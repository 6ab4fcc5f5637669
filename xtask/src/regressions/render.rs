//! Results for people: a table on the terminal, a page in Markdown.

use std::fmt::Write as _;

use super::list::LIST;
use super::{Report, Row, RowResult};
use crate::setup::ADAPTERS;

const INTRODUCTION: &str = "# Old releases

Each release makes a mistake that was reported or mended upstream. It runs behind the adapter of the newest release, \
and is asked the vectors; *caught* is how many of them it answers wrongly for that mistake and no other, and *named* \
whether the diagnosis says so by itself. *Newest* is the release that the adapter pins, where the mistake is known to \
be mended: it must not make it.";

/// The head of both tables.
const HEAD: [&str; 6] = ["package", "version", "reported mistake", "caught", "named", "newest"];

/// The rows as aligned text.
pub(super) fn table(rows: &[Row]) -> String {
    let mut lines = vec![HEAD.map(str::to_owned)];
    lines.extend(rows.iter().map(cells));
    let widths: [usize; 6] = std::array::from_fn(|column| {
        lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default()
    });
    let mut text = String::new();
    // Writing into a String cannot fail, here and below.
    for line in &lines {
        let mut shown = String::new();
        for (cell, width) in line.iter().zip(widths) {
            let _ = write!(shown, "{cell:width$}  ");
        }
        let _ = writeln!(text, "{}", shown.trim_end());
    }
    text
}

/// The page in Markdown.
pub(super) fn page(report: &Report) -> String {
    let mut page = format!(
        "{INTRODUCTION}\n\nMade on {} with the vectors of version {} (`{}`) by `cargo xtask regressions`, from \
         [`{LIST}`](../{ADAPTERS}/{LIST}). The smallest cases are in [`regressions.json`](regressions.json).\n\n",
        report.date, report.suite.version, report.suite.digest
    );
    let good = report.rows.iter().filter(|row| row.is_as_reported()).count();
    let _ = writeln!(page, "{good} of {} are caught and named.\n", report.rows.len());
    let _ = writeln!(page, "| {} | report |", HEAD.join(" | "));
    let _ = writeln!(page, "| --- | --- | --- | ---: | --- | --- | --- |");
    for row in &report.rows {
        let [package, version, mistake, caught, named, newest] = cells(row);
        let (summary, report) = (&row.regression.summary, &row.regression.report);
        let _ = writeln!(
            page,
            "| {package} | {version} | `{mistake}` | {caught} | {named} | {newest} | [{summary}]({report}) |"
        );
    }
    page
}

fn cells(row: &Row) -> [String; 6] {
    let [caught, named, newest] = match &row.result {
        RowResult::Named { caught, newest, .. } => {
            let newest = newest.as_ref().map(|newest| {
                let said = if newest.makes_it { "still makes it" } else { "right" };
                format!("{} {said}", newest.version)
            });
            [caught.to_string(), "yes".to_owned(), newest.unwrap_or_default()]
        }
        RowResult::Unnamed { wrong: 0, .. } => ["0", "no", ""].map(str::to_owned),
        RowResult::Unnamed { wrong, instead } => {
            let what = if instead.is_empty() { "nothing".to_owned() } else { instead.join(", ") };
            [format!("{wrong} wrong"), format!("no: {what}"), String::new()]
        }
        RowResult::Missing { problem } => {
            [String::new(), format!("missing: {problem}"), String::new()]
        }
    };
    let regression = &row.regression;
    let [package, version, mistake] =
        [&regression.package, &regression.version, &regression.mistake].map(String::clone);
    [package, version, mistake, caught, named, newest]
}
