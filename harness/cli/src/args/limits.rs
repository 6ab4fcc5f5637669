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

    /// How many processes of an adapter, and how many judges, run at once. Default: one judge and one one-shot
    /// adapter per core, and one process of an adapter that answers many questions. Verifiers of that kind are
    /// always asked by one process, since they may remember what they saw.
    #[arg(long, value_name = "N", value_parser = whole::<u16>(1..=u16::MAX.into()))]
    #[arg(allow_negative_numbers = true)]
    pub(crate) jobs: Option<u16>,
}
