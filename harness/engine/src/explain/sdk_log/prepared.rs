//! botocore's request, which it logs as the `repr` of an object: `Sending http request:
//! <AWSPreparedRequest stream_output=False, method=GET, url=..., headers={'X-Amz-Date': b'...'}>`.
//! Seen with botocore 1.44.8.

use memchr::memmem;
use sigv4_vectors::Bytes;

use crate::explain::escapes::literal;
use crate::explain::form::{Space, encoded};

const MARK: &[u8] = b"<AWSPreparedRequest ";

/// A request as far as botocore logs it: the body is not part of it.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Prepared<'t> {
    /// Where it ends in the log.
    pub(super) end: usize,
    pub(super) method: &'t [u8],
    pub(super) url: &'t [u8],
    pub(super) headers: Vec<(Bytes, Bytes)>,
}

/// The requests of a log, in their order.
pub(super) fn requests(text: &[u8]) -> Vec<Prepared<'_>> {
    memmem::find_iter(text, MARK).filter_map(|at| request(text, at + MARK.len())).collect()
}

fn request(text: &[u8], at: usize) -> Option<Prepared<'_>> {
    let (method, rest) = field(&text[at..], b"method=", b", ")?;
    let (url, rest) = field(rest, b"url=", b", headers={")?;
    let mut headers = Vec::new();
    let mut rest = rest;
    loop {
        rest = rest.strip_prefix(b", ").unwrap_or(rest);
        if let Some(rest) = rest.strip_prefix(b"}") {
            return Some(Prepared { end: text.len() - rest.len(), method, url, headers });
        }
        let (name, after) = literal(rest)?;
        let (value, after) = literal(after.strip_prefix(b": ")?)?;
        headers.push((name.into(), value.into()));
        rest = after;
    }
}

/// What is between the two, and the rest behind them; nothing from another line.
fn field<'t>(text: &'t [u8], start: &[u8], end: &[u8]) -> Option<(&'t [u8], &'t [u8])> {
    /// Longer than any URL that is sent.
    const LONGEST: usize = 32 << 10;
    let line = &text[..text.len().min(LONGEST)];
    let line = &line[..memchr::memchr(b'\n', line).unwrap_or(line.len())];
    let start = memmem::find(line, start)? + start.len();
    let length = memmem::find(&line[start..], end)?;
    Some((&text[start..start + length], &text[start + length + end.len()..]))
}

/// The body of the last request that botocore says it makes, in `'body': b'...'`, or as a form in
/// `'body': {'Action': '...'}`; none of a file.
pub(super) fn body(text: &[u8]) -> Option<Vec<u8>> {
    const MARK: &[u8] = b"'body': ";
    let body = &text[memmem::rfind(text, MARK)? + MARK.len()..];
    let Some(mut rest) = body.strip_prefix(b"{") else {
        return literal(body).map(|(body, _)| body);
    };
    let mut pairs = Vec::new();
    loop {
        let (name, after) = literal(rest)?;
        let (value, after) = literal(after.strip_prefix(b": ")?)?;
        pairs.push((name, value));
        match after.strip_prefix(b", ") {
            Some(after) => rest = after,
            None if after.starts_with(b"}") => break,
            None => return None,
        }
    }
    let pairs = pairs.iter().map(|(name, value)| (&name[..], &value[..]));
    Some(encoded(pairs, Space::Plus).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_out_of_its_repr() {
        let log = br#"botocore.endpoint [DEBUG] Sending http request: <AWSPreparedRequest stream_output=False, method=PUT, url=http://h:80/a?b=c, headers={'User-Agent': b"it's", 'X-Amz-Date': b'2015', 'x-amz-meta-a': 'caf\xe9\''}> end"#;
        let found = requests(log);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].method, found[0].url), (&b"PUT"[..], &b"http://h:80/a?b=c"[..]));
        let headers: [(Bytes, Bytes); 3] = [
            ("User-Agent".into(), "it's".into()),
            ("X-Amz-Date".into(), "2015".into()),
            ("x-amz-meta-a".into(), b"caf\xe9'".to_vec().into()),
        ];
        assert_eq!(found[0].headers, headers);
        assert_eq!(&log[found[0].end..], b"> end");
    }

    #[test]
    fn a_body_is_a_literal_or_a_form() {
        let body =
            |text: &str| body(format!("with params: {{'body': {text}, 'url': 'x'}}").as_bytes());
        assert_eq!(body("b'a\\n'"), Some(b"a\n".to_vec()));
        assert_eq!(body("''"), Some(Vec::new()));
        let form = body("{'Action': 'GetCallerIdentity', 'Version': '2011-06-15'}");
        assert_eq!(form, Some(b"Action=GetCallerIdentity&Version=2011-06-15".to_vec()));
        assert_eq!(body("<_io.BytesIO object at 0x7f>"), None);
        assert_eq!(body("{'a': {'b': 'c'}}"), None);
        assert_eq!(super::body(b"no body"), None);
    }

    #[test]
    fn what_is_cut_is_none() {
        let log =
            b"<AWSPreparedRequest a=b, method=PUT, url=http://h/, headers={'A': b'1', 'B': b'2'}>";
        assert_eq!(requests(log).len(), 1);
        for at in 0..log.len() - 2 {
            assert_eq!(requests(&log[..at]), [], "{at}");
        }
        assert_eq!(requests(b"<AWSPreparedRequest a\nmethod=PUT, url=u, headers={}"), []);
    }
}
