//! A started adapter: a process with a writer, a reader and a listener to its standard error.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use super::fault::{Fault, FaultKind};
use super::plugged::Command;
use super::protocol::VARIABLE_PREFIX;

/// No answer is longer than this, in bytes.
const LINE_LIMIT: usize = 16 << 20;
/// So many lines of standard error are kept for a message, and so much of each.
const STDERR_LINES: usize = 10;
const STDERR_COLUMNS: usize = 300;
/// So much is read at a time, in bytes.
const READ_AT_ONCE: usize = 64 << 10;
/// So many readings may wait to be taken in; an adapter that writes more has to wait itself.
const READINGS_AHEAD: usize = 4;
/// How long a process may take to go once its input has ended, where the time-out is longer.
const LEAVE: Duration = Duration::from_secs(2);

/// An adapter process. Dropping it kills the process and all that it started.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    /// Its process group; `None` once that was killed, since the number may then be another's.
    group: Option<Pid>,
    /// `None` once the input has been ended.
    input: Option<Sender<Vec<u8>>>,
    output: Receiver<Vec<Output>>,
    /// What of the last reading is not taken in yet.
    read: VecDeque<Output>,
    stderr: Arc<Mutex<VecDeque<String>>>,
}

/// What comes out of an adapter.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Output {
    Line(Vec<u8>),
    /// The line went past the limit; nothing after it can be read.
    TooLong,
    /// Standard output was closed.
    End,
    /// Nothing until the deadline.
    Late,
}

impl Running {
    /// Starts the command in a process group of its own, so that what it starts goes with it.
    pub(super) fn start(
        command: &Command,
        environment: impl IntoIterator<Item = (String, std::ffi::OsString)>,
    ) -> std::io::Result<Self> {
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
        let (input, lines) = mpsc::channel::<Vec<u8>>();
        let (sender, output) = mpsc::sync_channel(READINGS_AHEAD);
        let stderr = Arc::new(Mutex::new(VecDeque::new()));
        // The three threads end when the process and its descendants have closed the pipes. They
        // are not waited for: a descendant that left the group might hold a pipe for ever.
        if let Some(pipe) = child.stdin.take() {
            thread::spawn(move || write_lines(pipe, &lines));
        }
        if let Some(pipe) = child.stdout.take() {
            thread::spawn(move || read_lines(pipe, &sender));
        }
        if let Some(pipe) = child.stderr.take() {
            let tail = Arc::clone(&stderr);
            thread::spawn(move || keep_tail(pipe, &tail));
        }
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        Ok(Self { child, group, input: Some(input), output, read: VecDeque::new(), stderr })
    }

    /// Hands a line to the writer; never blocks.
    pub(super) fn send(&mut self, line: Vec<u8>) {
        if let Some(input) = &self.input {
            // A writer that is gone means a process that is gone, which the reader reports.
            let _ = input.send(line);
        }
    }

    /// Ends the adapter's input once all that was sent is written.
    pub(super) fn end_input(&mut self) {
        self.input = None;
    }

    /// The next thing that comes out.
    pub(super) fn receive(&mut self, deadline: Instant) -> Output {
        loop {
            if let Some(output) = self.read.pop_front() {
                return output;
            }
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(reading) => self.read.extend(reading),
                Err(RecvTimeoutError::Timeout) => return Output::Late,
                Err(RecvTimeoutError::Disconnected) => return Output::End,
            }
        }
    }

    /// What comes out once the input has ended: the end, if all is well.
    pub(super) fn receive_last(&mut self, timeout: Duration) -> Output {
        self.end_input();
        self.receive(Instant::now() + timeout.min(LEAVE))
    }

    /// The fault with the last lines of standard error. The process is expected to be done for.
    pub(super) fn fault(&mut self, kind: FaultKind) -> Fault {
        self.kill();
        // What the process wrote last may still be on its way through the pipe.
        let deadline = Instant::now() + Duration::from_millis(200);
        while Arc::strong_count(&self.stderr) > 1 && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(2));
        }
        let tail = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        Fault { kind, stderr: tail.iter().cloned().collect() }
    }

    /// The fault of a process that closed its output.
    fn crash(&mut self, timeout: Duration) -> Fault {
        match self.leave(timeout) {
            Some(status) => self.fault(FaultKind::Crashed { status: status.to_string() }),
            None => self.fault(FaultKind::ClosedOutput),
        }
    }

    /// Waits for the process to go by itself: not longer than an answer may take, and a little
    /// while at most.
    pub(super) fn leave(&mut self, timeout: Duration) -> Option<std::process::ExitStatus> {
        self.end_input();
        let deadline = Instant::now() + timeout.min(LEAVE);
        while Instant::now() < deadline {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            thread::sleep(Duration::from_millis(2));
        }
        None
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

/// Writes lines as they come, and as many at a time as there are.
fn write_lines(mut pipe: impl Write, lines: &Receiver<Vec<u8>>) {
    for mut text in lines {
        while let Ok(line) = lines.try_recv() {
            text.extend(line);
        }
        if pipe.write_all(&text).and_then(|()| pipe.flush()).is_err() {
            return;
        }
    }
}

/// Reads lines as they come, and hands them on as many at a time as there are: a thread that waits
/// for them is woken once for all.
fn read_lines(pipe: impl Read, output: &SyncSender<Vec<Output>>) {
    let mut reader = BufReader::with_capacity(READ_AT_ONCE, pipe);
    let mut reading = Vec::new();
    loop {
        let mut line = Vec::new();
        let read = reader.by_ref().take(LINE_LIMIT as u64 + 1).read_until(b'\n', &mut line);
        reading.push(match read {
            Ok(0) | Err(_) => Output::End,
            Ok(length) if length > LINE_LIMIT => Output::TooLong,
            Ok(_) => Output::Line(line),
        });
        let last = !matches!(reading.last(), Some(Output::Line(_)));
        if !last && reader.buffer().contains(&b'\n') {
            continue;
        }
        if output.send(std::mem::take(&mut reading)).is_err() || last {
            return;
        }
    }
}

/// Reads everything, so that the process never waits for a reader, and keeps the end of it: the
/// last lines, the beginning of each.
fn keep_tail(pipe: impl Read, tail: &Mutex<VecDeque<String>>) {
    let mut reader = BufReader::new(pipe);
    let mut line_goes_on = false;
    loop {
        let mut line = Vec::new();
        let read = reader.by_ref().take(64 << 10).read_until(b'\n', &mut line);
        if !matches!(read, Ok(length) if length > 0) {
            return;
        }
        let is_beginning = !line_goes_on;
        line_goes_on = !line.ends_with(b"\n");
        if !is_beginning {
            continue;
        }
        let text = String::from_utf8_lossy(line.trim_ascii_end());
        let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        if tail.len() == STDERR_LINES {
            tail.pop_front();
        }
        tail.push_back(text.chars().take(STDERR_COLUMNS).collect());
    }
}

/// The fault of an output other than a line.
pub(super) fn fault_of(running: &mut Running, output: &Output, timeout: Duration) -> Fault {
    match output {
        Output::TooLong => running.fault(FaultKind::LineTooLong { limit: LINE_LIMIT }),
        Output::Late => running.fault(FaultKind::TimedOut { limit: timeout }),
        Output::Line(_) | Output::End => running.crash(timeout),
    }
}
