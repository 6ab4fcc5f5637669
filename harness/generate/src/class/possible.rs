//! Which points a question may touch, by a quick check.
//!
//! The search computes a class for each case, and most points need bytes that most requests do not
//! contain.

use super::{CONTESTED, Class, OWN_HEADERS, Point, SINGLETONS, Scene};

/// The points that are not ruled out by the bytes in the parts of the question. All others are not
/// touched; whether one of these is touched, [`Point::is_touched`] says.
pub(super) fn points(scene: &Scene<'_>) -> Class {
    let request = &scene.input.request;
    let credentials = &scene.input.credentials;
    let token = credentials.session_token.as_deref().unwrap_or_default();
    let values = request.headers.iter().fold(0, |all, (_, value)| all | kinds(value));
    let (path, query) = (kinds(scene.path), kinds(scene.query));
    let (mut names, mut repeated) = (0, 0);
    for (name, _) in &request.headers {
        let mark = mark(name);
        repeated |= names & mark;
        names |= mark;
    }
    let signer = [
        &scene.input.region,
        &scene.input.service,
        &credentials.access_key_id,
        credentials.secret_access_key.expose(),
    ];
    let signer = signer.into_iter().fold(kinds(token), |all, text| all | kinds(text));

    let ruled_out = [
        (Point::BlankInToken, token.is_empty()),
        (Point::ContestedHeader, names & const { marks(CONTESTED) } == 0),
        (Point::ControlInHeader, values & CONTROL == 0),
        (Point::EmptyPath, !scene.path.is_empty()),
        (Point::EscapeNotStrict, query & PERCENT == 0),
        (Point::FinalDotSegment, scene.path.last() != Some(&b'.')),
        (Point::NonUtf8, (values | path | query | signer) & HIGH == 0),
        (Point::NonUtf8Escape, query & PERCENT == 0 || !decodes_beyond_ascii(scene.query)),
        (Point::ObsoleteFold, values & BREAK == 0),
        (Point::OddPath, path & CUT == 0),
        (
            Point::OwnAuthentication,
            names & const { marks(OWN_HEADERS) } == 0 && query & (PERCENT | LETTER_X) == 0,
        ),
        (Point::PathForm, scene.input.normalize || scene.input.double_encode),
        (Point::PathSwitches, scene.input.normalize == scene.input.double_encode),
        (Point::QueryNotStrict, query & RESERVED == 0),
        (Point::QueryParts, scene.query.is_empty()),
        (Point::QuotedBlanks, (values | kinds(token)) & QUOTE == 0),
        (Point::RepeatedParameter, !scene.presigned || !scene.query.contains(&b'&')),
        (Point::RepeatedSingleton, repeated & const { marks(SINGLETONS) } == 0),
        (Point::UnicodeBlank, values & HIGH == 0),
    ];
    let bits = ruled_out.into_iter().filter(|(_, is_out)| *is_out);
    Class(bits.fold(Class::ALL, |possible, (point, _)| possible & !point.bit()))
}

/// Control bytes, except those that break a line.
const CONTROL: u8 = 1;
/// CR and LF.
const BREAK: u8 = 1 << 1;
/// The quotation mark.
const QUOTE: u8 = 1 << 2;
/// Beyond ASCII.
const HIGH: u8 = 1 << 3;
/// The percent sign.
const PERCENT: u8 = 1 << 4;
/// What a query has to escape.
const RESERVED: u8 = 1 << 5;
/// Where a URL parser may split.
const CUT: u8 = 1 << 6;

/// The letter that all parameters of signing begin with.
const LETTER_X: u8 = 1 << 7;

/// The kinds of bytes that a text contains.
fn kinds(text: &[u8]) -> u8 {
    text.iter().fold(0, |kinds, byte| kinds | KINDS[usize::from(*byte)])
}

static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = u8::MAX;
    loop {
        kinds[byte as usize] = kind(byte);
        if byte == 0 {
            break kinds;
        }
        byte -= 1;
    }
};

const fn kind(byte: u8) -> u8 {
    let kind = match byte {
        b'\r' | b'\n' => BREAK,
        b'\t' => CONTROL | CUT,
        0..b' ' | 0x7F => CONTROL,
        b'"' => QUOTE,
        b'%' => PERCENT,
        b'#' | b';' | b':' => CUT,
        b'x' | b'X' => LETTER_X,
        0x80.. => HIGH,
        _ => 0,
    };
    match byte {
        b'A'..=b'Z'
        | b'a'..=b'z'
        | b'0'..=b'9'
        | b'-'
        | b'.'
        | b'_'
        | b'~'
        | b'%'
        | b'&'
        | b'=' => kind,
        _ => kind | RESERVED,
    }
}

/// A bit for the first letter and the length of a name: names with different bits are different.
const fn mark(name: &[u8]) -> u64 {
    let first = if name.is_empty() { 0 } else { name[0].to_ascii_lowercase() };
    1 << ((name.len() + 5 * first as usize) % 64)
}

/// The bits of all these names.
const fn marks(names: &[&[u8]]) -> u64 {
    let mut marks = 0;
    let mut index = 0;
    while index < names.len() {
        marks |= mark(names[index]);
        index += 1;
    }
    marks
}

/// Whether any byte of a query, or any that is escaped in it, may be beyond ASCII.
fn decodes_beyond_ascii(query: &[u8]) -> bool {
    let is_high_digit = |byte: u8| matches!(byte, b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F');
    !query.is_ascii() || query.windows(2).any(|pair| pair[0] == b'%' && is_high_digit(pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CaseId;

    #[test]
    fn what_is_ruled_out_is_not_touched() {
        for number in 0..20_000 {
            for call in (CaseId { seed: 5, number }).calls() {
                let scene = Scene::new(&call);
                let touched = Point::ALL.iter().filter(|point| point.is_touched(&scene));
                let plainly = touched.fold(0, |bits, point| bits | point.bit());
                assert_eq!(Class::of(&call), Class(plainly), "{call:?}");
                assert_eq!(Class::is_core_of(&call), plainly == 0, "{call:?}");
            }
        }
    }
}
