//! The framing of a form: `multipart/form-data` (RFC 7578; RFC 2046, section 5.1).

use super::problem::{FormError, FormPlace, FormProblem};
use crate::primitive::bytes;

/// How large a form may be. The file itself is not limited: its content is not copied.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// The most bytes of the body before the content of the file. S3 allows 20 KB (S3 API Reference,
    /// "POST Object").
    pub before_file: usize,
    /// The most fields, the file and what comes after it included.
    pub fields: usize,
    /// The most bytes of the headers of one field.
    pub head: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { before_file: 20 << 10, fields: 200, head: 4 << 10 }
    }
}

/// The boundary with the line break and the dashes before it.
pub(super) struct Delimiter(Vec<u8>);

/// RFC 2046, section 5.1.1.
const LONGEST_BOUNDARY: usize = 70;

impl Delimiter {
    /// Reads the boundary out of a `Content-Type`.
    pub(super) fn parse(content_type: &[u8]) -> Result<Self, FormError> {
        let error =
            |offset, problem| Err(FormError { place: FormPlace::ContentType, offset, problem });
        let start = content_type.len() - content_type.trim_ascii_start().len();
        let end = content_type.iter().position(|&byte| byte == b';');
        let end = end.unwrap_or(content_type.len());
        let kind = content_type.get(start..end).unwrap_or_default().trim_ascii();
        if !kind.eq_ignore_ascii_case(b"multipart/form-data") {
            return error(start, FormProblem::NotForm);
        }
        let mut parameters = Parameters { text: content_type, at: end };
        let Some((_, offset, boundary)) = parameters.find(|(name, ..)| is(name, b"boundary"))
        else {
            return error(content_type.len(), FormProblem::BoundaryMissing);
        };
        let invalid = boundary
            .iter()
            .take(LONGEST_BOUNDARY)
            .position(|&byte| !byte.is_ascii_alphanumeric() && !b"'()+_,-./:=? ".contains(&byte));
        if let Some(at) = invalid {
            return error(offset + at, FormProblem::Boundary);
        }
        if boundary.is_empty() || boundary.len() > LONGEST_BOUNDARY || boundary.ends_with(b" ") {
            return error(offset + boundary.len().min(LONGEST_BOUNDARY), FormProblem::Boundary);
        }
        Ok(Self([b"\r\n--", boundary].concat()))
    }

    /// Where it is at or after `from`, within `text`.
    fn find(&self, text: &[u8], from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            at += bytes::position(text.get(at..)?, b'\r')?;
            if text[at..].starts_with(&self.0) {
                return Some(at);
            }
            at += 1;
        }
    }
}

/// One part of a form: its headers and its content.
pub(super) struct Part<'b> {
    /// Where its headers begin.
    pub(super) offset: usize,
    pub(super) name: &'b [u8],
    pub(super) filename: Option<&'b [u8]>,
    pub(super) content_type: Option<&'b [u8]>,
    pub(super) content: &'b [u8],
}

/// Reads one part after the other.
pub(super) struct Parts<'b, 'd> {
    body: &'b [u8],
    delimiter: &'d Delimiter,
    limits: Limits,
    /// After a boundary.
    at: usize,
    has_file: bool,
}

impl<'b, 'd> Parts<'b, 'd> {
    pub(super) fn new(
        body: &'b [u8],
        delimiter: &'d Delimiter,
        limits: Limits,
    ) -> Result<Self, FormError> {
        let first = delimiter.0.get(2..).unwrap_or_default();
        let alike = body.iter().zip(first).take_while(|(left, right)| left == right).count();
        if alike < first.len() {
            let truncated = alike == body.len();
            let problem =
                if truncated { FormProblem::Truncated } else { FormProblem::FirstBoundary };
            return Err(in_body(alike, problem));
        }
        Ok(Self { body, delimiter, limits, at: first.len(), has_file: false })
    }

    /// The next part; `None` after the final boundary.
    pub(super) fn next(&mut self) -> Result<Option<Part<'b>>, FormError> {
        let rest = &self.body[self.at..];
        if let Some(end) = rest.strip_prefix(b"--") {
            return match end {
                b"" | b"\r\n" => Ok(None),
                _ => Err(in_body(self.at + 2, FormProblem::AfterEnd)),
            };
        }
        if !rest.starts_with(b"\r\n") {
            let problem = match rest {
                b"" | b"-" | b"\r" => FormProblem::Truncated,
                _ => FormProblem::BoundaryLine,
            };
            return Err(in_body(self.at, problem));
        }
        let offset = self.at + 2;
        let Head { disposition, content_type, end: start } = self.head(offset)?;
        let is_file = !self.has_file && is(disposition.name, b"file");
        let end = self.content_end(start, is_file)?;
        self.has_file |= is_file;
        self.at = end + self.delimiter.0.len();
        Ok(Some(Part {
            offset,
            name: disposition.name,
            filename: disposition.filename,
            content_type,
            content: &self.body[start..end],
        }))
    }

    /// The headers of the part that begins at `offset`.
    fn head(&self, offset: usize) -> Result<Head<'b>, FormError> {
        let limit = self.limits.head;
        let window = &self.body[..self.body.len().min(offset.saturating_add(limit))];
        let (mut disposition, mut content_type) = (None, None);
        let mut at = offset;
        loop {
            let Some(length) = bytes::position(&window[at..], b'\n') else {
                return Err(if window.len() < self.body.len() {
                    in_body(window.len(), FormProblem::HeadTooLarge { limit })
                } else {
                    in_body(window.len(), FormProblem::Truncated)
                });
            };
            let line = &window[at..at + length];
            let Some(line) = line.strip_suffix(b"\r") else {
                return Err(in_body(at, FormProblem::HeaderLine));
            };
            let start = at;
            at += length + 1;
            if line.is_empty() {
                let missing = in_body(offset, FormProblem::NameMissing);
                let disposition = disposition.ok_or(missing)?;
                return Ok(Head { disposition, content_type, end: at });
            }
            let Some(colon) = bytes::position(line, b':') else {
                return Err(in_body(start, FormProblem::HeaderLine));
            };
            let (name, value) = (&line[..colon], &line[colon + 1..]);
            if is(name, b"content-disposition") {
                let own = Disposition::parse(value).filter(|_| disposition.is_none());
                disposition = Some(own.ok_or_else(|| in_body(start, FormProblem::NameMissing))?);
            } else if is(name, b"content-type") {
                content_type = Some(value.trim_ascii());
            }
        }
    }

    /// Where a content ends that begins at `start`.
    fn content_end(&self, start: usize, is_file: bool) -> Result<usize, FormError> {
        let limit = self.limits.before_file;
        let counts = !self.has_file;
        if counts && start > limit {
            return Err(in_body(limit, FormProblem::FieldsTooLarge { limit }));
        }
        let is_bounded = counts && !is_file;
        let longest = limit.saturating_add(self.delimiter.0.len());
        let end = if is_bounded { self.body.len().min(longest) } else { self.body.len() };
        if let Some(end) = self.delimiter.find(&self.body[..end], start) {
            return Ok(end);
        }
        Err(if end < self.body.len() {
            in_body(limit, FormProblem::FieldsTooLarge { limit })
        } else {
            in_body(end, FormProblem::Truncated)
        })
    }
}

/// The headers of a part.
struct Head<'b> {
    disposition: Disposition<'b>,
    content_type: Option<&'b [u8]>,
    /// Where the content begins.
    end: usize,
}

/// What the header `Content-Disposition` of a part says.
struct Disposition<'b> {
    name: &'b [u8],
    filename: Option<&'b [u8]>,
}

impl<'b> Disposition<'b> {
    /// `None` if it is another kind, or has not exactly one name: readers differ on which counts.
    fn parse(value: &'b [u8]) -> Option<Self> {
        let end = bytes::position(value, b';')?;
        if !value[..end].trim_ascii().eq_ignore_ascii_case(b"form-data") {
            return None;
        }
        let (mut own, mut filename) = (None, None);
        for (name, _, value) in (Parameters { text: value, at: end }) {
            let place = match name {
                _ if is(name, b"name") => &mut own,
                _ if is(name, b"filename") => &mut filename,
                _ => continue,
            };
            if place.replace(value).is_some() {
                return None;
            }
        }
        Some(Self { name: own?, filename })
    }
}

/// The parameters of a header: name, offset of the value, value. A quoted value ends at the next
/// quotation mark: browsers write one within it as `%22`, and leave a backslash as it is (HTML,
/// "Multipart form data"); without one, the parameters end before it.
struct Parameters<'t> {
    text: &'t [u8],
    /// At a semicolon, or at the end.
    at: usize,
}

impl<'t> Iterator for Parameters<'t> {
    type Item = (&'t [u8], usize, &'t [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.at..)?.strip_prefix(b";")?;
        let start = self.at + 1;
        let equals = rest.iter().position(|byte| matches!(byte, b'=' | b';'));
        let equals = equals.unwrap_or(rest.len());
        let name = rest[..equals].trim_ascii();
        let Some(value) = rest[equals..].strip_prefix(b"=") else {
            self.at = start + equals;
            return Some((name, self.at, b""));
        };
        let offset = start + equals + 1;
        if let Some(quoted) = value.strip_prefix(b"\"") {
            let end = bytes::position(quoted, b'"')?;
            let after = &quoted[end..];
            let skipped = after.iter().position(|&byte| byte == b';').unwrap_or(after.len());
            self.at = offset + 1 + end + skipped;
            return Some((name, offset + 1, &quoted[..end]));
        }
        let end = bytes::position(value, b';').unwrap_or(value.len());
        self.at = offset + end;
        Some((name, offset, value[..end].trim_ascii()))
    }
}

/// Whether a name is this one, without regard to case.
pub(super) fn is(name: &[u8], own: &[u8]) -> bool {
    name.eq_ignore_ascii_case(own)
}

pub(super) fn in_body(offset: usize, problem: FormProblem) -> FormError {
    FormError { place: FormPlace::Body, offset, problem }
}
