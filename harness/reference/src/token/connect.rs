//! Tokens that are the password of a connection: presigned URLs without their scheme.

use super::presigned::{AuthToken, Plan, QUARTER_HOUR, TokenSigner};
use crate::canonical::Workspace;
use crate::error::Error;
use crate::sign::TokenCoverage;
use crate::verify::LONGEST_EXPIRY;

/// As whom one connects to Aurora DSQL.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// As the role `admin`: `DbConnectAdmin`.
    Admin,
    /// As a role of the application: `DbConnect`.
    Custom,
}

/// A cache, or a database of the same kind.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Cache<'a> {
    /// Its name, in lower case: the one in the console, not its address.
    pub name: &'a [u8],
    /// The service.
    pub kind: CacheKind,
    /// Whether it is serverless.
    pub serverless: bool,
}

/// Which service runs it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CacheKind {
    /// Amazon `ElastiCache`.
    ElastiCache,
    /// Amazon `MemoryDB`.
    MemoryDb,
}

impl TokenSigner<'_> {
    /// The password of a database user of RDS or Aurora (Amazon RDS User Guide, "Connecting to your
    /// DB instance using IAM authentication"), good for `lifetime` seconds, at most 900.
    ///
    /// The port is always part of what is signed, also 443: botocore and the SDK for Go leave that one
    /// out.
    ///
    /// # Errors
    /// [`Error::Host`] if `host` is not a host name, [`Error::TokenLifetime`] and [`Error::Expires`]
    /// for a lifetime that is too long or zero, and what no signer signs.
    ///
    /// # Examples
    /// The example of the SDK for Rust:
    ///
    /// ```
    /// use sigv4_reference::key::Secret;
    /// use sigv4_reference::token::TokenSigner;
    /// use sigv4_reference::{Time, Workspace};
    ///
    /// let signer = TokenSigner {
    ///     secret: Secret { access_key_id: b"akid", secret_access_key: b"secret" },
    ///     session_token: None,
    ///     time: Time::parse(b"20240826T220000Z")?,
    ///     region: b"us-east-1",
    /// };
    /// let mut workspace = Workspace::default();
    /// let host = b"prod-instance.us-east-1.rds.amazonaws.com";
    /// let token = signer.rds(&mut workspace, host, 3306, b"peccy", 900)?;
    /// assert!(token.as_bytes().ends_with(
    ///     b"&X-Amz-Signature=dd0cba843009474347af724090233265628ace491ea17ce3eb3da098b983ad89"
    /// ));
    /// # Ok::<(), sigv4_reference::Error>(())
    /// ```
    pub fn rds<'w>(
        &self,
        workspace: &'w mut Workspace,
        host: &[u8],
        port: u16,
        user: &[u8],
        lifetime: u64,
    ) -> Result<AuthToken<'w>, Error> {
        let host = [host, b":", port.to_string().as_bytes()].concat();
        let query = [("Action", &b"connect"[..]), ("DBUser", user)];
        self.connect(workspace, "rds-db", &host, &query, (lifetime, QUARTER_HOUR))
    }

    /// The password of a role of Aurora DSQL (Aurora DSQL User Guide, "Generating authentication
    /// tokens"), good for `lifetime` seconds, at most seven days.
    ///
    /// # Errors
    /// As for [`Self::rds`].
    pub fn dsql<'w>(
        &self,
        workspace: &'w mut Workspace,
        host: &[u8],
        role: Role,
        lifetime: u64,
    ) -> Result<AuthToken<'w>, Error> {
        let action: &[u8] = match role {
            Role::Admin => b"DbConnectAdmin",
            Role::Custom => b"DbConnect",
        };
        let query = [("Action", action)];
        self.connect(workspace, "dsql", host, &query, (lifetime, LONGEST_EXPIRY))
    }

    /// The password of a user of `ElastiCache` or `MemoryDB` (`ElastiCache` User Guide and `MemoryDB`
    /// Developer Guide, "Authenticating with IAM"), good for `lifetime` seconds, at most 900.
    ///
    /// # Errors
    /// As for [`Self::rds`].
    pub fn cache<'w>(
        &self,
        workspace: &'w mut Workspace,
        cache: Cache<'_>,
        user: &[u8],
        lifetime: u64,
    ) -> Result<AuthToken<'w>, Error> {
        let query =
            [("Action", &b"connect"[..]), ("User", user), ("ResourceType", b"ServerlessCache")];
        let query = if cache.serverless { &query[..] } else { &query[..2] };
        let service = match cache.kind {
            CacheKind::ElastiCache => "elasticache",
            CacheKind::MemoryDb => "memorydb",
        };
        self.connect(workspace, service, cache.name, query, (lifetime, QUARTER_HOUR))
    }

    fn connect<'w>(
        &self,
        workspace: &'w mut Workspace,
        service: &'static str,
        host: &[u8],
        query: &[(&'static str, &[u8])],
        (lifetime, longest): (u64, u64),
    ) -> Result<AuthToken<'w>, Error> {
        let coverage = TokenCoverage::Signed;
        let plan =
            Plan { service, host, header: None, path: "/", query, coverage, lifetime, longest };
        self.token(workspace, &plan, |text, target| {
            text.append(host);
            text.append(target);
        })
    }
}
