//! `derive-key`: every key of the chain, alone or next to those of other derivations.

use std::io::Write as _;

use serde_json::{Map, Value, json};
use sigv4_conformance::properties::derivation::{Derivation, Level, Parts};
use sigv4_conformance::subject::Reference;
use sigv4_protocol::hex::hex;
use sigv4_protocol::{Answer, InProcess as _, KeyQuestion, Question};
use sigv4_reference::v4a::V4aKey;

use super::credentials::time_or_now;
use crate::args::{AlgorithmArgument, DeriveKeyArguments};
use crate::exit_code;
use crate::failure::Failure;

pub(crate) fn run(arguments: &DeriveKeyArguments) -> Result<u8, Failure> {
    if arguments.algorithm == Some(AlgorithmArgument::Sigv4a) {
        return key_pair(arguments);
    }
    let problem = || Failure::Argument("expected --service".to_owned());
    let parts = Parts {
        date: time_or_now("--time", arguments.time.as_deref())?.date().to_vec(),
        secret: arguments.credentials.secret.secret()?.as_bytes().to_vec(),
        region: arguments.region.clone().into(),
        service: arguments.service.clone().ok_or_else(problem)?.into(),
    };
    if arguments.compare {
        compare(&parts, arguments.json)?;
    } else {
        derive(parts, arguments.json)?;
    }
    Ok(exit_code::AS_EXPECTED)
}

/// The public half of the key pair of SigV4A.
fn key_pair(arguments: &DeriveKeyArguments) -> Result<u8, Failure> {
    let credentials = arguments.credentials.load()?;
    let key = V4aKey::derive(&credentials.access_key_id, &credentials.secret_access_key)
        .map_err(|error| Failure::Argument(error.to_string()))?;
    let [x, y] = key.public_key().coordinates().map(|coordinate| hex(&coordinate));
    let mut out = anstream::stdout().lock();
    if arguments.json {
        writeln!(out, "{}", json!({ "public_key": { "x": x, "y": y } }))?;
    } else {
        writeln!(out, "public key X  {x}")?;
        writeln!(out, "public key Y  {y}")?;
    }
    Ok(exit_code::AS_EXPECTED)
}

fn derive(parts: Parts, json: bool) -> Result<(), Failure> {
    let answer = Reference::new().answer(&Question::DeriveKey(KeyQuestion {
        secret_access_key: parts.secret.into(),
        date: String::from_utf8_lossy(&parts.date).into_owned(),
        region: parts.region.into(),
        service: parts.service.into(),
    }));
    let mut out = anstream::stdout().lock();
    match answer {
        Answer::Derived(keys) if !json => {
            writeln!(out, "date key     {}", keys.date_key)?;
            writeln!(out, "region key   {}", keys.region_key)?;
            writeln!(out, "service key  {}", keys.service_key)?;
            writeln!(out, "signing key  {}", keys.signing_key)?;
        }
        // An answer consists of JSON values.
        answer => writeln!(out, "{}", serde_json::to_string(&answer).unwrap_or_default())?,
    }
    Ok(())
}

/// The derivations that are shown next to each other, with their names in JSON.
const COMPARED: [(Derivation, &str); 3] = [
    (Derivation::Chain, "chain"),
    (Derivation::StructuredHmac, "structured_hmac"),
    (Derivation::Hkdf, "hkdf"),
];

fn compare(parts: &Parts, json: bool) -> Result<(), Failure> {
    let mut compared = Vec::new();
    for (derivation, json_name) in COMPARED {
        let keys = derivation.keys(parts).ok_or_else(|| {
            Failure::Argument(format!("the {} has no keys of that day", derivation.as_str()))
        })?;
        compared.push((derivation.as_str(), json_name, keys.map(|key| hex(&key))));
    }
    let mut out = anstream::stdout().lock();
    if json {
        let mut derivations = Map::new();
        for (_, name, keys) in compared {
            let names = Level::ALL.map(|level| level.as_str().replace(' ', "_"));
            let keys: Map<String, Value> = names.into_iter().zip(keys.map(Value::String)).collect();
            derivations.insert(name.to_owned(), keys.into());
        }
        writeln!(out, "{}", Value::Object(derivations))?;
        return Ok(());
    }
    for (index, level) in Level::ALL.iter().enumerate() {
        writeln!(out, "{}", level.as_str())?;
        for (name, _, keys) in &compared {
            writeln!(out, "  {name:<15}  {}", keys[index])?;
        }
    }
    Ok(())
}
