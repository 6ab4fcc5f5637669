//! Plugging in a command: the greeting, the canary, and which driver it needs.

use std::ffi::OsString;
use std::time::{Duration, Instant};

use sigv4_protocol::{Answer, Identity, Mode, lines};
use sigv4_vectors::Vectors;

use super::Subject;
use super::fault::{Fault, FaultKind};
use super::one_shot::{self, OneShot};
use super::process::Process;
use super::running::{Running, Silence};

/// What an adapter is asked first, in words.
const HELLO: &str = "hello";
const THE_CANARY: &str = "the canary";

/// The number of the canary's question; real questions start behind it.
const CANARY_SEQ: u64 = 0;

/// A command line that starts an adapter.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Command {
    /// The program, looked up in `PATH` where it holds no slash.
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
}

impl Default for Limits {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(10), window: 96, restarts: 5 }
    }
}

/// Why a command is no adapter that a run could begin with.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StartError {
    /// The greeting was not answered as it should be, or the canary was not.
    #[error("no adapter: to {asked} it did not answer as the protocol says: {fault}")]
    Fault {
        /// What it was asked.
        asked: &'static str,
        /// What went wrong.
        fault: Fault,
    },
    /// The command cannot be started at all.
    #[error("cannot start `{program}`: {problem}")]
    Unstartable {
        /// The program.
        program: String,
        /// What the system said.
        problem: String,
    },
}

/// Starts `command`, greets it and sends the canary.
///
/// # Errors
/// [`StartError`].
pub fn plug_in(command: &Command, limits: Limits) -> Result<Box<dyn Subject>, StartError> {
    let (mut running, identity) = greet(command, limits)?;
    match identity.mode {
        Mode::Stream => {
            lines::canary(running.input(), CANARY_SEQ);
            check_canary(&mut running, limits.timeout)?;
            Ok(Box::new(Process::new(command.clone(), limits, identity, running)))
        }
        Mode::OneShot => {
            drop(running);
            let mut running = Running::start(command, one_shot::canary_environment(CANARY_SEQ))
                .map_err(|error| unstartable(command, &error))?;
            lines::canary(running.input(), CANARY_SEQ);
            running.end_input();
            check_canary(&mut running, limits.timeout)?;
            Ok(Box::new(OneShot::new(command.clone(), limits, identity)))
        }
    }
}

/// Starts `command` and greets it.
pub(super) fn greet(command: &Command, limits: Limits) -> Result<(Running, Identity), StartError> {
    let mut running = Running::start(command, one_shot::hello_environment())
        .map_err(|error| unstartable(command, &error))?;
    lines::hello(
        running.input(),
        env!("CARGO_PKG_VERSION"),
        &Vectors::embedded().digest().to_string(),
    );
    let line = expect_line(&mut running, HELLO, limits.timeout)?;
    match lines::read_hello(&line) {
        Ok(identity) => Ok((running, identity)),
        Err(problem) => {
            let fault = running.fault(FaultKind::Greeting { problem });
            Err(StartError::Fault { asked: HELLO, fault })
        }
    }
}

fn check_canary(running: &mut Running, timeout: Duration) -> Result<(), StartError> {
    let line = expect_line(running, THE_CANARY, timeout)?;
    match lines::read_reply(&line) {
        Ok(reply)
            if reply.seq == CANARY_SEQ && matches!(reply.answer, Answer::Unsupported { .. }) =>
        {
            Ok(())
        }
        _ => {
            let answer = lines::shown(&line);
            let fault = running.fault(FaultKind::Canary { answer });
            Err(StartError::Fault { asked: THE_CANARY, fault })
        }
    }
}

fn expect_line(
    running: &mut Running,
    asked: &'static str,
    timeout: Duration,
) -> Result<Vec<u8>, StartError> {
    match running.receive(Instant::now() + timeout) {
        Ok(line) => Ok(line.to_vec()),
        Err(Silence::Late) if asked == HELLO => Err(StartError::Fault {
            asked,
            fault: running.fault(FaultKind::NoGreeting { limit: timeout }),
        }),
        Err(silence) => Err(StartError::Fault { asked, fault: running.fault_of(silence, timeout) }),
    }
}

fn unstartable(command: &Command, error: &std::io::Error) -> StartError {
    StartError::Unstartable {
        program: command.program.to_string_lossy().into_owned(),
        problem: error.to_string(),
    }
}
