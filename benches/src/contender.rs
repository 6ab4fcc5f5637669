//! Something that is measured.

use std::hint::black_box;

use sigv4_reference::key::{KeyCache, Secret};
use sigv4_reference::verify::CachedKeys;
use sigv4_reference::{Request, ScopedKey, Workspace};

use crate::scene::{self, Scene, stored_keys, time};

/// One way to do the work of a scene.
pub struct Contender<'s> {
    /// Who does it, and how.
    pub name: String,
    /// The work.
    pub act: Box<dyn FnMut() + 's>,
    /// Whether the key is derived for each request, which determines the limit to compare with.
    pub derives: bool,
}

impl<'s> Contender<'s> {
    /// A contender with its work.
    pub fn new(name: impl Into<String>, derives: bool, act: impl FnMut() + 's) -> Self {
        Self { name: name.into(), act: Box::new(act), derives }
    }
}

/// The reference's signer: with a ready key, with one from its cache, and with one derived for each
/// request.
#[must_use]
pub fn signers(scene: &Scene) -> Vec<Contender<'_>> {
    let (time, headers) = (time(), scene.headers());
    let key = scene.key();
    let mut workspace = Workspace::default();
    let cached = {
        let headers = headers.clone();
        Contender::new("reference, cached", false, move || {
            let request = scene.request(black_box(&headers));
            black_box(scene.sign(&mut workspace, &scene.signer(time, black_box(&key)), &request));
        })
    };
    let mut workspace = Workspace::default();
    let cache = KeyCache::new(1000, 0);
    let secret = Secret {
        access_key_id: scene::ACCESS_KEY_ID.as_bytes(),
        secret_access_key: scene::SECRET.as_bytes(),
    };
    let looked_up = {
        let headers = headers.clone();
        Contender::new("reference, KeyCache", false, move || {
            let key = cache.signing_key(black_box(secret), scene.scope(&time));
            let request = scene.request(black_box(&headers));
            black_box(scene.sign(&mut workspace, &scene.signer(time, &key), &request));
        })
    };
    let mut workspace = Workspace::default();
    let derived = Contender::new("reference, derived", true, move || {
        let secret = black_box(scene::SECRET.as_bytes());
        let key = ScopedKey::derive(secret, scene.scope(&time));
        let request = scene.request(black_box(&headers));
        black_box(scene.sign(&mut workspace, &scene.signer(time, &key), &request));
    });
    vec![cached, looked_up, derived]
}

/// The reference's verifier of a scene's request as it is sent, with its cache and without.
///
/// # Panics
/// If what the reference signed does not verify, which would be a bug in it.
#[must_use]
pub fn verifiers<'s>(scene: &'s Scene, sent: Request<'s>) -> Vec<Contender<'s>> {
    let verifier = scene.verifier();
    let (mut workspace, cache) = (Workspace::default(), KeyCache::new(1000, 0));
    let cached = Contender::new("reference, KeyCache", false, move || {
        let keys = CachedKeys { keys: stored_keys(), cache: &cache };
        let verdict = verifier.verify(&mut workspace, black_box(&sent), &keys);
        assert!(black_box(verdict).is_ok(), "the signature is right");
    });
    let mut workspace = Workspace::default();
    let derived = Contender::new("reference, derived", true, move || {
        let keys = stored_keys();
        let verdict = verifier.verify(&mut workspace, black_box(&sent), &keys);
        assert!(black_box(verdict).is_ok(), "the signature is right");
    });
    vec![cached, derived]
}
