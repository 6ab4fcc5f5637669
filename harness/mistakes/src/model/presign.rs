//! Query placement: the parameters that carry the authentication, and the URL that is sent.

use std::borrow::Cow;

use sigv4_vectors::model::SigningInput;

use super::date::Moment;
use super::output::ALGORITHM;
use super::payload::MARKER;
use super::query::{self, Parameter};
use super::text::{Encoder, decode, form_encoded, replaced, split_once, split_target};
use super::token;
use crate::catalogue::{Mistake, MistakeSet};

/// The parameters of the authentication, which replace those that the target already contains.
const AUTHENTICATION: [&[u8]; 6] = [
    b"X-Amz-Algorithm",
    b"X-Amz-Credential",
    b"X-Amz-Date",
    b"X-Amz-Expires",
    b"X-Amz-SignedHeaders",
    b"X-Amz-Signature",
];

/// A parameter of the authentication.
pub(super) struct Own {
    pub(super) parameter: Parameter,
    pub(super) signed: bool,
    pub(super) sent: bool,
}

impl Own {
    /// A parameter that is signed and sent.
    pub(super) fn new(name: &str, value: Vec<u8>) -> Self {
        Self { parameter: Parameter::own(name, value), signed: true, sent: true }
    }
}

/// The contents of a presigned URL, without its signature.
pub(super) struct Presigned {
    kept: Vec<Parameter>,
    own: Vec<Own>,
}

/// What the parameters are made from.
pub(super) struct Contents<'c> {
    pub(super) input: &'c SigningInput,
    pub(super) moment: Moment,
    pub(super) credential: Vec<u8>,
    pub(super) signed_headers: &'c [u8],
    /// The session token, and whether it is signed.
    pub(super) token: Option<(Vec<u8>, bool)>,
    /// Headers that were moved into the query.
    pub(super) hoisted: Vec<Parameter>,
}

impl Presigned {
    /// "Add the authentication to the query, all of it but the signature, before signing."
    pub(super) fn new(
        callers: Vec<Parameter>,
        contents: Contents<'_>,
        mistakes: MistakeSet,
    ) -> Self {
        let has = |mistake| mistakes.contains(mistake);
        let in_any_case = has(Mistake::PresignStaleDroppedInAnyCase);
        let replaces = |parameter: &Parameter| {
            let is = |own: &[u8]| {
                parameter.name == own || (in_any_case && parameter.name.eq_ignore_ascii_case(own))
            };
            AUTHENTICATION.iter().any(|own| is(own))
                || (contents.token.is_some() && is(b"X-Amz-Security-Token"))
                || (has(Mistake::PresignCallersXAmzDropped)
                    && parameter.name.starts_with(b"X-Amz-"))
        };
        let mut kept = callers;
        if !has(Mistake::PresignStaleKept) {
            kept.retain(|parameter| !replaces(parameter));
        }
        kept.extend(contents.hoisted.iter().cloned());
        Self { kept, own: own(contents, mistakes) }
    }

    /// The canonical query.
    pub(super) fn canonical(&self, mistakes: MistakeSet) -> Vec<u8> {
        let has = |mistake| mistakes.contains(mistake);
        let own = self.own.iter().filter(|own| own.signed).map(|own| &own.parameter);
        if has(Mistake::PresignCallersQueryUnsigned) {
            return query::canonical(own, mistakes);
        }
        if has(Mistake::PresignParametersUnsorted) && !self.kept.is_empty() {
            let kept = query::canonical(&self.kept, mistakes);
            return [&kept[..], b"&", &query::canonical(own, mistakes)].concat();
        }
        query::canonical(self.kept.iter().chain(own), mistakes)
    }

    /// The target that is sent, with the signature at its end.
    pub(super) fn target(&self, target: &[u8], signature: &[u8], mistakes: MistakeSet) -> Vec<u8> {
        let has = |mistake| mistakes.contains(mistake);
        let mut path = Cow::Borrowed(split_target(target).0);
        if has(Mistake::PresignSentPathDecoded) {
            path = decode(&path).into();
        }
        let mut pieces: Vec<Vec<u8>> = Vec::new();
        if !has(Mistake::PresignCallersQueryDropped) {
            pieces.extend(self.kept.iter().map(|parameter| sent(parameter, mistakes)));
        }
        let callers = pieces.len();
        let encoder = Encoder::new();
        for own in self.own.iter().filter(|own| own.sent) {
            let Parameter { name, value, .. } = &own.parameter;
            let is_token = name.eq_ignore_ascii_case(b"x-amz-security-token");
            let is_credential = name.eq_ignore_ascii_case(b"x-amz-credential");
            let raw = (is_token && has(Mistake::TokenRawInPresign))
                || (is_credential && has(Mistake::PresignCredentialKeyIdRaw));
            let value = if raw { value.clone() } else { encoder.encode(value) };
            pieces.push([&name[..], b"=", &value].concat());
        }
        pieces.push([b"X-Amz-Signature=", signature].concat());

        let joined = |pieces: &[Vec<u8>]| pieces.join(&b'&');
        let query = if has(Mistake::PresignSecondMark) && callers > 0 {
            [joined(&pieces[..callers]), joined(&pieces[callers..])].join(&b'?')
        } else {
            joined(&pieces)
        };
        let query = if has(Mistake::PresignAmpersandEscaped) {
            replaced(&query, b"&", b"&amp;")
        } else {
            query
        };
        [if path.is_empty() { b"/" } else { &path[..] }, b"?", &query].concat()
    }
}

/// One of the caller's parameters as it is sent: unchanged.
fn sent(parameter: &Parameter, mistakes: MistakeSet) -> Vec<u8> {
    let Some(sent) = &parameter.sent else {
        return [&parameter.name[..], b"=", &Encoder::new().encode(&parameter.value)].concat();
    };
    if mistakes.contains(Mistake::PresignSentFormEncoded) {
        return form_encoded(sent);
    }
    if mistakes.contains(Mistake::PresignSentEncodedAgain) {
        return replaced(sent, b"%", b"%25");
    }
    if mistakes.contains(Mistake::PresignSentDecoded) {
        return decode(sent);
    }
    sent.clone()
}

fn own(contents: Contents<'_>, mistakes: MistakeSet) -> Vec<Own> {
    let has = |mistake| mistakes.contains(mistake);
    let Contents { input, moment, credential, signed_headers, token, .. } = contents;
    let mut own = Vec::new();
    let mut add = |name: &str, value: Vec<u8>, signed: bool| {
        let mut parameter = Parameter::own(name, value);
        if has(Mistake::PresignNamesLowerCase) {
            parameter.name.make_ascii_lowercase();
        }
        own.push(Own { parameter, signed, sent: true });
    };
    if !has(Mistake::PresignAlgorithmMissing) {
        let signed = !has(Mistake::PresignAlgorithmUnsigned);
        add("X-Amz-Algorithm", ALGORITHM.to_vec(), signed);
    }
    add(
        "X-Amz-Credential",
        encoded_early(credential, Mistake::PresignCredentialEncodedTwice, mistakes),
        true,
    );
    if has(Mistake::PresignContentSha256Added) {
        add("X-Amz-Content-Sha256", MARKER.to_vec(), true);
    }
    let extended = has(Mistake::PresignDateExtended);
    let of_date = if extended { mistakes.with(Mistake::DateExtended) } else { mistakes };
    add("X-Amz-Date", moment.text(of_date), true);
    let seconds = input.expires.unwrap_or_default();
    let is_default = seconds == 900 && has(Mistake::PresignExpiresDefaultDropped);
    if !is_default && !has(Mistake::PresignExpiresMissing) {
        let expires = expires(seconds, moment, mistakes);
        add("X-Amz-Expires", expires.into_bytes(), !has(Mistake::PresignExpiresUnsigned));
    }
    let (signed_token, appended_token) = match token {
        Some((token, true)) => (Some(token), None),
        Some((token, false)) => (None, Some(token)),
        None => (None, None),
    };
    let token_name = token::name(mistakes);
    if let Some(token) = signed_token {
        add(token_name, encoded_early(token, Mistake::TokenEncodedTwiceInPresign, mistakes), true);
    }
    let listed =
        encoded_early(signed_headers.to_vec(), Mistake::PresignSignedHeadersEncodedTwice, mistakes);
    add("X-Amz-SignedHeaders", listed, !has(Mistake::PresignSignedHeadersUnsigned));
    if let Some(token) = appended_token {
        add(token_name, token, false);
    }
    if has(Mistake::PresignSignatureSigned) {
        let parameter = Parameter::own("X-Amz-Signature", Vec::new());
        own.push(Own { parameter, signed: true, sent: false });
    }
    for own in &mut own {
        own.parameter.written = written(&own.parameter, mistakes);
        if has(Mistake::TokenUnsent) && own.parameter.name == token_name.as_bytes() {
            own.sent = false;
        }
    }
    own
}

fn encoded_early(value: Vec<u8>, mistake: Mistake, mistakes: MistakeSet) -> Vec<u8> {
    if mistakes.contains(mistake) { Encoder::new().encode(&value) } else { value }
}

/// "The number of seconds that the URL is valid for."
fn expires(seconds: u64, moment: Moment, mistakes: MistakeSet) -> String {
    let has = |mistake| mistakes.contains(mistake);
    if has(Mistake::PresignExpiresAsMoment) {
        return (i128::from(moment.unix_seconds()) + i128::from(seconds)).to_string();
    }
    if has(Mistake::PresignExpires32Bit) {
        let [.., a, b, c, d] = seconds.to_be_bytes();
        return i32::from_be_bytes([a, b, c, d]).to_string();
    }
    if has(Mistake::PresignExpiresDecimal) {
        return format!("{seconds}.0");
    }
    let number = if has(Mistake::PresignExpiresInMilliseconds) {
        u128::from(seconds) * 1000
    } else if has(Mistake::PresignExpiresInMinutes) {
        u128::from(seconds / 60)
    } else if has(Mistake::PresignExpiresFixed) {
        900
    } else if has(Mistake::PresignExpiresCappedAtADay) {
        u128::from(seconds.min(86_400))
    } else if has(Mistake::PresignExpiresCappedAtAWeek) {
        u128::from(seconds.min(604_800))
    } else {
        u128::from(seconds)
    };
    number.to_string()
}

/// How the canonical query writes a value for which a mistake has a special rule.
fn written(parameter: &Parameter, mistakes: MistakeSet) -> Option<Vec<u8>> {
    let has = |mistake| mistakes.contains(mistake);
    let is = |name: &[u8]| parameter.name.eq_ignore_ascii_case(name);
    let value = &parameter.value;
    if is(b"x-amz-credential") && has(Mistake::PresignCredentialKeyIdRaw) {
        let (id, scope) = split_once(value, b'/');
        let scope = Encoder::new().encode(scope.unwrap_or_default());
        return Some([id, b"%2F", &scope].concat());
    }
    if is(b"x-amz-credential") && has(Mistake::PresignCredentialSlashRaw) {
        return Some(Encoder::new().leaving(b"/").encode(value));
    }
    if is(b"x-amz-signedheaders") && has(Mistake::PresignSignedHeadersRaw) {
        return Some(Encoder::new().leaving(b";").encode(value));
    }
    None
}
