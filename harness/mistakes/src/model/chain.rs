//! The chain of signatures that the pieces of a stream make: each is signed with the one before it.

use sigv4_protocol::{Digits, SignQuestion, SignedAnswer, SignedPiece};
use sigv4_vectors::model::{ChainKey, ChainStart};

use super::check::{ModelError, check_line, check_scope};
use super::date::Moment;
use super::memory::Memory;
use super::scope_and_key::Scope;
use super::text::unhex;
use super::{key_pair, output, signature};
use crate::catalogue::{Mistake, MistakeSet};

/// What signs a piece, and when.
pub(super) struct Link {
    pub(super) moment: Moment,
    pub(super) scope: Scope,
    pub(super) key: Vec<u8>,
    is_ecdsa: bool,
    mistakes: MistakeSet,
}

impl Link {
    /// The key of the chain, at the time and for the scope of `bare`.
    pub(super) fn new(
        bare: &SignQuestion,
        key: &ChainKey,
        mistakes: MistakeSet,
        memory: &mut Memory,
    ) -> Result<Self, ModelError> {
        let input = &bare.input;
        let moment = check_scope(input)?;
        let scope = Scope::new(input, moment, mistakes);
        let key = match key {
            ChainKey::Credentials(_) => memory.key(input, &scope, moment, mistakes),
            ChainKey::SigningKey(digits) => unhex(digits.as_bytes()),
        };
        Ok(Self { moment, scope, key, is_ecdsa: false, mistakes })
    }

    /// The private key of the chain, which is the same at any time.
    pub(super) fn of_pair(
        bare: &SignQuestion,
        key: &ChainKey,
        mistakes: MistakeSet,
    ) -> Result<Self, ModelError> {
        let input = &bare.input;
        let moment = check_scope(input)?;
        if input.region.trim_ascii().is_empty() {
            return Err(ModelError::RegionSet);
        }
        let scope = Scope::new(input, moment, mistakes);
        let key = match key {
            ChainKey::Credentials(_) => key_pair::derived(input, moment, mistakes)?,
            ChainKey::SigningKey(digits) => unhex(digits.as_bytes()),
        };
        Ok(Self { moment, scope, key, is_ecdsa: true, mistakes })
    }

    /// "AWS4-HMAC-SHA256-PAYLOAD" begins the string to sign of a chunk, and with SigV4A
    /// "AWS4-ECDSA-P256-SHA256-PAYLOAD".
    pub(super) fn label(&self, ending: &str) -> Vec<u8> {
        let is_own = self.is_ecdsa && !self.mistakes.contains(Mistake::V4aChunkAlgorithmOfHmac);
        let algorithm = if is_own { key_pair::ALGORITHM } else { output::ALGORITHM };
        [algorithm, ending.as_bytes()].concat()
    }

    /// The time as it is in the string to sign.
    pub(super) fn time(&self) -> Vec<u8> {
        self.moment.text_to_sign(self.mistakes)
    }

    /// The credential scope as it is in the string to sign.
    pub(super) fn scope_text(&self) -> Vec<u8> {
        if self.is_ecdsa && !self.mistakes.contains(Mistake::V4aChunkRegionInScope) {
            let day = self.moment.day(self.mistakes);
            return [&day[..], &self.scope.service, b"aws4_request"].join(&b'/');
        }
        output::scope_text(&self.scope, self.moment, self.mistakes)
    }

    /// The hash that ECDSA signs.
    pub(super) fn digest(&self, text: &[u8]) -> [u8; 32] {
        key_pair::digest(text, text, self.mistakes)
    }

    /// Signs lines.
    pub(super) fn sign(&self, lines: &[Vec<u8>]) -> Result<SignedPiece, ModelError> {
        let text = lines.join(&b'\n');
        let signature = if self.is_ecdsa {
            key_pair::written(&key_pair::sign(&self.key, &self.digest(&text))?, self.mistakes)
        } else {
            signature::signature(&self.key, &text, &text, self.mistakes)
        };
        Ok(SignedPiece {
            string_to_sign: Some(text.into()),
            signature: Digits::from(&*String::from_utf8_lossy(&signature)),
        })
    }
}

/// The signature that the chain starts from.
pub(super) fn seed(start: &ChainStart, head: Option<&SignedAnswer>) -> Result<Vec<u8>, ModelError> {
    let given = match start {
        ChainStart::Request(_) => {
            let signature = head.and_then(|head| head.stages.signature.as_ref());
            return Ok(signature.ok_or(ModelError::HeadWithoutCredentials)?.as_bytes().to_vec());
        }
        ChainStart::SeedSignature(given) | ChainStart::FinalChunkSignature(given) => given,
    };
    check_line("signature before", given)?;
    Ok(given.to_vec())
}
