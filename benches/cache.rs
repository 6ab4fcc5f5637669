//! The key cache with one to four threads and three hit rates, and what the chain costs compared
//! with other ways to derive a key from a secret and a scope.
//!
//! `cargo bench -p benches --bench cache`. It asserts no times.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use benches::scene::{ACCESS_KEY_ID, REGION, SECRET, time};
use criterion::{Criterion, criterion_group, criterion_main};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sigv4_reference::key::{KeyCache, Secret};
use sigv4_reference::{Scope, ScopedKey};

const SERVICE: &str = "execute-api";

/// Regions that are requested again and again; all fit into the cache.
const WARM: u64 = 16;

fn cache(criterion: &mut Criterion) {
    for hit_percent in [0, 50, 99] {
        let mut group = criterion.benchmark_group(format!("cache/hit-{hit_percent}"));
        for threads in 1..=4 {
            group.bench_function(format!("{threads}-threads"), |bencher| {
                bencher.iter_custom(|calls| all_at_once(threads, calls, hit_percent));
            });
        }
        group.finish();
    }
}

/// The time of `calls` calls in each of `threads` threads: if threads block each other, it is
/// longer than for one.
fn all_at_once(threads: u64, calls: u64, hit_percent: u64) -> Duration {
    let cache = KeyCache::new(1_000, 0);
    for region in 0..WARM {
        ask(&cache, region);
    }
    let start = Instant::now();
    thread::scope(|scope| {
        for thread in 0..threads {
            let cache = &cache;
            scope.spawn(move || {
                let mut random = fastrand::Rng::with_seed(thread);
                for call in 0..calls {
                    let hit = random.u64(..100) < hit_percent;
                    // A region that was never requested is a miss.
                    let new = WARM + thread + threads * call;
                    ask(cache, if hit { random.u64(..WARM) } else { new });
                }
            });
        }
    });
    start.elapsed()
}

fn ask(cache: &KeyCache, region: u64) {
    let secret =
        Secret { access_key_id: ACCESS_KEY_ID.as_bytes(), secret_access_key: SECRET.as_bytes() };
    // Letters, because a region cannot contain NUL.
    let region: [u8; 16] = std::array::from_fn(|at| b'a' + (region >> (4 * at) & 15) as u8);
    let Ok(scope) = Scope::new(&time(), &region, SERVICE.as_bytes()) else { return };
    black_box(cache.signing_key(black_box(secret), scope));
}

/// The chain of four against one HMAC over a scope whose parts are separated by their lengths, and
/// against HKDF. Neither is SigV4: they show what the chain's four steps cost.
fn alternatives(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("chain");
    let (secret, region, service) = (SECRET.as_bytes(), REGION.as_bytes(), SERVICE.as_bytes());
    let time = time();
    group.bench_function("four HMACs, reference", |bencher| {
        let Ok(scope) = Scope::new(&time, region, service) else { return };
        bencher.iter(|| ScopedKey::derive(black_box(secret), scope));
    });
    group.bench_function("four HMACs, hmac crate", |bencher| {
        let step = |key: &[u8], message: &[u8]| -> [u8; 32] {
            let Ok(state) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
            state.chain_update(message).finalize().into_bytes().into()
        };
        bencher.iter(|| {
            let secret = [&b"AWS4"[..], black_box(secret)].concat();
            let day = step(&secret, time.date());
            step(&step(&step(&day, region), service), b"aws4_request")
        });
    });
    let mut scope = Vec::new();
    for part in [&time.date()[..], region, service] {
        scope.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        scope.extend(part);
    }
    group.bench_function("one HMAC over the scope", |bencher| {
        bencher.iter(|| {
            let state = Hmac::<Sha256>::new_from_slice(black_box(secret)).ok();
            state.map(|state| state.chain_update(&scope).finalize().into_bytes())
        });
    });
    group.bench_function("HKDF with the scope as info", |bencher| {
        bencher.iter(|| {
            let mut key = [0; 32];
            let done = Hkdf::<Sha256>::new(None, black_box(secret)).expand(&scope, &mut key);
            done.is_ok().then_some(key)
        });
    });
    group.finish();
}

criterion_group!(benches, cache, alternatives);
criterion_main!(benches);
