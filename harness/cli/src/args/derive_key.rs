//! The words of `derive-key`.

use clap::Args;

use super::scope::ScopeArguments;

/// Where the chain of keys is explained.
const KEY_DERIVATION: &str = "Why a chain, what it buys and what it costs: \
harness/reference/KEY_DERIVATION.md";

#[derive(Args, Debug)]
#[command(after_help = KEY_DERIVATION)]
pub(crate) struct DeriveKeyArguments {
    #[command(flatten)]
    pub(crate) scope: ScopeArguments,

    /// Also print the keys that a structured HMAC and HKDF derive from the same parts.
    #[arg(long)]
    pub(crate) compare: bool,

    /// Print the keys as JSON; without --compare, as an adapter would.
    #[arg(long)]
    pub(crate) json: bool,
}
