//! rust-s3 behind the sigv4-conformance protocol.
//!
//! The subject is its public module `signing`: the functions that its requests call, in the same order.
//! The last step, an HMAC of the string to sign, is the adapter's, since the crate has it in a private
//! function. The client gives the headers, the date and the payload's hash.

use adapter_kit::{
    Refusal, Reply, Sign, Value, failed, header_map, json, sent_headers, serve, signed, target_of,
    text, unrepresentable, unsupported, url,
};
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use s3::{Region, signing};
use sha2::Sha256;
use time::OffsetDateTime;
use url::Url;

fn sign(asked: &Sign) -> Reply {
    if asked.normalize || asked.double_encode || text(&asked.service)? != "s3" {
        return Err(unsupported("requests are signed for S3 only"));
    }
    if asked.session_token.is_some() && !asked.session_token_signed {
        return Err(unsupported("the session token is always signed"));
    }
    let hash = asked.payload_hash()?;
    let url = url(asked)?;
    let time = OffsetDateTime::from_unix_timestamp(asked.seconds()).map_err(unrepresentable)?;
    let region =
        Region::Custom { region: text(&asked.region)?.to_owned(), endpoint: String::new() };
    let id = text(&asked.access_key_id)?;
    let token = asked.session_token.as_deref().map(text).transpose()?.map(str::to_owned);
    let mut headers = header_map(&asked.headers)?;
    if asked.in_query {
        if asked.payload != "unsigned" {
            return Err(unsupported("URLs are presigned without a body"));
        }
        let expires = u32::try_from(asked.expires).map_err(unrepresentable)?;
        let mut own = headers.clone();
        own.remove("host");
        let parameters = signing::authorization_query_params_no_sig(
            id,
            &time,
            &region,
            expires,
            Some(&own),
            token.as_ref(),
        );
        let parameters = parameters.map_err(failed)?;
        // As the client appends the caller's parameters, in the form in which it writes them.
        let mut whole = url.clone();
        let query = url.query().map(|query| format!("&{query}")).unwrap_or_default();
        whole.set_query(Some(&format!("{}{query}", &parameters[1..])));
        let (signature, stages) = signature(asked, &whole, &headers, &hash, &time, &region)?;
        let target = format!("{}&X-Amz-Signature={signature}", target_of(&whole));
        let mut answer = signed(&asked.method, target.as_bytes(), sent_headers(&headers));
        answer["stages"] = stages;
        return Ok(answer);
    }
    headers.insert("x-amz-date", asked.time.parse().map_err(unrepresentable)?);
    if asked.content_sha256_header {
        headers.insert("x-amz-content-sha256", hash.parse().map_err(unrepresentable)?);
    }
    if let Some(token) = token {
        headers.insert("x-amz-security-token", token.parse().map_err(unrepresentable)?);
    }
    let (signature, stages) = signature(asked, &url, &headers, &hash, &time, &region)?;
    let names = signing::signed_header_string(&headers);
    let authorization =
        signing::authorization_header(id, &time, &region, &names, &signature).map_err(failed)?;
    headers.insert("authorization", authorization.parse().map_err(unrepresentable)?);
    let mut answer = signed(&asked.method, target_of(&url).as_bytes(), sent_headers(&headers));
    answer["stages"] = stages;
    Ok(answer)
}

fn signature(
    asked: &Sign,
    url: &Url,
    headers: &HeaderMap,
    hash: &str,
    time: &OffsetDateTime,
    region: &Region,
) -> Result<(String, Value), Refusal> {
    let canonical = signing::canonical_request(text(&asked.method)?, url, headers, hash)
        .map_err(unrepresentable)?;
    let to_sign = signing::string_to_sign(time, region, &canonical).map_err(failed)?;
    let key = signing::signing_key(time, text(&asked.secret_access_key)?, region, "s3")
        .map_err(failed)?;
    let mac = Hmac::<Sha256>::new_from_slice(&key).map_err(failed)?;
    let mac = mac.chain_update(to_sign.as_bytes()).finalize().into_bytes();
    let stages = json!({"canonical_request": canonical, "string_to_sign": to_sign});
    Ok((mac.iter().map(|byte| format!("{byte:02x}")).collect(), stages))
}

fn main() {
    let hello = json!({
        "name": "rust-s3",
        "version": "0.38.0",
        "roles": ["sign-header", "sign-query", "sign-sequence"],
        "profiles": ["s3"],
        "features": ["content-sha256-header", "duplicate-headers", "session-token", "unsigned-payload"],
        "clock": "given",
    });
    serve(hello, sign);
}
