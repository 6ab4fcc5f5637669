//! The parameters of the authentication in a query.

use super::arrived::Arrived;
use super::{Checked, refused, shown};
use crate::catalogue::Mistake;
use crate::model::text::{decode, escape, split_once};

/// The names that mean something in every presigned URL.
const NAMES: [&str; 8] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
    "X-Amz-Content-Sha256",
];

const REGION_SET: &str = "X-Amz-Region-Set";

/// Those that make a request a presigned one.
const TELLING: [&str; 3] = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"];

/// The parameters that mean something, with their decoded values.
pub(super) struct Parameters(Vec<(&'static str, Vec<u8>)>);

impl Parameters {
    /// `None` if the request is not presigned.
    pub(super) fn read(arrived: &Arrived<'_>, is_v4a: bool) -> Checked<Option<Self>> {
        let pieces: Vec<(Vec<u8>, &[u8])> = arrived
            .query()
            .split(|&byte| byte == b'&')
            .map(|piece| split_once(piece, b'='))
            .map(|(name, value)| (decode(name), value.unwrap_or_default()))
            .collect();
        let tells = |name: &Vec<u8>| TELLING.iter().any(|own| name[..] == *own.as_bytes());
        if !pieces.iter().any(|(name, _)| tells(name)) {
            return Ok(None);
        }
        let region_set = is_v4a.then_some(REGION_SET);
        let mut found: Vec<(&'static str, Vec<u8>)> = Vec::new();
        for (name, value) in &pieces {
            let mut names = NAMES.into_iter().chain(region_set);
            let Some(own) = names.find(|own| name[..] == *own.as_bytes()) else { continue };
            let Some(value) = decoded(value) else {
                return refused("malformed-authentication", format!("{own}: invalid escape"));
            };
            match found.iter_mut().find(|(other, _)| *other == own) {
                None => found.push((own, value)),
                Some(_) if arrived.has(Mistake::VerifyRepeatedParameterFirst) => {}
                Some((_, before)) if arrived.has(Mistake::VerifyRepeatedParameterLast) => {
                    *before = value;
                }
                Some(_) => {
                    let detail = format!("query: repeated parameter {own:?}");
                    return refused("malformed-authentication", detail);
                }
            }
        }
        Ok(Some(Self(found)))
    }

    pub(super) fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().find(|(own, _)| *own == name).map(|(_, value)| &value[..])
    }

    pub(super) fn required(&self, name: &str) -> Checked<&[u8]> {
        match self.get(name) {
            Some(value) => Ok(value),
            None => refused(
                "malformed-authentication",
                format!("query: missing parameter {}", shown(name.as_bytes())),
            ),
        }
    }
}

/// The decoded text; `None` if a percent sign does not begin an escape.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut rest = text;
    while let [byte, others @ ..] = rest {
        rest = if *byte == b'%' {
            escape(rest)?;
            &rest[3..]
        } else {
            others
        };
    }
    Some(decode(text))
}
