//! `sign-post-policy`: the signature; the other fields of the form.

use sigv4_protocol::PolicyAnswer;

use super::Traces;

pub(super) fn traces(answer: &PolicyAnswer) -> Traces {
    let is_signature = |name: &[u8]| {
        [&b"x-amz-signature"[..], b"signature"].iter().any(|own| name.eq_ignore_ascii_case(own))
    };
    let (signatures, others): (Vec<_>, Vec<_>) =
        answer.fields.iter().partition(|(name, _)| is_signature(name));
    let mut sent: Vec<Vec<u8>> = others
        .iter()
        .map(|(name, value)| [&name.to_ascii_lowercase(), &b"="[..], value].concat())
        .chain(signatures.iter().map(|(name, _)| name.to_ascii_lowercase()))
        .collect();
    sent.sort_unstable();
    let signatures = signatures.iter().map(|(_, value)| value.to_vec()).collect();
    Traces { signatures, sent, shown: None }
}
