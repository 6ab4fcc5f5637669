//! `bench`: the reference and the published signers, as ratios to the lower limit and to each
//! other. It asserts no times.

mod plot;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::chore::{self, ChoreError, cargo};
use crate::instructions;
use table::Summary;

/// The folder of the plots.
pub(crate) const PLOTS: &str = "benches/plots";

/// What to measure, and what to do with the figures.
#[derive(Args)]
pub(crate) struct Options {
    /// Batches per contender. More batches take longer and vary less.
    #[arg(long, default_value_t = 300)]
    rounds: usize,
    /// Print a Markdown table of ratios to a base: a file that `--save` wrote, or a revision, which
    /// is checked out, built and measured.
    #[arg(long, value_name = "BASE")]
    compare: Option<String>,
    /// Write the figures to this file.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Draw plots of cost over size in `benches/plots`.
    #[arg(long)]
    plots: bool,
    /// Only count the instructions of the hot path, and write the record that `test` compares with.
    #[arg(long, conflicts_with_all = ["compare", "save", "plots"])]
    record: bool,
}

pub(crate) fn run(root: &Path, options: &Options) -> Result<(), ChoreError> {
    if options.record {
        return instructions::record(root);
    }
    let text = measure(root, options.rounds)?;
    let summary = Summary::parse(&text).map_err(|error| unreadable("the summary", &error))?;
    if let Some(path) = &options.save {
        fs::write(path, &text).map_err(ChoreError::file(path))?;
    }
    if options.plots {
        let folder = root.join(PLOTS);
        fs::create_dir_all(&folder).map_err(ChoreError::file(&folder))?;
        for (name, svg) in plot::draw(&summary) {
            let path = folder.join(name);
            fs::write(&path, svg).map_err(ChoreError::file(&path))?;
        }
    }
    match &options.compare {
        Some(base) => {
            let text = base_figures(root, base, options.rounds)?;
            let base_summary = Summary::parse(&text).map_err(|error| unreadable(base, &error))?;
            print!("{}", table::comparison(&base_summary, &summary, base));
        }
        None => print!("{}", table::overview(&summary)),
    }
    Ok(())
}

/// Builds and runs the summary in a checkout of the repository.
fn measure(checkout: &Path, rounds: usize) -> Result<String, ChoreError> {
    let mut command = cargo(checkout);
    command.args(["run", "--quiet", "--profile", "bench", "--locked"]);
    command.args(["--package", "benches", "--bin", "summary", "--"]).arg(rounds.to_string());
    chore::output(&mut command)
}

/// The figures to compare with.
fn base_figures(root: &Path, base: &str, rounds: usize) -> Result<String, ChoreError> {
    let file = Path::new(base);
    if file.is_file() {
        return fs::read_to_string(file).map_err(ChoreError::file(file));
    }
    let folder = tempfile::tempdir().map_err(ChoreError::file(&std::env::temp_dir()))?;
    let checkout = folder.path().join("base");
    chore::require("git")?;
    let mut add = git(root);
    chore::run(add.args(["worktree", "add", "--quiet", "--detach"]).arg(&checkout).arg(base))?;
    let figures = measure(&checkout, rounds);
    let mut remove = git(root);
    chore::run(remove.args(["worktree", "remove", "--force"]).arg(&checkout))?;
    figures
}

fn git(root: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(root);
    command
}

fn unreadable(what: &str, error: &serde_json::Error) -> ChoreError {
    ChoreError::Tests(format!("{what}: expected the figures of a summary: {error}"))
}
