//! How often the diagnosis names a pair of mistakes, and how long it takes.
//!
//! `cargo bench -p benches --bench diagnose`. Pairs are drawn with a fixed seed; each is shown by
//! the first vector that both of its mistakes affect. A pair counts as named if it is among the
//! sets that the diagnosis gives, or if the diagnosis names a smaller or another set that leaves
//! exactly the same request: then nothing could distinguish them.

use std::time::{Duration, Instant};

use sigv4_mistakes::diagnose::{Depth, diagnose};
use sigv4_mistakes::model::Model;
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_protocol::{Question, Side, SignQuestion, SignedAnswer};
use sigv4_vectors::Vectors;

const PAIRS: usize = 200;
const SEED: u64 = 20_150_830;

fn main() {
    let questions: Vec<SignQuestion> = Vectors::embedded()
        .cases()
        .filter_map(|case| match Question::of(case) {
            Question::Sign(question) => Some(*question),
            _ => None,
        })
        .collect();
    let mut random = fastrand::Rng::with_seed(SEED);
    let (mut named, mut alike, mut missed, mut drawn) = (0, 0, Vec::new(), 0);
    let mut times: Vec<Duration> = Vec::new();
    while times.len() < PAIRS && drawn < PAIRS * 50 {
        drawn += 1;
        let all = Mistake::of(Side::Signer);
        let [first, second] = [(); 2].map(|()| all[random.usize(..all.len())]);
        let pair = MistakeSet::from(first).with(second);
        let Some((question, answer)) = shown(&questions, pair, [first, second]) else { continue };
        let start = Instant::now();
        let sets = diagnose(question, &answer, Depth::Pairs).sets;
        times.push(start.elapsed());
        if sets.contains(&pair) {
            named += 1;
        } else if sets.iter().any(|set| sign(question, *set).as_ref() == Some(&answer)) {
            alike += 1;
        } else {
            missed.push(format!("{first} + {second}"));
        }
    }
    times.sort_unstable();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    let longest = times.last().copied().unwrap_or_default();
    println!(
        "{} pairs: {named} named, {alike} explained by another set with the same request, {} missed",
        times.len(),
        missed.len()
    );
    println!("time of one diagnosis: median {median:?}, longest {longest:?}");
    for pair in missed {
        println!("missed: {pair}");
    }
}

/// The first request for which the pair gives another signature than either mistake alone and than
/// no mistake.
fn shown(
    questions: &[SignQuestion],
    pair: MistakeSet,
    members: [Mistake; 2],
) -> Option<(&SignQuestion, SignedAnswer)> {
    questions.iter().find_map(|question| {
        let answer = sign(question, pair)?;
        let others = [MistakeSet::EMPTY, members[0].into(), members[1].into()];
        let tells = others.iter().all(|set| {
            sign(question, *set)
                .is_some_and(|other| other.stages.signature != answer.stages.signature)
        });
        tells.then_some((question, answer))
    })
}

fn sign(question: &SignQuestion, mistakes: MistakeSet) -> Option<SignedAnswer> {
    Model::new(mistakes).sign(question).ok()
}
