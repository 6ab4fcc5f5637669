//! `derive-key`: every key of the chain, alone or next to those of other derivations.

use std::io::Write as _;

use serde_json::{Map, Value};
use sigv4_conformance::properties::derivation::{Derivation, Level, Parts};
use sigv4_conformance::subject::Reference;
use sigv4_protocol::hex::hex;
use sigv4_protocol::{Answer, InProcess as _, KeyQuestion, Question};

use crate::args::DeriveKeyArguments;
use crate::exit_code;
use crate::failure::Failure;

pub(crate) fn run(arguments: &DeriveKeyArguments) -> Result<u8, Failure> {
    let scope = &arguments.scope;
    let parts = Parts {
        date: scope.place.time()?.date().to_vec(),
        secret: scope.credentials.secret.secret()?.as_bytes().to_vec(),
        region: scope.place.region.clone().into(),
        service: scope.service.clone().into(),
    };
    if arguments.compare {
        compare(&parts, arguments.json)?;
    } else {
        derive(parts, arguments.json)?;
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
