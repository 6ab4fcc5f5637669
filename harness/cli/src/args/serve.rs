//! The words of `serve`.

use std::path::PathBuf;

use clap::Args;

use super::values::whole;

/// What the page is, and who can open it.
const SERVE: &str = "\
Example: sigv4-conformance serve
It prints the address of a page, to open in a browser: paste a request there, what the server answered, \
and the secret, and read what `explain` says of it. Ctrl-C ends it.

Only this machine can open the page, and only with the whole address, which is another one each time. \
Nothing is sent elsewhere, and nothing is stored; the secret is used for one answer.

Exit codes: 0 it was told to end; 2 usage, or a port that is taken.";

#[derive(Args, Debug)]
#[command(after_help = SERVE)]
pub(crate) struct ServeArguments {
    /// The port on 127.0.0.1. Default: any that is free.
    #[arg(long, value_name = "PORT", value_parser = whole::<u16>(0..=65535), default_value = "0")]
    #[arg(hide_default_value = true, allow_negative_numbers = true)]
    pub(crate) port: u16,

    /// Rules of services that come before the built-in ones (`services list`), as TOML.
    #[arg(long, value_name = "FILE")]
    pub(crate) service_rules: Option<PathBuf>,
}
