//! The implementation under test, however it is plugged in.

mod adapter;
mod budget;
mod client;
mod command;
pub(crate) mod convert;
mod doctor;
mod environment;
mod fault;
mod greeting;
mod in_process;
mod interface;
pub(crate) mod leftovers;
mod names;
mod one_shot;
mod pipes;
mod plugged;
mod process;
mod running;
mod several;

pub use adapter::{Adapter, AdapterError, Description, Package, ServerDescription, Setup};
pub use client::Client;
pub use command::{Command, Limits};
pub use doctor::{Check, Examination, examine};
pub use fault::{Fault, FaultKind};
pub use greeting::StartError;
#[cfg(feature = "aws-sigv4")]
pub use in_process::AwsSigv4;
pub use in_process::{BUILT_IN, Model, Reference, built_in};
pub(crate) use in_process::{legacy, policy, streams};
pub use interface::{Leaving, Subject};
pub use leftovers::{LeftBehind, adopt_descendants, clear};
pub use names::{Deviation, NamesDescription, Said, Step};
pub use plugged::plug_in;
