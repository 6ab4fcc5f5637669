//! The words of `adapter`.

use clap::Args;

#[derive(Args, Debug)]
pub(crate) struct AdapterArguments {
    /// The built-in subject.
    pub(crate) name: String,

    /// A mistake for the model to make; may be given more than once. `mistakes list` shows all.
    #[arg(long, value_name = "ID")]
    pub(crate) mistake: Vec<String>,
}
