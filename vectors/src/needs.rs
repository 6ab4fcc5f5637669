//! What a subject must be able to hold: derived from the question alone.

use crate::bytes::Bytes;
use crate::model::{
    KeyMaterial, Need, Payload, Placement, Profile, Request, Signing, SigningInput, StoredKey,
    VerificationInput,
};
use crate::secret::Secret;

impl Need {
    /// Everything that a signing question needs beyond the plain case, in the order of
    /// [`Need::ALL`].
    #[must_use]
    pub fn of(profile: Profile, placement: Placement, input: &SigningInput) -> Vec<Self> {
        let is_needed = |need: &Self| need.is_in(profile, placement, input);
        Self::ALL.iter().copied().filter(is_needed).collect()
    }

    /// The same of all calls of a case together.
    #[must_use]
    pub fn of_calls(calls: &[Signing]) -> Vec<Self> {
        let is_needed = |need: &Self| {
            calls.iter().any(|call| need.is_in(call.profile, call.placement, &call.input))
        };
        Self::ALL.iter().copied().filter(is_needed).collect()
    }

    /// Everything that requests to verify need beyond the plain case, in the order of [`Need::ALL`]:
    /// the one that is judged and those before it.
    #[must_use]
    pub fn of_verification(before: &[VerificationInput], input: &VerificationInput) -> Vec<Self> {
        let is_needed =
            |need: &Self| before.iter().chain([input]).any(|input| need.is_in_verification(input));
        Self::ALL.iter().copied().filter(is_needed).collect()
    }

    /// Whether a request to verify shows the need. It always has an authentication, and what is in it
    /// is for the verifier to judge.
    fn is_in_verification(self, input: &VerificationInput) -> bool {
        match self {
            Self::DerivedKey => {
                let is_secret =
                    |key: &StoredKey| matches!(key.material, KeyMaterial::SecretAccessKey(_));
                !input.keys.iter().all(is_secret)
            }
            Self::OwnAuthentication => false,
            Self::SessionToken => input.keys.iter().any(|key| key.session_token.is_some()),
            Self::ChunkedUpload => is_chunked(&input.request),
            Self::UploadForm => is_form(&input.request),
            Self::V4aSignature => is_v4a(&input.request),
            need => need.is_in_request(&input.request),
        }
    }

    /// Whether the request alone shows the need.
    fn is_in_request(self, request: &Request) -> bool {
        let target = &request.target[..];
        let path = target.split(|byte| *byte == b'?').next().unwrap_or_default();
        let query = target.get(path.len() + 1..).unwrap_or_default();
        let names = || request.headers.iter().map(|(name, _)| name);
        let values = || request.headers.iter().map(|(_, value)| value);
        match self {
            Self::AbsentHost => !names().any(|name| name.eq_ignore_ascii_case(b"host")),
            Self::ControlInHeader => values().any(|value| value.iter().copied().any(odd_in_header)),
            Self::DuplicateHeaders => {
                let folded: Vec<Vec<u8>> = names().map(|name| name.to_ascii_lowercase()).collect();
                (1..folded.len()).any(|index| folded[..index].contains(&folded[index]))
            }
            Self::EmptyHeaderValue => values().any(|value| value.trim_ascii().is_empty()),
            Self::EmptyPath => path.is_empty(),
            Self::InvalidEscape => !target.split(|byte| *byte == b'%').skip(1).all(escape_follows),
            Self::NonAsciiHeader => values().any(|value| !value.is_ascii()),
            Self::NonUtf8 => {
                let texts = std::iter::once(&request.target).chain(names()).chain(values());
                texts.into_iter().any(|text| text.as_str().is_none())
            }
            Self::ObsFold => values().any(|value| value.contains(&b'\n')),
            Self::OddHeaderName => {
                let odd = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b'-';
                names().any(|name| name.iter().any(odd))
            }
            Self::OddMethod => !METHODS.contains(&&request.method[..]),
            Self::OwnAuthentication => {
                names().any(is_authentication)
                    || query.split(|byte| *byte == b'&').any(|piece| {
                        let name = piece.split(|byte| *byte == b'=').next().unwrap_or_default();
                        is_authentication(&name.into())
                    })
            }
            Self::PaddedHeaderValue => values().any(|value| value.trim_ascii().len() < value.len()),
            Self::RawControl => target.iter().any(u8::is_ascii_control),
            Self::RawIllegal => target.iter().any(|byte| b"\"#<>[\\]^`{|}".contains(byte)),
            Self::RawNonAscii => !target.is_ascii(),
            Self::RawSpace => target.contains(&b' '),
            _ => false,
        }
    }

    fn is_in(self, profile: Profile, placement: Placement, input: &SigningInput) -> bool {
        let request = &input.request;
        let credentials = &input.credentials;
        let token = credentials.session_token.as_ref().map(Secret::expose);
        let secrets = [&credentials.access_key_id, credentials.secret_access_key.expose()];
        let keys = || secrets.into_iter().chain(token);
        let scope = [&input.region, &input.service];
        let presigned = placement == Placement::Query;
        match self {
            Self::ContentSha256Header => input.content_sha256_header,
            Self::ControlInSecret => keys().any(|text| text.iter().any(u8::is_ascii_control)),
            Self::EmptyCredential => keys().any(|text| text.is_empty()),
            Self::EmptyScope => scope.iter().any(|text| text.is_empty()),
            Self::LongExpires => input.expires.is_some_and(|seconds| seconds > 604_800),
            Self::NonAsciiSecret => keys().chain(scope).any(|text| !text.is_ascii()),
            Self::NonUtf8 => {
                let mut texts = keys().chain(scope);
                self.is_in_request(request) || texts.any(|text| text.as_str().is_none())
            }
            Self::NormalizedSingleEncoded => input.normalize && !input.double_encode,
            Self::PresignedBody => {
                presigned && input.payload == Payload::Signed && !request.body.is_empty()
            }
            Self::PresignedS3PayloadHash => {
                presigned && profile == Profile::S3 && input.payload == Payload::Signed
            }
            Self::SessionToken => token.is_some(),
            Self::UnnormalizedDoubleEncoded => !input.normalize && input.double_encode,
            Self::UnsignedPayload => input.payload == Payload::Unsigned,
            Self::UnsignedSessionToken => token.is_some() && !input.session_token_signed,
            other => other.is_in_request(request),
        }
    }
}

/// Whether the body is sent in chunks, by what the request says of it.
fn is_chunked(request: &Request) -> bool {
    values_of(request, b"x-amz-content-sha256").any(|value| value.starts_with(b"STREAMING-"))
}

/// Whether the body is an upload form.
fn is_form(request: &Request) -> bool {
    values_of(request, b"content-type").any(|value| value.starts_with(b"multipart/form-data"))
}

/// Whether the request is signed with SigV4A.
fn is_v4a(request: &Request) -> bool {
    let begins = |value: &[u8]| value.trim_ascii_start().starts_with(V4A);
    let mut parameters = request.target.split(|byte| matches!(byte, b'?' | b'&'));
    values_of(request, b"authorization").any(begins)
        || parameters.any(|text| text.strip_prefix(b"X-Amz-Algorithm=").is_some_and(begins))
}

/// How the algorithms of SigV4A begin.
const V4A: &[u8] = b"AWS4-ECDSA";

fn values_of<'r>(request: &'r Request, name: &'static [u8]) -> impl Iterator<Item = &'r [u8]> {
    let own = request.headers.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name));
    own.map(|(_, value)| &value[..])
}

/// The methods that every library knows.
const METHODS: [&[u8]; 7] = [b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH"];

/// A control byte that is neither a TAB nor part of a folded line.
fn odd_in_header(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r' | b'\n')
}

/// Whether a text behind a `%` makes it an escape.
fn escape_follows(text: &[u8]) -> bool {
    text.len() >= 2 && text[..2].iter().all(u8::is_ascii_hexdigit)
}

/// A header or parameter that signing itself adds.
fn is_authentication(name: &Bytes) -> bool {
    const OWN: [&[u8]; 10] = [
        b"authorization",
        b"x-amz-algorithm",
        b"x-amz-content-sha256",
        b"x-amz-credential",
        b"x-amz-date",
        b"x-amz-expires",
        b"x-amz-s3session-token",
        b"x-amz-security-token",
        b"x-amz-signature",
        b"x-amz-signedheaders",
    ];
    OWN.contains(&&name.to_ascii_lowercase()[..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Vectors;
    use crate::model::Question;

    #[test]
    fn every_need_is_needed_somewhere_and_every_case_says_what_it_needs() {
        let mut met = Vec::new();
        for case in Vectors::embedded().cases() {
            let needs = match &case.question {
                Question::Verify(verification) => {
                    Need::of_verification(&verification.before, &verification.input)
                }
                _ if case.calls().is_empty() => continue,
                _ => Need::of_calls(case.calls()),
            };
            assert_eq!(case.needs, needs, "{}", case.id);
            met.extend(needs);
        }
        for need in Need::ALL {
            assert!(met.contains(need), "no case needs {need}");
        }
    }
}
