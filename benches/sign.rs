//! Deriving the key, then signing and verifying the five requests, with the published signers next
//! to the reference.
//!
//! `cargo bench -p benches --bench sign`. It asserts no times. `cargo xtask bench` measures the
//! same in turn and compares it with the limit.

use std::hint::black_box;

use benches::contender::Contender;
use benches::scene::{self, REGION, SECRET, scenes, time};
use benches::{contender, peers};
use criterion::{Criterion, criterion_group, criterion_main};
use sigv4_reference::{Scope, ScopedKey};

fn derive_key(criterion: &mut Criterion) {
    let Ok(scope) = Scope::new(&time(), REGION.as_bytes(), b"execute-api") else { return };
    criterion.bench_function("derive_key", |bencher| {
        let secret = SECRET.as_bytes();
        bencher.iter(|| ScopedKey::derive(black_box(secret), scope));
    });
}

fn sign(criterion: &mut Criterion) {
    for scene in &scenes() {
        let mut contenders = contender::signers(scene);
        contenders.extend(peers::signers(scene));
        run(criterion, &format!("sign/{}", scene.name), contenders);
    }
}

fn verify(criterion: &mut Criterion) {
    for scene in &scene::scenes() {
        let (target, headers) = scene.signed();
        let headers = scene::borrowed(&headers);
        let mut contenders = contender::verifiers(scene, scene.sent(&target, &headers));
        contenders.extend(peers::verifiers(scene));
        run(criterion, &format!("verify/{}", scene.name), contenders);
    }
}

fn run(criterion: &mut Criterion, name: &str, contenders: Vec<Contender<'_>>) {
    let mut group = criterion.benchmark_group(name);
    for mut contender in contenders {
        group.bench_function(contender.name.clone(), |bencher| bencher.iter(|| (contender.act)()));
    }
    group.finish();
}

criterion_group!(benches, derive_key, sign, verify);
criterion_main!(benches);
