//! The plainest question, from which generated questions start and to which they shrink.

use sigv4_protocol::SignQuestion;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Credentials, Payload, Placement, Profile, Request, SigningInput};
use sigv4_vectors::text::Time;

pub(super) const METHOD: &str = "GET";
pub(super) const TARGET: &str = "/";
pub(super) const HOST: &str = "example.amazonaws.com";
pub(super) const ACCESS_KEY_ID: &str = "AKIDEXAMPLE";
pub(super) const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub(super) const REGION: &str = "us-east-1";
pub(super) const SERVICE: &str = "service";
pub(super) const TIME: &str = "20150830T123600Z";
pub(super) const EXPIRES: u64 = 3600;

/// `GET /` with a `Host`, signed in header placement, generic profile, without a token.
#[must_use]
pub fn plain() -> SignQuestion {
    SignQuestion {
        placement: Placement::Header,
        profile: Profile::Generic,
        input: SigningInput {
            time: time(TIME),
            region: REGION.into(),
            service: SERVICE.into(),
            credentials: Credentials {
                access_key_id: ACCESS_KEY_ID.into(),
                secret_access_key: SECRET_ACCESS_KEY.into(),
                session_token: None,
            },
            session_token_signed: true,
            normalize: true,
            double_encode: true,
            payload: Payload::Signed,
            content_sha256_header: false,
            expires: None,
            request: Request {
                method: METHOD.into(),
                target: TARGET.into(),
                headers: vec![("Host".into(), HOST.into())],
                body: "".into(),
            },
        },
    }
}

/// How a question differs from the plainest one, as text, without its request line, headers and
/// body, which can be shown as they are.
#[must_use]
pub fn departures(question: &SignQuestion) -> Vec<(&'static str, String)> {
    let SignQuestion { placement, profile, input } = question;
    let plain = plain();
    let (credentials, others) = (&input.credentials, &plain.input.credentials);
    let (normalize, double_encode) = match profile {
        Profile::Generic => (true, true),
        Profile::S3 => (false, false),
    };
    let text = |bytes: &Bytes, plain: &Bytes| (bytes != plain).then(|| format!("{bytes:?}"));
    let departures = [
        ("placement", (*placement != plain.placement).then(|| placement.to_string())),
        ("profile", (*profile != plain.profile).then(|| profile.to_string())),
        ("normalize", (input.normalize != normalize).then(|| input.normalize.to_string())),
        (
            "double encode",
            (input.double_encode != double_encode).then(|| input.double_encode.to_string()),
        ),
        ("time", (input.time != plain.input.time).then(|| input.time.to_string())),
        ("region", text(&input.region, &plain.input.region)),
        ("service", text(&input.service, &plain.input.service)),
        ("access key id", text(&credentials.access_key_id, &others.access_key_id)),
        ("secret", text(credentials.secret_access_key.expose(), others.secret_access_key.expose())),
        (
            "session token",
            credentials.session_token.as_ref().map(|token| format!("{:?}", token.expose())),
        ),
        (
            "session token signed",
            (!input.session_token_signed && credentials.session_token.is_some())
                .then(|| "no".to_owned()),
        ),
        ("payload", (input.payload != plain.input.payload).then(|| input.payload.to_string())),
        ("x-amz-content-sha256", input.content_sha256_header.then(|| "added".to_owned())),
        (
            "expires",
            input.expires.filter(|expires| *expires != EXPIRES).map(|expires| expires.to_string()),
        ),
    ];
    departures.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// A time from a well-formed text: the generator writes no others.
pub(super) fn time(text: &str) -> Time {
    match Time::try_from(text) {
        Ok(time) => time,
        Err(error) => panic!("a generated time: {error}"),
    }
}
