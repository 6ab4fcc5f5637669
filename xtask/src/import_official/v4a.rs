//! The half of the suite for SigV4A. Its signatures are verified here, and not kept: a signer makes
//! another one every time.

use std::fs;
use std::path::Path;

use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{DerSignature, VerifyingKey};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use sigv4_protocol::hex::{self, hex};
use sigv4_vectors::model::{
    Case, Evidence, EvidenceKind, Level, Need, Placement, Profile, Question, Rule, SigningInput,
    V4aExpectation, V4aPublicKey, V4aSigning,
};
use sigv4_vectors::text::Hex32;

use super::published::{self, Context};
use super::table::Row;
use super::{ImportError, PACKAGE, VERSION};

/// The name of the family.
pub(super) const FAMILY: &str = "sigv4a";

/// The file `public-key.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicKey {
    #[serde(rename = "X")]
    x: Hex32,
    #[serde(rename = "Y")]
    y: Hex32,
}

/// Makes the vector of one case and placement from the suite in `suite`.
pub(super) fn case(suite: &Path, row: &Row, placement: Placement) -> Result<Case, ImportError> {
    let folder = suite.join("v4a").join(row.name);
    let context = Context::read(&folder)?;
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read(&path).map_err(|source| ImportError::Read { path, source })
    };
    let stage = |name: &str| read(&format!("{placement}-{name}.txt"));
    let (canonical_request, string_to_sign) =
        (stage("canonical-request")?, stage("string-to-sign")?);
    let signature = stage("signature")?;
    let signed_request = stage("signed-request")?;
    let key: PublicKey = serde_json::from_slice(&read("public-key.json")?)
        .map_err(|source| ImportError::Context { path: folder.join("public-key.json"), source })?;

    let input = context.input(&folder, placement, published::request(&folder)?)?;
    let texts = Texts { canonical_request, string_to_sign, signature, signed_request };
    check(&input, &texts, &key).map_err(|expected| ImportError::Inconsistent {
        path: folder.clone(),
        placement,
        expected,
    })?;
    let Texts { canonical_request, string_to_sign, .. } = texts;
    let expect = V4aExpectation {
        canonical_request: canonical_request.into(),
        string_to_sign: string_to_sign.into(),
        public_key: V4aPublicKey { x: key.x, y: key.y },
    };
    let profile = Profile::Generic;
    Ok(Case {
        id: format!("official/{FAMILY}/{placement}/{}", row.name),
        title: row.title.to_owned(),
        family: FAMILY.to_owned(),
        level: Level::Must,
        evidence: vec![Evidence {
            kind: EvidenceKind::VendorSuite,
            source: format!("{PACKAGE} {VERSION}, aws-signing-test-suite/v4a/{}", row.name),
            votes: None,
            servers: Vec::new(),
        }],
        spec: row
            .rules
            .iter()
            .map(|rule| Rule { anchor: rule.anchor.to_owned(), rule: rule.rule.to_owned() })
            .collect(),
        flags: row.flags.iter().map(|flag| (*flag).to_owned()).collect(),
        needs: Need::of(profile, placement, &input),
        catches: Vec::new(),
        question: Question::SignV4a(Box::new(V4aSigning { profile, placement, input, expect })),
    })
}

struct Texts {
    canonical_request: Vec<u8>,
    string_to_sign: Vec<u8>,
    signature: Vec<u8>,
    signed_request: Vec<u8>,
}

/// Checks each published text against the one before, and both signatures, which are of two runs. The
/// error is what was expected.
fn check(input: &SigningInput, texts: &Texts, key: &PublicKey) -> Result<(), &'static str> {
    let expected = format!(
        "AWS4-ECDSA-P256-SHA256\n{time}\n{date}/{service}/aws4_request\n{hash}",
        time = input.time,
        date = &input.time[..8],
        service = input.service,
        hash = hex(&Sha256::digest(&texts.canonical_request)),
    );
    if texts.string_to_sign != expected.as_bytes() {
        return Err("the string to sign to hold the time, the scope without a region and the \
                    SHA-256 of the canonical request");
    }
    let body_hash = hex(&Sha256::digest(&input.request.body));
    if !texts.canonical_request.ends_with(format!("\n{body_hash}").as_bytes()) {
        return Err("the canonical request to end with the SHA-256 of the body");
    }
    let key = verifying_key(key).ok_or("a public key that is a point of the curve")?;
    let sent = String::from_utf8_lossy(&texts.signed_request).into_owned();
    let in_request =
        sent.split("Signature=").nth(1).and_then(|rest| rest.split([' ', '\n', '&']).next());
    for signature in [std::str::from_utf8(&texts.signature).ok(), in_request] {
        let bytes = signature.and_then(bytes_of);
        let signature = bytes.and_then(|bytes| DerSignature::from_bytes(&bytes).ok());
        let verifies =
            |signature: DerSignature| key.verify(&texts.string_to_sign, &signature).is_ok();
        if !signature.is_some_and(verifies) {
            return Err("both signatures to verify with the public key");
        }
    }
    Ok(())
}

fn verifying_key(key: &PublicKey) -> Option<VerifyingKey> {
    const UNCOMPRESSED: u8 = 4;
    let point = [&[UNCOMPRESSED][..], &hex::parse(&key.x)?, &hex::parse(&key.y)?].concat();
    VerifyingKey::from_sec1_bytes(&point).ok()
}

/// The bytes of hexadecimal digits.
fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.map(byte).collect()
}
