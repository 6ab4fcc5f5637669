//! rusoto_signature behind the sigv4-conformance protocol.
//!
//! A `SignedRequest` has its path decoded, and its parameters decoded in a map. It reads the system's
//! clock, signs every header, and adds some of its own. The answer is what it hands to its HTTP client.

use std::time::Duration;

use adapter_kit::{Headers, Reply, Sign, json, serve, signed, text, unrepresentable, unsupported};
use rusoto_credential::AwsCredentials;
use rusoto_signature::signature::decode_uri;
use rusoto_signature::{Region, SignedRequest};

fn sign(asked: &Sign) -> Reply {
    let service = text(&asked.service)?;
    if asked.normalize != asked.double_encode || asked.double_encode != (service != "s3") {
        return Err(unsupported(
            "the path is canonical as S3 has it for the service s3, and for no other",
        ));
    }
    if asked.session_token.is_some() && !asked.session_token_signed {
        return Err(unsupported("the session token is always signed"));
    }
    let is_signed = match &asked.payload[..] {
        "signed" => true,
        "unsigned" if asked.in_query => false,
        other => return Err(unsupported(format!("payload {other}"))),
    };
    let (host, headers) = asked.host()?;
    let region = Region::Custom {
        name: text(&asked.region)?.to_owned(),
        endpoint: format!("https://{host}"),
    };
    let target = text(&asked.target)?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = SignedRequest::new(text(&asked.method)?, service, &region, &decode_uri(path));
    if request.canonical_path() != path {
        return Err(unrepresentable(format!(
            "a SignedRequest writes this path {}",
            request.canonical_path()
        )));
    }
    request.set_hostname(Some(host.to_owned()));
    let mut parameters = rusoto_signature::signature::Params::new();
    for piece in query.split('&').filter(|piece| !piece.is_empty()) {
        let (name, value) = match piece.split_once('=') {
            Some((name, value)) => (name, Some(decode_uri(value))),
            None => (piece, None),
        };
        if parameters.insert(decode_uri(name), value).is_some() {
            return Err(unrepresentable("parameters are in a map, which holds one of a name"));
        }
    }
    request.set_params(parameters);
    for (name, value) in &headers {
        request.add_header(text(name)?, text(value)?);
    }
    if !asked.body.is_empty() {
        request.set_payload(Some(asked.body.clone()));
    }
    let token = asked.session_token.as_deref().map(text).transpose()?.map(str::to_owned);
    let id = text(&asked.access_key_id)?;
    let credentials = AwsCredentials::new(id, text(&asked.secret_access_key)?, token, None);
    let target = if asked.in_query {
        let expires = Duration::from_secs(asked.expires);
        let url = request.generate_presigned_url(&credentials, &expires, is_signed);
        url.strip_prefix("https://")
            .and_then(|url| url.strip_prefix(host))
            .unwrap_or(&url)
            .to_owned()
    } else {
        request.sign(&credentials);
        match request.canonical_query_string() {
            "" => request.canonical_path(),
            query => format!("{}?{query}", request.canonical_path()),
        }
    };
    let mut sent = Headers::new();
    for (name, values) in request.headers() {
        // A presigner signs the request in a header too, before it makes the URL.
        if !(asked.in_query && name == "authorization") {
            sent.extend(values.iter().map(|value| (name.clone().into_bytes(), value.clone())));
        }
    }
    Ok(signed(&asked.method, target.as_bytes(), sent))
}

fn main() {
    let hello = json!({
        "name": "rusoto_signature",
        "version": "0.48.0",
        "roles": ["sign-header", "sign-query", "sign-sequence"],
        "profiles": ["generic", "s3"],
        "features": ["content-sha256-header", "duplicate-headers", "session-token"],
        "clock": "own",
    });
    serve(hello, sign);
}
