//! The words of `capture`.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// How a capture is used, and what COMMAND is given.
const CAPTURE: &str = "\
Example: sigv4-conformance capture -- aws s3 cp report.pdf s3://bucket/report.pdf
COMMAND finds the endpoint in AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 and SIGV4_CONFORMANCE_ENDPOINT, \
and the key in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION; with --tls, the certificate \
to trust in AWS_CA_BUNDLE, SSL_CERT_FILE, CURL_CA_BUNDLE, REQUESTS_CA_BUNDLE and \
NODE_EXTRA_CA_CERTS. What it prints goes to standard error.
Without COMMAND the endpoint serves until Ctrl-C.

A file for --keys; the first key is the one that COMMAND is given:
  [[key]]
  access_key_id = \"AKIDEXAMPLE\"
  secret_access_key = \"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\"
  session_token = \"...\"   # of temporary credentials only

SigV4A, the V4 signature of Google Cloud Storage and the signatures before version 4 are checked as \
well; those before version 4 are marked as legacy.

Exit codes: 0 every signed request is right; 1 a request is wrong; 2 usage; 3 COMMAND could not be \
started or failed, or no request arrived; 4 no request is signed.";

#[derive(Args, Debug)]
#[command(after_help = CAPTURE)]
pub(crate) struct CaptureArguments {
    /// The client to run.
    #[arg(last = true, value_name = "COMMAND")]
    pub(crate) client_command: Vec<OsString>,

    /// The service that the endpoint stands for. Default: the one that a request is signed for.
    #[arg(long)]
    pub(crate) service: Option<String>,

    /// Where to listen: a loopback address, with port 0 for any that is free.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", value_parser = address)]
    pub(crate) listen: SocketAddr,

    /// File with the keys that the endpoint knows. Default: the vendor's documented examples,
    /// AKIDEXAMPLE and AKIAIOSFODNN7EXAMPLE.
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<PathBuf>,

    /// Write each request as it arrived to DIR/0001.http and so on, for `explain`.
    #[arg(long, value_name = "DIR")]
    pub(crate) save: Option<PathBuf>,

    /// Speak TLS, with a certificate made for this capture.
    #[arg(long)]
    pub(crate) tls: bool,

    /// How to show what was found.
    #[arg(long, value_enum, default_value_t = CaptureFormat::Human)]
    pub(crate) format: CaptureFormat,

    /// Write the report to a file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Write one line of JSON for each request.
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "expected an address and a port, such as 127.0.0.1:8080".to_owned())
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum CaptureFormat {
    /// For a terminal.
    Human,
    /// For programs: everything in one object.
    Json,
}
