//! The words of `vectors`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::selection::SelectionArguments;

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
        /// Take the vectors from a folder instead of the built-in set.
        #[arg(long, value_name = "DIR")]
        vectors: Option<PathBuf>,
    },
    /// Write the files to a folder.
    Export {
        /// The folder, which must not contain them already.
        folder: PathBuf,
    },
}
