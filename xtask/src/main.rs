//! Developer chores.

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod import_official;

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
}

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let done = match Arguments::parse().chore {
        Chore::ImportOfficial => import_official::run(&root),
    };
    if let Err(error) = done {
        eprintln!("error: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
