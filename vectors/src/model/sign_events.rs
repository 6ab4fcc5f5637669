//! An event stream to sign message by message.

use serde::{Deserialize, Serialize};

use super::sign_chunks::{ChainKey, ChainStart, PieceExpectation, SeedExpectation};
use crate::bytes::Bytes;
use crate::text::Time;

/// An event stream to sign, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventSigning {
    /// What the signer is given.
    pub input: EventsInput,
    /// What a correct signer makes of it.
    pub expect: EventsExpectation,
}

/// All that the signer of an event stream is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventsInput {
    /// The moment at which the head was signed, or is to be signed.
    pub time: Time,
    /// The region of the credential scope.
    pub region: Bytes,
    /// The service of the credential scope.
    pub service: Bytes,
    /// What signs.
    pub key: ChainKey,
    /// What the chain of signatures starts from; an event stream has no final chunk.
    pub start: ChainStart,
    /// The messages in order, the empty one at the end included.
    pub messages: Vec<EventInput>,
}

/// One message of an event stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventInput {
    /// The moment at which it is signed.
    pub time: Time,
    /// The encoded headers that are signed: usually `:date` alone.
    pub headers: Bytes,
    /// The payload: usually a whole encoded message; empty at the end of the stream.
    pub payload: Bytes,
}

/// What comes of an event stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventsExpectation {
    /// The signature of the head, where it is to be signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<SeedExpectation>,
    /// The messages in order.
    pub messages: Vec<PieceExpectation>,
}
