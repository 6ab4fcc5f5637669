//! `reqsign-aws-v4`. It takes the time from the clock, writes into the request's parts, which are
//! therefore cloned for each call, and leaves the hash of the body to the caller. Its signature
//! cannot be compared with another's, because its clock cannot be set.

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{self, Poll, Waker};
use std::time::Duration;

use http::request::Parts;
use reqsign_aws_v4::{Credential, RequestSigner};
use reqsign_core::{Context, SignRequest};
use sha2::{Digest, Sha256};
use sigv4_protocol::hex::hex;
use sigv4_reference::sign::Payload;

use crate::contender::Contender;
use crate::scene::{ACCESS_KEY_ID, EXPIRES, Placement, REGION, SECRET, Scene};

pub(super) fn contender(scene: &Scene) -> Contender<'_> {
    let credential = Credential {
        access_key_id: ACCESS_KEY_ID.to_owned(),
        secret_access_key: SECRET.to_owned(),
        session_token: None,
        expires_in: None,
    };
    let signer = RequestSigner::new(scene.service, REGION);
    let context = Context::new();
    let parts = parts(scene);
    let expires = (scene.placement == Placement::Query).then(|| Duration::from_secs(EXPIRES));
    Contender::new("reqsign-aws-v4", true, move || {
        let mut parts = parts.clone();
        if scene.payload == Payload::Signed {
            let hash = Sha256::digest(black_box(scene.body()));
            let value = hex(&hash).try_into().expect("digits");
            parts.headers.insert("x-amz-content-sha256", value);
        }
        let done = {
            let signing = signer.sign_request(&context, &mut parts, Some(&credential), expires);
            pin!(signing).poll(&mut task::Context::from_waker(Waker::noop()))
        };
        assert!(matches!(done, Poll::Ready(Ok(()))), "signing waits for nothing");
        black_box(&parts);
    })
}

fn parts(scene: &Scene) -> Parts {
    let (method, target, headers) = scene.parts();
    let host = headers.iter().find(|(name, _)| *name == "Host").map_or("", |(_, value)| value);
    let mut request =
        http::Request::builder().method(method).uri(format!("https://{host}{target}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).expect("a sound request").into_parts().0
}
