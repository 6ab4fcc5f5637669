//! The trace of a key pair: the private key. The public half follows from it.

use sigv4_protocol::DerivedKeyPair;

use super::Traces;

pub(super) fn traces(answer: &DerivedKeyPair) -> Traces {
    Traces { signatures: vec![answer.private_key.clone().into()], ..Traces::default() }
}
