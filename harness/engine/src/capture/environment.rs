//! What a client is told of the endpoint by its environment.

use std::io::{self, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

use super::keys::Key;

/// Variables of the caller that would lead the client past the endpoint or its key.
pub const MISLEADING: [&str; 6] = [
    "AWS_CA_BUNDLE",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
];

/// What the client is told by its environment.
#[must_use]
pub fn variables(url: &str, key: &Key, trusted: Option<&Path>) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut variables = vec![
        ("SIGV4_CONFORMANCE_ENDPOINT", url.to_owned()),
        ("AWS_ENDPOINT_URL", url.to_owned()),
        ("AWS_ENDPOINT_URL_S3", url.to_owned()),
        ("AWS_ACCESS_KEY_ID", key.access_key_id.clone()),
        ("AWS_SECRET_ACCESS_KEY", text(&key.secret_access_key)),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        // A proxy would be asked for an address that only this machine knows.
        ("NO_PROXY", "127.0.0.1,::1,localhost".to_owned()),
        ("no_proxy", "127.0.0.1,::1,localhost".to_owned()),
    ];
    if let Some(token) = &key.session_token {
        variables.push(("AWS_SESSION_TOKEN", text(token)));
    }
    let bundles = [
        "AWS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
        "REQUESTS_CA_BUNDLE",
        "SSL_CERT_FILE",
    ];
    if let Some(path) = trusted {
        variables.extend(bundles.map(|name| (name, path.display().to_string())));
    }
    variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The certificate that clients have to trust, in a file of its own.
///
/// # Errors
/// A file that cannot be written.
pub fn trusted(authority: &str) -> io::Result<NamedTempFile> {
    let mut file =
        tempfile::Builder::new().prefix("sigv4-conformance-").suffix(".pem").tempfile()?;
    file.write_all(authority.as_bytes())?;
    Ok(file)
}
