//! The bucket that a request names.

use sigv4_vectors::model::Request;

use crate::explain::parts::header;
use crate::explain::s3_form::decoded;

/// The first part of the host, or of the path where the host names none; `None` where neither does.
pub(crate) fn of(request: &Request) -> Option<Vec<u8>> {
    let host = header(request, "host").map(|host| host.to_ascii_lowercase()).unwrap_or_default();
    let in_host = [&b".s3."[..], b".s3-"].iter().find_map(|mark| memchr::memmem::find(&host, mark));
    if let Some(end) = in_host {
        return Some(host[..end].to_vec());
    }
    let path = request.target.split(|byte| *byte == b'?').next().unwrap_or_default();
    let bucket = path.split(|byte| *byte == b'/').find(|part| !part.is_empty())?;
    Some(decoded(bucket))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_or_path_name_the_bucket() {
        for (host, target, bucket) in [
            ("my.bucket.s3.us-east-1.amazonaws.com", "/", Some("my.bucket")),
            ("Bucket.s3-eu-west-1.amazonaws.com", "/", Some("bucket")),
            ("s3.amazonaws.com", "/my%2Dbucket/?x", Some("my-bucket")),
            ("127.0.0.1:9000", "/b", Some("b")),
            ("127.0.0.1:9000", "/", None),
        ] {
            let headers = vec![("Host".into(), host.into())];
            let request = Request { target: target.into(), headers, ..Request::default() };
            assert_eq!(of(&request).as_deref(), bucket.map(str::as_bytes), "{host}{target}");
        }
    }
}
