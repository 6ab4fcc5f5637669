//! SHA-256 and HMAC-SHA256, on the compression function of `sha2`.
//!
//! A signature spends nearly all its time in about ten compressions. What `sha2` and `hmac` do around
//! them (a block buffer, a clone of the hasher per use) costs as much as one compression per HMAC.
//! Here a message is one slice, so neither is needed. The tests below compare the results with those
//! crates.

use sha2::block_api::compress256;
use sha2::{Digest as _, Sha256};
use zeroize::{DefaultIsZeroes, ZeroizeOnDrop, Zeroizing, optimization_barrier};

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

/// A hash or a MAC, in the words of the compression function.
#[derive(Clone, Copy, Default)]
pub(crate) struct Digest([u32; 8]);

/// Lets a digest be cleared in a few wide stores.
impl DefaultIsZeroes for Digest {}

impl Digest {
    /// The SHA-256 of `message`.
    pub(crate) fn of(message: &[u8]) -> Self {
        Padded::new(message, 0).finish(INITIAL)
    }

    /// The same for a text in a buffer, which is padded in place and hashed in one go.
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

/// A key of HMAC-SHA256 (RFC 2104), as the two hash states after its padded forms, which saves two
/// compressions per use.
#[derive(Clone, Default)]
pub(crate) struct HmacKey {
    inner: [u32; 8],
    outer: [u32; 8],
}

/// The two padded forms of a key: for the inner hash and for the outer. One value serves a whole
/// chain of keys, so that there is one place to clear.
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
    /// Pads the key that consists of these parts, at most one block.
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

    /// Pads a key that is the result of an HMAC.
    #[inline]
    fn load_digest(&mut self, key: &Digest) {
        let (halves, _) = self.inner.as_chunks_mut::<32>();
        key.write(&mut halves[0]);
        halves[1] = [0; 32];
        self.spread();
    }

    /// Makes both pads of the key in the inner one.
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
    /// Sets the key to these parts, together at most one block.
    #[inline]
    pub(crate) fn load(&mut self, parts: &[&[u8]], pads: &mut Pads) {
        pads.load(parts);
        self.take_in(pads);
    }

    /// Sets the key to these two parts, of any length.
    pub(crate) fn load_pair(&mut self, parts: [&[u8]; 2], pads: &mut Pads) {
        if parts[0].len() + parts[1].len() <= BLOCK {
            self.load(&parts, pads);
        } else {
            // RFC 2104: a key longer than a block is replaced by its hash.
            let hash = Sha256::new().chain_update(parts[0]).chain_update(parts[1]).finalize();
            self.load(&[&Zeroizing::new(<[u8; 32]>::from(hash))[..]], pads);
        }
    }

    /// Sets the key to the bytes of `key`.
    #[inline]
    pub(crate) fn load_digest(&mut self, key: &Digest, pads: &mut Pads) {
        pads.load_digest(key);
        self.take_in(pads);
    }

    /// The two states are independent, so that a processor computes them side by side.
    #[inline]
    fn take_in(&mut self, pads: &Pads) {
        self.inner = INITIAL;
        self.outer = INITIAL;
        compress256(&mut self.inner, std::slice::from_ref(&pads.inner));
        compress256(&mut self.outer, std::slice::from_ref(&pads.outer));
    }

    /// The HMAC of `message`, which was padded with [`Padded::after_key`].
    #[inline]
    pub(crate) fn mac(&self, message: &Padded<'_>) -> Digest {
        self.close(&message.finish(self.inner))
    }

    /// The same for a text in a buffer.
    #[inline]
    pub(crate) fn mac_of_buffer(&self, message: &mut Text) -> Digest {
        self.close(&finish_in_place(self.inner, 1, message))
    }

    /// The outer hash of a digest, which is one block with its padding.
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

/// The length in bits of `blocks` blocks and `rest` more bytes.
fn bits(blocks: u64, rest: usize) -> u64 {
    8 * (blocks * BLOCK as u64 + rest as u64)
}

/// A message, cut into blocks and padded. Separate from hashing, so that all messages of a key chain
/// can be ready before the first key is.
pub(crate) struct Padded<'m> {
    whole: &'m [[u8; BLOCK]],
    end: [[u8; BLOCK]; 2],
    /// How many blocks the end takes.
    used: usize,
}

impl<'m> Padded<'m> {
    /// A message that follows the block of a key.
    pub(crate) fn after_key(message: &'m [u8]) -> Self {
        Self::new(message, 1)
    }

    /// The last part of a message, after `blocks` blocks that are already hashed.
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

/// Hashes the last part of a message, after `blocks` blocks that are in `state` already. The padding
/// is appended and removed again, so that nothing is copied and all blocks are hashed in one go.
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

    use super::*;

    /// Lengths on both sides of each block boundary.
    #[test]
    fn every_length_has_the_hash_of_the_library() {
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
        fn a_mac_is_that_of_the_library(
            key in prop::collection::vec(any::<u8>(), 0..=64),
            message in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let expected = Hmac::<Sha256>::new_from_slice(&key)?.chain_update(&message);
            let expected: [u8; 32] = expected.finalize().into_bytes().into();
            let (start, end) = key.split_at(key.len() / 3);
            let mut key = HmacKey::default();
            key.load(&[start, end], &mut Pads::default());
            prop_assert_eq!(key.mac(&Padded::after_key(&message)).to_bytes(), expected);
            let mut buffer = Text::default();
            buffer.append(&message);
            prop_assert_eq!(key.mac_of_buffer(&mut buffer).to_bytes(), expected);
        }
    }
}
