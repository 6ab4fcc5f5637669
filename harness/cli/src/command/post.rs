//! `post`: the fields that sign a form for uploads from a browser.

use std::io::Write as _;

use serde_json::{Map, Value};
use sigv4_reference::post::{Policy, PostFields, PostSigner};
use sigv4_reference::{Scope, ScopedKey};

use super::input::{Limit, read};
use crate::args::PostArguments;
use crate::exit_code;
use crate::failure::Failure;
use crate::render::HEADING;

pub(crate) fn run(arguments: &PostArguments) -> Result<u8, Failure> {
    let policy = read(&arguments.policy, Limit::POLICY)?;
    let time = arguments.place.time()?;
    let credentials = arguments.credentials.load()?;
    let refused = |error: sigv4_reference::Error| {
        Failure::Argument(format!("the policy cannot be signed: {error}"))
    };
    let scope = Scope::new(&time, arguments.place.region.as_bytes(), b"s3").map_err(refused)?;
    let key = ScopedKey::derive(&credentials.secret_access_key, scope);
    let signer = PostSigner {
        time,
        access_key_id: &credentials.access_key_id,
        key: &key,
        session_token: credentials.session_token.as_deref(),
    };
    let own = signer.sign(&policy).map_err(refused)?;
    warn(&policy, &own);
    let mut out = anstream::stdout().lock();
    let fields = own.fields().map(|(name, value)| (name, String::from_utf8_lossy(value)));
    if arguments.json {
        let fields: Map<String, Value> =
            fields.map(|(name, value)| (name.to_owned(), value.into())).collect();
        writeln!(out, "{}", Value::Object(fields))?;
    } else {
        for (name, value) in fields {
            writeln!(out, "{name}={value}")?;
        }
    }
    Ok(exit_code::AS_EXPECTED)
}

/// Says what a service would refuse. The policy is signed all the same: it may be meant so.
fn warn(policy: &[u8], signed: &PostFields<'_>) {
    let warn = |problem: &str| anstream::eprintln!("{HEADING}warning{HEADING:#}: {problem}");
    let policy = match Policy::parse(policy) {
        Ok(policy) => policy,
        Err(error) => return warn(&format!("{error}. S3 refuses a policy that it cannot read.")),
    };
    for (name, value) in signed.fields() {
        let value = std::str::from_utf8(value).unwrap_or_default();
        let is_part = !matches!(name, "policy" | "x-amz-signature");
        if is_part && !policy.allows(name, value) {
            // The session token is not shown.
            let shown = if name == "x-amz-security-token" { "..." } else { value };
            warn(&format!(
                "the policy has no condition that allows the field {name}: add \
                 {{\"{name}\": \"{shown}\"}}."
            ));
        }
    }
}
