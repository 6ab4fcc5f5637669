//! A signing key together with what it is good for.

use super::chain::SigningKey;
use crate::error::Error;
use crate::scope::Scope;
use crate::time::Time;

/// A signing key bound to its scope. A [`Signer`](crate::sign::Signer) takes region and service from
/// it, so that neither can be another than the key was derived for, and refuses a time of another
/// day.
///
/// # Examples
/// ```
/// use sigv4_reference::{Error, Header, Request, Scope, ScopedKey, Time, Workspace, sign::Signer};
///
/// let time = Time::parse(b"20150830T235959Z")?;
/// let scope = Scope::new(&time, b"us-east-1", b"service")?;
/// let key = ScopedKey::derive(b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", scope);
/// let host = Header { name: b"Host", value: b"example.amazonaws.com" };
/// let request = Request { method: b"GET", target: b"/", headers: &[host], body: b"" };
///
/// let mut workspace = Workspace::default();
/// assert!(Signer::new(time, b"AKIDEXAMPLE", &key).header(&mut workspace, &request).is_ok());
///
/// let tomorrow = Time::parse(b"20150831T000000Z")?;
/// let signer = Signer::new(tomorrow, b"AKIDEXAMPLE", &key);
/// let error = signer.header(&mut workspace, &request).unwrap_err();
/// assert_eq!(error, Error::KeyDate { key: *b"20150830", signing: *b"20150831" });
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ScopedKey<'a> {
    scope: Scope<'a>,
    key: SigningKey,
}

impl<'a> ScopedKey<'a> {
    /// The key of a secret for a scope.
    #[must_use]
    pub fn derive(secret: &[u8], scope: Scope<'a>) -> Self {
        Self { scope, key: SigningKey::derive(secret, &scope) }
    }

    /// Binds a key that was derived elsewhere to the scope that it was derived for.
    #[must_use]
    pub fn new(key: SigningKey, scope: Scope<'a>) -> Self {
        Self { scope, key }
    }

    /// What the key is good for.
    #[must_use]
    pub fn scope(&self) -> &Scope<'a> {
        &self.scope
    }

    /// The key itself.
    #[must_use]
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// Whether the key may sign at `time`.
    #[inline]
    pub(crate) fn check_date(&self, time: &Time) -> Result<(), Error> {
        if self.scope.date() == time.date() {
            return Ok(());
        }
        Err(Error::KeyDate { key: *self.scope.date(), signing: *time.date() })
    }
}
