//! Session tokens.

use sigv4_vectors::Secret;
use sigv4_vectors::model::Importance::{Critical, High, Low, Medium};
use sigv4_vectors::model::StoredKey;

use super::super::base::{Base, Bases};
use super::super::table::{Table, accept, reject};

/// The token that a temporary key has, and requests without it or with another.
pub(super) fn topic(bases: &Bases<'_>) -> Table {
    let rule = (
        "temporary-security-credentials",
        "A request that is signed with a temporary key carries the session token that was issued with it, \
         and signs it.",
    );
    let mut table = Table::new("sigv4", "token", "Session tokens", rule);
    for base in
        [&bases.token_get, &bases.token_presigned, &bases.s3_token_get, &bases.s3_token_presigned]
    {
        of_temporary_key(&mut table, base);
    }
    for base in bases.of_each_kind() {
        of_lasting_key(&mut table, base);
    }
    for base in [&bases.token_get, &bases.s3_token_get] {
        in_header(&mut table, base);
    }
    table
}

fn of_temporary_key(table: &mut Table, base: &Base<'_>) {
    let wrong = || reject(Critical, "session-token-mismatch").seen("minio/minio#6860");
    table.resigned(base, ("lost", "no token"), wrong(), |draft| draft.session_token = None);
    table.resigned(base, ("other", "another token"), wrong(), |draft| {
        draft.session_token = Some("AQoDYXdzOTHERTOKENEXAMPLE".to_owned());
    });
    table.resigned(base, ("empty", "an empty token"), wrong(), |draft| {
        draft.session_token = Some(String::new());
    });
    table.resigned(base, ("shorter", "the token without its last letter"), wrong(), |draft| {
        draft.session_token.as_mut().map(String::pop);
    });
    table.resigned(base, ("longer", "a letter after the token"), wrong(), |draft| {
        if let Some(token) = draft.session_token.as_mut() {
            token.push('x');
        }
    });
    table.resigned(base, ("case", "the token in lower case"), wrong(), |draft| {
        if let Some(token) = draft.session_token.as_mut() {
            token.make_ascii_lowercase();
        }
    });
    let mut keys = vec![base.key()];
    keys[0].session_token = Some(Secret::from("AQoDYXdzNEWERTOKENEXAMPLE"));
    table.with_keys(base, ("replaced", "the token that was valid before"), wrong(), keys, |_| {});
    let keys = vec![StoredKey { active: false, ..base.key() }];
    table.with_keys(
        base,
        ("revoked", "a temporary key that is inactive"),
        reject(High, "inactive-access-key"),
        keys,
        |_| {},
    );
}

fn of_lasting_key(table: &mut Table, base: &Base<'_>) {
    let wrong = || reject(Medium, "session-token-mismatch").should();
    table.resigned(base, ("unexpected", "a token beside a key that has none"), wrong(), |draft| {
        draft.session_token = Some("AQoDYXdzOTHERTOKENEXAMPLE".to_owned());
    });
    if base.is_presigned() {
        table.tampered(
            base,
            ("unsigned-header", "a token in a header, added after signing"),
            reject(High, "unsigned-header"),
            |sent| {
                sent.add("X-Amz-Security-Token", "AQoDYXdzOTHERTOKENEXAMPLE");
            },
        );
    }
}

fn in_header(table: &mut Table, base: &Base<'_>) {
    let mut names: Vec<String> =
        base.draft.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.push("x-amz-date".to_owned());
    names.sort();
    let list = names.join(";");
    table.resigned(
        base,
        ("unsigned", "a token that is not signed"),
        reject(High, "unsigned-header"),
        |draft| {
            draft.signed_headers = Some(list);
        },
    );
    table.tampered(
        base,
        ("twice", "the token twice"),
        reject(High, "malformed-authentication").should(),
        |sent| {
            let token = sent.header("x-amz-security-token").clone();
            sent.add("X-Amz-Security-Token", &token);
        },
    );
    table.tampered(
        base,
        ("second", "a second token"),
        reject(High, "malformed-authentication"),
        |sent| {
            sent.add("X-Amz-Security-Token", "AQoDYXdzOTHERTOKENEXAMPLE");
        },
    );
    table.tampered(base, ("padded", "spaces around the token"), accept(Low).should(), |sent| {
        let token = sent.header("x-amz-security-token");
        *token = format!("  {token}  ");
    });
    table.tampered(
        base,
        ("changed", "another token after signing"),
        reject(Critical, "session-token-mismatch"),
        |sent| {
            "AQoDYXdzOTHERTOKENEXAMPLE".clone_into(sent.header("x-amz-security-token"));
        },
    );
    table.tampered(
        base,
        ("in-query", "the token in the query instead"),
        reject(Critical, "signed-header-missing"),
        |sent| {
            sent.without("x-amz-security-token");
            sent.query.push("X-Amz-Security-Token=AQoDYXdzEPT".to_owned());
        },
    );
}
