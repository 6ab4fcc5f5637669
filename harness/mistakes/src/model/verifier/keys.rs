//! The keys that the verifier knows.

use sigv4_vectors::model::StoredKey;

use super::arrived::Arrived;
use super::material::Material;
use super::{Checked, refused, shown};
use crate::catalogue::Mistake;

/// A key that may have signed.
pub(super) struct Candidate<'k> {
    pub(super) access_key_id: &'k [u8],
    pub(super) material: &'k Material<'k>,
    pub(super) token: Option<&'k [u8]>,
}

/// The key with this id, which must be active.
pub(super) fn candidates<'k>(
    arrived: &Arrived<'k>,
    access_key_id: &[u8],
) -> Checked<Vec<Candidate<'k>>> {
    static EMPTY: Material<'static> = Material::Secret(b"");
    let has = |mistake| arrived.has(mistake);
    let mut stored: Vec<(&'k StoredKey, &'k Material<'k>)> =
        arrived.input.keys.iter().zip(arrived.material).collect();
    if has(Mistake::VerifyFirstKeyOnly) {
        stored.truncate(1);
    }
    let candidate = |(key, material): &(&'k StoredKey, &'k Material<'k>)| Candidate {
        access_key_id: &key.access_key_id,
        material,
        token: key.session_token.as_deref(),
    };
    if has(Mistake::VerifyAnyKeyTried) && !stored.is_empty() {
        return Ok(stored.iter().map(candidate).collect());
    }
    let is = |own: &[u8]| {
        own == access_key_id
            || (has(Mistake::VerifyKeyIdInAnyCase) && own.eq_ignore_ascii_case(access_key_id))
            || (has(Mistake::VerifyKeyIdByPrefix) && access_key_id.starts_with(own))
    };
    let found = stored.iter().find(|(key, _)| is(&key.access_key_id));
    let shown = shown(access_key_id);
    match found {
        Some(found) if found.0.active || has(Mistake::VerifyInactiveKey) => {
            Ok(vec![candidate(found)])
        }
        Some(_) => refused("inactive-access-key", format!("key {shown} is inactive")),
        None if has(Mistake::VerifyUnknownKeyIsEmpty) => {
            Ok(vec![Candidate { access_key_id: b"", material: &EMPTY, token: None }])
        }
        None if has(Mistake::VerifyUnknownKeyIsFirst) && !stored.is_empty() => {
            Ok(vec![candidate(&stored[0])])
        }
        None => refused("unknown-access-key", format!("no key {shown}")),
    }
}
