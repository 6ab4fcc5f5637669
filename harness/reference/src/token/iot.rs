//! The URL of MQTT over WebSocket.

use super::presigned::{AuthToken, Plan, TokenSigner};
use crate::canonical::Workspace;
use crate::error::Error;
use crate::sign::TokenCoverage;
use crate::verify::LONGEST_EXPIRY;

impl TokenSigner<'_> {
    /// The URL at which AWS `IoT` speaks MQTT over WebSocket (AWS `IoT` Core Developer Guide, "Device
    /// communication protocols"), good for `lifetime` seconds, at most seven days.
    ///
    /// The session token is added after signing, and a port is sent but not signed.
    ///
    /// # Errors
    /// As for [`Self::rds`].
    pub fn iot<'w>(
        &self,
        workspace: &'w mut Workspace,
        host: &[u8],
        port: Option<u16>,
        lifetime: u64,
    ) -> Result<AuthToken<'w>, Error> {
        let plan = Plan {
            service: "iotdevicegateway",
            host,
            header: None,
            path: "/mqtt",
            query: &[],
            coverage: TokenCoverage::Appended,
            lifetime,
            longest: LONGEST_EXPIRY,
        };
        self.token(workspace, &plan, |text, target| {
            text.append(b"wss://");
            text.append(host);
            if let Some(port) = port {
                text.append(format!(":{port}").as_bytes());
            }
            text.append(target);
        })
    }
}
