//! Where a verifier finds the keys.

use crate::key::{KeyCache, ScopedKey, Secret};
use crate::scope::Scope;

/// The keys that a verifier knows.
pub trait KeyStore {
    /// The key with this id, if there is one; ids are compared byte for byte.
    fn key(&self, access_key_id: &[u8]) -> Option<StoredKey<'_>>;

    /// The signing key of a stored key for `scope`, whose day lies in the verifier's window.
    fn signing_key<'s>(&self, key: &StoredKey<'_>, scope: Scope<'s>) -> ScopedKey<'s> {
        ScopedKey::derive(key.secret_access_key, scope)
    }
}

/// A store whose signing keys are taken from a cache.
#[derive(Clone, Copy, Debug)]
pub struct CachedKeys<'a, K> {
    /// Where the secrets are.
    pub keys: K,
    /// Where the keys are that were derived from them.
    pub cache: &'a KeyCache,
}

/// One key of a [`KeyStore`].
#[derive(Clone, Copy)]
pub struct StoredKey<'a> {
    /// The id that requests name it by.
    pub access_key_id: &'a [u8],
    /// The secret.
    pub secret_access_key: &'a [u8],
    /// The token that belongs to it, for temporary credentials.
    pub session_token: Option<&'a [u8]>,
    /// Whether it may be used; a revoked key stays known, so that the refusal can say so.
    pub active: bool,
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

    fn signing_key<'s>(&self, key: &StoredKey<'_>, scope: Scope<'s>) -> ScopedKey<'s> {
        let StoredKey { access_key_id, secret_access_key, .. } = *key;
        self.cache.signing_key(Secret { access_key_id, secret_access_key }, scope)
    }
}
