//! How a run is shown, of every verb that shows one.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::values::whole;

#[derive(Args, Debug)]
pub(crate) struct RenderingArguments {
    /// How to show the run.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,

    /// Write to a file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Print the result of each run and nothing else, without progress. For the human format.
    #[arg(long)]
    pub(crate) quiet: bool,

    /// How many findings the human format shows in full, one of each kind first. Default: one of each
    /// kind, 10 at most.
    #[arg(long, value_name = "N", value_parser = whole::<usize>(0..=u64::MAX))]
    #[arg(allow_negative_numbers = true)]
    pub(crate) findings: Option<usize>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Format {
    /// A badge, as an SVG picture.
    Badge,
    /// Workflow commands that annotate a GitHub Actions run.
    Github,
    /// A code quality report of GitLab, JSON.
    Gitlab,
    /// One HTML page that needs no network.
    Html,
    /// For a terminal.
    Human,
    /// The run log itself, NDJSON.
    Json,
    /// JUnit XML.
    Junit,
    /// A summary in Markdown.
    Markdown,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// The JSON of an endpoint badge of shields.io.
    Shields,
}
