//! The key pair of a secret.

use std::fmt;

use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{self, SigningKey, VerifyingKey};
use zeroize::{Zeroize as _, Zeroizing};

use super::ALGORITHM;
use super::signature::EcdsaSignature;
use crate::primitive::hash::{HmacKey, Padded, Pads};

/// How many candidates the derivation looks at: the counter is one byte, from 1 to 254.
const TRIES: u8 = 254;

/// The key pair of a secret: signs for every region and service on every day, so that it is derived
/// once and kept. It is overwritten with zeros when it is dropped.
#[derive(Clone)]
pub struct V4aKey(SigningKey);

/// The public half of a [`V4aKey`]: enough to verify, and not a secret.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct PublicKey(VerifyingKey);

/// Why there is no key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum KeyError {
    /// None of the 254 candidates of a secret is a private key. This does not happen by chance: a
    /// single one fails once in 2^32 secrets.
    Exhausted,
    /// A private key is zero, or not below the order of the curve.
    PrivateKey,
    /// Two coordinates are not a point of the curve.
    PublicKey,
}

impl V4aKey {
    /// The key pair of a secret, which depends on the id as well.
    ///
    /// # Errors
    /// [`KeyError::Exhausted`].
    pub fn derive(access_key_id: &[u8], secret_access_key: &[u8]) -> Result<Self, KeyError> {
        // NIST SP 800-108, counter mode, with HMAC-SHA256: one block of 256 bits. The context is the
        // id followed by the counter of the candidates.
        const BLOCK: [u8; 4] = 1_u32.to_be_bytes();
        const BITS: [u8; 4] = 256_u32.to_be_bytes();
        let mut key = HmacKey::default();
        key.load_pair([b"AWS4A", secret_access_key], &mut Pads::default());
        let mut input = [&BLOCK, ALGORITHM.as_bytes(), &[0], access_key_id, &[0], &BITS].concat();
        let counter = input.len() - BITS.len() - 1;
        Self::first_of(|count| {
            input[counter] = count;
            Zeroizing::new(Zeroizing::new(key.mac(&Padded::after_key(&input))).to_bytes())
        })
    }

    /// A private key that was derived elsewhere, big-endian.
    ///
    /// # Errors
    /// [`KeyError::PrivateKey`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        SigningKey::from_slice(bytes).map(Self).map_err(|_| KeyError::PrivateKey)
    }

    /// The private key, big-endian.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        let mut bytes = self.0.to_bytes();
        let copy = Zeroizing::new(bytes.into());
        bytes.zeroize();
        copy
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(*self.0.verifying_key())
    }

    /// A signature of any string to sign: of a request, or of a chunk or trailer. The nonce is that
    /// of RFC 6979, so that one string to sign always has the same signature; `s` may be in either
    /// half, as in most of the vendor's signers.
    #[must_use]
    pub fn sign(&self, string_to_sign: &[u8]) -> EcdsaSignature {
        let signature: ecdsa::Signature = self.0.sign(string_to_sign);
        EcdsaSignature::from_checked(signature.to_bytes().into())
    }

    /// The first candidate that is in range. A candidate `c` stands for the private key `c + 1`, so
    /// that zero is good and everything above `n - 2` is not.
    fn first_of(mut candidate: impl FnMut(u8) -> Zeroizing<[u8; 32]>) -> Result<Self, KeyError> {
        (1..=TRIES)
            .find_map(|count| {
                let mut bytes = candidate(count);
                let mut carry = true;
                for byte in bytes.iter_mut().rev() {
                    (*byte, carry) = byte.overflowing_add(u8::from(carry));
                }
                // The largest candidate becomes zero, which is refused as well.
                Self::from_bytes(&bytes).ok()
            })
            .ok_or(KeyError::Exhausted)
    }
}

impl PublicKey {
    /// The point with these coordinates, big-endian.
    ///
    /// # Errors
    /// [`KeyError::PublicKey`].
    pub fn from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Result<Self, KeyError> {
        const UNCOMPRESSED: u8 = 4;
        let point = [&[UNCOMPRESSED][..], x, y].concat();
        VerifyingKey::from_sec1_bytes(&point).map(Self).map_err(|_| KeyError::PublicKey)
    }

    /// The two coordinates, big-endian.
    #[must_use]
    pub fn coordinates(&self) -> [[u8; 32]; 2] {
        let point = self.0.to_sec1_point(false);
        let [mut x, mut y] = [[0; 32]; 2];
        // A public key is never the point at infinity, which has no coordinates.
        for (coordinate, bytes) in [(&mut x, point.x()), (&mut y, point.y())] {
            if let Some(bytes) = bytes {
                coordinate.copy_from_slice(bytes);
            }
        }
        [x, y]
    }

    /// Whether this is a signature of any string to sign. Signatures of both halves of `s` are
    /// accepted: the vendor's signers make both.
    #[must_use]
    pub fn verifies(&self, string_to_sign: &[u8], signature: &EcdsaSignature) -> bool {
        let signature = ecdsa::Signature::from_slice(signature.as_bytes());
        signature.is_ok_and(|signature| self.0.verify(string_to_sign, &signature).is_ok())
    }
}

/// The private key is not shown.
impl fmt::Debug for V4aKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("V4aKey")
            .field("public_key", &self.public_key())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = |bytes: [u8; 32]| bytes.map(|byte| format!("{byte:02x}")).concat();
        let [x, y] = self.coordinates().map(digits);
        formatter.debug_struct("PublicKey").field("x", &x).field("y", &y).finish()
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Exhausted => "secret: none of its 254 candidates is a private key",
            Self::PrivateKey => "private key: expected a number above zero and below the order",
            Self::PublicKey => "public key: the coordinates are not a point of the curve",
        })
    }
}

impl std::error::Error for KeyError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v4a::signature::ORDER;

    /// The order less this number.
    fn below_order(difference: u8) -> [u8; 32] {
        let mut bytes = ORDER;
        bytes[31] -= difference;
        bytes
    }

    fn first_of(candidates: &[[u8; 32]]) -> (Option<[u8; 32]>, usize) {
        let mut looked_at = 0;
        let key = V4aKey::first_of(|count| {
            looked_at += 1;
            let index = usize::from(count) - 1;
            Zeroizing::new(candidates.get(index).copied().unwrap_or([0xff; 32]))
        });
        (key.ok().map(|key| *key.to_bytes()), looked_at)
    }

    /// aws-c-auth, `s_aws_is_ecc_key_material_less_or_equal`: a candidate of at most `n - 2` is good.
    /// No published secret needs a second candidate.
    #[test]
    fn a_candidate_above_the_order_less_two_is_passed_over() {
        let mut one = [0; 32];
        one[31] = 1;
        assert_eq!(first_of(&[[0; 32]]), (Some(one), 1), "the smallest");
        assert_eq!(first_of(&[below_order(2)]), (Some(below_order(1)), 1), "the largest");
        for refused in [below_order(1), ORDER, [0xff; 32]] {
            assert_eq!(first_of(&[refused, [0; 32]]), (Some(one), 2), "{refused:?}");
        }
    }

    #[test]
    fn the_counter_ends_at_254() {
        let mut candidates = vec![ORDER; 254];
        assert_eq!(first_of(&candidates), (None, 254));
        candidates[253] = [0; 32];
        assert_eq!(first_of(&candidates).1, 254);
        assert!(first_of(&candidates).0.is_some());
    }

    #[test]
    fn a_private_key_is_in_range() {
        for refused in [[0; 32], ORDER, [0xff; 32]] {
            assert_eq!(V4aKey::from_bytes(&refused).err(), Some(KeyError::PrivateKey));
        }
        let largest = V4aKey::from_bytes(&below_order(1)).unwrap();
        assert_eq!(*largest.to_bytes(), below_order(1));
    }

    #[test]
    fn a_public_key_is_a_point() {
        let key = V4aKey::from_bytes(&below_order(1)).unwrap().public_key();
        let [x, y] = key.coordinates();
        assert_eq!(PublicKey::from_coordinates(&x, &y), Ok(key));
        for (x, y) in [(&y, &x), (&x, &[0; 32]), (&[0; 32], &[0; 32]), (&[0xff; 32], &y)] {
            assert_eq!(PublicKey::from_coordinates(x, y), Err(KeyError::PublicKey));
        }
    }
}
