//! `SigV4A`: Signature Version 4 with ECDSA signatures, which are valid in a set of regions.
//!
//! The canonical request is that of Version 4 with `X-Amz-Region-Set` in it, as a header or as a
//! parameter. The credential scope has no region, and the key pair depends on nothing but the secret
//! and its id: the public key verifies and cannot sign.
//!
//! The vendor documents the algorithm in outline (IAM User Guide, "AWS Signature Version 4 for API
//! requests"). The derivation of the key and the texts are those of aws-c-auth, which its test suite
//! confirms.
//!
//! # Examples
//! ```
//! use sigv4_reference::sign::Signer;
//! use sigv4_reference::v4a::{ScopedV4aKey, V4aKey};
//! use sigv4_reference::verify::{StoredKey, Verifier};
//! use sigv4_reference::{Header, KeyMaterial, Request, Time, Workspace};
//!
//! let key = V4aKey::derive(b"AKIDEXAMPLE", b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
//! let scoped = ScopedV4aKey::new(&key, b"us-east-1,eu-west-1", b"service")?;
//! let time = Time::parse(b"20150830T123600Z")?;
//! let host = Header { name: b"Host", value: b"example.amazonaws.com" };
//! let request = Request { method: b"GET", target: b"/", headers: &[host], body: b"" };
//! let mut workspace = Workspace::default();
//! let presigned = Signer::new(time, b"AKIDEXAMPLE", &scoped).query(&mut workspace, &request, 60)?;
//! let target = presigned.target().to_vec();
//!
//! let keys = [StoredKey {
//!     access_key_id: b"AKIDEXAMPLE",
//!     material: KeyMaterial::Public(&key.public_key()),
//!     session_token: None,
//!     active: true,
//! }];
//! let sent = Request { target: &target, ..request };
//! let verifier = Verifier::new(time, b"eu-west-1", b"service");
//! assert!(verifier.verify_v4a(&mut workspace, &sent, &keys).is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod key;
mod sign;
mod signature;
mod verify;

pub use key::{KeyError, PublicKey, V4aKey};
pub use sign::ScopedV4aKey;
pub use signature::{EcdsaSignature, LONGEST_SIGNATURE, SignatureDigits, SignatureError};

/// The algorithm: the first line of every string to sign.
pub const ALGORITHM: &str = "AWS4-ECDSA-P256-SHA256";
