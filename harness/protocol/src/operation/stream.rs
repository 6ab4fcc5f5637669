//! What uploads in chunks and event streams have in common: a head that is signed like any other
//! request, and pieces whose signatures are chained to it.

use serde::{Deserialize, Serialize};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{
    ChainKey, ChainStart, Credentials, Payload, Placement, Profile, Request, SigningInput,
};
use sigv4_vectors::text::Time;

use super::asked::Variable;
use super::sign::SignQuestion;
use crate::digits::Digits;
use crate::stage::Stage;

/// A signed piece of a stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignedPiece {
    /// The string to sign, if the subject exposes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string_to_sign: Option<Bytes>,
    /// The signature: 64 hexadecimal digits; up to 144 for SigV4A, with or without padding.
    pub signature: Digits,
}

impl SignedPiece {
    /// What is shown of it, stage by stage.
    pub(super) fn steps(&self) -> [(Stage, Vec<u8>); 2] {
        let string_to_sign = self.string_to_sign.clone().unwrap_or_default();
        [
            (Stage::StringToSign, string_to_sign.into()),
            (Stage::Signature, self.signature.as_bytes().to_vec()),
        ]
    }
}

/// What the signer of a stream is given besides the stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain<'q> {
    pub(super) time: &'q Time,
    pub(super) region: &'q Bytes,
    pub(super) service: &'q Bytes,
    pub(super) key: &'q ChainKey,
    pub(super) start: &'q ChainStart,
}

impl Chain<'_> {
    /// The head as a question of its own: header placement, with the marker of the stream as payload
    /// line, in `x-amz-content-sha256` too. `None` if the chain starts from a signature, or if there
    /// are no credentials.
    pub(super) fn head(self, profile: Profile, payload: Payload) -> Option<SignQuestion> {
        match (self.start, self.key) {
            (ChainStart::Request(request), ChainKey::Credentials(_)) => {
                Some(self.call(profile, payload, request.clone()))
            }
            _ => None,
        }
    }

    /// The plainest request with the scope of the stream, and its credentials if it has any.
    pub(super) fn bare(self, profile: Profile, payload: Payload) -> SignQuestion {
        let (method, target) = ("GET".into(), "/".into());
        self.call(profile, payload, Request { method, target, ..Request::default() })
    }

    fn call(self, profile: Profile, payload: Payload, request: Request) -> SignQuestion {
        let generic = profile == Profile::Generic;
        let credentials = match self.key {
            ChainKey::Credentials(credentials) => credentials.clone(),
            ChainKey::SigningKey(_) => Credentials {
                access_key_id: Bytes::default(),
                secret_access_key: Bytes::default().into(),
                session_token: None,
            },
        };
        SignQuestion {
            placement: Placement::Header,
            profile,
            input: SigningInput {
                time: self.time.clone(),
                region: self.region.clone(),
                service: self.service.clone(),
                credentials,
                session_token_signed: true,
                normalize: generic,
                double_encode: generic,
                payload,
                content_sha256_header: true,
                expires: None,
                request,
            },
        }
    }

    /// The fields as a one-shot adapter reads them from its environment.
    pub(super) fn variables(self) -> Vec<Variable> {
        let bytes = |bytes: &[u8]| Some(bytes.to_vec());
        let mut variables = vec![
            ("TIME", bytes(self.time.as_bytes())),
            ("REGION", bytes(self.region)),
            ("SERVICE", bytes(self.service)),
        ];
        match self.key {
            ChainKey::Credentials(credentials) => variables.extend([
                ("ACCESS_KEY_ID", bytes(&credentials.access_key_id)),
                ("SECRET_ACCESS_KEY", bytes(&credentials.secret_access_key)),
                ("SESSION_TOKEN", credentials.session_token.as_deref().and_then(bytes)),
            ]),
            ChainKey::SigningKey(key) => variables.push(("SIGNING_KEY", bytes(key.as_bytes()))),
        }
        match self.start {
            ChainStart::Request(request) => variables.extend([
                ("METHOD", bytes(&request.method)),
                ("TARGET", bytes(&request.target)),
                ("HEADERS", super::sign::header_lines(&request.headers)),
            ]),
            ChainStart::SeedSignature(seed) => variables.push(("SEED_SIGNATURE", bytes(seed))),
            ChainStart::FinalChunkSignature(signature) => {
                variables.push(("FINAL_CHUNK_SIGNATURE", bytes(signature)));
            }
        }
        variables
    }

    /// What the chain starts from, in a few words.
    pub(super) fn in_words(self) -> String {
        match self.start {
            ChainStart::Request(request) => format!("{} {}", request.method, request.target),
            ChainStart::SeedSignature(_) => "after a given head".to_owned(),
            ChainStart::FinalChunkSignature(_) => "after a given final chunk".to_owned(),
        }
    }
}
