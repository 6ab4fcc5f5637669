//! The JSON of a policy: objects, lists, strings and whole numbers.

/// A value.
#[derive(Debug)]
pub(super) enum Json {
    Object(Vec<(String, Json)>),
    List(Vec<Json>),
    Text(String),
    Number(u64),
}

/// How deep a policy is nested: the object, its conditions, a condition, its items.
const DEEPEST: usize = 4;

/// The value that is all of `text`; `None` if it is not one.
pub(super) fn read(text: &str) -> Option<Json> {
    let mut reader = Reader { rest: text };
    let value = reader.value(DEEPEST)?;
    reader.blanks();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
    }

    /// Takes this character if it is next after blanks.
    fn take(&mut self, wanted: char) -> bool {
        self.blanks();
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        let depth = depth.checked_sub(1)?;
        self.blanks();
        match self.rest.chars().next()? {
            '{' => self.object(depth),
            '[' => self.list(depth),
            '"' => self.text().map(Json::Text),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        let mut members = Vec::new();
        self.take('{');
        if self.take('}') {
            return Some(Json::Object(members));
        }
        loop {
            let name = self.text()?;
            if !self.take(':') {
                return None;
            }
            members.push((name, self.value(depth)?));
            if !self.take(',') {
                return self.take('}').then_some(Json::Object(members));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Json> {
        let mut items = Vec::new();
        self.take('[');
        if self.take(']') {
            return Some(Json::List(items));
        }
        loop {
            items.push(self.value(depth)?);
            if !self.take(',') {
                return self.take(']').then_some(Json::List(items));
            }
        }
    }

    /// RFC 8259, section 6, without sign, fraction and exponent.
    fn number(&mut self) -> Option<Json> {
        let belongs = |next: char| matches!(next, '0'..='9' | '+' | '-' | '.' | 'E' | 'e');
        let end = self.rest.find(|next| !belongs(next)).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        let is_padded = digits.len() > 1 && digits.starts_with('0');
        number(digits).filter(|_| !is_padded).map(Json::Number)
    }

    /// RFC 8259, section 7, and the escapes `\$` and `\v` of the S3 API Reference.
    fn text(&mut self) -> Option<String> {
        if !self.take('"') {
            return None;
        }
        let mut text = String::new();
        loop {
            let next = self.next()?;
            match next {
                '"' => return Some(text),
                '\\' => {
                    let escaped = self.escape()?;
                    text.push(escaped);
                }
                '\0'..='\u{1f}' => return None,
                _ => text.push(next),
            }
        }
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest.chars().next()?;
        self.rest = &self.rest[next.len_utf8()..];
        Some(next)
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.next()? {
            same @ ('"' | '\\' | '/' | '$') => same,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            'u' => {
                let first = self.unit()?;
                let mut units = vec![first];
                if (0xd800..0xdc00).contains(&first) {
                    self.rest = self.rest.strip_prefix("\\u")?;
                    units.push(self.unit()?);
                }
                let text = String::from_utf16(&units).ok()?;
                let mut characters = text.chars();
                characters.next().filter(|_| characters.next().is_none())?
            }
            _ => return None,
        })
    }

    fn unit(&mut self) -> Option<u16> {
        let digits = self.rest.get(..4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.rest = &self.rest[4..];
        u16::from_str_radix(digits, 16).ok()
    }
}

/// A whole number of 64 bits.
pub(super) fn number(digits: &str) -> Option<u64> {
    let are_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| are_digits)
}
