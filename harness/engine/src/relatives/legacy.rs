//! The signatures that came before Version 4.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sigv4_protocol::hex::hex;
use sigv4_reference::key::Secret;
use sigv4_reference::legacy::aws3::{Aws3Signer, Aws3Verifier, HEADER};
use sigv4_reference::legacy::query_v2::{QueryV2Signer, QueryV2Verifier};
use sigv4_reference::legacy::s3_v2::{S3V2Signer, S3V2Verifier};
use sigv4_reference::legacy::{Clock, LegacyWorkspace, Mac};
use sigv4_reference::verify::{Reason, Rejection, StoredKey};
use sigv4_reference::{Header, KeyMaterial, Request, Time};

use super::keys::{SECRET, read_otherwise};
use super::texts::{METHODS, decoded, parameter, parameters, query, with_line};
use super::{Candidate, Cause, Checked, Known, Outcome, Relative};

/// The window of S3 and of the query services, in seconds.
const WINDOW: u64 = 900;

/// The id that a request names; empty where it cannot be read.
pub(super) fn access_key_id(relative: Relative, request: &Request<'_>) -> Vec<u8> {
    let id = match relative {
        Relative::S3V2 => request
            .header("authorization")
            .and_then(|value| value.trim_ascii().strip_prefix(b"AWS "))
            .map(<[u8]>::trim_ascii)
            .and_then(|rest| Some(rest[..rest.iter().rposition(|&byte| byte == b':')?].to_vec())),
        Relative::Aws3 => request.header(HEADER).and_then(|value| {
            let mut fields = value.split(|byte| b", ".contains(byte));
            fields.find_map(|field| Some(field.strip_prefix(b"AWSAccessKeyId=")?.to_vec()))
        }),
        _ => None,
    };
    id.or_else(|| parameter(form(request), "AWSAccessKeyId")).unwrap_or_default()
}

/// The parameters that carry the authentication.
fn form<'r>(request: &Request<'r>) -> &'r [u8] {
    if request.method == b"POST" && !request.body.is_empty() {
        request.body
    } else {
        query(request)
    }
}

/// Checks the signature.
pub(super) fn check(relative: Relative, request: &Request<'_>, known: &Known<'_>) -> Checked {
    let scene = Scene { relative, request, known, bucket: bucket(request) };
    let clock = Clock { now: known.now, window_seconds: known.window_seconds.unwrap_or(WINDOW) };
    let rejection = match scene.verify(clock) {
        Ok(()) => return Checked::RIGHT,
        Err(rejection) => rejection,
    };
    // Nothing has expired at the beginning, and everything is in this window.
    let beginning = Time::from_unix_seconds(0).unwrap_or(known.now);
    let any_time = Clock { now: beginning, window_seconds: u64::MAX };
    match scene.verify(any_time) {
        Ok(()) => Checked::refused(Outcome::Refused, rejection),
        Err(mismatch) if mismatch.reason == Reason::SignatureMismatch => {
            Checked::refused(scene.found(), mismatch)
        }
        Err(refusal) => Checked::refused(Outcome::Unreadable, refusal),
    }
}

struct Scene<'s> {
    relative: Relative,
    request: &'s Request<'s>,
    known: &'s Known<'s>,
    /// The bucket that the host names.
    bucket: Option<&'s [u8]>,
}

impl Scene<'_> {
    fn verify(&self, clock: Clock) -> Result<(), Rejection> {
        let id = access_key_id(self.relative, self.request);
        let sent = self.token();
        let keys = [StoredKey {
            access_key_id: self.known.access_key_id.unwrap_or(&id),
            material: KeyMaterial::Secret(self.known.secret_access_key),
            session_token: self.known.session_token.or(sent.as_deref()),
            active: true,
        }];
        let workspace = &mut LegacyWorkspace::default();
        match self.relative {
            Relative::QueryV2 => {
                QueryV2Verifier { clock }.verify(workspace, self.request, &keys).map(drop)
            }
            Relative::Aws3 => {
                Aws3Verifier { clock }.verify(workspace, self.request, &keys).map(drop)
            }
            _ => {
                let verifier = S3V2Verifier { clock, bucket: self.bucket };
                verifier.verify(workspace, self.request, &keys).map(drop)
            }
        }
    }

    fn token(&self) -> Option<Vec<u8>> {
        let header = self.request.header("x-amz-security-token");
        let named = |(name, value): (&[u8], &[u8])| {
            let names = ["x-amz-security-token", "SecurityToken"];
            names
                .iter()
                .any(|own| name.eq_ignore_ascii_case(own.as_bytes()))
                .then(|| decoded(value))
        };
        header.map(<[u8]>::to_vec).or_else(|| parameters(form(self.request)).find_map(named))
    }

    /// The signature is that of no correct signer.
    fn found(&self) -> Outcome {
        let Some(right) = self.string_to_sign(self.bucket) else {
            return Outcome::Unexplained { canonical_request: None, string_to_sign: Vec::new() };
        };
        match self.cause(&right, &self.signature()) {
            Some(cause) => Outcome::Wrong(cause),
            None => Outcome::Unexplained { canonical_request: None, string_to_sign: right },
        }
    }

    fn cause(&self, right: &[u8], signature: &[u8]) -> Option<Cause> {
        let secret = self.known.secret_access_key;
        let right_mac = self.mac();
        let is = |mac, secret: &[u8], text: &[u8]| {
            LegacyWorkspace::default().sign(mac, secret, text).signature() == signature
        };
        let candidates = self.candidates(right);
        if let Some(found) = candidates.iter().find(|one| is(right_mac, secret, &one.text)) {
            return Some(found.cause.clone());
        }
        let other_mac = match right_mac {
            Mac::HmacSha1 => Mac::HmacSha256,
            Mac::HmacSha256 => Mac::HmacSha1,
        };
        if is(other_mac, secret, right) {
            let what = format!(
                "the signature is made with {} in place of {}",
                other_mac.name(),
                right_mac.name()
            );
            return Some(Cause {
                what,
                fix: "Use the algorithm that the request states or implies.",
            });
        }
        for (what, secret) in read_otherwise(secret) {
            if is(right_mac, &secret, right) {
                return Some(Cause { what: what.to_owned(), fix: SECRET });
            }
        }
        self.written_otherwise(right, signature)
    }

    /// The right signature in another form.
    fn written_otherwise(&self, right: &[u8], signature: &[u8]) -> Option<Cause> {
        const BASE64: &str = "Send the signature in base64; in a query, percent-encoded.";
        let mut workspace = LegacyWorkspace::default();
        let expected =
            workspace.sign(self.mac(), self.known.secret_access_key, right).signature().to_vec();
        let cause = |what: &str| Some(Cause { what: what.to_owned(), fix: BASE64 });
        let with_spaces: Vec<u8> =
            expected.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
        if with_spaces == signature {
            return cause(
                "the signature has a raw `+` in the query, which a server reads as a space",
            );
        }
        let unpadded = expected.split(|&byte| byte == b'=').next().unwrap_or_default();
        if unpadded == signature {
            return cause("the signature lacks the `=` at its end");
        }
        let for_urls: Vec<u8> = expected
            .iter()
            .map(|&byte| match byte {
                b'+' => b'-',
                b'/' => b'_',
                other => other,
            })
            .collect();
        if signature.starts_with(unpadded_of(&for_urls)) {
            return cause("the signature is in the base64 of URLs, with `-` and `_`");
        }
        let digits = STANDARD.decode(&expected).map(|bytes| hex(&bytes)).unwrap_or_default();
        if digits.as_bytes() == signature.to_ascii_lowercase() {
            return cause("the signature is in hexadecimal digits");
        }
        None
    }

    /// What a correct signer signs.
    fn string_to_sign(&self, bucket: Option<&[u8]>) -> Option<Vec<u8>> {
        let secret = Secret { access_key_id: b"", secret_access_key: b"" };
        let mut workspace = LegacyWorkspace::default();
        let workspace = &mut workspace;
        let signed = match self.relative {
            Relative::Aws3 => {
                Aws3Signer { secret, mac: self.mac() }.header(workspace, self.request).ok()?
            }
            Relative::QueryV2 => return self.query_string_to_sign(),
            _ => {
                let signer = S3V2Signer { secret, bucket };
                match parameter(query(self.request), "Expires") {
                    Some(expires) if self.request.header("authorization").is_none() => {
                        let expires = String::from_utf8(expires).ok()?.parse().ok()?;
                        let moved = self.with_moved_headers();
                        let headers: Vec<Header<'_>> = self
                            .request
                            .headers
                            .iter()
                            .copied()
                            .chain(moved.iter().map(|(name, value)| Header { name, value }))
                            .collect();
                        let request = Request { headers: &headers, ..*self.request };
                        signer.query(workspace, &request, expires).ok()?
                    }
                    _ => signer.header(workspace, self.request).ok()?,
                }
            }
        };
        Some(signed.string_to_sign().to_vec())
    }

    /// botocore moves the headers that are signed into the query.
    fn with_moved_headers(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let is_signed = |name: &[u8]| name.to_ascii_lowercase().starts_with(b"x-amz-");
        parameters(query(self.request))
            .map(|(name, value)| (decoded(name), decoded(value)))
            .filter(|(name, _)| is_signed(name))
            .collect()
    }

    /// The signer's own parameters are those that the request has.
    fn query_string_to_sign(&self) -> Option<Vec<u8>> {
        let id = access_key_id(self.relative, self.request);
        let secret = Secret { access_key_id: &id, secret_access_key: b"" };
        let token = self.token();
        let signer = QueryV2Signer {
            secret,
            session_token: token.as_deref(),
            mac: self.mac(),
            time: self.known.now,
        };
        let mut workspace = LegacyWorkspace::default();
        Some(signer.sign(&mut workspace, self.request).ok()?.string_to_sign().to_vec())
    }

    fn mac(&self) -> Mac {
        let stated = match self.relative {
            Relative::QueryV2 => parameter(form(self.request), "SignatureMethod"),
            Relative::Aws3 => self.request.header(HEADER).map(<[u8]>::to_vec),
            _ => None,
        };
        let has_256 = stated.is_some_and(|text| memchr::memmem::find(&text, b"SHA256").is_some());
        if has_256 { Mac::HmacSha256 } else { Mac::HmacSha1 }
    }

    /// The signature as it is sent.
    fn signature(&self) -> Vec<u8> {
        let after = |text: &[u8], byte| {
            let at = text.iter().rposition(|&one| one == byte)?;
            Some(text[at + 1..].to_vec())
        };
        let in_header = match self.relative {
            Relative::S3V2 => self
                .request
                .header("authorization")
                .and_then(|value| after(value.trim_ascii(), b':')),
            Relative::Aws3 => self.request.header(HEADER).and_then(|value| {
                let at = memchr::memmem::find(value, b"Signature=")? + b"Signature=".len();
                Some(value[at..].trim_ascii().to_vec())
            }),
            _ => None,
        };
        let in_form = || {
            let value = parameters(form(self.request)).find(|(name, _)| *name == b"Signature")?.1;
            let spaced: Vec<u8> =
                value.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
            Some(decoded(&spaced))
        };
        in_header.or_else(in_form).unwrap_or_default()
    }

    fn candidates(&self, right: &[u8]) -> Vec<Candidate> {
        let mut all = self.of_methods(right);
        match self.relative {
            Relative::S3V2 => all.extend(self.of_s3(right)),
            Relative::QueryV2 => all.extend(self.of_query(right)),
            _ => {}
        }
        all
    }

    fn of_methods(&self, right: &[u8]) -> Vec<Candidate> {
        if self.relative == Relative::Aws3 {
            return Vec::new();
        }
        let sent = self.request.method;
        let others = METHODS.iter().filter(|method| method.as_bytes() != sent);
        others
            .map(|method| {
                Candidate::new(
                    format!("the method {method} was signed, and {} arrived", sent.escape_ascii()),
                    "Send the request as it was signed.",
                    with_line(right, 0, Some(method.as_bytes())),
                )
            })
            .collect()
    }

    fn of_s3(&self, right: &[u8]) -> Vec<Candidate> {
        const DATE: &str = "With x-amz-date the line of the date is empty; without it, it is the Date as \
                            it is sent.";
        const RESOURCE: &str = "The resource is /bucket/key as it is sent, with the sub-resources \
                                (`acl`, `uploads`, `response-…` and so on), sorted, and no other \
                                parameter.";
        const TYPE: &str =
            "Content-MD5 and Content-Type are signed as they are sent, empty if absent.";
        let mut all = Vec::new();
        let mut add = |what: &str, fix, text: Vec<u8>| all.push(Candidate::new(what, fix, text));
        let header = |name| self.request.header(name).map(<[u8]>::trim_ascii);
        for (name, what) in [
            ("date", "the Date header was signed although x-amz-date is sent"),
            ("x-amz-date", "x-amz-date was signed as the line of the date as well"),
        ] {
            if let Some(value) = header(name) {
                add(what, DATE, with_line(right, 3, Some(value)));
            }
        }
        add("the line of the date was signed empty", DATE, with_line(right, 3, Some(b"")));
        add(
            "the Content-Type was not signed, or was added later",
            TYPE,
            with_line(right, 2, Some(b"")),
        );
        add(
            "the Content-MD5 was not signed, or was added later",
            TYPE,
            with_line(right, 1, Some(b"")),
        );
        for kind in [
            "application/x-www-form-urlencoded",
            "application/octet-stream",
            "binary/octet-stream",
            "text/plain",
        ] {
            let what =
                format!("the Content-Type {kind} was signed, and another one or none arrived");
            add(&what, TYPE, with_line(right, 2, Some(kind.as_bytes())));
        }
        let end = right.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let (start, resource) = right.split_at(end);
        let bare = resource.split(|&byte| byte == b'?').next().unwrap_or_default();
        let mut with =
            |what: &str, resource: &[u8]| add(what, RESOURCE, [start, resource].concat());
        if let Some(bucket) = self.bucket {
            let own = [b"/", bucket].concat();
            let key = resource.strip_prefix(&own[..]).unwrap_or(resource);
            with("the resource was signed without the bucket", key);
            with("the bucket is in the resource twice", &[&own[..], resource].concat());
        } else if let Some(at) = resource.iter().skip(1).position(|&byte| byte == b'/') {
            with("the resource was signed without the bucket", &resource[at + 1..]);
        }
        with("the sub-resources were not signed", bare);
        let whole = query(self.request);
        let kept = parameters(whole).filter(|(name, _)| {
            !["AWSAccessKeyId", "Expires", "Signature"].iter().any(|own| *name == own.as_bytes())
        });
        let pieces: Vec<Vec<u8>> = kept
            .map(
                |(name, value)| {
                    if value.is_empty() { name.to_vec() } else { [name, b"=", value].concat() }
                },
            )
            .collect();
        if !pieces.is_empty() {
            let joined = pieces.join(&b'&');
            with("the whole query was signed", &[bare, b"?", &joined].concat());
            let mut sorted = pieces;
            sorted.sort();
            with("the whole query was signed", &[bare, b"?", &sorted.join(&b'&')].concat());
        }
        let plain = decoded(resource);
        with("the resource was signed without percent-escapes", &plain);
        with("the slashes of the key were signed escaped", &with_escaped_slashes(resource));
        all
    }

    fn of_query(&self, right: &[u8]) -> Vec<Candidate> {
        const SORTED: &str = "Sort the parameters by the bytes of their names, and encode each as \
                              RFC 3986 says: %20 for a space.";
        const HOST: &str =
            "Sign the Host header in lower case as it is sent, and the path as sent.";
        let mut all = Vec::new();
        let mut add = |what: &str, fix, text: Vec<u8>| all.push(Candidate::new(what, fix, text));
        let list = right.split(|&byte| byte == b'\n').nth(3).unwrap_or_default().to_vec();
        let sent = parameters(form(self.request)).filter(|(name, _)| *name != b"Signature");
        let sent: Vec<Vec<u8>> = sent.map(|(name, value)| [name, b"=", value].concat()).collect();
        add(
            "the parameters were signed as they are sent, not sorted",
            SORTED,
            with_line(right, 3, Some(&sent.join(&b'&'))),
        );
        let mut pieces: Vec<&[u8]> = list.split(|&byte| byte == b'&').collect();
        pieces.sort_by_key(|piece| piece.to_ascii_lowercase());
        add(
            "the parameters were sorted without regard to case",
            SORTED,
            with_line(right, 3, Some(&pieces.join(&b'&'))),
        );
        let plus = replaced_all(&list, b"%20", b"+");
        add("spaces were signed as `+`", SORTED, with_line(right, 3, Some(&plus)));
        let raw = replaced_all(&list, b"%2A", b"*");
        add("`*` was signed without an escape", SORTED, with_line(right, 3, Some(&raw)));
        let tilde = replaced_all(&list, b"~", b"%7E");
        add("`~` was signed escaped", SORTED, with_line(right, 3, Some(&tilde)));
        let lower = lower_escapes(&list);
        add("the escapes were signed in lower case", SORTED, with_line(right, 3, Some(&lower)));
        if let Some(host) = self.request.header("host").map(<[u8]>::trim_ascii) {
            add("the host was signed in another case", HOST, with_line(right, 1, Some(host)));
            let bare = host.split(|&byte| byte == b':').next().unwrap_or_default();
            add(
                "the host was signed without its port",
                HOST,
                with_line(right, 1, Some(&bare.to_ascii_lowercase())),
            );
        }
        add("the path was signed as /", HOST, with_line(right, 2, Some(b"/")));
        add("the path was signed empty", HOST, with_line(right, 2, Some(b"")));
        all
    }
}

/// The bucket of a host such as `bucket.s3.us-west-1.amazonaws.com`, in lower case as S3 takes it. Other
/// servers have it in the path.
fn bucket<'r>(request: &Request<'r>) -> Option<&'r [u8]> {
    let host = request.header("host")?.trim_ascii();
    let is_s3 = |at: usize| {
        let rest = &host[at..];
        (rest.starts_with(b".s3.") || rest.starts_with(b".s3-"))
            && memchr::memmem::find(rest, b".amazonaws.com").is_some()
    };
    // The name of a region may come before: `bucket.us-west-1.s3.amazonaws.com` is in the documentation.
    let at = (1..host.len()).find(|&at| is_s3(at))?;
    let name = &host[..at];
    let first = name.split(|&byte| byte == b'.').next().unwrap_or_default();
    let region = name.get(first.len() + 1..).unwrap_or_default();
    let is_region = region.split(|&byte| byte == b'-').count() >= 3
        && region.last().is_some_and(u8::is_ascii_digit)
        && !region.contains(&b'.');
    Some(if is_region { first } else { name })
}

fn unpadded_of(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|&byte| byte != b'=').map_or(0, |at| at + 1);
    &text[..end]
}

fn with_escaped_slashes(resource: &[u8]) -> Vec<u8> {
    let mut slashes = 0;
    let pieces = resource.iter().flat_map(|&byte| {
        slashes += usize::from(byte == b'/');
        if byte == b'/' && slashes > 2 { b"%2F".to_vec() } else { vec![byte] }
    });
    pieces.collect()
}

fn replaced_all(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest, from) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    [&out[..], rest].concat()
}

fn lower_escapes(text: &[u8]) -> Vec<u8> {
    let mut left = 0;
    let bytes = text.iter().map(|&byte| {
        if byte == b'%' {
            left = 2;
            return byte;
        }
        let in_escape = left > 0;
        left -= usize::from(in_escape);
        if in_escape { byte.to_ascii_lowercase() } else { byte }
    });
    bytes.collect()
}
