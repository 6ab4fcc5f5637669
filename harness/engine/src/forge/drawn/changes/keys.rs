//! Which key signed, and which ones are known.

use sigv4_vectors::Secret;
use sigv4_vectors::model::{KeyMaterial, StoredKey};
use sigv4_vectors::text::Date;

use super::super::super::signing::Scope;
use super::super::change::{Change, Making, Scene, after, before, only_if};
use super::super::place::part;

/// A second key of the same owner: that of the examples in the other half of the documentation.
const SECOND: (&str, &str) = ("AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY");

fn second() -> StoredKey {
    StoredKey {
        access_key_id: SECOND.0.into(),
        material: KeyMaterial::SecretAccessKey(Secret::from(SECOND.1)),
        session_token: None,
        active: true,
    }
}

/// Signs with the second key, which has no token.
fn sign_with_second(making: &mut Making) -> Option<()> {
    only_if(making.draft.session_token.is_none())?;
    SECOND.0.clone_into(&mut making.draft.access_key_id);
    SECOND.1.clone_into(&mut making.draft.secret_access_key);
    Some(())
}

/// Lets the verifier hold one of the four keys of a scope instead of the secret.
fn hold(making: &mut Making, scope: &Scope, level: usize) -> Option<()> {
    let key = scope.keys(&making.draft.secret_access_key)[level].into();
    let date = Date::try_from(scope.date.clone()).ok()?;
    let (region, service) = (scope.region.as_str().into(), scope.service.as_str().into());
    making.keys.first_mut()?.material = match level {
        0 => KeyMaterial::DateKey { date, key },
        1 => KeyMaterial::RegionKey { date, region, key },
        2 => KeyMaterial::ServiceKey { date, region, service, key },
        _ => KeyMaterial::SigningKey { date, region, service, key },
    };
    Some(())
}

/// Lets the verifier hold a key of another scope, with which the request may be signed, too.
fn hold_other(
    making: &mut Making,
    scene: &Scene<'_>,
    lowest: usize,
    change: impl FnOnce(&mut Scope),
) -> Option<()> {
    let mut scope = scene.original.scope.clone();
    change(&mut scope);
    hold(making, &scope, scene.one_of(&[lowest, 3])?)?;
    if scene.pick % 4 >= 2 {
        making.draft.key_scope = Some(scope);
    }
    Some(())
}

pub(in super::super) const CHANGES: &[Change] = &[
    before("an unknown key id", |making, scene| {
        scene.one_of(&[SECOND.0, "*", ""])?.clone_into(&mut making.draft.access_key_id);
        Some(())
    }),
    before("the key id without its last letter", |making, _| {
        making.draft.access_key_id.pop().map(drop)
    }),
    before("a letter after the key id", |making, _| {
        making.draft.access_key_id.push('2');
        Some(())
    }),
    before("the key id in lower case", |making, _| {
        making.draft.access_key_id.make_ascii_lowercase();
        Some(())
    }),
    before("an unknown key id, signed with an empty secret", |making, _| {
        SECOND.0.clone_into(&mut making.draft.access_key_id);
        making.draft.secret_access_key.clear();
        Some(())
    }),
    after("another key id", |sent, scene| {
        let text = part(sent, "Credential")?;
        let changed = text.replace(&scene.original.access_key_id, SECOND.0);
        only_if(changed != *text)?;
        *text = changed;
        Some(())
    }),
    before("another secret", |making, scene| {
        let secret = &mut making.draft.secret_access_key;
        match scene.pick % 3 {
            0 => secret.push('x'),
            1 => secret.clear(),
            _ => secret.make_ascii_lowercase(),
        }
        Some(())
    }),
    before("a second key that is known", |making, _| {
        making.keys.push(second());
        Some(())
    }),
    before("a second key that is known, before the first", |making, _| {
        making.keys.insert(0, second());
        Some(())
    }),
    before("the second of two known keys", |making, _| {
        making.keys.push(second());
        sign_with_second(making)
    }),
    before("the id of one known key and the secret of the other", |making, _| {
        making.keys.push(second());
        SECOND.1.clone_into(&mut making.draft.secret_access_key);
        Some(())
    }),
    before("a key that is inactive", |making, _| {
        making.keys.first_mut()?.active = false;
        Some(())
    }),
    before("a key that is inactive beside an active one", |making, _| {
        making.keys.first_mut()?.active = false;
        making.keys.push(second());
        Some(())
    }),
    before("a known key beside one that is inactive", |making, _| {
        making.keys.first_mut()?.active = false;
        making.keys.push(second());
        sign_with_second(making)
    }),
    before("a key that is no longer known", |making, _| {
        making.keys = vec![second()];
        Some(())
    }),
    before("a key, where none is known", |making, _| {
        making.keys.clear();
        Some(())
    }),
    before("a verifier that holds a derived key", |making, scene| {
        let scope = scene.original.scope.clone();
        hold(making, &scope, scene.one_of(&[0, 1, 2, 3])?)
    }),
    before("a verifier that holds a derived key of the day before", |making, scene| {
        let yesterday = scene.setting.moment(-86_400);
        hold_other(making, scene, 0, |scope| yesterday[..8].clone_into(&mut scope.date))
    }),
    before("a verifier that holds a derived key of another region", |making, scene| {
        hold_other(making, scene, 1, |scope| "eu-west-1".clone_into(&mut scope.region))
    }),
    before("a verifier that holds a derived key of another service", |making, scene| {
        hold_other(making, scene, 2, |scope| "iam".clone_into(&mut scope.service))
    }),
];
