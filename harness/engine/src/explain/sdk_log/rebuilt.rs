//! A request out of what the signer computed, where the log does not show the request itself.

use memchr::memmem;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::Request;

use super::stages;
use crate::explain::parts::{InputError, assemble};
use crate::explain::{FieldRequest, Scheme, split_url};

/// The presigned URL that the SDK for Go logs behind the stages.
pub(super) fn signed_url(text: &[u8]) -> Option<&str> {
    const MARK: &[u8] = b"---[ SIGNED URL ]---";
    let at = memmem::rfind(text, MARK)? + MARK.len();
    let mut lines = text[at..].split(|&byte| byte == b'\n').skip(1);
    let line = std::str::from_utf8(lines.next()?).ok()?.trim();
    (!split_url(line).0.is_empty()).then_some(line)
}

/// The request that the signer had. The log says nothing of what changed after that.
///
/// # Errors
/// A log with the string to sign alone.
pub(super) fn from_stages(text: &[u8]) -> Result<FieldRequest, InputError> {
    let log = stages::read(text);
    let canonical = log.canonical_request.ok_or_else(|| {
        let problem = "the log holds a string to sign, and neither the request nor its canonical form: \
                       log those too";
        InputError::new("log", problem)
    })?;
    let canonical = String::from_utf8(canonical)
        .map_err(|error| InputError::new("log: canonical request", error.to_string()))?;
    let mut lines = canonical.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let (method, path, query) = (line(), line(), line());
    if let Some(url) = signed_url(text) {
        let scheme = if url.starts_with("https:") { Scheme::Https } else { Scheme::Http };
        let request = assemble(method, url, Vec::new(), Vec::new());
        return Ok(FieldRequest { scheme: Some(scheme), ..FieldRequest::from(request) });
    }
    let mut headers: Vec<(Bytes, Bytes)> = Vec::new();
    loop {
        let header = line();
        let Some((name, value)) = header.split_once(':') else { break };
        headers.push((name.into(), value.into()));
    }
    let signed_headers = line();
    let string_to_sign = log.string_to_sign.unwrap_or_default();
    let string_to_sign = String::from_utf8_lossy(&string_to_sign).into_owned();
    let mut lines = string_to_sign.split('\n');
    let (algorithm, scope) = (lines.next().unwrap_or_default(), lines.nth(1).unwrap_or_default());
    let signature = stages::signature(text).and_then(|digits| String::from_utf8(digits).ok());
    let is_presigned = query.contains("X-Amz-Credential=");
    let mut target = sent_path(path, scope);
    if !query.is_empty() {
        target = format!("{target}?{query}");
    }
    if let Some(signature) = signature {
        if is_presigned {
            target = format!("{target}&X-Amz-Signature={signature}");
        } else {
            let value = format!(
                "{algorithm} Credential=unknown/{scope}, SignedHeaders={signed_headers}, \
                 Signature={signature}"
            );
            headers.push(("Authorization".into(), value.into()));
        }
    }
    let request =
        Request { method: method.into(), target: target.into(), headers, body: Bytes::default() };
    let remark = "The log does not show the request: it was put together from the canonical request, \
                  without a body, with the headers that are signed and `unknown` as the id of the key. \
                  What was changed after signing does not show.";
    Ok(FieldRequest {
        remarks: vec![remark.to_owned()],
        hides_body: true,
        ..FieldRequest::from(request)
    })
}

/// The path before it was made canonical. All services but S3 encode it once more for that.
fn sent_path(path: &str, scope: &str) -> String {
    let service = scope.split('/').nth(2).unwrap_or_default();
    if service.starts_with("s3") { path.to_owned() } else { path.replace("%25", "%") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANONICAL: &str =
        "CanonicalRequest:\nGET\n/a%2520b\nx=1\nhost:h\nx-amz-date:t\n\nhost;x-amz-date\n00\n";

    fn log(service: &str) -> String {
        let signature = "0".repeat(64);
        format!(
            "{CANONICAL}StringToSign:\nAWS4-HMAC-SHA256\nt\nd/r/{service}/aws4_request\n11\nSignature:\n\
             {signature}\n"
        )
    }

    #[test]
    fn the_request_is_put_together() {
        let sent = from_stages(log("es").as_bytes()).unwrap();
        assert_eq!((sent.request.method, sent.request.target), ("GET".into(), "/a%20b?x=1".into()));
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=unknown/d/r/es/aws4_request, SignedHeaders=host;x-amz-date, \
             Signature={}",
            "0".repeat(64)
        );
        let headers: [(Bytes, Bytes); 3] = [
            ("host".into(), "h".into()),
            ("x-amz-date".into(), "t".into()),
            ("Authorization".into(), authorization.into()),
        ];
        assert_eq!(sent.request.headers, headers);
        assert_eq!(sent.remarks.len(), 1);
        assert_eq!(
            from_stages(log("s3").as_bytes()).unwrap().request.target,
            "/a%2520b?x=1".into()
        );
    }

    #[test]
    fn a_presigned_request_gets_its_signature_back() {
        let log = log("s3").replace("x=1", "X-Amz-Credential=a&x=1");
        let sent = from_stages(log.as_bytes()).unwrap();
        assert!(sent.request.target.ends_with(b"&x=1&X-Amz-Signature=0000000000000000000000000000000000000000000000000000000000000000"));
        assert_eq!(sent.request.headers.len(), 2);
    }

    #[test]
    fn gos_signed_url_is_the_request() {
        let log = format!(
            "{CANONICAL}---[ SIGNED URL ]-------\nhttp://h:8080/x?X-Amz-Signature=0\n-----"
        );
        let sent = from_stages(log.as_bytes()).unwrap();
        assert_eq!(sent.request.target, "/x?X-Amz-Signature=0".into());
        assert_eq!(sent.request.headers, [("Host".into(), "h:8080".into())]);
        assert_eq!(sent.scheme, Some(Scheme::Http));
        assert_eq!(signed_url(b"---[ SIGNED URL ]---\nnone"), None);
    }

    #[test]
    fn a_string_to_sign_alone_is_not_enough() {
        let error = from_stages(b"StringToSign:\nAWS4-HMAC-SHA256\nt\ns\n0\n").unwrap_err();
        assert!(error.problem.contains("log those too"));
    }
}
