//! The contents of the vectors, as inputs for the targets that take text.

use std::collections::BTreeSet;

use sigv4_vectors::Vectors;
use sigv4_vectors::model::{Case, Placement, Request, Signing};

use super::{Pack, Target, field_seeds, form, stream};

/// The inputs for `target` that come from the vectors; none if its bytes are decisions.
#[must_use]
pub fn seeds(target: &Target) -> Pack {
    if !target.input.is_text() {
        return Pack::default();
    }
    let signings = || Vectors::embedded().cases().flat_map(Case::calls);
    match target.name {
        "chunked_body" => return stream::bodies(),
        "chunked_body_v4a" => return stream::bodies_v4a(),
        "event_messages" => return stream::events(),
        "explained_input" => return field_seeds::requests(signings()),
        "form_policy" => return form::policies(),
        "upload_form" => return form::forms(),
        "server_answer" => return field_seeds::answers(signings()),
        _ => {}
    }
    let made: BTreeSet<Vec<u8>> =
        signings().filter_map(|signing| seed(target.name, signing)).collect();
    made.into_iter().collect()
}

fn seed(target: &str, signing: &Signing) -> Option<Vec<u8>> {
    let given = &signing.input.request;
    let sent = &signing.expect.signed_request;
    match target {
        "authorization" => header(sent, b"authorization").map(<[u8]>::to_vec),
        "canonical_headers" => {
            let words = given.headers.iter().flat_map(|(name, value)| [name, value]);
            let words = words.flat_map(|word| word.iter().copied().chain([0]));
            Some([switches(signing)].into_iter().chain(words).collect())
        }
        "canonical_path" => Some([&[switches(signing)], &given.target[..]].concat()),
        "canonical_query" => Some([&[switches(signing)], query(given)?].concat()),
        "date_and_scope" => {
            let authorization = header(sent, b"authorization")?;
            let credential = authorization.split(|byte| b" ,".contains(byte)).nth(1)?;
            let credential = credential.strip_prefix(b"Credential=")?;
            let time = header(given, b"date").unwrap_or(signing.input.time.as_bytes());
            Some([time, b"\0", credential].concat())
        }
        "presigned_query" if signing.placement == Placement::Query => {
            query(sent).map(<[u8]>::to_vec)
        }
        _ => None,
    }
}

/// The byte of switches that corresponds to the signing.
fn switches(signing: &Signing) -> u8 {
    u8::from(!signing.input.normalize)
        | u8::from(!signing.input.double_encode) << 1
        | u8::from(signing.placement == Placement::Query) << 2
}

fn header<'r>(request: &'r Request, name: &[u8]) -> Option<&'r [u8]> {
    let mut headers = request.headers.iter();
    headers.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| &value[..])
}

fn query(request: &Request) -> Option<&[u8]> {
    let mark = request.target.iter().position(|&byte| byte == b'?')?;
    Some(&request.target[mark + 1..])
}
