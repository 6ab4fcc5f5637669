//! A request to sign.

use serde::{Deserialize, Serialize};

use crate::bytes::Bytes;
use crate::secret::Secret;
use crate::signature::Signature;
use crate::text::{Hex32, Time};
use crate::words::words;

/// A request to sign, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// How the path is made canonical.
    pub profile: Profile,
    /// Where the signature goes.
    pub placement: Placement,
    /// What the signer is given.
    pub input: SigningInput,
    /// What a correct signer makes of it.
    pub expect: SigningExpectation,
}

/// All that a signer is given. The names are those of the adapter protocol.
#[expect(clippy::struct_excessive_bools, reason = "independent switches, as in the protocol")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningInput {
    /// The moment of signing.
    pub time: Time,
    /// The region of the credential scope.
    pub region: Bytes,
    /// The service of the credential scope.
    pub service: Bytes,
    /// The key pair, and the session token if there is one.
    pub credentials: Credentials,
    /// Whether a session token is signed, or added to the request after signing.
    pub session_token_signed: bool,
    /// Whether dot segments and repeated slashes are removed from the path.
    pub normalize: bool,
    /// Whether the path is encoded as it was sent, once more than it already is.
    pub double_encode: bool,
    /// What stands for the body in the canonical request.
    pub payload: Payload,
    /// Whether the header `x-amz-content-sha256` is added and signed.
    pub content_sha256_header: bool,
    /// For how many seconds a presigned request is valid. Present with [`Placement::Query`] only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
    /// The request, without any signature.
    pub request: Request,
}

/// Example credentials. Never real ones.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The public half.
    pub access_key_id: Bytes,
    /// The secret half.
    pub secret_access_key: Secret,
    /// The token of temporary credentials. In the file it is always there, `null` for none.
    #[serde(deserialize_with = "Option::deserialize")]
    pub session_token: Option<Secret>,
}

/// A request on the wire, byte for byte.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The method.
    pub method: Bytes,
    /// The request target as sent: path and query.
    pub target: Bytes,
    /// Names and values in order. A value is what follows the colon, unchanged; a folded value
    /// includes its line breaks.
    pub headers: Vec<(Bytes, Bytes)>,
    /// The body.
    pub body: Bytes,
}

/// What a correct signer computes, stage by stage, and sends.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningExpectation {
    /// The canonical request.
    pub canonical_request: Bytes,
    /// The string to sign.
    pub string_to_sign: Bytes,
    /// The derived key.
    pub signing_key: Hex32,
    /// The signature.
    pub signature: Signature,
    /// The request as it is sent. The order of what the signer added is its own affair.
    pub signed_request: Request,
}

words! {
    /// How the path is made canonical.
    pub enum Profile {
        /// Normalise, then encode the path as sent once more.
        Generic = "generic",
        /// Take the path as it is, encoded once.
        S3 = "s3",
    }
}

words! {
    /// Where the signature goes.
    pub enum Placement {
        /// Into the `Authorization` header.
        Header = "header",
        /// Into the query: a presigned request.
        Query = "query",
    }
}

words! {
    /// What stands for the body in the canonical request.
    pub enum Payload {
        /// The SHA-256 of the body.
        Signed = "signed",
        /// The marker `UNSIGNED-PAYLOAD`.
        Unsigned = "unsigned",
        /// The marker of signed chunks: the body follows in frames and is not looked at.
        SignedChunks = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        /// The marker of signed chunks and signed trailers.
        SignedChunksTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        /// The marker of chunks that are signed with ECDSA.
        EcdsaSignedChunks = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
        /// The marker of chunks and trailers that are signed with ECDSA.
        EcdsaSignedChunksTrailer = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
        /// The marker of chunks and trailers that are not signed.
        UnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        /// The marker of the messages of an event stream.
        Events = "STREAMING-AWS4-HMAC-SHA256-EVENTS",
    }
}
