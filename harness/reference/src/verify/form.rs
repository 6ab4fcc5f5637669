//! How an algorithm writes its authentication.

use crate::dialect::Dialect;
use crate::primitive::hex;
use crate::signature::Signature;

/// The differences between algorithms, as far as a verifier reads them.
pub(crate) struct Form {
    /// The name of the algorithm in a dialect.
    pub(crate) algorithm: fn(&Dialect) -> &str,
    /// Whether the credential scope has a region. If not, the request states a region set.
    pub(crate) region_in_scope: bool,
    /// Whether what the request states as its region or region set covers the verifier's region.
    pub(crate) covers: fn(stated: &[u8], region: &[u8]) -> bool,
    /// Whether a text is a signature.
    pub(crate) is_signature: fn(&[u8]) -> bool,
    /// Reads a signature. The error says what was expected.
    pub(crate) signature: fn(&[u8]) -> Result<Signature, String>,
}

/// `AWS4-HMAC-SHA256`, and its namesakes in other dialects.
pub(crate) const HMAC: Form = Form {
    algorithm: Dialect::algorithm,
    region_in_scope: true,
    covers: |stated, region| stated == region,
    is_signature: hex::is_hash,
    signature: |text| {
        Signature::from_hex(text)
            .ok_or_else(|| "expected 64 lower-case hexadecimal digits".to_owned())
    },
};
