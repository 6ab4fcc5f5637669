//! Servers that verify signatures: start one, ask it one request at a time, stop it.
//!
//! [`Server`] is a third-party server on a free port of this machine, described by a `server.toml`.
//! [`ask`] sends one request to any server as the bytes that it is given, which no library rewrites,
//! and returns the status and the code of the error. [`readings`] signs a request in each of the ways
//! in which servers are known to make it canonical.

mod answer;
mod ask;
mod at_once;
mod control;
mod readings;
mod running;
mod shared;
mod stored;
mod subject;

pub use answer::Answer;
pub use ask::{AskError, Limits, ask, on_the_wire};
pub use control::ControlError;
pub use readings::{Readings, is_usual_form, readings};
pub use running::{Access, Server, ServerError};
pub use shared::Shared;
pub use subject::ServerSubject;
