//! The traces of a key pair: the private key, and its public half, which not every subject shows.

use sigv4_protocol::DerivedKeyPair;

use super::Traces;

pub(super) fn traces(answer: &DerivedKeyPair) -> Traces {
    let public_key = answer.public_key.as_ref();
    Traces {
        signatures: vec![answer.private_key.clone().into()],
        shown: public_key.map(|key| format!("{} {}", key.x, key.y).into()),
        ..Traces::default()
    }
}
