//! `compare`: what changed from one result to another.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use sigv4_conformance::log;
use sigv4_conformance::matrix::{self, Change, Judged, Matrix, MatrixError};

use crate::args::CompareArguments;
use crate::exit_code;
use crate::failure::Failure;
use crate::render::{ERROR, GOOD};

pub(crate) fn run(arguments: &CompareArguments) -> Result<u8, Failure> {
    let (before, after) = (read(&arguments.before)?, read(&arguments.after)?);
    if before.side != after.side {
        return Err(Failure::Argument(format!(
            "{} is about a {}, {} about a {}",
            arguments.before.display(),
            before.side,
            arguments.after.display(),
            after.side
        )));
    }
    let changes = matrix::changes(&before, &after);
    let mut out = anstream::stdout().lock();
    if before.suite.digest != after.suite.digest {
        writeln!(out, "the vectors are others than before")?;
    }
    for Change { subject, what, is_worse } in &changes {
        let (style, sign) = if *is_worse { (ERROR, '-') } else { (GOOD, '+') };
        writeln!(out, "{style}{sign}{style:#} {subject} {what}")?;
    }
    let worse = changes.iter().filter(|change| change.is_worse).count();
    match (changes.len(), worse) {
        (0, _) => writeln!(out, "nothing changed")?,
        (_, 0) => writeln!(out, "nothing is worse than before")?,
        (all, worse) => writeln!(out, "{worse} of {all} changes are for the worse")?,
    }
    Ok(if worse > 0 { exit_code::UNEXPECTED } else { exit_code::AS_EXPECTED })
}

/// A matrix, or a run log as one.
fn read(path: &Path) -> Result<Matrix, Failure> {
    let text = fs::read_to_string(path).map_err(Failure::file(path))?;
    let shown = path.display();
    if !is_log(&text) {
        return Matrix::read(text.as_bytes()).map_err(|error| match error {
            MatrixError::Json(error) => Failure::Argument(format!(
                "{shown}: expected a run log or the data of a matrix: {error}"
            )),
            other => Failure::Argument(format!("{shown}: {other}")),
        });
    }
    let runs = log::read(&shown.to_string(), text.as_bytes())?;
    let side = runs[0].header.subject.side;
    let suite = runs[0].header.suite.clone();
    let judged = runs.into_iter().map(Judged::of).collect();
    Ok(Matrix::of(String::new(), suite, side, judged))
}

/// Whether the first line is an event.
fn is_log(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.contains("\"event\""))
}
