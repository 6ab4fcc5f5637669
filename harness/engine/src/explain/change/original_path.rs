//! A path that a proxy rewrote and kept in a header.

use sigv4_protocol::SignQuestion;

use super::super::parts::header;
use super::super::s3_form;
use super::super::url::{Url, split_query};
use super::{Change, Part, Received, Undone, shown};
use crate::explain::field_request::Scheme;

pub(super) const REWRITTEN: Change = Change {
    id: "path-rewritten",
    title: "A proxy rewrote the path that was signed, and kept it in a header.",
    part: Part::Path,
    who: "Reverse proxies that remove or replace a prefix before they pass a request on \
          (seaweedfs#7320).",
    fix: "Let the proxy pass the path on unchanged, or let the server verify the path in the header, \
          if it can.",
    undo,
};

/// Headers with the path, or the whole URL, that a proxy was asked for: nginx and its ingress, IIS,
/// Envoy, Traefik.
const ORIGINAL: &[&str] = &[
    "x-original-uri",
    "x-original-url",
    "x-rewrite-url",
    "x-envoy-original-path",
    "x-forwarded-uri",
    "x-replaced-path",
];
/// The header with what was removed from the beginning.
const PREFIX: &str = "x-forwarded-prefix";

fn undo(received: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let (path, query) = split_query(&asked.input.request.target);
    let value = |name: &&str| header(received.request, name);
    let mut originals: Vec<(&str, Vec<u8>)> = Vec::new();
    for name in ORIGINAL {
        originals.extend(value(name).map(|value| (*name, path_of(value.trim_ascii()))));
    }
    let joined = |prefix: &[u8]| {
        let prefix = prefix.strip_suffix(b"/").unwrap_or(prefix);
        [prefix, path].concat()
    };
    originals.extend(value(&PREFIX).map(|prefix| (PREFIX, joined(prefix.trim_ascii()))));
    let originals = originals.into_iter().filter(|(_, original)| original.starts_with(b"/"));
    let undone = originals.map(|(name, original)| {
        let what = format!(
            "signed as {}, arrived as {}: `{name}` has the path of the signer",
            shown(&original),
            shown(path)
        );
        let canonical =
            if asked.input.double_encode { original } else { s3_form::recoded(&original) };
        let query = query.map(|query| [b"?", query].concat()).unwrap_or_default();
        let one = Undone::new(asked, what, |request| {
            request.target = [canonical, query].concat().into();
        });
        Undone { is_evident: true, ..one }
    });
    undone.collect()
}

/// The path of a header that has a URL, or a path with or without its query.
fn path_of(value: &[u8]) -> Vec<u8> {
    if value.starts_with(b"/") {
        return split_query(value).0.to_vec();
    }
    Url::parse(value, Scheme::Http).map(|url| url.path.to_vec()).unwrap_or_default()
}
