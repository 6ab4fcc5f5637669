//! `sign-legacy`: the signature; what is sent besides.

use sigv4_protocol::{LegacyAnswer, LegacyQuestion};

use super::Traces;

pub(super) fn traces(question: &LegacyQuestion, answer: &LegacyAnswer) -> Traces {
    let request = &answer.request;
    let signature = question.signature(request).unwrap_or_default();
    let is_form = question.is_form();
    let path = request.target.split(|&byte| byte == b'?').next().unwrap_or_default();
    let target = if is_form { &request.target[..] } else { path };
    let mut sent = vec![target.to_vec()];
    sent.extend(question.parameters(request).map(<[u8]>::to_vec));
    let headers = request.headers.iter();
    sent.extend(headers.map(|(name, value)| {
        let value = value.strip_suffix(&signature[..]).unwrap_or(value);
        [&name.to_ascii_lowercase()[..], b":", value.trim_ascii()].concat()
    }));
    sent.sort_unstable();
    Traces { signatures: vec![signature], sent, shown: None }
}
