//! How fast the engine is: search, fuzzing, subjects, start-up, diagnosis, memory.
//!
//! `cargo build --release`, then `cargo bench -p benches --bench engine`: some figures are those of
//! the program, which is taken from `target/release` or from `SIGV4_CONFORMANCE`. Each figure is
//! shown with its target, and with a figure of the same run to compare it with. Nothing is
//! asserted.

#[path = "engine/adapters.rs"]
mod adapters;
#[path = "engine/linked.rs"]
mod linked;
#[path = "engine/program.rs"]
mod program;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The variable that names the program to measure.
const PROGRAM: &str = "SIGV4_CONFORMANCE";

fn main() {
    if std::env::args().any(|argument| argument == adapters::NO_OP) {
        return adapters::no_op();
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let program = std::env::var_os(PROGRAM)
        .map_or_else(|| root.join("target/release/sigv4-conformance"), PathBuf::from);

    heading();
    linked::measure();
    if program.is_file() {
        adapters::measure(&program, &root);
        program::measure(&program);
    } else {
        let missing = program.display();
        println!("| missing: {missing}; `cargo build --release`, or {PROGRAM} | | | |");
    }
}

fn heading() {
    println!("| | measured | target | beside |");
    println!("| --- | ---: | ---: | --- |");
}

/// One line of the table.
fn row(name: &str, measured: &str, target: &str, beside: &str) {
    println!("| {name} | {measured} | {target} | {beside} |");
}

/// How many per second.
fn rate(count: usize, time: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / time.as_secs_f64()
}

/// A rate in thousands.
fn thousands(rate: f64) -> String {
    format!("{:.1} k/s", rate / 1000.0)
}

/// The least time that `work` takes: other load on the machine only adds to it.
fn fastest(times: usize, mut work: impl FnMut()) -> Duration {
    let once = || {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    std::iter::repeat_with(once).take(times).min().unwrap_or_default()
}
