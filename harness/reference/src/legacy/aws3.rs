//! `AWS3-HTTPS`: a signature of the date alone, in the header `X-Amzn-Authorization`. Anyone who has
//! seen one can send any other request with it until the date is too old.

use super::claim::{Clock, malformed, mismatch, not_signable, secret};
use super::mac::Mac;
use super::time::parse_date;
use super::workspace::{LegacySignature, LegacyWorkspace};
use crate::error::Error;
use crate::key::Secret;
use crate::primitive::bytes;
use crate::request::{Request, control_byte};
use crate::verify::{KeyStore, Reason, Rejection};

/// The header that carries the signature.
pub const HEADER: &str = "X-Amzn-Authorization";

/// The word before the fields.
const SCHEME: &[u8] = b"AWS3-HTTPS";

/// Who signs.
#[derive(Clone, Copy, Debug)]
pub struct Aws3Signer<'a> {
    /// The secret and its id.
    pub secret: Secret<'a>,
    /// The algorithm; the vendor's signers use HMAC-SHA256.
    pub mac: Mac,
}

impl Aws3Signer<'_> {
    /// Signs the `x-amz-date` or, without one, the `Date` of a request. The output is the value of
    /// the header [`HEADER`].
    ///
    /// # Errors
    /// [`Error::MissingDate`], and what Version 4 refuses as well.
    pub fn header<'w>(
        &self,
        workspace: &'w mut LegacyWorkspace,
        request: &Request<'_>,
    ) -> Result<LegacySignature<'w>, Error> {
        request.check()?;
        let Secret { access_key_id, secret_access_key } = self.secret;
        if let Some(offset) = control_byte(access_key_id) {
            return Err(Error::ControlByte { field: "access key id", offset });
        }
        workspace.clear();
        workspace.string_to_sign.append(date(request)?);
        workspace.compute(self.mac, secret_access_key);
        let name = self.mac.name().as_bytes();
        for part in
            [SCHEME, b" AWSAccessKeyId=", access_key_id, b",Algorithm=", name, b",Signature="]
        {
            workspace.output.append(part);
        }
        workspace.append_signature();
        Ok(workspace.signed())
    }
}

/// What a verifier requires.
#[derive(Clone, Copy, Debug)]
pub struct Aws3Verifier {
    /// The verifier's clock. Route 53 has a window of 5 minutes.
    pub clock: Clock,
}

impl Aws3Verifier {
    /// Verifies a request, and returns the id of the key that signed it.
    ///
    /// # Errors
    /// The first check that fails, in this order: the form of the request, where the
    /// authentication is and how it is written, time, the key, the session token, the signature.
    pub fn verify(
        &self,
        workspace: &mut LegacyWorkspace,
        request: &Request<'_>,
        keys: &impl KeyStore,
    ) -> Result<Vec<u8>, Rejection> {
        request.check().map_err(Rejection::malformed_request)?;
        let mut values = request.headers_named(HEADER);
        let Some(value) = values.next() else {
            let detail = format!("no header {HEADER}");
            return Err(Rejection::new(Reason::MissingAuthentication, detail));
        };
        if values.next().is_some() {
            let detail = format!("more than one header {HEADER}");
            return Err(Rejection::new(Reason::MultipleAuthentications, detail));
        }
        let claim = Claim::parse(value.trim_ascii())?;
        let text = date(request).map_err(not_signable)?;
        let stated = parse_date(text).ok_or_else(|| {
            malformed(format!("date: expected RFC 822, got {:?}", String::from_utf8_lossy(text)))
        })?;
        self.clock.check(&stated)?;
        let tokens = [request.header("x-amz-security-token"), None];
        let secret = secret(keys, claim.access_key_id, tokens)?;
        workspace.sign(claim.mac, secret, text);
        if workspace.is_signature(claim.signature) {
            Ok(claim.access_key_id.to_vec())
        } else {
            Err(mismatch())
        }
    }
}

struct Claim<'r> {
    access_key_id: &'r [u8],
    mac: Mac,
    signature: &'r [u8],
}

impl<'r> Claim<'r> {
    fn parse(value: &'r [u8]) -> Result<Self, Rejection> {
        let mut words = value.splitn(2, |&byte| byte == b' ');
        let unsupported = |what: &str, got: &[u8]| {
            let detail = format!("expected {what}, got {:?}", String::from_utf8_lossy(got));
            Rejection::new(Reason::UnsupportedAlgorithm, detail)
        };
        let scheme = words.next().unwrap_or_default();
        if scheme != SCHEME {
            return Err(unsupported("AWS3-HTTPS", scheme));
        }
        let fields: Vec<&[u8]> =
            bytes::split(words.next().unwrap_or_default(), b',').map(<[u8]>::trim_ascii).collect();
        let field = |name: &str| {
            let value = |field: &&'r [u8]| field.strip_prefix(name.as_bytes());
            let mut found = fields.iter().filter_map(value);
            match (found.next(), found.next()) {
                (Some(value), None) => Ok(value),
                _ => Err(malformed(format!("{HEADER}: expected one field {name}"))),
            }
        };
        let algorithm = field("Algorithm=")?;
        let mac = Mac::named(algorithm)
            .ok_or_else(|| unsupported("HmacSHA256 or HmacSHA1", algorithm))?;
        Ok(Self { access_key_id: field("AWSAccessKeyId=")?, mac, signature: field("Signature=")? })
    }
}

/// What is signed.
fn date<'r>(request: &Request<'r>) -> Result<&'r [u8], Error> {
    let date = request.header("x-amz-date").or_else(|| request.header("date"));
    Ok(date.ok_or(Error::MissingDate)?.trim_ascii())
}
