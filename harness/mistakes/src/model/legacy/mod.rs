//! The signatures before Version 4: what is signed, and how it is sent.

mod query_v2;
mod s3;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::{Digest as _, Sha1};
use sigv4_protocol::{LegacyAnswer, LegacyQuestion, LegacyStages, SentRequest};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{LegacyAlgorithm, LegacyInput, LegacyScheme};

use super::check::{ModelError, check_escapes, check_line, check_request};
use super::date::Moment;
use super::scope_and_key::hmac;
use super::text::{base64, base64_decoded, base64_for_url, hex, split_target};
use crate::catalogue::{Mistake, MistakeSet};

/// A request as this scheme signs it.
struct Signing<'q> {
    input: &'q LegacyInput,
    /// Whether its parameters are in its body.
    is_form: bool,
    moment: Moment,
    /// Without any earlier authentication, and with the session token if it is a header.
    headers: Vec<(Bytes, Bytes)>,
    token: Option<&'q [u8]>,
    mistakes: MistakeSet,
}

/// Signs.
pub(in crate::model) fn sign(
    question: &LegacyQuestion,
    mistakes: MistakeSet,
) -> Result<LegacyAnswer, ModelError> {
    let signing = Signing::new(question, mistakes)?;
    match question.input.scheme {
        LegacyScheme::S3Header => signing.s3_header(),
        LegacyScheme::S3Query => signing.s3_query(),
        LegacyScheme::QueryV2 => Ok(signing.query_v2()),
        LegacyScheme::Aws3Https => signing.aws3(),
    }
}

impl<'q> Signing<'q> {
    fn new(question: &'q LegacyQuestion, mistakes: MistakeSet) -> Result<Self, ModelError> {
        let LegacyInput { scheme, time, credentials, request, .. } = &question.input;
        let moment =
            Moment::parse(time).ok_or_else(|| ModelError::Time { text: time.to_string() })?;
        check_request(request)?;
        check_line("access key id", &credentials.access_key_id)?;
        let token = credentials.session_token.as_deref().filter(|token| !token.is_empty());
        check_line("session token", token.map_or(&b""[..], |token| token))?;
        let is_form = question.is_form();
        if is_form {
            check_escapes(&request.body, 0).map_err(|offset| ModelError::BodyEscape { offset })?;
        } else if *scheme != LegacyScheme::Aws3Https {
            let path = split_target(&request.target).0.len();
            check_escapes(&request.target, path)
                .map_err(|offset| ModelError::PercentEscape { offset })?;
        }
        let own = match scheme {
            LegacyScheme::Aws3Https => "X-Amzn-Authorization",
            _ => "Authorization",
        };
        let is = |name: &[u8], other: &str| name.eq_ignore_ascii_case(other.as_bytes());
        let is_token_header = *scheme != LegacyScheme::QueryV2;
        let mut headers = request.headers.clone();
        headers.retain(|(name, _)| {
            let replaced = is_token_header && token.is_some() && is(name, TOKEN);
            !replaced && (*scheme == LegacyScheme::QueryV2 || !is(name, own))
        });
        if let Some(token) = token.filter(|_| is_token_header) {
            headers.push((TOKEN.into(), token.into()));
        }
        let input = &question.input;
        Ok(Self { input, is_form, moment, headers, token, mistakes })
    }

    fn has(&self, mistake: Mistake) -> bool {
        self.mistakes.contains(mistake)
    }

    fn header(&self, name: &str) -> Option<&[u8]> {
        let is = |(own, _): &&(Bytes, Bytes)| own.eq_ignore_ascii_case(name.as_bytes());
        self.headers.iter().find(is).map(|(_, value)| value.trim_ascii())
    }

    /// Path and query as they are sent.
    fn path_and_query(&self) -> (&'q [u8], &'q [u8]) {
        let (path, query) = split_target(&self.input.request.target);
        (if path.is_empty() { b"/" } else { path }, query.unwrap_or_default())
    }

    /// "The base64 of the HMAC of the string to sign, keyed by the secret."
    fn signature(&self, string_to_sign: &[u8], algorithm: LegacyAlgorithm) -> Vec<u8> {
        let mut key = self.input.credentials.secret_access_key.to_vec();
        if self.has(Mistake::LegacyKeyPrefixed) {
            key = [b"AWS4", &key[..]].concat();
        }
        if self.has(Mistake::LegacySecretDecoded) {
            key = base64_decoded(&key).unwrap_or(key);
        }
        let digest = match algorithm {
            LegacyAlgorithm::HmacSha1 => hmac_sha1(&key, string_to_sign),
            LegacyAlgorithm::HmacSha256 => hmac(&key, string_to_sign),
        };
        if self.has(Mistake::LegacySignatureHex) {
            hex(&digest)
        } else if self.has(Mistake::LegacySignatureBase64OfHex) {
            base64(&hex(&digest))
        } else if self.has(Mistake::LegacySignatureForUrl) {
            base64_for_url(&digest)
        } else {
            base64(&digest)
        }
    }

    /// `AWS3-HTTPS`: "sign the date of the request".
    fn aws3(self) -> Result<LegacyAnswer, ModelError> {
        let (first, second) = if self.has(Mistake::LegacyHttpsDateHeaderFirst) {
            ("date", "x-amz-date")
        } else {
            ("x-amz-date", "date")
        };
        let date = self.header(first).or_else(|| self.header(second));
        let date = date.ok_or(ModelError::MissingDate)?.to_vec();
        let signed = if self.has(Mistake::LegacyHttpsTimeOfSigning) {
            self.moment.text(self.mistakes)
        } else {
            date
        };
        let signature = self.signature(&signed, self.input.algorithm);
        let algorithm = if self.has(Mistake::LegacyHttpsAlgorithmOfV4) {
            "AWS4-HMAC-SHA256"
        } else {
            self.input.algorithm.as_str()
        };
        let id = &self.input.credentials.access_key_id;
        let value = [
            &b"AWS3-HTTPS AWSAccessKeyId="[..],
            id,
            b",Algorithm=",
            algorithm.as_bytes(),
            b",Signature=",
            &signature,
        ]
        .concat();
        let name = if self.has(Mistake::LegacyHttpsInAuthorization) {
            "Authorization"
        } else {
            "X-Amzn-Authorization"
        };
        let mut headers = self.headers.clone();
        headers.push((name.into(), value.into()));
        let target = self.input.request.target.clone();
        Ok(self.answer(target, headers, None, signed, signature))
    }

    fn answer(
        &self,
        target: Bytes,
        headers: Vec<(Bytes, Bytes)>,
        body: Option<Bytes>,
        string_to_sign: Vec<u8>,
        signature: Vec<u8>,
    ) -> LegacyAnswer {
        let method = self.input.request.method.clone();
        LegacyAnswer {
            request: SentRequest { method, target, headers, body },
            stages: LegacyStages {
                string_to_sign: Some(string_to_sign.into()),
                signature: Some(signature.into()),
            },
        }
    }
}

/// The header or parameter of a session token.
const TOKEN: &str = "x-amz-security-token";

/// The pieces of a query between `&` that are not empty.
fn pieces(query: &[u8]) -> impl Iterator<Item = &[u8]> {
    query.split(|&byte| byte == b'&').filter(|piece| !piece.is_empty())
}

/// HMAC-SHA1 with a key of any length: RFC 2104, as for SHA-256.
fn hmac_sha1(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0; 64];
    if key.len() > block.len() {
        block[..20].copy_from_slice(&Sha1::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let state: Hmac<Sha1> = Hmac::new(&block.into());
    state.chain_update(message).finalize().into_bytes().to_vec()
}
