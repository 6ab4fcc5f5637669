//! What the tokens that are presigned URLs have in common.

use std::fmt;

use crate::canonical::{Stages, Workspace};
use crate::error::Error;
use crate::key::{ScopedKey, Secret};
use crate::primitive::percent::{self, Slash};
use crate::primitive::text::Text;
use crate::redact::REDACTED;
use crate::request::{Header, Request, control_byte};
use crate::scope::Scope;
use crate::sign::{QuerySignature, SessionToken, Signer, TokenCoverage};
use crate::time::Time;

/// The longest lifetime of most tokens, in seconds.
pub(super) const QUARTER_HOUR: u64 = 900;

/// Who signs tokens, when and for which region. Each token is signed for a service of its own.
#[derive(Clone, Copy)]
pub struct TokenSigner<'a> {
    /// The secret and its id.
    pub secret: Secret<'a>,
    /// The token of temporary credentials.
    pub session_token: Option<&'a [u8]>,
    /// The time of signing.
    pub time: Time,
    /// The region of the service.
    pub region: &'a [u8],
}

/// A token. Borrows the stages from the workspace.
pub struct AuthToken<'w> {
    text: Text,
    workspace: &'w Workspace,
}

/// What is signed for a token.
pub(super) struct Plan<'p> {
    /// The service of the credential scope.
    pub(super) service: &'static str,
    /// The value of `Host`.
    pub(super) host: &'p [u8],
    /// Another header that is signed, which the token does not hold.
    pub(super) header: Option<Header<'p>>,
    pub(super) path: &'static str,
    /// Names and values that are encoded.
    pub(super) query: &'p [(&'static str, &'p [u8])],
    pub(super) coverage: TokenCoverage,
    /// How long it is good, in seconds, and how long it may be.
    pub(super) lifetime: u64,
    pub(super) longest: u64,
}

impl TokenSigner<'_> {
    /// Presigns what is planned, and makes a token of the target.
    pub(super) fn token<'w>(
        &self,
        workspace: &'w mut Workspace,
        plan: &Plan<'_>,
        text: impl FnOnce(&mut Text, &[u8]),
    ) -> Result<AuthToken<'w>, Error> {
        let signed = self.presign(workspace, plan)?;
        let mut token = Text::default();
        text(&mut token, signed.target());
        Ok(AuthToken { text: token, workspace })
    }

    fn presign<'w>(
        &self,
        workspace: &'w mut Workspace,
        plan: &Plan<'_>,
    ) -> Result<QuerySignature<'w>, Error> {
        if plan.lifetime > plan.longest {
            return Err(Error::TokenLifetime { longest: plan.longest });
        }
        check_host(plan.host)?;
        let mut target = plan.path.as_bytes().to_vec();
        for (index, (name, value)) in plan.query.iter().enumerate() {
            target.push(if index == 0 { b'?' } else { b'&' });
            target.extend_from_slice(name.as_bytes());
            target.push(b'=');
            let mut encoded = Text::default();
            encoded.write(percent::room(value), |out| percent::encode(out, value, Slash::Encode));
            target.extend_from_slice(&encoded);
        }
        let host = Header { name: b"host", value: plan.host };
        let headers: Vec<Header<'_>> = [host].into_iter().chain(plan.header).collect();
        let request = Request { method: b"GET", target: &target, headers: &headers, body: b"" };
        let scope = Scope::new(&self.time, self.region, plan.service.as_bytes())?;
        let key = ScopedKey::derive(self.secret.secret_access_key, scope);
        let coverage = plan.coverage;
        let session_token = self.session_token.map(|value| SessionToken { value, coverage });
        let id = self.secret.access_key_id;
        let signer = Signer { session_token, ..Signer::new(self.time, id, &key) };
        signer.query(workspace, &request, plan.lifetime)
    }
}

/// A host is signed as it is written, so it must not have a scheme before it or a path after it.
fn check_host(host: &[u8]) -> Result<(), Error> {
    let invalid = |&byte: &u8| !byte.is_ascii_alphanumeric() && !b"-._:[]".contains(&byte);
    match host.iter().position(invalid) {
        Some(offset) => Err(Error::Host { offset }),
        None if host.is_empty() => Err(Error::Host { offset: 0 }),
        None => Ok(()),
    }
}

/// A text that becomes a header of its own.
pub(super) fn check_text(field: &'static str, text: &[u8]) -> Result<(), Error> {
    match control_byte(text) {
        Some(offset) => Err(Error::ControlByte { field, offset }),
        None => Ok(()),
    }
}

impl<'w> AuthToken<'w> {
    /// The text of the token.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// The intermediate results of the signature in it.
    #[must_use]
    pub fn stages(&self) -> Stages<'w> {
        self.workspace.stages()
    }
}

/// The session token is not shown.
impl fmt::Debug for TokenSigner<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TokenSigner")
            .field("secret", &self.secret)
            .field("session_token", &self.session_token.map(|_| REDACTED))
            .field("time", &self.time)
            .field("region", &String::from_utf8_lossy(self.region))
            .finish()
    }
}

/// The token is not shown: who has it is let in.
impl fmt::Debug for AuthToken<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AuthToken").finish_non_exhaustive()
    }
}
