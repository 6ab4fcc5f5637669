//! The arguments of the command line. `command` implements them.

mod capture;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use sigv4_conformance::search::{Replay, Shard};
use sigv4_vectors::model::{Level, Profile, Suite};

pub(crate) use capture::{CaptureArguments, CaptureFormat};

/// Is this AWS Signature Version 4 implementation right, and if not, where does it go wrong?
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Whether to use colour.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
}

const EXIT_CODES: &str = "Exit codes: 0 as expected; 1 an unexpected verdict or a stale \
expectation; 2 usage or configuration; 3 adapter or protocol failure, the run is incomplete; \
4 nothing was selected.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Ask signers all signing vectors and judge the answers.
    Signer(SignerArguments),
    /// Ask a signer generated requests; shrink and name what it gets wrong.
    Search(Box<SearchArguments>),
    /// Check an adapter, independently of its subject.
    Doctor(DoctorArguments),
    /// Run a built-in subject behind the adapter protocol on standard input and output.
    Adapter(AdapterArguments),
    /// Sign a request with the reference; the signature goes into the Authorization header.
    Sign(SignArguments),
    /// Presign a URL with the reference; the signature goes into the query.
    Presign(PresignArguments),
    /// Derive a signing key and print every key of the chain.
    DeriveKey(DeriveKeyArguments),
    /// List, show or export the test vectors.
    Vectors(VectorsArguments),
    /// List or show the mistakes that signers make, and which vectors catch them.
    Mistakes(MistakesArguments),
    /// Explain why the signature of one request from the field does not match.
    Explain(ExplainArguments),
    /// List what services want of a signed request, with sources.
    Services(ServicesArguments),
    /// Be an endpoint on this machine, and judge what a live client sends.
    Capture(CaptureArguments),
    /// Render a run log.
    Report(ReportArguments),
}

#[derive(Args, Debug)]
pub(crate) struct SignerArguments {
    /// Subjects: built-in ones (reference, model, aws-sigv4), or adapters by the name of their
    /// folder. Default: the built-in ones.
    #[arg(value_name = "NAME", conflicts_with = "adapter_command")]
    pub(crate) names: Vec<String>,

    /// Command that starts an adapter.
    #[arg(last = true, value_name = "COMMAND")]
    pub(crate) adapter_command: Vec<OsString>,

    #[command(flatten)]
    pub(crate) selection: SelectionArguments,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,

    #[command(flatten)]
    pub(crate) rendering: RenderingArguments,

    /// Write the run log, as NDJSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,

    /// List of known failures. Default: the adapter's own, or sigv4-conformance.toml here.
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

/// How to repeat, continue and share a search.
const SEARCH: &str = "Example: sigv4-conformance search aws-sigv4 --cases 200000 --seed 1
Each finding ends with the command that reproduces it. To continue a search, pass the number that it
ended with to --start; to share it among machines, use --shard. Points on which the vendor's own
signers differ are reported separately and fail nothing.";

#[derive(Args, Debug)]
#[command(after_help = SEARCH)]
pub(crate) struct SearchArguments {
    /// The subject: a built-in one (reference, model, aws-sigv4) or an adapter by the name of its
    /// folder.
    #[arg(value_name = "NAME", conflicts_with = "adapter_command")]
    #[arg(required_unless_present = "adapter_command")]
    pub(crate) name: Option<String>,

    /// Command that starts an adapter.
    #[arg(last = true, value_name = "COMMAND")]
    pub(crate) adapter_command: Vec<OsString>,

    /// How many cases to ask. Default: 100000, or no limit with --time.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) cases: Option<u64>,

    /// Seed of the generator: the same seed gives the same requests.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,

    /// The number of the first case, to continue where another search ended.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) start: u64,

    /// Ask only the Ith of N equal parts: 1/4 to 4/4.
    #[arg(long, value_name = "I/N", value_parser = shard, default_value = "1/1")]
    pub(crate) shard: Shard,

    /// Stop after this many seconds.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) time: Option<Duration>,

    /// Ask only the cases of one finding again.
    #[arg(long, value_name = "SEED:NUMBER")]
    #[arg(conflicts_with_all = ["cases", "seed", "start", "shard", "time"])]
    pub(crate) replay: Option<Replay>,

    /// Write what was found as a vector file below this folder, for `signer --vectors`.
    #[arg(long, value_name = "DIR")]
    pub(crate) save: Option<PathBuf>,

    /// How many seconds one answer may take.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(crate) timeout: Duration,

    /// How many subjects are asked at once.
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) jobs: u16,

    /// How to show what was found.
    #[arg(long, value_enum, default_value_t = SearchFormat::Human)]
    pub(crate) format: SearchFormat,

    /// Write to a file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Folder of the adapters. Default: harness/adapters, here or in a folder above.
    #[arg(long, value_name = "DIR", env = "SIGV4_CONFORMANCE_ADAPTERS")]
    pub(crate) adapters: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum SearchFormat {
    /// For a terminal.
    Human,
    /// For programs: everything in one object.
    Json,
}

#[derive(Args, Debug)]
pub(crate) struct SelectionArguments {
    /// Suites to run: official, published, edge, verifier. Default: all.
    #[arg(long, value_name = "SUITE", value_delimiter = ',', value_parser = suite)]
    pub(crate) suite: Vec<Suite>,

    /// Only cases whose id, or its last part, matches the glob; may be given more than once.
    #[arg(long, value_name = "GLOB")]
    pub(crate) filter: Vec<String>,

    /// Only cases that are at least this binding: must, should, may.
    #[arg(long, value_parser = level)]
    pub(crate) level: Option<Level>,

    /// Only cases of this profile: generic, s3.
    #[arg(long, value_parser = profile)]
    pub(crate) profile: Option<Profile>,

    /// Take the vectors from a folder instead of the built-in set.
    #[arg(long, value_name = "DIR")]
    pub(crate) vectors: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct LimitArguments {
    /// How many seconds one answer may take.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    #[arg(allow_negative_numbers = true)]
    pub(crate) timeout: Duration,

    /// How many one-shot adapters and judges run at once. Default: one per core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
}

#[derive(Args, Debug)]
pub(crate) struct RenderingArguments {
    /// How to show the run.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,

    /// Write to a file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// How many findings the human format shows in full, starting with one for each mistake.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) findings: usize,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Format {
    /// Workflow commands that annotate a GitHub Actions run.
    Github,
    /// For a terminal.
    Human,
    /// The run log itself, NDJSON.
    Json,
    /// JUnit XML.
    Junit,
    /// A summary in Markdown.
    Markdown,
}

#[derive(Args, Debug)]
pub(crate) struct DoctorArguments {
    /// Command that starts the adapter.
    #[arg(last = true, value_name = "COMMAND", required = true)]
    pub(crate) adapter_command: Vec<OsString>,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,
}

#[derive(Args, Debug)]
pub(crate) struct AdapterArguments {
    /// The built-in subject.
    pub(crate) name: String,

    /// A mistake for the model to make; may be given more than once. `mistakes list` shows all.
    #[arg(long, value_name = "ID")]
    pub(crate) mistake: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct SignArguments {
    #[command(flatten)]
    pub(crate) request: RequestArguments,

    /// What the signature covers of the body: signed, unsigned, or the payload line verbatim.
    #[arg(long, value_name = "PAYLOAD", default_value = "signed")]
    pub(crate) payload: String,

    /// Whether to send and sign x-amz-content-sha256. Default: for s3.
    #[arg(long, value_name = "BOOL")]
    pub(crate) content_sha256_header: Option<bool>,
}

#[derive(Args, Debug)]
pub(crate) struct PresignArguments {
    #[command(flatten)]
    pub(crate) request: RequestArguments,

    /// What the signature covers of the body: signed, unsigned, or the payload line verbatim.
    /// Default: unsigned for s3, else signed.
    #[arg(long, value_name = "PAYLOAD")]
    pub(crate) payload: Option<String>,

    /// For how many seconds the URL is valid.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    pub(crate) expires: u64,
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

    /// How the path becomes canonical: generic, s3. Default: s3 for the service s3.
    #[arg(long, value_parser = profile)]
    pub(crate) profile: Option<Profile>,

    /// Whether dot segments and repeated slashes are removed. Default: the profile's.
    #[arg(long, value_name = "BOOL")]
    pub(crate) normalize: Option<bool>,

    /// How the path is encoded. Default: double; for s3 decoded, as its documentation says.
    #[arg(long, value_enum)]
    pub(crate) path_encoding: Option<PathEncodingArgument>,

    /// Add the session token after signing, as AWS IoT requires.
    #[arg(long)]
    pub(crate) append_session_token: bool,

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

#[derive(Args, Debug)]
pub(crate) struct ScopeArguments {
    /// The time, YYYYMMDDTHHMMSSZ. Default: now.
    #[arg(long)]
    pub(crate) time: Option<String>,

    /// The region.
    #[arg(long, default_value = "us-east-1")]
    pub(crate) region: String,

    /// The service.
    #[arg(long)]
    pub(crate) service: String,

    #[command(flatten)]
    pub(crate) credentials: CredentialArguments,
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

#[derive(Args, Debug)]
pub(crate) struct VectorsArguments {
    #[command(subcommand)]
    pub(crate) command: VectorsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum VectorsCommand {
    /// One line per case: id, level, title.
    List {
        #[command(flatten)]
        selection: SelectionArguments,
    },
    /// One case in full, as JSON.
    Show {
        /// The case's id.
        id: String,
        /// Take the vectors from a folder instead of the built-in set.
        #[arg(long, value_name = "DIR")]
        vectors: Option<PathBuf>,
    },
    /// Write the files to a folder.
    Export {
        /// The folder, which must not contain them already.
        folder: PathBuf,
    },
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum MatrixFormat {
    /// For a terminal.
    Human,
    /// For programs.
    Json,
    /// For the published report.
    Markdown,
}

#[derive(Args, Debug)]
pub(crate) struct ExplainArguments {
    /// The request as it was sent: raw HTTP, a HAR entry or file, a curl command line, the output
    /// of `curl -v` or `--trace`, a presigned URL or a token made of one; - for standard input.
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,

    /// The server's answer: XML or JSON, as it came or in the middle of a log.
    #[arg(long, value_name = "FILE")]
    pub(crate) error_document: Option<PathBuf>,

    /// Which entry of a HAR file, counted from 1. Default: the first signed one that was refused.
    #[arg(long, value_name = "NUMBER")]
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

    #[command(flatten)]
    pub(crate) credentials: SecretArguments,

    /// The server's clock, YYYYMMDDTHHMMSSZ. Default: now.
    #[arg(long)]
    pub(crate) now: Option<String>,

    /// How many seconds the signing time may be from the clock. Default: 900 for s3, else 300.
    #[arg(long, value_name = "SECONDS")]
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

#[derive(Args, Debug)]
pub(crate) struct ServicesArguments {
    #[command(subcommand)]
    pub(crate) command: ServicesCommand,

    /// Rules of services that come before the built-in ones, as TOML.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) service_rules: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ServicesCommand {
    /// One line per service that has rules of its own.
    List,
    /// The rules of one service, as JSON.
    Show {
        /// The name in the scope of a request.
        #[arg(value_name = "SERVICE")]
        service: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct MistakesArguments {
    #[command(subcommand)]
    pub(crate) command: MistakesCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MistakesCommand {
    /// One line per mistake: id, component, what the signer does.
    List,
    /// Which vectors catch which mistake: the measure of the suite.
    Matrix {
        /// How to show it.
        #[arg(long, value_enum, default_value_t = MatrixFormat::Human)]
        format: MatrixFormat,
        /// Write to a file instead of standard output.
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// One mistake in full, with the request that shows it.
    Show {
        /// The mistake's id.
        id: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct ReportArguments {
    /// The run log; - for standard input.
    pub(crate) log: PathBuf,

    #[command(flatten)]
    pub(crate) rendering: RenderingArguments,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Color {
    /// Always.
    Always,
    /// On a terminal that shows it.
    Auto,
    /// Never.
    Never,
}

impl Color {
    /// Sets it for all output of the program.
    pub(crate) fn write_global(self) {
        match self {
            Self::Always => anstream::ColorChoice::Always,
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

fn suite(word: &str) -> Result<Suite, String> {
    one_of(Suite::ALL, Suite::as_str, word)
}

fn level(word: &str) -> Result<Level, String> {
    one_of(Level::ALL, Level::as_str, word)
}

fn profile(word: &str) -> Result<Profile, String> {
    one_of(Profile::ALL, Profile::as_str, word)
}

fn shard(text: &str) -> Result<Shard, String> {
    let problem = || "expected I/N with I from 1 to N, such as 1/4".to_owned();
    let (index, count) = text.split_once('/').ok_or_else(problem)?;
    let parse = |digits: &str| digits.parse::<u32>().map_err(|_| problem());
    let (index, count) = (parse(index)?, parse(count)?);
    if !(1..=count).contains(&index) {
        return Err(problem());
    }
    Ok(Shard { index: u64::from(index - 1), count: count.into() })
}

fn one_of<T: Copy>(all: &[T], text: fn(T) -> &'static str, word: &str) -> Result<T, String> {
    all.iter().copied().find(|value| text(*value) == word).ok_or_else(|| {
        let words: Vec<&str> = all.iter().map(|value| text(*value)).collect();
        format!("expected one of {}", words.join(", "))
    })
}

fn seconds(text: &str) -> Result<Duration, String> {
    let problem = || "expected a number of seconds above 0".to_owned();
    let seconds: f64 = text.parse().map_err(|_| problem())?;
    Duration::try_from_secs_f64(seconds).ok().filter(|limit| !limit.is_zero()).ok_or_else(problem)
}
