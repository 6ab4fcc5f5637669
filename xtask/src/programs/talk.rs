//! Takes a client through all steps, one at a time, so that each request belongs to one.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{ChildStdin, ChildStdout};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use sigv4_conformance::capture::{
    Endpoint, Keys, Limits, MISLEADING, Observed, Settings, trusted, variables,
};
use sigv4_conformance::subject::{Adapter, Client, Command, NamesDescription, Said, Step};
use sigv4_protocol::text;
use tempfile::TempDir;

use super::expected::names_of;
use super::outcome::Outcome;
use crate::chore::ChoreError;

/// Where all objects are.
const BUCKET: &str = "bucket";
/// The longest answer, in bytes.
const ANSWER: u64 = 64 << 10;
/// The order of the steps for one key.
const OF_A_KEY: [Step; 3] = [Step::Put, Step::Head, Step::Get];

/// A step that was done: the number of the request before it, and what the client said.
struct Done {
    step: Step,
    name: &'static str,
    first: u64,
    said: (Said, String),
}

/// Everything that a client does with object names.
pub(super) fn ask(client: &Adapter, names: &NamesDescription) -> Result<Vec<Outcome>, ChoreError> {
    let cannot = |error: &dyn Display| {
        let name = &client.description.name;
        ChoreError::Tests(format!("{name}: cannot be asked: {error}"))
    };
    let observed: Arc<Mutex<Vec<Observed>>> = Arc::default();
    let kept = Arc::clone(&observed);
    let keys = Keys::examples();
    let key = keys.first().clone();
    let settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        keys,
        service: None,
        tls: names.tls,
        folder: None,
        limits: Limits::default(),
    };
    let note = Box::new(move |one: &Observed| {
        kept.lock().unwrap_or_else(PoisonError::into_inner).push(one.clone());
        Ok(())
    });
    let endpoint = Endpoint::start(settings, note).map_err(|error| cannot(&error))?;
    // A bucket that is there, as every client expects.
    endpoint.provide(BUCKET, b"first", b"");
    let authority =
        endpoint.authority().map(trusted).transpose().map_err(|error| cannot(&error))?;
    let folder = TempDir::with_prefix("sigv4-conformance-").map_err(|error| cannot(&error))?;
    let authority = authority.as_ref().map(tempfile::NamedTempFile::path);
    let mut variables = variables(&endpoint.url(), &key, authority);
    // Nothing that the user has configured is read, and nothing is left behind.
    for name in ["HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"] {
        variables.push((name.to_owned(), folder.path().display().to_string()));
    }
    let mut talk = Talk {
        command: client.filled(&names.command)?,
        variables,
        folder: folder.path(),
        limit: Duration::from_secs(names.seconds),
        running: None,
    };
    let done = all_steps(&mut talk, &endpoint, &names.steps).map_err(|error| cannot(&error))?;
    talk.running = None;
    endpoint.finish().map_err(|error| cannot(&error))?;
    let observed = observed.lock().unwrap_or_else(PoisonError::into_inner);
    let mut outcomes = Vec::new();
    for (index, one) in done.iter().enumerate() {
        let end = done.get(index + 1).map_or(u64::MAX, |next| next.first);
        let own = |request: &&Observed| (one.first + 1..=end).contains(&request.number);
        let mut requests: Vec<Observed> = observed.iter().filter(own).cloned().collect();
        requests.sort_by_key(|request| request.number);
        outcomes.push(Outcome::of(one.step, one.name, &requests, one.said.clone()));
    }
    Ok(outcomes)
}

/// Key after key, then the listings.
fn all_steps(talk: &mut Talk<'_>, endpoint: &Endpoint, steps: &[Step]) -> io::Result<Vec<Done>> {
    let mut done = Vec::new();
    let has = |step: &Step| steps.contains(step);
    for &name in names_of(Step::Put) {
        let contents = format!("contents of {name}\n");
        for step in OF_A_KEY.into_iter().filter(has) {
            if step != Step::Put {
                // A client that cannot write an object may still read it.
                endpoint.provide(BUCKET, name.as_bytes(), contents.as_bytes());
            }
            let first = endpoint.arrived();
            done.push(Done { step, name, first, said: talk.step(step, name, &contents)? });
        }
    }
    for &name in names_of(Step::List).iter().filter(|_| has(&Step::List)) {
        let first = endpoint.arrived();
        done.push(Done { step: Step::List, name, first, said: talk.step(Step::List, name, "")? });
    }
    Ok(done)
}

/// A client that is started when it is needed.
struct Talk<'t> {
    command: Command,
    variables: Vec<(String, String)>,
    folder: &'t Path,
    limit: Duration,
    running: Option<Running>,
}

/// A client that waits for the next step. Its fields are dropped in this order: it is told that nothing
/// more comes before it is killed.
struct Running {
    answers: Receiver<io::Result<String>>,
    input: Option<ChildStdin>,
    client: Client,
}

impl Talk<'_> {
    /// What the client says of one step. One that is silent or ends is started again for the next.
    fn step(&mut self, step: Step, name: &str, contents: &str) -> io::Result<(Said, String)> {
        let (sent, got) = (self.folder.join("sent"), self.folder.join("got"));
        fs::write(&sent, contents)?;
        // It is there only if there was a step before.
        let _ = fs::remove_file(&got);
        let line = match step {
            Step::Put => format!("put\t{name}\t{}\n", sent.display()),
            Step::Get => format!("get\t{name}\t{}\n", got.display()),
            Step::Head | Step::List => format!("{}\t{name}\n", step.word()),
        };
        let answer = match self.answer(&line)? {
            Ok(answer) => answer,
            Err(problem) => {
                self.running = None;
                return Ok((Said::Failure, format!("{problem}; {}", self.last_words())));
            }
        };
        if answer != "ok" {
            let message = answer.strip_prefix("failed\t").unwrap_or(&answer);
            return Ok((Said::Failure, text::line(message)));
        }
        let is_other =
            step == Step::Get && fs::read(&got).ok().as_deref() != Some(contents.as_bytes());
        Ok((if is_other { Said::OtherContents } else { Said::Success }, String::new()))
    }

    fn answer(&mut self, line: &str) -> io::Result<Result<String, String>> {
        let running = match &mut self.running {
            Some(running) => running,
            none => none.insert(Running::start(&self.command, &self.variables, self.folder)?),
        };
        let written = running.input.as_mut().map(|input| input.write_all(line.as_bytes()));
        if !matches!(written, Some(Ok(()))) {
            return Ok(Err("it ended".to_owned()));
        }
        Ok(match running.answers.recv_timeout(self.limit) {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(format!("its answer cannot be read: {error}")),
            Err(RecvTimeoutError::Timeout) => Err(format!("no answer within {:?}", self.limit)),
            Err(RecvTimeoutError::Disconnected) => Err("it ended".to_owned()),
        })
    }

    /// The end of what it wrote to standard error.
    fn last_words(&self) -> String {
        let errors = fs::read(self.folder.join(ERRORS)).unwrap_or_default();
        let errors =
            String::from_utf8_lossy(&errors[errors.len().saturating_sub(600)..]).into_owned();
        text::line(errors.trim())
    }
}

/// The file for the standard error of the client.
const ERRORS: &str = "errors";

impl Running {
    fn start(command: &Command, variables: &[(String, String)], folder: &Path) -> io::Result<Self> {
        let errors = File::create(folder.join(ERRORS))?;
        let (client, input, output) =
            Client::start_in(folder, errors, command, variables, &MISLEADING)?;
        let (say, answers) = mpsc::channel();
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(answer) = next(&mut output) {
                if say.send(answer).is_err() {
                    break;
                }
            }
        });
        Ok(Self { answers, input: Some(input), client })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.input = None;
        // Time to clean up, as for an unmount.
        for _ in 0..200 {
            if self.client.ended().is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

fn next(output: &mut BufReader<ChildStdout>) -> Option<io::Result<String>> {
    let mut line = Vec::new();
    match output.take(ANSWER).read_until(b'\n', &mut line) {
        Ok(0) => None,
        Ok(_) => Some(Ok(String::from_utf8_lossy(&line).trim_end().to_owned())),
        Err(error) => Some(Err(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of two steps in a row of a client that is a shell script.
    fn said(script: &str, step: Step) -> [(Said, String); 2] {
        let folder = TempDir::new().expect("a folder");
        let mut talk = Talk {
            command: Command { program: "sh".into(), arguments: vec!["-c".into(), script.into()] },
            variables: Vec::new(),
            folder: folder.path(),
            limit: Duration::from_millis(300),
            running: None,
        };
        [(); 2].map(|()| talk.step(step, "a b", "text").expect("a file and a shell"))
    }

    #[test]
    fn an_answer_is_believed_and_what_was_read_is_compared() {
        let right = "while read -r step a b file; do cp sent got; echo ok; done";
        assert_eq!(said(right, Step::Get), [(); 2].map(|()| (Said::Success, String::new())));
        let other = "while read -r line; do echo other > got; echo ok; done";
        assert_eq!(said(other, Step::Get)[1].0, Said::OtherContents);
        let nothing = "while read -r line; do echo ok; done";
        assert_eq!(said(nothing, Step::Get)[1].0, Said::OtherContents);
        assert_eq!(said(nothing, Step::Head)[1].0, Said::Success);
        let failed = "while read -r line; do printf 'failed\\tno such object\\n'; done";
        assert_eq!(said(failed, Step::Put)[1], (Said::Failure, "no such object".to_owned()));
    }

    #[test]
    fn a_client_that_ends_or_is_silent_is_started_again() {
        let [first, second] = said("read -r line; echo broken >&2", Step::Put);
        assert_eq!((first.0, second.0), (Said::Failure, Said::Failure));
        assert!(second.1.contains("it ended") && second.1.contains("broken"), "{}", second.1);
        let [first, second] =
            said("if mkdir once; then sleep 9; fi; read -r line; echo ok", Step::Put);
        assert!(first.1.contains("no answer within 300ms"), "{}", first.1);
        assert_eq!(second.0, Said::Success);
    }
}
