//! A reader for the JSON of policies: one step at a time, without recursion.

use std::borrow::Cow;

use super::problem::{PolicyError, PolicyProblem};

/// The place that is read.
pub(super) struct Reader<'p> {
    text: &'p str,
    at: usize,
}

impl<'p> Reader<'p> {
    pub(super) fn new(text: &'p str) -> Self {
        Self { text, at: 0 }
    }

    /// Where the next token begins, and its first byte.
    pub(super) fn peek(&mut self) -> (usize, Option<u8>) {
        let rest = &self.text.as_bytes()[self.at..];
        let blanks = rest.iter().take_while(|byte| b" \t\r\n".contains(byte)).count();
        self.at += blanks;
        (self.at, rest.get(blanks).copied())
    }

    /// Takes this byte if it is next.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek().1 == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Takes this byte, which must be next. `what` says what it stands for.
    pub(super) fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), PolicyError> {
        if self.take(byte) { Ok(()) } else { Err(self.expected(what)) }
    }

    /// Nothing may follow.
    pub(super) fn end(&mut self) -> Result<(), PolicyError> {
        match self.peek().1 {
            None => Ok(()),
            Some(_) => Err(self.expected("the end of the policy")),
        }
    }

    /// A string.
    pub(super) fn string(&mut self, what: &'static str) -> Result<Cow<'p, str>, PolicyError> {
        self.expect(b'"', what)?;
        let text = self.text;
        let mut decoded: Option<String> = None;
        loop {
            let start = self.at;
            let rest = &text.as_bytes()[start..];
            let length = rest.iter().position(|&byte| matches!(byte, b'"' | b'\\' | 0..0x20));
            let end = start + length.unwrap_or(rest.len());
            let plain = &text[start..end];
            self.at = end;
            match text.as_bytes().get(end) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(match decoded {
                        None => Cow::Borrowed(plain),
                        Some(decoded) => Cow::Owned(decoded + plain),
                    });
                }
                Some(b'\\') => {
                    let decoded = decoded.get_or_insert_default();
                    decoded.push_str(plain);
                    decoded.push(self.escape()?);
                }
                Some(_) => return Err(error(end, PolicyProblem::ControlCharacter)),
                None => return Err(self.expected("the closing quotation mark")),
            }
        }
    }

    /// A whole number, in digits or in a string of digits: some forms are made with strings, which S3
    /// accepts.
    pub(super) fn number(&mut self, what: &'static str) -> Result<u64, PolicyError> {
        let (offset, first) = self.peek();
        let digits = if first == Some(b'"') {
            self.string(what)?
        } else {
            let rest = &self.text[self.at..];
            let other =
                rest.find(|next: char| !matches!(next, '0'..='9' | '+' | '-' | '.' | 'E' | 'e'));
            let digits = &rest[..other.unwrap_or(rest.len())];
            self.at += digits.len();
            // JSON has no leading zeros (RFC 8259, section 6).
            if digits.len() > 1 && digits.starts_with('0') {
                return Err(error(offset, PolicyProblem::Expected { what }));
            }
            Cow::Borrowed(digits)
        };
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.parse().ok().filter(|_| is_number);
        number.ok_or_else(|| error(offset, PolicyProblem::Expected { what }))
    }

    /// That something else is next.
    pub(super) fn expected(&mut self, what: &'static str) -> PolicyError {
        error(self.peek().0, PolicyProblem::Expected { what })
    }

    /// An escape: those of JSON, and the two that the S3 API Reference adds for policies.
    fn escape(&mut self) -> Result<char, PolicyError> {
        let start = self.at;
        let invalid = || error(start, PolicyProblem::Escape);
        let letter = self.text.as_bytes().get(start + 1).copied();
        self.at += 2;
        Ok(match letter.ok_or_else(invalid)? {
            letter @ (b'"' | b'\\' | b'/' | b'$') => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'v' => '\u{b}',
            b'u' => {
                let first = self.unit().ok_or_else(invalid)?;
                let mut units = [first, 0];
                let is_high = (0xd800..0xdc00).contains(&first);
                let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
                if is_high && rest.starts_with(b"\\u") {
                    self.at += 2;
                    units[1] = self.unit().ok_or_else(invalid)?;
                }
                let units = &units[..=usize::from(is_high)];
                let mut decoded = char::decode_utf16(units.iter().copied());
                decoded.next().and_then(Result::ok).ok_or_else(invalid)?
            }
            _ => return Err(invalid()),
        })
    }

    /// The four hexadecimal digits of an escape.
    fn unit(&mut self) -> Option<u16> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| are_digits)
    }
}

pub(super) fn error(offset: usize, problem: PolicyProblem) -> PolicyError {
    PolicyError { offset, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_decoded() {
        for (text, expected) in [
            (r#""""#, ""),
            (r#" "a b" "#, "a b"),
            (r#""user\/\"\\\$\b\f\n\r\t\v""#, "user/\"\\$\u{8}\u{c}\n\r\t\u{b}"),
            (r#""\u00e9\ud83d\ude00x""#, "é😀x"),
        ] {
            assert_eq!(Reader::new(text).string("a string").as_deref(), Ok(expected), "{text}");
        }
        let borrowed = Reader::new(r#""plain""#).string("a string");
        assert!(matches!(borrowed, Ok(Cow::Borrowed("plain"))), "no copy without an escape");
    }

    #[test]
    fn what_is_wrong_in_a_string_is_located() {
        let what = "a string";
        for (text, offset, problem) in [
            ("  x", 2, PolicyProblem::Expected { what }),
            ("", 0, PolicyProblem::Expected { what }),
            (r#""ab"#, 3, PolicyProblem::Expected { what: "the closing quotation mark" }),
            ("\"a\n\"", 2, PolicyProblem::ControlCharacter),
            (r#""a\x""#, 2, PolicyProblem::Escape),
            (r#""a\"#, 2, PolicyProblem::Escape),
            (r#""\u12"#, 1, PolicyProblem::Escape),
            (r#""\u12é4""#, 1, PolicyProblem::Escape),
            (r#""\u+123""#, 1, PolicyProblem::Escape),
            (r#""\ud83d""#, 1, PolicyProblem::Escape),
            (r#""\ud83d\u0041""#, 1, PolicyProblem::Escape),
            (r#""\ude00""#, 1, PolicyProblem::Escape),
        ] {
            assert_eq!(Reader::new(text).string(what), Err(error(offset, problem)), "{text}");
        }
    }

    #[test]
    fn numbers_are_whole() {
        for (text, expected) in
            [("0", 0), (" 10 ,", 10), ("\"10\"", 10), ("18446744073709551615]", u64::MAX)]
        {
            assert_eq!(Reader::new(text).number("a number"), Ok(expected), "{text}");
        }
        for text in [
            "-1",
            "01",
            "00",
            "1.0",
            "1e3",
            "18446744073709551616",
            "\"\"",
            "\"+1\"",
            "\" 1\"",
            "x",
            "",
        ] {
            assert!(Reader::new(text).number("a number").is_err(), "{text}");
        }
    }
}
