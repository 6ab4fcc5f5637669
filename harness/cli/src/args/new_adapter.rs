//! The words of `new-adapter`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Args, Debug)]
pub(crate) struct NewAdapterArguments {
    /// The language to write it in.
    #[arg(long, value_enum)]
    pub(crate) language: Language,

    /// Write an adapter for a verifier, not for a signer. Not in Rust and sh.
    #[arg(long)]
    pub(crate) verifier: bool,

    /// The folder to write it to, which may exist. No file is overwritten. Default: my-signer, or
    /// my-verifier.
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Language {
    /// Go 1.24 or later.
    Go,
    /// Java 17 or later, with Maven.
    Java,
    /// Node 18 or later.
    Node,
    /// Perl 5.20 or later.
    Perl,
    /// PHP 8.1 or later.
    Php,
    /// Python 3.
    Python,
    /// Ruby 2.7 or later.
    Ruby,
    /// Rust 1.87 or later.
    Rust,
    /// The shell, one process for each question.
    Sh,
}
