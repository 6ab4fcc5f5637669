//! The key pairs of the vendor's documentation, which tests and first steps use.

/// A documented key pair.
pub(super) struct Key {
    pub(super) id: &'static str,
    pub(super) secret: &'static str,
}

/// Each with its source: the test suite of version 4, the S3 API Reference ("Signature Calculations for the
/// Authorization Header"), the user guide of the AWS CLI (named profiles).
pub(super) const KEYS: &[Key] = &[
    Key { id: "AKIDEXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
    Key { id: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
    Key { id: "AKIAI44QH8DHBEXAMPLE", secret: "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY" },
];

/// The secrets of this key; none unless it is a documented one.
pub(super) fn secrets_of(id: &[u8]) -> impl Iterator<Item = &'static [u8]> {
    let own = KEYS.iter().filter(move |key| key.id.as_bytes() == id);
    own.map(|key| key.secret.as_bytes())
}

/// The documented key that this secret belongs to, if the id is that of another documented one.
pub(super) fn owner(secret: &[u8], id: &[u8]) -> Option<&'static str> {
    let is_known = secrets_of(id).next().is_some();
    let owner = KEYS.iter().find(|key| is_known && key.secret.as_bytes() == secret)?;
    (owner.id.as_bytes() != id).then_some(owner.id)
}
