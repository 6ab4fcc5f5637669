//! The reference without its answers: it signs, compares, and keeps nothing.

use sigv4_protocol::Sent;
use sigv4_protocol::{SentRequest, SignQuestion, SignedAnswer};
use sigv4_reference::sign::{ContentSha256, Payload, SessionToken, Signer, UNSIGNED_HEADERS};
use sigv4_reference::{Request, Scope, ScopedKey, Time, Workspace};
use sigv4_vectors::model::{self, Placement};

use crate::subject::convert::{headers, profile, request, token_coverage};

/// The reference with its own buffer.
#[derive(Debug, Default)]
pub(super) struct Bare {
    workspace: Workspace,
}

impl Bare {
    /// Whether the reference would send exactly this request, including the order of headers.
    pub(super) fn sends(&mut self, question: &SignQuestion, sent: &SentRequest) -> bool {
        let asked = &question.input.request;
        if sent.method != asked.method || sent.body.as_ref().is_some_and(|body| *body != asked.body)
        {
            return false;
        }
        let is_sent = |signer: &Signer<'_>, request: &Request<'_>, workspace: &mut Workspace| {
            if question.placement == Placement::Query {
                let signed = signer.query(workspace, request, question.input.expires?).ok()?;
                return Some(sent.target[..] == *signed.target() && sent.headers == asked.headers);
            }
            let signed = signer.header(workspace, request).ok()?;
            let kept = asked.headers.iter().filter(|(name, _)| !signer.replaces(name));
            let kept = kept.map(|(name, value)| (&name[..], &value[..]));
            let own = signed.headers().map(|(name, value)| (name.as_bytes(), value));
            let headers = sent.headers.iter().map(|(name, value)| (&name[..], &value[..]));
            Some(sent.target == asked.target && headers.eq(kept.chain(own)))
        };
        self.signer(question, UNSIGNED_HEADERS, is_sent).unwrap_or_default()
    }

    /// Whether each answer is what the reference signs with the same list of headers, and the list
    /// contains all headers that must be signed. `as_signed` are the calls with the headers that
    /// the subject signed.
    ///
    /// The judge lets a subject that covers other headers pass if its request verifies. Some
    /// requests never do, such as those of a region with a slash, and are judged by the signature
    /// alone.
    pub(super) fn signs(
        &mut self,
        calls: &[SignQuestion],
        as_signed: &[SignQuestion],
        answers: &[SignedAnswer],
    ) -> bool {
        calls.len() == answers.len()
            && calls.iter().zip(as_signed).zip(answers).all(|((asked, own), answer)| {
                self.signs_one(asked, own, &answer.request).unwrap_or_default()
            })
    }

    fn signs_one(
        &mut self,
        asked: &SignQuestion,
        own: &SignQuestion,
        answer: &SentRequest,
    ) -> Option<bool> {
        let sent = Sent::read(asked.placement, answer).ok()?;
        let names = asked.input.request.headers.iter().map(|(name, _)| name);
        let left_out: Vec<String> = names
            .map(|name| String::from_utf8_lossy(name).to_ascii_lowercase())
            .filter(|name| !sent.signs(name.as_bytes()))
            .collect();
        if left_out.iter().any(|name| name == "host" || name.starts_with("x-amz-")) {
            return None;
        }
        let left_out: Vec<&str> = left_out.iter().map(String::as_str).collect();
        let headers = &asked.input.request.headers;
        let unsigned = headers.iter().filter(|header| !own.input.request.headers.contains(header));
        self.signer(own, &left_out, |signer, request, workspace| {
            if own.placement == Placement::Query {
                let signed = signer.query(workspace, request, own.input.expires?).ok()?;
                return Some(parameters(&answer.target) == parameters(signed.target()));
            }
            let signed = signer.header(workspace, request).ok()?;
            let kept = request.headers.iter().filter(|header| !signer.replaces(header.name));
            let kept = kept.map(|header| plainly(header.name, header.value));
            let added = signed.headers().map(|(name, value)| plainly(name.as_bytes(), value));
            let unsigned = unsigned.map(|(name, value)| plainly(name, value));
            let mut expected: Vec<_> = kept.chain(added).chain(unsigned).collect();
            let mut sent: Vec<_> =
                answer.headers.iter().map(|(name, value)| plainly(name, value)).collect();
            expected.sort_unstable();
            sent.sort_unstable();
            Some(answer.target[..] == *request.target && sent == expected)
        })
    }

    /// Calls `work` with the signer of a question; `None` for a question without a time or a scope.
    fn signer<T>(
        &mut self,
        question: &SignQuestion,
        unsigned_headers: &[&str],
        work: impl FnOnce(&Signer<'_>, &Request<'_>, &mut Workspace) -> Option<T>,
    ) -> Option<T> {
        let input = &question.input;
        let credentials = &input.credentials;
        let time = Time::parse(input.time.as_bytes()).ok()?;
        let scope = Scope::new(&time, &input.region, &input.service).ok()?;
        let key = ScopedKey::derive(&credentials.secret_access_key, scope);
        let mut signer = Signer::new(time, &credentials.access_key_id, &key);
        signer.unsigned_headers = unsigned_headers;
        signer.profile = profile(input.normalize, input.double_encode);
        signer.session_token = credentials.session_token.as_deref().map(|value| SessionToken {
            value,
            coverage: token_coverage(input.session_token_signed),
        });
        signer.payload = match input.payload {
            model::Payload::Signed => Payload::Signed,
            model::Payload::Unsigned => Payload::Unsigned,
            stream => Payload::Given(stream.as_str().as_bytes()),
        };
        if input.content_sha256_header {
            signer.content_sha256 = ContentSha256::Header;
        }
        let headers = headers(&input.request);
        work(&signer, &request(&input.request, &headers), &mut self.workspace)
    }
}

/// The parts of a presigned target, whose order is up to the signer.
fn parameters(target: &[u8]) -> Vec<&[u8]> {
    let mut parts: Vec<&[u8]> = target.split(|byte| b"?&".contains(byte)).collect();
    parts.sort_unstable();
    parts
}

/// A header without what does not matter: the case of its name and the blanks of its value.
fn plainly(name: &[u8], value: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let value = value.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    (name.to_ascii_lowercase(), value)
}
