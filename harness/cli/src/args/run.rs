//! The words of `signer` and `verifier`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::limits::LimitArguments;
use super::rendering::RenderingArguments;
use super::selection::SelectionArguments;

#[derive(Args, Debug)]
pub(crate) struct RunArguments {
    /// Subjects: built-in ones (reference, model, aws-sigv4), or adapters by the name of their
    /// folder. Default: the built-in ones.
    #[arg(value_name = "NAME", conflicts_with = "adapter_command", group = "subject")]
    pub(crate) names: Vec<String>,

    /// Command that starts an adapter.
    #[arg(last = true, value_name = "COMMAND", group = "subject")]
    pub(crate) adapter_command: Vec<OsString>,

    #[command(flatten)]
    pub(crate) selection: SelectionArguments,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,

    #[command(flatten)]
    pub(crate) rendering: RenderingArguments,

    /// End the run soon after the first unexpected verdict; what is left is not asked.
    #[arg(long, conflicts_with = "update_expectations")]
    pub(crate) fail_fast: bool,

    /// Write the run log, as NDJSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,

    /// List of known failures. Default: the adapter's own; with a command, sigv4-conformance.toml here or
    /// else beside the adapter's program.
    #[arg(long, value_name = "FILE")]
    pub(crate) expect: Option<PathBuf>,

    /// Update the list of known failures: drop what passes, add what fails, keep the rest. Needs a
    /// run over all built-in vectors.
    #[arg(long)]
    pub(crate) update_expectations: bool,

    /// Folder of the adapters. Default: harness/adapters, here or in a folder above.
    #[arg(long, value_name = "DIR", env = "SIGV4_CONFORMANCE_ADAPTERS")]
    pub(crate) adapters: Option<PathBuf>,
}
