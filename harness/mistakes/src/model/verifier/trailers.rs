//! The trailers of a body in chunks.

use sha2::{Digest as _, Sha256};

use super::arrived::Arrived;
use super::body::{Body, CRLF};
use super::checksum;
use super::{Checked, refused, shown};
use crate::catalogue::Mistake;
use crate::model::check::{check_line, is_token};
use crate::model::text::{hex, split_once};

/// The most bytes of all trailers together.
const LONGEST: usize = 16 << 10;

const SIGNATURE: &[u8] = b"x-amz-trailer-signature";

/// The trailers that came, and the names of those that must come.
pub(super) struct Trailers {
    announced: Vec<Vec<u8>>,
    list: Vec<(Vec<u8>, Vec<u8>)>,
}

/// How the lines so far ended.
struct Ends {
    /// Whether the last trailer ended in a line feed alone.
    bare: bool,
    /// Whether an empty line came after it.
    separated: bool,
    /// How many bytes the trailers took.
    length: usize,
}

impl Trailers {
    /// "`x-amz-trailer`: the names of the trailers, separated by commas."
    pub(super) fn announced(arrived: &Arrived<'_>) -> Self {
        let lists = arrived.values(b"x-amz-trailer");
        let names = lists.iter().flat_map(|list| list.split(|&byte| byte == b','));
        let names = names.map(|name| name.trim_ascii().to_ascii_lowercase());
        Self { announced: names.filter(|name| !name.is_empty()).collect(), list: Vec::new() }
    }

    /// Every announced trailer came.
    pub(super) fn check_all_sent(&self, arrived: &Arrived<'_>) -> Checked<()> {
        let is_missing = |name: &&Vec<u8>| self.get(name).is_none();
        match self.announced.iter().find(is_missing) {
            Some(name) if !arrived.has(Mistake::VerifyTrailerMissing) => {
                wrong(format!("the trailer {} was announced and not sent", shown(name)))
            }
            _ => Ok(()),
        }
    }

    fn get(&self, name: &[u8]) -> Option<&[u8]> {
        self.list.iter().find(|(own, _)| own == name).map(|(_, value)| &value[..])
    }

    /// "The trailers, each on a line; their signature; an empty line." Some clients end the trailers in a
    /// line feed and write CR LF after the last one.
    pub(super) fn read(&mut self, body: &mut Body<'_>) -> Checked<()> {
        let signed = body.chain.is_some();
        let mut ends = Ends { bare: false, separated: false, length: 0 };
        loop {
            let line = body.line(LONGEST.saturating_sub(ends.length) + SIGNATURE.len() + 147)?;
            if line == CRLF {
                if !signed {
                    self.check_all_sent(body.arrived)?;
                    if ends.bare && !body.rest.is_empty() {
                        body.line_end()?;
                    }
                    return body.end();
                }
                if ends.bare && !ends.separated {
                    ends.separated = true;
                    continue;
                }
                if body.has(Mistake::VerifyTrailerSignatureOptional) {
                    self.check_all_sent(body.arrived)?;
                    return body.end();
                }
                return refused("trailer-signature-mismatch", "expected x-amz-trailer-signature");
            }
            if self.line(body, line, &mut ends)? {
                self.check_all_sent(body.arrived)?;
                body.line_end()?;
                return body.end();
            }
        }
    }

    /// Reads a line that is not empty. Returns whether it is the signature of the trailers.
    fn line(&mut self, body: &Body<'_>, line: &[u8], ends: &mut Ends) -> Checked<bool> {
        let (text, is_bare) = match line.strip_suffix(CRLF) {
            Some(text) => (text, false),
            None => (line.strip_suffix(b"\n").unwrap_or(line), true),
        };
        let (name, Some(value)) = split_once(text, b':') else {
            return wrong("expected a trailer of the form name:value");
        };
        if !is_token(name) || check_line("trailer", value).is_err() {
            return wrong("expected a trailer of the form name:value");
        }
        let (name, value) = (name.to_ascii_lowercase(), trimmed(value));
        if body.chain.is_some() && name == SIGNATURE {
            self.check_signature(body, value)?;
            return Ok(true);
        }
        if ends.separated {
            return refused("trailer-signature-mismatch", "expected x-amz-trailer-signature");
        }
        ends.length += line.len();
        if ends.length > LONGEST {
            return wrong("the trailers are too large");
        }
        ends.bare = is_bare;
        self.add(body, name, value)?;
        Ok(false)
    }

    fn add(&mut self, body: &Body<'_>, name: Vec<u8>, value: &[u8]) -> Checked<()> {
        if self.get(&name).is_some() && !body.has(Mistake::VerifyTrailerRepeated) {
            return wrong(format!("a second trailer {}", shown(&name)));
        }
        if !self.announced.contains(&name) && !body.has(Mistake::VerifyTrailerNotAnnounced) {
            return wrong(format!("the trailer {} was not announced", shown(&name)));
        }
        let checksum = checksum::of(&name, &body.data);
        if checksum.is_some_and(|checksum| checksum != value)
            && self.announced.contains(&name)
            && !body.has(Mistake::VerifyTrailerChecksumIgnored)
        {
            return refused("checksum-mismatch", format!("{} is another one", shown(&name)));
        }
        self.list.push((name, value.to_vec()));
        Ok(())
    }

    /// "The algorithm, the time, the scope, the previous signature, the hash of the trailers", in the order
    /// in which they were sent, or sorted.
    fn check_signature(&self, body: &Body<'_>, value: &[u8]) -> Checked<()> {
        let stated = body.signature(value)?;
        let Some(chain) = &body.chain else { return Ok(()) };
        let mut sorted = self.list.clone();
        sorted.sort();
        let holds = |list: &[(Vec<u8>, Vec<u8>)]| {
            let lines =
                list.iter().flat_map(|(name, value)| [name, &b":"[..], value, b"\n"].concat());
            let hash = hex(&Sha256::digest(lines.collect::<Vec<u8>>()));
            chain.key.verifies(&chain.string_to_sign(b"-TRAILER", &[hash]), &stated)
        };
        if holds(&self.list) || holds(&sorted) || body.has(Mistake::VerifyTrailerSignatureIgnored) {
            return Ok(());
        }
        refused("trailer-signature-mismatch", "not the signature of the trailers")
    }
}

fn wrong<T>(detail: impl Into<String>) -> Checked<T> {
    refused("malformed-trailer", detail)
}

/// A value without the spaces and tabs around it.
fn trimmed(value: &[u8]) -> &[u8] {
    let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t');
    let start = value.iter().position(is_text).unwrap_or(value.len());
    let end = value.iter().rposition(is_text).map_or(start, |last| last + 1);
    &value[start..end]
}
