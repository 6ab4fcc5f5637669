//! The Authorization header, which is not signed itself.

use sigv4_vectors::model::Importance::{Critical, High, Low, Medium};

use super::super::authorization::Authorization;
use super::super::base::{Base, Bases};
use super::super::table::{Say, Table, accept, reject};

/// Every part of it.
pub(super) fn topic(bases: &Bases<'_>) -> Table {
    let rule = (
        "add-signature-to-request",
        "The Authorization header is the name of the algorithm, a space, and Credential, SignedHeaders and \
         Signature, separated by commas.",
    );
    let mut table =
        Table::new("sigv4", "authorization", "How the Authorization header is written", rule);
    for base in bases.with_header() {
        presence(&mut table, base);
        algorithm(&mut table, base);
        fields(&mut table, base);
        separators(&mut table, base);
        credential(&mut table, base);
    }
    table
}

fn presence(table: &mut Table, base: &Base<'_>) {
    let missing = || reject(Critical, "missing-authentication");
    let several = || reject(High, "multiple-authentications").may();
    table.tampered(base, ("lost", "no Authorization header"), missing(), |sent| {
        sent.authorization = None;
    });
    table.tampered(base, ("other-name", "the signature in another header"), missing(), |sent| {
        if let Some(own) = &mut sent.authorization {
            own.name = "X-Authorization".to_owned();
        }
    });
    written(table, base, ("proxy", "the signature in Proxy-Authorization"), missing(), |own| {
        own.name = "Proxy-Authorization".to_owned();
    });
    written(
        table,
        base,
        ("name-case", "the name of the header in lower case"),
        accept(Medium),
        |own| {
            own.name.make_ascii_lowercase();
        },
    );
    table.tampered(
        base,
        ("empty", "an empty Authorization header"),
        reject(Critical, "unsupported-algorithm"),
        |sent| {
            sent.authorization = None;
            sent.add("Authorization", "");
        },
    );
    table.tampered(base, ("same-twice", "the Authorization header twice"), several(), |sent| {
        let value = sent
            .authorization
            .as_ref()
            .map(super::super::authorization::Authorization::value)
            .unwrap_or_default();
        sent.add("Authorization", &value);
    });
    table.tampered(
        base,
        ("wrong-first", "another Authorization header before it"),
        several(),
        |sent| {
            let value = sent
                .authorization
                .as_ref()
                .map(super::super::authorization::Authorization::value)
                .unwrap_or_default();
            sent.add("Authorization", &value.replace("Signature=", "Signature=0"));
        },
    );
    table.tampered(
        base,
        ("wrong-last", "another Authorization header after it"),
        several(),
        |sent| {
            let value = sent
                .authorization
                .as_ref()
                .map(super::super::authorization::Authorization::value)
                .unwrap_or_default();
            sent.add("Authorization", &value);
            sent.signature().insert(10, '0');
        },
    );
    table.resigned(
        base,
        ("and-parameters", "the parameters of a presigned URL in the query, signed with it"),
        several(),
        |draft| {
            for (name, value) in [
                ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
                ("X-Amz-Credential", "AKIDEXAMPLE"),
                ("X-Amz-Signature", "0"),
            ] {
                draft.query.push((name.to_owned(), value.to_owned()));
            }
        },
    );
    table.tampered(
        base,
        ("and-basic", "an Authorization header of Basic after it"),
        several(),
        |sent| {
            sent.headers
                .insert(0, ("Authorization".to_owned(), "Basic QUtJREVYQU1QTEU6".to_owned()));
        },
    );
}

fn algorithm(table: &mut Table, base: &Base<'_>) {
    let wrong = |table: &mut Table, name: &str, what: &str, text: &str| {
        table.tampered(base, (name, what), reject(Critical, "unsupported-algorithm"), |sent| {
            if let Some(own) = &mut sent.authorization {
                text.clone_into(&mut own.algorithm);
            }
        });
    };
    wrong(table, "algorithm-lost", "no algorithm", "");
    wrong(table, "algorithm-sha512", "AWS4-HMAC-SHA512", "AWS4-HMAC-SHA512 ");
    wrong(table, "algorithm-sha1", "AWS4-HMAC-SHA1", "AWS4-HMAC-SHA1 ");
    wrong(table, "algorithm-none", "AWS4-HMAC-NONE", "AWS4-HMAC-NONE ");
    wrong(table, "algorithm-shorter", "the algorithm without its last digit", "AWS4-HMAC-SHA25 ");
    wrong(table, "algorithm-longer", "one more digit after the algorithm", "AWS4-HMAC-SHA2566 ");
    wrong(table, "algorithm-aws", "the word AWS for the algorithm", "AWS ");
    wrong(table, "algorithm-google", "the algorithm of another provider", "GOOG4-HMAC-SHA256 ");
    wrong(table, "algorithm-bearer", "the word Bearer for the algorithm", "Bearer ");
    wrong(table, "algorithm-basic", "the word Basic for the algorithm", "Basic ");
    let may = |table: &mut Table, name: &str, what: &str, text: &str| {
        written(table, base, (name, what), reject(Low, "unsupported-algorithm").may(), |own| {
            text.clone_into(&mut own.algorithm);
        });
    };
    may(table, "algorithm-case", "the algorithm in lower case", "aws4-hmac-sha256 ");
    may(table, "algorithm-comma", "a comma after the algorithm", "AWS4-HMAC-SHA256, ");
    may(table, "algorithm-unseparated", "nothing after the algorithm", "AWS4-HMAC-SHA256");
    written(
        table,
        base,
        ("algorithm-spaces", "two spaces after the algorithm"),
        accept(Low).may(),
        |own| {
            own.algorithm.push(' ');
        },
    );
    written(
        table,
        base,
        ("algorithm-tab", "a TAB after the algorithm"),
        reject(Low, "unsupported-algorithm").may(),
        |own| {
            own.algorithm = "AWS4-HMAC-SHA256\t".to_owned();
        },
    );
}

fn fields(table: &mut Table, base: &Base<'_>) {
    let malformed = || reject(Critical, "malformed-authentication");
    for (name, word, quoted) in [
        ("credential", "Credential", "scope-terminator-mismatch"),
        ("signed-headers", "SignedHeaders", "signed-header-missing"),
        ("signature", "Signature", "malformed-authentication"),
    ] {
        let at = |suffix: &str| format!("{name}-{suffix}");
        written(table, base, (&at("lost"), &format!("no {word}")), malformed(), |own| {
            own.fields.retain(|field| !field.starts_with(&format!("{word}=")));
        });
        written(table, base, (&at("empty"), &format!("an empty {word}")), malformed(), |own| {
            *own.field(word) = format!("{word}=");
        });
        written(
            table,
            base,
            (&at("bare"), &format!("{word} without an equals sign")),
            malformed(),
            |own| {
                *own.field(word) = own.field(word).replacen('=', " ", 1);
            },
        );
        written(table, base, (&at("twice"), &format!("{word} twice")), malformed().may(), |own| {
            let again = own.field(word).clone();
            own.fields.push(again);
        });
        written(
            table,
            base,
            (&at("second"), &format!("another {word} after it")),
            malformed().may(),
            |own| {
                let again = other(own.field(word));
                own.fields.push(again);
            },
        );
        written(
            table,
            base,
            (&at("second-first"), &format!("another {word} before it")),
            malformed().may(),
            |own| {
                let again = other(own.field(word));
                own.fields.insert(0, again);
            },
        );
        written(
            table,
            base,
            (&at("name-case"), &format!("{word} in lower case")),
            malformed().may(),
            |own| {
                let field = own.field(word);
                let end = word.len();
                field[..end].make_ascii_lowercase();
            },
        );
        written(
            table,
            base,
            (&at("spaced"), &format!("spaces around the equals sign of {word}")),
            malformed().may(),
            |own| {
                *own.field(word) = own.field(word).replacen('=', " = ", 1);
            },
        );
        written(
            table,
            base,
            (&at("quoted"), &format!("{word} in quotes")),
            reject(Low, quoted).may(),
            |own| {
                *own.field(word) = own.field(word).replacen('=', "=\"", 1) + "\"";
            },
        );
    }
    written(table, base, ("only-signature", "nothing but the Signature"), malformed(), |own| {
        own.fields.drain(..2);
    });
    written(table, base, ("no-fields", "nothing but the algorithm"), malformed(), |own| {
        own.fields.clear();
    });
    written(table, base, ("unknown-field", "an unknown field"), malformed().may(), |own| {
        own.fields.push("Extra=1".to_owned());
    });
    table.tampered(
        base,
        ("long-signature", "a signature of 100,000 digits"),
        malformed(),
        |sent| {
            sent.signature().push_str(&"0".repeat(100_000));
        },
    );
}

/// The request with its Authorization header written in another way.
fn written(
    table: &mut Table,
    base: &Base<'_>,
    label: (&str, &str),
    say: Say,
    change: impl FnOnce(&mut Authorization),
) {
    table.tampered(base, label, say, |sent| {
        if let Some(own) = &mut sent.authorization {
            change(own);
        }
    });
}

/// The field with another value that is not the right one.
fn other(field: &str) -> String {
    let mut field = field.to_owned();
    let last = field.pop().unwrap_or_default();
    field.push(if last == '0' { '1' } else { '0' });
    field
}

fn separators(table: &mut Table, base: &Base<'_>) {
    let malformed = || reject(Low, "malformed-authentication").may();
    let mut with = |name: &str, what: &str, say, separator: &str| {
        table.tampered(base, (name, what), say, |sent| {
            if let Some(own) = &mut sent.authorization {
                separator.clone_into(&mut own.separator);
            }
        });
    };
    with("commas", "commas without spaces between the fields", accept(Medium), ",");
    with("comma-spaces", "two spaces after each comma", accept(Low).may(), ",  ");
    with("comma-tab", "a TAB after each comma", accept(Low).may(), ",\t");
    with("space-comma", "a space before each comma", accept(Low).may(), " , ");
    with("spaces", "spaces without commas between the fields", malformed(), " ");
    with("semicolons", "semicolons between the fields", malformed(), "; ");
    with("commas-twice", "two commas between the fields", malformed(), ",, ");
    written(table, base, ("comma-at-end", "a comma after the last field"), malformed(), |own| {
        own.end = ",".to_owned();
    });
    written(
        table,
        base,
        ("spaces-at-end", "spaces after the last field"),
        accept(Low).may(),
        |own| {
            own.end = "  ".to_owned();
        },
    );
    written(
        table,
        base,
        ("text-at-end", "text after the last field"),
        reject(High, "malformed-authentication"),
        |own| {
            own.end = " more".to_owned();
        },
    );
    written(
        table,
        base,
        ("opposite-order", "the fields in the opposite order"),
        accept(Low).should(),
        |own| {
            own.fields.reverse();
        },
    );
    written(
        table,
        base,
        ("signature-first-field", "the Signature first"),
        accept(Low).should(),
        |own| {
            own.fields.rotate_right(1);
        },
    );
}

fn credential(table: &mut Table, base: &Base<'_>) {
    let malformed = || reject(Critical, "malformed-authentication");
    let id = base.draft.access_key_id.clone();
    let scope = base.draft.scope.text();
    let mut with = |name: &str, what: &str, say, text: String| {
        written(table, base, (name, what), say, |own| {
            *own.field("Credential") = format!("Credential={text}");
        });
    };
    with("credential-id", "nothing but the key id as the Credential", malformed(), id.clone());
    with("credential-scope", "no key id in the Credential", malformed(), scope.clone());
    with(
        "credential-slashes",
        "nothing but slashes as the Credential",
        reject(Critical, "scope-terminator-mismatch"),
        "////".to_owned(),
    );
    with(
        "credential-spaces",
        "spaces around the Credential",
        reject(Low, "unknown-access-key").may(),
        format!(" {id}/{scope} "),
    );
    with(
        "credential-encoded",
        "the Credential with escaped slashes",
        malformed(),
        format!("{id}/{scope}").replace('/', "%2F"),
    );
    with(
        "credential-slash-at-end",
        "a slash after the Credential",
        reject(High, "scope-terminator-mismatch"),
        format!("{id}/{scope}/"),
    );
    with("credential-shorter", "the Credential without its last part", malformed(), {
        let whole = format!("{id}/{scope}");
        whole.rsplit_once('/').map(|(rest, _)| rest.to_owned()).unwrap_or_default()
    });
}
