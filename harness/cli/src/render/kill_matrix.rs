//! The kill matrix: mistakes by suite.

use std::io::{self, Write};

use sigv4_conformance::kill_matrix::{KillMatrix, Row};
use sigv4_mistakes::Mistake;
use sigv4_vectors::model::Suite;

use super::{ERROR, FAINT, HEADING};

/// The suites: three of signers, one of verifiers.
const SUITES: [Suite; 4] = [Suite::Official, Suite::Published, Suite::Edge, Suite::Verifier];

/// For a terminal: one line per mistake, the totals last.
pub(crate) fn write_human(matrix: &KillMatrix, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{HEADING}{:40}", "mistake")?;
    for suite in SUITES {
        write!(out, "  {suite:>9}")?;
    }
    writeln!(out, "  first vector that catches it{HEADING:#}")?;
    for row in &matrix.rows {
        write!(out, "{:40}", row.mistake)?;
        for suite in SUITES {
            write!(out, "  {:>9}", count(row, suite))?;
        }
        match (first(row), &row.unkilled) {
            (Some(first), _) => writeln!(out, "  {FAINT}{first}{FAINT:#}")?,
            (None, why) => {
                let why = why.as_deref().unwrap_or_default();
                writeln!(out, "  {ERROR}none{ERROR:#}: {why}")?;
            }
        }
    }
    writeln!(out)?;
    for line in sums(matrix) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// For the published report.
pub(crate) fn write_markdown(matrix: &KillMatrix, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Kill matrix\n")?;
    writeln!(
        out,
        "How many `must` vectors of each suite catch a signer or verifier that makes one mistake of the \
         catalogue and no other, and the first that does. Made by `sigv4-conformance mistakes matrix --format \
         markdown`; vectors `{}`.\n",
        matrix.digest
    )?;
    for line in sums(matrix) {
        writeln!(out, "- {line}")?;
    }
    writeln!(out, "\n| mistake | what it does | official | published | edge | verifier | first |")?;
    writeln!(out, "| --- | --- | ---: | ---: | ---: | ---: | --- |")?;
    for row in &matrix.rows {
        let title = Mistake::from_id(&row.mistake).map_or("", |mistake| &mistake.entry().title[..]);
        write!(out, "| `{}` | {} |", row.mistake, title.replace('|', "\\|"))?;
        for suite in SUITES {
            write!(out, " {} |", count(row, suite))?;
        }
        match (first(row), &row.unkilled) {
            (Some(first), _) => writeln!(out, " `{first}` |")?,
            (None, why) => writeln!(out, " none: {} |", why.as_deref().unwrap_or_default())?,
        }
    }
    Ok(())
}

/// The totals, one line each.
fn sums(matrix: &KillMatrix) -> Vec<String> {
    let all = matrix.rows.len();
    let share =
        |killed: usize| format!("{killed} of {all} mistakes ({} %)", killed * 100 / all.max(1));
    let mut lines = vec![format!("caught by a `must` vector: {}", share(matrix.killed(None)))];
    for suite in SUITES {
        lines.push(format!("caught by `{suite}`: {}", share(matrix.killed(Some(suite)))));
    }
    lines
}

fn count(row: &Row, suite: Suite) -> usize {
    row.kills.get(&suite).map_or(0, |kills| kills.count)
}

fn first(row: &Row) -> Option<&str> {
    SUITES.iter().find_map(|suite| row.kills.get(suite)).map(|kills| &kills.first[..])
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_published_page_shows_the_published_matrix() {
        let reports = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reports");
        let read = |name| fs::read_to_string(reports.join(name)).expect("a published file");
        let matrix: KillMatrix = serde_json::from_str(&read("kill-matrix.json")).expect("a matrix");
        let mut page = Vec::new();
        write_markdown(&matrix, &mut page).expect("a page");
        let is_same = String::from_utf8(page).is_ok_and(|page| page == read("kill-matrix.md"));
        assert!(is_same, "kill-matrix.md is out of date: run `cargo xtask report`");
    }
}
