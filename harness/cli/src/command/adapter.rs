//! `adapter`: a built-in subject behind the protocol.

use std::io;

use sigv4_conformance::subject::{BUILT_IN, Model, built_in};
use sigv4_protocol::{InProcess, serve};

use super::mistakes::find_all;
use crate::args::AdapterArguments;
use crate::exit_code;
use crate::failure::Failure;

pub(crate) fn run(arguments: &AdapterArguments) -> Result<u8, Failure> {
    let mut subject = subject(arguments)?;
    match serve(&mut *subject, io::stdin().lock(), io::stdout().lock()) {
        // The harness has ended: nobody reads the answers.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(exit_code::AS_EXPECTED),
        other => other.map(|()| exit_code::AS_EXPECTED).map_err(Failure::Output),
    }
}

/// The requested subject; only the model can make mistakes.
fn subject(arguments: &AdapterArguments) -> Result<Box<dyn InProcess + Send>, Failure> {
    let AdapterArguments { name, mistake } = arguments;
    if !mistake.is_empty() {
        if name != "model" {
            let problem = format!("--mistake is for the subject `model`, not for `{name}`");
            return Err(Failure::Argument(problem));
        }
        return Ok(Box::new(Model::new(find_all(mistake)?)));
    }
    built_in(name).ok_or_else(|| {
        let known = BUILT_IN.join(", ");
        Failure::Argument(format!("no built-in subject `{name}`: expected one of {known}"))
    })
}
