//! The words of `doctor`.

use std::ffi::OsString;

use clap::Args;

use super::limits::LimitArguments;

#[derive(Args, Debug)]
pub(crate) struct DoctorArguments {
    /// Command that starts the adapter.
    #[arg(last = true, value_name = "COMMAND", required = true)]
    pub(crate) adapter_command: Vec<OsString>,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,
}
