//! Why does this signature not match? Works from one request from the field, the secret and, if
//! available, the answer of the server.

mod answered;
mod bare;
mod broken;
mod cause;
mod change;
mod chunks;
mod circumstances;
mod cloudfront;
mod conceal;
mod curl;
mod documented;
mod endpoint;
mod error_document;
mod escapes;
mod explanation;
mod field_request;
mod form;
mod habits;
mod har;
mod http_body;
mod input;
mod keys;
mod likelihood;
mod lines;
mod parts;
mod question;
mod raw_http;
mod related;
mod remarks;
pub(crate) mod s3_form;
mod said;
mod sdk_log;
mod server;
mod service_table;
pub(crate) mod services;
mod sign_in;
mod signer_log;
mod splits;
mod stages;
mod suspects;
mod token;
mod transcript;
mod trial;
mod upload_form;
mod url;
mod usual_cause;
mod verbose;
mod words;

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};
use sigv4_mistakes::diagnose::{Depth, SuspectedSigner};
use sigv4_mistakes::model::Model;
use sigv4_mistakes::{Component as PartOfSigner, Mistake, MistakeSet};
use sigv4_protocol::hex::{self, hex};
use sigv4_protocol::{Sent, SentRequest, SignQuestion, SignedAnswer, Stage, StagesShown};
use sigv4_reference::SigningKey;
use sigv4_reference::sign::UNSIGNED_HEADERS;
use sigv4_vectors::model::{Payload, Placement};

use crate::judge::{Component, Difference};
use crate::relatives::Relative;

use change::{Received, Search, Signed};
use chunks::Chunks;
use suspects::Whose;
use trial::Step;

pub use bare::{BareAnswer, GivenAnswer};
pub use cause::Cause;
pub use change::policy::POLICY_CHANGES;
pub use change::{CHANGES, Change, Happened, Part, Way};
pub use circumstances::{Circumstances, Server};
pub use conceal::Concealed;
pub use curl::signing::CurlSigning;
pub use error_document::ErrorDocument;
pub use explanation::{Explanation, Reach, Remark, Report, Weight};
pub use field_request::{FieldRequest, Scheme, ServerAnswer, SignerLog};
pub use har::{EntrySummary, entries as har_entries};

pub use parts::{InputError, split_url};
#[cfg(feature = "capture")]
pub(crate) use question::of as question;
#[cfg(feature = "capture")]
pub(crate) use s3_form::target as in_s3_form;
pub use server::ServerSide;
pub use service_table::{BUILT_IN, ServiceTable};
pub use services::{PathRule, PayloadRule, SERVICES, ServiceRules, TokenRule};
pub use signer_log::SignerSide;
pub(crate) use stages::{Computed, Stated, computed};
pub use suspects::Suspect;
pub use trial::Trial;
pub(crate) use upload_form::{bucket as form_bucket, is_one as is_upload_form};
pub use words::{Block, Finding, Point, Tone};

/// Explains the signature of `sent`.
///
/// # Errors
/// A request without a signature, or with one that cannot be read.
pub fn explain(
    sent: &FieldRequest,
    circumstances: &Circumstances<'_>,
) -> Result<Report, InputError> {
    explain_watched(sent, circumstances, &Trial::default())
}

/// The same, for those who want to say meanwhile what is tried.
///
/// # Errors
/// A request without a signature, or with one that cannot be read.
pub fn explain_watched(
    sent: &FieldRequest,
    circumstances: &Circumstances<'_>,
    trial: &Trial,
) -> Result<Report, InputError> {
    if let Some(signing) = &sent.unsigned {
        return Ok(Report::of(Explanation::SignedByCurl(signing.clone()), sent));
    }
    if upload_form::is_one(&sent.request) {
        return upload_form::explain(sent, circumstances);
    }
    broken::refuse_escaped_separators(&sent.request)?;
    if let Some(relative) = Relative::of(&sent.request) {
        return related::report(relative, sent, circumstances);
    }
    broken::refuse_missing_parts(&sent.request)?;
    let asked = question::of(sent, circumstances).map_err(|error| {
        let request = &sent.request;
        broken::cause(request).or_else(|| broken::lost_time(request)).unwrap_or(error)
    })?;
    let (_, authentication) = question::authentication(&sent.request)?;
    let signed = parts::listed(&authentication.signed_headers).into_iter();
    let stated = Stated::of(&sent.request);
    let mut scene = Scene {
        sent,
        circumstances,
        rules: circumstances.services.of(&asked.input.service),
        stated,
        received: Received {
            request: &sent.request,
            signed: signed.map(<[u8]>::to_ascii_lowercase).collect(),
            payload: stages::payload_line(&asked, stated),
            is_body_hashed: asked.input.payload == Payload::Signed
                && parts::header(&sent.request, "x-amz-content-sha256").is_none(),
            file: sent.file.as_deref(),
        },
        signature: authentication.signature,
        chunks: Chunks::Unchecked,
        asked,
        trial,
    };
    scene.accept_appended_token();
    let explanation = if circumstances.secret_access_key.is_some() {
        scene.chunks = Chunks::of(&scene);
        scene.not_a_signature().unwrap_or_else(|| scene.explanation())
    } else {
        scene.without_secret()
    };
    // Without a signed header what the server computed cannot be compared with a right text.
    let is_whole = scene.received.missing().next().is_none();
    let server = if is_whole { scene.server() } else { None };
    let logged = scene.logged();
    let suspects = scene.suspects(&explanation, server.as_ref(), logged.as_ref());
    let mut report = Report { explanation, server, signer: logged, suspects, remarks: Vec::new() };
    report.remarks = remarks::of(&scene, &report);
    Ok(report)
}

/// A request with everything that its explanation needs.
struct Scene<'e> {
    sent: &'e FieldRequest,
    circumstances: &'e Circumstances<'e>,
    rules: ServiceRules<'e>,
    /// The request before it was signed, with the target in the form that the service computes.
    asked: SignQuestion,
    stated: Option<Stated<'e>>,
    received: Received<'e>,
    signature: Vec<u8>,
    chunks: Chunks,
    trial: &'e Trial,
}

impl Scene<'_> {
    /// Some services want the token of a presigned URL appended after signing, and the URL does not
    /// say which was done: where it was, the question is put that way.
    fn accept_appended_token(&mut self) {
        let is_presigned = self.asked.placement == Placement::Query;
        if is_presigned && self.rules.token == TokenRule::Appended {
            let mut appended = self.asked.clone();
            appended.input.session_token_signed = false;
            if self.is_right(&appended) {
                self.asked = appended;
            }
        }
    }

    fn explanation(&self) -> Explanation {
        let is_whole = self.received.missing().next().is_none();
        let reach = match self.stated {
            Some(Stated::Stream(_)) => Reach::Seed,
            _ => Reach::Whole,
        };
        if is_whole && self.is_right(&self.asked) {
            // The hash that is stated was signed; if the body was not changed, a mistake may say
            // where it comes from.
            let is_changed = self.signed_body().is_some_and(|(original, _)| !original.is_empty());
            let mistaken = match self.stated {
                Some(Stated::Other(_)) if !is_changed && !self.is_body_hidden() => {
                    self.mistakes(&SuspectedSigner::of(&self.asked), Depth::Singles)
                }
                _ => Vec::new(),
            };
            if mistaken.iter().all(|set| set.is_empty()) {
                if let Some(problem) = remarks::misstated(self) {
                    return Explanation::Misstated { problem };
                }
                let reach = match self.chunks {
                    Chunks::Right { is_signed: true } => Reach::Chunks,
                    Chunks::Right { is_signed: false } => Reach::UnsignedChunks,
                    Chunks::Wrong { .. } => Reach::Headers,
                    Chunks::Unchecked => reach,
                };
                return Explanation::Right { reach };
            }
            return self.ways(Vec::new(), mistaken);
        }
        let mut bodiless = self.asked.clone();
        bodiless.input.request.body = "".into();
        let signer = |question: &SignQuestion, payload: &[u8]| self.signed(question, payload);
        self.trial.begin(Step::Change);
        let search = (!self.is_huge())
            .then(|| Search::new(&self.received, &bodiless, &self.signature, &signer));
        let alone = search.as_ref().and_then(Search::alone);
        if is_whole {
            // A mistake that reads the secret in another form is the same said with less.
            if let Some(way) = alone.as_ref().filter(|way| way.changes(Part::Secret)) {
                return self.ways(vec![way.clone()], Vec::new());
            }
            if let Some(explanation) = self.as_sent() {
                return explanation;
            }
            self.trial.begin(Step::Mistake);
            let mistaken = self.mistakes(&self.suspect(&self.asked, None), Depth::Singles);
            if !mistaken.is_empty() {
                return self.ways(alone.into_iter().collect(), mistaken);
            }
            if let Some((normalize, double_encode)) = self.other_profile() {
                return Explanation::OtherProfile { normalize, double_encode };
            }
        }
        self.trial.begin(Step::Changes);
        if let Some(way) = alone.or_else(|| search.as_ref()?.pair()) {
            return self.ways(vec![way], Vec::new());
        }
        let mistaken = |mistake, question: &SignQuestion, payload: Option<&[u8]>| {
            self.mistaken(mistake, question, payload)
        };
        self.trial.begin(Step::ChangeAndMistake);
        let changed = search.map(|search| search.with_mistakes(&bodiless, &mistaken));
        let changed = changed.unwrap_or_default();
        // Two mistakes are as likely as a change and a mistake.
        self.trial.begin(Step::Mistakes);
        let mistaken = if is_whole && !self.is_long() {
            self.mistakes(&self.suspect(&self.asked, None), Depth::Pairs)
        } else {
            Vec::new()
        };
        if !changed.is_empty() || !mistaken.is_empty() {
            return self.ways(changed, mistaken);
        }
        let unexplained =
            || Explanation::Unexplained { reach, canonical_request: self.canonical_request() };
        self.lost_headers().unwrap_or_else(unexplained)
    }

    /// What can be said of the signature where the secret is not known.
    fn without_secret(&self) -> Explanation {
        if let Some(problem) = suspects::not_a_signature(&self.signature) {
            return Explanation::NotASignature { problem };
        }
        self.lost_headers().unwrap_or_else(|| Explanation::Unchecked {
            canonical_request: Some(self.canonical_request()),
        })
    }

    /// The signed headers that did not arrive, if there are any.
    fn lost_headers(&self) -> Option<Explanation> {
        let names = self.received.missing();
        let names: Vec<String> = names.map(|name| name.escape_ascii().to_string()).collect();
        (!names.is_empty()).then_some(Explanation::Missing { names })
    }

    /// Whether the input lacks the body or a part of it, so that its hash says nothing.
    fn is_body_hidden(&self) -> bool {
        let request = &self.sent.request;
        let stated = parts::header(request, "content-length").and_then(|value| value.as_str());
        let length: Option<usize> = stated.and_then(|value| value.trim().parse().ok());
        let usually_has = ![&b"GET"[..], b"HEAD", b"OPTIONS"].contains(&&request.method[..]);
        let lacks = length.is_some_and(|length| length > request.body.len());
        lacks
            || (self.sent.hides_body && length != Some(0) && (usually_has || self.stated.is_some()))
    }

    /// What a correct signer has.
    fn canonical_request(&self) -> Vec<u8> {
        computed(&self.asked, self.stated).canonical_request
    }

    fn server(&self) -> Option<ServerSide> {
        ServerSide::of(self.document(), &self.signature, &computed(&self.asked, self.stated))
    }

    fn logged(&self) -> Option<SignerSide> {
        let correct = computed(&self.asked, self.stated);
        SignerSide::of(&self.sent.signer, &correct, self.is_body_hidden())
    }

    /// A text in the place of the signature that no signer writes, not even a mistaken one.
    fn not_a_signature(&self) -> Option<Explanation> {
        let problem = suspects::not_a_signature(&self.signature)?;
        let is_signed = !self.mistakes(&self.suspect(&self.asked, None), Depth::Singles).is_empty();
        // What is behind it may be the full stop of a sentence.
        let begins_right =
            self.signature.starts_with(&computed(&self.asked, self.stated).signature);
        let rest = if begins_right { " Without that, the signature is right." } else { "" };
        let problem = problem + rest;
        (!is_signed).then_some(Explanation::NotASignature { problem })
    }

    /// Whom to suspect where the cause was not found: here, or between here and the server.
    fn suspects(
        &self,
        explanation: &Explanation,
        server: Option<&ServerSide>,
        logged: Option<&SignerSide>,
    ) -> Vec<Suspect> {
        match explanation {
            // The log leaves no other cause.
            Explanation::Unexplained { .. } if logged.is_some() => Vec::new(),
            Explanation::Missing { .. } => suspects::missing(self),
            // A scope with a wrong day is reason enough.
            Explanation::Unexplained { .. } if suspects::days(self).is_some() => Vec::new(),
            // So are an id and a secret that were swapped.
            Explanation::Unexplained { .. } if keys::problem(self, false).is_some() => Vec::new(),
            Explanation::Unexplained { .. } => suspects::of(self, Whose::Signers),
            // That the signature does not match is known from the server.
            Explanation::Unchecked { .. }
                if !matches!(server, Some(ServerSide::Differs { .. }))
                    && logged.is_none()
                    && self.document().is_some_and(said::is_mismatch) =>
            {
                suspects::of(self, Whose::Signers)
            }
            Explanation::Right { .. }
                if server.is_none() && self.document().is_some_and(said::is_mismatch) =>
            {
                suspects::of(self, Whose::Servers)
            }
            _ => Vec::new(),
        }
    }

    /// What the server said, from a file of its own or from the input.
    fn document(&self) -> Option<&ErrorDocument> {
        let with_request = self.sent.answer.as_ref().and_then(|answer| answer.document.as_ref());
        self.circumstances.document.or(with_request)
    }

    fn is_right(&self, question: &SignQuestion) -> bool {
        if !self.has_only_date() {
            return computed(question, self.stated).signature == self.signature;
        }
        let signed = Model::new(self.choices()).sign(question).ok();
        let sent = signed.and_then(|answer| Sent::read(question.placement, &answer.request).ok());
        sent.is_some_and(|sent| sent.signature == self.signature)
    }

    /// What a correct signer computes for a question without its body, and with which key.
    fn signed(&self, question: &SignQuestion, payload: &[u8]) -> Option<Signed> {
        if !self.has_only_date() {
            return stages::computed_with(question, payload);
        }
        let suspect = SuspectedSigner::of(question).choosing(self.choices());
        modelled(suspect.with_payload_hash(Some(payload)).answer(MistakeSet::EMPTY)?)
    }

    /// The signer of a question, with everything that the request shows of it. The payload line is
    /// given if it is not that of the body that arrived.
    fn suspect<'q>(
        &self,
        question: &'q SignQuestion,
        payload: Option<&[u8]>,
    ) -> SuspectedSigner<'q> {
        let is_hashed = self.asked.input.payload == Payload::Signed;
        let hash = is_hashed.then(|| payload.unwrap_or(&self.received.payload));
        SuspectedSigner::of(question).choosing(self.choices()).with_payload_hash(hash)
    }

    /// The smallest sets of mistakes that give the signature; the empty one for a correct signer.
    fn mistakes(&self, suspect: &SuspectedSigner<'_>, depth: Depth) -> Vec<MistakeSet> {
        let mut sets = suspect.diagnose(&self.answer(), depth).sets;
        likelihood::order(&mut sets, self.asked.profile);
        sets
    }

    /// What a signer with a mistake computes for a question without its body.
    fn mistaken(
        &self,
        mistake: Mistake,
        question: &SignQuestion,
        payload: Option<&[u8]>,
    ) -> Option<Signed> {
        let is_of_body = mistake.entry().component == PartOfSigner::Payload;
        if is_of_body && self.is_long() {
            return None;
        }
        let mut question = Cow::Borrowed(question);
        if is_of_body && payload.is_none() {
            question.to_mut().input.request.body = self.asked.input.request.body.clone();
        }
        modelled(self.suspect(&question, payload).answer(mistake.into())?)
    }

    /// Whether it takes too much time and memory to undo changes: each is kept with its texts.
    fn is_huge(&self) -> bool {
        const HEAD: usize = 64 << 10;
        change::head_length(&self.asked.input.request) > HEAD
    }

    /// Whether it takes too long to try two mistakes at once.
    fn is_long(&self) -> bool {
        const HEAD: usize = 8 << 10;
        const BODY: usize = 64 << 10;
        let request = &self.asked.input.request;
        change::head_length(request) > HEAD || request.body.len() > BODY
    }

    /// The body whose hash is stated, if it is not the one that arrived, and how they differ.
    fn signed_body(&self) -> Option<(Vec<u8>, &'static str)> {
        let Some(Stated::Other(stated)) = self.stated else { return None };
        let is_stated = |body: &[u8]| hex(&Sha256::digest(body)).as_bytes() == stated;
        change::original_body(&self.sent.request.body, self.sent.file.as_deref(), is_stated)
    }

    /// Whether the time is in a signed `Date` alone, which is as good as `X-Amz-Date` (IAM User
    /// Guide, "Elements of an AWS API request signature").
    fn has_only_date(&self) -> bool {
        self.asked.placement == Placement::Header
            && parts::header(&self.sent.request, "x-amz-date").is_none()
            && self.received.signed.iter().any(|name| name == b"date")
    }

    /// What the model counts as mistakes and the request shows as the signer's choice.
    fn choices(&self) -> MistakeSet {
        let signed = &self.received.signed;
        let signs_unstable =
            UNSIGNED_HEADERS.iter().any(|name| signed.iter().any(|one| one == name.as_bytes()));
        let choices = [
            (signs_unstable, Mistake::HeaderUnstableSigned),
            (self.has_only_date(), Mistake::HeaderDateUnsigned),
        ];
        choices.into_iter().filter_map(|(is_made, mistake)| is_made.then_some(mistake)).collect()
    }

    fn ways(&self, changed: Vec<Way>, mistaken: Vec<MistakeSet>) -> Explanation {
        let is_change = likelihood::is_change(&changed, &mistaken, self.asked.placement);
        let sides = mistaken.first().and_then(|set| self.sides(*set)).unwrap_or_default();
        Explanation::Ways { is_change, changed, mistaken, sides }
    }

    /// Where the canonical request of a signer with these mistakes differs from the right one.
    fn sides(&self, set: MistakeSet) -> Option<Vec<Difference>> {
        let canonical = |set| {
            let answer = Model::new(set).sign(&self.asked).ok()?;
            answer.stages.canonical_request
        };
        let (right, wrong) = (canonical(MistakeSet::EMPTY)?, canonical(set)?);
        Some(server::line_by_line(Stage::CanonicalRequest, &right, &wrong))
    }

    /// A target that was signed as it was sent, if the service brings it into another form.
    fn as_sent(&self) -> Option<Explanation> {
        let raw = question::with_target_as_sent(&self.asked, &self.sent.request);
        if raw.input.request.target == self.asked.input.request.target || !self.is_right(&raw) {
            return None;
        }
        let (right, wrong) =
            (self.canonical_request(), computed(&raw, self.stated).canonical_request);
        let part = Difference::between(Stage::CanonicalRequest, &right, &wrong)?.component;
        let number = if part == Component::Path { 1 } else { 2 };
        let line = |text: &[u8]| -> Vec<Vec<u8>> {
            let line = text.split(|byte| *byte == b'\n').nth(number).unwrap_or_default();
            line.split(|byte| *byte == b'&').map(<[u8]>::to_vec).collect()
        };
        let (right, wrong) = (line(&right), line(&wrong));
        let only = |these: &[Vec<u8>], others: &[Vec<u8>]| {
            let own = these.iter().filter(|piece| !others.contains(piece)).cloned();
            own.collect::<Vec<_>>().join(&b'&')
        };
        Some(Explanation::TargetAsSent {
            part,
            right: only(&right, &wrong),
            wrong: only(&wrong, &right),
        })
    }

    fn answer(&self) -> SignedAnswer {
        let request = &self.sent.request;
        SignedAnswer {
            request: SentRequest {
                method: request.method.clone(),
                target: request.target.clone(),
                headers: request.headers.clone(),
                body: None,
            },
            stages: StagesShown::default(),
        }
    }

    /// The switches under which the signature is right, if others than the requested ones.
    fn other_profile(&self) -> Option<(bool, bool)> {
        let switches = [(true, true), (false, false), (false, true), (true, false)];
        switches.into_iter().find(|&(normalize, double_encode)| {
            let mut other = self.asked.clone();
            other.input.normalize = normalize;
            other.input.double_encode = double_encode;
            self.is_right(&other)
        })
    }
}

/// The texts and the key of the model's answer.
fn modelled(answer: SignedAnswer) -> Option<Signed> {
    let stages = answer.stages;
    let key = hex::parse(&stages.signing_key?)?;
    let computed = Computed {
        canonical_request: stages.canonical_request?.to_vec(),
        string_to_sign: stages.string_to_sign?.to_vec(),
        signature: stages.signature?.as_bytes().to_vec(),
    };
    Some((computed, SigningKey::from_bytes(&key)))
}
