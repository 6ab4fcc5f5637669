//! What a signature is computed from, in pieces, so that two changes that touch different pieces
//! can be put together without signing the request again.

use std::cmp::Ordering;

use sha2::{Digest as _, Sha256};
use sigv4_protocol::hex::hex;
use sigv4_reference::{Signature, SigningKey};

/// A piece of the canonical request or of the string to sign, in the order in which they are
/// written.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Piece {
    Method,
    Path,
    Query,
    /// The line of the header with this name.
    Header(Vec<u8>),
    SignedHeaders,
    Payload,
    /// The string to sign up to the hash of the canonical request.
    Head,
}

/// Everything that a signature is computed from.
#[derive(Clone, Debug)]
pub(super) struct Account {
    /// Sorted by piece.
    pieces: Vec<(Piece, Vec<u8>)>,
    key: SigningKey,
}

/// How one account differs from another.
#[derive(Clone, Debug, Default)]
pub(super) struct Edit {
    /// What the pieces become, sorted by piece; `None` for one that is left out.
    pieces: Vec<(Piece, Option<Vec<u8>>)>,
    key: Option<SigningKey>,
}

impl Account {
    /// The account of a canonical request, its string to sign and the key. `None` if the texts are
    /// not built as a correct signer builds them.
    pub(super) fn of(
        canonical_request: &[u8],
        string_to_sign: &[u8],
        key: SigningKey,
    ) -> Option<Self> {
        let hash = hex(&Sha256::digest(canonical_request));
        let head = string_to_sign.strip_suffix(hash.as_bytes())?;
        let mut lines = canonical_request.split(|byte| *byte == b'\n');
        let mut pieces = vec![
            (Piece::Method, lines.next()?.to_vec()),
            (Piece::Path, lines.next()?.to_vec()),
            (Piece::Query, lines.next()?.to_vec()),
        ];
        for line in lines.by_ref().take_while(|line| !line.is_empty()) {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let piece = Piece::Header(line[..colon].to_vec());
            // In another order the pieces would not make the same text again.
            if pieces.last().is_some_and(|(last, _)| *last >= piece) {
                return None;
            }
            pieces.push((piece, line.to_vec()));
        }
        pieces.push((Piece::SignedHeaders, lines.next()?.to_vec()));
        pieces.push((Piece::Payload, lines.next()?.to_vec()));
        pieces.push((Piece::Head, head.to_vec()));
        lines.next().is_none().then(|| Self { pieces, key })
    }

    /// How long the canonical request is, nearly.
    pub(super) fn len(&self) -> usize {
        self.pieces.iter().map(|(_, text)| text.len() + 1).sum()
    }

    /// The same with another key.
    pub(super) fn with_key(mut self, key: SigningKey) -> Self {
        self.key = key;
        self
    }

    /// The same with `new` for the first `old` in a piece.
    pub(super) fn rewritten(mut self, wanted: &Piece, old: &[u8], new: &[u8]) -> Self {
        for (_, text) in self.pieces.iter_mut().filter(|(piece, _)| piece == wanted) {
            if let Some(at) = memchr::memmem::find(text, old) {
                text.splice(at..at + old.len(), new.iter().copied());
            }
        }
        self
    }

    pub(super) fn signature(&self) -> Signature {
        let pieces: Vec<(&Piece, &[u8])> =
            self.pieces.iter().map(|(piece, text)| (piece, &text[..])).collect();
        signature(&pieces, &self.key)
    }

    /// How `other` differs from this one.
    pub(super) fn edit(&self, other: &Self) -> Edit {
        let mut pieces = Vec::new();
        let (mut own, mut others) = (&self.pieces[..], &other.pieces[..]);
        // Both are sorted by piece.
        loop {
            let order = match (own.first(), others.first()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((own, _)), Some((other, _))) => own.cmp(other),
            };
            if order == Ordering::Less {
                pieces.extend(own.first().map(|(piece, _)| (piece.clone(), None)));
            } else if let Some((piece, text)) = others.first()
                && own.first().filter(|_| order == Ordering::Equal) != others.first()
            {
                pieces.push((piece.clone(), Some(text.clone())));
            }
            own = &own[usize::from(order != Ordering::Greater)..];
            others = &others[usize::from(order != Ordering::Less)..];
        }
        let is_other = self.key.as_bytes() != other.key.as_bytes();
        Edit { pieces, key: is_other.then(|| other.key.clone()) }
    }

    /// The signature after both edits; `None` if they touch the same piece.
    pub(super) fn signature_after(&self, one: &Edit, other: &Edit) -> Option<Signature> {
        if one.touches_what(other) {
            return None;
        }
        let mut pieces: Vec<(&Piece, &[u8])> =
            self.pieces.iter().map(|(piece, text)| (piece, &text[..])).collect();
        for (piece, text) in one.pieces.iter().chain(&other.pieces) {
            match (pieces.binary_search_by(|(own, _)| (*own).cmp(piece)), text) {
                (Ok(at), Some(text)) => pieces[at].1 = text,
                (Ok(at), None) => _ = pieces.remove(at),
                (Err(at), Some(text)) => pieces.insert(at, (piece, text)),
                (Err(_), None) => {}
            }
        }
        let key = one.key.as_ref().or(other.key.as_ref()).unwrap_or(&self.key);
        Some(signature(&pieces, key))
    }
}

impl Edit {
    /// Whether nothing differs.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty() && self.key.is_none()
    }

    fn touches_what(&self, other: &Self) -> bool {
        let (few, many) = if self.pieces.len() < other.pieces.len() {
            (&self.pieces, &other.pieces)
        } else {
            (&other.pieces, &self.pieces)
        };
        let is_touched =
            |(piece, _): &(Piece, _)| many.binary_search_by(|(own, _)| own.cmp(piece)).is_ok();
        (self.key.is_some() && other.key.is_some()) || few.iter().any(is_touched)
    }
}

/// The signature of sorted pieces.
fn signature(pieces: &[(&Piece, &[u8])], key: &SigningKey) -> Signature {
    let size = pieces.iter().map(|(_, text)| text.len() + 2).sum();
    let mut canonical_request = Vec::with_capacity(size);
    let mut string_to_sign = Vec::new();
    for (piece, text) in pieces {
        match piece {
            Piece::Head => string_to_sign.extend(*text),
            Piece::Payload => canonical_request.extend(*text),
            Piece::SignedHeaders => {
                // An empty line ends the headers.
                canonical_request.push(b'\n');
                canonical_request.extend(*text);
                canonical_request.push(b'\n');
            }
            _ => {
                canonical_request.extend(*text);
                canonical_request.push(b'\n');
            }
        }
    }
    string_to_sign.extend(hex(&Sha256::digest(&canonical_request)).as_bytes());
    key.sign(&string_to_sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    fn account(canonical_request: &str) -> Option<Account> {
        let hash = hex(&Sha256::digest(canonical_request));
        let string_to_sign =
            format!("AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/r/s/aws4_request\n{hash}");
        Account::of(
            canonical_request.as_bytes(),
            string_to_sign.as_bytes(),
            SigningKey::from_bytes(&KEY),
        )
    }

    #[test]
    fn two_edits_together_are_the_request_with_both() {
        let of = |text| account(text).expect("a canonical request");
        let base = of("GET\n/a\n\nhost:h\nx-a:1\n\nhost;x-a\ne3");
        let path = of("GET\n/b\n\nhost:h\nx-a:1\n\nhost;x-a\ne3");
        let headers = of("GET\n/a\n\nhost:h\nte:x\n\nhost;te\ne3");
        let both = of("GET\n/b\n\nhost:h\nte:x\n\nhost;te\ne3");
        let (path, headers) = (base.edit(&path), base.edit(&headers));
        assert_eq!(base.signature_after(&path, &headers), Some(both.signature()));
        assert_eq!(base.signature_after(&path, &path), None, "both change the path");
        assert!(base.edit(&base).is_empty() && !path.is_empty());
    }

    #[test]
    fn another_key_and_another_time_are_edits() {
        let base = account("GET\n/\n\nhost:h\n\nhost\ne3").expect("a canonical request");
        let later = base.clone().rewritten(&Piece::Head, b"T123600Z", b"T123601Z");
        let keyed = base.clone().with_key(SigningKey::from_bytes(&[8; 32]));
        let both = later.clone().with_key(SigningKey::from_bytes(&[8; 32]));
        let found = base.signature_after(&base.edit(&later), &base.edit(&keyed));
        assert_eq!(found, Some(both.signature()));
    }

    #[test]
    fn what_no_correct_signer_writes_has_no_account() {
        for text in ["GET\n/\n\nx:1\nhost:h\n\nhost;x\ne3", "GET\n/\n\nhost\n\nhost\ne3", "GET\n/"]
        {
            assert!(account(text).is_none(), "{text}");
        }
    }
}
