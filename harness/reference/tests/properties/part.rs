//! The parts of a sent request, to be tampered with and compared.

use std::ops::Range;

use sigv4_reference::{Profile, Workspace};

use crate::common::Sent;

/// A part of a sent request that the signature covers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    Body,
    HeaderValue,
    Method,
    Path,
    QueryValue,
    Scope,
    Signature,
}

impl Part {
    pub(crate) const ALL: [Self; 7] = [
        Self::Body,
        Self::HeaderValue,
        Self::Method,
        Self::Path,
        Self::QueryValue,
        Self::Scope,
        Self::Signature,
    ];

    /// The text that holds the part, and where in it the part stands.
    pub(crate) fn locate(
        self,
        sent: &mut Sent,
        access_key_id_length: usize,
    ) -> (&mut Vec<u8>, Range<usize>) {
        let authorization = sent.headers.iter().position(|(name, _)| name == b"Authorization");
        match self {
            Self::Body => whole(&mut sent.body),
            Self::HeaderValue => whole(&mut sent.headers[0].1),
            Self::Method => whole(&mut sent.method),
            Self::Path => {
                let end = find(&sent.target, b"?");
                (&mut sent.target, 1..end)
            }
            Self::QueryValue => {
                let start = find(&sent.target, b"?value=") + b"?value=".len();
                // The signer's own parameters come behind the caller's.
                let end = sent.target[start..].iter().position(|&byte| byte == b'&');
                let end = end.map_or(sent.target.len(), |length| start + length);
                (&mut sent.target, start..end)
            }
            Self::Scope | Self::Signature => {
                let text = match authorization {
                    Some(index) => &mut sent.headers[index].1,
                    None => &mut sent.target,
                };
                let (name, end) = match self {
                    Self::Scope => (&b"Credential="[..], find(text, b"request")),
                    _ => (&b"Signature="[..], text.len()),
                };
                let start = find(text, name) + name.len();
                let skipped = if name == b"Credential=" { access_key_id_length } else { 0 };
                (text, start + skipped..end)
            }
        }
    }
}

fn whole(text: &mut Vec<u8>) -> (&mut Vec<u8>, Range<usize>) {
    let end = text.len();
    (text, 0..end)
}

fn find(text: &[u8], pattern: &[u8]) -> usize {
    text.windows(pattern.len()).position(|window| window == pattern).unwrap()
}

/// What is left of a sent request once the differences that do not count are gone.
pub(crate) fn canonical_parts(sent: &Sent, profile: Profile) -> [Vec<u8>; 4] {
    let mut workspace = Workspace::default();
    let path = workspace.canonical_path(&sent.target, profile).to_vec();
    let query = workspace.canonical_query(&sent.target, |_| true);
    let query = query.map_or_else(|error| error.to_string().into_bytes(), <[u8]>::to_vec);
    let mut headers = Vec::new();
    for (_, value) in &sent.headers {
        headers.extend_from_slice(workspace.canonical_header_value(value));
        headers.push(b'\n');
    }
    [path, query, headers, [&sent.method[..], b" ", &sent.body].concat()]
}
