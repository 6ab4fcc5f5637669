//! What a capture comes to: each distinct finding once.

use std::cmp::Reverse;

use serde::Serialize;
use sigv4_mistakes::MistakeSet;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::Request;

use super::parameters::Parameters;
use super::s3::Address;
use super::verdict::Verdict;
use crate::explain::{Concealed, in_s3_form};

/// How many distinct findings are kept.
const FINDINGS: usize = 1000;
/// What is shown in place of a session token.
const REDACTED: &str = "(redacted)";

/// A request that was judged.
#[derive(Clone, Debug)]
pub struct Observed {
    /// Counted from 1, in the order in which the requests arrived.
    pub number: u64,
    /// The request; without method and target where it could not be read.
    pub request: Request,
    /// The status code of the answer.
    pub status: u16,
    /// What is said of it.
    pub verdict: Verdict,
}

/// A line of the log.
#[derive(Debug, Serialize)]
struct Line<'o> {
    number: u64,
    method: &'o Bytes,
    target: Bytes,
    /// The object of S3 that it is about, decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Bytes>,
    status: u16,
    #[serde(flatten)]
    verdict: &'o Verdict,
}

impl Observed {
    /// The key of the object that an S3 server takes the request to be about: decoded from the path.
    #[must_use]
    pub fn key(&self) -> Option<Bytes> {
        Address::of(&self.request).key.map(Bytes::from)
    }

    /// The prefix that a listing asks for, decoded.
    #[must_use]
    pub fn prefix(&self) -> Option<Bytes> {
        Parameters::of_target(&self.request.target).get("prefix").map(Bytes::from)
    }

    /// Whether the target has another spelling than the one that is signed: an S3 server, which decodes
    /// it and encodes it, finds the signature right, and one that takes it as it arrives does not.
    #[must_use]
    pub fn is_respelled(&self) -> bool {
        let target = &self.request.target[..];
        matches!(self.verdict, Verdict::Right { .. }) && in_s3_form(target) != target
    }

    /// One line of JSON, without its end.
    ///
    /// # Errors
    /// None is known.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let Self { number, request, status, verdict } = self;
        let target = without_token(&request.target);
        let (number, status, key) = (*number, *status, self.key());
        let method = &request.method;
        serde_json::to_string(&Line { number, method, target, key, status, verdict })
    }
}

/// What all requests of a capture come to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// How many requests arrived, and anything else that was to be one.
    pub requests: u64,
    /// How many of them claim a signature.
    pub signed: u64,
    /// How many are wrong, or could not be read.
    pub wrong: u64,
    /// How many carry no signature.
    pub unsigned: u64,
    /// How many are right and signed in a way that AWS replaced.
    pub legacy: u64,
    /// How many were sent in chunks with signatures of their own, which are not checked.
    pub chunks_unchecked: u64,
    /// How many are right and lack `x-amz-content-sha256`, which S3 requires.
    pub payload_unstated: u64,
    /// How many were judged and counted, and written neither to the log nor to a file.
    pub not_kept: u64,
    /// Each distinct finding once, wrong ones first, in the order in which they came.
    pub findings: Vec<Finding>,
}

/// Requests of which the same is said.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What is said of all of them; the details are those of the smallest.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// How many there are.
    pub count: u64,
    /// The smallest of them.
    pub smallest: Smallest,
    #[serde(skip)]
    kind: String,
    #[serde(skip)]
    size: usize,
}

/// The smallest request of a finding, without session tokens and without its body.
#[derive(Clone, Debug, Serialize)]
pub struct Smallest {
    /// Its number in the capture, which is the name of its file.
    pub number: u64,
    /// The method.
    pub method: Bytes,
    /// The target as it was sent.
    pub target: Bytes,
    /// Names and values as they were sent.
    pub headers: Vec<(Bytes, Bytes)>,
    /// How many bytes the body has.
    pub body: usize,
}

impl Report {
    /// Counts a request; its size is that of the bytes that arrived.
    pub(super) fn add(&mut self, observed: &Observed, size: usize) {
        let verdict = &observed.verdict;
        self.requests += 1;
        self.signed += u64::from(verdict.is_signed());
        self.wrong += u64::from(verdict.is_wrong());
        self.unsigned += u64::from(matches!(verdict, Verdict::Unsigned));
        self.legacy += u64::from(matches!(verdict, Verdict::Legacy { .. }));
        if let Verdict::Right { chunks_unchecked, payload_unstated } = *verdict {
            self.chunks_unchecked += u64::from(chunks_unchecked);
            self.payload_unstated += u64::from(payload_unstated);
            return;
        }
        let kind = verdict.kind();
        if let Some(finding) = self.findings.iter_mut().find(|finding| finding.kind == kind) {
            finding.count += 1;
            if size < finding.size {
                finding.size = size;
                finding.smallest = Smallest::of(observed);
                finding.verdict = verdict.clone();
            }
        } else if self.findings.len() < FINDINGS {
            let (verdict, smallest) = (verdict.clone(), Smallest::of(observed));
            self.findings.push(Finding { verdict, count: 1, smallest, kind, size });
        }
    }

    /// Joins what one mistake explains, and puts the findings that are wrong first.
    pub(super) fn settle(&mut self) {
        self.findings = joined(std::mem::take(&mut self.findings));
        self.findings.sort_by_key(|finding| !finding.verdict.is_wrong());
    }
}

impl Finding {
    /// The sets of mistakes that explain its requests.
    fn sets(&self) -> &[MistakeSet] {
        match &self.verdict {
            Verdict::Mistaken { sets } => sets,
            _ => &[],
        }
    }
}

/// Joins the findings that have a set of mistakes in common, beginning with the set that explains
/// the most requests: a client makes few mistakes, and one request seldom tells them apart.
fn joined(mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut done = Vec::new();
    loop {
        let requests = |set: &MistakeSet| -> u64 {
            let having = findings.iter().filter(|finding| finding.sets().contains(set));
            having.map(|finding| finding.count).sum()
        };
        let all = findings.iter().flat_map(Finding::sets);
        // The first of those that explain as much with as few mistakes.
        let best = all.min_by_key(|set| (Reverse(requests(set)), set.len())).copied();
        let Some(best) = best else { break };
        let (members, rest) = findings.into_iter().partition(|one| one.sets().contains(&best));
        findings = rest;
        done.extend(Vec::into_iter(members).reduce(join));
    }
    done.append(&mut findings);
    done
}

/// One finding of two, with the sets that explain both.
fn join(one: Finding, other: Finding) -> Finding {
    let sets = one.sets().iter().copied().filter(|set| other.sets().contains(set)).collect();
    let count = one.count + other.count;
    let smaller = if other.size < one.size { other } else { one };
    Finding { verdict: Verdict::Mistaken { sets }, count, ..smaller }
}

impl Smallest {
    fn of(observed: &Observed) -> Self {
        let request = &observed.request;
        let headers = request.headers.iter().map(|(name, value)| {
            let is_token = Concealed::is_name(name);
            (name.clone(), if is_token { REDACTED.into() } else { value.clone() })
        });
        Self {
            number: observed.number,
            method: request.method.clone(),
            target: without_token(&request.target),
            headers: headers.collect(),
            body: request.body.len(),
        }
    }
}

/// The target without the value of a session token.
fn without_token(target: &Bytes) -> Bytes {
    // The second one is that of query signature version 2.
    let names: [&[u8]; 2] = [b"X-Amz-Security-Token=", b"SecurityToken="];
    let after = |name: &&[u8]| Some(memchr::memmem::find(target, name)? + name.len());
    let Some(value) = names.iter().find_map(after) else { return target.clone() };
    let end = target[value..].iter().position(|&byte| byte == b'&');
    let end = end.map_or(target.len(), |end| value + end);
    [&target[..value], REDACTED.as_bytes(), &target[end..]].concat().into()
}

#[cfg(test)]
mod tests {
    use sigv4_mistakes::Mistake;

    use super::*;

    fn observed(number: u64, target: &str, verdict: Verdict) -> Observed {
        let request = Request { method: "GET".into(), target: target.into(), ..Request::default() };
        Observed { number, request, status: 403, verdict }
    }

    #[test]
    fn each_finding_is_kept_once_with_its_smallest_request() {
        let refused = |detail: &str| Verdict::Refused {
            reason: "expired".to_owned(),
            detail: detail.to_owned(),
        };
        let mut report = Report::default();
        report.add(&observed(1, "/", Verdict::Unsigned), 10);
        report.add(&observed(2, "/long", refused("one")), 30);
        report.add(&observed(3, "/x", refused("two")), 20);
        report.add(&observed(4, "/longer", refused("three")), 40);
        let right = Verdict::Right { chunks_unchecked: true, payload_unstated: false };
        report.add(&observed(5, "/", right), 1);
        report.settle();
        assert_eq!((report.requests, report.signed, report.wrong), (5, 4, 3));
        assert_eq!((report.unsigned, report.chunks_unchecked), (1, 1));
        let findings: Vec<(&str, u64, u64)> = report
            .findings
            .iter()
            .map(|finding| (finding.verdict.word(), finding.count, finding.smallest.number))
            .collect();
        assert_eq!(findings, [("right-but-refused", 3, 3), ("unsigned", 1, 1)]);
        assert_eq!(report.findings[0].verdict, refused("two"));
    }

    #[test]
    fn requests_that_one_mistake_explains_are_one_finding() {
        let [a, b, c, ..] = Mistake::ALL else { panic!("some mistakes") };
        let mistaken = |mistakes: &[&Mistake]| Verdict::Mistaken {
            sets: mistakes.iter().map(|mistake| MistakeSet::from(**mistake)).collect(),
        };
        let mut report = Report::default();
        report.add(&observed(1, "/", mistaken(&[a])), 40);
        report.add(&observed(2, "/", mistaken(&[c, b, a])), 30);
        report.add(&observed(3, "/", mistaken(&[b, c])), 20);
        report.add(&observed(4, "/", mistaken(&[b])), 10);
        report.settle();
        let findings: Vec<(u64, u64, Vec<Vec<&str>>)> = report
            .findings
            .iter()
            .map(|finding| (finding.count, finding.smallest.number, finding.verdict.mistakes()))
            .collect();
        assert_eq!(findings, [(3, 4, vec![vec![b.id()]]), (1, 1, vec![vec![a.id()]])]);
    }

    #[test]
    fn tokens_are_not_shown() {
        let target = "/?X-Amz-Security-Token=secret&X-Amz-Signature=00";
        let mut one = observed(1, target, Verdict::Unsigned);
        for name in ["X-amz-security-TOKEN", "x-amz-s3session-token"] {
            one.request.headers.push((name.into(), "secret".into()));
        }
        let mut report = Report::default();
        report.add(&one, 1);
        let shown = serde_json::to_string(&report).expect("JSON") + &one.to_json().expect("JSON");
        assert!(
            shown.contains("(redacted)&X-Amz-Signature=00") && !shown.contains("secret"),
            "{shown}"
        );
        let legacy = without_token(&"/?SecurityToken=secret&Signature=00".into());
        assert_eq!(legacy, "/?SecurityToken=(redacted)&Signature=00".into());
    }
}
