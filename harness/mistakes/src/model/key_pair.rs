//! The key pair of SigV4A, and the signatures that are made with it.

use std::cell::RefCell;
use std::collections::HashMap;

use p256::ecdsa::signature::hazmat::{PrehashSigner as _, PrehashVerifier as _};
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::ops::Reduce as _;
use p256::{FieldBytes, Scalar};
use sha2::{Digest as _, Sha256};
use sigv4_protocol::{DerivedKeyPair, KeyPairQuestion, PublicKey};
use sigv4_vectors::model::SigningInput;

use super::check::ModelError;
use super::date::Moment;
use super::scope_and_key::{Scope, derive, hmac, start};
use super::text::{base64, base64_decoded, decode, hex, unhex};
use crate::catalogue::{Mistake, MistakeSet};

pub(super) const ALGORITHM: &[u8] = b"AWS4-ECDSA-P256-SHA256";

/// "The order of P-256, less two": the largest candidate for a private key.
const LARGEST: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f,
];

/// The ways to write a signature, the right one first.
const FORMS: [MistakeSet; 7] = [
    MistakeSet::EMPTY,
    MistakeSet::of(&[Mistake::V4aSignatureRaw]),
    MistakeSet::of(&[Mistake::V4aSignByteMissing]),
    MistakeSet::of(&[Mistake::SignatureUpperCase]),
    MistakeSet::of(&[Mistake::SignatureBase64]),
    MistakeSet::of(&[Mistake::V4aSignatureRaw, Mistake::SignatureUpperCase]),
    MistakeSet::of(&[Mistake::V4aSignatureRaw, Mistake::SignatureBase64]),
];

/// The mistakes in how a signature is written.
pub(crate) const WRITTEN: MistakeSet = MistakeSet::of(&[
    Mistake::V4aSignatureRaw,
    Mistake::V4aSignByteMissing,
    Mistake::SignatureUpperCase,
    Mistake::SignatureBase64,
]);

/// The private key of a signer.
pub(super) fn derived(
    input: &SigningInput,
    moment: Moment,
    mistakes: MistakeSet,
) -> Result<Vec<u8>, ModelError> {
    if mistakes.contains(Mistake::KeyPairOfSigningKey) {
        let scope = Scope::new(input, moment, mistakes);
        return Ok(derive(input, &scope, moment, mistakes));
    }
    let credentials = &input.credentials;
    of_secret(&credentials.access_key_id, &credentials.secret_access_key, mistakes)
}

/// The pair of a question.
pub(super) fn as_asked(
    question: &KeyPairQuestion,
    mistakes: MistakeSet,
) -> Result<DerivedKeyPair, ModelError> {
    let KeyPairQuestion { access_key_id, secret_access_key } = question;
    let private_key = of_secret(access_key_id, secret_access_key, mistakes)?;
    let point = pair(&private_key)?.verifying_key().to_sec1_point(false);
    let digits = sigv4_protocol::hex::hex;
    let public_key = point.x().zip(point.y());
    Ok(DerivedKeyPair {
        private_key: digits(&private_key),
        public_key: public_key.map(|(x, y)| PublicKey { x: digits(x), y: digits(y) }),
    })
}

/// "HMAC in counter mode, keyed by AWS4A and the secret, of the counter 1, the algorithm, a zero byte,
/// the access key id, the counter of candidates from 1, and 256: the first candidate of at most the
/// order less two, plus one."
pub(super) fn of_secret(
    access_key_id: &[u8],
    secret_access_key: &[u8],
    mistakes: MistakeSet,
) -> Result<Vec<u8>, ModelError> {
    let has = |mistake| mistakes.contains(mistake);
    let prefix: &[u8] = if has(Mistake::KeyPairPrefixAws4) { b"AWS4" } else { b"AWS4A" };
    let key = start(prefix, secret_access_key, mistakes);
    let first = if has(Mistake::KeyPairCounterFromZero) {
        0
    } else if has(Mistake::KeyPairCounterFromTwo) {
        2
    } else {
        1
    };
    let mut before = Vec::new();
    for count in first..=254 {
        let mut input = fixed_input(access_key_id, count, mistakes);
        if has(Mistake::KeyPairInputAppended) {
            input = [before, input].concat();
        }
        let mut candidate = hmac(&key, &input);
        if has(Mistake::KeyPairLittleEndian) {
            candidate.reverse();
        }
        if candidate[..] <= LARGEST[..] {
            let is_last = has(Mistake::KeyPairNotIncremented);
            return Ok(if is_last { candidate } else { plus_one(candidate) });
        }
        if has(Mistake::KeyPairCounterNotLooped) {
            let number = <[u8; 32]>::try_from(plus_one(candidate)).unwrap_or_default();
            // Libraries for curves reduce a multiplier that is too large.
            return Ok(Scalar::reduce(&FieldBytes::from(number)).to_bytes().to_vec());
        }
        before = input;
    }
    Err(ModelError::PrivateKey)
}

/// What each candidate is the HMAC of.
fn fixed_input(access_key_id: &[u8], count: u8, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let block = if has(Mistake::KeyPairBlockNumberMissing) {
        Vec::new()
    } else if has(Mistake::KeyPairBlockNumberLittleEndian) {
        1_u32.to_le_bytes().to_vec()
    } else {
        1_u32.to_be_bytes().to_vec()
    };
    let label: &[u8] =
        if has(Mistake::KeyPairLabelOfHmac) { b"AWS4-HMAC-SHA256" } else { ALGORITHM };
    let nul: &[u8] = if has(Mistake::KeyPairNulMissing) { b"" } else { b"\0" };
    let label = [label, nul].concat();
    let id = if has(Mistake::KeyPairIdMissing) { b"" } else { access_key_id };
    let counter = if has(Mistake::KeyPairCounterMissing) {
        Vec::new()
    } else if has(Mistake::KeyPairCounterWide) {
        u32::from(count).to_be_bytes().to_vec()
    } else {
        vec![count]
    };
    let context = if has(Mistake::KeyPairCounterBeforeId) {
        [&counter, id].concat()
    } else {
        [id, &counter].concat()
    };
    let length = if has(Mistake::KeyPairLengthMissing) {
        Vec::new()
    } else if has(Mistake::KeyPairLengthLittleEndian) {
        256_u32.to_le_bytes().to_vec()
    } else if has(Mistake::KeyPairLengthInBytes) {
        32_u32.to_be_bytes().to_vec()
    } else {
        256_u32.to_be_bytes().to_vec()
    };
    if has(Mistake::KeyPairContextBeforeLabel) {
        return [block, context, label, length].concat();
    }
    [block, label, context, length].concat()
}

/// A number, big-endian, plus one.
fn plus_one(mut number: Vec<u8>) -> Vec<u8> {
    for byte in number.iter_mut().rev() {
        *byte = byte.wrapping_add(1);
        if *byte != 0 {
            break;
        }
    }
    number
}

/// "The hash of the string to sign", which ECDSA signs.
pub(crate) fn digest(
    canonical_request: &[u8],
    string_to_sign: &[u8],
    mistakes: MistakeSet,
) -> [u8; 32] {
    let has = |mistake| mistakes.contains(mistake);
    if has(Mistake::V4aUnhashed) {
        // ECDSA takes as many bits of a longer text as its order has.
        return std::array::from_fn(|index| string_to_sign.get(index).copied().unwrap_or(0));
    }
    let hash = |text: &[u8]| <[u8; 32]>::from(Sha256::digest(text));
    if has(Mistake::SignatureOfCanonicalRequest) {
        hash(canonical_request)
    } else if has(Mistake::SignatureOfHash) {
        hash(&hex(&hash(string_to_sign)))
    } else if has(Mistake::V4aHashedTwice) {
        hash(&hash(string_to_sign))
    } else {
        hash(string_to_sign)
    }
}

/// The pair of a private key.
///
/// # Errors
/// [`ModelError::PrivateKey`] if the number is none, which does not happen by chance.
pub(crate) fn pair(private_key: &[u8]) -> Result<SigningKey, ModelError> {
    SigningKey::from_slice(private_key).map_err(|_| ModelError::PrivateKey)
}

/// Whether a signature is the one of a text by the key of a private key.
pub(crate) fn holds(private_key: &[u8], text: &[u8], signature: &Signature) -> bool {
    thread_local! {
        static RESULTS: Results<bool> = Results::default();
    }
    let hash = <[u8; 32]>::from(Sha256::digest(text));
    RESULTS.with(|results| {
        results.of(&[private_key, &hash, &signature.to_vec()], || {
            let key = pair(private_key).ok();
            key.is_some_and(|key| key.verifying_key().verify_prehash(&hash, signature).is_ok())
        })
    })
}

/// The signature of a hash. The model draws no nonce, so that it gives one signature only (RFC 6979).
///
/// # Errors
/// [`ModelError::PrivateKey`] if the number is not a private key, or the hash has no signature. Neither happens by chance.
pub(crate) fn sign(private_key: &[u8], digest: &[u8; 32]) -> Result<Signature, ModelError> {
    thread_local! {
        static RESULTS: Results<Option<Signature>> = Results::default();
    }
    let signature = RESULTS.with(|results| {
        results.of(&[private_key, digest], || pair(private_key).ok()?.sign_prehash(digest).ok())
    });
    signature.ok_or(ModelError::PrivateKey)
}

/// What was computed before. The same requests are signed and verified with one mistake after the other, and a
/// computation on the curve takes as long as a hundred hashes.
struct Results<T>(RefCell<HashMap<[u8; 32], T>>);

impl<T> Default for Results<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T: Copy> Results<T> {
    /// How many are kept.
    const KEPT: usize = 1 << 14;

    /// The result for parts of which all but the first have a fixed length. Only their hash stays in memory: one of
    /// them is a private key.
    fn of(&self, parts: &[&[u8]], compute: impl FnOnce() -> T) -> T {
        let asked = Sha256::digest(parts.concat()).into();
        let mut results = self.0.borrow_mut();
        if results.len() >= Self::KEPT {
            results.clear();
        }
        *results.entry(asked).or_insert_with(compute)
    }
}

/// "The signature in DER, in lower-case hexadecimal."
pub(crate) fn written(signature: &Signature, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let (r, s) = signature.split_bytes();
    let bytes = if has(Mistake::V4aSignatureRaw) { [r, s].concat() } else { der(&r, &s, mistakes) };
    if has(Mistake::SignatureBase64) {
        return base64(&bytes);
    }
    let mut digits = hex(&bytes);
    if has(Mistake::SignatureUpperCase) {
        digits.make_ascii_uppercase();
    }
    digits
}

/// Rec. ITU-T X.690: a sequence of two integers, each as short as it can be and not negative.
fn der(r: &[u8], s: &[u8], mistakes: MistakeSet) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let number = &number[zeros..];
        let is_negative = number.first().is_some_and(|byte| *byte >= 0x80)
            && !mistakes.contains(Mistake::V4aSignByteMissing);
        let sign: &[u8] = if is_negative { b"\0" } else { b"" };
        tagged(0x02, &[sign, number].concat())
    };
    tagged(0x30, &[integer(r), integer(s)].concat())
}

/// Tag, length and content; two numbers below the order have less than 128 bytes.
fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
    [&[tag, length][..], content].concat()
}

/// The signature in a text, percent-encoded or not, and the form in which it is written; `None` if the
/// form is not known.
pub(crate) fn read(text: &[u8]) -> Option<(Signature, MistakeSet)> {
    let text = &decode(text)[..];
    let is_hex = text.iter().all(u8::is_ascii_hexdigit);
    let bytes = if is_hex { unhex(text) } else { base64_decoded(text)? };
    let (r, s) = bytes
        .split_first_chunk::<32>()
        .filter(|_| bytes.len() == 64)
        .map_or_else(|| integers(&bytes), |(r, s)| Some((*r, <[u8; 32]>::try_from(s).ok()?)))?;
    let signature = Signature::from_scalars(r, s).ok()?;
    let form = FORMS.into_iter().find(|form| written(&signature, *form) == text)?;
    Some((signature, form))
}

/// The two integers of a sequence, with or without the byte of their sign.
fn integers(der: &[u8]) -> Option<([u8; 32], [u8; 32])> {
    let [0x30, _, content @ ..] = der else { return None };
    let integer = |content: &[u8]| {
        let [0x02, length, rest @ ..] = content else { return None };
        let (number, rest) = rest.split_at_checked(usize::from(*length))?;
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let number = &number[zeros..];
        let mut whole = [0; 32];
        whole.get_mut(32_usize.checked_sub(number.len())?..)?.copy_from_slice(number);
        Some((whole, rest.to_vec()))
    };
    let (r, rest) = integer(content)?;
    let (s, rest) = integer(&rest)?;
    rest.is_empty().then_some((r, s))
}
