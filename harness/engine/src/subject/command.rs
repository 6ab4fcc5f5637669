//! What starts an adapter, and the bounds within which it works.

use std::ffi::OsString;
use std::time::Duration;

/// A command line that starts an adapter.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Command {
    /// The program, looked up in `PATH` if it contains no slash.
    pub program: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// The bounds within which an adapter works.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long one answer may take.
    pub timeout: Duration,
    /// How many questions may be open at once.
    pub window: usize,
    /// How often a process may be started again.
    pub restarts: u32,
    /// How many processes of a long-lived adapter share the questions.
    pub processes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(10), window: 96, restarts: 5, processes: 1 }
    }
}
