//! The reference against the vendor's crate.

use std::cell::RefCell;

use sigv4_protocol::{Answer, InProcess as _};
use sigv4_vectors::Secret;
use sigv4_vectors::model::SigningInput;

use super::agreement::conforms;
use super::{Outcome, Violation};
use crate::subject::AwsSigv4;

/// The vendor's crate conforms wherever the answer is normative.
///
/// If what it signs has to go into a header and is not visible ASCII, it panics
/// (`SigningInstructions::apply_to_request_http1x`). A fuzzer cannot continue after that, so such
/// inputs are left out.
pub fn reference_against_aws_sigv4(bytes: &[u8]) -> Result<Outcome, Violation> {
    thread_local! {
        static SIGNER: RefCell<AwsSigv4> = RefCell::new(AwsSigv4::new());
    }
    conforms("reference_against_aws_sigv4", bytes, |question| {
        let panics = question.calls().iter().any(|call| {
            let SigningInput { credentials, region, service, .. } = &call.input;
            let written = [&credentials.access_key_id, region, service];
            let mut written =
                written.into_iter().chain(credentials.session_token.as_ref().map(Secret::expose));
            written.any(|text| http::HeaderValue::from_str(&String::from_utf8_lossy(text)).is_err())
        });
        if panics {
            return Ok(Answer::unrepresentable("no visible ASCII"));
        }
        Ok(SIGNER.with_borrow_mut(|signer| signer.answer(question)))
    })
}
