//! Why no signature can be read from a request that was meant to have one: what copying, another
//! encoding or another scheme did to it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem::find;
use sigv4_vectors::model::Request;

use super::parts::header;
use super::parts::{InputError, is_signed_header};

/// Refuses a query whose separators are still escaped, even where the rest of it can be read.
pub(super) fn refuse_escaped_separators(request: &Request) -> Result<(), InputError> {
    let has = |text: &str| find(&request.target, text.as_bytes()).is_some();
    let problem = if has("&amp;X-Amz-") {
        "holds `&amp;`, as HTML and XML escape `&`: a server takes the parameter behind it for one with \
         the name `amp;…`. Write `&`"
    } else if has("\\u0026X-Amz-") {
        "holds `\\u0026`, as JSON escapes `&`: decode the JSON string, or write `&`"
    } else {
        return Ok(());
    };
    Err(InputError::new("URL", problem))
}

/// The cause, if it can be seen. Neither a token nor a password is repeated.
pub(super) fn cause(request: &Request) -> Option<InputError> {
    let query = in_query(&request.target).map(|problem| InputError::new("URL", problem));
    query.or_else(|| {
        let problem = header(request, "authorization").and_then(|value| in_header(value));
        problem.map(|problem| InputError::new("Authorization", problem))
    })
}

/// Refuses an Authorization header without one of its parts, which would be read into its neighbour.
pub(super) fn refuse_missing_parts(request: &Request) -> Result<(), InputError> {
    let value = header(request, "authorization").map(|value| value.trim_ascii());
    let Some(fields) = value.and_then(|value| value.strip_prefix(b"AWS4-HMAC-SHA256 ")) else {
        return Ok(());
    };
    let names = ["Credential=", "SignedHeaders=", "Signature="];
    let missing = names.into_iter().find(|name| find(fields, name.as_bytes()).is_none());
    let Some(missing) = missing else { return Ok(()) };
    let problem = format!(
        "has no `{missing}…`: expected `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`"
    );
    Err(InputError::new("Authorization", problem))
}

/// What a query was, before it was escaped, cut or written in another case.
fn in_query(target: &[u8]) -> Option<&'static str> {
    let has = |text: &str| find(target, text.as_bytes()).is_some();
    let has_any_case = |text: &str| find(&target.to_ascii_lowercase(), text.as_bytes()).is_some();
    Some(if credential(target).is_some_and(is_encoded_twice) {
        "was percent-encoded twice: `%252F` in X-Amz-Credential was `%2F`, and a server decodes it once. \
         Pass on the URL as the signer returned it"
    } else if credential(target).is_some_and(lost_its_percents) {
        "lost its percent signs: `%2F` in X-Amz-Credential became `F`, as in a Windows batch file, where \
         `%2` is an argument. Write `%%` there"
    } else if has("%3FX-Amz-") || has("%26X-Amz-") || has("%253FX-Amz-") || has("%2526X-Amz-") {
        "holds the presigned URL percent-encoded within another one, as link checkers and redirectors \
         wrap it: take it out, decode it once, and give that"
    } else if !has("X-Amz-Signature=") && has_any_case("x-amz-signature=") {
        "has the names of its parameters in another case: they are case-sensitive, so that a server sees \
         no signature. It begins `X-Amz-Algorithm`, `X-Amz-Credential`"
    } else if has("X-Amz-Algorithm=") && !has("X-Amz-Signature=") {
        "has no X-Amz-Signature, which comes last in most presigned URLs: it was cut, often at a line \
         end or a `&` that a shell took. Put it in quotation marks"
    } else {
        return None;
    })
}

/// The value of `X-Amz-Credential` as it is written.
fn credential(target: &[u8]) -> Option<&[u8]> {
    const NAME: &[u8] = b"X-Amz-Credential=";
    let value = &target[find(target, NAME)? + NAME.len()..];
    value.split(|&byte| byte == b'&').next()
}

fn is_encoded_twice(credential: &[u8]) -> bool {
    find(credential, b"%252F").or_else(|| find(credential, b"%252f")).is_some()
}

/// `AKIDEXAMPLEF20150830Fus-east-1Fs3Faws4_request`.
fn lost_its_percents(credential: &[u8]) -> bool {
    credential.ends_with(b"Faws4_request") && !credential.contains(&b'%')
}

/// What an Authorization header holds in place of a signature.
fn in_header(value: &[u8]) -> Option<String> {
    let value = value.trim_ascii();
    let (scheme, rest) = value.split_at(value.iter().position(|&byte| byte == b' ')?);
    let other = |name: &str| {
        format!(
            "holds {name} credentials and no AWS signature: whatever set this header replaced the \
             signer's, or nothing signed"
        )
    };
    match &scheme.to_ascii_lowercase()[..] {
        b"bearer" => Some(other("Bearer")),
        b"basic" if is_key_pair(rest.trim_ascii()) => Some(
            "holds HTTP Basic with an access key id as its user, so that the secret key itself was sent \
             and not a signature made with it. Replace this key, and choose AWS signatures in the client \
             (Postman makes Basic of an imported `curl --aws-sigv4` line)"
                .to_owned(),
        ),
        b"basic" => Some(other("Basic")),
        b"aws4-hmac-sha256" => {
            let has = |name: &str| find(rest, name.as_bytes()).is_some();
            let is_whole = has("Credential=") && has("SignedHeaders=") && has("Signature=");
            (is_whole && !rest.contains(&b',')).then(|| {
                "has no commas between Credential, SignedHeaders and Signature, which servers want".to_owned()
            })
        }
        _ => None,
    }
}

/// Whether this is base64 of an access key id, a colon and anything.
fn is_key_pair(encoded: &[u8]) -> bool {
    STANDARD.decode(encoded).is_ok_and(|pair| {
        let mut halves = pair.splitn(2, |&byte| byte == b':');
        let (user, password) = (halves.next().unwrap_or_default(), halves.next());
        let is_id = [&b"AKI"[..], b"ASIA"].iter().any(|begin| user.starts_with(begin));
        is_id && password.is_some_and(|password| !password.is_empty())
    })
}

/// The names of the headers that hold the time and are signed, of a request that carries none.
pub(super) fn lost_time(request: &Request) -> Option<InputError> {
    let is_lost = |name: &&str| is_signed_header(request, name) && header(request, name).is_none();
    let name = ["x-amz-date", "date"].into_iter().find(is_lost)?;
    let problem = format!(
        "{name} is in SignedHeaders and did not arrive, so that no server can compute the signature: \
         something between signer and server removed it, or the client did not send it"
    );
    Some(InputError::new("request", problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(target: &str, authorization: &str) -> String {
        let request = Request {
            target: target.into(),
            headers: vec![("Authorization".into(), authorization.into())],
            ..Request::default()
        };
        let escaped = refuse_escaped_separators(&request).err();
        let found = escaped.or_else(|| cause(&request)).or_else(|| lost_time(&request));
        found.map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_broken_url_is_told_by_its_text() {
        for (target, expected) in [
            ("/k?X-Amz-Algorithm=A&amp;X-Amz-Signature=0", "`&amp;`"),
            ("/k?X-Amz-Algorithm=A\\u0026X-Amz-Signature=0", "`\\u0026`"),
            ("/k?X-Amz-Credential=A%252F20150830&X-Amz-Signature=0", "encoded twice"),
            ("/k?X-Amz-Credential=AF20150830Fus-east-1Fs3Faws4_request", "percent signs"),
            ("/?url=https%3A%2F%2Fh%2Fk%3FX-Amz-Algorithm%3DA", "within another one"),
            ("/k?x-amz-signature=0", "case-sensitive"),
            ("/k?X-Amz-Algorithm=A&X-Amz-Date=B", "it was cut"),
            ("/k?X-Amz-Algorithm=A&X-Amz-Signature=0", ""),
            ("/k?a=b", ""),
        ] {
            let found = problem(target, "");
            assert_eq!(found.is_empty(), expected.is_empty(), "{target}: {found}");
            assert!(found.contains(expected), "{target}: {found}");
        }
    }

    #[test]
    fn another_scheme_is_named_and_nothing_of_it_is_shown() {
        let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
        for (value, expected) in [
            ("Bearer hunter2".to_owned(), "Bearer credentials"),
            (basic("user:hunter2"), "Basic credentials"),
            (basic("AKIDEXAMPLE:hunter2"), "the secret key itself"),
            ("AWS4-HMAC-SHA256 Credential=a SignedHeaders=b Signature=c".to_owned(), "no commas"),
            (
                "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=x-amz-date, Signature=c".to_owned(),
                "x-amz-date is in",
            ),
        ] {
            let found = problem("/", &value);
            assert!(found.contains(expected), "{found}");
            assert!(!found.contains("hunter2") && !found.contains("aHVudGVyMg"), "{found}");
        }
    }
}
