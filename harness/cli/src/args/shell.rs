//! The words of `completions`, `man` and `protocol`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// Where shells look for completions.
const COMPLETIONS: &str = "\
Examples:
  bash: sigv4-conformance completions bash > ~/.local/share/bash-completion/completions/sigv4-conformance
  zsh:  sigv4-conformance completions zsh > ~/.zfunc/_sigv4-conformance   # with ~/.zfunc in $fpath
  fish: sigv4-conformance completions fish > ~/.config/fish/completions/sigv4-conformance.fish";

#[derive(Args, Debug)]
#[command(after_help = COMPLETIONS)]
pub(crate) struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// Where `man` looks.
const MAN: &str = "\
Example: sigv4-conformance man ~/.local/share/man/man1 && man sigv4-conformance";

#[derive(Args, Debug)]
#[command(after_help = MAN)]
pub(crate) struct ManArguments {
    /// The folder; it is made if it is not there, and pages of the same names are replaced.
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct ProtocolArguments {
    /// Print the JSON Schema of the messages instead of the text.
    #[arg(long)]
    pub(crate) schema: bool,
}
