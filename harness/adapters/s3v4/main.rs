//! s3v4 behind the sigv4-conformance protocol.
//!
//! `signature` reads the system's clock and signs the host, the date and the payload's hash, which the
//! caller sends with what it returns; `pre_signed_url` takes the time, and signs the host alone.

use adapter_kit::{Reply, Sign, failed, json, serve, signed, target_of, text, unsupported, url};
use chrono::Utc;
use url::Url;

fn sign(asked: &Sign) -> Reply {
    if asked.normalize || asked.double_encode {
        return Err(unsupported("requests are signed for S3 only"));
    }
    if asked.session_token.is_some() {
        return Err(unsupported("session tokens are not supported"));
    }
    let hash = asked.payload_hash()?;
    let url = url(asked)?;
    let (id, secret) = (text(&asked.access_key_id)?, text(&asked.secret_access_key)?);
    let (region, service, method) =
        (text(&asked.region)?, text(&asked.service)?, text(&asked.method)?);
    if asked.in_query {
        let presigned = s3v4::pre_signed_url(
            id,
            secret,
            asked.expires,
            &url,
            method,
            &hash,
            region,
            &Utc::now(),
            service,
        );
        let presigned = Url::parse(&presigned.map_err(failed)?).map_err(failed)?;
        return Ok(signed(&asked.method, target_of(&presigned).as_bytes(), asked.headers.clone()));
    }
    let made = s3v4::signature(&url, method, id, secret, region, service, &hash).map_err(failed)?;
    let mut headers = asked.headers.clone();
    headers.retain(|(name, _)| !is_own(name));
    headers.push((b"x-amz-content-sha256".to_vec(), hash.into_bytes()));
    headers.push((b"x-amz-date".to_vec(), made.date_time.into_bytes()));
    headers.push((b"authorization".to_vec(), made.auth_header.into_bytes()));
    Ok(signed(&asked.method, target_of(&url).as_bytes(), headers))
}

/// Whether the caller sends what the signer returns in the place of such a header.
fn is_own(name: &[u8]) -> bool {
    let own = ["authorization", "x-amz-content-sha256", "x-amz-date"];
    own.iter().any(|own| name.eq_ignore_ascii_case(own.as_bytes()))
}

fn main() {
    let hello = json!({
        "name": "s3v4",
        "version": "0.3.5",
        "roles": ["sign-header", "sign-query", "sign-sequence"],
        "profiles": ["s3"],
        "features": ["content-sha256-header", "duplicate-headers", "empty-credential",
            "empty-header-value", "empty-scope", "long-expires", "non-ascii-header", "non-ascii-secret",
            "odd-header-name", "odd-method", "padded-header-value", "presigned-body",
            "presigned-s3-payload-hash", "unsigned-payload"],
        "clock": "own",
    });
    serve(hello, sign);
}
