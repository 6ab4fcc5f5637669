//! `scratchstack-aws-signature`, a verifier that asks a service for the signing key.

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use chrono::DateTime;
use http::Request;
use scratchstack_aws_principal::{Principal, User};
use scratchstack_aws_signature::{
    GetSigningKeyRequest, GetSigningKeyResponse, KSecretKey, NO_ADDITIONAL_SIGNED_HEADERS,
    SignatureOptions, service_for_signing_key_fn, sigv4_validate_request,
};

use crate::contender::Contender;
use crate::scene::{REGION, SECRET, Scene, time};

pub(super) fn contenders(scene: &Scene) -> Vec<Contender<'_>> {
    let derived = contender(scene, "scratchstack, derived", true);
    vec![derived, contender(scene, "scratchstack, cached", false)]
}

fn contender<'s>(scene: &'s Scene, name: &str, derives: bool) -> Contender<'s> {
    let secret: KSecretKey = SECRET.parse().expect("any secret");
    let now = DateTime::from_timestamp(time().unix_seconds(), 0).expect("a time");
    let ready = secret.clone().to_ksigning(now.date_naive(), REGION, scene.service);
    let principal: Principal =
        User::new("aws", "123456789012", "/", "user").expect("a sound user").into();
    let service = scene.service;
    let answer = move |request: GetSigningKeyRequest| {
        let key = if derives {
            secret.clone().to_ksigning(request.request_date(), REGION, service)
        } else {
            ready
        };
        let mut answer = GetSigningKeyResponse::builder();
        answer.principal(principal.clone()).signing_key(key);
        std::future::ready(answer.build().map_err(Into::into))
    };
    let mut keys = service_for_signing_key_fn(answer);
    let (method, _, _) = scene.parts();
    let (target, headers) = scene.signed();
    let mut request = Request::builder().method(method).uri(target.as_slice());
    for (name, value) in &headers {
        request = request.header(name, value.as_slice());
    }
    let request = request.body(scene.body().to_vec()).expect("a sound request");
    Contender::new(name, derives, move || {
        let validated = sigv4_validate_request(
            request.clone(),
            REGION,
            service,
            &mut keys,
            now,
            &NO_ADDITIONAL_SIGNED_HEADERS,
            SignatureOptions::default(),
        );
        let done = pin!(validated).poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(black_box(done), Poll::Ready(Ok(_))), "the signature is right");
    })
}
