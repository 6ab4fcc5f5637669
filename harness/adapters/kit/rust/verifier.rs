//! What the adapters of verifiers in Rust share: the loop, and the request as the crate `http` holds it,
//! the form in which hyper, axum and tower hand it on.
//!
//! hyper has removed the white space around a header value by then, and keeps headers of the same name
//! apart, in order; the target is as it was sent. What these types cannot hold is `unrepresentable`.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use http::uri::PathAndQuery;
use http::{HeaderName, HeaderValue, Method, Uri};
use sigv4_protocol::{Answer, Clock, Identity, InProcess, Mode, Question, Role, lines, serve};
use sigv4_vectors::model::{KeyMaterial, Need, Profile, Request, VerificationInput};

/// The function that asks the verifier. An answer in the place of the error ends it early.
pub type Judge = fn(&VerificationInput) -> Result<Answer, Answer>;

struct Verifier {
    identity: Identity,
    judge: Judge,
}

/// Answers questions until the input ends.
pub fn run(
    name: &str,
    version: &str,
    profiles: &[Profile],
    more: &[Need],
    judge: Judge,
) -> io::Result<()> {
    let held_by_http = [
        Need::AbsentHost,
        Need::DuplicateHeaders,
        Need::EmptyHeaderValue,
        Need::PaddedHeaderValue,
        Need::OddHeaderName,
        Need::OddMethod,
    ];
    let identity = Identity {
        protocol: lines::VERSION,
        name: name.to_owned(),
        version: version.to_owned(),
        language: "Rust".to_owned(),
        roles: vec![Role::Verify],
        profiles: profiles.to_vec(),
        features: held_by_http.iter().chain(more).copied().collect(),
        clock: Clock::Given,
        mode: Mode::Stream,
    };
    serve(&mut Verifier { identity, judge }, io::stdin().lock(), io::stdout().lock())
}

impl InProcess for Verifier {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn answer(&mut self, question: &Question) -> Answer {
        let Question::Verify(question) = question else {
            return unsupported("it only verifies");
        };
        if !self.identity.profiles.contains(&question.input.profile) {
            return unsupported("it only knows the other profile");
        }
        let judged = catch_unwind(AssertUnwindSafe(|| (self.judge)(&question.input)));
        match judged {
            Ok(answer) => answer.unwrap_or_else(|early| early),
            Err(_) => Answer::Error { detail: "the verifier panicked".to_owned() },
        }
    }
}

/// The lack of a feature.
pub fn unsupported(detail: &str) -> Answer {
    Answer::Unsupported { detail: detail.to_owned() }
}

/// What the types cannot hold.
pub fn unrepresentable(detail: impl ToString) -> Answer {
    Answer::Unrepresentable { detail: detail.to_string() }
}

/// The refusal of the verifier, in its own words.
pub fn reject(detail: impl ToString) -> Answer {
    Answer::Reject { reason: String::new(), detail: detail.to_string() }
}

/// The request as `http` holds it.
pub fn http_request(request: &Request) -> Result<http::Request<Vec<u8>>, Answer> {
    let target = text(&request.target)?;
    let uri = Uri::try_from(target).map_err(unrepresentable)?;
    if uri.path_and_query().map(PathAndQuery::as_str) != Some(target) {
        return Err(unrepresentable("http::Uri holds another target"));
    }
    let mut held = http::Request::new(request.body.to_vec());
    *held.method_mut() = Method::from_bytes(&request.method).map_err(unrepresentable)?;
    *held.uri_mut() = uri;
    for (name, value) in &request.headers {
        let name = HeaderName::from_bytes(name).map_err(unrepresentable)?;
        let value = HeaderValue::from_bytes(value.trim_ascii()).map_err(unrepresentable)?;
        held.headers_mut().append(name, value);
    }
    Ok(held)
}

/// The keys in use, as id, secret and session token.
pub fn keys(input: &VerificationInput) -> Result<Vec<(String, String, Option<String>)>, Answer> {
    let active = input.keys.iter().filter(|key| key.active);
    active
        .map(|key| {
            let KeyMaterial::SecretAccessKey(secret) = &key.material else {
                return Err(unsupported("it derives the keys itself, from the secret"));
            };
            let token = key.session_token.as_ref().map(|token| text(token.expose()));
            let token = token.transpose()?.map(str::to_owned);
            Ok((text(&key.access_key_id)?.to_owned(), text(secret.expose())?.to_owned(), token))
        })
        .collect()
}

/// The kinds of signed requests that only some verifiers know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Without any of what follows.
    Plain,
    /// The body comes in signed chunks.
    Chunks,
    /// The body comes in chunks with a checksum.
    UnsignedChunks,
    /// A form with a signed policy.
    Form,
    /// Signed with SigV4A.
    V4a,
}

/// The kind of a request, by what it says of itself.
pub fn kind(request: &Request) -> Kind {
    let header = |name: &str| {
        let mut headers = request.headers.iter();
        let named = headers.find(|(other, _)| other.eq_ignore_ascii_case(name.as_bytes()));
        named.map_or(&b""[..], |(_, value)| value.trim_ascii())
    };
    let in_target = |part: &[u8]| request.target.windows(part.len()).any(|window| window == part);
    let payload = header("x-amz-content-sha256");
    let algorithm = b"AWS4-ECDSA-P256-SHA256";
    if header("authorization").starts_with(algorithm)
        || in_target(b"X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256")
        || in_target(b"X-Amz-Region-Set=")
        || !header("x-amz-region-set").is_empty()
    {
        Kind::V4a
    } else if header("content-type").starts_with(b"multipart/form-data") {
        Kind::Form
    } else if payload.starts_with(b"STREAMING-UNSIGNED-") {
        Kind::UnsignedChunks
    } else if payload.starts_with(b"STREAMING-")
        || !header("x-amz-decoded-content-length").is_empty()
        || header("content-encoding").windows(11).any(|word| word == b"aws-chunked")
    {
        Kind::Chunks
    } else {
        Kind::Plain
    }
}

/// Refuses what is not of a kind that the verifier knows.
pub fn only(kinds: &[Kind], request: &Request) -> Result<(), Answer> {
    let kind = kind(request);
    if kinds.contains(&kind) {
        Ok(())
    } else {
        Err(unsupported(&format!("not verified: {kind:?}")))
    }
}

/// The bytes as text.
pub fn text(bytes: &[u8]) -> Result<&str, Answer> {
    std::str::from_utf8(bytes).map_err(unrepresentable)
}
