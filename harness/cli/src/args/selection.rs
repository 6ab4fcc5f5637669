//! Which vectors, of every verb that selects some.

use std::path::PathBuf;

use clap::Args;
use sigv4_vectors::model::{Level, Profile, Suite};

use super::values::{level, profile, suite};

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
