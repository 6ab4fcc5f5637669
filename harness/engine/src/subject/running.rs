//! A started adapter: a process with its three pipes, attended to whenever it is listened to.

use std::ffi::OsString;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::ioctl_fionbio;
use rustix::process::{Pid, Signal, kill_process_group};
use sigv4_protocol::lines::VARIABLE_PREFIX;

use super::fault::{Fault, FaultKind};
use super::pipes::{Input, LINE_LIMIT, Lines, Next, Tail};
use super::plugged::Command;

/// How long a process may take to go once its input has ended, where the time-out is longer.
const LEAVE: Duration = Duration::from_secs(2);
/// How often it is looked whether it has gone.
const LOOK: Duration = Duration::from_millis(2);

/// An adapter process. Dropping it kills the process and all that it started.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    /// Its process group; `None` once that was killed, since the number may then be another's.
    group: Option<Pid>,
    input: Input<ChildStdin>,
    output: Lines<ChildStdout>,
    stderr: Tail<ChildStderr>,
}

/// What comes out of an adapter that is no line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Silence {
    /// The line went past the limit; nothing after it can be read.
    TooLong,
    /// Standard output was closed.
    End,
    /// Nothing until the deadline.
    Late,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Waiting {
    ForOutput,
    ForTheEnd,
}

impl Running {
    /// Starts the command in a process group of its own, so that what it starts goes with it.
    pub(super) fn start(
        command: &Command,
        environment: impl IntoIterator<Item = (String, OsString)>,
    ) -> io::Result<Self> {
        let mut prepared = std::process::Command::new(&command.program);
        // Variables of the caller are not those of a question, and may hold a secret.
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(VARIABLE_PREFIX.as_bytes()) {
                prepared.env_remove(name);
            }
        }
        let mut child = prepared
            .args(&command.arguments)
            .envs(environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let input = Input::new(unblocked(child.stdin.take())?);
        let output = Lines::new(unblocked(child.stdout.take())?);
        let stderr = Tail::new(unblocked(child.stderr.take())?);
        Ok(Self { child, group, input, output, stderr })
    }

    /// Where lines for the adapter are appended. They are written while it is listened to.
    pub(super) fn input(&mut self) -> &mut Vec<u8> {
        self.input.text()
    }

    /// Ends the adapter's input once all that was sent is written.
    pub(super) fn end_input(&mut self) {
        self.input.end();
    }

    /// The next line that comes out, its line feed included.
    pub(super) fn receive(&mut self, deadline: Instant) -> Result<&[u8], Silence> {
        self.receive_at_leisure(Duration::ZERO, deadline)
    }

    /// As `receive` from an adapter that has enough to do: where there is no line yet, sleeps for
    /// `pause` first, so that several come at a time. To be woken for each costs both sides some
    /// ten microseconds.
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

    /// What comes out once the input has ended: the end, if all is well.
    pub(super) fn receive_last(&mut self, timeout: Duration) -> Result<&[u8], Silence> {
        self.end_input();
        self.receive(Instant::now() + timeout.min(LEAVE))
    }

    /// The fault with the last lines of standard error. The process is expected to be done for.
    pub(super) fn fault(&mut self, kind: FaultKind) -> Fault {
        self.kill();
        Fault { kind, stderr: self.stderr.last_lines() }
    }

    /// The fault of an output other than a line. `timeout` is how long that was waited for.
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

    /// Waits for the process to go by itself: not longer than an answer may take, and a little
    /// while at most.
    pub(super) fn leave(&mut self, timeout: Duration) -> Option<ExitStatus> {
        self.end_input();
        let deadline = Instant::now() + timeout.min(LEAVE);
        while Instant::now() < deadline {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            self.wait(Waiting::ForTheEnd, LOOK);
        }
        None
    }

    /// Waits until a pipe is ready, and does what is to be done at the input and at standard error;
    /// the output is left to the caller.
    fn wait(&mut self, waiting: Waiting, limit: Duration) {
        let output = self.output.pipe().filter(|_| waiting == Waiting::ForOutput);
        let pipes = [
            output.map(|pipe| PollFd::new(pipe, PollFlags::IN)),
            self.stderr.pipe().map(|pipe| PollFd::new(pipe, PollFlags::IN)),
            self.input.full().map(|pipe| PollFd::new(pipe, PollFlags::OUT)),
        ];
        let mut pipes: Vec<PollFd<'_>> = pipes.into_iter().flatten().collect();
        // An interruption is one reason more to look again; so would be any failure.
        let limit = Timespec::try_from(limit).ok();
        let _ = poll(&mut pipes, limit.as_ref());
        self.stderr.read();
        self.input.write();
    }

    fn kill(&mut self) {
        if let Some(group) = self.group.take() {
            // A group that is gone already is what is wanted.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The pipe as one that never blocks. Only this end of it is changed.
fn unblocked<P: AsFd>(pipe: Option<P>) -> io::Result<P> {
    let pipe = pipe.ok_or(io::ErrorKind::BrokenPipe)?;
    ioctl_fionbio(&pipe, true)?;
    Ok(pipe)
}
