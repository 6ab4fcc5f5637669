//! Which key a request names, against the secret that it is signed with.

use super::s3_form::decoded;
use super::{Scene, documented};

/// How many characters the vendor's secrets have. Its access key ids have 20.
const SECRET: usize = 40;

/// What is wrong with the key that the request names, for certain.
pub(super) fn problem(scene: &Scene<'_>, is_right: bool) -> Option<String> {
    // A secret in its place was often escaped on the way there.
    let id = &decoded(&scene.asked.input.credentials.access_key_id)[..];
    let secret = scene.circumstances.secret_access_key.unwrap_or_default();
    if !secret.is_empty() && id == secret {
        return Some(
            "The access key id that the request names is the very text that was given here as the secret: \
             id and secret were swapped, by the signer or here."
                .to_owned(),
        );
    }
    if looks_like_a_secret(id) {
        return Some(
            "The access key id that the request names has 40 characters, as secrets have, and ids have 20: \
             id and secret were swapped. Everyone who sees the request sees the secret: replace the key."
                .to_owned(),
        );
    }
    let owner = documented::owner(secret, id).filter(|_| is_right)?;
    Some(format!(
        "The secret is that of the documented key {owner}, and the request names {}: a server takes the \
         secret of the key that is named, and computes another signature. Take both from the same key \
         pair.",
        id.escape_ascii()
    ))
}

/// Whether a text in the place of an access key id is a secret.
pub(super) fn looks_like_a_secret(id: &[u8]) -> bool {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"/+".contains(byte);
    let starts_as_id = [&b"AKIA"[..], b"ASIA"].iter().any(|start| id.starts_with(start));
    let has_small_letters = id.iter().any(u8::is_ascii_lowercase);
    id.len() == SECRET && has_small_letters && !starts_as_id && id.iter().all(is_base64)
}
