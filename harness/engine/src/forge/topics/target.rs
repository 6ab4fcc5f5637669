//! The method or the target, changed after signing.

use sigv4_vectors::model::Importance::{Critical, Low, Medium};
use sigv4_vectors::model::Profile;

use super::super::base::{Base, Bases};
use super::super::table::{Table, accept, reject};

/// Method, path and query of every base.
pub(super) fn topic(bases: &Bases<'_>) -> Table {
    let rule = (
        "create-canonical-request",
        "The signature covers the method, the path and all of the query, so that a change of any of them \
         after signing makes it wrong.",
    );
    let title = "The method, the path or the query, changed after signing";
    let mut table = Table::new("sigv4", "target", title, rule);
    for base in bases.plain() {
        method(&mut table, base);
        path(&mut table, base);
        query(&mut table, base);
    }
    table
}

fn method(table: &mut Table, base: &Base<'_>) {
    let wrong = || reject(Critical, "signature-mismatch");
    let other = if base.draft.method == "GET" { "DELETE" } else { "GET" };
    table.tampered(base, ("method", "another method"), wrong(), |sent| {
        other.clone_into(&mut sent.method);
    });
    if base.draft.method == "GET" {
        table.tampered(
            base,
            ("method-head", "a HEAD with the signature of a GET"),
            wrong(),
            |sent| {
                "HEAD".clone_into(&mut sent.method);
            },
        );
    }
    table.tampered(base, ("method-case", "the method in lower case"), wrong().may(), |sent| {
        sent.method.make_ascii_lowercase();
    });
}

fn path(table: &mut Table, base: &Base<'_>) {
    let wrong = || reject(Critical, "signature-mismatch");
    // A generic service resolves segments, and signs what is left.
    let resolved = |say: fn() -> super::super::table::Say| {
        if base.setting.profile == Profile::Generic { accept(Medium) } else { say() }
    };
    let wrong_s3 = || reject(Critical, "signature-mismatch");
    table.tampered(base, ("path", "another path"), wrong(), |sent| sent.path.push('2'));
    table.tampered(base, ("path-shorter", "the last letter of the path lost"), wrong(), |sent| {
        sent.path.pop();
    });
    table.tampered(base, ("path-case", "a letter of the path in upper case"), wrong(), |sent| {
        let last = sent.path.pop().unwrap_or_default().to_ascii_uppercase();
        sent.path.push(last);
    });
    table.tampered(base, ("path-slash", "a slash after the path"), wrong(), |sent| {
        sent.path.push('/');
    });
    table.tampered(base, ("path-segment", "a segment after the path"), wrong(), |sent| {
        sent.path.push_str("/more");
    });
    table.tampered(base, ("path-prefix", "a segment before the path"), wrong(), |sent| {
        sent.path = format!("/prod{}", sent.path);
    });
    table.tampered(base, ("path-empty", "no path"), wrong(), |sent| sent.path = "/".to_owned());
    table.tampered(base, ("path-dot", "a dot segment in the path"), resolved(wrong_s3), |sent| {
        sent.path = format!("/.{}", sent.path);
    });
    table.tampered(
        base,
        ("path-up", "a segment and its parent segment in the path"),
        resolved(wrong_s3),
        |sent| sent.path = format!("/other/..{}", sent.path),
    );
    table.tampered(base, ("path-slashes", "two slashes in the path"), resolved(wrong_s3), |sent| {
        sent.path = format!("/{}", sent.path);
    });
    table.tampered(
        base,
        ("path-up-escaped", "a segment and its parent segment in the path, escaped"),
        wrong(),
        |sent| sent.path = format!("/other/%2E%2E{}", sent.path),
    );
    table.tampered(
        base,
        ("path-backslash", "a backslash for a slash in the path"),
        wrong(),
        |sent| {
            sent.path = sent.path.replacen("/documents/", "/documents\\", 1);
        },
    );
    table.tampered(
        base,
        ("path-semicolon", "a parameter after a semicolon in the path"),
        wrong(),
        |sent| {
            sent.path.push_str(";admin=1");
        },
    );
    table.tampered(
        base,
        ("path-slash-escaped", "a slash of the path, escaped"),
        wrong().may(),
        |sent| {
            sent.path = sent.path.replacen("/documents/", "/documents%2F", 1);
        },
    );
    table.tampered(
        base,
        ("path-escaped", "a letter of the path, escaped"),
        wrong().may(),
        |sent| {
            sent.path = sent.path.replacen("documents", "%64ocuments", 1);
        },
    );
    table.tampered(base, ("path-nul", "an escaped NUL after the path"), wrong(), |sent| {
        sent.path.push_str("%00");
    });
}

fn query(table: &mut Table, base: &Base<'_>) {
    let wrong = || reject(Critical, "signature-mismatch");
    table.tampered(base, ("query-added", "one more parameter"), wrong(), |sent| {
        sent.query.push("versionId=1".to_owned());
    });
    table.tampered(
        base,
        ("query-added-first", "one more parameter at the start"),
        wrong(),
        |sent| {
            sent.query.insert(0, "versionId=1".to_owned());
        },
    );
    table.tampered(
        base,
        ("query-added-bare", "one more parameter without a value"),
        wrong(),
        |sent| {
            sent.query.push("acl".to_owned());
        },
    );
    table.tampered(
        base,
        ("query-added-empty", "one more parameter with an empty value"),
        wrong(),
        |sent| {
            sent.query.push("acl=".to_owned());
        },
    );
    for (name, what, value) in [
        ("query-plus", "an escaped plus in a parameter", "a%2Bb"),
        ("query-percent", "an escaped percent sign in a parameter", "100%25"),
        ("query-escape", "an escape that is escaped in a parameter", "%2541"),
    ] {
        table.resigned(base, (name, what), accept(Medium), |draft| {
            draft.query.push(("marker".to_owned(), value.to_owned()));
        });
    }
    for (name, what, pairs) in [
        (
            "query-values-unsorted",
            "a name with two values, the greater one first",
            [("marker", "2"), ("marker", "1")],
        ),
        (
            "query-names-of-both-cases",
            "a capital that is sorted before a small letter, sent after it",
            [("a", "1"), ("B", "2")],
        ),
    ] {
        table.resigned(base, (name, what), accept(Medium), |draft| {
            let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
            draft.query.extend(pairs);
        });
    }
    table.tampered(
        base,
        ("query-added-unnamed", "one more parameter without a name"),
        wrong(),
        |sent| {
            sent.query.push("=1".to_owned());
        },
    );
    table.tampered(
        base,
        ("query-added-semicolon", "one more parameter after a semicolon"),
        wrong(),
        |sent| {
            if base.draft.query.is_empty() {
                sent.query.push("a=1;versionId=1".to_owned());
            } else {
                sent.query[0].push_str(";versionId=1");
            }
        },
    );
    if base.draft.query.is_empty() {
        return;
    }
    table.tampered(base, ("query-value", "another value of a parameter"), wrong(), |sent| {
        sent.query[0].push('2');
    });
    table.tampered(base, ("query-value-lost", "the value of a parameter lost"), wrong(), |sent| {
        let name = sent.query[0].split('=').next().unwrap_or_default().to_owned();
        sent.query[0] = format!("{name}=");
    });
    table.tampered(base, ("query-name", "another name of a parameter"), wrong(), |sent| {
        sent.query[0] = format!("x{}", sent.query[0]);
    });
    table.tampered(
        base,
        ("query-name-case", "a parameter's name in another case"),
        wrong(),
        |sent| {
            sent.query[0] = match sent.query[0].split_at(1) {
                ("A", rest) => format!("a{rest}"),
                (first, rest) => format!("{}{rest}", first.to_ascii_uppercase()),
            };
        },
    );
    table.tampered(base, ("query-removed", "a parameter lost"), wrong(), |sent| {
        sent.query.remove(0);
    });
    table.tampered(base, ("query-twice", "a parameter twice"), wrong(), |sent| {
        let first = sent.query[0].clone();
        sent.query.push(first);
    });
    table.tampered(base, ("query-second", "a second value of a parameter"), wrong(), |sent| {
        let second = format!("{}2", sent.query[0]);
        sent.query.push(second);
    });
    table.tampered(
        base,
        ("query-second-first", "a second value of a parameter, before the first"),
        wrong(),
        |sent| {
            let second = format!("{}2", sent.query[0]);
            sent.query.insert(0, second);
        },
    );
    table.tampered(
        base,
        ("query-order", "the parameters in the opposite order"),
        accept(Medium),
        |sent| {
            sent.query.reverse();
        },
    );
    table.tampered(
        base,
        ("query-escaped", "a letter of a value, escaped"),
        accept(Low).may(),
        |sent| {
            let last = sent.query[0].pop().unwrap_or_default();
            let escaped = format!("%{:02X}", u32::from(last));
            sent.query[0].push_str(&escaped);
        },
    );
}
