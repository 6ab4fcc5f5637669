//! The chain of signatures that the pieces of a stream make: each is signed with the one before it.

use sigv4_protocol::{Digits, SignQuestion, SignedAnswer, SignedPiece};
use sigv4_vectors::model::{ChainKey, ChainStart};

use super::check::{ModelError, check_line, check_scope};
use super::date::Moment;
use super::memory::Memory;
use super::scope_and_key::Scope;
use super::text::unhex;
use super::{output, signature};
use crate::catalogue::MistakeSet;

/// "AWS4-HMAC-SHA256-PAYLOAD" begins the string to sign of a chunk.
pub(super) const LABEL: &[u8] = b"AWS4-HMAC-SHA256-PAYLOAD";

/// What signs a piece, and when.
pub(super) struct Link {
    pub(super) moment: Moment,
    pub(super) scope: Scope,
    pub(super) key: Vec<u8>,
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
        Ok(Self { moment, scope, key, mistakes })
    }

    /// The time as it is in the string to sign.
    pub(super) fn time(&self) -> Vec<u8> {
        self.moment.text_to_sign(self.mistakes)
    }

    /// The credential scope as it is in the string to sign.
    pub(super) fn scope_text(&self) -> Vec<u8> {
        output::scope_text(&self.scope, self.moment, self.mistakes)
    }

    /// Signs lines.
    pub(super) fn sign(&self, lines: &[Vec<u8>]) -> SignedPiece {
        let string_to_sign = lines.join(&b'\n');
        let signature =
            signature::signature(&self.key, &string_to_sign, &string_to_sign, self.mistakes);
        SignedPiece {
            string_to_sign: Some(string_to_sign.into()),
            signature: Digits::from(&*String::from_utf8_lossy(&signature)),
        }
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
