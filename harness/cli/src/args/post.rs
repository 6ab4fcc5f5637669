//! The words of `post`.

use std::path::PathBuf;

use clap::Args;

use super::scope::{CredentialArguments, PlaceArguments};

/// What is printed, and how to use it.
const POST: &str = "\
Example:
  sigv4-conformance post --policy policy.json --example s3 --time 20151229T000000Z

Each line is a field, `name=value`, in the form of `curl --form-string`. They belong before the field \
`file`, besides those of the application: `key`, and what the policy allows. The policy has to cover \
each of them other than `policy` and `x-amz-signature`, with the values that are printed here; what it \
does not cover is said on standard error.";

#[derive(Args, Debug)]
#[command(after_help = POST)]
pub(crate) struct PostArguments {
    /// File with the policy, which is signed as it is, byte for byte; - for standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: PathBuf,

    #[command(flatten)]
    pub(crate) place: PlaceArguments,

    #[command(flatten)]
    pub(crate) credentials: CredentialArguments,

    /// Print the fields as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}
