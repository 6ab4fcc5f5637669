//! A browser's upload form, which carries a signed policy instead of a signed request.

use sigv4_vectors::model::Request;

use super::parts::InputError;

/// Fields that such a form has, in small letters.
const FIELDS: &[&[u8]] = &[b"policy", b"x-amz-signature"];

fn recognised() -> InputError {
    InputError::new(
        "form",
        "this is a browser's upload form (POST policy): its policy is what is signed, not the \
         request. It is recognised and not checked yet",
    )
}

/// Refuses a request whose body is such a form.
///
/// # Errors
/// That it is one.
pub(super) fn refuse(request: &Request) -> Result<(), InputError> {
    let header = |wanted: &str| {
        let mut headers = request.headers.iter();
        headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted.as_bytes()))
    };
    let is_form = header("content-type").is_some_and(|(_, kind)| {
        let name = b"multipart/form-data";
        kind.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name))
    });
    if !is_form || request.method != "POST".into() || header("authorization").is_some() {
        return Ok(());
    }
    // Only the names count, and the fields of a policy come before the file: far into a large body
    // there is nothing to find.
    let begin = &request.body[..request.body.len().min(64 << 10)];
    let names = memchr::memmem::find_iter(begin, b"name=").map(|at| {
        let name = &begin[at + "name=".len()..];
        let name = name.strip_prefix(b"\"").unwrap_or(name);
        name.split(|byte| b"\";\r\n".contains(byte)).next().unwrap_or_default()
    });
    refuse_names(names)
}

/// Refuses the fields of `curl --form`, each `name=content`.
///
/// # Errors
/// That they are those of such a form.
pub(super) fn refuse_fields<'f>(fields: impl Iterator<Item = &'f [u8]>) -> Result<(), InputError> {
    refuse_names(fields.map(|field| field.split(|&byte| byte == b'=').next().unwrap_or_default()))
}

fn refuse_names<'n>(mut names: impl Iterator<Item = &'n [u8]>) -> Result<(), InputError> {
    let is_one = names.any(|name| FIELDS.iter().any(|field| name.eq_ignore_ascii_case(field)));
    if is_one { Err(recognised()) } else { Ok(()) }
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
            assert!(refuse(&form(field)).unwrap_err().problem.contains("not checked yet"));
        }
        assert_eq!(refuse(&form("content")), Ok(()));
        let mut signed = form("policy");
        signed.headers.push(("authorization".into(), "AWS4-HMAC-SHA256 x".into()));
        assert_eq!(refuse(&signed), Ok(()));
        assert!(refuse_fields([&b"key=a"[..], b"policy=e30="].into_iter()).is_err());
        assert!(refuse_fields([&b"policies=a"[..]].into_iter()).is_ok());
    }
}
