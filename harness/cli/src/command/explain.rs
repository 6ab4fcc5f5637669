//! `explain`: why does this signature not match?

mod json;
mod text;

use std::io::Write;

use sigv4_conformance::explain::{
    Circumstances, Concealed, ErrorDocument, FieldRequest, GivenAnswer, Report, Server, Trial,
    explain_watched, har_entries,
};

use super::credentials::time_or_now;
use super::input::{Limit, header, read, service_table};
use super::progress::watched;
use crate::args::{ExplainArguments, ExplainFormat};
use crate::exit_code;
use crate::failure::Failure;

pub(crate) fn run(arguments: &ExplainArguments) -> Result<u8, Failure> {
    let text = read(&arguments.file, Limit::INPUT)?;
    if arguments.entries {
        let (entries, mut out) = (har_entries(&text)?, anstream::stdout().lock());
        match arguments.format {
            ExplainFormat::Human => text::write_entries(&entries, &mut out)?,
            ExplainFormat::Json => writeln!(out, "{}", json::of_entries(&entries))?,
        }
        return Ok(exit_code::AS_EXPECTED);
    }
    let body = match &arguments.body_file {
        Some(path) => Some(Limit::BODY.read("--body-file", path)?),
        None => None,
    };
    let headers: Result<_, _> =
        arguments.header.iter().map(|text| header("--header", text)).collect();
    let sent = request(&text, arguments.entry, body, headers?)?;
    let services = service_table(arguments.service_rules.as_deref())?;
    let secret =
        if arguments.without_secret { None } else { Some(arguments.credentials.secret()?) };
    let said = match &arguments.error_document {
        Some(path) => Some(Limit::DOCUMENT.read("--error-document", path)?),
        None => None,
    };
    let circumstances = Circumstances {
        secret_access_key: secret.as_ref().map(|secret| secret.as_bytes()),
        now: time_or_now("--now", arguments.now.as_deref())?,
        window_seconds: arguments.window,
        profile: arguments.profile,
        services: &services,
        server: Server {
            service: arguments.service.as_deref(),
            region: arguments.region.as_deref(),
        },
        document: None,
    };
    let trial = Trial::default();
    let message = || format!("trying {}", trial.words());
    let explain = || explained(sent, said.as_deref(), &circumstances, &trial);
    let (report, concealed) = watched(message, explain)?;
    let mut said = Vec::new();
    match arguments.format {
        ExplainFormat::Human => text::write(&report, &mut said)?,
        ExplainFormat::Json => writeln!(said, "{}", json::of(&report))?,
    }
    anstream::stdout().lock().write_all(&concealed.shortened(&said))?;
    Ok(if report.is_clean() { exit_code::AS_EXPECTED } else { exit_code::UNEXPECTED })
}

/// The request in a text, with what the text lacks.
pub(super) fn request(
    text: &[u8],
    entry: Option<usize>,
    body: Option<Vec<u8>>,
    headers: Vec<(String, String)>,
) -> Result<FieldRequest, Failure> {
    let mut sent = match entry {
        Some(number) => FieldRequest::parse_entry(text, number)?,
        None => FieldRequest::parse(text)?,
    };
    if let Some(body) = body {
        sent.give_body(body);
    }
    let headers = headers.into_iter().map(|(name, value)| (name.into(), value.into()));
    sent.request.headers.extend(headers);
    Ok(sent)
}

/// What is said of a request, and what of it is not to be shown. `said` is the server's answer.
pub(super) fn explained(
    mut sent: FieldRequest,
    said: Option<&[u8]>,
    circumstances: &Circumstances<'_>,
    trial: &Trial,
) -> Result<(Report, Concealed), Failure> {
    let secret = circumstances.secret_access_key.unwrap_or_default();
    let mut concealed = Concealed::of(&sent.request, secret);
    let mut document: Option<Box<ErrorDocument>> = None;
    if let Some(text) = said {
        concealed.add_text(text);
        match GivenAnswer::parse(text)? {
            GivenAnswer::Document(read) => document = Some(read),
            GivenAnswer::Bare(answer) => sent.take_bare(&answer),
        }
    }
    let document = document.as_deref();
    let circumstances = Circumstances { document, ..circumstances.clone() };
    let report = explain_watched(&sent, &circumstances, trial)?;
    Ok((report, concealed))
}
