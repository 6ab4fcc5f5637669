//! The options that make a body: `--data` in all its kinds and `--json`.

use super::super::parts::InputError;

/// One value of such an option.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Part {
    /// What is sent of it.
    Text(Vec<u8>),
    /// The file that it is read from, and what curl changes of it.
    File { name: Vec<u8>, change: Change },
}

/// What curl changes of the text in a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::explain) enum Change {
    Nothing,
    /// Line ends and zero bytes are taken out.
    Lines,
    /// Everything but letters, digits and `-._~` is escaped, behind a name.
    Escaped {
        name: Vec<u8>,
    },
}

impl Change {
    /// What curl sends of a file, and what it did to it, for people.
    pub(in crate::explain) fn apply(&self, file: &[u8]) -> (Vec<u8>, Option<&'static str>) {
        match self {
            Self::Nothing => (file.to_vec(), None),
            Self::Lines => {
                let is_kept = |byte: &u8| !b"\r\n\0".contains(byte);
                let sent: Vec<u8> = file.iter().copied().filter(is_kept).collect();
                let changed = (sent != file).then_some(
                    "curl -d @FILE takes line ends and zero bytes out of the file: the body is checked \
                     without them. --data-binary sends the file as it is.",
                );
                (sent, changed)
            }
            Self::Escaped { name } => {
                let mut sent = Vec::new();
                if !name.is_empty() {
                    sent.extend_from_slice(&[&name[..], b"="].concat());
                }
                escape(file, b"+", &mut sent);
                (sent, Some("curl escapes the file for a form: the body is checked in that form."))
            }
        }
    }
}

/// The value of an option that takes a file behind `@`.
pub(super) fn plain(value: &[u8], change: Change) -> Part {
    match value {
        [b'@', name @ ..] => Part::File { name: name.to_vec(), change },
        text => Part::Text(text.to_vec()),
    }
}

/// The value of `--data-urlencode` and `--url-query`: `content`, `=content`, `name=content`,
/// `@file` or `name@file`. The name is sent as it is.
pub(super) fn encoded(value: &[u8]) -> Part {
    let sign = memchr::memchr(b'=', value).or_else(|| memchr::memchr(b'@', value));
    let (name, content) = match sign {
        Some(at) if value[at] == b'@' => {
            let change = Change::Escaped { name: value[..at].to_vec() };
            return Part::File { name: value[at + 1..].to_vec(), change };
        }
        Some(at) => (&value[..at], &value[at + 1..]),
        None => (&b""[..], value),
    };
    let mut text = name.to_vec();
    if !name.is_empty() {
        text.push(b'=');
    }
    escape(content, b"+", &mut text);
    Part::Text(text)
}

/// Escapes all but the unreserved bytes. A space is what is given: `+` in a form since curl 7.77.
pub(super) fn escape(content: &[u8], space: &[u8], text: &mut Vec<u8>) {
    for &byte in content {
        match byte {
            b' ' => text.extend_from_slice(space),
            b'-' | b'.' | b'_' | b'~' => text.push(byte),
            _ if byte.is_ascii_alphanumeric() => text.push(byte),
            _ => text.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
}

/// The body of all parts: a text, or a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Body {
    Text(Vec<u8>),
    File { name: Vec<u8>, change: Change },
}

/// Puts the parts together; `&` comes between them, but nothing between those of `--json`.
///
/// # Errors
/// A file beside other parts: the whole is then nowhere.
pub(super) fn together(parts: &[(Part, bool)]) -> Result<Body, InputError> {
    if let [(Part::File { name, change }, _)] = parts {
        return Ok(Body::File { name: name.clone(), change: change.clone() });
    }
    let mut text = Vec::new();
    for (at, (part, is_json)) in parts.iter().enumerate() {
        let Part::Text(more) = part else {
            let problem = "a part of the body is in a file: give the whole body as --body-file, \
                           and the line with one `--data-binary @FILE`";
            return Err(InputError::new("curl --data", problem));
        };
        if text.is_empty() && at > 0 && !is_json {
            let problem = "versions of curl differ in whether `&` follows an empty first value: \
                           leave it out";
            return Err(InputError::new("curl --data", problem));
        }
        if at > 0 && !is_json {
            text.push(b'&');
        }
        text.extend_from_slice(more);
    }
    Ok(Body::Text(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Run with curl 7.88.1 against a server that shows what it gets. That version cuts a line at a zero
    /// byte; later ones take the byte out, as their manual says.
    #[test]
    fn a_file_is_sent_as_its_option_has_it() {
        let sent = |change: Change| change.apply(b"a: 1\r\nb\n");
        assert_eq!(sent(Change::Nothing), (b"a: 1\r\nb\n".to_vec(), None));
        let (lines, said) = sent(Change::Lines);
        assert_eq!(lines, b"a: 1b");
        assert!(said.is_some());
        assert_eq!(Change::Lines.apply(b"a"), (b"a".to_vec(), None));
        let (escaped, _) = sent(Change::Escaped { name: b"n".to_vec() });
        assert_eq!(escaped, b"n=a%3A+1%0D%0Ab%0A");
    }

    #[test]
    fn content_is_escaped_and_the_name_is_not() {
        for (value, text) in [
            (&b"a b&c/\xe9~"[..], &b"a+b%26c%2F%C3%A9~"[..]),
            (b"=a=b", b"a%3Db"),
            (b"n m=a b", b"n m=a+b"),
            (b"", b""),
            (b"n=", b"n="),
            (b"a=b@c", b"a=b%40c"),
        ] {
            // The example is in UTF-8, which is written here as its two bytes.
            let value = value.escape_ascii().to_string().replace("\\xe9", "\u{e9}");
            assert_eq!(encoded(value.as_bytes()), Part::Text(text.to_vec()), "{value}");
        }
        for (value, name) in [(&b"@f"[..], &b""[..]), (b"n@f", b"n")] {
            let change = Change::Escaped { name: name.to_vec() };
            assert_eq!(encoded(value), Part::File { name: b"f".to_vec(), change });
        }
    }

    #[test]
    fn parts_are_joined_as_curl_joins_them() {
        let text = |text: &str, is_json| (Part::Text(text.into()), is_json);
        for (parts, body) in [
            (vec![text("a", false), text("b", false)], "a&b"),
            (vec![text("{", true), text("}", true)], "{}"),
            (vec![text("a", false), text("", false)], "a&"),
            (vec![text("x", false), text("y", true)], "xy"),
            (vec![text("y", true), text("x", false)], "y&x"),
        ] {
            assert_eq!(together(&parts), Ok(Body::Text(body.into())));
        }
        let file = || (plain(b"@f", Change::Lines), false);
        let body = Body::File { name: b"f".to_vec(), change: Change::Lines };
        assert_eq!(together(&[file()]), Ok(body));
        assert!(together(&[text("a", false), file()]).is_err());
        assert!(together(&[text("", false), text("a", false)]).is_err());
    }
}
