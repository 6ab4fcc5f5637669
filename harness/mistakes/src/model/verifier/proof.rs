//! The signature, computed again from the request as it arrived.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Credentials, Payload, Placement, SigningInput};

use super::arrived::{Arrived, ECDSA, HMAC};
use super::claim::{Claim, ecdsa};
use super::keys::Candidate;
use super::material::{Material, Scope};
use super::{Checked, refused, steps};
use crate::catalogue::{Mistake, MistakeSet};
use crate::model::check::{check_line, check_query};
use crate::model::headers::{self, Field};
use crate::model::query;
use crate::model::scope_and_key::hmac;
use crate::model::text::hex;
use crate::model::{key_pair, path};

/// A request whose signature is to be checked.
pub(super) struct Proof<'p, 'q> {
    pub(super) arrived: &'p Arrived<'q>,
    pub(super) claim: &'p Claim,
}

/// What the signature is checked with.
pub(super) enum Key {
    Hmac(Vec<u8>),
    /// The private half.
    Ecdsa(Vec<u8>),
}

impl<'q> Proof<'_, 'q> {
    fn has(&self, mistake: Mistake) -> bool {
        self.arrived.has(mistake)
    }

    /// The key that a stored one gives for this request.
    pub(super) fn key(&self, stored: &Candidate<'_>) -> Checked<Key> {
        let key = if self.claim.is_v4a {
            let Material::Secret(secret) = stored.material else { return out_of_scope() };
            key_pair::of_secret(stored.access_key_id, secret, MistakeSet::EMPTY)
                .ok()
                .map(Key::Ecdsa)
        } else {
            let input = self.arrived.input;
            for (field, text) in [("region", &input.region), ("service", &input.service)] {
                if let Err(error) = check_line(field, text) {
                    return refused("malformed-request", error.to_string());
                }
            }
            let (scope, mistakes) = (self.scope(), self.arrived.mistakes);
            let mut memory = self.arrived.memory.borrow_mut();
            let kept = memory.scope(stored.access_key_id, &scope, mistakes);
            let scope = kept.as_ref().map_or(scope, |kept| kept.parts());
            stored.material.signing_key(&scope, mistakes).map(Key::Hmac)
        };
        key.map_or_else(out_of_scope, Ok)
    }

    /// The scope to compute with: as it is stated, which was compared with the verifier's own.
    fn scope(&self) -> Scope<'_> {
        let stated = &self.claim.credential;
        if self.has(Mistake::VerifyScopeOwnUsed) {
            return Scope {
                date: &self.claim.time.as_bytes()[..8],
                region: &self.arrived.input.region,
                service: &self.arrived.input.service,
                terminator: b"aws4_request",
            };
        }
        Scope {
            date: &stated.date,
            region: &stated.region,
            service: &stated.service,
            terminator: &stated.terminator,
        }
    }

    /// Whether the signature is one of the request with any of these payload lines.
    pub(super) fn check(&self, key: &Key, payload: &[Vec<u8>]) -> Checked<()> {
        if let Err(error) = check_query(&self.arrived.request().target) {
            return refused("malformed-request", error.to_string());
        }
        if self.is_unchecked(payload) {
            return Ok(());
        }
        for line in payload {
            for method in self.methods() {
                let canonical_request = self.canonical_request(&method, line);
                if self.holds(key, &self.string_to_sign(&canonical_request)) {
                    return Ok(());
                }
            }
        }
        refused("signature-mismatch", "the signature is not the one computed from the request")
    }

    /// Whether the signature of such a request is not looked at.
    fn is_unchecked(&self, payload: &[Vec<u8>]) -> bool {
        let presigned = self.claim.expires.is_some();
        let is_unsigned_stream =
            payload.iter().any(|line| line == super::arrived::UNSIGNED_TRAILER.as_bytes());
        let method = &self.arrived.request().method[..];
        self.has(Mistake::VerifySignatureIgnored)
            || (presigned && self.has(Mistake::VerifyPresignSignatureIgnored))
            || (!presigned && self.has(Mistake::VerifyHeaderSignatureIgnored))
            || (is_unsigned_stream && self.has(Mistake::VerifyUnsignedStreamSignatureIgnored))
            || (self.claim.is_v4a && self.has(Mistake::VerifyV4aSignatureIgnored))
            || (matches!(method, b"GET" | b"HEAD") && self.has(Mistake::VerifyReadsUnchecked))
    }

    /// The methods that may have been signed: that of the request.
    fn methods(&self) -> Vec<Cow<'q, [u8]>> {
        let method = &self.arrived.request().method[..];
        let mut methods = vec![Cow::Borrowed(method)];
        if self.has(Mistake::VerifyHeadIsGet) && method == b"HEAD" {
            methods.push(Cow::Borrowed(b"GET"));
        }
        if self.has(Mistake::VerifyMethodInAnyCase) {
            methods.push(method.to_ascii_uppercase().into());
        }
        if self.has(Mistake::VerifyMethodNotBound) {
            methods.extend(
                [&b"GET"[..], b"HEAD", b"PUT", b"POST", b"DELETE", b"PATCH", b"OPTIONS"]
                    .map(Cow::Borrowed),
            );
        }
        methods
    }

    /// "Method, canonical URI, canonical query, canonical headers, signed headers, hashed payload, each
    /// on a line of its own."
    fn canonical_request(&self, method: &[u8], payload: &[u8]) -> Vec<u8> {
        let steps = steps::of(self.arrived.mistakes);
        let input = self.as_signed();
        let path = path::canonical(&input, b"", steps);
        let lines = self.header_lines(steps);
        [method, &path, &self.query(&input, steps), &lines, &self.claim.list, payload].join(&b'\n')
    }

    /// The request as the steps of the signer take it.
    fn as_signed(&self) -> SigningInput {
        let input = self.arrived.input;
        SigningInput {
            time: input.time.clone(),
            region: input.region.clone(),
            service: input.service.clone(),
            credentials: Credentials {
                access_key_id: Bytes::default(),
                secret_access_key: Bytes::default().into(),
                session_token: None,
            },
            session_token_signed: true,
            normalize: input.normalize,
            double_encode: input.double_encode,
            payload: Payload::Signed,
            content_sha256_header: false,
            expires: None,
            request: input.request.clone(),
        }
    }

    /// Every parameter; of a presigned URL all but the signature.
    fn query(&self, input: &SigningInput, steps: MistakeSet) -> Vec<u8> {
        let presigned = self.claim.expires.is_some();
        let placement = if presigned { Placement::Query } else { Placement::Header };
        let mut parameters = query::parameters(input, placement, steps);
        if presigned {
            parameters.retain(|parameter| {
                let is_own = parameter.name.starts_with(b"X-Amz-");
                parameter.name != b"X-Amz-Signature"
                    && (is_own || !self.has(Mistake::VerifyPresignOtherParametersIgnored))
                    && !(parameter.name == b"X-Amz-Security-Token"
                        && self.has(Mistake::VerifyPresignTokenNotSigned))
            });
        }
        query::canonical(&parameters, steps)
    }

    /// The lines of the signed headers, in the order of the list.
    fn header_lines(&self, steps: MistakeSet) -> Vec<u8> {
        let mut lines = Vec::new();
        for name in &self.claim.names {
            let mut values = self.arrived.values(name);
            let is_host = name.eq_ignore_ascii_case(b"host");
            if is_host {
                self.choose_host(&mut values);
            }
            let fields: Vec<Field<'_>> = values.iter().map(|value| Field { name, value }).collect();
            lines.extend(headers::canonical(&fields, &[], steps).lines);
            if fields.is_empty() && self.has(Mistake::VerifyMissingHeaderIsEmpty) {
                lines.extend([name, &b":\n"[..]].concat());
            }
        }
        lines
    }

    fn choose_host(&self, values: &mut Vec<&'q [u8]>) {
        if self.has(Mistake::VerifyTwoHostsFirstWins) {
            values.truncate(1);
        }
        if self.has(Mistake::VerifyTwoHostsLastWins) && !values.is_empty() {
            values.drain(..values.len() - 1);
        }
        if self.has(Mistake::VerifyHostOfForwarded)
            && let Some(forwarded) = self.arrived.values(b"x-forwarded-host").first()
        {
            *values = vec![*forwarded];
        }
    }

    /// "The algorithm, the time, the credential scope, the hash of the canonical request."
    fn string_to_sign(&self, canonical_request: &[u8]) -> Vec<u8> {
        let scope = self.scope();
        let mut parts = vec![scope.date, scope.region, scope.service, scope.terminator];
        if self.claim.is_v4a {
            parts.remove(1);
        }
        let hash = hex(&Sha256::digest(canonical_request));
        let algorithm = if self.claim.is_v4a { ECDSA } else { HMAC };
        [algorithm, self.claim.time.as_bytes(), &parts.join(&b'/'), &hash].join(&b'\n')
    }

    pub(super) fn holds(&self, key: &Key, string_to_sign: &[u8]) -> bool {
        let stated = &self.claim.signature[..];
        match key {
            Key::Ecdsa(_) => key.verifies(string_to_sign, stated),
            Key::Hmac(_) => {
                let computed = key.signature(string_to_sign);
                let begins = |length: usize| stated.get(..length) == Some(&computed[..length]);
                stated == computed
                    || (self.has(Mistake::VerifySignatureByEightDigits) && begins(8))
                    || (self.has(Mistake::VerifySignatureByHalf) && begins(32))
                    || (self.has(Mistake::VerifySignatureByEnd)
                        && stated.ends_with(&computed[32..]))
                    || (self.has(Mistake::VerifySignatureByLength) && computed.starts_with(stated))
                    || (self.has(Mistake::VerifySignatureEmpty) && stated.is_empty())
            }
        }
    }
}

impl Key {
    pub(super) fn algorithm(&self) -> &'static [u8] {
        match self {
            Self::Hmac(_) => HMAC,
            Self::Ecdsa(_) => ECDSA,
        }
    }

    /// The digits of a signature of this text.
    pub(super) fn signature(&self, text: &[u8]) -> Vec<u8> {
        match self {
            Self::Hmac(key) => hex(&hmac(key, text)),
            Self::Ecdsa(key) => {
                let hash = Sha256::digest(text).into();
                let signature = key_pair::sign(key, &hash).ok();
                signature
                    .map(|signature| key_pair::written(&signature, MistakeSet::EMPTY))
                    .unwrap_or_default()
            }
        }
    }

    /// Whether these are the digits of a signature of this text.
    pub(super) fn verifies(&self, text: &[u8], digits: &[u8]) -> bool {
        match self {
            Self::Hmac(_) => digits == self.signature(text),
            Self::Ecdsa(key) => {
                ecdsa(digits).is_some_and(|stated| key_pair::holds(key, text, &stated))
            }
        }
    }
}

fn out_of_scope<T>() -> Checked<T> {
    refused("key-out-of-scope", "the stored key was derived for another scope")
}
