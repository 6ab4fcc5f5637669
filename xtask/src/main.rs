//! Developer chores.

mod bench;
mod chore;
mod deny;
mod fuzz;
mod import_official;
mod instructions;
mod mint;
mod mint_verifier;
mod package;
mod pages;
mod power;
mod programs;
mod regressions;
mod report;
mod setup;
mod site;
mod test;
mod vectors;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use chore::ChoreError;
use vectors::VectorsChore;

/// The exit code where nothing is wrong, but something could not be run.
const INCOMPLETE: u8 = 3;

/// Developer chores of this repository.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Measure the reference and the published signers, and compare them with the lower limit.
    Bench(bench::Options),
    /// Run the fuzz targets on their corpora.
    Fuzz(fuzz::FuzzArguments),
    /// Check licences, sources and bans of the dependencies; advisories, too, where their database can
    /// be fetched.
    Deny {
        /// Also check the advisories, whose database is fetched.
        #[arg(long)]
        advisories: bool,
    },
    /// Write the vendor's test suite to `vectors/official`, from the crate `aws-sigv4`.
    ImportOfficial,
    /// Write the edge vectors to `vectors/edge`: the corner cases, on which the vendor's own
    /// signers vote, and on those of S3 also servers.
    Mint {
        /// How many of these signers must be set up.
        #[arg(long, default_value_t = 5)]
        at_least: usize,
        /// How many of the servers must be set up.
        #[arg(long, default_value_t = 7)]
        servers: usize,
    },
    /// Write the vectors for verifiers to `vectors/verifier`, from the topics of the engine.
    MintVerifier,
    /// Write the edge vectors of SigV4A, of uploads in chunks and of event streams, on which those of
    /// the vendor's own signers vote that have them.
    MintFamilies {
        /// How many of these signers must be set up.
        #[arg(long, default_value_t = 3)]
        at_least: usize,
    },
    /// Write the wheel and the npm package for this platform to `target/packages`.
    Package {
        /// Test them instead, with the program of the tests' build: install each into an empty
        /// environment, and gate signers there.
        #[arg(long)]
        check: bool,
    },
    /// Measure how many generated requests are needed to show each mistake of the catalogue, and
    /// write `reports/power.md`.
    Power(power::PowerArguments),
    /// Run whole programs against `capture` with awkward object names, compare the results with those
    /// that are expected, and write `reports/programs.md`. Exit codes: 0 all are; 1 one is not; 3 a
    /// program could not be run.
    Programs(programs::Options),
    /// Run adapters with old releases that are known to be wrong, and check that each reported mistake
    /// is caught and named. Exit codes: 0 all are; 1 one is not; 3 a release could not be run.
    Regressions(regressions::Options),
    /// Update the published results in `reports`.
    Report,
    /// Install what the adapters, the fuzz targets and the instruction counts need.
    Setup(setup::Options),
    /// Write the published results as pages for a browser to `target/site`.
    Site,
    /// Run everything that must pass: format, lints, documentation, tests, every adapter.
    Test {
        /// Only the steps whose names contain one of these texts, such as `browser`; each needs a set-up machine.
        #[arg(value_name = "TEXT")]
        steps: Vec<String>,
    },
    /// Check or update the vectors.
    Vectors {
        #[command(subcommand)]
        chore: VectorsChore,
    },
}

fn main() -> ExitCode {
    let Err(error) = run(Arguments::parse().chore) else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    match error.downcast_ref() {
        Some(ChoreError::Incomplete(_)) => ExitCode::from(INCOMPLETE),
        _ => ExitCode::FAILURE,
    }
}

fn run(chore: Chore) -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let root = root.canonicalize().map_err(ChoreError::Root)?;
    match chore {
        Chore::Bench(options) => bench::run(&root, &options)?,
        Chore::Fuzz(arguments) => fuzz::run(&root, &arguments)?,
        Chore::Deny { advisories } => deny::run(&root, advisories)?,
        Chore::ImportOfficial => import_official::run(&root)?,
        Chore::Mint { at_least, servers } => mint::run(&root, at_least, servers)?,
        Chore::MintVerifier => mint_verifier::run(&root)?,
        Chore::MintFamilies { at_least } => mint::run_families(&root, at_least)?,
        Chore::Package { check: false } => package::run(&root)?,
        Chore::Package { check: true } => package::check(&root)?,
        Chore::Power(arguments) => power::run(&root, &arguments)?,
        Chore::Programs(options) => programs::run(&root, &options)?,
        Chore::Regressions(options) => regressions::run(&root, &options)?,
        Chore::Report => report::run(&root)?,
        Chore::Setup(options) => setup::run(&root, &options)?,
        Chore::Site => site::run(&root)?,
        Chore::Test { steps } => test::run(&root, &steps)?,
        Chore::Vectors { chore } => vectors::run(&root, chore)?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pages that name chores.
    const PAGES: &[&str] = &[
        "README.md",
        "CONTRIBUTING.md",
        "benches/README.md",
        "fuzz/README.md",
        "reports/README.md",
        "harness/docs/src/choose.md",
        "harness/docs/src/fuzz-my-signer.md",
        "harness/docs/src/gate-my-server.md",
        "harness/docs/src/judge-a-program.md",
    ];

    #[test]
    fn each_chore_in_the_documentation_exists() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut found = 0;
        for page in PAGES {
            let text = std::fs::read_to_string(root.join(page)).expect(page);
            for rest in text.lines().flat_map(|line| line.split("cargo xtask ").skip(1)) {
                // Up to the end of the code within a sentence, a comment, or a list of choices.
                let command = rest.split(['`', '#', ',', '|']).next().unwrap_or_default();
                let words = command.split_whitespace();
                if let Err(error) = Arguments::try_parse_from(["xtask"].into_iter().chain(words)) {
                    panic!("{page}: cargo xtask {command}: {error}");
                }
                found += 1;
            }
        }
        assert!(found > 20, "only {found} chores");
    }
}
