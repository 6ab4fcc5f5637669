//! A server as a subject: it is asked the requests themselves, and what it stores is read back.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use sigv4_protocol::{Answer, Clock, Identity, Mode, Question, Role, lines};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Case, Need, Profile, Request, VerificationInput};

use super::answer::Answer as Reply;
use super::ask::{AskError, Limits, ask, on_the_wire};
use super::running::Server;
use crate::forge::{Setting, server_cases, signed_request};
use crate::subject::{Fault, FaultKind, Leaving, Subject};

/// What the objects that are read hold.
const CONTENT: &[u8] = b"Welcome to Amazon S3.";

/// How long a server that answers already may take until it knows its key and has its bucket.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(200);

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
}

/// Why a server cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// It gives no answer.
    #[error("{address}: {source}")]
    Silent {
        /// Where.
        address: SocketAddr,
        /// What happened.
        source: AskError,
    },
    /// It refuses what is right, so that its refusals show nothing.
    #[error("{address}: {what}: expected success, got {status}{code}", code = shown(code.as_ref()))]
    Refused {
        /// Where.
        address: SocketAddr,
        /// What was tried.
        what: &'static str,
        /// The status.
        status: u16,
        /// The code of the error.
        code: Option<String>,
    },
}

fn shown(code: Option<&String>) -> String {
    code.map(|code| format!(" {code}")).unwrap_or_default()
}

impl ServerSubject {
    /// Makes the bucket if it is not there, and puts the objects there that the requests read.
    ///
    /// # Errors
    /// [`ControlError`]: the server does not answer, or refuses plain requests of this key.
    pub fn prepare(
        name: &str,
        version: &str,
        address: SocketAddr,
        setting: Setting,
        limits: Limits,
    ) -> Result<Self, ControlError> {
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
        let mut subject =
            Self { identity, address, setting, limits, made: Vec::new(), hosted: None };
        let deadline = Instant::now() + PATIENCE;
        loop {
            match subject.control() {
                Ok(()) => return Ok(subject),
                Err(error) if Instant::now() >= deadline => return Err(error),
                Err(_) => std::thread::sleep(PAUSE),
            }
        }
    }

    /// The same for a server that ends with the run.
    #[must_use]
    pub fn hosted(self, server: Server) -> Self {
        Self { hosted: Some(server), ..self }
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
        for name in ["s3-get", "s3-presigned"] {
            let path = format!("{}/{name}", self.setting.folder);
            let reply = self.signed("PUT", &path, CONTENT).map_err(|source| self.silent(source))?;
            if !is_success(&reply) {
                return Err(refused("PUT of an object", reply));
            }
            self.made.push(path.clone());
            let reply = self.signed("GET", &path, b"").map_err(|source| self.silent(source))?;
            if !is_success(&reply) || reply.body != CONTENT {
                return Err(refused("GET of the object that was put", reply));
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
        let object = object_of(&self.setting, request);
        if let Some(path) = &object {
            // What an earlier request wrote would be taken for what this one did.
            let _ = self.signed("DELETE", path, b"");
            if !self.made.contains(path) {
                self.made.push(path.clone());
            }
        }
        let reply = match self.send(request) {
            Ok(reply) => reply,
            Err(error @ AskError::Connect { .. }) => {
                return Err(FaultKind::Unreachable { problem: error.to_string() }.into());
            }
            Err(error) => return Ok(Answer::error(error.to_string())),
        };
        let words = format!("{}{}", reply.status, shown(reply.code.as_ref()));
        if reply.status >= 500 && reply.status != 501 {
            return Ok(Answer::error(words));
        }
        let is_accepted = is_success(&reply) || self.is_past_authentication(request, &reply);
        let stored = object.and_then(|path| {
            let reply = self.signed("GET", &path, b"").ok()?;
            is_success(&reply).then_some(reply.body)
        });
        Ok(match (is_accepted, stored) {
            (false, Some(_)) => {
                Answer::error(format!("{words}, and the object is stored all the same"))
            }
            (false, None) => Answer::Reject { reason: words, detail: String::new() },
            (true, Some(stored)) if !is_what_was_sent(request, &stored) => {
                let length = stored.len();
                let detail = format!("{words}, and something else is stored ({length} bytes)");
                Answer::error(detail)
            }
            (true, _) => Answer::Accept,
        })
    }

    /// Whether a refusal comes after the signature was found right: with a wrong one, it is another.
    fn is_past_authentication(&self, request: &Request, reply: &Reply) -> bool {
        let tells = matches!(reply.status, 206 | 304 | 404 | 405 | 412 | 416 | 501)
            || reply.code.as_ref().is_some_and(|code| AFTER_AUTHENTICATION.contains(&&code[..]));
        tells
            && with_wrong_signature(request)
                .is_some_and(|wrong| self.send(&wrong).is_ok_and(|wrong| !wrong.is_like(reply)))
    }
}

fn is_success(reply: &Reply) -> bool {
    (200..300).contains(&reply.status)
}

/// The object that a request writes, if it writes one.
fn object_of(setting: &Setting, request: &Request) -> Option<String> {
    if request.method == Bytes::from("POST") {
        return Some(format!("/{}/user/jane/photo.jpg", setting.bucket));
    }
    let path = request.target.split(|byte| *byte == b'?').next().unwrap_or_default();
    let path = str::from_utf8(path).ok()?;
    let is_own = path.starts_with(&format!("{}/", setting.folder)) && !path.contains("..");
    (request.method == Bytes::from("PUT") && is_own).then(|| path.to_owned())
}

/// Whether what is stored is the body, without its frames.
fn is_what_was_sent(request: &Request, stored: &[u8]) -> bool {
    let header = |wanted: &str| {
        let mut headers = request.headers.iter();
        let found = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted.as_bytes()));
        found.map(|(_, value)| value.trim_ascii().to_vec())
    };
    let is_copy = header("x-amz-copy-source").is_some();
    let is_form = request.method == Bytes::from("POST");
    let is_framed = header("x-amz-content-sha256").is_some_and(|it| it.starts_with(b"STREAMING-"));
    if is_copy || is_form {
        return true;
    }
    if is_framed {
        // The frames are never data.
        return memchr::memmem::find(stored, b"\r\n0").is_none()
            && memchr::memmem::find(stored, b"chunk-signature").is_none();
    }
    stored == &request.body[..]
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
                Question::Verify(question) => self.verify(&question.input),
                other => Ok(Answer::unsupported(other.in_words())),
            });
            answered();
        }
        replies
    }

    /// Removes what was written.
    fn finish(&mut self) -> Leaving {
        for path in std::mem::take(&mut self.made) {
            let _ = self.signed("DELETE", &path, b"");
        }
        self.hosted = None;
        Leaving::default()
    }
}
