//! Which key signed.

use sigv4_vectors::Secret;
use sigv4_vectors::model::Importance::{Critical, High, Medium};
use sigv4_vectors::model::{KeyMaterial, StoredKey};
use sigv4_vectors::text::Date;

use super::super::base::{Base, Bases};
use super::super::table::{Say, Table, accept, reject};

/// A second key of the same owner: that of the examples in the other half of the documentation.
const SECOND: (&str, &str) = ("AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY");

/// The key that is named, the keys that are known, and keys that were handed down.
pub(super) fn topic(bases: &Bases<'_>) -> Table {
    let rule = (
        "derive-signing-key",
        "The key that the credential names signs, derived for the scope; a key that is unknown or inactive \
         signs nothing.",
    );
    let mut table = Table::new("sigv4", "keys", "Which key signed", rule);
    for base in bases.of_each_kind() {
        named(&mut table, base);
        rotation(&mut table, base);
        delegation(&mut table, base);
    }
    table
}

fn second() -> StoredKey {
    StoredKey {
        access_key_id: SECOND.0.into(),
        material: KeyMaterial::SecretAccessKey(Secret::from(SECOND.1)),
        session_token: None,
        active: true,
    }
}

fn named(table: &mut Table, base: &Base<'_>) {
    let id = base.draft.access_key_id.clone();
    let unknown = || reject(Critical, "unknown-access-key");
    let mut with = |name: &str, what: &str, say: Say, id: String| {
        table.resigned(base, (name, what), say, |draft| draft.access_key_id = id);
    };
    with("unknown", "an unknown key id", unknown(), SECOND.0.to_owned());
    with(
        "id-shorter",
        "the key id without its last letter",
        unknown(),
        id[..id.len() - 1].to_owned(),
    );
    with("id-longer", "a letter after the key id", unknown(), format!("{id}2"));
    with("id-case", "the key id in lower case", unknown(), id.to_ascii_lowercase());
    with("id-empty", "no key id", reject(Critical, "unknown-access-key"), String::new());
    with("id-wildcard", "a wildcard for the key id", unknown(), "*".to_owned());
    table.resigned(
        base,
        ("unknown-empty-secret", "an unknown key id, signed with an empty secret"),
        unknown(),
        |draft| {
            SECOND.0.clone_into(&mut draft.access_key_id);
            draft.secret_access_key.clear();
        },
    );
    table.tampered(base, ("id-changed", "another key id after signing"), unknown(), |sent| {
        let text = sent.credential();
        *text = text.replace(&id, SECOND.0);
    });
}

fn rotation(table: &mut Table, base: &Base<'_>) {
    let both = || vec![base.key(), second()];
    let (second_id, second_secret) = SECOND;
    table.with_keys(
        base,
        ("old-of-two", "the old key while both are active"),
        accept(Medium),
        both(),
        |_| {},
    );
    table.with_keys(
        base,
        ("new-of-two", "the new key while both are active"),
        accept(Medium),
        both(),
        |draft| {
            second_id.clone_into(&mut draft.access_key_id);
            second_secret.clone_into(&mut draft.secret_access_key);
        },
    );
    table.with_keys(
        base,
        ("crossed", "the id of one key and the secret of the other"),
        reject(Critical, "signature-mismatch"),
        both(),
        |draft| {
            second_secret.clone_into(&mut draft.secret_access_key);
        },
    );
    let revoked = || vec![StoredKey { active: false, ..base.key() }, second()];
    table.with_keys(
        base,
        ("inactive", "the old key once it is inactive"),
        reject(High, "inactive-access-key"),
        revoked(),
        |_| {},
    );
    table.with_keys(
        base,
        ("active-of-two", "the new key once the old one is inactive"),
        accept(Medium),
        revoked(),
        |draft| {
            second_id.clone_into(&mut draft.access_key_id);
            second_secret.clone_into(&mut draft.secret_access_key);
        },
    );
    table.with_keys(
        base,
        ("deleted", "the old key once it is deleted"),
        reject(High, "unknown-access-key"),
        vec![second()],
        |_| {},
    );
    table.with_keys(
        base,
        ("no-keys", "a key, where none is known"),
        reject(Critical, "unknown-access-key"),
        Vec::new(),
        |_| {},
    );
}

/// A verifier that was given a key of the chain, and not the secret.
fn delegation(table: &mut Table, base: &Base<'_>) {
    let scope = base.draft.scope.clone();
    let secret = base.draft.secret_access_key.clone();
    let held = |scope: &super::super::signing::Scope, level: usize| {
        let key = scope.keys(&secret)[level].into();
        // The day of a scope has its shape.
        let date = Date::try_from(scope.date.clone()).expect("a day");
        let (region, service) = (scope.region.as_str().into(), scope.service.as_str().into());
        let material = match level {
            0 => KeyMaterial::DateKey { date, key },
            1 => KeyMaterial::RegionKey { date, region, key },
            2 => KeyMaterial::ServiceKey { date, region, service, key },
            _ => KeyMaterial::SigningKey { date, region, service, key },
        };
        vec![StoredKey { material, ..base.key() }]
    };
    let yesterday = base.setting.moment(-86_400)[..8].to_owned();
    for (level, word) in ["day", "region", "service", "signing"].into_iter().enumerate() {
        let label = format!("held-{word}");
        let what = format!("a verifier that holds the {word} key");
        table.with_keys(base, (&label, &what), accept(Medium), held(&scope, level), |_| {});
        let out = || reject(High, "key-out-of-scope").twin(label.clone());
        let mut other = scope.clone();
        other.date.clone_from(&yesterday);
        let name = format!("{label}-other-day");
        let what = format!("a verifier that holds the {word} key of the day before");
        table.with_keys(base, (&name, &what), out(), held(&other, level), |_| {});
        let name = format!("{label}-of-other-day");
        let what =
            format!("signed with the {word} key of the day before, which the verifier holds");
        table.with_keys(base, (&name, &what), out(), held(&other, level), |draft| {
            draft.key_scope = Some(other.clone());
        });
        if level >= 1 {
            let mut other = scope.clone();
            other.region = "eu-west-1".to_owned();
            let name = format!("{label}-other-region");
            let what = format!("a verifier that holds the {word} key of another region");
            table.with_keys(base, (&name, &what), out(), held(&other, level), |_| {});
            let name = format!("{label}-of-other-region");
            let what =
                format!("signed with the {word} key of another region, which the verifier holds");
            table.with_keys(base, (&name, &what), out(), held(&other, level), |draft| {
                draft.key_scope = Some(other.clone());
            });
        }
        if level >= 2 {
            let mut other = scope.clone();
            other.service = "iam".to_owned();
            let name = format!("{label}-other-service");
            let what = format!("a verifier that holds the {word} key of another service");
            table.with_keys(base, (&name, &what), out(), held(&other, level), |_| {});
            let name = format!("{label}-of-other-service");
            let what =
                format!("signed with the {word} key of another service, which the verifier holds");
            table.with_keys(base, (&name, &what), out(), held(&other, level), |draft| {
                draft.key_scope = Some(other.clone());
            });
        }
        let name = format!("{label}-other-secret");
        let what = format!("another secret, and a verifier that holds the {word} key");
        let wrong = reject(Critical, "signature-mismatch").twin(label.clone());
        table.with_keys(base, (&name, &what), wrong, held(&scope, level), |draft| {
            draft.secret_access_key.push('x');
        });
    }
}
