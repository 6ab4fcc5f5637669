//! What requests are signed for. [`Signer`](crate::sign::Signer) signs them.

use super::key::V4aKey;
use crate::error::Error;
use crate::request::control_byte;

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

    /// The key pair.
    #[must_use]
    pub fn key(&self) -> &'a V4aKey {
        self.key
    }

    /// The regions, as given.
    #[must_use]
    pub fn region_set(&self) -> &'a [u8] {
        self.region_set
    }

    /// The service.
    #[must_use]
    pub fn service(&self) -> &'a [u8] {
        self.service
    }
}
