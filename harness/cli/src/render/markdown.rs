//! A summary in Markdown, for a pull request or the page of a job.

use std::io::{self, Write};

use sigv4_conformance::log::{CaseEvent, Footer, Outcome, Problem, RunLog, RunResult};
use sigv4_protocol::Side;

use super::columns::columns;
use super::command_line::reproducing;

pub(super) fn write(runs: &[RunLog], out: &mut dyn Write) -> io::Result<()> {
    for side in [Side::Signer, Side::Verifier] {
        write_table(side, runs, out)?;
    }
    for run in runs {
        write_details(run, out)?;
    }
    Ok(())
}

/// The runs of a side, if there are any: a log may hold runs of both.
fn write_table(side: Side, runs: &[RunLog], out: &mut dyn Write) -> io::Result<()> {
    let mut rows = runs.iter().filter(|run| run.header.subject.side == side).peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    let heads: Vec<&str> = columns(side).iter().map(|(head, _)| *head).collect();
    writeln!(out, "| subject | result | cases | {} |", heads.join(" | "))?;
    writeln!(out, "| --- | --- |{}", " ---: |".repeat(heads.len() + 1))?;
    for run in rows {
        let subject = &run.header.subject;
        let result = match run.footer.result {
            RunResult::AsExpected => "as expected",
            RunResult::Unexpected => "**unexpected**",
            RunResult::Incomplete => "**incomplete**",
        };
        let count = |is_counted: &fn(&CaseEvent) -> bool| {
            run.cases.iter().filter(|case| is_counted(case)).count().to_string()
        };
        let counts: Vec<String> =
            columns(side).iter().map(|(_, is_counted)| count(is_counted)).collect();
        writeln!(
            out,
            "| {} {} | {result} | {} | {} |",
            text(&subject.name),
            text(&subject.version),
            run.cases.len(),
            counts.join(" | ")
        )?;
    }
    Ok(())
}

fn write_details(run: &RunLog, out: &mut dyn Write) -> io::Result<()> {
    let with = |outcome| run.cases.iter().filter(move |case| case.outcome == outcome);
    let Footer { failed, known, remarks, .. } = &run.footer;
    if failed + known + run.problems.len() + remarks.len() == 0 {
        return Ok(());
    }
    writeln!(out, "\n### {}\n", run.header.subject.name)?;
    for problem in &run.problems {
        match problem {
            Problem::Adapter { message } => writeln!(out, "- adapter: {}", text(message))?,
            Problem::NothingProven { message } => {
                writeln!(out, "- nothing proven: {}", text(message))?;
            }
            Problem::StaleExpectation { file, line, message } => {
                writeln!(out, "- `{file}:{line}`: {}", text(message))?;
            }
        }
    }
    for remark in remarks {
        writeln!(out, "- {}", text(remark))?;
    }
    for case in with(Outcome::Failed) {
        writeln!(out, "- **{}** `{}`: {}", case.verdict, case.id, text(&why(case)))?;
        writeln!(out, "  `{}`", reproducing(run, &case.id))?;
    }
    for case in with(Outcome::Known) {
        let reason = case.known.as_ref().map_or("", |known| &known.reason[..]);
        writeln!(out, "- {} `{}`, known: {}", case.verdict, case.id, text(reason))?;
    }
    Ok(())
}

fn why(case: &CaseEvent) -> String {
    match &case.finding {
        Some(finding) => format!("{}: {}", finding.stage, finding.summary),
        None => case.notes.join("; "),
    }
}

/// One line of plain text, escaped so that nothing becomes markup by accident.
fn text(words: &str) -> String {
    let mut out = String::new();
    for (index, part) in words.split('`').enumerate() {
        // Every second part is between backticks, where markup has no effect.
        if index > 0 {
            out.push('`');
        }
        for character in part.chars() {
            match character {
                '\n' => out.push_str("<br>"),
                '*' | '_' | '<' | '[' | '|' | '\\' if index % 2 == 0 => {
                    out.push('\\');
                    out.push(character);
                }
                other => out.push(other),
            }
        }
    }
    out
}
