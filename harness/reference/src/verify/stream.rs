//! The head of a request whose body is a stream, which is verified before the body comes.

use super::reason::Rejection;
use super::{Accepted, Hmac, KeyStore, Scheme, Verifier, checks};
use crate::canonical::Workspace;
use crate::key::ScopedKey;
use crate::request::Request;
use crate::stream::{Framing, Marker, Seed, StreamKey};
#[cfg(feature = "v4a")]
use crate::v4a::PublicKey;

/// The most digits of a signature.
const SIGNATURE_ROOM: usize = 144;

/// A head that verified, with what is needed to verify the body.
#[derive(Clone, Debug)]
pub struct AcceptedHead<'a> {
    /// Who signed it, and when.
    pub accepted: Accepted<'a>,
    /// What the body is.
    pub marker: Marker,
    /// The key that signed it.
    pub key: HeadKey<'a>,
    /// The digits of the signature, and how many they are.
    signature: ([u8; SIGNATURE_ROOM], usize),
}

/// The key that verified a head.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum HeadKey<'a> {
    /// That of an HMAC.
    Hmac(ScopedKey<'a>),
    /// That of an ECDSA signature.
    #[cfg(feature = "v4a")]
    Ecdsa {
        /// The public half of the key pair.
        key: PublicKey,
        /// The service of the credential scope.
        service: &'a [u8],
    },
}

impl AcceptedHead<'_> {
    /// What the chain of signatures starts from.
    #[must_use]
    pub fn seed(&self) -> Seed<'_> {
        let (digits, length) = &self.signature;
        let key = match &self.key {
            HeadKey::Hmac(key) => StreamKey::Hmac(key),
            #[cfg(feature = "v4a")]
            HeadKey::Ecdsa { key, service } => StreamKey::EcdsaPublic { key, service },
        };
        Seed { key, time: self.accepted.time, signature: &digits[..*length] }
    }

    /// For a [`Decoder`](crate::stream::Decoder); `None` if the body is not `aws-chunked`.
    #[must_use]
    pub fn framing(&self) -> Option<Framing<'_>> {
        match self.marker {
            Marker::Events => None,
            Marker::SignedChunks | Marker::EcdsaSignedChunks => Some(Framing::Signed(self.seed())),
            Marker::SignedChunksTrailer | Marker::EcdsaSignedChunksTrailer => {
                Some(Framing::SignedTrailer(self.seed()))
            }
            Marker::UnsignedTrailer => Some(Framing::UnsignedTrailer),
        }
    }
}

impl<'a> Verifier<'a> {
    /// Verifies a request whose body is a stream. The body of `request` is not looked at.
    ///
    /// # Errors
    /// As [`Self::verify`]; [`UnsupportedPayload`](super::Reason::UnsupportedPayload) if
    /// `x-amz-content-sha256` is not a [`Marker`] of this algorithm.
    pub fn verify_head<'k>(
        &self,
        workspace: &mut Workspace,
        request: &Request<'_>,
        keys: &'k impl KeyStore,
    ) -> Result<AcceptedHead<'k>, Rejection>
    where
        'a: 'k,
    {
        self.verify_head_as(workspace, request, keys, &Hmac, HeadKey::Hmac)
    }

    /// The same for any algorithm; `with_key` makes its key that of a head.
    pub(crate) fn verify_head_as<'k, S: Scheme<'a>>(
        &self,
        workspace: &mut Workspace,
        request: &Request<'_>,
        keys: &'k impl KeyStore,
        scheme: &S,
        with_key: impl FnOnce(S::Key) -> HeadKey<'k>,
    ) -> Result<AcceptedHead<'k>, Rejection> {
        self.check(
            workspace,
            request,
            keys,
            scheme,
            |claim| checks::stream_payload(S::FORM, claim),
            |claim, accepted, key, marker| {
                let mut digits = [b'0'; SIGNATURE_ROOM];
                digits.iter_mut().zip(claim.signature).for_each(|(out, digit)| *out = *digit);
                let signature = (digits, claim.signature.len().min(SIGNATURE_ROOM));
                AcceptedHead { accepted, marker, key: with_key(key), signature }
            },
        )
    }
}
