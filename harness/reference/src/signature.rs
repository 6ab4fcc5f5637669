//! A signature, independent of how it is written.

use std::fmt;

use crate::primitive::constant_time::equal;
use crate::primitive::hex;
#[cfg(feature = "v4a")]
use crate::v4a::EcdsaSignature;

/// A signature. Two are compared in constant time.
#[derive(Clone, Copy, Debug, Eq)]
#[non_exhaustive]
pub enum Signature {
    /// The HMAC-SHA256 of a string to sign.
    HmacSha256([u8; 32]),
    /// An ECDSA signature of SigV4A. Two of the same string to sign usually differ, so equality says
    /// nothing; only a public key can tell.
    #[cfg(feature = "v4a")]
    EcdsaP256(EcdsaSignature),
}

impl Signature {
    /// Reads 64 lower-case hexadecimal digits, the only form of an HMAC-SHA256 that SigV4 writes.
    #[must_use]
    pub fn from_hex(digits: &[u8]) -> Option<Self> {
        hex::decode(digits).map(Self::HmacSha256)
    }

    /// The bytes of the signature; of ECDSA, `r` and `s`.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::HmacSha256(bytes) => bytes,
            #[cfg(feature = "v4a")]
            Self::EcdsaP256(signature) => signature.as_bytes(),
        }
    }
}

impl PartialEq for Signature {
    fn eq(&self, other: &Self) -> bool {
        equal(self.as_bytes(), other.as_bytes())
    }
}

/// As requests carry it, in lower-case hexadecimal.
impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HmacSha256(bytes) => {
                bytes.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
            }
            #[cfg(feature = "v4a")]
            Self::EcdsaP256(signature) => fmt::Display::fmt(signature, formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_signature_reads_what_it_writes(bytes: [u8; 32]) {
            let signature = Signature::HmacSha256(bytes);
            prop_assert_eq!(Signature::from_hex(signature.to_string().as_bytes()), Some(signature));
            prop_assert_eq!(signature.as_bytes(), bytes);
        }
    }
}
