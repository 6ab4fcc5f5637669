//! `explain`: why does this signature not match?

mod json;
mod text;

use std::fs;
use std::io::Write;

use sigv4_conformance::explain::{
    Circumstances, Concealed, FieldRequest, GivenAnswer, explain, har_entries,
};

use super::credentials::time_or_now;
use super::input::{header, read, service_table};
use crate::args::{ExplainArguments, ExplainFormat};
use crate::exit_code;
use crate::failure::Failure;

pub(crate) fn run(arguments: &ExplainArguments) -> Result<u8, Failure> {
    let text = read(&arguments.file)?;
    if arguments.entries {
        let (entries, mut out) = (har_entries(&text)?, anstream::stdout().lock());
        match arguments.format {
            ExplainFormat::Human => text::write_entries(&entries, &mut out)?,
            ExplainFormat::Json => writeln!(out, "{}", json::of_entries(&entries))?,
        }
        return Ok(exit_code::AS_EXPECTED);
    }
    let mut sent = match arguments.entry {
        Some(number) => FieldRequest::parse_entry(&text, number)?,
        None => FieldRequest::parse(&text)?,
    };
    if let Some(path) = &arguments.body_file {
        sent.request.body = fs::read(path).map_err(Failure::file(path))?.into();
        sent.hides_body = false;
    }
    for text in &arguments.header {
        let (name, value) = header(text)?;
        sent.request.headers.push((name.into(), value.into()));
    }
    let services = service_table(arguments.service_rules.as_deref())?;
    let secret = arguments.credentials.secret()?;
    let mut concealed = Concealed::of(&sent.request, secret.as_bytes());
    let document = match &arguments.error_document {
        None => None,
        Some(path) => {
            let text = fs::read(path).map_err(Failure::file(path))?;
            concealed.add_text(&text);
            match GivenAnswer::parse(&text)? {
                GivenAnswer::Document(document) => Some(document),
                GivenAnswer::Bare(answer) => {
                    sent.take_bare(&answer);
                    None
                }
            }
        }
    };
    let report = explain(
        &sent,
        &Circumstances {
            secret_access_key: secret.as_bytes(),
            now: time_or_now("--now", arguments.now.as_deref())?,
            window_seconds: arguments.window,
            profile: arguments.profile,
            services: &services,
            document: document.as_deref(),
        },
    )?;
    let mut said = Vec::new();
    match arguments.format {
        ExplainFormat::Human => text::write(&report, &mut said)?,
        ExplainFormat::Json => writeln!(said, "{}", json::of(&report))?,
    }
    anstream::stdout().lock().write_all(&concealed.shortened(&said))?;
    Ok(if report.is_clean() { exit_code::AS_EXPECTED } else { exit_code::UNEXPECTED })
}
