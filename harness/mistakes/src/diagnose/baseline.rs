//! What a signer may choose: which headers it signs beyond those that it must.
//!
//! A mistake is looked for in what the signer set out to sign. One more header, or one less, is no
//! mistake and hides none.

use sigv4_protocol::{Sent, SignQuestion, SignedAnswer};
use sigv4_vectors::model::{Payload, Placement};

use crate::catalogue::MistakeSet;
use crate::model::Model;

const CONTENT_SHA256: &[u8] = b"x-amz-content-sha256";

/// The question under which a correct signer signs the headers that this one did. `None` where it
/// signed those that are expected, or where its choice is not a free one: a signer must sign `host`
/// and every `x-amz-*` header that it sends, and may sign nothing that it does not send.
#[must_use]
pub fn baseline(question: &SignQuestion, answer: &SignedAnswer) -> Option<SignQuestion> {
    let sent = Sent::read(question.placement, &answer.request).ok()?;
    let expected = signed_headers(question)?;
    let signed = sent.signed_headers;
    if signed == expected {
        return None;
    }
    let own: Vec<&[u8]> = signed.split(|byte| *byte == b';').collect();
    let wanted: Vec<&[u8]> = expected.split(|byte| *byte == b';').collect();
    if !own.is_sorted_by(|left, right| left < right) || !own.contains(&&b"host"[..]) {
        return None;
    }
    let headers = &answer.request.headers;
    let is_covered = |name: &[u8]| {
        let name = name.to_ascii_lowercase();
        let appended = name == b"x-amz-security-token" && !question.input.session_token_signed;
        !name.starts_with(b"x-amz-") || appended || own.contains(&&name[..])
    };
    if !headers.iter().all(|(name, _)| is_covered(name)) {
        return None;
    }
    let mut chosen = question.clone();
    for name in own.iter().filter(|name| !wanted.contains(name)) {
        let mut values = headers.iter().filter(|(sent, _)| sent.eq_ignore_ascii_case(name));
        let first = values.next()?;
        if *name == CONTENT_SHA256 {
            choose_payload_header(&mut chosen, &first.1)?;
        } else {
            chosen.input.request.headers.push(first.clone());
            chosen.input.request.headers.extend(values.cloned());
        }
    }
    let left_out: Vec<&[u8]> = wanted.iter().filter(|name| !own.contains(name)).copied().collect();
    let is_left_out =
        |name: &[u8]| left_out.iter().any(|left_out| name.eq_ignore_ascii_case(left_out));
    chosen.input.request.headers.retain(|(name, _)| !is_left_out(name));
    (signed_headers(&chosen)? == signed).then_some(chosen)
}

/// The list that a correct signer signs.
fn signed_headers(question: &SignQuestion) -> Option<Vec<u8>> {
    let answer = Model::new(MistakeSet::EMPTY).sign(question).ok()?;
    Sent::read(question.placement, &answer.request).ok().map(|sent| sent.signed_headers)
}

/// The header `x-amz-content-sha256` that nobody asked for; a hash where the payload need not be
/// signed is more than was asked for, a marker where it must be is less.
fn choose_payload_header(chosen: &mut SignQuestion, value: &[u8]) -> Option<()> {
    let is_hash = value.len() == 64 && value.iter().all(u8::is_ascii_hexdigit);
    let input = &mut chosen.input;
    match (input.payload, is_hash) {
        (_, true) => input.payload = Payload::Signed,
        (Payload::Unsigned, false) if value == b"UNSIGNED-PAYLOAD" => {}
        _ => return None,
    }
    input.content_sha256_header = true;
    (chosen.placement == Placement::Header).then_some(())
}

#[cfg(test)]
mod tests {
    use sigv4_vectors::Vectors;
    use sigv4_vectors::model::Question;

    use super::*;

    fn question() -> SignQuestion {
        let case = Vectors::embedded()
            .case("official/sigv4/header/post-x-www-form-urlencoded")
            .expect("an official case");
        let Question::Sign(signing) = &case.question else { panic!("a request to sign") };
        SignQuestion::of(signing)
    }

    fn answer(change: impl Fn(&mut SignQuestion)) -> SignedAnswer {
        let mut question = question();
        change(&mut question);
        Model::new(MistakeSet::EMPTY).sign(&question).expect("a signed request")
    }

    #[test]
    fn more_headers_and_fewer_are_a_choice() {
        assert_eq!(baseline(&question(), &answer(|_| ())), None);
        let hashed = answer(|question| question.input.content_sha256_header = true);
        let chosen = baseline(&question(), &hashed).expect("a choice");
        assert!(chosen.input.content_sha256_header);
        let fewer = answer(|question| {
            question
                .input
                .request
                .headers
                .retain(|(name, _)| !name.eq_ignore_ascii_case(b"content-type"));
        });
        let chosen = baseline(&question(), &fewer).expect("a choice");
        assert_eq!(chosen.input.request.headers.len() + 1, question().input.request.headers.len());
    }

    #[test]
    fn less_than_what_must_be_signed_is_none() {
        let without_host = answer(|question| {
            question.input.request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case(b"host"));
        });
        assert_eq!(baseline(&question(), &without_host), None);
        let unsigned = answer(|question| {
            question.input.payload = Payload::Unsigned;
            question.input.content_sha256_header = true;
        });
        assert_eq!(baseline(&question(), &unsigned), None, "asked for a signed payload");
    }
}
