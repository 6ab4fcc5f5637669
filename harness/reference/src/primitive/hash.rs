//! SHA-256 and HMAC-SHA256, on the compression function of `sha2`.
//!
//! Nearly all the time of a signature goes into some ten compressions. What `sha2` and `hmac` do
//! around them (a block buffer, a hasher cloned per use) costs as much as one compression per HMAC;
//! here a message is one slice, so neither is needed. The properties below hold this against those
//! crates.

use sha2::block_api::compress256;
use zeroize::{DefaultIsZeroes, ZeroizeOnDrop, optimization_barrier};

use crate::primitive::text::Text;

/// FIPS 180-4, section 5.3.3.
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

const BLOCK: usize = 64;

/// A hash or a MAC, as the words that the compression function works on.
#[derive(Clone, Copy, Default)]
pub(crate) struct Digest([u32; 8]);

/// So that one is cleared in a few wide stores.
impl DefaultIsZeroes for Digest {}

impl Digest {
    /// The SHA-256 of `message`.
    pub(crate) fn of(message: &[u8]) -> Self {
        Padded::new(message, 0).finish(INITIAL)
    }

    /// The same for a text that stands in a buffer: padded in place, it is one run of blocks.
    pub(crate) fn of_buffer(message: &mut Text) -> Self {
        finish_in_place(INITIAL, 0, message)
    }

    pub(crate) fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.write(&mut bytes);
        bytes
    }

    fn write(self, out: &mut [u8; 32]) {
        let (words, _) = out.as_chunks_mut::<4>();
        for (bytes, word) in words.iter_mut().zip(self.0) {
            *bytes = word.to_be_bytes();
        }
    }
}

/// A key of HMAC-SHA256 (RFC 2104), as the two states that its padded forms leave behind: a use
/// saves two compressions.
#[derive(Clone, Default)]
pub(crate) struct HmacKey {
    inner: [u32; 8],
    outer: [u32; 8],
}

/// Where a key is padded: with bytes of one value for the inner hash, of another for the outer. Kept
/// through a chain of keys, so that there is one place to clear.
pub(crate) struct Pads {
    inner: [u8; BLOCK],
    outer: [u8; BLOCK],
}

const INNER: u8 = 0x36;
const OUTER: u8 = 0x5c;

impl Default for Pads {
    fn default() -> Self {
        Self { inner: [0; BLOCK], outer: [0; BLOCK] }
    }
}

impl Pads {
    /// Pads the key that consists of these parts, of which a block has room for no more bytes than
    /// it has.
    #[inline]
    fn load(&mut self, parts: &[&[u8]]) {
        let mut start = 0;
        self.inner = [0; BLOCK];
        for part in parts {
            self.inner[start..start + part.len()].copy_from_slice(part);
            start += part.len();
        }
        self.spread();
    }

    /// Pads a key that is the outcome of another.
    #[inline]
    fn load_digest(&mut self, key: &Digest) {
        let (halves, _) = self.inner.as_chunks_mut::<32>();
        key.write(&mut halves[0]);
        halves[1] = [0; 32];
        self.spread();
    }

    /// Makes both pads out of the key that stands in the inner one.
    #[inline]
    fn spread(&mut self) {
        self.outer = self.inner.map(|byte| byte ^ OUTER);
        self.inner = self.inner.map(|byte| byte ^ INNER);
    }
}

impl Drop for Pads {
    fn drop(&mut self) {
        self.inner = [0; BLOCK];
        self.outer = [0; BLOCK];
        optimization_barrier(self);
    }
}

impl ZeroizeOnDrop for Pads {}

impl HmacKey {
    /// Turns into the key that consists of these parts, together no longer than a block.
    #[inline]
    pub(crate) fn load(&mut self, parts: &[&[u8]], pads: &mut Pads) {
        pads.load(parts);
        self.take_in(pads);
    }

    /// Turns into the key whose bytes are those of `key`.
    #[inline]
    pub(crate) fn load_digest(&mut self, key: &Digest, pads: &mut Pads) {
        pads.load_digest(key);
        self.take_in(pads);
    }

    /// The two states do not wait for each other, nor the inner hash of a message for the outer one.
    #[inline]
    fn take_in(&mut self, pads: &Pads) {
        self.inner = INITIAL;
        self.outer = INITIAL;
        compress256(&mut self.inner, std::slice::from_ref(&pads.inner));
        compress256(&mut self.outer, std::slice::from_ref(&pads.outer));
    }

    /// The HMAC of `message`, which was padded with [`Padded::behind_key`].
    #[inline]
    pub(crate) fn mac(&self, message: &Padded<'_>) -> Digest {
        self.close(&message.finish(self.inner))
    }

    /// The same for a text that stands in a buffer.
    #[inline]
    pub(crate) fn mac_of_buffer(&self, message: &mut Text) -> Digest {
        self.close(&finish_in_place(self.inner, 1, message))
    }

    /// The outer hash: of a digest, which with its padding is one block.
    #[inline]
    fn close(&self, inner: &Digest) -> Digest {
        let mut block = [0; BLOCK];
        let (halves, _) = block.as_chunks_mut::<32>();
        inner.write(&mut halves[0]);
        halves[1][0] = END_OF_MESSAGE;
        halves[1][24..].copy_from_slice(&bits(1, 32).to_be_bytes());
        let mut state = self.outer;
        compress256(&mut state, &[block]);
        Digest(state)
    }
}

impl Drop for HmacKey {
    fn drop(&mut self) {
        self.inner = [0; 8];
        self.outer = [0; 8];
        optimization_barrier(self);
    }
}

impl ZeroizeOnDrop for HmacKey {}

/// FIPS 180-4, section 5.1.1: a one bit, zeros, and the length of the message in bits.
const END_OF_MESSAGE: u8 = 0x80;

/// The length of a message of `blocks` blocks and `rest` bytes behind them.
fn bits(blocks: u64, rest: usize) -> u64 {
    8 * (blocks * BLOCK as u64 + rest as u64)
}

/// A message, cut into blocks and padded: apart from the hashing, so that of a chain whose messages
/// are known all can be ready before the first key is.
pub(crate) struct Padded<'m> {
    whole: &'m [[u8; BLOCK]],
    end: [[u8; BLOCK]; 2],
    /// How many blocks the end takes.
    used: usize,
}

impl<'m> Padded<'m> {
    /// What a key's own block is followed by.
    pub(crate) fn behind_key(message: &'m [u8]) -> Self {
        Self::new(message, 1)
    }

    /// The last part of a message, of which so many blocks are taken in already.
    #[inline]
    fn new(message: &'m [u8], blocks: u64) -> Self {
        let (whole, rest) = message.as_chunks::<BLOCK>();
        let mut end = [[0; BLOCK]; 2];
        let used = if rest.len() < BLOCK - 8 { 1 } else { 2 };
        let flat = end.as_flattened_mut();
        flat[..rest.len()].copy_from_slice(rest);
        flat[rest.len()] = END_OF_MESSAGE;
        flat[used * BLOCK - 8..used * BLOCK]
            .copy_from_slice(&bits(blocks, message.len()).to_be_bytes());
        Self { whole, end, used }
    }

    #[inline]
    fn finish(&self, mut state: [u32; 8]) -> Digest {
        if !self.whole.is_empty() {
            compress256(&mut state, self.whole);
        }
        compress256(&mut state, &self.end[..self.used]);
        Digest(state)
    }
}

/// Takes in the last part of a message, of which `state` has seen `blocks` blocks, with the padding
/// written behind it and taken off again: no part of it is copied, and it is one run of blocks.
#[inline]
fn finish_in_place(mut state: [u32; 8], blocks: u64, message: &mut Text) -> Digest {
    let length = message.len();
    let padded = (length + 1 + 8).next_multiple_of(BLOCK);
    message.append(&[0; BLOCK + 8]);
    message.truncate(padded);
    message[length] = END_OF_MESSAGE;
    if let Some(end) = message.last_chunk_mut() {
        *end = bits(blocks, length).to_be_bytes();
    }
    compress256(&mut state, message.as_chunks().0);
    message.truncate(length);
    Digest(state)
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit, Mac};
    use proptest::prelude::*;
    use sha2::Sha256;

    use super::*;

    /// Lengths on both sides of every border of a block.
    #[test]
    fn every_length_hashes_as_the_library_hashes_it() {
        use sha2::Digest as _;
        let message: Vec<u8> = (0..=255).cycle().take(300).collect();
        for length in 0..message.len() {
            let message = &message[..length];
            let expected: [u8; 32] = Sha256::digest(message).into();
            assert_eq!(Digest::of(message).to_bytes(), expected, "{length} bytes");
            let mut buffer = Text::default();
            buffer.append(message);
            assert_eq!(Digest::of_buffer(&mut buffer).to_bytes(), expected, "{length} bytes");
            assert_eq!(&buffer[..], message);
        }
    }

    proptest! {
        #[test]
        fn a_mac_is_the_library_s(
            key in prop::collection::vec(any::<u8>(), 0..=64),
            message in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let expected = Hmac::<Sha256>::new_from_slice(&key)?.chain_update(&message);
            let expected: [u8; 32] = expected.finalize().into_bytes().into();
            let (start, end) = key.split_at(key.len() / 3);
            let mut key = HmacKey::default();
            key.load(&[start, end], &mut Pads::default());
            prop_assert_eq!(key.mac(&Padded::behind_key(&message)).to_bytes(), expected);
            let mut buffer = Text::default();
            buffer.append(&message);
            prop_assert_eq!(key.mac_of_buffer(&mut buffer).to_bytes(), expected);
        }
    }
}
