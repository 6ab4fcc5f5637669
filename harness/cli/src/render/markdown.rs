//! A summary in Markdown, for a pull request or the page of a job.

use std::io::{self, Write};

use sigv4_conformance::log::{CaseEvent, Footer, Outcome, RunLog, RunResult, reproducing};
use sigv4_protocol::Side;

use super::columns::columns;
use super::trouble::{Trouble, of_problem, rest, why};

/// How many mistakes, how many cases that none explains, and how many reasons of known failures a run
/// shows.
const SHOWN: usize = 20;

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
    let Footer { failed, known, remarks, .. } = &run.footer;
    if failed + known + run.problems.len() + remarks.len() == 0 {
        return Ok(());
    }
    writeln!(out, "\n### {}\n", run.header.subject.name)?;
    for problem in &run.problems {
        let (kind, message, place) = of_problem(problem);
        match place {
            Some((file, line)) => writeln!(out, "- {kind}: `{file}:{line}`: {}", text(message))?,
            None => writeln!(out, "- {kind}: {}", text(message))?,
        }
    }
    for remark in remarks {
        writeln!(out, "- {}", text(remark))?;
    }
    let trouble = Trouble::of(run);
    for mistake in trouble.mistakes.iter().take(SHOWN) {
        let titles = text(&mistake.titles().join(" "));
        writeln!(out, "- **{}** {}. {titles}", mistake.names(), mistake.explains())?;
        writeln!(out, "  `{}`", mistake.smallest(run))?;
    }
    write_rest(trouble.mistakes.len(), "more mistake", out)?;
    for case in trouble.unexplained.iter().take(SHOWN) {
        writeln!(out, "- **{}** `{}`: {}", case.verdict, case.id, text(&why(case)))?;
        writeln!(out, "  `{}`", reproducing(run, &case.id))?;
    }
    write_rest(trouble.unexplained.len(), "more failed case", out)?;
    let mut reasons: Vec<(&str, Vec<&CaseEvent>)> = Vec::new();
    for case in run.cases.iter().filter(|case| case.outcome == Outcome::Known) {
        let reason = case.known.as_ref().map_or("", |known| &known.reason[..]);
        match reasons.iter_mut().find(|(other, _)| *other == reason) {
            Some((_, cases)) => cases.push(case),
            None => reasons.push((reason, vec![case])),
        }
    }
    for (reason, cases) in reasons.iter().take(SHOWN) {
        match cases[..] {
            [case] => writeln!(out, "- known: `{}`, {}: {}", case.id, case.verdict, text(reason))?,
            _ => writeln!(out, "- known: {} cases: {}", cases.len(), text(reason))?,
        }
    }
    write_rest(reasons.len(), "more reason", out)
}

/// What is left out of a list of this length.
fn write_rest(length: usize, noun: &str, out: &mut dyn Write) -> io::Result<()> {
    match length.saturating_sub(SHOWN) {
        0 => Ok(()),
        left_out => writeln!(out, "- {}", text(&rest(left_out, noun))),
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
