//! What bounds a run, of every verb that starts adapters.

use std::time::Duration;

use clap::Args;

use super::values::{seconds, whole};

#[derive(Args, Debug)]
pub(crate) struct LimitArguments {
    /// How many seconds one answer may take.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    #[arg(allow_negative_numbers = true)]
    pub(crate) timeout: Duration,

    /// How many one-shot adapters and judges run at once. Default: one per core.
    #[arg(long, value_name = "N", value_parser = whole::<u16>(1..=u16::MAX.into()))]
    #[arg(allow_negative_numbers = true)]
    pub(crate) jobs: Option<u16>,
}
