//! Headers that arrived more than once.

use sigv4_protocol::SignQuestion;

use super::{Change, Part, Received, Undone, copies, shown};

pub(super) const ADDED: Change = Change {
    id: "header-repeated",
    title: "A header was signed once and arrived twice.",
    part: Part::Header,
    who: "Proxies that append a header where they mean to replace it (Envoy and HAProxy can do both), \
          HTTP libraries that write their own Host, Content-Type or Date beside the caller's.",
    fix: "Set the header in place of the one that is there.",
    undo,
};

fn undo(received: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let headers = &asked.input.request.headers;
    let occurrences =
        |name: &[u8]| headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name)).count();
    let most = copies(asked);
    let repeated = headers.iter().enumerate().filter(|(_, (name, _))| {
        let is_signed = received.signed.iter().any(|signed| name.eq_ignore_ascii_case(signed));
        is_signed && occurrences(name) > 1
    });
    // What was appended comes last.
    let repeated: Vec<_> = repeated.take(most).collect();
    let undone = repeated.into_iter().rev().map(|(index, (name, value))| {
        let lower = name.to_ascii_lowercase();
        let what = format!("`{}: {}` was added to the signed one", shown(&lower), shown(value));
        Undone::new(asked, what, |request| {
            request.headers.remove(index);
        })
    });
    undone.collect()
}
