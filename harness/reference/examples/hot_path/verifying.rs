//! Requests that are accepted, and the same requests with one thing wrong: one for each reason to
//! refuse, in each placement that has it.

use std::hint::black_box;

use sigv4_reference::key::KeyCache;
use sigv4_reference::sign::{ContentSha256, Signer};
use sigv4_reference::verify::{CachedKeys, Reason, StoredKey, Verifier};
use sigv4_reference::{Error, Header, KeyMaterial, Request, Scope, ScopedKey, Time, Workspace};

use crate::{ACCESS_KEY_ID, HEADERS, REGION, SECRET, SERVICE, TARGET, repeat};

/// How large the requests are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Size {
    Small,
    /// With a hundred headers and a hundred parameters more, and an access key id of 5 kB.
    Large,
}

/// A request with what it is verified with.
#[derive(Clone)]
struct Case<'c> {
    verifier: Verifier<'c>,
    key: StoredKey<'c>,
    target: String,
    headers: Vec<(String, String)>,
    body: &'static [u8],
}

/// What makes a verifier refuse a request.
type Change = (Reason, fn(&mut Case<'_>));

/// A request in each placement, which is accepted, and its changes, which are refused. Verifies the one
/// with this name; without a name, prints all names.
pub(crate) fn run(size: Size, now: Time, chosen: Option<&str>) -> Result<(), Error> {
    let scope = Scope::new(&now, REGION, SERVICE)?;
    let key = ScopedKey::derive(SECRET, scope);
    let other = ScopedKey::derive(SECRET, Scope::new(&now, b"eu-west-1", SERVICE)?);
    let long_id = ACCESS_KEY_ID.repeat(450);
    let access_key_id = if size == Size::Small { ACCESS_KEY_ID } else { &long_id };
    let material = KeyMaterial::Secret(SECRET);
    let case = Case {
        verifier: Verifier::new(now, REGION, SERVICE),
        key: StoredKey { access_key_id, material, session_token: None, active: true },
        target: String::from_utf8_lossy(TARGET).into_owned(),
        headers: HEADERS.iter().map(|header| (text(header.name), text(header.value))).collect(),
        body: b"",
    };
    let mut grown = case.clone();
    if size == Size::Large {
        for at in 0..100 {
            grown.target += "&parameter-";
            grown.target += &at.to_string();
            grown.target += "=value";
            grown.headers.push((format!("X-Header-{at}"), "value".to_owned()));
        }
    }
    let signer =
        Signer { content_sha256: ContentSha256::Header, ..Signer::new(now, access_key_id, &key) };
    for (placement, case, changes) in [
        ("header", in_header(&signer, &grown)?, HEADER_CHANGES),
        ("query", in_query(&signer, &grown)?, QUERY_CHANGES),
    ] {
        case.verify_if(chosen, placement, None);
        let out_of_scope: Change = (Reason::KeyOutOfScope, |_| ());
        for (reason, change) in changes.iter().chain(COMMON_CHANGES).chain([&out_of_scope]) {
            let mut changed = case.clone();
            change(&mut changed);
            if *reason == Reason::KeyOutOfScope {
                changed.key.material = KeyMaterial::Signing(&other);
            }
            changed.verify_if(chosen, placement, Some(*reason));
        }
    }
    Ok(())
}

/// Verifies a request with this number of headers, all of them signed, in no order.
pub(crate) fn run_headers(count: usize, now: Time) -> Result<(), Error> {
    let key = ScopedKey::derive(SECRET, Scope::new(&now, REGION, SERVICE)?);
    let signer = Signer::new(now, ACCESS_KEY_ID, &key);
    let material = KeyMaterial::Secret(SECRET);
    // 7919 is a prime and shares no factor with the counts, so that each occurs once.
    let names = (0..count).map(|at| format!("X-Header-{:05}", at * 7919 % count));
    let host = ("Host".to_owned(), "example.amazonaws.com".to_owned());
    let case = Case {
        verifier: Verifier::new(now, REGION, SERVICE),
        key: StoredKey {
            access_key_id: ACCESS_KEY_ID,
            material,
            session_token: None,
            active: true,
        },
        target: "/".to_owned(),
        headers: names.map(|name| (name, "value".to_owned())).chain([host]).collect(),
        body: b"",
    };
    in_header(&signer, &case)?.verify(None);
    Ok(())
}

impl Case<'_> {
    fn with_request<T>(&self, act: impl FnOnce(&Request<'_>) -> T) -> T {
        let headers = self.headers.iter();
        let headers: Vec<Header<'_>> = headers
            .map(|(name, value)| Header { name: name.as_bytes(), value: value.as_bytes() })
            .collect();
        let target = self.target.as_bytes();
        act(&Request { method: b"GET", target, headers: &headers, body: self.body })
    }

    fn verify_if(&self, chosen: Option<&str>, placement: &str, expected: Option<Reason>) {
        let name = format!("{placement}-{}", expected.map_or("accepted", Reason::code));
        match chosen {
            Some(chosen) if chosen == name => self.verify(expected),
            Some(_) => {}
            None => println!("{name}"),
        }
    }

    /// Verifies it, a few times until all buffers have grown.
    fn verify(&self, expected: Option<Reason>) {
        let (cache, mut workspace) = (KeyCache::new(8, 0), Workspace::default());
        let keys = CachedKeys { keys: [self.key], cache: &cache };
        self.with_request(|request| {
            repeat(|| {
                let verdict = self.verifier.verify(&mut workspace, black_box(request), &keys);
                verdict.err().map(|rejection| rejection.reason) == expected
            });
        });
    }

    fn replace(&mut self, from: &str, to: &str) {
        self.target = self.target.replace(from, to);
        for (name, value) in &mut self.headers {
            *name = name.replace(from, to);
            *value = value.replace(from, to);
        }
    }
}

fn in_header<'c>(signer: &Signer<'_>, case: &Case<'c>) -> Result<Case<'c>, Error> {
    let mut workspace = Workspace::default();
    let mut sent = case.clone();
    case.with_request(|request| {
        let made = signer.header(&mut workspace, request)?;
        sent.headers.extend(made.headers().map(|(name, value)| (name.to_owned(), text(value))));
        Ok(sent)
    })
}

fn in_query<'c>(signer: &Signer<'_>, case: &Case<'c>) -> Result<Case<'c>, Error> {
    let mut workspace = Workspace::default();
    let target = case.with_request(|request| {
        signer.query(&mut workspace, request, 60).map(|signed| text(signed.target()))
    })?;
    Ok(Case { target, ..case.clone() })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// In either placement.
const COMMON_CHANGES: &[Change] = &[
    (Reason::InactiveAccessKey, |case| case.key.active = false),
    (Reason::MalformedAuthentication, |case| case.replace("Signature=", "Signature=0")),
    (Reason::MalformedRequest, |case| case.target += "&%"),
    (Reason::MultipleAuthentications, |case| {
        case.headers.push(("Authorization".to_owned(), "AWS4-HMAC-SHA256".to_owned()));
    }),
    (Reason::ScopeDateMismatch, |case| case.replace("0150830T", "0150831T")),
    (Reason::ScopeRegionMismatch, |case| case.verifier.region = b"eu-west-1"),
    (Reason::ScopeServiceMismatch, |case| case.verifier.service = b"other"),
    (Reason::ScopeTerminatorMismatch, |case| case.replace("aws4_request", "aws5_request")),
    (Reason::SessionTokenMismatch, |case| case.key.session_token = Some(b"token")),
    (Reason::SignatureMismatch, |case| case.replace("?limit", "?limes")),
    (Reason::SignedHeaderMissing, |case| case.headers.retain(|(name, _)| name != "Accept")),
    (Reason::UnknownAccessKey, |case| case.key.access_key_id = b"another"),
    (Reason::UnsignedHeader, |case| {
        case.headers.push(("X-Amz-Other".to_owned(), String::new()));
    }),
    (Reason::UnsupportedAlgorithm, |case| case.replace("HMAC-SHA256", "HMAC-SHA257")),
];

const HEADER_CHANGES: &[Change] = &[
    (Reason::MissingAuthentication, |case| {
        case.headers.retain(|(name, _)| name != "Authorization");
    }),
    (Reason::MissingDate, |case| case.headers.retain(|(name, _)| name != "X-Amz-Date")),
    (Reason::PayloadHashMismatch, |case| case.body = b"other"),
    (Reason::RequestTimeTooSkewed, |case| set_clock(case, b"20150830T130000Z")),
    (Reason::UnsupportedPayload, |case| {
        let is_hash = |name: &str| name == "X-Amz-Content-Sha256";
        for (_, value) in case.headers.iter_mut().filter(|(name, _)| is_hash(name)) {
            "STREAMING".clone_into(value);
        }
    }),
];

const QUERY_CHANGES: &[Change] = &[
    (Reason::Expired, |case| set_clock(case, b"20150830T130000Z")),
    (Reason::ExpiresOutOfRange, |case| case.replace("X-Amz-Expires=60", "X-Amz-Expires=0")),
    (Reason::MissingAuthentication, |case| case.replace("X-Amz-", "X-Other-")),
    (Reason::NotYetValid, |case| set_clock(case, b"20150830T120000Z")),
];

fn set_clock(case: &mut Case<'_>, now: &[u8]) {
    case.verifier.now = Time::parse(now).unwrap_or(case.verifier.now);
}
