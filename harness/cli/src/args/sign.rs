//! The words of `sign` and `presign`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use sigv4_reference::Dialect;
use sigv4_vectors::model::Profile;

use super::scope::{AlgorithmArgument, ScopeArguments};
use super::values::{dialect, profile, whole};

/// A request of the vendor's documentation.
const SIGN: &str = "\
Example:
  sigv4-conformance sign GET 'https://examplebucket.s3.amazonaws.com/?lifecycle' \\
      --service s3 --example s3 --time 20130524T000000Z
With keys of your own, leave out --example and set SIGV4_CONFORMANCE_ACCESS_KEY_ID and \
SIGV4_CONFORMANCE_SECRET_ACCESS_KEY.";

/// A URL of the vendor's documentation.
const PRESIGN: &str = "\
Example:
  sigv4-conformance presign GET https://examplebucket.s3.amazonaws.com/test.txt \\
      --service s3 --example s3 --time 20130524T000000Z --expires 86400 --url-only
With keys of your own, leave out --example and set SIGV4_CONFORMANCE_ACCESS_KEY_ID and \
SIGV4_CONFORMANCE_SECRET_ACCESS_KEY.";

#[derive(Args, Debug)]
#[command(after_help = SIGN)]
pub(crate) struct SignArguments {
    #[command(flatten)]
    pub(crate) request: RequestArguments,

    /// What the signature covers of the body: signed, unsigned, or the payload line verbatim.
    /// Default: signed, unless the service wants it unsigned.
    #[arg(long, value_name = "PAYLOAD")]
    pub(crate) payload: Option<String>,

    /// Whether to send and sign x-amz-content-sha256. Default: where the service requires it.
    #[arg(long, value_name = "BOOL")]
    pub(crate) content_sha256_header: Option<bool>,
}

#[derive(Args, Debug)]
#[command(after_help = PRESIGN)]
pub(crate) struct PresignArguments {
    #[command(flatten)]
    pub(crate) request: RequestArguments,

    /// What the signature covers of the body: signed, unsigned, or the payload line verbatim.
    /// Default: unsigned where the service wants that in a URL, as S3 does; else signed.
    #[arg(long, value_name = "PAYLOAD")]
    pub(crate) payload: Option<String>,

    /// For how many seconds the URL is valid.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    #[arg(value_parser = whole::<u64>(0..=u64::MAX), allow_negative_numbers = true)]
    pub(crate) expires: u64,

    /// Print the URL and nothing else: curl "$(sigv4-conformance presign --url-only ...)".
    #[arg(long, conflicts_with = "json")]
    pub(crate) url_only: bool,
}

#[derive(Args, Debug)]
pub(crate) struct RequestArguments {
    /// The method.
    pub(crate) method: String,

    /// The URL as it is sent, or the request target, with the host given by --header.
    pub(crate) url: String,

    /// A header, `Name: value`; may be given more than once.
    #[arg(short = 'H', long, value_name = "HEADER")]
    pub(crate) header: Vec<String>,

    /// The body as text.
    #[arg(short, long, value_name = "TEXT", conflicts_with = "body_file")]
    pub(crate) body: Option<String>,

    /// File with the body.
    #[arg(long, value_name = "FILE")]
    pub(crate) body_file: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) scope: ScopeArguments,

    /// How to sign. With sigv4a, --region is the region set: regions with commas, or `*`.
    #[arg(long, value_enum, default_value_t = AlgorithmArgument::Sigv4)]
    pub(crate) algorithm: AlgorithmArgument,

    /// Whose words to sign in, as curl has them: `aws:amz`, or for instance `goog:goog`, which are
    /// GOOG4-HMAC-SHA256, `goog4_request` and X-Goog-.
    #[arg(long, value_name = "PROVIDER:VENDOR", value_parser = dialect)]
    #[arg(default_value = "aws:amz")]
    pub(crate) provider: Dialect,

    /// Rules of services that come before the built-in ones, as TOML.
    #[arg(long, value_name = "FILE")]
    pub(crate) service_rules: Option<PathBuf>,

    /// How the path becomes canonical: generic, s3. Default: the rule of the service.
    #[arg(long, value_parser = profile)]
    pub(crate) profile: Option<Profile>,

    /// Whether dot segments and repeated slashes are removed. Default: the profile's.
    #[arg(long, value_name = "BOOL")]
    pub(crate) normalize: Option<bool>,

    /// How the path is encoded. Default: double; for S3 decoded, as its documentation says.
    #[arg(long, value_enum)]
    pub(crate) path_encoding: Option<PathEncodingArgument>,

    /// Add the session token after signing. Default: in URLs for AWS IoT, which requires it.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    #[arg(require_equals = true)]
    pub(crate) append_session_token: Option<bool>,

    /// Print the answer as JSON, as an adapter would.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PathEncodingArgument {
    /// The path as it is sent, which is what the vendor's S3 signers do.
    AsSent,
    /// Decoded, then encoded once.
    Decoded,
    /// Encoded once more than it already is.
    Double,
}
