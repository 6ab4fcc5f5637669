//! Which bucket and key a request is about.

use sigv4_vectors::model::Request;

use super::super::head::text;
use super::super::parameters::percent_decoded;

/// Bucket and key, as far as the request names them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(in crate::capture) struct Address {
    pub(in crate::capture) bucket: Option<String>,
    pub(in crate::capture) key: Option<Vec<u8>>,
}

impl Address {
    /// Reads path style and virtual-host style.
    pub(in crate::capture) fn of(request: &Request) -> Self {
        let path = request.target.split(|&byte| byte == b'?').next().unwrap_or_default();
        let path = path.strip_prefix(b"/").unwrap_or(path);
        let named = |key: &[u8]| Some(percent_decoded(key)).filter(|key| !key.is_empty());
        if let Some(bucket) = text(request, "host").as_deref().and_then(bucket_of) {
            return Self { bucket: Some(bucket.to_owned()), key: named(path) };
        }
        let end = path.iter().position(|&byte| byte == b'/').unwrap_or(path.len());
        let bucket = String::from_utf8_lossy(&percent_decoded(&path[..end])).into_owned();
        Self {
            bucket: Some(bucket).filter(|bucket| !bucket.is_empty()),
            key: path.get(end + 1..).and_then(named),
        }
    }
}

/// The bucket in front of a host that stands for this endpoint or for the vendor's.
fn bucket_of(host: &str) -> Option<&str> {
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let bucket = [".localhost", ".127.0.0.1"].iter().find_map(|end| host.strip_suffix(end));
    let bucket = bucket.or_else(|| {
        let name = host.strip_suffix(".amazonaws.com")?;
        let end = name.rfind(".s3.").or_else(|| name.rfind(".s3-"));
        end.map(|end| &name[..end]).or_else(|| name.strip_suffix(".s3"))
    })?;
    // The services' own names in front of `localhost` are no buckets.
    let bucket = bucket.strip_suffix(".s3").unwrap_or(bucket);
    (!bucket.is_empty() && bucket != "s3").then_some(bucket)
}

/// The bucket and key that `x-amz-copy-source` names, without its version.
pub(super) fn copy_source(value: &str) -> Option<(String, Vec<u8>)> {
    let place = value.split("?versionId=").next().unwrap_or_default();
    let decoded = percent_decoded(place.as_bytes());
    let decoded = decoded.strip_prefix(b"/").unwrap_or(&decoded);
    let end = decoded.iter().position(|&byte| byte == b'/')?;
    Some((String::from_utf8_lossy(&decoded[..end]).into_owned(), decoded[end + 1..].to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(host: &str, target: &str) -> (Option<String>, Option<String>) {
        let headers = vec![("HOST".into(), host.into())];
        let request = Request { target: target.into(), headers, ..Request::default() };
        let Address { bucket, key } = Address::of(&request);
        (bucket, key.map(|key| String::from_utf8(key).expect("text")))
    }

    #[test]
    fn both_styles_name_bucket_and_key() {
        let all = |bucket: &str, key: &str| (Some(bucket.to_owned()), Some(key.to_owned()));
        assert_eq!(address("127.0.0.1:9", "/b/a%20b//c?x=/"), all("b", "a b//c"));
        assert_eq!(address("localhost", "/b/k"), all("b", "k"));
        assert_eq!(address("[::1]:80", "/b//k"), all("b", "/k"));
        assert_eq!(address("b.localhost:9", "/k/l"), all("b", "k/l"));
        assert_eq!(address("b.c.127.0.0.1:9", "//k"), all("b.c", "/k"));
        assert_eq!(address("b.s3.localhost", "/k"), all("b", "k"));
        assert_eq!(address("s3.localhost", "/b/k"), all("b", "k"));
        assert_eq!(address("b.s3.eu-west-1.amazonaws.com", "/k"), all("b", "k"));
        assert_eq!(address("b.s3.amazonaws.com", "/k"), all("b", "k"));
        assert_eq!(address("s3.amazonaws.com", "/b/k"), all("b", "k"));
        let bucket = |name: &str| (Some(name.to_owned()), None);
        assert_eq!(address("127.0.0.1", "/b"), bucket("b"));
        assert_eq!(address("127.0.0.1", "/b/"), bucket("b"));
        assert_eq!(address("b.localhost", "/?list-type=2"), bucket("b"));
        assert_eq!(address("127.0.0.1", "/"), (None, None));
    }

    #[test]
    fn a_copy_source_is_decoded() {
        let source = |text| copy_source(text).map(|(bucket, key)| (bucket, String::from_utf8(key)));
        let expected = Some(("b".to_owned(), Ok("a b/c".to_owned())));
        assert_eq!(source("/b/a%20b/c?versionId=1"), expected);
        assert_eq!(source("b/a%20b/c"), expected);
        assert_eq!(source("b%2Fa%20b%2Fc"), expected);
        assert_eq!(source("b"), None);
    }
}
