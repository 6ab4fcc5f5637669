//! The relatives that share the canonical request of Version 4: SigV4A, and the dialect of Google.

use sha2::{Digest as _, Sha256};
use sigv4_mistakes::diagnose::{Depth, in_right_form};
use sigv4_protocol::hex::hex;
use sigv4_reference::sign::{Key, Payload, Signer};
use sigv4_reference::v4a::{ScopedV4aKey, V4aKey};
use sigv4_reference::verify::{
    Claim, Placement, Reason, Rejection, StoredKey, UnsignedPayload, UnstatedPayload, Verifier,
};
use sigv4_reference::{
    Dialect, Header, KeyMaterial, Profile, Request, Scope, ScopedKey, Time, Workspace,
};
use sigv4_vectors::model;

use super::keys::{self, Derived};
use super::texts::{METHODS, line_of, path, with_line};
use super::v4a;
use super::written::{replaced, signature_text};
use super::{Candidate, Cause, Checked, Known, Outcome, Relative};
use crate::explain::s3_form;
use crate::explain::services::ServiceRules;
use crate::subject::convert::profile;

const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// The id in the credential; empty where it cannot be read.
pub(super) fn access_key_id(relative: Relative, request: &Request<'_>) -> Vec<u8> {
    parse(relative, request).map(|claim| claim.access_key_id).unwrap_or_default()
}

/// Checks the signature.
pub(super) fn check(relative: Relative, request: &Request<'_>, known: &Known<'_>) -> Checked {
    let claim = match parse(relative, request) {
        Ok(claim) => claim,
        Err(rejection) => return rewritten(relative, request, known, rejection),
    };
    let rules = rules(relative, &claim);
    let target = target(&rules, request);
    let read = Request { target: &target, ..*request };
    let scene = Scene { relative, known, claim: &claim, rules, request: &read };
    scene.checked()
}

/// The target in the form that the service computes.
fn target(rules: &ServiceRules<'_>, request: &Request<'_>) -> Vec<u8> {
    if rules.is_s3() { s3_form::target(request.target) } else { request.target.to_vec() }
}

fn parse(relative: Relative, request: &Request<'_>) -> Result<Claim, Rejection> {
    match relative {
        Relative::V4a => Claim::parse_v4a(request),
        _ => Claim::parse_in(Dialect::GOOGLE, request),
    }
}

/// What the service wants. Cloud Storage takes paths and payloads as S3 does.
fn rules(relative: Relative, claim: &Claim) -> ServiceRules<'static> {
    match relative {
        Relative::Google => ServiceRules::of(b"s3"),
        _ => ServiceRules::of(&claim.service),
    }
}

struct Scene<'s> {
    relative: Relative,
    known: &'s Known<'s>,
    claim: &'s Claim,
    rules: ServiceRules<'static>,
    /// As the service reads it.
    request: &'s Request<'s>,
}

/// The lines of a string to sign.
#[derive(Clone)]
struct Texts {
    algorithm: String,
    time: String,
    scope: String,
    canonical_request: Vec<u8>,
}

impl Texts {
    fn string_to_sign(&self) -> Vec<u8> {
        let Self { algorithm, time, scope, canonical_request } = self;
        let hash = hex(&Sha256::digest(canonical_request));
        format!("{algorithm}\n{time}\n{scope}\n{hash}").into_bytes()
    }
}

impl Scene<'_> {
    fn checked(&self) -> Checked {
        let Known { now, window_seconds, .. } = *self.known;
        let window = window_seconds.unwrap_or(self.rules.window_seconds);
        let rejection = match self.verify(now, window) {
            Ok(()) => return Checked::RIGHT,
            Err(rejection) => rejection,
        };
        let right = self.texts(self.profile(), &self.payload());
        let Some(right) = right.filter(|_| rejection.reason != Reason::MalformedRequest) else {
            return Checked::refused(Outcome::Unreadable, rejection);
        };
        let keys = self.keys();
        let text = right.string_to_sign();
        if keys.first().is_some_and(|key| key.verifies(&text, &self.claim.signature)) {
            // Where the body comes in chunks, the payload is the last check before the signature.
            let is_stream = self.payload().starts_with(b"STREAMING-");
            if is_stream && rejection.reason == Reason::UnsupportedPayload {
                return Checked::RIGHT;
            }
            return Checked::refused(Outcome::Refused, rejection);
        }
        // What changes on the way is likelier than the mistake of a signer that looks the same.
        let cause = self.cause(&right, &keys);
        let outcome = match cause.or_else(|| self.catalogued(Depth::Pairs)) {
            Some(cause) => Outcome::Wrong(cause),
            None => Outcome::Unexplained {
                canonical_request: Some(right.canonical_request),
                string_to_sign: text,
            },
        };
        Checked::refused(outcome, rejection)
    }

    fn verify(&self, now: Time, window_seconds: u64) -> Result<(), Rejection> {
        let claim = self.claim;
        let mut regions = claim.region.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
        let region = regions.next().filter(|region| *region != b"*");
        let verifier = Verifier {
            dialect: self.dialect(),
            window_seconds,
            profile: self.profile(),
            unstated_payload: if self.rules.is_s3() {
                UnstatedPayload::UnsignedIfPresigned
            } else {
                UnstatedPayload::BodyHash
            },
            unsigned_payload: UnsignedPayload::Accepted,
            ..Verifier::new(now, region.unwrap_or(b"us-east-1"), &claim.service)
        };
        let own_token = claim.session_token.as_ref().map(|token| &token[..]);
        let keys = [StoredKey {
            access_key_id: self.known.access_key_id.unwrap_or(&claim.access_key_id),
            material: KeyMaterial::Secret(self.known.secret_access_key),
            session_token: self.known.session_token.or(own_token),
            active: true,
        }];
        let workspace = &mut Workspace::default();
        match self.relative {
            Relative::V4a => verifier.verify_v4a(workspace, self.request, &keys).map(drop),
            _ => verifier.verify(workspace, self.request, &keys).map(drop),
        }
    }

    fn dialect(&self) -> &'static Dialect {
        if self.relative == Relative::V4a { Dialect::AWS } else { Dialect::GOOGLE }
    }

    fn profile(&self) -> Profile {
        let is_s3 =
            self.known.profile.map_or(self.rules.is_s3(), |given| given == model::Profile::S3);
        if is_s3 { Profile::S3 } else { Profile::GENERIC }
    }

    fn keys(&self) -> Vec<Derived> {
        let secret = self.known.secret_access_key;
        match self.relative {
            Relative::V4a => keys::of_v4a(&self.claim.access_key_id, secret),
            _ => keys::of_google(self.claim, secret),
        }
    }

    /// The payload line that a correct signer has.
    fn payload(&self) -> Vec<u8> {
        let is_presigned = self.claim.placement != Placement::Header;
        match &self.claim.content_sha256 {
            Some(stated) if !is_presigned => stated.clone(),
            _ if is_presigned && self.rules.is_s3() => UNSIGNED.into(),
            _ => hash_of(self.request.body),
        }
    }

    /// What a correct signer computes with this profile and payload line; nothing where it refuses
    /// the request.
    fn texts(&self, profile: Profile, payload: &[u8]) -> Option<Texts> {
        let Claim { region, service, time, .. } = self.claim;
        if self.relative == Relative::V4a {
            // The texts do not depend on the key.
            let key = V4aKey::from_bytes(&[1; 32]).ok()?;
            let key = ScopedV4aKey::new(&key, region, service).ok()?;
            return self.signed(Key::from(&key), profile, payload);
        }
        let scope = Scope::new(time, region, service).ok()?.in_dialect(Dialect::GOOGLE);
        self.signed(Key::from(&ScopedKey::derive(b"", scope)), profile, payload)
    }

    fn signed(&self, key: Key<'_>, profile: Profile, payload: &[u8]) -> Option<Texts> {
        let headers = self.request.headers.iter().filter(|header| self.claim.signs(header.name));
        let headers: Vec<Header<'_>> = headers.copied().collect();
        let request = Request { headers: &headers, ..*self.request };
        let signer = Signer {
            profile,
            payload: Payload::Given(payload),
            unsigned_headers: &[],
            ..Signer::new(self.claim.time, &self.claim.access_key_id, key)
        };
        let workspace = &mut Workspace::default();
        let stages = match self.claim.placement {
            Placement::Query { expires } => {
                signer.query(workspace, &request, expires).ok()?.stages()
            }
            _ => signer.header(workspace, &request).ok()?.stages(),
        };
        let text = String::from_utf8_lossy(stages.string_to_sign).into_owned();
        let mut lines = text.split('\n').map(str::to_owned);
        Some(Texts {
            algorithm: lines.next()?,
            time: lines.next()?,
            scope: lines.next()?,
            canonical_request: stages.canonical_request.to_vec(),
        })
    }

    /// The mistakes of the catalogue that give this signature of SigV4A.
    fn catalogued(&self, depth: Depth) -> Option<Cause> {
        let is_v4a = self.relative == Relative::V4a;
        let Self { known, claim, request, .. } = *self;
        is_v4a.then(|| v4a::cause(request, claim, known, self.profile(), depth)).flatten()
    }

    /// One deviation in the text or in the key, then one in each.
    fn cause(&self, right: &Texts, keys: &[Derived]) -> Option<Cause> {
        let signature = &self.claim.signature;
        let (first, others) = keys.split_first()?;
        let candidates = self.candidates(right);
        let found = candidates.iter().find(|one| first.verifies(&one.text, signature));
        if let Some(Candidate { cause, .. }) = found {
            return Some(cause.clone());
        }
        let text = right.string_to_sign();
        if let Some(key) = others.iter().find(|key| key.verifies(&text, signature)) {
            return key.cause.clone();
        }
        others.iter().find_map(|key| {
            let one = candidates.iter().find(|one| key.verifies(&one.text, signature))?;
            let Cause { what, fix } = key.cause.clone()?;
            Some(Cause { what: format!("{what}, and {}", one.cause.what), fix })
        })
    }

    fn candidates(&self, right: &Texts) -> Vec<Candidate> {
        let mut all =
            if self.relative == Relative::Google { self.of_headings(right) } else { Vec::new() };
        all.extend(self.of_profiles());
        all.extend(self.of_payloads(right));
        all.extend(self.of_requests(right));
        all
    }

    /// The words of AWS in place of Google's, and another text in place of the string to sign.
    fn of_headings(&self, right: &Texts) -> Vec<Candidate> {
        let text = right.string_to_sign();
        let mut all = vec![Candidate::new(
            "the string to sign was hashed before it was signed",
            "Sign the string itself: the signature algorithm hashes it.",
            Sha256::digest(&text).to_vec(),
        )];
        let mut add = |what: String, fix, other: &Texts| {
            all.push(Candidate::new(what, fix, other.string_to_sign()));
        };
        let other = Texts { algorithm: sigv4_reference::ALGORITHM.to_owned(), ..right.clone() };
        let what = format!("the string to sign begins with {}", other.algorithm);
        add(what, "Its first line is the algorithm that the request states.", &other);
        let (scope, terminator) = (&right.scope, self.dialect().terminator());
        let start = scope.strip_suffix(terminator).unwrap_or(scope);
        let other = Texts { scope: format!("{start}aws4_request"), ..right.clone() };
        let what = "the scope in the string to sign ends with aws4_request".to_owned();
        add(what, "It ends with goog4_request, as in the credential.", &other);
        all
    }

    fn of_profiles(&self) -> Vec<Candidate> {
        let payload = self.payload();
        let switches = [
            (true, true, "as for most services: normalised and encoded once more"),
            (false, false, "as for S3: taken as it was sent"),
            (false, true, "encoded once more, and not normalised"),
            (true, false, "normalised, and not encoded once more"),
        ];
        let others = switches.into_iter().filter_map(|(normalize, double_encode, how)| {
            let texts = self.texts(profile(normalize, double_encode), &payload)?;
            Some(Candidate::new(
                format!("the path was made canonical {how}"),
                "Make the path canonical as the service does.",
                texts.string_to_sign(),
            ))
        });
        others.collect()
    }

    fn of_payloads(&self, right: &Texts) -> Vec<Candidate> {
        let right_line = self.payload();
        let lines = [
            (hash_of(self.request.body), "the hash of the body"),
            (UNSIGNED.into(), UNSIGNED),
            (hash_of(b""), "the hash of an empty body"),
            (Vec::new(), "an empty text"),
        ];
        let others = lines.into_iter().filter(|(line, _)| *line != right_line);
        let others = others.map(|(line, what)| {
            let canonical = &right.canonical_request;
            let last = canonical.iter().filter(|&&byte| byte == b'\n').count();
            let changed = with_line(canonical, last, Some(&line));
            let texts = Texts { canonical_request: changed, ..right.clone() };
            Candidate::new(
                format!("{what} was signed as the payload line"),
                "Sign what the request states of its body, or else what the service assumes.",
                texts.string_to_sign(),
            )
        });
        others.collect()
    }

    /// Another method, host or path than what arrived.
    fn of_requests(&self, right: &Texts) -> Vec<Candidate> {
        const CHANGED: &str = "Send the request as it was signed.";
        let canonical = &right.canonical_request;
        let mut all = Vec::new();
        let mut add = |what: String, changed: Vec<u8>| {
            let texts = Texts { canonical_request: changed, ..right.clone() };
            all.push(Candidate::new(what, CHANGED, texts.string_to_sign()));
        };
        let sent = self.request.method;
        for method in METHODS.iter().filter(|method| method.as_bytes() != sent) {
            let what =
                format!("the method {method} was signed, and {} arrived", sent.escape_ascii());
            add(what, with_line(canonical, 0, Some(method.as_bytes())));
        }
        if let (Some(at), Some(host)) = (line_of(canonical, b"host:"), self.request.header("host"))
        {
            let host = String::from_utf8_lossy(host.trim_ascii()).into_owned();
            let bare = host.rsplit_once(':').map_or(&host[..], |(bare, _)| bare);
            for other in [bare.to_owned(), format!("{bare}:443"), format!("{bare}:80")] {
                let what = format!("the host {other} was signed, and {host} arrived");
                add(what, with_line(canonical, at, Some(format!("host:{other}").as_bytes())));
            }
        }
        let as_root = path(self.request) != b"/";
        if as_root {
            add("the path / was signed".to_owned(), with_line(canonical, 1, Some(b"/")));
        }
        all
    }
}

fn hash_of(body: &[u8]) -> Vec<u8> {
    hex(&Sha256::digest(body)).into_bytes()
}

/// Reads an ECDSA signature that is written in another form.
fn rewritten(
    relative: Relative,
    request: &Request<'_>,
    known: &Known<'_>,
    rejection: Rejection,
) -> Checked {
    let written = signature_text(request).filter(|_| relative == Relative::V4a);
    let Some(written) = written else { return Checked::refused(Outcome::Unreadable, rejection) };
    if written.len() == 64 && written.iter().all(u8::is_ascii_hexdigit) {
        let cause = Cause {
            what: "the signature has 64 digits: it is an HMAC, not one of ECDSA".to_owned(),
            fix: "Sign with the private key that is derived from the secret.",
        };
        return Checked::refused(Outcome::Wrong(cause), rejection);
    }
    let cause = in_right_form(written).and_then(|right| {
        let replace = |text: &[u8]| replaced(text, written, &right);
        let values: Vec<Vec<u8>> =
            request.headers.iter().map(|header| replace(header.value)).collect();
        let headers = request.headers.iter().zip(&values);
        let headers: Vec<Header<'_>> =
            headers.map(|(header, value)| Header { name: header.name, value }).collect();
        let target = replace(request.target);
        let claim = parse(relative, &Request { target: &target, headers: &headers, ..*request });
        let claim = claim.ok()?;
        let rules = rules(relative, &claim);
        let target = self::target(&rules, request);
        let read = Request { target: &target, ..*request };
        let scene = Scene { relative, known, claim: &claim, rules, request: &read };
        scene.catalogued(Depth::Pairs)
    });
    let outcome = cause.map_or(Outcome::Unreadable, Outcome::Wrong);
    Checked::refused(outcome, rejection)
}
