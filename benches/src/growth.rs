//! Requests of any size, grown in only one part: in the plain way, and in ways that are meant to be
//! slow.

use std::hint::black_box;

use sigv4_reference::key::KeyCache;
use sigv4_reference::sign::{HeaderSignature, Signer};
use sigv4_reference::verify::{CachedKeys, Verifier};
use sigv4_reference::{Header, Request, Scope, ScopedKey, Workspace};

use crate::limit;
use crate::scene::{ACCESS_KEY_ID, REGION, SECRET, stored_keys, time};

const SERVICE: &[u8] = b"execute-api";

/// What grows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shape {
    /// The body.
    Body,
    /// A path of plain segments.
    Path,
    /// A path in which every byte is encoded.
    PathEscaped,
    /// A path that goes up as often as it goes down.
    PathDotted,
    /// Parameters in order, of about ten bytes each.
    Parameters,
    /// The same parameters out of order.
    ParametersShuffled,
    /// Parameters of one byte each, all with the same name.
    ParametersTiny,
    /// Parameters whose names differ only in their last bytes, in descending order.
    ParametersAlike,
    /// Parameters that consist only of escapes.
    ParametersEscaped,
    /// Parameters that nearly have the name of one of the authentication, with an escape.
    ParametersOwn,
    /// Headers in order, of about twenty bytes each.
    Headers,
    /// Headers whose names differ only in their last bytes, in descending order.
    HeadersAlike,
    /// The same name again and again.
    HeadersRepeated,
    /// One value with spaces between all of its bytes.
    HeaderSpaced,
}

impl Shape {
    /// All of them, each plain one before those that are meant to be slow.
    pub const ALL: &[Self] = &[
        Self::Body,
        Self::Path,
        Self::PathEscaped,
        Self::PathDotted,
        Self::Parameters,
        Self::ParametersShuffled,
        Self::ParametersTiny,
        Self::ParametersAlike,
        Self::ParametersEscaped,
        Self::ParametersOwn,
        Self::Headers,
        Self::HeadersAlike,
        Self::HeadersRepeated,
        Self::HeaderSpaced,
    ];

    /// Its name in tables and plots.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Path => "path",
            Self::PathEscaped => "path-escaped",
            Self::PathDotted => "path-dotted",
            Self::Parameters => "parameters",
            Self::ParametersShuffled => "parameters-shuffled",
            Self::ParametersTiny => "parameters-tiny",
            Self::ParametersAlike => "parameters-alike",
            Self::ParametersEscaped => "parameters-escaped",
            Self::ParametersOwn => "parameters-own",
            Self::Headers => "headers",
            Self::HeadersAlike => "headers-alike",
            Self::HeadersRepeated => "headers-repeated",
            Self::HeaderSpaced => "header-spaced",
        }
    }
}

/// A request of about a given size.
#[derive(Clone, Debug)]
pub struct Grown {
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Grown {
    /// From one kilobyte to a hundred; that is 100 to 10,000 parameters.
    pub const SIZES: &[usize] = &[1_000, 3_000, 10_000, 30_000, 100_000];

    /// The request of this shape whose grown part has `size` bytes, or slightly fewer.
    #[must_use]
    pub fn new(shape: Shape, size: usize) -> Self {
        let mut sized = Self {
            target: "/".to_owned(),
            headers: vec![("Host".to_owned(), "example.amazonaws.com".to_owned())],
            body: Vec::new(),
        };
        let parameters = |unit: usize, text: &dyn Fn(usize) -> String| {
            let pieces: Vec<String> = (0..size / unit).map(text).collect();
            format!("/?{}", pieces.join("&"))
        };
        match shape {
            Shape::Body => sized.body = vec![b'x'; size],
            Shape::Path => sized.target = "/segment".repeat(size / 8),
            Shape::PathEscaped => sized.target = format!("/{}", "+".repeat(size)),
            Shape::PathDotted => sized.target = "/a/..".repeat(size / 5),
            Shape::Parameters => sized.target = parameters(10, &|at| format!("p{at:05}=ab")),
            Shape::ParametersShuffled => {
                // 7919 is a prime and shares no factor with the count, so each occurs once.
                let count = size / 10;
                sized.target = parameters(10, &|at| format!("p{:05}=ab", at * 7919 % count));
            }
            Shape::ParametersTiny => sized.target = parameters(2, &|_| "a".to_owned()),
            Shape::ParametersAlike => {
                let name = "long-common-start-of-every-name";
                sized.target = parameters(38, &|at| format!("{name}{:06}", 999_999 - at));
            }
            Shape::ParametersEscaped => sized.target = parameters(10, &|_| "%2f%2F%3d".to_owned()),
            Shape::ParametersOwn => {
                sized.target = parameters(18, &|_| "X-Amz-Signatur%45".to_owned());
            }
            Shape::HeadersAlike => {
                let header =
                    |at| (format!("X-Long-Start-Of-A-Name-{:05}", 99_999 - at), "value".to_owned());
                sized.headers.extend((0..size / 33).map(header));
            }
            Shape::Headers => {
                let header = |at| (format!("X-Header-{at:05}"), "value".to_owned());
                sized.headers.extend((0..size / 20).map(header));
            }
            Shape::HeadersRepeated => {
                let header = |_| ("X-Header".to_owned(), "value".to_owned());
                sized.headers.extend((0..size / 13).map(header));
            }
            Shape::HeaderSpaced => {
                sized.headers.push(("X-Header".to_owned(), " a ".repeat(size / 3)));
            }
        }
        sized
    }

    /// The bytes of the whole request.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let headers: usize =
            self.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        self.target.len() + headers + self.body.len()
    }

    /// The key that signs it.
    ///
    /// # Panics
    /// Never: the constants are a region and a service.
    #[must_use]
    pub fn key() -> ScopedKey<'static> {
        let scope = Scope::new(&time(), REGION.as_bytes(), SERVICE);
        let scope = scope.expect("the constants are a region and a service");
        ScopedKey::derive(SECRET.as_bytes(), scope)
    }

    /// The headers as the reference takes them.
    #[must_use]
    pub fn headers(&self) -> Vec<Header<'_>> {
        let pairs = self.headers.iter();
        pairs.map(|(n, v)| Header { name: n.as_bytes(), value: v.as_bytes() }).collect()
    }

    /// Signs it in header placement.
    pub fn sign(&self, workspace: &mut Workspace, headers: &[Header<'_>], key: &ScopedKey<'_>) {
        black_box(self.signed(workspace, headers, key));
    }

    /// The same request with the headers that sign it.
    ///
    /// # Panics
    /// If it cannot be signed, which would be a bug in the shape.
    #[must_use]
    pub fn sent(&self) -> Self {
        let (key, mut workspace) = (Self::key(), Workspace::default());
        let headers = self.headers();
        let signed = self.signed(&mut workspace, &headers, &key).expect("a sound request");
        let text = |value| String::from_utf8_lossy(value).into_owned();
        let added = signed.headers().map(|(name, value)| (name.to_owned(), text(value)));
        let headers = self.headers.iter().cloned().chain(added).collect();
        Self { headers, ..self.clone() }
    }

    /// Verifies what [`Grown::sent`] made, with a key from the cache.
    ///
    /// # Panics
    /// If it does not verify, which would be a bug in the reference.
    pub fn verify(&self, workspace: &mut Workspace, headers: &[Header<'_>], cache: &KeyCache) {
        let verifier = Verifier::new(time(), REGION.as_bytes(), SERVICE);
        let keys = CachedKeys { keys: stored_keys(), cache };
        let target = black_box(self.target.as_bytes());
        let request = Request { method: b"GET", target, headers, body: &self.body };
        let verdict = verifier.verify(workspace, &request, &keys);
        assert!(black_box(verdict).is_ok(), "the signature is right");
    }

    /// The number of compressions that this takes.
    ///
    /// # Panics
    /// If it cannot be signed, which would be a bug in the shape.
    #[must_use]
    pub fn compressions(
        &self,
        workspace: &mut Workspace,
        headers: &[Header<'_>],
        key: &ScopedKey<'_>,
    ) -> f64 {
        let signed = self.signed(workspace, headers, key).expect("a sound request");
        let compressions = limit::of_stages(&signed.stages(), &self.body);
        u32::try_from(compressions).map_or(f64::NAN, f64::from)
    }

    fn signed<'w>(
        &self,
        workspace: &'w mut Workspace,
        headers: &[Header<'_>],
        key: &'w ScopedKey<'w>,
    ) -> Option<HeaderSignature<'w>> {
        let signer = Signer::new(time(), ACCESS_KEY_ID.as_bytes(), key);
        let target = black_box(self.target.as_bytes());
        let request = Request { method: b"GET", target, headers, body: &self.body };
        signer.header(workspace, &request).ok()
    }
}
