//! Trailers: the headers after an `aws-chunked` body.

use crate::error::Error;
use crate::request::{control_byte, not_token};

/// The line with the signature of the trailers.
pub(super) const SIGNATURE_NAME: &[u8] = b"x-amz-trailer-signature";

/// How the line of a trailer ends.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum TrailerLineEnd {
    /// CR LF, as the vendor's SDKs write it.
    #[default]
    CrLf,
    /// LF, and CR LF after the last one, as minio-go and the S3 documentation write it.
    LfCrLf,
}

/// The trailers of a body, in the order in which they were sent: names in lower case, values without
/// the white space around them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Trailers {
    list: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Trailers {
    /// Name and value of each.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.list.iter().map(|(name, value)| (&name[..], &value[..]))
    }

    /// The value of the trailer with this name in lower case.
    #[must_use]
    pub fn get(&self, name: &[u8]) -> Option<&[u8]> {
        self.iter().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// Adds a trailer that is to be sent.
    pub(super) fn add(&mut self, name: &[u8], value: &[u8]) -> Result<(), Error> {
        let lower = name.to_ascii_lowercase();
        if not_token(name).is_some() || lower == SIGNATURE_NAME || self.get(&lower).is_some() {
            return Err(Error::TrailerName { name: String::from_utf8_lossy(name).into_owned() });
        }
        if let Some(offset) = control_byte(value) {
            return Err(Error::ControlByte { field: "trailer", offset });
        }
        self.push(lower, value);
        Ok(())
    }

    /// Adds a trailer that was checked.
    pub(super) fn push(&mut self, name: Vec<u8>, value: &[u8]) {
        self.list.push((name, trim(value).to_vec()));
    }

    /// Sorts them by name. Returns whether they were in another order.
    pub(super) fn sort(&mut self) -> bool {
        let sorted = self.list.is_sorted();
        self.list.sort();
        !sorted
    }

    /// The lines `name:value`, each with this end.
    pub(super) fn lines(&self, end: &[u8]) -> Vec<u8> {
        self.iter().flat_map(|(name, value)| [name, b":", value, end].concat()).collect()
    }
}

/// A value without the white space around it (RFC 9110, section 5.6.3).
pub(super) fn trim(value: &[u8]) -> &[u8] {
    let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t');
    let start = value.iter().position(is_text).unwrap_or(value.len());
    let end = value.iter().rposition(is_text).map_or(start, |last| last + 1);
    &value[start..end]
}
