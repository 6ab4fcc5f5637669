//! The plainest request, to be changed in one place.

use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Credentials, Payload, Placement, Profile, Request, SigningInput};
use sigv4_vectors::text::Time;

/// An input under construction.
#[derive(Clone)]
pub(super) struct Sample {
    pub(super) profile: Profile,
    pub(super) placement: Placement,
    pub(super) input: SigningInput,
}

impl Sample {
    /// `GET /` with a `Host`, as the services of the profile expect it: S3 requires
    /// `x-amz-content-sha256` in header placement and no body hash in query placement.
    pub(super) fn new((profile, placement): (Profile, Placement)) -> Self {
        let is_s3 = profile == Profile::S3;
        let host = if is_s3 { "examplebucket.s3.amazonaws.com" } else { "example.amazonaws.com" };
        let unsigned = is_s3 && placement == Placement::Query;
        let input = SigningInput {
            time: time("20150830T123600Z"),
            region: "us-east-1".into(),
            service: if is_s3 { "s3" } else { "service" }.into(),
            credentials: Credentials {
                access_key_id: "AKIDEXAMPLE".into(),
                secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into(),
                session_token: None,
            },
            session_token_signed: true,
            normalize: !is_s3,
            double_encode: !is_s3,
            payload: if unsigned { Payload::Unsigned } else { Payload::Signed },
            content_sha256_header: is_s3 && placement == Placement::Header,
            expires: (placement == Placement::Query).then_some(3600),
            request: Request {
                method: "GET".into(),
                target: "/".into(),
                headers: vec![("Host".into(), host.into())],
                body: Bytes::default(),
            },
        };
        Self { profile, placement, input }
    }

    /// The generic profile in header placement.
    pub(super) fn plain() -> Self {
        Self::new((Profile::Generic, Placement::Header))
    }

    /// With another target.
    pub(super) fn target(self, target: impl Into<Bytes>) -> Self {
        self.with(|input| input.request.target = target.into())
    }

    /// With one more header.
    pub(super) fn header(self, name: impl Into<Bytes>, value: impl Into<Bytes>) -> Self {
        self.with(|input| input.request.headers.push((name.into(), value.into())))
    }

    /// With another method.
    pub(super) fn method(self, method: &str) -> Self {
        self.with(|input| input.request.method = method.into())
    }

    /// With a body.
    pub(super) fn body(self, body: impl Into<Bytes>) -> Self {
        self.with(|input| input.request.body = body.into())
    }

    /// With anything else changed.
    pub(super) fn with(mut self, change: impl FnOnce(&mut SigningInput)) -> Self {
        change(&mut self.input);
        self
    }
}

/// A time from the tables, all of which are well-formed.
pub(super) fn time(text: &str) -> Time {
    Time::try_from(text.to_owned()).expect("the tables hold times in their form")
}
