//! Cost over size: each part of a request grown alone, and inputs that are meant to be slow.
//!
//! `cargo bench -p benches --bench growth`. It asserts no times; `cargo xtask bench` plots the
//! same.

use std::hint::black_box;

use benches::growth::{Grown, Shape};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sigv4_reference::Workspace;
use sigv4_reference::key::KeyCache;

fn growth(criterion: &mut Criterion) {
    for shape in Shape::ALL {
        let mut group = criterion.benchmark_group(format!("growth/{}", shape.name()));
        for size in Grown::SIZES {
            let grown = Grown::new(*shape, *size);
            let (mut workspace, key) = (Workspace::default(), Grown::key());
            let headers = grown.headers();
            group.throughput(Throughput::Bytes(grown.bytes() as u64));
            group.bench_function(BenchmarkId::new("sign", size), |bencher| {
                bencher.iter(|| grown.sign(&mut workspace, black_box(&headers), &key));
            });
            let (sent, cache) = (grown.sent(), KeyCache::new(8, 0));
            let headers = sent.headers();
            group.bench_function(BenchmarkId::new("verify", size), |bencher| {
                bencher.iter(|| sent.verify(&mut workspace, black_box(&headers), &cache));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, growth);
criterion_main!(benches);
