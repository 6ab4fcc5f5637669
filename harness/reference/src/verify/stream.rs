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
    pub accepted: Accepted,
    /// What the body is.
    pub marker: Marker,
    /// The key that signed it.
    pub key: ScopedKey<'a>,
    /// The signature, as it is in the request.
    signature: String,
}

impl AcceptedHead<'_> {
    /// What the chain of signatures starts from.
    #[must_use]
    pub fn seed(&self) -> Seed<'_> {
        let signature = self.signature.as_bytes();
        Seed { key: &self.key, time: self.accepted.time, signature }
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
    pub fn verify_head(
        &self,
        workspace: &mut Workspace,
        request: &Request<'_>,
        keys: &impl KeyStore,
    ) -> Result<AcceptedHead<'a>, Rejection> {
        self.check(workspace, request, keys, &Hmac, checks::stream_payload, |claim, key, marker| {
            let signature = claim.signature.to_string();
            let accepted = Accepted { access_key_id: claim.access_key_id, time: claim.time };
            AcceptedHead { accepted, marker, key, signature }
        })
    }
}
