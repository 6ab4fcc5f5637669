//! The driver of an adapter that is started for each question.

use std::ffi::OsString;
use std::io::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_protocol::{Answer, Identity, Question, lines};
use tempfile::NamedTempFile;

use super::budget::Budget;
use super::command::{Command, Limits};
use super::environment::{question_environment, variable};
use super::fault::{Fault, FaultKind};
use super::interface::{Leaving, Subject};
use super::leftovers::{self, LeftBehind};
use super::running::{Farewell, Running};

/// The number of every question: each process gets only one.
const SEQ: u64 = 1;

/// An adapter that answers one question per process.
pub(super) struct OneShot {
    command: Command,
    limits: Limits,
    identity: Identity,
    /// How many questions were not answered in time. Only waiting is expensive: an adapter may
    /// crash on every question.
    late: AtomicU32,
    left_behind: Mutex<LeftBehind>,
}

impl OneShot {
    pub(super) fn new(command: Command, limits: Limits, identity: Identity) -> Self {
        Self { command, limits, identity, late: AtomicU32::new(0), left_behind: Mutex::default() }
    }

    fn ask_one(&self, question: &Question, budget: &Budget) -> Result<Answer, Fault> {
        let times = self.late.load(Ordering::Relaxed);
        if times > self.limits.restarts {
            return Err(FaultKind::TimedOutBefore { times }.into());
        }
        let reply = self.ask_process(question, budget);
        if let Err(Fault {
            kind: FaultKind::Lingered { .. } | FaultKind::TimedOut { .. }, ..
        }) = reply
        {
            self.late.fetch_add(1, Ordering::Relaxed);
        }
        reply
    }

    fn ask_process(&self, question: &Question, budget: &Budget) -> Result<Answer, Fault> {
        let unstartable = |error: std::io::Error| -> Fault {
            FaultKind::Unstartable { problem: error.to_string() }.into()
        };
        let body = BodyFile::write(question).map_err(unstartable)?;
        let mut environment = question_environment(SEQ, question);
        environment.extend(body.variable());
        let mut running = Running::start(&self.command, environment).map_err(unstartable)?;
        lines::question(running.input(), SEQ, question);
        running.end_input();
        let deadline = Instant::now() + self.limits.timeout;
        let reply = match running.receive(deadline) {
            Ok(line) => {
                let reply = budget
                    .spend(line)
                    .and_then(|()| lines::read_reply(line).map_err(FaultKind::from));
                reply.map_err(|kind| running.fault(kind))?
            }
            Err(silence) => return Err(running.fault_of(silence, self.limits.timeout)),
        };
        if reply.seq != SEQ {
            return Err(running.fault(FaultKind::UnknownSeq { seq: reply.seq.to_string() }));
        }
        match running.farewell(self.limits.timeout) {
            Ok(left) => {
                self.left_behind.lock().unwrap_or_else(PoisonError::into_inner).add(left);
                Ok(reply.answer)
            }
            Err(Farewell::Fault(fault)) => Err(fault),
            Err(Farewell::Line(_)) => Err(running.fault(FaultKind::AnsweredTwice { seq: SEQ })),
        }
    }
}

impl Subject for OneShot {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn ask(
        &mut self,
        questions: &[Question],
        answered: &(dyn Fn() + Sync),
    ) -> Vec<Result<Answer, Fault>> {
        let budget = Budget::new(questions.len());
        let ask = |question| {
            let reply = self.ask_one(question, &budget);
            answered();
            reply
        };
        questions.par_iter().map(ask).collect()
    }

    fn finish(&mut self) -> Leaving {
        let left_behind = self.left_behind.get_mut().unwrap_or_else(PoisonError::into_inner);
        Leaving { left_behind: std::mem::take(left_behind), ..Leaving::default() }
    }
}

/// The body as a file, for as long as the process runs.
struct BodyFile(Option<NamedTempFile>);

impl BodyFile {
    fn write(question: &Question) -> std::io::Result<Self> {
        let Some(body) = question.body() else { return Ok(Self(None)) };
        let mut file = leftovers::create_file("sigv4-conformance-body-")?;
        file.write_all(body)?;
        file.flush()?;
        Ok(Self(Some(file)))
    }

    fn variable(&self) -> Option<(String, OsString)> {
        self.0.as_ref().map(|file| variable("BODY_FILE", file.path().as_os_str()))
    }
}

impl Drop for BodyFile {
    fn drop(&mut self) {
        if let Some(file) = self.0.take() {
            let path = file.path().to_owned();
            drop(file);
            leftovers::forget(&path);
        }
    }
}
