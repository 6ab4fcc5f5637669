//! Workflow commands of GitHub Actions: an annotation per problem and mistake, then per case that no
//! mistake explains.

use std::io::{self, Write};

use sigv4_conformance::log::{RunLog, RunResult, reproducing};

use super::trouble::{Trouble, of_problem, rest, why};

/// How many errors a run writes, all kinds together. GitHub shows ten of each step.
const ERRORS: usize = 10;

pub(super) fn write(runs: &[RunLog], out: &mut dyn Write) -> io::Result<()> {
    for run in runs {
        let errors = errors(run);
        for error in errors.iter().take(ERRORS) {
            writeln!(out, "{error}")?;
        }
        let name = property(&run.header.subject.name);
        if errors.len() > ERRORS {
            let rest = rest(errors.len() - ERRORS, "more error");
            writeln!(out, "::notice title={name}::{}", data(&rest))?;
        }
        let footer = &run.footer;
        let is_incomplete = footer.result == RunResult::Incomplete;
        for remark in &footer.remarks {
            writeln!(out, "::notice title={name}::{}", data(remark))?;
        }
        writeln!(
            out,
            "::{} title={name}::{} cases, {} failed, {} known, {} noted, {} problems{}",
            if is_incomplete { "error" } else { "notice" },
            run.cases.len(),
            footer.failed,
            footer.known,
            footer.noted,
            footer.problems,
            if is_incomplete { "; the run is incomplete and proves nothing" } else { "" },
        )?;
    }
    Ok(())
}

/// The most important first.
fn errors(run: &RunLog) -> Vec<String> {
    let name = &run.header.subject.name;
    let mut errors = Vec::new();
    for problem in &run.problems {
        let (kind, message, place) = of_problem(problem);
        errors.push(match place {
            Some((file, line)) => {
                let file = property(file);
                format!("::error file={file},line={line},title={kind}::{}", data(message))
            }
            None => {
                format!("::error title={}::{}", property(&format!("{name}: {kind}")), data(message))
            }
        });
    }
    let trouble = Trouble::of(run);
    for mistake in &trouble.mistakes {
        let title = format!("{name}: {} {}", mistake.names(), mistake.explains());
        let what = mistake.titles().join("\n");
        let message = format!("{what}\nsmallest: {}", mistake.smallest(run));
        errors.push(format!("::error title={}::{}", property(&title), data(&message)));
    }
    for case in trouble.unexplained {
        let title = format!("{name}: {} {}", case.verdict, case.id);
        let command = reproducing(run, &case.id);
        let message = format!("{}\n{}\nreproduce: {command}", case.title, why(case));
        errors.push(format!("::error title={}::{}", property(&title), data(&message)));
    }
    errors
}

/// Escapes a message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property, in which two more characters are special.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
