//! Is the signature of a request right? The answer waits for the first step, which costs
//! microseconds. The second one, the search for the mistake, may cost a second.

use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use sigv4_reference::post::Refusal;
use sigv4_reference::post::{Form, Limits};
use sigv4_reference::verify::{Claim, Placement, Reason, Rejection, Verifier};
use sigv4_reference::{Request, Time, Workspace};
use sigv4_vectors::model;

use super::answers::Correct;
use super::head::values;
use super::keys::{Key, Keys};
use super::parameters::Parameters;
use super::verdict::Verdict;
use crate::explain::{
    BUILT_IN, Circumstances, Computed, Concealed, Explanation, FieldRequest, Reach, Report, Server,
    ServiceRules, Stated, Way, computed, explain, in_s3_form, is_upload_form, question,
};
use crate::relatives::{Checked, Known, Outcome, Relative};
use crate::subject::convert::{headers, request as borrowed};

/// Who judges: the keys and the service that the endpoint stands for.
#[derive(Clone, Debug)]
pub(super) struct Judge {
    pub(super) keys: Keys,
    /// `None` for whichever service a request is signed for.
    pub(super) service: Option<String>,
    /// Where mistakes are looked for. All of rayon's own threads may be waiting for the endpoint.
    threads: Arc<ThreadPool>,
}

/// What is known of a request before its mistake is looked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Ruling {
    /// Nothing is left to look for, and the request is answered.
    Taken(Verdict),
    /// A server refuses it.
    Refused(Rejection),
    /// A server refuses the form.
    RefusedForm {
        /// What is wrong.
        verdict: Verdict,
        /// What the server says.
        refusal: Refusal,
    },
}

impl Judge {
    /// Takes as many threads as rayon has.
    ///
    /// # Errors
    /// A system that refuses threads.
    pub(super) fn new(keys: Keys, service: Option<String>) -> Result<Self, ThreadPoolBuildError> {
        let count = rayon::current_num_threads();
        let threads = ThreadPoolBuilder::new()
            .num_threads(count)
            .thread_name(|_| "capture-judge".to_owned())
            .build()?;
        Ok(Self { keys, service, threads: Arc::new(threads) })
    }

    /// Decides whether a request is answered.
    pub(super) fn rule(&self, request: &model::Request, now: Time) -> Ruling {
        if is_upload_form(request) {
            return self.rule_form(request, now);
        }
        if let Some(relative) = Relative::of(request) {
            return self.rule_related(relative, request, now);
        }
        if !is_sigv4(request) {
            return Ruling::Taken(Verdict::Unsigned);
        }
        let mut rejection = match self.verify(request, now) {
            Ok(claim) => {
                // S3 API Reference, "Signature Calculations for the Authorization Header".
                let payload_unstated = claim.placement == Placement::Header
                    && claim.service == b"s3"
                    && claim.content_sha256.is_none();
                let chunks_unchecked = false;
                return Ruling::Taken(Verdict::Right { chunks_unchecked, payload_unstated });
            }
            Err(rejection) => rejection,
        };
        // The verifier is for whole bodies; to explain one in chunks costs little more.
        let marker = values(request, "x-amz-content-sha256").next().unwrap_or_default();
        if rejection.reason == Reason::UnsupportedPayload
            && marker.starts_with(b"STREAMING-")
            && let Ok(report) = self.explain(request.clone(), now)
            && let Explanation::Right { reach } = report.explanation
        {
            let Some(problem) = report.problem() else {
                let chunks_unchecked = reach == Reach::Seed;
                let payload_unstated = false;
                return Ruling::Taken(Verdict::Right { chunks_unchecked, payload_unstated });
            };
            rejection.reason = Reason::SignatureMismatch;
            rejection.detail = problem.to_owned().into();
        }
        Ruling::Refused(rejection)
    }

    fn rule_related(&self, relative: Relative, request: &model::Request, now: Time) -> Ruling {
        match self.check_related(relative, request, now).rejection {
            Some(rejection) => return Ruling::Refused(rejection),
            None if relative.is_legacy() => {
                return Ruling::Taken(Verdict::Legacy { scheme: relative.name() });
            }
            None => {}
        }
        let marker = values(request, "x-amz-content-sha256").next().unwrap_or_default();
        let is_stream = marker.starts_with(b"STREAMING-");
        if is_stream
            && let Ok(report) = self.explain(request.clone(), now)
            && let Some(problem) = report.problem()
        {
            let problem = problem.to_owned();
            return Ruling::Refused(Rejection::new(Reason::SignatureMismatch, problem));
        }
        // Those of SigV4A were.
        let chunks_unchecked = is_stream && relative != Relative::V4a;
        Ruling::Taken(Verdict::Right { chunks_unchecked, payload_unstated: false })
    }

    /// Finds out what is wrong with a request that was refused at `now`. Session tokens are shortened.
    pub(super) fn examine(
        &self,
        request: &model::Request,
        now: Time,
        rejection: &Rejection,
    ) -> Verdict {
        let concealed = Concealed::of(request, &self.key_of(request).secret_access_key);
        self.found(request, now, rejection).concealing(&concealed)
    }

    fn found(&self, request: &model::Request, now: Time, rejection: &Rejection) -> Verdict {
        if rejection.reason == Reason::UnknownAccessKey {
            return Verdict::UnknownKey { access_key_id: claimed_key(request) };
        }
        if let Some(relative) = Relative::of(request) {
            return self.found_related(relative, request, now, rejection);
        }
        match rejection.reason {
            Reason::MalformedAuthentication
            | Reason::MalformedRequest
            | Reason::MissingDate
            | Reason::MultipleAuthentications
            | Reason::UnsupportedAlgorithm => {
                return Verdict::Unreadable { detail: rejection.to_string() };
            }
            _ => {}
        }
        let report = match self.explain(request.clone(), now) {
            Err(detail) => return Verdict::Unreadable { detail },
            Ok(report) => report,
        };
        let problem = report.problem().map(str::to_owned);
        match report.explanation {
            Explanation::Ways { mistaken, .. } if !mistaken.is_empty() => {
                Verdict::Mistaken { sets: mistaken }
            }
            Explanation::Ways { changed, .. } => Verdict::Changed { what: in_words(&changed) },
            Explanation::TargetAsSent { .. } => Verdict::Refused {
                reason: rejection.reason.code().to_owned(),
                detail: "the target is signed as it was sent, and S3 decodes it first".to_owned(),
            },
            Explanation::Missing { names } => {
                let what = format!("signed headers did not arrive: {}", names.join(", "));
                Verdict::Changed { what }
            }
            Explanation::OtherProfile { normalize, double_encode } => {
                Verdict::OtherProfile { normalize, double_encode }
            }
            Explanation::Unexplained { canonical_request, .. } => {
                Verdict::Unexplained { canonical_request }
            }
            _ => match problem {
                Some(detail) if rejection.reason == Reason::SignatureMismatch => {
                    let reason = rejection.reason.code().to_owned();
                    Verdict::Refused { reason, detail }
                }
                _ => Verdict::Refused {
                    reason: rejection.reason.code().to_owned(),
                    detail: rejection.detail.to_string(),
                },
            },
        }
    }

    fn found_related(
        &self,
        relative: Relative,
        request: &model::Request,
        now: Time,
        rejection: &Rejection,
    ) -> Verdict {
        let scheme = relative.name();
        match self.check_related(relative, request, now).outcome {
            Outcome::Wrong(cause) => Verdict::Related { scheme, what: Some(cause.what) },
            Outcome::Unexplained { .. } => Verdict::Related { scheme, what: None },
            Outcome::Unreadable => Verdict::Unreadable { detail: rejection.to_string() },
            Outcome::Refused | Outcome::Right => Verdict::Refused {
                reason: rejection.reason.code().to_owned(),
                detail: rejection.detail.to_string(),
            },
        }
    }

    /// What a correct signer computes for this request; nothing where it cannot be signed.
    pub(super) fn correct(&self, request: &model::Request, now: Time) -> Option<Correct> {
        let access_key_id = claimed_key(request);
        let key = self.keys.get(access_key_id.as_bytes())?;
        let sent = FieldRequest::from(self.as_read(request));
        let asked = question(&sent, &circumstances(key, now)).ok()?;
        let Computed { canonical_request, string_to_sign, .. } =
            computed(&asked, Stated::of(request));
        let signature_provided = claimed_signature(request);
        Some(Correct { access_key_id, signature_provided, canonical_request, string_to_sign })
    }

    /// The key that the request claims; the first one if that is unknown.
    pub(super) fn key_of(&self, request: &model::Request) -> &Key {
        let is_form = is_upload_form(request);
        let claimed = if is_form { form_key(request) } else { claimed_key(request) };
        self.keys.get(claimed.as_bytes()).unwrap_or_else(|| self.keys.first())
    }

    /// Why its signature does or does not match.
    pub(super) fn explain(&self, request: model::Request, now: Time) -> Result<Report, String> {
        let key = self.key_of(&request);
        let sent = FieldRequest::from(request);
        let report = self.threads.install(|| explain(&sent, &circumstances(key, now)));
        report.map_err(|error| error.to_string())
    }

    fn check_related(&self, relative: Relative, request: &model::Request, now: Time) -> Checked {
        let key = self.key_of(request);
        let known = Known {
            access_key_id: Some(key.access_key_id.as_bytes()),
            secret_access_key: &key.secret_access_key,
            session_token: Some(key.session_token.as_deref().unwrap_or_default()),
            now,
            window_seconds: None,
            profile: None,
        };
        self.threads.install(|| relative.check(request, &known))
    }

    /// The request with the target as the service reads it.
    fn as_read(&self, request: &model::Request) -> model::Request {
        let mut read = request.clone();
        let claimed = claimed_service(request);
        let service = self.service.as_ref().map_or(&claimed[..], String::as_bytes);
        if ServiceRules::of(service).is_s3() {
            read.target = in_s3_form(&read.target).into();
        }
        read
    }

    fn verify(&self, request: &model::Request, now: Time) -> Result<Claim, Rejection> {
        let headers = headers(request);
        let request = borrowed(request, &headers);
        let claim = Claim::parse(&request)?;
        let service = self.service.as_ref().map_or(&claim.service[..], String::as_bytes);
        let verifier = Verifier::new(now, &claim.region, service);
        let read = ServiceRules::of(service).is_s3().then(|| in_s3_form(request.target));
        let request = Request { target: read.as_deref().unwrap_or(request.target), ..request };
        verifier.verify(&mut Workspace::default(), &request, &self.keys)?;
        Ok(claim)
    }
}

/// The id of the key that a form names; empty where it names none.
pub(super) fn form_key(request: &model::Request) -> String {
    let content_type = values(request, "content-type").next().unwrap_or_default();
    let form = Form::parse(content_type, &request.body, Limits::default()).ok();
    let credential = form.and_then(|form| form.value("x-amz-credential"));
    let id = credential.and_then(|text| text.rsplitn(5, |byte| *byte == b'/').nth(4));
    String::from_utf8_lossy(id.unwrap_or_default()).into_owned()
}

/// What happened to a request on its way, in the likeliest case.
pub(super) fn in_words(ways: &[Way]) -> String {
    let happened = ways.first().map(|way| &way.happened[..]).unwrap_or_default();
    let each = happened.iter().map(|one| format!("{}: {}", one.change.id, one.what));
    each.collect::<Vec<_>>().join("; ")
}

fn circumstances(key: &Key, now: Time) -> Circumstances<'_> {
    Circumstances {
        secret_access_key: Some(&key.secret_access_key),
        now,
        window_seconds: None,
        profile: None,
        services: &BUILT_IN,
        server: Server::default(),
        document: None,
    }
}

/// Whether a request is signed with `AWS4-HMAC-SHA256`, or was meant to be.
fn is_sigv4(request: &model::Request) -> bool {
    if let Some(value) = values(request, "authorization").next() {
        return value.starts_with(b"AWS4");
    }
    let query = Parameters::of_target(&request.target);
    query.has("X-Amz-Signature") || query.has("X-Amz-Algorithm")
}

/// The service that a request is signed for; empty where it names none.
pub(super) fn claimed_service(request: &model::Request) -> Vec<u8> {
    let headers = headers(request);
    Claim::parse(&borrowed(request, &headers)).map(|claim| claim.service).unwrap_or_default()
}

/// The id of the key that a request names; empty where it names none.
fn claimed_key(request: &model::Request) -> String {
    if let Some(relative) = Relative::of(request) {
        return String::from_utf8_lossy(&relative.access_key_id(request)).into_owned();
    }
    let headers = headers(request);
    let request: Request<'_> = borrowed(request, &headers);
    Claim::parse(&request)
        .map(|claim| String::from_utf8_lossy(&claim.access_key_id).into_owned())
        .unwrap_or_default()
}

/// The signature that a request carries, in hexadecimal; empty where it carries none.
fn claimed_signature(request: &model::Request) -> String {
    let headers = headers(request);
    Claim::parse(&borrowed(request, &headers))
        .map(|claim| claim.signature.to_string())
        .unwrap_or_default()
}
