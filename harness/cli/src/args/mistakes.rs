//! The words of `mistakes`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// How the catalogue is used.
const MISTAKES: &str = "\
Examples:
  sigv4-conformance mistakes list | grep path
  sigv4-conformance mistakes --explain path-encoded-once
  sigv4-conformance signer -- sigv4-conformance adapter model --mistake path-encoded-once";

#[derive(Args, Debug)]
#[command(after_help = MISTAKES, args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub(crate) struct MistakesArguments {
    #[command(subcommand)]
    pub(crate) command: Option<MistakesCommand>,

    /// Explain one mistake, as `mistakes show` does.
    #[arg(long, value_name = "MISTAKE")]
    pub(crate) explain: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MistakesCommand {
    /// One line per mistake: id, component, what the signer does.
    List {
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
    },
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
