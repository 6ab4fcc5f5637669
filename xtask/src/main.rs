//! Developer chores.

mod chore;
mod import_official;
mod setup;
mod test;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use chore::ChoreError;

/// Developer chores of this repository.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Write the vendor's test suite into `vectors/official`, from the crate `aws-sigv4`.
    ImportOfficial,
    /// Install what the adapters need: toolchains with Debian's packages, packages pinned.
    Setup,
    /// Everything that must pass: format, lints, tests, documentation, every adapter.
    Test,
}

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let done =
        root.canonicalize().map_err(ChoreError::Root).and_then(|root| {
            match Arguments::parse().chore {
                Chore::ImportOfficial => Ok(import_official::run(&root)?),
                Chore::Setup => setup::run(&root),
                Chore::Test => test::run(&root),
            }
        });
    if let Err(error) = done {
        eprintln!("error: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
