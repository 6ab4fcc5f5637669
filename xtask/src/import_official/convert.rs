//! Converts a case of the suite to a vector, after checking that its stages agree.

use std::path::Path;
use std::time::SystemTime;

use aws_sigv4::sign::v4::generate_signing_key;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use sigv4_protocol::hex::hex;
use sigv4_vectors::model::{
    Case, Evidence, EvidenceKind, Level, Need, Placement, Profile, Question, Rule, Signing,
    SigningExpectation, SigningInput,
};
use sigv4_vectors::text::{Hex32, WrongShape};
use sigv4_vectors::{Bytes, Signature};

use super::published::{self, Context, Stages};
use super::table::{REQUEST_FROM_V4A, Row};
use super::{FAMILY, ImportError, PACKAGE, VERSION};

/// Makes the vector of one case and placement from the suite in `suite`.
pub(super) fn case(suite: &Path, row: &Row, placement: Placement) -> Result<Case, ImportError> {
    let folder = suite.join("v4").join(row.name);
    let context = Context::read(&folder)?;
    let stages = Stages::read(&folder, placement)?;
    let altered = REQUEST_FROM_V4A.contains(&row.name);
    let copy = if altered { "v4a" } else { "v4" };
    let request = published::request(&suite.join(copy).join(row.name))?;

    let key = generate_signing_key(
        context.secret(),
        SystemTime::from(context.timestamp),
        &context.region,
        &context.service,
    );
    let input = context.input(&folder, placement, request)?;
    check(&input, &stages, key.as_ref()).map_err(|broken| ImportError::Inconsistent {
        path: folder.clone(),
        placement,
        expected: broken,
    })?;
    let signing_key = Hex32::try_from(hex(key.as_ref())).map_err(|_: WrongShape| {
        published::malformed(&folder, "a secret that gives a key of 32 bytes")
    })?;

    let mut source = format!("{PACKAGE} {VERSION}, aws-signing-test-suite/v4/{}", row.name);
    if altered {
        source.push_str(", the request from the folder v4a");
    }
    let signing = Signing {
        profile: Profile::Generic,
        placement,
        input,
        expect: SigningExpectation {
            canonical_request: stages.canonical_request,
            string_to_sign: stages.string_to_sign,
            signing_key,
            signature: Signature::HmacSha256(stages.signature),
            signed_request: stages.signed_request,
        },
    };
    Ok(Case {
        id: format!("official/{FAMILY}/{placement}/{}", row.name),
        title: row.title.to_owned(),
        family: FAMILY.to_owned(),
        level: Level::Must,
        evidence: vec![Evidence {
            kind: EvidenceKind::VendorSuite,
            source,
            votes: None,
            servers: Vec::new(),
        }],
        spec: row
            .rules
            .iter()
            .map(|rule| Rule { anchor: rule.anchor.to_owned(), rule: rule.rule.to_owned() })
            .collect(),
        flags: row.flags.iter().map(|flag| (*flag).to_owned()).collect(),
        needs: Need::of(signing.profile, placement, &signing.input),
        catches: Vec::new(),
        question: Question::Sign(Box::new(signing)),
    })
}

/// Checks each published stage against the one before. The error is what was expected.
fn check(input: &SigningInput, stages: &Stages, key: &[u8]) -> Result<(), &'static str> {
    let string_to_sign = format!(
        "AWS4-HMAC-SHA256\n{time}\n{date}/{region}/{service}/aws4_request\n{hash}",
        time = input.time,
        date = &input.time[..8],
        region = input.region,
        service = input.service,
        hash = hex(&Sha256::digest(&stages.canonical_request)),
    );
    if *stages.string_to_sign != *string_to_sign.as_bytes() {
        return Err("the string to sign to hold the time, the scope and the SHA-256 of the \
                    canonical request");
    }
    let body_hash = hex(&Sha256::digest(&input.request.body));
    if !stages.canonical_request.ends_with(format!("\n{body_hash}").as_bytes()) {
        return Err("the canonical request to end with the SHA-256 of the body");
    }
    let mac = Hmac::<Sha256>::new_from_slice(key)
        .map_err(|_| "a key that HMAC takes")?
        .chain_update(&stages.string_to_sign);
    if hex(&mac.finalize().into_bytes()) != *stages.signature {
        return Err("the signature to be the HMAC of the string to sign under the derived key");
    }
    let sent = &stages.signed_request;
    let signature = format!("Signature={}", stages.signature);
    let carries = |bytes: &Bytes| bytes.ends_with(signature.as_bytes());
    if !carries(&sent.target) && !sent.headers.iter().any(|(_, value)| carries(value)) {
        return Err("the signed request to carry the signature");
    }
    Ok(())
}
