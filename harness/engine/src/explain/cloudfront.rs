//! What shows that a request went through `CloudFront`.

use sigv4_vectors::model::Request;

use super::parts::header;

/// Whether host or headers say so.
pub(super) fn is_through(request: &Request) -> bool {
    let host = header(request, "host").map(|host| host.to_ascii_lowercase()).unwrap_or_default();
    let name = host.split(|&byte| byte == b':').next().unwrap_or_default();
    name.ends_with(b".cloudfront.net")
        || request.headers.iter().any(|(name, _)| is_added(name))
        || header(request, "via")
            .is_some_and(|via| memchr::memmem::find(via, b"CloudFront").is_some())
}

/// Headers that it adds behind the signer.
pub(super) fn is_added(name: &[u8]) -> bool {
    const ADDED: &[u8] = b"x-amz-cf-";
    name.get(..ADDED.len()).is_some_and(|start| start.eq_ignore_ascii_case(ADDED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_headers_show_it() {
        let through = |name: &str, value: &str| {
            let headers = vec![(name.into(), value.into())];
            is_through(&Request { headers, ..Request::default() })
        };
        assert!(through("Host", "d111111abcdef8.CloudFront.net:443"));
        assert!(through("X-Amz-Cf-Id", "i"));
        assert!(through("Via", "1.1 0123.cloudfront.net (CloudFront)"));
        assert!(!through("Host", "cloudfront.net.example.com"));
        assert!(!through("Via", "1.1 varnish") && !is_through(&Request::default()));
    }
}
