//! Canonical headers and the list of their names (specification: "Canonical headers").

use super::pairs::{Order, Pairs};

/// Takes in one header: the name in lower case, the value in canonical form.
pub(crate) fn add(pairs: &mut Pairs, name: &[u8], value: &[u8]) {
    pairs.add(
        |out| out.extend(name.iter().map(u8::to_ascii_lowercase)),
        |out| write_value(out, value),
    );
}

/// Appends `value` without white space at its ends and with each inner run of it as one space.
///
/// White space is what C's `isspace` says, as in aws-c-auth: space, TAB, LF, VT, FF, CR; so a
/// folded line becomes one value. Quotes mean nothing, bytes above 127 are kept.
pub(crate) fn write_value(out: &mut Vec<u8>, value: &[u8]) {
    let words = value.split(|byte| matches!(byte, b' ' | 9..=13)).filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}

/// Appends one `name:value` line per name, sorted by name; the values of a repeated name are
/// joined by a comma in the order in which they were sent.
pub(crate) fn write(pairs: &mut Pairs, out: &mut Vec<u8>) {
    let mut last: Option<&[u8]> = None;
    for (name, value) in pairs.sorted(Order::Name) {
        if last == Some(name) {
            out.push(b',');
        } else {
            if last.is_some() {
                out.push(b'\n');
            }
            out.extend_from_slice(name);
            out.push(b':');
        }
        out.extend_from_slice(value);
        last = Some(name);
    }
    if last.is_some() {
        out.push(b'\n');
    }
}

/// Appends the distinct names, sorted, joined by `;`.
pub(crate) fn write_names(pairs: &mut Pairs, out: &mut Vec<u8>) {
    let mut last: Option<&[u8]> = None;
    for (name, _) in pairs.sorted(Order::Name) {
        if last == Some(name) {
            continue;
        }
        if last.is_some() {
            out.push(b';');
        }
        out.extend_from_slice(name);
        last = Some(name);
    }
}
