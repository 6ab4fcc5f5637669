//! Signature Version 2 of the query services: the parameters of a `GET`, or of a form that is
//! posted, are signed together with method, host and path.

use std::fmt;

use super::claim::{Clock, malformed, mismatch, parameter, required, secret};
use super::mac::Mac;
use super::time::timestamp;
use super::workspace::{LegacySignature, LegacyWorkspace};
use crate::error::Error;
use crate::key::Secret;
use crate::primitive::percent::{self, Slash};
use crate::primitive::text::Text;
use crate::request::{Request, control_byte};
use crate::target;
use crate::time::Time;
use crate::verify::{KeyStore, Reason, Rejection};

/// The only value of `SignatureVersion`.
const VERSION: &[u8] = b"2";

/// Who signs, when and how.
#[derive(Clone, Copy)]
pub struct QueryV2Signer<'a> {
    /// The secret and its id.
    pub secret: Secret<'a>,
    /// The token of temporary credentials.
    pub session_token: Option<&'a [u8]>,
    /// The algorithm.
    pub mac: Mac,
    /// The time of signing.
    pub time: Time,
}

impl QueryV2Signer<'_> {
    /// Signs `request`: the parameters of its query, or of its body if it is a `POST`. The output is
    /// the target to send, or the body. The signer's parameters replace those of the request, but for
    /// a `Timestamp` or `Expires`, which stays.
    ///
    /// # Errors
    /// [`Error::BodyEscape`], and what Version 4 refuses as well.
    ///
    /// # Examples
    /// The documentation's request to Elastic `MapReduce`, which has its own timestamp:
    ///
    /// ```
    /// use sigv4_reference::key::Secret;
    /// use sigv4_reference::legacy::{LegacyWorkspace, Mac, query_v2::QueryV2Signer};
    /// use sigv4_reference::{Header, Request, Time};
    ///
    /// let signer = QueryV2Signer {
    ///     secret: Secret {
    ///         access_key_id: b"AKIAIOSFODNN7EXAMPLE",
    ///         secret_access_key: b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ///     },
    ///     session_token: None,
    ///     mac: Mac::HmacSha256,
    ///     time: Time::parse(b"20111003T151930Z")?,
    /// };
    /// let request = Request {
    ///     method: b"GET",
    ///     target: b"/?Action=DescribeJobFlows&Version=2009-03-31&Timestamp=2011-10-03T15%3A19%3A30",
    ///     headers: &[Header { name: b"Host", value: b"elasticmapreduce.amazonaws.com" }],
    ///     body: b"",
    /// };
    /// let mut workspace = LegacyWorkspace::default();
    /// let signed = signer.sign(&mut workspace, &request)?;
    /// assert_eq!(signed.signature(), b"i91nKc4PWAt0JJIdXwz9HxZCJDdiy6cf/Mj6vPxyYIs=");
    /// # Ok::<(), sigv4_reference::Error>(())
    /// ```
    pub fn sign<'w>(
        &self,
        workspace: &'w mut LegacyWorkspace,
        request: &Request<'_>,
    ) -> Result<LegacySignature<'w>, Error> {
        request.check()?;
        let Secret { access_key_id, secret_access_key } = self.secret;
        let token = self.session_token.unwrap_or_default();
        for (field, text) in [("access key id", access_key_id), ("session token", token)] {
            if let Some(offset) = control_byte(text) {
                return Err(Error::ControlByte { field, offset });
            }
        }
        workspace.clear();
        let form = Form::of(request)?;
        let output = &mut workspace.output;
        if !form.is_body {
            let (path, _) = request.path_and_query();
            output.append(if path.is_empty() { b"/" } else { path });
            output.push(b'?');
        }
        let start = output.len();
        let own = [
            ("AWSAccessKeyId", Some(access_key_id)),
            ("SecurityToken", self.session_token),
            ("SignatureMethod", Some(self.mac.name().as_bytes())),
            ("SignatureVersion", Some(VERSION)),
        ];
        let mut is_timed = false;
        for (_, piece) in target::parameters(form.text) {
            let (name, _) = target::name_and_value(piece);
            is_timed |= ["Timestamp", "Expires"].iter().any(|own| percent::decodes_to(name, own));
            let replaced = |(own, value): &(&str, Option<&[u8]>)| {
                value.is_some() && percent::decodes_to(name, own)
            };
            if !own.iter().any(replaced) && !percent::decodes_to(name, "Signature") {
                output.append(piece);
                output.push(b'&');
            }
        }
        let time = timestamp(&self.time);
        let time = ("Timestamp", (!is_timed).then_some(&time[..]));
        for (name, value) in own.into_iter().chain([time]) {
            let Some(value) = value else { continue };
            output.append(name.as_bytes());
            output.push(b'=');
            output.write(percent::room(value), |out| percent::encode(out, value, Slash::Encode));
            output.push(b'&');
        }
        let output = std::mem::take(&mut workspace.output);
        write_string_to_sign(workspace, request, &output[start..]);
        workspace.output = output;
        workspace.compute(self.mac, secret_access_key);
        workspace.output.append(b"Signature=");
        workspace.append_encoded_signature();
        Ok(workspace.signed())
    }
}

/// Neither the secret nor the token is shown.
impl fmt::Debug for QueryV2Signer<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("QueryV2Signer")
            .field("secret", &self.secret)
            .field("mac", &self.mac)
            .field("time", &self.time)
            .finish_non_exhaustive()
    }
}

/// What a verifier requires.
#[derive(Clone, Copy, Debug)]
pub struct QueryV2Verifier {
    /// The verifier's clock. The services have a window of 15 minutes.
    pub clock: Clock,
}

impl QueryV2Verifier {
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
        let form = Form::of(request).map_err(Rejection::malformed_request)?.text;
        let Some(signature) = parameter(form, "Signature")? else {
            let detail = "no parameter Signature".to_owned();
            return Err(Rejection::new(Reason::MissingAuthentication, detail));
        };
        let unsupported = |name: &str, expected: &str, got: &[u8]| {
            let got = String::from_utf8_lossy(got);
            let detail = format!("{name}: expected {expected}, got {got:?}");
            Err(Rejection::new(Reason::UnsupportedAlgorithm, detail))
        };
        let version = required(form, "SignatureVersion")?;
        if version != VERSION {
            return unsupported("SignatureVersion", "2", &version);
        }
        let method = required(form, "SignatureMethod")?;
        let Some(mac) = Mac::named(&method) else {
            return unsupported("SignatureMethod", "HmacSHA256 or HmacSHA1", &method);
        };
        let access_key_id = required(form, "AWSAccessKeyId")?;
        self.check_time(form)?;
        let token = parameter(form, "SecurityToken")?;
        let secret = secret(keys, &access_key_id, [token.as_deref(), None])?;
        workspace.clear();
        write_string_to_sign(workspace, request, form);
        workspace.compute(mac, secret);
        if workspace.is_signature(&signature) { Ok(access_key_id) } else { Err(mismatch()) }
    }

    /// There is either a time of signing or an end.
    fn check_time(&self, form: &[u8]) -> Result<(), Rejection> {
        let read = |name: &str, text: &[u8]| {
            Time::parse_timestamp(text).ok_or_else(|| {
                let text = String::from_utf8_lossy(text);
                malformed(format!("{name}: expected YYYY-MM-DDTHH:MM:SSZ, got {text:?}"))
            })
        };
        match (parameter(form, "Timestamp")?, parameter(form, "Expires")?) {
            (Some(text), None) => self.clock.check(&read("Timestamp", &text)?),
            (None, Some(text)) => self.clock.check_expiry(read("Expires", &text)?.unix_seconds()),
            (Some(_), Some(_)) => Err(malformed("both Timestamp and Expires".to_owned())),
            (None, None) => {
                let detail = "neither Timestamp nor Expires".to_owned();
                Err(Rejection::new(Reason::MissingDate, detail))
            }
        }
    }
}

/// The parameters that are signed, as they are sent.
struct Form<'r> {
    text: &'r [u8],
    is_body: bool,
}

impl<'r> Form<'r> {
    fn of(request: &Request<'r>) -> Result<Self, Error> {
        let is_body = request.method == b"POST";
        let (path, query) = request.path_and_query();
        let text = if is_body { request.body } else { query.unwrap_or_default() };
        match percent::decode(text).find_map(Result::err) {
            None => Ok(Self { text, is_body }),
            Some(offset) if is_body => Err(Error::BodyEscape { offset }),
            Some(offset) => Err(Error::PercentEscape { offset: path.len() + 1 + offset }),
        }
    }
}

/// Method, host in lower case, path, and the parameters but for the signature, a line each. The
/// escapes of the parameters are valid.
fn write_string_to_sign(workspace: &mut LegacyWorkspace, request: &Request<'_>, form: &[u8]) {
    let LegacyWorkspace { query, string_to_sign: out, scratch, sorted, .. } = workspace;
    let host = request.header("host").unwrap_or_default().trim_ascii();
    let (path, _) = request.path_and_query();
    out.append(request.method);
    out.push(b'\n');
    out.write(host.len(), |out| {
        for byte in host {
            out.byte(byte.to_ascii_lowercase());
        }
    });
    for part in [&b"\n"[..], if path.is_empty() { b"/" } else { path }, b"\n"] {
        out.append(part);
    }
    write_with_spaces(scratch, form);
    query.start(out);
    let is_signed = |name: &[u8]| !percent::decodes_to(name, "Signature");
    // Cannot fail: the escapes are valid.
    _ = query.add_text(out, scratch, is_signed);
    query.finish(out, sorted);
}

/// A form's text, in which `+` is a space, as one in which it is a plus.
fn write_with_spaces(out: &mut Text, text: &[u8]) {
    out.write(percent::room(text), |out| {
        for byte in text {
            out.text(if *byte == b'+' { b"%20" } else { std::slice::from_ref(byte) });
        }
    });
}
