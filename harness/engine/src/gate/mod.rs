//! A signer of your own project as a test of that project: in process, without a command line.
//!
//! With this crate as a dev-dependency, implement [`Signer`], and write one test. If the signer is wrong,
//! the test fails with a message that names the mistake:
//!
//! ```
//! use hmac::{Hmac, KeyInit as _, Mac as _};
//! use sha2::{Digest as _, Sha256};
//! use sigv4_conformance::gate::{Gate, Refusal, SentRequest, SignQuestion, SignedAnswer, Signer};
//!
//! struct MySigner;
//!
//! impl Signer for MySigner {
//!     fn sign(&mut self, asked: &SignQuestion) -> Result<SignedAnswer, Refusal> {
//!         // Here you call your signer. This one only signs `GET /`, and refuses everything else.
//!         let (input, request) = (&asked.input, &asked.input.request);
//!         let [(name, host)] = &request.headers[..] else {
//!             return Err(Refusal::Unrepresentable("it signs one header".into()));
//!         };
//!         if !name.eq_ignore_ascii_case(b"host") || &request.target[..] != b"/" || !request.body.is_empty() {
//!             return Err(Refusal::Unrepresentable("it signs `/`, without a body".into()));
//!         }
//!         let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
//!         let hash = |bytes: &[u8]| hex(&Sha256::digest(bytes));
//!         let (method, host, time) = (text(&request.method), text(host), input.time.to_string());
//!         let (region, service) = (text(&input.region), text(&input.service));
//!         let canonical = format!(
//!             "{method}\n/\n\nhost:{host}\nx-amz-date:{time}\n\nhost;x-amz-date\n{}", hash(b""));
//!         let scope = format!("{}/{region}/{service}/aws4_request", &time[..8]);
//!         let string_to_sign =
//!             format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", hash(canonical.as_bytes()));
//!         let mut key = [b"AWS4", &input.credentials.secret_access_key[..]].concat();
//!         for part in [&time[..8], &region, &service, "aws4_request", &string_to_sign] {
//!             let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
//!             mac.update(part.as_bytes());
//!             key = mac.finalize().into_bytes().to_vec();
//!         }
//!         let authorization = format!(
//!             "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders=host;x-amz-date, Signature={}",
//!             text(&input.credentials.access_key_id), hex(&key));
//!         let mut headers = request.headers.clone();
//!         headers.push(("X-Amz-Date".into(), time.into()));
//!         headers.push(("Authorization".into(), authorization.into()));
//!         Ok(SentRequest {
//!             method: request.method.clone(), target: request.target.clone(), headers, body: None,
//!         }.into())
//!     }
//! }
//!
//! fn hex(bytes: &[u8]) -> String {
//!     bytes.iter().map(|byte| format!("{byte:02x}")).collect()
//! }
//!
//! // In a test: #[test] fn conforms() { ... }
//! Gate::new("my-signer").filter("official/*/get-vanilla").check(&mut MySigner);
//! ```
//!
//! A vector that needs what the [`Gate`] does not declare is not asked, and one that the signer refuses is
//! skipped. The run passes if every other answer is right, and at least one request was signed.
//!
//! With the feature `libtest`, `Gate::main` makes a test target without Cargo's harness, in which every
//! vector is a test with a name.

#[cfg(feature = "libtest")]
mod named;
mod plugged;
mod report;

use std::fs;
use std::io;
use std::path::PathBuf;

use sigv4_protocol::{Clock, Identity, Mode, Side, lines};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::Case;

use crate::expectations::{ExpectationError, Expectations};
use crate::log::{Event, RunLog, RunResult};
use crate::run::{Observer, Plan, run};
use crate::selection::{Pattern, PatternError, Selection};
use plugged::Plugged;
use report::Report;

pub use plugged::{Refusal, Signer};
pub use sigv4_protocol::{Role, SentRequest, SignQuestion, SignedAnswer, StagesShown};
pub use sigv4_vectors::Bytes;
pub use sigv4_vectors::model::{Need, Payload, Placement, Profile};

/// What a signer can do, which vectors it is asked, and what is known to fail.
#[derive(Clone, Debug)]
pub struct Gate {
    identity: Identity,
    filters: Vec<String>,
    known_failures: Option<PathBuf>,
}

/// Why nothing was run.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// An invalid list of known failures.
    #[error(transparent)]
    Expectations(#[from] ExpectationError),
    /// A list of known failures that cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A filter that is not a glob.
    #[error(transparent)]
    Filter(#[from] PatternError),
    /// Filters that match no vector: such a test would pass by accident.
    #[error("{0} matches no vector: `sigv4-conformance vectors list` shows all ids")]
    NothingSelected(String),
}

impl Gate {
    /// A gate for a signer of this name that signs requests in a header, for S3 and for all other services,
    /// and has no optional feature.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let identity = Identity {
            protocol: lines::VERSION,
            name: name.to_owned(),
            version: String::new(),
            language: "Rust".to_owned(),
            roles: vec![Role::SignHeader],
            profiles: Profile::ALL.to_vec(),
            features: Vec::new(),
            clock: Clock::Given,
            mode: Mode::Stream,
        };
        Self { identity, filters: Vec::new(), known_failures: None }
    }

    /// What it does, instead of [`Role::SignHeader`]: also [`Role::SignQuery`] if it makes presigned URLs, and
    /// [`Role::SignSequence`] if one signer is used for several requests.
    #[must_use]
    pub fn roles(mut self, roles: &[Role]) -> Self {
        self.identity.roles = roles.to_vec();
        self
    }

    /// The rules for paths that it knows, instead of all.
    #[must_use]
    pub fn profiles(mut self, profiles: &[Profile]) -> Self {
        self.identity.profiles = profiles.to_vec();
        self
    }

    /// What it can hold and do beyond the plain case. Only what is listed has to be right.
    #[must_use]
    pub fn features(mut self, features: &[Need]) -> Self {
        self.identity.features = features.to_vec();
        self
    }

    /// Asks only vectors whose id matches this glob, or that of another call. `*` crosses slashes; a pattern
    /// without a slash is also compared with the last part of the id.
    #[must_use]
    pub fn filter(mut self, glob: &str) -> Self {
        self.filters.push(glob.to_owned());
        self
    }

    /// The list of known failures, a file such as `sigv4-conformance.toml`. It is checked strictly: an
    /// entry that no longer holds fails the run.
    #[must_use]
    pub fn known_failures(mut self, file: impl Into<PathBuf>) -> Self {
        self.known_failures = Some(file.into());
        self
    }

    /// Asks the signer all selected vectors.
    ///
    /// # Errors
    /// [`GateError`]: nothing was run. Whether the signer conforms is in the footer of the log.
    pub fn run(&self, signer: &mut dyn Signer) -> Result<RunLog, GateError> {
        self.run_cases(signer, &self.selected()?, !self.filters.is_empty())
    }

    /// Passes if the signer conforms, or fails only as listed; for a `#[test]`.
    ///
    /// # Panics
    /// If it does not, with the mistakes that it makes, or if nothing was run.
    #[track_caller]
    pub fn check(&self, signer: &mut dyn Signer) {
        match self.run(signer) {
            Err(error) => panic!("{error}"),
            Ok(log) if log.footer.result == RunResult::AsExpected => {}
            Ok(log) => panic!("{}", Report(&log)),
        }
    }

    fn run_cases(
        &self,
        signer: &mut dyn Signer,
        cases: &[&Case],
        partial: bool,
    ) -> Result<RunLog, GateError> {
        let expectations = self.expectations()?;
        expectations.check_subject(&self.identity.name)?;
        let plan = Plan {
            side: Side::Signer,
            vectors: Vectors::embedded(),
            cases,
            partial,
            expectations: &expectations,
            own_keys: false,
            invocation: &[],
        };
        let mut events = Events(Vec::new());
        run(&mut Plugged { identity: self.identity.clone(), signer }, &plan, &mut events, &|| ());
        // A run begins with a header and ends with a footer, whatever happens in between.
        let mut log = RunLog::of(events.0).expect("a complete run");
        log.put_in_order();
        Ok(log)
    }

    /// The cases that the filters take.
    fn selected(&self) -> Result<Vec<&'static Case>, GateError> {
        let cases = self.selection()?.cases(Vectors::embedded());
        if cases.is_empty() {
            return Err(GateError::NothingSelected(self.filters.join(" or ")));
        }
        Ok(cases)
    }

    fn selection(&self) -> Result<Selection, GateError> {
        let filters = self.filters.iter().map(|filter| Pattern::new(filter));
        Ok(Selection {
            filters: filters.collect::<Result<_, _>>()?,
            side: Some(Side::Signer),
            ..Selection::default()
        })
    }

    fn expectations(&self) -> Result<Expectations, GateError> {
        let Some(path) = &self.known_failures else { return Ok(Expectations::default()) };
        let text = fs::read_to_string(path)
            .map_err(|source| GateError::File { path: path.clone(), source })?;
        Ok(Expectations::parse(Side::Signer, &path.display().to_string(), &text)?)
    }
}

/// Keeps what happens.
struct Events(Vec<Event>);

impl Observer for Events {
    fn event(&mut self, event: &Event) {
        self.0.push(event.clone());
    }
}
