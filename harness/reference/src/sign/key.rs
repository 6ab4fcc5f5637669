//! What a signer needs of a key.

use crate::ALGORITHM;
use crate::canonical::Workspace;
use crate::error::Error;
use crate::key::ScopedKey;
use crate::primitive::hex::Hex;
use crate::time::Time;

/// A key together with what it is good for, as a [`Signer`](super::Signer) takes it.
pub trait Key: sealed::Key {}

impl<K: sealed::Key> Key for K {}

/// Keeps the trait to the keys of this crate.
pub(crate) mod sealed {
    use crate::canonical::Workspace;
    use crate::error::Error;
    use crate::time::Time;

    pub trait Key {
        /// The first line of the string to sign.
        const ALGORITHM: &'static str;

        /// Whether the key may sign at `time`.
        fn check_date(&self, time: &Time) -> Result<(), Error>;

        /// The region of the credential scope, if it has one.
        fn scope_region(&self) -> Option<&[u8]>;

        /// What the request states as `X-Amz-Region-Set`, if it does.
        fn region_set(&self) -> Option<&[u8]>;

        /// The service of the credential scope.
        fn service(&self) -> &[u8];

        /// Signs the string to sign, and appends the signature to what the caller sends.
        fn sign(&self, workspace: &mut Workspace);
    }
}

impl sealed::Key for ScopedKey<'_> {
    const ALGORITHM: &'static str = ALGORITHM;

    #[inline]
    fn check_date(&self, time: &Time) -> Result<(), Error> {
        let key = *self.scope().date();
        if key == *time.date() {
            Ok(())
        } else {
            Err(Error::KeyDate { key, signing: *time.date() })
        }
    }

    #[inline]
    fn scope_region(&self) -> Option<&[u8]> {
        Some(self.scope().region())
    }

    #[inline]
    fn region_set(&self) -> Option<&[u8]> {
        None
    }

    #[inline]
    fn service(&self) -> &[u8] {
        self.scope().service()
    }

    #[inline]
    fn sign(&self, workspace: &mut Workspace) {
        let mac = self.key().mac_of_buffer(workspace.string_to_sign());
        workspace.append_signature(Hex::encode(&mac).as_bytes());
    }
}
