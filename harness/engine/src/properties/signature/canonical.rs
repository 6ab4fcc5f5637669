//! The canonical request: what is already canonical stays as it is, and the path does not depend
//! on where the signature goes.

use sigv4_protocol::{InProcess, SignQuestion};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::Placement;

use super::exchange::Exchange;
use crate::properties::{Outcome, Violation};

/// A request that is made from the path, query and headers of a canonical request has that same
/// canonical request (specification: "Create a canonical request": every step maps a text to one
/// representative). Only if the path is encoded once, as for S3: double encoding encodes again.
pub fn canonical_is_fixed_point(
    signer: &mut dyn InProcess,
    question: &SignQuestion,
    _seed: u64,
) -> Result<Outcome, Violation> {
    let mut question = question.clone();
    question.placement = Placement::Header;
    question.input.expires = None;
    question.input.double_encode = false;
    let Some(once) = canonical_request(signer, &question) else { return Ok(Outcome::Vacuous) };
    let lines: Vec<&[u8]> = once.split(|&byte| byte == b'\n').collect();
    let [_, path, query, rest @ ..] = &lines[..] else { return Ok(Outcome::Vacuous) };
    let headers = rest.iter().take_while(|line| !line.is_empty()).map(|line| {
        let (name, value) = line.split_at(line.iter().position(|&b| b == b':').unwrap_or_default());
        (Bytes::from(name), Bytes::from(value.strip_prefix(b":").unwrap_or(value)))
    });
    question.input.request.headers = headers.collect();
    question.input.request.target = [path, &b"?"[..], query].concat().into();
    match canonical_request(signer, &question) {
        Some(twice) if twice == once => Ok(Outcome::Held),
        twice => Err(Violation {
            property: "canonical_is_fixed_point",
            detail: format!("once {once}, twice {twice:?}"),
        }),
    }
}

/// The canonical path is the same in header and in query placement (specification: "Create a
/// canonical request" knows one canonical URI; placement only adds headers or parameters).
pub fn placements_share_path(
    signer: &mut dyn InProcess,
    question: &SignQuestion,
    _seed: u64,
) -> Result<Outcome, Violation> {
    let mut path = |placement| {
        let mut question = question.clone();
        question.placement = placement;
        question.input.expires = (placement == Placement::Query).then_some(60);
        let canonical = canonical_request(signer, &question)?;
        canonical.split(|&byte| byte == b'\n').nth(1).map(<[u8]>::to_vec)
    };
    match (path(Placement::Header), path(Placement::Query)) {
        (None, None) => Ok(Outcome::Vacuous),
        (Some(header), Some(query)) if header == query => Ok(Outcome::Held),
        paths => Err(Violation { property: "placements_share_path", detail: format!("{paths:?}") }),
    }
}

fn canonical_request(signer: &mut dyn InProcess, question: &SignQuestion) -> Option<Bytes> {
    Exchange::new(signer, question)?.stages.canonical_request
}
