//! What a verifier keeps of a key.

use std::fmt;

use super::chain::{DateKey, RegionKey, ServiceKey};
use super::scoped::ScopedKey;
use crate::dialect::Dialect;
use crate::scope::Scope;
#[cfg(feature = "v4a")]
use crate::v4a::PublicKey;

/// A secret, or a key that was derived from it: a region or a service that is given derived keys
/// verifies requests without ever holding the secret. Each is good for what it was derived for and
/// for nothing else; the keys of a day and of a region are those of AWS.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum KeyMaterial<'a> {
    /// The secret: good for every scope.
    Secret(&'a [u8]),
    /// The key of a day: good for every region and service on it.
    Day {
        /// The day, `YYYYMMDD` in UTC.
        date: [u8; 8],
        /// The key.
        key: &'a DateKey,
    },
    /// The key of a region on a day: good for every service there.
    Region {
        /// The day, `YYYYMMDD` in UTC.
        date: [u8; 8],
        /// The region.
        region: &'a [u8],
        /// The key.
        key: &'a RegionKey,
    },
    /// The key of a service in a region on a day.
    Service {
        /// What it is good for.
        scope: Scope<'a>,
        /// The key.
        key: &'a ServiceKey,
    },
    /// The signing key itself.
    Signing(&'a ScopedKey<'a>),
    /// The public key of SigV4A: good for verifying every region and service on every day, and for
    /// signing nothing.
    #[cfg(feature = "v4a")]
    Public(&'a PublicKey),
}

impl KeyMaterial<'_> {
    /// The signing key for `scope`, or `None` if this is not good for it.
    #[must_use]
    pub fn signing_key<'s>(&self, scope: Scope<'s>) -> Option<ScopedKey<'s>> {
        let (region, service) = (scope.region(), scope.service());
        let is_aws = || scope.dialect() == Dialect::AWS;
        let key = match *self {
            Self::Secret(secret) => return Some(ScopedKey::derive(secret, scope)),
            Self::Day { date, key } => (date == *scope.date() && is_aws())
                .then(|| key.region(region).service(service).signing()),
            Self::Region { date, region: own, key } => {
                (date == *scope.date() && own == region && is_aws())
                    .then(|| key.service(service).signing())
            }
            Self::Service { scope: own, key } => {
                (own == scope).then(|| key.signing_in(scope.dialect()))
            }
            Self::Signing(key) => (*key.scope() == scope).then(|| key.key().clone()),
            #[cfg(feature = "v4a")]
            Self::Public(_) => None,
        };
        Some(ScopedKey::new(key?, scope))
    }
}

/// The secret is not shown.
impl fmt::Debug for KeyMaterial<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(_) => formatter.write_str("Secret(..)"),
            Self::Day { date, key } => {
                formatter.debug_struct("Day").field("date", date).field("key", key).finish()
            }
            Self::Region { date, region, key } => formatter
                .debug_struct("Region")
                .field("date", date)
                .field("region", region)
                .field("key", key)
                .finish(),
            Self::Service { scope, key } => {
                formatter.debug_struct("Service").field("scope", scope).field("key", key).finish()
            }
            Self::Signing(key) => formatter.debug_tuple("Signing").field(key).finish(),
            #[cfg(feature = "v4a")]
            Self::Public(key) => formatter.debug_tuple("Public").field(key).finish(),
        }
    }
}
