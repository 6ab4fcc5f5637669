//! Session tokens in what is printed: their beginning is enough to tell them apart.

use sigv4_reference::canonical::percent;
use sigv4_vectors::model::Request;

use super::s3_form;

/// The name of header and parameter.
const NAME: &[u8] = b"x-amz-security-token";

/// How much of a token is shown.
const SHOWN: usize = 8;

/// The session tokens of a request, in each form in which they may be printed.
#[derive(Debug)]
pub struct Concealed {
    /// The longest first.
    forms: Vec<Vec<u8>>,
}

impl Concealed {
    /// The tokens in header and query.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let headers = request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(NAME));
        let mut tokens: Vec<Vec<u8>> = headers.map(|(_, value)| value.to_vec()).collect();
        for piece in request.target.split(|byte| b"?&".contains(byte)) {
            let mut halves = piece.splitn(2, |byte| *byte == b'=');
            let name = halves.next().unwrap_or_default();
            if name.eq_ignore_ascii_case(NAME) {
                tokens.push(halves.next().unwrap_or_default().to_vec());
            }
        }
        let mut forms: Vec<Vec<u8>> = Vec::new();
        for token in tokens {
            let token = token.trim_ascii();
            let decoded: Vec<u8> =
                percent::decode(token).map(|byte| byte.unwrap_or(b'%')).collect();
            let encoded = s3_form::recoded_query(token);
            let once_more = s3_form::encoded_value(token);
            let both = s3_form::encoded_value(&decoded);
            forms.extend([token.to_vec(), decoded, encoded, once_more, both]);
        }
        forms.retain(|form| form.len() > SHOWN);
        forms.sort_unstable_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        Self { forms }
    }

    /// The text with every token cut to its beginning.
    #[must_use]
    pub fn shortened(&self, text: &[u8]) -> Vec<u8> {
        let mut shortened = text.to_vec();
        for form in &self.forms {
            let mut rest = &shortened[..];
            let mut parts = Vec::with_capacity(shortened.len());
            while let Some(at) = memchr::memmem::find(rest, form) {
                parts.extend_from_slice(&rest[..at + SHOWN]);
                parts.extend_from_slice("…".as_bytes());
                rest = &rest[at + form.len()..];
            }
            parts.extend_from_slice(rest);
            shortened = parts;
        }
        shortened
    }
}

/// The beginning of a text that is a token.
pub(super) fn beginning(token: &str) -> String {
    match token.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &token[..end]),
        None => token.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_shortened_in_each_form() {
        let request = Request {
            target: "/?X-Amz-Security-Token=IQoJb3JpZ2lu%2FX2Vj%3D%3D&a=b".into(),
            headers: vec![("x-amz-security-token".into(), " FwoGZXIvYXdzEXAMPLE+/ ".into())],
            ..Request::default()
        };
        let concealed = Concealed::of(&request);
        for (text, shown) in [
            ("a IQoJb3JpZ2lu%2FX2Vj%3D%3D b", "a IQoJb3Jp… b"),
            ("token:IQoJb3JpZ2lu/X2Vj==\n", "token:IQoJb3Jp…\n"),
            ("IQoJb3JpZ2lu%252FX2Vj%253D%253D", "IQoJb3Jp…"),
            ("FwoGZXIvYXdzEXAMPLE%2B%2F,FwoGZXIvYXdzEXAMPLE+/", "FwoGZXIv…,FwoGZXIv…"),
            ("nothing", "nothing"),
        ] {
            let shortened = concealed.shortened(text.as_bytes());
            assert_eq!(String::from_utf8_lossy(&shortened), shown);
        }
        assert_eq!(beginning("IQoJb3JpZ2lu"), "IQoJb3Jp…");
        assert_eq!(beginning("short"), "short");
    }
}
