//! aws-sign-v4 behind the sigv4-conformance protocol.
//!
//! `AwsSign` takes the time, the URL, the headers and the body, and returns the value of the Authorization
//! header. All other headers are the caller's, the date among them. It knows one way to make a path
//! canonical, for all services.

use adapter_kit::{
    Reply, Sign, header_map, json, sent_headers, serve, signed, target_of, text, unrepresentable,
    unsupported, url,
};
use aws_sign_v4::AwsSign;
use chrono::DateTime;
use http::HeaderValue;

fn sign(asked: &Sign) -> Reply {
    if asked.in_query || asked.payload != "signed" {
        return Err(unsupported("the body is signed, and the signature is in a header"));
    }
    if asked.normalize != asked.double_encode {
        return Err(unsupported("nothing sets how a path becomes canonical"));
    }
    let url = url(asked)?;
    let mut headers = header_map(&asked.headers)?;
    headers.insert("x-amz-date", asked.time.parse().map_err(unrepresentable)?);
    if asked.content_sha256_header {
        let hash = asked.payload_hash()?;
        headers.insert("x-amz-content-sha256", hash.parse().map_err(unrepresentable)?);
    }
    let token = asked.session_token.as_deref().map(HeaderValue::from_bytes).transpose();
    let token = token.map_err(unrepresentable)?;
    if let Some(token) = token.clone().filter(|_| asked.session_token_signed) {
        headers.insert("x-amz-security-token", token);
    }
    let time =
        DateTime::from_timestamp(asked.seconds(), 0).ok_or_else(|| unrepresentable("the time"))?;
    let signer = AwsSign::new(
        text(&asked.method)?,
        url.as_str(),
        &time,
        &headers,
        text(&asked.region)?,
        text(&asked.access_key_id)?,
        text(&asked.secret_access_key)?,
        text(&asked.service)?,
        &asked.body,
    );
    let (canonical, authorization) = (signer.canonical_request(), signer.sign());
    headers.insert("authorization", authorization.parse().map_err(unrepresentable)?);
    if let Some(token) = token.filter(|_| !asked.session_token_signed) {
        headers.insert("x-amz-security-token", token);
    }
    let target = target_of(&url).as_bytes();
    let mut answer = signed(&asked.method, target, sent_headers(&headers));
    answer["stages"] = json!({"canonical_request": canonical});
    Ok(answer)
}

fn main() {
    let hello = json!({
        "name": "aws-sign-v4",
        "version": "0.3.0",
        "roles": ["sign-header", "sign-sequence"],
        "profiles": ["generic", "s3"],
        "features": ["content-sha256-header", "duplicate-headers", "empty-credential",
            "empty-header-value", "empty-scope", "non-ascii-secret", "odd-header-name", "odd-method",
            "padded-header-value", "session-token", "unsigned-session-token"],
        "clock": "given",
    });
    serve(hello, sign);
}
