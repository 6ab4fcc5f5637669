//! The vendor's test suite, read from the sources of the crate `aws-sigv4`, which cargo locates.
//!
//! Canonical request and string to sign are compared byte for byte. Signatures are verified: those of
//! the suite in the file of the signature and inside the signed request, which come from two runs and
//! differ, and ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sigv4_reference::sign::{ContentSha256, SessionToken, Signer, TokenCoverage};
use sigv4_reference::v4a::{EcdsaSignature, PublicKey, ScopedV4aKey, V4aKey};
use sigv4_reference::verify::Verifier;
use sigv4_reference::{Profile, Request, Time, Workspace};

use crate::common::Sent;
use crate::{ACCESS_KEY_ID, SECRET, example_key, unhex, verify};

/// How many cases the crate has.
const CASES: usize = 38;

#[test]
fn every_stage_is_that_of_the_suite() {
    let key = example_key();
    for_every_case(|case| {
        let scoped = ScopedV4aKey::new(&key, b"us-east-1", b"service").unwrap();
        case.with_signer(&scoped, |signer, request| {
            let mut workspace = Workspace::default();
            for placement in ["header", "query"] {
                let stages = match placement {
                    "header" => signer.header(&mut workspace, request).unwrap().stages(),
                    _ => signer.query(&mut workspace, request, 3_600).unwrap().stages(),
                };
                let place = format!("{}, {placement}", case.folder.display());
                let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
                let expected = case.read(&format!("{placement}-canonical-request.txt"));
                assert_eq!(text(stages.canonical_request), expected, "{place}");
                let expected = case.read(&format!("{placement}-string-to-sign.txt"));
                assert_eq!(text(stages.string_to_sign), expected, "{place}");
                let own = EcdsaSignature::from_hex(stages.signature.as_bytes()).unwrap();
                let published = case.read(&format!("{placement}-signature.txt"));
                let published = EcdsaSignature::from_hex(published.as_bytes()).unwrap();
                for signature in [own, published] {
                    assert!(
                        case.public_key().verifies(stages.string_to_sign, &signature),
                        "{place}"
                    );
                }
            }
        });
    });
}

#[test]
fn every_key_is_that_of_the_suite() {
    for_every_case(|case| {
        let key = V4aKey::derive(ACCESS_KEY_ID, SECRET).unwrap();
        assert_eq!(key.public_key(), case.public_key(), "{}", case.folder.display());
    });
}

#[test]
fn every_signed_request_verifies() {
    for_every_case(|case| {
        for placement in ["header", "query"] {
            let sent = parse(&case.read(&format!("{placement}-signed-request.txt")));
            let verifier = Verifier {
                window_seconds: 0,
                profile: case.profile(),
                token_coverage: case.token_coverage(),
                ..Verifier::new(time(), b"us-east-1", b"service")
            };
            let token = case.context("token");
            let answer = verify(&verifier, &sent, token.as_deref());
            assert!(answer.is_ok(), "{}, {placement}: {answer:?}", case.folder.display());
        }
    });
}

struct Case {
    folder: PathBuf,
}

fn for_every_case(act: impl Fn(&Case)) {
    let folders = fs::read_dir(suite().join("v4a")).unwrap();
    let cases: Vec<Case> = folders.map(|entry| Case { folder: entry.unwrap().path() }).collect();
    assert_eq!(cases.len(), CASES);
    cases.iter().for_each(act);
}

impl Case {
    fn read(&self, file: &str) -> String {
        let path = self.folder.join(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// A field of the context, without its quotes; the context has one field a line.
    fn context(&self, field: &str) -> Option<String> {
        let context = self.read("context.json");
        let name = format!("\"{field}\":");
        let (_, value) = context.lines().find_map(|line| line.split_once(&name))?;
        Some(value.trim().trim_end_matches(',').trim_matches('"').to_owned())
    }

    fn is(&self, field: &str) -> bool {
        self.context(field).is_some_and(|value| value == "true")
    }

    fn public_key(&self) -> PublicKey {
        let text = self.read("public-key.json");
        let coordinate = |name: &str| {
            let (_, rest) = text.split_once(&format!("\"{name}\":\"")).unwrap();
            unhex(&rest[..64])
        };
        PublicKey::from_coordinates(&coordinate("X"), &coordinate("Y")).unwrap()
    }

    fn profile(&self) -> Profile {
        Profile { normalize: self.is("normalize"), ..Profile::GENERIC }
    }

    fn token_coverage(&self) -> TokenCoverage {
        if self.is("omit_session_token") { TokenCoverage::Appended } else { TokenCoverage::Signed }
    }

    fn with_signer(&self, key: &ScopedV4aKey<'_>, act: impl FnOnce(&Signer<'_>, &Request<'_>)) {
        for (field, expected) in
            [("access_key_id", ACCESS_KEY_ID), ("region", b"us-east-1"), ("service", b"service")]
        {
            assert_eq!(self.context(field).unwrap().as_bytes(), expected);
        }
        let token = self.context("token");
        let coverage = self.token_coverage();
        let mut signer = Signer::new(time(), ACCESS_KEY_ID, key);
        signer.profile = self.profile();
        signer.session_token =
            token.as_ref().map(|token| SessionToken { value: token.as_bytes(), coverage });
        if self.is("sign_body") {
            signer.content_sha256 = ContentSha256::Header;
        }
        parse(&self.read("request.txt")).borrowed(|request| act(&signer, request));
    }
}

fn time() -> Time {
    Time::parse(b"20150830T123600Z").unwrap()
}

/// Lines end with a line feed alone, a target may contain spaces, and a line that starts with a space
/// continues the header before.
fn parse(text: &str) -> Sent {
    let (head, body) = text.split_once("\n\n").unwrap_or((text.trim_end_matches('\n'), ""));
    let (first, rest) = head.split_once('\n').unwrap_or((head, ""));
    let (method, target) = first.strip_suffix(" HTTP/1.1").unwrap().split_once(' ').unwrap();
    let mut headers: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for line in rest.lines() {
        match headers.last_mut() {
            Some((_, value)) if line.starts_with(' ') => {
                value.push(b'\n');
                value.extend_from_slice(line.as_bytes());
            }
            _ => {
                let (name, value) = line.split_once(':').unwrap();
                headers.push((name.into(), value.into()));
            }
        }
    }
    let body = body.trim_end_matches('\n').into();
    Sent { method: method.into(), target: target.into(), headers, body }
}

/// The folder of the suite.
fn suite() -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata = String::from_utf8(output.stdout).unwrap();
    let (before, _) = metadata
        .split_once("aws-sigv4-1.6.4/Cargo.toml\"")
        .unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let (_, registry) = before.rsplit_once('"').unwrap();
    Path::new(registry).join("aws-sigv4-1.6.4/aws-signing-test-suite")
}
