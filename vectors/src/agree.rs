//! Whether the parts of what a vector expects of a signer belong together.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::model::Signing;
use crate::problem::ProblemKind;
use crate::signature::Signature;

/// The first two parts that do not, if there are any. Whether they are right is for others to say: this only asks if each
/// follows from the one before.
pub(crate) fn disagreement(signing: &Signing) -> Option<ProblemKind> {
    let expect = &signing.expect;
    let hash = hex(&Sha256::digest(&*expect.canonical_request));
    if !expect.string_to_sign.ends_with(hash.as_bytes()) {
        return Some(ProblemKind::OtherCanonicalRequest { hash });
    }
    let Signature::HmacSha256(stated) = &expect.signature else { return None };
    let mut mac = Hmac::<Sha256>::new_from_slice(&bytes(&expect.signing_key)).ok()?;
    mac.update(&expect.string_to_sign);
    let computed = hex(&mac.finalize().into_bytes());
    if **stated != computed {
        return Some(ProblemKind::OtherStringToSign { computed });
    }
    let sent = &expect.signed_request;
    let carries = |text: &[u8]| memchr::memmem::find(text, computed.as_bytes()).is_some();
    let is_sent = carries(&sent.target) || sent.headers.iter().any(|(_, value)| carries(value));
    (!is_sent).then_some(ProblemKind::OtherSignatureSent)
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// The bytes of hexadecimal digits.
fn bytes(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks_exact(2).filter_map(|pair| str::from_utf8(pair).ok());
    pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}
