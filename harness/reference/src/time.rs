//! Points in time, to the second, as SigV4 writes them.

use std::fmt;

use crate::error::Error;

const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// A second of the years 0000 to 9999 in UTC, together with its ISO 8601 basic text.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Time {
    seconds: i64,
    text: [u8; 16],
}

impl Time {
    /// Reads `YYYYMMDDTHHMMSSZ` (specification: "Create a string to sign"). Leap seconds are not
    /// accepted.
    ///
    /// # Errors
    /// [`Error::Time`] for any other form, and for days and times that do not exist.
    pub fn parse(text: &[u8]) -> Result<Self, Error> {
        Self::parse_basic(text)
            .ok_or_else(|| Error::Time { text: String::from_utf8_lossy(text).into_owned() })
    }

    /// Reads a `Date` header: ISO 8601 basic, or IMF-fixdate (RFC 9110, section 5.6.7).
    #[must_use]
    pub fn parse_date_header(text: &[u8]) -> Option<Self> {
        Self::parse_basic(text).or_else(|| Self::parse_imf_fixdate(text))
    }

    /// Reads ISO 8601 extended, `2011-10-03T15:19:30`, with or without `Z` and a fraction of a second,
    /// which is left out.
    pub(crate) fn parse_timestamp(text: &[u8]) -> Option<Self> {
        let text = text.strip_suffix(b"Z").unwrap_or(text);
        let (text, fraction) = match text.iter().position(|&byte| byte == b'.') {
            Some(at) => (&text[..at], &text[at + 1..]),
            None => (text, &b"0"[..]),
        };
        if fraction.is_empty() || !fraction.iter().all(u8::is_ascii_digit) {
            return None;
        }
        #[rustfmt::skip]
        let &[
            y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2,
        ] = text else {
            return None;
        };
        Self::parse_basic(&[y1, y2, y3, y4, m1, m2, d1, d2, b'T', h1, h2, n1, n2, s1, s2, b'Z'])
    }

    /// The second that is this many seconds after 1970-01-01T00:00:00Z; `None` outside the years 0000
    /// to 9999.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        let (year, month, day) = date_of_day(seconds.div_euclid(86_400))?;
        let second = seconds.rem_euclid(86_400);
        let mut text = *b"00000000T000000Z";
        for (digits, value) in [
            (0..4, year),
            (4..6, month),
            (6..8, day),
            (9..11, second / 3600),
            (11..13, second / 60 % 60),
            (13..15, second % 60),
        ] {
            write_number(&mut text[digits], value);
        }
        Some(Self { seconds, text })
    }

    /// `YYYYMMDDTHHMMSSZ`.
    #[must_use]
    pub fn text(&self) -> &[u8; 16] {
        &self.text
    }

    /// `YYYYMMDD`, the date of the credential scope.
    #[must_use]
    pub fn date(&self) -> &[u8; 8] {
        // The first eight of sixteen bytes: the split cannot fail.
        self.text.first_chunk().unwrap_or(&[b'0'; 8])
    }

    /// Seconds since 1970-01-01T00:00:00Z, negative before.
    #[must_use]
    pub fn unix_seconds(&self) -> i64 {
        self.seconds
    }

    #[inline]
    pub(crate) fn parse_basic(text: &[u8]) -> Option<Self> {
        let text: [u8; 16] = text.try_into().ok()?;
        let [date @ .., _, _, _, _, _, _, _, _] = text;
        let [_, _, _, _, _, _, _, _, clock @ ..] = text;
        // The letters are tested, and count as digits.
        let letters = u64::from_be_bytes(*b"T\0\0\0\0\0\0Z");
        let clock = u64::from_be_bytes(clock);
        let digits = clock & !u64::from_be_bytes([255, 0, 0, 0, 0, 0, 0, 255]);
        if clock - digits != letters
            || !are_digits(u64::from_be_bytes(date))
            || !are_digits(digits | u64::from_be_bytes(*b"0\0\0\0\0\0\x000"))
        {
            return None;
        }
        let values = text.map(|byte| byte & 15);
        let number = |at: usize| i64::from(values[at]) * 10 + i64::from(values[at + 1]);
        let seconds = seconds_since_epoch(
            number(0) * 100 + number(2),
            number(4),
            number(6),
            [number(9), number(11), number(13)],
        )?;
        Some(Self { seconds, text })
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`; the name of the day is not checked.
    fn parse_imf_fixdate(text: &[u8]) -> Option<Self> {
        let text: &[u8; 29] = text.try_into().ok()?;
        let separators = [(3, b','), (4, b' '), (7, b' '), (11, b' '), (16, b' ')];
        let more = [(19, b':'), (22, b':'), (25, b' ')];
        if separators.iter().chain(&more).any(|&(at, byte)| text[at] != byte)
            || &text[26..] != b"GMT"
        {
            return None;
        }
        let month = MONTHS.iter().position(|name| name[..] == text[8..11])? + 1;
        let mut basic = *b"00000000T000000Z";
        basic[..4].copy_from_slice(&text[12..16]);
        basic[4] = b'0' + u8::from(month > 9);
        basic[5] = b"0123456789"[month % 10];
        basic[6..8].copy_from_slice(&text[5..7]);
        basic[9..11].copy_from_slice(&text[17..19]);
        basic[11..13].copy_from_slice(&text[20..22]);
        basic[13..15].copy_from_slice(&text[23..25]);
        Self::parse_basic(&basic)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&String::from_utf8_lossy(&self.text))
    }
}

/// Whether all bytes are decimal digits: their high halves are those of the digits, and remain so if
/// six is added.
fn are_digits(word: u64) -> bool {
    const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    const ZEROS: u64 = u64::from_be_bytes(*b"00000000");
    (word & HIGH) == ZEROS && (word.wrapping_add(0x0606_0606_0606_0606) & HIGH) == ZEROS
}

fn seconds_since_epoch(year: i64, month: i64, day: i64, clock: [i64; 3]) -> Option<i64> {
    let [hour, minute, second] = clock;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let month_length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if !(1..=month_length).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Days of the proleptic Gregorian calendar, in years that start in March, so that the leap day
    // is the last day of its year.
    let shifted_year = if month > 2 { year } else { year - 1 };
    let shifted_month = (month + 9) % 12;
    let days_in_year = (153 * shifted_month + 2) / 5 + day - 1;
    let leap_days =
        shifted_year.div_euclid(4) - shifted_year.div_euclid(100) + shifted_year.div_euclid(400);
    let days_since_1970 = 365 * shifted_year + leap_days + days_in_year - 719_468;
    Some(((days_since_1970 * 24 + hour) * 60 + minute) * 60 + second)
}

/// Writes a number that has at most as many digits as there is room for.
fn write_number(out: &mut [u8], mut value: i64) {
    for digit in out.iter_mut().rev() {
        *digit = b"0123456789"[usize::try_from(value % 10).unwrap_or_default()];
        value /= 10;
    }
}

/// Year, month and day of a day since 1970, the reverse of [`seconds_since_epoch`].
fn date_of_day(day: i64) -> Option<(i64, i64, i64)> {
    // Days since 0000-03-01, in cycles of 400 years.
    let day = day.checked_add(719_468)?;
    let (cycle, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * day + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = cycle * 400 + year + i64::from(month < 3);
    let day = day - (153 * shifted_month + 2) / 5 + 1;
    (0..=9999).contains(&year).then_some((year, month, day))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// From the first second of the year 0000 to the last one of 9999.
        #[test]
        fn a_second_has_the_text_that_is_read_as_that_second(
            seconds in -62_167_219_200..=253_402_300_799_i64,
        ) {
            let time = Time::from_unix_seconds(seconds).unwrap();
            prop_assert_eq!(Time::parse(time.text()), Ok(time));
            prop_assert_eq!(time.unix_seconds(), seconds);
        }
    }

    #[test]
    fn other_years_have_no_text() {
        for seconds in [i64::MIN, -62_167_219_201, 253_402_300_800, i64::MAX] {
            assert_eq!(Time::from_unix_seconds(seconds), None, "{seconds}");
        }
    }

    fn seconds(text: &str) -> Option<i64> {
        Time::parse(text.as_bytes()).ok().map(|time| time.unix_seconds())
    }

    /// Expected values printed by `date -u -d ... +%s`.
    #[test]
    fn seconds_are_those_of_the_system() {
        for (text, expected) in [
            ("19700101T000000Z", 0),
            ("20130524T000000Z", 1_369_353_600),
            ("20150830T123600Z", 1_440_938_160),
            ("20000229T235959Z", 951_868_799),
            ("20380119T031408Z", 2_147_483_648),
            ("99991231T235959Z", 253_402_300_799),
            ("19691231T235959Z", -1),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn days_and_forms_that_do_not_exist_are_refused() {
        for text in [
            "",
            "20150830",
            "20150830T123600",
            "2015-08-30T12:36:00Z",
            "20150229T000000Z",
            "21000229T000000Z",
            "20150431T000000Z",
            "20150830T240000Z",
            "20150830T126000Z",
            "20150830T123660Z",
            "20151330T123600Z",
            "2015O830T123600Z",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_header_may_be_imf_fixdate() {
        let fixdate = Time::parse_date_header(b"Fri, 24 May 2013 00:00:00 GMT");
        assert_eq!(fixdate, Time::parse(b"20130524T000000Z").ok());
        let december = Time::parse_date_header(b"Sun, 30 Dec 2012 23:59:59 GMT");
        assert_eq!(december, Time::parse(b"20121230T235959Z").ok());
        assert_eq!(Time::parse_date_header(b"Friday, 24-May-13 00:00:00 GMT"), None);
    }

    #[test]
    fn timestamps_may_have_a_zone_and_a_fraction() {
        let expected = Time::parse(b"20111003T151930Z").ok();
        for text in ["2011-10-03T15:19:30", "2011-10-03T15:19:30Z", "2011-10-03T15:19:30.123Z"] {
            assert_eq!(Time::parse_timestamp(text.as_bytes()), expected, "{text}");
        }
        for text in
            ["20111003T151930Z", "2011-10-03", "2011-10-03T15:19:30.Z", "2011-13-03T15:19:30Z"]
        {
            assert_eq!(Time::parse_timestamp(text.as_bytes()), None, "{text}");
        }
    }
}
