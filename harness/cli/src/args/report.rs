//! The words of `report`.

use std::path::PathBuf;

use clap::Args;

use super::rendering::RenderingArguments;

#[derive(Args, Debug)]
pub(crate) struct ReportArguments {
    /// The run log; - for standard input.
    pub(crate) log: PathBuf,

    #[command(flatten)]
    pub(crate) rendering: RenderingArguments,
}
