//! reqsign-aws-v4 behind the sigv4-conformance protocol.
//!
//! `RequestSigner` signs the head of an `http` request. It reads the system's clock, and takes the
//! payload's hash from the header that shows it: without one the body is unsigned. It knows one way to
//! make a path canonical, for all services.

use std::pin::pin;
use std::task::{Context as Polling, Poll, Waker};
use std::time::Duration;

use adapter_kit::{
    Reply, Sign, failed, header_map, json, sent_headers, serve, signed, text, unrepresentable,
    unsupported,
};
use http::Request;
use reqsign_aws_v4::{Credential, RequestSigner};
use reqsign_core::{Context, ErrorKind, SignRequest};

fn sign(asked: &Sign) -> Reply {
    if asked.normalize != asked.double_encode {
        return Err(unsupported("nothing sets how a path becomes canonical"));
    }
    if asked.session_token.is_some() && !asked.session_token_signed {
        return Err(unsupported("the session token is always signed"));
    }
    let hash = asked.payload_hash()?;
    let (host, _) = asked.host()?;
    let target = text(&asked.target)?;
    let request =
        Request::builder().method(&asked.method[..]).uri(format!("https://{host}{target}"));
    let mut parts = request.body(()).map_err(unrepresentable)?.into_parts().0;
    if parts.uri.path_and_query().is_none_or(|own| own.as_str() != target) {
        return Err(unrepresentable("an http::Uri spells this target otherwise"));
    }
    parts.headers = header_map(&asked.headers)?;
    if asked.payload == "signed" {
        parts.headers.insert("x-amz-content-sha256", hash.parse().map_err(unrepresentable)?);
    }
    let signer = RequestSigner::new(text(&asked.service)?, text(&asked.region)?);
    let credential = Credential {
        access_key_id: text(&asked.access_key_id)?.to_owned(),
        secret_access_key: text(&asked.secret_access_key)?.to_owned(),
        session_token: asked.session_token.as_deref().map(text).transpose()?.map(str::to_owned),
        expires_in: None,
    };
    let expires = asked.in_query.then(|| Duration::from_secs(asked.expires));
    let context = Context::new();
    let outcome = pin!(signer.sign_request(&context, &mut parts, Some(&credential), expires))
        .poll(&mut Polling::from_waker(Waker::noop()));
    match outcome {
        Poll::Ready(Ok(())) => {}
        Poll::Ready(Err(error)) => {
            let is_refusal =
                matches!(error.kind(), ErrorKind::RequestInvalid | ErrorKind::CredentialInvalid);
            return Err(if is_refusal { unrepresentable(error) } else { failed(error) });
        }
        Poll::Pending => return Err(failed("signing waits for something")),
    }
    let sent = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    Ok(signed(parts.method.as_str().as_bytes(), sent.as_bytes(), sent_headers(&parts.headers)))
}

fn main() {
    let hello = json!({
        "name": "reqsign-aws-v4",
        "version": "3.3.1",
        "roles": ["sign-header", "sign-query", "sign-sequence"],
        "profiles": ["generic", "s3"],
        "features": ["content-sha256-header", "duplicate-headers",
            "empty-header-value", "empty-scope", "long-expires", "non-ascii-secret", "odd-header-name",
            "odd-method", "padded-header-value", "presigned-body", "presigned-s3-payload-hash",
            "session-token", "unsigned-payload"],
        "clock": "own",
    });
    serve(hello, sign);
}
