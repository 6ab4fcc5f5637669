//! `adapter`: a built-in subject behind the protocol.

use std::io;

use sigv4_conformance::subject::{BUILT_IN, built_in, serve};

use crate::args::AdapterArguments;
use crate::exit_code;
use crate::failure::Failure;

pub(crate) fn run(arguments: &AdapterArguments) -> Result<u8, Failure> {
    let mut subject = built_in(&arguments.name).ok_or_else(|| {
        Failure::Argument(format!(
            "no built-in subject `{}`: expected one of {}",
            arguments.name,
            BUILT_IN.join(", ")
        ))
    })?;
    match serve(&mut *subject, io::stdin().lock(), io::stdout().lock()) {
        // The harness has gone: nobody is left to answer.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(exit_code::AS_EXPECTED),
        other => other.map(|()| exit_code::AS_EXPECTED).map_err(Failure::Output),
    }
}
