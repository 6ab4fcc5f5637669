//! The derivations that are compared: the vendor's chain, sound alternatives, and weak ones that
//! the search must find colliding.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use sigv4_reference::Time;
use sigv4_reference::key::DateKey;
use unicode_normalization::UnicodeNormalization as _;

use super::parts::{Keys, Level, Parts, SecretUse, hmac_block, length_prefixed, prefixed};

/// A way to derive the four keys of a tuple.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Derivation {
    /// The chain over parts in lower case. Weak.
    CaseFolded,
    /// The vendor's chain as `sigv4-reference` derives it: only for days that exist.
    Chain,
    /// The vendor's chain written out plainly, with any bytes as the date.
    ChainOfAnyDate,
    /// SHA-256 of secret and parts, end to end. Weak.
    Concatenated,
    /// HKDF-SHA256 (RFC 5869): the secret is the input, the length-prefixed parts are the info.
    Hkdf,
    /// The chain over parts as text, in which invalid bytes are replaced. Weak.
    LossyText,
    /// The chain over parts in Unicode's composed form. Weak.
    NfcNormalized,
    /// One HMAC over the parts, joined by slashes, which a part may contain too. Weak.
    Separated,
    /// One HMAC over the length-prefixed parts, but sorted. Weak.
    Sorted,
    /// One HMAC over the length-prefixed parts.
    StructuredHmac,
    /// The chain, each key cut to 16 bits. Weak.
    Truncated,
}

impl Derivation {
    /// Those in which the search must not find a collision.
    pub const SOUND: &[Self] =
        &[Self::Chain, Self::ChainOfAnyDate, Self::StructuredHmac, Self::Hkdf];

    /// Those that collide, to show that the search would find it.
    pub const WEAK: &[Self] = &[
        Self::Concatenated,
        Self::Separated,
        Self::Sorted,
        Self::Truncated,
        Self::CaseFolded,
        Self::NfcNormalized,
        Self::LossyText,
    ];

    /// A short name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CaseFolded => "chain of case-folded parts",
            Self::Chain => "chain",
            Self::ChainOfAnyDate => "chain of any date",
            Self::Concatenated => "plain concatenation",
            Self::Hkdf => "HKDF",
            Self::LossyText => "chain of lossy text",
            Self::NfcNormalized => "chain of NFC-normalised parts",
            Self::Separated => "unescaped separator",
            Self::Sorted => "sorted parts",
            Self::StructuredHmac => "structured HMAC",
            Self::Truncated => "chain of 16 bits",
        }
    }

    /// How it uses the secret.
    #[must_use]
    pub fn secret_use(self) -> SecretUse {
        match self {
            Self::Concatenated | Self::Hkdf => SecretUse::Message,
            _ => SecretUse::HmacKey,
        }
    }

    /// The four keys of a tuple; `None` if [`Self::Chain`] is asked for a day that does not exist,
    /// which the reference's types cannot hold.
    #[must_use]
    pub fn keys(self, parts: &Parts) -> Option<Keys> {
        let each = |derive: &dyn Fn(Vec<&[u8]>) -> [u8; 32]| {
            Some(Level::ALL.map(|level| derive(parts.scope(level))))
        };
        let secret = &parts.secret[..];
        match self {
            Self::CaseFolded => Some(chain_of(parts, case_folded, 32)),
            Self::Chain => reference_chain(parts),
            Self::ChainOfAnyDate => Some(chain_of(parts, <[u8]>::to_vec, 32)),
            Self::Concatenated => {
                each(&|scope| Sha256::digest([secret, &scope.concat()].concat()).into())
            }
            Self::Hkdf => {
                let extracted = Hkdf::<Sha256>::new(Some(LABEL), secret);
                each(&|scope| expand(&extracted, &length_prefixed(&scope)))
            }
            Self::LossyText => Some(chain_of(parts, lossy, 32)),
            Self::NfcNormalized => Some(chain_of(parts, nfc, 32)),
            Self::Separated => each(&|scope| hmac(&prefixed(secret), &scope.join(&b'/'))),
            Self::Sorted => each(&|mut scope| {
                scope.sort_unstable();
                hmac(&prefixed(secret), &length_prefixed(&scope))
            }),
            Self::StructuredHmac => {
                each(&|scope| hmac(&prefixed(secret), &length_prefixed(&scope)))
            }
            Self::Truncated => Some(chain_of(parts, <[u8]>::to_vec, 2)),
        }
    }
}

/// HKDF's salt: what the keys are for.
const LABEL: &[u8] = b"sigv4-conformance key derivation";

fn reference_chain(parts: &Parts) -> Option<Keys> {
    let time = Time::parse(&[&parts.date[..], b"T000000Z"].concat()).ok()?;
    let date = DateKey::derive(&parts.secret, &time);
    let region = date.region(&parts.region);
    let service = region.service(&parts.service);
    let signing = service.signing();
    Some([*date.as_bytes(), *region.as_bytes(), *service.as_bytes(), *signing.as_bytes()])
}

/// The chain over the parts after `change`, each key truncated to its first `kept` bytes.
fn chain_of(parts: &Parts, change: fn(&[u8]) -> Vec<u8>, kept: usize) -> Keys {
    let mut key = prefixed(&parts.secret);
    let mut keys = [[0; 32]; 4];
    for (next, part) in keys.iter_mut().zip(parts.scope(Level::Signing)) {
        next[..kept].copy_from_slice(&hmac(&key, &change(part))[..kept]);
        key = next.to_vec();
    }
    keys
}

fn case_folded(part: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(part) {
        Ok(text) => text.to_lowercase().into(),
        Err(_) => part.to_ascii_lowercase(),
    }
}

fn lossy(part: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(part).into_owned().into()
}

fn nfc(part: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(part) {
        Ok(text) => text.nfc().collect::<String>().into(),
        Err(_) => part.to_vec(),
    }
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let state = Hmac::<Sha256>::new(&hmac_block(key).into());
    state.chain_update(message).finalize().into_bytes().into()
}

fn expand(extracted: &Hkdf<Sha256>, info: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    extracted.expand(info, &mut key).expect("one block is within HKDF's limit of 255");
    key
}
