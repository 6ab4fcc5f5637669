//! The two algorithms, and the text of their signatures.

use sha1::{Digest as _, Sha1};
use zeroize::Zeroizing;

use crate::primitive::base64;
use crate::primitive::hash::{HmacKey, Padded, Pads};
use crate::primitive::text::Text;

/// The algorithm of a signature, keyed by the secret itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mac {
    /// HMAC-SHA1.
    HmacSha1,
    /// HMAC-SHA256.
    HmacSha256,
}

impl Mac {
    /// `HmacSHA1` or `HmacSHA256`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HmacSHA1",
            Self::HmacSha256 => "HmacSHA256",
        }
    }

    /// The algorithm of this name.
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        [Self::HmacSha1, Self::HmacSha256].into_iter().find(|mac| mac.name().as_bytes() == name)
    }

    /// Appends the base64 of the MAC of `text`.
    pub(super) fn append(self, out: &mut Text, secret: &[u8], text: &[u8]) {
        let mut append =
            |mac: &[u8]| out.write(base64::room(mac.len()), |out| base64::encode(out, mac));
        match self {
            Self::HmacSha1 => append(&hmac_sha1(secret, text)),
            Self::HmacSha256 => {
                let mut key = HmacKey::default();
                key.load_pair([secret, b""], &mut Pads::default());
                append(&key.mac(&Padded::after_key(text)).to_bytes());
            }
        }
    }
}

/// RFC 2104 with SHA-1.
fn hmac_sha1(secret: &[u8], text: &[u8]) -> [u8; 20] {
    let mut block = Zeroizing::new([0; 64]);
    if let Some(start) = block.get_mut(..secret.len()) {
        start.copy_from_slice(secret);
    } else {
        block[..20].copy_from_slice(&Sha1::digest(secret));
    }
    let pad = |pad: u8| Zeroizing::new(block.map(|byte| byte ^ pad));
    let inner = Sha1::new().chain_update(pad(0x36).as_slice()).chain_update(text).finalize();
    Sha1::new().chain_update(pad(0x5c).as_slice()).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit, Mac as _};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn hmac_sha1_is_that_of_the_library(
            secret in prop::collection::vec(any::<u8>(), 0..100),
            text in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let expected = Hmac::<Sha1>::new_from_slice(&secret)?.chain_update(&text).finalize();
            prop_assert_eq!(hmac_sha1(&secret, &text), <[u8; 20]>::from(expected.into_bytes()));
        }
    }
}
