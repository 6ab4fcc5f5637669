//! `aws-sigv4`: the vendor's crate. `sign()` alone, without applying its result to a request.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningParams, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use sigv4_reference::Profile;
use sigv4_reference::sign::{ContentSha256, Payload};

use super::check;
use crate::contender::Contender;
use crate::scene::{ACCESS_KEY_ID, EXPIRES, Placement, REGION, SECRET, Scene, time};

pub(super) fn contender(scene: &Scene) -> Contender<'_> {
    let identity = Credentials::new(ACCESS_KEY_ID, SECRET, None, None, "benches").into();
    let (method, target, headers) = scene.parts();
    let host = headers.iter().find(|(name, _)| *name == "Host").map_or("", |(_, value)| value);
    let uri = format!("https://{host}{target}");
    let settings = settings(scene);
    let act = move || {
        let body = match scene.payload {
            Payload::Unsigned => SignableBody::UnsignedPayload,
            _ => SignableBody::Bytes(scene.body()),
        };
        let headers = headers.iter().copied();
        let request = SignableRequest::new(method, black_box(uri.as_str()), headers, body)
            .expect("a sound request");
        let seconds = time().unix_seconds().unsigned_abs();
        let params: SigningParams<'_> = v4::SigningParams::builder()
            .identity(&identity)
            .region(REGION)
            .name(scene.service)
            .time(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            .settings(settings.clone())
            .build()
            .expect("all is given")
            .into();
        sign(request, &params).expect("a sound request")
    };
    check(scene, "aws-sigv4", act().signature());
    Contender::new("aws-sigv4 sign()", true, move || drop(black_box(act())))
}

fn settings(scene: &Scene) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if scene.profile == Profile::S3 {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    if scene.content_sha256 == ContentSha256::Header {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    if scene.placement == Placement::Query {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(EXPIRES));
    }
    settings
}
