//! ECDSA signatures in other forms than the hexadecimal digits of DER.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sigv4_reference::Request;
use sigv4_reference::v4a::EcdsaSignature;

use super::texts::decoded;

/// The text in the place of the signature.
pub(super) fn signature_text<'r>(request: &Request<'r>) -> Option<&'r [u8]> {
    let whole = request.header("authorization").unwrap_or(request.target);
    let at = memchr::memmem::find(whole, b"Signature=")? + b"Signature=".len();
    let rest = &whole[at..];
    let end = rest.iter().position(|byte| b"&, ".contains(byte)).unwrap_or(rest.len());
    Some(&rest[..end])
}

/// What a signature in another form is, and the right form of it; nothing where it is the right one.
pub(super) fn written_otherwise(text: &[u8]) -> Option<(&'static str, Option<Vec<u8>>)> {
    let of_numbers = |bytes: &[u8]| {
        let (r, s) = bytes.split_first_chunk::<32>()?;
        EcdsaSignature::from_numbers(r, s.try_into().ok()?).ok()
    };
    let in_hex = |signature: EcdsaSignature| signature.digits().as_bytes().to_vec();
    let bytes = bytes_of(text);
    if let Some(signature) = bytes.as_deref().and_then(of_numbers) {
        return Some(("the signature is r and s, one after the other", Some(in_hex(signature))));
    }
    if let Some(bytes) = &bytes {
        if EcdsaSignature::from_der(bytes).is_ok() {
            let what = "the signature is in upper-case digits";
            return Some((what, Some(text.to_ascii_lowercase())));
        }
        if bytes.len() == 32 {
            return Some(("the signature has 64 digits: it is an HMAC, not one of ECDSA", None));
        }
        return None;
    }
    let bytes = STANDARD.decode(decoded(text)).ok()?;
    let signature = EcdsaSignature::from_der(&bytes).ok().or_else(|| of_numbers(&bytes))?;
    Some(("the signature is in base64", Some(in_hex(signature))))
}

/// The bytes of hexadecimal digits of either case.
fn bytes_of(digits: &[u8]) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_chunks::<2>();
    let value =
        |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let bytes = pairs.iter().map(|&[high, low]| Some(value(high)? << 4 | value(low)?));
    bytes.collect::<Option<Vec<u8>>>().filter(|_| rest.is_empty())
}

/// A text with the first occurrence of another replaced.
pub(super) fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    match memchr::memmem::find(text, from) {
        Some(at) => [&text[..at], to, &text[at + from.len()..]].concat(),
        None => text.to_vec(),
    }
}
