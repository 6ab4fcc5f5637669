//! The words of `services`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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
    List {
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// The rules of one service, as JSON.
    Show {
        /// The name in the scope of a request.
        #[arg(value_name = "SERVICE")]
        service: String,
    },
}
