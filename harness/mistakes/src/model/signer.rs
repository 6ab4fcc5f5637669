//! The steps of signing, in the order of the documentation.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};
use sigv4_protocol::{Digits, SentRequest, SignQuestion, SignedAnswer, StagesShown};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::Placement;

use super::check::{ModelError, check};
use super::date::Moment;
use super::headers::{self, CanonicalHeaders, Field};
use super::memory::{First, Memory};
use super::output::{self, ALGORITHM, Added};
use super::presign::{Contents, Presigned, token_name};
use super::query::{self, Parameter};
use super::scope_and_key::{Scope, hmac};
use super::text::{base64, hex, replaced};
use super::{path, payload};
use crate::catalogue::{Mistake, MistakeSet};

/// Signs.
pub(super) fn sign(
    question: &SignQuestion,
    mistakes: MistakeSet,
    memory: &mut Memory,
) -> Result<SignedAnswer, ModelError> {
    let moment = check(question)?;
    let taken = memory.taken(question, mistakes);
    let moment = Moment::parse(&taken.input.time).unwrap_or(moment);
    let mut call = Call::new(&taken, moment, mistakes, memory);
    call.left_behind = taken.input.request.headers.len() > question.input.request.headers.len();
    let (answer, added) = call.signed(memory);
    if Memory::is_needed(mistakes) {
        call.remember(memory);
        memory.leave(&question.input.request, &added);
    }
    Ok(answer)
}

/// One call of the signer, with what has to be known before the canonical request.
struct Call<'q> {
    question: &'q SignQuestion,
    mistakes: MistakeSet,
    moment: Moment,
    scope: Scope,
    key: Vec<u8>,
    payload: Vec<u8>,
    /// Whether the caller's headers hold what the call before wrote into them.
    left_behind: bool,
    added: Vec<Added>,
    token: Option<(Vec<u8>, bool)>,
    /// The name that the vendor gives to the service's host, for a signer that signs it.
    vendors_host: Option<Vec<u8>>,
}

impl<'q> Call<'q> {
    fn new(
        question: &'q SignQuestion,
        moment: Moment,
        mistakes: MistakeSet,
        memory: &mut Memory,
    ) -> Self {
        let input = &question.input;
        let scope = Scope::new(input, moment, mistakes);
        let key = memory.key(input, &scope, moment, mistakes);
        let hash_before = memory.first.as_ref().map(|first| &first.payload_hash[..]);
        let payload = payload::line(question, hash_before, mistakes);
        let token = token(question, mistakes);
        let added = Vec::new();
        let left_behind = false;
        let vendors_host = mistakes
            .contains(Mistake::HostOfTheService)
            .then(|| [&scope.service[..], &scope.region, b"amazonaws.com"].join(&b'.'));
        let mut call = Self {
            question,
            mistakes,
            moment,
            scope,
            key,
            payload,
            left_behind,
            added,
            token,
            vendors_host,
        };
        call.added = match question.placement {
            Placement::Header => call.added_headers(),
            Placement::Query => call.added_headers_of_presigned(),
        };
        call
    }

    fn has(&self, mistake: Mistake) -> bool {
        self.mistakes.contains(mistake)
    }

    /// The answer, and the headers that the signer wrote into the request.
    fn signed(&self, memory: &Memory) -> (SignedAnswer, Vec<(Bytes, Bytes)>) {
        let input = &self.question.input;
        let CanonicalHeaders { lines, list } =
            headers::canonical(&self.signed_fields(), &memory.signed_names, self.mistakes);
        let credential = output::credential(input, &self.scope, self.moment, self.mistakes);
        let mut callers = query::parameters(input, self.question.placement, self.mistakes);
        let (presigned, query) = match self.question.placement {
            Placement::Header => {
                callers.extend(query::form_parameters(input, self.mistakes));
                (None, query::canonical(&callers, self.mistakes))
            }
            Placement::Query => {
                let contents = self.contents(credential.clone(), &list);
                let presigned = Presigned::new(callers, contents, self.mistakes);
                let query = presigned.canonical(self.mistakes);
                (Some(presigned), query)
            }
        };

        let canonical_request = self.canonical_request(&query, &lines, &list, memory);
        let string_to_sign = self.string_to_sign(&canonical_request, memory);
        let signature = self.signature(&canonical_request, &string_to_sign);

        let method = input.request.method.clone();
        let (request, added) = match presigned {
            None => {
                let authorization =
                    output::authorization(&credential, &list, &signature, self.mistakes);
                let added = self.sent_headers(authorization);
                let kept = input.request.headers.iter().filter(|(name, _)| !self.drops(name));
                let headers = kept.cloned().chain(added.iter().cloned()).collect();
                let target = output::target(&input.request.target, self.mistakes);
                (SentRequest { method, target, headers, body: None }, added)
            }
            Some(presigned) => {
                let added: Vec<(Bytes, Bytes)> =
                    self.added.iter().filter(|header| header.sent).map(as_sent).collect();
                let headers = input.request.headers.iter().chain(&added).cloned().collect();
                let target =
                    presigned.target(&input.request.target, &signature, self.mistakes).into();
                (SentRequest { method, target, headers, body: None }, added)
            }
        };
        let stages = StagesShown {
            canonical_request: Some(canonical_request.into()),
            string_to_sign: Some(string_to_sign.into()),
            signing_key: Some(Digits::of(&self.key)),
            signature: std::str::from_utf8(&signature).ok().map(Digits::from),
        };
        (SignedAnswer { request, stages }, added)
    }

    /// The headers that header placement adds.
    fn added_headers(&self) -> Vec<Added> {
        let mut added = Vec::new();
        let mut date = self.moment.text(self.mistakes);
        if self.has(Mistake::DateCallersKept)
            && let Some(given) = self.callers(b"x-amz-date")
        {
            date = given.to_vec();
        }
        added.push(Added {
            name: "X-Amz-Date",
            value: date,
            signed: !self.has(Mistake::HeaderDateUnsigned),
            sent: !self.has(Mistake::DateHeaderUnsent),
        });
        if let Some((token, signed)) = &self.token {
            added.push(Added {
                name: token_name(self.mistakes),
                value: token.clone(),
                signed: *signed,
                sent: !self.has(Mistake::TokenUnsent),
            });
        }
        if self.question.input.content_sha256_header && !self.has(Mistake::PayloadHeaderMissing) {
            let value = if self.has(Mistake::PayloadHeaderDiffers) {
                payload::hash(self.question, self.mistakes)
            } else {
                self.payload.clone()
            };
            let signed = !self.has(Mistake::PayloadHeaderUnsigned);
            added.push(Added { name: "X-Amz-Content-Sha256", value, signed, sent: true });
        }
        added
    }

    /// A presigned request has none of its own.
    fn added_headers_of_presigned(&self) -> Vec<Added> {
        let mut added = Vec::new();
        let unsent = |name, value| Added { sent: false, ..Added::new(name, value) };
        if self.has(Mistake::PresignDateAsHeader) {
            added.push(unsent("X-Amz-Date", self.moment.text(self.mistakes)));
        }
        if self.has(Mistake::PresignContentSha256Signed) {
            added.push(unsent("X-Amz-Content-Sha256", self.payload.clone()));
        }
        if self.has(Mistake::TokenHeaderInPresign)
            && let Some((token, _)) = &self.token
        {
            added.push(Added::new("X-Amz-Security-Token", token.clone()));
        }
        added
    }

    /// Every header to sign: the caller's, then the signer's.
    fn signed_fields(&self) -> Vec<Field<'_>> {
        let placement = self.question.placement;
        let callers = self.question.input.request.headers.iter();
        callers
            .map(|(name, value)| {
                let is_host = name.eq_ignore_ascii_case(b"host");
                let of_the_service = self.vendors_host.as_deref().filter(|_| is_host);
                Field { name, value: of_the_service.unwrap_or(value) }
            })
            .filter(|field| headers::signs(*field, placement, self.mistakes))
            .filter(|field| {
                let signs_old = self.has(Mistake::HeaderAuthorizationSigned)
                    && field.name.eq_ignore_ascii_case(b"authorization");
                placement == Placement::Query || signs_old || !self.replaces(field.name)
            })
            .chain(
                self.added
                    .iter()
                    .filter(|header| header.signed)
                    .map(|header| Field { name: header.name.as_bytes(), value: &header.value }),
            )
            .collect()
    }

    /// Whether header placement writes its own header in place of the caller's.
    fn replaces(&self, name: &[u8]) -> bool {
        let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
        let adds = self.added.iter().any(|header| is(header.name));
        let keeps = self.left_behind
            || (is("x-amz-date") && self.has(Mistake::DateSentTwice))
            || (is("x-amz-security-token") && self.has(Mistake::TokenSentTwice));
        is("authorization") || (adds && !keeps)
    }

    /// Whether the caller's header is not sent.
    fn drops(&self, name: &[u8]) -> bool {
        let is_authorization = name.eq_ignore_ascii_case(b"authorization");
        self.replaces(name) && !(is_authorization && self.has(Mistake::OutputAuthorizationTwice))
    }

    /// The headers that are written into the request, Authorization last.
    fn sent_headers(&self, authorization: Vec<u8>) -> Vec<(Bytes, Bytes)> {
        let mut sent: Vec<(Bytes, Bytes)> =
            self.added.iter().filter(|header| header.sent).map(as_sent).collect();
        if !self.has(Mistake::OutputAuthorizationMissing) {
            sent.push((Bytes::from("Authorization"), authorization.into()));
        }
        sent
    }

    fn contents<'c>(&'c self, credential: Vec<u8>, signed_headers: &'c [u8]) -> Contents<'c> {
        let mut token = self.token.clone();
        if self.has(Mistake::TokenMissingInPresign) || self.has(Mistake::TokenHeaderInPresign) {
            token = None;
        }
        let mut hoisted = Vec::new();
        if self.has(Mistake::PresignHeadersHoisted) {
            for (name, value) in &self.question.input.request.headers {
                let name = String::from_utf8_lossy(name);
                if name.to_ascii_lowercase().starts_with("x-amz-") {
                    hoisted.push(Parameter::own(&name, value.to_vec()));
                }
            }
        }
        let input = &self.question.input;
        Contents { input, moment: self.moment, credential, signed_headers, token, hoisted }
    }

    /// "Method, canonical URI, canonical query, canonical headers, signed headers, hashed payload,
    /// each on a line of its own."
    fn canonical_request(
        &self,
        query: &[u8],
        lines: &[u8],
        list: &[u8],
        memory: &Memory,
    ) -> Vec<u8> {
        let (method, path) = (self.method(), self.path(memory));
        let parts = [&method[..], &path, query, lines, list, &self.payload];
        let mut out = Vec::with_capacity(parts.map(|part| part.len() + 1).iter().sum());
        out.extend(&method[..]);
        out.push(b'\n');
        out.extend(path);
        if !(query.is_empty() && self.has(Mistake::CanonicalRequestEmptyQueryLineMissing)) {
            out.push(b'\n');
            out.extend(query);
        }
        out.push(b'\n');
        out.extend(lines);
        if !self.has(Mistake::HeaderBlankLineMissing) {
            out.push(b'\n');
        }
        out.extend(list);
        if self.has(Mistake::CanonicalRequestListMissing) {
            out.truncate(out.len() - list.len());
        } else {
            out.push(b'\n');
        }
        out.extend(&self.payload);
        if self.has(Mistake::CanonicalRequestPayloadMissing) {
            out.truncate(out.len() - self.payload.len() - 1);
        }
        if self.has(Mistake::CanonicalRequestFinalNewline) {
            out.push(b'\n');
        }
        if self.has(Mistake::CanonicalRequestCrlf) {
            out = replaced(&out, b"\n", b"\r\n");
        }
        out
    }

    fn method(&self) -> Cow<'_, [u8]> {
        let method = &self.question.input.request.method[..];
        if self.has(Mistake::MethodEmpty) {
            b"".into()
        } else if self.has(Mistake::MethodAlwaysGet)
            || (method == b"HEAD" && self.has(Mistake::MethodHeadAsGet))
        {
            b"GET".into()
        } else if self.has(Mistake::MethodUpperCased) {
            method.to_ascii_uppercase().into()
        } else if self.has(Mistake::MethodLowerCased) {
            method.to_ascii_lowercase().into()
        } else {
            method.into()
        }
    }

    fn path(&self, memory: &Memory) -> Vec<u8> {
        let host = self.callers(b"host").unwrap_or_default();
        match &memory.first {
            Some(first) if self.has(Mistake::StatePathKept) => {
                let mut input = self.question.input.clone();
                input.request.target = first.target.clone();
                path::canonical(&input, host, self.mistakes)
            }
            _ => path::canonical(&self.question.input, host, self.mistakes),
        }
    }

    /// "Algorithm, time, credential scope and the hash of the canonical request."
    fn string_to_sign(&self, canonical_request: &[u8], memory: &Memory) -> Vec<u8> {
        let mut lines: Vec<Cow<'_, [u8]>> = Vec::with_capacity(4);
        if self.has(Mistake::StringToSignAlgorithmMisspelt) {
            lines.push(b"AWS4-HMAC-SHA-256".into());
        } else if !self.has(Mistake::StringToSignAlgorithmMissing) {
            lines.push(ALGORITHM.into());
        }
        if !self.has(Mistake::StringToSignTimeMissing) {
            lines.push(self.moment.text_to_sign(self.mistakes).into());
        }
        lines.push(self.scope_to_sign(memory).into());
        lines.push(self.hash(canonical_request).into());
        let mut out = lines.join(&b'\n');
        if self.has(Mistake::StringToSignFinalNewline) {
            out.push(b'\n');
        }
        if self.has(Mistake::StringToSignCrlf) {
            out = replaced(&out, b"\n", b"\r\n");
        }
        out
    }

    fn scope_to_sign(&self, memory: &Memory) -> Vec<u8> {
        if let Some(first) = &memory.first
            && self.has(Mistake::StateScopeKept)
        {
            return first.scope.clone();
        }
        let scope = output::scope_text(&self.scope, self.moment, self.mistakes);
        if self.has(Mistake::ScopeWithKeyId) {
            let id = &self.question.input.credentials.access_key_id;
            return [id, &b"/"[..], &scope].concat();
        }
        scope
    }

    fn hash(&self, canonical_request: &[u8]) -> Vec<u8> {
        if self.has(Mistake::StringToSignUnhashed) {
            return canonical_request.to_vec();
        }
        let digest = Sha256::digest(canonical_request);
        if self.has(Mistake::StringToSignHashBase64) {
            return base64(&digest);
        }
        let mut hash = hex(&digest);
        if self.has(Mistake::StringToSignHashedTwice) {
            hash = hex(&Sha256::digest(&hash));
        }
        if self.has(Mistake::StringToSignHashZerosLost) {
            hash = without_leading_zeros(&hash);
        }
        if self.has(Mistake::StringToSignHashUpperCase) {
            hash.make_ascii_uppercase();
        }
        hash
    }

    /// "The HMAC of the string to sign, keyed by the signing key, in lower-case hexadecimal."
    fn signature(&self, canonical_request: &[u8], string_to_sign: &[u8]) -> Vec<u8> {
        let hashed;
        let message = if self.has(Mistake::SignatureOfCanonicalRequest) {
            canonical_request
        } else if self.has(Mistake::SignatureOfHash) {
            hashed = hex(&Sha256::digest(string_to_sign));
            &hashed
        } else {
            string_to_sign
        };
        let digest = if self.has(Mistake::SignatureArgumentsSwapped) {
            hmac(message, &self.key)
        } else if self.has(Mistake::SignatureKeyInHex) {
            hmac(&hex(&self.key), message)
        } else {
            hmac(&self.key, message)
        };
        if self.has(Mistake::SignatureBase64) {
            return base64(&digest);
        }
        let mut signature = if self.has(Mistake::SignatureByteZerosLost) {
            let short = |byte: &u8| format!("{byte:x}").into_bytes();
            digest.iter().flat_map(short).collect()
        } else {
            hex(&digest)
        };
        if self.has(Mistake::SignatureZerosLost) {
            signature = without_leading_zeros(&signature);
        }
        if self.has(Mistake::SignatureCut) {
            signature.truncate(32);
        }
        if self.has(Mistake::SignatureUpperCase) {
            signature.make_ascii_uppercase();
        }
        signature
    }

    /// The caller's first header of this name.
    fn callers(&self, name: &[u8]) -> Option<&[u8]> {
        let mut headers = self.question.input.request.headers.iter();
        headers.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| &value[..])
    }

    fn remember(&self, memory: &mut Memory) {
        let input = &self.question.input;
        if self.has(Mistake::StateSignedHeadersAccumulate) {
            let names = self.signed_fields().into_iter();
            memory.signed_names.extend(names.map(|field| field.name.to_ascii_lowercase()));
            memory.signed_names.sort_unstable();
            memory.signed_names.dedup();
        }
        memory.first.get_or_insert_with(|| First {
            time: input.time.clone(),
            target: input.request.target.clone(),
            payload_hash: payload::hash(self.question, self.mistakes),
            scope: output::scope_text(&self.scope, self.moment, self.mistakes),
        });
    }
}

/// The session token with whether it is signed; an empty one is none.
fn token(question: &SignQuestion, mistakes: MistakeSet) -> Option<(Vec<u8>, bool)> {
    let has = |mistake| mistakes.contains(mistake);
    let mut token = question.input.credentials.session_token.as_deref()?.to_vec();
    if (token.is_empty() && !has(Mistake::TokenEmptySent)) || has(Mistake::TokenMissing) {
        return None;
    }
    if has(Mistake::TokenDecoded) {
        token = replaced(&token, b"+", b" ");
    }
    let signed = if question.input.session_token_signed {
        !has(Mistake::TokenUnsigned)
    } else {
        has(Mistake::TokenSigned)
    };
    Some((token, signed))
}

fn as_sent(header: &Added) -> (Bytes, Bytes) {
    (Bytes::from(header.name), header.value.clone().into())
}

fn without_leading_zeros(digits: &[u8]) -> Vec<u8> {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    digits[zeros..].to_vec()
}
