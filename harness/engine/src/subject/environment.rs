//! The environment of an adapter: for programs that do not read JSON, the fields of a question are
//! also passed as variables (`harness/PROTOCOL.md`, "One-shot mode").

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use sigv4_protocol::{Question, lines};

/// Names and values.
pub(super) type Environment = Vec<(String, OsString)>;

/// The environment of the greeting.
pub(super) fn hello_environment() -> Environment {
    vec![variable("OP", "hello")]
}

/// The environment of the canary.
pub(super) fn canary_environment(seq: u64) -> Environment {
    vec![variable("OP", lines::CANARY), variable("SEQ", seq.to_string())]
}

/// The environment of a question with its number.
pub(super) fn question_environment(seq: u64, question: &Question) -> Environment {
    let operation = question.operation().as_str();
    let mut environment = vec![variable("OP", operation), variable("SEQ", seq.to_string())];
    let carried = |(name, value): (&str, Option<Vec<u8>>)| {
        // The environment cannot hold NUL: such a field is left unset.
        let value = value.filter(|value| !value.contains(&0))?;
        Some(variable(name, OsString::from_vec(value)))
    };
    environment.extend(question.variables().into_iter().filter_map(carried));
    environment
}

/// A variable with the common prefix.
pub(super) fn variable(name: &str, value: impl Into<OsString>) -> (String, OsString) {
    (format!("{}{name}", lines::VARIABLE_PREFIX), value.into())
}
