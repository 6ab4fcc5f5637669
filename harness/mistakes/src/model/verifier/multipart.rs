//! The framing of an upload form (RFC 7578; RFC 2046, section 5.1).

use super::arrived::Arrived;
use super::{Checked, refused};
use crate::catalogue::Mistake;

/// The most bytes before the content of the file: S3 allows 20 KB.
const BEFORE_FILE: usize = 20 << 10;

/// The most fields.
const MOST_FIELDS: usize = 200;

/// The most bytes of the headers of one field.
const LONGEST_HEAD: usize = 4 << 10;

/// RFC 2046, section 5.1.1.
const LONGEST_BOUNDARY: usize = 70;

/// The fields before the file, and the file.
#[derive(Default)]
pub(super) struct Posted<'b> {
    pub(super) fields: Vec<(&'b [u8], &'b [u8])>,
    pub(super) file: Option<File<'b>>,
}

/// The file of a form.
pub(super) struct File<'b> {
    pub(super) filename: Option<&'b [u8]>,
    pub(super) content: &'b [u8],
}

fn wrong<T>(detail: &str) -> Checked<T> {
    refused("malformed-form", detail)
}

impl<'b> Posted<'b> {
    /// Reads a body. There must be nothing before the first boundary, and nothing but a line break after
    /// the final one.
    pub(super) fn read(arrived: &Arrived<'b>) -> Checked<Self> {
        let content_type = arrived.values(b"content-type").first().copied().unwrap_or_default();
        let delimiter = [b"\r\n--", boundary(content_type)?].concat();
        let body = &arrived.request().body[..];
        let Some(mut rest) = body.strip_prefix(&delimiter[2..]) else {
            return wrong("expected the boundary first");
        };
        let mut posted = Self::default();
        let (mut count, mut after_file) = (0, false);
        loop {
            if let Some(end) = rest.strip_prefix(b"--") {
                return if matches!(end, b"" | b"\r\n") {
                    Ok(posted)
                } else {
                    wrong("expected nothing after the final boundary")
                };
            }
            let Some(part) = rest.strip_prefix(b"\r\n") else {
                return wrong("expected a line break after the boundary");
            };
            let (head, content) = Head::read(part)?;
            let start = body.len() - content.len();
            if !after_file && start > BEFORE_FILE {
                return wrong("the fields are too large");
            }
            let is_file = !after_file && is(head.name, b"file");
            let at = content.windows(delimiter.len()).position(|window| window == delimiter);
            let Some(length) = at else { return wrong("the form ends before its final boundary") };
            if !after_file && !is_file && start + length > BEFORE_FILE {
                return wrong("the fields are too large");
            }
            rest = &content[length + delimiter.len()..];
            count += 1;
            if count > MOST_FIELDS {
                return wrong("too many fields");
            }
            posted.add(arrived, &head, &content[..length], after_file)?;
            after_file |= is_file;
        }
    }

    /// "The file must be the last field: fields after it are ignored."
    fn add(
        &mut self,
        arrived: &Arrived<'_>,
        head: &Head<'b>,
        content: &'b [u8],
        after_file: bool,
    ) -> Checked<()> {
        let name = head.name;
        if after_file {
            return Ok(());
        }
        if is(name, b"file") {
            self.file = Some(File { filename: head.filename, content });
            return Ok(());
        }
        let before = self.fields.iter().find(|(other, _)| is(other, name));
        match before {
            Some(_) if arrived.has(Mistake::VerifyFormFieldFirst) => {}
            Some(_) if !is_ignored(name) => return wrong("a field appears twice"),
            _ => self.fields.push((name, content)),
        }
        Ok(())
    }

    /// The value of the field of this name, in any case.
    pub(super) fn value(&self, name: &str) -> Option<&'b [u8]> {
        let mut fields = self.fields.iter();
        fields.find(|(own, _)| is(own, name.as_bytes())).map(|(_, value)| *value)
    }
}

/// Whether names are the same.
pub(super) fn is(name: &[u8], own: &[u8]) -> bool {
    name.eq_ignore_ascii_case(own)
}

/// "Fields whose names begin with `x-ignore-`" count for nothing.
pub(super) fn is_ignored(name: &[u8]) -> bool {
    name.get(..9).is_some_and(|start| is(start, b"x-ignore-"))
}

/// The boundary in a `Content-Type`.
fn boundary(content_type: &[u8]) -> Checked<&[u8]> {
    let (kind, rest) = kind_and_parameters(content_type);
    if !is(kind, b"multipart/form-data") {
        return wrong("Content-Type: expected multipart/form-data");
    }
    let found = parameters(rest).into_iter().find(|(name, _)| is(name, b"boundary"));
    let Some((_, boundary)) = found else { return wrong("Content-Type: expected a boundary") };
    let may_be = |byte: &u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(byte);
    let fits = (1..=LONGEST_BOUNDARY).contains(&boundary.len())
        && boundary.iter().all(may_be)
        && !boundary.ends_with(b" ");
    if fits { Ok(boundary) } else { wrong("Content-Type: the boundary is not one") }
}

/// A header without its parameters, and the parameters from their first semicolon.
fn kind_and_parameters(value: &[u8]) -> (&[u8], &[u8]) {
    let end = value.iter().position(|&byte| byte == b';').unwrap_or(value.len());
    (value[..end].trim_ascii(), &value[end..])
}

/// Names and values. A value in quotation marks ends at the next one; without one, nothing more is read.
fn parameters(text: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(text) = rest.strip_prefix(b";") {
        let end = text.iter().position(|byte| b"=;".contains(byte)).unwrap_or(text.len());
        let (name, value) = (text[..end].trim_ascii(), &text[end..]);
        let Some(value) = value.strip_prefix(b"=") else {
            found.push((name, &b""[..]));
            rest = value;
            continue;
        };
        let until = |text: &[u8], byte: u8| text.iter().position(|&other| other == byte);
        if let Some(quoted) = value.strip_prefix(b"\"") {
            let Some(end) = until(quoted, b'"') else { break };
            found.push((name, &quoted[..end]));
            let after = &quoted[end..];
            rest = &after[until(after, b';').unwrap_or(after.len())..];
        } else {
            let end = until(value, b';').unwrap_or(value.len());
            found.push((name, value[..end].trim_ascii()));
            rest = &value[end..];
        }
    }
    found
}

/// The headers of a part.
struct Head<'b> {
    name: &'b [u8],
    filename: Option<&'b [u8]>,
}

impl<'b> Head<'b> {
    /// The headers, and what follows them.
    fn read(part: &'b [u8]) -> Checked<(Self, &'b [u8])> {
        let window = &part[..part.len().min(LONGEST_HEAD)];
        let mut head = None;
        let mut at = 0;
        loop {
            let length = window[at..].iter().position(|&byte| byte == b'\n');
            let line = length.map(|length| &window[at..at + length]);
            let Some(line) = line.and_then(|line| line.strip_suffix(b"\r")) else {
                return wrong("expected a header that ends in CR LF");
            };
            at += line.len() + 2;
            if line.is_empty() {
                let Some(head) = head else { return wrong("expected the name of a field") };
                return Ok((head, &part[at..]));
            }
            let Some(colon) = line.iter().position(|&byte| byte == b':') else {
                return wrong("expected a header of the form name:value");
            };
            if is(&line[..colon], b"content-disposition") {
                match Self::of_disposition(&line[colon + 1..]).filter(|_| head.is_none()) {
                    Some(own) => head = Some(own),
                    None => return wrong("expected the name of a field, once"),
                }
            }
        }
    }

    fn of_disposition(value: &'b [u8]) -> Option<Self> {
        let (kind, rest) = kind_and_parameters(value);
        let parameters = parameters(rest);
        let one = |wanted: &[u8]| {
            let named = parameters.iter().filter(|(name, _)| is(name, wanted));
            named.map(|(_, value)| *value).collect::<Vec<_>>()
        };
        match (&one(b"name")[..], &one(b"filename")[..]) {
            ([name], []) if is(kind, b"form-data") => Some(Self { name, filename: None }),
            ([name], [filename]) if is(kind, b"form-data") => {
                Some(Self { name, filename: Some(filename) })
            }
            _ => None,
        }
    }
}
