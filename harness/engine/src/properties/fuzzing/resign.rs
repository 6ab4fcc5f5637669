//! Changes that are signed again, so that only the rule that they break can refuse them.

use sigv4_protocol::{Answer, InProcess, Question, SignQuestion, VerifyQuestion};
use sigv4_reference::TERMINATOR;
use sigv4_reference::verify::{LONGEST_EXPIRY, Reason};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{
    KeyMaterial, Payload, Placement, Profile, Request, StoredKey, VerificationInput,
};

use super::{Outcome, Violation};

/// A request that is changed and then signed again is refused for the rule that the change breaks
/// and for nothing else; a change that breaks none is accepted (IAM User Guide, "AWS Signature
/// Version 4 for API requests"; S3 API Reference, "Signature Calculations for the Authorization
/// Header"). The seed says which change.
pub(super) fn resigned_is_refused_by_its_rule(
    signer: &mut dyn InProcess,
    question: &SignQuestion,
    seed: u64,
) -> Result<Outcome, Violation> {
    let Some(change) = fastrand::Rng::with_seed(seed).choice(CHANGES) else {
        return Ok(Outcome::Vacuous);
    };
    let question = verifiable(question);
    let key = StoredKey {
        access_key_id: question.input.credentials.access_key_id.clone(),
        material: KeyMaterial::SecretAccessKey(
            question.input.credentials.secret_access_key.clone(),
        ),
        session_token: question.input.credentials.session_token.clone(),
        active: true,
    };
    let Some(sent) = signed(signer, &question) else { return Ok(Outcome::Vacuous) };
    if verify(signer, &question, &key, sent) != Answer::Accept {
        return Ok(Outcome::Vacuous);
    }
    let mut changed = question.clone();
    if (change.before)(&mut changed) == Applies::No {
        return Ok(Outcome::Vacuous);
    }
    let Some(mut sent) = signed(signer, &changed) else {
        return Err(change.violation(&format!("not signed: {changed:?}")));
    };
    (change.after)(&mut sent);
    let shown = format!("{sent:?}");
    let reason = match verify(signer, &question, &key, sent) {
        Answer::Accept => None,
        Answer::Reject { reason, .. } => Some(reason),
        answer => return Err(change.violation(&format!("{answer:?}"))),
    };
    let expected = change.refused_as.map(Reason::code);
    if reason.as_deref() == expected {
        return Ok(Outcome::Held);
    }
    let detail = format!("expected {expected:?}, got {reason:?} for {shown}");
    Err(change.violation(&detail))
}

/// A change: what differs before signing, what is changed after signing, and the rule.
struct Change {
    name: &'static str,
    before: fn(&mut SignQuestion) -> Applies,
    after: fn(&mut Request),
    refused_as: Option<Reason>,
}

/// Whether there is anything to change.
#[derive(PartialEq)]
enum Applies {
    No,
    Yes,
}

impl Change {
    fn violation(&self, detail: &str) -> Violation {
        Violation {
            property: "resigned_is_refused_by_its_rule",
            detail: format!("{}: {detail}", self.name),
        }
    }
}

const CHANGES: &[Change] = &[
    Change {
        name: "another method",
        before: |question| append(&mut question.input.request.method, b"X"),
        after: |_| (),
        refused_as: None,
    },
    Change {
        name: "another path",
        before: |question| {
            let target = &mut question.input.request.target;
            *target = [b"/again", &target[..]].concat().into();
            Applies::Yes
        },
        after: |_| (),
        refused_as: None,
    },
    Change {
        name: "one more parameter",
        before: |question| {
            let target = &mut question.input.request.target;
            let more: &[u8] = if target.contains(&b'?') { b"&again=1" } else { b"?again=1" };
            append(target, more)
        },
        after: |_| (),
        refused_as: None,
    },
    Change {
        name: "one more header",
        before: |question| add_header(question, "X-Amz-Again"),
        after: |_| (),
        refused_as: None,
    },
    Change {
        name: "another body",
        before: |question| append(&mut question.input.request.body, b"x"),
        after: |_| (),
        refused_as: None,
    },
    Change {
        name: "another key id",
        before: |question| append(&mut question.input.credentials.access_key_id, b"x"),
        after: |_| (),
        refused_as: Some(Reason::UnknownAccessKey),
    },
    Change {
        name: "another secret",
        before: |question| append(question.input.credentials.secret_access_key.expose_mut(), b"x"),
        after: |_| (),
        refused_as: Some(Reason::SignatureMismatch),
    },
    Change {
        name: "another session token",
        before: |question| {
            let token = question.input.credentials.session_token.get_or_insert_default();
            append(token.expose_mut(), b"x")
        },
        after: |_| (),
        refused_as: Some(Reason::SessionTokenMismatch),
    },
    Change {
        name: "another region",
        before: |question| append(&mut question.input.region, b"x"),
        after: |_| (),
        refused_as: Some(Reason::ScopeRegionMismatch),
    },
    Change {
        name: "another service",
        before: |question| append(&mut question.input.service, b"x"),
        after: |_| (),
        refused_as: Some(Reason::ScopeServiceMismatch),
    },
    Change {
        name: "another terminator",
        before: |_| Applies::Yes,
        after: |sent| {
            sent.target = replaced(&sent.target, TERMINATOR.as_bytes());
            for (name, value) in &mut sent.headers {
                if name.eq_ignore_ascii_case(b"authorization") {
                    *value = replaced(value, TERMINATOR.as_bytes());
                }
            }
        },
        refused_as: Some(Reason::ScopeTerminatorMismatch),
    },
    Change {
        name: "a life beyond a week",
        before: |question| match &mut question.input.expires {
            Some(expires) => {
                *expires = LONGEST_EXPIRY + 1;
                Applies::Yes
            }
            None => Applies::No,
        },
        after: |_| (),
        refused_as: Some(Reason::ExpiresOutOfRange),
    },
    Change {
        name: "the host is not signed",
        before: |question| {
            question.input.request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case(b"host"));
            add_header(question, "Accept")
        },
        after: |sent| sent.headers.push(("Host".into(), "example.amazonaws.com".into())),
        refused_as: Some(Reason::UnsignedHeader),
    },
    Change {
        name: "a header of the vendor's is not signed",
        before: |_| Applies::Yes,
        after: |sent| sent.headers.push(("X-Amz-Added".into(), "1".into())),
        refused_as: Some(Reason::UnsignedHeader),
    },
    Change {
        name: "a signed header is gone",
        before: |question| add_header(question, "X-Gone"),
        after: |sent| sent.headers.retain(|(name, _)| **name != *b"X-Gone"),
        refused_as: Some(Reason::SignedHeaderMissing),
    },
    Change {
        name: "another body than the one hashed",
        before: |question| {
            let input = &mut question.input;
            input.payload = Payload::Signed;
            input.content_sha256_header = true;
            if question.placement == Placement::Header { Applies::Yes } else { Applies::No }
        },
        after: |sent| {
            append(&mut sent.body, b"x");
        },
        refused_as: Some(Reason::PayloadHashMismatch),
    },
    Change {
        name: "a second authentication",
        before: |_| Applies::Yes,
        after: |sent| {
            let has = |sent: &Request, own: &[u8]| {
                sent.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(own))
            };
            if has(sent, b"authorization") {
                let mark: &[u8] = if sent.target.contains(&b'?') { b"&" } else { b"?" };
                append(&mut sent.target, &[mark, b"X-Amz-Signature=0"].concat());
            } else {
                sent.headers.push(("Authorization".into(), "AWS4-HMAC-SHA256".into()));
            }
        },
        refused_as: Some(Reason::MultipleAuthentications),
    },
];

/// The question in a form that a verifier can check from the request alone: the token is signed,
/// and an unsigned payload is stated, or known from the profile.
fn verifiable(question: &SignQuestion) -> SignQuestion {
    let mut question = question.clone();
    let input = &mut question.input;
    input.session_token_signed = true;
    match (question.placement, question.profile) {
        (Placement::Header, Profile::S3) => {
            input.content_sha256_header |= input.payload == Payload::Unsigned;
        }
        (Placement::Query, Profile::S3) => input.payload = Payload::Unsigned,
        (_, Profile::Generic) => input.payload = Payload::Signed,
    }
    // The signer itself states what a verifier has to know about the payload.
    let states_payload = |name: &[u8]| name.eq_ignore_ascii_case(b"x-amz-content-sha256");
    input.request.headers.retain(|(name, _)| !states_payload(name));
    question
}

fn signed(signer: &mut dyn InProcess, question: &SignQuestion) -> Option<Request> {
    let Answer::Signed(answer) = signer.answer(&Question::Sign(Box::new(question.clone()))) else {
        return None;
    };
    let sent = answer.request;
    let body = sent.body.unwrap_or_else(|| question.input.request.body.clone());
    Some(Request { method: sent.method, target: sent.target, headers: sent.headers, body })
}

/// What a verifier with this key says at the time of signing, in the question's scope.
fn verify(
    verifier: &mut dyn InProcess,
    question: &SignQuestion,
    key: &StoredKey,
    request: Request,
) -> Answer {
    let input = &question.input;
    let input = VerificationInput {
        time: input.time.clone(),
        window_seconds: 0,
        region: input.region.clone(),
        service: input.service.clone(),
        profile: question.profile,
        normalize: input.normalize,
        double_encode: input.double_encode,
        keys: vec![key.clone()],
        request,
    };
    verifier.answer(&Question::Verify(Box::new(VerifyQuestion::from(input))))
}

fn append(text: &mut Bytes, more: &[u8]) -> Applies {
    *text = [&text[..], more].concat().into();
    Applies::Yes
}

fn add_header(question: &mut SignQuestion, name: &str) -> Applies {
    question.input.request.headers.push((name.into(), "1".into()));
    Applies::Yes
}

/// The text with the last byte of the last `word` in it changed.
fn replaced(text: &Bytes, word: &[u8]) -> Bytes {
    let mut text = text.to_vec();
    if let Some(at) = text.windows(word.len()).rposition(|window| window == word) {
        text[at + word.len() - 1] = b'x';
    }
    text.into()
}
