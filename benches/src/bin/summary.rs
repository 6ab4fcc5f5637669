//! Every scene, the reference next to the peers; then cost over size.
//!
//! `summary [ROUNDS]` prints one JSON object; `cargo xtask bench` shows it as tables and plots.

use benches::contender::{self, Contender};
use benches::growth::{Grown, Shape};
use benches::limit::{self, Compressions};
use benches::measure::Row;
use benches::{measure, peers, scene};
use serde_json::{Value, json};
use sigv4_reference::Workspace;
use sigv4_reference::key::KeyCache;

/// The number of batches per contender.
const ROUNDS: usize = 300;

fn main() {
    let rounds = std::env::args().nth(1).and_then(|number| number.parse().ok()).unwrap_or(ROUNDS);
    let compression = limit::compression();
    let mut groups = Vec::new();
    for scene in scene::scenes() {
        let mut signers = contender::signers(&scene);
        signers.extend(peers::signers(&scene));
        let (target, headers) = scene.signed();
        let headers = scene::borrowed(&headers);
        let mut verifiers = contender::verifiers(&scene, scene.sent(&target, &headers));
        verifiers.extend(peers::verifiers(&scene));
        let compressions = limit::compressions(&scene);
        for (work, contenders) in [("sign", signers), ("verify", verifiers)] {
            let name = format!("{work}/{}", scene.name);
            groups.push(group(&name, compressions, measure::in_turn(contenders, rounds)));
        }
    }
    let growth: Vec<Value> =
        Shape::ALL.iter().map(|shape| growth(*shape, compression, rounds)).collect();
    println!("{}", json!({ "compression": compression, "groups": groups, "growth": growth }));
}

fn group(name: &str, compressions: Compressions, rows: Vec<Row>) -> Value {
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|row| {
            let compressions = if row.derives { compressions.derived } else { compressions.cached };
            json!({
                "name": row.name,
                "compressions": compressions,
                "best": row.time.best,
                "median": row.time.median,
            })
        })
        .collect();
    json!({ "name": name, "rows": rows })
}

/// The cost of one shape at each size, with its limit.
fn growth(shape: Shape, compression: f64, rounds: usize) -> Value {
    let key = Grown::key();
    let points: Vec<Value> = Grown::SIZES
        .iter()
        .map(|&size| {
            let grown = Grown::new(shape, size);
            let (headers, mut workspace) = (grown.headers(), Workspace::default());
            let compressions = grown.compressions(&mut workspace, &headers, &key);
            let mut other = Workspace::default();
            let cached = Contender::new("cached", false, || {
                grown.sign(&mut workspace, &headers, &key);
            });
            let derived = Contender::new("derived", true, || {
                grown.sign(&mut other, &headers, &Grown::key());
            });
            let (sent, cache, mut third) =
                (grown.sent(), KeyCache::new(8, 0), Workspace::default());
            let sent_headers = sent.headers();
            let verified = Contender::new("verified", false, || {
                sent.verify(&mut third, &sent_headers, &cache);
            });
            let contenders = vec![cached, derived, verified];
            let rows = measure::in_turn(contenders, rounds.div_ceil(4));
            let best: Vec<f64> = rows.iter().map(|row| row.time.best).collect();
            json!({
                "bytes": grown.bytes(),
                "cached": best.first(),
                "derived": best.get(1),
                "verified": best.get(2),
                "limit": compression * compressions,
            })
        })
        .collect();
    json!({ "name": shape.name(), "points": points })
}
