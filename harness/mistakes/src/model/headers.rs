//! Steps 4 and 5 of the canonical request: the canonical headers and the list of their names.

use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};

use sigv4_vectors::model::Placement;

use super::order::{by_locale, shorter_first, without_hyphens};
use super::value;
use crate::catalogue::{Mistake, MistakeSet};

/// Headers that change on the way to the service and are left unsigned.
const UNSTABLE: &[&str] =
    &["expect", "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id"];

/// A header to be signed, as it was given.
#[derive(Clone, Copy)]
pub(super) struct Field<'f> {
    pub(super) name: &'f [u8],
    pub(super) value: &'f [u8],
}

/// What the canonical request says about the headers.
pub(super) struct CanonicalHeaders {
    /// The `name:value` lines, each with its line break.
    pub(super) lines: Vec<u8>,
    /// The names of the signed headers.
    pub(super) list: Vec<u8>,
}

/// Whether a header of the caller is signed.
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
        || (!is("host") && has(Mistake::HeaderOnlyHostAndDate))
        || (is("__proto__") && has(Mistake::HeaderPrototypeLost))
        || (has(Mistake::HeaderUnderscoreUnsigned) && field.name.contains(&b'_'))
        || (is_x_amz && has(Mistake::HeaderXAmzCapitalsUnsigned) && !is_usual_x_amz(field.name))
        || (presigned && has(Mistake::PresignHostUnsigned))
        || (presigned && !is("host") && has(Mistake::PresignHeadersDropped))
        || (presigned && is_x_amz && has(Mistake::PresignHeadersHoisted))
        || (presigned && is("content-type") && has(Mistake::PresignContentTypeUnsigned))
        || (has(Mistake::HeaderEmptyDropped)
            && value::canonical(field.name, field.value, mistakes).is_empty()))
}

/// Whether the prefix of an x-amz header is written in one of the usual ways.
fn is_usual_x_amz(name: &[u8]) -> bool {
    name.starts_with(b"x-amz-") || name.starts_with(b"X-Amz-")
}

/// All values of one name.
struct Group<'f> {
    /// The name as it was first given.
    given: &'f [u8],
    /// The name as it is written.
    name: Vec<u8>,
    value: Vec<u8>,
    /// The values of later headers of the same name.
    others: Vec<Vec<u8>>,
}

/// A name that others are compared with.
#[derive(Eq)]
struct Name(Vec<u8>);

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        #[cfg(test)]
        tests::COMPARED.set(tests::COMPARED.get() + 1);
        // Not `==`: an instrumented `==` calls the fuzzer whenever it fails, which is slow.
        self.0.iter().eq(&other.0)
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
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
    let own_lines = has(Mistake::HeaderRepeatsOnOwnLines);
    let by_case = has(Mistake::HeaderRepeatsByCase);
    let only_last = has(Mistake::HeaderRepeatsMergedWhenAdjacent);
    let mut groups: Vec<Group<'f>> = Vec::with_capacity(fields.len());
    // Where the group of a name is: a request may have thousands of headers.
    let mut places: HashMap<Name, usize> = HashMap::with_capacity(fields.len());
    for field in fields {
        let name = written_name(field.name, mistakes);
        let kept = late
            || (has(Mistake::TokenSpacesKept)
                && field.name.eq_ignore_ascii_case(b"x-amz-security-token"));
        let value = if kept { field.value.to_vec() } else { canonical(field) };
        let key = Name(if by_case { field.name.to_vec() } else { name.clone() });
        let place = places
            .get(&key)
            .copied()
            .filter(|place| !own_lines && (!only_last || place + 1 == groups.len()));
        if let Some(group) = place.and_then(|place| groups.get_mut(place)) {
            group.others.push(value);
        } else {
            places.insert(key, groups.len());
            groups.push(Group { given: field.name, name, value, others: Vec::new() });
        }
    }
    for group in &mut groups {
        if !group.others.is_empty() {
            group.value = joined(group, mistakes);
        }
        if late {
            group.value = value::canonical(group.given, &group.value, mistakes);
        }
    }
    groups
}

fn joined(group: &Group<'_>, mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let others = group.others.iter().map(|value| &value[..]);
    let mut values: Vec<&[u8]> = std::iter::once(&group.value[..]).chain(others).collect();
    if has(Mistake::HeaderRepeatsFirstWins) {
        values.truncate(1);
    }
    if has(Mistake::HeaderRepeatsLastWins) {
        values.drain(..values.len() - 1);
    }
    if has(Mistake::HeaderRepeatsSorted) {
        values.sort_unstable();
    }
    if has(Mistake::HeaderRepeatsReversed) {
        values.reverse();
    }
    if has(Mistake::HeaderRepeatsEmptySkipped) {
        values.retain(|value| !value.is_empty());
    }
    if has(Mistake::HeaderRepeatsDuplicatesRemoved) {
        let mut seen = HashSet::new();
        values.retain(|value| seen.insert(*value));
    }
    let separator: &[u8] = if has(Mistake::HeaderRepeatsJoinedByCommaSpace) {
        b", "
    } else if has(Mistake::HeaderRepeatsConcatenated) {
        b""
    } else if has(Mistake::HeaderCookiesJoinedBySemicolon)
        && group.given.eq_ignore_ascii_case(b"cookie")
    {
        b"; "
    } else {
        b","
    };
    values.join(separator)
}

fn written_name(given: &[u8], mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    if has(Mistake::HeaderNamesCaseKept) {
        return given.to_vec();
    }
    if has(Mistake::HeaderNamesTitleCased) {
        return in_title_case(given);
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

fn in_title_case(name: &[u8]) -> Vec<u8> {
    let mut after_hyphen = true;
    let written = name.iter().map(|byte| {
        let starts = std::mem::replace(&mut after_hyphen, *byte == b'-');
        if starts { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() }
    });
    written.collect()
}

/// Sorts by the bytes of the name.
fn sort(groups: &mut [Group<'_>], mistakes: MistakeSet) {
    let has = |mistake| mistakes.contains(mistake);
    groups.sort_by(|left, right| {
        if has(Mistake::HeaderSortedWithCase) {
            left.given.cmp(right.given)
        } else if has(Mistake::HeaderSortedByLine) {
            line(left, mistakes).concat().cmp(&line(right, mistakes).concat())
        } else if has(Mistake::HeaderSortedByLocale) {
            without_hyphens(&left.name).cmp(&without_hyphens(&right.name))
        } else if has(Mistake::HeaderSortedByCollation) {
            by_locale(&left.name).cmp(&by_locale(&right.name))
        } else if has(Mistake::HeaderSortedShorterFirst) {
            shorter_first(&left.name).cmp(&shorter_first(&right.name))
        } else if has(Mistake::HeaderHostFirst) {
            (left.name != b"host", &left.name).cmp(&(right.name != b"host", &right.name))
        } else if has(Mistake::HeaderOwnBehind) {
            (own_place(&left.name), &left.name).cmp(&(own_place(&right.name), &right.name))
        } else if has(Mistake::HeaderSortedBackwards) {
            right.name.cmp(&left.name)
        } else {
            left.name.cmp(&right.name)
        }
    });
}

/// The position, after the caller's headers, of a header that the signer adds; 0 for others.
fn own_place(name: &[u8]) -> usize {
    let own: [&[u8]; 3] = [b"x-amz-date", b"x-amz-security-token", b"x-amz-content-sha256"];
    own.iter().position(|own| *own == name).map_or(0, |place| place + 1)
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

/// Name, colon and value, to be written in sequence.
fn line<'g>(group: &'g Group<'_>, mistakes: MistakeSet) -> [&'g [u8]; 3] {
    if group.value.is_empty() && mistakes.contains(Mistake::HeaderEmptyWithoutColon) {
        return [&group.name, b"", b""];
    }
    let name =
        if mistakes.contains(Mistake::HeaderLinesCaseKept) { group.given } else { &group.name };
    let spaced = mistakes.contains(Mistake::HeaderColonSpace)
        || (mistakes.contains(Mistake::HeaderEmptyWithSpace) && group.value.is_empty());
    let colon: &[u8] = if spaced { b": " } else { b":" };
    [name, colon, &group.value]
}

fn list(names: &[&[u8]], mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    if has(Mistake::HeaderListHardCoded) {
        return b"host;x-amz-date".to_vec();
    }
    if has(Mistake::HeaderListWithoutHost) {
        let others: Vec<&[u8]> = names.iter().copied().filter(|name| *name != b"host").collect();
        return others.join(&b';');
    }
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        pub(super) static COMPARED: Cell<usize> = const { Cell::new(0) };
    }

    #[test]
    fn the_work_grows_with_the_number_of_headers_and_no_faster() {
        const NAMES: usize = 2000;
        let names: Vec<String> = (0..NAMES).map(|number| format!("X-{number}")).collect();
        let fields =
            names.iter().chain(&names).map(|name| Field { name: name.as_bytes(), value: b"1" });
        let fields: Vec<Field<'_>> = fields.collect();
        COMPARED.set(0);
        let groups = grouped(&fields, MistakeSet::EMPTY);
        assert_eq!(groups.len(), NAMES);
        assert!(groups.iter().all(|group| group.value == b"1,1"));
        // A name is compared when it comes again, and now and then by chance.
        assert!((NAMES..4 * NAMES).contains(&COMPARED.get()), "{} comparisons", COMPARED.get());
    }
}
