//! `completions`, `man` and `protocol`: what the program knows of itself.

use std::fs;
use std::io::{self, Write as _};

use clap::CommandFactory as _;

use crate::args::{Arguments, CompletionsArguments, ManArguments, ProtocolArguments};
use crate::exit_code;
use crate::failure::Failure;

const PROTOCOL: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/PROTOCOL.md"));
const SCHEMA: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/protocol.schema.json"));

/// `completions`.
pub(crate) fn completions(arguments: &CompletionsArguments) -> Result<u8, Failure> {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    // The generator does not report what cannot be written, so that it writes into memory.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(exit_code::AS_EXPECTED)
}

/// `man`.
pub(crate) fn man(arguments: &ManArguments) -> Result<u8, Failure> {
    let folder = &arguments.folder;
    fs::create_dir_all(folder).map_err(Failure::file(folder))?;
    clap_mangen::generate_to(Arguments::command(), folder).map_err(Failure::file(folder))?;
    Ok(exit_code::AS_EXPECTED)
}

/// `protocol`.
pub(crate) fn protocol(arguments: &ProtocolArguments) -> Result<u8, Failure> {
    let text = if arguments.schema { SCHEMA } else { PROTOCOL };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(exit_code::AS_EXPECTED)
}
