//! The run log: one stream of events that every report is a rendering of. As a file it is NDJSON.

mod against_vectors;
mod command_line;
mod event;
mod grouped;
mod read;

pub use command_line::{invocation, reproducing};
pub use event::{
    CaseEvent, Event, Excuse, Footer, Header, Outcome, Problem, Rejections, RunResult,
    SubjectEvent, SuiteEvent, VERSION,
};
pub use grouped::grouped;
pub use read::{LogError, RunLog, read};
