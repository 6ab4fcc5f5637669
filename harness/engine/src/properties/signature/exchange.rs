//! One request on its way from a signer to the reference's verifier.

use sigv4_protocol::{Answer, InProcess, Question, SignQuestion, StagesShown};
use sigv4_reference::canonical::percent;
use sigv4_reference::verify::{Claim, LONGEST_EXPIRY, Rejection};
use sigv4_reference::{Time, Workspace};
use sigv4_vectors::model::{Placement, Request};

use crate::subject::convert::{self, headers, request};

/// A signed request and the question that it answers.
pub(super) struct Exchange<'q> {
    pub(super) question: &'q SignQuestion,
    /// What is sent.
    pub(super) sent: Request,
    pub(super) stages: StagesShown,
}

impl<'q> Exchange<'q> {
    /// Asks the signer; `None` if it does not sign this.
    pub(super) fn new(signer: &mut dyn InProcess, question: &'q SignQuestion) -> Option<Self> {
        let asked = Question::Sign(Box::new(question.clone()));
        let Answer::Signed(answer) = signer.answer(&asked) else { return None };
        let sent = answer.request;
        let body = sent.body.unwrap_or_else(|| question.input.request.body.clone());
        let sent =
            Request { method: sent.method, target: sent.target, headers: sent.headers, body };
        Some(Self { question, sent, stages: answer.stages })
    }

    /// The time of signing; `None` if the signer wrote something that is not a time.
    pub(super) fn time(&self) -> Option<Time> {
        Time::parse(self.question.input.time.as_bytes()).ok()
    }

    /// What the request says about its own signature.
    pub(super) fn claim(request_sent: &Request) -> Result<Claim, Rejection> {
        let headers = headers(request_sent);
        Claim::parse(&request(request_sent, &headers))
    }

    /// What a verifier of the question's scope says about `request_sent` at `now`: whose key signed it,
    /// and when.
    pub(super) fn verify(
        &self,
        request_sent: &Request,
        now: Time,
        window_seconds: u64,
    ) -> Result<(Vec<u8>, Time), Rejection> {
        let (input, mut workspace) = (&self.question.input, Workspace::default());
        convert::verify(&mut workspace, input, request_sent, now, window_seconds)
    }
}

/// Whether a verifier can be expected to accept the request once it is signed. It cannot if the
/// request already carries some authentication, if a part of the scope cannot be distinguished from
/// the text around it, or if a rule refuses what a signer may sign.
pub(super) fn can_verify(question: &SignQuestion) -> bool {
    let input = &question.input;
    let request = &input.request;
    let in_header = question.placement == Placement::Header;
    let has = |name: &[u8]| request.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    let clashing_header = (has(b"x-amz-security-token")
        && (!in_header || input.credentials.session_token.as_deref().is_none_or(<[u8]>::is_empty)))
        || (has(b"x-amz-content-sha256") && !(in_header && input.content_sha256_header))
        || (!in_header && has(b"authorization"));
    // In header placement these are a second authentication; a presigner replaces them.
    let clashing_parameters: &[&str] = match question.placement {
        Placement::Header => &["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"],
        Placement::Query => &["X-Amz-Content-Sha256", "X-Amz-Security-Token"],
    };
    let query = request.target.splitn(2, |&byte| byte == b'?').nth(1);
    let names = query.unwrap_or_default().split(|&byte| byte == b'&');
    let clashing_parameter = names
        .filter_map(|parameter| parameter.split(|&byte| byte == b'=').next())
        .any(|name| clashing_parameters.iter().any(|own| decodes_to(name, own)));
    // The scope is read from the right, at slashes; in the header it ends at a comma.
    let readable = |part: &[u8]| !(part.contains(&b'/') || in_header && part.contains(&b','));
    let id_readable = !(in_header && input.credentials.access_key_id.contains(&b','));
    let expires = input.expires.is_none_or(|seconds| (1..=LONGEST_EXPIRY).contains(&seconds));
    has(b"host")
        && !clashing_header
        && !clashing_parameter
        && readable(&input.region)
        && readable(&input.service)
        && id_readable
        && expires
}

fn decodes_to(name: &[u8], own: &str) -> bool {
    let decoded: Result<Vec<u8>, usize> = percent::decode(name).collect();
    decoded.is_ok_and(|decoded| decoded == own.as_bytes())
}
