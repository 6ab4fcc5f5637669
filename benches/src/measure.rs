//! The clock: all contenders take turns in short batches, so that other load on the machine affects
//! all of them equally.

use std::time::{Duration, Instant};

use crate::contender::Contender;

/// About how long one batch takes.
const BATCH: Duration = Duration::from_micros(40);

/// The time of one call, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub struct Timed {
    /// The fastest batch: the time without interruptions. Ratios are computed from this.
    pub best: f64,
    /// The median batch.
    pub median: f64,
}

/// The result of a measurement.
#[derive(Clone, Debug)]
pub struct Row {
    /// Who did the work.
    pub name: String,
    /// Whether the key was derived for each request.
    pub derives: bool,
    /// How long it took.
    pub time: Timed,
}

/// Measures every contender in `rounds` batches each, in turn.
#[must_use]
pub fn in_turn(contenders: Vec<Contender<'_>>, rounds: usize) -> Vec<Row> {
    let mut running: Vec<(Contender<'_>, u32, Vec<f64>)> = contenders
        .into_iter()
        .map(|mut contender| {
            let calls = calls_per_batch(&mut contender);
            (contender, calls, Vec::with_capacity(rounds))
        })
        .collect();
    for _ in 0..rounds {
        for (contender, calls, times) in &mut running {
            times.push(nanoseconds_per_call(contender, *calls));
        }
    }
    running
        .into_iter()
        .map(|(contender, _, mut times)| {
            times.sort_unstable_by(f64::total_cmp);
            let at = |index: usize| times.get(index).copied().unwrap_or(f64::NAN);
            let time = Timed { best: at(0), median: at(times.len() / 2) };
            Row { name: contender.name, derives: contender.derives, time }
        })
        .collect()
}

fn calls_per_batch(contender: &mut Contender<'_>) -> u32 {
    let mut calls = 1;
    loop {
        let spent = nanoseconds_per_call(contender, calls) * f64::from(calls);
        if spent > BATCH.as_secs_f64() * 1e9 || calls > 1 << 20 {
            return calls;
        }
        calls *= 2;
    }
}

fn nanoseconds_per_call(contender: &mut Contender<'_>, calls: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        (contender.act)();
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
}
