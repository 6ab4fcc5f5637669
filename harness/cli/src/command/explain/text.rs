//! An explanation for people: what happened, who did it and how to mend it, the likeliest first.

use std::io::{self, Write};

use sigv4_conformance::explain::{
    Cause, EntrySummary, Explanation, Happened, Part, Reach, Remark, Report, ServerSide,
    SignerSide, Suspect, Way, Weight,
};
use sigv4_conformance::judge::{Component, Difference};
use sigv4_conformance::relatives::{Checked, Outcome, Relative};
use sigv4_mistakes::MistakeSet;
use sigv4_protocol::Stage;

use crate::render::{ERROR, GOOD, HEADING, write_sides};

/// How many alternatives are worth reading.
const MOST: usize = 2;
/// How many names of headers are.
const MOST_NAMES: usize = 20;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write_explanation(&report.explanation, out)?;
    write_signer(report, out)?;
    write_server(report, out)?;
    let is_problem = |remark: &&Remark| remark.weight == Weight::Refused;
    let (problems, others): (Vec<&Remark>, Vec<&Remark>) =
        report.remarks.iter().partition(is_problem);
    write_remarks(&problems, out)?;
    write_suspects(report, out)?;
    if let Explanation::Unexplained { canonical_request, .. } = &report.explanation {
        writeln!(out, "\n{HEADING}A correct signer's canonical request{HEADING:#}")?;
        out.write_all(canonical_request)?;
        writeln!(out)?;
    }
    let has_block = !report.suspects.is_empty()
        || matches!(report.explanation, Explanation::Unexplained { .. });
    if has_block && !others.is_empty() {
        writeln!(out)?;
    }
    write_remarks(&others, out)
}

/// One line per entry of a HAR file.
pub(super) fn write_entries(entries: &[EntrySummary], out: &mut dyn Write) -> io::Result<()> {
    for EntrySummary { number, method, url, status, is_signed, error_code } in entries {
        let status = status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        let signed = if *is_signed { "signed" } else { "" };
        let code = error_code.as_deref().unwrap_or_default();
        let line = format!("{number:4}  {status:3}  {signed:6}  {method:7} {url}  {code}");
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn write_explanation(explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    match explanation {
        Explanation::Right { reach } => write_right(*reach, out),
        Explanation::Ways { is_change, changed, mistaken, sides } => {
            write_ways(*is_change, changed, mistaken, sides, out)
        }
        Explanation::TargetAsSent { part, right, wrong } => {
            let (what, fix) = if *part == Component::Path {
                (
                    "Special characters in the path must be signed as %XX, also where they are sent raw",
                    "Encode the path as on the right before signing, and send it so.",
                )
            } else {
                (
                    "The query was signed as other bytes than a server reads in it: a raw `+` is a space, \
                     and every special character is signed as %XX",
                    "Write %20 for a space and %2B for a plus, and sign what is sent.",
                )
            };
            writeln!(
                out,
                "{ERROR}{what}{ERROR:#}.\n    right: {}\n    wrong: {}\n    fix: {fix}",
                right.escape_ascii(),
                wrong.escape_ascii()
            )
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
            )
        }
        Explanation::Related { relative, checked } => write_related(*relative, checked, out),
        Explanation::SignedByCurl(signing) => writeln!(
            out,
            "{HEADING}This command is not signed yet{HEADING:#}: curl signs it when it is run, for \
             the service `{}` in the region `{}`. Run it with -v and give that output here.",
            signing.service, signing.region
        ),
        Explanation::Missing { names } => {
            let (listed, others) = names.split_at(names.len().min(MOST_NAMES));
            let more = match others.len() {
                0 => String::new(),
                others => format!(" and {others} more"),
            };
            writeln!(
                out,
                "{ERROR}Signed headers did not arrive{ERROR:#}: {}{more}. The sender has to send each \
                 with the value that was signed, or must not sign it.",
                listed.join(", ")
            )
        }
        Explanation::NotASignature { problem } => {
            writeln!(out, "{ERROR}The signature cannot be used{ERROR:#}: {problem}")
        }
        Explanation::PolicyUnexplained => writeln!(
            out,
            "{ERROR}The signature is not that of the policy, and the cause was not found{ERROR:#}: no \
             known change of the text gives it, and no known mistake with the key. Compare the field \
             `policy` with the text that was signed, and the secret with the signer's."
        ),
        Explanation::Unexplained { reach: Reach::Seed, .. } => writeln!(
            out,
            "{ERROR}The signature of the headers is wrong, and the cause was not found{ERROR:#}: no known \
             mistake of a signer and no known change on the way gives it. The chunks of the body are \
             not checked."
        ),
        Explanation::Unexplained { .. } => writeln!(
            out,
            "{ERROR}The signature is wrong, and the cause was not found{ERROR:#}: no known mistake of a \
             signer and no known change on the way gives it."
        ),
        _ => Ok(()),
    }
}

/// What a right signature covers.
fn write_right(reach: Reach, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{GOOD}The signature is right{GOOD:#} for this request and this secret.")?;
    match reach {
        Reach::Seed => writeln!(
            out,
            "It covers the headers, with the marker for a body in chunks. The chunks are not \
             checked."
        ),
        Reach::Headers => writeln!(out, "It covers the headers."),
        Reach::Chunks => {
            writeln!(
                out,
                "It covers the headers; each chunk of the body has its own signature, which is right too."
            )
        }
        Reach::Policy => writeln!(
            out,
            "It covers the policy of the form. Neither the fields nor the file are signed: the \
             policy says what they may be."
        ),
        Reach::UnsignedChunks => writeln!(
            out,
            "It covers the headers. The body comes in chunks that are not signed; they are whole, \
             and their checksum is right if they have one."
        ),
        Reach::Whole => Ok(()),
    }
}

/// A request that is signed in another way than with `AWS4-HMAC-SHA256`.
fn write_related(relative: Relative, checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let scheme = relative.name();
    match &checked.outcome {
        Outcome::Right | Outcome::Refused => writeln!(
            out,
            "{GOOD}The signature is right{GOOD:#} for this request and this secret: {scheme}."
        ),
        Outcome::Wrong(cause) => writeln!(
            out,
            "{ERROR}The signature is wrong{ERROR:#} ({scheme}): {}.\n    fix: {}",
            cause.what, cause.fix
        ),
        Outcome::Unexplained { canonical_request, string_to_sign } => {
            writeln!(
                out,
                "{ERROR}The signature is wrong, and the cause was not found{ERROR:#} ({scheme}): no known \
                 mistake gives it. The secret may be another one, or the request was changed after \
                 signing."
            )?;
            let texts = [
                ("canonical request", canonical_request.as_deref()),
                ("string to sign", Some(&string_to_sign[..])),
            ];
            for (what, text) in texts {
                let Some(text) = text else { continue };
                writeln!(out, "\n{HEADING}A correct signer's {what}{HEADING:#}")?;
                out.write_all(text)?;
                writeln!(out)?;
            }
            Ok(())
        }
        Outcome::Unreadable => Ok(()),
    }
}

/// One of several explanations.
enum Alternative<'a> {
    Change(&'a Way),
    Mistakes(&'a MistakeSet),
}

fn write_ways(
    is_change: bool,
    changed: &[Way],
    mistaken: &[MistakeSet],
    sides: &[Difference],
    out: &mut dyn Write,
) -> io::Result<()> {
    let is_alone = changed.first().is_some_and(|way| way.mistakes.is_empty());
    let mut ways = changed.iter().map(Alternative::Change);
    let mut sets = mistaken.iter().map(Alternative::Mistakes);
    // The likeliest of each kind before a second one of either; a change together with a mistake is
    // the last resort.
    let firsts = match (is_change, is_alone) {
        (true, _) => [ways.next(), sets.next()],
        (false, true) => [sets.next(), ways.next()],
        (false, false) => [sets.next(), sets.next()],
    };
    let all: Vec<Alternative<'_>> = firsts.into_iter().flatten().chain(sets).chain(ways).collect();
    let mut names_mistake = false;
    for (index, alternative) in all.iter().take(MOST).enumerate() {
        let or = if index == 0 { "The" } else { "Or the" };
        match alternative {
            Alternative::Change(way) => {
                write_change(way, or, out)?;
                names_mistake |= !way.mistakes.is_empty();
            }
            Alternative::Mistakes(set) => {
                let is_first = mistaken.first() == Some(*set);
                write_mistakes(set, or, if is_first { sides } else { &[] }, out)?;
                names_mistake = true;
            }
        }
    }
    if let Some(others) = all.len().checked_sub(MOST).filter(|others| *others > 0) {
        let are = if others == 1 { "other explanation gives" } else { "other explanations give" };
        writeln!(out, "{others} {are} the same signature; `--format json` lists all.")?;
    }
    if names_mistake {
        writeln!(out, "\n`sigv4-conformance mistakes show ID` says more.")?;
    }
    Ok(())
}

fn write_change(way: &Way, or: &str, out: &mut dyn Write) -> io::Result<()> {
    let part = way.happened.first().map(|happened| happened.change.part);
    let what = match part {
        Some(Part::Clock) => "times do not agree",
        Some(Part::Escapes) => "path was signed in another form",
        Some(Part::Host) => "request is signed for another host",
        Some(Part::Policy) => "policy was not signed as it has to be",
        Some(Part::Secret) => "secret is not the signer's",
        _ => "request was changed after signing",
    };
    writeln!(out, "{ERROR}{or} {what}{ERROR:#}:")?;
    for Happened { change, what, cause: Cause { who, fix }, .. } in &way.happened {
        writeln!(out, "  {HEADING}{}{HEADING:#}: {what}", change.id)?;
        writeln!(out, "    who: {who}\n    fix: {fix}")?;
    }
    for mistake in way.mistakes.iter() {
        writeln!(out, "  and the signer made a mistake: {HEADING}{}{HEADING:#}", mistake.id())?;
        writeln!(out, "    {}", mistake.entry().title)?;
    }
    Ok(())
}

fn write_mistakes(
    set: &MistakeSet,
    or: &str,
    sides: &[Difference],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mistakes = if set.len() == 1 { "this mistake" } else { "these mistakes at once" };
    writeln!(out, "{ERROR}{or} signer made {mistakes}{ERROR:#}:")?;
    for mistake in set.iter() {
        writeln!(out, "  {HEADING}{}{HEADING:#}", mistake.id())?;
        let entry = mistake.entry();
        writeln!(out, "    {}", entry.title)?;
        // The request's own bytes are better than the catalogue's, and digits say nothing.
        if sides.is_empty() && entry.stage == Some(Stage::StringToSign) {
            writeln!(out, "    right: {}\n    wrong: {}", entry.correct, entry.wrong)?;
        }
    }
    // A list of signed headers that differs follows from their lines.
    let told = sides.iter().take(set.len().max(1));
    told.into_iter().try_for_each(|sides| write_sides(sides, "a correct signer", "signed", out))
}

fn write_suspects(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if report.suspects.is_empty() {
        return Ok(());
    }
    let heading = match report.explanation {
        Explanation::Right { .. } => "What may differ at the server, the likeliest first",
        Explanation::Missing { .. } => "Why they may be missing, and what else may differ",
        _ => "What may have been different when it was signed, the likeliest first",
    };
    writeln!(out, "\n{HEADING}{heading}{HEADING:#}")?;
    for (index, Suspect { what, cause: Cause { who, fix }, .. }) in
        report.suspects.iter().enumerate()
    {
        writeln!(out, "  {}. {what}\n     who: {who}\n     try: {fix}", index + 1)?;
    }
    Ok(())
}

fn write_remarks(remarks: &[&Remark], out: &mut dyn Write) -> io::Result<()> {
    for Remark { weight, text } in remarks {
        match weight {
            Weight::Refused => writeln!(out, "{ERROR}problem{ERROR:#}: {text}")?,
            Weight::Fragile => writeln!(out, "{HEADING}warning{HEADING:#}: {text}")?,
            Weight::Said => writeln!(out, "note: {text}")?,
        }
    }
    Ok(())
}

/// What the signer logged of itself, where that says more than the explanation.
fn write_signer(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if !matches!(report.explanation, Explanation::Unexplained { .. }) {
        return Ok(());
    }
    match &report.signer {
        None => Ok(()),
        Some(SignerSide::Same) => writeln!(
            out,
            "{ERROR}Only the key differs{ERROR:#}: the signer's log has the canonical request and the \
             string to sign of a correct signer. It has another secret for this key id: a blank, a line \
             break or quotation marks around it, or an older one. Compare its length and its last \
             characters."
        ),
        Some(SignerSide::Differs { differences, .. }) => {
            for difference in differences {
                let component = &difference.component;
                writeln!(
                    out,
                    "{ERROR}The signer signed another request{ERROR:#}, says its log: its {component} differs."
                )?;
                write_sides(difference, "a correct signer", "the signer's log", out)?;
                if let Some(Cause { who, fix }) = Cause::of_difference(difference) {
                    writeln!(out, "    who: {who}\n    fix: {fix}")?;
                }
            }
            Ok(())
        }
    }
}

fn write_server(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let (stage, differences) = match &report.server {
        None => return Ok(()),
        Some(ServerSide::Differs { stage, differences }) => (stage, differences),
        Some(ServerSide::OtherRequest { signature_provided }) => {
            return writeln!(
                out,
                "The error document belongs to another request: the server was given the signature \
                 {signature_provided}."
            );
        }
        Some(ServerSide::SameStringToSign) => {
            return match &report.explanation {
                // The problem says what that means.
                Explanation::Right { .. } => Ok(()),
                Explanation::Unexplained { .. } => writeln!(
                    out,
                    "The server computed from the same text as a correct signer of this request. So \
                     either the secrets differ, or this request is already the changed one."
                ),
                _ => writeln!(
                    out,
                    "The server computed what a correct signer computes for the request as it is here."
                ),
            };
        }
    };
    for difference in differences {
        let component = &difference.component;
        match (stage, component) {
            (Stage::CanonicalRequest, _) => writeln!(
                out,
                "{ERROR}The server computed for another request{ERROR:#}: its {component} differs."
            )?,
            (_, Component::Scope) => writeln!(
                out,
                "{ERROR}The server's string to sign differs{ERROR:#} in its {component}: the server is \
                 set up for another region or service, or takes the day from elsewhere."
            )?,
            (_, Component::Time) => writeln!(
                out,
                "{ERROR}The server's string to sign differs{ERROR:#} in its {component}: it takes the \
                 time from another header or parameter."
            )?,
            (_, Component::CanonicalRequestHash) => writeln!(
                out,
                "{ERROR}The server's string to sign differs{ERROR:#} in its {component}, which the \
                 server does not show, or does not show as it hashed it: another request arrived."
            )?,
            _ => writeln!(
                out,
                "{ERROR}The server's string to sign differs{ERROR:#} in its {component}."
            )?,
        }
        write_sides(difference, "a correct signer", "the server", out)?;
        if *stage == Stage::CanonicalRequest
            && let Some(Cause { who, fix }) = Cause::of_difference(difference)
        {
            writeln!(out, "    who: {who}\n    fix: {fix}")?;
        }
    }
    Ok(())
}
