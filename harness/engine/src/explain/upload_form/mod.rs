//! A browser's upload form, which carries a signed policy instead of a signed request.

mod bucket;
mod posted;
mod remarks;
mod ways;

use sigv4_reference::Time;
use sigv4_reference::post::{Form, Policy};
use sigv4_vectors::model::Request;

use super::field_request::FieldRequest;
use super::parts::InputError;
use super::{Circumstances, Explanation, Reach, Report};
use posted::Posted;

pub(crate) use bucket::of as bucket;
pub(super) use posted::of_curl;

/// Fields that such a form has, in small letters.
const FIELDS: &[&[u8]] = &[b"policy", b"x-amz-signature"];

/// Whether the body of a request is such a form.
pub(crate) fn is_one(request: &Request) -> bool {
    let header = |wanted: &str| super::parts::header(request, wanted);
    let is_form = header("content-type").is_some_and(|kind| {
        let name = b"multipart/form-data";
        kind.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name))
    });
    if !is_form || request.method != "POST".into() || header("authorization").is_some() {
        return false;
    }
    // Only the names count, and the fields of a policy come before the file: far into a large body
    // there is nothing to find.
    let begin = &request.body[..request.body.len().min(64 << 10)];
    let mut names = memchr::memmem::find_iter(begin, b"name=").map(|at| {
        let name = &begin[at + "name=".len()..];
        let name = name.strip_prefix(b"\"").unwrap_or(name);
        name.split(|byte| b"\";\r\n".contains(byte)).next().unwrap_or_default()
    });
    names.any(is_field)
}

fn is_field(name: &[u8]) -> bool {
    FIELDS.iter().any(|field| name.eq_ignore_ascii_case(field))
}

/// Explains the signature of a form, and what speaks against it.
///
/// # Errors
/// A form that cannot be read, or that lacks a field of its signature.
pub(super) fn explain(
    sent: &FieldRequest,
    circumstances: &Circumstances<'_>,
) -> Result<Report, InputError> {
    let posted = Posted::of(sent)?;
    let form = posted.form()?;
    let signed = Signed::of(&form)?;
    let policy = Policy::decode(signed.policy);
    let json = policy.as_deref().unwrap_or_default();
    let explanation = match circumstances.secret_access_key {
        Some(secret) => explanation(&signed, json, secret),
        None => Explanation::Unchecked { canonical_request: None },
    };
    let remarks = remarks::of(&remarks::Scene {
        sent,
        posted: &posted,
        form: &form,
        signed: &signed,
        policy: policy.as_deref(),
        now: circumstances.now,
        server: circumstances.server,
        is_right: matches!(explanation, Explanation::Right { .. }),
    });
    Ok(Report { explanation, server: None, signer: None, suspects: Vec::new(), remarks })
}

/// Why the signature is or is not that of the policy, which is decoded in `json`.
fn explanation(signed: &Signed<'_>, json: &[u8], secret: &[u8]) -> Explanation {
    if ways::is_right(signed, secret) {
        return Explanation::Right { reach: Reach::Policy };
    }
    let changed = ways::find(signed, json, secret);
    if changed.is_empty() {
        return Explanation::PolicyUnexplained;
    }
    Explanation::Ways { is_change: true, changed, mistaken: Vec::new(), sides: Vec::new() }
}

/// The fields that sign a form.
struct Signed<'f> {
    algorithm: &'f [u8],
    access_key_id: &'f [u8],
    /// Of the scope, as they are written.
    day: &'f [u8],
    region: &'f [u8],
    service: &'f [u8],
    terminator: &'f [u8],
    date: &'f [u8],
    policy: &'f [u8],
    signature: &'f [u8],
}

impl<'f> Signed<'f> {
    fn of(form: &Form<'f>) -> Result<Self, InputError> {
        let version_2 = ["AWSAccessKeyId", "signature"];
        if form.value("x-amz-signature").is_none()
            && version_2.iter().all(|name| form.value(name).is_some())
        {
            let problem = "signed with signature version 2 (HMAC-SHA1), which S3 no longer takes for \
                           new buckets: sign with version 4";
            return Err(InputError::new("form", problem));
        }
        let required = |name: &'static str| {
            form.value(name).ok_or_else(|| {
                let mut ignored = form.ignored.iter();
                let problem = if ignored.any(|own| own.eq_ignore_ascii_case(name.as_bytes())) {
                    format!(
                        "the field {name} comes after the file, where fields are ignored: put \
                             it before"
                    )
                } else {
                    format!("it has no field {name}")
                };
                InputError::new("form", problem)
            })
        };
        let credential = required("x-amz-credential")?;
        let mut parts = credential.rsplitn(5, |byte| *byte == b'/');
        let mut part = || {
            parts.next().ok_or_else(|| {
                let credential = String::from_utf8_lossy(credential);
                let problem =
                    format!("expected id/date/region/service/aws4_request, got {credential:?}");
                InputError::new("form, x-amz-credential", problem)
            })
        };
        let (terminator, service, region, day) = (part()?, part()?, part()?, part()?);
        Ok(Self {
            algorithm: required("x-amz-algorithm")?,
            access_key_id: part()?,
            day,
            region,
            service,
            terminator,
            date: required("x-amz-date")?,
            policy: required("policy")?,
            signature: required("x-amz-signature")?,
        })
    }

    /// A time on the day of the scope.
    fn time(&self) -> Option<Time> {
        Time::parse(&[self.day, b"T000000Z"].concat()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(field: &str) -> Request {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n--x\r\n\
             Content-Disposition: form-data; name=\"{field}\"\r\n\r\ne30=\r\n--x--\r\n"
        );
        Request {
            method: "POST".into(),
            target: "/".into(),
            headers: vec![("Content-Type".into(), "multipart/form-data; boundary=x".into())],
            body: body.into(),
        }
    }

    #[test]
    fn a_form_with_a_policy_is_recognised() {
        for field in ["policy", "Policy", "X-Amz-Signature"] {
            assert!(is_one(&form(field)), "{field}");
        }
        assert!(!is_one(&form("content")));
        let mut signed = form("policy");
        signed.headers.push(("authorization".into(), "AWS4-HMAC-SHA256 x".into()));
        assert!(!is_one(&signed));
    }
}
