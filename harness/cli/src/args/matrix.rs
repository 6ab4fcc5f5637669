//! The words of `matrix` and `compare`.

use std::path::PathBuf;

use clap::Args;
use sigv4_protocol::Side;

use super::limits::LimitArguments;
use super::values::side;

#[derive(Args, Debug)]
#[command(
    after_help = "Exit codes: 0 every subject as expected; 1 one of them was not; 3 one of them could \
not be run, unless --allow-missing names it.\n\nExamples:\n  sigv4-conformance matrix\n  sigv4-conformance \
matrix --side verifier rclone seaweedfs --output servers"
)]
pub(crate) struct MatrixArguments {
    /// Subjects. Default: the built-in ones and every adapter, and every server for --side verifier.
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,

    /// What is tested: signer or verifier.
    #[arg(long, default_value = "signer", value_parser = side)]
    pub(crate) side: Side,

    /// Folder for the results: signers.json, signers.md and signers.html, or verifiers.json and so on.
    #[arg(long, value_name = "DIR", default_value = "reports")]
    pub(crate) output: PathBuf,

    /// The JSON file of a matrix of signers: with which of their mistakes does each verifier agree? Servers, which
    /// have keys and a clock of their own, are not asked.
    #[arg(long, value_name = "FILE")]
    pub(crate) signers: Option<PathBuf>,

    /// A subject that need not be there; may be given more than once.
    #[arg(long, value_name = "NAME")]
    pub(crate) allow_missing: Vec<String>,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,

    /// Folder of the adapters. Default: harness/adapters, here or in a folder above.
    #[arg(long, value_name = "DIR", env = "SIGV4_CONFORMANCE_ADAPTERS")]
    pub(crate) adapters: Option<PathBuf>,

    /// Folder of the servers. Default: harness/servers, here or in a folder above.
    #[arg(long, value_name = "DIR", env = "SIGV4_CONFORMANCE_SERVERS")]
    pub(crate) servers: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[command(after_help = "Example: sigv4-conformance compare before.ndjson after.ndjson\n\nExit \
codes: 0 nothing is worse than before; 1 something is.")]
pub(crate) struct CompareArguments {
    /// The earlier result: a run log, or the JSON file of a matrix.
    pub(crate) before: PathBuf,

    /// The later result, of the same kind.
    pub(crate) after: PathBuf,
}
