//! The keys of a stream, for the side that signs and the side that verifies.

use crate::error::Error;
use crate::key::{ScopedKey, SigningKey};
use crate::primitive::constant_time::equal;
use crate::primitive::hex::Hex;
use crate::primitive::text::Text;
use crate::signature::Signature;
use crate::time::Time;
#[cfg(feature = "v4a")]
use crate::v4a::{LONGEST_SIGNATURE, PublicKey, ScopedV4aKey, V4aKey};

/// The key of a stream's head. It is the key of the pieces too.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum StreamKey<'k> {
    /// Signs and verifies with HMAC-SHA256.
    Hmac(&'k ScopedKey<'k>),
    /// Signs with ECDSA, and verifies with the public half.
    #[cfg(feature = "v4a")]
    Ecdsa(&'k ScopedV4aKey<'k>),
    /// Verifies ECDSA signatures.
    #[cfg(feature = "v4a")]
    EcdsaPublic {
        /// The public half of the key pair.
        key: &'k PublicKey,
        /// The service of the credential scope.
        service: &'k [u8],
    },
}

impl<'k> From<&'k ScopedKey<'k>> for StreamKey<'k> {
    fn from(key: &'k ScopedKey<'k>) -> Self {
        Self::Hmac(key)
    }
}

#[cfg(feature = "v4a")]
impl<'k> From<&'k ScopedV4aKey<'k>> for StreamKey<'k> {
    fn from(key: &'k ScopedV4aKey<'k>) -> Self {
        Self::Ecdsa(key)
    }
}

impl<'k> StreamKey<'k> {
    pub(super) fn algorithm(self) -> Algorithm {
        match self {
            Self::Hmac(_) => Algorithm::Hmac,
            #[cfg(feature = "v4a")]
            Self::Ecdsa(_) | Self::EcdsaPublic { .. } => Algorithm::Ecdsa,
        }
    }

    /// Region, if there is one, and service of the credential scope.
    pub(super) fn scope(self) -> (Option<&'k [u8]>, &'k [u8]) {
        match self {
            Self::Hmac(key) => (Some(key.scope().region()), key.scope().service()),
            #[cfg(feature = "v4a")]
            Self::Ecdsa(key) => (None, key.service()),
            #[cfg(feature = "v4a")]
            Self::EcdsaPublic { service, .. } => (None, service),
        }
    }

    /// Whether the key is good at `time`. A key pair is good for every day.
    pub(super) fn check_date(self, time: &Time) -> Result<(), Error> {
        match self {
            Self::Hmac(key) => key.check_date(time),
            #[cfg(feature = "v4a")]
            Self::Ecdsa(_) | Self::EcdsaPublic { .. } => Ok(()),
        }
    }
}

/// The algorithm of a stream.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Algorithm {
    Hmac,
    #[cfg(feature = "v4a")]
    Ecdsa,
}

/// The most characters that the signature of a piece takes in a body.
pub(super) const SIGNATURE_ROOM: usize = 144;

impl Algorithm {
    /// The first lines of the strings to sign of chunks and messages, and of trailers.
    pub(super) fn lines(self) -> [&'static [u8]; 2] {
        match self {
            Self::Hmac => [b"AWS4-HMAC-SHA256-PAYLOAD", b"AWS4-HMAC-SHA256-TRAILER"],
            #[cfg(feature = "v4a")]
            Self::Ecdsa => [b"AWS4-ECDSA-P256-SHA256-PAYLOAD", b"AWS4-ECDSA-P256-SHA256-TRAILER"],
        }
    }

    /// How many characters a signature takes in a body: one of ECDSA is filled up with `*`, so that the
    /// length of the body is known before it is signed.
    pub(super) fn signature_length(self) -> usize {
        match self {
            Self::Hmac => Hex::LENGTH,
            #[cfg(feature = "v4a")]
            Self::Ecdsa => LONGEST_SIGNATURE,
        }
    }
}

/// A key that signs.
pub(super) trait Signs {
    fn sign(&self, string_to_sign: &mut Text) -> Signature;
}

/// A key that verifies.
pub(super) trait Verifies {
    /// Whether this is a signature of the string to sign.
    fn verifies(&self, string_to_sign: &mut Text, sent: &Signature) -> bool;
}

impl Signs for SigningKey {
    fn sign(&self, string_to_sign: &mut Text) -> Signature {
        Signature::HmacSha256(self.mac_of_buffer(string_to_sign).to_bytes())
    }
}

/// In constant time.
impl Verifies for SigningKey {
    fn verifies(&self, string_to_sign: &mut Text, sent: &Signature) -> bool {
        equal(&self.mac_of_buffer(string_to_sign).to_bytes(), sent.as_bytes())
    }
}

/// What signs chunks.
#[derive(Clone)]
pub(super) enum PrivateHalf {
    Hmac(SigningKey),
    #[cfg(feature = "v4a")]
    Ecdsa(V4aKey),
}

impl TryFrom<StreamKey<'_>> for PrivateHalf {
    type Error = Error;

    fn try_from(key: StreamKey<'_>) -> Result<Self, Error> {
        match key {
            StreamKey::Hmac(key) => Ok(Self::Hmac(key.key().clone())),
            #[cfg(feature = "v4a")]
            StreamKey::Ecdsa(key) => Ok(Self::Ecdsa(key.key().clone())),
            #[cfg(feature = "v4a")]
            StreamKey::EcdsaPublic { .. } => {
                Err(Error::StreamKey { expected: "a private key to sign with" })
            }
        }
    }
}

impl Signs for PrivateHalf {
    fn sign(&self, string_to_sign: &mut Text) -> Signature {
        match self {
            Self::Hmac(key) => Signs::sign(key, string_to_sign),
            #[cfg(feature = "v4a")]
            Self::Ecdsa(key) => Signature::EcdsaP256(key.sign(string_to_sign)),
        }
    }
}

/// What verifies chunks.
#[derive(Clone)]
pub(super) enum PublicHalf {
    Hmac(SigningKey),
    #[cfg(feature = "v4a")]
    Ecdsa(PublicKey),
}

impl From<StreamKey<'_>> for PublicHalf {
    fn from(key: StreamKey<'_>) -> Self {
        match key {
            StreamKey::Hmac(key) => Self::Hmac(key.key().clone()),
            #[cfg(feature = "v4a")]
            StreamKey::Ecdsa(key) => Self::Ecdsa(key.key().public_key()),
            #[cfg(feature = "v4a")]
            StreamKey::EcdsaPublic { key, .. } => Self::Ecdsa(*key),
        }
    }
}

impl Verifies for PublicHalf {
    fn verifies(&self, string_to_sign: &mut Text, sent: &Signature) -> bool {
        match (self, sent) {
            (Self::Hmac(key), sent) => Verifies::verifies(key, string_to_sign, sent),
            #[cfg(feature = "v4a")]
            (Self::Ecdsa(key), Signature::EcdsaP256(sent)) => key.verifies(string_to_sign, sent),
            #[cfg(feature = "v4a")]
            (Self::Ecdsa(_), Signature::HmacSha256(_)) => false,
        }
    }
}
