//! The signatures of an event stream's messages (Amazon Transcribe Developer Guide, "Event stream
//! encoding").

use super::Seed;
use super::chain::{Chain, Piece};
use crate::error::Error;
use crate::key::{ScopedKey, SigningKey};
use crate::signature::Signature;
use crate::time::Time;

/// The header `:date` of a message: length of the name, name, the type of a timestamp, and
/// milliseconds since 1970.
#[must_use]
pub fn date_header(milliseconds: i64) -> [u8; 15] {
    let mut header = *b"\x05:date\x08........";
    if let Some(value) = header.last_chunk_mut() {
        *value = milliseconds.to_be_bytes();
    }
    header
}

/// The chain of signatures of an event stream, for the side that signs or the side that verifies.
///
/// A signature covers the one before, the header `:date` of the outer message, and its payload. The
/// payload is a whole encoded message, the inner one, or empty at the end of the stream.
///
/// # Examples
/// ```
/// use sigv4_reference::stream::{EventChain, Seed, date_header};
/// use sigv4_reference::{Scope, ScopedKey, Time};
///
/// let time = Time::parse(b"20150830T123600Z")?;
/// let scope = Scope::new(&time, b"us-east-1", b"transcribe")?;
/// let key = ScopedKey::derive(b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", scope);
/// let seed = [b'a'; 64]; // The signature of the request's head.
///
/// let mut sender = EventChain::new(&Seed { key: (&key).into(), time, signature: &seed })?;
/// let mut receiver = EventChain::new(&Seed { key: (&key).into(), time, signature: &seed })?;
/// let headers = date_header(1000 * time.unix_seconds());
/// for payload in [&b"an encoded message"[..], b""] {
///     let signature = sender.sign(&key, &time, &headers, payload)?;
///     assert!(receiver.verifies(&key, &time, &headers, payload, &signature)?);
/// }
/// # Ok::<(), sigv4_reference::Error>(())
/// ```
#[derive(Debug)]
pub struct EventChain(Chain<SigningKey>);

impl EventChain {
    /// Starts after the head of the request.
    ///
    /// # Errors
    /// [`Error::ControlByte`], [`Error::KeyDate`], and [`Error::StreamKey`] for a key pair.
    pub fn new(seed: &Seed<'_>) -> Result<Self, Error> {
        Chain::of_events(seed).map(Self)
    }

    /// The signature of the next message. Its `time` is that of `:date` without milliseconds; `key` is
    /// the key of that day. `headers` are the encoded headers that are signed.
    ///
    /// # Errors
    /// [`Error::KeyDate`].
    pub fn sign(
        &mut self,
        key: &ScopedKey<'_>,
        time: &Time,
        headers: &[u8],
        payload: &[u8],
    ) -> Result<Signature, Error> {
        self.0.set_time(key, time)?;
        Ok(self.0.sign(Piece::Event { headers, payload }))
    }

    /// Whether `signature` is that of the next message, in constant time. If not, the chain stays where
    /// it is.
    ///
    /// # Errors
    /// [`Error::KeyDate`].
    pub fn verifies(
        &mut self,
        key: &ScopedKey<'_>,
        time: &Time,
        headers: &[u8],
        payload: &[u8],
        signature: &Signature,
    ) -> Result<bool, Error> {
        self.0.set_time(key, time)?;
        Ok(self.0.verifies(Piece::Event { headers, payload }, signature))
    }

    /// The last string to sign.
    #[must_use]
    pub fn string_to_sign(&self) -> &[u8] {
        self.0.string_to_sign()
    }
}
