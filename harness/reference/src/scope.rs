//! The credential scope: what a signing key is good for.

use crate::TERMINATOR;
use crate::bytes;
use crate::error::Error;
use crate::request::control_byte;
use crate::time::Time;

/// Date, region and service; written `20150830/us-east-1/service/aws4_request`.
///
/// Region and service are taken verbatim, whatever their bytes: the vendor's signers neither fold
/// nor encode them here, and an empty one leaves an empty part.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Scope<'a> {
    date: [u8; 8],
    region: &'a [u8],
    service: &'a [u8],
}

impl<'a> Scope<'a> {
    /// The scope of a request signed at `time`.
    ///
    /// # Errors
    /// [`Error::ControlByte`] where region or service holds CR, LF or NUL.
    pub fn new(time: &Time, region: &'a [u8], service: &'a [u8]) -> Result<Self, Error> {
        for (field, text) in [("region", region), ("service", service)] {
            if let Some(offset) = control_byte(text) {
                return Err(Error::ControlByte { field, offset });
            }
        }
        Ok(Self { date: *time.date(), region, service })
    }

    /// Appends the scope's text.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.date);
        for part in [self.region, self.service, TERMINATOR.as_bytes()] {
            out.push(b'/');
            bytes::append(out, part);
        }
    }
}
