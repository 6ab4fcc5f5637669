//! Paths that proxies, gateways and servers rewrite.

use sigv4_protocol::SignQuestion;

use super::super::s3_form;
use super::{Change, Received, Undone, shown};

pub(super) const PREFIX_ADDED: Change = Change {
    id: "path-prefix-added",
    title: "The path was signed without a prefix that it arrived with.",
    who: "Reverse proxies that serve a store below a path of their own (minio#6546), gateways that \
          add the name of a stage.",
    fix: "Let the proxy remove the prefix again before the server sees the request, or sign the \
          path with it.",
    undo: undo_added,
};

pub(super) const PREFIX_REMOVED: Change = Change {
    id: "path-prefix-removed",
    title: "The path was signed with a prefix that was removed on the way.",
    who: "Reverse proxies and API Gateway's custom domains, which map a base path to a stage.",
    fix: "Sign the path that the service sees.",
    undo: undo_removed,
};

pub(super) const SLASHES_CHANGED: Change = Change {
    id: "path-slashes-changed",
    title: "A slash of the path was added, removed or merged with its neighbour.",
    who: "nginx merges repeated slashes (`merge_slashes on`), frameworks add or remove the one at the \
          end.",
    fix: "Switch the merging off where S3 keys may hold `//`, and sign the path as it is sent.",
    undo: undo_slashes,
};

pub(super) const ESCAPES_CHANGED: Change = Change {
    id: "path-escapes-changed",
    title: "The escapes of the path were decoded or written differently on the way.",
    who: "Proxies that decode the path before they pass it on (nginx with a URI in `proxy_pass`), \
          HTTP libraries that escape it again.",
    fix: "Let the proxy pass the raw path on; for S3, write every byte outside the unreserved set \
          as an upper-case escape before signing and sending.",
    undo: undo_escapes,
};

/// The most segments that a prefix has.
const SEGMENTS: usize = 4;
/// Prefixes that gateways remove.
const PREFIXES: &[&str] = &[
    "api", "beta", "default", "dev", "latest", "live", "prod", "s3", "stage", "staging", "test",
    "v1", "v2",
];

fn undo_added(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let (path, rest) = split(asked);
    let starts = (1..path.len()).filter(|at| path[*at] == b'/').take(SEGMENTS);
    let whole = (path.len() > 1).then_some(path.len());
    starts
        .chain(whole)
        .map(|at| {
            let signed = if at == path.len() { &b"/"[..] } else { &path[at..] };
            let what = format!(
                "signed as {}, arrived as {}: the prefix {} was added",
                shown(signed),
                shown(path),
                shown(&path[..at])
            );
            retargeted(asked, what, signed, rest)
        })
        .collect()
}

fn undo_removed(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let (path, rest) = split(asked);
    let prefixes = PREFIXES.iter();
    prefixes
        .map(|prefix| {
            let signed = [b"/", prefix.as_bytes(), path].concat();
            let what = format!("signed as {}, arrived as {}", shown(&signed), shown(path));
            retargeted(asked, what, &signed, rest)
        })
        .collect()
}

fn undo_slashes(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let (path, rest) = split(asked);
    let doubled = (0..path.len())
        .filter(|at| path[*at] == b'/')
        .map(|at| [&path[..at], b"/", &path[at..]].concat());
    let ended = match path.strip_suffix(b"/") {
        Some(shorter) if !shorter.is_empty() => shorter.to_vec(),
        _ => [path, b"/"].concat(),
    };
    doubled
        .chain([ended])
        .map(|signed| {
            let what = format!("signed as {}, arrived as {}", shown(&signed), shown(path));
            retargeted(asked, what, &signed, rest)
        })
        .collect()
}

fn undo_escapes(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let (path, rest) = split(asked);
    let mut forms = vec![
        s3_form::recoded(path),
        s3_form::decoded(path),
        s3_form::encoded(path),
        s3_form::encoded(&s3_form::decoded(path)),
        path.iter().map(u8::to_ascii_lowercase).collect(),
    ];
    forms.retain(|form| form != path);
    forms.sort_unstable();
    forms.dedup();
    forms
        .into_iter()
        .map(|signed| {
            let what = format!("signed as {}, arrived as {}", shown(&signed), shown(path));
            retargeted(asked, what, &signed, rest)
        })
        .collect()
}

/// The path, and the rest of the target from the question mark on.
fn split(asked: &SignQuestion) -> (&[u8], &[u8]) {
    let target = &asked.input.request.target;
    let end = target.iter().position(|byte| *byte == b'?').unwrap_or(target.len());
    target.split_at(end)
}

fn retargeted(asked: &SignQuestion, what: String, path: &[u8], rest: &[u8]) -> Undone {
    Undone::new(asked, what, |request| request.target = [path, rest].concat().into())
}
