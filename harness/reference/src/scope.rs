//! The credential scope: what a signing key is good for.

use crate::TERMINATOR;
use crate::error::Error;
use crate::request::control_byte;
use crate::text::Cursor;
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
    #[inline]
    pub fn new(time: &Time, region: &'a [u8], service: &'a [u8]) -> Result<Self, Error> {
        let check = |field, text| match control_byte(text) {
            Some(offset) => Err(Error::ControlByte { field, offset }),
            None => Ok(()),
        };
        check("region", region)?;
        check("service", service)?;
        Ok(Self { date: *time.date(), region, service })
    }

    /// How long the scope's text is.
    pub(crate) fn len(&self) -> usize {
        self.date.len() + self.region.len() + self.service.len() + TERMINATOR.len() + 3
    }

    /// Writes the scope's text.
    #[inline]
    pub(crate) fn write(&self, out: &mut Cursor<'_>) {
        out.text(&self.date);
        for part in [self.region, self.service, TERMINATOR.as_bytes()] {
            out.byte(b'/');
            out.text(part);
        }
    }
}
