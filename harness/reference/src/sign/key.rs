//! The key of a signer.

use crate::canonical::Workspace;
use crate::dialect::Dialect;
use crate::error::Error;
use crate::key::ScopedKey;
use crate::primitive::hex::Hex;
use crate::time::Time;
#[cfg(feature = "v4a")]
use crate::v4a::{self, ScopedV4aKey};

/// A key together with what it is good for. It decides the algorithm.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Key<'a> {
    /// Signs with HMAC-SHA256.
    Hmac(&'a ScopedKey<'a>),
    /// Signs with ECDSA: `SigV4A`.
    #[cfg(feature = "v4a")]
    Ecdsa(&'a ScopedV4aKey<'a>),
}

impl<'a> From<&'a ScopedKey<'a>> for Key<'a> {
    #[inline]
    fn from(key: &'a ScopedKey<'a>) -> Self {
        Self::Hmac(key)
    }
}

#[cfg(feature = "v4a")]
impl<'a> From<&'a ScopedV4aKey<'a>> for Key<'a> {
    fn from(key: &'a ScopedV4aKey<'a>) -> Self {
        Self::Ecdsa(key)
    }
}

impl<'a> Key<'a> {
    /// The first line of the string to sign.
    #[inline]
    pub(super) fn algorithm(self) -> &'a str {
        match self {
            Self::Hmac(key) => key.scope().dialect().algorithm(),
            #[cfg(feature = "v4a")]
            Self::Ecdsa(_) => v4a::ALGORITHM,
        }
    }

    /// The words in which it signs.
    #[inline]
    pub(super) fn dialect(self) -> &'a Dialect {
        match self {
            Self::Hmac(key) => key.scope().dialect(),
            #[cfg(feature = "v4a")]
            Self::Ecdsa(_) => Dialect::AWS,
        }
    }

    /// The region of the credential scope, if it has one.
    #[inline]
    pub(super) fn scope_region(self) -> Option<&'a [u8]> {
        match self {
            Self::Hmac(key) => Some(key.scope().region()),
            #[cfg(feature = "v4a")]
            Self::Ecdsa(_) => None,
        }
    }

    /// What the request states as `X-Amz-Region-Set`, if it does.
    #[inline]
    pub(super) fn region_set(self) -> Option<&'a [u8]> {
        match self {
            Self::Hmac(_) => None,
            #[cfg(feature = "v4a")]
            Self::Ecdsa(key) => Some(key.region_set()),
        }
    }

    /// The service of the credential scope.
    #[inline]
    pub(super) fn service(self) -> &'a [u8] {
        match self {
            Self::Hmac(key) => key.scope().service(),
            #[cfg(feature = "v4a")]
            Self::Ecdsa(key) => key.service(),
        }
    }

    /// Whether the key may sign at `time`. A key pair is good for every day.
    #[inline]
    pub(super) fn check_date(self, time: &Time) -> Result<(), Error> {
        match self {
            Self::Hmac(key) => key.check_date(time),
            #[cfg(feature = "v4a")]
            Self::Ecdsa(_) => Ok(()),
        }
    }

    /// Signs the string to sign, and appends the signature to what the caller sends.
    #[inline]
    pub(crate) fn sign(self, workspace: &mut Workspace) {
        match self {
            Self::Hmac(key) => {
                let mac = key.key().mac_of_buffer(workspace.string_to_sign());
                workspace.append_signature(Hex::encode(&mac).as_bytes());
            }
            #[cfg(feature = "v4a")]
            Self::Ecdsa(key) => {
                let signature = key.key().sign(workspace.string_to_sign());
                workspace.append_signature(signature.digits().as_bytes());
            }
        }
    }
}
