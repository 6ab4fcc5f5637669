//! The words of `search`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use sigv4_conformance::search::{Replay, Shard};
use sigv4_protocol::Side;

use super::values::{seconds, side, whole};
use super::verifier::EndpointArguments;

/// How to repeat, continue and share a search.
const SEARCH: &str = "Example: sigv4-conformance search aws-sigv4 --cases 200000 --seed 1
Each finding ends with the command that reproduces it. To continue a search, pass the number that it
ended with to --start; to share it among machines, use --shard. Points on which the vendor's own
signers differ are reported separately and fail nothing. With --side verifier, signed requests are
changed before or after signing, and only those with a certain ruling are asked. A server that runs
is asked with --endpoint; the requests are then signed at the time of day.";

#[derive(Args, Debug)]
#[command(after_help = SEARCH)]
pub(crate) struct SearchArguments {
    /// What is searched: signer or verifier.
    #[arg(long, default_value = "signer", value_parser = side)]
    pub(crate) side: Side,

    /// The subject: a built-in one (reference, model, aws-sigv4), or an adapter or a server by the name
    /// of its folder.
    #[arg(value_name = "NAME", conflicts_with = "adapter_command", group = "subject")]
    #[arg(required_unless_present_any = ["adapter_command", "endpoint"])]
    pub(crate) name: Option<String>,

    /// Command that starts an adapter.
    #[arg(last = true, value_name = "COMMAND", group = "subject")]
    pub(crate) adapter_command: Vec<OsString>,

    #[command(flatten)]
    pub(crate) endpoint: EndpointArguments,

    /// How many cases to ask. Default: 100000, or no limit with --time.
    #[arg(long, value_name = "N", value_parser = whole::<u64>(1..=u64::MAX))]
    #[arg(allow_negative_numbers = true)]
    pub(crate) cases: Option<u64>,

    /// Seed of the generator: the same seed gives the same requests.
    #[arg(long, default_value_t = 1, value_parser = whole::<u64>(0..=u64::MAX))]
    #[arg(allow_negative_numbers = true)]
    pub(crate) seed: u64,

    /// The number of the first case, to continue where another search ended.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u64>(0..=u64::MAX))]
    #[arg(allow_negative_numbers = true)]
    pub(crate) start: u64,

    /// Ask only the Ith of N equal parts: 1/4 to 4/4.
    #[arg(long, value_name = "I/N", value_parser = shard, default_value = "1/1")]
    pub(crate) shard: Shard,

    /// Stop after this many seconds.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    pub(crate) time: Option<Duration>,

    /// Ask only the cases of one finding again.
    #[arg(long, value_name = "SEED:NUMBER")]
    #[arg(conflicts_with_all = ["cases", "seed", "start", "shard", "time"])]
    pub(crate) replay: Option<Replay>,

    /// Write what was found as a vector file below this folder, for `signer --vectors`. Only for
    /// signers.
    #[arg(long, value_name = "DIR")]
    pub(crate) save: Option<PathBuf>,

    /// How many seconds one answer may take.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    #[arg(allow_negative_numbers = true)]
    pub(crate) timeout: Duration,

    /// How many subjects are asked at once.
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = whole::<u16>(1..=256), allow_negative_numbers = true)]
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

    /// Folder of the servers. Default: harness/servers, here or in a folder above.
    #[arg(long, value_name = "DIR", env = "SIGV4_CONFORMANCE_SERVERS")]
    pub(crate) servers: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum SearchFormat {
    /// For a terminal.
    Human,
    /// For programs: everything in one object.
    Json,
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
