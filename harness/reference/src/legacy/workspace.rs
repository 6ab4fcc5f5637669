//! The buffers of a signature, which are reused from one request to the next.

use std::fmt;

use super::mac::Mac;
use crate::canonical::headers::HeaderList;
use crate::canonical::query::Query;
use crate::primitive::constant_time::equal;
use crate::primitive::percent::{self, Slash};
use crate::primitive::text::Text;

/// The buffers for one signing or verification at a time.
#[derive(Default)]
pub struct LegacyWorkspace {
    pub(super) headers: HeaderList,
    pub(super) query: Query,
    pub(super) string_to_sign: Text,
    pub(super) scratch: Text,
    /// Room for sorting the query.
    pub(super) sorted: Text,
    /// What the caller sends.
    pub(super) output: Text,
    signature: Text,
}

/// A signature. Borrows from the workspace.
#[derive(Clone, Copy)]
pub struct LegacySignature<'w> {
    workspace: &'w LegacyWorkspace,
}

impl LegacyWorkspace {
    /// Signs any string to sign.
    pub fn sign(&mut self, mac: Mac, secret_access_key: &[u8], text: &[u8]) -> LegacySignature<'_> {
        self.clear();
        self.string_to_sign.append(text);
        self.compute(mac, secret_access_key);
        self.signed()
    }

    pub(super) fn clear(&mut self) {
        self.headers.clear();
        self.string_to_sign.clear();
        self.scratch.clear();
        self.output.clear();
        self.signature.clear();
    }

    /// Computes the signature of the string to sign.
    pub(super) fn compute(&mut self, mac: Mac, secret_access_key: &[u8]) {
        mac.append(&mut self.signature, secret_access_key, &self.string_to_sign);
    }

    /// Appends the computed signature to what the caller sends.
    pub(super) fn append_signature(&mut self) {
        self.output.append(&self.signature);
    }

    /// The same, percent-encoded.
    pub(super) fn append_encoded_signature(&mut self) {
        let signature = &self.signature;
        self.output
            .write(percent::room(signature), |out| percent::encode(out, signature, Slash::Encode));
    }

    /// Whether `signature` is the computed one, in constant time.
    pub(super) fn is_signature(&self, signature: &[u8]) -> bool {
        equal(&self.signature, signature)
    }

    pub(super) fn signed(&self) -> LegacySignature<'_> {
        LegacySignature { workspace: self }
    }
}

impl<'w> LegacySignature<'w> {
    /// What was signed.
    #[must_use]
    pub fn string_to_sign(&self) -> &'w [u8] {
        &self.workspace.string_to_sign
    }

    /// The signature in base64.
    #[must_use]
    pub fn signature(&self) -> &'w [u8] {
        &self.workspace.signature
    }

    /// What the caller sends: the value of the header, the target or the body. Empty if only a string
    /// was signed.
    #[must_use]
    pub fn output(&self) -> &'w [u8] {
        &self.workspace.output
    }
}

/// The buffers may hold session tokens, which are not shown.
impl fmt::Debug for LegacyWorkspace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LegacyWorkspace").finish_non_exhaustive()
    }
}

/// What was signed and is sent may hold session tokens.
impl fmt::Debug for LegacySignature<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("LegacySignature")
            .field("signature", &String::from_utf8_lossy(self.signature()))
            .finish_non_exhaustive()
    }
}
