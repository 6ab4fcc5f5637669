//! `verify`: verify a signed request.

use serde::{Deserialize, Serialize};
use sigv4_vectors::model::{Profile, Request};
use sigv4_vectors::text::Time;
use sigv4_vectors::{Bytes, Secret};

use super::asked::Asked;
use super::key_material::KeyMaterial;

/// Verify a signed request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerifyQuestion {
    /// The verifier's clock.
    pub time: Time,
    /// How far the signing time may be from it.
    pub window_seconds: u64,
    /// The region that the scope must name.
    pub region: Bytes,
    /// The service that the scope must name.
    pub service: Bytes,
    /// How the path becomes canonical, by name.
    pub profile: Profile,
    /// Whether dot segments and repeated slashes are removed from the path.
    pub normalize: bool,
    /// Whether the path is encoded once more than it already is.
    pub double_encode: bool,
    /// The keys that the verifier knows.
    pub keys: Vec<StoredKey>,
    /// The signed request.
    pub request: Request,
}

/// A key that a verifier knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredKey {
    /// The id by which requests name it.
    pub access_key_id: Bytes,
    /// The secret, or a key derived from it.
    #[serde(flatten)]
    pub material: KeyMaterial,
    /// The token that belongs to it.
    #[serde(default)]
    pub session_token: Option<Secret>,
    /// Whether it may be used.
    #[serde(default = "active")]
    pub active: bool,
}

impl Asked for VerifyQuestion {
    fn in_words(&self) -> String {
        format!("verify {} {}", self.request.method, self.request.target)
    }
}

fn active() -> bool {
    true
}
