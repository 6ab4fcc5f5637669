//! The greeting and the canary: what an adapter is asked before anything else.

use std::time::{Duration, Instant};

use sigv4_protocol::{Answer, Identity, lines};
use sigv4_vectors::Vectors;

use super::command::{Command, Limits};
use super::environment::{canary_environment, hello_environment};
use super::fault::{Fault, FaultKind};
use super::running::{Running, Silence};

/// What an adapter is asked first, for a message.
const HELLO: &str = "hello";
const THE_CANARY: &str = "the canary";

/// How long a program that is not an adapter may take to say why.
const A_MOMENT: Duration = Duration::from_millis(300);

/// The number of the canary's question; real questions start after it.
const CANARY_SEQ: u64 = 0;

/// Why a run cannot begin with a command.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StartError {
    /// The greeting or the canary was not answered correctly.
    #[error("not an adapter: its answer to {asked} is not what the protocol says: {fault}")]
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

impl StartError {
    /// The fault of an adapter that had been started before.
    pub(super) fn into_fault(self) -> Fault {
        match self {
            Self::Fault { fault, .. } => fault,
            Self::Unstartable { problem, .. } => FaultKind::Unstartable { problem }.into(),
        }
    }
}

/// Starts `command` and greets it.
pub(super) fn greet(command: &Command, limits: Limits) -> Result<(Running, Identity), StartError> {
    let mut running = Running::start(command, hello_environment())
        .map_err(|error| unstartable(command, &error))?;
    let digest = Vectors::embedded().digest().to_string();
    lines::hello(running.input(), env!("CARGO_PKG_VERSION"), &digest);
    let line = expect_line(&mut running, HELLO, limits.timeout)?;
    match lines::read_hello(&line) {
        Ok(identity) => Ok((running, identity)),
        Err(problem) => {
            // The reason often follows on standard error.
            running.leave(A_MOMENT);
            let fault = running.fault(FaultKind::Greeting { problem });
            Err(StartError::Fault { asked: HELLO, fault })
        }
    }
}

/// Sends the canary to a long-lived adapter that was greeted.
pub(super) fn send_canary(running: &mut Running, limits: Limits) -> Result<(), StartError> {
    lines::canary(running.input(), CANARY_SEQ);
    check_canary(running, limits.timeout)
}

/// Starts `command` for the canary alone, as a one-shot adapter.
pub(super) fn send_canary_alone(command: &Command, limits: Limits) -> Result<(), StartError> {
    let mut running = Running::start(command, canary_environment(CANARY_SEQ))
        .map_err(|error| unstartable(command, &error))?;
    lines::canary(running.input(), CANARY_SEQ);
    running.end_input();
    check_canary(&mut running, limits.timeout)
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
