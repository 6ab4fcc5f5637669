//! Text as a form or a query carries it.

/// How a space is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Space {
    /// In the body of a form.
    Plus,
    /// In a query, as signers want it.
    Percent,
}

/// Pairs as they are sent, each name and value escaped.
pub(super) fn encoded<'p>(
    pairs: impl IntoIterator<Item = (&'p [u8], &'p [u8])>,
    space: Space,
) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        escape(name, space, &mut text);
        text.push('=');
        escape(value, space, &mut text);
    }
    text
}

fn escape(bytes: &[u8], space: Space, text: &mut String) {
    for &byte in bytes {
        match byte {
            b' ' if space == Space::Plus => text.push('+'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte));
            }
            _ => {
                let digit = |value: u8| char::from(b"0123456789ABCDEF"[usize::from(value & 15)]);
                text.extend(['%', digit(byte >> 4), digit(byte)]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_the_unreserved_is_escaped() {
        let pairs = || [(&b"a b"[..], &b"1+1/\xff"[..]), (b"-._~", b"")];
        assert_eq!(encoded(pairs(), Space::Plus), "a+b=1%2B1%2F%FF&-._~=");
        assert_eq!(encoded(pairs(), Space::Percent), "a%20b=1%2B1%2F%FF&-._~=");
        assert_eq!(encoded([], Space::Plus), "");
    }
}
