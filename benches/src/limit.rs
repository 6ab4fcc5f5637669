//! The limit: no signer is faster than the compressions of SHA-256 that it needs.

use std::hint::black_box;

use sha2::block_api::compress256;
use sigv4_reference::Workspace;
use sigv4_reference::canonical::Stages;
use sigv4_reference::sign::Payload;

use crate::contender::Contender;
use crate::measure;
use crate::scene::{EXPIRES, Placement, Scene, time};

/// The number of compressions for one signature.
#[derive(Clone, Copy, Debug)]
pub struct Compressions {
    /// With a ready key, of which the two HMAC states are kept.
    pub cached: usize,
    /// With the four HMACs of the derivation and those two states.
    pub derived: usize,
}

/// Four HMACs, each with its own key, and the two states of the last key.
const DERIVATION: usize = 4 * 4 + 2;

/// What a scene needs: its body unless that is empty (its hash is a constant), its canonical
/// request, its string to sign after the key's block, and the outer hash.
///
/// # Panics
/// If the scene cannot be signed, which would be a bug in it.
#[must_use]
pub fn compressions(scene: &Scene) -> Compressions {
    let (key, mut workspace, headers) = (scene.key(), Workspace::default(), scene.headers());
    let (signer, request) = (scene.signer(time(), &key), scene.request(&headers));
    let stages = match scene.placement {
        Placement::Header => signer.header(&mut workspace, &request).map(|signed| signed.stages()),
        Placement::Query => {
            signer.query(&mut workspace, &request, EXPIRES).map(|signed| signed.stages())
        }
    }
    .expect("a sound scene");
    let hashes_body = scene.payload == Payload::Signed;
    let cached = of_stages(&stages, if hashes_body { scene.body() } else { b"" });
    Compressions { cached, derived: cached + DERIVATION }
}

/// The compressions of a signature with a ready key that hashes `body`.
#[must_use]
pub fn of_stages(stages: &Stages<'_>, body: &[u8]) -> usize {
    let body = if body.is_empty() { 0 } else { blocks(body.len()) };
    let string_to_sign = blocks(64 + stages.string_to_sign.len()) - 1;
    body + blocks(stages.canonical_request.len()) + string_to_sign + 1
}

/// The blocks of a message with its padding: a byte that ends it, and its length in eight bytes.
fn blocks(length: usize) -> usize {
    (length + 9).div_ceil(64)
}

/// Nanoseconds per compression in a long run of blocks: the fastest that the processor can do.
#[must_use]
pub fn compression() -> f64 {
    const BLOCKS: u16 = 1024;
    let blocks = vec![[7; 64]; usize::from(BLOCKS)];
    let mut state = [1; 8];
    let run = Contender::new("compression", false, || {
        compress256(black_box(&mut state), black_box(&blocks));
    });
    let rows = measure::in_turn(vec![run], 300);
    rows.first().map_or(f64::NAN, |row| row.time.best / f64::from(BLOCKS))
}
