//! The head of a request whose body is a stream, which is verified before the body comes.

use super::reason::Rejection;
use super::{Accepted, Hmac, KeyStore, Verifier, checks};
use crate::canonical::Workspace;
use crate::key::ScopedKey;
use crate::request::Request;
use crate::stream::{Framing, Marker, Seed};

/// A head that verified, with what is needed to verify the body.
#[derive(Clone, Debug)]
pub struct AcceptedHead<'a> {
    /// Who signed it, and when.
    pub accepted: Accepted<'a>,
    /// What the body is.
    pub marker: Marker,
    /// The key that signed it.
    pub key: ScopedKey<'a>,
    /// The digits of the signature.
    signature: [u8; 64],
}

impl AcceptedHead<'_> {
    /// What the chain of signatures starts from.
    #[must_use]
    pub fn seed(&self) -> Seed<'_> {
        Seed { key: &self.key, time: self.accepted.time, signature: &self.signature }
    }

    /// For a [`Decoder`](crate::stream::Decoder); `None` if the body is not `aws-chunked`.
    #[must_use]
    pub fn framing(&self) -> Option<Framing<'_>> {
        match self.marker {
            Marker::Events => None,
            Marker::SignedChunks => Some(Framing::Signed(self.seed())),
            Marker::SignedChunksTrailer => Some(Framing::SignedTrailer(self.seed())),
            Marker::UnsignedTrailer => Some(Framing::UnsignedTrailer),
        }
    }
}

impl<'a> Verifier<'a> {
    /// Verifies a request whose body is a stream. The body of `request` is not looked at.
    ///
    /// # Errors
    /// As [`Self::verify`]; [`UnsupportedPayload`](super::Reason::UnsupportedPayload) if
    /// `x-amz-content-sha256` is not a [`Marker`].
    pub fn verify_head<'k>(
        &self,
        workspace: &mut Workspace,
        request: &Request<'_>,
        keys: &'k impl KeyStore,
    ) -> Result<AcceptedHead<'k>, Rejection>
    where
        'a: 'k,
    {
        let payload = checks::stream_payload;
        self.check(workspace, request, keys, &Hmac, payload, |claim, accepted, key, marker| {
            let mut signature = [b'0'; 64];
            signature.iter_mut().zip(claim.signature).for_each(|(out, digit)| *out = *digit);
            AcceptedHead { accepted, marker, key, signature }
        })
    }
}
