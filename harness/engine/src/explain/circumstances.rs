//! What an explanation is based on, besides the request.

use sigv4_reference::Time;
use sigv4_vectors::model::Profile;

use super::error_document::ErrorDocument;
use super::service_table::ServiceTable;

/// What the explanation is based on, besides the request.
#[derive(Clone, Debug)]
pub struct Circumstances<'c> {
    /// The secret that the request is said to be signed with. Without it, the signature is not checked.
    pub secret_access_key: Option<&'c [u8]>,
    /// The clock of the server.
    pub now: Time,
    /// How far the signing time may be from it, in seconds; `None` for the usual limit of the
    /// service.
    pub window_seconds: Option<u64>,
    /// How the service makes the path canonical; `None` for the usual way of the service.
    pub profile: Option<Profile>,
    /// What services want.
    pub services: &'c ServiceTable,
    /// What the server is; what is left open is as the request is signed.
    pub server: Server<'c>,
    /// What the server printed with its refusal.
    pub document: Option<&'c ErrorDocument>,
}

/// What a server is known to be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Server<'c> {
    /// Its service, as in the scope of the requests that it takes.
    pub service: Option<&'c str>,
    /// Its region.
    pub region: Option<&'c str>,
}
