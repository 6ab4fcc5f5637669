//! What signer and server computed, against a correct signer's texts.

use sigv4_protocol::Stage;

use super::explanation::labelled;
use super::{Block, Finding, Point, Tone};
use crate::explain::{Cause, Explanation, Report, ServerSide, SignerSide};
use crate::judge::{Component, Difference};

/// Whose texts the others are compared with.
const CORRECT: &str = "a correct signer";

/// What the signer logged of itself, where that says more than the explanation.
pub(super) fn of_signer(report: &Report) -> Vec<Block<'_>> {
    let is_checked = match report.explanation {
        Explanation::Unexplained { .. } => true,
        Explanation::Unchecked { .. } => false,
        _ => return Vec::new(),
    };
    match &report.signer {
        None => Vec::new(),
        Some(SignerSide::Same) if !is_checked => vec![
            Finding::plain(
                "The signer's log has the canonical request and the string to sign of a correct signer.",
            )
            .into(),
        ],
        Some(SignerSide::Same) => vec![
            Finding::new(
                Tone::Bad,
                "Only the key differs",
                ": the signer's log has the canonical request and the string to sign of a correct signer. \
                 It has another secret for this key id: a blank, a line break or quotation marks around \
                 it, or an older one. Compare its length and its last characters.",
            )
            .into(),
        ],
        Some(SignerSide::Differs { differences, .. }) => {
            let finding = |difference: &Difference| {
                let strong = "The signer signed another request";
                let rest = format!(", says its log: its {} differs.", difference.component);
                Finding::new(Tone::Bad, strong, rest)
            };
            let with_sides = |difference| {
                Finding {
                    points: sides(difference, "the signer's log", true),
                    ..finding(difference)
                }
                .into()
            };
            differences.iter().map(with_sides).collect()
        }
    }
}

/// What the server computed.
pub(super) fn of_server(report: &Report) -> Vec<Block<'_>> {
    match &report.server {
        None => Vec::new(),
        Some(ServerSide::Differs { stage, differences }) => {
            let is_request = *stage == Stage::CanonicalRequest;
            let with_sides = |difference| {
                let points = sides(difference, "the server", is_request);
                Finding { points, ..servers(*stage, &difference.component) }.into()
            };
            differences.iter().map(with_sides).collect()
        }
        Some(ServerSide::OtherRequest { signature_provided }) => {
            let text = format!(
                "The error document belongs to another request: the server was given the signature \
                 {signature_provided}."
            );
            vec![Finding::plain(text).into()]
        }
        Some(ServerSide::SameStringToSign) => {
            let text = match &report.explanation {
                // The problem says what that means.
                Explanation::Right { .. } => return Vec::new(),
                Explanation::Unexplained { .. } | Explanation::Unchecked { .. } => {
                    "The server computed from the same text as a correct signer of this request. So \
                     either the secrets differ, or this request is already the changed one."
                }
                _ => {
                    "The server computed what a correct signer computes for the request as it is here."
                }
            };
            vec![Finding::plain(text).into()]
        }
    }
}

/// The sentence about a part that differs at the server.
fn servers<'r>(stage: Stage, component: &Component) -> Finding<'r> {
    if stage == Stage::CanonicalRequest {
        let strong = "The server computed for another request";
        return Finding::new(Tone::Bad, strong, format!(": its {component} differs."));
    }
    let why = match component {
        Component::Scope => {
            ": the server is set up for another region or service, or takes the day from elsewhere."
        }
        Component::Time => ": it takes the time from another header or parameter.",
        Component::CanonicalRequestHash => {
            ", which the server does not show, or does not show as it hashed it: another request arrived."
        }
        _ => ".",
    };
    let strong = "The server's string to sign differs";
    Finding::new(Tone::Bad, strong, format!(" in its {component}{why}"))
}

/// Both sides of a difference and, of requests, who makes them differ.
fn sides<'r>(difference: &'r Difference, actual: &'static str, is_request: bool) -> Vec<Point<'r>> {
    let cause = Cause::of_difference(difference).filter(|_| is_request);
    let mut points = vec![Point::Sides { difference, expected: CORRECT, actual }];
    points.extend(cause.iter().flat_map(labelled));
    points
}
