//! Headers, body or signature, changed after signing.

use sigv4_vectors::model::Importance::{Critical, High, Low, Medium};

use super::super::base::{Base, Bases};
use super::super::signing::sha256;
use super::super::table::{Table, accept, reject};

/// All of them in every base.
pub(super) fn topic(bases: &Bases<'_>) -> Table {
    let rule = (
        "create-canonical-request",
        "The signature covers the signed headers and the payload hash, so that a change of any of them \
         after signing makes it wrong.",
    );
    let title = "The headers, the body or the signature, changed after signing";
    let mut table = Table::new("sigv4", "request", title, rule);
    for base in bases.plain() {
        headers(&mut table, base);
        body(&mut table, base);
        signature(&mut table, base);
    }
    table
}

fn headers(table: &mut Table, base: &Base<'_>) {
    let wrong = || reject(Critical, "signature-mismatch");
    table.tampered(base, ("host", "another host"), wrong(), |sent| {
        "other.example.com".clone_into(sent.header("host"));
    });
    table.tampered(base, ("host-suffix", "a longer host"), wrong(), |sent| {
        sent.header("host").push_str(".evil.example");
    });
    table.tampered(base, ("host-port", "the host with a port"), wrong().may(), |sent| {
        sent.header("host").push_str(":443");
    });
    // An address has no letters.
    if base.setting.host.contains(|letter: char| letter.is_ascii_lowercase()) {
        table.tampered(base, ("host-case", "the host in upper case"), wrong().may(), |sent| {
            sent.header("host").make_ascii_uppercase();
        });
    }
    table.tampered(
        base,
        ("host-empty", "an empty host"),
        reject(High, "malformed-request"),
        |sent| {
            sent.header("host").clear();
        },
    );
    table.resigned(
        base,
        ("host-blank", "an empty host, signed"),
        reject(High, "malformed-request"),
        |draft| {
            for (_, value) in draft.headers.iter_mut().filter(|(name, _)| name == "Host") {
                value.clear();
            }
        },
    );
    table.tampered(base, ("host-lost", "no host"), reject(High, "signed-header-missing"), |sent| {
        sent.without("host");
    });
    table.tampered(
        base,
        ("host-twice", "a second host after it"),
        reject(High, "malformed-request"),
        |sent| {
            sent.add("Host", "other.example.com");
        },
    );
    table.tampered(
        base,
        ("host-twice-first", "a second host before it"),
        reject(High, "malformed-request"),
        |sent| {
            sent.headers.insert(0, ("Host".to_owned(), "other.example.com".to_owned()));
        },
    );
    table.tampered(
        base,
        ("forwarded-host", "a forwarded host, unsigned"),
        accept(Medium),
        |sent| {
            sent.add("X-Forwarded-Host", "other.example.com");
        },
    );
    table.tampered(base, ("header-added", "one more header, unsigned"), accept(Medium), |sent| {
        sent.add("X-Request-Id", "1");
    });
    table.tampered(
        base,
        ("header-order", "the headers in the opposite order"),
        accept(Medium),
        |sent| {
            sent.headers.reverse();
        },
    );
    table.tampered(
        base,
        ("header-names", "the names of the headers in upper case"),
        accept(Medium),
        |sent| {
            for (name, _) in &mut sent.headers {
                name.make_ascii_uppercase();
            }
        },
    );
    table.tampered(
        base,
        ("header-padded", "white space around the values"),
        accept(Low).should(),
        |sent| {
            for (_, value) in &mut sent.headers {
                *value = format!("  {value} ");
            }
        },
    );
    table.resigned(
        base,
        ("header-runs", "runs of spaces in the value of a signed header"),
        accept(Medium),
        |draft| draft.header("X-Amz-Meta-Title", "A   year  in Oslo"),
    );
    let Some((name, _)) = base.draft.headers.iter().find(|(name, _)| name != "Host") else {
        return;
    };
    let changed = if name == "X-Amz-Content-Sha256" {
        reject(Critical, "signature-mismatch")
    } else {
        wrong()
    };
    if name != "X-Amz-Content-Sha256" {
        table.tampered(
            base,
            ("header-value", "another value of a signed header"),
            changed,
            |sent| {
                sent.header(name).push('2');
            },
        );
        table.tampered(
            base,
            ("header-second", "a second value of a signed header"),
            wrong(),
            |sent| {
                sent.add(name, "second");
            },
        );
        table.tampered(
            base,
            ("header-second-first", "a second value of a signed header, before the first"),
            wrong(),
            |sent| {
                sent.headers.insert(0, (name.clone(), "second".to_owned()));
            },
        );
        table.tampered(
            base,
            ("header-emptied", "a signed header without its value"),
            wrong(),
            |sent| {
                sent.header(name).clear();
            },
        );
        table.tampered(
            base,
            ("header-lost", "a signed header lost"),
            reject(Critical, "signed-header-missing"),
            |sent| {
                sent.without(name);
            },
        );
        if name.contains('-') {
            table.tampered(
                base,
                ("header-underscore", "a signed header with an underscore in its name"),
                reject(High, "signed-header-missing"),
                |sent| {
                    for (own, _) in &mut sent.headers {
                        if own == name {
                            *own = own.replace('-', "_");
                        }
                    }
                },
            );
        }
    }
}

fn body(table: &mut Table, base: &Base<'_>) {
    let draft = &base.draft;
    if draft.payload.is_some() {
        let (name, what) = if draft.body.is_empty() {
            ("body-added", "a body that is not signed")
        } else {
            ("body", "another body, which is not signed")
        };
        table.tampered(base, (name, what), accept(Medium), |sent| {
            sent.body = b"Another body.".to_vec();
        });
        return;
    }
    let states = draft.headers.iter().any(|(name, _)| name == "X-Amz-Content-Sha256");
    let reason = if states { "payload-hash-mismatch" } else { "signature-mismatch" };
    let wrong = || reject(Critical, reason).seen("basho/riak_cs#1059, scality/Arsenal 05a2f69a");
    if draft.body.is_empty() {
        // Many servers do not read the body of such a request at all.
        table.tampered(base, ("body-added", "a body"), wrong().should(), |sent| {
            sent.body = b"A body.".to_vec();
        });
        return;
    }
    table.tampered(base, ("body", "another body"), wrong(), |sent| {
        sent.body[0] ^= 0x20;
    });
    table.tampered(base, ("body-end", "the last byte of the body changed"), wrong(), |sent| {
        let last = sent.body.len() - 1;
        sent.body[last] ^= 1;
    });
    table.tampered(base, ("body-longer", "a byte after the body"), wrong(), |sent| {
        sent.body.push(b'\n');
    });
    table.tampered(base, ("body-shorter", "the last byte of the body lost"), wrong(), |sent| {
        sent.body.pop();
    });
    table.tampered(base, ("body-lost", "no body"), wrong(), |sent| sent.body.clear());
    if states {
        let wrong = || reject(Critical, "signature-mismatch");
        table.tampered(
            base,
            ("body-and-hash", "another body, and its hash in the header"),
            wrong(),
            |sent| {
                sent.body = b"Another body.".to_vec();
                *sent.header("x-amz-content-sha256") = sha256(&sent.body);
            },
        );
        table.tampered(
            base,
            ("body-and-marker", "another body, and UNSIGNED-PAYLOAD in the header"),
            wrong(),
            |sent| {
                sent.body = b"Another body.".to_vec();
                "UNSIGNED-PAYLOAD".clone_into(sent.header("x-amz-content-sha256"));
            },
        );
    }
}

fn signature(table: &mut Table, base: &Base<'_>) {
    let wrong = || reject(Critical, "signature-mismatch");
    let malformed = || reject(Critical, "malformed-authentication");
    let flipped = |digit: char| if digit == '0' { '1' } else { '0' };
    table.tampered(
        base,
        ("signature-first", "the first digit of the signature changed"),
        wrong(),
        |sent| {
            let text = sent.signature();
            let at = text.find('=').unwrap_or_default() + 1;
            let digit = flipped(text[at..].chars().next().unwrap_or_default());
            text.replace_range(at..=at, &digit.to_string());
        },
    );
    table.tampered(
        base,
        ("signature-last", "the last digit of the signature changed"),
        wrong(),
        |sent| {
            let text = sent.signature();
            let digit = flipped(text.pop().unwrap_or_default());
            text.push(digit);
        },
    );
    table.tampered(
        base,
        ("signature-middle", "a digit in the middle of the signature changed"),
        wrong(),
        |sent| {
            let text = sent.signature();
            let at = text.len() - 32;
            let digit = flipped(text[at..].chars().next().unwrap_or_default());
            text.replace_range(at..=at, &digit.to_string());
        },
    );
    table.tampered(
        base,
        ("signature-quarter", "a digit after the first quarter of the signature changed"),
        wrong(),
        |sent| {
            let text = sent.signature();
            let at = text.len() - 48;
            let digit = flipped(text[at..].chars().next().unwrap_or_default());
            text.replace_range(at..=at, &digit.to_string());
        },
    );
    let cut = |sent: &mut super::super::sent::Sent, digits: usize| {
        let text = sent.signature();
        let at = text.find('=').unwrap_or_default() + 1;
        text.truncate(at + digits);
    };
    table.tampered(base, ("signature-empty", "an empty signature"), malformed(), |sent| {
        cut(sent, 0);
    });
    table.tampered(
        base,
        ("signature-one-digit", "the first digit of the signature"),
        malformed(),
        |sent| cut(sent, 1),
    );
    table.tampered(
        base,
        ("signature-half", "the first half of the signature"),
        malformed(),
        |sent| cut(sent, 32),
    );
    table.tampered(
        base,
        ("signature-shorter", "the signature without its last digit"),
        malformed(),
        |sent| cut(sent, 63),
    );
    table.tampered(
        base,
        ("signature-longer", "one more digit after the signature"),
        malformed(),
        |sent| {
            sent.signature().push('0');
        },
    );
    table.tampered(
        base,
        ("signature-twice", "the digits of the signature twice"),
        malformed(),
        |sent| {
            let text = sent.signature();
            let digits = text[text.len() - 64..].to_owned();
            text.push_str(&digits);
        },
    );
    table.tampered(base, ("signature-zeros", "zeros for the signature"), wrong(), |sent| {
        cut(sent, 0);
        sent.signature().push_str(&"0".repeat(64));
    });
    table.tampered(
        base,
        ("signature-no-digits", "letters instead of digits for the signature"),
        malformed(),
        |sent| {
            cut(sent, 0);
            sent.signature().push_str(&"z".repeat(64));
        },
    );
    table.tampered(
        base,
        ("signature-upper-case", "the signature in upper case"),
        malformed().may(),
        |sent| {
            let text = sent.signature();
            let at = text.len() - 64;
            text[at..].make_ascii_uppercase();
        },
    );
    table.tampered(base, ("signature-other", "the signature of another method"), wrong(), |sent| {
        let mut other = base.draft.clone();
        other.method = "HEAD".to_owned();
        let signature = other.sign().signature().clone();
        *sent.signature() = signature;
    });
}
