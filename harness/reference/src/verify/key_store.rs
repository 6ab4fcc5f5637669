//! Where a verifier finds the keys.

use std::fmt;

use crate::key::{KeyCache, KeyMaterial, ScopedKey, Secret};
use crate::redact::REDACTED;
use crate::scope::Scope;
#[cfg(feature = "v4a")]
use crate::v4a::{PublicKey, V4aKey};

/// The keys that a verifier knows.
pub trait KeyStore {
    /// The key with this id, if there is one; ids are compared byte for byte.
    fn key(&self, access_key_id: &[u8]) -> Option<StoredKey<'_>>;

    /// The signing key of a stored key for `scope`, whose day lies in the verifier's window; `None`
    /// if what is stored is not good for that scope.
    fn signing_key<'s>(&self, key: &StoredKey<'_>, scope: Scope<'s>) -> Option<ScopedKey<'s>> {
        key.material.signing_key(scope)
    }

    /// The public key of a stored key, for SigV4A; `None` if what is stored has none. A secret is
    /// turned into its key pair each time, which costs as much as the verification: a store that is
    /// asked often keeps [`KeyMaterial::Public`].
    #[cfg(feature = "v4a")]
    fn public_key(&self, key: &StoredKey<'_>) -> Option<PublicKey> {
        match key.material {
            KeyMaterial::Public(public) => Some(*public),
            KeyMaterial::Secret(secret) => {
                V4aKey::derive(key.access_key_id, secret).ok().map(|key| key.public_key())
            }
            _ => None,
        }
    }
}

/// A store that takes the keys that are derived from secrets from a cache.
#[derive(Clone, Copy, Debug)]
pub struct CachedKeys<'a, K> {
    /// The store of the secrets.
    pub keys: K,
    /// The cache of the keys that were derived from them.
    pub cache: &'a KeyCache,
}

/// One key of a [`KeyStore`].
#[derive(Clone, Copy)]
pub struct StoredKey<'a> {
    /// The id by which requests name it.
    pub access_key_id: &'a [u8],
    /// The secret, or what was derived from it.
    pub material: KeyMaterial<'a>,
    /// Its session token, for temporary credentials.
    pub session_token: Option<&'a [u8]>,
    /// Whether it may be used. A revoked key stays in the store, so that the refusal can say so.
    pub active: bool,
}

/// Neither the secret nor the token is shown.
impl fmt::Debug for StoredKey<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StoredKey")
            .field("access_key_id", &String::from_utf8_lossy(self.access_key_id))
            .field("material", &self.material)
            .field("session_token", &self.session_token.map(|_| REDACTED))
            .field("active", &self.active)
            .finish()
    }
}

impl KeyStore for [StoredKey<'_>] {
    fn key(&self, access_key_id: &[u8]) -> Option<StoredKey<'_>> {
        self.iter().find(|key| key.access_key_id == access_key_id).copied()
    }
}

impl<const N: usize> KeyStore for [StoredKey<'_>; N] {
    fn key(&self, access_key_id: &[u8]) -> Option<StoredKey<'_>> {
        self[..].key(access_key_id)
    }
}

impl KeyStore for Vec<StoredKey<'_>> {
    fn key(&self, access_key_id: &[u8]) -> Option<StoredKey<'_>> {
        self[..].key(access_key_id)
    }
}

impl<K: KeyStore> KeyStore for CachedKeys<'_, K> {
    fn key(&self, access_key_id: &[u8]) -> Option<StoredKey<'_>> {
        self.keys.key(access_key_id)
    }

    #[inline]
    fn signing_key<'s>(&self, key: &StoredKey<'_>, scope: Scope<'s>) -> Option<ScopedKey<'s>> {
        let StoredKey { access_key_id, material, .. } = *key;
        let KeyMaterial::Secret(secret_access_key) = material else {
            return material.signing_key(scope);
        };
        Some(self.cache.signing_key(Secret { access_key_id, secret_access_key }, scope))
    }
}
