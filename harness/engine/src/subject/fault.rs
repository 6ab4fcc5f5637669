//! What goes wrong between the harness and a subject.

use std::fmt;
use std::time::Duration;

use sigv4_protocol::lines::Malformed;

/// A failure of an adapter, as opposed to a wrong answer of its subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What happened.
    pub kind: FaultKind,
    /// What the adapter wrote to its standard error: the first lines and the last ones.
    pub stderr: Vec<String>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FaultKind {
    /// The adapter closed its output with questions open, and kept running.
    #[error("the adapter closed its standard output before it answered, and went on")]
    ClosedOutput,
    /// The adapter ended with questions open.
    #[error("the adapter ended ({status}) before it answered")]
    Crashed {
        /// Its exit status, as text.
        status: String,
    },
    /// A one-shot adapter answered and then ended with a failure status.
    #[error("the adapter answered and ended with {status}, expected exit status: 0")]
    BadStatus {
        /// Its exit status, as text.
        status: String,
    },
    /// The answer to an operation that does not exist was not `unsupported`: the adapter claims
    /// to support what it cannot know.
    #[error(
        "the operation {:?}, which does not exist, must be answered `unsupported`; got {answer}",
        sigv4_protocol::lines::CANARY
    )]
    Canary {
        /// What it answered.
        answer: String,
    },
    /// A second answer to one question.
    #[error("answered twice: a second answer came with seq {seq}")]
    AnsweredTwice {
        /// The question's number.
        seq: u64,
    },
    /// The adapter was restarted too often.
    #[error("not asked: the adapter had been restarted {restarts} times, which is the limit")]
    GaveUp {
        /// How often.
        restarts: u32,
    },
    /// The greeting was answered with something else.
    #[error("{problem}")]
    Greeting {
        /// What is wrong with the answer, and what was expected.
        problem: String,
    },
    /// The adapter kept running although its input had ended.
    #[error("the adapter did not end within {limit:?} of the end of its input")]
    Lingered {
        /// The time-out.
        limit: Duration,
    },
    /// A line that is not an answer.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The answers to one batch of questions are longer than the limit.
    #[error("the answers to {questions} questions are longer than {limit} bytes together")]
    TooMuch {
        /// How many questions the batch has.
        questions: usize,
        /// The limit.
        limit: usize,
    },
    /// An adapter that was restarted greets as another one.
    #[error("started again, the adapter greets as {after}, and was {before}")]
    Changed {
        /// What it was.
        before: String,
        /// What it is.
        after: String,
    },
    /// A line longer than the limit.
    #[error("a line of more than {limit} bytes, which is the limit")]
    LineTooLong {
        /// The limit.
        limit: usize,
    },
    /// A linked-in implementation panicked.
    #[error("panicked: {message}")]
    Panicked {
        /// The panic's message.
        message: String,
    },
    /// No greeting in time.
    #[error("no answer within {limit:?}; is standard output flushed after each line?")]
    NoGreeting {
        /// The time-out.
        limit: Duration,
    },
    /// A server that can no longer be reached.
    #[error("{problem}")]
    Unreachable {
        /// What happened.
        problem: String,
    },
    /// No answer in time.
    #[error("no answer within {limit:?}")]
    TimedOut {
        /// The time-out.
        limit: Duration,
    },
    /// A one-shot adapter timed out too often.
    #[error("not asked: {times} questions were not answered in time, which is the limit")]
    TimedOutBefore {
        /// How often.
        times: u32,
    },
    /// The command could not be started again.
    #[error("cannot be started: {problem}")]
    Unstartable {
        /// What the system said.
        problem: String,
    },
    /// An answer to a question that was never asked.
    #[error("answered a question that was never asked: seq {seq}")]
    UnknownSeq {
        /// The number.
        seq: String,
    },
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Self {
        Self { kind, stderr: Vec::new() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(formatter)?;
        if !self.stderr.is_empty() {
            formatter.write_str("\nits standard error:")?;
        }
        self.stderr.iter().try_for_each(|line| write!(formatter, "\n  | {line}"))
    }
}
