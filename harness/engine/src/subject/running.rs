//! A started adapter: a process with its three pipes.

use std::ffi::OsString;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::ioctl_fionbio;
use sigv4_protocol::lines::VARIABLE_PREFIX;

use super::command::Command;
use super::fault::{Fault, FaultKind};
use super::leftovers::{self, LeftBehind};
use super::pipes::{Input, LINE_LIMIT, Lines, Next, Stderr};

/// How long a process may take to end once its input has ended, if the time-out is longer.
const LEAVE: Duration = Duration::from_secs(2);
/// How often it is checked whether it has ended.
const LOOK: Duration = Duration::from_millis(2);

/// An adapter process. Dropping it kills the process and everything that it started.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    input: Input<ChildStdin>,
    output: Lines<ChildStdout>,
    stderr: Stderr<ChildStderr>,
    left_behind: LeftBehind,
}

/// What comes from an adapter instead of a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Silence {
    /// The line is longer than the limit; nothing after it can be read.
    TooLong,
    /// Standard output was closed.
    End,
    /// Nothing until the deadline.
    Late,
}

/// What an adapter does wrong when its input ends.
#[derive(Debug)]
pub(super) enum Farewell {
    /// It ended with a bad status, or not at all, or wrote a line that is too long.
    Fault(Fault),
    /// It wrote a line that nobody asked for.
    Line(Vec<u8>),
}

/// What is waited for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Waiting {
    ForOutput,
    ForTheEnd,
}

impl Running {
    /// Starts the command in its own process group, so that what it starts is ended with it.
    pub(super) fn start(
        command: &Command,
        environment: impl IntoIterator<Item = (String, OsString)>,
    ) -> io::Result<Self> {
        let mut prepared = std::process::Command::new(&command.program);
        // Variables of the caller do not belong to a question, and may hold a secret.
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(VARIABLE_PREFIX.as_bytes()) {
                prepared.env_remove(name);
            }
        }
        prepared
            .args(&command.arguments)
            .envs(environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let mut child = leftovers::spawn(&mut prepared)?;
        let input = Input::new(unblocked(child.stdin.take())?);
        let output = Lines::new(unblocked(child.stdout.take())?);
        let stderr = Stderr::new(unblocked(child.stderr.take())?);
        Ok(Self { child, input, output, stderr, left_behind: LeftBehind::default() })
    }

    /// Where lines for the adapter are appended. They are written while its output is read.
    pub(super) fn input(&mut self) -> &mut Vec<u8> {
        self.input.text()
    }

    /// Closes the adapter's input once everything is written.
    pub(super) fn end_input(&mut self) {
        self.input.end();
    }

    /// The next line that comes out, its line feed included.
    pub(super) fn receive(&mut self, deadline: Instant) -> Result<&[u8], Silence> {
        self.receive_at_leisure(Duration::ZERO, deadline)
    }

    /// Like `receive`, for an adapter that has enough to do: if there is no line yet, sleeps for
    /// `pause` first, so that several lines come at a time. Being woken for each line costs each
    /// side about ten microseconds.
    pub(super) fn receive_at_leisure(
        &mut self,
        pause: Duration,
        deadline: Instant,
    ) -> Result<&[u8], Silence> {
        self.input.write_unless_full();
        let mut pause = Some(pause).filter(|pause| !pause.is_zero() && self.input.full().is_none());
        let line = loop {
            match self.output.next() {
                Next::Line(line) => break line,
                Next::Unfinished => {}
                Next::TooLong => return Err(Silence::TooLong),
                Next::End => return Err(Silence::End),
            }
            if let Some(pause) = pause.take() {
                thread::sleep(pause);
            }
            if !self.output.read() {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(Silence::Late);
                }
                self.wait(Waiting::ForOutput, left);
            }
        };
        Ok(self.output.at(line))
    }

    /// The fault, with the lines that were kept from standard error. Ends the process.
    pub(super) fn fault(&mut self, kind: FaultKind) -> Fault {
        leftovers::end(&mut self.child);
        Fault { kind, stderr: self.stderr.kept_lines() }
    }

    /// The fault for an output other than a line. `timeout` is how long the harness waited for it.
    pub(super) fn fault_of(&mut self, silence: Silence, timeout: Duration) -> Fault {
        let kind = match silence {
            Silence::TooLong => FaultKind::LineTooLong { limit: LINE_LIMIT },
            Silence::Late => FaultKind::TimedOut { limit: timeout },
            Silence::End => match self.leave(timeout) {
                Some(status) => FaultKind::Crashed { status: status.to_string() },
                None => FaultKind::ClosedOutput,
            },
        };
        self.fault(kind)
    }

    /// Waits for the process to end by itself, for no longer than an answer may take, and two
    /// seconds at most. Everything that it started is ended with it.
    pub(super) fn leave(&mut self, timeout: Duration) -> Option<ExitStatus> {
        self.end_input();
        let deadline = Instant::now() + timeout.min(LEAVE);
        while Instant::now() < deadline {
            if leftovers::has_ended(&self.child) {
                self.left_behind.add(leftovers::end(&mut self.child));
                return self.child.wait().ok();
            }
            self.wait(Waiting::ForTheEnd, LOOK);
        }
        None
    }

    /// Closes the input of an adapter and watches it end: checks what it writes after the last
    /// answer, and its exit status. Returns what it left running.
    pub(super) fn farewell(&mut self, timeout: Duration) -> Result<LeftBehind, Farewell> {
        self.end_input();
        match self.receive(Instant::now() + timeout.min(LEAVE)) {
            Ok(line) => return Err(Farewell::Line(line.to_vec())),
            Err(Silence::TooLong) => {
                return Err(Farewell::Fault(self.fault_of(Silence::TooLong, timeout)));
            }
            // A descendant may hold the output open; what counts is whether the adapter itself has
            // ended.
            Err(Silence::End | Silence::Late) => {}
        }
        match self.leave(timeout) {
            Some(status) if status.success() => Ok(std::mem::take(&mut self.left_behind)),
            Some(status) => {
                let kind = FaultKind::BadStatus { status: status.to_string() };
                Err(Farewell::Fault(self.fault(kind)))
            }
            None => Err(Farewell::Fault(self.fault(FaultKind::Lingered { limit: timeout }))),
        }
    }

    /// Waits until a pipe is ready, then writes the input and reads standard error; the output is
    /// left to the caller.
    fn wait(&mut self, waiting: Waiting, limit: Duration) {
        let output = self.output.pipe().filter(|_| waiting == Waiting::ForOutput);
        let pipes = [
            output.map(|pipe| PollFd::new(pipe, PollFlags::IN)),
            self.stderr.pipe().map(|pipe| PollFd::new(pipe, PollFlags::IN)),
            self.input.full().map(|pipe| PollFd::new(pipe, PollFlags::OUT)),
        ];
        let mut pipes: Vec<PollFd<'_>> = pipes.into_iter().flatten().collect();
        // After an interruption or any failure, the caller just looks again.
        let limit = Timespec::try_from(limit).ok();
        let _ = poll(&mut pipes, limit.as_ref());
        self.stderr.read();
        self.input.write();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        leftovers::end(&mut self.child);
    }
}

/// Makes this end of the pipe non-blocking.
fn unblocked<P: AsFd>(pipe: Option<P>) -> io::Result<P> {
    let pipe = pipe.ok_or(io::ErrorKind::BrokenPipe)?;
    ioctl_fionbio(&pipe, true)?;
    Ok(pipe)
}
