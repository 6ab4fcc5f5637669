//! Step 3 of the canonical request: the canonical query string.

use std::borrow::Cow;
use std::cmp::Ordering;

use sigv4_vectors::model::{Placement, SigningInput};

use super::text::{CharacterMistakes, Encoder, decode, replaced, split_once, split_target, until};
use crate::catalogue::{Mistake, MistakeSet};

const CHARACTERS: CharacterMistakes = CharacterMistakes {
    utf16_surrogates: Mistake::QueryUtf16Surrogates,
    latin1: Mistake::QueryLatin1,
    nfc: Mistake::QueryNfc,
    lossy_utf8: Mistake::QueryLossyUtf8,
};

/// The parameters that an older signature version of S3 signed.
const SUB_RESOURCES: &[&[u8]] = &[
    b"acl",
    b"cors",
    b"delete",
    b"lifecycle",
    b"location",
    b"logging",
    b"notification",
    b"partNumber",
    b"policy",
    b"requestPayment",
    b"tagging",
    b"torrent",
    b"uploadId",
    b"uploads",
    b"versionId",
    b"versioning",
    b"versions",
    b"website",
];

/// A parameter of the query.
#[derive(Clone, Debug)]
pub(super) struct Parameter {
    /// Its name and its value, decoded.
    pub(super) name: Vec<u8>,
    pub(super) value: Vec<u8>,
    /// As the caller wrote it; nothing for one that the signer adds.
    pub(super) sent: Option<Vec<u8>>,
    /// How the canonical query writes the value, where that is not by the common rule.
    pub(super) written: Option<Vec<u8>>,
}

impl Parameter {
    /// A parameter that the signer adds.
    pub(super) fn own(name: &str, value: Vec<u8>) -> Self {
        Self { name: name.as_bytes().to_vec(), value, sent: None, written: None }
    }

    /// Whether the caller wrote it without an equals sign.
    fn is_bare(&self) -> bool {
        self.sent.as_ref().is_some_and(|sent| !sent.contains(&b'='))
    }
}

/// The caller's parameters, in the order in which they were sent.
pub(super) fn parameters(
    input: &SigningInput,
    placement: Placement,
    mistakes: MistakeSet,
) -> Vec<Parameter> {
    let has = |mistake| mistakes.contains(mistake);
    let Some(mut text) = split_target(&input.request.target).1 else { return Vec::new() };
    if has(Mistake::QuerySecondMarkCuts) {
        text = until(text, b"?");
    }
    if has(Mistake::QueryCutAtHash) {
        text = until(text, b"#");
    }
    let separates =
        |byte: &u8| *byte == b'&' || (*byte == b';' && has(Mistake::QuerySemicolonSeparates));
    let keep_nothing = has(Mistake::QueryEmptyPairsKept) && !text.is_empty();
    text.split(separates)
        .filter(|piece| !piece.is_empty() || keep_nothing)
        .filter(|piece| !(piece.contains(&b';') && has(Mistake::QuerySemicolonDrops)))
        .map(|piece| read(piece, mistakes))
        .filter(|parameter| is_kept(parameter, placement, mistakes))
        .collect()
}

/// The parameters of a form body, which do not belong into the query.
pub(super) fn form_parameters(input: &SigningInput, mistakes: MistakeSet) -> Vec<Parameter> {
    let is_form = input.request.headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case(b"content-type")
            && value.starts_with(b"application/x-www-form-urlencoded")
    });
    if !is_form || !mistakes.contains(Mistake::QueryFormBodyAdded) {
        return Vec::new();
    }
    let pieces = input.request.body.split(|&byte| byte == b'&');
    pieces.filter(|piece| !piece.is_empty()).map(|piece| read(piece, mistakes)).collect()
}

/// Splits a parameter at its first equals sign and decodes both sides.
fn read(piece: &[u8], mistakes: MistakeSet) -> Parameter {
    let has = |mistake| mistakes.contains(mistake);
    let (mut name, value) = split_once(piece, b'=');
    let mut value = value.unwrap_or_default();
    if has(Mistake::QuerySplitAtLastEquals)
        && let Some(at) = piece.iter().rposition(|&byte| byte == b'=')
    {
        (name, value) = (&piece[..at], &piece[at + 1..]);
    }
    if has(Mistake::QueryValueCutAtEquals) {
        value = until(value, b"=");
    }
    let decoded = |text: &[u8]| {
        let mut text = Cow::Borrowed(text);
        if has(Mistake::QueryPlusIsSpace) {
            text = replaced(&text, b"+", b" ").into();
        }
        if has(Mistake::QueryEscapedPlusIsSpace) {
            text = replaced(&replaced(&text, b"%2B", b"%20"), b"%2b", b"%20").into();
        }
        let mut text = decode(&text);
        if has(Mistake::QueryDecodedTwice) {
            text = decode(&text);
        }
        if has(Mistake::QueryNulCuts) {
            text.truncate(until(&text, b"\0").len());
        }
        CHARACTERS.applied(text, mistakes)
    };
    let (mut name, mut value) = (decoded(name), decoded(value));
    if has(Mistake::QueryValueTrimmed) {
        value = value.trim_ascii().to_vec();
    }
    if has(Mistake::QueryKeysLowerCased) {
        name.make_ascii_lowercase();
    }
    Parameter { name, value, sent: Some(piece.to_vec()), written: None }
}

fn is_kept(parameter: &Parameter, placement: Placement, mistakes: MistakeSet) -> bool {
    let has = |mistake| mistakes.contains(mistake);
    let is_x_amz =
        parameter.name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case(b"x-amz-"));
    !(has(Mistake::QueryMissing)
        || (parameter.is_bare() && has(Mistake::QueryValuelessDropped))
        || (parameter.value.is_empty() && has(Mistake::QueryEmptyValueDropped))
        || (parameter.name.is_empty() && has(Mistake::QueryEmptyKeyDropped))
        || (is_x_amz && placement == Placement::Header && has(Mistake::QueryXAmzDropped))
        || (has(Mistake::QuerySubResourcesOnly) && !SUB_RESOURCES.contains(&&parameter.name[..])))
}

/// A parameter with its name and value as the canonical query has them.
struct Encoded<'p> {
    name: Vec<u8>,
    value: Vec<u8>,
    parameter: Cow<'p, Parameter>,
}

/// The canonical query. "URI-encode each parameter name and value; sort by name, and by value
/// where names repeat; separate name and value by =, parameters by &."
pub(super) fn canonical<'p>(
    parameters: impl IntoIterator<Item = &'p Parameter>,
    mistakes: MistakeSet,
) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let encoders = Encoders::new(mistakes);
    let parameters = parameters.into_iter().map(Cow::Borrowed).collect();
    let mut encoded: Vec<Encoded<'_>> = without_repeats(parameters, mistakes)
        .into_iter()
        .map(|parameter| encoders.encoded(parameter, mistakes))
        .collect();
    sort(&mut encoded, mistakes);
    let length = encoded.iter().map(|encoded| encoded.name.len() + encoded.value.len() + 2);
    let mut out = Vec::with_capacity(length.sum());
    for Encoded { name, value, parameter } in &encoded {
        if !out.is_empty() {
            out.push(b'&');
        }
        out.extend(name);
        if !(parameter.is_bare() && has(Mistake::QueryValuelessWithoutEquals)) {
            out.push(b'=');
        }
        out.extend(value);
    }
    if !encoded.is_empty() && has(Mistake::QueryTrailingAmpersand) {
        out.push(b'&');
    }
    if !encoded.is_empty() && has(Mistake::QueryLeadingMark) {
        out.insert(0, b'?');
    }
    out
}

/// Repeated names are repeated in the canonical query; some signers keep them in a map.
fn without_repeats<'p>(
    parameters: Vec<Cow<'p, Parameter>>,
    mistakes: MistakeSet,
) -> Vec<Cow<'p, Parameter>> {
    let has = |mistake| mistakes.contains(mistake);
    let first_wins = has(Mistake::QueryRepeatsFirstWins);
    let last_wins = has(Mistake::QueryRepeatsLastWins);
    let joined = has(Mistake::QueryRepeatsJoined);
    let without_duplicates = has(Mistake::QueryDuplicatesRemoved);
    if !(first_wins || last_wins || joined || without_duplicates) {
        return parameters;
    }
    let mut kept: Vec<Cow<'p, Parameter>> = Vec::new();
    for parameter in parameters {
        match kept.iter_mut().find(|other| other.name == parameter.name) {
            Some(_) if first_wins => {}
            Some(other) if last_wins => *other = parameter,
            Some(other) if joined => {
                let other = other.to_mut();
                other.value.push(b',');
                other.value.extend(&parameter.value);
            }
            _ => {
                let is_there = |other: &Cow<'_, Parameter>| {
                    other.name == parameter.name && other.value == parameter.value
                };
                if !(without_duplicates && kept.iter().any(is_there)) {
                    kept.push(parameter);
                }
            }
        }
    }
    kept
}

struct Encoders {
    name: Encoder,
    value: Encoder,
}

impl Encoders {
    fn new(mistakes: MistakeSet) -> Self {
        let value = encoder(mistakes);
        let equals_raw = mistakes.contains(Mistake::QueryEqualsRaw);
        let value = if equals_raw { value.leaving(b"=") } else { value };
        Self { name: encoder(mistakes), value }
    }

    fn encoded<'p>(&self, parameter: Cow<'p, Parameter>, mistakes: MistakeSet) -> Encoded<'p> {
        let has = |mistake| mistakes.contains(mistake);
        let sent = parameter.sent.as_deref().map(|sent| split_once(sent, b'='));
        let (name, value) = match sent {
            Some((name, value)) if has(Mistake::QueryAsSent) => {
                (name.to_vec(), value.unwrap_or_default().to_vec())
            }
            Some((name, value)) if has(Mistake::QueryEncodedAgain) => {
                (self.name.encode(name), self.value.encode(value.unwrap_or_default()))
            }
            _ => {
                let raw = has(Mistake::QueryDecoded);
                let raw_name = raw || has(Mistake::QueryKeysNotEncoded);
                let raw_value = raw || has(Mistake::QueryValuesNotEncoded);
                let name = &parameter.name;
                let value = &parameter.value;
                (
                    if raw_name { name.clone() } else { self.name.encode(name) },
                    if raw_value { value.clone() } else { self.value.encode(value) },
                )
            }
        };
        let value = parameter.written.clone().unwrap_or(value);
        Encoded { name, value, parameter }
    }
}

fn encoder(mistakes: MistakeSet) -> Encoder {
    let has = |mistake| mistakes.contains(mistake);
    let mut encoder = Encoder::new();
    for (mistake, raw) in [
        (Mistake::QueryJsEncode, &b"!'()*"[..]),
        (Mistake::QueryStarRaw, b"*"),
        (Mistake::QuerySlashRaw, b"/"),
        (Mistake::QuerySwiftAllowedRaw, b"!$'()*+,/:;=?@"),
    ] {
        if has(mistake) {
            encoder = encoder.leaving(raw);
        }
    }
    if has(Mistake::QueryTildeEscaped) {
        encoder = encoder.escaping(b"~");
    }
    if has(Mistake::QueryLowerCaseHex) {
        encoder = encoder.in_lower_case();
    }
    if has(Mistake::QuerySpaceIsPlus) {
        encoder = encoder.with_plus_for_space();
    }
    encoder
}

/// "Sort the parameters by code point of the encoded name, then of the encoded value."
fn sort(parameters: &mut [Encoded<'_>], mistakes: MistakeSet) {
    let has = |mistake| mistakes.contains(mistake);
    if has(Mistake::QueryUnsorted) {
        return;
    }
    let repeats_keep_order = has(Mistake::QueryRepeatsKeepOrder);
    let then_by_value = |name: Ordering, left: &Encoded<'_>, right: &Encoded<'_>| {
        if repeats_keep_order { name } else { name.then_with(|| left.value.cmp(&right.value)) }
    };
    parameters.sort_by(|left, right| {
        let name = if has(Mistake::QuerySortedAsJoinedText) {
            return joined(left).cmp(&joined(right));
        } else if has(Mistake::QuerySortedBeforeEncoding) {
            let by_name = left.parameter.name.cmp(&right.parameter.name);
            return by_name.then_with(|| left.parameter.value.cmp(&right.parameter.value));
        } else if has(Mistake::QuerySortedAsUtf16) {
            utf16(&left.parameter.name).cmp(&utf16(&right.parameter.name))
        } else if has(Mistake::QuerySortedWithoutCase) {
            left.name.to_ascii_lowercase().cmp(&right.name.to_ascii_lowercase())
        } else if has(Mistake::QuerySortedByLocale) {
            by_locale(&left.name).cmp(&by_locale(&right.name))
        } else if has(Mistake::QuerySortedByNumber) {
            by_number(&left.name).cmp(&by_number(&right.name))
        } else {
            left.name.cmp(&right.name)
        };
        then_by_value(name, left, right)
    });
    if has(Mistake::QuerySortedBackwards) {
        parameters.reverse();
    }
}

fn joined(parameter: &Encoded<'_>) -> Vec<u8> {
    [&parameter.name[..], b"=", &parameter.value].concat()
}

fn utf16(text: &[u8]) -> Vec<u16> {
    String::from_utf8_lossy(text).encode_utf16().collect()
}

/// Punctuation before digits before letters; case counts where nothing else does, small first.
fn by_locale(text: &[u8]) -> (Vec<(u8, u8)>, Vec<bool>) {
    let primary = |byte: &u8| {
        let class = match byte {
            b'0'..=b'9' => 1,
            b'a'..=b'z' | b'A'..=b'Z' => 2,
            _ => 0,
        };
        (class, byte.to_ascii_lowercase())
    };
    (text.iter().map(primary).collect(), text.iter().map(u8::is_ascii_uppercase).collect())
}

/// What stands before the digits at the end, and their number.
fn by_number(text: &[u8]) -> (&[u8], usize, &[u8]) {
    let digits = text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (start, digits) = text.split_at(text.len() - digits);
    let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
    (start, digits.len() - zeros, &digits[zeros..])
}
