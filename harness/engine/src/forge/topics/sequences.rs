//! What a verifier keeps from one request to the next.

use sigv4_vectors::Secret;
use sigv4_vectors::model::Importance::{Critical, High, Medium};
use sigv4_vectors::model::{KeyMaterial, Made, StoredKey, VerificationInput};

use super::super::base::{Base, Bases};
use super::super::sent::Sent;
use super::super::setting::Setting;
use super::super::table::{Entry, Say, Table, accept, reject};

/// The secret that a key gets when it is rotated: that of another example of the documentation.
const NEW_SECRET: &str = "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY";
/// The session token of renewed credentials: another example of the documentation.
const NEW_TOKEN: &str = "AQoEXAMPLEH4aoAH0gNCAPyJxz4BlCFFxWNE1OPTgk5TthT+FvwqnKwRcOIfrRh3c/LTo6UDdyJwOOvEVPvLXCrrrUtdnniCEXAMPLE/IvU1dYUg2RVAJBanLiHb4IgRmpRV3zrkuWJOgQs8IZZaIv2BXIa2R4Olgk";

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Requests that are repeated, keys that are rotated, clocks that go on.
pub(super) fn topic(bases: &Bases<'_>) -> Table {
    let rule = (
        "create-signed-request",
        "Each request is verified by itself: with the keys, the clock and the scope of the moment in \
         which it arrives, whatever arrived before it.",
    );
    let mut table = Table::new("sigv4", "sequences", "What a verifier keeps", rule);
    for base in bases.of_each_kind() {
        repeated(&mut table, base);
        rotated(&mut table, base);
        switched(&mut table, base);
        scopes(&mut table, base);
        clock(&mut table, base);
    }
    for base in [&bases.token_get, &bases.s3_token_presigned] {
        renewed(&mut table, base);
    }
    table
}

/// The request as it was signed, to a verifier that accepts it.
fn first(base: &Base<'_>) -> VerificationInput {
    Entry::of(base, "", "").input()
}

/// The request with another signature.
fn forged(base: &Base<'_>) -> Sent {
    let mut sent = base.draft.sign();
    let signature = sent.signature();
    let last = signature.pop();
    signature.push(if last == Some('0') { '1' } else { '0' });
    sent
}

/// The key with another secret.
fn rotated_key(base: &Base<'_>) -> StoredKey {
    StoredKey { material: KeyMaterial::SecretAccessKey(Secret::from(NEW_SECRET)), ..base.key() }
}

/// The same base, signed with the secret of the rotated key.
fn with_new_secret<'s>(base: &Base<'s>) -> Base<'s> {
    let mut base = base.clone();
    NEW_SECRET.clone_into(&mut base.draft.secret_access_key);
    base
}

/// The same base, signed and verified at another time.
fn moved<'s>(base: &Base<'_>, setting: &'s Setting) -> Base<'s> {
    let mut draft = base.draft.clone();
    draft.at(&setting.moment(0));
    Base { name: base.name, title: base.title, setting, draft }
}

fn repeated(table: &mut Table, base: &Base<'_>) {
    // "You can use the presigned URL multiple times." Of a request in header placement it is not
    // written down.
    let again = if base.is_presigned() { accept(Medium) } else { accept(Medium).should() };
    let mut add = |name: &str, what: &str, say: Say, before: Vec<Sent>, sent: Sent, made: Made| {
        let before = before.into_iter().map(|sent| Entry { sent, ..Entry::of(base, "", "") });
        let before = before.map(Entry::input).collect();
        table.add(Entry { sent, before, ..Entry::of(base, name, what) }, &say, made);
    };
    let right = || base.draft.sign();
    add("repeated", "the same again", again, vec![right()], right(), Made::Signed);
    let mut elsewhere = right();
    elsewhere.path.push_str("-other");
    add(
        "repeated-elsewhere",
        "a signature that was accepted, with another path",
        reject(Critical, "signature-mismatch"),
        vec![right()],
        elsewhere,
        Made::Tampered,
    );
    add(
        "forged-after-right",
        "a wrong signature after a right one",
        reject(Critical, "signature-mismatch"),
        vec![right()],
        forged(base),
        Made::Tampered,
    );
    add(
        "right-after-forged",
        "a right signature after three wrong ones",
        accept(Medium),
        vec![forged(base); 3],
        right(),
        Made::Signed,
    );
    if !base.draft.body.is_empty() && !base.is_presigned() {
        let mut other = right();
        other.body.reverse();
        add(
            "repeated-body",
            "a request that was accepted, with another body",
            reject(Critical, "payload-hash-mismatch"),
            vec![right()],
            other,
            Made::Tampered,
        );
    }
}

/// A key whose secret has changed.
fn rotated(table: &mut Table, base: &Base<'_>) {
    let new = with_new_secret(base);
    let keys = || vec![rotated_key(base)];
    let of_new = || Entry { keys: keys(), ..Entry::of(&new, "", "") };
    let entry = Entry {
        keys: keys(),
        before: vec![first(base)],
        ..Entry::of(&new, "new-secret", "the new secret of a key that was used before")
    };
    table.add(entry, &accept(Medium), Made::Resigned);
    let old = || reject(High, "signature-mismatch").twin("new-secret");
    let entry = Entry {
        keys: keys(),
        before: vec![first(base)],
        ..Entry::of(base, "old-secret", "the old secret of a key that was used before")
    };
    table.add(entry, &old(), Made::Signed);
    let entry = Entry {
        keys: keys(),
        before: vec![first(base), of_new().input()],
        ..Entry::of(base, "old-secret-after-new", "the old secret once the new one was used")
    };
    table.add(entry, &old(), Made::Signed);
}

/// A key that is made inactive, deleted, and made active again.
fn switched(table: &mut Table, base: &Base<'_>) {
    let inactive = || vec![StoredKey { active: false, ..base.key() }];
    let unknown =
        || vec![StoredKey { access_key_id: "AKIAI44QH8DHBEXAMPLE".into(), ..rotated_key(base) }];
    let entry = Entry {
        keys: inactive(),
        before: vec![first(base)],
        ..Entry::of(base, "deactivated", "a key that was used before and is inactive now")
    };
    table.add(entry, &reject(High, "inactive-access-key"), Made::Signed);
    let entry = Entry {
        keys: unknown(),
        before: vec![first(base)],
        ..Entry::of(base, "deleted", "a key that was used before and is deleted now")
    };
    table.add(entry, &reject(High, "unknown-access-key"), Made::Signed);
    let refused = Entry { keys: inactive(), ..Entry::of(base, "", "") }.input();
    let entry = Entry {
        before: vec![refused],
        ..Entry::of(base, "reactivated", "a key that was inactive before and is active now")
    };
    table.add(entry, &accept(Medium), Made::Signed);
}

/// One key in several scopes.
fn scopes(table: &mut Table, base: &Base<'_>) {
    let elsewhere = Setting { region: "eu-west-1".to_owned(), ..base.setting.clone() };
    let mut there = moved(base, &elsewhere);
    there.draft.scope.region.clone_from(&elsewhere.region);
    let entry = Entry {
        before: vec![first(base)],
        ..Entry::of(&there, "other-region", "a request to another region than the one before")
    };
    table.add(entry, &accept(Medium), Made::Resigned);
    let tomorrow = base.setting.later(DAY);
    let next = moved(base, &tomorrow);
    let entry = Entry {
        before: vec![first(base)],
        ..Entry::of(&next, "next-day", "a request on the day after the one before")
    };
    table.add(entry, &accept(Medium), Made::Resigned);
    let mut stale = next.clone();
    stale.draft.key_scope = Some(base.draft.scope.clone());
    let entry = Entry {
        before: vec![first(base)],
        ..Entry::of(&stale, "key-of-the-day-before", "signed with the key of the day before")
    };
    table.add(entry, &reject(High, "signature-mismatch").twin("next-day"), Made::Resigned);
    let midnight = DAY - base.setting.now.unix_seconds().rem_euclid(DAY);
    let after = base.setting.later(midnight + 10);
    let ahead = base.setting.later(midnight - 10);
    let new_day = moved(base, &after);
    let late = Base { setting: &after, ..moved(base, &ahead) };
    let entry = Entry {
        before: vec![first(&new_day)],
        ..Entry::of(
            &late,
            "over-midnight",
            "signed ten seconds before midnight, after a request of the new day",
        )
    };
    table.add(entry, &accept(Medium), Made::Resigned);
}

/// A clock that has gone on.
fn clock(table: &mut Table, base: &Base<'_>) {
    let later = base.setting.later(2 * HOUR);
    let now = moved(base, &later);
    let entry = Entry {
        before: vec![first(base)],
        ..Entry::of(&now, "hours-later", "a request two hours after the one before")
    };
    table.add(entry, &accept(Medium), Made::Resigned);
    let reason = if base.is_presigned() { "expired" } else { "request-time-too-skewed" };
    let late = Base { setting: &later, ..base.clone() };
    let entry = Entry {
        before: vec![first(base)],
        ..Entry::of(&late, "repeated-late", "a request that was accepted, once its time is over")
    };
    table.add(entry, &reject(High, reason).twin("hours-later"), Made::Signed);
}

/// Temporary credentials with a new token.
fn renewed(table: &mut Table, base: &Base<'_>) {
    let mut new = base.clone();
    new.draft.session_token = Some(NEW_TOKEN.to_owned());
    let entry = Entry {
        before: vec![first(base)],
        ..Entry::of(&new, "new-token", "the new session token of a key that was used before")
    };
    table.add(entry, &accept(Medium), Made::Resigned);
    let entry = Entry {
        keys: vec![new.key()],
        before: vec![first(base)],
        ..Entry::of(base, "old-token", "the old session token of a key that was used before")
    };
    table.add(entry, &reject(High, "session-token-mismatch").twin("new-token"), Made::Signed);
}
