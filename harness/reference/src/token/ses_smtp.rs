//! The SMTP password of Amazon SES (SES Developer Guide, "Obtaining Amazon SES SMTP credentials").

use std::fmt;

use zeroize::Zeroizing;

use crate::error::Error;
use crate::key::ScopedKey;
use crate::primitive::base64;
#[cfg(feature = "legacy")]
use crate::primitive::hash::{HmacKey, Padded, Pads};
use crate::primitive::text::Text;
use crate::redact::REDACTED;
use crate::scope::Scope;
use crate::time::Time;

/// What is signed.
const MESSAGE: &[u8] = b"SendRawEmail";

/// A password, which is good for as long as the secret is. It is overwritten with zeros when it is
/// dropped.
pub struct SmtpPassword(Text);

impl SmtpPassword {
    /// The password of a secret in a region. The user name is the access key id.
    ///
    /// # Errors
    /// [`Error::ControlByte`] if the region contains CR, LF or NUL.
    ///
    /// # Examples
    /// ```
    /// use sigv4_reference::token::ses_smtp::SmtpPassword;
    ///
    /// let password = SmtpPassword::new(b"some+secret+key", b"us-west-1")?;
    /// assert_eq!(password.as_bytes(), b"BH+jbMzper5WwlwUar9E1ySBqHa9whi0GPo+sJ0mVYJj");
    /// # Ok::<(), sigv4_reference::Error>(())
    /// ```
    pub fn new(secret_access_key: &[u8], region: &[u8]) -> Result<Self, Error> {
        // A password has no day; this one stands for all.
        let day = Time::parse(b"11111111T000000Z")?;
        let key = ScopedKey::derive(secret_access_key, Scope::new(&day, region, b"ses")?);
        Ok(Self::of(4, key.key().sign(MESSAGE).as_bytes()))
    }

    /// The password of version 2, which was good in every region. SES accepts it no more.
    #[cfg(feature = "legacy")]
    #[must_use]
    pub fn version_2(secret_access_key: &[u8]) -> Self {
        let mut key = HmacKey::default();
        key.load_pair([secret_access_key, b""], &mut Pads::default());
        Self::of(2, &key.mac(&Padded::after_key(MESSAGE)).to_bytes())
    }

    /// The text of the password.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn of(version: u8, mac: &[u8]) -> Self {
        let mut text = Text::default();
        let mut bytes = Zeroizing::new([version; 33]);
        bytes[1..].copy_from_slice(mac);
        text.write(base64::room(bytes.len()), |out| base64::encode(out, &*bytes));
        Self(text)
    }
}

/// The password is not shown.
impl fmt::Debug for SmtpPassword {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("SmtpPassword").field(&format_args!("{REDACTED}")).finish()
    }
}
