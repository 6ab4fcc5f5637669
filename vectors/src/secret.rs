//! Secrets, which no message and no log of a failed assertion may show.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

use crate::bytes::Bytes;

/// A secret access key, a session token or a derived key.
///
/// It reads and is written as [`Bytes`] are. Its `Debug` shows no byte of it, so that no type that
/// holds one shows any, and its memory is overwritten when it is dropped.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(Bytes);

impl Secret {
    /// Its bytes, for those who sign with them or send them.
    #[must_use]
    pub fn expose(&self) -> &Bytes {
        &self.0
    }

    /// The same, to change them.
    pub fn expose_mut(&mut self) -> &mut Bytes {
        &mut self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(redacted)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.as_mut().zeroize();
    }
}

impl Deref for Secret {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl<T: Into<Bytes>> From<T> for Secret {
    fn from(bytes: T) -> Self {
        Self(bytes.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_byte() {
        let secret = Secret::from("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        assert_eq!(format!("{:?} {secret:#?}", Some(&secret)), "Some((redacted)) (redacted)");
    }

    #[test]
    fn it_is_written_as_bytes_are() {
        for json in [r#""token""#, r#"{"base64":"/w=="}"#] {
            let secret: Secret = serde_json::from_str(json).expect("bytes");
            assert_eq!(serde_json::to_string(&secret).expect("json"), json);
        }
    }
}
