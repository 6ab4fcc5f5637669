//! `doctor`: checks whether the adapter itself works.

use std::io::Write as _;

use sigv4_conformance::subject::examine;

use super::{adapter_command, limits};
use crate::args::DoctorArguments;
use crate::exit_code;
use crate::failure::Failure;
use crate::render::{ERROR, GOOD};

pub(crate) fn run(arguments: &DoctorArguments) -> Result<u8, Failure> {
    let command = adapter_command(&arguments.adapter_command)?;
    let examination = examine(&command, limits(&arguments.limits))?;
    let mut out = anstream::stdout().lock();
    for check in &examination.checks {
        let (style, word, text) = match &check.result {
            Ok(seen) => (GOOD, "ok", seen),
            Err(wrong) => (ERROR, "FAILED", wrong),
        };
        writeln!(out, "{style}{word:6}{style:#} {}: {text}", check.name)?;
    }
    let failed = examination.checks.iter().filter(|check| check.result.is_err()).count();
    let name = &examination.identity.name;
    if examination.is_sound() {
        writeln!(out, "\n{name} is a sound adapter")?;
        Ok(exit_code::AS_EXPECTED)
    } else {
        writeln!(out, "\n{name}: {failed} of {} checks failed", examination.checks.len())?;
        Ok(exit_code::INCOMPLETE)
    }
}
