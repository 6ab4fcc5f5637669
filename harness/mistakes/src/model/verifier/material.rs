//! What there is of a key.

use sigv4_vectors::model::KeyMaterial;

use super::instant;
use crate::catalogue::{Mistake, MistakeSet};
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
            if instant::of(&format!("{}T000000Z", &**date)).is_none() {
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
    pub(super) fn signing_key(&self, scope: &Scope<'_>, mistakes: MistakeSet) -> Option<Vec<u8>> {
        let parts = [scope.date, scope.region, scope.service, scope.terminator];
        let chain =
            |key: Vec<u8>, parts: &[&[u8]]| parts.iter().fold(key, |key, part| hmac(&key, part));
        match self {
            Self::Secret(secret) => Some(chain([b"AWS4", *secret].concat(), &parts)),
            Self::Derived { date, region, service, is_last, key } => {
                let is = |own: Option<&[u8]>, part: &[u8]| own.is_none_or(|own| own == part);
                let fits = (*date == scope.date
                    || mistakes.contains(Mistake::VerifyDerivedDayIgnored))
                    && (is(*region, scope.region)
                        || mistakes.contains(Mistake::VerifyDerivedRegionIgnored))
                    && (is(*service, scope.service)
                        || mistakes.contains(Mistake::VerifyDerivedServiceIgnored));
                let known = 1
                    + usize::from(region.is_some())
                    + usize::from(service.is_some())
                    + usize::from(*is_last);
                fits.then(|| chain(key.clone(), &parts[known..]))
            }
        }
    }
}
