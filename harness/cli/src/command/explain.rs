//! `explain`: why does this signature not match?

use std::fs;
use std::io::{self, Read as _, Write};
use std::path::Path;

use sigv4_conformance::explain::{
    Circumstances, ErrorDocument, Explanation, FieldRequest, Reach, ServerSide, explain,
};
use sigv4_conformance::judge::Component;
use sigv4_mistakes::MistakeSet;
use sigv4_protocol::Stage;

use super::credentials::time_or_now;
use crate::args::ExplainArguments;
use crate::exit_code;
use crate::failure::Failure;
use crate::render::{ERROR, GOOD, HEADING, write_sides};

pub(crate) fn run(arguments: &ExplainArguments) -> Result<u8, Failure> {
    let mut sent = FieldRequest::parse(&read(&arguments.file)?)?;
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
    let explanation = explain(
        &sent,
        &Circumstances {
            secret_access_key: secret.as_bytes(),
            now: time_or_now("--now", arguments.now.as_deref())?,
            window_seconds: arguments.window,
            profile: arguments.profile,
            document: document.as_ref(),
        },
    )?;
    write(&explanation, &mut anstream::stdout().lock())?;
    Ok(match explanation {
        Explanation::Right { refusal: None, server: None, .. } => exit_code::AS_EXPECTED,
        _ => exit_code::UNEXPECTED,
    })
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    if path == Path::new("-") {
        let mut text = Vec::new();
        io::stdin().lock().read_to_end(&mut text)?;
        return Ok(text);
    }
    fs::read(path).map_err(Failure::file(path))
}

fn write(explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    match explanation {
        Explanation::Right { reach, refusal, server } => {
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
            if let Some(refusal) = refusal {
                writeln!(out, "A server refuses it all the same: {HEADING}{refusal}{HEADING:#}")?;
            }
            write_server(server.as_ref(), out)
        }
        Explanation::Mistaken { sets, telling } => write_mistakes(sets, telling.as_deref(), out),
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
            )
        }
        Explanation::Unexplained { reach: Reach::Seed, canonical_request, server } => {
            writeln!(
                out,
                "{ERROR}The signature of the headers is wrong{ERROR:#}: another secret, a mistake of \
                 the signer, or a request that was changed after signing. Mistakes are not looked \
                 for where the body comes in chunks, and the chunks are not checked."
            )?;
            write_unexplained(canonical_request, server.as_ref(), out)
        }
        Explanation::Unexplained { reach: Reach::Whole, canonical_request, server } => {
            writeln!(
                out,
                "{ERROR}No catalogued mistake gives this signature{ERROR:#}, nor do two or three at \
                 once. Another secret, or a request that was changed after signing, would."
            )?;
            write_unexplained(canonical_request, server.as_ref(), out)
        }
    }
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
            writeln!(out, "    right: {}", entry.correct)?;
            writeln!(out, "    wrong: {}", entry.wrong)?;
        }
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
