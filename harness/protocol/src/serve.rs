//! The golden adapter: a linked-in subject behind the protocol on standard input and output.

use std::io::{self, BufRead, Write};

use serde_json::{Value, json};
use sigv4_vectors::plain::in_plain_words;

use crate::{InProcess, Operation, Question, lines};

/// Answers every line of `input` on `output` until the input ends.
///
/// # Errors
/// Only errors of reading and writing; an invalid line gets an answer that says so.
pub fn serve(
    subject: &mut dyn InProcess,
    input: impl BufRead,
    mut output: impl Write,
) -> io::Result<()> {
    let mut answer = Vec::new();
    for line in input.split(b'\n') {
        let line = line?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        answer.clear();
        lines::line(&mut answer, &respond(subject, &line));
        output.write_all(&answer)?;
        output.flush()?;
    }
    Ok(())
}

fn respond(subject: &mut dyn InProcess, line: &[u8]) -> Value {
    let message: Value = match serde_json::from_slice(line) {
        Ok(message) => message,
        Err(error) => {
            return json!({"seq": null, "result": "error", "detail": format!("not JSON: {}", said(&error))});
        }
    };
    let seq = message.get("seq").cloned().unwrap_or(Value::Null);
    let result = match message.get("op").and_then(Value::as_str) {
        Some("hello") => return greeting(subject),
        Some(word) if Operation::ALL.iter().any(|operation| operation.as_str() == word) => {
            match serde_json::from_value::<Question>(message) {
                Ok(question) => json!(subject.answer(&question)),
                Err(error) => json!({"result": "error", "detail": said(&error)}),
            }
        }
        Some(other) => {
            json!({"result": "unsupported", "detail": format!("no operation {other:?}")})
        }
        None => json!({"result": "error", "detail": "the message has no \"op\""}),
    };
    with_first("seq", seq, result)
}

fn said(error: &serde_json::Error) -> String {
    in_plain_words(&error.to_string(), "an object")
}

fn greeting(subject: &dyn InProcess) -> Value {
    with_first("op", json!("hello"), json!(subject.identity()))
}

fn with_first(name: &str, value: Value, object: Value) -> Value {
    let mut whole = serde_json::Map::new();
    whole.insert(name.to_owned(), value);
    if let Value::Object(rest) = object {
        whole.extend(rest);
    }
    Value::Object(whole)
}
