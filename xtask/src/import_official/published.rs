//! One case of the suite, read from its files.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use sigv4_vectors::model::{Credentials, Payload, Placement, Request, SigningInput};
use sigv4_vectors::text::{Hex32, Time, WrongShape};
use sigv4_vectors::{Bytes, Secret};

use super::{ImportError, message};

/// Reads the request of a case.
pub(super) fn request(folder: &Path) -> Result<Request, ImportError> {
    message_file(&folder.join("request.txt"))
}

/// What `context.json` of a case should have had.
pub(super) fn malformed(folder: &Path, expected: &'static str) -> ImportError {
    ImportError::Malformed { path: folder.join("context.json"), line: 1, expected }
}

/// The file `context.json`: what the signer is given besides the request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Context {
    credentials: ContextCredentials,
    pub(super) expiration_in_seconds: u64,
    pub(super) normalize: bool,
    #[serde(default)]
    pub(super) omit_session_token: bool,
    pub(super) region: String,
    pub(super) service: String,
    pub(super) sign_body: bool,
    pub(super) timestamp: jiff::Timestamp,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContextCredentials {
    access_key_id: String,
    secret_access_key: String,
    token: Option<String>,
}

impl Context {
    pub(super) fn read(folder: &Path) -> Result<Self, ImportError> {
        let path = folder.join("context.json");
        serde_json::from_slice(&read(&path)?)
            .map_err(|source| ImportError::Context { path, source })
    }

    /// Everything that the signer is given, with the request.
    pub(super) fn input(
        &self,
        folder: &Path,
        placement: Placement,
        request: Request,
    ) -> Result<SigningInput, ImportError> {
        let time = self.timestamp.strftime("%Y%m%dT%H%M%SZ").to_string();
        let time = Time::try_from(time)
            .map_err(|_: WrongShape| malformed(folder, "a year of four digits"))?;
        Ok(SigningInput {
            time,
            region: self.region.as_str().into(),
            service: self.service.as_str().into(),
            credentials: self.credentials(),
            session_token_signed: !self.omit_session_token,
            normalize: self.normalize,
            double_encode: true,
            payload: Payload::Signed,
            content_sha256_header: self.sign_body && placement == Placement::Header,
            expires: (placement == Placement::Query).then_some(self.expiration_in_seconds),
            request,
        })
    }

    /// The secret as text, for the derivation of the signing key.
    pub(super) fn secret(&self) -> &str {
        &self.credentials.secret_access_key
    }

    pub(super) fn credentials(&self) -> Credentials {
        Credentials {
            access_key_id: self.credentials.access_key_id.as_str().into(),
            secret_access_key: self.secret().into(),
            session_token: self.credentials.token.as_deref().map(Secret::from),
        }
    }
}

/// The stages that the suite publishes for one placement.
pub(super) struct Stages {
    pub(super) canonical_request: Bytes,
    pub(super) string_to_sign: Bytes,
    pub(super) signature: Hex32,
    pub(super) signed_request: Request,
}

impl Stages {
    pub(super) fn read(folder: &Path, placement: Placement) -> Result<Self, ImportError> {
        let path = |stage: &str| folder.join(format!("{placement}-{stage}.txt"));
        let signature_path = path("signature");
        let signature = String::from_utf8_lossy(&read(&signature_path)?).into_owned();
        Ok(Self {
            canonical_request: read(&path("canonical-request"))?.into(),
            string_to_sign: read(&path("string-to-sign"))?.into(),
            signature: Hex32::try_from(signature).map_err(|_| ImportError::Malformed {
                path: signature_path,
                line: 1,
                expected: "64 lower-case hexadecimal digits and nothing else",
            })?,
            signed_request: message_file(&path("signed-request"))?,
        })
    }
}

fn message_file(path: &Path) -> Result<Request, ImportError> {
    message::parse(&read(path)?).map_err(|malformed| ImportError::Malformed {
        path: path.to_owned(),
        line: malformed.line,
        expected: malformed.expected,
    })
}

fn read(path: &Path) -> Result<Vec<u8>, ImportError> {
    fs::read(path).map_err(|source| ImportError::Read { path: path.to_owned(), source })
}
