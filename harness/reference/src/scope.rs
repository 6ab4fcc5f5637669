//! The credential scope: what a signing key is good for.

use crate::dialect::Dialect;
use crate::error::Error;
use crate::request::control_byte;
use crate::time::Time;

const SECONDS_A_DAY: i64 = 86_400;

/// Date, region and service; written `20150830/us-east-1/service/aws4_request` in the words of AWS.
///
/// Region and service are kept as given, whatever their bytes: the vendor's signers neither fold
/// nor encode them here, and an empty one leaves an empty part.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Scope<'a> {
    date: [u8; 8],
    /// The date in days since 1970.
    day: i64,
    region: &'a [u8],
    service: &'a [u8],
    dialect: &'a Dialect,
}

impl<'a> Scope<'a> {
    /// The scope of a request signed at `time`.
    ///
    /// # Errors
    /// [`Error::ControlByte`] if region or service holds CR, LF or NUL.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it is not moved")]
    pub fn new(time: &Time, region: &'a [u8], service: &'a [u8]) -> Result<Self, Error> {
        let check = |field, text| match control_byte(text) {
            Some(offset) => Err(Error::ControlByte { field, offset }),
            None => Ok(()),
        };
        check("region", region)?;
        check("service", service)?;
        let day = time.unix_seconds().div_euclid(SECONDS_A_DAY);
        Ok(Self { date: *time.date(), day, region, service, dialect: Dialect::AWS })
    }

    /// The same scope in the words of another dialect.
    #[must_use]
    pub fn in_dialect(self, dialect: &'a Dialect) -> Self {
        Self { dialect, ..self }
    }

    /// The date, `YYYYMMDD` in UTC.
    #[must_use]
    pub fn date(&self) -> &[u8; 8] {
        &self.date
    }

    pub(crate) fn day(&self) -> i64 {
        self.day
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> &'a [u8] {
        self.region
    }

    /// The service.
    #[must_use]
    pub fn service(&self) -> &'a [u8] {
        self.service
    }

    /// Whose words it is written in.
    #[must_use]
    pub fn dialect(&self) -> &'a Dialect {
        self.dialect
    }
}
