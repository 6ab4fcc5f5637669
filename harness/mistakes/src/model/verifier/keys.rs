//! The keys that the verifier knows.

use sigv4_vectors::model::{KeyMaterial, StoredKey};

use super::arrived::Arrived;
use super::{Checked, clock, refused, shown};
use crate::catalogue::Mistake;
use crate::model::check::check_line;
use crate::model::scope_and_key::hmac;

/// The secret, or a key of the chain with the scope that it was derived for.
pub(super) enum Material<'k> {
    Secret(&'k [u8]),
    Derived {
        date: &'k [u8],
        region: Option<&'k [u8]>,
        service: Option<&'k [u8]>,
        is_last: bool,
        key: Vec<u8>,
    },
}

/// A key that may have signed.
pub(super) struct Candidate<'k> {
    pub(super) access_key_id: &'k [u8],
    pub(super) material: &'k Material<'k>,
    pub(super) token: Option<&'k [u8]>,
}

/// The parts that the chain is made of.
pub(super) struct Scope<'s> {
    pub(super) date: &'s [u8],
    pub(super) region: &'s [u8],
    pub(super) service: &'s [u8],
    pub(super) terminator: &'s [u8],
}

impl<'k> Material<'k> {
    /// What a question says that there is of a key. The error says why that is nothing.
    pub(super) fn of(material: &'k KeyMaterial) -> Result<Self, String> {
        let (date, region, service, is_last, key) = match material {
            KeyMaterial::SecretAccessKey(secret) => return Ok(Self::Secret(secret)),
            KeyMaterial::DateKey { date, key } => (date, None, None, false, key),
            KeyMaterial::RegionKey { date, region, key } => (date, Some(region), None, false, key),
            KeyMaterial::ServiceKey { date, region, service, key } => {
                (date, Some(region), Some(service), false, key)
            }
            KeyMaterial::SigningKey { date, region, service, key } => {
                (date, Some(region), Some(service), true, key)
            }
            _ => return Err("the model does not know this key material".to_owned()),
        };
        if let (Some(region), Some(service)) = (region, service) {
            if clock::of(&format!("{}T000000Z", &**date)).is_none() {
                return Err(format!("{}: expected a day", &**date));
            }
            for (field, text) in [("region", region), ("service", service)] {
                check_line(field, text).map_err(|error| error.to_string())?;
            }
        }
        Ok(Self::Derived {
            date: date.as_bytes(),
            region: region.map(|region| &region[..]),
            service: service.map(|service| &service[..]),
            is_last,
            key: key.as_bytes().to_vec(),
        })
    }

    /// "Hash the date, the region, the service and `aws4_request`, each keyed by the result before it":
    /// from where the material is in the chain. `None` if it was derived for another scope.
    pub(super) fn signing_key(&self, scope: &Scope<'_>, arrived: &Arrived<'_>) -> Option<Vec<u8>> {
        let parts = [scope.date, scope.region, scope.service, scope.terminator];
        let chain =
            |key: Vec<u8>, parts: &[&[u8]]| parts.iter().fold(key, |key, part| hmac(&key, part));
        match self {
            Self::Secret(secret) => Some(chain([b"AWS4", *secret].concat(), &parts)),
            Self::Derived { date, region, service, is_last, key } => {
                let is = |own: Option<&[u8]>, part: &[u8]| own.is_none_or(|own| own == part);
                let fits = (*date == scope.date || arrived.has(Mistake::VerifyDerivedDayIgnored))
                    && (is(*region, scope.region)
                        || arrived.has(Mistake::VerifyDerivedRegionIgnored))
                    && (is(*service, scope.service)
                        || arrived.has(Mistake::VerifyDerivedServiceIgnored));
                let known = 1
                    + usize::from(region.is_some())
                    + usize::from(service.is_some())
                    + usize::from(*is_last);
                fits.then(|| chain(key.clone(), &parts[known..]))
            }
        }
    }
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
