//! What the verifiers share: parameters, times and keys.

use crate::error::Error;
use crate::key::KeyMaterial;
use crate::primitive::bytes;
use crate::primitive::percent;
use crate::target;
use crate::time::Time;
use crate::verify::{KeyStore, Reason, Rejection, compare_tokens, stored_key};

/// The verifier's clock.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// What it shows.
    pub now: Time,
    /// How far the time of a request may differ from it, in seconds.
    pub window_seconds: u64,
}

impl Clock {
    /// Whether a time that a request states lies in the window, both ends included.
    pub(super) fn check(&self, stated: &Time) -> Result<(), Rejection> {
        let age = self.now.unix_seconds() - stated.unix_seconds();
        if age.unsigned_abs() <= self.window_seconds {
            return Ok(());
        }
        let detail = format!("signed at {stated}, now {}", self.now);
        Err(Rejection::new(Reason::RequestTimeTooSkewed, detail))
    }

    /// Whether something that is good up to a second is still good.
    pub(super) fn check_expiry(&self, expires_at: i64) -> Result<(), Rejection> {
        if self.now.unix_seconds() <= expires_at {
            return Ok(());
        }
        let detail = format!("good up to {expires_at} seconds after 1970, now {}", self.now);
        Err(Rejection::new(Reason::Expired, detail))
    }
}

/// The active secret with this id. A verifier of these signatures needs the secret itself: nothing is
/// derived from it. The tokens that are sent must be that of the key.
pub(super) fn secret<'k>(
    keys: &'k impl KeyStore,
    access_key_id: &[u8],
    tokens: [Option<&[u8]>; 2],
) -> Result<&'k [u8], Rejection> {
    let stored = stored_key(keys, access_key_id)?;
    compare_tokens(&stored, tokens)?;
    match stored.material {
        KeyMaterial::Secret(secret) => Ok(secret),
        _ => Err(Rejection::key_out_of_scope()),
    }
}

/// The decoded value of a parameter, which must not be repeated. The names are compared decoded.
pub(super) fn parameter(text: &[u8], name: &str) -> Result<Option<Vec<u8>>, Rejection> {
    let mut values = target::parameters(text)
        .map(|(_, piece)| target::name_and_value(piece))
        .filter(|(own, _)| percent::decodes_to(own, name))
        .map(|(_, value)| value);
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(malformed(format!("repeated parameter {name}")));
    }
    match percent::decode(value).find_map(Result::err) {
        Some(offset) => Err(malformed(format!("{name}: invalid percent-escape at byte {offset}"))),
        None => Ok(Some(decode_form(value).collect())),
    }
}

/// The same for one that must be there.
pub(super) fn required(text: &[u8], name: &str) -> Result<Vec<u8>, Rejection> {
    parameter(text, name)?.ok_or_else(|| malformed(format!("missing parameter {name}")))
}

/// A value as a form has it, in which `+` is a space. Invalid escapes are left out.
pub(super) fn decode_form(value: &[u8]) -> impl Iterator<Item = u8> {
    bytes::split(value, b'+').enumerate().flat_map(|(index, piece)| {
        let space = (index > 0).then_some(b' ');
        space.into_iter().chain(percent::decode(piece).flatten())
    })
}

/// A request that is not authenticated in the expected form.
pub(super) fn malformed(detail: String) -> Rejection {
    Rejection::new(Reason::MalformedAuthentication, detail)
}

/// The signature is not the computed one.
pub(super) fn mismatch() -> Rejection {
    let detail = "the signature is not the one computed from the request";
    Rejection::new(Reason::SignatureMismatch, detail.to_owned())
}

/// A request that has no date that could be signed.
pub(super) fn not_signable(error: Error) -> Rejection {
    match error {
        Error::MissingDate => {
            let detail = error.to_string();
            Rejection::caused_by(error, Reason::MissingDate, detail)
        }
        error => Rejection::malformed_request(error),
    }
}
