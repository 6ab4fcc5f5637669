//! Which vectors, of every verb that selects some.

use std::path::PathBuf;

use clap::Args;
use sigv4_vectors::model::{Level, Profile};

use super::values::{level, profile, whole};

#[derive(Args, Debug)]
pub(crate) struct SelectionArguments {
    /// Suites to run: official, published, edge, verifier, or those of your own. Default: all.
    #[arg(long, value_name = "SUITE", value_delimiter = ',')]
    pub(crate) suite: Vec<String>,

    /// Only cases whose id, or its last part, matches the glob; may be given more than once.
    #[arg(long, value_name = "GLOB")]
    pub(crate) filter: Vec<String>,

    /// Leave out cases whose id, or its last part, matches the glob; may be given more than once.
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,

    /// Only cases that failed in this run log: ask again what was wrong. - for standard input.
    #[arg(long, value_name = "LOG")]
    pub(crate) failed: Option<PathBuf>,

    /// Only this many cases, spread evenly over all others that are selected; the same ones each time.
    #[arg(long, value_name = "N", value_parser = whole::<usize>(1..=u64::MAX))]
    #[arg(allow_negative_numbers = true)]
    pub(crate) sample: Option<usize>,

    /// Only cases that are at least this binding: must, should, may.
    #[arg(long, value_parser = level)]
    pub(crate) level: Option<Level>,

    /// Only cases of this profile: generic, s3.
    #[arg(long, value_parser = profile)]
    pub(crate) profile: Option<Profile>,

    #[command(flatten)]
    pub(crate) set: SetArguments,
}

/// Which set of vectors.
#[derive(Args, Debug)]
pub(crate) struct SetArguments {
    /// Take the vectors from a folder instead of the built-in set.
    #[arg(long, value_name = "DIR")]
    pub(crate) vectors: Option<PathBuf>,

    /// Add the vectors of a folder, whose suites have names of their own; may be given more than once.
    #[arg(long, value_name = "DIR")]
    pub(crate) add_vectors: Vec<PathBuf>,
}
