//! The words of `derive-key`.

use clap::Args;

use super::scope::{AlgorithmArgument, CredentialArguments};

/// Where the chain of keys is explained.
const KEY_DERIVATION: &str = "\
Example: sigv4-conformance derive-key --service iam --time 20150830T123600Z --example suite

Why a chain, what it buys and what it costs: \
harness/reference/KEY_DERIVATION.md";

#[derive(Args, Debug)]
#[command(after_help = KEY_DERIVATION)]
pub(crate) struct DeriveKeyArguments {
    /// Whose keys: those of the chain, or the key pair, which depends on the secret and its id alone.
    #[arg(long, value_enum)]
    pub(crate) algorithm: Option<AlgorithmArgument>,

    /// The time, YYYYMMDDTHHMMSSZ. Default: now.
    #[arg(long)]
    pub(crate) time: Option<String>,

    /// The region.
    #[arg(long, default_value = "us-east-1")]
    pub(crate) region: String,

    /// The service.
    #[arg(long, required_unless_present = "algorithm")]
    pub(crate) service: Option<String>,

    #[command(flatten)]
    pub(crate) credentials: CredentialArguments,

    /// Also print the keys that a structured HMAC and HKDF derive from the same parts.
    #[arg(long)]
    pub(crate) compare: bool,

    /// Print the keys as JSON; without --compare, as an adapter would.
    #[arg(long)]
    pub(crate) json: bool,
}
