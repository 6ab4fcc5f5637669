//! The policy of an upload form (S3 API Reference, "POST Policy").

use super::json::{self, Json};
use super::{Checked, instant, refused};
use crate::model::text::base64_decoded;

/// The most bytes of a policy.
const LONGEST: usize = 15 << 10;

/// The most conditions of a policy.
const MOST_CONDITIONS: usize = 2_000;

/// Until when a form is good, and what must hold.
pub(super) struct Policy {
    /// Seconds since 1970.
    pub(super) expiration: i64,
    pub(super) conditions: Vec<Condition>,
}

/// One condition. Field names are without the `$`.
pub(super) enum Condition {
    Exact { field: String, value: String },
    StartsWith { field: String, prefix: String },
    LengthRange { least: u64, most: u64 },
}

impl Condition {
    /// The field that it is about.
    pub(super) fn field(&self) -> Option<&str> {
        match self {
            Self::Exact { field, .. } | Self::StartsWith { field, .. } => Some(field),
            Self::LengthRange { .. } => None,
        }
    }
}

impl Policy {
    /// "JSON in UTF-8, in base64, with `expiration` and `conditions`."
    pub(super) fn read(field: &[u8]) -> Checked<Self> {
        let text = base64_decoded(field).filter(|text| text.len() <= LONGEST);
        let text = text.and_then(|text| String::from_utf8(text).ok());
        let policy = text.and_then(|text| json::read(&text)).and_then(Self::of);
        policy.map_or_else(|| refused("malformed-policy", "the policy cannot be read"), Ok)
    }

    fn of(json: Json) -> Option<Self> {
        let Json::Object(members) = json else { return None };
        let (mut expiration, mut conditions) = (None, None);
        for (name, value) in members {
            let is_new = match (&name[..], value) {
                ("expiration", Json::Text(text)) => {
                    expiration.replace(self::expiration(&text)?).is_none()
                }
                ("conditions", Json::List(items)) if items.len() <= MOST_CONDITIONS => {
                    let read = items.into_iter().map(condition).collect::<Option<Vec<_>>>()?;
                    conditions.replace(read).is_none()
                }
                _ => false,
            };
            if !is_new {
                return None;
            }
        }
        Some(Self { expiration: expiration?, conditions: conditions? })
    }
}

/// ISO 8601 in GMT: `2007-12-01T12:00:00.000Z`. A fraction of a second is left out.
fn expiration(text: &str) -> Option<i64> {
    let text = text.strip_suffix('Z')?;
    let (text, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    let has_shape = text.len() == 19
        && text.bytes().enumerate().all(|(at, byte)| {
            let mark = marks.iter().find(|(place, _)| *place == at);
            mark.map_or(byte.is_ascii_digit(), |(_, mark)| byte == *mark)
        });
    if !is_fraction || !has_shape {
        return None;
    }
    let basic: String = text.chars().filter(|next| !matches!(next, '-' | ':')).collect();
    instant::of(&format!("{basic}Z"))
}

/// "`{"name": "value"}`, `["eq", "$name", "value"]`, `["starts-with", "$name", "prefix"]`, or
/// `["content-length-range", least, most]`."
fn condition(json: Json) -> Option<Condition> {
    let items = match json {
        Json::Object(members) => {
            let [(field, Json::Text(value))] = <[_; 1]>::try_from(members).ok()? else {
                return None;
            };
            return Some(Condition::Exact { field, value });
        }
        Json::List(items) => items,
        _ => return None,
    };
    let named = |text: &str| text.strip_prefix('$').map(str::to_owned);
    let [operator, second, third] = <[_; 3]>::try_from(items).ok()?;
    let Json::Text(operator) = operator else { return None };
    Some(match (&operator[..], second, third) {
        ("eq", Json::Text(field), Json::Text(value)) => {
            Condition::Exact { field: named(&field)?, value }
        }
        ("starts-with", Json::Text(field), Json::Text(prefix)) => {
            Condition::StartsWith { field: named(&field)?, prefix }
        }
        ("content-length-range", least, most) => {
            Condition::LengthRange { least: whole(least)?, most: whole(most)? }
        }
        _ => return None,
    })
}

/// A number, or a string of digits.
fn whole(json: Json) -> Option<u64> {
    match json {
        Json::Number(number) => Some(number),
        Json::Text(digits) => json::number(&digits),
        _ => None,
    }
}
