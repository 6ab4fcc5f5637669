//! A server as a subject: it is asked the requests themselves, and what it stores is read back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sigv4_protocol::{Answer, Clock, Identity, Mode, Question, Role, lines};
use sigv4_reference::Time;
use sigv4_vectors::model::{Case, Need, Profile, Request, VerificationInput};
use sigv4_vectors::{Bytes, text};

use super::answer::Answer as Reply;
use super::ask::{AskError, Limits, ask, on_the_wire};
use super::at_once::{Ruling, mixed_up};
use super::control::{ControlError, shown};
use super::running::Server;
use super::stored;
use crate::forge::{Setting, server_cases, signed_request};
use crate::subject::{Fault, FaultKind, Leaving, Subject};

/// The objects that are read.
const READ: [&str; 2] = ["s3-get", "s3-presigned"];
/// What they hold.
const CONTENT: &[u8] = b"Welcome to Amazon S3.";

/// How long a server that answers already may take until it knows its key and has its bucket.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(200);

/// After how many requests without an answer a server is asked whether it is there at all.
const SILENT: u32 = 3;

/// Codes that only a request with a right signature gets, unless a wrong one gets them too.
const AFTER_AUTHENTICATION: [&str; 6] = [
    "InvalidRange",
    "NoSuchKey",
    "NoSuchUpload",
    "NoSuchVersion",
    "NotImplemented",
    "PreconditionFailed",
];

/// A server that verifies signatures, behind the trait of all subjects.
#[derive(Debug)]
pub struct ServerSubject {
    identity: Identity,
    address: SocketAddr,
    setting: Setting,
    limits: Limits,
    /// Objects that may be there, to be removed at the end.
    made: Vec<String>,
    /// The server, if it is to end with the run.
    hosted: Option<Server>,
    /// How many requests in a row got no answer.
    unanswered: u32,
    /// Why nothing is asked any more.
    given_up: Option<String>,
    /// Set from outside to end early.
    stop: Arc<AtomicBool>,
}

impl ServerSubject {
    /// The server at an address, which runs already. What the requests write that it will be `asked` must not be
    /// there yet.
    ///
    /// # Errors
    /// [`ControlError`]: the server does not answer, refuses plain requests of this key, or has an object that
    /// would be overwritten.
    pub fn running(
        address: SocketAddr,
        setting: Setting,
        limits: Limits,
        asked: &[Case],
    ) -> Result<Self, ControlError> {
        let mut subject = Self::new(&address.to_string(), "", address, setting, limits);
        subject.check_free(asked)?;
        if let Err(error) = subject.control() {
            subject.finish();
            return Err(error);
        }
        Ok(subject)
    }

    /// A server that was started for the run and ends with it. It may take a while until it knows its key and
    /// has its bucket.
    ///
    /// # Errors
    /// [`ControlError`]: the server does not answer, or refuses plain requests of this key.
    pub fn hosted(
        (name, version): (&str, &str),
        server: Server,
        setting: Setting,
        limits: Limits,
    ) -> Result<Self, ControlError> {
        let mut subject = Self::new(name, version, server.address(), setting, limits);
        subject.hosted = Some(server);
        let deadline = Instant::now() + PATIENCE;
        loop {
            match subject.control() {
                Ok(()) => return Ok(subject),
                Err(error) if Instant::now() >= deadline || error.is_final() => return Err(error),
                Err(_) if subject.hosted.as_ref().is_some_and(Server::has_ended) => {
                    return Err(ControlError::Ended { address: subject.address });
                }
                Err(_) => std::thread::sleep(PAUSE),
            }
        }
    }

    fn new(
        name: &str,
        version: &str,
        address: SocketAddr,
        setting: Setting,
        limits: Limits,
    ) -> Self {
        let identity = Identity {
            protocol: lines::VERSION,
            name: name.to_owned(),
            version: version.to_owned(),
            language: String::new(),
            roles: vec![Role::Verify],
            profiles: vec![Profile::S3],
            features: Need::ALL.to_vec(),
            clock: Clock::Given,
            mode: Mode::Stream,
        };
        Self {
            identity,
            address,
            setting,
            limits,
            made: Vec::new(),
            hosted: None,
            unanswered: 0,
            given_up: None,
            stop: Arc::default(),
        }
    }

    /// What ends the run early once it is set: nothing more is asked, and what was written is removed.
    #[must_use]
    pub fn stop(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }

    /// Makes sure that no object is there that the requests would write.
    fn check_free(&self, asked: &[Case]) -> Result<(), ControlError> {
        let mut paths: Vec<String> = READ.map(|name| self.path_of(name)).to_vec();
        for case in asked {
            if let Some(verification) = case.verification() {
                paths.extend(stored::written(&self.setting, &verification.input.request));
                paths.extend(stored::read(&self.setting, &verification.input.request));
            }
        }
        paths.sort();
        paths.dedup();
        for path in paths {
            let reply = self.signed("GET", &path, b"").map_err(|source| self.silent(source))?;
            if is_ok(&reply) {
                return Err(ControlError::Occupied { address: self.address, path });
            }
        }
        Ok(())
    }

    fn path_of(&self, name: &str) -> String {
        format!("{}/{name}", self.setting.folder)
    }

    /// The requests that it is asked.
    #[must_use]
    pub fn cases(&self) -> Vec<Case> {
        server_cases(&self.setting.now_on())
    }

    /// The bucket, and an object for each base, which is then read.
    fn control(&mut self) -> Result<(), ControlError> {
        let bucket = format!("/{}", self.setting.bucket);
        // It may be there already: whether it is, the objects show.
        let _ = self.signed("PUT", &bucket, b"");
        let address = self.address;
        let refused = |what, reply: Reply| ControlError::Refused {
            address,
            what,
            status: reply.status,
            code: reply.code,
        };
        for name in READ {
            let path = self.path_of(name);
            let reply = self.signed("PUT", &path, CONTENT).map_err(|source| self.silent(source))?;
            if !is_ok(&reply) {
                return Err(refused("PUT of an object", reply));
            }
            self.made.push(path.clone());
            let reply = self.signed("GET", &path, b"").map_err(|source| self.silent(source))?;
            if !is_ok(&reply) {
                return Err(refused("GET of the object that was put", reply));
            }
            if reply.body != CONTENT {
                return Err(ControlError::OtherObject { address, length: reply.body.len() });
            }
        }
        self.made.sort();
        self.made.dedup();
        Ok(())
    }

    fn silent(&self, source: AskError) -> ControlError {
        ControlError::Silent { address: self.address, source }
    }

    /// Sends a right request.
    fn signed(&self, method: &str, path: &str, body: &[u8]) -> Result<Reply, AskError> {
        let setting = self.setting.now_on();
        self.send(&signed_request(&setting, method, path, body))
    }

    fn send(&self, request: &Request) -> Result<Reply, AskError> {
        ask(self.address, &on_the_wire(request), self.limits)
    }

    /// What the server makes of a request, and of what it writes.
    fn verify(&mut self, input: &VerificationInput) -> Result<Answer, Fault> {
        let request = &input.request;
        let written = stored::written(&self.setting, request);
        // What an earlier request wrote would be taken for what this one did.
        let tells = written.iter().all(|path| self.removed(path));
        if let Some(path) = stored::read(&self.setting, request) {
            // A server that does not bind the path has to find something at another one.
            self.put(&path);
        }
        let reply = match self.send(request) {
            Ok(reply) => reply,
            Err(error @ AskError::Connect { .. }) => {
                self.look_if_there();
                return Err(FaultKind::Unreachable { problem: error.to_string() }.into());
            }
            Err(error) => {
                self.look_if_there();
                return Ok(Answer::error(format!("nothing ({error})")));
            }
        };
        self.unanswered = 0;
        let words = format!("{}{}", reply.status, shown(reply.code.as_ref()));
        let stored = written.iter().map(|path| self.stored(path)).find(|it| *it != Stored::Nothing);
        let stored = stored.filter(|_| tells).unwrap_or(Stored::Nothing);
        self.restore(request);
        if reply.status >= 500 && reply.status != 501 {
            let all_the_same = if stored == Stored::Nothing {
                ""
            } else {
                ", and the object is stored all the same"
            };
            return Ok(Answer::error(format!("{words}{all_the_same}")));
        }
        let past = self.past_authentication(request, &reply);
        let is_accepted = is_success(request, &reply) || past == Past::Yes;
        Ok(match (is_accepted, stored) {
            (_, Stored::Unreadable(problem)) => {
                Answer::error(format!("{words}, and what is stored cannot be read ({problem})"))
            }
            (false, Stored::Object(_)) => {
                Answer::error(format!("{words}, and the object is stored all the same"))
            }
            (false, Stored::Nothing) if past == Past::Unverified => Answer::error(format!(
                "{words}, also with a wrong signature: it looks before it verifies"
            )),
            (false, Stored::Nothing) => Answer::Reject { reason: words, detail: String::new() },
            (true, Stored::Object(stored)) if !stored::is_what_was_sent(request, &stored) => {
                let length = stored.len();
                let detail = format!("{words}, and something else is stored ({length} bytes)");
                Answer::error(detail)
            }
            (true, _) => Answer::Accept,
        })
    }

    /// Removes an object. Returns whether it is gone.
    fn removed(&mut self, path: &str) -> bool {
        self.note(path);
        let _ = self.signed("DELETE", path, b"");
        self.stored(path) == Stored::Nothing
    }

    /// Puts an object there to be read.
    fn put(&mut self, path: &str) {
        if !READ.iter().any(|name| self.path_of(name) == path) {
            self.note(path);
            let _ = self.signed("PUT", path, CONTENT);
        }
    }

    /// Puts the objects that are read back, if the request may have changed them: a server that does not bind the
    /// method obeys a `DELETE` that was a `GET`.
    fn restore(&self, request: &Request) {
        let path = stored::own_path(&self.setting, request);
        let reads = stored::read(&self.setting, request).is_some();
        for name in READ {
            let own = self.path_of(name);
            if !reads && path.as_deref() == Some(&own) {
                let _ = self.signed("PUT", &own, CONTENT);
            }
        }
    }

    fn note(&mut self, path: &str) {
        if !self.made.iter().any(|known| known == path) {
            self.made.push(path.to_owned());
        }
    }

    /// What is stored at a path. A request that fails for another reason is sent once more.
    fn stored(&self, path: &str) -> Stored {
        let mut problem = String::new();
        for _ in 0..2 {
            match self.signed("GET", path, b"") {
                Ok(reply) if reply.status == 200 => return Stored::Object(reply.body),
                Ok(reply) if reply.status == 404 => return Stored::Nothing,
                Ok(reply) => problem = format!("{}{}", reply.status, shown(reply.code.as_ref())),
                Err(error) => problem = error.to_string(),
            }
        }
        Stored::Unreadable(problem)
    }

    /// Counts a request without an answer. A server that may have gone is asked a plain request; if that gets no
    /// answer either, nothing more is asked.
    fn look_if_there(&mut self) {
        self.unanswered += 1;
        if self.unanswered < SILENT {
            return;
        }
        let reply = self.signed("GET", &self.path_of(READ[0]), b"");
        match reply {
            Ok(_) => self.unanswered = 0,
            Err(error) => {
                let problem = format!(
                    "not asked: {} requests in a row and then a plain one got no answer ({error})",
                    self.unanswered
                );
                self.given_up = Some(problem);
            }
        }
    }

    /// Why a question that was made for this time is not sent.
    fn withheld(&self, time: &text::Time) -> Option<String> {
        let slack = self.setting.slack;
        let made = Time::parse(time.as_bytes()).map_or(i64::MIN, |time| time.unix_seconds());
        let is_late = self.setting.now_on().now.unix_seconds().saturating_sub(made) > slack;
        let late = || {
            format!(
                "not asked: after {slack} s the requests are no longer signed at the right time"
            )
        };
        let stopped = self.stop.load(Ordering::Relaxed);
        self.given_up
            .clone()
            .or_else(|| stopped.then(|| "not asked: interrupted".to_owned()))
            .or_else(|| is_late.then(late))
    }

    /// Whether a refusal comes after the signature was found right: with a wrong one, it is another.
    fn past_authentication(&self, request: &Request, reply: &Reply) -> Past {
        let tells = matches!(reply.status, 206 | 304 | 404 | 405 | 412 | 416 | 501)
            || reply.code.as_ref().is_some_and(|code| AFTER_AUTHENTICATION.contains(&&code[..]));
        let wrong = with_wrong_signature(request).filter(|_| tells);
        match wrong.map(|wrong| self.send(&wrong)) {
            Some(Ok(wrong)) if !wrong.is_like(reply) => Past::Yes,
            Some(Ok(_)) if reply.status == 404 => Past::Unverified,
            _ => Past::No,
        }
    }
}

/// Whether an answer shows that the signature was looked at.
#[derive(Clone, Copy, PartialEq)]
enum Past {
    /// A wrong signature is refused otherwise, so this one was right.
    Yes,
    No,
    /// A wrong signature gets the same, and no refusal.
    Unverified,
}

/// What is at a path.
#[derive(PartialEq)]
enum Stored {
    Nothing,
    Object(Vec<u8>),
    /// Neither is certain.
    Unreadable(String),
}

fn is_ok(reply: &Reply) -> bool {
    (200..300).contains(&reply.status)
}

fn is_success(request: &Request, reply: &Reply) -> bool {
    is_ok(reply) || (reply.status == 303 && request.method == Bytes::from("POST"))
}

/// The request with the last digit of its signature changed.
fn with_wrong_signature(request: &Request) -> Option<Request> {
    let changed = |text: &[u8]| {
        let at = memchr::memmem::rfind(text, b"Signature=")? + b"Signature=".len();
        let length = text[at..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let last = at + length.checked_sub(1)?;
        let mut text = text.to_vec();
        text[last] = if text[last] == b'0' { b'1' } else { b'0' };
        Some(Bytes::from(text))
    };
    let mut wrong = request.clone();
    if let Some(target) = changed(&request.target) {
        wrong.target = target;
        return Some(wrong);
    }
    let mut headers = wrong.headers.iter_mut();
    let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case(b"authorization"))?;
    *value = changed(value)?;
    Some(wrong)
}

impl Subject for ServerSubject {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn ask(
        &mut self,
        questions: &[Question],
        answered: &(dyn Fn() + Sync),
    ) -> Vec<Result<Answer, Fault>> {
        let mut replies = Vec::with_capacity(questions.len());
        for question in questions {
            replies.push(match question {
                Question::Verify(question) => match self.withheld(&question.input.time) {
                    Some(problem) => Err(FaultKind::Unreachable { problem }.into()),
                    None => self.verify(&question.input),
                },
                other => Ok(Answer::unsupported(other.in_words())),
            });
            answered();
        }
        replies
    }

    /// Few enough that they are asked before the time at which they were signed is over.
    fn at_once(&self) -> usize {
        16
    }

    fn mixes_up(&mut self) -> Option<String> {
        if self.given_up.is_some() || self.stop.load(Ordering::Relaxed) {
            return None;
        }
        // No two connections send the same request.
        let right = |number: usize| {
            let mut setting = self.setting.now_on();
            let seconds = i64::try_from(number / READ.len()).unwrap_or_default();
            let earlier = Time::from_unix_seconds(setting.now.unix_seconds() - seconds);
            setting.now = earlier.unwrap_or(setting.now);
            signed_request(&setting, "GET", &self.path_of(READ[number % READ.len()]), b"")
        };
        let ruling = |request: &Request| match self.send(request) {
            Ok(reply) if is_ok(&reply) => Ruling::Accepted,
            Ok(reply) if reply.status < 500 => Ruling::Rejected((reply.status, reply.code)),
            _ => Ruling::Neither,
        };
        mixed_up(right, |number| with_wrong_signature(&right(number)), ruling)
    }

    /// Removes what was written.
    fn finish(&mut self) -> Leaving {
        let mut left = std::mem::take(&mut self.made);
        if self.hosted.take().is_some() {
            // Its objects end with it.
            left.clear();
        } else if self.given_up.is_none() {
            left.retain(|path| {
                let reply = self.signed("DELETE", path, b"");
                !reply.is_ok_and(|reply| is_ok(&reply) || reply.status == 404)
            });
        }
        let remark = format!("the server may still have objects of this run: {}", left.join(", "));
        let remarks = if left.is_empty() { Vec::new() } else { vec![remark] };
        Leaving { remarks, ..Leaving::default() }
    }
}
