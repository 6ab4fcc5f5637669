//! The credential scope, with a key of just that scope.

use sigv4_vectors::model::Importance::{Critical, High, Low};

use super::super::base::{Base, Bases};
use super::super::signing::Scope;
use super::super::table::{Say, Table, reject};

/// Every clause of it.
pub(super) fn topic(bases: &Bases<'_>) -> Table {
    let rule = (
        "create-string-to-sign",
        "The credential scope is the day of the signing time, the region and the service that are asked, and \
         aws4_request, and the key is derived for it.",
    );
    let mut table = Table::new("sigv4", "scope", "The credential scope", rule);
    for base in bases.of_each_kind() {
        resigned(&mut table, base);
        tampered(&mut table, base);
        keys(&mut table, base);
    }
    table
}

fn resigned(table: &mut Table, base: &Base<'_>) {
    let Scope { region, service, .. } = base.draft.scope.clone();
    let mut with = |name: &str, what: &str, say: Say, change: &dyn Fn(&mut Scope)| {
        table.resigned(base, (name, what), say, |draft| change(&mut draft.scope));
    };
    let date = || reject(High, "scope-date-mismatch");
    let (yesterday, tomorrow) = (base.setting.moment(-86_400), base.setting.moment(86_400));
    let year = base.setting.moment(-365 * 86_400);
    let day = base.setting.moment(0);
    with("date-before", "the day before", date(), &|scope| scope.date = yesterday[..8].to_owned());
    with("date-after", "the day after", date(), &|scope| scope.date = tomorrow[..8].to_owned());
    with("date-year", "a year ago", date(), &|scope| scope.date = year[..8].to_owned());
    with("date-time", "the time for the day", date(), &|scope| scope.date.clone_from(&day));
    with("date-hyphens", "the day with hyphens", date(), &|scope| {
        scope.date = format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..8]);
    });
    with("date-short", "the month for the day", date(), &|scope| scope.date.truncate(6));
    with("date-empty", "no day", date(), &|scope| scope.date.clear());
    let wrong = || reject(High, "scope-region-mismatch");
    with("region", "another region", wrong(), &|scope| scope.region = "eu-west-1".to_owned());
    with("region-shorter", "the start of the region", wrong(), &|scope| {
        scope.region.pop();
    });
    with("region-longer", "a longer region", wrong(), &|scope| scope.region = format!("{region}0"));
    with("region-case", "the region in upper case", wrong().should(), &|scope| {
        scope.region.make_ascii_uppercase();
    });
    with("region-empty", "no region", wrong(), &|scope| scope.region.clear());
    with("region-wildcard", "a wildcard for the region", wrong(), &|scope| {
        scope.region = "*".to_owned();
    });
    with("region-global", "the global region of old", wrong(), &|scope| {
        scope.region = "aws-global".to_owned();
    });
    let wrong = || reject(High, "scope-service-mismatch");
    with("service", "another service", wrong(), &|scope| scope.service = "iam".to_owned());
    with("service-shorter", "the start of the service", wrong(), &|scope| {
        scope.service.pop();
    });
    with("service-longer", "a longer service", wrong(), &|scope| {
        scope.service = format!("{service}2");
    });
    with("service-case", "the service in upper case", wrong().should(), &|scope| {
        scope.service.make_ascii_uppercase();
    });
    with("service-empty", "no service", wrong(), &|scope| scope.service.clear());
    with(
        "service-region",
        "region and service exchanged",
        reject(High, "scope-region-mismatch"),
        &|scope| {
            (scope.region, scope.service) = (service.clone(), region.clone());
        },
    );
    let wrong = || reject(High, "scope-terminator-mismatch");
    with("terminator", "another last part", wrong(), &|scope| {
        scope.terminator = "aws5_request".to_owned();
    });
    with("terminator-longer", "a longer last part", wrong(), &|scope| scope.terminator.push('s'));
    with("terminator-shorter", "the start of the last part", wrong(), &|scope| {
        scope.terminator.truncate(4);
    });
    with("terminator-case", "the last part in upper case", wrong(), &|scope| {
        scope.terminator.make_ascii_uppercase();
    });
    with("terminator-empty", "no last part", wrong(), &|scope| scope.terminator.clear());
    with("terminator-google", "the last part of another provider", wrong(), &|scope| {
        scope.terminator = "goog4_request".to_owned();
    });
}

fn tampered(table: &mut Table, base: &Base<'_>) {
    let mut with = |name: &str, what: &str, reason, from: String, to: String| {
        table.tampered(base, (name, what), reject(High, reason), |sent| {
            let slash = sent.written("/");
            let text = sent.credential();
            *text = text.replace(&format!("{slash}{from}{slash}"), &format!("{slash}{to}{slash}"));
        });
    };
    let Scope { date, region, service, .. } = base.draft.scope.clone();
    let tomorrow = base.setting.moment(86_400)[..8].to_owned();
    with("date-changed", "the day changed after signing", "scope-date-mismatch", date, tomorrow);
    with(
        "region-changed",
        "the region changed after signing",
        "scope-region-mismatch",
        region,
        "eu-west-1".to_owned(),
    );
    with(
        "service-changed",
        "the service changed after signing",
        "scope-service-mismatch",
        service,
        "iam".to_owned(),
    );
}

/// The scope is right, and the key is of another one.
fn keys(table: &mut Table, base: &Base<'_>) {
    let mut with = |name: &str, what: &str, change: &dyn Fn(&mut Scope)| {
        table.resigned(base, (name, what), reject(Critical, "signature-mismatch"), |draft| {
            let mut scope = draft.scope.clone();
            change(&mut scope);
            draft.key_scope = Some(scope);
        });
    };
    let yesterday = base.setting.moment(-86_400)[..8].to_owned();
    with("key-date", "the key of the day before", &|scope| scope.date.clone_from(&yesterday));
    with("key-region", "the key of another region", &|scope| scope.region = "eu-west-1".to_owned());
    with("key-service", "the key of another service", &|scope| scope.service = "iam".to_owned());
    with("key-terminator", "the key of another last part", &|scope| {
        scope.terminator = "aws5_request".to_owned();
    });
    table.resigned(
        base,
        ("key-secret", "the key of another secret"),
        reject(Critical, "signature-mismatch"),
        |draft| {
            draft.secret_access_key.push('x');
        },
    );
    table.resigned(
        base,
        ("key-secret-empty", "the key of an empty secret"),
        reject(Critical, "signature-mismatch"),
        |draft| {
            draft.secret_access_key.clear();
        },
    );
    table.resigned(
        base,
        ("key-secret-case", "the key of the secret in lower case"),
        reject(Critical, "signature-mismatch"),
        |draft| {
            draft.secret_access_key.make_ascii_lowercase();
        },
    );
    table.resigned(
        base,
        ("region-spaces", "spaces around the region"),
        reject(Low, "scope-region-mismatch").may(),
        |draft| {
            draft.scope.region = format!(" {} ", draft.scope.region);
        },
    );
}
