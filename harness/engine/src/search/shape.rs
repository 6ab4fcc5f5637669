//! Which parts of a request a finding is about.

use sigv4_generate::plain;
use sigv4_protocol::SignQuestion;
use sigv4_vectors::Bytes;

/// The parts in which the last call differs from the plainest question, and those in which the call
/// before it differs from the last call.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Shape {
    departs: Parts,
    changes: Option<Parts>,
}

/// A bit for each part.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Parts(u32);

/// The shape of calls in a row.
pub(super) fn of(calls: &[SignQuestion]) -> Shape {
    let plain = plain();
    match calls {
        [.., before, last] => {
            Shape { departs: differing(last, &plain), changes: Some(differing(before, last)) }
        }
        [only] => Shape { departs: differing(only, &plain), changes: None },
        [] => Shape { departs: Parts(0), changes: None },
    }
}

impl Shape {
    /// Whether calls of the shape `other` have everything that calls of this shape have.
    pub(super) fn is_part_of(&self, other: &Self) -> bool {
        self.departs.0 & !other.departs.0 == 0
    }
}

fn differing(one: &SignQuestion, other: &SignQuestion) -> Parts {
    let (a, b) = (&one.input, &other.input);
    let (mine, theirs) = (&a.credentials, &b.credentials);
    let (path, query) = halves(&a.request.target);
    let (other_path, other_query) = halves(&b.request.target);
    let parts = [
        one.placement != other.placement,
        (one.profile, a.normalize, a.double_encode)
            != (other.profile, b.normalize, b.double_encode),
        a.time != b.time,
        a.region != b.region,
        a.service != b.service,
        mine.access_key_id != theirs.access_key_id,
        mine.secret_access_key != theirs.secret_access_key,
        (&mine.session_token, a.session_token_signed)
            != (&theirs.session_token, b.session_token_signed),
        (a.payload, a.content_sha256_header) != (b.payload, b.content_sha256_header),
        a.expires.is_some() && b.expires.is_some() && a.expires != b.expires,
        a.request.method != b.request.method,
        path != other_path,
        query != other_query,
        a.request.headers != b.request.headers,
        a.request.body != b.request.body,
    ];
    Parts((0..).zip(parts).fold(0, |bits, (index, differs)| bits | u32::from(differs) << index))
}

/// The path, and the query after the first `?`.
fn halves(target: &Bytes) -> (&[u8], Option<&[u8]>) {
    let mut halves = target.splitn(2, |byte| *byte == b'?');
    (halves.next().unwrap_or_default(), halves.next())
}
