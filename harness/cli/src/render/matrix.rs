//! A matrix for people.

use std::io::{self, Write};

use sigv4_conformance::matrix::{Agreement, Cell, Column, Matrix, Outcome, agreements, shared};
use sigv4_protocol::Side;

/// How many mistakes of a subject the page shows; the data has all.
const MISTAKES: usize = 12;

/// How a run ended, in a line.
pub(crate) fn line(column: &Column) -> String {
    let name = format!("{} {}", column.name, column.version);
    format!("{}: {}", name.trim_end(), result(column))
}

fn result(column: &Column) -> String {
    match &column.outcome {
        Outcome::AsExpected { known: 0 } => "as expected".to_owned(),
        Outcome::AsExpected { known } => {
            format!("as expected, with {}", counted(*known, "known failure"))
        }
        Outcome::Unexpected { failed, problems } => format!(
            "{}, {}",
            counted(*failed, "unexpected verdict"),
            counted(*problems, "stale expectation")
        ),
        Outcome::Incomplete { problem } => format!("incomplete: {problem}"),
        Outcome::NotRun => "not run".to_owned(),
        Outcome::Missing { problem } => format!("missing: {problem}"),
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

pub(crate) fn write_markdown(matrix: &Matrix, out: &mut dyn Write) -> io::Result<()> {
    let (title, who) = match matrix.side {
        Side::Signer => ("Signers side by side", "signer"),
        Side::Verifier => ("Verifiers side by side", "verifier"),
    };
    writeln!(out, "# {title}\n")?;
    writeln!(
        out,
        "Made on {} with the vectors of version {} (`{}`) by `sigv4-conformance matrix --side {}`. The data with \
         the cases is in [`{who}s.json`]({who}s.json).\n",
        matrix.date, matrix.suite.version, matrix.suite.digest, matrix.side
    )?;
    write_subjects(matrix, out)?;
    write_areas(matrix, out)?;
    write_shared(matrix, out)?;
    write_agreements(matrix, out)?;
    write_mistakes(matrix, out)
}

/// A row per subject: how the run ended.
fn write_subjects(matrix: &Matrix, out: &mut dyn Write) -> io::Result<()> {
    let is_verifier = matrix.side == Side::Verifier;
    let extra = if is_verifier { " wrongly accepted |" } else { "" };
    writeln!(out, "| {} | language | right | wrong |{extra} result |", matrix.side)?;
    let rule = if is_verifier { " ---: |" } else { "" };
    writeln!(out, "| --- | --- | ---: | ---: |{rule} --- |")?;
    for column in &matrix.columns {
        let sum = |of: fn(&Cell) -> usize| column.cells.values().map(of).sum::<usize>();
        let (asked, right, wrong) = (sum(|it| it.asked), sum(|it| it.right), sum(|it| it.wrong));
        let passed = if is_verifier { format!(" {} |", column.let_pass) } else { String::new() };
        writeln!(
            out,
            "| {} {} | {} | {right}/{asked} | {wrong} |{passed} {} |",
            column.name,
            column.version,
            column.language,
            cell_text(&result(column))
        )?;
    }
    writeln!(out)
}

/// A row per area, a column per subject that ran.
fn write_areas(matrix: &Matrix, out: &mut dyn Write) -> io::Result<()> {
    let columns: Vec<&Column> =
        matrix.columns.iter().filter(|column| !column.cells.is_empty()).collect();
    writeln!(
        out,
        "How many cases are right of those that were asked; then how many are wrong (✗), how many differ where \
         a subject may (≠), and how many it does not support (∅).\n"
    )?;
    write!(out, "| area |")?;
    for column in &columns {
        write!(out, " {} |", column.name)?;
    }
    writeln!(out, "\n| --- |{}", " ---: |".repeat(columns.len()))?;
    for area in matrix.areas() {
        write!(out, "| {} |", area.title())?;
        for column in &columns {
            let Some(cell) = column.cells.get(&area) else {
                write!(out, " |")?;
                continue;
            };
            write!(out, " {}/{}", cell.right, cell.asked)?;
            for (count, sign) in [(cell.wrong, '✗'), (cell.differs, '≠'), (cell.refused, '∅')]
            {
                if count > 0 {
                    write!(out, " {count}{sign}")?;
                }
            }
            write!(out, " |")?;
        }
        writeln!(out)?;
    }
    writeln!(out)
}

fn write_shared(matrix: &Matrix, out: &mut dyn Write) -> io::Result<()> {
    let all = shared(matrix);
    if all.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "## Shared mistakes\n\nThese are not found by letting the subjects talk to each other: they agree.\n\n\
         | mistake | subjects | a case |\n| --- | --- | --- |"
    )?;
    for shared in all {
        let ids = shared.mistakes.join(" + ");
        let subjects = shared.subjects.join(", ");
        writeln!(out, "| `{ids}` | {subjects} | `{}` |", shared.case)?;
    }
    writeln!(out)
}

fn write_agreements(matrix: &Matrix, out: &mut dyn Write) -> io::Result<()> {
    let all = agreements(matrix);
    if all.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "## Mistakes that signers and verifiers share\n\nThese verifiers reject the right request and accept the one \
         with the mistake: they work with these signers, and with nobody who is right.\n\n\
         | mistake | signers | verifiers | a case |\n| --- | --- | --- | --- |"
    )?;
    for Agreement { agreed, verifiers } in all {
        let ids = agreed.mistakes.join(" + ");
        let signers = agreed.signers.join(", ");
        let verifiers = verifiers.join(", ");
        writeln!(out, "| `{ids}` | {signers} | {verifiers} | `{}` |", agreed.case)?;
    }
    writeln!(out)
}

fn write_mistakes(matrix: &Matrix, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## What each gets wrong\n")?;
    for column in &matrix.columns {
        if column.mistakes.is_empty() && column.unexplained.is_empty() {
            continue;
        }
        writeln!(out, "### {} {}\n", column.name, column.version)?;
        for made in column.mistakes.iter().take(MISTAKES) {
            let ids = made.alternatives.first().map(|set| set.join(" + ")).unwrap_or_default();
            let case = made.cases.first().map_or("", String::as_str);
            let count = counted(made.cases.len(), "case");
            writeln!(out, "- `{ids}` ({count}, first `{case}`): {}", made.titles.join(" "))?;
        }
        if let Some(rest) = column.mistakes.len().checked_sub(MISTAKES).filter(|rest| *rest > 0) {
            writeln!(out, "- {rest} more, in the data")?;
        }
        if let Some(first) = column.unexplained.first() {
            let count = counted(column.unexplained.len(), "case");
            writeln!(out, "- {count} that no known mistake explains, first `{first}`")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Text that does not end a cell of a table.
fn cell_text(text: &str) -> String {
    text.replace('|', "\\|")
}
