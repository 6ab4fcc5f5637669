//! An adapter of `scratchstack-aws-signature`: `sigv4_validate_request` with the time of the question.
//!
//! Every header that begins with `x-amz-` has to be signed: that is the service's part, `required_headers`.
//! The example of the documentation requires none. The key service compares the session token, which it is
//! handed for that. The window is the library's, 15 minutes. Secrets have 40 characters.

#[path = "../kit/rust/verifier.rs"]
mod verifier;

use std::future::ready;
use std::str::FromStr;

use chrono::NaiveDateTime;
use scratchstack_aws_signature::principal::User;
use scratchstack_aws_signature::{
    GetSigningKeyRequest, GetSigningKeyResponse, KSecretKey, SignatureError, SignatureOptions,
    VecSignedHeaderRequirements, service_for_signing_key_fn, sigv4_validate_request,
};
use sigv4_protocol::Answer;
use sigv4_vectors::model::{Need, Profile, VerificationInput};
use tower::BoxError;
use verifier::{Kind, reject, text, unrepresentable};

type Keys = Vec<(String, String, Option<String>)>;

fn main() -> std::io::Result<()> {
    verifier::run(
        "scratchstack-aws-signature",
        "0.11.4",
        Profile::ALL,
        &[Need::SessionToken],
        judge,
    )
}

fn judge(input: &VerificationInput) -> Result<Answer, Answer> {
    verifier::only(&[Kind::Plain], &input.request)?;
    let request = verifier::http_request(&input.request)?;
    let now =
        NaiveDateTime::parse_from_str(&input.time, "%Y%m%dT%H%M%SZ").map_err(unrepresentable)?;
    let keys = verifier::keys(input)?;
    let look_up = move |asked: GetSigningKeyRequest| ready(signing_key(&keys, &asked));
    let mut key_service = service_for_signing_key_fn(look_up);
    let mut required = VecSignedHeaderRequirements::default();
    required.add_prefix("x-amz-");
    let options = match input.profile {
        Profile::S3 => SignatureOptions::S3,
        Profile::Generic => SignatureOptions::default(),
    };
    let (region, service) = (text(&input.region)?, text(&input.service)?);
    let validated = sigv4_validate_request(
        request,
        region,
        service,
        &mut key_service,
        now.and_utc(),
        &required,
        options,
    );
    Ok(match pollster::block_on(validated) {
        Ok(_) => Answer::Accept,
        Err(error) => reject(error),
    })
}

fn signing_key(
    keys: &Keys,
    asked: &GetSigningKeyRequest,
) -> Result<GetSigningKeyResponse, BoxError> {
    let unknown = || SignatureError::InvalidClientTokenId("no such key".to_owned());
    let known = |(id, _, token): &&(String, String, Option<String>)| {
        id == asked.access_key() && token.as_deref() == asked.session_token()
    };
    let (_, secret, _) = keys.iter().find(known).ok_or_else(unknown)?;
    let secret = KSecretKey::from_str(secret)?;
    let key = secret.to_ksigning(asked.request_date(), asked.region(), asked.service());
    let user = User::new("aws", "123456789012", "/", "user")?;
    Ok(GetSigningKeyResponse::builder().principal(user).signing_key(key).build()?)
}
