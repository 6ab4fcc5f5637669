//! The fields of an `Authorization` header.

use super::arrived::Arrived;
use super::{Checked, refused, shown};
use crate::catalogue::Mistake;
use crate::model::text::split_once;

/// The fields after the algorithm.
#[derive(Default)]
pub(super) struct Fields<'h> {
    pub(super) credential: Option<&'h [u8]>,
    pub(super) signed_headers: Option<&'h [u8]>,
    pub(super) signature: Option<&'h [u8]>,
}

impl<'h> Fields<'h> {
    /// "The algorithm, a space, and the fields, separated by commas."
    pub(super) fn read(
        arrived: &Arrived<'_>,
        value: &'h [u8],
        check_algorithm: impl FnOnce(&[u8]) -> Checked<()>,
    ) -> Checked<Self> {
        let (algorithm, rest) = split_once(value.trim_ascii(), b' ');
        check_algorithm(algorithm)?;
        let mut fields = Self::default();
        for field in rest.unwrap_or_default().split(|&byte| byte == b',') {
            let (name, value) = split_once(field.trim_ascii(), b'=');
            let Some(place) = fields.place(arrived, name) else {
                if arrived.has(Mistake::VerifyUnknownFieldIgnored) {
                    continue;
                }
                let detail = format!("Authorization: unknown field {}", shown(name));
                return refused("malformed-authentication", detail);
            };
            match place {
                Some(_) if arrived.has(Mistake::VerifyRepeatedFieldFirst) => {}
                Some(_) if !arrived.has(Mistake::VerifyRepeatedFieldLast) => {
                    let detail = format!("Authorization: repeated field {}", shown(name));
                    return refused("malformed-authentication", detail);
                }
                _ => *place = Some(value.unwrap_or_default()),
            }
        }
        Ok(fields)
    }

    fn place(&mut self, arrived: &Arrived<'_>, name: &[u8]) -> Option<&mut Option<&'h [u8]>> {
        let any_case = arrived.has(Mistake::VerifyFieldNamesInAnyCase);
        let is = |own: &[u8]| name == own || (any_case && name.eq_ignore_ascii_case(own));
        if is(b"Credential") {
            Some(&mut self.credential)
        } else if is(b"SignedHeaders") {
            Some(&mut self.signed_headers)
        } else if is(b"Signature") {
            Some(&mut self.signature)
        } else {
            None
        }
    }
}
