//! The forms in which the older signatures write a time.

use crate::time::Time;

/// A `Date` header: what Version 4 reads, or RFC 822 with `+0000` in place of `GMT`.
pub(super) fn parse_date(text: &[u8]) -> Option<Time> {
    match text.strip_suffix(b" +0000") {
        Some(start) => Time::parse_date_header(&[start, b" GMT"].concat()),
        None => Time::parse_date_header(text),
    }
}

/// ISO 8601 extended, `2011-10-03T15:19:30`, with or without `Z` and a fraction of a second.
pub(super) fn parse_timestamp(text: &[u8]) -> Option<Time> {
    let text = text.strip_suffix(b"Z").unwrap_or(text);
    let (text, fraction) = match text.iter().position(|&byte| byte == b'.') {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &b"0"[..]),
    };
    if fraction.is_empty() || !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2] =
        text
    else {
        return None;
    };
    Time::parse(&[y1, y2, y3, y4, m1, m2, d1, d2, b'T', h1, h2, n1, n2, s1, s2, b'Z']).ok()
}

/// The form that is sent, with `Z`.
pub(super) fn timestamp(time: &Time) -> [u8; 20] {
    let &[y1, y2, y3, y4, m1, m2, d1, d2, t, h1, h2, n1, n2, s1, s2, z] = time.text();
    [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, t, h1, h2, b':', n1, n2, b':', s1, s2, z]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_may_have_a_numeric_zone() {
        let expected = Time::parse(b"20070327T193642Z").ok();
        assert_eq!(parse_date(b"Tue, 27 Mar 2007 19:36:42 +0000"), expected);
        assert_eq!(parse_date(b"Tue, 27 Mar 2007 19:36:42 GMT"), expected);
        for text in ["Tue, 27 Mar 2007 19:36:42 +0100", "Tue, 27 Mar 2007 +0000", ""] {
            assert_eq!(parse_date(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn timestamps_may_have_a_zone_and_a_fraction() {
        let expected = Time::parse(b"20111003T151930Z").ok();
        for text in ["2011-10-03T15:19:30", "2011-10-03T15:19:30Z", "2011-10-03T15:19:30.123Z"] {
            assert_eq!(parse_timestamp(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(expected.map(|time| timestamp(&time)), Some(*b"2011-10-03T15:19:30Z"));
        for text in
            ["20111003T151930Z", "2011-10-03", "2011-10-03T15:19:30.Z", "2011-13-03T15:19:30Z"]
        {
            assert_eq!(parse_timestamp(text.as_bytes()), None, "{text}");
        }
    }
}
