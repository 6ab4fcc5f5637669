//! SigV4A: the steps of signing where they differ from those with one region. The canonical request is
//! made of the same parts.

use sigv4_protocol::{Digits, SentRequest, SignQuestion, SignedAnswer, StagesShown};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Placement, SigningInput};

use super::check::{ModelError, check};
use super::date::Moment;
use super::headers::{self, CanonicalHeaders, Field};
use super::key_pair::{self, ALGORITHM};
use super::output::{ALGORITHM as HMAC_ALGORITHM, Added};
use super::presign::Own;
use super::query::{self, Parameter};
use super::scope_and_key::{Scope, derive, hmac};
use super::text::{Encoder, hex, split_target};
use super::{path, payload, region_set, signature, token};
use crate::catalogue::{Mistake, MistakeSet};

/// Signs. The region of the question is the region set.
pub(super) fn sign(
    question: &SignQuestion,
    mistakes: MistakeSet,
) -> Result<SignedAnswer, ModelError> {
    sign_with(question, mistakes, |key, digest| {
        Ok(key_pair::written(&key_pair::sign(key, digest)?, mistakes))
    })
}

/// Signs with what `signature` makes of a private key and the hash that it signs.
pub(crate) fn sign_with(
    question: &SignQuestion,
    mistakes: MistakeSet,
    signature: impl FnOnce(&[u8], &[u8; 32]) -> Result<Vec<u8>, ModelError>,
) -> Result<SignedAnswer, ModelError> {
    let call = Call::new(question, mistakes)?;
    let texts = call.texts();
    let key = key_pair::derived(call.input(), call.moment, mistakes)?;
    let signature = match call.hmac(&texts) {
        Some(signature) => signature,
        None => signature(&key, &call.digest(&texts))?,
    };
    let request = match question.placement {
        Placement::Header => call.with_header(&texts, &signature),
        Placement::Query => call.with_query(&texts, &signature),
    };
    let stages = StagesShown {
        canonical_request: Some(texts.canonical_request.into()),
        string_to_sign: Some(texts.string_to_sign.into()),
        signing_key: Some(Digits::of(&key)),
        signature: std::str::from_utf8(&signature).ok().map(Digits::from),
    };
    Ok(SignedAnswer { request, stages })
}

/// The private key with which a request is signed.
pub(crate) fn private_key(
    question: &SignQuestion,
    mistakes: MistakeSet,
) -> Result<Vec<u8>, ModelError> {
    let call = Call::new(question, mistakes)?;
    key_pair::derived(call.input(), call.moment, mistakes)
}

/// The hash that is signed.
pub(crate) fn signed_hash(
    question: &SignQuestion,
    mistakes: MistakeSet,
) -> Result<[u8; 32], ModelError> {
    let call = Call::new(question, mistakes)?;
    Ok(call.digest(&call.texts()))
}

struct Call<'q> {
    question: &'q SignQuestion,
    mistakes: MistakeSet,
    moment: Moment,
}

/// What is signed, and what it was made from.
struct Texts {
    /// The headers that the signer adds.
    added: Vec<Added>,
    /// The caller's parameters, without those that are replaced.
    kept: Vec<Parameter>,
    /// The parameters that the signer adds.
    own: Vec<Own>,
    list: Vec<u8>,
    canonical_request: Vec<u8>,
    string_to_sign: Vec<u8>,
}

impl<'q> Call<'q> {
    fn new(question: &'q SignQuestion, mistakes: MistakeSet) -> Result<Self, ModelError> {
        let moment = check(question)?;
        if question.input.region.trim_ascii().is_empty() {
            return Err(ModelError::RegionSet);
        }
        Ok(Self { question, mistakes, moment })
    }

    fn input(&self) -> &'q SigningInput {
        &self.question.input
    }

    fn has(&self, mistake: Mistake) -> bool {
        self.mistakes.contains(mistake)
    }

    fn texts(&self) -> Texts {
        let input = self.input();
        let payload = payload::line(self.question, None, self.mistakes);
        let token = token::given(self.question, self.mistakes);
        let (added, mut own) = match self.question.placement {
            Placement::Header => (self.headers(&payload, token), Vec::new()),
            Placement::Query => self.parameters(token),
        };
        let CanonicalHeaders { lines, list } =
            headers::canonical(&self.fields(&added), &[], self.mistakes);
        if self.question.placement == Placement::Query {
            own.push(Own::new("X-Amz-SignedHeaders", list.clone()));
        }
        let kept = self.kept();
        let signed = own.iter().filter(|own| own.signed).map(|own| &own.parameter);
        let query = query::canonical(kept.iter().chain(signed), self.mistakes);
        let path = path::canonical(input, self.callers(b"host").unwrap_or_default(), self.mistakes);
        let method = &input.request.method;
        let canonical_request = [method, &path[..], &query, &lines, &list, &payload].join(&b'\n');

        let algorithm: &[u8] = if self.has(Mistake::V4aAlgorithmOfHmac) {
            HMAC_ALGORITHM
        } else if self.has(Mistake::V4aAlgorithmMisspelt) {
            b"AWS4A-ECDSA-P256-SHA256"
        } else {
            ALGORITHM
        };
        let time = self.moment.text(self.mistakes);
        let scope = self.scope(self.has(Mistake::V4aRegionInStringToSign));
        let hash = signature::hash(&canonical_request, self.mistakes);
        let string_to_sign = [algorithm, &time, &scope, &hash].join(&b'\n');
        Texts { added, kept, own, list, canonical_request, string_to_sign }
    }

    fn digest(&self, texts: &Texts) -> [u8; 32] {
        key_pair::digest(&texts.canonical_request, &texts.string_to_sign, self.mistakes)
    }

    /// The signature of a signer that does not sign with a private key.
    fn hmac(&self, texts: &Texts) -> Option<Vec<u8>> {
        self.has(Mistake::V4aHmac).then(|| {
            let scope = Scope::new(self.input(), self.moment, self.mistakes);
            let key = derive(self.input(), &scope, self.moment, self.mistakes);
            hex(&hmac(&key, &texts.string_to_sign))
        })
    }

    /// "The date, the service and `aws4_request`": no region.
    fn scope(&self, with_region: bool) -> Vec<u8> {
        let day = self.moment.day(self.mistakes);
        let end: &[u8] = if self.has(Mistake::V4aTerminatorMisspelt) {
            b"aws4a_request"
        } else {
            b"aws4_request"
        };
        let service = &self.input().service[..];
        if with_region || self.has(Mistake::V4aRegionInScope) {
            let region = region_set::first(&self.input().region);
            return [&day[..], region, service, end].join(&b'/');
        }
        [&day[..], service, end].join(&b'/')
    }

    fn credential(&self) -> Vec<u8> {
        let scope = self.scope(self.has(Mistake::V4aRegionInCredential));
        [&self.input().credentials.access_key_id, &b"/"[..], &scope].concat()
    }

    fn sent_algorithm(&self) -> &'static [u8] {
        if self.has(Mistake::V4aAlgorithmOfHmacSent) { HMAC_ALGORITHM } else { ALGORITHM }
    }

    /// What header placement adds.
    fn headers(&self, payload: &[u8], token: Option<(Vec<u8>, bool)>) -> Vec<Added> {
        let mut added = vec![Added::new("X-Amz-Date", self.moment.header_text(self.mistakes))];
        added.extend(region_set::headers(&self.input().region, self.mistakes));
        if let Some((token, signed)) = token {
            added.push(Added { signed, ..Added::new(token::name(self.mistakes), token) });
        }
        if self.input().content_sha256_header {
            added.push(Added::new("X-Amz-Content-Sha256", payload.to_vec()));
        }
        added
    }

    /// What query placement adds: headers, of which there are none without a mistake, and parameters;
    /// the list of signed headers follows.
    fn parameters(&self, token: Option<(Vec<u8>, bool)>) -> (Vec<Added>, Vec<Own>) {
        let mut own = vec![
            Own::new("X-Amz-Algorithm", self.sent_algorithm().to_vec()),
            Own::new("X-Amz-Credential", self.credential()),
            Own::new("X-Amz-Date", self.moment.text(self.mistakes)),
            Own::new("X-Amz-Expires", self.expires()),
        ];
        let region = &self.input().region;
        own.extend(region_set::parameters(region, self.mistakes));
        if let Some((token, signed)) = token {
            own.push(Own { signed, ..Own::new(token::name(self.mistakes), token) });
        }
        let in_header = self.has(Mistake::RegionSetHeaderInPresign);
        let added = in_header.then(|| Added::new(region_set::NAME, region.to_vec()));
        (added.into_iter().collect(), own)
    }

    fn expires(&self) -> Vec<u8> {
        self.input().expires.unwrap_or_default().to_string().into_bytes()
    }

    /// The caller's parameters, without those that are replaced.
    fn kept(&self) -> Vec<Parameter> {
        let placement = self.question.placement;
        let mut kept = query::parameters(self.input(), placement, self.mistakes);
        if placement == Placement::Query {
            let has_token = self.input().credentials.session_token.as_deref().unwrap_or_default();
            let replaced = [
                "X-Amz-Algorithm",
                "X-Amz-Credential",
                "X-Amz-Date",
                "X-Amz-Expires",
                "X-Amz-Region-Set",
                "X-Amz-SignedHeaders",
                "X-Amz-Signature",
            ];
            kept.retain(|parameter| {
                let is = |own: &str| parameter.name == own.as_bytes();
                let is_token = is("X-Amz-Security-Token") && !has_token.is_empty();
                !is_token && !replaced.iter().any(|own| is(own))
            });
        }
        kept
    }

    /// Every header to sign: the caller's, then the signer's.
    fn fields<'f>(&'f self, added: &'f [Added]) -> Vec<Field<'f>> {
        let placement = self.question.placement;
        let callers = self.input().request.headers.iter();
        let callers = callers
            .map(|(name, value)| Field { name, value })
            .filter(|field| headers::signs(*field, placement, self.mistakes))
            .filter(|field| !replaces(added, placement, field.name));
        let own = added.iter().filter(|header| header.signed);
        let own = own.map(|own| Field { name: own.name.as_bytes(), value: &own.value });
        callers.chain(own).collect()
    }

    fn callers(&self, name: &[u8]) -> Option<&[u8]> {
        let mut headers = self.input().request.headers.iter();
        headers.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| &value[..])
    }

    fn with_header(&self, texts: &Texts, signature: &[u8]) -> SentRequest {
        let parts = [
            self.sent_algorithm(),
            b" Credential=",
            &self.credential(),
            b", SignedHeaders=",
            &texts.list,
            b", Signature=",
            signature,
        ];
        let request = &self.input().request;
        let kept = request.headers.iter();
        let kept = kept.filter(|(name, _)| !replaces(&texts.added, Placement::Header, name));
        let mut headers: Vec<(Bytes, Bytes)> = kept.cloned().collect();
        headers.extend(sent(&texts.added));
        headers.push(("Authorization".into(), parts.concat().into()));
        SentRequest {
            method: request.method.clone(),
            target: request.target.clone(),
            headers,
            body: None,
        }
    }

    fn with_query(&self, texts: &Texts, signature: &[u8]) -> SentRequest {
        let request = &self.input().request;
        let path = split_target(&request.target).0;
        let encoder = Encoder::new();
        let mut pieces: Vec<Vec<u8>> =
            texts.kept.iter().filter_map(|parameter| parameter.sent.clone()).collect();
        let own = texts.own.iter().filter(|own| own.sent).map(|Own { parameter, .. }| {
            [&parameter.name[..], b"=", &encoder.encode(&parameter.value)].concat()
        });
        pieces.extend(own);
        pieces.push([b"X-Amz-Signature=", &encoder.encode(signature)[..]].concat());
        let path = if path.is_empty() { b"/" } else { path };
        let headers = request.headers.iter().cloned().chain(sent(&texts.added));
        SentRequest {
            method: request.method.clone(),
            target: [path, b"?", &pieces.join(&b'&')].concat().into(),
            headers: headers.collect(),
            body: None,
        }
    }
}

/// The headers of a signer, as they are sent.
fn sent(added: &[Added]) -> impl Iterator<Item = (Bytes, Bytes)> {
    let sent = added.iter().filter(|header| header.sent);
    sent.map(|header| (header.name.into(), header.value.clone().into()))
}

/// Whether header placement writes its own header in place of the caller's.
fn replaces(added: &[Added], placement: Placement, name: &[u8]) -> bool {
    let is = |own: &str| name.eq_ignore_ascii_case(own.as_bytes());
    placement == Placement::Header
        && (is("authorization") || added.iter().any(|header| is(header.name)))
}
