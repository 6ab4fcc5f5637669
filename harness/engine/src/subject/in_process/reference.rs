//! `reference`: this project's own signer and verifier.

use sigv4_protocol::hex::hex;
use sigv4_protocol::{
    Answer, Clock, DerivedKeyPair, DerivedKeys, Digits, Identity, InProcess, KeyPairQuestion,
    KeyQuestion, Mode, PublicKey, Question, Role, SentRequest, SignQuestion, SignedAnswer,
    StagesShown, lines,
};
use sigv4_reference::key::DateKey;
use sigv4_reference::sign::{ContentSha256, Key, SessionToken, Signer};
use sigv4_reference::v4a::{ScopedV4aKey, V4aKey};
use sigv4_reference::{Scope, ScopedKey, Time, Workspace};
use sigv4_vectors::model::{self, Credentials, Payload, Placement, Profile};

use super::verify::verify;
use super::{legacy, policy, streams, token};
use crate::subject::convert::{headers, profile, request, token_coverage};

/// The most headers that a signer adds: date, token, payload hash, authorization.
const OWN_HEADERS: usize = 4;

/// The reference as a subject.
#[derive(Debug)]
pub struct Reference {
    identity: Identity,
    workspace: Workspace,
}

impl Reference {
    /// A reference with its own buffers.
    #[must_use]
    pub fn new() -> Self {
        let identity = Identity {
            protocol: lines::VERSION,
            name: "reference".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            language: "Rust".to_owned(),
            roles: vec![
                Role::SignHeader,
                Role::SignQuery,
                Role::SignSequence,
                Role::SignChunks,
                Role::SignEvents,
                Role::SignV4a,
                Role::SignV4aChunks,
                Role::SignPostPolicy,
                Role::SignLegacy,
                Role::Token,
                Role::Verify,
                Role::DeriveKey,
                Role::DeriveKeyPair,
            ],
            profiles: Profile::ALL.to_vec(),
            features: model::Need::ALL.to_vec(),
            clock: Clock::Given,
            mode: Mode::Stream,
        };
        Self { identity, workspace: Workspace::default() }
    }

    /// What the reference does with one request to sign.
    pub(crate) fn sign(&mut self, question: &SignQuestion) -> Answer {
        self.signed(question).unwrap_or_else(|error| Answer::unrepresentable(error.to_string()))
    }

    fn signed(&mut self, question: &SignQuestion) -> Result<Answer, sigv4_reference::Error> {
        let input = &question.input;
        let time = Time::parse(input.time.as_bytes())?;
        let scope = Scope::new(&time, &input.region, &input.service)?;
        let key = ScopedKey::derive(&input.credentials.secret_access_key, scope);
        let mut answer = self.signed_with(Key::from(&key), question)?;
        answer.stages.signing_key = Some(Digits::of(key.key().as_bytes()));
        Ok(Answer::Signed(Box::new(answer)))
    }

    /// What the reference does with one request to sign with SigV4A.
    pub(crate) fn sign_v4a(&mut self, question: &SignQuestion) -> Answer {
        let input = &question.input;
        let Credentials { access_key_id, secret_access_key, .. } = &input.credentials;
        let pair = match V4aKey::derive(access_key_id, secret_access_key) {
            Ok(pair) => pair,
            Err(error) => return Answer::unrepresentable(error.to_string()),
        };
        let scoped = ScopedV4aKey::new(&pair, &input.region, &input.service);
        let signed = scoped.and_then(|key| self.signed_with(Key::from(&key), question));
        match signed {
            Ok(answer) => Answer::SignedV4a(Box::new(answer)),
            Err(error) => Answer::unrepresentable(error.to_string()),
        }
    }

    /// The answer without the signing key.
    fn signed_with(
        &mut self,
        key: Key<'_>,
        question: &SignQuestion,
    ) -> Result<SignedAnswer, sigv4_reference::Error> {
        let input = &question.input;
        let time = Time::parse(input.time.as_bytes())?;
        let headers = headers(&input.request);
        let request = request(&input.request, &headers);
        let mut signer = Signer::new(time, &input.credentials.access_key_id, key);
        signer.profile = profile(input.normalize, input.double_encode);
        signer.session_token = input.credentials.session_token.as_deref().map(|value| {
            SessionToken { value, coverage: token_coverage(input.session_token_signed) }
        });
        signer.payload = match input.payload {
            Payload::Signed => sigv4_reference::sign::Payload::Signed,
            Payload::Unsigned => sigv4_reference::sign::Payload::Unsigned,
            stream => sigv4_reference::sign::Payload::Given(stream.as_str().as_bytes()),
        };
        if input.content_sha256_header {
            signer.content_sha256 = ContentSha256::Header;
        }

        let (stages, target, sent_headers) = match question.placement {
            Placement::Header => {
                let result = signer.header(&mut self.workspace, &request)?;
                let kept = headers.iter().filter(|header| !signer.replaces(header.name));
                let kept = kept.map(|header| (header.name.into(), header.value.into()));
                let own = result.headers().map(|(name, value)| (name.into(), value.into()));
                let mut sent = Vec::with_capacity(headers.len() + OWN_HEADERS);
                sent.extend(kept.chain(own));
                (result.stages(), input.request.target.clone(), sent)
            }
            Placement::Query => {
                let expires = input.expires.unwrap_or_default();
                let result = signer.query(&mut self.workspace, &request, expires)?;
                (result.stages(), result.target().into(), input.request.headers.clone())
            }
        };
        Ok(SignedAnswer {
            request: SentRequest {
                method: input.request.method.clone(),
                target,
                headers: sent_headers,
                body: None,
            },
            stages: StagesShown {
                canonical_request: Some(stages.canonical_request.into()),
                string_to_sign: Some(stages.string_to_sign.into()),
                signing_key: None,
                signature: Some(stages.signature.into()),
            },
        })
    }
}

impl Default for Reference {
    fn default() -> Self {
        Self::new()
    }
}

impl InProcess for Reference {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn answer(&mut self, question: &Question) -> Answer {
        match question {
            Question::DeriveKey(question) => derive_key(question),
            Question::DeriveKeyPair(question) => derive_key_pair(question),
            Question::Sign(question) => self.sign(question),
            Question::SignSequence(question) => {
                Answer::of_calls(question.calls.iter().map(|call| self.sign(call)))
            }
            Question::SignChunks(question) => {
                match streams::sign_chunks(&mut |head| self.sign(head), question) {
                    Ok(answer) => Answer::SignedChunks(Box::new(answer)),
                    Err(refusal) => refusal,
                }
            }
            Question::SignEvents(question) => {
                match streams::sign_events(&mut |head| self.sign(head), question) {
                    Ok(answer) => Answer::SignedEvents(Box::new(answer)),
                    Err(refusal) => refusal,
                }
            }
            Question::SignV4a(question) => self.sign_v4a(&question.request),
            Question::SignV4aChunks(question) => {
                match streams::sign_chunks(&mut |head| self.sign_v4a(head), question) {
                    Ok(answer) => Answer::SignedV4aChunks(Box::new(answer)),
                    Err(refusal) => refusal,
                }
            }
            Question::Verify(question) => verify(&mut self.workspace, question),
            Question::SignPostPolicy(question) => match policy::signed(question) {
                Ok(answer) => Answer::SignedPostPolicy(Box::new(answer)),
                Err(refusal) => refusal,
            },
            Question::SignLegacy(question) => match legacy::signed(question) {
                Ok(answer) => Answer::SignedLegacy(Box::new(answer)),
                Err(refusal) => refusal,
            },
            Question::Token(question) => match token::made(question) {
                Ok(answer) => Answer::Token(Box::new(answer)),
                Err(refusal) => refusal,
            },
            other => Answer::unsupported(format!("the reference does not {}", other.in_words())),
        }
    }
}

fn derive_key(question: &KeyQuestion) -> Answer {
    let Ok(time) = Time::parse(format!("{}T000000Z", question.date).as_bytes()) else {
        return Answer::error(format!("date: expected YYYYMMDD, got {:?}", question.date));
    };
    let date_key = DateKey::derive(&question.secret_access_key, &time);
    let region_key = date_key.region(&question.region);
    let service_key = region_key.service(&question.service);
    Answer::Derived(DerivedKeys {
        date_key: hex(date_key.as_bytes()),
        region_key: hex(region_key.as_bytes()),
        service_key: hex(service_key.as_bytes()),
        signing_key: hex(service_key.signing().as_bytes()),
    })
}

fn derive_key_pair(question: &KeyPairQuestion) -> Answer {
    let KeyPairQuestion { access_key_id, secret_access_key } = question;
    let pair = match V4aKey::derive(access_key_id, secret_access_key) {
        Ok(pair) => pair,
        Err(error) => return Answer::unrepresentable(error.to_string()),
    };
    let [x, y] = pair.public_key().coordinates().map(|coordinate| hex(&coordinate));
    Answer::DerivedKeyPair(DerivedKeyPair {
        private_key: hex(&*pair.to_bytes()),
        public_key: Some(PublicKey { x, y }),
    })
}
