//! Places of a signed request that may or may not be there.

use super::super::sent::Sent;

/// The value of the first header of this name.
pub(super) fn header<'s>(sent: &'s mut Sent, name: &str) -> Option<&'s mut String> {
    let named = sent.headers.iter_mut().find(|(own, _)| own.eq_ignore_ascii_case(name));
    named.map(|(_, value)| value)
}

/// The parameter of this name, with its name.
pub(super) fn parameter<'s>(sent: &'s mut Sent, name: &str) -> Option<&'s mut String> {
    sent.query.iter_mut().find(|piece| is_named(piece, name))
}

/// The credential, the list or the signature, with its name, in either placement.
pub(super) fn part<'s>(sent: &'s mut Sent, name: &str) -> Option<&'s mut String> {
    if sent.authorization.is_none() {
        return parameter(sent, &format!("X-Amz-{name}"));
    }
    sent.authorization.as_mut()?.fields.iter_mut().find(|field| is_named(field, name))
}

/// The text that follows the name and the equals sign.
pub(super) fn set(piece: &mut String, value: &str) -> Option<()> {
    let end = piece.find('=')? + 1;
    piece.replace_range(end.., value);
    Some(())
}

/// The indices of the parameters that are not those of signing.
pub(super) fn own_parameters(sent: &Sent) -> Vec<usize> {
    let is_own = |index: &usize| !sent.query[*index].starts_with("X-Amz-");
    (0..sent.query.len()).filter(is_own).collect()
}

fn is_named(piece: &str, name: &str) -> bool {
    piece.strip_prefix(name).is_some_and(|rest| rest.starts_with('='))
}
