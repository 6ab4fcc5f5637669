//! Where, when and by whom requests are signed.

use sigv4_reference::Time;
use sigv4_vectors::model::{Profile, StoredKey, VerificationInput};
use sigv4_vectors::text;

use super::sent::Sent;

/// Where, when and by whom requests are signed.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The verifier's clock.
    pub now: Time,
    /// How far the signing time may be from it, in seconds.
    pub window: u64,
    /// The region of the scope.
    pub region: String,
    /// The service of the scope.
    pub service: String,
    /// The rules of the service.
    pub profile: Profile,
    /// The host, with the port if it is not the usual one.
    pub host: String,
    /// The bucket, for forms.
    pub bucket: String,
    /// The path that forms are posted to.
    pub form_path: String,
    /// How far from the edges of windows and lifetimes a request is signed, in seconds: none where the
    /// clock stands still.
    pub slack: i64,
    /// The path of the folder in which the objects of the requests are, without a slash at the end.
    pub folder: String,
    /// The key that signs.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: String,
}

/// The token of temporary credentials in the vectors.
pub(super) const TOKEN: &str = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGd";

/// How long the requests to a server may take altogether, in seconds: less than half of a window.
const SLACK: i64 = 300;

impl Setting {
    /// That of the vendor's test suite.
    ///
    /// # Panics
    /// Never: the time is a constant.
    #[must_use]
    pub fn documented() -> Self {
        Self {
            now: time("20150830T123600Z"),
            window: 300,
            region: "us-east-1".to_owned(),
            service: "service".to_owned(),
            profile: Profile::Generic,
            host: "example.amazonaws.com".to_owned(),
            bucket: "examplebucket".to_owned(),
            form_path: "/".to_owned(),
            slack: 0,
            folder: "/documents".to_owned(),
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
        }
    }

    /// That of the examples in the documentation of S3.
    #[must_use]
    pub fn documented_s3() -> Self {
        Self {
            now: time("20130524T000000Z"),
            window: 900,
            region: "us-east-1".to_owned(),
            service: "s3".to_owned(),
            profile: Profile::S3,
            host: "examplebucket.s3.amazonaws.com".to_owned(),
            bucket: "examplebucket".to_owned(),
            form_path: "/".to_owned(),
            slack: 0,
            folder: "/documents".to_owned(),
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
        }
    }

    /// That of a server on this machine, whose clock is the time of day.
    #[must_use]
    pub fn of_server(
        address: &str,
        (region, bucket): (&str, &str),
        (access_key_id, secret_access_key): (&str, &str),
        window: u64,
    ) -> Self {
        let setting = Self {
            window,
            region: region.to_owned(),
            host: address.to_owned(),
            bucket: bucket.to_owned(),
            form_path: format!("/{bucket}"),
            slack: SLACK,
            folder: format!("/{bucket}/documents"),
            access_key_id: access_key_id.to_owned(),
            secret_access_key: secret_access_key.to_owned(),
            ..Self::documented_s3()
        };
        setting.now_on()
    }

    /// The same with a folder that nothing else has.
    #[must_use]
    pub fn apart(self) -> Self {
        let number = fastrand::u32(..);
        let folder = format!("/{}/sigv4-conformance-{number:08x}", self.bucket);
        Self { folder, ..self }
    }

    /// Whether it is that of a running server, with a clock that goes on.
    pub(super) fn is_running(&self) -> bool {
        self.slack > 0
    }

    /// The same, this number of seconds later.
    pub(super) fn later(&self, seconds: i64) -> Self {
        let now = Time::from_unix_seconds(self.now.unix_seconds() + seconds).unwrap_or(self.now);
        Self { now, ..self.clone() }
    }

    /// The same with the time of day as the clock.
    #[must_use]
    pub fn now_on(&self) -> Self {
        let seconds = jiff::Timestamp::now().as_second();
        let now = Time::from_unix_seconds(seconds).unwrap_or(self.now);
        Self { now, ..self.clone() }
    }

    /// What a verifier with these keys is asked about a request.
    ///
    /// # Panics
    /// Never: a moment of the setting has the right shape.
    pub(super) fn verification(&self, keys: Vec<StoredKey>, sent: Sent) -> VerificationInput {
        let is_s3 = self.profile == Profile::S3;
        VerificationInput {
            time: text::Time::try_from(self.moment(0)).expect("a time"),
            window_seconds: self.window,
            region: self.region.as_str().into(),
            service: self.service.as_str().into(),
            profile: self.profile,
            normalize: !is_s3,
            double_encode: !is_s3,
            keys,
            request: sent.request(),
        }
    }

    /// The moment this number of seconds after the clock: `YYYYMMDDTHHMMSSZ`.
    pub(super) fn moment(&self, seconds: i64) -> String {
        let moment = jiff::Timestamp::from_second(self.now.unix_seconds() + seconds);
        moment.map(|moment| moment.strftime("%Y%m%dT%H%M%SZ").to_string()).unwrap_or_default()
    }
}

/// A time that is written down here.
fn time(text: &str) -> Time {
    // The test of the vectors reads it.
    Time::parse(text.as_bytes()).expect("a constant time")
}
