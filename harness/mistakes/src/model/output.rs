//! What is written into the request: by header placement, and after signing.

use std::borrow::Cow;
use std::io::Read as _;

use flate2::Compression;
use flate2::read::GzEncoder;
use sigv4_protocol::SentRequest;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::SigningInput;

use super::date::Moment;
use super::scope_and_key::Scope;
use super::text::{Encoder, decode, form_encoded, latin1, split_target, until};
use crate::catalogue::{Mistake, MistakeSet};

/// The name of the algorithm.
pub(super) const ALGORITHM: &[u8] = b"AWS4-HMAC-SHA256";

/// A header that the signer adds.
#[derive(Clone, Debug)]
pub(super) struct Added {
    pub(super) name: &'static str,
    pub(super) value: Vec<u8>,
    pub(super) signed: bool,
    pub(super) sent: bool,
}

impl Added {
    /// A header that is signed and sent.
    pub(super) fn new(name: &'static str, value: Vec<u8>) -> Self {
        Self { name, value, signed: true, sent: true }
    }
}

/// "Credential: the access key id and the credential scope."
pub(super) fn credential(
    input: &SigningInput,
    scope: &Scope,
    moment: Moment,
    mistakes: MistakeSet,
) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let mut id = input.credentials.access_key_id.to_vec();
    if has(Mistake::OutputKeyIdTrimmed) {
        id = id.trim_ascii().to_vec();
    }
    if has(Mistake::OutputKeyIdCutAtColon) {
        id.truncate(until(&id, b":").len());
    }
    if has(Mistake::OutputKeyIdEncoded) {
        id = Encoder::new().encode(&id);
    }
    if has(Mistake::OutputCredentialWithoutScope) {
        return id;
    }
    let mut scope = Cow::Borrowed(scope);
    if has(Mistake::OutputCredentialRegionHardCoded) {
        scope.to_mut().region = b"us-east-1".to_vec();
    }
    if has(Mistake::OutputCredentialDateLocal) {
        scope.to_mut().day = moment.local_day(mistakes);
    }
    let mut text = scope_text(&scope, moment, mistakes);
    if has(Mistake::OutputCredentialWithoutTerminator) {
        text = text.strip_suffix(b"/aws4_request").map(<[u8]>::to_vec).unwrap_or(text);
    }
    [&id[..], b"/", &text].concat()
}

/// The scope as it is written into the request and into the string to sign.
pub(super) fn scope_text(scope: &Scope, moment: Moment, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let mut scope = Cow::Borrowed(scope);
    if has(Mistake::ScopeWholeTime) {
        scope.to_mut().day = moment.text(mistakes);
    }
    if has(Mistake::ScopeDateExtended) && scope.day.len() == 8 {
        let day = [&scope.day[..4], &scope.day[4..6], &scope.day[6..]].join(&b'-');
        scope.to_mut().day = day;
    }
    scope.text(mistakes)
}

/// "Authorization: the algorithm, then Credential, `SignedHeaders` and Signature, separated by
/// commas."
pub(super) fn authorization(
    credential: &[u8],
    signed_headers: &[u8],
    signature: &[u8],
    mistakes: MistakeSet,
) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let listed: Cow<'_, [u8]> = if has(Mistake::OutputSignedHeadersReversed) {
        signed_headers.rsplit(|&byte| byte == b';').collect::<Vec<_>>().join(&b';').into()
    } else if has(Mistake::OutputSignedHeadersHostOnly) {
        b"host".into()
    } else {
        signed_headers.into()
    };
    let quote: &[u8] = if has(Mistake::OutputFieldsQuoted) { b"\"" } else { b"" };
    let mut fields = Vec::new();
    for (name, value) in
        [(&b"Credential"[..], credential), (b"SignedHeaders", &listed), (b"Signature", signature)]
    {
        if !(name == b"SignedHeaders" && has(Mistake::OutputSignedHeadersMissing)) {
            let mut name = name.to_vec();
            if has(Mistake::OutputFieldNamesLowerCase) {
                name.make_ascii_lowercase();
            }
            fields.push([&name, &b"="[..], quote, value, quote].concat());
        }
    }
    let separator: &[u8] = if has(Mistake::OutputCommasMissing) {
        b" "
    } else if has(Mistake::OutputSemicolons) {
        b"; "
    } else if has(Mistake::OutputCommaWithoutSpace) {
        b","
    } else {
        b", "
    };
    let algorithm: &[u8] = if has(Mistake::OutputAlgorithmMissing) {
        b""
    } else if has(Mistake::OutputAlgorithmWrong) {
        b"AWS4-HMAC-SHA1 "
    } else if has(Mistake::OutputAlgorithmColon) {
        b"AWS4-HMAC-SHA256: "
    } else if has(Mistake::OutputAlgorithmComma) {
        b"AWS4-HMAC-SHA256,"
    } else {
        b"AWS4-HMAC-SHA256 "
    };
    let mut value = [algorithm, &fields.join(separator)].concat();
    if has(Mistake::OutputTrailingComma) {
        value.push(b',');
    }
    if has(Mistake::OutputLineBreak) {
        value.push(b'\n');
    }
    value
}

/// The target that is sent: the caller's.
pub(super) fn target(target: &[u8], mistakes: MistakeSet) -> Bytes {
    let has = |mistake| mistakes.contains(mistake);
    let (path, query) = split_target(target);
    let mut path = path.to_vec();
    if has(Mistake::OutputTargetDecoded) {
        path = decode(&path);
    }
    if has(Mistake::OutputTargetNormalised) {
        path = super::path::normalized(&path, true, MistakeSet::EMPTY);
    }
    if has(Mistake::OutputPathEscaped) {
        path = Encoder::new().leaving(b"/").encode_around_escapes(&path);
    }
    match query {
        Some(_) if has(Mistake::OutputQueryDropped) => path.into(),
        Some(query) if has(Mistake::OutputQueryFormEncoded) => {
            let pieces = query.split(|&byte| byte == b'&').map(form_encoded);
            [&path[..], b"?", &pieces.collect::<Vec<_>>().join(&b'&')].concat().into()
        }
        Some(query) => [&path[..], b"?", query].concat().into(),
        None => path.into(),
    }
}

/// What happens to the request after signing, such as in an HTTP library.
pub(super) fn change(request: &mut SentRequest, body: &Bytes, mistakes: MistakeSet) {
    let has = |mistake| mistakes.contains(mistake);
    if has(Mistake::OutputMethodGet) {
        request.method = "GET".into();
    }
    if has(Mistake::OutputContentTypeCompleted) {
        for (name, value) in &mut request.headers {
            if name.eq_ignore_ascii_case(b"content-type") && !value.contains(&b';') {
                *value = [value, &b"; charset=UTF-8"[..]].concat().into();
            }
        }
    }
    if body.is_empty() {
        return;
    }
    if has(Mistake::OutputBodyDropped) {
        request.body = Some(Bytes::default());
    }
    if has(Mistake::OutputBodyLatin1) && !body.is_ascii() {
        request.body = Some(latin1(body).into());
    }
    if has(Mistake::OutputBodyCompressed) {
        request.body = Some(compressed(body).into());
        request.headers.push(("Content-Encoding".into(), "gzip".into()));
    }
}

/// In the format of RFC 1952.
fn compressed(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    // Reading from memory does not fail.
    _ = GzEncoder::new(body, Compression::best()).read_to_end(&mut out);
    out
}
