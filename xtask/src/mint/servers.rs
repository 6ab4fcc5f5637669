//! The servers, as far as they are set up, and what each of them takes.
//!
//! A server's clock cannot be set, so the request of a vector is signed again at the present time,
//! for the server's host, key and bucket: once as the vector expects it, and once in each other
//! [`Reading`] in which its canonical request differs. A server's vote is the set of readings whose
//! signatures it takes.

use std::net::SocketAddr;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use sigv4_conformance::server::{
    Access, Answer, AskError, Limits, Server, ask, on_the_wire, readings,
};
use sigv4_conformance::subject::{Adapter, AdapterError, ServerDescription};
use sigv4_protocol::SignQuestion;
use sigv4_vectors::model::{Case, Placement, Reading};

use super::error::MintError;
use super::transplant::{Place, transplanted};
use crate::setup::{self, SERVERS};

/// The example key pair of the vendor's documentation.
const ACCESS: Access<'_> = Access {
    access_key_id: "AKIAIOSFODNN7EXAMPLE",
    secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

/// Vectors whose requests every server takes with the expected signature only. A server that refuses
/// the presigned one has no presigned URLs, and is not asked about them.
const CONTROL: &str = "edge/sigv4/s3-query-parts/no-value";
const PRESIGNED: &str = "edge/sigv4/s3-keys/get-folder-query";

/// How long a server that answers already may take until it knows its key and has its bucket.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(500);

/// A server that can be asked.
pub(super) struct Voter {
    /// Its name and version.
    pub(super) name: String,
    adapter: Adapter,
    described: ServerDescription,
}

/// What one server takes: for each case that it was asked, the readings.
pub(super) type Votes = Vec<Option<Vec<Reading>>>;

/// Every server that is set up, by name.
pub(super) fn gather(root: &Path, at_least: usize) -> Result<Vec<Voter>, MintError> {
    let mut servers = Vec::new();
    for adapter in Adapter::servers(&root.join(SERVERS))? {
        let Some(described) = adapter.description.server.clone() else { continue };
        let name = &adapter.description.name;
        if let Some(missing) = setup::missing(&adapter) {
            println!("{name}: not asked, {missing} is not installed");
            continue;
        }
        match adapter.command() {
            Ok(_) => {
                let name = format!("{name} {}", described.version);
                servers.push(Voter { name, adapter, described });
            }
            Err(AdapterError::NotSetUp { missing, .. }) => {
                println!("{name}: not asked, {missing} is missing");
            }
            Err(error) => return Err(error.into()),
        }
    }
    if servers.len() < at_least {
        let names: Vec<&str> = servers.iter().map(|voter| &voter.name[..]).collect();
        return Err(MintError::TooFewServers {
            found: servers.len(),
            names: names.join(", "),
            at_least,
        });
    }
    Ok(servers)
}

/// Asks all servers all cases, each server in a thread of its own.
pub(super) fn poll(servers: &[Voter], cases: &[Case]) -> Result<Vec<Votes>, MintError> {
    thread::scope(|scope| {
        let polls: Vec<_> = servers.iter().map(|voter| scope.spawn(|| voter.poll(cases))).collect();
        let joined = polls.into_iter().map(|poll| match poll.join() {
            Ok(votes) => votes,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    })
}

impl Voter {
    /// The name alone.
    pub(super) fn short_name(&self) -> &str {
        &self.adapter.description.name
    }

    /// Starts the server, asks it every case that it can be asked, and stops it. The control is asked
    /// before and after.
    fn poll(&self, cases: &[Case]) -> Result<Votes, MintError> {
        let server = Server::start(&self.adapter, &self.described, ACCESS)?;
        let address = server.address();
        let bucket = &self.described.bucket;
        let place = Place {
            host: &address.to_string(),
            bucket,
            region: &self.described.region,
            access: ACCESS,
        };
        let fault = |what: String| MintError::Server { name: self.name.clone(), what };
        let control = |id: &str| {
            let case = cases.iter().find(|case| case.id == id);
            case.and_then(|case| transplanted(case, &place))
        };
        let passes = |id: &str| {
            let takes = control(id).map(|question| self.takes(address, &question)).transpose()?;
            Ok(takes.flatten().as_deref() == Some(&[Reading::Expected]))
        };
        let check = || match passes(CONTROL) {
            Ok(true) => Ok(()),
            Ok(false) => Err(fault(format!("{CONTROL}: it refuses what signers sign"))),
            Err(error) => Err(error),
        };
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(mut create) = control(CONTROL) {
                create.input.request.method = "PUT".into();
                create.input.request.target = format!("/{bucket}").into();
                // The bucket may be there already, as a folder: the control says whether it is.
                let _ = self.takes(address, &create);
            }
            match check() {
                Ok(()) => break,
                Err(error) if Instant::now() >= deadline => return Err(error),
                Err(_) => thread::sleep(PAUSE),
            }
        }
        let has_presigned = passes(PRESIGNED)?;
        if !has_presigned {
            println!("{}: not asked about presigned requests, it refuses {PRESIGNED}", self.name);
        }
        let mut votes = Vec::with_capacity(cases.len());
        for case in cases {
            let is_asked = has_presigned || case.placement() != Some(Placement::Query);
            let question = is_asked.then(|| transplanted(case, &place)).flatten();
            let takes = question.map(|question| self.takes(address, &question)).transpose()?;
            votes.push(takes.flatten());
        }
        check()?;
        Ok(votes)
    }

    /// The readings whose signatures it takes; `None` if it knows neither path nor method, so that it
    /// never looks at the signature.
    fn takes(
        &self,
        address: SocketAddr,
        question: &SignQuestion,
    ) -> Result<Option<Vec<Reading>>, MintError> {
        let fault = |what: &str| {
            let target = question.input.request.target.escape_ascii();
            MintError::Server { name: self.name.clone(), what: format!("{target}: {what}") }
        };
        let signed = readings(question).ok_or_else(|| fault("the reference cannot sign it"))?;
        let asked = |request| ask(address, &on_the_wire(request), Limits::default());
        let wrong = asked(&signed.wrong);
        match wrong.as_ref().map(|answer| answer.status) {
            Ok(404 | 405) => return Ok(None),
            Ok(..400) => return Err(fault("it accepts a wrong signature")),
            _ => {}
        }
        let takes = signed.each.iter().filter(|(_, request)| is_taken(&asked(request), &wrong));
        Ok(Some(takes.map(|(reading, _)| *reading).collect()))
    }
}

/// Whether a signature was right, by the answer to it and to a wrong one. A server may refuse the
/// request itself, before it looks at the signature or after: in the second case the answers differ.
fn is_taken(answer: &Result<Answer, AskError>, wrong: &Result<Answer, AskError>) -> bool {
    let Ok(answer) = answer else { return false };
    let is_refusal =
        answer.status == 403 || answer.code.as_deref() == Some("SignatureDoesNotMatch");
    !is_refusal && !wrong.as_ref().is_ok_and(|wrong| wrong.is_like(answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_taken_if_the_answer_is_not_that_to_a_wrong_one() {
        let answer = |status, code: &str| {
            Ok(Answer { status, code: Some(code.to_owned()), body: Vec::new() })
        };
        let mismatch = || answer(403, "SignatureDoesNotMatch");
        assert!(is_taken(&answer(404, "NoSuchKey"), &mismatch()));
        assert!(is_taken(&answer(400, "InvalidArgument"), &mismatch()));
        assert!(!is_taken(&mismatch(), &mismatch()));
        assert!(!is_taken(&answer(403, "AccessDenied"), &mismatch()));
        assert!(!is_taken(&answer(400, "InvalidURI"), &answer(400, "InvalidURI")));
        assert!(!is_taken(&Err(AskError::Closed), &mismatch()));
        assert!(is_taken(&answer(404, "NoSuchKey"), &Err(AskError::Closed)));
    }
}
