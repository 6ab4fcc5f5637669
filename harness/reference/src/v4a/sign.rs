//! Signing a request. [`Signer`](crate::sign::Signer) does it; here is what it needs of the key.

use super::ALGORITHM;
use super::key::V4aKey;
use crate::canonical::Workspace;
use crate::error::Error;
use crate::request::control_byte;
use crate::sign::sealed;
use crate::time::Time;

/// A key pair together with what requests are signed for. A [`Signer`](crate::sign::Signer) takes
/// service and region set from it.
#[derive(Clone, Copy, Debug)]
pub struct ScopedV4aKey<'a> {
    key: &'a V4aKey,
    region_set: &'a [u8],
    service: &'a [u8],
}

impl<'a> ScopedV4aKey<'a> {
    /// The regions are separated by commas; `*` is every region. The text is signed and sent
    /// verbatim.
    ///
    /// # Errors
    /// [`Error::RegionSet`] for an empty set, and [`Error::ControlByte`] if region set or service
    /// contains CR, LF or NUL.
    pub fn new(key: &'a V4aKey, region_set: &'a [u8], service: &'a [u8]) -> Result<Self, Error> {
        for (field, text) in [("region set", region_set), ("service", service)] {
            if let Some(offset) = control_byte(text) {
                return Err(Error::ControlByte { field, offset });
            }
        }
        if region_set.trim_ascii().is_empty() {
            return Err(Error::RegionSet);
        }
        Ok(Self { key, region_set, service })
    }
}

impl sealed::Key for ScopedV4aKey<'_> {
    const ALGORITHM: &'static str = ALGORITHM;

    /// A key pair is good for every day.
    fn check_date(&self, _: &Time) -> Result<(), Error> {
        Ok(())
    }

    fn scope_region(&self) -> Option<&[u8]> {
        None
    }

    fn region_set(&self) -> Option<&[u8]> {
        Some(self.region_set)
    }

    fn service(&self) -> &[u8] {
        self.service
    }

    fn sign(&self, workspace: &mut Workspace) {
        let signature = self.key.sign(workspace.string_to_sign());
        workspace.append_signature(signature.digits().as_bytes());
    }
}
