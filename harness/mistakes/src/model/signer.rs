//! The steps of signing, in the order of the documentation.

use std::borrow::Cow;

use sigv4_protocol::{Digits, SentRequest, SignQuestion, SignedAnswer, StagesShown};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Placement, SigningInput};

use super::check::{ModelError, check};
use super::date::Moment;
use super::headers::{self, CanonicalHeaders, Field};
use super::memory::{First, Memory};
use super::output::{self, ALGORITHM, Added};
use super::presign::{Contents, Presigned};
use super::query::{self, Parameter};
use super::scope_and_key::Scope;
use super::text::{Encoder, replaced, split_target};
use super::{method, path, payload, signature, token};
use crate::catalogue::{Mistake, MistakeSet};

/// How many parameters of earlier calls are kept by a signer that signs them again.
const KEPT_PARAMETERS: usize = 16;

/// Signs.
pub(super) fn sign(
    question: &SignQuestion,
    mistakes: MistakeSet,
    memory: &mut Memory,
) -> Result<SignedAnswer, ModelError> {
    let moment = check(question)?;
    let taken = memory.taken(question, mistakes);
    let moment = Moment::parse(&taken.input.time).unwrap_or(moment);
    let moment = if mistakes.contains(Mistake::DateOfCallers) {
        time_of_caller(&taken.input).unwrap_or(moment)
    } else {
        moment
    };
    let mut call = Call::new(&taken, moment, mistakes, memory);
    call.left_behind = taken.input.request.headers.len() > question.input.request.headers.len();
    let (answer, added) = call.signed(memory);
    if Memory::is_needed(mistakes) {
        call.remember(memory);
        memory.leave(&question.input, &added);
    }
    Ok(answer)
}

/// One call of the signer, with what is needed before the canonical request.
struct Call<'q> {
    question: &'q SignQuestion,
    mistakes: MistakeSet,
    moment: Moment,
    scope: Scope,
    key: Vec<u8>,
    payload: Vec<u8>,
    /// Whether the caller's headers contain what the previous call wrote into them.
    left_behind: bool,
    added: Vec<Added>,
    token: Option<(Vec<u8>, bool)>,
    /// The host to sign in place of the caller's.
    other_host: Option<Vec<u8>>,
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
        let hash_before = memory.payload_hash(question, mistakes);
        let payload = payload::line(question, hash_before, mistakes);
        let token = token::given(question, mistakes);
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
            other_host: vendors_host,
        };
        if call.has(Mistake::HostOfForwarded) {
            call.other_host = call.callers(b"x-forwarded-host").map(<[u8]>::to_vec);
        }
        if call.has(Mistake::StateHostKept)
            && let Some(first) = &memory.first
        {
            call.other_host.clone_from(&first.host);
        }
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
        let mut callers = self.parameters(memory);
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
        let signature =
            signature::signature(&self.key, &canonical_request, &string_to_sign, self.mistakes);

        let method = input.request.method.clone();
        let (mut request, added) = match presigned {
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
        output::change(&mut request, &input.request.body, self.mistakes);
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
        let mut date = self.moment.header_text(self.mistakes);
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
                name: token::name(self.mistakes),
                value: token.clone(),
                signed: *signed,
                sent: !self.has(Mistake::TokenUnsent),
            });
        }
        let other_service = self.question.input.service[..] != b"s3"[..];
        let shows_payload = self.question.input.content_sha256_header
            && !self.has(Mistake::PayloadHeaderMissing)
            && !(other_service && self.has(Mistake::PayloadHeaderForS3Alone));
        if shows_payload {
            let value = if self.has(Mistake::PayloadHeaderDiffers) {
                payload::hash(self.question, self.mistakes)
            } else {
                self.payload.clone()
            };
            let signed = !self.has(Mistake::PayloadHeaderUnsigned);
            added.push(Added { name: "X-Amz-Content-Sha256", value, signed, sent: true });
        }
        if self.has(Mistake::HeaderContentTypeAlwaysSigned)
            && self.callers(b"content-type").is_none()
        {
            added.push(Added { sent: false, ..Added::new("Content-Type", Vec::new()) });
        }
        added
    }

    /// The headers that query placement adds: none, without a mistake.
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
                let other = self.other_host.as_deref().filter(|_| is_host);
                Field { name, value: other.unwrap_or(value) }
            })
            .take(if self.has(Mistake::HeaderFirstHundredSigned) { 100 } else { usize::MAX })
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
                    .filter(|header| {
                        !self.has(Mistake::HeaderOnlyHostAndDate) || header.name == "X-Amz-Date"
                    })
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
        if self.has(Mistake::OutputDateHttp)
            && let Some((_, date)) = sent.iter_mut().find(|(name, _)| name[..] == *b"X-Amz-Date")
        {
            *date = self.moment.text(self.mistakes.with(Mistake::DateHttp)).into();
        }
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
        if let Some((_, signed)) = &mut token
            && self.has(Mistake::TokenUnsignedInPresign)
        {
            *signed = false;
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
        let overriding = self
            .has(Mistake::MethodOverridden)
            .then(|| self.callers(b"x-http-method-override"))
            .flatten();
        let kept = memory.first.as_ref().filter(|_| self.has(Mistake::StateMethodKept));
        let replacing = kept.map(|first| &first.method[..]).or(overriding);
        let method = method::canonical(self.question, replacing, self.mistakes);
        let path = self.path(memory);
        let mut payload = &self.payload[..];
        let mut list = list;
        if self.has(Mistake::CanonicalRequestListAndPayloadSwapped) {
            std::mem::swap(&mut list, &mut payload);
        }
        let parts = [&method[..], &path, query, lines, list, payload];
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
        if self.has(Mistake::HeaderBlankLineDoubled) {
            out.push(b'\n');
        }
        out.extend(list);
        if self.has(Mistake::CanonicalRequestListMissing) {
            out.truncate(out.len() - list.len());
        } else {
            out.push(b'\n');
        }
        out.extend(payload);
        if self.has(Mistake::CanonicalRequestPayloadMissing) {
            out.truncate(out.len() - payload.len() - 1);
        }
        if self.has(Mistake::CanonicalRequestEmptyLinesRemoved) {
            let lines = out.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
            out = lines.collect::<Vec<_>>().join(&b'\n');
        }
        if self.has(Mistake::CanonicalRequestFinalNewline) {
            out.push(b'\n');
        }
        if self.has(Mistake::CanonicalRequestCrlf) {
            out = replaced(&out, b"\n", b"\r\n");
        }
        out
    }

    /// The caller's parameters, with those that are kept from other calls.
    fn parameters(&self, memory: &Memory) -> Vec<Parameter> {
        let placement = self.question.placement;
        let mut input = Cow::Borrowed(&self.question.input);
        if let Some(first) = &memory.first
            && self.has(Mistake::StateQueryKept)
        {
            let (path, _) = split_target(&input.request.target);
            let query = split_target(&first.target).1;
            let target = query.map_or(path.to_vec(), |query| [path, b"?", query].concat());
            input.to_mut().request.target = target.into();
        }
        let mut parameters = query::parameters(&input, placement, self.mistakes);
        if self.has(Mistake::StateQueryAccumulates) {
            parameters.extend(memory.parameters.iter().cloned());
        }
        parameters
    }

    fn path(&self, memory: &Memory) -> Vec<u8> {
        let host = self.callers(b"host").unwrap_or_default();
        let mut input = Cow::Borrowed(&self.question.input);
        if let Some(first) = &memory.first
            && self.has(Mistake::StatePathKept)
        {
            input.to_mut().request.target = first.target.clone();
        }
        if self.has(Mistake::StateRetryPathEncodedAgain) && memory.retried {
            let path = split_target(&input.request.target).0;
            let encoded = Encoder::new().leaving(b"/").encode(path);
            input.to_mut().request.target = encoded.into();
        }
        path::canonical(&input, host, self.mistakes)
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
        if !self.has(Mistake::StringToSignScopeMissing) {
            lines.push(self.scope_to_sign(memory).into());
        }
        if self.has(Mistake::StringToSignLinesSwapped)
            && let [.., time, scope] = &mut lines[..]
        {
            std::mem::swap(time, scope);
        }
        lines.push(signature::hash(canonical_request, self.mistakes).into());
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
        if self.has(Mistake::StateQueryAccumulates) {
            let placement = self.question.placement;
            memory.parameters.extend(query::parameters(input, placement, self.mistakes));
            // A signer that keeps all of them soon sends more than any server accepts.
            let old = memory.parameters.len().saturating_sub(KEPT_PARAMETERS);
            memory.parameters.drain(..old);
        }
        memory.first.get_or_insert_with(|| First {
            time: input.time.clone(),
            method: input.request.method.clone(),
            target: input.request.target.clone(),
            host: self.callers(b"host").map(<[u8]>::to_vec),
            payload_hash: payload::hash(self.question, self.mistakes),
            scope: output::scope_text(&self.scope, self.moment, self.mistakes),
        });
    }
}

/// The time from a header of the caller.
fn time_of_caller(input: &SigningInput) -> Option<Moment> {
    let mut headers = input.request.headers.iter();
    let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case(b"x-amz-date"))?;
    Moment::parse(std::str::from_utf8(value).ok()?)
}

fn as_sent(header: &Added) -> (Bytes, Bytes) {
    (Bytes::from(header.name), header.value.clone().into())
}
