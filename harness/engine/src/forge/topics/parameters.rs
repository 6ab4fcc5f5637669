//! The parameters of a presigned URL.

use sigv4_vectors::model::Importance::{Critical, High, Low, Medium};

use super::super::base::{Base, Bases};
use super::super::draft::Draft;
use super::super::table::{Say, Table, accept, reject};

/// All parameters of a presigned URL.
const PARAMETERS: [&str; 6] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
];

/// Every one of them.
pub(super) fn topic(bases: &Bases<'_>) -> Table {
    let rule = (
        "add-signature-to-request",
        "A presigned URL has X-Amz-Algorithm, X-Amz-Credential, X-Amz-Date, X-Amz-Expires (1 to 604800), \
         X-Amz-SignedHeaders and X-Amz-Signature, and all but the last are signed.",
    );
    let mut table = Table::new("sigv4", "parameters", "The parameters of a presigned URL", rule);
    for base in bases.with_query() {
        for name in PARAMETERS {
            each(&mut table, base, name);
        }
        values(&mut table, base);
        expires(&mut table, base);
        places(&mut table, base);
    }
    table
}

fn each(table: &mut Table, base: &Base<'_>, name: &str) {
    let short = name.trim_start_matches("X-Amz-").to_ascii_lowercase();
    let at = |suffix: &str| format!("{short}-{suffix}");
    let malformed = || reject(Critical, "malformed-authentication");
    let empty = reject(
        Critical,
        match name {
            "X-Amz-Algorithm" => "unsupported-algorithm",
            "X-Amz-Expires" => "expires-out-of-range",
            _ => "malformed-authentication",
        },
    );
    let twice = || reject(High, "malformed-authentication").should();
    table.tampered(base, (&at("lost"), &format!("no {name}")), malformed(), |sent| {
        sent.take_parameter(name);
    });
    table.tampered(base, (&at("empty"), &format!("an empty {name}")), empty, |sent| {
        *sent.parameter(name) = format!("{name}=");
    });
    table.tampered(base, (&at("case"), &format!("{name} in lower case")), malformed(), |sent| {
        let piece = sent.parameter(name);
        piece[..name.len()].make_ascii_lowercase();
    });
    table.tampered(base, (&at("twice"), &format!("{name} twice")), twice(), |sent| {
        let again = sent.parameter(name).clone();
        sent.query.push(again);
    });
    table.tampered(base, (&at("second"), &format!("another {name} after it")), twice(), |sent| {
        let other = format!("{}0", sent.parameter(name));
        sent.query.push(other);
    });
    table.tampered(
        base,
        (&at("second-first"), &format!("another {name} before it")),
        twice(),
        |sent| {
            let other = format!("{}0", sent.parameter(name));
            sent.query.insert(0, other);
        },
    );
}

fn values(table: &mut Table, base: &Base<'_>) {
    let later = base.setting.moment(1);
    let wrong = || reject(Critical, "signature-mismatch");
    let mut with = |name: &str, what: &str, say: Say, parameter: &str, value: &str| {
        table.tampered(base, (name, what), say, |sent| {
            *sent.parameter(parameter) = format!("{parameter}={value}");
        });
    };
    let algorithm = || reject(Critical, "unsupported-algorithm");
    with(
        "algorithm-sha512",
        "AWS4-HMAC-SHA512",
        algorithm(),
        "X-Amz-Algorithm",
        "AWS4-HMAC-SHA512",
    );
    with("algorithm-sha1", "AWS4-HMAC-SHA1", algorithm(), "X-Amz-Algorithm", "AWS4-HMAC-SHA1");
    with(
        "algorithm-none",
        "the word none for the algorithm",
        algorithm(),
        "X-Amz-Algorithm",
        "none",
    );
    with("expires-longer", "a longer lifetime", wrong(), "X-Amz-Expires", "604800");
    with("expires-shorter", "a shorter lifetime", wrong(), "X-Amz-Expires", "3599");
    table.tampered(base, ("date-later", "a later signing time"), wrong(), |sent| {
        *sent.parameter("X-Amz-Date") = format!("X-Amz-Date={later}");
    });
    table.tampered(
        base,
        ("signed-headers-more", "one more signed header"),
        reject(Critical, "signed-header-missing"),
        |sent| {
            sent.signed_headers().push_str("%3Bx-other");
        },
    );
    table.tampered(
        base,
        ("expires-added-twice", "a longer lifetime beside the signed one"),
        reject(Critical, "malformed-authentication"),
        |sent| {
            sent.query.push("X-Amz-Expires=604800".to_owned());
        },
    );
    table.tampered(
        base,
        ("escapes-lower-case", "the escapes of the credential in lower case"),
        accept(Low).may(),
        |sent| {
            let piece = sent.parameter("X-Amz-Credential");
            *piece = piece.replace("%2F", "%2f");
        },
    );
    table.tampered(
        base,
        ("slashes", "the credential with slashes that are not escaped"),
        accept(Low).may(),
        |sent| {
            let piece = sent.parameter("X-Amz-Credential");
            *piece = piece.replace("%2F", "/");
        },
    );
    table.tampered(
        base,
        ("name-escaped", "the name of the signature with an escaped hyphen"),
        accept(Low).may(),
        |sent| {
            let piece = sent.parameter("X-Amz-Signature");
            *piece = piece.replace("X-Amz-Signature", "X%2DAmz-Signature");
        },
    );
}

fn expires(table: &mut Table, base: &Base<'_>) {
    let out = || reject(High, "expires-out-of-range");
    table.resigned(
        base,
        ("expires-unstated", "signed without a lifetime"),
        reject(High, "malformed-authentication"),
        |draft| draft.states_expires = false,
    );
    let mut with = |name: &str, what: &str, say: Say, text: &str| {
        table.resigned(base, (name, what), say, |draft| draft.expires = Some(text.to_owned()));
    };
    // Where the clock goes on, a second may be over before the request is there.
    if !base.setting.is_running() {
        with("expires-1", "a lifetime of a second", accept(Medium), "1");
    }
    with("expires-604800", "a lifetime of seven days", accept(Medium), "604800");
    with(
        "expires-604801",
        "a lifetime of seven days and a second",
        out().seen("minio/minio#5162"),
        "604801",
    );
    with("expires-year", "a lifetime of a year", out(), "31536000");
    with("expires-0", "a lifetime of nothing", out(), "0");
    with("expires-negative", "a negative lifetime", out(), "-1");
    with("expires-plus", "a lifetime with a sign", out().may(), "+3600");
    with("expires-text", "a word for the lifetime", out(), "never");
    with("expires-blank", "an empty lifetime", out(), "");
    with("expires-decimal", "a lifetime with decimals", out(), "3600.5");
    with("expires-exponent", "a lifetime with an exponent", out(), "3e3");
    with("expires-hex", "a hexadecimal lifetime", out(), "0xe10");
    with("expires-zeros", "a lifetime with leading zeros", accept(Low).may(), "0003600");
    with("expires-space", "a lifetime with a space before it", out().may(), " 3600");
    with("expires-overflow-32", "a lifetime that wraps around in 32 bits", out(), "4294970896");
    with(
        "expires-overflow-64",
        "a lifetime that wraps around in 64 bits",
        out(),
        "18446744073709555216",
    );
    with(
        "expires-huge",
        "a lifetime of 40 digits",
        out(),
        "9999999999999999999999999999999999999999",
    );
}

fn places(table: &mut Table, base: &Base<'_>) {
    // S3 answers that only one way to authenticate is allowed; no page of its documentation says so.
    let several = || reject(High, "multiple-authentications").should();
    table.tampered(
        base,
        ("signature-first", "the signature as the first parameter"),
        accept(Medium),
        |sent| {
            let piece = sent.take_parameter("X-Amz-Signature");
            sent.query.insert(0, piece);
        },
    );
    table.tampered(
        base,
        ("opposite-order", "the parameters in the opposite order"),
        accept(Medium),
        |sent| {
            sent.query.reverse();
        },
    );
    table.tampered(
        base,
        ("and-header", "a right Authorization header beside it"),
        several(),
        |sent| {
            let in_header = Draft { expires: None, ..base.draft.clone() }.sign();
            sent.authorization = in_header.authorization;
        },
    );
    table.tampered(
        base,
        ("and-wrong-header", "a wrong Authorization header beside it"),
        several(),
        |sent| {
            let in_header = Draft { expires: None, ..base.draft.clone() }.sign();
            sent.authorization = in_header.authorization;
            if let Some(own) = &mut sent.authorization {
                *own.field("Signature") = format!("Signature={}", "0".repeat(64));
            }
        },
    );
    table.tampered(
        base,
        ("and-basic", "an Authorization header of Basic beside it"),
        several(),
        |sent| {
            sent.add("Authorization", "Basic QUtJREVYQU1QTEU6");
        },
    );
    table.tampered(
        base,
        ("and-bearer", "an Authorization header of Bearer beside it"),
        several(),
        |sent| {
            sent.add("Authorization", "Bearer eyJhbGciOiJub25lIn0.e30.");
        },
    );
    table.tampered(
        base,
        ("wrong-and-header", "a wrong signature, and a right Authorization header beside it"),
        several(),
        |sent| {
            *sent.signature() = format!("X-Amz-Signature={}", "0".repeat(64));
            let in_header = Draft { expires: None, ..base.draft.clone() }.sign();
            sent.authorization = in_header.authorization;
            sent.headers = in_header.headers;
        },
    );
    table.tampered(
        base,
        ("in-headers", "the parameters as headers instead"),
        reject(Critical, "missing-authentication"),
        |sent| {
            let (own, rest) =
                sent.query.drain(..).partition(|piece: &String| piece.starts_with("X-Amz-"));
            sent.query = rest;
            let own: Vec<String> = own;
            for piece in own {
                let (name, value) = piece.split_once('=').unwrap_or_default();
                sent.add(name, &value.replace("%2F", "/"));
            }
        },
    );
    table.tampered(
        base,
        ("in-body", "the parameters in the body instead"),
        reject(Critical, "missing-authentication"),
        |sent| {
            sent.body = sent.query.join("&").into_bytes();
            sent.query.clear();
            sent.add("Content-Type", "application/x-www-form-urlencoded");
        },
    );
    table.tampered(
        base,
        ("in-fragment", "the parameters after a number sign"),
        reject(Critical, "missing-authentication"),
        |sent| {
            sent.path = format!("{}#{}", sent.path, sent.query.join("&"));
            sent.query.clear();
        },
    );
}
