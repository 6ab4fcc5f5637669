//! `aws-sigv4`: the vendor's Rust crate, called as its SDK calls it.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SessionTokenMode, SignableBody, SignableRequest,
    SignatureLocation, SigningParams, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::{v4, v4a};
use aws_smithy_runtime_api::client::identity::Identity as SigningIdentity;
use aws_smithy_runtime_api::http::Headers;
use sigv4_protocol::hex::hex;
use sigv4_protocol::{
    Answer, ChunksAnswer, ChunksQuestion, Clock, DerivedKeyPair, Identity, InProcess,
    KeyPairQuestion, Mode, Question, Role, SentRequest, SignQuestion, SignedAnswer, SignedChunk,
    SignedPiece, StagesShown, lines,
};
use sigv4_reference::Time;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{
    ChainKey, ChainStart, ChunkedPayload, Credentials as Given, Need, Payload, Placement, Profile,
};

/// The version that the workspace pins.
const VERSION: &str = "1.6.4";

/// What its types can hold beyond the plain case: `http::Uri` and `http::HeaderValue` take neither
/// control bytes nor a raw space.
const FEATURES: &[Need] = &[
    Need::ContentSha256Header,
    Need::ControlInSecret,
    Need::DuplicateHeaders,
    Need::EmptyCredential,
    Need::EmptyHeaderValue,
    Need::EmptyScope,
    Need::InvalidEscape,
    Need::LongExpires,
    Need::NonAsciiHeader,
    Need::NonAsciiSecret,
    Need::NormalizedSingleEncoded,
    Need::OddHeaderName,
    Need::OddMethod,
    Need::OwnAuthentication,
    Need::PaddedHeaderValue,
    Need::PresignedBody,
    Need::PresignedS3PayloadHash,
    Need::RawNonAscii,
    Need::SessionToken,
    Need::UnnormalizedDoubleEncoded,
    Need::UnsignedPayload,
    Need::UnsignedSessionToken,
];

/// The vendor's crate as a subject.
#[derive(Debug)]
pub struct AwsSigv4 {
    identity: Identity,
}

impl AwsSigv4 {
    /// The subject.
    #[must_use]
    pub fn new() -> Self {
        let identity = Identity {
            protocol: lines::VERSION,
            name: "aws-sigv4".to_owned(),
            version: VERSION.to_owned(),
            language: "Rust".to_owned(),
            roles: vec![
                Role::SignHeader,
                Role::SignQuery,
                Role::SignSequence,
                Role::SignChunks,
                Role::SignV4a,
                Role::DeriveKeyPair,
            ],
            profiles: Profile::ALL.to_vec(),
            features: FEATURES.to_vec(),
            clock: Clock::Given,
            mode: Mode::Stream,
        };
        Self { identity }
    }
}

impl Default for AwsSigv4 {
    fn default() -> Self {
        Self::new()
    }
}

impl InProcess for AwsSigv4 {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn answer(&mut self, question: &Question) -> Answer {
        match question {
            Question::Sign(question) => answer_to(question),
            Question::SignSequence(question) => {
                Answer::of_calls(question.calls.iter().map(answer_to))
            }
            Question::SignChunks(question) => sign_chunks(question)
                .map_or_else(|refusal| refusal, |answer| Answer::SignedChunks(Box::new(answer))),
            Question::SignV4a(question) => sign_question(&question.request, Scheme::V4a)
                .map_or_else(|refusal| refusal, |answer| Answer::SignedV4a(Box::new(answer))),
            Question::DeriveKeyPair(question) => {
                derive_key_pair(question).unwrap_or_else(|refusal| refusal)
            }
            _ => Answer::unsupported("aws-sigv4 signs requests and chunks, and derives key pairs"),
        }
    }
}

fn derive_key_pair(question: &KeyPairQuestion) -> Result<Answer, Answer> {
    let id = text("the access key id", &question.access_key_id)?;
    let secret = text("the secret", question.secret_access_key.expose())?;
    let private_key = hex(v4a::generate_signing_key(id, secret).as_ref());
    Ok(Answer::DerivedKeyPair(DerivedKeyPair { private_key, public_key: None }))
}

fn answer_to(question: &SignQuestion) -> Answer {
    match sign_question(question, Scheme::V4) {
        Ok(answer) => Answer::Signed(Box::new(answer)),
        Err(refusal) => refusal,
    }
}

/// What a request is signed with.
#[derive(Clone, Copy)]
enum Scheme {
    V4,
    /// The region is the region set.
    V4a,
}

fn sign_question(question: &SignQuestion, scheme: Scheme) -> Result<SignedAnswer, Answer> {
    let input = &question.input;
    if !input.request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(b"host")) {
        return Err(Answer::unrepresentable("without Host header it panics for lack of a host"));
    }
    let mut message = http_request(question)?;
    let signable_headers = input
        .request
        .headers
        .iter()
        .map(|(name, value)| Ok((text("a header name", name)?, text("a header value", value)?)))
        .collect::<Result<Vec<_>, Answer>>()?;
    let body = match input.payload {
        Payload::Signed => SignableBody::Bytes(&input.request.body),
        Payload::Unsigned => SignableBody::UnsignedPayload,
        stream => SignableBody::Precomputed(stream.as_str().to_owned()),
    };
    let signable = SignableRequest::new(
        text("the method", &input.request.method)?,
        text("the target", &input.request.target)?,
        signable_headers.into_iter(),
        body,
    )
    .map_err(|error| Answer::unrepresentable(chain(&error)))?;

    let identity = identity(&input.credentials)?;
    let region = text("the region", &input.region)?;
    let service = text("the service", &input.service)?;
    let (time, settings) = (system_time(&input.time)?, settings(question));
    let params: SigningParams<'_> = match scheme {
        Scheme::V4 => v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(service)
            .time(time)
            .settings(settings)
            .build()
            .map_err(|error| Answer::error(chain(&error)))?
            .into(),
        Scheme::V4a => v4a::SigningParams::builder()
            .identity(&identity)
            .region_set(region)
            .name(service)
            .time(time)
            .settings(settings)
            .build()
            .map_err(|error| Answer::error(chain(&error)))?
            .into(),
    };
    let (instructions, signature) =
        sign(signable, &params).map_err(|error| Answer::error(chain(&error)))?.into_parts();
    instructions.apply_to_request_http1x(&mut message);

    let stages = StagesShown { signature: Some((&*signature).into()), ..StagesShown::default() };
    Ok(SignedAnswer { request: sent(&message), stages })
}

fn identity(credentials: &Given) -> Result<SigningIdentity, Answer> {
    let token = match &credentials.session_token {
        Some(token) => Some(text("the session token", token.expose())?.to_owned()),
        None => None,
    };
    let id = text("the access key id", &credentials.access_key_id)?;
    let secret = text("the secret", credentials.secret_access_key.expose())?;
    Ok(Credentials::new(id, secret, token, None, "sigv4-conformance").into())
}

/// The head, and with its signature each chunk and the trailers. The crate does not frame them: that is
/// done elsewhere in the SDK.
fn sign_chunks(question: &ChunksQuestion) -> Result<ChunksAnswer, Answer> {
    let ChainKey::Credentials(credentials) = &question.key else {
        return Err(Answer::unsupported("it derives its signing key itself"));
    };
    if question.payload == ChunkedPayload::UnsignedTrailer {
        return Err(Answer::unsupported("it signs chunks, and does not frame them"));
    }
    let identity = identity(credentials)?;
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(text("the region", &question.region)?)
        .name(text("the service", &question.service)?)
        .time(system_time(&question.time)?)
        .settings(())
        .build()
        .map_err(|error| Answer::error(chain(&error)))?;
    let head = question.head().map(|head| sign_question(&head, Scheme::V4)).transpose()?;
    let seed = match (&question.start, &head) {
        (_, Some(head)) => head.stages.signature.as_ref().map(|digits| digits.to_string()),
        (ChainStart::SeedSignature(seed) | ChainStart::FinalChunkSignature(seed), None) => {
            Some(seed.to_string())
        }
        (ChainStart::Request(_), None) => None,
    };
    let mut previous = seed.ok_or_else(|| Answer::error("the head has no signature"))?;
    let mut chunks = Vec::new();
    if question.has_chunks() {
        let size = usize::try_from(question.chunk_size).unwrap_or(usize::MAX).max(1);
        for data in question.body.chunks(size).chain([&[][..]]) {
            let chunk = bytes::Bytes::copy_from_slice(data);
            let signed = v4::sign_chunk(&chunk, &previous, &params);
            previous = signed.map_err(|error| Answer::error(chain(&error)))?.into_parts().1;
            chunks.push(SignedChunk { size: data.len(), piece: piece(&previous) });
        }
    }
    let mut trailer = None;
    if question.payload == ChunkedPayload::SignedTrailer {
        let mut headers = Headers::new();
        for (name, value) in &question.trailers {
            let name = text("the name of a trailer", name)?.to_owned();
            let value = text("the value of a trailer", value)?.to_owned();
            headers
                .try_append(name, value)
                .map_err(|error| Answer::unrepresentable(format!("Headers: {}", chain(&error))))?;
        }
        let signed = v4::sign_trailer(&headers, &previous, &params);
        previous = signed.map_err(|error| Answer::error(chain(&error)))?.into_parts().1;
        trailer = Some(piece(&previous));
    }
    Ok(ChunksAnswer { head, chunks, trailer, framed_body: None })
}

fn piece(signature: &str) -> SignedPiece {
    SignedPiece { signature: signature.into(), string_to_sign: None }
}

fn settings(question: &SignQuestion) -> SigningSettings {
    let input = &question.input;
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode =
        if input.double_encode { PercentEncodingMode::Double } else { PercentEncodingMode::Single };
    settings.uri_path_normalization_mode = if input.normalize {
        UriPathNormalizationMode::Enabled
    } else {
        UriPathNormalizationMode::Disabled
    };
    settings.session_token_mode = if input.session_token_signed {
        SessionTokenMode::Include
    } else {
        SessionTokenMode::Exclude
    };
    if input.content_sha256_header {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    if question.placement == Placement::Query {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = input.expires.map(Duration::from_secs);
    }
    settings
}

/// The request in the type that the crate writes its signature into. What that type cannot hold,
/// this subject cannot send.
fn http_request(question: &SignQuestion) -> Result<http::Request<()>, Answer> {
    let request = &question.input.request;
    let refuse = |error: http::Error| Answer::unrepresentable(format!("http::Request: {error}"));
    let mut builder = http::Request::builder().method(&request.method[..]).uri(&request.target[..]);
    for (name, value) in &request.headers {
        builder = builder.header(&name[..], &value[..]);
    }
    builder.body(()).map_err(refuse)
}

fn sent(message: &http::Request<()>) -> SentRequest {
    let headers = message.headers().iter();
    SentRequest {
        method: message.method().as_str().into(),
        target: message.uri().to_string().into(),
        headers: headers
            .map(|(name, value)| (name.as_str().into(), value.as_bytes().into()))
            .collect(),
        body: None,
    }
}

fn system_time(time: &str) -> Result<SystemTime, Answer> {
    let time = Time::parse(time.as_bytes()).map_err(|error| Answer::error(error.to_string()))?;
    let distance = Duration::from_secs(time.unix_seconds().unsigned_abs());
    Ok(if time.unix_seconds() < 0 {
        SystemTime::UNIX_EPOCH - distance
    } else {
        SystemTime::UNIX_EPOCH + distance
    })
}

fn text<'b>(what: &str, bytes: &'b Bytes) -> Result<&'b str, Answer> {
    bytes
        .as_str()
        .ok_or_else(|| Answer::unrepresentable(format!("{what} is not UTF-8, which &str needs")))
}

/// An error with its causes, which the crate's own message leaves out.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = Cow::from(error.to_string());
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}").into();
        next = cause.source();
    }
    text.into_owned()
}
