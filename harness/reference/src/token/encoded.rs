//! Tokens that are a presigned URL in base64url, without padding.

use super::presigned::{AuthToken, Plan, QUARTER_HOUR, TokenSigner, check_text};
use crate::canonical::Workspace;
use crate::error::Error;
use crate::primitive::base64;
use crate::primitive::percent::{self, Slash};
use crate::primitive::text::Text;
use crate::request::Header;
use crate::sign::TokenCoverage;

/// What is before the URL in a token of EKS.
const EKS: &[u8] = b"k8s-aws-v1.";

/// The header that ties a token of EKS to a cluster.
const CLUSTER: &[u8] = b"x-k8s-aws-id";

impl TokenSigner<'_> {
    /// The bearer token of an EKS cluster, as `aws eks get-token` makes it: a presigned
    /// `GetCallerIdentity` of STS that signs the name of the cluster as a header, which the token does
    /// not hold. The URL is good for `lifetime` seconds, at most 900; the AWS CLI takes 60.
    ///
    /// # Errors
    /// [`Error::ControlByte`] for a CR, LF or NUL in the name, and as for [`Self::rds`].
    pub fn eks<'w>(
        &self,
        workspace: &'w mut Workspace,
        cluster: &[u8],
        lifetime: u64,
    ) -> Result<AuthToken<'w>, Error> {
        check_text("cluster", cluster)?;
        let domain: &[u8] =
            if self.region.starts_with(b"cn-") { b".amazonaws.com.cn" } else { b".amazonaws.com" };
        let host = [b"sts.", self.region, domain].concat();
        let plan = Plan {
            service: "sts",
            host: &host,
            header: Some(Header { name: CLUSTER, value: cluster }),
            path: "/",
            query: &[("Action", b"GetCallerIdentity"), ("Version", b"2011-06-15")],
            coverage: TokenCoverage::Signed,
            lifetime,
            longest: QUARTER_HOUR,
        };
        self.token(workspace, &plan, |text, target| {
            text.append(EKS);
            append_encoded(text, &[b"https://", &host, target]);
        })
    }

    /// The token of a client of MSK (SASL mechanism OAUTHBEARER), as the vendor's `aws-msk-iam-sasl-signer`
    /// makes it, good for `lifetime` seconds, at most 900. The name of the client is added unsigned.
    ///
    /// # Errors
    /// As for [`Self::rds`].
    pub fn msk<'w>(
        &self,
        workspace: &'w mut Workspace,
        user_agent: Option<&[u8]>,
        lifetime: u64,
    ) -> Result<AuthToken<'w>, Error> {
        let host = [b"kafka.", self.region, b".amazonaws.com"].concat();
        let plan = Plan {
            service: "kafka-cluster",
            host: &host,
            header: None,
            path: "/",
            query: &[("Action", b"kafka-cluster:Connect")],
            coverage: TokenCoverage::Signed,
            lifetime,
            longest: QUARTER_HOUR,
        };
        self.token(workspace, &plan, |text, target| {
            let mut agent = Text::default();
            if let Some(name) = user_agent {
                agent.append(b"&User-Agent=");
                agent.write(percent::room(name), |out| percent::encode(out, name, Slash::Encode));
            }
            append_encoded(text, &[b"https://", &host, target, &agent]);
        })
    }
}

fn append_encoded(text: &mut Text, url: &[&[u8]]) {
    let url = zeroize::Zeroizing::new(url.concat());
    text.write(base64::room(url.len()), |out| base64::encode_for_url(out, &url));
}
