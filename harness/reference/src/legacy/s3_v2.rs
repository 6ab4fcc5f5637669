//! The signature of S3 before Version 4: HMAC-SHA1, in the header `Authorization: AWS id:signature`,
//! in the query, or over the policy of a form.

use std::fmt;

use super::claim::{
    Clock, decode_form, malformed, mismatch, not_signable, parameter, required, secret,
};
use super::mac::Mac;
use super::time::parse_date;
use super::workspace::{LegacySignature, LegacyWorkspace};
use crate::canonical::Headers;
use crate::error::Error;
use crate::key::Secret;
use crate::primitive::bytes;
use crate::primitive::decimal::decimal;
use crate::primitive::percent::{self, Slash};
use crate::primitive::text::{Cursor, Text};
use crate::request::{Header, Request, control_byte};
use crate::target;
use crate::verify::{KeyStore, Reason, Rejection};

/// The word before id and signature.
const SCHEME: &[u8] = b"AWS";

/// The parameters of the authentication.
const PARAMETERS: [&str; 3] = ["AWSAccessKeyId", "Expires", "Signature"];

/// The header or parameter of a session token.
const SECURITY_TOKEN: &str = "x-amz-security-token";

/// The parameters that are signed, sorted (S3 Developer Guide; those that it does not list are
/// botocore's).
const SUB_RESOURCES: [&str; 35] = [
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "defaultObjectAcl",
    "delete",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "select",
    "select-type",
    "storageClass",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
];

/// Who signs.
#[derive(Clone, Copy, Debug)]
pub struct S3V2Signer<'a> {
    /// The secret and its id.
    pub secret: Secret<'a>,
    /// The bucket, if `Host` names it and the path does not.
    pub bucket: Option<&'a [u8]>,
}

impl S3V2Signer<'_> {
    /// Signs `request`, which has a `Date` or an `x-amz-date` header. The output is the value of the
    /// `Authorization` header.
    ///
    /// # Errors
    /// [`Error::MissingDate`], and what Version 4 refuses as well.
    ///
    /// # Examples
    /// The documentation's `GET` of an object:
    ///
    /// ```
    /// use sigv4_reference::key::Secret;
    /// use sigv4_reference::legacy::{LegacyWorkspace, s3_v2::S3V2Signer};
    /// use sigv4_reference::{Header, Request};
    ///
    /// let signer = S3V2Signer {
    ///     secret: Secret {
    ///         access_key_id: b"AKIAIOSFODNN7EXAMPLE",
    ///         secret_access_key: b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ///     },
    ///     bucket: Some(b"awsexamplebucket1"),
    /// };
    /// let headers = [
    ///     Header { name: b"Host", value: b"awsexamplebucket1.us-west-1.s3.amazonaws.com" },
    ///     Header { name: b"Date", value: b"Tue, 27 Mar 2007 19:36:42 +0000" },
    /// ];
    /// let target = b"/photos/puppy.jpg";
    /// let request = Request { method: b"GET", target, headers: &headers, body: b"" };
    /// let mut workspace = LegacyWorkspace::default();
    /// let signed = signer.header(&mut workspace, &request)?;
    /// assert_eq!(signed.output(), b"AWS AKIAIOSFODNN7EXAMPLE:qgk2+6Sv9/oM7G3qLEjTH1a1l1g=");
    /// # Ok::<(), sigv4_reference::Error>(())
    /// ```
    pub fn header<'w>(
        &self,
        workspace: &'w mut LegacyWorkspace,
        request: &Request<'_>,
    ) -> Result<LegacySignature<'w>, Error> {
        self.check()?;
        workspace.clear();
        write_string_to_sign(workspace, request, self.bucket, date_line(request)?, &[])?;
        workspace.compute(Mac::HmacSha1, self.secret.secret_access_key);
        for part in [SCHEME, b" ", self.secret.access_key_id, b":"] {
            workspace.output.append(part);
        }
        workspace.append_signature();
        Ok(workspace.signed())
    }

    /// Signs `request` in its query, good up to `expires_at`, in seconds since 1970. The output is the
    /// target to send. `Content-MD5`, `Content-Type` and all `x-amz-*` headers of the request are
    /// signed and have to be sent. Authentication parameters that the target already has are replaced.
    ///
    /// # Errors
    /// What Version 4 refuses as well.
    pub fn query<'w>(
        &self,
        workspace: &'w mut LegacyWorkspace,
        request: &Request<'_>,
        expires_at: u64,
    ) -> Result<LegacySignature<'w>, Error> {
        self.check()?;
        workspace.clear();
        let mut digits = [0; 20];
        let expires = decimal(expires_at, &mut digits);
        write_string_to_sign(workspace, request, self.bucket, expires, &[])?;
        workspace.compute(Mac::HmacSha1, self.secret.secret_access_key);
        let (path, query) = request.path_and_query();
        let output = &mut workspace.output;
        output.append(if path.is_empty() { b"/" } else { path });
        output.push(b'?');
        for (_, piece) in target::parameters(query.unwrap_or_default()) {
            let (name, _) = target::name_and_value(piece);
            if !PARAMETERS.iter().any(|own| percent::decodes_to(name, own)) {
                output.append(piece);
                output.push(b'&');
            }
        }
        let id = self.secret.access_key_id;
        output.append(b"AWSAccessKeyId=");
        output.write(percent::room(id), |out| percent::encode(out, id, Slash::Encode));
        output.append(b"&Expires=");
        output.append(expires);
        output.append(b"&Signature=");
        workspace.append_encoded_signature();
        Ok(workspace.signed())
    }

    /// Signs the policy of a form, which is sent in base64. The signature is that of the text in
    /// base64, and is sent as the field `signature`.
    pub fn post<'w>(
        &self,
        workspace: &'w mut LegacyWorkspace,
        policy: &[u8],
    ) -> LegacySignature<'w> {
        workspace.sign(Mac::HmacSha1, self.secret.secret_access_key, policy)
    }

    fn check(&self) -> Result<(), Error> {
        match control_byte(self.secret.access_key_id) {
            Some(offset) => Err(Error::ControlByte { field: "access key id", offset }),
            None => Ok(()),
        }
    }
}

/// What a verifier requires.
#[derive(Clone, Copy, Debug)]
pub struct S3V2Verifier<'a> {
    /// The verifier's clock. S3 has a window of 15 minutes.
    pub clock: Clock,
    /// The bucket, if `Host` names it and the path does not.
    pub bucket: Option<&'a [u8]>,
}

/// The fields of a form that carry its authentication. None of them is decoded.
#[derive(Clone, Copy)]
pub struct SignedPolicy<'a> {
    /// `AWSAccessKeyId`.
    pub access_key_id: &'a [u8],
    /// `policy`, in base64.
    pub policy: &'a [u8],
    /// `signature`.
    pub signature: &'a [u8],
    /// `x-amz-security-token`.
    pub session_token: Option<&'a [u8]>,
}

impl S3V2Verifier<'_> {
    /// Verifies a request that is signed in its header or in its query, and returns the id of the key
    /// that signed it.
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
        let query = request.path_and_query().1.unwrap_or_default();
        let mut authorizations = request.headers_named("authorization");
        let in_query = parameter(query, "Signature")?;
        match (authorizations.next(), authorizations.next(), in_query) {
            (None, _, None) => Err(Rejection::new(
                Reason::MissingAuthentication,
                "neither an Authorization header nor the parameter Signature".to_owned(),
            )),
            (Some(_), None, Some(_)) | (_, Some(_), _) => Err(Rejection::new(
                Reason::MultipleAuthentications,
                "more than one Authorization header or parameter Signature".to_owned(),
            )),
            (Some(value), None, None) => self.verify_header(workspace, request, value, keys),
            (None, None, Some(signature)) => {
                self.verify_query(workspace, request, query, &signature, keys)
            }
        }
    }

    /// Verifies the policy of a form. What the policy says is not looked at.
    ///
    /// # Errors
    /// The first check that fails: the key, the session token, the signature.
    pub fn verify_post(
        workspace: &mut LegacyWorkspace,
        form: &SignedPolicy<'_>,
        keys: &impl KeyStore,
    ) -> Result<(), Rejection> {
        let secret = secret(keys, form.access_key_id, [form.session_token, None])?;
        workspace.sign(Mac::HmacSha1, secret, form.policy);
        if workspace.is_signature(form.signature) { Ok(()) } else { Err(mismatch()) }
    }

    fn verify_header(
        &self,
        workspace: &mut LegacyWorkspace,
        request: &Request<'_>,
        value: &[u8],
        keys: &impl KeyStore,
    ) -> Result<Vec<u8>, Rejection> {
        let mut words = value.trim_ascii().splitn(2, |&byte| byte == b' ');
        let scheme = words.next().unwrap_or_default();
        if scheme != SCHEME {
            let detail = format!("expected AWS, got {:?}", String::from_utf8_lossy(scheme));
            return Err(Rejection::new(Reason::UnsupportedAlgorithm, detail));
        }
        let rest = words.next().unwrap_or_default().trim_ascii();
        // The id may contain colons, and base64 has none.
        let Some(colon) = rest.iter().rposition(|&byte| byte == b':') else {
            return Err(malformed("Authorization: expected AWS id:signature".to_owned()));
        };
        let (id, signature) = (&rest[..colon], &rest[colon + 1..]);
        let signed_line = date_line(request).map_err(not_signable)?;
        let stated = request.header("x-amz-date").unwrap_or(signed_line).trim_ascii();
        let date = parse_date(stated).ok_or_else(|| {
            malformed(format!("date: expected RFC 822, got {:?}", String::from_utf8_lossy(stated)))
        })?;
        self.clock.check(&date)?;
        let secret = secret(keys, id, [request.header(SECURITY_TOKEN), None])?;
        self.compute(workspace, request, signed_line, &[], secret)?;
        if workspace.is_signature(signature) { Ok(id.to_vec()) } else { Err(mismatch()) }
    }

    fn verify_query(
        &self,
        workspace: &mut LegacyWorkspace,
        request: &Request<'_>,
        query: &[u8],
        signature: &[u8],
        keys: &impl KeyStore,
    ) -> Result<Vec<u8>, Rejection> {
        let id = required(query, "AWSAccessKeyId")?;
        let expires = required(query, "Expires")?;
        let is_number = !expires.is_empty() && expires.iter().all(u8::is_ascii_digit);
        let number = std::str::from_utf8(&expires).ok().and_then(|text| text.parse().ok());
        let Some(expires_at) = number.filter(|_| is_number) else {
            let expires = String::from_utf8_lossy(&expires);
            let detail = format!("Expires: expected seconds since 1970, got {expires:?}");
            return Err(Rejection::new(Reason::ExpiresOutOfRange, detail));
        };
        self.clock.check_expiry(expires_at)?;
        // botocore moves the headers that are signed into the query.
        let moved: Vec<(Vec<u8>, Vec<u8>)> = target::parameters(query)
            .map(|(_, piece)| target::name_and_value(piece))
            .map(|(name, value)| (decode_form(name).collect(), decode_form(value).collect()))
            .filter(|(name, _): &(Vec<u8>, Vec<u8>)| is_signed(name))
            .collect();
        let moved: Vec<Header<'_>> =
            moved.iter().map(|(name, value)| Header { name, value }).collect();
        let token = moved.iter().find(|header| header.is(SECURITY_TOKEN.as_bytes()));
        let tokens = [request.header(SECURITY_TOKEN), token.map(|header| header.value)];
        let secret = secret(keys, &id, tokens)?;
        self.compute(workspace, request, &expires, &moved, secret)?;
        if workspace.is_signature(signature) { Ok(id) } else { Err(mismatch()) }
    }

    fn compute(
        &self,
        workspace: &mut LegacyWorkspace,
        request: &Request<'_>,
        date: &[u8],
        moved: &[Header<'_>],
        secret: &[u8],
    ) -> Result<(), Rejection> {
        workspace.clear();
        write_string_to_sign(workspace, request, self.bucket, date, moved)
            .map_err(Rejection::malformed_request)?;
        workspace.compute(Mac::HmacSha1, secret);
        Ok(())
    }
}

/// The session token is not shown.
impl fmt::Debug for SignedPolicy<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |bytes| String::from_utf8_lossy(bytes);
        formatter
            .debug_struct("SignedPolicy")
            .field("access_key_id", &text(self.access_key_id))
            .field("policy", &text(self.policy))
            .field("signature", &text(self.signature))
            .finish_non_exhaustive()
    }
}

/// The line of the date: empty if there is an `x-amz-date`, which is signed with the other headers.
fn date_line<'r>(request: &Request<'r>) -> Result<&'r [u8], Error> {
    match (request.header("x-amz-date"), request.header("date")) {
        (Some(_), _) => Ok(b""),
        (None, Some(date)) => Ok(date.trim_ascii()),
        (None, None) => Err(Error::MissingDate),
    }
}

fn is_signed(name: &[u8]) -> bool {
    name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case(b"x-amz-"))
}

/// Method, `Content-MD5`, `Content-Type` and date, a line each; the `x-amz-*` headers; the resource.
/// `moved` are headers that the query carries.
fn write_string_to_sign(
    workspace: &mut LegacyWorkspace,
    request: &Request<'_>,
    bucket: Option<&[u8]>,
    date: &[u8],
    moved: &[Header<'_>],
) -> Result<(), Error> {
    request.check()?;
    let LegacyWorkspace { headers: list, scratch, string_to_sign: out, .. } = workspace;
    let header = |name| request.header(name).unwrap_or_default().trim_ascii();
    for line in [request.method, header("content-md5"), header("content-type"), date] {
        out.append(line);
        out.push(b'\n');
    }
    let headers = Headers { sent: request.headers, added: moved };
    let all = request.headers.iter().chain(moved).enumerate();
    for (index, header) in all.filter(|(_, header)| is_signed(header.name)) {
        list.cover(header, index);
    }
    list.seal(headers, scratch);
    out.write(list.room(), |out| list.write(headers, out, write_value));

    let (path, query) = request.path_and_query();
    if let Some(bucket) = bucket {
        out.push(b'/');
        out.append(bucket);
    }
    out.append(if path.is_empty() { b"/" } else { path });
    let query = query.unwrap_or_default();
    if let Some(offset) = percent::decode(query).find_map(Result::err) {
        return Err(Error::PercentEscape { offset: path.len() + 1 + offset });
    }
    write_sub_resources(out, query);
    Ok(())
}

/// Trimmed, with the line breaks of a folded value replaced by a space. Other white space stays.
fn write_value(out: &mut Cursor<'_>, value: &[u8]) {
    let lines = value.split(|byte| matches!(byte, b'\r' | b'\n')).map(<[u8]>::trim_ascii);
    for (index, line) in lines.filter(|line| !line.is_empty()).enumerate() {
        if index > 0 {
            out.byte(b' ');
        }
        out.text(line);
    }
}

/// Writes the signed parameters, sorted by name, with their values decoded.
fn write_sub_resources(out: &mut Text, query: &[u8]) {
    let mut separator = b'?';
    // A query without any is looked at once.
    let parameters = || target::parameters(query).map(|(_, piece)| piece);
    let is = |piece: &[u8], own: &str| percent::decodes_to(target::name_and_value(piece).0, own);
    if !parameters().any(|piece| SUB_RESOURCES.iter().any(|own| is(piece, own))) {
        return;
    }
    for own in SUB_RESOURCES {
        for piece in parameters().filter(|piece| is(piece, own)) {
            out.push(separator);
            separator = b'&';
            out.append(own.as_bytes());
            if let Some(equals) = bytes::position(piece, b'=') {
                let value = &piece[equals..];
                out.write(value.len(), |out| decode_form(value).for_each(|byte| out.byte(byte)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sub_resources_are_sorted() {
        assert!(SUB_RESOURCES.is_sorted_by(|left, right| left < right));
    }
}
