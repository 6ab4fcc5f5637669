//! `capture`: an endpoint that judges what a live client sends.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use sigv4_conformance::capture::{
    Endpoint, Keys, Limits, MISLEADING, Observed, Observer, Report, Settings, trusted, variables,
};
use sigv4_conformance::subject::Client;
use tempfile::NamedTempFile;

use super::adapter_command;
use super::input::Limit;
use crate::args::CaptureArguments;
use crate::exit_code;
use crate::failure::Failure;
use crate::files;
use crate::render::capture::{write, write_live};
use crate::signals;

/// How often it is checked whether the client has ended.
const LOOK: Duration = Duration::from_millis(5);

/// How the client came to its end.
enum End {
    /// There is none: the endpoint served until a signal came.
    Served,
    /// By itself, with success.
    Success,
    /// In another way, which the text says.
    Failure(String),
}

pub(crate) fn run(arguments: &CaptureArguments) -> Result<u8, Failure> {
    let keys = match &arguments.keys {
        None => Keys::examples(),
        Some(path) => {
            let text = Limit::KEYS.read_text("--keys", path)?;
            Keys::parse(&text).map_err(|source| Failure::Keys { path: path.clone(), source })?
        }
    };
    if let Some(folder) = &arguments.save {
        prepare(folder)?;
    }
    if let (Some(log), Some(output)) = (&arguments.log, &arguments.output)
        && files::is_same(log, output)
    {
        return Err(Failure::SameFile { path: output.clone() });
    }
    let told_to_end = signals::leave_to_the_command();
    let key = keys.first().clone();
    let settings = Settings {
        listen: arguments.listen,
        keys,
        service: arguments.service.clone(),
        tls: arguments.tls,
        folder: arguments.save.clone(),
        limits: Limits::default(),
    };
    let is_live = arguments.client_command.is_empty();
    let endpoint = Endpoint::start(settings, observer(arguments.log.as_deref(), is_live)?)?;
    let authority = endpoint.authority().map(trusted).transpose()?;
    let authority = authority.as_ref().map(NamedTempFile::path);
    let variables = variables(&endpoint.url(), &key, authority);
    let end = if is_live {
        invite(&endpoint.url(), &variables, arguments.keys.is_none());
        // An end of the sender would be a signal that nobody can send any more.
        let _ = told_to_end.recv();
        End::Served
    } else {
        follow(arguments, &variables, &told_to_end)?
    };
    let report = endpoint.finish()?;
    write(arguments, &report)?;
    if let End::Failure(words) = &end {
        anstream::eprintln!("The command {words}. It may not have sent all that it would.");
    }
    Ok(code(&report, &end))
}

/// Makes the folder for the requests. It must not hold those of another capture, which have the same names.
fn prepare(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(Failure::file(folder))?;
    let is_saved = |name: &str| {
        let number = name.strip_suffix(".http");
        number.is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()))
    };
    for entry in fs::read_dir(folder).map_err(Failure::file(folder))? {
        let entry = entry.map_err(Failure::file(folder))?;
        if entry.file_name().to_str().is_some_and(is_saved) {
            return Err(Failure::Exists { path: entry.path() });
        }
    }
    Ok(())
}

/// Runs the client to its end, or to that of the capture.
fn follow(
    arguments: &CaptureArguments,
    variables: &[(String, String)],
    told_to_end: &Receiver<i32>,
) -> Result<End, Failure> {
    let command = adapter_command(&arguments.client_command)?;
    let mut client = Client::start(&command, variables, &MISLEADING)
        .map_err(|source| Failure::Client { program: command.program.clone(), source })?;
    loop {
        if let Some(status) = client.ended() {
            return Ok(match status {
                Some(status) if status.success() => End::Success,
                Some(status) => End::Failure(match status.code() {
                    Some(code) => format!("ended with exit code {code}"),
                    None => format!("was ended by {status}"),
                }),
                None => End::Failure("was lost".to_owned()),
            });
        }
        match told_to_end.recv_timeout(LOOK) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(_) | Err(RecvTimeoutError::Disconnected) => {
                return Ok(End::Failure("was ended by a signal".to_owned()));
            }
        }
    }
}

/// Says how to point a client at the endpoint. A secret is shown only where it is a documented example.
fn invite(url: &str, variables: &[(String, String)], is_example: bool) {
    anstream::eprintln!("Listening on {url}. Ctrl-C ends the capture and shows the report.");
    let left_out = ["SIGV4_CONFORMANCE_ENDPOINT", "NO_PROXY", "no_proxy", "AWS_ENDPOINT_URL_S3"];
    let secret = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
    for (name, value) in variables {
        if left_out.contains(&&name[..]) || (!is_example && secret.contains(&&name[..])) {
            continue;
        }
        // Quoting fails on NUL alone, which no variable can hold.
        let value = shlex::try_quote(value).unwrap_or_default();
        anstream::eprintln!("  export {name}={value}");
    }
}

/// Who writes the log and, on a terminal, a line for each request.
fn observer(log: Option<&Path>, is_live: bool) -> Result<Observer, Failure> {
    let mut log = match log {
        None => None,
        Some(path) => {
            let file = File::create(path).map_err(Failure::file(path))?;
            Some((path.to_owned(), BufWriter::new(file)))
        }
    };
    Ok(Box::new(move |observed: &Observed| {
        if is_live {
            // Standard error may be closed: the report does not need it.
            let _ = write_live(observed, &mut anstream::stderr().lock());
        }
        let Some((path, log)) = &mut log else { return Ok(()) };
        // Line by line, so that others can follow.
        let written = observed.to_json().map_err(io::Error::from).and_then(|line| {
            writeln!(log, "{line}")?;
            log.flush()
        });
        written.map_err(|error| io::Error::other(format!("the file {}: {error}", path.display())))
    }))
}

fn code(report: &Report, end: &End) -> u8 {
    if report.wrong > 0 {
        exit_code::UNEXPECTED
    } else if report.requests == 0 || matches!(end, End::Failure(_)) {
        exit_code::INCOMPLETE
    } else if report.signed == 0 {
        exit_code::NOTHING_SELECTED
    } else {
        exit_code::AS_EXPECTED
    }
}
