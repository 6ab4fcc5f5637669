//! The words of `explain`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use sigv4_vectors::model::Profile;

use super::scope::SecretArguments;
use super::values::{profile, whole};

/// What the answer means to a script.
const EXPLAIN: &str = "\
Examples:
  sigv4-conformance explain --secret-file secret request.txt --error-document answer.xml
  pbpaste | sigv4-conformance explain      # a curl command line; asks for the secret

Exit codes: 0 nothing speaks against the request, the server's answer included; 1 the signature does \
not match, or a server would refuse the request for another reason; 2 usage, or an input that cannot \
be read. With --entries: 0, or 2.";

#[derive(Args, Debug)]
#[command(after_help = EXPLAIN)]
pub(crate) struct ExplainArguments {
    /// The request as it was sent: raw HTTP, a HAR entry or file, a curl command line, the output
    /// of `curl -v` or `--trace`, a presigned URL or a token made of one; also a form with a
    /// policy. - for standard input.
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,

    /// The server's answer: XML or JSON, as it came or in the middle of a log.
    #[arg(long, value_name = "FILE")]
    pub(crate) error_document: Option<PathBuf>,

    /// Which entry of a HAR file, counted from 1. Default: the first signed one that was refused.
    #[arg(long, value_name = "NUMBER", value_parser = whole::<usize>(0..=u64::MAX))]
    #[arg(allow_negative_numbers = true)]
    pub(crate) entry: Option<usize>,

    /// List the entries of a HAR file instead.
    #[arg(long, conflicts_with_all = ["entry", "error_document", "body_file"])]
    pub(crate) entries: bool,

    /// How to show the answer.
    #[arg(long, value_enum, default_value_t = ExplainFormat::Human)]
    pub(crate) format: ExplainFormat,

    /// The body, if the request was saved without it.
    #[arg(long, value_name = "FILE")]
    pub(crate) body_file: Option<PathBuf>,

    /// A header that the input lacks, `Name: value`; may be given more than once. A token of EKS lacks
    /// `x-k8s-aws-id` with the name of the cluster.
    #[arg(short = 'H', long, value_name = "HEADER")]
    pub(crate) header: Vec<String>,

    #[command(flatten)]
    pub(crate) credentials: SecretArguments,

    /// Do without the secret: all but the signature is checked.
    #[arg(long, conflicts_with_all = ["example", "secret_file"])]
    pub(crate) without_secret: bool,

    /// The service of the server. Default: the one that the request is signed for.
    #[arg(long)]
    pub(crate) service: Option<String>,

    /// The region of the server. Default: the one that the request is signed for.
    #[arg(long)]
    pub(crate) region: Option<String>,

    /// The server's clock, YYYYMMDDTHHMMSSZ. Default: now.
    #[arg(long)]
    pub(crate) now: Option<String>,

    /// How many seconds the signing time may be from the clock. Default: 900 for s3, else 300.
    #[arg(long, value_name = "SECONDS", value_parser = whole::<u64>(0..=u64::MAX))]
    #[arg(allow_negative_numbers = true)]
    pub(crate) window: Option<u64>,

    /// How the service makes the path canonical: generic, s3. Default: s3 for the service s3.
    #[arg(long, value_parser = profile)]
    pub(crate) profile: Option<Profile>,

    /// Rules of services that come before the built-in ones (`services list`), as TOML.
    #[arg(long, value_name = "FILE")]
    pub(crate) service_rules: Option<PathBuf>,
}

/// How an explanation is shown.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For a terminal.
    Human,
    /// One JSON object, for programs.
    Json,
}
