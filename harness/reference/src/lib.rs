//! AWS Signature Version 4: a signer and a verifier, bytes in and bytes out.
//!
//! The crate does no I/O of its own, reads no clock and contains no test vectors. Invalid input is
//! a typed [`Error`], never a panic; a request that does not verify is a [`verify::Rejection`] that
//! says why. After the first few calls on one [`Workspace`] neither signing nor verifying allocates.
//! Bodies that are signed in pieces are in [`stream`], forms for uploads from a browser in [`post`],
//! and tokens that are made with the same keys in [`token`].
//!
//! The rules come, in this order, from the vendor's documentation ([`SPECIFICATION`]), from the
//! behaviour that the vendor's own signers share, and, if they differ, from awscrt (aws-c-auth),
//! the implementation behind the vendor's test suite. Where this crate departs from that order, the
//! documentation says so.
//!
//! Two features add more signatures: `v4a` those of `SigV4A`, with the crate `p256`, and `legacy` those
//! that came before Version 4.
//!
//! ```
//! use sigv4_reference::{Header, Request, Scope, ScopedKey, Time, Workspace, sign};
//!
//! let request = Request {
//!     method: b"GET",
//!     target: b"/",
//!     headers: &[Header { name: b"Host", value: b"example.amazonaws.com" }],
//!     body: b"",
//! };
//! let time = Time::parse(b"20150830T123600Z")?;
//! let secret = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
//! let key = ScopedKey::derive(secret, Scope::new(&time, b"us-east-1", b"service")?);
//! let mut workspace = Workspace::default();
//! let signer = sign::Signer::new(time, b"AKIDEXAMPLE", &key);
//! let signed = signer.header(&mut workspace, &request)?;
//! assert_eq!(
//!     signed.stages().signature,
//!     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
//! );
//! # Ok::<(), sigv4_reference::Error>(())
//! ```

#![deny(missing_docs)]

pub mod canonical;
mod dialect;
mod error;
pub mod key;
#[cfg(feature = "legacy")]
pub mod legacy;
#[cfg(sigv4_planted)]
mod planted;
pub mod post;
mod primitive;
mod profile;
mod redact;
mod request;
mod scope;
pub mod sign;
mod signature;
pub mod stream;
mod target;
mod time;
pub mod token;
#[cfg(feature = "v4a")]
pub mod v4a;
pub mod verify;

pub use canonical::Workspace;
pub use dialect::{Dialect, DialectError};
pub use error::Error;
pub use key::{KeyMaterial, ScopedKey, SigningKey};
pub use profile::{PathEncoding, Profile};
pub use request::{Header, Request};
pub use scope::Scope;
pub use signature::Signature;
pub use time::Time;

/// The algorithm of [`Dialect::AWS`]: the first line of the string to sign.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The last part of the credential scope of [`Dialect::AWS`].
pub const TERMINATOR: &str = "aws4_request";

/// The payload line of a request whose body is not covered by the signature.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// The specification that comments refer to by the names of its sections: IAM User Guide, "Create a
/// signed AWS API request".
pub const SPECIFICATION: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html";
