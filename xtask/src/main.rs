//! Developer chores.

mod bench;
mod chore;
mod fuzz;
mod import_official;
mod instructions;
mod mint;
mod power;
mod report;
mod setup;
mod test;
mod vectors;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use chore::ChoreError;
use vectors::VectorsChore;

/// Developer chores of this repository.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Measure the reference beside the published signers and show it against the limit.
    Bench(bench::Options),
    /// Run the fuzz targets on top of their corpora.
    Fuzz(fuzz::FuzzArguments),
    /// Write the vendor's test suite into `vectors/official`, from the crate `aws-sigv4`.
    ImportOfficial,
    /// Write the edge vectors into `vectors/edge`: the corners, put to the vote of the vendor's own
    /// signers.
    Mint {
        /// How many of them have to be set up.
        #[arg(long, default_value_t = 5)]
        at_least: usize,
    },
    /// Measure how many generated requests it takes until each mistake of the catalogue shows, into
    /// `reports/power.md`.
    Power(power::PowerArguments),
    /// Make the published results in `reports` anew.
    Report,
    /// Install what the adapters need: toolchains with Debian's packages, packages pinned.
    Setup,
    /// Everything that must pass: format, lints, tests, documentation, every adapter.
    Test,
    /// Look after the vectors.
    Vectors {
        #[command(subcommand)]
        chore: VectorsChore,
    },
}

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let done =
        root.canonicalize().map_err(ChoreError::Root).and_then(|root| {
            match Arguments::parse().chore {
                Chore::Bench(options) => bench::run(&root, &options),
                Chore::Fuzz(arguments) => fuzz::run(&root, &arguments),
                Chore::ImportOfficial => Ok(import_official::run(&root)?),
                Chore::Mint { at_least } => Ok(mint::run(&root, at_least)?),
                Chore::Power(arguments) => power::run(&root, &arguments),
                Chore::Report => report::run(&root),
                Chore::Setup => setup::run(&root),
                Chore::Test => test::run(&root),
                Chore::Vectors { chore } => Ok(vectors::run(&root, chore)?),
            }
        });
    if let Err(error) = done {
        eprintln!("error: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
