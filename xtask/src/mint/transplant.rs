//! The request of a vector, for a server: another host, bucket, key and time, and all else as it is.

use jiff::Timestamp;
use sigv4_conformance::server::Access;
use sigv4_protocol::SignQuestion;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{
    Case, Credentials, Need, Payload, Placement, Profile, Question, Request,
};
use sigv4_vectors::text::Time;

/// Where a request is to be sent.
pub(super) struct Place<'a> {
    pub(super) host: &'a str,
    pub(super) bucket: &'a str,
    pub(super) region: &'a str,
    pub(super) access: Access<'a>,
}

/// Why a vector cannot be asked of a server.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum NotAsked {
    /// It is not one request to S3, as S3 is called.
    OtherService,
    /// It asks about the scope, the key or the time, which are the server's own here.
    OtherCircumstances,
    /// It asks about the host, which is the server's own here.
    OtherHost,
    /// The method would change what the server holds, or the server has no answer to it.
    OtherMethod,
    /// It holds authentication of its own, or headers that say where a request ends.
    OwnHeaders,
    /// No request of HTTP/1.1 can hold its bytes.
    NotHttp,
}

impl NotAsked {
    /// As text.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::OtherService => "not one request to S3",
            Self::OtherCircumstances => "asks about scope, key, token, time, payload or life",
            Self::OtherHost => "asks about the host",
            Self::OtherMethod => "another method than GET of anything or PUT of an object",
            Self::OwnHeaders => "holds authentication or framing of its own",
            Self::NotHttp => "its bytes are not HTTP/1.1",
        }
    }
}

/// What the vectors have that ask about something else.
const USUAL_HOST: &str = "examplebucket.s3.amazonaws.com";
const USUAL_KEY: &str = "AKIDEXAMPLE";
const USUAL_REGION: &str = "us-east-1";
const USUAL_TIME: &str = "20150830T123600Z";

/// A presigned request has to live longer than asking takes.
const SHORTEST_LIFE: u64 = 60;
const LONGEST_LIFE: u64 = 604_800;

/// Headers that say where a request ends, or that make a server wait or change the protocol.
const FRAMING: [&[u8]; 4] = [b"content-length", b"expect", b"transfer-encoding", b"upgrade"];

/// Why servers cannot be asked a case; `None` if they can.
pub(super) fn reason(case: &Case) -> Option<NotAsked> {
    let Question::Sign(signing) = &case.question else { return Some(NotAsked::OtherService) };
    let (input, request) = (&signing.input, &signing.input.request);
    let is_s3 = signing.profile == Profile::S3 && input.service == "s3".into();
    if !is_s3 || input.normalize || input.double_encode {
        return Some(NotAsked::OtherService);
    }
    let is_usual_payload = match signing.placement {
        Placement::Header => input.content_sha256_header,
        Placement::Query => input.payload == Payload::Unsigned && !input.content_sha256_header,
    };
    let lives =
        input.expires.is_none_or(|expires| (SHORTEST_LIFE..=LONGEST_LIFE).contains(&expires));
    if input.region != USUAL_REGION.into()
        || input.credentials.access_key_id != USUAL_KEY.into()
        || input.credentials.session_token.is_some()
        || &*input.time != USUAL_TIME
        || !is_usual_payload
        || !lives
    {
        return Some(NotAsked::OtherCircumstances);
    }
    if request.method != "GET".into() && !is_harmless_put(request) {
        return Some(NotAsked::OtherMethod);
    }
    let is_framing =
        |name: &Bytes| FRAMING.iter().any(|framing| name.eq_ignore_ascii_case(framing));
    if case.needs.contains(&Need::OwnAuthentication)
        || request.headers.iter().any(|(name, _)| is_framing(name))
    {
        return Some(NotAsked::OwnHeaders);
    }
    let hosts: Vec<&Bytes> =
        request.headers.iter().filter(|(name, _)| is_host(name)).map(|(_, value)| value).collect();
    if hosts != [&USUAL_HOST.into()] {
        return Some(NotAsked::OtherHost);
    }
    let is_in_line = |byte: &u8| *byte > b' ' && *byte != 0x7f;
    let is_in_value = |byte: &u8| !matches!(byte, 0 | b'\r' | b'\n');
    let fits = request.target.starts_with(b"/")
        && request.target.iter().all(is_in_line)
        && request.headers.iter().all(|(_, value)| value.iter().all(is_in_value));
    (!fits).then_some(NotAsked::NotHttp)
}

/// Whether a request writes an object in the bucket, and nothing else: a server that follows dot
/// segments might write anywhere.
fn is_harmless_put(request: &Request) -> bool {
    let path = request.target.split(|byte| *byte == b'?').next().unwrap_or_default();
    let plain = String::from_utf8_lossy(path).to_ascii_lowercase().replace("%2e", ".");
    request.method == "PUT".into() && path.len() > 1 && !plain.contains("..")
}

fn is_host(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"host")
}

/// The question of a case, for a server at this moment; `None` if it cannot be asked.
pub(super) fn transplanted(case: &Case, place: &Place<'_>) -> Option<SignQuestion> {
    let Question::Sign(signing) = &case.question else { return None };
    if reason(case).is_some() {
        return None;
    }
    let mut question = SignQuestion::of(signing);
    let input = &mut question.input;
    let mut headers = input.request.headers.iter_mut();
    if let Some((_, value)) = headers.find(|(name, _)| is_host(name)) {
        *value = place.host.into();
    }
    input.request.target = [b"/", place.bucket.as_bytes(), &input.request.target].concat().into();
    input.region = place.region.into();
    input.credentials = Credentials {
        access_key_id: place.access.access_key_id.into(),
        secret_access_key: place.access.secret_access_key.as_bytes().into(),
        session_token: None,
    };
    let now = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    input.time = Time::try_from(now).ok()?;
    Some(question)
}

#[cfg(test)]
mod tests {
    use sigv4_vectors::Vectors;

    use super::*;

    const PLACE: Place<'_> = Place {
        host: "127.0.0.1:1",
        bucket: "b",
        region: "r",
        access: Access {
            access_key_id: "AKIAIOSFODNN7EXAMPLE",
            secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        },
    };

    #[test]
    fn all_but_the_circumstances_stays() {
        let case = Vectors::embedded().case("edge/sigv4/s3-query-parts/plus-in-value").unwrap();
        let question = transplanted(case, &PLACE).unwrap();
        let request = &question.input.request;
        assert_eq!(request.target, "/b/?a=b+c".into());
        assert_eq!(request.headers, [("Host".into(), "127.0.0.1:1".into())]);
        assert_eq!(question.input.region, "r".into());
        assert_eq!(question.input.credentials.access_key_id, "AKIAIOSFODNN7EXAMPLE".into());
        assert_ne!(&*question.input.time, USUAL_TIME);
    }

    #[test]
    fn what_cannot_be_asked_is_named() {
        let reason =
            |id: &str| reason(Vectors::embedded().case(id).unwrap_or_else(|| panic!("{id}")));
        for (id, expected) in [
            ("official/sigv4/header/get-vanilla", NotAsked::OtherService),
            ("edge/sigv4/dates/midnight-s3", NotAsked::OtherCircumstances),
            ("edge/sigv4/host-texts/port-80-s3", NotAsked::OtherHost),
            ("edge/sigv4/s3-keys/put-parent", NotAsked::OtherMethod),
            ("edge/sigv4/s3-keys/put-parent-escaped", NotAsked::OtherMethod),
            ("edge/sigv4/s3-path-texts/trailing-raw-space", NotAsked::NotHttp),
        ] {
            assert_eq!(reason(id), Some(expected), "{id}");
        }
    }
}
