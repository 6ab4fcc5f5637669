//! The checks against the clock.

use super::arrived::Arrived;
use super::claim::Claim;
use super::{Checked, instant, refused};
use crate::catalogue::Mistake;

const A_DAY: i64 = 86_400;

/// The window around the clock in header placement; from the signing to the end of the lifetime in query
/// placement. Both ends are included.
pub(super) fn check(arrived: &Arrived<'_>, claim: &Claim) -> Checked<()> {
    let problem = match claim.expires {
        None => outside_window(arrived, claim),
        Some(expires) => outside_lifetime(arrived, claim, expires),
    };
    match problem {
        Some(reason) => {
            refused(reason, format!("signed at {}, now {}", claim.time, arrived.input.time))
        }
        None => Ok(()),
    }
}

fn outside_window(arrived: &Arrived<'_>, claim: &Claim) -> Option<&'static str> {
    let has = |mistake| arrived.has(mistake);
    let mut signed = claim.seconds;
    if has(Mistake::VerifyWindowOfDateHeader)
        && let Some(date) = arrived.values(b"date").first()
        && let Some(date) = instant::of_date_header(date.trim_ascii())
    {
        signed = instant::of(&date).unwrap_or(signed);
    }
    let age = i128::from(arrived.now) - i128::from(signed);
    let mut window = i128::from(arrived.input.window_seconds);
    if has(Mistake::VerifyWindowASecondWider) {
        window += 1;
    }
    if has(Mistake::VerifyWindowAMinuteWider) {
        window += 60;
    }
    if has(Mistake::VerifyWindowExclusive) {
        window -= 1;
    }
    let (mut past, mut future) = (age > window, -age > window);
    if has(Mistake::VerifyWindowByDay) {
        (past, future) = (
            arrived.now.div_euclid(A_DAY) > signed.div_euclid(A_DAY),
            arrived.now.div_euclid(A_DAY) < signed.div_euclid(A_DAY),
        );
    }
    if has(Mistake::VerifyFutureRefused) {
        future = age < 0;
    }
    if has(Mistake::VerifyWindowMissing) || has(Mistake::VerifyOldAccepted) {
        past = false;
    }
    if has(Mistake::VerifyWindowMissing) || has(Mistake::VerifyFutureAccepted) {
        future = false;
    }
    (past || future).then_some("request-time-too-skewed")
}

fn outside_lifetime(arrived: &Arrived<'_>, claim: &Claim, expires: u64) -> Option<&'static str> {
    let has = |mistake| arrived.has(mistake);
    let now = if has(Mistake::VerifyPresignExpiryByDay) {
        arrived.now - arrived.now.rem_euclid(A_DAY)
    } else {
        arrived.now
    };
    let age = i128::from(now) - i128::from(claim.seconds);
    let window = i128::from(arrived.input.window_seconds);
    let mut lifetime = i128::from(expires);
    if has(Mistake::VerifyPresignWindowAdded) {
        lifetime += window;
    }
    if has(Mistake::VerifyPresignASecondLonger) {
        lifetime += 1;
    }
    if has(Mistake::VerifyPresignExclusive) {
        lifetime -= 1;
    }
    if has(Mistake::VerifyPresignExpiresInMinutes) {
        lifetime *= 60;
    }
    let is_early = -age > window && !has(Mistake::VerifyPresignFutureAccepted)
        || age < 0 && has(Mistake::VerifyPresignFutureRefused);
    if is_early {
        Some("not-yet-valid")
    } else if age > window && has(Mistake::VerifyPresignWindowApplied) {
        Some("request-time-too-skewed")
    } else if age > 0 && age > lifetime && !has(Mistake::VerifyPresignExpiryIgnored) {
        Some("expired")
    } else {
        None
    }
}
