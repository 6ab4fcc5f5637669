//! `programs`: which object names the clients cannot address, and why.

mod expected;
mod outcome;
mod report;
mod talk;

use std::path::Path;
use std::thread;
use std::time::Instant;

use clap::Args;
use sigv4_conformance::matrix::side_by_side;
use sigv4_conformance::subject::{Adapter, NamesDescription, adopt_descendants};

use crate::chore::ChoreError;
use crate::report::REPORTS;
use crate::setup::{self, CLIENTS};
use expected::differences;
use report::{Program, Programs};

/// The object names that every client is asked for: what signers and encoders get wrong.
const KEYS: [&str; 12] =
    ["plain.txt", "a b", "a+b", "a=b", "a~b", "a(b)", "a'b", "a*b", "é", "dir/x", "a%20b", "a//b"];
/// The prefixes of the listings.
const PREFIXES: [&str; 3] = ["a b/", "a+b", "é"];

/// Which programs to run.
#[derive(Args)]
pub(crate) struct Options {
    /// Clients. Default: all of `harness/clients` that have a table `[names]`.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// A client that need not be there; may be given more than once.
    #[arg(long, value_name = "NAME")]
    allow_missing: Vec<String>,
    /// Compare the results with the published ones. Without it they are published where all are run.
    #[arg(long)]
    check: bool,
}

/// A client that is judged by object names.
struct Named {
    client: Adapter,
    names: NamesDescription,
}

impl Named {
    fn name(&self) -> &str {
        &self.client.description.name
    }
}

pub(crate) fn run(root: &Path, options: &Options) -> Result<(), ChoreError> {
    let mut all = all(root)?;
    for name in options.names.iter().chain(&options.allow_missing) {
        if !all.iter().any(|named| named.name() == name) {
            return Err(ChoreError::Tests(format!(
                "{name}: expected a folder of {CLIENTS} whose client.toml has a table [names]"
            )));
        }
    }
    all.retain(|named| {
        options.names.is_empty() || options.names.iter().any(|name| name == named.name())
    });
    // Asked before anything is started that may leave something running.
    let (ready, missing): (Vec<_>, Vec<_>) =
        all.into_iter().map(|named| (missing(&named), named)).partition(|(it, _)| it.is_none());
    let mut needed = 0;
    for (lacking, named) in &missing {
        let name = named.name();
        println!("skipped: needs {}: {name}", lacking.as_deref().unwrap_or_default());
        needed += usize::from(!options.allow_missing.iter().any(|allowed| allowed == name));
    }
    adopt_descendants();
    let jobs = thread::available_parallelism().map_or(1, usize::from);
    let ready = ready.into_iter().map(|(_, named)| named).collect();
    let (mut programs, mut unexpected) = (Vec::new(), 0);
    for result in side_by_side(ready, jobs, &judge) {
        let (program, differences) = result?;
        unexpected += differences;
        programs.push(program);
    }
    let programs = Programs::new(programs);
    println!("{}; {} skipped", programs.summary(), missing.len());
    if unexpected > 0 {
        return Err(ChoreError::Tests(format!(
            "{unexpected} results are not the expected ones: mend the client, or record what it does \
             in its client.toml"
        )));
    }
    let reports = root.join(REPORTS);
    if options.check {
        let changed = programs.changed_since(&Programs::published(&reports)?);
        if !changed.is_empty() {
            return Err(ChoreError::Tests(format!(
                "{REPORTS}/programs.json is out of date, run `cargo xtask programs`: {}",
                changed.join(", ")
            )));
        }
    } else if options.names.is_empty() && missing.is_empty() {
        programs.publish(&reports)?;
    }
    match needed {
        0 => Ok(()),
        count => Err(ChoreError::Incomplete(format!("{count} programs could not be run"))),
    }
}

/// All clients that are judged by object names.
fn all(root: &Path) -> Result<Vec<Named>, ChoreError> {
    let mut all = Vec::new();
    for client in Adapter::clients(&root.join(CLIENTS))? {
        let Some(names) = client.description.names.clone() else { continue };
        expected::check(&names).map_err(|problem| {
            ChoreError::Tests(format!("{}/client.toml: {problem}", client.folder.display()))
        })?;
        all.push(Named { client, names });
    }
    Ok(all)
}

/// What the machine lacks for a client.
fn missing(Named { client, names }: &Named) -> Option<String> {
    let unfilled = || client.filled(&names.command).err().map(|error| error.to_string());
    setup::missing(client).or_else(|| setup::other_version(client)).or_else(unfilled)
}

/// Runs one client, says what is not as expected, and counts that.
fn judge(Named { client, names }: Named) -> Result<(Program, usize), ChoreError> {
    let name = &client.description.name;
    let start = Instant::now();
    let outcomes = talk::ask(&client, &names)?;
    let differences = differences(&names, &outcomes);
    let seconds = start.elapsed().as_secs_f64();
    let mut said = match differences.len() {
        0 => format!("as expected  {name} ({seconds:.1} s)"),
        count => format!("UNEXPECTED   {name} ({seconds:.1} s): {count} of {}", outcomes.len()),
    };
    for difference in &differences {
        said.extend(["\n  ", difference]);
    }
    println!("{said}");
    Ok((Program::of(&client, &names, outcomes), differences.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_results_are_the_expected_ones_of_all_clients() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let published = Programs::published(&root.join(REPORTS)).expect("programs.json");
        let all = all(&root).expect("descriptions");
        let expected = all.iter().map(|Named { client, names }| {
            let is_it = |it: &&Program| it.name == client.description.name;
            let outcomes = published.programs.iter().find(is_it).map(|it| it.outcomes.clone());
            let outcomes = outcomes.unwrap_or_default();
            let asked = names.steps.iter().map(|step| expected::names_of(*step).len());
            assert_eq!(outcomes.len(), asked.sum::<usize>(), "{}", client.description.name);
            assert_eq!(differences(names, &outcomes), [""; 0], "{}", client.description.name);
            Program::of(client, names, outcomes)
        });
        assert_eq!(published.programs, expected.collect::<Vec<_>>());
        let page = std::fs::read_to_string(root.join(REPORTS).join("programs.md"));
        assert_eq!(page.expect("a page"), published.markdown());
    }
}
