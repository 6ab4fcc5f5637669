//! The text of a signature in a request.

use sigv4_reference::Request;

/// The text in the place of the signature.
pub(super) fn signature_text<'r>(request: &Request<'r>) -> Option<&'r [u8]> {
    let whole = request.header("authorization").unwrap_or(request.target);
    let at = memchr::memmem::find(whole, b"Signature=")? + b"Signature=".len();
    let rest = &whole[at..];
    let end = rest.iter().position(|byte| b"&, ".contains(byte)).unwrap_or(rest.len());
    Some(&rest[..end])
}

/// A text with the first occurrence of another replaced.
pub(super) fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    match memchr::memmem::find(text, from) {
        Some(at) => [&text[..at], to, &text[at + from.len()..]].concat(),
        None => text.to_vec(),
    }
}
