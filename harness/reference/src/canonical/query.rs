//! The canonical query (specification: "Canonical query string").

use super::pairs::{Order, Pairs};
use super::percent::{self, Slash};

/// Splits a query as sent at `&` and takes each parameter in, decoded and encoded anew; `keep` is
/// asked with the name as sent. Empty pieces are dropped; a piece without `=` has an empty value;
/// `+` is a plus. Fails with the offset of a `%` that is not followed by two digits.
pub(crate) fn add_text(
    pairs: &mut Pairs,
    text: &[u8],
    keep: impl Fn(&[u8]) -> bool,
) -> Result<(), usize> {
    let mut offset = 0;
    for piece in text.split(|&byte| byte == b'&') {
        if let Some(invalid) = percent::decode(piece).find_map(Result::err) {
            return Err(offset + invalid);
        }
        offset += piece.len() + 1;
        let (name, value) = split(piece);
        if !piece.is_empty() && keep(name) {
            pairs.add(|out| encode_anew(out, name), |out| encode_anew(out, value));
        }
    }
    Ok(())
}

/// Takes in one parameter whose value comes in pieces, none of it encoded yet.
pub(crate) fn add_pieces(pairs: &mut Pairs, name: &str, value: &[&[u8]]) {
    pairs.add(
        |out| percent::encode(out, name.as_bytes(), Slash::Encode),
        |out| value.iter().for_each(|piece| percent::encode(out, piece, Slash::Encode)),
    );
}

/// Appends all parameters sorted by encoded name, then by encoded value.
pub(crate) fn write(pairs: &mut Pairs, out: &mut Vec<u8>) {
    for (index, (name, value)) in pairs.sorted(Order::NameThenValue).enumerate() {
        if index > 0 {
            out.push(b'&');
        }
        out.extend_from_slice(name);
        out.push(b'=');
        out.extend_from_slice(value);
    }
}

/// Name and value of one parameter as sent.
pub(crate) fn split(piece: &[u8]) -> (&[u8], &[u8]) {
    match piece.iter().position(|&byte| byte == b'=') {
        Some(at) => (&piece[..at], &piece[at + 1..]),
        None => (piece, b""),
    }
}

fn encode_anew(out: &mut Vec<u8>, text: &[u8]) {
    for byte in percent::decode(text).flatten() {
        percent::encode(out, &[byte], Slash::Encode);
    }
}
