//! Adapters behind the protocol, compared with what they do by themselves: all questions from a
//! file, the answers into a drained pipe or into `/dev/null`. Fast ones are asked all questions
//! several times per run.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead as _, Read as _, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sigv4_conformance::subject::{Adapter, Command, Limits, plug_in};
use sigv4_protocol::Question;
use sigv4_vectors::Vectors;

use crate::{rate, row, thousands};

/// The argument that makes this program an adapter that signs nothing.
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
    compare("an adapter that does nothing", &command(&own, &[NO_OP]), &questions, 10);
    compare("`adapter reference`", &command(program, &["adapter", "reference"]), &questions, 10);
    let botocore = Adapter::read(&root.join("harness/adapters/botocore"));
    match botocore.and_then(|adapter| adapter.command()) {
        Ok(command) => compare("botocore", &command, &questions, 1),
        Err(missing) => row("botocore", "missing", "95 %", &missing.to_string()),
    }
}

fn compare(name: &str, command: &Command, questions: &[Question], times: usize) {
    let mut fastest = [Duration::MAX; 3];
    for _ in 0..ROUNDS {
        let measured = [
            plugged(command, questions, times),
            alone(command, questions, times, Sink::Pipe),
            alone(command, questions, times, Sink::Nowhere),
        ];
        for (least, time) in fastest.iter_mut().zip(measured) {
            match time {
                Ok(time) => *least = time.min(*least),
                Err(problem) => return row(name, "missing", "95 %", &problem),
            }
        }
    }
    let [plugged, pipe, nowhere] = fastest.map(|time| rate(times * questions.len(), time));
    let beside = format!(
        "{:.0} % of its own {} into a pipe, {:.0} % of {} into /dev/null",
        100.0 * plugged / pipe,
        thousands(pipe),
        100.0 * plugged / nowhere,
        thousands(nowhere)
    );
    row(&format!("{name}, plugged in"), &thousands(plugged), "95 %", &beside);
}

/// How long the harness takes to ask all questions `times` times.
fn plugged(command: &Command, questions: &[Question], times: usize) -> Result<Duration, String> {
    let mut subject = plug_in(command, Limits::default()).map_err(|error| error.to_string())?;
    let start = Instant::now();
    for _ in 0..times {
        let replies = subject.ask(questions, &|| ());
        if let Some(fault) = replies.into_iter().find_map(Result::err) {
            return Err(fault.to_string());
        }
    }
    Ok(start.elapsed())
}

/// Where an adapter's answers go when it is by itself.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Sink {
    Nowhere,
    /// A pipe that is drained from time to time, so that no answer wakes a reader.
    Pipe,
}

/// How long the adapter takes for them by itself, without its start.
fn alone(
    command: &Command,
    questions: &[Question],
    times: usize,
    sink: Sink,
) -> Result<Duration, String> {
    let run = |times: usize| -> std::io::Result<Duration> {
        let file = tempfile::NamedTempFile::new()?;
        let mut writer = std::io::BufWriter::new(file.as_file());
        writeln!(writer, "{}", json!({"op": "hello", "protocol": 1}))?;
        let questions = std::iter::repeat_n(questions, times).flatten();
        for (seq, question) in questions.enumerate() {
            let mut line = json!(question);
            line["seq"] = json!(seq);
            writeln!(writer, "{line}")?;
        }
        writer.flush()?;
        drop(writer);
        let start = Instant::now();
        let mut child = std::process::Command::new(&command.program)
            .args(&command.arguments)
            .stdin(File::open(file.path())?)
            .stdout(if sink == Sink::Pipe { Stdio::piped() } else { Stdio::null() })
            .spawn()?;
        if let Some(mut pipe) = child.stdout.take() {
            let mut answers = vec![0; 64 << 10];
            while pipe.read(&mut answers)? > 0 {
                std::thread::sleep(Duration::from_micros(100));
            }
        }
        let status = child.wait()?;
        let time = start.elapsed();
        if status.success() { Ok(time) } else { Err(std::io::Error::other(status.to_string())) }
    };
    let all = run(times).map_err(|error| error.to_string())?;
    let none = run(0).map_err(|error| error.to_string())?;
    Ok(all.saturating_sub(none))
}

/// Reads each question as JSON and answers that it is not supported.
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
