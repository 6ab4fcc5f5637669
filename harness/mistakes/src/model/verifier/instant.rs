//! Times as requests and verifiers write them.

use crate::model::date::Moment;

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
