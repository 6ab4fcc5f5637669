//! `derive-key`: every key of the chain.

use std::io::Write as _;

use sigv4_conformance::subject::{Answer, InProcess as _, KeyQuestion, Question, Reference};

use crate::args::DeriveKeyArguments;
use crate::exit_code;
use crate::failure::Failure;

pub(crate) fn run(arguments: &DeriveKeyArguments) -> Result<u8, Failure> {
    let scope = &arguments.scope;
    let date = scope.time()?.date().to_vec();
    let question = Question::DeriveKey(KeyQuestion {
        secret_access_key: scope.credentials.secret.secret()?.into(),
        date: String::from_utf8_lossy(&date).into_owned(),
        region: scope.region.as_str().into(),
        service: scope.service.as_str().into(),
    });
    let answer = Reference::new().answer(&question);
    let mut out = anstream::stdout().lock();
    match answer {
        Answer::Derived(keys) if !arguments.json => {
            writeln!(out, "date key     {}", keys.date_key)?;
            writeln!(out, "region key   {}", keys.region_key)?;
            writeln!(out, "service key  {}", keys.service_key)?;
            writeln!(out, "signing key  {}", keys.signing_key)?;
        }
        // An answer is made of what JSON holds.
        answer => writeln!(out, "{}", serde_json::to_string(&answer).unwrap_or_default())?,
    }
    Ok(exit_code::AS_EXPECTED)
}
