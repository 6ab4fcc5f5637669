//! The authentication parameters of a query.

use std::ops::Range;

use super::form::Form;
use super::parse::malformed;
use super::reason::Refused;
use crate::canonical::query;
use crate::dialect::{Dialect, NAMES, Name, may_be_own};
use crate::primitive::bytes;
use crate::primitive::percent;
use crate::primitive::text::Text;
use crate::target;

/// The authentication parameters of a query, each at most once.
#[derive(Default)]
pub(super) struct Parameters<'r> {
    values: [Option<Value<'r>>; NAMES],
    /// The names of the parameters of the signature and of the session token, as sent.
    pub(super) signature: Option<&'r [u8]>,
    pub(super) session_token: Option<&'r [u8]>,
}

enum Value<'r> {
    AsSent(&'r [u8]),
    /// Where it is in the buffer.
    Decoded(Range<usize>),
}

/// What is wrong with a query that has an authentication.
enum Fault<'r> {
    Repeated(Name),
    /// The value has an invalid escape at this offset.
    Escape(Name, &'r [u8], usize),
}

impl<'r> Parameters<'r> {
    /// Reads them, and returns whether the query has a signature, a credential or an algorithm. If not,
    /// the others are ordinary parameters, which may even be repeated. Values that have escapes are
    /// appended to `decoded`.
    #[inline]
    pub(super) fn read(
        &mut self,
        form: &Form,
        dialect: &Dialect,
        (query, scanned): (&'r [u8], Option<&[query::Parameter]>),
        decoded: &mut Text,
    ) -> Result<bool, Refused> {
        let (mut is_presigned, mut fault) = (false, None);
        let mut read = |name: &'r [u8], value: &'r [u8]| {
            let Some(own) = dialect.own_parameter(name) else { return };
            // In a scope with a region it is a parameter like any other.
            if own == Name::RegionSet && form.region_in_scope {
                return;
            }
            is_presigned |= matches!(own, Name::Algorithm | Name::Credential | Name::Signature);
            if fault.is_none() {
                fault = self.add(own, name, value, decoded).err();
            }
        };
        if let Some(scanned) = scanned {
            for parameter in scanned {
                let (name, value) = parameter.name_and_value(query);
                read(name, value);
            }
        } else {
            for piece in bytes::split(query, b'&').filter(|piece| may_be_own(piece)) {
                let (name, value) = target::name_and_value(piece);
                read(name, value);
            }
        }
        match fault {
            Some(fault) if is_presigned => Err(fault.rejection(dialect)),
            _ => Ok(is_presigned),
        }
    }

    fn add(
        &mut self,
        own: Name,
        name: &'r [u8],
        value: &'r [u8],
        decoded: &mut Text,
    ) -> Result<(), Fault<'r>> {
        let place = &mut self.values[own as usize];
        if place.is_some() {
            return Err(Fault::Repeated(own));
        }
        *place = Some(match percent::append_decoded(decoded, value) {
            Ok(None) => Value::AsSent(value),
            Ok(Some(range)) => Value::Decoded(range),
            Err(offset) => return Err(Fault::Escape(own, value, offset)),
        });
        match own {
            Name::Signature => self.signature = Some(name),
            Name::SecurityToken => self.session_token = Some(name),
            _ => {}
        }
        Ok(())
    }

    /// The value of a parameter, from the buffer if it was decoded into it.
    #[inline]
    pub(super) fn value<'c>(&self, name: Name, decoded: &'c Text) -> Option<&'c [u8]>
    where
        'r: 'c,
    {
        match self.values[name as usize].as_ref()? {
            Value::AsSent(value) => Some(value),
            Value::Decoded(range) => decoded.get(range.clone()),
        }
    }
}

impl Fault<'_> {
    fn rejection(&self, dialect: &Dialect) -> Refused {
        match *self {
            Self::Repeated(own) => {
                malformed("query", "repeated parameter", dialect.parameter(own).as_bytes())
            }
            // Shows the escape alone: the value may be a session token.
            Self::Escape(own, value, offset) => {
                let escape = &value[offset..value.len().min(offset + "%41".len())];
                malformed(dialect.parameter(own), "invalid percent-escape", escape)
            }
        }
    }
}
