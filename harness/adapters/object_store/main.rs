//! object_store behind the sigv4-conformance protocol.
//!
//! `AwsAuthorizer` signs an `http` request. It reads the system's clock, takes the host from the URI, and
//! always sends the header that shows the payload's hash. The service's name decides how the path becomes
//! canonical.

use adapter_kit::{
    Reply, Sign, failed, header_map, json, sent_headers, serve, signed, target_of, text,
    unrepresentable, unsupported, url,
};
use http::Request;
use object_store::aws::{AwsAuthorizer, AwsCredential};
use object_store::client::HttpRequestBody;

fn sign(asked: &Sign) -> Reply {
    if asked.in_query {
        return Err(unsupported("URLs are presigned for objects of a store, not for any request"));
    }
    let service = text(&asked.service)?;
    if asked.normalize != asked.double_encode || asked.double_encode != (service != "s3") {
        return Err(unsupported(
            "the path is canonical as S3 has it for the service s3, and for no other",
        ));
    }
    if asked.session_token.is_some() && !asked.session_token_signed {
        return Err(unsupported("the session token is always signed"));
    }
    if !matches!(&asked.payload[..], "signed" | "unsigned") {
        return Err(unsupported(format!("payload {}", asked.payload)));
    }
    let url = url(asked)?;
    let (_, headers) = asked.host()?;
    let request = Request::builder().method(&asked.method[..]).uri(url.as_str());
    let mut request =
        request.body(HttpRequestBody::from(asked.body.clone())).map_err(unrepresentable)?;
    *request.headers_mut() = header_map(&headers)?;
    let credential = AwsCredential {
        key_id: text(&asked.access_key_id)?.to_owned(),
        secret_key: text(&asked.secret_access_key)?.to_owned(),
        token: asked.session_token.as_deref().map(text).transpose()?.map(str::to_owned),
    };
    AwsAuthorizer::new(&credential, service, text(&asked.region)?)
        .with_sign_payload(asked.payload == "signed")
        .try_authorize(&mut request, None)
        .map_err(failed)?;
    let mut sent = sent_headers(request.headers());
    // The HTTP client, which parses the URI as the signer does, sends its host.
    sent.push((b"host".to_vec(), asked.host()?.0.as_bytes().to_vec()));
    Ok(signed(request.method().as_str().as_bytes(), target_of(&url).as_bytes(), sent))
}

fn main() {
    let hello = json!({
        "name": "object_store",
        "version": "0.14.2",
        "roles": ["sign-header", "sign-sequence"],
        "profiles": ["generic", "s3"],
        "features": ["content-sha256-header", "duplicate-headers", "empty-credential",
            "empty-header-value", "empty-scope", "non-ascii-secret", "odd-header-name", "odd-method",
            "padded-header-value", "session-token", "unsigned-payload"],
        "clock": "own",
    });
    serve(hello, sign);
}
