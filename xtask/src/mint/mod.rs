//! Mints the edge vectors: the corners of the generator, answered by the reference, on which the
//! vendor's own signers vote.
//!
//! A corner becomes a `must` if at least three of them answer it as the reference does, and none
//! differently. If one differs, the case is a `may` and lists who answers what. If fewer than three
//! can hold the question, it is a `should`. If a signer makes a mistake in the vendor's own suite
//! (such as never normalising a path), an answer that this mistake explains does not count: the
//! suite has already decided the matter. The same corners and the same signers give the same bytes.

mod ballot;
mod cases;
pub(crate) mod catches;
mod error;
mod voices;
pub(crate) mod write;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use sigv4_conformance::judge::{Verdict, judge};
use sigv4_generate::corners::{Corner, corners};
use sigv4_protocol::Question;
use sigv4_vectors::model::Case;

use ballot::Ballot;
pub(crate) use ballot::QUORUM;
use cases::expected;
use error::MintError;
use voices::Voice;

/// Mints all edge vectors into `vectors/edge` of the workspace at `root`.
pub(crate) fn run(root: &Path, at_least: usize) -> Result<(), MintError> {
    let start = Instant::now();
    let mut corners = corners();
    // In the order of the files, which is the order in which they are read.
    corners.sort_by_key(|corner| corner.topic.name);
    let mut voices = voices::gather(root, at_least)?;
    let names: Vec<String> = voices.iter().map(|voice| voice.name.clone()).collect();
    let mut cases = expected(&corners)?;
    let mut ballots = vec![Ballot::default(); cases.len()];
    let mut faults = Vec::new();
    for voice in &mut voices {
        let asked = Instant::now();
        faults.extend(poll(voice, &cases, &mut ballots));
        println!("{}: asked in {:.1} s", voice.name, asked.elapsed().as_secs_f64());
    }
    if !faults.is_empty() {
        return Err(MintError::Faults { count: faults.len(), list: faults.join("\n") });
    }
    for (case, ballot) in cases.iter_mut().zip(&ballots) {
        case.level = ballot.level();
        case.evidence = ballot.evidence();
    }
    catches::fill(&mut cases);
    write::files(&root.join("vectors/edge"), &corners, &cases, &names)?;
    summarise(&corners, &cases, &ballots);
    println!("minted {} cases in {:.1} s", cases.len(), start.elapsed().as_secs_f64());
    Ok(())
}

/// Asks one signer everything that it declares to support; returns its faults.
fn poll(voice: &mut Voice, cases: &[Case], ballots: &mut [Ballot]) -> Vec<String> {
    let identity = voice.subject.identity().clone();
    let (indices, questions): (Vec<usize>, Vec<Question>) = cases
        .iter()
        .map(Question::of)
        .enumerate()
        .filter(|(_, question)| identity.roles.contains(&question.role()))
        .unzip();
    let replies = voice.subject.ask(&questions, &|| ());
    let mut faults = Vec::new();
    for (index, reply) in indices.into_iter().zip(&replies) {
        let judgement = judge(&cases[index], reply);
        let mistake = (judgement.verdict == Verdict::Mismatch)
            .then(|| voice.mistake(&cases[index], reply))
            .flatten();
        if let Err(fault) = ballots[index].cast(&voice.name, judgement, mistake) {
            faults.push(format!("{}: {}: {fault}", voice.name, cases[index].id));
        }
    }
    let leaving = voice.subject.finish();
    faults.extend(leaving.faults.iter().map(|fault| format!("{}: {fault}", voice.name)));
    faults
}

/// Prints the cases by topic and level, and how often which signers disagree with the others.
fn summarise(corners: &[Corner], cases: &[Case], ballots: &[Ballot]) {
    let mut topics: Vec<(&str, [usize; 3])> = Vec::new();
    for (corner, case) in corners.iter().zip(cases) {
        let name = corner.topic.name;
        let known = topics.iter().position(|(known, _)| *known == name);
        let index = known.unwrap_or_else(|| {
            topics.push((name, [0; 3]));
            topics.len() - 1
        });
        topics[index].1[case.level as usize] += 1;
    }
    println!("{:32} {:>5} {:>6} {:>5}", "topic", "must", "should", "may");
    for (name, [must, should, may]) in &topics {
        println!("{name:32} {must:>5} {should:>6} {may:>5}");
    }
    let total = |level: usize| topics.iter().map(|(_, counts)| counts[level]).sum::<usize>();
    println!("{:32} {:>5} {:>6} {:>5}", "all", total(0), total(1), total(2));
    let mut partitions: BTreeMap<String, usize> = BTreeMap::new();
    for ballot in ballots {
        if let Some(partition) = ballot.partition() {
            *partitions.entry(partition).or_default() += 1;
        }
    }
    let mut partitions: Vec<_> = partitions.into_iter().collect();
    partitions.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (partition, count) in partitions {
        println!("{count:>5} {partition}");
    }
}
