//! Mints the edge vectors: the corners of the generator, answered by the reference, on which the
//! vendor's own signers vote, and on those of S3 also servers.
//!
//! A corner becomes a `must` if at least three of them answer it as the reference does, and none
//! differently. If one differs, the case is a `may` and lists who answers what. If fewer than three
//! can hold the question, it is a `should`. If a signer makes a mistake in the vendor's own suite
//! (such as never normalising a path), an answer that this mistake explains does not count: the
//! suite has already decided the matter.
//!
//! A `must` becomes a `may` if most servers refuse it, and the target is written in a way in which no
//! client writes it: the signers then agree on what they never send. A `must` that clients do send
//! stays one, and lists who refuses it. A `may` becomes a `should` if nearly all servers take it: they
//! compute the signature again, and so decide what is right for S3.
//!
//! The same corners, signers and servers give the same bytes.

mod ballot;
mod cases;
pub(crate) mod catches;
mod error;
pub(crate) mod families;
mod servers;
mod tally;
mod transplant;
mod voices;
pub(crate) mod write;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use sigv4_conformance::judge::{Verdict, judge};
use sigv4_conformance::server::is_usual_form;
use sigv4_generate::corners::{Corner, corners, family_corners};
use sigv4_protocol::Question;
use sigv4_vectors::model::{Case, Profile};

use ballot::{Ballot, QUORUM};
use cases::expected;
use error::MintError;
use servers::{Voter, Votes};
use tally::Tally;
use transplant::NotAsked;
use voices::Voice;

/// Mints all edge vectors into `vectors/edge` of the workspace at `root`, if at least this many
/// signers and servers are set up.
pub(crate) fn run(root: &Path, signers: usize, servers: usize) -> Result<(), MintError> {
    let start = Instant::now();
    let mut corners = corners();
    // In the order of the files, which is the order in which they are read.
    corners.sort_by_key(|corner| corner.topic.name);
    let mut voices = voices::gather(root, voices::OFFICIAL, signers)?;
    let asked_servers = servers::gather(root, servers)?;
    let mut names: Vec<String> = voices.iter().map(|voice| voice.name.clone()).collect();
    names.extend(asked_servers.iter().map(|server| server.name.clone()));
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
        case.level = ballot.level(QUORUM);
        case.evidence = ballot.evidence();
    }
    let asked = Instant::now();
    let votes = servers::poll(&asked_servers, &cases)?;
    println!("servers: asked in {:.1} s", asked.elapsed().as_secs_f64());
    let partitions = count(&mut cases, &asked_servers, &votes);
    catches::fill(&mut cases);
    write::files(&root.join("vectors/edge"), &corners, &cases, &names)?;
    summarise(&corners, &cases, &ballots);
    show(partitions);
    show(reasons(&cases));
    println!("minted {} cases in {:.1} s", cases.len(), start.elapsed().as_secs_f64());
    Ok(())
}

/// Mints the edge vectors of the operations beside `sign`, if at least this many signers are set up.
pub(crate) fn run_families(root: &Path, signers: usize) -> Result<(), MintError> {
    let mut corners = family_corners();
    corners.sort_by_key(|corner| (corner.family, corner.topic.name));
    let official = [voices::OFFICIAL, voices::OFFICIAL_OF_FAMILIES].concat();
    let mut voices = voices::gather(root, &official, signers)?;
    let is_able = |voice: &Voice| {
        let roles = &voice.subject.identity().roles;
        corners.iter().any(|corner| roles.contains(&corner.question.role()))
    };
    voices.retain(is_able);
    let names: Vec<String> = voices.iter().map(|voice| voice.name.clone()).collect();
    let mut cases = families::expected(&corners)?;
    let mut ballots = vec![Ballot::default(); cases.len()];
    let mut faults = Vec::new();
    for voice in &mut voices {
        faults.extend(poll(voice, &cases, &mut ballots));
    }
    if !faults.is_empty() {
        return Err(MintError::Faults { count: faults.len(), list: faults.join("\n") });
    }
    for (case, ballot) in cases.iter_mut().zip(&ballots) {
        families::count(case, ballot);
    }
    catches::fill(&mut cases);
    write::families(&root.join("vectors/edge"), &corners, &cases, &names)?;
    for case in &cases {
        println!("{:6} {}", case.level, case.id);
    }
    show(ballots.iter().filter_map(Ballot::partition).collect());
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

/// Adds the votes of the servers to the evidence, with what they change; returns which servers differ
/// from which.
fn count(cases: &mut [Case], servers: &[Voter], polled: &[Votes]) -> Vec<String> {
    let mut partitions = Vec::new();
    for (index, case) in cases.iter_mut().enumerate() {
        let of_case = servers
            .iter()
            .zip(polled)
            .map(|(one, takes)| (one.short_name(), takes[index].as_ref()));
        let Some(tally) = Tally::of(of_case) else { continue };
        let is_usual = case.calls().iter().all(|call| is_usual_form(&call.input.request.target));
        case.level = tally.level(case.level, is_usual);
        case.evidence.push(tally.evidence());
        partitions.extend(tally.partition());
    }
    partitions
}

/// Why cases of S3 were not asked of the servers.
fn reasons(cases: &[Case]) -> Vec<String> {
    let of_s3 = cases.iter().filter(|case| case.profile() == Some(Profile::S3));
    let reason = |case| transplant::reason(case).map(NotAsked::text);
    of_s3.filter_map(reason).map(|reason| format!("servers not asked: {reason}")).collect()
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
    show(ballots.iter().filter_map(Ballot::partition).collect());
}

/// Prints how often each text is there, the most frequent first.
fn show(texts: Vec<String>) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (text, count) in counts {
        println!("{count:>5} {text}");
    }
}
