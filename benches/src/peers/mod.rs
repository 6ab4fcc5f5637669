//! The published signers, each called as in its own documentation. What they need is built outside
//! the measured call, except what their interface builds for each request.
//!
//! If the time can be passed to the peer, its signature is checked against the reference's before
//! anything is measured: a signer that computes something else is not a peer.

mod aws_sigv4;
mod reqsign;
mod rust_s3;
mod rusty_s3;
mod s3s;
mod scratchstack;

use crate::contender::Contender;
use crate::scene::{Placement, Scene};

/// The peers that can sign `scene`. Each derives its key, because none of them keeps one.
#[must_use]
pub fn signers(scene: &Scene) -> Vec<Contender<'_>> {
    let mut peers = vec![aws_sigv4::contender(scene), reqsign::contender(scene)];
    if scene.service == "s3" && scene.placement == Placement::Header {
        peers.push(rust_s3::contender(scene));
    }
    if scene.placement == Placement::Query {
        peers.push(rusty_s3::contender(scene));
    }
    peers
}

/// The peers that can verify `scene`. `s3s` supports S3, but hashes a body only when an operation
/// reads it. `scratchstack` supports everything except S3, because it accepts only hashed payloads
/// and treats every path as a generic one.
#[must_use]
pub fn verifiers(scene: &Scene) -> Vec<Contender<'_>> {
    match scene.service {
        "s3" if scene.body().is_empty() => vec![s3s::contender(scene)],
        "s3" => Vec::new(),
        _ => scratchstack::contenders(scene),
    }
}

/// The signature of the reference, as digits.
fn expected_signature(scene: &Scene) -> String {
    let (target, headers) = scene.signed();
    let authorization = headers.iter().find(|(name, _)| name == "Authorization");
    let text = authorization.map_or(&target, |(_, value)| value);
    String::from_utf8_lossy(&text[text.len() - 64..]).into_owned()
}

/// Checks a peer's signature against the reference's.
fn check(scene: &Scene, peer: &str, signature: &str) {
    assert_eq!(signature, expected_signature(scene), "{peer} signs {} otherwise", scene.name);
}
