//! A signer of the user's as a subject.

use sigv4_protocol::{Answer, Identity, InProcess, Question, SignQuestion, SignedAnswer};
use sigv4_vectors::model::{Need, Payload, Placement};

/// A signer under test.
pub trait Signer {
    /// Signs a request, and returns it as it would be sent. A failure shows more if the canonical request is
    /// returned with it: then it points to the byte that differs.
    ///
    /// It is given everything: the time, the credentials, region and service, how the path becomes
    /// canonical. What the [`Gate`](super::Gate) does not declare of placements, profiles, session tokens and
    /// payload markers is refused before.
    ///
    /// # Errors
    /// [`Refusal`]. A panic is a failure of the signer, too.
    fn sign(&mut self, asked: &SignQuestion) -> Result<SignedAnswer, Refusal>;
}

/// Why a request was not signed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Refusal {
    /// It failed.
    Failed(String),
    /// Its interface cannot hold the request.
    Unrepresentable(String),
    /// It has no way to do what is asked.
    Unsupported(String),
}

/// A signer with what it declares.
pub(super) struct Plugged<'s> {
    pub(super) identity: Identity,
    pub(super) signer: &'s mut dyn Signer,
}

impl Plugged<'_> {
    fn sign(&mut self, asked: &SignQuestion) -> Answer {
        if let Some(feature) = self.undeclared(asked) {
            return Answer::unsupported(format!("it does not declare {feature}"));
        }
        match self.signer.sign(asked) {
            Ok(answer) => Answer::Signed(Box::new(answer)),
            Err(Refusal::Failed(detail)) => Answer::error(detail),
            Err(Refusal::Unrepresentable(detail)) => Answer::unrepresentable(detail),
            Err(Refusal::Unsupported(detail)) => Answer::unsupported(detail),
        }
    }

    /// A feature that the question asks for by a switch, and that is not declared. A signer that does not
    /// know the switch would sign something else, and be called wrong.
    fn undeclared(&self, asked: &SignQuestion) -> Option<&'static str> {
        let input = &asked.input;
        let has_token = input.credentials.session_token.is_some();
        let in_header = asked.placement == Placement::Header;
        let switches = [
            (Need::SessionToken, has_token),
            (Need::UnsignedSessionToken, has_token && !input.session_token_signed),
            (Need::UnsignedPayload, input.payload == Payload::Unsigned),
            (Need::ContentSha256Header, input.content_sha256_header && in_header),
        ];
        let undeclared =
            |(need, is_asked): &(Need, bool)| *is_asked && !self.identity.features.contains(need);
        switches.iter().find(|switch| undeclared(switch)).map(|(need, _)| need.as_str())
    }
}

impl InProcess for Plugged<'_> {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn answer(&mut self, question: &Question) -> Answer {
        match question {
            Question::Sign(asked) => self.sign(asked),
            Question::SignSequence(sequence) => {
                Answer::of_calls(sequence.calls.iter().map(|call| self.sign(call)))
            }
            other => Answer::unsupported(format!(
                "a gate asks to sign requests, not to {}",
                other.in_words()
            )),
        }
    }
}
