//! Steps 4 and 5 of the canonical request: the canonical headers and the list of their names.

use sigv4_vectors::model::Placement;

use super::value;
use crate::catalogue::{Mistake, MistakeSet};

/// What changes on the way from client to service and is left unsigned.
const UNSTABLE: &[&str] =
    &["expect", "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id"];

/// A header to be signed, as it was given.
#[derive(Clone, Copy)]
pub(super) struct Field<'f> {
    pub(super) name: &'f [u8],
    pub(super) value: &'f [u8],
}

/// What the canonical request says of the headers.
pub(super) struct CanonicalHeaders {
    /// The `name:value` lines, each with its line break.
    pub(super) lines: Vec<u8>,
    /// The names of the signed headers.
    pub(super) list: Vec<u8>,
}

/// Whether a header of the caller's is signed.
pub(super) fn signs(field: Field<'_>, placement: Placement, mistakes: MistakeSet) -> bool {
    let has = |mistake| mistakes.contains(mistake);
    let is = |other: &str| field.name.eq_ignore_ascii_case(other.as_bytes());
    let starts_with = |start: &str| {
        let own = field.name.get(..start.len());
        own.is_some_and(|own| own.eq_ignore_ascii_case(start.as_bytes()))
    };
    let is_x_amz = starts_with("x-amz-");
    let presigned = placement == Placement::Query;
    if is("authorization") {
        return has(Mistake::HeaderAuthorizationSigned);
    }
    if UNSTABLE.iter().any(|unstable| is(unstable)) {
        return has(Mistake::HeaderUnstableSigned)
            || (is("x-amzn-trace-id") && has(Mistake::HeaderTraceIdSigned));
    }
    !((is("host") && has(Mistake::HostUnsigned))
        || (!is("host") && !is_x_amz && has(Mistake::HeaderOnlyHostAndXAmz))
        || (is_x_amz && has(Mistake::HeaderXAmzUnsigned))
        || (starts_with("x-amz-meta-") && has(Mistake::HeaderXAmzMetaUnsigned))
        || (is("content-type") && has(Mistake::HeaderContentTypeUnsigned))
        || (is("content-md5") && has(Mistake::HeaderContentMd5Unsigned))
        || (is("content-length") && has(Mistake::HeaderContentLengthUnsigned))
        || (presigned && !is("host") && has(Mistake::PresignHeadersDropped))
        || (presigned && is_x_amz && has(Mistake::PresignHeadersHoisted))
        || (presigned && is("content-type") && has(Mistake::PresignContentTypeUnsigned))
        || (has(Mistake::HeaderEmptyDropped)
            && value::canonical(field.name, field.value, mistakes).is_empty()))
}

/// All values of one name.
struct Group<'f> {
    /// The name as it was given first.
    given: &'f [u8],
    /// The name as it is written.
    name: Vec<u8>,
    value: Vec<u8>,
    /// The values of headers of the same name behind the first.
    others: Vec<Vec<u8>>,
}

/// "Lower-case the names, sort by them, and join the values of a repeated name with a comma";
/// `listed_before` are names that earlier calls signed.
pub(super) fn canonical(
    fields: &[Field<'_>],
    listed_before: &[Vec<u8>],
    mistakes: MistakeSet,
) -> CanonicalHeaders {
    let has = |mistake| mistakes.contains(mistake);
    let unsorted = has(Mistake::HeaderUnsorted);
    let mut groups = grouped(fields, mistakes);
    let by_arrival =
        unsorted || has(Mistake::HeaderListUnsorted) || has(Mistake::HeaderLinesUnsorted);
    let names_of = |groups: &[Group<'_>]| groups.iter().map(|group| group.name.clone()).collect();
    let arrival: Vec<Vec<u8>> = if by_arrival { names_of(&groups) } else { Vec::new() };
    sort(&mut groups, mistakes);

    let mut names: Vec<&[u8]> = Vec::new();
    for group in &groups {
        let twice = has(Mistake::HeaderRepeatsNamedTwice);
        let repeats = if twice { 1 + group.others.len() } else { 1 };
        let listed = if has(Mistake::HeaderListCaseKept) { group.given } else { &group.name };
        names.extend(std::iter::repeat_n(listed, repeats));
    }
    names.dedup_by(|left, right| left == right && !has(Mistake::HeaderRepeatsNamedTwice));
    if !listed_before.is_empty() {
        names.extend(listed_before.iter().map(|name| &name[..]));
        names.sort_unstable();
        names.dedup();
    }
    let place = |name: &[u8]| arrival.iter().position(|other| other == name);
    if unsorted || has(Mistake::HeaderListUnsorted) {
        names.sort_by_key(|name| place(name));
    }
    let list = list(&names, mistakes);
    if unsorted || has(Mistake::HeaderLinesUnsorted) {
        groups.sort_by_key(|group| place(&group.name));
    }
    CanonicalHeaders { lines: lines(&groups, mistakes), list }
}

fn grouped<'f>(fields: &[Field<'f>], mistakes: MistakeSet) -> Vec<Group<'f>> {
    let has = |mistake| mistakes.contains(mistake);
    let late = has(Mistake::HeaderRepeatsTrimmedLate);
    let canonical = |field: &Field<'_>| value::canonical(field.name, field.value, mistakes);
    let mut groups: Vec<Group<'f>> = Vec::with_capacity(fields.len());
    for field in fields {
        let name = written_name(field.name, mistakes);
        let value = if late { field.value.to_vec() } else { canonical(field) };
        let same = groups.iter_mut().find(|group| {
            // Not `==`: a fuzzer is called whenever that fails, which takes it longer.
            group.name.iter().eq(&name)
                && !has(Mistake::HeaderRepeatsOnOwnLines)
                && !(has(Mistake::HeaderRepeatsByCase) && group.given != field.name)
        });
        match same {
            Some(group) => group.others.push(value),
            None => groups.push(Group { given: field.name, name, value, others: Vec::new() }),
        }
    }
    for group in &mut groups {
        if !group.others.is_empty() {
            group.value = joined(&group.value, &group.others, mistakes);
        }
        if late {
            group.value = value::canonical(group.given, &group.value, mistakes);
        }
    }
    groups
}

fn joined(first: &[u8], others: &[Vec<u8>], mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let others = others.iter().map(|value| &value[..]);
    let mut values: Vec<&[u8]> = std::iter::once(first).chain(others).collect();
    if has(Mistake::HeaderRepeatsFirstWins) {
        values.truncate(1);
    }
    if has(Mistake::HeaderRepeatsLastWins) {
        values.drain(..values.len() - 1);
    }
    if has(Mistake::HeaderRepeatsSorted) {
        values.sort_unstable();
    }
    if has(Mistake::HeaderRepeatsJoinedByCommaSpace) {
        return values.join(&b", "[..]);
    }
    values.join(&b',')
}

fn written_name(given: &[u8], mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    if has(Mistake::HeaderNamesCaseKept) {
        return given.to_vec();
    }
    let mut name = Vec::with_capacity(given.len());
    for &byte in given {
        match byte {
            b'I' if has(Mistake::HeaderTurkishLowerCase) => name.extend("\u{131}".as_bytes()),
            b'_' if has(Mistake::HeaderUnderscoreIsHyphen) => name.push(b'-'),
            _ => name.push(byte.to_ascii_lowercase()),
        }
    }
    name
}

/// By the bytes of the name.
fn sort(groups: &mut [Group<'_>], mistakes: MistakeSet) {
    let has = |mistake| mistakes.contains(mistake);
    groups.sort_by(|left, right| {
        if has(Mistake::HeaderSortedWithCase) {
            left.given.cmp(right.given)
        } else if has(Mistake::HeaderSortedByLine) {
            line(left, mistakes).concat().cmp(&line(right, mistakes).concat())
        } else if has(Mistake::HeaderSortedByLocale) {
            without_hyphens(&left.name).cmp(&without_hyphens(&right.name))
        } else {
            left.name.cmp(&right.name)
        }
    });
}

fn without_hyphens(name: &[u8]) -> Vec<u8> {
    name.iter().copied().filter(|byte| *byte != b'-').collect()
}

fn lines(groups: &[Group<'_>], mistakes: MistakeSet) -> Vec<u8> {
    let length = groups.iter().map(|group| group.name.len() + group.value.len() + 3);
    let mut out = Vec::with_capacity(length.sum());
    for group in groups {
        for part in line(group, mistakes) {
            out.extend(part);
        }
        out.push(b'\n');
    }
    out
}

/// Name, colon and value, to be written one behind the other.
fn line<'g>(group: &'g Group<'_>, mistakes: MistakeSet) -> [&'g [u8]; 3] {
    if group.value.is_empty() && mistakes.contains(Mistake::HeaderEmptyWithoutColon) {
        return [&group.name, b"", b""];
    }
    let colon: &[u8] = if mistakes.contains(Mistake::HeaderColonSpace) { b": " } else { b":" };
    [&group.name, colon, &group.value]
}

fn list(names: &[&[u8]], mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let separator: &[u8] = if has(Mistake::HeaderListComma) {
        b","
    } else if has(Mistake::HeaderListSpace) {
        b"; "
    } else {
        b";"
    };
    let mut list = names.join(separator);
    if has(Mistake::HeaderListTrailingSemicolon) {
        list.push(b';');
    }
    list
}
