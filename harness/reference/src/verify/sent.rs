//! The headers that a verifier reads, found in one pass over all of them.

use super::parse::malformed;
use super::reason::Refused;
use crate::dialect::{Dialect, Name};
use crate::primitive::bytes;
use crate::request::Request;

/// The headers that mean something to a verifier.
#[derive(Default)]
pub(super) struct SentHeaders<'r> {
    pub(super) host: Values<'r>,
    pub(super) authorization: Values<'r>,
    pub(super) date: Values<'r>,
    /// Those of the dialect, in the order of [`place`].
    own: [Values<'r>; 4],
}

/// The values of one name.
#[derive(Clone, Copy, Default)]
pub(super) struct Values<'r> {
    pub(super) first: Option<&'r [u8]>,
    pub(super) repeated: bool,
}

impl<'r> SentHeaders<'r> {
    /// Finds them. `each` is called with the [`bytes::prefix_lower`] of every name and the index of
    /// its header.
    #[inline]
    pub(super) fn read(
        dialect: &Dialect,
        request: &Request<'r>,
        mut each: impl FnMut(u64, usize),
    ) -> Self {
        const HOST: u64 = u64::from_be_bytes(*b"host\0\0\0\0");
        const DATE: u64 = u64::from_be_bytes(*b"date\0\0\0\0");
        const AUTHORIZATION: u64 = u64::from_be_bytes(*b"authoriz");
        let mut sent = Self::default();
        let start = dialect.header_prefix().as_bytes();
        let own_prefix = bytes::prefix(start);
        // The bits of the bytes that a short start has.
        let own_bits = u64::MAX << (8 * (8 - start.len().min(8)));
        for (index, header) in request.headers.iter().enumerate() {
            let prefix = bytes::prefix_lower(header.name);
            each(prefix, index);
            match prefix {
                HOST if header.name.len() == 4 => sent.host.add(header.value),
                DATE if header.name.len() == 4 => sent.date.add(header.value),
                AUTHORIZATION if header.is(b"authorization") => {
                    sent.authorization.add(header.value);
                }
                _ if prefix & own_bits == own_prefix => {
                    let is_own = start.len() <= size_of_val(&prefix)
                        || header
                            .name
                            .get(..start.len())
                            .is_some_and(|own| bytes::eq_ignore_case(own, start));
                    let name = header.name.get(start.len()..).filter(|_| is_own);
                    if let Some(name) = name.and_then(Name::of_header) {
                        sent.own[place(name)].add(header.value);
                    }
                }
                _ => {}
            }
        }
        sent
    }

    /// The one value of a header of the dialect that must not be repeated.
    pub(super) fn single(
        &self,
        dialect: &Dialect,
        name: Name,
    ) -> Result<Option<&'r [u8]>, Refused> {
        self.own[place(name)].single(dialect.header(name))
    }
}

/// Where the values of a header of the dialect are.
fn place(name: Name) -> usize {
    match name {
        Name::Date => 0,
        Name::ContentSha256 => 1,
        Name::SecurityToken => 2,
        _ => 3,
    }
}

impl<'r> Values<'r> {
    fn add(&mut self, value: &'r [u8]) {
        self.repeated = self.first.is_some();
        self.first = self.first.or(Some(value));
    }

    /// The one value; `name` is that of the header.
    #[inline]
    pub(super) fn single(&self, name: &str) -> Result<Option<&'r [u8]>, Refused> {
        if self.repeated {
            // The value is not shown: it may be a session token.
            return Err(malformed("headers", "repeated header", name.as_bytes()));
        }
        Ok(self.first)
    }
}
