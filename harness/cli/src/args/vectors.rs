//! The words of `vectors`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::selection::{SelectionArguments, SetArguments};

#[derive(Args, Debug)]
pub(crate) struct VectorsArguments {
    #[command(subcommand)]
    pub(crate) command: VectorsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum VectorsCommand {
    /// One line per case: id, level, title.
    List {
        /// Instead, how many cases each member of the signing family has, suite by suite.
        #[arg(long)]
        counts: bool,
        /// As JSON, for programs: id, level, title, family, needs and the mistakes that it catches.
        #[arg(long, conflicts_with = "counts")]
        json: bool,
        #[command(flatten)]
        selection: SelectionArguments,
    },
    /// One case in full, with every invisible character escaped.
    Show {
        /// The case's id.
        id: String,
        /// As JSON, for programs, as it is in the file.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        set: SetArguments,
    },
    /// Write the files to a folder: all, or some cases as the start of a suite of your own.
    Export {
        /// The folder, which must be empty or new.
        folder: PathBuf,
        /// The suite that the cases become, for --add-vectors: lower-case letters, digits and hyphens.
        #[arg(long = "as", value_name = "SUITE", requires = "filter")]
        suite: Option<String>,
        /// Only cases whose id, or its last part, matches the glob; may be given more than once.
        #[arg(long, value_name = "GLOB", requires = "suite")]
        filter: Vec<String>,
    },
}
