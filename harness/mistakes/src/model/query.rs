//! Step 3 of the canonical request: the canonical query string.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use sigv4_vectors::model::{Placement, SigningInput};

use super::order::{
    as_object_key, by_locale, by_number, shorter_first, small_letters_first, utf16, without_hyphens,
};
use super::text::{
    BEYOND_ASCII, CharacterMistakes, Encoder, decode, first_marks_escaped, js_escaped, replaced,
    split_once, split_target, until,
};
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
    /// As the caller wrote it; `None` for one that the signer adds.
    pub(super) sent: Option<Vec<u8>>,
    /// How the canonical query writes the value, if it does not follow the common rule.
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
    if has(Mistake::QueryFirstByteDropped) {
        text = text.get(1..).unwrap_or_default();
    }
    if has(Mistake::QueryEscapedHashCuts) {
        text = until(text, b"%23");
    }
    if has(Mistake::QuerySecondMarkCuts) {
        text = until(text, b"?");
    }
    if has(Mistake::QueryCutAtHash) {
        text = until(text, b"#");
    }
    let decoded;
    if has(Mistake::QueryDecodedBeforeSplit) {
        // Everything else is decoded later, with the same result.
        let separators = [(&b"%26"[..], b"&"), (b"%3D", b"="), (b"%3d", b"=")];
        decoded = separators
            .iter()
            .fold(text.to_vec(), |text, (escape, byte)| replaced(&text, escape, *byte));
        text = &decoded;
    }
    let separates =
        |byte: &u8| *byte == b'&' || (*byte == b';' && has(Mistake::QuerySemicolonSeparates));
    let keep_nothing = has(Mistake::QueryEmptyPairsKept) && !text.is_empty();
    let mut parameters: Vec<Parameter> = text
        .split(separates)
        .filter(|piece| !piece.is_empty() || keep_nothing)
        .filter(|piece| !(piece.contains(&b';') && has(Mistake::QuerySemicolonDrops)))
        .map(|piece| read(piece, mistakes))
        .filter(|parameter| is_kept(parameter, placement, mistakes))
        .collect();
    if has(Mistake::QueryLastDropped) {
        parameters.pop();
    }
    if has(Mistake::QueryCutAt128) {
        parameters.truncate(128);
    }
    parameters
}

/// The parameters of a form body, which do not belong in the query.
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
    if has(Mistake::QuerySpacesCollapsed) {
        value.dedup_by(|left, right| (*left, *right) == (b' ', b' '));
    }
    if has(Mistake::QueryValueCutAt1024) {
        value.truncate(1024);
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
        || (has(Mistake::QueryZeroDropped) && parameter.value == b"0")
        || (has(Mistake::QueryPrototypeLost) && parameter.name == b"__proto__")
        || (is_x_amz && placement == Placement::Header && has(Mistake::QueryXAmzDropped))
        || (has(Mistake::QuerySubResourcesOnly) && !SUB_RESOURCES.contains(&&parameter.name[..])))
}

/// A parameter with its name and value as they are in the canonical query.
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
    let parameters: Vec<Cow<'_, Parameter>> = parameters.into_iter().map(Cow::Borrowed).collect();
    if has(Mistake::QuerySingleAsSent)
        && let [parameter] = &parameters[..]
        && let Some(sent) = &parameter.sent
    {
        return sent.clone();
    }
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
        let drops_equals = (has(Mistake::QueryValuelessWithoutEquals) && parameter.is_bare())
            || (has(Mistake::QueryEmptyValueWithoutEquals) && value.is_empty());
        if !drops_equals {
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

/// Repeated names stay repeated in the canonical query; some signers keep them in a map.
fn without_repeats<'p>(
    parameters: Vec<Cow<'p, Parameter>>,
    mistakes: MistakeSet,
) -> Vec<Cow<'p, Parameter>> {
    let has = |mistake| mistakes.contains(mistake);
    if has(Mistake::QueryValuesAsLists) || has(Mistake::QueryRepeatsIndexed) {
        return as_lists(parameters, has(Mistake::QueryRepeatsIndexed));
    }
    let first_wins = has(Mistake::QueryRepeatsFirstWins);
    let last_wins = has(Mistake::QueryRepeatsLastWins);
    let joined = has(Mistake::QueryRepeatsJoined);
    let one_a_name = first_wins || last_wins || joined;
    let without_duplicates = has(Mistake::QueryDuplicatesRemoved) && !one_a_name;
    if !(one_a_name || without_duplicates) {
        return parameters;
    }
    let mut kept: Vec<Cow<'p, Parameter>> = Vec::new();
    let mut firsts: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut seen = HashSet::new();
    for parameter in parameters {
        if without_duplicates && !seen.insert((parameter.name.clone(), parameter.value.clone())) {
            continue;
        }
        match firsts.get(&parameter.name) {
            Some(_) if first_wins => {}
            Some(first) if last_wins => kept[*first] = parameter,
            Some(first) if joined => {
                let other = kept[*first].to_mut();
                other.value.push(b',');
                other.value.extend(&parameter.value);
            }
            _ => {
                firsts.entry(parameter.name.clone()).or_insert(kept.len());
                kept.push(parameter);
            }
        }
    }
    kept
}

/// The parameters as a map from names to lists of values: each list as text, or, if `indexed`, each
/// value of a longer list with its index after the name.
fn as_lists(parameters: Vec<Cow<'_, Parameter>>, indexed: bool) -> Vec<Cow<'_, Parameter>> {
    let mut lists: Vec<Vec<Cow<'_, Parameter>>> = Vec::new();
    let mut firsts: HashMap<Vec<u8>, usize> = HashMap::new();
    for parameter in parameters {
        let at = *firsts.entry(parameter.name.clone()).or_insert(lists.len());
        match lists.get_mut(at) {
            Some(list) => list.push(parameter),
            None => lists.push(vec![parameter]),
        }
    }
    let mut kept = Vec::new();
    for mut list in lists {
        if indexed {
            if list.len() > 1 {
                for (index, parameter) in list.iter_mut().enumerate() {
                    parameter.to_mut().name.extend(format!("[{index}]").into_bytes());
                }
            }
            kept.extend(list);
        } else {
            let quoted = list.iter().map(|parameter| [b"'", &parameter.value[..], b"'"].concat());
            let text = quoted.collect::<Vec<_>>().join(&b", "[..]);
            let mut parameter = list.swap_remove(0);
            parameter.to_mut().value = [b"[", &text[..], b"]"].concat();
            kept.push(parameter);
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
        let plus = mistakes.contains(Mistake::QueryValueSpaceIsPlus);
        let value = if plus { value.with_plus_for_space() } else { value };
        Self { name: encoder(mistakes), value }
    }

    fn encoded<'p>(&self, parameter: Cow<'p, Parameter>, mistakes: MistakeSet) -> Encoded<'p> {
        let has = |mistake| mistakes.contains(mistake);
        let sent = parameter.sent.as_deref().map(|sent| split_once(sent, b'='));
        let (name, value) = match sent {
            Some((name, value)) if has(Mistake::QueryAsSent) => {
                (name.to_vec(), value.unwrap_or_default().to_vec())
            }
            Some((name, value)) if has(Mistake::QueryPercentRaw) => {
                let [name_encoder, value_encoder] =
                    [&self.name, &self.value].map(|encoder| encoder.clone().leaving(b"%"));
                (name_encoder.encode(name), value_encoder.encode(value.unwrap_or_default()))
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
                    if raw_name { name.clone() } else { written(name, &self.name, mistakes) },
                    if raw_value { value.clone() } else { written(value, &self.value, mistakes) },
                )
            }
        };
        let value = if has(Mistake::QueryValuelessUndefined) && parameter.is_bare() {
            b"undefined".to_vec()
        } else {
            parameter.written.clone().unwrap_or(value)
        };
        Encoded { name, value, parameter }
    }
}

/// A name or a value, encoded.
fn written(text: &[u8], encoder: &Encoder, mistakes: MistakeSet) -> Vec<u8> {
    if mistakes.contains(Mistake::QueryEscapesInValuesKept) {
        encoder.encode_around_escapes(text)
    } else if mistakes.contains(Mistake::QueryJsEscape) {
        js_escaped(text)
    } else if mistakes.contains(Mistake::QueryFirstMarkReplaced) {
        first_marks_escaped(&encoder.encode(text))
    } else {
        encoder.encode(text)
    }
}

fn encoder(mistakes: MistakeSet) -> Encoder {
    let has = |mistake| mistakes.contains(mistake);
    let mut encoder = Encoder::new();
    for (mistake, raw) in [
        (Mistake::QueryFirstMarkReplaced, &b"!'()*"[..]),
        (Mistake::QueryNonAsciiRaw, &BEYOND_ASCII),
        (Mistake::QueryBracesRaw, b"{}"),
        (Mistake::QueryBracketsRaw, b"[]"),
        (Mistake::QueryColonRaw, b":"),
        (Mistake::QueryCommaRaw, b","),
        (Mistake::QueryJsEncode, b"!'()*"),
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
    if has(Mistake::QueryPunctuationEscaped) {
        encoder = encoder.escaping(b"-._~");
    }
    if has(Mistake::QueryLowerCaseHex) {
        encoder = encoder.in_lower_case();
    }
    if has(Mistake::QueryHexUnpadded) {
        encoder = encoder.unpadded();
    }
    if has(Mistake::QuerySignExtended) {
        encoder = encoder.sign_extended();
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
    if has(Mistake::QueryRepeatsReversed) {
        parameters.reverse();
    }
    let repeats_keep_order =
        has(Mistake::QueryRepeatsKeepOrder) || has(Mistake::QueryRepeatsReversed);
    let by_value = |left: &Encoded<'_>, right: &Encoded<'_>| {
        if repeats_keep_order {
            Ordering::Equal
        } else if has(Mistake::QueryRepeatsSortedByNumber) {
            by_number(&left.value).cmp(&by_number(&right.value))
        } else {
            left.value.cmp(&right.value)
        }
    };
    parameters.sort_by(|left, right| {
        let (name, other) = (&left.name, &right.name);
        let by_name = if has(Mistake::QuerySortedAsJoinedText) {
            return joined(left).cmp(&joined(right));
        } else if has(Mistake::QuerySortedBeforeEncoding) {
            let by_name = left.parameter.name.cmp(&right.parameter.name);
            return by_name.then_with(|| left.parameter.value.cmp(&right.parameter.value));
        } else if has(Mistake::QuerySortedByLowerCaseKey) {
            return name.to_ascii_lowercase().cmp(&other.to_ascii_lowercase());
        } else if has(Mistake::QuerySortedByFirstByte) {
            return name.first().cmp(&other.first());
        } else if has(Mistake::QuerySortedByValue) {
            return left.value.cmp(&right.value);
        } else if has(Mistake::QuerySortedAsUtf16) {
            utf16(&left.parameter.name).cmp(&utf16(&right.parameter.name))
        } else if has(Mistake::QuerySortedWithoutCase) {
            name.to_ascii_lowercase().cmp(&other.to_ascii_lowercase())
        } else if has(Mistake::QuerySortedByLocale) {
            by_locale(name).cmp(&by_locale(other))
        } else if has(Mistake::QuerySortedByNumber) {
            by_number(name).cmp(&by_number(other))
        } else if has(Mistake::QuerySortedShorterFirst) {
            shorter_first(name).cmp(&shorter_first(other))
        } else if has(Mistake::QuerySortedSmallLettersFirst) {
            small_letters_first(name).cmp(&small_letters_first(other))
        } else if has(Mistake::QuerySortedWithoutHyphens) {
            without_hyphens(name).cmp(&without_hyphens(other))
        } else {
            name.cmp(other)
        };
        by_name.then_with(|| by_value(left, right))
    });
    if has(Mistake::QuerySortedBackwards) {
        parameters.reverse();
    }
    if has(Mistake::QueryIntegerKeysFirst) {
        parameters.sort_by_key(|parameter| as_object_key(&parameter.parameter.name));
    }
}

fn joined(parameter: &Encoded<'_>) -> Vec<u8> {
    [&parameter.name[..], b"=", &parameter.value].concat()
}
