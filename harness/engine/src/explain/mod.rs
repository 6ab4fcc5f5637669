//! Why does this signature not match? Works from one request from the field, the secret and, if
//! available, the answer of the server.

mod broken;
mod cause;
mod change;
mod conceal;
mod curl;
mod endpoint;
mod error_document;
mod escapes;
mod field_request;
mod form;
mod har;
mod http_body;
mod input;
mod likelihood;
mod parts;
mod question;
mod raw_http;
mod remarks;
mod s3_form;
mod said;
mod sdk_log;
mod server;
mod services;
mod stages;
mod suspects;
mod token;
mod transcript;
mod upload_form;
mod url;
mod verbose;

use sha2::{Digest as _, Sha256};
use sigv4_mistakes::diagnose::{Depth, diagnose};
use sigv4_mistakes::model::Model;
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_protocol::hex::hex;
use sigv4_protocol::{Sent, SentRequest, SignQuestion, SignedAnswer, Stage, StagesShown};
use sigv4_reference::Time;
use sigv4_reference::sign::UNSIGNED_HEADERS;
use sigv4_vectors::model::{Placement, Profile};

use crate::judge::{Component, Difference};

use change::Received;
use suspects::Whose;

pub use cause::Cause;
pub use change::{CHANGES, Change, Happened, Way};
pub use conceal::Concealed;
pub use curl::signing::CurlSigning;
pub use error_document::ErrorDocument;
pub use field_request::{FieldRequest, Scheme, ServerAnswer, SignerLog};
pub use har::{EntrySummary, entries as har_entries};

pub use parts::{InputError, split_url};
#[cfg(feature = "capture")]
pub(crate) use question::of as question;
pub use remarks::{Remark, Weight};
#[cfg(feature = "capture")]
pub(crate) use s3_form::target as in_s3_form;
pub use server::ServerSide;
pub use services::{PathRule, PayloadRule, SERVICES, ServiceRules, TokenRule};
#[cfg(feature = "capture")]
pub(crate) use stages::Computed;
pub(crate) use stages::{Stated, computed};
pub use suspects::Suspect;

/// What the explanation is based on, besides the request.
#[derive(Clone, Debug)]
pub struct Circumstances<'c> {
    /// The secret that the request is said to be signed with.
    pub secret_access_key: &'c [u8],
    /// The clock of the server.
    pub now: Time,
    /// How far the signing time may be from it, in seconds; `None` for the usual limit of the
    /// service.
    pub window_seconds: Option<u64>,
    /// How the service makes the path canonical; `None` for the usual way of the service.
    pub profile: Option<Profile>,
    /// What the server printed with its refusal.
    pub document: Option<&'c ErrorDocument>,
}

/// Everything that can be said of a request.
#[derive(Clone, Debug)]
pub struct Report {
    /// Why its signature does or does not match.
    pub explanation: Explanation,
    /// How what the server computed compares with a correct signer's texts.
    pub server: Option<ServerSide>,
    /// What may be the cause where it was not found, the likeliest first.
    pub suspects: Vec<Suspect>,
    /// What else was noticed, the most serious first.
    pub remarks: Vec<Remark>,
}

impl Report {
    /// Whether nothing speaks against the request.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let is_right = matches!(self.explanation, Explanation::Right { .. });
        is_right
            && self.server.is_none()
            && !self.remarks.iter().any(|remark| remark.weight == Weight::Refused)
    }
}

/// Why a signature does or does not match.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Explanation {
    /// The signature is that of the request with this secret.
    Right {
        /// How much of the request it covers.
        reach: Reach,
    },
    /// The request changed between signer and server, or the signer made a mistake: every way that
    /// gives this signature.
    Ways {
        /// Whether the first change is likelier than the first mistakes.
        is_change: bool,
        /// What happened on the way, alone or with a mistake; the likeliest first.
        changed: Vec<Way>,
        /// The smallest sets of mistakes that give this signature; the likeliest first.
        mistaken: Vec<MistakeSet>,
        /// What a correct signer has, and what was signed, if mistakes alone explain it.
        sides: Option<Box<Difference>>,
    },
    /// The target was signed as it was sent, but the service decodes and encodes it first.
    TargetAsSent {
        /// Whether the path is concerned, or the query.
        part: Component,
        /// What the service computes for it: the path, or the parameters that differ.
        right: Vec<u8>,
        /// What was signed.
        wrong: Vec<u8>,
    },
    /// What stands in the place of the signature is none.
    NotASignature {
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// The request was signed correctly for another kind of service.
    OtherProfile {
        /// Whether dot segments and repeated slashes were removed.
        normalize: bool,
        /// Whether the path was encoded once more.
        double_encode: bool,
    },
    /// A curl command that is not signed yet: curl signs it when it is run.
    SignedByCurl(CurlSigning),
    /// Signed headers did not arrive, so that no server can compute the signature.
    Missing {
        /// Their names.
        names: Vec<String>,
    },
    /// No catalogued mistake gives this signature, and no change on the way.
    Unexplained {
        /// How much of the request the signature should cover. Nothing is tried on the seed of a
        /// stream.
        reach: Reach,
        /// What a correct signer would have as the canonical request.
        canonical_request: Vec<u8>,
    },
}

/// How much of a request its signature covers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reach {
    /// The headers of a request whose body comes in chunks. Each chunk has its own signature, or
    /// none has one.
    Seed,
    /// All of it.
    Whole,
}

/// Explains the signature of `sent`.
///
/// # Errors
/// A request without a signature, or with one that cannot be read.
pub fn explain(
    sent: &FieldRequest,
    circumstances: &Circumstances<'_>,
) -> Result<Report, InputError> {
    if let Some(signing) = &sent.unsigned {
        let remarks = remarks::of_input(sent);
        let explanation = Explanation::SignedByCurl(signing.clone());
        return Ok(Report { explanation, server: None, suspects: Vec::new(), remarks });
    }
    broken::refuse_escaped_separators(&sent.request)?;
    let asked = question::of(sent, circumstances).map_err(|error| {
        let request = &sent.request;
        broken::cause(request).or_else(|| broken::lost_time(request)).unwrap_or(error)
    })?;
    let (_, authentication) = question::authentication(&sent.request)?;
    let signed = authentication.signed_headers.split(|byte| *byte == b';');
    let mut scene = Scene {
        sent,
        circumstances,
        rules: ServiceRules::of(&asked.input.service),
        stated: Stated::of(&sent.request),
        received: Received {
            request: &sent.request,
            signed: signed.map(<[u8]>::to_ascii_lowercase).collect(),
        },
        signature: authentication.signature,
        asked,
    };
    scene.accept_appended_token();
    let explanation = scene.not_a_signature().unwrap_or_else(|| scene.explanation());
    // Without a signed header nothing that the server computed can be held against a right text.
    let is_whole = scene.received.missing().next().is_none();
    let server = if is_whole { scene.server() } else { None };
    let suspects = scene.suspects(&explanation, server.as_ref());
    let mut report = Report { explanation, server, suspects, remarks: Vec::new() };
    report.remarks = remarks::of(&scene, &report);
    Ok(report)
}

/// A request with everything that its explanation needs.
struct Scene<'e> {
    sent: &'e FieldRequest,
    circumstances: &'e Circumstances<'e>,
    rules: ServiceRules,
    /// The request before it was signed, with the target in the form that the service computes.
    asked: SignQuestion,
    stated: Option<Stated<'e>>,
    received: Received<'e>,
    signature: Vec<u8>,
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
        let is_right = is_whole && self.is_right(&self.asked);
        if let Some(Stated::Stream(_)) = self.stated {
            let reach = Reach::Seed;
            return if is_right {
                Explanation::Right { reach }
            } else {
                Explanation::Unexplained { reach, canonical_request: self.canonical_request() }
            };
        }
        let reach = Reach::Whole;
        if is_right {
            // The hash that is stated was signed; if the body was not changed, a mistake may say
            // where it comes from.
            let is_changed = self.signed_body().is_some_and(|(original, _)| !original.is_empty());
            let mistaken = match self.stated {
                Some(Stated::Other(_)) if !is_changed && !remarks::is_body_hidden(self) => {
                    self.mistakes(&self.asked, Depth::Singles)
                }
                _ => Vec::new(),
            };
            if mistaken.iter().all(|set| set.is_empty()) {
                return Explanation::Right { reach };
            }
            return self.ways(Vec::new(), mistaken);
        }
        if is_whole {
            if let Some(explanation) = self.as_sent() {
                return explanation;
            }
            let mistaken = self.mistakes(&self.asked, Depth::Singles);
            if !mistaken.is_empty() {
                return self.ways(self.changed(|_| Vec::new()), mistaken);
            }
            if let Some((normalize, double_encode)) = other_profile(&self.asked, &self.answer()) {
                return Explanation::OtherProfile { normalize, double_encode };
            }
        }
        let changed = self.changed(|question| self.mistakes(question, Depth::Singles));
        if !changed.is_empty() {
            // A change and a mistake are no likelier than two mistakes.
            let needs_mistake = is_whole && changed.iter().any(|way| !way.mistakes.is_empty());
            let mistaken =
                if needs_mistake { self.mistakes(&self.asked, Depth::Pairs) } else { Vec::new() };
            return self.ways(changed, mistaken);
        }
        if !is_whole {
            let names = self.received.missing();
            let names = names.map(|name| name.escape_ascii().to_string()).collect();
            return Explanation::Missing { names };
        }
        let mistaken = self.mistakes(&self.asked, Depth::Triples);
        if !mistaken.is_empty() {
            return self.ways(Vec::new(), mistaken);
        }
        Explanation::Unexplained { reach, canonical_request: self.canonical_request() }
    }

    /// What a correct signer has.
    fn canonical_request(&self) -> Vec<u8> {
        computed(&self.asked, self.stated).canonical_request
    }

    fn server(&self) -> Option<ServerSide> {
        ServerSide::of(self.document(), &self.signature, &computed(&self.asked, self.stated))
    }

    /// A text in the place of the signature that no signer writes, not even a mistaken one.
    fn not_a_signature(&self) -> Option<Explanation> {
        let problem = suspects::not_a_signature(&self.signature)?;
        let is_signed = !self.mistakes(&self.asked, Depth::Singles).is_empty();
        (!is_signed).then_some(Explanation::NotASignature { problem })
    }

    /// Whom to suspect where the cause was not found: here, or between here and the server.
    fn suspects(&self, explanation: &Explanation, server: Option<&ServerSide>) -> Vec<Suspect> {
        match explanation {
            Explanation::Missing { .. } => suspects::missing(self),
            // A scope with a wrong day is reason enough.
            Explanation::Unexplained { .. } if suspects::days(self).is_some() => Vec::new(),
            Explanation::Unexplained { .. } => suspects::of(self, Whose::Signers),
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

    /// The smallest sets of mistakes that give the signature; the empty one for a correct signer.
    fn mistakes(&self, question: &SignQuestion, depth: Depth) -> Vec<MistakeSet> {
        let choices = self.choices();
        let depth = if choices.is_empty() { depth } else { depth.max(Depth::Pairs) };
        let mut sets = diagnose(question, &self.answer(), depth).sets;
        if !choices.is_empty() {
            let without =
                |set: &MistakeSet| set.iter().filter(|one| !choices.contains(*one)).collect();
            sets = sets.iter().map(without).collect();
            sets.sort_unstable();
            sets.dedup();
        }
        likelihood::order(&mut sets, self.asked.profile);
        sets
    }

    /// The body whose hash is stated, if it is not the one that arrived, and how they differ.
    fn signed_body(&self) -> Option<(Vec<u8>, &'static str)> {
        let Some(Stated::Other(stated)) = self.stated else { return None };
        let is_stated = |body: &[u8]| hex(&Sha256::digest(body)).as_bytes() == stated;
        change::original_body(&self.sent.request.body, is_stated)
    }

    /// Whether the time is in a signed `Date` alone, which is as good as `X-Amz-Date` (IAM User
    /// Guide, "Elements of an AWS API request signature").
    fn has_only_date(&self) -> bool {
        self.asked.placement == Placement::Header
            && question::header(&self.sent.request, "x-amz-date").is_none()
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

    fn changed(&self, mistaken: impl Fn(&SignQuestion) -> Vec<MistakeSet> + Sync) -> Vec<Way> {
        change::search(&self.received, &self.asked, &|question| self.is_right(question), &mistaken)
    }

    fn ways(&self, changed: Vec<Way>, mistaken: Vec<MistakeSet>) -> Explanation {
        let is_change = likelihood::is_change(&changed, &mistaken, self.asked.placement);
        let sides = mistaken.first().and_then(|set| self.sides(*set)).map(Box::new);
        Explanation::Ways { is_change, changed, mistaken, sides }
    }

    /// Where the canonical request of a signer with these mistakes differs from the right one.
    fn sides(&self, set: MistakeSet) -> Option<Difference> {
        let canonical = |set| {
            let answer = Model::new(set).sign(&self.asked).ok()?;
            answer.stages.canonical_request
        };
        let (right, wrong) = (canonical(MistakeSet::EMPTY)?, canonical(set)?);
        Difference::between(Stage::CanonicalRequest, &right, &wrong)
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
}

/// The switches under which the signature is right, if others than the requested ones.
fn other_profile(asked: &SignQuestion, answer: &SignedAnswer) -> Option<(bool, bool)> {
    let switches = [(true, true), (false, false), (false, true), (true, false)];
    switches.into_iter().find(|&(normalize, double_encode)| {
        let mut other = asked.clone();
        other.input.normalize = normalize;
        other.input.double_encode = double_encode;
        diagnose(&other, answer, Depth::Singles).sets == [MistakeSet::EMPTY]
    })
}
