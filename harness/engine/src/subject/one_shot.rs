//! The driver of an adapter that is started anew for each question.
//!
//! For programs that read no JSON, the fields stand in the environment too
//! (`harness/PROTOCOL.md`, "One-shot mode").

use std::ffi::OsString;
use std::io::Write as _;
use std::os::unix::ffi::OsStringExt as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_protocol::{Answer, Identity, Question, lines};
use tempfile::NamedTempFile;

use super::Subject;
use super::fault::{Fault, FaultKind};
use super::plugged::{Command, Limits};
use super::running::{Running, Silence};

/// The number of every question: each process gets only one.
const SEQ: u64 = 1;

type Environment = Vec<(String, OsString)>;

/// An adapter that answers one question per process.
pub(super) struct OneShot {
    command: Command,
    limits: Limits,
    identity: Identity,
    /// How many questions were not answered in time. Waiting is what costs: one that crashes may
    /// do so on every question.
    late: AtomicU32,
}

impl OneShot {
    pub(super) fn new(command: Command, limits: Limits, identity: Identity) -> Self {
        Self { command, limits, identity, late: AtomicU32::new(0) }
    }

    fn ask_one(&self, question: &Question) -> Result<Answer, Fault> {
        let times = self.late.load(Ordering::Relaxed);
        if times > self.limits.restarts {
            return Err(FaultKind::TimedOutBefore { times }.into());
        }
        let reply = self.ask_anew(question);
        if let Err(Fault { kind: FaultKind::TimedOut { .. }, .. }) = reply {
            self.late.fetch_add(1, Ordering::Relaxed);
        }
        reply
    }

    fn ask_anew(&self, question: &Question) -> Result<Answer, Fault> {
        let unstartable = |error: std::io::Error| -> Fault {
            FaultKind::Unstartable { problem: error.to_string() }.into()
        };
        let body = BodyFile::write(question).map_err(unstartable)?;
        let mut environment = question_environment(question);
        environment.extend(body.variable());
        let mut running = Running::start(&self.command, environment).map_err(unstartable)?;
        lines::question(running.input(), SEQ, question);
        running.end_input();
        let deadline = Instant::now() + self.limits.timeout;
        let reply = match running.receive(deadline).map(lines::read_reply) {
            Ok(reply) => reply.map_err(|malformed| running.fault(malformed.into()))?,
            Err(silence) => return Err(running.fault_of(silence, self.limits.timeout)),
        };
        if reply.seq != SEQ {
            return Err(running.fault(FaultKind::UnknownSeq { seq: reply.seq.to_string() }));
        }
        match running.receive(deadline) {
            Err(Silence::End) => {}
            Ok(_) => return Err(running.fault(FaultKind::AnsweredTwice { seq: SEQ })),
            Err(silence) => return Err(running.fault_of(silence, self.limits.timeout)),
        }
        match running.leave(self.limits.timeout) {
            Some(status) if status.success() => Ok(reply.answer),
            Some(status) => Err(running.fault(FaultKind::BadStatus { status: status.to_string() })),
            None => Err(running.fault(FaultKind::Lingered { limit: self.limits.timeout })),
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
        let ask = |question| {
            let reply = self.ask_one(question);
            answered();
            reply
        };
        questions.par_iter().map(ask).collect()
    }

    fn finish(&mut self) -> Vec<Fault> {
        Vec::new()
    }
}

/// The environment of the greeting.
pub(super) fn hello_environment() -> Environment {
    vec![variable("OP", "hello")]
}

/// The environment of the canary.
pub(super) fn canary_environment(seq: u64) -> Environment {
    vec![variable("OP", lines::CANARY), variable("SEQ", seq.to_string())]
}

fn question_environment(question: &Question) -> Environment {
    let operation = question.operation().as_str();
    let mut environment = vec![variable("OP", operation), variable("SEQ", SEQ.to_string())];
    let carried = |(name, value): (&str, Option<Vec<u8>>)| {
        // The environment cannot hold NUL: such a field is left unset.
        let value = value.filter(|value| !value.contains(&0))?;
        Some(variable(name, OsString::from_vec(value)))
    };
    environment.extend(question.variables().into_iter().filter_map(carried));
    environment
}

fn variable(name: &str, value: impl Into<OsString>) -> (String, OsString) {
    (format!("{}{name}", lines::VARIABLE_PREFIX), value.into())
}

/// The body as a file, for as long as the process runs.
struct BodyFile(Option<NamedTempFile>);

impl BodyFile {
    fn write(question: &Question) -> std::io::Result<Self> {
        let Some(body) = question.body() else { return Ok(Self(None)) };
        let mut file = NamedTempFile::with_prefix("sigv4-conformance-body-")?;
        file.write_all(body)?;
        file.flush()?;
        Ok(Self(Some(file)))
    }

    fn variable(&self) -> Option<(String, OsString)> {
        self.0.as_ref().map(|file| variable("BODY_FILE", file.path().as_os_str()))
    }
}
