//! Workflow commands of GitHub Actions: one annotation per failure.

use std::io::{self, Write};

use sigv4_conformance::log::{Outcome, Problem, RunLog};

use super::command_line::reproducing;

pub(super) fn write(runs: &[RunLog], out: &mut dyn Write) -> io::Result<()> {
    for run in runs {
        let name = &run.header.subject.name;
        for problem in &run.problems {
            match problem {
                Problem::Adapter { message } => {
                    let title = format!("{name}: adapter failure");
                    writeln!(out, "::error title={}::{}", property(&title), data(message))?;
                }
                Problem::NothingProven { message } => {
                    let title = format!("{name}: nothing proven");
                    writeln!(out, "::error title={}::{}", property(&title), data(message))?;
                }
                Problem::StaleExpectation { file, line, message } => {
                    let file = property(file);
                    writeln!(
                        out,
                        "::error file={file},line={line},title=stale expectation::{}",
                        data(message)
                    )?;
                }
            }
        }
        for case in run.cases.iter().filter(|case| case.outcome == Outcome::Failed) {
            let why = match &case.finding {
                Some(finding) => format!("{}: {}", finding.stage, finding.summary),
                None => case.notes.join("\n"),
            };
            let title = format!("{name}: {} {}", case.verdict, case.id);
            let message =
                format!("{}\n{why}\nreproduce: {}", case.title, reproducing(run, &case.id));
            writeln!(out, "::error title={}::{}", property(&title), data(&message))?;
        }
        let footer = &run.footer;
        for remark in &footer.remarks {
            writeln!(out, "::notice title={}::{}", property(name), data(remark))?;
        }
        writeln!(
            out,
            "::notice title={}::{} cases, {} failed, {} known, {} noted, {} problems",
            property(name),
            run.cases.len(),
            footer.failed,
            footer.known,
            footer.noted,
            footer.problems
        )?;
    }
    Ok(())
}

/// Escapes a message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property, in which two more characters are special.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
