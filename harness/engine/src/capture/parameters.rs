//! The parameters of a query or a form, decoded.

use sigv4_reference::canonical::percent;

/// Names and values in order, decoded.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Parameters(Vec<(Vec<u8>, Vec<u8>)>);

impl Parameters {
    /// Those of a request target.
    pub(super) fn of_target(target: &[u8]) -> Self {
        let query = target.iter().position(|&byte| byte == b'?').map(|mark| &target[mark + 1..]);
        Self::parse(query.unwrap_or_default())
    }

    /// Those of a query or a form, in which a plus is a space.
    pub(super) fn parse(text: &[u8]) -> Self {
        let pieces = text.split(|&byte| byte == b'&').filter(|piece| !piece.is_empty());
        let pairs = pieces.map(|piece| {
            let end = piece.iter().position(|&byte| byte == b'=').unwrap_or(piece.len());
            let value = piece.get(end + 1..).unwrap_or_default();
            (decoded(&piece[..end]), decoded(value))
        });
        Self(pairs.collect())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The first value with this name.
    pub(super) fn get(&self, name: &str) -> Option<&[u8]> {
        let mut all = self.0.iter();
        all.find(|(own, _)| own == name.as_bytes()).map(|(_, value)| &value[..])
    }

    /// The first value with this name, if it is text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.get(name)?).ok()
    }
}

fn decoded(text: &[u8]) -> Vec<u8> {
    let spaced = text.iter().map(|&byte| if byte == b'+' { b' ' } else { byte });
    percent_decoded(&spaced.collect::<Vec<u8>>())
}

/// Bytes without their percent-escapes. A `%` without two digits stands for itself.
pub(super) fn percent_decoded(bytes: &[u8]) -> Vec<u8> {
    percent::decode(bytes).map(|byte| byte.unwrap_or(b'%')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded() {
        let all = Parameters::of_target(b"/?a+b=c%2Bd%&uploads&x=1&x=2&=y");
        assert_eq!(all.get("a b"), Some(&b"c+d%"[..]));
        assert_eq!(all.get("uploads"), Some(&b""[..]));
        assert_eq!(all.text("x"), Some("1"));
        assert!(!all.has("y") && !Parameters::of_target(b"/").has(""));
    }
}
