//! The signatures of an `aws-chunked` body without its framing (S3 API Reference, "Signature
//! Calculations for the Authorization Header: Transferring Payload in Multiple Chunks" and
//! "... Including Trailing Headers").

use super::Seed;
use super::chain::{Chain, Piece};
use super::key::PrivateHalf;
use super::trailer::Trailers;
use crate::error::Error;
use crate::signature::Signature;

/// The chain of signatures of an `aws-chunked` body, for a signer that writes the frames itself.
/// [`Encoder`](super::Encoder) does both.
///
/// # Examples
/// ```
/// use sigv4_reference::stream::{ChunkChain, Seed};
/// use sigv4_reference::{Scope, ScopedKey, Time};
///
/// let time = Time::parse(b"20130524T000000Z")?;
/// let scope = Scope::new(&time, b"us-east-1", b"s3")?;
/// let key = ScopedKey::derive(b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", scope);
/// let signature = b"4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
///
/// let mut chain = ChunkChain::new(&Seed { key: (&key).into(), time, signature })?;
/// let first = chain.chunk(&[b'a'; 65536]);
/// assert_eq!(
///     first.to_string(),
///     "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
/// );
/// # Ok::<(), sigv4_reference::Error>(())
/// ```
#[derive(Debug)]
pub struct ChunkChain(Chain<PrivateHalf>);

impl ChunkChain {
    /// Starts after the head of the request; or, to sign nothing but trailers, after the final chunk,
    /// with its signature in the seed.
    ///
    /// # Errors
    /// [`Error::ControlByte`], [`Error::KeyDate`] and [`Error::StreamKey`].
    pub fn new(seed: &Seed<'_>) -> Result<Self, Error> {
        Chain::to_sign(seed).map(Self)
    }

    /// The signature of the next chunk; the final one is empty.
    pub fn chunk(&mut self, data: &[u8]) -> Signature {
        self.0.sign(Piece::Chunk(data))
    }

    /// The signature of the trailers, which follow the final chunk. They are signed sorted by name.
    ///
    /// # Errors
    /// [`Error::TrailerName`] and [`Error::ControlByte`].
    pub fn trailers<'t>(
        &mut self,
        trailers: impl IntoIterator<Item = (&'t [u8], &'t [u8])>,
    ) -> Result<Signature, Error> {
        let mut sorted = Trailers::default();
        for (name, value) in trailers {
            sorted.add(name, value)?;
        }
        sorted.sort();
        Ok(self.0.sign(Piece::Trailers(&sorted.lines(b"\n"))))
    }

    /// The last string to sign.
    #[must_use]
    pub fn string_to_sign(&self) -> &[u8] {
        self.0.string_to_sign()
    }
}
