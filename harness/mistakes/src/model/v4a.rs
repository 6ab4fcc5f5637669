//! SigV4A: the steps of signing where they differ from those with one region. The canonical request is
//! made of the same parts.

use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{DerSignature, Signature, SigningKey};
use sigv4_protocol::{Digits, SentRequest, SignQuestion, SignedAnswer, StagesShown};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Placement, SigningInput};

use super::check::{ModelError, check};
use super::date::Moment;
use super::headers::{self, CanonicalHeaders, Field};
use super::query::{self, Parameter};
use super::scope_and_key::hmac;
use super::text::{Encoder, hex, split_target};
use super::{path, payload, signature, token};
use crate::catalogue::MistakeSet;

const ALGORITHM: &[u8] = b"AWS4-ECDSA-P256-SHA256";

/// "The order of P-256, less two": the largest candidate for a private key.
const LARGEST: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f,
];

/// Signs. The region of the question is the region set.
pub(super) fn sign(
    question: &SignQuestion,
    mistakes: MistakeSet,
) -> Result<SignedAnswer, ModelError> {
    let moment = check(question)?;
    if question.input.region.trim_ascii().is_empty() {
        return Err(ModelError::RegionSet);
    }
    Call { question, mistakes, moment }.signed()
}

struct Call<'q> {
    question: &'q SignQuestion,
    mistakes: MistakeSet,
    moment: Moment,
}

impl Call<'_> {
    fn input(&self) -> &SigningInput {
        &self.question.input
    }

    fn signed(&self) -> Result<SignedAnswer, ModelError> {
        let input = self.input();
        let payload = payload::line(self.question, None, self.mistakes);
        let token = token::given(self.question, self.mistakes);
        let (added, own) = match self.question.placement {
            Placement::Header => (self.headers(&payload, token.as_ref()), Vec::new()),
            Placement::Query => (Vec::new(), self.parameters(token.as_ref())),
        };
        let CanonicalHeaders { lines, list } =
            headers::canonical(&self.fields(&added), &[], self.mistakes);
        let mut own = own;
        if self.question.placement == Placement::Query {
            own.push((Parameter::own("X-Amz-SignedHeaders", list.clone()), true));
        }
        let kept = self.kept();
        let signed = own.iter().filter(|(_, signed)| *signed).map(|(parameter, _)| parameter);
        let query = query::canonical(kept.iter().chain(signed), self.mistakes);
        let path = path::canonical(input, self.callers(b"host").unwrap_or_default(), self.mistakes);
        let method = &input.request.method;
        let canonical_request = [method, &path[..], &query, &lines, &list, &payload].join(&b'\n');

        let time = self.moment.text(self.mistakes);
        let hash = signature::hash(&canonical_request, self.mistakes);
        let string_to_sign = [ALGORITHM, &time, &self.scope(), &hash].join(&b'\n');
        let signature = self.signature(&string_to_sign)?;
        let request = match self.question.placement {
            Placement::Header => self.with_header(&added, &list, &signature),
            Placement::Query => self.with_query(&kept, &own, &signature),
        };
        let stages = StagesShown {
            canonical_request: Some(canonical_request.into()),
            string_to_sign: Some(string_to_sign.into()),
            signing_key: None,
            signature: std::str::from_utf8(&signature).ok().map(Digits::from),
        };
        Ok(SignedAnswer { request, stages })
    }

    /// "The date, the service and `aws4_request`": no region.
    fn scope(&self) -> Vec<u8> {
        let day = self.moment.day(self.mistakes);
        [&day[..], &self.input().service, b"aws4_request"].join(&b'/')
    }

    fn credential(&self) -> Vec<u8> {
        [&self.input().credentials.access_key_id, &b"/"[..], &self.scope()].concat()
    }

    /// What header placement adds, and whether it is signed.
    fn headers(&self, payload: &[u8], token: Option<&(Vec<u8>, bool)>) -> Vec<Added> {
        let mut added = vec![("X-Amz-Date", self.moment.header_text(self.mistakes), true)];
        added.push(("X-Amz-Region-Set", self.input().region.to_vec(), true));
        if let Some((token, signed)) = token {
            added.push((token::name(self.mistakes), token.clone(), *signed));
        }
        if self.input().content_sha256_header {
            added.push(("X-Amz-Content-Sha256", payload.to_vec(), true));
        }
        added
    }

    /// What query placement adds, and whether it is signed; the list of signed headers follows.
    fn parameters(&self, token: Option<&(Vec<u8>, bool)>) -> Vec<(Parameter, bool)> {
        let mut own = vec![
            (Parameter::own("X-Amz-Algorithm", ALGORITHM.to_vec()), true),
            (Parameter::own("X-Amz-Credential", self.credential()), true),
            (Parameter::own("X-Amz-Date", self.moment.text(self.mistakes)), true),
            (Parameter::own("X-Amz-Expires", self.expires()), true),
        ];
        let region_set = self.input().region.to_vec();
        own.push((Parameter::own("X-Amz-Region-Set", region_set), true));
        if let Some((token, signed)) = token {
            own.push((Parameter::own(token::name(self.mistakes), token.clone()), *signed));
        }
        own
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
        let own = added.iter().filter(|(_, _, signed)| *signed);
        callers.chain(own.map(|(name, value, _)| Field { name: name.as_bytes(), value })).collect()
    }

    fn callers(&self, name: &[u8]) -> Option<&[u8]> {
        let mut headers = self.input().request.headers.iter();
        headers.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| &value[..])
    }

    /// "Sign the string with the private key (ECDSA with SHA-256); the signature in DER, in lower-case
    /// hexadecimal."
    fn signature(&self, string_to_sign: &[u8]) -> Result<Vec<u8>, ModelError> {
        let credentials = &self.input().credentials;
        let key = private_key(&credentials.access_key_id, &credentials.secret_access_key)?;
        let signature: Signature = key.sign(string_to_sign);
        Ok(hex(DerSignature::from(signature).as_bytes()))
    }

    fn with_header(&self, added: &[Added], list: &[u8], signature: &[u8]) -> SentRequest {
        let parts = [
            ALGORITHM,
            b" Credential=",
            &self.credential(),
            b", SignedHeaders=",
            list,
            b", Signature=",
            signature,
        ];
        let kept = self.input().request.headers.iter();
        let mut headers: Vec<(Bytes, Bytes)> =
            kept.filter(|(name, _)| !replaces(added, Placement::Header, name)).cloned().collect();
        headers.extend(added.iter().map(|(name, value, _)| ((*name).into(), value.clone().into())));
        headers.push(("Authorization".into(), parts.concat().into()));
        let request = &self.input().request;
        SentRequest {
            method: request.method.clone(),
            target: request.target.clone(),
            headers,
            body: None,
        }
    }

    fn with_query(
        &self,
        kept: &[Parameter],
        own: &[(Parameter, bool)],
        signature: &[u8],
    ) -> SentRequest {
        let request = &self.input().request;
        let path = split_target(&request.target).0;
        let encoder = Encoder::new();
        let mut pieces: Vec<Vec<u8>> =
            kept.iter().filter_map(|parameter| parameter.sent.clone()).collect();
        let own = own.iter().map(|(parameter, _)| {
            [&parameter.name[..], b"=", &encoder.encode(&parameter.value)].concat()
        });
        pieces.extend(own);
        pieces.push([b"X-Amz-Signature=", signature].concat());
        let path = if path.is_empty() { b"/" } else { path };
        SentRequest {
            method: request.method.clone(),
            target: [path, b"?", &pieces.join(&b'&')].concat().into(),
            headers: request.headers.clone(),
            body: None,
        }
    }
}

/// "HMAC in counter mode, keyed by AWS4A and the secret, of the counter 1, the algorithm, a zero byte, the
/// access key id, the counter of candidates from 1, and 256: the first candidate of at most the order
/// less two, plus one."
pub(super) fn private_key(
    access_key_id: &[u8],
    secret_access_key: &[u8],
) -> Result<SigningKey, ModelError> {
    let key = [b"AWS4A", secret_access_key].concat();
    for count in 1..=254_u8 {
        let message = [
            &1_u32.to_be_bytes()[..],
            ALGORITHM,
            b"\0",
            access_key_id,
            &[count],
            &256_u32.to_be_bytes(),
        ];
        let candidate = hmac(&key, &message.concat());
        if candidate[..] <= LARGEST[..] {
            return SigningKey::from_slice(&plus_one(candidate))
                .map_err(|_| ModelError::PrivateKey);
        }
    }
    Err(ModelError::PrivateKey)
}

/// Name and value of a header that the signer adds, and whether it is signed.
type Added = (&'static str, Vec<u8>, bool);

/// Whether header placement writes its own header in place of the caller's.
fn replaces(added: &[Added], placement: Placement, name: &[u8]) -> bool {
    let is = |own: &str| name.eq_ignore_ascii_case(own.as_bytes());
    placement == Placement::Header
        && (is("authorization") || added.iter().any(|(own, _, _)| is(own)))
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
