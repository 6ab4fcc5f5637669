//! The words of `mistakes`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Args, Debug)]
pub(crate) struct MistakesArguments {
    #[command(subcommand)]
    pub(crate) command: MistakesCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MistakesCommand {
    /// One line per mistake: id, component, what the signer does.
    List,
    /// Which vectors catch which mistake: the measure of the suite.
    Matrix {
        /// How to show it.
        #[arg(long, value_enum, default_value_t = MatrixFormat::Human)]
        format: MatrixFormat,
        /// Write to a file instead of standard output.
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// One mistake in full, with the request that shows it.
    Show {
        /// The mistake's id.
        id: String,
    },
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum MatrixFormat {
    /// For a terminal.
    Human,
    /// For programs.
    Json,
    /// For the published report.
    Markdown,
}
