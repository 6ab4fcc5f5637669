//! The question with the headers that the subject signed.
//!
//! Beyond `host` and `x-amz-*`, a signer chooses which headers it signs. A diagnosis that starts
//! from another list explains nothing about a signer that always signs one more header.

use sigv4_protocol::{Sent, SignQuestion, SignedAnswer};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::Placement;

use crate::catalogue::MistakeSet;
use crate::model::Model;

pub(super) const CONTENT_SHA256: &[u8] = b"x-amz-content-sha256";

/// The question for which a correct signer signs the headers that the subject signed. `None` if it
/// does so anyway, or if the subject's list is not a legitimate choice.
#[must_use]
pub fn baseline(question: &SignQuestion, answer: &SignedAnswer) -> Option<SignQuestion> {
    let sent = Sent::read(question.placement, &answer.request).ok()?;
    let correct = Model::new(MistakeSet::EMPTY).sign(question).ok()?;
    let correct = Sent::read(question.placement, &correct.request).ok()?;
    let (signed, expected) = (names(&sent.signed_headers), names(&correct.signed_headers));

    let mut own = question.clone();
    let input = &mut own.input;
    input.request.headers.retain(|(name, _)| {
        let name = name.to_ascii_lowercase();
        !expected.contains(&name) || signed.contains(&name) || has_to_be_signed(&name)
    });
    let values = |headers: &[(Bytes, Bytes)], name: &[u8]| -> Vec<(Bytes, Bytes)> {
        let is = |(other, _): &&(Bytes, Bytes)| other.eq_ignore_ascii_case(name);
        headers.iter().filter(is).cloned().collect()
    };
    for name in signed.iter().filter(|name| !is_written_as_asked(name)) {
        let asked = values(&question.input.request.headers, name);
        let written = values(&answer.request.headers, name);
        if name == CONTENT_SHA256 && question.placement == Placement::Header {
            // A signer that writes the header replaces the caller's.
            input.content_sha256_header |= !written.is_empty() && written != asked;
        } else if asked.is_empty() && !expected.contains(name) {
            input.request.headers.extend(written);
        }
    }
    // It may be sent without being signed.
    let written = values(&answer.request.headers, CONTENT_SHA256);
    if question.placement == Placement::Header
        && !written.is_empty()
        && written != values(&question.input.request.headers, CONTENT_SHA256)
    {
        own.input.content_sha256_header = true;
    }
    (own != *question).then_some(own)
}

/// The names in a list of signed headers.
fn names(list: &[u8]) -> Vec<Vec<u8>> {
    list.split(|byte| *byte == b';').map(<[u8]>::to_ascii_lowercase).collect()
}

fn has_to_be_signed(name: &[u8]) -> bool {
    name == b"host" || name.starts_with(b"x-amz-")
}

/// Whether the question itself determines if the signer writes and signs this header, which may have any case.
pub(super) fn is_written_as_asked(name: &[u8]) -> bool {
    let written: [&[u8]; 5] =
        [b"host", b"authorization", b"x-amz-date", b"x-amz-security-token", b"x-amz-region-set"];
    written.contains(&name)
}

#[cfg(test)]
mod tests {
    use sigv4_vectors::Vectors;
    use sigv4_vectors::model::Question;

    use super::*;

    fn question() -> SignQuestion {
        let case = Vectors::embedded()
            .case("official/sigv4/header/get-header-value-trim")
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
        let fewer = answer(|question| question.input.request.headers.truncate(1));
        let chosen = baseline(&question(), &fewer).expect("a choice");
        assert_eq!(chosen.input.request.headers.len(), 1, "the host alone");
    }

    #[test]
    fn less_than_what_must_be_signed_is_none() {
        let without_host = answer(|question| {
            question.input.request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case(b"host"));
        });
        assert_eq!(baseline(&question(), &without_host), None);
    }
}
