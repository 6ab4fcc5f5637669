//! Where a verifier finds the keys.

/// The keys that a verifier knows.
pub trait KeyStore {
    /// The key with this id, if there is one; ids are compared byte for byte.
    fn key(&self, access_key_id: &[u8]) -> Option<StoredKey<'_>>;
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
