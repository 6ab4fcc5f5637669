//! rusty-s3 behind the sigv4-conformance protocol.
//!
//! The subject is `signing::sign`, with which the crate presigns every request. It takes the time, the
//! URL, and the parameters decoded and sorted by the caller, and it leaves the body open.

use adapter_kit::{
    Reply, Sign, json, serve, signed, target_of, text, unrepresentable, unsupported, url,
};
use jiff::Timestamp;
use rusty_s3::Method;
use rusty_s3::signing;

fn sign(asked: &Sign) -> Reply {
    if asked.normalize || asked.double_encode || text(&asked.service)? != "s3" {
        return Err(unsupported("URLs are presigned for S3 only"));
    }
    if asked.payload != "unsigned" || !asked.session_token_signed {
        return Err(unsupported("the body is never signed, and the session token always"));
    }
    let method = match &asked.method[..] {
        b"HEAD" => Method::Head,
        b"GET" => Method::Get,
        b"POST" => Method::Post,
        b"PUT" => Method::Put,
        b"DELETE" => Method::Delete,
        _ => return Err(unrepresentable("a Method is one of five")),
    };
    let url = url(asked)?;
    let time = Timestamp::from_second(asked.seconds()).map_err(unrepresentable)?;
    let mut parameters: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    parameters.sort();
    let mut headers = Vec::new();
    for (name, value) in &asked.headers {
        headers.push((text(name)?.to_ascii_lowercase(), text(value)?));
    }
    headers.sort();
    let token = asked.session_token.as_deref().map(text).transpose()?;
    let signed_url = signing::sign(
        &time,
        method,
        url,
        text(&asked.access_key_id)?,
        text(&asked.secret_access_key)?,
        token,
        text(&asked.region)?,
        asked.expires,
        parameters.iter().map(|(name, value)| (&name[..], &value[..])),
        headers.iter().map(|(name, value)| (&name[..], *value)),
    );
    Ok(signed(&asked.method, target_of(&signed_url).as_bytes(), asked.headers.clone()))
}

fn main() {
    let hello = json!({
        "name": "rusty-s3",
        "version": "0.11.0",
        "roles": ["sign-query", "sign-sequence"],
        "profiles": ["s3"],
        "features": ["duplicate-headers", "long-expires", "non-ascii-header", "non-ascii-secret",
            "odd-header-name", "padded-header-value", "session-token", "unsigned-payload"],
        "clock": "given",
    });
    serve(hello, sign);
}
