//! When a signed request is valid.

use sigv4_protocol::{InProcess, SignQuestion};
use sigv4_reference::Time;
use sigv4_reference::verify::Reason;

use super::exchange::{Exchange, can_verify};
use crate::properties::{Outcome, Violation};

/// The last second of every period is inside, the next one outside: of the clock window on both
/// sides of the signing time, and of a presigned URL's life, which begins a window before it (S3
/// API Reference, "Authenticating Requests: Using Query Parameters"; IAM User Guide, "Signature
/// Version 4 request elements").
pub fn window_includes_its_edges(
    signer: &mut dyn InProcess,
    question: &SignQuestion,
    seed: u64,
) -> Result<Outcome, Violation> {
    if !can_verify(question) {
        return Ok(Outcome::Vacuous);
    }
    let Some(exchange) = Exchange::new(signer, question) else { return Ok(Outcome::Vacuous) };
    let window = seed % 1000;
    let (life, too_late, too_early) = match question.input.expires {
        None => (window, Reason::RequestTimeTooSkewed, Reason::RequestTimeTooSkewed),
        Some(expires) => (expires, Reason::Expired, Reason::NotYetValid),
    };
    for (shift, expected) in [
        (0, None),
        (shift(life), None),
        (shift(life) + 1, Some(too_late)),
        (-shift(window), None),
        (-shift(window) - 1, Some(too_early)),
    ] {
        // A time beyond the years that can be written cannot be tested.
        let Some(now) = exchange.time().and_then(|time| shifted(time, shift)) else { continue };
        let actual = exchange.verify(&exchange.sent, now, window).err();
        if actual.as_ref().map(|rejection| rejection.reason) != expected {
            return Err(Violation {
                property: "window_includes_its_edges",
                detail: format!("{shift} s from signing: expected {expected:?}, got {actual:?}"),
            });
        }
    }
    Ok(Outcome::Held)
}

fn shift(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

fn shifted(time: Time, seconds: i64) -> Option<Time> {
    let moment = jiff::Timestamp::from_second(time.unix_seconds().checked_add(seconds)?).ok()?;
    Time::parse(moment.strftime("%Y%m%dT%H%M%SZ").to_string().as_bytes()).ok()
}
