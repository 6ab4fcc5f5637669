//! Times, and the checks against the clock.

use super::arrived::Arrived;
use super::claim::Claim;
use super::{Checked, refused};
use crate::catalogue::Mistake;
use crate::model::date::Moment;

const A_DAY: i64 = 86_400;

/// Seconds since 1970 of a time `YYYYMMDDTHHMMSSZ`; `None` for any other text and for days and hours
/// that do not exist.
pub(super) fn of(text: &str) -> Option<i64> {
    let digits = |range: std::ops::Range<usize>| {
        text.as_bytes().get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let bytes = text.as_bytes();
    let has_shape =
        bytes.len() == 16 && digits(0..8) && bytes[8] == b'T' && digits(9..15) && bytes[15] == b'Z';
    has_shape.then(|| Moment::parse(text).map(Moment::unix_seconds))?
}

/// The basic form of a `Date` header: itself, or that of an IMF-fixdate (RFC 9110, section 5.6.7).
pub(super) fn of_date_header(text: &[u8]) -> Option<String> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = std::str::from_utf8(text).ok()?;
    if of(text).is_some() {
        return Some(text.to_owned());
    }
    let shape = b"..., dd ... dddd dd:dd:dd GMT";
    let fits = |(byte, shape): (&u8, &u8)| match shape {
        b'.' => true,
        b'd' => byte.is_ascii_digit(),
        exact => byte == exact,
    };
    if text.len() != shape.len() || !text.as_bytes().iter().zip(shape).all(fits) {
        return None;
    }
    let month = MONTHS.iter().position(|name| text.get(8..11) == Some(*name))? + 1;
    let part = |range| text.get(range);
    let (year, day) = (part(12..16)?, part(5..7)?);
    let (hour, minute, second) = (part(17..19)?, part(20..22)?, part(23..25)?);
    let basic = format!("{year}{month:02}{day}T{hour}{minute}{second}Z");
    of(&basic).is_some().then_some(basic)
}

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
        && let Some(date) = of_date_header(date.trim_ascii())
    {
        signed = of(&date).unwrap_or(signed);
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
