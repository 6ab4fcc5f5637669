//! Adapters behind the protocol, beside what they do by themselves: all questions from a file, the
//! answers to nowhere. Fast ones are asked all of them several times, as a search does.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sigv4_conformance::subject::{Adapter, Command, Limits, Question, plug_in};
use sigv4_vectors::Vectors;

use crate::{rate, row, thousands};

/// The argument that makes this program an adapter which signs nothing.
pub(crate) const NO_OP: &str = "no-op-adapter";
const ROUNDS: usize = 3;

pub(crate) fn measure(program: &Path, root: &Path) {
    let questions: Vec<Question> = Vectors::embedded().cases().map(Question::of).collect();
    let questions = questions.into_iter().filter(|question| matches!(question, Question::Sign(_)));
    let questions: Vec<Question> = questions.collect();
    let command = |program: &Path, arguments: &[&str]| Command {
        program: program.into(),
        arguments: arguments.iter().map(OsString::from).collect(),
    };
    let Ok(own) = std::env::current_exe() else { return };
    let several: Vec<Question> = std::iter::repeat_n(&*questions, 10).flatten().cloned().collect();
    compare("an adapter that does nothing", &command(&own, &[NO_OP]), &several);
    compare("`adapter reference`", &command(program, &["adapter", "reference"]), &several);
    let botocore = Adapter::read(&root.join("harness/adapters/botocore"));
    match botocore.and_then(|adapter| adapter.command()) {
        Ok(command) => compare("botocore", &command, &questions),
        Err(missing) => row("botocore", "missing", "95 %", &missing.to_string()),
    }
}

fn compare(name: &str, command: &Command, questions: &[Question]) {
    let mut fastest = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        for (least, time) in fastest.iter_mut().zip([plugged, alone]) {
            match time(command, questions) {
                Ok(time) => *least = time.min(*least),
                Err(problem) => return row(name, "missing", "95 %", &problem),
            }
        }
    }
    let [plugged, alone] = fastest.map(|time| rate(questions.len(), time));
    let beside = format!("{:.0} % of its own {}", 100.0 * plugged / alone, thousands(alone));
    row(&format!("{name}, plugged in"), &thousands(plugged), "95 %", &beside);
}

/// How long the harness takes for all questions.
fn plugged(command: &Command, questions: &[Question]) -> Result<Duration, String> {
    let mut subject = plug_in(command, Limits::default()).map_err(|error| error.to_string())?;
    let start = Instant::now();
    let replies = subject.ask(questions, &|| ());
    let time = start.elapsed();
    match replies.into_iter().find_map(Result::err) {
        Some(fault) => Err(fault.to_string()),
        None => Ok(time),
    }
}

/// How long the adapter takes for them by itself, its start taken off.
fn alone(command: &Command, questions: &[Question]) -> Result<Duration, String> {
    let run = |questions: &[Question]| -> std::io::Result<Duration> {
        let file = tempfile::NamedTempFile::new()?;
        let mut writer = std::io::BufWriter::new(file.as_file());
        writeln!(writer, "{}", json!({"op": "hello", "protocol": 1}))?;
        for (seq, question) in questions.iter().enumerate() {
            let mut line = json!(question);
            line["seq"] = json!(seq);
            writeln!(writer, "{line}")?;
        }
        writer.flush()?;
        drop(writer);
        let start = Instant::now();
        let status = std::process::Command::new(&command.program)
            .args(&command.arguments)
            .stdin(File::open(file.path())?)
            .stdout(Stdio::null())
            .status()?;
        let time = start.elapsed();
        if status.success() { Ok(time) } else { Err(std::io::Error::other(status.to_string())) }
    };
    let all = run(questions).map_err(|error| error.to_string())?;
    let none = run(&[]).map_err(|error| error.to_string())?;
    Ok(all.saturating_sub(none))
}

/// Reads each question as JSON and says that it does no such thing.
pub(crate) fn no_op() {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let question: Value = serde_json::from_str(&line).unwrap_or_default();
        let answer = match question.get("seq") {
            Some(seq) => json!({"seq": seq, "result": "unsupported"}),
            None => {
                json!({"op": "hello", "protocol": 1, "name": "no-op", "roles": ["sign-header"]})
            }
        };
        if writeln!(out, "{answer}").is_err() {
            return;
        }
    }
}
