//! The forms in which the older signatures write a time.

use crate::time::Time;

/// A `Date` header: what Version 4 reads, or RFC 822 with `+0000` in place of `GMT`.
pub(super) fn parse_date(text: &[u8]) -> Option<Time> {
    match text.strip_suffix(b" +0000") {
        Some(start) => Time::parse_date_header(&[start, b" GMT"].concat()),
        None => Time::parse_date_header(text),
    }
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
    fn a_timestamp_is_sent_with_its_zone() {
        let time = Time::parse(b"20111003T151930Z").ok();
        assert_eq!(time.map(|time| timestamp(&time)), Some(*b"2011-10-03T15:19:30Z"));
    }
}
