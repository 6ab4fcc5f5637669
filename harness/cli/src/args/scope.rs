//! Time, place and credentials, of every verb that signs.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Args, Debug)]
pub(crate) struct ScopeArguments {
    #[command(flatten)]
    pub(crate) place: PlaceArguments,

    /// The service.
    #[arg(long)]
    pub(crate) service: String,

    #[command(flatten)]
    pub(crate) credentials: CredentialArguments,
}

/// When and where, for verbs that know the service.
#[derive(Args, Debug)]
pub(crate) struct PlaceArguments {
    /// The time, YYYYMMDDTHHMMSSZ. Default: now.
    #[arg(long)]
    pub(crate) time: Option<String>,

    /// The region.
    #[arg(long, default_value = "us-east-1")]
    pub(crate) region: String,
}

#[derive(Args, Debug)]
pub(crate) struct CredentialArguments {
    #[command(flatten)]
    pub(crate) secret: SecretArguments,

    /// The access key id.
    #[arg(long, env = "SIGV4_CONFORMANCE_ACCESS_KEY_ID")]
    pub(crate) access_key_id: Option<String>,

    /// File that holds the session token of temporary credentials, as the only line. Default: the
    /// variable `SIGV4_CONFORMANCE_SESSION_TOKEN`, if it is set.
    #[arg(long, value_name = "FILE")]
    pub(crate) session_token_file: Option<PathBuf>,
}

/// The members of the family that differ in their keys.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum AlgorithmArgument {
    /// HMAC-SHA256, for one region.
    Sigv4,
    /// ECDSA on P-256, for a set of regions.
    Sigv4a,
}

/// A secret is never an argument: other users of the machine can read arguments.
#[derive(Args, Debug)]
pub(crate) struct SecretArguments {
    /// Use the example credentials of the vendor's documentation: AKIDEXAMPLE or
    /// AKIAIOSFODNN7EXAMPLE.
    #[arg(long, value_enum, conflicts_with = "secret_file")]
    pub(crate) example: Option<Example>,

    /// Read the secret from a file, without its last line break. Default: the variable
    /// `SIGV4_CONFORMANCE_SECRET_ACCESS_KEY`, else a prompt.
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Example {
    /// AKIDEXAMPLE, of the test suite.
    Suite,
    /// AKIAIOSFODNN7EXAMPLE, of the S3 documentation.
    S3,
}
