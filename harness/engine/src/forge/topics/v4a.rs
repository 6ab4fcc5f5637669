//! SigV4A.

use sigv4_vectors::model::Importance::{Critical, High, Low, Medium};
use sigv4_vectors::model::{KeyMaterial, StoredKey};
use sigv4_vectors::text::Date;

use super::super::base::Base;
use super::super::draft::ECDSA;
use super::super::setting::Setting;
use super::super::table::{Say, Table, accept, reject};

/// What SigV4A has and Signature Version 4 does not: a region set and another kind of signature.
pub(super) fn topic(generic: &Setting) -> Table {
    let rule = (
        "sigv4a",
        "SigV4A signs with a key pair that is derived from the secret; X-Amz-Region-Set, which is signed, \
         lists the regions that the request is good for, and the credential scope has no region.",
    );
    let mut table = Table::new("sigv4a", "requests", "SigV4A", rule);
    let get = Base::new("get", "GET with SigV4A", generic, "GET", |draft| {
        draft.asymmetric();
        draft.query.push(("Action".to_owned(), "ListUsers".to_owned()));
    });
    let post = Base::new("post", "POST with a body and SigV4A", generic, "POST", |draft| {
        draft.asymmetric();
        draft.body = b"Action=ListUsers".to_vec();
    });
    let presigned = Base::new("presigned", "GET presigned with SigV4A", generic, "GET", |draft| {
        draft.asymmetric();
        draft.expires = Some("3600".to_owned());
    });
    for base in [&get, &post, &presigned] {
        table.signed(base);
        request(&mut table, base);
        regions(&mut table, base);
        signature(&mut table, base);
        algorithm(&mut table, base);
        scope(&mut table, base);
        keys(&mut table, base);
    }
    table
}

fn request(table: &mut Table, base: &Base<'_>) {
    let wrong = || reject(Critical, "signature-mismatch");
    table.tampered(base, ("method", "another method"), wrong(), |sent| {
        "DELETE".clone_into(&mut sent.method);
    });
    table.tampered(base, ("path", "another path"), wrong(), |sent| sent.path.push('2'));
    table.tampered(base, ("query-added", "one more parameter"), wrong(), |sent| {
        sent.query.push("versionId=1".to_owned());
    });
    table.tampered(base, ("host", "another host"), wrong(), |sent| {
        "other.example.com".clone_into(sent.header("host"));
    });
    table.tampered(base, ("body", "another body"), wrong(), |sent| sent.body.push(b'x'));
    table.tampered(
        base,
        ("unsigned-header", "an x-amz- header, added after signing"),
        reject(Critical, "unsigned-header"),
        |sent| {
            sent.add("X-Amz-Acl", "public-read");
        },
    );
    let skewed = if base.is_presigned() { "expired" } else { "request-time-too-skewed" };
    let old = base.setting.moment(-86_400);
    table.resigned(base, ("past-day", "signed a day ago"), reject(High, skewed), |draft| {
        draft.at(&old);
    });
}

fn regions(table: &mut Table, base: &Base<'_>) {
    let own = base.setting.region.clone();
    let mut with = |name: &str, what: &str, say: Say, set: String| {
        table.resigned(base, (name, what), say, |draft| draft.region_set = Some(set));
    };
    let wrong = || reject(High, "scope-region-mismatch");
    with("any-region", "every region", accept(Medium), "*".to_owned());
    with("regions", "two regions, this one the first", accept(Medium), format!("{own},eu-west-1"));
    with(
        "regions-last",
        "two regions, this one the last",
        accept(Medium),
        format!("eu-west-1,{own}"),
    );
    with("region-other", "another region", wrong(), "eu-west-1".to_owned());
    with("regions-other", "two other regions", wrong(), "eu-west-1,eu-west-2".to_owned());
    with("region-shorter", "the start of the region", wrong(), own[..own.len() - 1].to_owned());
    with("region-longer", "a longer region", wrong(), format!("{own}0"));
    with(
        "region-prefix",
        "a wildcard after the start of the region",
        wrong().may(),
        "us-*".to_owned(),
    );
    with("region-case", "the region in upper case", wrong().should(), own.to_ascii_uppercase());
    with("region-semicolon", "two regions with a semicolon", wrong(), format!("{own};eu-west-1"));
    let changed = || reject(Critical, "signature-mismatch");
    let malformed = || reject(Critical, "malformed-authentication");
    if base.is_presigned() {
        table.tampered(
            base,
            ("region-set-changed", "every region, after signing"),
            changed(),
            |sent| {
                "X-Amz-Region-Set=%2A".clone_into(sent.parameter("X-Amz-Region-Set"));
            },
        );
        table.tampered(base, ("region-set-lost", "no region set"), malformed(), |sent| {
            sent.take_parameter("X-Amz-Region-Set");
        });
        return;
    }
    table.tampered(
        base,
        ("region-set-changed", "every region, after signing"),
        changed(),
        |sent| {
            "*".clone_into(sent.header("x-amz-region-set"));
        },
    );
    table.tampered(base, ("region-set-lost", "no region set"), malformed(), |sent| {
        sent.without("x-amz-region-set");
    });
    table.tampered(
        base,
        ("region-set-second", "a second region set after it"),
        malformed(),
        |sent| {
            sent.add("X-Amz-Region-Set", "*");
        },
    );
    table.resigned(
        base,
        ("region-set-unsigned", "the region set unsigned"),
        reject(Critical, "unsigned-header"),
        |draft| {
            draft.signed_headers = Some("host;x-amz-date".to_owned());
        },
    );
}

fn signature(table: &mut Table, base: &Base<'_>) {
    let malformed = || reject(Critical, "malformed-authentication");
    let mut with = |name: &str, what: &str, say: Say, change: &dyn Fn(&str) -> String| {
        table.tampered(base, (name, what), say, |sent| {
            let text = sent.signature();
            let at = text.find('=').unwrap_or_default() + 1;
            let changed = change(&text[at..]);
            text.truncate(at);
            text.push_str(&changed);
        });
    };
    with(
        "signature-last",
        "the last digit of the signature changed",
        reject(Critical, "signature-mismatch"),
        &|digits| {
            let (rest, last) = digits.split_at(digits.len() - 1);
            format!("{rest}{}", if last == "0" { "1" } else { "0" })
        },
    );
    with("signature-empty", "an empty signature", malformed(), &|_| String::new());
    with("signature-shorter", "the signature without its last digits", malformed(), &|digits| {
        digits[..digits.len() - 2].to_owned()
    });
    with("signature-longer", "two digits after the signature", malformed(), &|digits| {
        format!("{digits}00")
    });
    with("signature-zeros", "a signature of two zeros", malformed(), &|_| {
        "3006020100020100".to_owned()
    });
    with("signature-r-zero", "a signature whose r is zero", malformed(), &|_| {
        "3006020100020101".to_owned()
    });
    with("signature-s-zero", "a signature whose s is zero", malformed(), &|_| {
        "3006020101020100".to_owned()
    });
    with(
        "signature-ones",
        "a signature of two ones",
        reject(Critical, "signature-mismatch"),
        &|_| "3006020101020101".to_owned(),
    );
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    with("signature-order", "a signature whose r is the order of the group", malformed(), &|_| {
        format!("3026022100{order}020101")
    });
    with("signature-hmac", "64 digits for the signature", malformed(), &|_| "0".repeat(64));
    with("signature-raw", "r and s without the form of DER", malformed(), &|_| "1".repeat(128));
    with(
        "signature-upper-case",
        "the signature in upper case",
        malformed().may(),
        &str::to_ascii_uppercase,
    );
}

fn algorithm(table: &mut Table, base: &Base<'_>) {
    let wrong = || reject(Critical, "malformed-authentication");
    table.tampered(
        base,
        ("algorithm-hmac", "the algorithm of Signature Version 4, after signing"),
        wrong(),
        |sent| match &mut sent.authorization {
            Some(own) => "AWS4-HMAC-SHA256 ".clone_into(&mut own.algorithm),
            None => {
                "X-Amz-Algorithm=AWS4-HMAC-SHA256".clone_into(sent.parameter("X-Amz-Algorithm"));
            }
        },
    );
    let unknown = || reject(Critical, "unsupported-algorithm");
    table.tampered(
        base,
        ("algorithm-p384", "the algorithm of another curve, after signing"),
        unknown(),
        |sent| match &mut sent.authorization {
            Some(own) => "AWS4-ECDSA-P384-SHA384 ".clone_into(&mut own.algorithm),
            None => {
                "X-Amz-Algorithm=AWS4-ECDSA-P384-SHA384"
                    .clone_into(sent.parameter("X-Amz-Algorithm"));
            }
        },
    );
    // Signed with the secret itself, which a verifier of SigV4A does not have to know.
    table.resigned_as(
        base,
        ("hmac-signed", "signed as Signature Version 4, and sent as SigV4A"),
        wrong(),
        |draft| {
            "AWS4-HMAC-SHA256".clone_into(&mut draft.algorithm);
            draft.region_set = None;
        },
        |sent| match &mut sent.authorization {
            Some(own) => own.algorithm = format!("{ECDSA} "),
            None => *sent.parameter("X-Amz-Algorithm") = format!("X-Amz-Algorithm={ECDSA}"),
        },
    );
}

fn scope(table: &mut Table, base: &Base<'_>) {
    let yesterday = base.setting.moment(-86_400)[..8].to_owned();
    table.resigned(
        base,
        ("scope-date", "the day before in the scope"),
        reject(High, "scope-date-mismatch"),
        |draft| {
            draft.scope.date = yesterday;
        },
    );
    table.resigned(
        base,
        ("scope-service", "another service in the scope"),
        reject(High, "scope-service-mismatch"),
        |draft| {
            draft.scope.service = "iam".to_owned();
        },
    );
    table.resigned(
        base,
        ("scope-terminator", "another last part of the scope"),
        reject(High, "scope-terminator-mismatch"),
        |draft| {
            draft.scope.terminator = "aws5_request".to_owned();
        },
    );
    table.resigned(
        base,
        ("scope-with-region", "a region in the scope"),
        reject(High, "scope-date-mismatch").may(),
        |draft| {
            draft.scope.date = format!("{}/{}", draft.scope.date, draft.scope.region);
        },
    );
}

fn keys(table: &mut Table, base: &Base<'_>) {
    table.resigned(
        base,
        ("secret-other", "another secret"),
        reject(Critical, "signature-mismatch"),
        |draft| {
            draft.secret_access_key.push('x');
        },
    );
    table.resigned(
        base,
        ("id-other", "an unknown key id"),
        reject(Critical, "unknown-access-key"),
        |draft| {
            "AKIAI44QH8DHBEXAMPLE".clone_into(&mut draft.access_key_id);
        },
    );
    let inactive = vec![StoredKey { active: false, ..base.key() }];
    table.with_keys(
        base,
        ("inactive", "a key that is inactive"),
        reject(High, "inactive-access-key"),
        inactive,
        |_| {},
    );
    // The key of the other algorithm says nothing about the key pair.
    let scope = base.draft.scope.clone();
    let key = scope.key(&base.draft.secret_access_key).into();
    let held = Date::try_from(scope.date.clone()).map(|date| KeyMaterial::SigningKey {
        date,
        region: scope.region.as_str().into(),
        service: scope.service.as_str().into(),
        key,
    });
    if let Ok(material) = held {
        let keys = vec![StoredKey { material, ..base.key() }];
        table.with_keys(
            base,
            ("held-signing", "a verifier that holds a signing key of Signature Version 4"),
            reject(Low, "key-out-of-scope"),
            keys,
            |_| {},
        );
    }
}
