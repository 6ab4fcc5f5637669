//! `services`: what services want of a signed request.

use std::io::Write as _;

use sigv4_conformance::explain::{PathRule, PayloadRule, ServiceRules, ServiceTable, TokenRule};

use super::input::service_table;
use crate::args::{ServicesArguments, ServicesCommand};
use crate::exit_code;
use crate::failure::Failure;

pub(crate) fn run(arguments: &ServicesArguments) -> Result<u8, Failure> {
    let table = service_table(arguments.service_rules.as_deref())?;
    let mut out = anstream::stdout().lock();
    match &arguments.command {
        ServicesCommand::List { json: true } => {
            let all: Vec<ServiceRules<'_>> = table.all().collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&all).unwrap_or_default())?;
        }
        ServicesCommand::List { json: false } => {
            for rules in table.all() {
                writeln!(out, "{:18} {}", rules.service, in_words(&rules))?;
            }
        }
        ServicesCommand::Show { service } => {
            let rules = table.all().find(|rules| rules.service == service);
            let rules = rules.ok_or_else(|| unknown(service, &table))?;
            // The rules are texts and numbers.
            writeln!(out, "{}", serde_json::to_string_pretty(&rules).unwrap_or_default())?;
        }
    }
    Ok(exit_code::AS_EXPECTED)
}

fn unknown(service: &str, table: &ServiceTable) -> Failure {
    let hint = match table.nearest(service) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`services list` shows those that have.".to_owned(),
    };
    Failure::Argument(format!(
        "the service `{service}` has no rules of its own: {hint} Others follow the rules of `*`"
    ))
}

fn in_words(rules: &ServiceRules<'_>) -> String {
    let path = match rules.path {
        PathRule::DecodedOnce => "path decoded and encoded once",
        PathRule::NormalizedTwice => "path normalised and encoded twice",
    };
    let payload = match rules.payload {
        PayloadRule::Optional => "",
        PayloadRule::Required => ", x-amz-content-sha256 required",
        PayloadRule::Unsigned => ", x-amz-content-sha256: UNSIGNED-PAYLOAD required",
    };
    let token = match rules.token {
        TokenRule::Signed => "",
        TokenRule::Appended => ", token appended to presigned URLs",
    };
    format!(
        "{path}{payload}{token}, clock within {} s, presigned for at most {} s",
        rules.window_seconds, rules.longest_expires
    )
}
