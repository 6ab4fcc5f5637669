//! `sign-events`: sign the messages of an event stream.

use serde::{Deserialize, Serialize};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{ChainKey, ChainStart, EventInput, EventSigning, Payload, Profile};
use sigv4_vectors::text::Time;

use super::asked::{Asked, Variable};
use super::sign::{SignQuestion, SignedAnswer};
use super::stream::{Chain, SignedPiece};
use crate::stage::Stage;

/// Sign the messages of an event stream. Its path is canonical as for most services.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventsQuestion {
    /// The moment at which the head was signed, or is to be signed.
    pub time: Time,
    /// The region of the credential scope.
    pub region: Bytes,
    /// The service of the credential scope.
    pub service: Bytes,
    /// What signs.
    pub key: ChainKey,
    /// What the chain of signatures starts from.
    pub start: ChainStart,
    /// The messages in order, the empty one at the end included.
    pub messages: Vec<EventInput>,
}

/// The signatures of an event stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventsAnswer {
    /// The signed head, if the question had one to sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<SignedAnswer>,
    /// The signed messages, in order.
    pub messages: Vec<SignedPiece>,
}

impl EventsQuestion {
    /// What a case asks.
    #[must_use]
    pub fn of(signing: &EventSigning) -> Self {
        let input = signing.input.clone();
        Self {
            time: input.time,
            region: input.region,
            service: input.service,
            key: input.key,
            start: input.start,
            messages: input.messages,
        }
    }

    /// The head as a question of its own; `None` if it is not to be signed.
    #[must_use]
    pub fn head(&self) -> Option<SignQuestion> {
        self.chain().head(Profile::Generic, Payload::Events)
    }

    /// The plainest request with the scope of the stream at a given time, and its credentials if it
    /// has any.
    #[must_use]
    pub fn bare(&self, time: &Time) -> SignQuestion {
        Chain { time, ..self.chain() }.bare(Profile::Generic, Payload::Events)
    }

    fn chain(&self) -> Chain<'_> {
        let Self { time, region, service, key, start, .. } = self;
        Chain { time, region, service, key, start }
    }
}

impl EventsAnswer {
    pub(super) fn steps(&self) -> Vec<(Stage, Vec<u8>)> {
        let mut steps: Vec<_> = self.head.iter().flat_map(SignedAnswer::steps).collect();
        steps.extend(self.messages.iter().flat_map(SignedPiece::steps));
        steps
    }
}

impl Asked for EventsQuestion {
    fn variables(&self) -> Vec<Variable> {
        self.chain().variables()
    }

    fn in_words(&self) -> String {
        format!("sign {} messages, {}", self.messages.len(), self.chain().in_words())
    }
}
