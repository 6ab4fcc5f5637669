//! `s3s`, an S3 service. Its verifier has no public interface in this release, so the whole service
//! is called: the request is parsed and verified, and then refused because no operation is
//! implemented. It derives the key for each request, and reads the clock.

use std::future::Future as _;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, StatusCode};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s::{Body, S3};
use sigv4_reference::Time;

use crate::contender::Contender;
use crate::scene::{ACCESS_KEY_ID, SECRET, Scene};

/// Implements no operation: each is refused once the signature is verified.
struct Nothing;

impl S3 for Nothing {}

pub(super) fn contender(scene: &Scene) -> Contender<'_> {
    let mut builder = S3ServiceBuilder::new(Nothing);
    builder.set_auth(SimpleAuth::from_single(ACCESS_KEY_ID, SECRET));
    let service = builder.build();

    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let (target, headers) = scene.signed_at(Time::parse(now.as_bytes()).expect("a time"));
    let (method, _, _) = scene.parts();
    let mut request = Request::builder().method(method).uri(target.as_slice());
    for (name, value) in &headers {
        request = request.header(name, value.as_slice());
    }
    let request = request.body(Bytes::copy_from_slice(scene.body())).expect("a sound request");
    Contender::new("s3s, the whole service, derived", true, move || {
        let answered = service.call(request.clone().map(Body::from));
        let done = pin!(answered).poll(&mut Context::from_waker(Waker::noop()));
        let Poll::Ready(Ok(response)) = black_box(done) else { panic!("the body is at hand") };
        assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED, "the signature is right");
    })
}
