//! `sigv4-conformance`: is this SigV4 implementation right, and if not, where does it go wrong?

mod args;
mod command;
mod exit_code;
mod failure;
mod files;
mod prompt;
mod render;
mod signals;

use std::io::ErrorKind;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Arguments, Command};
use failure::Failure;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Nothing can be done about a closed terminal; help and version are not failures.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() {
                exit_code::USAGE
            } else {
                exit_code::AS_EXPECTED
            });
        }
    };
    arguments.color.write_global();
    signals::clear_up_when_told_to_end();
    match dispatch(arguments.command) {
        Ok(code) => ExitCode::from(code),
        // The reader has seen enough: `| head` is not a failure.
        Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => {
            ExitCode::from(exit_code::AS_EXPECTED)
        }
        Err(failure) => {
            anstream::eprintln!("{}error:{} {failure}", render::ERROR, anstyle::Reset);
            ExitCode::from(failure.exit_code())
        }
    }
}

fn dispatch(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Adapter(arguments) => command::adapter::run(&arguments),
        Command::Capture(arguments) => command::capture::run(&arguments),
        Command::Completions(arguments) => command::shell::completions(&arguments),
        Command::DeriveKey(arguments) => command::derive_key::run(&arguments),
        Command::Doctor(arguments) => command::doctor::run(&arguments),
        Command::Explain(arguments) => command::explain::run(&arguments),
        Command::Serve(arguments) => command::serve::run(&arguments),
        Command::Services(arguments) => command::services::run(&arguments),
        Command::Man(arguments) => command::shell::man(&arguments),
        Command::Mistakes(arguments) => command::mistakes::run(&arguments),
        Command::NewAdapter(arguments) => command::new_adapter::run(&arguments),
        Command::Post(arguments) => command::post::run(&arguments),
        Command::Presign(arguments) => command::sign::presign(&arguments),
        Command::Protocol(arguments) => command::shell::protocol(&arguments),
        Command::Report(arguments) => command::report::run(&arguments),
        Command::Compare(arguments) => command::compare::run(&arguments),
        Command::Matrix(arguments) => command::matrix::run(&arguments),
        Command::Search(arguments) => command::search::run(&arguments),
        Command::Sign(arguments) => command::sign::sign(&arguments),
        Command::Signer(arguments) => command::run::signer(&arguments),
        Command::Token(arguments) => command::token::run(&arguments),
        Command::Verifier(arguments) => command::run::verifier(&arguments),
        Command::Vectors(arguments) => command::vectors::run(&arguments),
    }
}
