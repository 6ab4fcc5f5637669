//! What a signing key is derived from, and when two keys must be equal by rule.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// The tuple that a signing key is derived from: any bytes, of any length.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Parts {
    /// The secret access key.
    pub secret: Vec<u8>,
    /// `YYYYMMDD`, or what an attacker puts in its place.
    pub date: Vec<u8>,
    /// The region.
    pub region: Vec<u8>,
    /// The service.
    pub service: Vec<u8>,
}

/// Which key of a derivation. Each depends on a longer prefix of the tuple than the one before.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Level {
    /// Of secret and date.
    Date,
    /// Of secret, date and region.
    Region,
    /// Of the whole tuple.
    Service,
    /// Of the whole tuple and `aws4_request`.
    Signing,
}

/// The four keys of one tuple, in the order of [`Level::ALL`].
pub type Keys = [[u8; 32]; 4];

/// How a derivation uses the secret, which decides which secrets are equivalent for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SecretUse {
    /// `"AWS4" + secret` is the key of an HMAC: secrets with the same [`hmac_block`] are one key.
    HmacKey,
    /// The secret is a message: no two are equivalent.
    Message,
}

impl Level {
    /// All levels, from the top.
    pub const ALL: [Self; 4] = [Self::Date, Self::Region, Self::Service, Self::Signing];

    /// The key's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Date => "date key",
            Self::Region => "region key",
            Self::Service => "service key",
            Self::Signing => "signing key",
        }
    }
}

impl Parts {
    /// The inputs besides the secret, up to a level.
    #[must_use]
    pub fn scope(&self, level: Level) -> Vec<&[u8]> {
        let all = [&self.date[..], &self.region, &self.service, b"aws4_request"];
        all[..=level as usize].to_vec()
    }

    /// A text that two tuples share exactly if they must share the key of `level`: the secret as it
    /// is used, then every part with its length as a prefix.
    #[must_use]
    pub fn identity(&self, level: Level, secret_use: SecretUse) -> Vec<u8> {
        let secret = match secret_use {
            SecretUse::HmacKey => hmac_block(&prefixed(&self.secret)).to_vec(),
            SecretUse::Message => self.secret.clone(),
        };
        let mut parts = vec![&secret[..]];
        parts.extend(self.scope(level));
        length_prefixed(&parts)
    }
}

impl fmt::Display for Parts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [&self.secret, &self.date, &self.region, &self.service];
        let shown = parts.map(|part| match std::str::from_utf8(part) {
            // Escaped beyond ASCII: forms that look alike are the point.
            Ok(text) => text.chars().map(shown).collect(),
            Err(_) => part.escape_ascii().to_string(),
        });
        write!(formatter, "(\"{}\")", shown.join("\", \""))
    }
}

/// `"AWS4" + secret`, the first HMAC key of the chain.
#[must_use]
pub fn prefixed(secret: &[u8]) -> Vec<u8> {
    [b"AWS4", secret].concat()
}

/// The block that HMAC-SHA256 makes of a key (RFC 2104, section 2): a key longer than 64 bytes is
/// hashed, a shorter one filled up with zeros. Keys with the same block are the same key.
#[must_use]
pub fn hmac_block(key: &[u8]) -> [u8; 64] {
    let mut block = [0; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    block
}

/// The parts, each prefixed with its length in eight bytes: no two lists give the same text.
pub(super) fn length_prefixed(parts: &[&[u8]]) -> Vec<u8> {
    let mut text = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        text.extend_from_slice(&(part.len() as u64).to_be_bytes());
        text.extend_from_slice(part);
    }
    text
}

fn shown(character: char) -> String {
    if character == '"' || character == '\\' || !character.is_ascii() {
        character.escape_default().to_string()
    } else {
        character.escape_debug().to_string()
    }
}
