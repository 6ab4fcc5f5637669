//! What stands for the body.

use sigv4_vectors::model::Importance::{Critical, High, Low, Medium};

use super::super::base::{Base, Bases, UNSIGNED};
use super::super::draft::Draft;
use super::super::signing::sha256;
use super::super::table::{Say, Table, accept, reject};

const HEADER: &str = "X-Amz-Content-Sha256";

/// The payload hash, stated and signed in every combination.
pub(super) fn topic(bases: &Bases<'_>) -> Table {
    let rule = (
        "create-canonical-request",
        "The last line of the canonical request is the SHA-256 of the body in lower-case hexadecimal digits, \
         or what x-amz-content-sha256 states; the body has to have the stated hash.",
    );
    let mut table = Table::new("sigv4", "payload", "What stands for the body", rule);
    for base in [&bases.s3_put, &bases.post] {
        stated(&mut table, base);
    }
    generic(&mut table, &bases.post);
    s3(&mut table, bases);
    presigned(&mut table, bases);
    table
}

/// The draft with this text as its payload line, in the header too.
fn states(draft: &mut Draft, text: &str) {
    draft.headers.retain(|(name, _)| name != HEADER);
    draft.header(HEADER, text);
    draft.payload = Some(text.to_owned());
}

fn stated(table: &mut Table, base: &Base<'_>) {
    let mut with = |name: &str, what: &str, say: Say, text: &str| {
        table.resigned(base, (name, what), say, |draft| states(draft, text));
    };
    let wrong = || reject(Critical, "payload-hash-mismatch");
    let marker = || reject(High, "unsupported-payload");
    let own = sha256(&base.draft.body);
    with("hash", "the hash of the body", accept(Medium), &own);
    with("hash-other", "the hash of another body", wrong(), &sha256(b"Another body."));
    with("hash-empty", "the hash of no body", wrong(), &sha256(b""));
    with("hash-twice", "the hash of the hash of the body", wrong(), &sha256(own.as_bytes()));
    with("hash-last-digit", "the hash with another last digit", wrong(), &{
        let mut text = own.clone();
        let last = text.pop().unwrap_or_default();
        text.push(if last == '0' { '1' } else { '0' });
        text
    });
    with("hash-shorter", "the hash without its last digit", marker(), &own[..63]);
    with("hash-zeros", "zeros for the hash", wrong(), &"0".repeat(64));
    with(
        "hash-upper-case",
        "the hash in upper case",
        reject(Low, "payload-hash-mismatch").may(),
        &own.to_ascii_uppercase(),
    );
    with(
        "hash-base64",
        "the hash in base64",
        marker(),
        "RBVo6avT2Ov1o0zSlHrUuP7LmxZ2Qn2uL6QSG+5KLqk=",
    );
    with("empty", "an empty hash", marker(), "");
    with(
        "marker-lower-case",
        "the marker of an unsigned body in lower case",
        marker(),
        "unsigned-payload",
    );
    with("marker-shorter", "half of the marker of an unsigned body", marker(), "UNSIGNED");
    with("marker-unknown", "an unknown marker", marker(), "STREAMING-UNSIGNED-PAYLOAD");
    with("marker-none", "the word none", marker(), "none");
    table.resigned_as(
        base,
        ("unsigned-line", "UNSIGNED-PAYLOAD signed, and the hash stated"),
        reject(Critical, "signature-mismatch"),
        |draft| {
            states(draft, &own);
            draft.payload = Some(UNSIGNED.to_owned());
        },
        |_| {},
    );
    table.resigned(
        base,
        ("two-hashes", "a second hash after the first"),
        reject(High, "malformed-authentication").should(),
        |draft| {
            states(draft, &own);
            let other = sha256(b"Another body.");
            draft.header(HEADER, &other);
        },
    );
}

fn generic(table: &mut Table, base: &Base<'_>) {
    table.resigned(
        base,
        ("unsigned", "UNSIGNED-PAYLOAD, where bodies have to be signed"),
        reject(High, "unsupported-payload").should(),
        |draft| states(draft, UNSIGNED),
    );
    table.resigned(
        base,
        ("unsigned-unstated", "UNSIGNED-PAYLOAD signed, and not stated"),
        reject(Critical, "signature-mismatch"),
        |draft| draft.payload = Some(UNSIGNED.to_owned()),
    );
}

fn s3(table: &mut Table, bases: &Bases<'_>) {
    for base in [&bases.s3_get, &bases.s3_put] {
        table.resigned(
            base,
            ("unstated", "the hash of the body signed, and not stated"),
            accept(Low).may(),
            |draft| draft.headers.retain(|(name, _)| name != HEADER),
        );
        table.resigned(
            base,
            ("unstated-unsigned", "UNSIGNED-PAYLOAD signed, and not stated"),
            reject(Critical, "signature-mismatch"),
            |draft| {
                draft.headers.retain(|(name, _)| name != HEADER);
                draft.payload = Some(UNSIGNED.to_owned());
            },
        );
        table.resigned(base, ("unsigned", "UNSIGNED-PAYLOAD"), accept(Medium), |draft| {
            states(draft, UNSIGNED);
        });
    }
    table.tampered(
        &bases.s3_unsigned_put,
        ("marker-to-hash", "the hash of another body stated for UNSIGNED-PAYLOAD"),
        reject(Critical, "signature-mismatch"),
        |sent| {
            sent.body = b"Another body.".to_vec();
            *sent.header(HEADER) = sha256(&sent.body);
        },
    );
}

fn presigned(table: &mut Table, bases: &Bases<'_>) {
    let base = &bases.s3_presigned_put;
    let own = sha256(&base.draft.body);
    let bound = |draft: &mut Draft| states(draft, &own);
    table.resigned(
        base,
        ("hash", "the hash of the body in a signed header"),
        accept(Medium),
        bound,
    );
    table.resigned_as(
        base,
        ("hash-other-body", "the hash of another body in a signed header"),
        reject(Critical, "payload-hash-mismatch").twin("hash"),
        bound,
        |sent| sent.body = b"Another body.".to_vec(),
    );
    table.resigned_as(
        base,
        ("hash-no-body", "the hash of a body in a signed header, and no body"),
        reject(Critical, "payload-hash-mismatch").twin("hash"),
        bound,
        |sent| sent.body.clear(),
    );
    table.resigned_as(
        base,
        ("hash-then-marker", "UNSIGNED-PAYLOAD for a signed hash, after signing"),
        reject(Critical, "signature-mismatch").twin("hash"),
        bound,
        |sent| {
            sent.body = b"Another body.".to_vec();
            UNSIGNED.clone_into(sent.header(HEADER));
        },
    );
    table.tampered(
        base,
        ("hash-added", "the hash of another body in a header, added after signing"),
        reject(High, "unsigned-header"),
        |sent| {
            let hash = sha256(b"Another body.");
            sent.add(HEADER, &hash);
        },
    );
    for base in [&bases.presigned, &bases.s3_presigned] {
        table.tampered(
            base,
            ("in-query", "a payload hash in the query, added after signing"),
            reject(Critical, "signature-mismatch"),
            |sent| sent.query.push(format!("{HEADER}={UNSIGNED}")),
        );
    }
    table.resigned(
        &bases.presigned,
        ("unsigned-line", "UNSIGNED-PAYLOAD signed, where bodies have to be signed"),
        reject(High, "signature-mismatch").may(),
        |draft| draft.payload = Some(UNSIGNED.to_owned()),
    );
}
