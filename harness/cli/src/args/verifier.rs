//! The words of `verifier`.

use std::path::PathBuf;

use clap::Args;

use super::run::RunArguments;
use super::scope::SecretArguments;

#[derive(Args, Debug)]
pub(crate) struct VerifierArguments {
    #[command(flatten)]
    pub(crate) run: RunArguments,

    #[command(flatten)]
    pub(crate) endpoint: EndpointArguments,

    /// Write the requests that are ruled wrongly into this folder, byte for byte, one file each.
    #[arg(long, value_name = "DIR")]
    pub(crate) save: Option<PathBuf>,

    /// Folder of the servers. Default: harness/servers, here or in a folder above.
    #[arg(long, value_name = "DIR", env = "SIGV4_CONFORMANCE_SERVERS")]
    pub(crate) servers: Option<PathBuf>,
}

/// A server of S3 that runs already.
#[derive(Args, Debug)]
pub(crate) struct EndpointArguments {
    /// Ask this server, which speaks HTTP and S3: http://HOST:PORT. It is asked with the time of
    /// day, and objects are written to the bucket and removed: below `documents/` and `user/`, or by a
    /// search in a folder of its own.
    #[arg(long, value_name = "URL", conflicts_with = "subject", requires_all = ["bucket", "access_key_id"])]
    pub(crate) endpoint: Option<String>,

    /// The bucket; it is made if it is not there.
    #[arg(long, requires = "endpoint")]
    pub(crate) bucket: Option<String>,

    /// The id of the key that the server knows.
    #[arg(long, env = "SIGV4_CONFORMANCE_ACCESS_KEY_ID")]
    pub(crate) access_key_id: Option<String>,

    #[command(flatten)]
    pub(crate) secret: SecretArguments,

    /// The region that the server expects.
    #[arg(long, default_value = "us-east-1")]
    pub(crate) region: String,

    /// How far the signing time may be from the server's clock, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    pub(crate) window: u64,

    /// Ask a server on another machine, too. Do so only with a server that is yours.
    #[arg(long, requires = "endpoint")]
    pub(crate) allow_remote: bool,
}
