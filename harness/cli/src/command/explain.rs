//! `explain`: why does this signature not match?

use std::fs;
use std::io::{self, Read as _, Write};
use std::path::Path;

use serde_json::{Value, json};
use sigv4_conformance::explain::{
    Change, Circumstances, EntrySummary, ErrorDocument, Explanation, FieldRequest, Happened, Reach,
    Remark, Report, ServerSide, Way, Weight, explain, har_entries,
};
use sigv4_conformance::judge::{Component, Difference};
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_protocol::Stage;
use sigv4_vectors::Bytes;

use super::credentials::time_or_now;
use crate::args::{ExplainArguments, ExplainFormat};
use crate::exit_code;
use crate::failure::Failure;
use crate::render::{ERROR, GOOD, HEADING, write_sides};

pub(crate) fn run(arguments: &ExplainArguments) -> Result<u8, Failure> {
    let text = read(&arguments.file)?;
    if arguments.entries {
        write_entries(&har_entries(&text)?, &mut anstream::stdout().lock())?;
        return Ok(exit_code::AS_EXPECTED);
    }
    let mut sent = match arguments.entry {
        Some(number) => FieldRequest::parse_entry(&text, number)?,
        None => FieldRequest::parse(&text)?,
    };
    if let Some(path) = &arguments.body_file {
        sent.request.body = fs::read(path).map_err(Failure::file(path))?.into();
    }
    let document = match &arguments.error_document {
        None => None,
        Some(path) => {
            let text = fs::read(path).map_err(Failure::file(path))?;
            Some(ErrorDocument::parse(&text)?)
        }
    };
    let secret = arguments.credentials.secret()?;
    let report = explain(
        &sent,
        &Circumstances {
            secret_access_key: secret.as_bytes(),
            now: time_or_now("--now", arguments.now.as_deref())?,
            window_seconds: arguments.window,
            profile: arguments.profile,
            document: document.as_ref(),
        },
    )?;
    let mut out = anstream::stdout().lock();
    match arguments.format {
        ExplainFormat::Human => write(&report, &mut out)?,
        ExplainFormat::Json => writeln!(out, "{}", as_json(&report))?,
    }
    Ok(if report.is_clean() { exit_code::AS_EXPECTED } else { exit_code::UNEXPECTED })
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    if path == Path::new("-") {
        let mut text = Vec::new();
        io::stdin().lock().read_to_end(&mut text)?;
        return Ok(text);
    }
    fs::read(path).map_err(Failure::file(path))
}

fn write_entries(entries: &[EntrySummary], out: &mut dyn Write) -> io::Result<()> {
    for EntrySummary { number, method, url, status, is_signed, error_code } in entries {
        let status = status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        let signed = if *is_signed { "signed" } else { "" };
        let code = error_code.as_deref().unwrap_or_default();
        let line = format!("{number:4}  {status:3}  {signed:6}  {method:7} {url}  {code}");
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// One object: the kind of explanation in a word, and what belongs to it.
fn as_json(report: &Report) -> Value {
    let ids = |set: &MistakeSet| set.iter().map(Mistake::id).collect::<Vec<_>>();
    let explanation = match &report.explanation {
        Explanation::Right { reach, .. } => {
            json!({ "kind": "right", "whole": *reach == Reach::Whole })
        }
        Explanation::Ways { changed, mistaken, .. } => {
            let ways = changed.iter().map(|way| {
                let happened = way.happened.iter().map(|Happened { change, what }| {
                    let Change { id, title, who, fix, .. } = change;
                    json!({ "id": id, "title": title, "what": what, "who": who, "fix": fix })
                });
                let happened: Vec<Value> = happened.collect();
                json!({ "changes": happened, "mistakes": ids(&way.mistakes) })
            });
            let mistaken: Vec<_> = mistaken.iter().map(ids).collect();
            json!({ "kind": "explained", "mistakes": mistaken, "ways": ways.collect::<Vec<_>>() })
        }
        Explanation::TargetAsSent { right, wrong } => json!({
            "kind": "target-as-sent",
            "right": right.escape_ascii().to_string(),
            "wrong": wrong.escape_ascii().to_string(),
        }),
        Explanation::OtherProfile { normalize, double_encode } => {
            json!({ "kind": "other-profile", "normalize": normalize, "double_encode": double_encode })
        }
        Explanation::SignedByCurl(signing) => {
            json!({ "kind": "not-signed-yet", "service": signing.service, "region": signing.region })
        }
        Explanation::Missing { names } => json!({ "kind": "headers-missing", "names": names }),
        Explanation::Unexplained { canonical_request, .. } => {
            json!({ "kind": "unexplained", "canonical_request": Bytes::from(&canonical_request[..]) })
        }
        _ => json!({ "kind": "other" }),
    };
    let remarks = report.remarks.iter().map(|Remark { weight, text }| {
        let weight = match weight {
            Weight::Refused => "problem",
            Weight::Fragile => "warning",
            Weight::Said => "note",
        };
        json!({ "weight": weight, "text": text })
    });
    let remarks: Vec<Value> = remarks.collect();
    json!({ "clean": report.is_clean(), "explanation": explanation, "remarks": remarks })
}

fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    match &report.explanation {
        Explanation::Right { reach, server } => {
            writeln!(
                out,
                "{GOOD}The signature is right{GOOD:#} for this request and this secret."
            )?;
            if *reach == Reach::Seed {
                writeln!(
                    out,
                    "It covers the headers, with the marker for a body in chunks. The chunks are not \
                     checked."
                )?;
            }
            write_server(server.as_ref(), out)?;
        }
        Explanation::Ways { changed, mistaken, sides, telling } => {
            if !mistaken.is_empty() {
                write_mistakes(mistaken, sides.as_deref(), telling.as_deref(), out)?;
            }
            write_changes(changed, !mistaken.is_empty(), out)?;
        }
        Explanation::TargetAsSent { right, wrong } => {
            writeln!(
                out,
                "{ERROR}The target was signed as it was sent{ERROR:#}; the service decodes it once \
                 and encodes it once before it compares.\n  right: {}\n  wrong: {}",
                right.escape_ascii(),
                wrong.escape_ascii()
            )?;
        }
        Explanation::OtherProfile { normalize, double_encode } => {
            let words = match (normalize, double_encode) {
                (true, true) => "as for most services: path normalised and encoded once more",
                (false, false) => "as for S3: path taken as it was sent",
                (false, true) => "with the path encoded once more, and not normalised",
                (true, false) => "with the path normalised, and not encoded once more",
            };
            writeln!(
                out,
                "{ERROR}The path was made canonical for another service{ERROR:#}: {words}."
            )?;
        }
        Explanation::SignedByCurl(signing) => {
            writeln!(
                out,
                "{HEADING}This command is not signed yet{HEADING:#}: curl signs it when it is run, for \
                 the service `{}` in the region `{}`. Run it with -v and give that output here.",
                signing.service, signing.region
            )?;
        }
        Explanation::Missing { names } => {
            writeln!(
                out,
                "{ERROR}Signed headers did not arrive{ERROR:#}: {}. The sender has to send each with \
                 the value that was signed, or must not sign it.",
                names.join(", ")
            )?;
        }
        Explanation::Unexplained { reach: Reach::Seed, canonical_request, server } => {
            writeln!(
                out,
                "{ERROR}The signature of the headers is wrong{ERROR:#}: the secret is different, the \
                 signer made a mistake, or the request was changed after signing. If the body is sent \
                 in chunks, mistakes are not searched for and the chunks are not checked."
            )?;
            write_unexplained(canonical_request, server.as_ref(), out)?;
        }
        Explanation::Unexplained { reach: Reach::Whole, canonical_request, server } => {
            writeln!(
                out,
                "{ERROR}Nothing known gives this signature{ERROR:#}: no catalogued mistake, nor two or \
                 three at once, and no known change on the way. The usual cause is another secret."
            )?;
            write_unexplained(canonical_request, server.as_ref(), out)?;
        }
        _ => {}
    }
    write_remarks(&report.remarks, out)
}

fn write_changes(ways: &[Way], is_alternative: bool, out: &mut dyn Write) -> io::Result<()> {
    for (index, way) in ways.iter().enumerate() {
        let start = match (index, is_alternative) {
            (0, false) => "The request was changed after signing",
            _ => "Or the request was changed after signing",
        };
        writeln!(out, "{ERROR}{start}{ERROR:#}:")?;
        for Happened { change, what } in &way.happened {
            writeln!(out, "  {HEADING}{}{HEADING:#}: {what}", change.id)?;
            writeln!(out, "    who: {}", change.who)?;
            writeln!(out, "    fix: {}", change.fix)?;
        }
        for mistake in way.mistakes.iter() {
            writeln!(out, "  and the signer made a mistake: {HEADING}{}{HEADING:#}", mistake.id())?;
            writeln!(out, "    {}", mistake.entry().title)?;
        }
    }
    Ok(())
}

fn write_remarks(remarks: &[Remark], out: &mut dyn Write) -> io::Result<()> {
    for Remark { weight, text } in remarks {
        match weight {
            Weight::Refused => writeln!(out, "{ERROR}problem{ERROR:#}: {text}")?,
            Weight::Fragile => writeln!(out, "{HEADING}warning{HEADING:#}: {text}")?,
            Weight::Said => writeln!(out, "note: {text}")?,
        }
    }
    Ok(())
}

fn write_unexplained(
    canonical_request: &[u8],
    server: Option<&ServerSide>,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_server(server, out)?;
    writeln!(out, "\n{HEADING}A correct signer's canonical request{HEADING:#}")?;
    out.write_all(canonical_request)?;
    writeln!(out)
}

fn write_mistakes(
    sets: &[MistakeSet],
    sides: Option<&Difference>,
    telling: Option<&str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    match sets {
        [only] if only.len() == 1 => {
            writeln!(out, "{ERROR}The signer made this mistake{ERROR:#}:")?;
        }
        [_] => writeln!(out, "{ERROR}The signer made these mistakes at once{ERROR:#}:")?,
        _ => writeln!(
            out,
            "{ERROR}The signer made one of these mistakes{ERROR:#}; this request does not tell them \
             apart:"
        )?,
    }
    for (index, set) in sets.iter().enumerate() {
        if index > 0 {
            writeln!(out, "or")?;
        }
        for mistake in set.iter() {
            let entry = mistake.entry();
            writeln!(out, "  {HEADING}{}{HEADING:#}", mistake.id())?;
            writeln!(out, "    {}", entry.title)?;
            // The request's own bytes are better than the catalogue's.
            if sides.is_none() {
                writeln!(out, "    right: {}", entry.correct)?;
                writeln!(out, "    wrong: {}", entry.wrong)?;
            }
        }
    }
    if let Some(sides) = sides {
        write_sides(sides, "a correct signer", "signed", out)?;
    }
    writeln!(out, "\n`sigv4-conformance mistakes show ID` says more.")?;
    match telling {
        Some(id) => writeln!(out, "To tell them apart, let the signer sign the request of {id}."),
        None => Ok(()),
    }
}

fn write_server(server: Option<&ServerSide>, out: &mut dyn Write) -> io::Result<()> {
    let (stage, difference) = match server {
        None => return Ok(()),
        Some(ServerSide::Differs { stage, difference }) => (stage, difference),
        Some(ServerSide::OtherRequest { signature_provided }) => {
            return writeln!(
                out,
                "The error document belongs to another request: the server was given the signature \
                 {signature_provided}."
            );
        }
        Some(ServerSide::SameStringToSign) => {
            return writeln!(
                out,
                "The server has the string to sign of a correct signer, so it has another secret for \
                 this key id, or another signature was computed from it."
            );
        }
    };
    let component = &difference.component;
    match (stage, component) {
        (Stage::CanonicalRequest, _) => writeln!(
            out,
            "The server's canonical request differs from it in its {component}: what arrived is not \
             what was sent, or the server is wrong."
        )?,
        (_, Component::Scope) => writeln!(
            out,
            "The server's string to sign differs from it in its {component}: the server is set up for \
             another region or service, or takes the day from elsewhere."
        )?,
        (_, Component::Time) => writeln!(
            out,
            "The server's string to sign differs from it in its {component}: it takes the time from \
             another header or parameter."
        )?,
        (_, Component::CanonicalRequestHash) => writeln!(
            out,
            "The server's string to sign differs from it in its {component}, which the server does \
             not show, or does not show as it hashed it."
        )?,
        _ => writeln!(out, "The server's string to sign differs from it in its {component}.")?,
    }
    write_sides(difference, "a correct signer", "the server", out)
}
